"""Failures: events of orders that the workspace's `breaker_rules` count, by channel, customer or SKU.

What happened before a rule's window is not counted, so that a reader that comes late trips nothing of long ago.
"""

import datetime as dt
from collections.abc import Sequence

from orderloom.actions import breakers
from orderloom.actions.hub import Hub
from orderloom.domain.breakers import Failure
from orderloom.outbox.relay import Reader, Said
from orderloom.store import breakers as breakers_store
from orderloom.store import database as db


def write(hub: Hub, connection: db.Connection, said: Sequence[Said], now: dt.datetime) -> None:
    """Count what was said, and trip what has happened too often."""
    rules = hub.reference(connection).settings.breaker_rules
    windows: dict[str, int] = {}
    for rule in rules:
        windows[rule.what] = max(rule.minutes, windows.get(rule.what, 0))
    counted = [
        (entry, event.type)
        for entry in said
        for event in entry.page.events
        if event.type in windows and entry.recorded_at > now - dt.timedelta(minutes=windows[event.type])
    ]
    if not counted:
        return
    known = breakers_store.names_of_orders(connection, {entry.subject for entry, _ in counted})
    failures: list[Failure] = []
    for entry, what in counted:
        names = known.get(entry.subject)
        if names is not None:
            failures.append(Failure(what, "channel", names.channel))
            failures.append(Failure(what, "customer", names.customer_no))
            failures.extend(Failure(what, "sku", sku) for sku in names.skus)
    breakers.count(connection, hub, failures, now=now)


READER = Reader("failures", frozenset({"order"}), write)
