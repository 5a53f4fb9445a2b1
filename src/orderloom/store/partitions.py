"""Monthly partitions of what grows for ever, made ahead of time; a default partition catches what comes otherwise."""

import datetime as dt

from orderloom.kit import limits
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)
TABLES = ("log", "inputs")


def ahead(connection: db.Connection, *, now: dt.datetime) -> list[str]:
    """Make the partitions of this month and the next ones where they are missing; return the names of the new ones.

    Runs in the schema that the connection is in, in the caller's transaction. Each new partition locks its table
    for a moment, so call it from a loop, not from the road.
    """
    connection.execute(Q.lock)
    made = []
    for table in TABLES:
        begins = now.astimezone(dt.UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        for _ in range(1 + limits.PARTITION_MONTHS_AHEAD):
            ends = (begins + dt.timedelta(days=32)).replace(day=1)
            name = f"{table}_{begins:%Y_%m}"
            if _make(connection, table, name, begins, ends):
                made.append(name)
            begins = ends
    return made


def _make(connection: db.Connection, table: str, name: str, begins: dt.datetime, ends: dt.datetime) -> bool:
    found = connection.execute(Q.exists, {"name": name}).fetchone()
    assert found is not None
    if found[0]:
        return False
    places = {"name": sql.Identifier(name), "parent": sql.Identifier(table)}
    bounds = {"begins": sql.Literal(begins), "ends": sql.Literal(ends)}
    connection.execute(Q.define("create", **places))
    default_partition = sql.Identifier(f"{table}_default")
    connection.execute(
        Q.define("move_from_default", default_partition=default_partition, name=places["name"], **bounds)
    )
    connection.execute(Q.define("attach", **places, **bounds))
    return True
