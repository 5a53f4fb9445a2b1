"""One command on its way through the stages, with the order as it stands so far."""

import uuid
from typing import Any

import msgspec

from orderloom.deciding.state import Outgoing, Timer
from orderloom.domain import approvals, fold, promotions
from orderloom.domain.customers import Customer
from orderloom.domain.orders import commands, events, state
from orderloom.kit.refusals import Refused
from orderloom.rules.flows import Candidate


class Work(msgspec.Struct):
    """What one command has led to so far. Nothing of it counts before the batch is saved."""

    command: commands.OrderCommand
    order: state.Order | None = None
    existed: bool = False
    repeated: bool = False
    settles: bool = False
    refused: Refused | None = None
    said: list[events.OrderEvent] = []
    why: dict[str, Any] = {}
    inputs: dict[str, list[Any]] = {}
    customer: Customer | None = None
    account: str = ""
    terms: str = "prepaid"
    window_orders: int = 1
    window_phones: int = 1
    warehouses: list[str] = []
    distance_km: float | None = None
    offers: list[dict[str, Any]] = []
    priced: promotions.Priced | None = None
    outgoing: list[Outgoing] = []
    timers: list[Timer] = []
    askings: list[approvals.Asking] = []
    below: list[Candidate] = []

    def say(self, *said: events.OrderEvent) -> None:
        """Add events and let the order evolve by them."""
        if said:
            self.said.extend(said)
            self.order = fold.evolve_all(self.order, said)

    @property
    def subject(self) -> uuid.UUID:
        """The stream that this work writes to."""
        command = self.command
        return command.received.order_id if isinstance(command, commands.Place) else command.order_id

    @property
    def waits(self) -> bool:
        """Whether a person waits at a door, so that a rule may refuse (decisions.md 13)."""
        return self.order is not None and self.order.door in ("form", "desk", "api")


class Outcome(msgspec.Struct, omit_defaults=True):
    """What became of one command: done (with the events' names), repeated (the first answer), or refused."""

    command_id: uuid.UUID
    order_id: uuid.UUID | None = None
    order_no: str = ""
    external_no: str = ""
    stage: str = ""
    repeated: bool = False
    refused: Refused | None = None
    events: list[str] = []
    holds: list[str] = []
    total_minor: int = 0
    currency: str = ""


class Touched(msgspec.Struct):
    """An order as it was loaded and as it is now, with all that was said of it in this batch."""

    order: state.Order
    was: "Rows | None"
    said: list[events.OrderEvent] = []
    why: dict[str, Any] = {}
    inputs: dict[str, list[Any]] = {}
    actor: str = ""
    source: str = ""
    at: Any = None
    now: "Rows | None" = None

    @property
    def rows(self) -> "Rows":
        """The rows that the order stands for now; worked out once, when all has been said."""
        if self.now is None:
            self.now = rows(self.order)
        return self.now


class Rows(msgspec.Struct):
    """The rows beside an order's own, by key: they are the fold of its events like the order itself."""

    stage: str = ""
    reserved: dict[tuple[str, str, str, int], int] = {}
    lots: dict[tuple[str, str, str, str], int] = {}
    shipments: dict[str, tuple[str, str, str, int]] = {}
    backordered: dict[tuple[str, int], int] = {}
    credit_reserved_minor: int = 0
    credit_used_minor: int = 0


def rows(order: state.Order) -> Rows:
    """The rows that an order stands for: reservations by pool, hard ones by lot, shipments, backorders, credit."""
    reserved: dict[tuple[str, str, str, int], int] = {}
    for item in order.reservations:
        key = (item.sku, item.warehouse, item.pool, item.line_no)
        reserved[key] = reserved.get(key, 0) + item.quantity
    lots: dict[tuple[str, str, str, str], int] = {}
    shipments: dict[str, tuple[str, str, str, int]] = {}
    for shipment in order.shipments:
        shipments[shipment.shipment_no] = (
            shipment.warehouse,
            shipment.stage,
            shipment.carrier,
            shipment.freight_cost_minor,
        )
        if shipment.stage in ("allocated", "picked", "packed"):
            for pick in shipment.picks:
                key_lot = (pick.sku, shipment.warehouse, pick.lot, pick.bin)
                lots[key_lot] = lots.get(key_lot, 0) + pick.quantity
    return Rows(
        stage=order.stage,
        reserved=reserved,
        lots=lots,
        shipments=shipments,
        backordered=_backordered(order) if order.backordered else {},
        credit_reserved_minor=order.credit_reserved_minor,
        credit_used_minor=order.credit_used_minor,
    )


def _backordered(order: state.Order) -> dict[tuple[str, int], int]:
    return {
        (line.sku, line.line_no): units for line in order.lines if (units := order.backordered.get(line.line_no, 0)) > 0
    }
