"""What a viewer may write to: the scope of orders and shipments, asked before a command is made of a number."""

import uuid
from collections.abc import Collection

import msgspec

from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Found(msgspec.Struct):
    """An order in scope."""

    order_no: str
    order_id: uuid.UUID
    channel: str
    currency: str


def orders(connection: db.Connection, viewer: Viewer, order_nos: Collection[str]) -> dict[str, Found]:
    """Orders of these numbers that the viewer may reach; the others are missing, as if they were not there."""
    rows = connection.execute(Q.find_orders, {"order_nos": list(order_nos), **viewer.scope}).fetchall()
    return {row[0]: Found(*row) for row in rows}


def customers(connection: db.Connection, viewer: Viewer, customer_nos: Collection[str]) -> dict[str, bool]:
    """Those of these customers that there are, and whether the viewer may reach them: everybody's where the viewer is
    not limited to own ones."""
    rows = connection.execute(Q.find_customers, {"customer_nos": list(customer_nos), **viewer.scope}).fetchall()
    return dict(rows)


def taken(connection: db.Connection, viewer: Viewer, *, channel: str, external_no: str) -> bool:
    """Whether this number of the channel is an order that the viewer may not reach."""
    asked = {"channel": channel, "external_no": external_no}
    row = connection.execute(Q.find_external, asked).fetchone()
    return row is not None and row[0] not in orders(connection, viewer, [row[0]])


def shipments(connection: db.Connection, viewer: Viewer, shipment_nos: Collection[str]) -> dict[str, uuid.UUID]:
    """Shipments of these numbers that the viewer may reach, with their orders."""
    rows = connection.execute(Q.find_shipments, {"shipment_nos": list(shipment_nos), **viewer.scope}).fetchall()
    return dict(rows)
