"""The health of channels (X-7): last message, lag, failures, what waits, what catching up brought.

A warehouse is not told of messages: a viewer with a scope of warehouses sees none.
"""

import datetime as dt

import msgspec

from orderloom.kit import limits
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql
from orderloom.store.channels import Run

Q = sql.load(__file__)


class Health(msgspec.Struct):
    """One channel. `last_message_at` looks HEALTH_DAYS back; `waiting` are messages in quarantine. `lag_seconds` is how
    far behind its source's own list it is, None where that is not asked; the other figures of catching up are of the
    last run. `refused_of_a_day` are pushes that were not signed by the scheme `signature`."""

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
    lag_seconds: int | None = None


def health(connection: db.Connection, *, viewer: Viewer, now: dt.datetime) -> list[Health]:
    """Every channel in scope, by name."""
    values = {
        **viewer.scope,
        "since": now - dt.timedelta(days=limits.HEALTH_DAYS),
        "day_ago": now - dt.timedelta(days=1),
    }
    found = [Health(*row) for row in connection.execute(Q.health, values, prepare=False).fetchall()]
    for each in found:
        if each.connector is not None and each.caught_up_to is not None:
            each.lag_seconds = max(0, int((now - each.caught_up_to).total_seconds()))
    return found


def runs(connection: db.Connection, *, viewer: Viewer, channel: str, count: int) -> list[Run]:
    """The last runs of catching up with a channel, the newest first."""
    values = {**viewer.scope, "channel": channel, "count": min(max(count, 1), limits.PAGE_ROWS_MAX)}
    return [Run(*row) for row in connection.execute(Q.runs, values).fetchall()]
