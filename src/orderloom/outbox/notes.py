"""Notes: where credit notes and cancellations wait for an order that has come by any door, a job tries them again."""

import datetime as dt
from collections.abc import Sequence

from orderloom.actions.hub import Hub
from orderloom.outbox.relay import Reader, Said
from orderloom.store import database as db
from orderloom.store import messages as messages_store
from orderloom.store import outbox as outbox_store

JOB = "notes"


def write(hub: Hub, connection: db.Connection, said: Sequence[Said], now: dt.datetime) -> None:
    """Ask for a job for each channel in which something waits for one of the orders received."""
    received = {each.subject for each in said if any(event.type == "order.received" for event in each.page.events)}
    if not received:
        return
    rows: list[outbox_store.Row] = []
    for channel in messages_store.channels_awaiting(connection, received):
        key, job = f"notes {channel}", {"name": JOB, "arguments": {"channel": channel}}
        rows.append(outbox_store.Row(hub.ids.new(now), "job", key, said[-1].position, key, job, now))
    outbox_store.insert(connection, rows)


READER = Reader("notes", frozenset({"order"}), write)
