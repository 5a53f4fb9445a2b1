"""What is to leave the house: rows written with the order, drained after the commit."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import Any

import msgspec

from orderloom.kit import limits
from orderloom.store import copying, sql
from orderloom.store import database as db

Q = sql.load(__file__)

_ROW = ("uuid", "text", "text", "int8", "text", "json", "timestamptz")


class Row(msgspec.Struct, frozen=True):
    """Something to leave; `number` orders the rows of one topic and subject, `key` makes a repeated call harmless."""

    outbox_id: uuid.UUID
    topic: str
    subject: str
    number: int
    key: str
    payload: dict[str, Any]
    due_at: dt.datetime


class Claimed(msgspec.Struct, frozen=True):
    """A row claimed until a time; this is its `attempts`-th attempt, counted from one."""

    outbox_id: uuid.UUID
    topic: str
    subject: str
    number: int
    key: str
    payload: dict[str, Any]
    attempts: int


class Settled(msgspec.Struct, frozen=True):
    """What became of a claimed row: done, dead, or waiting again until `due_at`; `uncounted` when it was not tried."""

    outbox_id: uuid.UUID
    state: str
    result: dict[str, Any]
    due_at: dt.datetime
    uncounted: bool = False


def insert(connection: db.Connection, rows: Sequence[Row]) -> None:
    """Write rows; whoever appends to the log in the same transaction wakes the loops."""
    if rows:
        encoded = (
            (
                each.outbox_id, each.topic, each.subject, each.number, each.key,
                msgspec.json.encode(each.payload).decode(), each.due_at,
            )
            for each in rows
        )  # fmt: skip
        copying.rows(connection, Q.copy_outbox, types=_ROW, rows=encoded)


def wake(connection: db.Connection) -> None:
    """Tell the loops, when this commits, that something waits in this workspace."""
    connection.execute(Q.wake)


def claim(
    connection: db.Connection,
    *,
    topics: Collection[str],
    among: bool,
    count: int,
    now: dt.datetime,
    until: dt.datetime,
) -> list[Claimed]:
    """Claim up to `count` due rows until a time: of these topics, or (`among` false) of all others."""
    asked = {"topics": list(topics), "among": among, "count": count, "now": now, "until": until}
    rows = [Claimed(*row) for row in connection.execute(Q.claim, asked).fetchall()]
    return sorted(rows, key=lambda each: each.outbox_id)


def settle(
    connection: db.Connection, settled: Sequence[Settled], *, until: dt.datetime, now: dt.datetime
) -> set[uuid.UUID]:
    """Record what became of rows claimed until that time; returns those that were still ours."""
    if not settled:
        return set()
    values = {
        "outbox_ids": [each.outbox_id for each in settled],
        "states": [each.state for each in settled],
        "results": [msgspec.json.encode(each.result).decode() for each in settled],
        "due_ats": [each.due_at for each in settled],
        "done_ats": [now if each.state == "done" else None for each in settled],
        "uncounteds": [int(each.uncounted) for each in settled],
        "until": until,
    }
    return {row[0] for row in connection.execute(Q.settle, values).fetchall()}


def dead(connection: db.Connection, outbox_ids: Collection[uuid.UUID]) -> list[Claimed]:
    """Those of the rows that are dead."""
    found = connection.execute(Q.dead, {"outbox_ids": list(outbox_ids)}).fetchall()
    return [Claimed(*row) for row in found]


def requeue(
    connection: db.Connection, outbox_ids: Collection[uuid.UUID], *, result: dict[str, Any], now: dt.datetime
) -> set[uuid.UUID]:
    """Let dead rows be tried anew; returns those that were dead."""
    return _decide(connection, Q.requeue, outbox_ids, result, now)


def requeue_all(
    connection: db.Connection, messenger: str, *, result: dict[str, Any], count: int, now: dt.datetime
) -> int:
    """Let up to `count` dead rows of a messenger be tried anew; returns how many there were."""
    values = {"name": messenger, "result": msgspec.json.encode(result).decode(), "count": count, "now": now}
    return connection.execute(Q.requeue_messages, values).rowcount


def replay_webhook(
    connection: db.Connection,
    webhook: str,
    *,
    outbox_ids: Sequence[uuid.UUID] | None,
    since: uuid.UUID,
    result: dict[str, Any],
    now: dt.datetime,
) -> int:
    """Let rows of a webhook be handed over anew: those named, or the dead ones not older than an id; how many."""
    values = {
        "name": webhook,
        "outbox_ids": None if outbox_ids is None else list(outbox_ids),
        "since": since,
        "result": msgspec.json.encode(result).decode(),
        "count": limits.WEBHOOK_REPLAYED_MAX,
        "now": now,
    }
    return connection.execute(Q.replay_webhook, values).rowcount


def give_up(
    connection: db.Connection, outbox_ids: Collection[uuid.UUID], *, result: dict[str, Any], now: dt.datetime
) -> set[uuid.UUID]:
    """Close dead rows for good; returns those that were dead."""
    return _decide(connection, Q.give_up, outbox_ids, result, now)


def _decide(
    connection: db.Connection, statement: str, ids: Collection[uuid.UUID], result: dict[str, Any], now: dt.datetime
) -> set[uuid.UUID]:
    values = {"outbox_ids": list(ids), "result": msgspec.json.encode(result).decode(), "now": now}
    return {row[0] for row in connection.execute(statement, values).fetchall()}  # type: ignore[arg-type]


def forget(connection: db.Connection, *, before: uuid.UUID, count: int, topic: str | None = None) -> int:
    """Delete up to `count` closed rows older than an id, of one topic or of all; returns how many."""
    return connection.execute(Q.forget, {"before": before, "count": count, "topic": topic}).rowcount


def insert_once(connection: db.Connection, rows: Sequence[Row]) -> None:
    """Write rows whose ids are made of what asked for them: written twice is written once."""
    if rows:
        connection.execute(
            Q.insert_once,
            {
                "outbox_ids": [each.outbox_id for each in rows],
                "topics": [each.topic for each in rows],
                "subjects": [each.subject for each in rows],
                "numbers": [each.number for each in rows],
                "keys": [each.key for each in rows],
                "payloads": [msgspec.json.encode(each.payload).decode() for each in rows],
                "due_ats": [each.due_at for each in rows],
            },
        )
