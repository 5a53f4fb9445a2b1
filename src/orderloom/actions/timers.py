"""Timers that are due: each becomes a command, and both are one transaction, so a timer fires once."""

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from orderloom.actions import claims, transact
from orderloom.actions.hub import Hub
from orderloom.deciding.reference import Reference
from orderloom.domain.orders import commands
from orderloom.kit import limits
from orderloom.store import timers as timers_store
from orderloom.store.timers import Timer

_ACTOR = "timer"

Make = Callable[[Timer, Reference, dict[str, Any]], commands.OrderCommand]


def fire(hub: Hub, *, now: dt.datetime) -> int:
    """Carry out one batch of due timers; the number of them. Any number of processes may do so at once.

    A timer of an unknown kind stays where it is, for a newer version of the hub.
    """
    with hub.database.workspace(hub.workspace) as connection:
        due = timers_store.due(connection, kinds=_MAKERS, count=limits.BATCH_ORDERS_MAX, now=now)
        reference = hub.reference(connection)
    asked = [transact.Asked(_command(hub, each, reference, now), claim=_claim(each)) for each in due]
    transact.run(hub, asked, now=now)
    return len(due)


def _claim(timer: Timer) -> claims.Claim:
    return claims.Claim("timer", timer.timer_id, timer.due_at)


def _command(hub: Hub, timer: Timer, reference: Reference, now: dt.datetime) -> commands.OrderCommand:
    said = {"command_id": hub.ids.new(now), "actor": _ACTOR, "source": "hub", "at": now, "order_id": timer.subject}
    return _MAKERS[timer.kind](timer, reference, said)


def _stage_limit(timer: Timer, reference: Reference, said: dict[str, Any]) -> commands.OrderCommand:
    return commands.PassLimit(**said, **timer.data)


def _hold(timer: Timer, reference: Reference, said: dict[str, Any]) -> commands.OrderCommand:
    return commands.ExpireHold(**said, code=timer.data["code"], line_no=timer.data.get("line_no"))


def _retry(timer: Timer, reference: Reference, said: dict[str, Any]) -> commands.OrderCommand:
    return commands.Retry(**said)


def _flow(timer: Timer, reference: Reference, said: dict[str, Any]) -> commands.OrderCommand:
    return commands.ResumeFlow(**said, run_id=uuid.UUID(timer.data["run_id"]), token=timer.data["token"])


_MAKERS: Mapping[str, Make] = {
    "stage_limit": _stage_limit,
    "hold": _hold,
    "retry": _retry,
    "flow": _flow,
}
