"""Windows: what stands together across orders at one address, within some hours (V-2)."""

import datetime as dt
import uuid

import msgspec

from orderloom.kit import limits


class Entry(msgspec.Struct, array_like=True):
    """One order in a window; `phone_key` is empty for an unknown or masked phone, which never counts as different."""

    order_id: uuid.UUID
    at: dt.datetime
    phone_key: str


class Window(msgspec.Struct):
    """The orders to one address, latest last. `changed` says that there is something to save."""

    key: str
    entries: list[Entry] = []
    changed: bool = False


def within(window: Window, *, at: dt.datetime, hours: int) -> Window:
    """The window without what is older than the hours before `at`."""
    since = at - dt.timedelta(hours=hours)
    window.entries = [entry for entry in window.entries if entry.at > since]
    return window


def add(window: Window, *, order_id: uuid.UUID, at: dt.datetime, phone_key: str) -> None:
    """Put an order in; the same order twice is one, and only the latest orders are kept beyond the bound."""
    if any(entry.order_id == order_id for entry in window.entries):
        return
    window.entries = [*window.entries, Entry(order_id, at, phone_key)][-limits.WINDOW_ENTRIES_MAX :]
    window.changed = True


def seen(window: Window, *, at: dt.datetime, hours: int) -> tuple[int, int]:
    """How many orders and how many different known phones stand in the hours before `at`."""
    since = at - dt.timedelta(hours=hours)
    recent = [entry for entry in window.entries if since < entry.at <= at]
    return len(recent), len({entry.phone_key for entry in recent if entry.phone_key})
