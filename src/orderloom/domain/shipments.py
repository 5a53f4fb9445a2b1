"""Deciders of shipments: released to the warehouse, then confirmed stage by stage by scan or click."""

import datetime as dt
import uuid
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from typing import NamedTuple

from orderloom.domain import log, stock
from orderloom.domain.flows import history, runs
from orderloom.domain.orders import commands, events, stages, state
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

_STAGES = (events.ShipmentPicked, events.ShipmentPacked, events.ShipmentShipped, events.ShipmentDelivered)


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


class Stood(NamedTuple):
    """How a stage was confirmed: by whom, when the hub heard of it, the flows that it let do something, and the runs
    that began with it."""

    confirmed_by: str
    confirmed_at: dt.datetime
    led_to: list[str]
    began: list[commands.Began]


def stood(entries: Iterable[tuple[dt.datetime, log.Body]], shipment_no: str, stage: str) -> Stood | None:
    """How a stage of a shipment was confirmed the last time, by the entries of its order, each with when it was
    recorded; None when it never was. A flow that somebody has ended since counts no more."""
    told = list(entries)
    place = next((at for at in reversed(range(len(told))) if _confirms(told[at][1], shipment_no, stage)), None)
    if place is None:
        return None
    recorded_at, body = told[place]
    acted = [each["flow"] for each in body.why.get("flows", ()) if each.get("did")]
    said = [event for _, each in told for event in each.events]
    going = {run_id: run for run_id, run in history.fold(said).items() if run.state != "cancelled"}
    before = history.fold(event for _, each in told[:place] for event in each.events)
    woken = [run.flow for run_id, run in before.items() if run_id in going and _woken(body, run, stage)]
    passed = _passed(said)
    began = [commands.Began(each, going[each].flow, passed.get(each, [])) for each in _began(body, stage)
             if each in going]  # fmt: skip
    return Stood(body.actor, recorded_at, [*acted, *woken], began)


def _confirms(body: log.Body, shipment_no: str, stage: str) -> bool:
    return any(
        isinstance(event, _STAGES) and (event.shipment_no, event.confirmation.stage) == (shipment_no, stage)
        for event in body.events
    )


def _began(body: log.Body, stage: str) -> list[uuid.UUID]:
    """The runs that began in an entry, but for those that another stage in it set going."""
    began = [event.started for event in body.events if isinstance(event, events.FlowStarted)]
    return [each.run_id for each in began if each.event.get("type") not in _others(stage)]


def _woken(body: log.Body, run: runs.Run, stage: str) -> bool:
    """Whether a run that waited before an entry went on in it, and not for another stage alone."""
    went_on = any(isinstance(event, events.FlowStepped) and event.run_id == run.run_id for event in body.events)
    return went_on and any(each.event not in _others(stage) for each in run.waiting)


def _others(stage: str) -> frozenset[str]:
    return frozenset(f"shipment.{each}" for each in TRUSTED_SOURCES if each != stage)


def _passed(said: Iterable[object]) -> dict[uuid.UUID, list[str]]:
    """The nodes that each run has passed."""
    passed: dict[uuid.UUID, list[str]] = {}
    for event in said:
        if isinstance(event, events.FlowStepped):
            passed.setdefault(event.run_id, []).extend(step.node for step in event.steps)
    return passed


def revert(
    order: state.Order,
    shipment: state.Shipment,
    asked: commands.Revert,
    *,
    idle: Collection[uuid.UUID],
    now: dt.datetime,
) -> Said | Refused:
    """Take back the last stage, as long as nothing but the stage itself followed from it: by who confirmed it, for
    `limits.REVERT_MINUTES_MAX` after the hub heard of it, or by who leads. Of the runs that began with it, those that
    are `idle` have done nothing yet and end with it.

    Refuses `shipment.cancelled`, `shipment.stage_not_confirmed`, `shipment.stage_left`, `shipment.stage_passed`,
    `shipment.stage_led_on`, `shipment.stage_of_another`, `shipment.stage_too_old`.
    """
    about: dict[str, object] = {"shipment_no": shipment.shipment_no, "stage": asked.stage}
    if shipment.stage == "cancelled":
        return Refused("shipment.cancelled", {"shipment_no": shipment.shipment_no})
    confirmed = next((each for each in shipment.confirmations if each.stage == asked.stage), None)
    if confirmed is None:
        return Refused("shipment.stage_not_confirmed", {**about, "now": shipment.stage})
    if asked.stage == "shipped":
        return Refused("shipment.stage_left", about)
    if asked.stage != shipment.stage:
        return Refused("shipment.stage_passed", {**about, "now": shipment.stage})
    if led_to := [*asked.led_to, *(each.flow for each in asked.began if each.run_id not in idle)]:
        return Refused("shipment.stage_led_on", {**about, "led_to": ", ".join(dict.fromkeys(led_to))})
    if not asked.leads and asked.confirmed_by != asked.actor:
        return Refused("shipment.stage_of_another", {**about, "operator": confirmed.operator})
    if not asked.leads and (asked.confirmed_at is None or now > revertible_until(asked.confirmed_at)):
        return Refused("shipment.stage_too_old", {**about, "minutes": limits.REVERT_MINUTES_MAX})
    return [events.ShipmentReverted(shipment.shipment_no, asked.stage, confirmed.operator, asked.reason)]


def revertible_until(confirmed_at: dt.datetime) -> dt.datetime:
    """Until when one may take back a stage oneself that the hub heard of then."""
    return confirmed_at + dt.timedelta(minutes=limits.REVERT_MINUTES_MAX)


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
