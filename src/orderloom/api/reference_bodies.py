"""What callers enter of reference data: the domain's own types, strict and bounded.

All orders of a workspace are decided on these, so what could stop a decision (a zone that is none, a weight step of
nothing) is refused here, with its place.
"""

import zoneinfo
from decimal import Decimal
from typing import Annotated, Any, Literal

import msgspec

from orderloom.api import problems
from orderloom.domain.catalogue import Sku
from orderloom.domain.customers import Customer
from orderloom.domain.orders import state
from orderloom.domain.warehouses import Calendar, Rate, Transit, Warehouse
from orderloom.inbox import order_bodies as ob
from orderloom.kit import limits
from orderloom.kit.refusals import Refused

_Meta = msgspec.Meta
_Rows = _Meta(max_length=limits.COMMANDS_PER_REQUEST_MAX)
_Minute = Annotated[int, _Meta(ge=0, le=1_440)]
_Grams = Annotated[int, _Meta(ge=1, le=limits.QUANTITY_MAX)]


class SkuBody(Sku, forbid_unknown_fields=True, kw_only=True):
    """A SKU; weight in grams and volume in cm³ per base unit."""

    sku: ob.Named
    weight_grams: Annotated[int, _Meta(ge=0, le=limits.QUANTITY_MAX)] = 0
    volume_cm3: Annotated[int, _Meta(ge=0, le=limits.QUANTITY_MAX)] = 0
    price: Annotated[Decimal, _Meta(extra_json_schema=ob.NUMBER)] | None = None
    floor_price: Annotated[Decimal, _Meta(extra_json_schema=ob.NUMBER)] | None = None
    lead_days: Annotated[int, _Meta(ge=0, le=3_650)] | None = None
    retired_at: ob.Instant | None = None


class CustomerBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A customer; `phone` is kept as a keyed fingerprint that orders are matched by, never as text."""

    customer_no: ob.Named
    name: ob.Word = ""
    level: ob.Code = ""
    segment: ob.Code = ""
    risk: ob.Code = ""
    account: ob.Code = ""
    owner: ob.Code = ""
    payment_method: ob.Word = ""
    payment_days_average: Annotated[int, _Meta(ge=0, le=3_650)] | None = None
    phone: ob.Word = ""
    invoice: ob.InvoiceBody | None = None
    custom: ob.Custom = {}


class ChannelBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The short form of a channel's document; `priced_by` says whose prices count. What it leaves out of the document,
    checks and transport, stays as it is."""

    channel: Annotated[str, _Meta(pattern="^[a-z][a-z0-9_]{0,63}$")]
    name: Annotated[str, _Meta(max_length=limits.NAME_CHARS_MAX)] = ""
    platform: Annotated[str, _Meta(max_length=40)] = ""
    label: Annotated[str, _Meta(max_length=limits.NAME_CHARS_MAX)] = ""
    priced_by: Literal["hub", "channel"] = "hub"
    currency: ob.Currency = "CNY"
    tax_included: bool = True
    paused: bool = False
    defaults: Annotated[dict[str, Any], _Meta(max_length=50)] = {}
    mapping: dict[str, Any] | None = None
    history: bool = False


class CalendarBody(Calendar, forbid_unknown_fields=True, kw_only=True):
    """Working time; ISO weekdays, opening minutes of the local day."""

    calendar: ob.Named
    weekdays: Annotated[list[Annotated[int, _Meta(ge=1, le=7)]], _Meta(max_length=7)] = msgspec.field(
        default_factory=lambda: [1, 2, 3, 4, 5, 6, 7]
    )
    opens_minute: _Minute = 0
    closes_minute: _Minute = 1_440


class WarehouseBody(Warehouse, forbid_unknown_fields=True, kw_only=True):
    """A warehouse with its position in degrees."""

    warehouse: ob.Named
    lon: Annotated[float, _Meta(ge=-180, le=180)] = 0.0
    lat: Annotated[float, _Meta(ge=-90, le=90)] = 0.0
    cutoff_minute: _Minute = 960
    handling_minutes: Annotated[int, _Meta(ge=0, le=100_000)] = 240
    load: Annotated[float, _Meta(ge=0, le=1)] = 0.0


