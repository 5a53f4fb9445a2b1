"""What a transaction takes along beside its commands: claims, and what is booked with them.

A claim is the timer or outbox row that a command carries out, taken in the command's own transaction.
So a timer fires once and a row is done once, whatever dies in between: either both are committed, or neither is.
"""

import datetime as dt
import uuid
from collections.abc import Collection
from typing import Literal, Protocol

import msgspec

from orderloom.deciding.state import State
from orderloom.store import database as db
from orderloom.store import outbox, timers


class Claim(msgspec.Struct, frozen=True):
    """`until` is the time that the timer is due, or the end of the claim on the outbox row."""

    kind: Literal["timer", "outbox"]
    id: uuid.UUID
    until: dt.datetime


class Beside(Protocol):
    """What is booked in the commands' own transaction, before and after they are decided.

    `locked` asks for the rows that batches share, pools and accounts, to be locked from the first try on.
    """

    @property
    def locked(self) -> bool: ...

    def prepare(self, connection: db.Connection, state_: State) -> None:
        """Lock what will be booked, and let the state show it as if it were."""

    def save(self, connection: db.Connection, state_: State) -> None:
        """Book it; the commands are saved."""


def take(connection: db.Connection, claims: Collection[Claim], *, now: dt.datetime) -> set[Claim]:
    """Take the timers away and mark the rows done; returns the claims that were still to be had."""
    found = timers.take(connection, [(each.until, each.id) for each in claims if each.kind == "timer"])
    for until in {each.until for each in claims if each.kind == "outbox"}:
        settled = [
            outbox.Settled(each.id, "done", {"recorded": True}, now)
            for each in claims
            if each.kind == "outbox" and each.until == until
        ]
        found |= outbox.settle(connection, settled, until=until, now=now)
    return {each for each in claims if each.id in found}
