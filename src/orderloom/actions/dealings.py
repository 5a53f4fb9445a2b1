"""What a dealer does for itself: orders of its own, at the catalogue's prices, to people and places that it names."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated

import msgspec

from orderloom.actions import gather, messages, orders
from orderloom.actions.hub import Hub
from orderloom.domain.catalogue import Sku
from orderloom.domain.mappings import drafts
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import facts

DOOR = "form"
_Word = Annotated[str, msgspec.Meta(max_length=limits.NAME_CHARS_MAX)]
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=128)]


class Wish(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """So much of one SKU, in a unit of it, else in its base unit."""

    sku: _Name
    quantity: Annotated[int, msgspec.Meta(ge=1, le=limits.QUANTITY_MAX)]
    unit: _Word = ""


class Destination(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """To whom and where."""

    name: _Word
    phone: Annotated[str, msgspec.Meta(max_length=40)]
    province: _Word
    city: _Word
    district: _Word = ""
    adcode: Annotated[str, msgspec.Meta(max_length=12)] = ""
    street: Annotated[str, msgspec.Meta(max_length=300)] = ""


class Ordered(msgspec.Struct, frozen=True, forbid_unknown_fields=True, omit_defaults=True):
    """An order as a dealer states it: under a number that makes it the same one when it is sent again."""

    number: Annotated[str, msgspec.Meta(min_length=1, max_length=64, pattern=r"^[A-Za-z0-9_.:-]+$")]
    lines: Annotated[list[Wish], msgspec.Meta(min_length=1, max_length=limits.LINES_MAX)]
    to: Destination
    note: Annotated[str, msgspec.Meta(max_length=limits.TEXT_CHARS_MAX)] = ""


class Whose(msgspec.Struct, frozen=True):
    """The dealer: the customer that it is, who types, and whom the hub trusts for it."""

    customer_no: str
    actor: str
    source: str


def placed(hub: Hub, ordered: Ordered, *, whose: Whose, raw: bytes, now: dt.datetime) -> gather.Placed | Refused:
    """The order, ready to be carried out. Refuses goods that there are not, that are no longer sold, that have no
    price, or that have no such unit, and orders as long as the channel for them is not set up."""
    with hub.database.workspace(hub.workspace) as connection:
        reference = hub.reference(connection)
        channel = reference.settings.seller.channel
        if channel not in reference.channels:
            return Refused("dealing.closed", {"channel": channel})
        known = facts.skus(connection, {each.sku for each in ordered.lines})
        customer = facts.customers(connection, [whose.customer_no]).get(whose.customer_no)
    lines = _lines(ordered.lines, known)
    if isinstance(lines, Refused):
        return lines
    external_no = f"{whose.customer_no}-{ordered.number}"
    draft = drafts.Draft(
        external_no=external_no,
        customer_no=whose.customer_no,
        consignee=_person(ordered.to),
        buyer=_person(ordered.to),
        payment_method=customer.payment_method if customer is not None else "",
        placed_at=now,
        notes={"buyer": ordered.note} if ordered.note else {},
        lines=lines,
    )
    message = messages.received(hub, raw, channel=channel, external_no=external_no, door=DOOR, now=now)
    placing = orders.Placing(draft, message, None, hub.ids.new(now))
    return gather.Placed(placing, orders.Origin(channel, DOOR, whose.actor, whose.source))


def _lines(wishes: Sequence[Wish], known: Mapping[str, Sku]) -> list[drafts.Line] | Refused:
    made: list[drafts.Line] = []
    for number, each in enumerate(wishes, 1):
        sku = known.get(each.sku)
        if sku is None or sku.retired_at is not None or sku.price is None:
            return Refused("dealing.not_sold", {"sku": each.sku})
        factor = sku.factor(each.unit)
        if factor is None:
            return Refused("dealing.not_sold", {"sku": f"{each.sku} ({each.unit})"})
        price = sku.price * factor
        made.append(
            drafts.Line(
                line_no=number, sku=each.sku, quantity=Decimal(each.quantity), unit=each.unit, price=price,
                name=sku.name, row=number - 1,
            )
        )  # fmt: skip
    return made


def _person(to: Destination) -> drafts.Person:
    return drafts.Person(
        name=to.name, phone=to.phone, phone_state="known" if to.phone else "", province=to.province, city=to.city,
        district=to.district, adcode=to.adcode, street=to.street,
    )  # fmt: skip
