"""Fold: how each event changes an order, and the rows that an order is saved as.

`evolve` changes the order it is given; deciders never do. `orders/stages.py` derives the stage.
"""

import copy
from collections.abc import Callable, Iterable
from typing import Any

from orderloom.domain import completion
from orderloom.domain.flows import history
from orderloom.domain.orders import events, stages, state


def fold(said: Iterable[events.OrderEvent]) -> state.Order | None:
    """The order that these events make, or None when nothing was received."""
    return evolve_all(None, said)


def evolve(order: state.Order | None, event: events.OrderEvent) -> state.Order:
    """Apply one event. The first must be `order.received`."""
    if type(event) is events.OrderReceived:
        order = _received(event)
    else:
        assert order is not None, "an order begins with order.received"
        _EVOLVERS[type(event)](order, event)
    order.n += 1
    if type(event) not in _STILL:
        before = order.stage
        stages.refresh(order)
        if order.stage != before or order.n == 1:
            order.stage_n = order.n
    return order


def evolve_all(order: state.Order | None, said: Iterable[events.OrderEvent]) -> state.Order | None:
    """Apply events in order. The stage is derived after each of them: what an order comes to must never depend on how
    its events were grouped when they were said."""
    for event in said:
        order = evolve(order, event)
    return order


def _received(event: events.OrderReceived) -> state.Order:
    return state.Order(
        order_id=event.order_id,
        order_no=event.order_no,
        channel=event.channel,
        external_no=event.external_no,
        kind=event.kind,
        door=event.door,
        customer_no=event.customer_no,
        buyer=event.buyer,
        consignee=event.consignee,
        invoice=event.invoice,
        payment_method=event.payment_method,
        currency=event.currency,
        rate=event.rate,
        placed_at=event.placed_at,
        received_at=event.received_at,
        requested_at=event.requested_at,
        ship_by=event.ship_by,
        notes=event.notes,
        packing_request=event.packing_request,
        carrier_requested=event.carrier_requested,
        tags=event.tags,
        custom=event.custom,
        tax_included=event.tax_included,
        priced_by=event.priced_by,
        channel_total_minor=event.channel_total_minor,
        channel_freight_minor=event.channel_freight_minor,
        channel_tax_minor=event.channel_tax_minor,
        channel_discounts=event.channel_discounts,
        standing=event.standing,
        history=event.history,
        lines=event.lines,
    )


def _completed(order: state.Order, event: events.OrderCompleted) -> None:
    for path, value in event.values.items():
        completion.set_field(order, path, value)
    order.filled = {**order.filled, **event.filled}


def _nothing(order: state.Order, event: events.OrderEvent) -> None:
    """The event is told in the timeline and changes no state."""


def _held(order: state.Order, event: events.OrderHeld) -> None:
    kept = [hold for hold in order.holds if (hold.code, hold.line_no) != (event.hold.code, event.hold.line_no)]
    order.holds = [*kept, event.hold]


def _released(order: state.Order, event: events.OrderReleased) -> None:
    order.holds = [hold for hold in order.holds if (hold.code, hold.line_no) != (event.code, event.line_no)]
    if event.waived:
        order.waived = [*order.waived, (event.code, event.line_no)]


def _graded(order: state.Order, event: events.OrderGraded) -> None:
    order.grade, order.priority, order.owner = event.grade, event.priority, event.owner


def _priced(order: state.Order, event: events.OrderPriced) -> None:
    off: dict[int, int] = {}
    for discount in event.discounts:
        off[discount.line_no] = off.get(discount.line_no, 0) + discount.minor
    lines = order.lines
    if event.gifts or event.gifts_gone:
        gifts = {gift.line_no: gift for gift in event.gifts}
        kept = [gifts.pop(line.line_no, line) for line in lines if line.line_no not in event.gifts_gone]
        lines = [*kept, *gifts.values()]
    amounts = event.amounts
    order.lines = [
        _with_money(line, amounts.get(line.line_no, line.amount_minor), off.get(line.line_no, 0)) for line in lines
    ]
    order.discounts = event.discounts
    order.goods_minor = event.goods_minor
    order.discount_minor = event.discount_minor
    order.freight_minor = event.freight_minor
    order.tax_minor = event.tax_minor
    order.adjustment_minor = event.adjustment_minor
    order.total_minor = event.total_minor
    order.total_base_minor = event.total_base_minor


def _with_money(line: state.Line, amount_minor: int, discount_minor: int) -> state.Line:
    if line.amount_minor != amount_minor or line.discount_minor != discount_minor:
        line = copy.copy(line)
        line.amount_minor, line.discount_minor = amount_minor, discount_minor
    return line


