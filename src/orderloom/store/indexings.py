"""How far the values of newly filterable fields are written."""

import datetime as dt
import uuid
from collections.abc import Collection

import msgspec

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Indexing(msgspec.Struct):
    """A field whose values are being written for lists: how many orders or records of `total` (None: not counted yet)
    are done; until `finished_at` a list that is narrowed or sorted by it is not whole."""

    field: str
    subject: str
    asked_at: dt.datetime
    done: int
    total: int | None
    finished_at: dt.datetime | None


class Begun(msgspec.Struct, frozen=True):
    """The fields of a subject that are to be written, from where on, and the last transaction that asked."""

    fields: list[str]
    after: uuid.UUID
    done: int
    xid: int


def is_empty(connection: db.Connection, subject: str) -> bool:
    """Whether there are no orders, or no records of the type."""
    return connection.execute(Q.first, {"subject": subject}).fetchone() is None


def ask(connection: db.Connection, fields: Collection[str], *, subject: str, at: dt.datetime) -> None:
    """These fields are to be written from the beginning."""
    connection.execute(Q.ask, {"fields": sorted(fields), "subject": subject, "at": at})


def begin(connection: db.Connection, subject: str) -> Begun | None:
    """What is to be written of a subject now, counted once; None when nothing is."""
    connection.execute(Q.count, {"subject": subject})
    row = connection.execute(Q.begin, {"subject": subject}).fetchone()
    if row is None or row[0] is None:
        return None
    return Begun(row[0], row[1], row[2], row[3])


def advance(connection: db.Connection, begun: Begun, *, after: uuid.UUID, done: int) -> None:
    """Say how far these fields are written. One that was asked for again meanwhile begins anew."""
    connection.execute(Q.advance, {"fields": begun.fields, "xid": begun.xid, "after": after, "done": done})


def finish(connection: db.Connection, begun: Begun, *, at: dt.datetime) -> None:
    """These fields are written."""
    connection.execute(Q.finish, {"fields": begun.fields, "xid": begun.xid, "at": at})


def unfinished(connection: db.Connection, fields: Collection[str] | None = None) -> list[Indexing]:
    """Those among these fields, or all, that are still being written."""
    found = connection.execute(Q.unfinished, {"fields": None if fields is None else list(fields)})
    return [Indexing(*row) for row in found]


def newest(connection: db.Connection, *, count: int) -> list[Indexing]:
    """What was asked for last, finished or not."""
    return [Indexing(*row) for row in connection.execute(Q.newest, {"count": count})]
