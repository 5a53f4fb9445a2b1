"""The past: a workspace's orders and shipments as they stood at one time after another, for what asks the present to be
asked of them (`queries.metrics`). They are rebuilt from their log; orders that have not changed since are as they are.

    past = Past(connection, "main", since=monday, until=now)
    for at in looks:
        past.advance(at)
        ...  # `orders` and `shipments` are those of that time
"""

import datetime as dt
import time
import uuid
from collections.abc import Iterator
from typing import Any

from orderloom.deciding import work
from orderloom.domain import fold, log
from orderloom.domain.orders.state import Order
from orderloom.kit import limits
from orderloom.kit.refusals import Refused, Stopped
from orderloom.store import copying, sql
from orderloom.store import database as db
from orderloom.store import orders as orders_store

Q = sql.load(__file__)

_ROWS_AT_ONCE = 2_000
# A shipment's stage, with when it was planned and when it came to that stage.
_Staged = tuple[str, dt.datetime, dt.datetime]


class TooMuch(Stopped):
    """More orders changed in the time than are rebuilt at once, or it took too long."""


class Past:
    """The orders of one time, the first being `since`; it only goes forward. For a connection's first and only
    transaction, which sees the tables of the past from then on. Raises TooMuch, also for taking longer than
    limits.ALERT_PAST_SECONDS_MAX with all that is asked in between, and db.TooLong for a statement that does."""

    def __init__(self, connection: db.Connection, workspace: str, *, since: dt.datetime, until: dt.datetime) -> None:
        self._connection = connection
        self._deadline = time.monotonic() + limits.ALERT_PAST_SECONDS_MAX
        self._since, self._until = sql.Literal(since), sql.Literal(until)
        self._orders: dict[uuid.UUID, Order] = {}
        self._staged: dict[str, _Staged] = {}
        self._changed: set[uuid.UUID] = set()
        connection.execute(Q.steady)
        connection.execute(Q.bounded, {"milliseconds": str(limits.ALERT_PAST_SECONDS_MAX * 1_000)})
        connection.execute(Q.define("touched", since=self._since))
        self._limit()
        self._lay(workspace)
        self._begin()
        self._coming = self._stream("since")
        self._next = next(self._coming, None)

    def advance(self, at: dt.datetime) -> None:
        """Let the orders be as they stood then."""
        self._in_time()
        while self._next is not None and self._next[1] <= at:
            self._follow(*self._next)
            self._next = next(self._coming, None)
        self._write()

    def _limit(self) -> None:
        [count] = self._connection.execute(Q.count_touched).fetchone() or [0]
        if count > limits.ALERT_PAST_ORDERS_MAX:
            raise TooMuch(Refused("alert.past_too_many", {"orders": count, "most": limits.ALERT_PAST_ORDERS_MAX}))

    def _in_time(self) -> None:
        if time.monotonic() > self._deadline:
            raise TooMuch(Refused("alert.past_too_slow", {"seconds": limits.ALERT_PAST_SECONDS_MAX}))

    def _lay(self, workspace: str) -> None:
        schema = db.schema_of(workspace)
        for name in ("tables", "shipment_tables", "by_order", "shipments_by_order"):
            self._connection.execute(getattr(Q, name))
        self._connection.execute(Q.define("orders_view", orders=sql.Identifier(schema, "orders")))
        self._connection.execute(Q.define("shipments_view", shipments=sql.Identifier(schema, "shipments")))

    def _begin(self) -> None:
        """The orders as they stood when it begins."""
        for entry in self._stream("before"):
            self._follow(*entry)

    def _stream(self, name: str) -> Iterator[tuple[uuid.UUID, dt.datetime, str]]:
        places = {"since": self._since} | ({"until": self._until} if name == "since" else {})
        # A cursor on the server: what was said may be more than fits in memory.
        with self._connection.cursor(f"past_{name}") as cursor:
            cursor.itersize = _ROWS_AT_ONCE
            cursor.execute(Q.define(name, **places))
            yield from cursor

    def _follow(self, subject: uuid.UUID, at: dt.datetime, body: str) -> None:
        """What one transaction said of an order."""
        self._in_time()
        order = fold.evolve_all(self._orders.get(subject), log.read(body).events)  # type: ignore[arg-type]
        assert order is not None
        for each in order.shipments:
            was = self._staged.get(each.shipment_no)
            if was is None or was[0] != each.stage:
                self._staged[each.shipment_no] = (each.stage, was[1] if was is not None else at, at)
        self._orders[subject] = order
        self._changed.add(subject)

    def _write(self) -> None:
        """Let the tables say what has changed since they were written."""
        if not self._changed:
            return
        changed = {"order_ids": list(self._changed)}
        self._connection.execute(Q.forget_orders, changed)
        self._connection.execute(Q.forget_shipments, changed)
        orders = [self._orders[subject] for subject in self._changed]
        self._changed.clear()
        copying.rows(self._connection, Q.copy_orders, types=orders_store.TYPES, rows=map(orders_store.row, orders))
        copying.rows(
            self._connection, Q.copy_shipments, types=orders_store.SHIPMENT_TYPES,
            rows=[row for order in orders for row in self._shipments(order)],
        )  # fmt: skip

    def _shipments(self, order: Order) -> Iterator[tuple[Any, ...]]:
        for number, (warehouse, stage, carrier, cost) in work.rows(order).shipments.items():
            _, planned_at, stage_at = self._staged[number]
            yield number, order.order_id, warehouse, stage, carrier, planned_at, stage_at, cost