def _credit_reserved(order: state.Order, event: events.CreditReserved) -> None:
    order.account, order.terms = event.account, "credit"
    order.credit_reserved_minor += event.amount_minor


def _credit_released(order: state.Order, event: events.CreditReleased) -> None:
    order.credit_reserved_minor -= event.amount_minor


def _credit_used(order: state.Order, event: events.CreditUsed) -> None:
    order.credit_reserved_minor -= event.amount_minor
    order.credit_used_minor += event.amount_minor


def _credit_settled(order: state.Order, event: events.CreditSettled) -> None:
    order.credit_reserved_minor -= event.reserved_minor
    order.credit_used_minor -= event.used_minor


def _stock_reserved(order: state.Order, event: events.StockReserved) -> None:
    order.reservations = _merged([*order.reservations, *event.items])
    if not order.backordered:
        return
    for item in event.items:
        left = order.backordered.get(item.line_no, 0) - item.quantity
        if item.line_no in order.backordered:
            order.backordered = {**order.backordered, item.line_no: left}
            if left <= 0:
                del order.backordered[item.line_no]


def _stock_released(order: state.Order, event: events.StockReleased) -> None:
    order.reservations = _less(order.reservations, event.items)


def _merged(items: Iterable[state.Reservation]) -> list[state.Reservation]:
    sums: dict[tuple[int, str, str, str], int] = {}
    for item in items:
        key = (item.line_no, item.sku, item.warehouse, item.pool)
        sums[key] = sums.get(key, 0) + item.quantity
    return [
        state.Reservation(line_no, sku, warehouse, quantity, pool)
        for (line_no, sku, warehouse, pool), quantity in sums.items()
        if quantity
    ]


def _less(held: list[state.Reservation], given_back: list[state.Reservation]) -> list[state.Reservation]:
    negative = (
        state.Reservation(item.line_no, item.sku, item.warehouse, -item.quantity, item.pool) for item in given_back
    )
    return _merged([*held, *negative])


def _confirmed(order: state.Order, event: events.OrderConfirmed) -> None:
    order.confirmed_at, order.price_fixed = event.confirmed_at, True


def _backordered(order: state.Order, event: events.OrderBackordered) -> None:
    order.backordered = dict(event.lines)


def _promised(order: state.Order, event: events.PromiseMade) -> None:
    # The parts are told by the event; the order keeps what lists and later decisions ask for.
    order.promise = state.Promise(event.promise.promised_at, sure=event.promise.sure)


def _planned(order: state.Order, event: events.ShipmentPlanned) -> None:
    order.shipments = [*order.shipments, _copy_shipment(event.shipment)]


def _copy_shipment(shipment: state.Shipment) -> state.Shipment:
    # The event keeps the shipment as it was planned; the order's own goes on changing.
    return copy.copy(shipment)


def _shipment_amended(order: state.Order, event: events.ShipmentAmended) -> None:
    _shipment(order, event.shipment_no).lines = event.lines


def _shipment_released(order: state.Order, event: events.ShipmentReleased) -> None:
    shipment = _shipment(order, event.shipment_no)
    shipment.released_at = event.released_at
    shipment.picks = event.picks


def _carrier_switched(order: state.Order, event: events.CarrierSwitched) -> None:
    shipment = _shipment(order, event.shipment_no)
    if shipment.carrier:
        shipment.carriers_left = [*shipment.carriers_left, shipment.carrier]
    shipment.carrier, shipment.service = event.carrier, event.service
    shipment.freight_cost_minor = event.freight_cost_minor


def _stage_confirmed(order: state.Order, event: Any) -> None:
    shipment = _shipment(order, event.shipment_no)
    shipment.stage = event.confirmation.stage
    shipment.confirmations = [*shipment.confirmations, event.confirmation]
    if event.confirmation.custom:
        said = {**shipment.custom, **event.confirmation.custom}
        shipment.custom = {name: value for name, value in said.items() if value is not None}


def _stage_reverted(order: state.Order, event: events.ShipmentReverted) -> None:
    shipment = _shipment(order, event.shipment_no)
    shipment.stage = stages.before(event.stage)
    shipment.confirmations = [each for each in shipment.confirmations if each.stage != event.stage]
    # Own fields are what the stages said: what was taken back said nothing.
    said = {name: value for each in shipment.confirmations for name, value in each.custom.items()}
    shipment.custom = {name: value for name, value in said.items() if value is not None}


def _shipped(order: state.Order, event: events.ShipmentShipped) -> None:
    _stage_confirmed(order, event)
    shipment = _shipment(order, event.shipment_no)
    order.reservations = _less(order.reservations, reserved_for(order, shipment))


