"""Facets of orders: values of their own filterable fields, by which lists of orders are narrowed (decisions.md 20)."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

from orderloom.actions import facets
from orderloom.actions.hub import Hub
from orderloom.outbox import glances
from orderloom.outbox.relay import Reader, Said
from orderloom.store import database as db

# The events that may set own fields.
_SETTING = frozenset({"order.received", "order.completed", "order.amended"})


def write(hub: Hub, connection: db.Connection, said: Sequence[Said], now: dt.datetime) -> None:
    """Write the values of orders that were received, completed or amended, as they stand by now."""
    touched: Collection[uuid.UUID] = {each.subject for each in said if any(map(_sets, each.page.events))}
    if touched:
        facets.of_orders(hub, connection, touched)


def _sets(event: glances.Glance) -> bool:
    return event.type in _SETTING


READER = Reader("facets", frozenset({"order"}), write)
