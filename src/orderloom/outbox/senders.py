"""Which topic leaves how. What is for the house itself becomes a record in it; the rest is called from here."""

from collections.abc import Mapping, Sequence

from orderloom.actions import outgoing
from orderloom.actions.hub import Hub
from orderloom.outbox import jobs, webhooks
from orderloom.outbox.drain import Answer, Recorded, Sender, Sent, Turn
from orderloom.store.outbox import Claimed


def _receipts(hub: Hub, rows: Sequence[Claimed], turn: Turn) -> list[Answer]:
    """Customers' receipts: kept in the order's record until a sender for the customer's own channel is set up."""
    outgoing.record_receipts(hub, rows, until=turn.until, now=turn.now)
    return [Recorded()] * len(rows)


def _warehouse(hub: Hub, rows: Sequence[Claimed], turn: Turn) -> list[Answer]:
    """Shipments planned or called back: told to the people of the warehouse."""
    return _tell(hub, [(row, f"warehouse:{row.payload.get('warehouse', '')}") for row in rows], turn)


def _planning(hub: Hub, rows: Sequence[Claimed], turn: Turn) -> list[Answer]:
    """Units that nothing covers, or that must be brought from another warehouse: told to planning."""
    return _tell(hub, [(row, "planning") for row in rows], turn)


def _notice(hub: Hub, rows: Sequence[Claimed], turn: Turn) -> list[Answer]:
    """Reminders: told to the owner, or to operations when nobody owns the order."""
    return _tell(hub, [(row, str(row.payload.get("owner") or "operations")) for row in rows], turn)


def _tell(hub: Hub, notices: Sequence[tuple[Claimed, str]], turn: Turn) -> list[Answer]:
    outgoing.tell(hub, notices, now=turn.now)
    return [Sent({"told": audience}) for _, audience in notices]


SENDERS: Mapping[str, Sender] = {
    "receipt": Sender(_receipts),
    "warehouse": Sender(_warehouse),
    "planning": Sender(_planning),
    "transfer": Sender(_planning),
    "notice": Sender(_notice),
    "job": Sender(jobs.send),
    "webhook": Sender(webhooks.send, outside=True),
}
