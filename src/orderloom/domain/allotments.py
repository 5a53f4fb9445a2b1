"""Allotments: which of at most eight warehouses ships how many units of each line, exactly and at the least cost.

The arithmetic below `domain.sourcing`. A SKU that one warehouse of a set can cover whole is never divided over the
set; where none can, it empties one warehouse before it opens the next. Within that rule every set of warehouses and
every way over it is gone through, unless a lower bound rules it out: a warehouse that ships costs at least its first
weight, and weight beyond the first weights costs at least the flattest step.
"""

import math
from collections.abc import Iterator, Sequence

import msgspec

from orderloom.domain import freight
from orderloom.kit import limits

# Further than any two places; stands in for a distance that is not known.
FAR_M = 10**9

# A load counts grams above these bits and how often something was put on it below them.
_LOAD_BITS = 24


class Need(msgspec.Struct):
    """Units of one line to be shipped; `weight_grams` of one unit; main lines are served first (主力)."""

    line_no: int
    sku: str
    quantity: int
    weight_grams: int = 0
    main: bool = False


class Candidate(msgspec.Struct):
    """A warehouse as one order sees it. `available` units by SKU are net of what others reserved.

    `tariffs` are those of its lane to the consignee (`freight.RateTable.cheapest_tariffs`); without any, freight
    counts nothing. `region_rank` is its place for the consignee's region (0 first), None where it does not serve it.
    `load` is the share of the day's capacity taken, 0…1.
    """

    warehouse: str
    available: dict[str, int]
    distance_m: int | None = None
    region_rank: int | None = 0
    load: float = 0.0
    tariffs: tuple[freight.Tariff, ...] = ()
    closed: bool = False


class Terms(msgspec.Struct, frozen=True):
    """How warehouses are compared. A radius or number of shipments of 0 bounds nothing; `load_minor` at full load."""

    radius_m: int = 0
    region_only: bool = False
    split_penalty_minor: int = 0
    distance_minor_per_km: float = 0.0
    load_minor: float = 0.0
    region_penalty_minor: int = 0
    max_shipments: int = 0
    beyond: str = "transfer"


class Allotment(msgspec.Struct):
    """The chosen units by line and warehouse, what is missing, and what the others lack or would cost alone."""

    assignments: list[tuple[int, str, int]] = []
    cost_minor: int = 0
    short: dict[int, int] = {}
    exact: bool = True
    alone_minor: dict[str, int] = {}
    lacks: dict[str, tuple[str, int, int]] = {}


def allot(needs: Sequence[Need], candidates: Sequence[Candidate], terms: Terms) -> Allotment:
    """Choose over at most `limits.CANDIDATES_MAX` candidates, given in the order that breaks ties."""
    wanted: dict[str, int] = {}
    weight_grams = 0
    for need in needs:
        wanted[need.sku] = wanted.get(need.sku, 0) + need.quantity
        weight_grams += need.quantity * need.weight_grams
    result = Allotment()
    best: tuple[int, str] | None = None
    standing = [standing_minor(candidate, terms) for candidate in candidates]
    for candidate, stands_minor in zip(candidates, standing, strict=True):
        have = candidate.available
        for sku, quantity in wanted.items():
            if have.get(sku, 0) < quantity:
                there = max(0, have.get(sku, 0))
                result.lacks[candidate.warehouse] = (sku, there, quantity - there)
                break
        else:
            alone = stands_minor + freight_minor(candidate.tariffs, weight_grams)
            result.alone_minor[candidate.warehouse] = alone
            if best is None or alone < best[0]:
                best = (alone, candidate.warehouse)
    if best is not None and _alone_is_best(best[0], weight_grams, candidates, standing, terms):
        result.cost_minor = best[0]
        result.assignments = [(need.line_no, best[1], need.quantity) for need in needs]
        return result
    if best is None and not _anything(wanted, candidates):
        result.short = {need.line_no: need.quantity for need in needs}
        return result
    return _Search(needs, wanted, candidates, terms).into(result)


