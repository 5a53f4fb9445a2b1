"""Runs of flows: the rows by which those that outlived a transaction are found again, and how far schedules went."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from orderloom.domain.flows.runs import Run
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Row(msgspec.Struct, frozen=True):
    """A run's row, all but its times."""

    run_id: uuid.UUID
    subject: uuid.UUID
    flow: str
    version: int
    state: str
    steps: int
    nodes: list[str]
    waits: list[str]
    due_at: dt.datetime | None
    parent: uuid.UUID | None
    of: str = "order"


def row(subject: uuid.UUID, run: Run, *, of: str = "order") -> Row:
    """The row that a run stands for; `of` is the kind of its subject: order, record or errand."""
    due = [each.until for each in run.waiting if each.until is not None]
    return Row(
        run.run_id,
        subject,
        run.flow,
        run.version,
        run.state,
        run.n,
        sorted({token.node for token in run.tokens}),
        sorted({f"{each.on} {each.event}".strip() for each in run.waiting}),
        min(due, default=None),
        run.parent,
        of,
    )


def save(connection: db.Connection, rows: Sequence[Row], *, at: dt.datetime) -> None:
    """Write runs as they stand."""
    if not rows:
        return
    values: dict[str, Any] = {
        "run_ids": [each.run_id for each in rows],
        "subjects": [each.subject for each in rows],
        "ofs": [each.of for each in rows],
        "flows": [each.flow for each in rows],
        "versions": [each.version for each in rows],
        "states": [each.state for each in rows],
        "steps": [each.steps for each in rows],
        "nodes": [",".join(each.nodes) for each in rows],
        "waits": [",".join(each.waits) for each in rows],
        "due_ats": [each.due_at for each in rows],
        "parents": [each.parent for each in rows],
        "at": at,
    }
    connection.execute(Q.save, values)


def subjects_of(connection: db.Connection, run_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, tuple[str, uuid.UUID]]:
    """(kind, id) of what runs are about; a run that is not there is missing."""
    if not run_ids:
        return {}
    found = connection.execute(Q.subjects_of, {"run_ids": list(run_ids)}).fetchall()
    return {run_id: (of, subject) for run_id, of, subject in found}


class Waiting(msgspec.Struct, frozen=True):
    """A run that waits: what it is about, and the version that it goes by."""

    run_id: uuid.UUID
    of: str
    subject: uuid.UUID
    version: int


def waiting_by_version(connection: db.Connection, flow: str) -> dict[int, int]:
    """How many runs of a flow wait, by the version that they go by."""
    return dict(connection.execute(Q.waiting_by_version, {"flow": flow}).fetchall())


def sample(connection: db.Connection, flow: str, *, versions: Sequence[int], count: int) -> list[Waiting]:
    """Waiting runs of a flow, up to `count` of each of these versions."""
    asked = {"flow": flow, "versions": list(versions), "count": count}
    return [Waiting(*row) for row in connection.execute(Q.sample, asked)]


def waiting_elsewhere(
    connection: db.Connection, flow: str, *, besides: int, after: uuid.UUID, count: int
) -> list[Waiting]:
    """Waiting runs of a flow on other versions than one, by run, after one."""
    asked = {"flow": flow, "besides": besides, "after": after, "count": count}
    return [Waiting(*row) for row in connection.execute(Q.waiting_elsewhere, asked)]


def said(connection: db.Connection, subjects: Collection[uuid.UUID]) -> list[tuple[uuid.UUID, str]]:
    """What these subjects said, each one's entries in order."""
    if not subjects:
        return []
    return [(subject, body) for subject, body in connection.execute(Q.said, {"subjects": list(subjects)})]


def waiting_on(connection: db.Connection, *, flow: str, order_ids: Collection[uuid.UUID]) -> set[uuid.UUID]:
    """Those of the orders on which a run of the flow waits."""
    asked = {"flow": flow, "order_ids": list(order_ids)}
    return {order_id for (order_id,) in connection.execute(Q.waiting_on, asked)}


class Schedule(msgspec.Struct, frozen=True):
    """How far a scheduled trigger was carried out: until when, and in a round under way the last order asked."""

    flow: str
    trigger: str
    done_until: dt.datetime
    after: uuid.UUID | None


def schedules(connection: db.Connection, triggers: Sequence[tuple[str, str]], *, now: dt.datetime) -> list[Schedule]:
    """How far (flow, trigger) were carried out; a new one begins now."""
    asked = {"flows": [flow for flow, _ in triggers], "triggers": [name for _, name in triggers], "now": now}
    connection.execute(Q.begin_schedules, asked)
    return [Schedule(*row) for row in connection.execute(Q.schedules, asked).fetchall()]


def move_schedule(connection: db.Connection, was: Schedule, *, until: dt.datetime, after: uuid.UUID | None) -> bool:
    """Let a schedule go on; False when another process was faster."""
    asked = {
        "flow": was.flow,
        "trigger": was.trigger,
        "was_until": was.done_until,
        "was_after": was.after,
        "until": until,
        "after": after,
    }
    return connection.execute(Q.move_schedule, asked).rowcount == 1


def open_orders(connection: db.Connection, *, after: uuid.UUID, count: int) -> list[uuid.UUID]:
    """Orders still under way, by id, after one."""
    return [row[0] for row in connection.execute(Q.open_orders, {"after": after, "count": count}).fetchall()]
