"""How clean the data of old and new orders is: by year and field, the share of orders that say it and can be used.

A field is red under 95 % (I-11). A viewer with a scope of warehouses sees nothing: the figures are of whole orders.
"""

import datetime as dt
import zoneinfo

import msgspec

from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)

FIELDS = (
    "customer_no", "customer_level", "consignee_name", "consignee_phone", "consignee_address", "payment_method",
    "amount", "placed_at", "sku",
)  # fmt: skip
RED_BELOW_PERCENT = 95


class Cell(msgspec.Struct):
    """Of a year's orders, how many say the field so that it can be used; `percent` of them, red under 95."""

    clean: int
    percent: float
    red: bool


class Year(msgspec.Struct):
    """The orders placed in a year, in the workspace's zone."""

    year: int
    orders: int
    fields: dict[str, Cell]


def by_year(connection: db.Connection, *, viewer: Viewer, zone: zoneinfo.ZoneInfo, first: int, last: int) -> list[Year]:
    """The years from `first` to `last`, those without orders left out.

    `customer_no` counts where the customer is in the books, `consignee_phone` also where a platform masks it,
    `consignee_address` where it reaches a street of a known district, `sku` where the catalogue has every line's.
    """
    values = {
        **viewer.scope,
        "zone": zone.key,
        "since": dt.datetime(first, 1, 1, tzinfo=zone),
        "until": dt.datetime(last + 1, 1, 1, tzinfo=zone),
    }
    found = connection.execute(Q.by_year, values, prepare=False).fetchall()
    return [Year(row[0], row[1], _cells(row[1], row[2:])) for row in found]


def _cells(orders: int, counts: tuple[int, ...]) -> dict[str, Cell]:
    cells: dict[str, Cell] = {}
    for name, clean in zip(FIELDS, counts, strict=True):
        percent = clean * 10_000 // orders / 100  # Rounded down: 94.999 is not clean.
        cells[name] = Cell(clean, percent, percent < RED_BELOW_PERCENT)
    return cells
