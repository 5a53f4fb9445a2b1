"""What is asked of orders, in the imperative. Ids and numbers are given, so that a rerun decides the same."""

import datetime as dt
import uuid
from typing import Any

import msgspec

from orderloom.domain.orders import events, state


class Command(msgspec.Struct, kw_only=True, tag_field="command", omit_defaults=True):
    """`actor` says who asks, `source` which system is trusted for it, `at` when it happened."""

    command_id: uuid.UUID
    actor: str
    source: str
    at: dt.datetime


class Place(Command, tag="order.place"):
    """Take in an order. A door where a person waits may refuse it; a channel's message never is (decisions.md 13).

    `cancelled` says why the order is over already when it comes: it is recorded with its money, and goes no further.
    """

    received: events.OrderReceived
    payments: list[state.Payment] = []
    phone: str = ""
    cancelled: str = ""


class Retry(Command, tag="order.retry"):
    """Decide again what an order still lacks: price, credit, stock, promise (after a hold, a grant, a supply)."""

    order_id: uuid.UUID


class Amend(Command, tag="order.amend"):
    """Change header fields, lines or the consignee; stock, credit, money, promise are worked out again."""

    order_id: uuid.UUID
    changed: dict[str, Any] = {}
    lines_set: list[state.Line] = []
    lines_removed: list[int] = []
    lines_reduced: dict[int, int] = {}
    consignee: state.Party | None = None
    reason: str = ""


class Cancel(Command, tag="order.cancel"):
    """Cancel what has not left the house."""

    order_id: uuid.UUID
    reason: str


class Hold(Command, tag="order.hold"):
    """Put a hold on an order or a line by hand."""

    order_id: uuid.UUID
    hold: state.Hold


class Release(Command, tag="order.release"):
    """Take a hold off; one that demands countersigning by the approval that grants it."""

    order_id: uuid.UUID
    code: str
    line_no: int | None = None
    reason: str = ""
    approval_id: uuid.UUID | None = None


class Pay(Command, tag="payment.receive"):
    """Money came in (negative: went back); the same payment number is taken once."""

    order_id: uuid.UUID
    payment: state.Payment


class Split(Command, tag="order.split"):
    """Move units of a shipment into a shipment of its own."""

    order_id: uuid.UUID
    shipment_no: str
    lines: list[state.ShipmentLine]


class ReleaseShipment(Command, tag="shipment.release"):
    """Hand a shipment to the warehouse: choose lots and bins."""

    order_id: uuid.UUID
    shipment_no: str


class Confirm(Command, tag="shipment.confirm"):
    """Confirm a stage of a shipment by scan or click; `roles` are those of who confirms, None where all are."""

    order_id: uuid.UUID
    shipment_no: str
    confirmation: state.Confirmation
    roles: list[str] | None = None


class Began(msgspec.Struct):
    """A run that a stage set going, and the nodes that it has passed since."""

    run_id: uuid.UUID
    flow: str
    passed: list[str]


class Revert(Command, tag="shipment.revert"):
    """Take back a stage that was confirmed wrongly. `confirmed_by` and `confirmed_at` are who confirmed it and when the
    hub heard of it, `led_to` the flows that it let do something, `began` the runs that began with it; `leads`: may take
    back what others confirmed, and later."""

    order_id: uuid.UUID
    shipment_no: str
    stage: str
    reason: str
    confirmed_by: str = ""
    confirmed_at: dt.datetime | None = None
    led_to: list[str] = []
    began: list[Began] = []
    leads: bool = False


class SwitchCarrier(Command, tag="shipment.switch_carrier"):
    """Another carrier for a shipment that nobody has taken along: the one named, else the next by the carrier rule."""

    order_id: uuid.UUID
    shipment_no: str
    carrier: str = ""
    service: str = ""
    reason: str = ""


class Displace(Command, tag="order.displace"):
    """Stock promised to the order is not there: give these units back, and cancel shipments whose picks are gone."""

    order_id: uuid.UUID
    items: list[state.Reservation] = []
    shipments: list[str] = []
    reason: str = ""


class PassLimit(Command, tag="limit.pass"):
    """A timer fired: if the order still stands at the stage, say so and tell the owner.

    `since` is the event by which it came there: a later stay has a clock of its own. 0 means any stay. When nothing
    has moved for `escalate_after` more working minutes (0: never), `escalate_to` is told; `escalated` says that this
    is that second time.
    """

    order_id: uuid.UUID
    stage: str
    minutes: int
    owner: str = ""
    since: int = 0
    escalate_after: int = 0
    escalate_to: str = ""
    escalated: bool = False


class ExpireHold(Command, tag="hold.expire"):
    """A timer fired: if the hold still stands, it ends."""

    order_id: uuid.UUID
    code: str
    line_no: int | None = None


class RecordReceipt(Command, tag="receipt.record"):
    """The customer's receipt was handed over."""

    order_id: uuid.UUID
    channel: str = ""


class Identify(Command, tag="order.identify"):
    """Say whose order an old one is; `by` is how that was found. One that says its customer is left alone."""

    order_id: uuid.UUID
    customer_no: str
    level: str = ""
    by: str = "phone"


class Grade(Command, tag="order.grade"):
    """Set grade, priority or owner by hand or by a flow; what is empty stays."""

    order_id: uuid.UUID
    grade: str = ""
    priority: int | None = None
    owner: str = ""


class StartFlow(Command, tag="flow.start"):
    """Begin a run of a flow on the order. `trigger` is a node of the flow (the first when empty), `event` what the run
    is told it began with; the trigger's filter counts where `filtered`."""

    order_id: uuid.UUID
    flow: str
    trigger: str = ""
    event: dict[str, Any] = {}
    filtered: bool = False


class ResumeFlow(Command, tag="flow.resume"):
    """What a branch of a run waited for is there: its time, an approval, an answer. Branches that do not wait any more
    are left alone. A branch is named by its number, or by the node that it stands on."""

    order_id: uuid.UUID
    run_id: uuid.UUID
    token: int = 0
    node: str = ""
    exit: str = ""
    given: Any = None


class EndFlow(Command, tag="flow.end"):
    """Somebody ends a run that waits."""

    order_id: uuid.UUID
    run_id: uuid.UUID
    reason: str = ""


class MoveFlow(Command, tag="flow.move"):
    """A run goes on by another version of its flow."""

    order_id: uuid.UUID
    run_id: uuid.UUID
    version: int


class Together(Command, tag="order.together"):
    """What one message changes of an order, all of it or nothing: amendments, money, a cancellation, in their order."""

    order_id: uuid.UUID
    steps: list[Amend | Pay | Cancel]


FlowCommand = StartFlow | ResumeFlow | EndFlow | MoveFlow

OrderCommand = (
    Place | Retry | Amend | Cancel | Hold | Release | Pay | Split | ReleaseShipment | Confirm | Revert
    | SwitchCarrier | Displace | PassLimit
    | ExpireHold | RecordReceipt | Together | Identify | Grade | StartFlow | ResumeFlow | EndFlow | MoveFlow
)  # fmt: skip
