"""The job library's tables in the system schema: procrastinate brings its own SQL, this keeps it up to date."""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
import procrastinate
from procrastinate import exceptions, schema

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)

TASK = "orderloom.job"
# The library names its objects without a schema: its connections are in the system schema.
OPTIONS = f"-c search_path={db.SYSTEM} -c timezone=UTC"


class Job(msgspec.Struct, frozen=True):
    """A piece of work for a workspace; `lock` keeps a second one of the same from waiting beside it."""

    workspace: str
    name: str
    arguments: dict[str, Any]
    lock: str


def prepare(database: db.Database, *, now: dt.datetime) -> list[str]:
    """Bring the library's schema up to date; returns the pieces that were applied.

    A new database gets the whole; one that has some pieces gets the library's migrations that it lacks.
    """
    migrations = sorted(Path(schema.SchemaManager.get_migrations_path()).glob("*.sql"))
    with database.system() as connection:
        connection.execute(Q.lock)
        known = {row[0] for row in connection.execute(Q.pieces).fetchall()}
        missing = [each for each in migrations if each.name not in known]
        if not known:
            connection.execute(schema.SchemaManager.get_schema().encode())
        else:
            for each in missing:
                connection.execute(each.read_bytes())
        if missing:
            connection.execute(Q.keep_pieces, {"pieces": [each.name for each in missing], "now": now})
    return [each.name for each in missing]


def defer(url: str, jobs: Sequence[Job]) -> None:
    """Put jobs in the queue; one whose lock another waiting job holds is there already."""
    connector = procrastinate.SyncPsycopgConnector(conninfo=url, kwargs={"options": OPTIONS}, min_size=1, max_size=1)
    with procrastinate.App(connector=connector).open() as app:
        for job in jobs:
            arguments = {"workspace": job.workspace, "name": job.name, "arguments": job.arguments}
            try:
                app.configure_task(TASK, queueing_lock=job.lock).defer(**arguments)
            except exceptions.AlreadyEnqueued:
                continue
