"""Monthly partitions of what grows for ever, made ahead of time; a default partition catches what comes otherwise."""

import datetime as dt
import re
from collections.abc import Sequence

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
    month = now
    months = []
    for _ in range(1 + limits.PARTITION_MONTHS_AHEAD):
        months.append(month)
        month = _next(month)
    return make(connection, months=months)


def make(connection: db.Connection, *, months: Sequence[dt.datetime]) -> list[str]:
    """Make the partitions that hold these instants where they are missing; return the names of the new ones."""
    connection.execute(Q.lock)
    made = []
    for table in TABLES:
        for month in months:
            begins = _begin(month)
            name = f"{table}_{begins:%Y_%m}"
            if _make(connection, table, name, begins, _next(begins)):
                made.append(name)
    return made


def months(connection: db.Connection) -> list[dt.datetime]:
    """The first instants of the months that have partitions, in order."""
    rows = connection.execute(Q.names, {"tables": list(TABLES)}).fetchall()
    found = {match.groups() for (name,) in rows if (match := re.search(r"_(\d{4})_(\d\d)$", name))}
    return sorted(dt.datetime(int(year), int(month), 1, tzinfo=dt.UTC) for year, month in found)


def _begin(instant: dt.datetime) -> dt.datetime:
    return instant.astimezone(dt.UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def _next(instant: dt.datetime) -> dt.datetime:
    return (_begin(instant) + dt.timedelta(days=32)).replace(day=1)


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
