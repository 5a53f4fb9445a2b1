"""Sums: what boards show at once, added up as events get their position.

All are by channel. Metrics: `orders.received|confirmed|cancelled|shipped|backordered` by minute, `confirmed_minor` by
minute and currency, `holds.opened|closed` by minute and code, `stages.reached` by minute and stage, and
`stages.standing`, the orders that stand in a stage now, in one bucket. Minutes are those of `recorded_at`, in UTC.
"""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from orderloom.actions.hub import Hub
from orderloom.outbox.relay import Reader, Said
from orderloom.store import database as db
from orderloom.store import relay as relay_store

# The one bucket of sums that are not of a time.
ALWAYS = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

_COUNTED = {
    "order.received": "orders.received",
    "order.confirmed": "orders.confirmed",
    "order.cancelled": "orders.cancelled",
    "order.backordered": "orders.backordered",
    "shipment.shipped": "orders.shipped",
}
_ASKING = frozenset({*_COUNTED, "order.held", "order.released"})


def write(hub: Hub, connection: db.Connection, said: Sequence[Said], now: dt.datetime) -> None:
    """Add what was said to the sums."""
    known = relay_store.facts_of_orders(connection, {each.subject for each in said if _asks(each)})
    sums: Counter[relay_store.Sum] = Counter()
    for entry in said:
        _add(sums, entry, known.get(entry.subject))
    relay_store.add_sums(connection, sums)


def _asks(entry: Said) -> bool:
    return entry.page.moved is not None or any(event.type in _ASKING for event in entry.page.events)


def _add(sums: Counter[relay_store.Sum], entry: Said, order: relay_store.OrderFacts | None) -> None:
    minute = entry.recorded_at.replace(second=0, microsecond=0)
    channel = order.channel if order else ""
    total = order.total_minor if order else 0
    for event in entry.page.events:
        metric = _COUNTED.get(event.type)
        if metric is not None and (event.type != "order.backordered" or event.any_lines):
            sums[metric, minute, channel, ""] += 1
        match event.type:
            case "order.priced":
                total = event.total_minor
            case "order.confirmed":
                sums["confirmed_minor", minute, channel, order.currency if order else ""] += total
            case "order.held" if event.hold is not None:
                sums["holds.opened", minute, channel, event.hold.code] += 1
            case "order.released":
                sums["holds.closed", minute, channel, event.code] += 1
            case _:
                pass
    if entry.page.moved is not None:
        before, after = entry.page.moved
        sums["stages.reached", minute, channel, after] += 1
        sums["stages.standing", ALWAYS, channel, after] += 1
        if before:
            sums["stages.standing", ALWAYS, channel, before] -= 1


READER = Reader("sums", frozenset({"order"}), write)
