"""Reactions: what follows from events inside the same transaction. What always follows stands here: the customer's
receipt, the warehouse's notice, what planning is told, a clock on the stage reached; people's own follow as flows.
"""

from collections.abc import Callable, Mapping
from typing import Any

from orderloom.deciding import flows
from orderloom.deciding.state import Outgoing, State, Timer
from orderloom.deciding.work import Work
from orderloom.domain import approvals
from orderloom.domain.orders import commands, events, stages
from orderloom.domain.orders.state import Order


def react(work: Work, state: State) -> list[commands.OrderCommand]:
    """Rows for the outbox and timers from what was said; commands that must be decided in the same transaction."""
    order = work.order
    if order is None or order.history or (work.refused is not None and not work.existed):
        return []  # Nobody is told today of what was handed over years ago.
    if work.refused is None and work.said:
        _tell(work, order)
        _escalate(work, state)
    return flows.react(work, state)


def watch_stage(work: Work, limits_by_stage: dict[str, dict[str, object]], state: State, *, was: int) -> None:
    """Set the clock of the stage that the order has just reached, if a rule limits it. It stood where it was since the
    event `was`; a stage that it left and came back to is reached anew."""
    order = work.order
    assert order is not None
    limit = limits_by_stage.get(order.stage)
    if limit is None or order.stage_n == was or order.stage not in stages.RANK:
        return
    minutes = int(limit["minutes"])  # type: ignore[call-overload]
    data = {"stage": order.stage, "since": order.stage_n, "minutes": minutes, "owner": limit.get("owner") or ""}
    if limit.get("escalate_after") and limit.get("escalate_to"):
        data |= {"escalate_after": limit["escalate_after"], "escalate_to": limit["escalate_to"]}
    _set_clock(work, order, data, state, minutes=minutes)


def _escalate(work: Work, state: State) -> None:
    """The owner is told of the limit: set the clock after which it goes further up, if the rule says to whom."""
    command, order = work.command, work.order
    if not isinstance(command, commands.PassLimit) or command.escalate_after <= 0 or not command.escalate_to:
        return
    assert order is not None
    minutes = command.minutes + command.escalate_after
    data = {"stage": command.stage, "since": order.stage_n, "minutes": minutes, "owner": command.escalate_to,
            "escalated": True}  # fmt: skip
    _set_clock(work, order, data, state, minutes=command.escalate_after)


def _set_clock(work: Work, order: Order, data: dict[str, object], state: State, *, minutes: int) -> None:
    """A clock of working minutes: those of the warehouse where the order stands; without one it runs always."""
    worktime = state.reference.always_open
    for shipment in order.shipments:
        if shipment.stage == order.stage:
            worktime = state.reference.worktime(shipment.warehouse)
            break
    due = worktime.add(state.now, minutes=minutes)
    if due is not None:  # A calendar without working days has no limits to pass.
        work.timers.append(Timer(due, "stage_limit", order.order_id, data))


def _tell(work: Work, order: Order) -> None:
    for event in work.said:
        tell = _TOLD.get(type(event))
        if tell is not None:
            tell(work, order, event)


def _held(work: Work, order: Order, event: events.OrderHeld) -> None:
    """A hold that ends sets a clock, one that must be countersigned asks those who sign."""
    hold = event.hold
    if hold.expires_at is not None:
        data = {"code": hold.code, "line_no": hold.line_no}
        work.timers.append(Timer(hold.expires_at, "hold", order.order_id, data))
    if hold.countersign:
        work.askings.append(
            approvals.countersigning(order.order_id, hold, channel=order.channel, order_no=order.order_no)
        )


def _receipt(work: Work, order: Order, event: events.OrderConfirmed) -> None:
    payload = {
        "order_no": order.order_no,
        "total_minor": order.total_minor,
        "currency": order.currency,
        "promised_at": order.promise.promised_at.isoformat() if order.promise else None,
        "person": str(order.buyer.person or order.consignee.person or ""),
    }
    _send(work, order, "receipt", f"receipt-{order.order_id}", payload)


def _notice(work: Work, order: Order, event: events.ShipmentPlanned) -> None:
    shipment = event.shipment
    payload = {
        "shipment_no": shipment.shipment_no,
        "warehouse": shipment.warehouse,
        "carrier": shipment.carrier,
        "lines": [[line.line_no, line.quantity] for line in shipment.lines],
    }
    _send(work, order, "warehouse", f"planned-{shipment.shipment_no}", payload)


def _called_back(work: Work, order: Order, event: events.ShipmentCancelled) -> None:
    shipment = order.shipment(event.shipment_no)
    if shipment is None:
        return
    payload = {"shipment_no": shipment.shipment_no, "warehouse": shipment.warehouse, "cancelled": event.reason}
    _send(work, order, "warehouse", f"cancelled-{shipment.shipment_no}", payload)


def _switched(work: Work, order: Order, event: events.CarrierSwitched) -> None:
    shipment = order.shipment(event.shipment_no)
    if shipment is None:
        return
    payload = {"shipment_no": shipment.shipment_no, "warehouse": shipment.warehouse, "carrier": event.carrier,
               "was": event.was, "reason": event.reason}  # fmt: skip
    _send(work, order, "warehouse", f"switched-{shipment.shipment_no}-{order.n}", payload)


def _reminder(work: Work, order: Order, event: events.LimitPassed) -> None:
    payload = {
        "code": "limit.passed",
        "order_no": order.order_no,
        "stage": event.stage,
        "minutes": event.minutes,
        "owner": event.owner or order.owner,
    }
    _send(work, order, "notice", f"limit-{order.order_id}-{order.n}", payload)


def _planning(work: Work, order: Order, event: events.OrderBackordered) -> None:
    if not event.lines:
        return  # Nothing lacks any more: there is nothing to plan.
    skus = {line.line_no: line.sku for line in order.lines}
    lines = [{"line_no": line_no, "sku": skus.get(line_no), "short": units} for line_no, units in event.lines.items()]
    payload = {"order_no": order.order_no, "lines": lines}
    _send(work, order, "planning", f"planning-{order.order_id}-{order.n}", payload)


def _transfer(work: Work, order: Order, event: events.OrderSourced) -> None:
    if event.transfers:
        payload = {"order_no": order.order_no, "transfers": event.transfers}
        _send(work, order, "transfer", f"transfer-{order.order_id}-{order.n}", payload)


def _send(work: Work, order: Order, topic: str, key: str, payload: dict[str, Any]) -> None:
    # All that leaves of one work is about its order: the id is put into letters once.
    subject = work.outgoing[-1].subject if work.outgoing else str(order.order_id)
    work.outgoing.append(Outgoing(topic, subject, key, payload))


_TOLD: Mapping[type[events.OrderEvent], Callable[[Work, Order, Any], None]] = {
    events.OrderConfirmed: _receipt,
    events.ShipmentPlanned: _notice,
    events.OrderBackordered: _planning,
    events.OrderSourced: _transfer,
    events.ShipmentCancelled: _called_back,
    events.CarrierSwitched: _switched,
    events.LimitPassed: _reminder,
    events.OrderHeld: _held,
}
