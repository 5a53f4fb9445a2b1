"""Numbered forward-only migrations: `migrations/system/*.sql` once, `migrations/*.sql` for each workspace."""

import datetime as dt
import hashlib
from pathlib import Path

import msgspec

from orderloom.kit.refusals import Refused, Stopped
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)
_FOLDER = Path(__file__).with_suffix("")


class Migration(msgspec.Struct, frozen=True):
    """One file: its number, name and text."""

    number: int
    name: str
    text: str

    @property
    def hash(self) -> bytes:
        """What the record keeps of the text."""
        return hashlib.sha256(self.text.encode()).digest()


class Changed(Stopped):
    """A migration was edited after it had been applied: migrations only go forward, write a new one. (A workspace of
    an unreleased version: drop it and make it again.)"""


class FromTheFuture(Stopped):
    """The database was written by a newer OrderLoom than this one: update OrderLoom."""


def of_workspaces() -> list[Migration]:
    """The migrations of a workspace, in order."""
    return _read(_FOLDER)


def of_system() -> list[Migration]:
    """The migrations of the system schema, in order."""
    return _read(_FOLDER / "system")


def apply_system(database: db.Database, *, now: dt.datetime) -> None:
    """Make the system schema, or bring it up to date. Raises Changed or FromTheFuture."""
    with database.system() as connection:
        connection.execute(Q.lock)
        _apply(connection, db.SYSTEM, of_system(), now)


def apply_workspace(connection: db.Connection, *, schema: str, now: dt.datetime, upto: int | None = None) -> None:
    """Make a workspace's schema or bring it up to date (or up to a number), in the caller's transaction.

    Raises Changed or FromTheFuture. The transaction's search path stays in that schema.
    """
    connection.execute(Q.lock)
    _apply(connection, schema, [each for each in of_workspaces() if upto is None or each.number <= upto], now)


def _apply(connection: db.Connection, schema: str, wanted: list[Migration], now: dt.datetime) -> None:
    connection.execute(Q.define("create_schema", schema=sql.Identifier(schema)))
    connection.execute(Q.enter_here, {"schema": schema})
    connection.execute(Q.define("create_record"))
    known = {each.number: each for each in wanted}
    applied = dict(connection.execute(Q.applied).fetchall())
    for number, found in applied.items():
        if number not in known:
            raise FromTheFuture(Refused("database.from_the_future", {"schema": schema, "number": number}))
        if known[number].hash != found:
            raise Changed(Refused("database.migration_changed", {"schema": schema, "name": known[number].name}))
    for each in wanted:
        if each.number not in applied:
            connection.execute(each.text.encode())
            connection.execute(Q.record, {"number": each.number, "name": each.name, "hash": each.hash, "now": now})


def _read(folder: Path) -> list[Migration]:
    found = [Migration(int(path.name[:4]), path.stem, path.read_text("utf-8")) for path in sorted(folder.glob("*.sql"))]
    # Numbers may be left out: pieces that are written side by side take theirs beforehand, and come in any order.
    if len({each.number for each in found}) != len(found):
        raise sql.Wrong(f"two migrations in {folder} have one number")
    return found
