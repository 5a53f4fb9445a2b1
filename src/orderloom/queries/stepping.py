"""Stepping through an order's events: every reservation within its limit, money that adds up, stages that only move
forward, confirmed by whom they may be, and nothing done that an open hold blocked."""

from collections.abc import Mapping
from typing import Any

from orderloom.domain import shipments
from orderloom.domain.orders import events, stages, state
from orderloom.queries.findings import Found

# Stage → the sources that it was ever allowed to be confirmed by.
Trusted = Mapping[str, frozenset[str]]

DEFAULTS: Trusted = {stage: frozenset(sources) for stage, sources in shipments.TRUSTED_SOURCES.items()}

# What we do of our own, by the name that holds block it by.
_STEPS: Mapping[type, str] = {
    events.OrderConfirmed: "confirm",
    events.StockReserved: "reserve",
    events.ShipmentReleased: "release",
    events.ShipmentPicked: "picked",
    events.ShipmentPacked: "packed",
    events.ShipmentShipped: "shipped",
    events.ShipmentDelivered: "delivered",
}


class Walk:
    """One order's walk; `before` is called with the order as it stood before each event."""

    def __init__(self, found: Found, name: str, trusted: Trusted) -> None:
        self._found = found
        self._name = name
        self._trusted = trusted

    def before(self, order: state.Order | None, event: Any) -> None:
        """Look at the next event."""
        kind = type(event)
        if kind is events.OrderPriced:
            self._priced(event)
        elif kind is events.CreditReserved:
            over = event.used_minor + event.reserved_minor - event.limit_minor - event.grants_minor
            if over > 0:
                self._found.add("credit.over_limit", self._name, over_minor=over)
            self._found.counts["credits"] += 1
        elif kind is events.ShipmentReverted:
            self._reverted(order, event)
        step = _STEPS.get(kind)
        if step is None or order is None:
            return
        if order.holds and order.blocked(step):
            self._found.add("step.blocked", self._name, step=step, holds=", ".join(order.blockers(step)))
        if kind not in (events.OrderConfirmed, events.StockReserved, events.ShipmentReleased):
            self._confirmed(order, event.shipment_no, event.confirmation)
        self._found.counts["steps"] += 1

    def _priced(self, event: events.OrderPriced) -> None:
        off = (
            event.goods_minor - event.discount_minor + event.freight_minor + event.tax_minor + event.adjustment_minor
            - event.total_minor
        )  # fmt: skip
        if off:
            self._found.add("money.total_differs", self._name, off_minor=off)
        summed = sum(each.minor for each in event.discounts)
        if summed != event.discount_minor:
            self._found.add(
                "money.discounts_differ", self._name, summed=summed, discount_minor=event.discount_minor
            )  # fmt: skip
        self._found.counts["money"] += 1

    def _confirmed(self, order: state.Order, shipment_no: str, confirmation: state.Confirmation) -> None:
        shipment = order.shipment(shipment_no)
        was = shipment.stage if shipment else ""
        stage = confirmation.stage
        if stages.SHIPMENT_RANK.get(stage, -1) <= stages.SHIPMENT_RANK.get(was, len(stages.SHIPMENT_RANK)):
            self._found.add("step.backwards", self._name, shipment_no=shipment_no, was=was, stage=stage)
        if confirmation.source not in self._trusted.get(stage, frozenset()):
            self._found.add(
                "step.source_not_trusted",
                self._name,
                shipment_no=shipment_no,
                stage=stage,
                source=confirmation.source,
            )

    def _reverted(self, order: state.Order | None, event: events.ShipmentReverted) -> None:
        """Only the last stage is taken back, and never the one with which units left the house."""
        shipment = order.shipment(event.shipment_no) if order is not None else None
        was = shipment.stage if shipment else ""
        if was != event.stage or was == "shipped":
            self._found.add("step.backwards", self._name, shipment_no=event.shipment_no, was=was, stage=event.stage)


def add_up(found: Found, name: str, order: state.Order) -> None:
    """The money of an order as it stands, from its lines up."""
    goods = sum(line.amount_minor for line in order.lines)
    if goods != order.goods_minor:
        found.add("money.lines_differ", name, summed=goods, goods_minor=order.goods_minor)
    off = sum(line.discount_minor for line in order.lines)
    if off != order.discount_minor:
        found.add("money.discounts_differ", name, summed=off, discount_minor=order.discount_minor)
    paid = sum(payment.amount_minor for payment in order.payments)
    if paid != order.paid_minor:
        found.add("money.paid_differs", name, summed=paid, paid_minor=order.paid_minor)
