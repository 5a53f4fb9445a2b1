"""Workspaces: each is a schema with every table of a company; nothing joins two of them.

Making and dropping one are the only transactions that write the system schema and a workspace together.
"""

import datetime as dt

import msgspec

from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import migrations, partitions, sql

Q = sql.load(__file__)


class Workspace(msgspec.Struct, frozen=True):
    """A workspace as the system schema knows it; `sandbox_of` names the one it is a copy of."""

    name: str
    title: str
    schema: str
    sandbox_of: str | None
    created_at: dt.datetime


def create(database: db.Database, *, name: str, title: str, now: dt.datetime) -> Workspace | Refused:
    """Make an empty workspace with its tables and the partitions of the next months.

    Refuses with workspace.name_wrong or workspace.name_taken.
    """
    with database.system() as connection:
        return begin(connection, name=name, title=title, sandbox_of=None, now=now)


def begin(
    connection: db.Connection,
    *,
    name: str,
    title: str,
    sandbox_of: str | None,
    now: dt.datetime,
    upto: int | None = None,
) -> Workspace | Refused:
    """Make the workspace in the caller's transaction of the system schema, whose search path then is the new schema.

    `upto` stops at that migration, for an archive of an older version. Refuses as `create` does.
    """
    if not db.is_name(name):
        return Refused("workspace.name_wrong", {"name": name})
    schema = db.schema_of(name)
    places = {"name": name, "title": title, "schema": schema, "sandbox_of": sandbox_of, "now": now}
    if connection.execute(Q.enter, places).fetchone() is None:
        return Refused("workspace.name_taken", {"name": name})
    connection.execute(Q.define("drop_schema", schema=sql.Identifier(schema)))  # Left by nobody: it had no name.
    migrations.apply_workspace(connection, schema=schema, now=now, upto=upto)
    partitions.ahead(connection, now=now)
    return Workspace(name=name, title=title, schema=schema, sandbox_of=sandbox_of, created_at=now)


def listed(database: db.Database) -> list[Workspace]:
    """All workspaces, the oldest first."""
    with database.system() as connection:
        return [Workspace(*row) for row in connection.execute(Q.list).fetchall()]


def find(database: db.Database, *, name: str) -> Workspace | None:
    """The workspace of this name."""
    with database.system() as connection:
        row = connection.execute(Q.find, {"name": name}).fetchone()
    return None if row is None else Workspace(*row)


def drop(database: db.Database, *, name: str, confirmation: str) -> Refused | None:
    """Drop the workspace and all its data for good; `confirmation` must repeat its name.

    Refuses with workspace.unknown or workspace.not_confirmed.
    """
    if confirmation != name:
        return Refused("workspace.not_confirmed", {"name": name})
    with database.system() as connection:
        row = connection.execute(Q.remove, {"name": name}).fetchone()
        if row is None:
            return Refused("workspace.unknown", {"name": name})
        connection.execute(Q.define("drop_schema", schema=sql.Identifier(row[0])))
    return None


def bring_up_to_date(database: db.Database, *, now: dt.datetime) -> None:
    """Migrate the system schema and every workspace, and make the next months' partitions: at each start.

    Raises migrations.Changed or migrations.FromTheFuture.
    """
    migrations.apply_system(database, now=now)
    for workspace in listed(database):
        with database.workspace(workspace.name) as connection:
            migrations.apply_workspace(connection, schema=workspace.schema, now=now)
            partitions.ahead(connection, now=now)
