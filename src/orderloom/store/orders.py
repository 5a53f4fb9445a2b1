"""Orders and shipments: the rows that are the fold of orders' events."""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Sequence
from typing import Any

import msgspec

from orderloom.domain.orders.state import Order
from orderloom.store import copying, sql
from orderloom.store import database as db

Q = sql.load(__file__)

_encode = msgspec.json.Encoder(decimal_format="string").encode
_decode = msgspec.json.Decoder(Order).decode

# The columns beside an order's state that may change, in the order of the statements.
_CHANGING = (
    "order_id", "n", "stage", "furthest", "grade", "priority", "held", "cancelled", "customer_no", "account",
    "province", "paid_at", "promised_at", "goods_minor", "discount_minor", "freight_minor", "tax_minor",
    "adjustment_minor", "total_minor", "paid_minor", "credit_reserved_minor", "credit_used_minor", "state",
)  # fmt: skip
# The types of a whole row, in the order of `row`.
TYPES = (
    "uuid", "int4", "text", "text", "text", "int4", "bool", "bool", "text", "text", "text", "timestamptz",
    "timestamptz", "int8", "int8", "int8", "int8", "int8", "int8", "int8", "int8", "int8", "text", "text", "text",
    "text", "timestamptz", "timestamptz", "text",
)  # fmt: skip
SHIPMENT_TYPES = ("text", "uuid", "text", "text", "text", "timestamptz", "timestamptz", "int8")

ShipmentRow = tuple[str, uuid.UUID, str, str, str, dt.datetime, int]


def encode(order: Order) -> bytes:
    """The order as its row keeps it."""
    return _encode(order)


def decode(state: bytes | str) -> Order:
    """The order as its row kept it."""
    return _decode(state)


def lock(connection: db.Connection, order_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Order]:
    """Orders as they stand, locked in key order; those that are not there are missing from the answer."""
    if not order_ids:
        return {}
    found = connection.execute(Q.lock_orders, {"order_ids": list(order_ids)}).fetchall()
    return {order_id: _decode(state) for order_id, state in found}


def read(connection: db.Connection, order_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Order]:
    """Orders as they stand, without a lock."""
    if not order_ids:
        return {}
    found = connection.execute(Q.read_orders, {"order_ids": list(order_ids)}).fetchall()
    return {order_id: _decode(state) for order_id, state in found}


def peek(connection: db.Connection, order_ids: Collection[uuid.UUID]) -> list[tuple[uuid.UUID, str, str]]:
    """(order, customer, address key) of orders, without a lock: what has to be locked before them."""
    if not order_ids:
        return []
    return connection.execute(Q.peek_orders, {"order_ids": list(order_ids)}).fetchall()  # type: ignore[return-value]


def find_external(connection: db.Connection, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], uuid.UUID]:
    """Which orders these (channel, external number) are."""
    if not keys:
        return {}
    asked = {"channels": [key[0] for key in keys], "external_nos": [key[1] for key in keys]}
    # Planned anew each time: a plan made while there were no orders might go by the channel's list, order by order.
    found = connection.execute(Q.find_external, asked, prepare=False).fetchall()
    return {(channel, external_no): order_id for channel, external_no, order_id in found}


def find_numbers(connection: db.Connection, order_nos: Collection[str]) -> dict[str, uuid.UUID]:
    """Which orders these order numbers are."""
    return dict(connection.execute(Q.find_numbers, {"order_nos": list(order_nos)}).fetchall())


def find_shipments(connection: db.Connection, shipment_nos: Collection[str]) -> dict[str, uuid.UUID]:
    """Which orders these shipments belong to."""
    return dict(connection.execute(Q.find_shipments, {"shipment_nos": list(shipment_nos)}).fetchall())


def ids_after(connection: db.Connection, after: uuid.UUID, *, count: int) -> list[uuid.UUID]:
    """The next orders after an id."""
    return [row[0] for row in connection.execute(Q.ids_after, {"after": after, "count": count})]


def take_numbers(connection: db.Connection, *, series: str, count: int) -> int:
    """The first of a block of numbers; the block is taken for good, gaps are allowed."""
    row = connection.execute(Q.take_numbers, {"series": series, "count": count}).fetchone()
    assert row is not None
    return row[0]


def insert(connection: db.Connection, orders: Sequence[Order]) -> None:
    """Write new orders. (channel, external_no) is unique for ever: a second one stops the transaction."""
    if orders:
        copying.rows(connection, Q.copy_orders, types=TYPES, rows=map(row, orders))


def update(connection: db.Connection, orders: Sequence[Order]) -> None:
    """Write orders that were loaded and locked."""
    if orders:
        columns = zip(*(_changing(each) for each in orders), strict=True)
        values = {name: list(column) for name, column in zip(_CHANGING, columns, strict=True)}
        connection.execute(Q.update_orders, values)


def row(order: Order) -> tuple[Any, ...]:
    """The row of an order, in the order of `copy_orders`."""
    return (
        *_changing(order), order.order_no, order.channel, order.external_no, order.placed_at, order.received_at,
        order.currency,
    )  # fmt: skip


def _changing(order: Order) -> tuple[Any, ...]:
    return (
        order.order_id, order.n, order.stage, order.furthest, order.grade, order.priority, bool(order.holds),
        order.cancelled, order.customer_no, order.account, order.consignee.province, order.paid_at,
        order.promise.promised_at if order.promise else None, order.goods_minor, order.discount_minor,
        order.freight_minor, order.tax_minor, order.adjustment_minor, order.total_minor, order.paid_minor,
        order.credit_reserved_minor, order.credit_used_minor, _encode(order).decode(),
    )  # fmt: skip


def insert_shipments(connection: db.Connection, shipments: Iterable[ShipmentRow]) -> None:
    """Write shipments of new orders: (number, order, warehouse, stage, carrier, at, cost)."""
    rows = [
        (no, order, warehouse, stage, carrier, at, at, cost)
        for no, order, warehouse, stage, carrier, at, cost in shipments
    ]
    if rows:
        copying.rows(connection, Q.copy_shipments, types=SHIPMENT_TYPES, rows=rows)


def upsert_shipments(connection: db.Connection, shipments: Sequence[ShipmentRow]) -> None:
    """Write shipments that changed, in key order."""
    if shipments:
        numbers, orders, warehouses, stages, carriers, ats, costs = zip(*sorted(shipments), strict=True)
        connection.execute(
            Q.upsert_shipments,
            {
                "shipment_nos": list(numbers),
                "order_ids": list(orders),
                "warehouses": list(warehouses),
                "stages": list(stages),
                "carriers": list(carriers),
                "stage_ats": list(ats),
                "costs": list(costs),
            },
        )
