"""Exports: the raw rows of any list, as CSV for people or NDJSON for programs.

The rows come from a query with its Viewer, so that an export shows nothing that the list does not.
"""

import csv
import datetime as dt
import io
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from orderloom.kit import limits

# A cell that a spreadsheet would take for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")

_encode = msgspec.json.Encoder(decimal_format="string").encode


def ndjson(rows: Iterable[msgspec.Struct]) -> Iterator[bytes]:
    """One JSON object a line, in pieces of PAGE_ROWS_MAX rows."""
    for chunk in _chunks(rows):
        yield b"".join(_encode(row) + b"\n" for row in chunk)


def table(rows: Iterable[msgspec.Struct], *, kind: type[msgspec.Struct]) -> Iterator[bytes]:
    """CSV in UTF-8 with a mark that spreadsheets know it by; the first line names the fields of `kind`.

    Text that a spreadsheet would take for a formula gets an apostrophe before it; what is not plain is JSON.
    """
    yield b"\xef\xbb\xbf" + _lines([kind.__struct_fields__])
    for chunk in _chunks(rows):
        yield _lines([[_cell(value) for value in msgspec.structs.astuple(row)] for row in chunk])


def _chunks(rows: Iterable[msgspec.Struct]) -> Iterator[list[msgspec.Struct]]:
    chunk: list[msgspec.Struct] = []
    for row in rows:
        chunk.append(row)
        if len(chunk) == limits.PAGE_ROWS_MAX:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _lines(rows: Iterable[Iterable[Any]]) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    match value:
        case None:
            return ""
        case str():
            return f"'{value}" if value.startswith(_FORMULA) else value
        case bool():
            return "true" if value else "false"
        case int():
            return value
        case dt.datetime():
            return value.isoformat()
        case list() | dict():
            return _encode(value).decode() if value else ""
        case _:
            return msgspec.to_builtins(value)
