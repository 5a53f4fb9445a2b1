"""Deciders that change an order people or channels already placed: amend, cancel, hold, release, pay, split."""

import datetime as dt
from typing import Any

import msgspec

from orderloom.domain import completion, fold
from orderloom.domain.orders import commands, events, settling, state
from orderloom.kit import limits
from orderloom.kit.refusals import Refused

Said = list[events.OrderEvent]

# Header fields that a person or a later message may change.
AMENDABLE = frozenset(
    ("notes", "packing_request", "carrier_requested", "requested_at", "ship_by", "tags", "invoice", "payment_method",
     "custom", "channel_total_minor", "channel_freight_minor", "channel_tax_minor",
     "channel_discounts", "standing")
)  # fmt: skip

# It blocks nothing: the order goes on from where its units are found. A person looks and takes it off.
_DISPLACED = state.Text(
    zh="盘点后库存不足，本单已预占的货被让出，请确认新的分仓与交期",
    en="A count found less stock than promised; look at the new sourcing and promise of this order",
)


def amend(order: state.Order, command: commands.Amend) -> Said | Refused:
    """Change what may still change. Units given back are of the changed lines only; nothing else is touched."""
    if order.cancelled:
        return Refused("order.already_cancelled", {"order_no": order.order_no})
    if settling.left_the_house(order) and (command.lines_set or command.consignee is not None):
        return Refused("order.already_shipped", {"order_no": order.order_no})
    for path in command.changed:
        if path.partition(".")[0] not in AMENDABLE:
            return Refused("order.field_not_amendable", {"field": path})
        if (problem := completion.unfit(path, command.changed[path])) is not None:
            return problem
    lines_set = _lines_after(order, command)
    if isinstance(lines_set, Refused):
        return lines_set
    replaced, removed = lines_set
    if len(order.lines) - len(removed) < 1 and not any(line.line_no not in removed for line in replaced):
        return Refused("order.no_lines_left", {"order_no": order.order_no})
    units = _units_leaving(order, replaced, removed, moved=_moves(order, command))
    given_back = settling.give_back(order, units)
    if isinstance(given_back, Refused):
        return given_back
    return [
        *given_back,
        events.OrderAmended(command.changed, replaced, removed, command.consignee, command.reason),
    ]


def _lines_after(order: state.Order, command: commands.Amend) -> tuple[list[state.Line], list[int]] | Refused:
    known = {line.line_no: line for line in order.lines}
    removed = list(command.lines_removed)
    replaced = {line.line_no: line for line in command.lines_set}
    for line_no in (*removed, *command.lines_reduced):
        if line_no not in known:
            return Refused("line.unknown", {"line_no": line_no, "order_no": order.order_no})
    for line_no, quantity in command.lines_reduced.items():
        line = known[line_no]
        if not 0 < quantity <= line.quantity:
            return Refused("line.bad_quantity", {"line_no": line_no, "quantity": quantity})
        if quantity == line.quantity:
            removed.append(line_no)
        else:
            replaced[line_no] = reduced(line, line.quantity - quantity)
    for line in replaced.values():
        if not 0 < line.quantity <= limits.QUANTITY_MAX:
            return Refused("line.bad_quantity", {"line_no": line.line_no, "quantity": line.quantity})
        if not 0 <= line.amount_minor <= limits.AMOUNT_MINOR_MAX:
            return Refused("line.bad_amount", {"line_no": line.line_no, "amount_minor": line.amount_minor})
    if len(known.keys() | replaced.keys()) > limits.LINES_MAX:
        return Refused("order.too_many_lines", {"lines": len(known) + len(replaced), "lines_max": limits.LINES_MAX})
    return list(replaced.values()), removed


def reduced(line: state.Line, quantity: int) -> state.Line:
    """The line with fewer units; its amount keeps the price, rounded half up once."""
    fields = {name: getattr(line, name) for name in line.__struct_fields__}
    fields["quantity"] = quantity
    fields["amount_minor"] = (2 * line.amount_minor * quantity + line.quantity) // (2 * line.quantity)
    if line.unit_quantity is not None:
        fields["unit_quantity"] = line.unit_quantity * quantity / line.quantity
    return state.Line(**fields)


def _moves(order: state.Order, command: commands.Amend) -> bool:
    """Whether the goods now go somewhere else, so that every line must be sourced anew."""
    to = command.consignee
    was = order.consignee
    return to is not None and (to.province, to.city, to.adcode) != (was.province, was.city, was.adcode)