def _anything(wanted: dict[str, int], candidates: Sequence[Candidate]) -> bool:
    return any(each.available.get(sku, 0) > 0 for each in candidates for sku in wanted)


def standing_minor(candidate: Candidate, terms: Terms) -> int:
    """What a shipment from there costs besides freight: the way, the load, the lesser region."""
    cost = 0.0
    if candidate.distance_m:
        cost = candidate.distance_m * terms.distance_minor_per_km / 1_000
    if candidate.load:
        cost += max(0.0, candidate.load) * terms.load_minor
    if terms.region_penalty_minor:
        rank = candidate.region_rank
        cost += terms.region_penalty_minor * (limits.CANDIDATES_MAX if rank is None else rank)
    return int(cost + 0.5)


def freight_minor(tariffs: Sequence[freight.Tariff], weight_grams: int) -> int:
    """The cheapest of the tariffs at that weight; 0 where there is none."""
    if not tariffs:
        return 0
    if len(tariffs) == 1:
        return freight.cost(tariffs[0], weight_grams)
    return min([freight.cost(tariff, weight_grams) for tariff in tariffs])


def _least_minor(candidate: Candidate, stands_minor: int) -> int:
    """What any shipment from there costs at least."""
    return stands_minor + min([tariff[1] for tariff in candidate.tariffs], default=0)


def _alone_is_best(
    alone_minor: int, weight_grams: int, candidates: Sequence[Candidate], standing: Sequence[int], terms: Terms
) -> bool:
    """Whether two or more shipments, at the least that each could cost, cost as much as the one."""
    penalty = terms.split_penalty_minor
    if len(candidates) == 1 or terms.max_shipments == 1 or alone_minor <= penalty:
        return True
    least = sorted([_least_minor(*each) for each in zip(candidates, standing, strict=True)])
    if alone_minor <= least[0] + least[1] + penalty:
        return True
    slope = min([_flattest(candidate.tariffs) for candidate in candidates])
    first_grams = max([_first_grams(candidate.tariffs) for candidate in candidates])
    bound = least[0]
    for others in range(1, len(least)):
        bound += least[others] + penalty
        steps = max(0, weight_grams - (others + 1) * first_grams) * slope
        if alone_minor > bound + math.ceil(steps - 1e-6):
            return False
    return True


class _Item(msgspec.Struct):
    """SKUs that go the same way over a set: what each way loads on each place, and its units where they are divided."""

    skus: list[str]
    loads: list[list[tuple[int, int]]]
    divided: list[list[tuple[int, int]]] | None = None


