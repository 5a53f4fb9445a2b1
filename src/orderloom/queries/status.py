"""Status: the figures of a workspace at a glance, cheap enough to be asked every other second."""

import datetime as dt

import msgspec

from orderloom.queries import check
from orderloom.queries import events as events_query
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)

_LAST_EVENTS = 20
_MINUTES = 60


class Proved(msgspec.Struct):
    """The last proof in short."""

    finished_at: dt.datetime
    position: int
    whole: bool
    findings: int


class Leaving(msgspec.Struct):
    """Rows of the outbox that are waiting or dead."""

    topic: str
    waiting: int
    dead: int


class Status(msgspec.Struct):
    """Orders by stage and holds by code, orders received per minute of the last hour (oldest first, the current
    minute last), the last events, and what waits. Figures of the whole workspace are None for a viewer of a part."""

    stages: dict[str, int]
    holds: dict[str, int]
    minutes: list[int]
    events: list[events_query.Event]
    position: int
    leaving: list[Leaving] | None
    timers_due: int | None
    quarantined: int | None
    poisoned: int | None
    proof: Proved | None


def look(connection: db.Connection, *, viewer: Viewer, now: dt.datetime) -> Status:
    """The figures as they stand at `now`."""
    narrowed = viewer.limited
    scope = viewer.scope
    live = viewer.warehouses is not None or viewer.owners is not None
    standing = connection.execute(Q.standing_live if live else Q.standing, scope, prepare=False)
    held = connection.execute(Q.held_live if live else Q.held, scope, prepare=False)
    position = events_query.last_position(connection)
    recent = events_query.after(connection, viewer=viewer, position=max(0, position - _LAST_EVENTS))
    status = Status(
        stages=dict(standing.fetchall()),
        holds=dict(held.fetchall()),
        minutes=_minutes(connection, viewer, now),
        events=recent.events[-_LAST_EVENTS:],
        position=position,
        leaving=None,
        timers_due=None,
        quarantined=None,
        poisoned=None,
        proof=None,
    )
    if not narrowed:
        _whole(connection, status, now)
    return status


def _minutes(connection: db.Connection, viewer: Viewer, now: dt.datetime) -> list[int]:
    last = now.replace(second=0, microsecond=0)
    first = last - dt.timedelta(minutes=_MINUTES - 1)
    if viewer.warehouses is not None or viewer.owners is not None:
        return [0] * _MINUTES
    found = dict(connection.execute(Q.minutes, {"since": first, **viewer.scope}, prepare=False).fetchall())
    return [found.get(first + dt.timedelta(minutes=minute), 0) for minute in range(_MINUTES)]


def _whole(connection: db.Connection, status: Status, now: dt.datetime) -> None:
    leaving: dict[str, Leaving] = {}
    for topic, state, count in connection.execute(Q.leaving).fetchall():
        setattr(leaving.setdefault(topic, Leaving(topic, 0, 0)), state, count)
    status.leaving = list(leaving.values())
    row = connection.execute(Q.alone, {"now": now}).fetchone()
    assert row is not None
    status.timers_due, status.quarantined, status.poisoned = row
    if (proof := check.last(connection)) is not None:
        status.proof = Proved(proof.finished_at, proof.position, proof.whole, len(proof.findings))
