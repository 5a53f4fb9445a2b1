"""Files that came over HTTP: kept in sealed parts until their import is done."""

import datetime as dt
import uuid

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


def insert(connection: db.Connection, import_id: uuid.UUID, *, wanted: bytes, size: int, now: dt.datetime) -> bool:
    """Say that a file of `size` bytes waits for its import, and how it is to be read; False when one waits already."""
    values = {"import_id": import_id, "wanted": wanted.decode(), "bytes": size, "now": now}
    return connection.execute(Q.insert_upload, values).fetchone() is not None


def insert_part(connection: db.Connection, import_id: uuid.UUID, n: int, sealed: bytes) -> None:
    """Keep one part of the file; parts are counted from 0."""
    connection.execute(Q.insert_part, {"import_id": import_id, "n": n, "sealed": sealed})


def wanted(connection: db.Connection, import_id: uuid.UUID) -> bytes | None:
    """How the file is to be read; None when none waits."""
    row = connection.execute(Q.read_upload, {"import_id": import_id}).fetchone()
    return row[0].encode() if row else None


def part(connection: db.Connection, import_id: uuid.UUID, n: int) -> bytes | None:
    """One part of the file, sealed; None behind the last."""
    row = connection.execute(Q.read_part, {"import_id": import_id, "n": n}).fetchone()
    return row[0] if row else None


def delete(connection: db.Connection, import_id: uuid.UUID) -> None:
    """Forget the file."""
    connection.execute(Q.delete_parts, {"import_id": import_id})
    connection.execute(Q.delete_upload, {"import_id": import_id})
