"""The log and its heads: entries are appended, never changed."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

from orderloom.domain import log
from orderloom.store import copying, sql
from orderloom.store import database as db

Q = sql.load(__file__)

_ENTRY = ("int4", "text", "uuid", "int4", "int4", "timestamptz", "text", "bytea")
_INPUT = ("timestamptz", "uuid", "int4", "int4", "int8", "text")


def lock_heads(connection: db.Connection, subjects: Collection[uuid.UUID]) -> dict[uuid.UUID, log.Head]:
    """The ends of the subjects' chains, locked."""
    if not subjects:
        return {}
    found = connection.execute(Q.lock_heads, {"subjects": list(subjects)}).fetchall()
    return {subject: log.Head(n, hash_) for subject, n, hash_ in found}


def said(
    connection: db.Connection, subjects: Collection[uuid.UUID]
) -> list[tuple[uuid.UUID, int, dt.datetime, log.Body]]:
    """What the subjects said: (subject, number of the entry's first event, when it was recorded, body), in order."""
    found = connection.execute(Q.said, {"subjects": list(subjects)}).fetchall()
    return [(subject, n, at, log.read(body)) for subject, n, at, body in found]


def append(connection: db.Connection, entries: Sequence[log.Entry], *, first: int = 0) -> None:
    """Write entries in their order, move the heads of their subjects to the last of each, and wake the loops.

    A head that exists already for a new subject, or a missing one, stops the transaction: two writers of one
    subject can never both succeed. A second call in one transaction says with `first` where its numbers begin.
    """
    if not entries:
        return
    copying.rows(
        connection,
        Q.copy_log,
        types=_ENTRY,
        rows=(
            (i, each.kind, each.subject, each.n, each.count, each.recorded_at, each.body.decode(), each.hash)
            for i, each in enumerate(entries, first)
        ),
    )
    begins: dict[uuid.UUID, int] = {}
    last: dict[uuid.UUID, log.Entry] = {}
    for entry in entries:
        begins.setdefault(entry.subject, entry.n)
        last[entry.subject] = entry
    _write_heads(connection, Q.insert_heads, [each for each in last.values() if begins[each.subject] == 1])
    _write_heads(connection, Q.move_heads, [each for each in last.values() if begins[each.subject] > 1])
    if isinstance(connection, db.Session):
        connection.grown = True


def _write_heads(connection: db.Connection, statement: str, entries: Sequence[log.Entry]) -> None:
    if not entries:
        return
    cursor = connection.execute(
        statement,  # type: ignore[arg-type]
        {
            "subjects": [each.subject for each in entries],
            "ns": [each.n + each.count - 1 for each in entries],
            "hashes": [each.hash for each in entries],
        },
    )
    assert db.affected(connection, cursor) == len(entries), "every subject has exactly one head"


def keep_shape(connection: db.Connection, shape_id: int, shape: bytes) -> None:
    """Keep the names that inputs of this shape leave out; it is there before the first of them."""
    connection.execute(Q.keep_shape, {"shape_id": shape_id, "names": shape.decode()})


def keep_inputs(
    connection: db.Connection,
    inputs: Sequence[tuple[uuid.UUID, int, bytes]],
    *,
    revision: int,
    shape_id: int,
    recorded_at: dt.datetime,
) -> None:
    """Keep what the rules were asked: (subject, n of the entry, values as JSON)."""
    if inputs:
        copying.rows(
            connection,
            Q.copy_inputs,
            types=_INPUT,
            rows=((recorded_at, subject, n, revision, shape_id, body.decode()) for subject, n, body in inputs),
        )
