"""What an order is: the fold of its events, saved beside the log as its row.

Amounts are integer minor units of the order's currency, quantities whole base units of the SKU,
times aware UTC instants. Personal values are not here: `Party.person` names a sealed person.
"""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import msgspec

from orderloom.domain.flows.runs import Run


class Party(msgspec.Struct, omit_defaults=True):
    """A buyer or consignee without personal text: the sealed person plus what decisions need.

    `phone_key` and `address_key` are keyed fingerprints (hex) for equality only. `phone` is
    "known", "masked" (a platform's mask or token) or "" (decisions.md 26).
    """

    person: uuid.UUID | None = None
    phone: str = ""
    phone_key: str = ""
    address_key: str = ""
    country: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    town: str = ""
    adcode: str = ""
    postcode: str = ""
    named: bool = False
    street_known: bool = False
    vague: bool = False


class Invoice(msgspec.Struct, omit_defaults=True):
    """What the customer wants on the invoice."""

    title: str = ""
    tax_no: str = ""
    kind: str = ""


class Line(msgspec.Struct, omit_defaults=True):
    """One order line. `price` is a decimal per stated unit, `quantity` counts base units."""

    line_no: int
    sku: str
    quantity: int
    amount_minor: int = 0
    discount_minor: int = 0
    price: Decimal = Decimal(0)
    unit: str = ""
    unit_quantity: Decimal | None = None
    name: str = ""
    gift: bool = False
    main: bool = False
    gift_of: int | None = None
    promised_at: dt.datetime | None = None
    custom: dict[str, Any] = {}


class Standing(msgspec.Struct, frozen=True):
    """How far the channel says the order is: its own word, the standard stage, and the row of which version of which
    status map says so ("legacy_erp", 3, "shipped_unscanned")."""

    said: str
    stage: str
    map: str
    version: int
    row: str


class Text(msgspec.Struct, frozen=True):
    """The same words in both languages."""

    zh: str
    en: str


class Hold(msgspec.Struct, omit_defaults=True):
    """Why an order, or one of its lines, may not go on, and who is to say when it may.

    With `countersign` roles nobody releases it alone: one person of each role must approve first.
    """

    code: str
    reason: Text
    owner: str = ""
    blocks: list[str] = []
    line_no: int | None = None
    suggestion: str = ""
    expires_at: dt.datetime | None = None
    rule: str = ""
    at: dt.datetime | None = None
    countersign: list[str] = []


class Discount(msgspec.Struct, omit_defaults=True):
    """One promotion's part on one line, to the cent, and who pays it."""

    promotion: str
    line_no: int
    minor: int
    payer: str = "merchant"
    rule: str = ""


class Reservation(msgspec.Struct, omit_defaults=True):
    """A soft reservation: units of one line promised from one pool."""

    line_no: int
    sku: str
    warehouse: str
    quantity: int
    pool: str = "spot"


class LotPick(msgspec.Struct, omit_defaults=True):
    """A hard reservation: units of one shipment line at a lot and bin, chosen at release."""

    line_no: int
    sku: str
    lot: str
    bin: str
    quantity: int


class ShipmentLine(msgspec.Struct):
    """Units of an order's line in a shipment; merging lets one shipment serve several orders."""

    order_no: str
    line_no: int
    quantity: int


class Confirmation(msgspec.Struct, omit_defaults=True):
    """Who confirmed a stage, when, from which trusted source, with what evidence; `custom` are the shipment's own
    fields that it sets, None taking one away."""

    stage: str
    at: dt.datetime
    operator: str
    source: str
    place: str = ""
    evidence: list[str] = []
    custom: dict[str, Any] = {}


