"""Deciders of the supply: credit, stock, confirmation and shipments. Pure, and the same for a new order,
an amended one, a paid one and one whose stock has come: each asks only for what is still missing.
"""

import datetime as dt
from collections.abc import Iterable

from orderloom.domain import credit
from orderloom.domain.orders import events, stages, state
from orderloom.kit.refusals import Refused


def units_missing(order: state.Order) -> dict[int, int]:
    """Units by line that neither a reservation nor a shipment that left covers."""
    covered: dict[int, int] = {}
    for item in order.reservations:
        covered[item.line_no] = covered.get(item.line_no, 0) + item.quantity
    for shipment in order.shipments:
        if shipment.stage in ("shipped", "delivered"):
            for line in shipment.lines:
                if line.order_no == order.order_no:
                    covered[line.line_no] = covered.get(line.line_no, 0) + line.quantity
    missing = {line.line_no: line.quantity - covered.get(line.line_no, 0) for line in order.lines}
    return {line_no: quantity for line_no, quantity in missing.items() if quantity > 0}


def reserve_credit(
    order: state.Order, account: credit.Account | None, *, terms: str, at: dt.datetime
) -> list[events.OrderEvent] | Refused:
    """Bring the order's reservation on its account to what is unpaid; refuse what the account cannot carry.

    At each reservation used + reserved ≤ limit + grants valid at that moment (decisions.md 15); giving back
    is always allowed, also when the limit has been lowered below what is used.
    """
    if terms != "credit":
        return []
    if account is None:
        return Refused("credit.no_account", {"customer_no": order.customer_no})
    if account.currency != order.currency:
        return Refused("credit.other_currency", {"account": account.account, "currency": account.currency})
    owed = max(0, order.total_minor - order.paid_minor)
    wanted = owed - order.credit_reserved_minor - order.credit_used_minor
    if wanted < 0:
        given_back = min(-wanted, order.credit_reserved_minor)
        return [events.CreditReleased(account.account, given_back)] if given_back else []
    if wanted == 0:
        return []
    short = credit.shortfall(account, amount_minor=wanted, at=at, order_no=order.order_no)
    if short:
        return Refused(
            "credit.short",
            {"account": account.account, "amount_minor": wanted, "short_minor": short,
             "available_minor": wanted - short, "currency": account.currency},
        )  # fmt: skip
    return [
        events.CreditReserved(
            account=account.account,
            amount_minor=wanted,
            used_minor=account.used_minor,
            reserved_minor=account.reserved_minor + wanted,
            limit_minor=account.limit_minor,
            grants_minor=account.granted(at, order.order_no),
        )
    ]


def confirmable(order: state.Order, *, terms: str) -> bool:
    """Whether the hub may stand by the order: nothing blocks it, and the money is there or carried."""
    if order.cancelled or order.blocked("confirm"):
        return False
    if terms == "credit":
        return order.credit_reserved_minor + order.credit_used_minor + order.paid_minor >= order.total_minor
    return terms == "none" or order.paid_minor >= order.total_minor


def plan_shipments(order: state.Order) -> list[events.ShipmentPlanned | events.ShipmentAmended]:
    """Put every reserved unit that no shipment carries yet into one: an open one of its warehouse, or a new one.

    Only spot units travel; units reserved in production or transfer wait until they are spot.
    """
    loose = _loose_units(order)
    if not loose:
        return []
    said: list[events.ShipmentPlanned | events.ShipmentAmended] = []
    number = len(order.shipments)
    for warehouse, units in loose.items():
        lines = [state.ShipmentLine(order.order_no, line_no, quantity) for line_no, quantity in units.items()]
        joined = _open_shipment(order, warehouse)
        if joined is not None:
            said.append(events.ShipmentAmended(joined.shipment_no, _joined(joined.lines, lines)))
            continue
        number += 1
        said.append(events.ShipmentPlanned(state.Shipment(f"{order.order_no}-{number}", warehouse, lines)))
    return said


def _loose_units(order: state.Order) -> dict[str, dict[int, int]]:
    units: dict[str, dict[int, int]] = {}
    for item in order.reservations:
        if item.pool == "spot":
            of_warehouse = units.setdefault(item.warehouse, {})
            of_warehouse[item.line_no] = of_warehouse.get(item.line_no, 0) + item.quantity
    for shipment in order.shipments:
        if shipment.stage in ("allocated", "picked", "packed"):
            of_warehouse = units.get(shipment.warehouse, {})
            for line in shipment.lines:
                if line.order_no == order.order_no:
                    of_warehouse[line.line_no] = of_warehouse.get(line.line_no, 0) - line.quantity
    return {
        warehouse: kept
        for warehouse, of_warehouse in units.items()
        if (kept := {line_no: quantity for line_no, quantity in of_warehouse.items() if quantity > 0})
    }


