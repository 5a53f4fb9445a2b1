"""Uploaded tables: CSV and Excel, packed or not, as one header and a stream of numbered rows.

Nothing is lost and nothing is evaluated: a cell that begins with = is text, a row that cannot be read is given
with its reason and its cells as they are, and the others go on.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import msgspec

from orderloom.inbox import delimited, encodings, shapes, sheets, unpacking, workbooks
from orderloom.kit import limits
from orderloom.kit.refusals import Refused


class Row(msgspec.Struct):
    """One row. `number` counts as a spreadsheet does, from 1 at the top of the file.

    `problem` says why the row cannot be used: `file.row_encoding`, `file.row_nul`, `file.row_field_too_large`,
    `file.row_too_wide`, `file.row_too_short`, `file.row_unclosed`, `file.row_header_again`.
    """

    number: int
    cells: list[str]
    problem: Refused | None = None


class Table:
    """An opened table. Iterating gives its rows without header and blank rows; iterating again reads again."""

    def __init__(
        self,
        records: delimited.Records | workbooks.Records,
        *,
        file: BinaryIO,
        name: str,
        header: list[str],
        header_cells: list[str],
        header_row: int,
    ) -> None:
        self.name = name
        self.kind = "workbook" if isinstance(records, workbooks.Records) else "text"
        self.encoding = records.encoding if isinstance(records, delimited.Records) else ""
        self.delimiter = records.delimiter if isinstance(records, delimited.Records) else ""
        self.sheet = records.name if isinstance(records, workbooks.Records) else ""
        self.header_row = header_row
        self._file = file
        self._records = records
        self._skipped = getattr(records, "skipped", 0)
        self._width = len(header)
        # An error sheet that comes back corrected brings our own columns along; they are not the channel's.
        self._kept = [at for at, column in enumerate(header) if column not in sheets.OWN_COLUMNS]
        self._returned = len(self._kept) < len(header)
        self.header = [sheets.unescaped(header[at]) if self._returned else header[at] for at in self._kept]
        self._header_cells = header_cells[: len(header)]

    def __enter__(self) -> "Table":
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Release the temporary file."""
        self._file.close()

    @property
    def fingerprint(self) -> str:
        """The table's shape, by which its mapping is remembered."""
        return shapes.fingerprint(self.header)

    def __iter__(self) -> Iterator[Row]:
        padded = self.kind == "workbook"
        for number, cells in enumerate(self._records, 1 + self._skipped):
            if number <= self.header_row or not any(cells):
                continue
            problem = self._problem(cells, padded)
            if self._returned:
                cells = [sheets.unescaped(cells[at]) for at in self._kept if at < len(cells)]
            elif len(cells) > self._width and problem is None:
                del cells[self._width :]
            if problem is not None:
                cells = [encodings.shown(cell) for cell in cells]
            yield Row(number, cells, problem)

    def _problem(self, cells: list[str], padded: bool) -> Refused | None:
        if isinstance(cells, delimited.Unclosed):
            return Refused("file.row_unclosed")
        whole = "".join(cells)
        if len(whole) * 4 > limits.FIELD_BYTES_MAX or not whole.isascii() or "\x00" in whole:
            for at, cell in enumerate(cells):
                code = self._cell_problem(cell)
                if code:
                    data = {"column": self._column(at), "encoding": self.encoding, "bytes_max": limits.FIELD_BYTES_MAX}
                    return Refused(code, data)
        width = len(cells)
        if width > self._width and any(cells[self._width :]):
            return Refused("file.row_too_wide", {"cells": width, "columns": self._width})
        if width < self._width and not padded:
            return Refused("file.row_too_short", {"cells": width, "columns": self._width})
        if cells[0] == self._header_cells[0] and cells[: self._width] == self._header_cells:
            return Refused("file.row_header_again")
        return None

    def _cell_problem(self, cell: str) -> str:
        if len(cell) * 4 > limits.FIELD_BYTES_MAX and len(cell.encode("utf-8", "replace")) > limits.FIELD_BYTES_MAX:
            return "file.row_field_too_large"
        if "\x00" in cell:
            return "file.row_nul"
        if not cell.isascii() and encodings.broken(cell, self.encoding):
            return "file.row_encoding"
        return ""

    def _column(self, at: int) -> str:
        return self._header_cells[at] if at < self._width else f"#{at + 1}"


def open_table(
    path: Path,
    *,
    name: str = "",
    member: str = "",
    sheet: str = "",
    known: frozenset[str] = frozenset(),
    header_row: int | None = None,
) -> Table | Refused:
    """Open an uploaded table.

    `name` is what the uploader called it; `member` and `sheet` choose inside a zip or workbook; `known` are the
    normal column names of the mappings at hand, by which the header row is found; `header_row` (from 1) states it.
    Refused: what unpacking and workbooks refuse, `file.no_header`, `file.too_many_columns`. Use as a context manager.
    """
    unpacked = unpacking.unpack(path, name=name, member=member)
    if isinstance(unpacked, Refused):
        return unpacked
    try:
        table = _opened(unpacked, sheet=sheet, known=known, header_row=header_row)
    except BaseException:
        unpacked.file.close()
        raise
    if isinstance(table, Refused):
        unpacked.file.close()
    return table


def _opened(
    unpacked: unpacking.Unpacked, *, sheet: str, known: frozenset[str], header_row: int | None
) -> Table | Refused:
    if unpacked.kind == "workbook":
        records = workbooks.open_sheet(unpacked.file, sheet=sheet)
        if isinstance(records, Refused):
            return records
    else:
        records = delimited.Records(unpacked.file, encoding=encodings.detect(unpacked.file))
    first: list[list[str]] = []
    for record in records:
        first.append(
            [encodings.shown(cell[: limits.TEXT_CHARS_MAX]) for cell in record[: limits.SHEET_COLUMNS_MAX + 1]]
        )
        if len(first) >= max(limits.HEADER_ROWS_SEARCHED, header_row or 0):
            break
    skipped = getattr(records, "skipped", 0)
    at = header_row - 1 - skipped if header_row is not None else shapes.header_row(first, known=known)
    if at is None or not 0 <= at < len(first) or not any(cell.strip() for cell in first[at]):
        return Refused("file.no_header", {"rows_searched": limits.HEADER_ROWS_SEARCHED})
    header = shapes.columns(first[at])
    if len(header) > limits.SHEET_COLUMNS_MAX:
        return Refused("file.too_many_columns", {"columns_max": limits.SHEET_COLUMNS_MAX})
    return Table(
        records,
        file=unpacked.file,
        name=unpacked.name,
        header=header,
        header_cells=first[at],
        header_row=at + 1 + skipped,
    )
