"""Events by position: what live pages, webhooks and other systems follow, gapless and in order."""

import datetime as dt
import uuid
from typing import Any

import msgspec

from orderloom.domain import envelopes
from orderloom.domain.envelopes import CloudEvent
from orderloom.kit import limits
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Event(msgspec.Struct):
    """An event as the outside sees it. `position` is None until the relay has sealed its transaction."""

    position: int | None
    type: str
    kind: str
    subject: uuid.UUID
    n: int
    at: dt.datetime
    recorded_at: dt.datetime
    actor: str
    source: str
    revision: int
    data: dict[str, Any]


def enveloped(event: Event, *, workspace: str) -> CloudEvent:
    """An event that has its position as other systems get it."""
    assert event.position is not None, "what has no position yet is not told"
    return CloudEvent(
        id=envelopes.id_of(event.subject, event.n),
        source=envelopes.source(workspace),
        type=f"orderloom.{event.type}",
        subject=str(event.subject),
        time=event.at,
        data=event.data,
        sequence=str(event.position),
        recordedtime=event.recorded_at,
        actor=event.actor,
        origin=event.source,
        revision=event.revision,
    )


class Read(msgspec.Struct):
    """Events after a position, and how far was looked: the next call begins there, also when nothing was in scope."""

    events: list[Event]
    position: int


class _Body(msgspec.Struct):
    at: dt.datetime
    actor: str
    source: str
    revision: int
    events: list[dict[str, Any]]


_decode = msgspec.json.Decoder(_Body).decode


def after(connection: db.Connection, *, viewer: Viewer, position: int, count: int = limits.PAGE_ROWS_MAX) -> Read:
    """Up to `count` events after `position`, in order, those in scope: a viewer of some channels or warehouses sees
    the events of their orders, and none of accounts and stock."""
    asked = {"position": position, "seals": limits.SEALS_READ_MAX, "count": count, **viewer.scope}
    # How far the seals reach is read first: one that comes meanwhile is looked through by the next call.
    reach = _number(connection, Q.reach, asked)
    found: list[Event] = []
    for first, kind, subject, n, recorded_at, body in connection.execute(Q.after, asked, prepare=False):
        events = _of_entry(body, kind=kind, subject=subject, n=n, recorded_at=recorded_at, first=first)
        found.extend(each for each in events if each.position is not None and each.position > position)
        if len(found) >= count:
            break
    if len(found) >= count:
        found = found[:count]
        return Read(found, found[-1].position or position)
    return Read(found, max(position, reach, found[-1].position or 0 if found else 0))


def entries_of(connection: db.Connection, subject: uuid.UUID) -> list[tuple[int, dt.datetime, str, int | None]]:
    """The entries of one subject: (first event's number, recorded at, body, first event's position once sealed).

    Whoever calls has made sure that the viewer may see the subject.
    """
    return connection.execute(Q.of_subject, {"subject": subject}).fetchall()  # type: ignore[return-value]


def last_position(connection: db.Connection) -> int:
    """The last position given to an event; 0 when there is none yet."""
    return _number(connection, Q.last_position, {})


def _number(connection: db.Connection, statement: Any, asked: dict[str, Any]) -> int:
    row = connection.execute(statement, asked).fetchone()
    assert row is not None
    return row[0]


def _of_entry(
    body: str, *, kind: str, subject: uuid.UUID, n: int, recorded_at: dt.datetime, first: int | None
) -> list[Event]:
    read = _decode(body)
    return [
        Event(
            position=None if first is None else first + i,
            type=data.pop("type"),
            kind=kind,
            subject=subject,
            n=n + i,
            at=read.at,
            recorded_at=recorded_at,
            actor=read.actor,
            source=read.source,
            revision=read.revision,
            data=data,
        )
        for i, data in enumerate(read.events)
    ]