class _Search:
    """The search over sets of candidates; sets are bits of a mask by place."""

    def __init__(
        self, needs: Sequence[Need], wanted: dict[str, int], candidates: Sequence[Candidate], terms: Terms
    ) -> None:
        self.needs, self.wanted, self.terms = needs, wanted, terms
        self.exact = True
        self.large = len(wanted) > limits.SOURCING_SKUS_APART_MAX
        self.grams = {need.sku: need.weight_grams for need in needs}
        self.lines: dict[str, list[Need]] = {}
        self.main: dict[str, int] = {}
        for need in sorted(needs, key=lambda need: (not need.main, need.line_no)):
            self.lines.setdefault(need.sku, []).append(need)
            if need.main:
                self.main[need.sku] = self.main.get(need.sku, 0) + need.quantity
        self.candidates = self._affordable(list(candidates))
        self.have = {
            sku: [min(quantity, max(0, each.available.get(sku, 0))) for each in self.candidates]
            for sku, quantity in wanted.items()
        }
        self.standing = [standing_minor(each, terms) for each in self.candidates]
        self.least = [_least_minor(*each) for each in zip(self.candidates, self.standing, strict=True)]
        self.first_grams = [_first_grams(each.tariffs) for each in self.candidates]
        self.slope = [_flattest(each.tariffs) for each in self.candidates]
        self.memo: dict[tuple[int, int], int] = {}
        self.steps = 0
        self.groups = self._grouped()

    def into(self, result: Allotment) -> Allotment:
        """Put the best allotment into the result."""
        best_minor: int | None = None
        best: dict[str, list[tuple[int, int]]] = {}
        for bound_minor, mask in self._sets():
            if best_minor is not None and bound_minor >= best_minor:
                break
            if best_minor is not None and self.steps > limits.SOURCING_STEPS_MAX:
                self.exact = False
                break
            found = self._over(mask, bound_minor, best_minor)
            if found is not None:
                best_minor, best = found
        result.cost_minor = best_minor or 0
        result.exact = self.exact
        self._to_lines(best, result)
        return result

    def _grouped(self) -> list[tuple[int, list[str], int]]:
        """SKUs by the set of candidates that can cover them whole, with their load.

        In a small order every SKU stands for itself, so that each may go its own way.
        """
        together: dict[tuple[int, str], tuple[list[str], int]] = {}
        for sku, quantity in self.wanted.items():
            holders = sum([1 << at for at, there in enumerate(self.have[sku]) if there == quantity])
            skus, load = together.setdefault((holders, "" if self.large and holders else sku), ([], 0))
            skus.append(sku)
            together[holders, "" if self.large and holders else sku] = (skus, load + self._load_of(sku, quantity))
        groups = [(holders, skus, load) for (holders, _), (skus, load) in together.items()]
        return sorted(groups, key=lambda group: -group[2])

    def _load_of(self, sku: str, units: int) -> int:
        # The one beside the weight marks a warehouse as shipping even where goods weigh nothing.
        return (units * self.grams[sku] << _LOAD_BITS) + 1

    def _affordable(self, candidates: list[Candidate]) -> list[Candidate]:
        """Drop those that hold least until going through all sets stays within the bound of work."""
        while len(candidates) > 1 and len(self.wanted) << len(candidates) > limits.SOURCING_WORK_MAX:
            held = [
                (sum([min(quantity, max(0, each.available.get(sku, 0))) for sku, quantity in self.wanted.items()]), -at)
                for at, each in enumerate(candidates)
            ]
            candidates.pop(-min(held)[1])
            self.exact = False
        return candidates

    def _sets(self) -> list[tuple[int, int]]:
        """Every set that covers as much as any can, with its lower bound; cheapest bound, then fewest, then first."""
        count = len(self.candidates)
        most = self.terms.max_shipments or count
        covered = self._covered(1 << count)
        allowed = [mask for mask in range(1, 1 << count) if mask.bit_count() <= most]
        if not allowed:
            return []
        fullest = max([covered[mask][:2] for mask in allowed])
        if fullest == (0, 0):
            return []
        sets = [
            (self._bound(mask, covered[mask][2]), mask.bit_count(), mask)
            for mask in allowed
            if covered[mask][:2] == fullest
        ]
        sets.sort()
        return [(bound, mask) for bound, _, mask in sets]

    def _covered(self, count: int) -> list[tuple[int, int, int]]:
        """For every set: units of main lines, units, and grams that it can ship."""
        main, units, grams = [0] * count, [0] * count, [0] * count
        alike: dict[tuple[int, ...], tuple[int, int, int]] = {}
        for sku, quantity in self.wanted.items():
            have, heavy, chief = self.have[sku], self.grams[sku], self.main.get(sku, 0)
            if {0, quantity}.issuperset(have):
                # SKUs that each warehouse has wholly or not at all are counted together.
                key = tuple(map(bool, have))
                before = alike.get(key, (0, 0, 0))
                alike[key] = (before[0] + chief, before[1] + quantity, before[2] + quantity * heavy)
                continue
            sums = _subset_sums(have, quantity)
            units = [before + there for before, there in zip(units, sums, strict=True)]
            if chief:
                main = [before + min(chief, there) for before, there in zip(main, sums, strict=True)]
            if heavy:
                grams = [before + there * heavy for before, there in zip(grams, sums, strict=True)]
        for key, (chief, quantity, weight) in alike.items():
            holders = sum([1 << at for at, there in enumerate(key) if there])
            for mask in range(count):
                if mask & holders:
                    main[mask] += chief
                    units[mask] += quantity
                    grams[mask] += weight
        return list(zip(main, units, grams, strict=True))

    def _bound(self, mask: int, grams: int) -> int:
        """What any plan that ships this weight from all of the set costs at least."""
        members = _members(mask)
        bound = sum([self.least[at] for at in members]) + self.terms.split_penalty_minor * (len(members) - 1)
        over = grams - sum([self.first_grams[at] for at in members])
        if over > 0:
            bound += math.ceil(over * min([self.slope[at] for at in members]) - 1e-6)
        return bound

    def _over(
        self, mask: int, bound_minor: int, best_minor: int | None
    ) -> tuple[int, dict[str, list[tuple[int, int]]]] | None:
        """The cheapest way over one set, if it is cheaper than the best so far: units of each SKU by place."""
        loads = [0] * len(self.candidates)
        fixed: list[_Item] = []
        free: list[_Item] = []
        ways = 1
        for item in self._items(mask):
            if len(item.loads) == 1:
                fixed.append(item)
                for at, load in item.loads[0]:
                    loads[at] += load
            else:
                free.append(item)
                ways *= len(item.loads)
        cost, picked = self._greedily(loads, free)
        if cost > bound_minor:
            if ways <= limits.SOURCING_COMBINATIONS_MAX:
                cost, picked = self._exactly(loads, free, cost, picked)
                self.exact = self.exact and not self.large
            else:
                self.exact = False
        if best_minor is not None and cost >= best_minor:
            return None
        ways_taken = [*[(item, 0) for item in fixed], *zip(free, picked, strict=True)]
        return cost, {sku: parts for item, way in ways_taken for sku, parts in self._units(item, way)}

    def _units(self, item: _Item, way: int) -> Iterator[tuple[str, list[tuple[int, int]]]]:
        for sku in item.skus:
            if item.divided is not None:
                yield sku, item.divided[way]
            else:
                yield sku, [(item.loads[way][0][0], self.wanted[sku])]

    def _items(self, mask: int) -> Iterator[_Item]:
        """Everything to be shipped from the set, with the ways it can go."""
        members = _members(mask)
        for holders, skus, load in self.groups:
            whole = [at for at in members if holders >> at & 1]
            self.steps += 1 if whole else len(skus)
            if whole:
                yield _Item(skus, [[(at, load)] for at in whole])
                continue
            for sku in skus:
                ways = self._divided(sku, members)
                if ways:
                    loads = [[(at, self._load_of(sku, units)) for at, units in parts] for parts in ways]
                    yield _Item([sku], loads, ways)

    def _divided(self, sku: str, members: list[int]) -> list[list[tuple[int, int]]]:
        """The ways a SKU that no member covers whole goes over the set; none where nobody has any."""
        have, quantity = self.have[sku], self.wanted[sku]
        holders = [at for at in members if have[at]]
        if not holders:
            return []
        if sum([have[at] for at in holders]) <= quantity:
            return [[(at, have[at]) for at in holders]]
        if self.large or len(self.lines[sku]) > 1:
            return [self._by_line(sku, holders)]
        return list(_drained(have, holders, quantity))

    def _by_line(self, sku: str, holders: list[int]) -> list[tuple[int, int]]:
        """Where several lines ask for one SKU, each line goes whole to the tightest holder that has room for it."""
        left = {at: self.have[sku][at] for at in holders}
        taken: dict[int, int] = {}
        for need in self.lines[sku]:
            missing = need.quantity
            room = [at for at in holders if left[at] >= missing]
            for at in [min(room, key=lambda at: left[at])] if room else holders:
                units = min(missing, left[at])
                left[at] -= units
                missing -= units
                taken[at] = taken.get(at, 0) + units
        return [(at, units) for at, units in taken.items() if units]

    def _place_cost(self, at: int, load: int) -> int:
        if not load:
            return 0
        key = (at, load >> _LOAD_BITS)
        cost = self.memo.get(key)
        if cost is None:
            tariffs = self.candidates[at].tariffs
            # Each place pays the penalty here; the one shipment too many is taken off where costs are added up.
            cost = self.standing[at] + freight_minor(tariffs, key[1]) + self.terms.split_penalty_minor
            self.memo[key] = cost
        return cost

    def _cost(self, loads: list[int]) -> int:
        cost = sum([self._place_cost(at, load) for at, load in enumerate(loads) if load])
        return max(0, cost - self.terms.split_penalty_minor)

    def _greedily(self, loads: list[int], free: list[_Item]) -> tuple[int, list[int]]:
        """Heavy goods first, each the way that costs least just then."""
        now = list(loads)
        picked: list[int] = []
        for item in free:
            more = [
                sum([self._place_cost(at, now[at] + load) - self._place_cost(at, now[at]) for at, load in way])
                for way in item.loads
            ]
            way = more.index(min(more))
            for at, load in item.loads[way]:
                now[at] += load
            picked.append(way)
        return self._cost(now), picked

    def _exactly(self, loads: list[int], free: list[_Item], cost: int, picked: list[int]) -> tuple[int, list[int]]:
        """Every way, but for those that already cost as much before all is loaded."""
        best = (cost, picked)
        now = list(loads)
        chosen: list[int] = []

        def walk(depth: int) -> None:
            nonlocal best
            cost_now = self._cost(now)
            if cost_now >= best[0]:
                return
            if depth == len(free):
                best = (cost_now, list(chosen))
                return
            for way, parts in enumerate(free[depth].loads):
                for at, load in parts:
                    now[at] += load
                chosen.append(way)
                walk(depth + 1)
                chosen.pop()
                for at, load in parts:
                    now[at] -= load

        walk(0)
        return best

    def _to_lines(self, best: dict[str, list[tuple[int, int]]], result: Allotment) -> None:
        """Hand each SKU's units to its lines, main lines first, whole lines to one warehouse where one has room."""
        given: dict[int, dict[int, int]] = {}
        for sku, parts in best.items():
            left = dict(parts)
            for need in self.lines[sku]:
                missing = need.quantity
                of_line = given.setdefault(need.line_no, {})
                room = [at for at in left if left[at] >= missing]
                for at in [min(room, key=lambda at: left[at])] if room else list(left):
                    units = min(missing, left[at])
                    if units:
                        left[at] -= units
                        missing -= units
                        of_line[at] = units
        for need in self.needs:
            of_line = given.get(need.line_no, {})
            for at in sorted(of_line):
                result.assignments.append((need.line_no, self.candidates[at].warehouse, of_line[at]))
            missing = need.quantity - sum(of_line.values())
            if missing:
                result.short[need.line_no] = missing


def _members(mask: int) -> list[int]:
    return [at for at in range(mask.bit_length()) if mask >> at & 1]


def _first_grams(tariffs: Sequence[freight.Tariff]) -> int:
    return max([tariff[0] for tariff in tariffs], default=0)


def _flattest(tariffs: Sequence[freight.Tariff]) -> float:
    return min([tariff[3] / tariff[2] if tariff[2] > 0 else 0.0 for tariff in tariffs], default=0.0)


def _subset_sums(have: list[int], most: int) -> list[int]:
    """Units that each set of places has together, at most `most`."""
    sums = [0]
    for there in have:
        sums += [min(most, before + there) for before in sums]
    return sums


def _drained(have: list[int], holders: list[int], quantity: int) -> Iterator[list[tuple[int, int]]]:
    """Every way to empty some holders and take the rest from one more."""
    for mask in range(1 << len(holders)):
        emptied = [holders[at] for at in _members(mask)]
        rest = quantity - sum([have[at] for at in emptied])
        if rest > 0:
            for at in holders:
                if at not in emptied and have[at] >= rest:
                    yield [*[(place, have[place]) for place in emptied], (at, rest)]