class RateBody(Rate, forbid_unknown_fields=True, kw_only=True):
    """Contract freight: a first weight and its price, then steps."""

    carrier: ob.Named
    service: ob.Named
    warehouse: ob.Named
    province: ob.Code
    first_grams: _Grams
    first_minor: ob.Minor
    step_grams: _Grams
    step_minor: ob.Minor


class TransitBody(Transit, forbid_unknown_fields=True, kw_only=True):
    """Hours of a lane."""

    carrier: ob.Named
    service: ob.Named
    warehouse: ob.Named
    province: ob.Code
    hours: Annotated[int, _Meta(ge=0, le=10_000)]


class PlacesBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Warehouses with their calendars, contract freight and hours by lane."""

    warehouses: Annotated[list[WarehouseBody], _Rows] = []
    calendars: Annotated[list[CalendarBody], _Rows] = []
    rates: Annotated[list[RateBody], _Rows] = []
    transits: Annotated[list[TransitBody], _Rows] = []


_Site = Annotated[str, _Meta(pattern=r"^https?://[A-Za-z0-9.-]{1,253}(:[0-9]{1,5})?$", max_length=300)]


class SellerBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Who stands behind the pages that outsiders see."""

    name: ob.Word = ""
    phone: Annotated[str, _Meta(pattern=r"^[0-9+() -]{0,40}$")] = ""
    email: Annotated[str, _Meta(pattern=r"^([^@\s]+@[^@\s]+)?$", max_length=200)] = ""
    hours: ob.Word = ""
    website: Annotated[str, _Meta(pattern=r"^(https?://[^\s]+)?$", max_length=500)] = ""
    address: _Site | Literal[""] = ""
    channel: ob.Named = "dealer"
    files: Annotated[list[ob.Named], _Meta(max_length=10)] = []
    frames: Annotated[list[_Site], _Meta(max_length=20)] = []


class SettingsBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Settings to change; those left out stay."""

    zone: ob.Named | None = None
    currency: ob.Currency | None = None
    locale: ob.Code | None = None
    order_series: Annotated[str, _Meta(pattern="^[A-Z]{1,8}$")] | None = None
    shipment_series: Annotated[str, _Meta(pattern="^[A-Z]{1,8}$")] | None = None
    window_hours: Annotated[int, _Meta(ge=1, le=2_400)] | None = None
    grant_minor_default: Annotated[int, _Meta(ge=1, le=limits.AMOUNT_MINOR_MAX)] | None = None
    grant_hours_default: Annotated[int, _Meta(ge=1, le=8_760)] | None = None
    tax_rate_percent: Annotated[int, _Meta(ge=0, le=100)] | None = None
    trusted_sources: dict[ob.Named, list[ob.Named]] | None = None
    codes_required: bool | None = None
    seller: SellerBody | None = None


def customer(body: CustomerBody) -> Customer:
    """The customer, without the phone."""
    invoice = body.invoice
    return Customer(
        customer_no=body.customer_no,
        name=body.name,
        level=body.level,
        segment=body.segment,
        risk=body.risk,
        account=body.account,
        owner=body.owner.strip().lower(),
        payment_method=body.payment_method,
        payment_days_average=body.payment_days_average,
        invoice=state.Invoice(invoice.title, invoice.tax_no, invoice.kind) if invoice else None,
        custom=body.custom,
    )


def settings(body: SettingsBody) -> dict[str, Any]:
    """The settings named, checked. Raises a problem 422."""
    if body.zone is not None and body.zone not in zoneinfo.available_timezones():
        raise _unfit("$.zone", "value.not_in_map")
    named = {name: getattr(body, name) for name in body.__struct_fields__}
    return {name: value for name, value in named.items() if value is not None}


def places(body: PlacesBody) -> None:
    """Check what warehouses stand on. Raises a problem 422."""
    for number, calendar in enumerate(body.calendars):
        if calendar.opens_minute >= calendar.closes_minute:
            raise _unfit(f"$.calendars[{number}].closes_minute", "value.out_of_bounds")


def _unfit(place: str, code: str) -> problems.Raised:
    refused = Refused(code, {"place": place})
    return problems.Raised(422, refused, errors=[(place, refused)])
