"""Freight: what a carrier's contract costs us by lane and weight, and what the customer is charged."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from orderloom.domain import geography, warehouses
from orderloom.kit import numbers

# First weight in grams, its price, step in grams, price of each step begun; then the carrier and its service.
Tariff = tuple[int, int, int, int, str, str]

_GRAMS_PER_KG = 1_000


class RateTable:
    """Contract freight by lane, built once from the rates in force.

    A rate for the province goes before the same service's rate for anywhere (province ""), a rate of the
    warehouse before one of any warehouse (warehouse "").
    """

    def __init__(self, rates: Iterable[warehouses.Rate]) -> None:
        self.entered = list(rates)
        by_place: dict[tuple[str, str], list[Tariff]] = {}
        self.services: set[tuple[str, str]] = set()  # Every carrier's service that some rate names.
        for rate in self.entered:
            self.services.add((rate.carrier, rate.service))
            tariff = (rate.first_grams, rate.first_minor, rate.step_grams, rate.step_minor, rate.carrier, rate.service)
            by_place.setdefault((rate.warehouse, geography.province(rate.province)), []).append(tariff)
        provinces = {province for _, province in by_place} | {""}
        self._lanes: dict[tuple[str, str], tuple[Tariff, ...]] = {}
        self._needed: dict[tuple[str, str], tuple[Tariff, ...]] = {}
        for warehouse in {warehouse for warehouse, _ in by_place} | {""}:
            for province in provinces:
                keys = ((warehouse, province), (warehouse, ""), ("", province), ("", ""))
                lane = _merged([by_place.get(key, []) for key in keys])
                self._lanes[warehouse, province] = lane
                self._needed[warehouse, province] = _undominated(lane)

    def lane(self, warehouse: str, province: str) -> tuple[Tariff, ...]:
        """Every tariff that serves the lane; the province by its official name."""
        return _found(self._lanes, warehouse, province)

    def cheapest_tariffs(self, warehouse: str, province: str) -> tuple[Tariff, ...]:
        """The tariffs of the lane of which one is the cheapest at any weight: what sourcing compares."""
        return _found(self._needed, warehouse, province)


def cost(tariff: Tariff, weight_grams: int) -> int:
    """What the weight costs by the tariff in minor units: the first weight, then each step begun."""
    over = weight_grams - tariff[0]
    if over <= 0 or tariff[2] <= 0:
        return tariff[1]
    return tariff[1] - (-over // tariff[2]) * tariff[3]


def contract(
    rates: RateTable, *, carrier: str, service: str | None, warehouse: str, province: str, weight_grams: int
) -> int | None:
    """The contract freight in minor units of a carrier's service, its cheapest when None; None off its lanes."""
    costs = [
        cost(tariff, weight_grams)
        for tariff in rates.lane(warehouse, geography.province(province))
        if tariff[4] == carrier and (service is None or tariff[5] == service)
    ]
    return min(costs, default=None)


def cheapest(
    rates: RateTable, *, warehouse: str, province: str, weight_grams: int, carriers: Collection[str] | None = None
) -> tuple[str, str, int] | None:
    """Carrier, service and minor units of the cheapest on the lane (among `carriers`); None if nobody serves it.

    Equal prices go by the names of carrier and service.
    """
    official = geography.province(province)
    lane = rates.cheapest_tariffs(warehouse, official) if carriers is None else rates.lane(warehouse, official)
    best: tuple[int, str, str] | None = None
    for tariff in lane:
        if carriers is None or tariff[4] in carriers:
            found = (cost(tariff, weight_grams), tariff[4], tariff[5])
            if best is None or found < best:
                best = found
    return None if best is None else (best[1], best[2], best[0])


def charged(terms: Mapping[str, Any], *, weight_grams: int, goods_minor: int) -> int:
    """What the customer pays in minor units: base, and each kilogram begun beyond `free_kg`.

    Nothing from `free_over_minor` of goods on; 0 there means never free. What is no number counts as 0.
    """
    free_over = numbers.whole(terms.get("free_over_minor")) or 0
    if 0 < free_over <= goods_minor:
        return 0
    base = max(0, numbers.whole(terms.get("base_minor")) or 0)
    per_kg = max(0, numbers.whole(terms.get("per_kg_minor")) or 0)
    if not per_kg:
        return base
    free_kg = terms.get("free_kg")
    free_grams = max(0, numbers.whole(free_kg * _GRAMS_PER_KG) or 0) if isinstance(free_kg, int | float) else 0
    over = weight_grams - free_grams
    return base if over <= 0 else base - (-over // _GRAMS_PER_KG) * per_kg


def _found(lanes: dict[tuple[str, str], tuple[Tariff, ...]], warehouse: str, province: str) -> tuple[Tariff, ...]:
    for key in ((warehouse, province), (warehouse, ""), ("", province), ("", "")):
        found = lanes.get(key)
        if found is not None:
            return found
    return ()


def _merged(by_nearness: Iterable[list[Tariff]]) -> tuple[Tariff, ...]:
    """Each service's tariffs from the most particular place that names it."""
    said: set[tuple[str, str]] = set()
    lane: list[Tariff] = []
    for tariffs in by_nearness:
        fresh = [tariff for tariff in tariffs if (tariff[4], tariff[5]) not in said]
        lane.extend(fresh)
        said.update((tariff[4], tariff[5]) for tariff in fresh)
    return tuple(sorted(lane, key=lambda tariff: (tariff[1], tariff[4], tariff[5])))


def _undominated(lane: tuple[Tariff, ...]) -> tuple[Tariff, ...]:
    """Leave out a tariff that another undercuts at every weight; of equal ones the first by name stays."""
    return tuple(
        tariff for tariff in lane if not any(_undercuts(other, tariff) for other in lane if other is not tariff)
    )


def _undercuts(one: Tariff, other: Tariff) -> bool:
    if not _never_dearer(one, other):
        return False
    return not _never_dearer(other, one) or (one[4:], one[:4]) < (other[4:], other[:4])


def _never_dearer(one: Tariff, other: Tariff) -> bool:
    if one[0] < other[0] or one[1] > other[1]:
        return False
    return one[3] == 0 or one[2] <= 0 or (one[3] <= other[3] and one[2] >= other[2] > 0)