def _units_leaving(
    order: state.Order, replaced: list[state.Line], removed: list[int], *, moved: bool
) -> dict[int, int]:
    reserved: dict[int, int] = {}
    for item in order.reservations:
        reserved[item.line_no] = reserved.get(item.line_no, 0) + item.quantity
    if moved:
        return reserved
    known = {line.line_no: line for line in order.lines}
    units = {line_no: reserved.get(line_no, 0) for line_no in removed}
    for line in replaced:
        was = known.get(line.line_no)
        if was is None:
            continue
        keeps = line.quantity if was.sku == line.sku else 0
        units[line.line_no] = max(0, reserved.get(line.line_no, 0) - keeps)
    return {line_no: quantity for line_no, quantity in units.items() if quantity}


def identify(order: state.Order, command: commands.Identify) -> Said:
    """Fill whose order it is, and how that customer is graded now, each marked with how it was found."""
    if order.customer_no:
        return []
    values: dict[str, Any] = {"customer_no": command.customer_no}
    if command.level and not order.custom.get("customer_level"):
        values["custom.customer_level"] = command.level
    return [events.OrderCompleted(dict.fromkeys(values, command.by), values)]


def cancel(order: state.Order, command: commands.Cancel) -> Said | Refused:
    """Cancel the whole order: stock and credit go back, shipments end. Asked twice, decided once."""
    if order.cancelled:
        return []
    if settling.left_the_house(order):
        return Refused("order.already_shipped", {"order_no": order.order_no})
    said: Said = [
        events.ShipmentCancelled(each.shipment_no, "order cancelled")
        for each in order.shipments
        if each.stage != "cancelled"
    ]
    if order.reservations:
        said.append(events.StockReleased(order.reservations))
    if order.credit_reserved_minor:
        said.append(events.CreditReleased(order.account, order.credit_reserved_minor))
    said.append(events.OrderCancelled(command.reason))
    return said


def together(order: state.Order, command: commands.Together) -> Said | Refused:
    """Take the steps one after the other on a copy: one that is refused refuses them all."""
    after = _copy(order)
    said: Said = []
    for step in command.steps:
        match step:
            case commands.Amend():
                taken = amend(after, step)
            case commands.Pay():
                taken = pay(after, step)
            case commands.Cancel():
                taken = cancel(after, step)
        if isinstance(taken, Refused):
            return taken
        said.extend(taken)
        fold.evolve_all(after, taken)
    return said


def _copy(order: state.Order) -> state.Order:
    """The order anew, sharing nothing with it; several times as fast as deepcopy."""
    return msgspec.msgpack.decode(msgspec.msgpack.encode(order), type=state.Order)


def hold(order: state.Order, command: commands.Hold) -> Said | Refused:
    """Put a hold on by hand; the same hold twice is one."""
    if order.cancelled:
        return Refused("order.already_cancelled", {"order_no": order.order_no})
    line_no = command.hold.line_no
    if line_no is not None and order.line(line_no) is None:
        return Refused("line.unknown", {"line_no": line_no, "order_no": order.order_no})
    if len(order.holds) >= limits.HOLDS_MAX:
        return Refused("order.too_many_holds", {"most": limits.HOLDS_MAX})
    return [events.OrderHeld(command.hold)]


def release(order: state.Order, command: commands.Release | commands.ExpireHold) -> Said | Refused:
    """Take a hold off; one that is not on (any more) is no news for a timer, and a clear answer for a person."""
    standing = next(
        (each for each in order.holds if (each.code, each.line_no) == (command.code, command.line_no)), None
    )
    if isinstance(command, commands.ExpireHold):
        due = standing is not None and standing.expires_at is not None and standing.expires_at <= command.at
        waived = standing is not None and bool(standing.rule)
        return [events.OrderReleased(command.code, command.line_no, "expired", waived)] if due else []
    if standing is None:
        return Refused("hold.not_on", {"code": command.code, "order_no": order.order_no})
    if standing.countersign and command.approval_id is None:
        data = {"code": command.code, "order_no": order.order_no, "roles": ", ".join(standing.countersign)}
        return Refused("hold.needs_countersign", data)
    # What a rule found is still so; the permission counts until the order is another one.
    return [events.OrderReleased(command.code, command.line_no, command.reason, bool(standing.rule))]


def pay(order: state.Order, command: commands.Pay) -> Said | Refused:
    """Book money; the same payment number is booked once. What was carried on credit is settled by it."""
    payment = command.payment
    if any(each.payment_no == payment.payment_no for each in order.payments):
        return []
    if payment.amount_minor == 0 or abs(payment.amount_minor) > limits.AMOUNT_MINOR_MAX:
        return Refused("payment.bad_amount", {"amount_minor": payment.amount_minor})
    if payment.amount_minor < 0:
        if order.paid_minor + payment.amount_minor < 0:
            return Refused("payment.refund_over_paid", {"paid_minor": order.paid_minor})
        return [events.PaymentRefunded(payment)]
    said: Said = [events.PaymentReceived(payment)]
    reserved = min(payment.amount_minor, order.credit_reserved_minor)
    used = min(payment.amount_minor - reserved, order.credit_used_minor)
    if reserved or used:
        said.append(events.CreditSettled(order.account, reserved, used))
    return said


