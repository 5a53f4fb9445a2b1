"""Housekeeping of a workspace: partitions made ahead, old answers, closed rows and passing search keys forgotten. Once
a day is enough."""

import datetime as dt
from collections.abc import Callable

from orderloom.actions import files
from orderloom.actions.hub import Hub
from orderloom.domain import search
from orderloom.kit import ids, limits
from orderloom.store import database as db
from orderloom.store import idempotency, outbox, partitions, relay


def tidy(hub: Hub, *, now: dt.datetime) -> dict[str, int]:
    """Do all of it, in bounded transactions; returns what was made and forgotten."""
    with hub.database.workspace(hub.workspace) as connection:
        made = len(partitions.ahead(connection, now=now))
    answered = now - dt.timedelta(days=limits.IDEMPOTENCY_DAYS)
    closed = ids.first_of(now - dt.timedelta(days=limits.OUTBOX_DONE_DAYS))
    young = now - dt.timedelta(days=search.INSIDE_DAYS)
    return {
        "partitions": made,
        "answers": _forget(hub, lambda to, most: idempotency.forget(to, before=answered, count=most)),
        "outbox_rows": _forget(hub, lambda to, most: outbox.forget(to, before=closed, count=most)),
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
