"""What goes through one transaction: commands, each with what is saved beside it."""

import msgspec

from orderloom.actions.claims import Claim
from orderloom.domain.orders import commands
from orderloom.store import idempotency, messages


class Asked(msgspec.Struct):
    """A command with what is saved beside it: the raw message it came from, the persons in it, the caller's key."""

    command: commands.OrderCommand
    message: messages.Message | None = None
    persons: list[messages.Person] = []
    once: idempotency.Once | None = None
    claim: Claim | None = None
