"""What flows ask of the house: carried out once, with the answer that lets the flow go on."""

from collections.abc import Sequence

from orderloom.actions import flows
from orderloom.actions.hub import Hub
from orderloom.outbox.drain import Answer, Recorded, Turn
from orderloom.store.outbox import Claimed


def send(hub: Hub, rows: Sequence[Claimed], turn: Turn) -> list[Answer]:
    """Carry the rows out; each is done in the transaction that records it."""
    flows.carry(hub, rows, until=turn.until, now=turn.now)
    return [Recorded()] * len(rows)
