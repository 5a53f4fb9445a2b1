"""Flows about records and about the workspace inside a transaction: opened with what they are about, saved with it.

A record's own events fire them in its transaction (`actions.records`); a timer, an answer, an approval or a person
lets them go on by `carry_on`, whatever they are about.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from orderloom.actions import asking
from orderloom.actions.hub import Hub
from orderloom.deciding.flow_subjects import Turn
from orderloom.deciding.reference import Reference
from orderloom.deciding.state import State
from orderloom.domain.documents.versions import Published
from orderloom.domain.flows.runs import Run
from orderloom.domain.orders import commands, events
from orderloom.domain.records import Record
from orderloom.store import database as db
from orderloom.store import documents as documents_store
from orderloom.store import flows as flows_store
from orderloom.store import outbox as outbox_store
from orderloom.store import timers as timers_store

# Where the numbers of approvals' entries go on after those of what asked for them.
_AFTER = 500_000


class Followed(msgspec.Struct):
    """What flows made of one subject: their events and the paths of those that ended at once, the runs as they stand,
    and the number of the subject's entry in the log."""

    kind: str
    subject: uuid.UUID
    turn: Turn
    events: list[events.FlowEvent]
    paths: list[dict[str, Any]]
    n: int = 0


def state(reference: Reference, *, now: dt.datetime) -> State:
    """What flows without orders decide on: the reference and the time."""
    return State(now=now, reference=reference)


def keep_versions(
    connection: db.Connection,
    reference: Reference,
    open_: Iterable[Run],
    asked: Iterable[commands.FlowCommand] = (),
) -> None:
    """Read the versions by which these runs go on and that are in force no longer, once a snapshot."""
    runs = list(open_)
    flows = {run.run_id: run.flow for run in runs}
    wanted = {(run.flow, run.version) for run in runs}
    wanted |= {
        (flows[each.run_id], each.version)
        for each in asked
        if isinstance(each, commands.MoveFlow) and each.run_id in flows
    }
    missing = [each for each in wanted if reference.flows.plan(*each) is None]
    if missing:
        for each in documents_store.versions(connection, [("flow", name, version) for name, version in missing]):
            reference.flows.keep(Published(each.name, each.version, each.content))


def opened(state_: State, subject: uuid.UUID, *, record: Record | None, open_: Sequence[Run]) -> Turn:
    """The runs of a subject, each subject with sinks of its own, so that one that is refused leaves nothing."""
    return Turn(msgspec.structs.replace(state_, flowing=type(state_.flowing)()), subject, record=record, open_=open_)


def followed(kind: str, turn: Turn, *, alone: bool) -> Followed:
    """What a turn came to; `alone` says that nothing else is said of its subject."""
    said, paths = turn.close(alone=alone)
    return Followed(kind, turn.subject_id, turn, said, paths)


def save(
    connection: db.Connection,
    hub: Hub,
    found: Sequence[Followed],
    *,
    own: Iterable[asking.Key] = (),
    revision: int,
    now: dt.datetime,
) -> None:
    """Write the runs' rows, timers, what leaves the house and what people are asked; what nobody need decide any more
    is asked no longer."""
    kept = [each for each in found if each.events]
    flows_store.save(
        connection,
        [
            flows_store.row(each.subject, active.run, of=each.kind)
            for each in kept
            for active in each.turn.active
            if _told(active.run.run_id, each.events)
        ],
        at=now,
    )
    timers_store.insert(
        connection,
        [
            timers_store.Timer(timer.due_at, hub.ids.new(now), timer.kind, timer.subject, timer.data)
            for each in found
            for timer in each.turn.flowing.timers
        ],
    )
    rows = [
        outbox_store.Row(hub.ids.new(now), row.topic, row.subject, each.n, row.key, row.payload, now)
        for each in found
        for row in each.turn.flowing.outgoing
    ]
    outbox_store.insert(connection, rows)
    moves = asking.opened(hub, [one for each in found for one in each.turn.flowing.askings], now=now)
    open_ = {
        each.turn.subject.about: {one.run.run_id for one in each.turn.active if not one.run.over}
        for each in kept
        if any(isinstance(event, events.FlowFinished | events.FlowFailed) for event in each.events)
    }
    moves.extend(asking.left(connection, open_, own=own, now=now))
    asking.write(connection, hub, moves, revision=revision, now=now, first=_AFTER)
    if rows:
        outbox_store.wake(connection)


def _told(run_id: uuid.UUID, said: Sequence[events.FlowEvent]) -> bool:
    return any(
        run_id == (event.started.run_id if isinstance(event, events.FlowStarted) else event.run_id) for event in said
    )