def split(order: state.Order, command: commands.Split) -> Said | Refused:
    """Move units into a shipment of their own, while the warehouse has not been told."""
    shipment = order.shipment(command.shipment_no)
    if shipment is None:
        return Refused("shipment.unknown", {"shipment_no": command.shipment_no})
    if shipment.stage != "allocated" or shipment.released_at is not None:
        return Refused("shipment.already_released", {"shipment_no": command.shipment_no})
    held = {line.line_no: line.quantity for line in shipment.lines}
    moved: dict[int, int] = {}
    for line in command.lines:
        moved[line.line_no] = moved.get(line.line_no, 0) + line.quantity
        if line.quantity <= 0 or moved[line.line_no] > held.get(line.line_no, 0):
            return Refused("line.bad_quantity", {"line_no": line.line_no, "quantity": line.quantity})
    if not moved or sum(moved.values()) >= sum(held.values()):
        return Refused("shipment.nothing_left", {"shipment_no": command.shipment_no})
    lines = [state.ShipmentLine(order.order_no, line_no, quantity) for line_no, quantity in moved.items()]
    return [events.OrderSplit(shipment.shipment_no, f"{order.order_no}-{len(order.shipments) + 1}", lines)]


def displace(order: state.Order, command: commands.Displace) -> Said:
    """Give back units that a count did not find, newest reservation first; what else is missing is sourced anew.

    The units leave shipments that no warehouse has yet, then released ones, which end whole: what else they carried
    stays reserved and is planned again. Truth is never refused: what was given back meanwhile is left out.
    """
    items = displaced(order, command.items)
    gone = {
        each.shipment_no
        for each in order.shipments
        if each.shipment_no in command.shipments and each.stage in ("allocated", "picked", "packed")
    }
    if not items and not gone:
        return []
    said: Said = settling.take_out(order, items, gone=gone)
    if items:
        said.append(events.StockReleased(items))
    held = state.Hold(code="stock.displaced", reason=_DISPLACED, owner="planning", at=command.at)
    return [*said, events.OrderHeld(held)]


def displaced(order: state.Order, wanted: list[state.Reservation]) -> list[state.Reservation]:
    """What of these units the order still holds."""
    held = {(item.line_no, item.sku, item.warehouse, item.pool): item.quantity for item in order.reservations}
    items = []
    for item in wanted:
        key = (item.line_no, item.sku, item.warehouse, item.pool)
        quantity = min(item.quantity, held.get(key, 0))
        if quantity:
            held[key] -= quantity
            items.append(state.Reservation(item.line_no, item.sku, item.warehouse, quantity, item.pool))
    return items


def pass_limit(order: state.Order, command: commands.PassLimit) -> Said:
    """Say that a stage lasts too long, if the order still stands in it and has not left it meanwhile."""
    if order.stage != command.stage or command.since not in (0, order.stage_n):
        return []
    return [events.LimitPassed(command.stage, command.minutes, command.owner, command.escalated)]


def grade(order: state.Order, command: commands.Grade) -> Said:
    """Set grade, priority or owner; nothing is said when nothing changes. A rule may say otherwise when it is asked
    again."""
    grade_name = command.grade or order.grade
    priority = order.priority if command.priority is None else command.priority
    owner = command.owner or order.owner
    if (order.grade, order.priority, order.owner) == (grade_name, priority, owner):
        return []
    return [events.OrderGraded(grade_name, priority, owner)]


def difference(before: state.Order, after: state.Order) -> dict[str, Any]:
    """What a change would do, to the cent: shown before it is confirmed."""
    money = ("goods_minor", "discount_minor", "freight_minor", "tax_minor", "adjustment_minor", "total_minor",
             "credit_reserved_minor")  # fmt: skip
    changed: dict[str, Any] = {
        name: {"before": getattr(before, name), "after": getattr(after, name)}
        for name in money
        if getattr(before, name) != getattr(after, name)
    }
    if _promised(before) != _promised(after):
        changed["promised_at"] = {"before": _promised(before), "after": _promised(after)}
    changed["warehouses"] = {"before": _warehouses(before), "after": _warehouses(after)}
    changed["backordered"] = {"before": before.backordered, "after": after.backordered}
    changed["holds"] = {"before": [each.code for each in before.holds], "after": [each.code for each in after.holds]}
    return changed


def _promised(order: state.Order) -> dt.datetime | None:
    return order.promise.promised_at if order.promise else None


def _warehouses(order: state.Order) -> list[str]:
    return sorted({each.warehouse for each in order.shipments if each.stage != "cancelled"})
