"""What a dealer's page may show: prices, and the addresses of the dealer's own customer only."""

from collections.abc import Collection

import msgspec

from orderloom.domain.catalogue import Sku, Unit
from orderloom.domain.orders.state import Party
from orderloom.kit import limits, sealing
from orderloom.queries import people, reference
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import facts, sql

Q = sql.load(__file__)

_NOBODY_HIDDEN: frozenset[str] = frozenset()


class Price(msgspec.Struct):
    """A SKU as a dealer sees it: per base unit, in the currency's unit."""

    sku: str
    name: str
    unit: str
    units: list[Unit]
    price: str | None


class Address(msgspec.Struct):
    """Where the customer had goods sent."""

    name: str
    phone: str
    province: str
    city: str
    district: str
    street: str


def prices(connection: db.Connection, *, viewer: Viewer, skus: Collection[str]) -> list[Price]:
    """Those of the SKUs that there are and that are sold."""
    found = facts.skus(connection, list(skus)[: limits.PAGE_ROWS_MAX]) if viewer.may("skus:read") else {}
    return [_price(each) for each in found.values() if each.retired_at is None]


def found(connection: db.Connection, *, viewer: Viewer, words: str) -> list[Price]:
    """Goods that are sold and that these words may mean, at most `limits.OPTIONS_TOLD_MAX`."""
    if not viewer.may("skus:read"):
        return []
    wanted = reference.Wanted(text=words)
    page = reference.skus(connection, viewer=viewer, wanted=wanted, count=limits.OPTIONS_TOLD_MAX)
    return [_price(each) for each in page.rows if each.retired_at is None]


def _price(sku: Sku) -> Price:
    return Price(sku.sku, sku.name, sku.base_unit, sku.units, None if sku.price is None else str(sku.price))


def addresses(connection: db.Connection, *, viewer: Viewer, sealer: sealing.Sealer, customer_no: str) -> list[Address]:
    """Whom the customer's latest orders went to, each once; unmasked only for a viewer whose own they are."""
    asked = {"customer_no": customer_no, "count": limits.PAGE_ROWS_MAX}
    parties = [msgspec.convert(row[0], Party) for row in connection.execute(Q.consignees, asked) if row[0]]
    once = {each.person: each for each in parties if each.person is not None}
    shown = dict(list(once.items())[: limits.OPTIONS_TOLD_MAX])
    named = people.named(connection, viewer=viewer, sealer=sealer, persons=shown)
    return [
        Address(who.get("name", ""), who.get("phone", ""), each.province, each.city, each.district,
                who.get("street", "") or who.get("address", ""))
        for person, each in shown.items()
        if (who := named.get(person)) is not None
    ]  # fmt: skip


def dealer(customer_no: str) -> Viewer:
    """The viewer that a dealer's link stands for: prices and own addresses, unmasked; nothing else."""
    return Viewer(name=f"dealer {customer_no}", verbs=frozenset({"skus:read"}), masks=_NOBODY_HIDDEN)
