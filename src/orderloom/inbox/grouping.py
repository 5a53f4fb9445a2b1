"""Rows to messages: the rows of one order, however far apart they stand, are one message, kept as they came.

A file is read twice: first only its keys, to know how many rows each order has; then its rows, each order being
given out when its last row has come. What must wait beyond a bound waits in a temporary file.
"""

import hashlib
import tempfile
from collections.abc import Generator, Iterable, Iterator
from typing import Any, Protocol

import msgspec

from orderloom.domain.mappings import documents, paths
from orderloom.inbox import files
from orderloom.kit import limits
from orderloom.kit.refusals import Refused


class Message(msgspec.Struct):
    """One raw message: `payload` is what a mapper reads and a database keeps, `numbers` its rows in the file.

    `key` names its content: the same rows under the same number in the same channel have the same key, whenever
    and in whatever file they come. `problem` is set where the message cannot be mapped; it goes to quarantine.
    """

    key: str
    external_no: str
    payload: dict[str, Any]
    numbers: list[int]
    problem: Refused | None = None


class Source(Protocol):
    """What is grouped: a `files.Table`, or anything that has a header and can be iterated twice."""

    header: list[str]

    def __iter__(self) -> Iterator[files.Row]: ...


def messages(
    source: Source, *, channel: str, rows: documents.Rows, aliases: dict[str, list[str]] | None = None
) -> Generator[Message, None, None] | Refused:
    """The messages of a table, in the order of their last rows; the same file gives the same messages.

    Refused: `file.no_key_column` (with the columns there are), `file.too_many_rows`. Every row of the table is in
    exactly one message: a row without a key, or that could not be read and shows none, is a message of its own.
    An order of more rows than an order may have comes as messages of at most so many rows, each refused.
    """
    at = key_column(source.header, rows.key, aliases or {})
    if at is None:
        return Refused("file.no_key_column", {"column": rows.key, "columns": source.header[:50]})
    awaited: dict[str, int] = {}
    for count, (_, external_no) in enumerate(_keyed(source, at, rows.fill_down), 1):
        awaited[external_no] = awaited.get(external_no, 0) + 1
        if count > limits.FILE_ROWS_MAX:
            return Refused("file.too_many_rows", {"rows_max": limits.FILE_ROWS_MAX})
    return _grouped(source, at, rows.fill_down, channel, awaited)


def key(channel: str, external_no: str, content: Any, *, ordinal: int = 0) -> str:
    """The name of a message's content: 64 hex digits over channel, number and content.

    `ordinal` tells apart messages of one file that would have the same name: pieces, and rows without a number.
    """
    digest = hashlib.sha256(f"{channel}\x1f{external_no}\x1f{ordinal}\x1f".encode("utf-8", "backslashreplace"))
    digest.update(msgspec.json.encode(content, order="sorted"))
    return digest.hexdigest()


def key_column(header: list[str], name: str, aliases: dict[str, list[str]]) -> int | None:
    """Where a table has the column that names its orders; None if it has none."""
    wanted = [paths.normal(each) for each in (name, *aliases.get(name, ()))]
    columns = [paths.normal(each) for each in header]
    return next((columns.index(each) for each in wanted if each in columns), None)


def _keyed(source: Iterable[files.Row], at: int, fill_down: bool) -> Iterator[tuple[files.Row, str]]:
    """Each row with its order's number, "" where it has none."""
    last = ""
    for row in source:
        found = row.cells[at].strip() if at < len(row.cells) else ""
        if fill_down:
            found = last = found or last
        yield row, found


def _grouped(
    source: Source, at: int, fill_down: bool, channel: str, awaited: dict[str, int]
) -> Generator[Message, None, None]:
    header = source.header
    seen: dict[str, int] = {}
    with _Held() as held:
        for row, external_no in _keyed(source, at, fill_down):
            if not external_no:
                problem = row.problem or Refused("file.row_no_key", {"column": header[at]})
                yield _numbered(_message(channel, "", header, [row], problem), channel, seen)
                continue
            held.add(external_no, row)
            awaited[external_no] -= 1
            complete = awaited[external_no] == 0
            if not complete and held.count(external_no) < limits.LINES_MAX:
                continue
            rows = held.take(external_no)
            # One broken row spoils its order: an order without one of its lines would be another order.
            problem = next((each.problem for each in rows if each.problem is not None), None)
            message = _message(channel, external_no, header, rows, problem)
            if not complete or external_no in held.oversized:
                held.oversized.add(external_no)
                data = {"lines": f">{limits.LINES_MAX}", "lines_max": limits.LINES_MAX}
                message.problem = Refused("order.too_many_lines", data)
                message = _numbered(message, channel, seen)
            yield message
            if complete:
                del awaited[external_no]


def _message(
    channel: str, external_no: str, header: list[str], rows: list[files.Row], problem: Refused | None
) -> Message:
    payload = {"header": header, "rows": [row.cells for row in rows]}
    return Message(key(channel, external_no, payload), external_no, payload, [row.number for row in rows], problem)


def _numbered(message: Message, channel: str, seen: dict[str, int]) -> Message:
    """The message under a name of its own, where others of the file have the same content."""
    ordinal = seen[message.key] = seen.get(message.key, 0) + 1
    message.key = key(channel, message.external_no, message.payload, ordinal=ordinal)
    return message


class _Held:
    """The rows of orders whose last row has not come yet; beyond a bound they wait on disk."""

    def __init__(self) -> None:
        self._rows: dict[str, list[files.Row]] = {}
        self._places: dict[str, list[int]] = {}
        self._in_memory = 0
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the block.
        self.oversized: set[str] = set()

    def __enter__(self) -> "_Held":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, external_no: str, row: files.Row) -> None:
        """Keep a row of an order; once one of an order's rows is on disk, its later ones follow it there."""
        if self._in_memory < limits.GROUPED_ROWS_HELD_MAX and external_no not in self._places:
            self._rows.setdefault(external_no, []).append(row)
            self._in_memory += 1
            return
        self._places.setdefault(external_no, []).append(self._file.seek(0, 2))
        self._file.write(msgspec.msgpack.encode(row))
        self._places[external_no].append(self._file.tell())

    def count(self, external_no: str) -> int:
        """How many rows of the order are held."""
        return len(self._rows.get(external_no, ())) + len(self._places.get(external_no, ())) // 2

    def take(self, external_no: str) -> list[files.Row]:
        """The order's rows in the order they came, held no longer."""
        rows = self._rows.pop(external_no, [])
        self._in_memory -= len(rows)
        places = self._places.pop(external_no, [])
        for start, end in zip(places[::2], places[1::2], strict=True):
            self._file.seek(start)
            rows.append(msgspec.msgpack.decode(self._file.read(end - start), type=files.Row))
        return rows
