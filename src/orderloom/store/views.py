"""Views: what lists are narrowed to, under names that people gave."""

import datetime as dt
import uuid

import msgspec

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class View(msgspec.Struct):
    """What a list is narrowed to: the parameters of its address. `shared` with everybody of the workspace."""

    view_id: uuid.UUID
    list: str
    owner: str
    name: str
    search: dict[str, str]
    shared: bool
    changed_at: dt.datetime


def keep(connection: db.Connection, view: View) -> View:
    """Write a view; whoever has one of this name already has it narrowed otherwise, and shared as it was."""
    values = msgspec.structs.asdict(view) | {
        "search": msgspec.json.encode(view.search).decode(),
        "now": view.changed_at,
    }
    row = connection.execute(Q.keep, values).fetchone()
    assert row is not None
    return View(*row)


def others(connection: db.Connection, *, list_: str, owner: str, name: str) -> int:
    """How many views of the list the owner keeps beside the one of this name."""
    row = connection.execute(Q.count, {"list": list_, "owner": owner, "name": name}).fetchone()
    assert row is not None
    return row[0]


def find(connection: db.Connection, view_id: uuid.UUID) -> View | None:
    """One view, whoever's it is."""
    row = connection.execute(Q.find, {"view_id": view_id}).fetchone()
    return None if row is None else View(*row)


def named(connection: db.Connection, *, list_: str, owner: str, name: str) -> uuid.UUID | None:
    """The view that the owner has under this name."""
    row = connection.execute(Q.named, {"list": list_, "owner": owner, "name": name}).fetchone()
    return None if row is None else row[0]


def change(connection: db.Connection, view_id: uuid.UUID, *, name: str, shared: bool, now: dt.datetime) -> View:
    """Give a view another name, show it to others or no longer."""
    row = connection.execute(Q.change, {"view_id": view_id, "name": name, "shared": shared, "now": now}).fetchone()
    assert row is not None, "it is held by whoever changes it"
    return View(*row)


def drop(connection: db.Connection, view_id: uuid.UUID) -> None:
    """Delete a view."""
    connection.execute(Q.drop, {"view_id": view_id})