def _open_shipment(order: state.Order, warehouse: str) -> state.Shipment | None:
    for shipment in order.shipments:
        if shipment.warehouse == warehouse and shipment.stage == "allocated" and shipment.released_at is None:
            return shipment
    return None


def _joined(held: Iterable[state.ShipmentLine], added: Iterable[state.ShipmentLine]) -> list[state.ShipmentLine]:
    sums: dict[tuple[str, int], int] = {}
    for line in [*held, *added]:
        key = (line.order_no, line.line_no)
        sums[key] = sums.get(key, 0) + line.quantity
    return [state.ShipmentLine(order_no, line_no, quantity) for (order_no, line_no), quantity in sums.items()]


def give_back(order: state.Order, units: dict[int, int]) -> list[events.OrderEvent] | Refused:
    """Give back reserved units of lines, and take them out of shipments not yet released.

    Newest reservations go first. Refuses when a unit is already released to a warehouse.
    """
    items: list[state.Reservation] = []
    left = dict(units)
    for item in reversed(order.reservations):
        wanted = min(left.get(item.line_no, 0), item.quantity)
        if wanted:
            left[item.line_no] -= wanted
            items.append(state.Reservation(item.line_no, item.sku, item.warehouse, wanted, item.pool))
    if not items:
        return []
    planned = _taken_out(order, items)
    if isinstance(planned, Refused):
        return planned
    return [*planned, events.StockReleased(items)]


def _taken_out(order: state.Order, items: list[state.Reservation]) -> list[events.OrderEvent] | Refused:
    leaving: dict[tuple[str, int], int] = {}
    for item in items:
        if item.pool == "spot":
            key = (item.warehouse, item.line_no)
            leaving[key] = leaving.get(key, 0) + item.quantity
    loose = _loose_units(order)
    said: list[events.OrderEvent] = []
    for key in leaving:
        leaving[key] -= min(leaving[key], loose.get(key[0], {}).get(key[1], 0))
    for shipment in order.shipments:
        if shipment.stage not in ("allocated", "picked", "packed"):
            continue
        kept: list[state.ShipmentLine] = []
        for line in shipment.lines:
            key = (shipment.warehouse, line.line_no)
            taken = min(leaving.get(key, 0), line.quantity)
            if taken and shipment.released_at is not None:
                return Refused("shipment.already_released", {"shipment_no": shipment.shipment_no})
            if taken:
                leaving[key] -= taken
            if line.quantity > taken:
                kept.append(state.ShipmentLine(line.order_no, line.line_no, line.quantity - taken))
        if not kept:
            said.append(events.ShipmentCancelled(shipment.shipment_no, "emptied"))
        elif kept != shipment.lines:
            said.append(events.ShipmentAmended(shipment.shipment_no, kept))
    return said


def take_out(order: state.Order, items: list[state.Reservation], *, gone: set[str]) -> list[events.OrderEvent]:
    """Take units out of shipments, come what may: `gone` ones end, unreleased ones give, then released ones end."""
    loose = _loose_units(order)
    leaving: dict[tuple[str, int], int] = {}
    for item in items:
        if item.pool == "spot":
            key = (item.warehouse, item.line_no)
            leaving[key] = leaving.get(key, 0) + item.quantity
    for key in leaving:
        leaving[key] -= min(leaving[key], loose.get(key[0], {}).get(key[1], 0))
    said: list[events.OrderEvent] = []
    live = [each for each in order.shipments if each.stage in ("allocated", "picked", "packed")]
    live.sort(key=lambda each: (each.shipment_no not in gone, each.released_at is not None, each.stage != "allocated"))
    for shipment in live:
        taken = {
            line.line_no: units
            for line in shipment.lines
            if line.order_no == order.order_no
            and (units := min(leaving.get((shipment.warehouse, line.line_no), 0), line.quantity))
        }
        if not taken and shipment.shipment_no not in gone:
            continue
        for line_no, units in taken.items():
            leaving[shipment.warehouse, line_no] -= units
        kept = [
            state.ShipmentLine(line.order_no, line.line_no, line.quantity - taken.get(line.line_no, 0))
            for line in shipment.lines
            if line.quantity > taken.get(line.line_no, 0)
        ]
        if not kept or shipment.released_at is not None:
            said.append(events.ShipmentCancelled(shipment.shipment_no, "stock displaced"))
        else:
            said.append(events.ShipmentAmended(shipment.shipment_no, kept))
    return said


def left_the_house(order: state.Order) -> bool:
    """Whether any shipment of the order is out."""
    return any(stages.SHIPMENT_RANK.get(each.stage, 0) >= stages.SHIPMENT_RANK["shipped"] for each in order.shipments)
