"""Sourcing: from which warehouses an order ships, at the least cost over the whole order (S-3, S-4, S-6).

What counts, in this order: as many units of main lines as can be had, as many units as can be had, the least cost.
The cost of a plan is, for each warehouse that ships, the cheapest contract freight of its weight, its distance, its
load and its place among the preferred regions, and a penalty for each shipment beyond the first. Between equals the
set asked first stands: fewer shipments, preferred regions, shorter ways.

Warehouses within the radius are asked first; with none there, all of them. What they cannot cover is asked for as
a transfer from the nearest that has it, or shipped from there, or waited for, as the terms say; what nobody has is
short (待产单).

The plan is exact: `domain.allotments` goes through every set of warehouses that a lower bound does not rule out.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Literal

import msgspec

from orderloom.domain import allotments
from orderloom.domain.allotments import Candidate, Need, Terms
from orderloom.kit import limits, numbers

Beyond = Literal["transfer", "ship", "wait"]


class Transfer(msgspec.Struct, frozen=True):
    """Units of a line to be brought from another warehouse to the one that is to ship them."""

    line_no: int
    sku: str
    quantity: int
    from_warehouse: str
    to_warehouse: str


class Plan(msgspec.Struct):
    """Where each unit ships from: (line, warehouse, units); and what is missing, by line.

    `cost_minor` is what the plan was chosen by. `exact` is False where the order was too large to go through
    every possibility, `within_radius` False where no warehouse lies within the radius.
    """

    assignments: list[tuple[int, str, int]]
    cost_minor: int = 0
    short: dict[int, int] = {}
    transfers: list[Transfer] = []
    why_not: list[dict[str, Any]] = []
    exact: bool = True
    within_radius: bool = True

    @property
    def warehouses(self) -> list[str]:
        """The warehouses that ship, in the order of their first line."""
        return list(dict.fromkeys([warehouse for _, warehouse, _ in self.assignments]))


def terms(answer: Mapping[str, Any] | None) -> Terms:
    """The terms from an answer of the decision point `source`; what is missing costs nothing and bounds nothing.

    `distance_weight` is minor units a kilometre, `load_weight` minor units for each percent of a day's capacity
    taken. `transfer` true asks for a transfer of what lies beyond the radius, false ships it from there;
    `beyond` ("transfer", "ship", "wait") says it outright.
    """
    said = answer or {}
    beyond = said.get("beyond")
    if beyond not in ("transfer", "ship", "wait"):
        beyond = "transfer" if said.get("transfer", True) else "ship"
    return Terms(
        radius_m=_natural(said, "radius_m"),
        region_only=bool(said.get("region_only")),
        split_penalty_minor=_natural(said, "split_penalty_minor"),
        distance_minor_per_km=_positive(said, "distance_weight"),
        load_minor=_positive(said, "load_weight") * 100,
        region_penalty_minor=_natural(said, "region_penalty_minor"),
        max_shipments=_natural(said, "max_shipments"),
        beyond=beyond,
    )


def choose(needs: Sequence[Need], candidates: Sequence[Candidate], terms: Terms) -> Plan:
    """The plan of least cost. Needs of no units are passed over; nothing here refuses or raises."""
    wanted = [need for need in needs if need.quantity > 0]
    if not wanted:
        return Plan([])
    near, far, why_not = _filtered(candidates, terms)
    within = bool(near)
    if not near:
        near, far = far, []
        why_not = [entry for entry in why_not if entry["code"] != "out_of_radius"]
    chosen = allotments.allot(wanted, _weighed(near, wanted), terms)
    if far and terms.beyond == "ship" and chosen.short:
        near = sorted([*near, *far], key=_nearness)
        why_not = [entry for entry in why_not if entry["code"] != "out_of_radius"]
        chosen = allotments.allot(wanted, _weighed(near, wanted), terms)
    plan = Plan(chosen.assignments, chosen.cost_minor, chosen.short, exact=chosen.exact, within_radius=within)
    if plan.short and terms.beyond == "transfer":
        _transfer(plan, wanted, candidates, near)
    plan.why_not = _why_not(plan, chosen, near, why_not)
    return plan


def _filtered(
    candidates: Sequence[Candidate], terms: Terms
) -> tuple[list[Candidate], list[Candidate], list[dict[str, Any]]]:
    """Those within the radius and those beyond it, preferred regions and near ones first; and who is out, and why."""
    near: list[Candidate] = []
    far: list[Candidate] = []
    why_not: list[dict[str, Any]] = []
    radius_m, region_only = terms.radius_m, terms.region_only
    for candidate in candidates:
        if candidate.closed:
            why_not.append({"warehouse": candidate.warehouse, "code": "closed"})
        elif region_only and candidate.region_rank is None:
            why_not.append({"warehouse": candidate.warehouse, "code": "region"})
        elif radius_m and candidate.distance_m is not None and candidate.distance_m > radius_m:
            far.append(candidate)
            why_not.append({"warehouse": candidate.warehouse, "code": "out_of_radius"})
        else:
            near.append(candidate)
    if len(near) > 1:
        near.sort(key=_nearness)
    if len(far) > 1:
        far.sort(key=_nearness)
    return near, far, why_not


def _weighed(near: list[Candidate], needs: Sequence[Need]) -> list[Candidate]:
    """The first candidates up to the bound; where there are more, those that hold nothing of the order give way."""
    if len(near) <= limits.CANDIDATES_MAX:
        return near
    holding = [each for each in near if any(each.available.get(need.sku, 0) > 0 for need in needs)]
    return holding[: limits.CANDIDATES_MAX]


def _nearness(candidate: Candidate) -> tuple[int, int, str]:
    rank = candidate.region_rank
    return (
        limits.CANDIDATES_MAX if rank is None else rank,
        allotments.FAR_M if candidate.distance_m is None else candidate.distance_m,
        candidate.warehouse,
    )


def _transfer(plan: Plan, needs: Sequence[Need], candidates: Sequence[Candidate], near: Sequence[Candidate]) -> None:
    """Move what others have from `short` to `transfers`: the nearest gives first, main lines are served first."""
    to = plan.warehouses[0] if plan.assignments else near[0].warehouse if near else ""
    if not to:
        return
    sku_of = {need.line_no: need.sku for need in needs}
    left: dict[tuple[str, str], int] = {}
    for line_no, warehouse, quantity in plan.assignments:
        key = (warehouse, sku_of[line_no])
        left[key] = left.get(key, 0) - quantity
    sources = sorted(
        [each for each in candidates if not each.closed and each.warehouse != to],
        key=lambda each: (allotments.FAR_M if each.distance_m is None else each.distance_m, each.warehouse),
    )
    for need in sorted(needs, key=lambda need: (not need.main, need.line_no)):
        missing = plan.short.get(need.line_no, 0)
        for source in sources:
            if not missing:
                break
            key = (source.warehouse, need.sku)
            given = min(missing, max(0, source.available.get(need.sku, 0) + left.get(key, 0)))
            if given:
                left[key] = left.get(key, 0) - given
                missing -= given
                plan.transfers.append(Transfer(need.line_no, need.sku, given, source.warehouse, to))
        if missing != plan.short.get(need.line_no, 0):
            plan.short[need.line_no] = missing
    plan.short = {line_no: missing for line_no, missing in plan.short.items() if missing}


def _why_not(
    plan: Plan, chosen: allotments.Allotment, near: Sequence[Candidate], why_not: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Why each other warehouse does not ship: short of a SKU, dearer, or not weighed beyond the bound (17)."""
    ship = {warehouse for _, warehouse, _ in plan.assignments}
    told: list[dict[str, Any]] = []
    for candidate in near:
        warehouse = candidate.warehouse
        if warehouse in ship:
            continue
        alone = chosen.alone_minor.get(warehouse)
        lack = chosen.lacks.get(warehouse)
        if alone is not None:
            told.append({"warehouse": warehouse, "code": "dearer", "cost_minor": alone})
        elif lack is not None:
            sku, available, short = lack
            told.append({"warehouse": warehouse, "code": "short", "sku": sku, "available": available, "short": short})
        else:
            told.append({"warehouse": warehouse, "code": "not_weighed"})
    return [*told, *why_not][: limits.WHY_NOT_MAX]


def _natural(said: Mapping[str, Any], name: str) -> int:
    return max(0, numbers.whole(said.get(name)) or 0)


def _positive(said: Mapping[str, Any], name: str) -> float:
    value = said.get(name)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < limits.AMOUNT_MINOR_MAX:
        return 0.0
    return float(value)


__all__ = ["Candidate", "Need", "Plan", "Terms", "Transfer", "choose", "terms"]
