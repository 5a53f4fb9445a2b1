"""Runs of flows: the list, one run with every step and its why, and which runs would fit another version.

A flow that ended in the transaction that began it has no run; its path is told in the order's timeline.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Iterator
from typing import Any

import msgspec

from orderloom.domain import codes, log
from orderloom.domain.flows import history
from orderloom.domain.flows.definition import Plan
from orderloom.domain.orders import events
from orderloom.kit import limits
from orderloom.queries import cursors
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Row(msgspec.Struct):
    """A run in a list: where its branches stand, and what they wait for. `of` says what it is about: an order, a
    record, or an errand, which is nothing but itself."""

    run_id: uuid.UUID
    order_id: uuid.UUID | None
    order_no: str
    flow: str
    version: int
    state: str
    steps: int
    nodes: list[str]
    waits: list[str]
    due_at: dt.datetime | None
    parent: uuid.UUID | None
    started_at: dt.datetime
    changed_at: dt.datetime
    of: str
    subject: uuid.UUID
    record_no: str


class Page(msgspec.Struct):
    """Runs, the newest first, and the cursor of the page after them."""

    rows: list[Row]
    next: str | None


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What the list is narrowed to; None leaves a filter out."""

    flow: str | None = None
    state: str | None = None
    order_no: str | None = None


class Passed(msgspec.Struct, omit_defaults=True):
    """Something that happened in a run: a node passed by an exit with what was answered there, a wait begun, or how it
    started, moved or ended. `actor` is who or what let it happen; `said` why it was refused or failed, in words."""

    at: dt.datetime
    what: str
    actor: str
    node: str = ""
    exit: str = ""
    answer: Any = None
    data: dict[str, Any] = {}
    said: dict[str, str] = {}


class Shown(msgspec.Struct):
    """A run with its whole story."""

    run: Row
    passed: list[Passed]


class Standing(msgspec.Struct):
    """How many waiting runs of a version stand at a node, since when the longest, and when the next goes on by time."""

    version: int
    node: str
    runs: int
    since: dt.datetime
    due_at: dt.datetime | None


class Fit(msgspec.Struct):
    """Whether a run's history fits a version: `nodes` are the places where it does not. `order_no` is the number of the
    order or record that it is about."""

    run_id: uuid.UUID
    order_no: str
    version: int
    fits: bool
    nodes: list[str] = []


def page(
    connection: db.Connection, *, viewer: Viewer, filters: Filters, cursor: str | None = None, count: int = 50
) -> Page:
    """Runs in scope. Raises cursors.Unreadable."""
    after_at, after_id = cursors.read(cursor, (dt.datetime, uuid.UUID)) if cursor else (None, None)
    wanted = min(max(count, 1), limits.PAGE_ROWS_MAX)
    found = _rows(connection, viewer, filters, {"after_at": after_at, "after_id": after_id, "count": wanted + 1})
    rows = found[:wanted]
    more = len(found) > wanted
    return Page(rows, cursors.write(rows[-1].changed_at, rows[-1].run_id) if more else None)


def one(connection: db.Connection, run_id: uuid.UUID, *, viewer: Viewer) -> Shown | None:
    """A run with every step; None when there is none in scope."""
    asked = {"run_id": run_id, "after_at": None, "after_id": None, "count": 1}
    found = _rows(connection, viewer, Filters(), asked)
    if not found:
        return None
    passed = [
        each
        for _, recorded_at, body in connection.execute(Q.entries, {"subjects": [found[0].subject]})
        for each in _passed(log.read(body), run_id, recorded_at)
    ]
    return Shown(found[0], passed)


def standing(connection: db.Connection, *, viewer: Viewer, flow: str) -> list[Standing]:
    """Where the waiting runs of a flow stand, those of orders in scope, the newest version first. A run with several
    branches stands at several nodes."""
    asked = {"flow": flow, "rows_max": limits.PAGE_ROWS_MAX, **viewer.scope}
    return [Standing(*row) for row in connection.execute(Q.standing, asked, prepare=False).fetchall()]


def fitting(
    connection: db.Connection, *, viewer: Viewer, plan: Plan, after: uuid.UUID = uuid.UUID(int=0), count: int = 200
) -> list[Fit]:
    """Waiting runs of a flow on other versions, by run, after one, with their histories replayed on this version: where
    each of them left the way that this version has."""
    asked = {"flow": plan.name, "besides": plan.version, "after": after, "count": count, **viewer.scope}
    rows = connection.execute(Q.elsewhere, asked).fetchall()
    told = _histories(connection, {row[1] for row in rows})
    fits: list[Fit] = []
    for run_id, subject, number, version in rows:
        nodes = history.replayed(run_id, told.get(subject, []), plan)
        fits.append(Fit(run_id, number, version, not nodes, nodes))
    return fits


def _histories(connection: db.Connection, subjects: Collection[uuid.UUID]) -> dict[uuid.UUID, list[Any]]:
    told: dict[uuid.UUID, list[Any]] = {}
    if subjects:
        for subject, _, body in connection.execute(Q.entries, {"subjects": list(subjects)}):
            told.setdefault(subject, []).extend(log.read(body).events)
    return told


def _rows(connection: db.Connection, viewer: Viewer, filters: Filters, asked: dict[str, Any]) -> list[Row]:
    values = {"run_id": None, **msgspec.structs.asdict(filters), **asked, **viewer.scope}
    return [Row(*row) for row in connection.execute(Q.page, values, prepare=False).fetchall()]


def _passed(body: log.Body, run_id: uuid.UUID, at: dt.datetime) -> Iterator[Passed]:
    """What an entry says of one run."""
    for event in body.events:
        match event:
            case events.FlowStarted() if event.started.run_id == run_id:
                started = event.started
                yield Passed(at, "started", body.actor, started.node, data={"event": started.event})
            case events.FlowStepped() if event.run_id == run_id:
                for step in event.steps:
                    yield Passed(
                        at, "passed", body.actor, step.node, step.exit, step.answer, step.given, history.said(step)
                    )
            case events.FlowWaited() if event.run_id == run_id:
                for each in event.waits:
                    data = msgspec.to_builtins(each)
                    yield Passed(at, "waits", body.actor, data={name: data[name] for name in data if name != "token"})
            case events.FlowFinished() if event.run_id == run_id:
                yield Passed(at, "finished", body.actor)
            case events.FlowFailed() if event.run_id == run_id:
                data = {"code": event.code, **event.data}
                said = codes.both(event.code, {"node": event.node, **event.data})
                yield Passed(at, "failed", body.actor, event.node, data=data, said={**said})
            case events.FlowMoved() if event.run_id == run_id:
                yield Passed(at, "moved", body.actor, data={"version": event.version, "was": event.was})
            case _:
                pass
