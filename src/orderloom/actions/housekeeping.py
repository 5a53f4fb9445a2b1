"""Housekeeping of a workspace: partitions made ahead, old answers, closed rows and passing search keys forgotten. Once
a day is enough."""

import datetime as dt
from collections.abc import Callable

from orderloom.actions import files
from orderloom.actions.hub import Hub
from orderloom.domain import search
from orderloom.kit import ids, limits
from orderloom.store import channels, idempotency, notices, outbox, partitions, relay, snapshots
from orderloom.store import database as db


def tidy(hub: Hub, *, now: dt.datetime) -> dict[str, int]:
    """Do all of it, in bounded transactions; returns what was made and forgotten."""
    with hub.database.workspace(hub.workspace) as connection:
        made = len(partitions.ahead(connection, now=now))
    counted = _count_pools(hub, now=now)
    answered = now - dt.timedelta(days=limits.IDEMPOTENCY_DAYS)
    closed = ids.first_of(now - dt.timedelta(days=limits.OUTBOX_DONE_DAYS))
    delivered = ids.first_of(now - dt.timedelta(days=limits.WEBHOOK_DONE_DAYS))
    told = now - dt.timedelta(days=limits.NOTICES_KEPT_DAYS)
    heard = now - dt.timedelta(days=limits.HEALTH_DAYS)
    young = now - dt.timedelta(days=search.INSIDE_DAYS)
    return {
        "partitions": made,
        "pools": counted,
        "answers": _forget(hub, lambda to, most: idempotency.forget(to, before=answered, count=most)),
        "outbox_rows": _forget(hub, lambda to, most: outbox.forget(to, before=closed, count=most)),
        "deliveries": _forget(hub, lambda to, most: outbox.forget(to, before=delivered, count=most, topic="webhook")),
        "notices": _forget(hub, lambda to, most: notices.forget(to, before=told, count=most)),
        "push_refusals": _forget(hub, lambda to, most: channels.forget_refused(to, before=heard, count=most)),
        "files": files.clean(hub, now=now),
        "search_rows": _forget(hub, lambda to, most: relay.forget_search_keys(to, before=young, count=most)),
    }


def _forget(hub: Hub, some: Callable[[db.Connection, int], int]) -> int:
    forgotten = 0
    while True:
        with hub.database.workspace(hub.workspace) as connection:
            gone = some(connection, limits.CLEANED_ROWS_PER_BATCH)
        forgotten += gone
        if gone < limits.CLEANED_ROWS_PER_BATCH:
            return forgotten


def _count_pools(hub: Hub, *, now: dt.datetime) -> int:
    """Once a month, keep the stock pools as they stand: a back-test replays from there. Returns how many were kept."""
    with hub.database.workspace(hub.workspace) as connection:
        zone = hub.reference(connection).zone
        last = snapshots.newest(connection)
        month = now.astimezone(zone).strftime("%Y-%m")
        if last is not None and last.astimezone(zone).strftime("%Y-%m") >= month:
            return 0
        snapshots.forget(connection, before=now - dt.timedelta(days=limits.SNAPSHOT_DAYS))
        return snapshots.take(connection, snapshot_id=hub.ids.new(now), at=now)
