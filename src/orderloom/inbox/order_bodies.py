"""What callers say of orders: bodies with the names of the data dictionary, and what they become."""

import datetime as dt
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec

from orderloom.domain import phones
from orderloom.domain.mappings import drafts
from orderloom.inbox import fitness, persons
from orderloom.kit import limits, money
from orderloom.kit.refusals import Refused

_Meta = msgspec.Meta
Code = Annotated[str, _Meta(max_length=128)]
Named = Annotated[str, _Meta(min_length=1, max_length=128)]
Word = Annotated[str, _Meta(max_length=limits.NAME_CHARS_MAX)]
Text = Annotated[str, _Meta(max_length=limits.TEXT_CHARS_MAX)]
Minor = Annotated[int, _Meta(ge=0, le=limits.AMOUNT_MINOR_MAX, description="Minor units of the currency (分).")]
Instant = Annotated[dt.datetime, _Meta(tz=True, description="RFC 3339 with a zone.")]
Currency = Annotated[str, _Meta(pattern="^[A-Z]{3}$", description="ISO 4217.")]
LineNo = Annotated[int, _Meta(ge=1, le=limits.QUANTITY_MAX)]
Custom = Annotated[dict[str, Any], _Meta(max_length=limits.CUSTOM_FIELDS_MAX)]
Tags = Annotated[list[Word], _Meta(max_length=limits.CUSTOM_FIELDS_MAX)]
NUMBER = {"anyOf": [{"type": "number"}, {"type": "string", "pattern": r"^\d{1,13}(\.\d{1,6})?$"}], "type": None}

# The door of messages in this shape: they are read again as they came.
DOOR = "http"

_PRICE_STEP = Decimal("0.000001")  # decimal(18,6), decisions.md 22.
_PRICE_MAX = Decimal(10) ** 12
_DIGITS_MAX = 28
_YEARS = range(1970, 2200)


