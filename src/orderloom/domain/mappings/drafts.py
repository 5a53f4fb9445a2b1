"""The neutral order that a mapping makes of a foreign message, before anything is completed or decided.

Personal text still stands here in clear; it is sealed when the draft becomes a command (decisions.md 25).
Amounts are decimals in the currency's unit, quantities decimals in the stated unit, times aware UTC instants.
"""

import datetime as dt
from decimal import Decimal
from typing import Any, Literal

import msgspec

from orderloom.domain.orders import state

Intent = Literal["order", "credit_note", "cancel"]


class Person(msgspec.Struct, omit_defaults=True):
    """A buyer or consignee as the message has it.

    `phone_state` is "known", "masked" (a platform's mask or token, decisions.md 26) or ""; `phone_token` is what the
    platform opens a masked one by. `address` is pasted text that nobody has split yet; the parts beside it win where
    both are given.
    """

    name: str = ""
    phone: str = ""
    phone_state: str = ""
    phone_token: str = ""
    country: str = ""
    province: str = ""
    city: str = ""
    district: str = ""
    town: str = ""
    street: str = ""
    postcode: str = ""
    adcode: str = ""
    address: str = ""


class Invoice(msgspec.Struct, omit_defaults=True):
    """What the customer wants on the invoice."""

    title: str = ""
    tax_no: str = ""
    kind: str = ""


class Line(msgspec.Struct, omit_defaults=True):
    """One line. `row` counts the message's rows from 0, so that an error finds its way back to the sheet.

    `discount` is taken off the amount; `discounts` by payer (merchant, platform) stand beside it, named.
    """

    line_no: int
    sku: str
    quantity: Decimal
    name: str = ""
    unit: str = ""
    price: Decimal | None = None
    amount: Decimal | None = None
    discount: Decimal | None = None
    discounts: dict[str, Decimal] = {}
    gift: bool = False
    main: bool = False
    row: int = 0
    custom: dict[str, Any] = {}


class Draft(msgspec.Struct, omit_defaults=True):
    """An order, a credit note or a cancellation.

    A credit note's lines carry positive quantities to be taken off earlier orders of the same customer, and
    `cancels` names the order when the message says which. `modified_at` or `version` say which of several messages
    about one order is the later one, in whatever order they arrive. `freight_rows` are the rows that were freight, not
    goods. `tax` is what comes on top of the prices. `paid` is what came in before `refunded` went back. `discounts` of
    the whole order are named by payer, beside those of the lines.
    `status` is the channel's own word for how far the order is; `standing` what a status map made of it.
    """

    external_no: str
    intent: Intent = "order"
    kind: str = "stock"
    customer_no: str = ""
    buyer: Person = msgspec.field(default_factory=Person)
    consignee: Person = msgspec.field(default_factory=Person)
    invoice: Invoice = msgspec.field(default_factory=Invoice)
    payment_method: str = ""
    currency: str = "CNY"
    placed_at: dt.datetime | None = None
    paid_at: dt.datetime | None = None
    requested_at: dt.datetime | None = None
    ship_by: dt.datetime | None = None
    notes: dict[str, str] = {}
    packing_request: str = ""
    carrier_requested: str = ""
    tags: list[str] = []
    tax_included: bool = True
    lines: list[Line] = []
    total: Decimal | None = None
    freight: Decimal | None = None
    discount: Decimal | None = None
    discounts: dict[str, Decimal] = {}
    tax: Decimal | None = None
    paid: Decimal | None = None
    refunded: Decimal | None = None
    cancelled: bool = False
    cancels: str = ""
    modified_at: dt.datetime | None = None
    version: int | None = None
    status: str = ""
    standing: state.Standing | None = None
    freight_rows: list[int] = []
    custom: dict[str, Any] = {}


class FieldError(msgspec.Struct, frozen=True, omit_defaults=True):
    """Why a message could not become a draft: the target field, a code of codes.toml, and what stood there.

    `row` counts the message's rows from 0, None where the whole message is meant. `excerpt` is cut short, and
    of a personal value shows the shape only (letters as x, digits as 9). `data` fills the places of the code's text.
    """

    path: str
    code: str
    excerpt: str = ""
    row: int | None = None
    data: dict[str, Any] = {}