def reserved_for(order: state.Order, shipment: state.Shipment) -> list[state.Reservation]:
    """The soft reservations that a shipment's lines stand on."""
    items = []
    for line in shipment.lines:
        if line.order_no == order.order_no:
            sku = next(each.sku for each in order.lines if each.line_no == line.line_no)
            items.append(state.Reservation(line.line_no, sku, shipment.warehouse, line.quantity, shipment.pool))
    return items


def _shipment_cancelled(order: state.Order, event: events.ShipmentCancelled) -> None:
    shipment = _shipment(order, event.shipment_no)
    shipment.stage = "cancelled"
    shipment.picks = []


def _shipment(order: state.Order, shipment_no: str) -> state.Shipment:
    shipment = order.shipment(shipment_no)
    assert shipment is not None, f"{shipment_no} is not a shipment of {order.order_no}"
    return shipment


def _paid(order: state.Order, event: events.PaymentReceived | events.PaymentRefunded) -> None:
    order.payments = [*order.payments, event.payment]
    order.paid_minor += event.payment.amount_minor


def _amended(order: state.Order, event: events.OrderAmended) -> None:
    order.waived = []  # What was permitted was another order.
    for path, value in event.changed.items():
        completion.set_field(order, path, value)
    if event.consignee is not None:
        order.consignee = event.consignee
    replaced = {line.line_no: line for line in event.lines_set}
    kept = [replaced.pop(line.line_no, line) for line in order.lines if line.line_no not in event.lines_removed]
    order.lines = [*kept, *replaced.values()]


def _split(order: state.Order, event: events.OrderSplit) -> None:
    source = _shipment(order, event.shipment_no)
    moved = {line.line_no: line.quantity for line in event.lines}
    source.lines = [
        state.ShipmentLine(line.order_no, line.line_no, line.quantity - moved.get(line.line_no, 0))
        for line in source.lines
        if line.quantity > moved.get(line.line_no, 0)
    ]
    apart = _copy_shipment(source)
    apart.shipment_no, apart.lines, apart.confirmations = event.new_shipment_no, event.lines, []
    order.shipments = [*order.shipments, apart]


def _cancelled(order: state.Order, event: events.OrderCancelled) -> None:
    order.cancelled, order.cancel_reason, order.holds, order.backordered = True, event.reason, [], {}


def _flowed(order: state.Order, event: Any) -> None:
    order.runs = history.evolve(order.runs, event)


# Events after which the stage, the furthest stage and the time of payment are what they were.
_STILL = frozenset((
    events.OrderChecked, events.OrderHeld, events.OrderReleased, events.OrderGraded, events.CreditReserved,
    events.CreditReleased, events.CreditRefused, events.OrderSourced, events.PromiseMade, events.ReceiptSent,
    events.LimitPassed, events.FlowStarted, events.FlowStepped, events.FlowWaited, events.FlowFinished,
    events.FlowFailed, events.FlowMoved,
))  # fmt: skip

_EVOLVERS: dict[type, Callable[[state.Order, Any], None]] = {
    events.OrderCompleted: _completed,
    events.OrderChecked: _nothing,
    events.OrderHeld: _held,
    events.OrderReleased: _released,
    events.OrderGraded: _graded,
    events.OrderPriced: _priced,
    events.CreditReserved: _credit_reserved,
    events.CreditReleased: _credit_released,
    events.CreditUsed: _credit_used,
    events.CreditSettled: _credit_settled,
    events.CreditRefused: _nothing,
    events.StockReserved: _stock_reserved,
    events.StockReleased: _stock_released,
    events.OrderSourced: _nothing,
    events.OrderConfirmed: _confirmed,
    events.OrderBackordered: _backordered,
    events.PromiseMade: _promised,
    events.ShipmentPlanned: _planned,
    events.ShipmentAmended: _shipment_amended,
    events.ShipmentReleased: _shipment_released,
    events.CarrierSwitched: _carrier_switched,
    events.ShipmentPicked: _stage_confirmed,
    events.ShipmentPacked: _stage_confirmed,
    events.ShipmentShipped: _shipped,
    events.ShipmentDelivered: _stage_confirmed,
    events.ShipmentReverted: _stage_reverted,
    events.ShipmentCancelled: _shipment_cancelled,
    events.PaymentReceived: _paid,
    events.PaymentRefunded: _paid,
    events.OrderAmended: _amended,
    events.OrderSplit: _split,
    events.OrderCancelled: _cancelled,
    events.LimitPassed: _nothing,
    events.ReceiptSent: _nothing,
    events.FlowStarted: _flowed,
    events.FlowStepped: _flowed,
    events.FlowWaited: _flowed,
    events.FlowFinished: _flowed,
    events.FlowFailed: _flowed,
    events.FlowMoved: _flowed,
}
