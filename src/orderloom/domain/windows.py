"""Windows: what was seen under one key, such as an address, within some hours (decisions.md 7).

"One address with three orders and different phones" asks for the orders and the clear phones in the window. A
platform's masked phone has no key and never counts as a different one (decisions.md 26). The window looks both ways
from an order's own time, so that messages may arrive in any order.
"""

import datetime as dt
import uuid

import msgspec

from orderloom.kit import limits


class Entry(msgspec.Struct, frozen=True, array_like=True):
    """An order seen under the key; `phone_key` is the phone's fingerprint, "" where it is masked or unknown."""

    order_id: uuid.UUID
    at: dt.datetime
    phone_key: str = ""


class Window(msgspec.Struct):
    """The latest orders under one key, oldest first; at most `limits.WINDOW_ENTRIES_MAX`."""

    key: str
    entries: list[Entry] = []


def seen(window: Window, *, at: dt.datetime, hours: int) -> tuple[int, int]:
    """How many orders and how many different clear phones lie within the hours before or after the instant."""
    span = dt.timedelta(hours=hours)
    earliest, latest = at - span, at + span
    within = [entry for entry in window.entries if earliest <= entry.at <= latest]
    return len(within), len({entry.phone_key for entry in within if entry.phone_key})


def add(window: Window, entry: Entry, *, hours: int) -> Window:
    """The window with the order in it, once however often it is added; what is too old for the newest is dropped."""
    entries = [each for each in window.entries if each.order_id != entry.order_id]
    entries.append(entry)
    if len(entries) > 1:
        entries.sort(key=lambda each: (each.at, each.order_id))
        # Twice the span: the oldest order that can still arrive looks back that far from the newest.
        earliest = entries[-1].at - 2 * dt.timedelta(hours=hours)
        entries = [each for each in entries if each.at >= earliest]
    return Window(window.key, entries[-limits.WINDOW_ENTRIES_MAX :])


def remove(window: Window, order_id: uuid.UUID) -> Window:
    """The window without the order: cancelled, or sent to another address."""
    return Window(window.key, [each for each in window.entries if each.order_id != order_id])
