"""Deciders of shipments: released to the warehouse, then confirmed stage by stage by scan or click."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from orderloom.domain import stock
from orderloom.domain.orders import events, stages, state
from orderloom.kit import limits
from orderloom.kit.refusals import Refused

Said = list[events.OrderEvent]

# Each state has one trusted source; everyone else subscribes. A workspace may name others.
TRUSTED_SOURCES: Mapping[str, tuple[str, ...]] = {
    "picked": ("pda", "console", "wms"),
    "packed": ("pda", "console", "wms"),
    "shipped": ("pda", "console", "wms"),
    "delivered": ("carrier", "console", "pda"),
}


class Trust(NamedTuple):
    """Who may confirm: the sources named for stages, the role named for this one (empty: any), and the roles of who
    confirms, None where all are."""

    sources: Mapping[str, Sequence[str]]
    role: str = ""
    roles: Sequence[str] | None = None


_CONFIRMED: Mapping[str, Callable[[str, state.Confirmation], events.OrderEvent]] = {
    "picked": events.ShipmentPicked,
    "packed": events.ShipmentPacked,
    "delivered": events.ShipmentDelivered,
}


def release(
    order: state.Order,
    shipment: state.Shipment,
    *,
    lots: Mapping[str, Sequence[stock.Lot]],
    fefo: frozenset[str],
    now: dt.datetime,
    today: dt.date,
) -> Said | Refused:
    """Choose lots and bins for each line, first expired first out for `fefo` SKUs, else first in first out.

    `lots` are by SKU at the shipment's warehouse. What is held never reaches the warehouse.
    """
    if shipment.released_at is not None:
        return []
    if shipment.stage != "allocated":
        return Refused("shipment.not_allocated", {"shipment_no": shipment.shipment_no, "stage": shipment.stage})
    if order.blocked("release"):
        return Refused("shipment.order_on_hold", {"holds": order.blockers("release")})
    if order.confirmed_at is None:
        return Refused("shipment.order_not_confirmed", {"order_no": order.order_no})
    picks: list[state.LotPick] = []
    taken: dict[tuple[str, str, str], int] = {}
    for line in shipment.lines:
        sku = next(each.sku for each in order.lines if each.line_no == line.line_no)
        free = [_less(lot, taken.get((lot.sku, lot.lot, lot.bin), 0)) for lot in lots.get(sku, ())]
        chosen, left = stock.choose_lots(
            lots=free, line_no=line.line_no, quantity=line.quantity, fefo=sku in fefo, on=today
        )
        if left:
            return Refused("shipment.lots_short", {"sku": sku, "short": left, "warehouse": shipment.warehouse})
        for pick in chosen:
            key = (pick.sku, pick.lot, pick.bin)
            taken[key] = taken.get(key, 0) + pick.quantity
        picks.extend(chosen)
    return [events.ShipmentReleased(shipment.shipment_no, picks, now)]


def _less(lot: stock.Lot, taken: int) -> stock.Lot:
    if not taken:
        return lot
    return stock.Lot(
        lot.sku, lot.warehouse, lot.lot, lot.bin, lot.on_hand, lot.reserved + taken, lot.manufactured_on,
        lot.expires_on, lot.received_at,
    )  # fmt: skip


def confirm(
    order: state.Order,
    shipment: state.Shipment,
    confirmation: state.Confirmation,
    *,
    trust: Trust,
    now: dt.datetime,
) -> Said | Refused:
    """Confirm the next stage. A repeated scan is no news; a stage skipped or gone back to is refused."""
    stage = confirmation.stage
    if stage not in TRUSTED_SOURCES:
        return Refused("shipment.unknown_stage", {"stage": stage})
    if shipment.stage == "cancelled":
        return Refused("shipment.cancelled", {"shipment_no": shipment.shipment_no})
    if any(each.stage == stage for each in shipment.confirmations):
        return []
    sources = trust.sources.get(stage) or TRUSTED_SOURCES[stage]
    if confirmation.source not in sources:
        return Refused("shipment.source_not_trusted", {"source": confirmation.source, "trusted": list(sources)})
    if trust.role and trust.roles is not None and trust.role not in trust.roles:
        return Refused("shipment.role_missing", {"stage": stage, "role": trust.role, "roles": ", ".join(trust.roles)})
    if confirmation.at > now + dt.timedelta(seconds=limits.CLOCK_SKEW_SECONDS_MAX):
        return Refused("clock.ahead", {"at": confirmation.at.isoformat()})
    if confirmation.at < now - dt.timedelta(days=limits.OFFLINE_DAYS_MAX):
        return Refused("clock.too_old", {"at": confirmation.at.isoformat(), "days": limits.OFFLINE_DAYS_MAX})
    track = stages.SHIPMENT_TRACK
    expected = track[stages.SHIPMENT_RANK[shipment.stage] + 1] if shipment.stage != track[-1] else ""
    if stage != expected:
        return Refused("shipment.stage_out_of_turn", {"stage": stage, "expected": expected})
    if shipment.released_at is None:
        return Refused("shipment.not_released", {"shipment_no": shipment.shipment_no})
    if order.blocked(stage):
        return Refused("shipment.order_on_hold", {"holds": order.blockers(stage)})
    if stage == "shipped":
        return _ship(order, shipment, confirmation)
    return [_CONFIRMED[stage](shipment.shipment_no, confirmation)]


def _ship(order: state.Order, shipment: state.Shipment, confirmation: state.Confirmation) -> Said:
    """Out of the house: its units leave the ledger, and the credit they stand on becomes a debt."""
    said: Said = [events.ShipmentShipped(shipment.shipment_no, confirmation, shipment.picks)]
    others_left = any(
        each.stage in ("allocated", "picked", "packed") and each.shipment_no != shipment.shipment_no
        for each in order.shipments
    )
    if order.credit_reserved_minor and not others_left and not order.backordered:
        said.append(events.CreditUsed(order.account, order.credit_reserved_minor))
    return said
