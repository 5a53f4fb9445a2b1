"""What happened to an order, in the past participle. Each is a fact; `domain.fold` evolves the order by it.

An event's place in time, its number, actor, source, revision and why stand on its log entry
(`domain.log.Entry`): all that one transaction said of one order is one entry.
"""

import datetime as dt
import uuid
from decimal import Decimal
from typing import Any

import msgspec

from orderloom.domain.flows import runs
from orderloom.domain.orders import state


class Event(msgspec.Struct, tag_field="type", omit_defaults=True):
    """A fact about a subject. The tag is the name people and partners see, after `orderloom.`."""


class OrderReceived(Event, tag="order.received"):
    """The order as it came, before anything was filled or decided."""

    order_id: uuid.UUID
    order_no: str
    channel: str
    external_no: str
    placed_at: dt.datetime
    received_at: dt.datetime
    lines: list[state.Line]
    door: str = "channel"
    kind: str = "stock"
    customer_no: str = ""
    buyer: state.Party = msgspec.field(default_factory=state.Party)
    consignee: state.Party = msgspec.field(default_factory=state.Party)
    invoice: state.Invoice = msgspec.field(default_factory=state.Invoice)
    payment_method: str = ""
    currency: str = "CNY"
    rate: Decimal | None = None
    requested_at: dt.datetime | None = None
    ship_by: dt.datetime | None = None
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
    channel_discounts: list[state.Discount] = []
    standing: state.Standing | None = None
    history: bool = False


class OrderCompleted(Event, tag="order.completed"):
    """Fields filled from what is known: field path → source; the values stand beside them."""

    filled: dict[str, str]
    values: dict[str, Any]


class OrderChecked(Event, tag="order.checked"):
    """The checks that spoke; an empty list says that all of them passed."""

    hits: list[dict[str, Any]] = []


class OrderHeld(Event, tag="order.held"):
    """A hold was put on."""

    hold: state.Hold


class OrderReleased(Event, tag="order.released"):
    """A hold was taken off by a person's permission, a rule or its expiry.

    `waived` says that the rule that put it on may not put it on again before the order is amended.
    """

    code: str
    line_no: int | None = None
    reason: str = ""
    waived: bool = False


class OrderGraded(Event, tag="order.graded"):
    """The grade decides lane, owner and queue order; a smaller priority goes first."""

    grade: str
    priority: int
    owner: str = ""


class OrderPriced(Event, tag="order.priced"):
    """The money of the order, whole: lines − discounts + freight (+ tax where not included) + adjustment = total."""

    amounts: dict[int, int]
    discounts: list[state.Discount]
    goods_minor: int
    total_minor: int
    discount_minor: int = 0
    freight_minor: int = 0
    tax_minor: int = 0
    adjustment_minor: int = 0
    total_base_minor: int | None = None
    gifts: list[state.Line] = []
    gifts_gone: list[int] = []


class CreditReserved(Event, tag="credit.reserved"):
    """Credit taken for the order. used + reserved (with this) ≤ limit + grants valid at that moment, as then seen."""

    account: str
    amount_minor: int
    used_minor: int
    reserved_minor: int
    limit_minor: int
    grants_minor: int = 0


class CreditReleased(Event, tag="credit.released"):
    """Credit given back without a payment: cancelled, amended down."""

    account: str
    amount_minor: int


class CreditUsed(Event, tag="credit.used"):
    """Goods left the house: a reservation became a debt."""

    account: str
    amount_minor: int


class CreditSettled(Event, tag="credit.settled"):
    """A payment settled what was reserved or owed."""

    account: str
    reserved_minor: int = 0
    used_minor: int = 0


class CreditRefused(Event, tag="credit.refused"):
    """The account could not carry the order; `short_minor` is what was missing."""

    account: str
    amount_minor: int
    short_minor: int


class StockReserved(Event, tag="stock.reserved"):
    """Units reserved for the order's lines."""

    items: list[state.Reservation]


class StockReleased(Event, tag="stock.released"):
    """Reserved units given back."""

    items: list[state.Reservation]


class OrderSourced(Event, tag="order.sourced"):
    """Where the order ships from, what that costs, and for every other warehouse why not."""

    warehouses: list[str]
    cost_minor: int = 0
    why_not: list[dict[str, Any]] = []
    transfers: list[dict[str, Any]] = []


class OrderConfirmed(Event, tag="order.confirmed"):
    """The hub stands by the order: price, credit and stock are settled."""

    confirmed_at: dt.datetime


class OrderBackordered(Event, tag="order.backordered"):
    """待产单: units that nothing covers, by line; production planning is told."""

    lines: dict[int, int]


class PromiseMade(Event, tag="promise.made"):
    """The promise given to the customer."""

    promise: state.Promise


class ShipmentPlanned(Event, tag="shipment.planned"):
    """A shipment was planned at a warehouse."""

    shipment: state.Shipment


