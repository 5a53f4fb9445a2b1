"""Stages two and three: price whole, credit, source, reserve, confirm; then carrier, shipments, promise."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from orderloom.deciding import carriers, door, pricing, reactions
from orderloom.deciding.state import State
from orderloom.deciding.work import Work
from orderloom.domain import promises, sourcing
from orderloom.domain.orders import commands, events, settling
from orderloom.domain.orders import door as door_deciders
from orderloom.domain.orders import state as orders
from orderloom.kit.refusals import Refused
from orderloom.rules.compile import RuleError

Answers = Mapping[str, list[dict[str, Any]]]

_SILENT: Answers = {"credit": [], "source": [], "freight": []}
# What a shipped set of documents says anyway; it counts only where a workspace's own say nothing.
_TERMS = sourcing.Terms()


def decide(works: Sequence[Work], state: State) -> None:
    """Take the batch through the supply, in the order given: it decides who gets what is scarce."""
    for work in works:
        if _of(work).history:
            _record(work, state)
    asked = [work for work in works if not _of(work).history]
    for work, answers in zip(asked, door.ask("supply", asked, state), strict=True):
        found = _SILENT if isinstance(answers, RuleError) else answers
        pricing.finish(work, found["freight"], state)
        if _over(work):
            continue
        terms = found["credit"][0] if found["credit"] else {}
        work.terms = str(terms.get("terms") or "prepaid")
        if work.terms != "prepaid":
            work.why["credit"] = terms.get("rule", "")
        if not _carry(work, state):
            continue
        if _may_reserve(work, terms):
            _source(work, found["source"], state)
        if work.order and work.order.confirmed_at is None and settling.confirmable(work.order, terms=work.terms):
            work.say(events.OrderConfirmed(state.now))


def _record(work: Work, state: State) -> None:
    """A historical order: its money, and that it was fulfilled. It takes no credit and no stock of today."""
    pricing.finish(work, (), state)
    order = _of(work)
    if not _over(work) and order.confirmed_at is None:
        work.say(events.OrderConfirmed(order.placed_at or state.now))


def _over(work: Work) -> bool:
    """Whether the order came as cancelled already; then that is said."""
    command = work.command
    if not isinstance(command, commands.Place) or not command.cancelled or work.existed:
        return False
    work.say(events.OrderCancelled(command.cancelled))
    return True


def _carry(work: Work, state: State) -> bool:
    """Reserve credit; False when the order was refused at its door."""
    order = _of(work)
    account = state.accounts.get(work.account)
    if order.blocked("credit") and order.credit_reserved_minor == 0:
        return True
    said = settling.reserve_credit(order, account, terms=work.terms, at=state.now)
    if isinstance(said, Refused):
        if work.waits and not work.existed:
            work.refused = said
            return False
        short = int(said.data.get("short_minor") or 0)
        hold = door_deciders.hold(order, [_credit_hold(said)], now=state.now)
        if hold:
            work.say(events.CreditRefused(work.account, order.total_minor - order.paid_minor, short), *hold)
        return True
    for event in said:
        if isinstance(event, events.CreditReserved):
            state.charge(event.account, reserved_minor=event.amount_minor)
        elif isinstance(event, events.CreditReleased):
            state.charge(event.account, reserved_minor=-event.amount_minor)
    standing = [hold for hold in order.holds if hold.code.startswith("credit.")]
    work.say(*said, *(events.OrderReleased(hold.code, hold.line_no, "credit") for hold in standing))
    return True


def _credit_hold(refused: Refused) -> dict[str, Any]:
    return {
        "code": refused.code,
        "reason_zh": "信用额度不足，请充值或申请临时授信",
        "reason_en": "Not enough credit: top up, or ask for a temporary limit",
        "owner": "finance",
        "blocks": ["confirm", "release", "reserve"],
        "suggestion": "grant",
    }


def _may_reserve(work: Work, terms: Mapping[str, Any]) -> bool:
    order = _of(work)
    if order.cancelled or order.blocked("reserve"):
        return False
    paid = order.paid_minor >= order.total_minor
    return paid or work.terms != "prepaid" or bool(terms.get("reserve", True))


def _source(work: Work, answers: Sequence[Mapping[str, Any]], state: State) -> None:
    """Reserve what is missing where it costs least over the order, and say for every other warehouse why not."""
    order = _of(work)
    missing = settling.units_missing(order)
    if not missing:
        if order.backordered:
            work.say(events.OrderBackordered({}))
        return
    skus = state.skus
    needs = [
        sourcing.Need(
            line_no=line.line_no,
            sku=line.sku,
            quantity=missing[line.line_no],
            weight_grams=known.weight_grams if (known := skus.get(line.sku)) else 0,
            main=line.main,
        )
        for line in order.lines
        if line.line_no in missing
    ]
    candidates = _candidates(order, needs, state)
    plan = sourcing.choose(needs, candidates, terms(answers))
    if state.recalled is not None:
        state.recalled.sourced.append((order.order_id, needs, candidates, plan))
    sku_of = {need.line_no: need.sku for need in needs}
    items = [
        orders.Reservation(line_no, sku_of[line_no], warehouse, quantity)
        for line_no, warehouse, quantity in plan.assignments
    ]
    said: list[events.OrderEvent] = []
    if items:
        said.append(events.StockReserved(items))
        state.reserve(items)
    if items or not order.backordered:
        said.append(events.OrderSourced(plan.warehouses, plan.cost_minor, plan.why_not, _transfers(plan)))
    waiting = _waiting(plan)
    if waiting != order.backordered:
        said.append(events.OrderBackordered(waiting))
    work.say(*said)
    work.why["source"] = answers[0].get("rule", "") if answers else ""


def terms(answers: Sequence[Mapping[str, Any]]) -> sourcing.Terms:
    """What units are chosen by, as the point `source` answered."""
    return sourcing.terms(answers[0]) if answers else _TERMS


def _transfers(plan: sourcing.Plan) -> list[dict[str, Any]]:
    return [msgspec.to_builtins(each) for each in plan.transfers]


def _waiting(plan: sourcing.Plan) -> dict[int, int]:
    """Units by line that nothing covers here yet: to be produced, or on their way from another warehouse."""
    waiting = dict(plan.short)
    for each in plan.transfers:
        waiting[each.line_no] = waiting.get(each.line_no, 0) + each.quantity
    return waiting


def _candidates(order: orders.Order, needs: Sequence[sourcing.Need], state: State) -> list[sourcing.Candidate]:
    reference = state.reference
    available: dict[str, dict[str, int]] = {name: {} for name in reference.warehouses}
    for sku in {need.sku for need in needs}:
        for warehouse, units in state.available(sku).items():
            if warehouse in available:
                available[warehouse][sku] = units
    return [
        sourcing.Candidate(name, available[name], distance_m, rank, load, tariffs, closed)
        for name, distance_m, rank, load, tariffs, closed in reference.destination(order.consignee).ways
    ]


def ship(works: Sequence[Work], state: State, *, was: Mapping[Any, int]) -> None:
    """Choose carriers, plan shipments, promise a time, and set the clock of the stage reached."""
    works = [work for work in works if not _of(work).history and not _of(work).cancelled]
    for work in works:
        locate(work, state)
    for work, answers in zip(works, door.ask("ship", works, state), strict=True):
        found: Answers = {"carrier": [], "stage_limit": []} if isinstance(answers, RuleError) else answers
        order = _of(work)
        if order.confirmed_at is not None and not order.cancelled:
            _plan(work, found["carrier"], state)
            promise(work, state)
        by_stage = {limit["stage"]: limit for limit in found["stage_limit"]}
        reactions.watch_stage(work, by_stage, state, was=was.get(work.subject, 0) if work.existed else 0)


def watch(works: Sequence[Work], state: State, *, was: Mapping[Any, int]) -> None:
    """Set the clocks of the stages that scans have just brought these orders to; each stood where it was since the
    event in `was`. What was asked is no ground of a decision, so that it is not kept."""
    moved = [work for work in works if _of(work).stage_n != was[work.subject] and not _of(work).history]
    for work in moved:
        locate(work, state)
        work.customer = state.customers.get(_of(work).customer_no)
    for work, answers in zip(moved, door.ask("ship", moved, state), strict=True):
        work.inputs.pop("ship", None)
        if not isinstance(answers, RuleError):
            by_stage = {limit["stage"]: limit for limit in answers["stage_limit"]}
            reactions.watch_stage(work, by_stage, state, was=was[work.subject])


def locate(work: Work, state: State) -> None:
    """Note where the order leaves from and how far that is: what the rules on carriers are asked with."""
    order = _of(work)
    work.warehouses = list(dict.fromkeys(item.warehouse for item in order.reservations))
    first = state.reference.destination(order.consignee).distances.get(work.warehouses[0]) if work.warehouses else None
    work.distance_km = round(first / 1000, 1) if first is not None else None


def _plan(work: Work, answers: Sequence[Mapping[str, Any]], state: State) -> None:
    order = _of(work)
    planned = settling.plan_shipments(order)
    for event in planned:
        if isinstance(event, events.ShipmentPlanned):
            carriers.choose(event.shipment, order, answers, state)
    if planned:
        work.say(*planned)
        if answers:
            work.why["carrier"] = answers[0].get("rule", "")


def promise(work: Work, state: State) -> None:
    """Promise a time from every shipment still to leave, and from the supply of what is still missing."""
    order = _of(work)
    reference = state.reference
    legs = [
        promises.Leg(
            reference.warehouses[each.warehouse], reference.worktime(each.warehouse), each.carrier, each.service
        )
        for each in order.shipments
        if each.stage in ("allocated", "picked", "packed") and each.warehouse in reference.warehouses
    ]
    legs.extend(_waiting_legs(order, state))
    made = promises.make(legs, now=state.now, transit=reference.transits, province=order.consignee.province)
    if made is not None and (order.promise is None or made.promised_at != order.promise.promised_at):
        work.say(events.PromiseMade(made))


def _waiting_legs(order: orders.Order, state: State) -> list[promises.Leg]:
    """What is backordered leaves from the first warehouse by preference, once its supply is there."""
    if not order.backordered or not state.reference.warehouses:
        return []
    ranks = state.reference.destination(order.consignee).ranks
    names = [name for name, rank in ranks.items() if rank is not None] or list(ranks)
    warehouse = order.shipments[0].warehouse if order.shipments else names[0]
    supplies = [_supply(line.sku, state) for line in order.lines if order.backordered.get(line.line_no)]
    reference = state.reference
    return [
        promises.Leg(reference.warehouses[warehouse], reference.worktime(warehouse), supply=supply)
        for supply in supplies
    ]


def _supply(sku: str, state: State) -> promises.Supply:
    expected = [pool.expected_at for pool in state.pools.get(sku, {}).values() if pool.expected_at is not None]
    known = state.skus.get(sku)
    return promises.Supply(min(expected, default=None), known.lead_days if known else None)


def _of(work: Work) -> orders.Order:
    assert work.order is not None
    return work.order