class PersonBody(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """A buyer 下单人 or consignee 收货人. `address` is pasted text that nobody has split; the parts beside it win."""

    name: Word = ""
    phone: Word = ""
    country: Word = ""
    province: Word = ""
    city: Word = ""
    district: Word = ""
    town: Word = ""
    street: Text = ""
    postcode: Code = ""
    adcode: Code = ""
    address: Text = ""


class InvoiceBody(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """What stands on the invoice."""

    title: Word = ""
    tax_no: Code = ""
    kind: Code = ""


class NotesBody(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """What the buyer and the seller wrote."""

    buyer: Text = ""
    seller: Text = ""


class LineBody(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """One line. `quantity` counts the stated unit, `price` is per that unit in the currency's unit."""

    sku: Named
    quantity: Annotated[Decimal, _Meta(extra_json_schema=NUMBER)]
    line_no: LineNo | None = None
    name: Word = ""
    unit: Code = ""
    price: Annotated[Decimal, _Meta(extra_json_schema=NUMBER)] | None = None
    amount_minor: Minor | None = None
    discount_minor: Minor = 0
    gift: bool = False
    main: bool = False
    custom: Custom = {}


class OrderBody(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """An order as a channel or a desk sends it; (channel, external_no) is one order for ever."""

    channel: Named
    external_no: Named
    lines: list[LineBody]
    kind: Literal["stock", "made_to_order", "presale", "resend", "exchange"] = "stock"
    customer_no: Code = ""
    buyer: PersonBody | None = None
    consignee: PersonBody | None = None
    invoice: InvoiceBody | None = None
    payment_method: Word = ""
    currency: Currency = "CNY"
    placed_at: Instant | None = None
    paid_at: Instant | None = None
    paid_minor: Minor = 0
    requested_at: Instant | None = None
    ship_by: Instant | None = None
    notes: NotesBody | None = None
    packing_request: Text = ""
    carrier_requested: Code = ""
    tags: Tags = []
    tax_included: bool = True
    total_minor: Minor | None = None
    freight_minor: Minor | None = None
    custom: Custom = {}


class AmendBody(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """What changes. What is not named stays; `lines_reduced` takes units off lines by number."""

    reason: Text
    lines_set: Annotated[list[LineBody], _Meta(max_length=limits.LINES_MAX)] = []
    lines_removed: Annotated[list[LineNo], _Meta(max_length=limits.LINES_MAX)] = []
    lines_reduced: dict[int, Annotated[int, _Meta(ge=1, le=limits.QUANTITY_MAX)]] = {}
    consignee: PersonBody | None = None
    notes: NotesBody | None = None
    invoice: InvoiceBody | None = None
    payment_method: Word | None = None
    packing_request: Text | None = None
    carrier_requested: Code | None = None
    requested_at: Instant | None = None
    ship_by: Instant | None = None
    tags: Tags | None = None
    custom: Custom | None = None


_decoder = msgspec.json.Decoder(OrderBody)


class _Named(msgspec.Struct):
    channel: str = ""


_named = msgspec.json.Decoder(_Named)

ORDER_EXAMPLE = {
    "channel": "web",
    "external_no": "W-20260218-0001",
    "customer_no": "C000123",
    "placed_at": "2026-02-18T09:30:00+08:00",
    "payment_method": "credit",
    "consignee": {
        "name": "张三",
        "phone": "13800138000",
        "province": "江苏省",
        "city": "苏州市",
        "district": "吴中区",
        "street": "人民路 1 号",
    },
    "lines": [{"sku": "S000001", "quantity": 2, "price": "59.90"}, {"sku": "S000002", "quantity": 1, "price": "10"}],
}


def draft(body: OrderBody) -> drafts.Draft:
    """The draft that the hub decides on. Raises fitness.Unfit."""
    for name in ("placed_at", "paid_at", "requested_at", "ship_by"):
        _instant(getattr(body, name), f"$.{name}")
    return drafts.Draft(
        external_no=body.external_no,
        kind=body.kind,
        customer_no=body.customer_no,
        buyer=person(body.buyer),
        consignee=person(body.consignee),
        invoice=invoice(body.invoice),
        payment_method=body.payment_method,
        currency=body.currency,
        placed_at=body.placed_at,
        paid_at=body.paid_at,
        requested_at=body.requested_at,
        ship_by=body.ship_by,
        notes=notes(body.notes),
        packing_request=body.packing_request,
        carrier_requested=body.carrier_requested,
        tags=body.tags,
        tax_included=body.tax_included,
        lines=lines(body.lines, body.currency),
        total=_major(body.total_minor, body.currency),
        freight=_major(body.freight_minor, body.currency),
        paid=_major(body.paid_minor, body.currency) if body.paid_minor else None,
        custom=custom(body.custom, "$.custom"),
    )


def read(raw: bytes) -> drafts.Draft | Refused:
    """The draft of an order in this shape, as it was kept or repaired; refused as at the door."""
    if b"\0" in raw or b"\\u0000" in raw:
        return Refused("body.nul_character")
    try:
        body = _decoder.decode(raw)
        if len(body.lines) > limits.LINES_MAX:
            return Refused("order.too_many_lines", {"lines": len(body.lines), "most": limits.LINES_MAX})
        return draft(body)
    except fitness.Unfit as unfit:
        return unfit.refused
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return Refused("message.not_json", {"problem": str(error)[:200]})


def channel_of(raw: bytes) -> str:
    """The channel that a text in this shape names; "" where that cannot be read."""
    try:
        return _named.decode(raw).channel
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return ""


def lines(stated: list[LineBody], currency: str, *, under: str = "$.lines") -> list[drafts.Line]:
    """The lines of a draft, numbered by their place where they have no number. Raises fitness.Unfit."""
    return [_line(each, number, currency, f"{under}[{number}]") for number, each in enumerate(stated)]


def person(stated: PersonBody | None) -> drafts.Person:
    """A person of a draft, the phone read as a number, a platform's mask, or neither; a pasted address is split."""
    if stated is None:
        return drafts.Person()
    phone = phones.read(stated.phone)
    made = drafts.Person(
        name=stated.name,
        phone=phone.number,
        phone_state=phone.state,
        country=stated.country,
        province=stated.province,
        city=stated.city,
        district=stated.district,
        town=stated.town,
        street=stated.street,
        postcode=stated.postcode,
        adcode=stated.adcode,
        address=stated.address,
    )
    return persons.located(made) if stated.address else made


def invoice(stated: InvoiceBody | None) -> drafts.Invoice:
    """An invoice of a draft."""
    return drafts.Invoice(stated.title, stated.tax_no, stated.kind) if stated is not None else drafts.Invoice()


def notes(stated: NotesBody | None) -> dict[str, str]:
    """Notes of a draft; what is empty is left out."""
    if stated is None:
        return {}
    return {name: text for name, text in (("buyer", stated.buyer), ("seller", stated.seller)) if text}


def changed(body: AmendBody) -> dict[str, Any]:
    """The header fields that an amendment replaces, by path. Raises fitness.Unfit."""
    fields = ("payment_method", "packing_request", "carrier_requested", "requested_at", "ship_by", "tags")
    for name in ("requested_at", "ship_by"):
        _instant(getattr(body, name), f"$.{name}")
    said = {name: getattr(body, name) for name in fields if getattr(body, name) is not None}
    if body.notes is not None:
        said["notes"] = notes(body.notes)
    if body.invoice is not None:
        said["invoice"] = msgspec.to_builtins(body.invoice)
    if body.custom is not None:
        said.update({f"custom.{name}": value for name, value in custom(body.custom, "$.custom").items()})
    return said


def custom(values: dict[str, Any], place: str) -> dict[str, Any]:
    """Own fields, within what rules and rows can hold. Raises fitness.Unfit."""
    for name, value in values.items():
        if not 0 < len(name) <= limits.NAME_CHARS_MAX:
            raise fitness.Unfit(place, "value.not_text")
        fitness.check(value, f"{place}.{name}", 2)
    return values


def _line(stated: LineBody, number: int, currency: str, place: str) -> drafts.Line:
    quantity, price = stated.quantity, stated.price
    if (
        not quantity.is_finite()
        or len(quantity.as_tuple().digits) > _DIGITS_MAX
        or abs(quantity.adjusted()) > _DIGITS_MAX
    ):
        raise fitness.Unfit(f"{place}.quantity", "value.out_of_bounds")
    if not 0 < quantity <= limits.QUANTITY_MAX:
        raise fitness.Unfit(f"{place}.quantity", "value.not_positive" if quantity <= 0 else "value.out_of_bounds")
    if price is not None:
        _price(price, f"{place}.price")
    return drafts.Line(
        line_no=stated.line_no or number + 1,
        sku=stated.sku,
        quantity=quantity,
        name=stated.name,
        unit=stated.unit,
        price=price,
        amount=_major(stated.amount_minor, currency),
        discount=_major(stated.discount_minor, currency) if stated.discount_minor else None,
        gift=stated.gift,
        main=stated.main,
        row=number,
        custom=custom(stated.custom, f"{place}.custom") if stated.custom else {},
    )


def _price(price: Decimal, place: str) -> None:
    if not price.is_finite() or price > _PRICE_MAX or len(price.as_tuple().digits) > _DIGITS_MAX:
        raise fitness.Unfit(place, "value.out_of_bounds")
    if price < 0:
        raise fitness.Unfit(place, "value.negative")
    if int(price.as_tuple().exponent) < -6 and price != price.quantize(_PRICE_STEP):
        raise fitness.Unfit(place, "value.too_fine")


def _major(amount_minor: int | None, currency: str) -> Decimal | None:
    return None if amount_minor is None else money.major(amount_minor, currency)


def _instant(at: dt.datetime | None, place: str) -> None:
    if at is not None and at.year not in _YEARS:
        raise fitness.Unfit(place, "value.not_a_time")
