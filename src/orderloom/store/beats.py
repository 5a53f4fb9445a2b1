"""Beats: what each loop of each worker last did, for the status page. Nothing decides by it."""

import datetime as dt
from collections.abc import Sequence

import msgspec

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Beat(msgspec.Struct, frozen=True):
    """A loop's last turn; `failures` counts those in a row, `problem` is the last one's text."""

    worker: str
    loop: str
    beat_at: dt.datetime
    turns: int
    failures: int
    problem: str


def keep(database: db.Database, beats: Sequence[Beat]) -> None:
    """Write the beats of one worker."""
    if not beats:
        return
    values = {
        "worker": beats[0].worker,
        "loops": [each.loop for each in beats],
        "beat_ats": [each.beat_at for each in beats],
        "turns": [each.turns for each in beats],
        "failures": [each.failures for each in beats],
        "problems": [each.problem for each in beats],
    }
    with database.system() as connection:
        connection.execute(Q.keep, values)


def forget(database: db.Database, *, worker: str, before: dt.datetime) -> None:
    """Forget a worker that stopped, and those that have been silent since a time."""
    with database.system() as connection:
        connection.execute(Q.forget, {"worker": worker, "before": before})


def listed(database: db.Database) -> list[Beat]:
    """All loops of all workers."""
    with database.system() as connection:
        return [Beat(*row) for row in connection.execute(Q.list).fetchall()]
