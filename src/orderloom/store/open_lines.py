"""Open lines: what a channel's orders still hold that a credit note may take back."""

import datetime as dt
import uuid
from collections.abc import Collection

import msgspec

from orderloom.domain.orders import state
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Holding(msgspec.Struct, frozen=True):
    """An order with those of its lines that are of the SKUs asked for."""

    order_id: uuid.UUID
    external_no: str
    placed_at: dt.datetime
    customer_no: str
    currency: str
    freight_minor: int
    lines: list[state.Line]


def read(
    connection: db.Connection,
    *,
    channel: str,
    customer_nos: Collection[str],
    external_nos: Collection[str],
    skus: Collection[str],
) -> list[Holding]:
    """The live orders of these customers, or under these numbers, with their lines of these SKUs."""
    if not customer_nos and not external_nos:
        return []
    values = {
        "channel": channel,
        "customer_nos": list(customer_nos),
        "external_nos": list(external_nos),
        "skus": list(skus),
    }
    found = connection.execute(Q.read_open_lines, values).fetchall()
    return [Holding(*head, lines=msgspec.convert(lines, list[state.Line])) for *head, lines in found]
