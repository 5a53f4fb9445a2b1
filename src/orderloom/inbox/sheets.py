"""Error sheets: the rows that did not go in, with their reasons, to be corrected and sent again.

A sheet keeps the original columns and adds its own in front of them; when it comes back, those are dropped and
the corrected rows are read as if they had come so in the first place.
"""

import csv
import re
from collections.abc import Iterable, Sequence
from pathlib import Path

import msgspec
import xlsxwriter

OWN_COLUMNS = ("[row] 行号", "[field] 字段", "[reason] 原因", "[reason] Reason")

_FORMULA = re.compile(r"'*[=+\-@\t\r]")
_NUMBER = re.compile(r"[+-]?[\d.,]+%?")
_CELL_CHARS_MAX = 32_767  # Excel's own bound for the text of a cell.


class Failure(msgspec.Struct, frozen=True):
    """A row that did not go in: its number in the file, its cells, the field, and why in both languages."""

    number: int
    cells: Sequence[str]
    field: str
    reason_zh: str
    reason_en: str


def escaped(cell: str) -> str:
    """The cell with an apostrophe before it where a spreadsheet would take it for a formula."""
    return f"'{cell}" if _FORMULA.match(cell) and not _NUMBER.fullmatch(cell) else cell


def unescaped(cell: str) -> str:
    """The cell as it was before `escaped`."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell


def write_csv(path: Path, *, header: Sequence[str], failures: Iterable[Failure]) -> int:
    """Write the sheet as CSV (UTF-8 with its mark, so that Excel reads it right); returns the number of rows."""
    rows = 0
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*OWN_COLUMNS, *(escaped(name) for name in header)])
        for failure in failures:
            writer.writerow(_cells(failure, len(header)))
            rows += 1
    return rows


def write_xlsx(path: Path, *, header: Sequence[str], failures: Iterable[Failure]) -> int:
    """Write the sheet as a workbook, every cell as text, in constant memory; returns the number of rows."""
    options = {
        "constant_memory": True,
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
    }
    rows = 0
    with xlsxwriter.Workbook(str(path), options) as workbook:
        sheet = workbook.add_worksheet("errors")
        bold = workbook.add_format({"bold": True, "bg_color": "#FDE9E7"})
        sheet.freeze_panes(1, 0)
        sheet.set_column(2, 3, 48)
        for at, name in enumerate([*OWN_COLUMNS, *(escaped(name) for name in header)]):
            sheet.write_string(0, at, name[:_CELL_CHARS_MAX], bold)
        for failure in failures:
            rows += 1
            for at, cell in enumerate(_cells(failure, len(header))):
                sheet.write_string(rows, at, cell[:_CELL_CHARS_MAX])
    return rows


def _cells(failure: Failure, width: int) -> list[str]:
    own = (str(failure.number), failure.field, failure.reason_zh, failure.reason_en)
    cells = [escaped(_storable(cell)) for cell in failure.cells]
    return [*own, *cells, *([""] * (width - len(cells)))]


def _storable(cell: str) -> str:
    """Without signs that neither XML nor UTF-8 can hold; they show as blanks boxes."""
    return "".join(
        "\ufffd" if (sign < " " and sign not in "\t\n\r") or "\ud800" <= sign <= "\udfff" else sign for sign in cell
    )
