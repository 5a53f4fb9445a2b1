"""Runs the relay until it has caught up: other tests' open transactions on the same server hold its horizon back."""

import datetime as dt
import time
from collections.abc import Sequence

from orderloom.actions.hub import Hub
from orderloom.outbox import relay

_SECONDS_MAX = 60
_UNSEALED = """
select exists (select 1 from log where xid >= coalesce((select max(xid_to) from seals), -9223372036854775807))
"""


def caught_up(hub: Hub, readers: Sequence[relay.Reader] = (), *, now: dt.datetime) -> None:
    """Seal all that was said, and feed the readers with it."""
    deadline = time.monotonic() + _SECONDS_MAX
    while _unsealed(hub):
        assert time.monotonic() < deadline, "a transaction somewhere on the server never ends"
        if not relay.seal(hub, now=now):
            time.sleep(0.01)
    while relay.feed(hub, readers, now=now):
        pass


def _unsealed(hub: Hub) -> bool:
    with hub.database.workspace(hub.workspace) as connection:
        row = connection.execute(_UNSEALED).fetchone()
    return row is not None and row[0]
