"""The health of channels (X-7): last message, lag, failures, what waits, what catching up brought.

A warehouse is not told of messages: a viewer with a scope of warehouses sees none.
"""

import datetime as dt
from typing import Any, Literal

import msgspec

from orderloom.domain import codes
from orderloom.domain.orders.state import Text
from orderloom.kit import limits
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql
from orderloom.store.channels import Run

Q = sql.load(__file__)
State = Literal["healthy", "troubled", "late", "broken", "paused", "new"]


class Health(msgspec.Struct):
    """One channel. `last_message_at` looks HEALTH_DAYS back; `waiting` are messages in quarantine. `lag_seconds` is how
    far behind its source's own list it is, None where that is not asked; the other figures of catching up are of the
    last run. `refused_of_a_day` are pushes that were not signed by the scheme `signature`.

    Of HEALTH_DAYS stand `messages_of_all` and how many of them needed a hand (`quarantined_of_all`); `clean_percent` is
    the share that needed none, `error_percent` that of a day which did, or was turned away. `latency_seconds` is the
    median of a day from an order's time to its message, files apart. `why` says why its `state` is not healthy.
    """

    channel: str
    name: str
    platform: str
    paused: bool
    last_message_at: dt.datetime | None
    messages_of_a_day: int
    waiting: int
    connector: str | None
    caught_up_to: dt.datetime | None
    due_at: dt.datetime | None
    failures: int
    problem: str
    run_at: dt.datetime | None
    listed: int
    missed: int
    signature: str
    refused_of_a_day: int
    refused_at: dt.datetime | None
    quarantined_of_a_day: int
    messages_of_all: int
    quarantined_of_all: int
    latency_seconds: int | None
    lag_seconds: int | None = None
    error_percent: float = 0
    clean_percent: float | None = None
    state: State = "healthy"
    state_since: dt.datetime | None = None
    why: Text | None = None


def health(connection: db.Connection, *, viewer: Viewer, now: dt.datetime) -> list[Health]:
    """Every channel in scope, by name."""
    values = {
        **viewer.scope,
        "since": now - dt.timedelta(days=limits.HEALTH_DAYS),
        "day_ago": now - dt.timedelta(days=1),
        "told": _TOLD,
    }
    found = [Health(*row) for row in connection.execute(Q.health, values, prepare=False).fetchall()]
    for each in found:
        if each.connector is not None and each.caught_up_to is not None:
            each.lag_seconds = max(0, int((now - each.caught_up_to).total_seconds()))
        _judge(each, now)
    return found


def _judge(each: Health, now: dt.datetime) -> None:
    """Say how the channel stands, since when, and why."""
    came = each.messages_of_a_day + each.refused_of_a_day
    each.error_percent = _percent(each.quarantined_of_a_day + each.refused_of_a_day, came)
    if each.messages_of_all:
        each.clean_percent = _percent(each.messages_of_all - each.quarantined_of_all, each.messages_of_all)
    unsigned = each.refused_at is not None and (each.last_message_at is None or each.refused_at > each.last_message_at)
    silent = each.last_message_at is not None and each.last_message_at < now - dt.timedelta(days=1)
    share = {"percent": f"{each.error_percent:g}", "messages": came}
    if each.paused:
        each.state, each.why = "paused", _words("health.paused", {})
    elif each.failures >= _FAILURES_BROKEN:
        _say(each, "broken", each.caught_up_to, "health.source_away",
             {"failures": each.failures, "problem": each.problem})  # fmt: skip
    elif each.refused_of_a_day and unsigned:
        _say(each, "broken", each.last_message_at or each.refused_at, "health.unsigned",
             {"messages": each.refused_of_a_day})  # fmt: skip
    elif came >= _MESSAGES_JUDGED and each.error_percent >= _PERCENT_BROKEN:
        _say(each, "broken", None, "health.unreadable", share)
    elif each.lag_seconds is not None and each.lag_seconds > limits.CHANNEL_LATE_SECONDS:
        _say(each, "late", each.caught_up_to, "health.behind", {"minutes": each.lag_seconds // 60})
    elif silent and each.messages_of_all >= limits.HEALTH_DAYS:
        _say(each, "late", each.last_message_at, "health.silent", {"days": limits.HEALTH_DAYS,
             "messages": each.messages_of_all})  # fmt: skip
    elif came >= _MESSAGES_WEIGHED and each.error_percent >= _PERCENT_TROUBLED:
        _say(each, "troubled", None, "health.unreadable", share)
    elif each.last_message_at is None:
        each.state, each.why = "new", _words("health.new", {"days": limits.HEALTH_DAYS})


# What rules refuse where somebody waits and reads it says nothing of the channel's messages.
_TOLD = ["check", "credit", "hold"]
_FAILURES_BROKEN = 2
# Two bad messages of two may be one clumsy hand; of three, half and more are the channel's own trouble.
_MESSAGES_JUDGED = 3
_PERCENT_BROKEN = 50
_MESSAGES_WEIGHED = 20
_PERCENT_TROUBLED = 10


def _say(each: Health, state: State, since: dt.datetime | None, code: str, data: dict[str, Any]) -> None:
    each.state, each.state_since, each.why = state, since, _words(code, data)


def _words(code: str, data: dict[str, Any]) -> Text:
    return Text(codes.text(code, data, "zh"), codes.text(code, data, "en"))


def _percent(part: int, whole: int) -> float:
    return round(100 * part / whole, 1) if whole else 0


def runs(connection: db.Connection, *, viewer: Viewer, channel: str, count: int) -> list[Run]:
    """The last runs of catching up with a channel, the newest first."""
    values = {**viewer.scope, "channel": channel, "count": min(max(count, 1), limits.PAGE_ROWS_MAX)}
    return [Run(*row) for row in connection.execute(Q.runs, values).fetchall()]
