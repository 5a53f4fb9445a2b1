"""Imports: how far each file has come, where its rows are, and which mapping a file's shape had."""

import datetime as dt
import uuid
from typing import Any

import msgspec

from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import sql
from orderloom.store.messages import Message

Q = sql.load(__file__)


class Import(msgspec.Struct):
    """A file on its way in, or in. `counts` are rows that were in the house before this file brought them again;
    `actor` is who sent it, known while it begins."""

    import_id: uuid.UUID
    channel: str
    file_name: str
    fingerprint: bytes
    shape: bytes
    mapping: dict[str, Any]
    state: str = "running"
    rows_total: int = 0
    rows_done: int = 0
    counts: dict[str, int] = {}
    created_at: dt.datetime | None = None
    finished_at: dt.datetime | None = None
    actor: str = ""


class Where(msgspec.Struct, frozen=True):
    """How many messages of an import became what, and where their rows are."""

    became: str
    state: str
    messages: int
    rows: int
    rows_refused: int


def begin(connection: db.Connection, made: Import, *, now: dt.datetime) -> Import:
    """The import of this file: a new one, or the one that began with the same file before."""
    values = msgspec.structs.asdict(made) | {"mapping": msgspec.json.encode(made.mapping).decode(), "now": now}
    connection.execute(Q.insert_import, values)
    found = find(connection, channel=made.channel, fingerprint=made.fingerprint)
    assert found is not None
    return found


def find(connection: db.Connection, *, channel: str, fingerprint: bytes) -> Import | None:
    """The import of a file into a channel."""
    row = connection.execute(Q.find_import, {"channel": channel, "fingerprint": fingerprint}).fetchone()
    return Import(*row) if row else None


def read(connection: db.Connection, import_id: uuid.UUID) -> Import | None:
    """One import."""
    row = connection.execute(Q.read_import, {"import_id": import_id}).fetchone()
    return Import(*row) if row else None


def latest(connection: db.Connection, *, before: dt.datetime, most: int) -> list[Import]:
    """Imports begun before an instant, the newest first."""
    return [Import(*row) for row in connection.execute(Q.list_imports, {"before": before, "most": most})]


def lock(connection: db.Connection, import_id: uuid.UUID) -> tuple[int, str]:
    """How many rows are done and the state, held until the transaction ends: nobody else advances it meanwhile."""
    row = connection.execute(Q.lock_import, {"import_id": import_id}).fetchone()
    assert row is not None, "imports are never deleted"
    return row[0], row[1]


def advance(connection: db.Connection, import_id: uuid.UUID, *, rows_done: int, counts: dict[str, int]) -> None:
    """Say how far it has come; the import is locked."""
    encoded = msgspec.json.encode(counts).decode()
    connection.execute(Q.advance_import, {"import_id": import_id, "rows_done": rows_done, "counts": encoded})


def finish(connection: db.Connection, import_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Every row has its place."""
    connection.execute(Q.finish_import, {"import_id": import_id, "now": now})


def fail(connection: db.Connection, import_id: uuid.UUID, *, reason: Refused, now: dt.datetime) -> None:
    """Say that it cannot go on, and why."""
    encoded = msgspec.json.encode(reason).decode()
    connection.execute(Q.fail_import, {"import_id": import_id, "reason": encoded, "now": now})


def where(connection: db.Connection, import_id: uuid.UUID) -> list[Where]:
    """Where the rows of an import's own messages are now."""
    return [Where(*row) for row in connection.execute(Q.count_rows, {"import_id": import_id}).fetchall()]


def refused(
    connection: db.Connection, import_id: uuid.UUID, *, after: tuple[int, uuid.UUID], most: int
) -> list[Message]:
    """Messages with rows in quarantine, in the order of the file, after (row, message)."""
    values = {"import_id": import_id, "after_row": after[0], "after_id": after[1], "most": most}
    return [Message(*row) for row in connection.execute(Q.read_refused, values).fetchall()]


def awaiting(connection: db.Connection, import_id: uuid.UUID, *, channel: str) -> list[str]:
    """What waiting messages wait for and this import's orders have brought."""
    found = connection.execute(Q.read_awaiting, {"import_id": import_id, "channel": channel}).fetchall()
    return sorted(awaits for (awaits,) in found)


def mapping_of(connection: db.Connection, *, channel: str, shape: bytes) -> dict[str, Any] | None:
    """The mapping that files of this shape had last in this channel."""
    row = connection.execute(Q.read_shape, {"channel": channel, "shape": shape}).fetchone()
    return row[0] if row else None


def keep_mapping(
    connection: db.Connection, *, channel: str, shape: bytes, mapping: dict[str, Any], now: dt.datetime
) -> None:
    """Remember which mapping files of this shape have."""
    encoded = msgspec.json.encode(mapping).decode()
    connection.execute(Q.keep_shape, {"channel": channel, "shape": shape, "mapping": encoded, "now": now})