class ShipmentAmended(Event, tag="shipment.amended"):
    """The shipment's lines before release, whole; units joined it or left it."""

    shipment_no: str
    lines: list[state.ShipmentLine]


class ShipmentReleased(Event, tag="shipment.released"):
    """The shipment was handed to the warehouse with the lots and bins chosen FEFO or FIFO."""

    shipment_no: str
    picks: list[state.LotPick]
    released_at: dt.datetime


class ShipmentPicked(Event, tag="shipment.picked"):
    """Confirmed picked."""

    shipment_no: str
    confirmation: state.Confirmation


class ShipmentPacked(Event, tag="shipment.packed"):
    """Confirmed packed."""

    shipment_no: str
    confirmation: state.Confirmation


class ShipmentShipped(Event, tag="shipment.shipped"):
    """Confirmed out of the house: its stock is gone from the ledger with this event."""

    shipment_no: str
    confirmation: state.Confirmation
    items: list[state.LotPick] = []


class ShipmentDelivered(Event, tag="shipment.delivered"):
    """Confirmed signed for."""

    shipment_no: str
    confirmation: state.Confirmation


class ShipmentReverted(Event, tag="shipment.reverted"):
    """The last `stage` was confirmed wrongly and is taken back: the shipment stands where it stood before. Who had
    confirmed it (`operator`), and when, stays in the log with what was said then."""

    shipment_no: str
    stage: str
    operator: str
    reason: str


class CarrierSwitched(Event, tag="carrier.switched"):
    """Another carrier will take the shipment than the one that it `was`."""

    shipment_no: str
    carrier: str
    service: str
    freight_cost_minor: int
    was: str = ""
    reason: str = ""


class ShipmentCancelled(Event, tag="shipment.cancelled"):
    """The shipment will not leave."""

    shipment_no: str
    reason: str = ""


class PaymentReceived(Event, tag="payment.received"):
    """Money came in for the order."""

    payment: state.Payment


class PaymentRefunded(Event, tag="payment.refunded"):
    """Money went back to the buyer; `payment.amount_minor` is negative."""

    payment: state.Payment


class OrderAmended(Event, tag="order.amended"):
    """Header fields replaced, lines set or removed; what follows is worked out again in the same entry."""

    changed: dict[str, Any] = {}
    lines_set: list[state.Line] = []
    lines_removed: list[int] = []
    consignee: state.Party | None = None
    reason: str = ""


class OrderSplit(Event, tag="order.split"):
    """Units moved from one shipment into a new one of its own."""

    shipment_no: str
    new_shipment_no: str
    lines: list[state.ShipmentLine]


class OrderCancelled(Event, tag="order.cancelled"):
    """The order will not be fulfilled."""

    reason: str


class LimitPassed(Event, tag="limit.passed"):
    """A stage lasted longer than its limit. `escalated`: its owner was told before, now it goes further up."""

    stage: str
    minutes: int
    owner: str = ""
    escalated: bool = False


class ReceiptSent(Event, tag="receipt.sent"):
    """The customer's receipt left the house."""

    channel: str = ""


class FlowStarted(Event, tag="flow.started"):
    """A flow began that outlives the transaction; one that ends at once leaves its steps in the entry's why."""

    started: runs.Started


class FlowStepped(Event, tag="flow.stepped"):
    """A run passed nodes, in this order."""

    run_id: uuid.UUID
    steps: list[runs.Step]


class FlowWaited(Event, tag="flow.waited"):
    """Branches of a run wait for something."""

    run_id: uuid.UUID
    waits: list[runs.Waiting]


class FlowFinished(Event, tag="flow.finished"):
    """Every branch of a run has ended."""

    run_id: uuid.UUID


class FlowFailed(Event, tag="flow.failed"):
    """A run ended at a node that it could not pass, or somebody ended it."""

    run_id: uuid.UUID
    code: str
    node: str = ""
    data: dict[str, Any] = {}


class FlowMoved(Event, tag="flow.moved"):
    """A run goes on by another version of its flow, which its history fits."""

    run_id: uuid.UUID
    version: int
    was: int


FlowEvent = FlowStarted | FlowStepped | FlowWaited | FlowFinished | FlowFailed | FlowMoved

OrderEvent = (
    OrderReceived | OrderCompleted | OrderChecked | OrderHeld | OrderReleased | OrderGraded | OrderPriced
    | CreditReserved | CreditReleased | CreditUsed | CreditSettled | CreditRefused
    | StockReserved | StockReleased | OrderSourced | OrderConfirmed | OrderBackordered | PromiseMade
    | ShipmentPlanned | ShipmentAmended | ShipmentReleased | ShipmentPicked | ShipmentPacked | ShipmentShipped
    | ShipmentDelivered | ShipmentCancelled | PaymentReceived | PaymentRefunded | OrderAmended | OrderSplit
    | OrderCancelled | LimitPassed | ReceiptSent | CarrierSwitched | ShipmentReverted
    | FlowStarted | FlowStepped | FlowWaited | FlowFinished | FlowFailed | FlowMoved
)  # fmt: skip