class Shipment(msgspec.Struct, omit_defaults=True):
    """What leaves one warehouse as one; it only moves forward (allocated … delivered, or cancelled).
    `carriers_left` are those that it was taken from."""

    shipment_no: str
    warehouse: str
    lines: list[ShipmentLine]
    stage: str = "allocated"
    pool: str = "spot"
    carrier: str = ""
    service: str = ""
    carriers_left: list[str] = []
    freight_cost_minor: int = 0
    released_at: dt.datetime | None = None
    picks: list[LotPick] = []
    confirmations: list[Confirmation] = []
    custom: dict[str, Any] = {}


class Payment(msgspec.Struct, omit_defaults=True):
    """Money received (or, negative, paid back) for an order."""

    payment_no: str
    method: str
    amount_minor: int
    paid_at: dt.datetime
    reference: str = ""


class PromisePart(msgspec.Struct):
    """One part of a promise: its name (words.toml has its words), until when it lasts, and its hours."""

    part: str
    until: dt.datetime
    hours: float


class Promise(msgspec.Struct, omit_defaults=True):
    """When the customer will have it, with the parts that make it up on the way of the latest shipment."""

    promised_at: dt.datetime
    parts: list[PromisePart] = []
    sure: str = "table"
    warehouse: str = ""
    carrier: str = ""


class Order(msgspec.Struct, omit_defaults=True):
    """The fold of one order's events."""

    order_id: uuid.UUID
    order_no: str
    channel: str
    external_no: str
    kind: str = "stock"
    door: str = "channel"
    n: int = 0
    customer_no: str = ""
    buyer: Party = msgspec.field(default_factory=Party)
    consignee: Party = msgspec.field(default_factory=Party)
    invoice: Invoice = msgspec.field(default_factory=Invoice)
    payment_method: str = ""
    currency: str = "CNY"
    rate: Decimal | None = None
    placed_at: dt.datetime | None = None
    received_at: dt.datetime | None = None
    requested_at: dt.datetime | None = None
    ship_by: dt.datetime | None = None
    paid_at: dt.datetime | None = None
    confirmed_at: dt.datetime | None = None
    promise: Promise | None = None
    notes: dict[str, str] = {}
    packing_request: str = ""
    carrier_requested: str = ""
    tags: list[str] = []
    custom: dict[str, Any] = {}
    tax_included: bool = True
    priced_by: str = "hub"
    channel_total_minor: int | None = None
    channel_freight_minor: int | None = None
    channel_tax_minor: int | None = None
    channel_discounts: list[Discount] = []
    standing: Standing | None = None
    history: bool = False
    price_fixed: bool = False
    lines: list[Line] = []
    discounts: list[Discount] = []
    goods_minor: int = 0
    discount_minor: int = 0
    freight_minor: int = 0
    tax_minor: int = 0
    adjustment_minor: int = 0
    total_minor: int = 0
    total_base_minor: int | None = None
    paid_minor: int = 0
    payments: list[Payment] = []
    grade: str = "ordinary"
    priority: int = 100
    owner: str = ""
    holds: list[Hold] = []
    waived: list[tuple[str, int | None]] = []
    terms: str = ""
    account: str = ""
    credit_reserved_minor: int = 0
    credit_used_minor: int = 0
    reservations: list[Reservation] = []
    backordered: dict[int, int] = {}
    shipments: list[Shipment] = []
    cancelled: bool = False
    cancel_reason: str = ""
    stage: str = "received"
    stage_n: int = 0
    furthest: str = "received"
    filled: dict[str, str] = {}
    revision: int = 0
    runs: list[Run] = []

    def blocked(self, step: str) -> bool:
        """Whether an open hold names this step."""
        return any(step in hold.blocks for hold in self.holds)

    def blockers(self, step: str) -> list[str]:
        """The codes of the holds that name this step."""
        return [hold.code for hold in self.holds if step in hold.blocks]

    def line(self, line_no: int) -> Line | None:
        """The line of that number, or None."""
        return next((line for line in self.lines if line.line_no == line_no), None)

    def shipment(self, shipment_no: str) -> Shipment | None:
        """The shipment of that number, or None."""
        return next((each for each in self.shipments if each.shipment_no == shipment_no), None)
