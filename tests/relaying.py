"""Waiting for the relay in tests: an open transaction of any test on the shared server holds its horizon back."""

import datetime as dt
import time

from orderloom.actions.hub import Hub
from orderloom.outbox import relay
from orderloom.outbox.readers import READERS

_SECONDS_MAX = 60.0


def seal_all(hub: Hub, *, now: dt.datetime) -> None:
    """Seal until no entry is without a position."""
    ends = time.monotonic() + _SECONDS_MAX
    while relay.seal(hub, now=now) or _unsealed(hub):
        assert time.monotonic() < ends, "a transaction somewhere stays open"
        time.sleep(0.005)


def follow(hub: Hub, *, now: dt.datetime) -> None:
    """Seal everything and feed every reader with it."""
    seal_all(hub, now=now)
    while relay.feed(hub, READERS, now=now):
        pass


def _unsealed(hub: Hub) -> bool:
    with hub.database.workspace(hub.workspace) as connection:
        rows = connection.execute(
            "select coalesce(sum(count), 0) <> (select coalesce(max(last_position), 0) from seals) from log"
        ).fetchall()
    return rows == [(True,)]
