"""Retries: when units come in or are given back, the orders that wait for them are asked again, urgent ones first."""

import datetime as dt
from collections import Counter
from collections.abc import Sequence

from orderloom.actions.hub import Hub
from orderloom.domain import stock
from orderloom.kit import limits
from orderloom.outbox.relay import Reader, Said
from orderloom.store import database as db
from orderloom.store import relay as relay_store
from orderloom.store import timers as timers_store


def write(hub: Hub, connection: db.Connection, said: Sequence[Said], now: dt.datetime) -> None:
    """Set a timer, due at once, for each order that what came in may serve."""
    incoming: Counter[str] = Counter()
    for entry in said:
        if entry.kind == "stock":
            incoming.update(_came_in(entry))
            continue
        for event in entry.page.events:
            if event.type == "stock.released":
                for item in event.reservations:
                    incoming[item.sku] += item.quantity
    waiting = relay_store.backordered(connection, incoming, count=limits.RETRIES_PER_SUPPLY)
    timers_store.insert(
        connection, [timers_store.Timer(now, hub.ids.new(now), "retry", order_id, {}) for order_id in waiting]
    )


def _came_in(entry: Said) -> Counter[str]:
    """Units by SKU that an entry of stock brought into a place, from outside or from another one."""
    came: Counter[str] = Counter()
    for event in entry.whole().events:
        if isinstance(event, stock.StockAdjusted | stock.StockCounted | stock.StockMoved):
            for each in stock.movements(event):
                if each.quantity > 0 and each.pool == "spot":
                    came[each.sku] += each.quantity
    return came


READER = Reader("retries", frozenset({"order", "stock"}), write)
