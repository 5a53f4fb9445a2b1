"""Excel workbooks read sheet by sheet; what a cell shows is its text, a formula counts as its stored value."""

import datetime as dt
from collections.abc import Iterator
from typing import Any, BinaryIO

import python_calamine

from orderloom.kit.refusals import Refused


class Records:
    """The records of one sheet, each a list of cells as text; iterating twice reads twice."""

    def __init__(self, sheet: python_calamine.CalamineSheet) -> None:
        self.name = sheet.name
        self._sheet = sheet

    def __iter__(self) -> Iterator[list[str]]:
        for cells in self._sheet.iter_rows():
            yield [cell if isinstance(cell, str) else text(cell) for cell in cells]


def open_sheet(file: BinaryIO, *, sheet: str = "") -> Records | Refused:
    """The named sheet, or the first visible one that holds anything.

    Refused: `file.workbook_broken`, `file.archive_encrypted`, `file.sheet_unknown` (with the names), `file.empty`.
    """
    try:
        workbook = python_calamine.CalamineWorkbook.from_filelike(file)
        names = workbook.sheet_names
        if sheet:
            if sheet not in names:
                return Refused("file.sheet_unknown", {"sheet": sheet, "sheets": names[:50]})
            return Records(workbook.get_sheet_by_name(sheet))
        for about in workbook.sheets_metadata:
            if about.visible == python_calamine.SheetVisibleEnum.Visible:
                found = workbook.get_sheet_by_name(about.name)
                if found.start is not None:
                    return Records(found)
    except python_calamine.PasswordError as error:
        return Refused("file.archive_encrypted", {"problem": str(error)[:200]})
    except (python_calamine.CalamineError, OSError, ValueError) as error:
        return Refused("file.workbook_broken", {"problem": str(error)[:200]})
    return Refused("file.empty")


def text(cell: Any) -> str:
    """A cell as text: whole numbers without a point, others with the 15 digits Excel keeps, times as ISO 8601."""
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        if cell.is_integer() and abs(cell) < 1e15:
            return str(int(cell))
        return f"{cell:.15g}"
    if isinstance(cell, dt.datetime):
        return cell.isoformat(sep=" ", timespec="auto")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return "" if cell is None else str(cell)
