"""The drain: claims what is due, calls the sender of its topic outside any transaction, records what became of it.

Of each topic and subject only the oldest undone row is claimed, so order holds; a dead row blocks what comes after it
until someone decides (`actions.outgoing`). A claim ends by itself: who dies with it loses nothing, another one sends
again, under the same key. Who comes back after his claim ended records nothing.
"""

import datetime as dt
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec
import structlog

from orderloom.actions.hub import Hub
from orderloom.kit import limits
from orderloom.store import database as db
from orderloom.store import outbox as outbox_store
from orderloom.store.outbox import Claimed, Settled

_log = structlog.get_logger(__name__)


class Sent(msgspec.Struct, frozen=True):
    """It is out, and this is what the other side said."""

    result: dict[str, Any] = {}


class Recorded(msgspec.Struct, frozen=True):
    """It is out, and the row was done in the transaction that recorded it."""


class Later(msgspec.Struct, frozen=True):
    """It could not be done now; `after_seconds` is how long the other side asks us to wait."""

    reason: str
    after_seconds: float = 0


class Waits(msgspec.Struct, frozen=True):
    """Its turn has not come: it was not tried, and this counts as no attempt."""

    reason: str
    after_seconds: float


class Never(msgspec.Struct, frozen=True):
    """It will not do however often it is tried: someone must look."""

    reason: str


class Turn(msgspec.Struct, frozen=True):
    """When the rows were claimed, and when the claim ends."""

    now: dt.datetime
    until: dt.datetime


Answer = Sent | Recorded | Later | Waits | Never
Send = Callable[[Hub, Sequence[Claimed], Turn], Sequence[Answer]]


class Sender(msgspec.Struct, frozen=True):
    """How the rows of a topic leave. `outside`: it calls others, may wait for them, and has a loop of its own.

    `retry_seconds` are its waits after the first, second … attempt; a row that fails after the last one is dead.
    Without them waits double up to their bound.
    """

    send: Send
    outside: bool = False
    retry_seconds: tuple[float, ...] = ()


def drain(hub: Hub, senders: Mapping[str, Sender], *, outside: bool, now: dt.datetime) -> int:
    """Send one batch of due rows of the topics that leave the house, or of all others; the number of rows claimed.

    A row whose topic has no sender is dead with that reason, never lost.
    """
    started = time.monotonic()
    turn = Turn(now, now + dt.timedelta(seconds=limits.OUTBOX_LEASE_SECONDS))
    away = [topic for topic, sender in senders.items() if sender.outside]
    with hub.database.workspace(hub.workspace) as connection:
        rows = outbox_store.claim(
            connection,
            topics=away,
            among=outside,
            count=limits.WEBHOOK_CALLS_MAX if outside else limits.BATCH_ORDERS_MAX,
            now=turn.now,
            until=turn.until,
        )
    by_topic: dict[str, list[Claimed]] = {}
    for row in rows:
        by_topic.setdefault(row.topic, []).append(row)
    for topic, claimed in by_topic.items():
        answers = _send(hub, senders.get(topic), topic, claimed, turn)
        ended = now + dt.timedelta(seconds=time.monotonic() - started)
        _settle(hub, claimed, answers, turn, ended, senders.get(topic))
    return len(rows)


def _send(hub: Hub, sender: Sender | None, topic: str, claimed: Sequence[Claimed], turn: Turn) -> Sequence[Answer]:
    if sender is None:
        return [Never(f"no sender for the topic {topic!r}")] * len(claimed)
    try:
        answers = sender.send(hub, claimed, turn)
        assert len(answers) == len(claimed), "a sender answers for each row"
        return answers
    except db.GONE:
        raise  # Our own database is away: the claim ends by itself, nothing can be recorded now.
    except Exception as error:
        if len(claimed) > 1:  # One row may have broken the others: each goes alone.
            return [answer for row in claimed for answer in _send(hub, sender, topic, [row], turn)]
        _log.exception("sender failed", topic=topic, workspace=hub.workspace)
        return [Later(f"{type(error).__name__}: {error}"[: limits.TEXT_CHARS_MAX])]


def _settle(
    hub: Hub,
    claimed: Sequence[Claimed],
    answers: Sequence[Answer],
    turn: Turn,
    ended: dt.datetime,
    sender: Sender | None,
) -> None:
    waits = sender.retry_seconds if sender else ()
    settled = [
        made
        for row, answer in zip(claimed, answers, strict=True)
        if (made := outcome(row, answer, waits, now=ended)) is not None
    ]
    for each in settled:
        if each.state == "dead":
            _log.error("outbox row is dead", outbox_id=str(each.outbox_id), workspace=hub.workspace, **each.result)
    with hub.database.workspace(hub.workspace) as connection:
        outbox_store.settle(connection, settled, until=turn.until, now=ended)
        outbox_store.wake(connection)  # What waited behind these rows may go now.


def outcome(row: Claimed, answer: Answer, retry_seconds: Sequence[float] = (), *, now: dt.datetime) -> Settled | None:
    """What an answer makes of a row; None when its own transaction has said so."""
    match answer:
        case Recorded():
            return None
        case Sent():
            return Settled(row.outbox_id, "done", answer.result, now)
        case Never():
            return Settled(row.outbox_id, "dead", {"reason": answer.reason, "attempts": row.attempts}, now)
        case Waits():
            result = {"reason": answer.reason, "attempts": row.attempts - 1}
            due = now + dt.timedelta(seconds=min(answer.after_seconds, limits.BACKOFF_SECONDS_MAX))
            return Settled(row.outbox_id, "waiting", result, due, uncounted=True)
        case Later():
            result = {"reason": answer.reason, "attempts": row.attempts}
            most = len(retry_seconds) + 1 if retry_seconds else limits.ATTEMPTS_MAX
            if row.attempts >= most:
                return Settled(row.outbox_id, "dead", result, now)
            asked = min(answer.after_seconds, limits.BACKOFF_SECONDS_MAX)
            wait = _wait_seconds(row, retry_seconds)
            return Settled(row.outbox_id, "waiting", result, now + dt.timedelta(seconds=max(wait, asked)))


def _wait_seconds(row: Claimed, retry_seconds: Sequence[float]) -> float:
    if not retry_seconds:
        return min(backoff_seconds(row.outbox_id, row.attempts), limits.BACKOFF_SECONDS_MAX)
    spread = row.outbox_id.int % 1009 / 1009
    return retry_seconds[row.attempts - 1] * (1 + spread / 10)  # A tenth more at most, by the row's own id.


def backoff_seconds(outbox_id: uuid.UUID, attempts: int) -> float:
    """2, 4, 8 … seconds up to the bound, each between half and one and a half of it by the row's own id.

    Spread without dice: rows that failed together do not come back together, and a rerun waits the same.
    """
    wait = min(2.0**attempts, limits.BACKOFF_SECONDS_MAX)
    spread = (outbox_id.int ^ (attempts * 0x9E37_79B9)) % 1009 / 1009
    return wait * (0.5 + spread)
