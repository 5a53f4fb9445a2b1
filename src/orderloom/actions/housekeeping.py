"""Housekeeping of a workspace: partitions made ahead, old answers and closed rows forgotten. Once a day is enough."""

import datetime as dt

from orderloom.actions.hub import Hub
from orderloom.kit import ids, limits
from orderloom.store import idempotency, outbox, partitions


def tidy(hub: Hub, *, now: dt.datetime) -> dict[str, int]:
    """Do all of it, in bounded transactions; returns what was made and forgotten."""
    with hub.database.workspace(hub.workspace) as connection:
        made = len(partitions.ahead(connection, now=now))
    answers = rows = 0
    before = now - dt.timedelta(days=limits.IDEMPOTENCY_DAYS)
    while True:
        with hub.database.workspace(hub.workspace) as connection:
            gone = idempotency.forget(connection, before=before, count=limits.CLEANED_ROWS_PER_BATCH)
        answers += gone
        if gone < limits.CLEANED_ROWS_PER_BATCH:
            break
    oldest = ids.first_of(now - dt.timedelta(days=limits.OUTBOX_DONE_DAYS))
    while True:
        with hub.database.workspace(hub.workspace) as connection:
            gone = outbox.forget(connection, before=oldest, count=limits.CLEANED_ROWS_PER_BATCH)
        rows += gone
        if gone < limits.CLEANED_ROWS_PER_BATCH:
            break
    return {"partitions": made, "answers": answers, "outbox_rows": rows}
