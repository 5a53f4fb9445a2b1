"""Sourcing takes the least cost over the order, proved against going through everything (S-3, S-4, S-6)."""

import itertools
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderloom.domain import sourcing
from orderloom.domain.sourcing import Candidate, Need, Terms

FLAT = (1_000, 800, 1_000, 0, "SF", "std")


def at(warehouse: str, km: int | None = 100, tariffs: tuple = (FLAT,), **available: int) -> Candidate:
    return Candidate(warehouse, available, None if km is None else km * 1_000, tariffs=tariffs)


def choose(needs: list[Need], candidates: list[Candidate], **terms: Any) -> sourcing.Plan:
    return sourcing.choose(needs, candidates, Terms(**terms))


def test_prefers_the_nearer_of_two_equal_warehouses():
    plan = choose([Need(1, "A", 1)], [at("far", 250, A=9), at("near", 30, A=9)], distance_minor_per_km=1.0)
    assert plan.assignments == [(1, "near", 1)]
    assert plan.cost_minor == 830
    assert plan.why_not == [{"warehouse": "far", "code": "dearer", "cost_minor": 1_050}]


def test_one_dearer_shipment_beats_two_cheap_ones_when_splitting_costs():
    both = at("both", 200, ((1_000, 1_500, 1_000, 0, "SF", ""),), A=1, B=1)
    needs = [Need(1, "A", 1), Need(2, "B", 1)]
    assert choose(needs, [at("one", A=1), at("two", B=1), both]).warehouses == ["both"]
    dear = at("dear", 200, ((1_000, 2_500, 1_000, 0, "SF", ""),), A=1, B=1)
    assert choose(needs, [at("one", A=1), at("two", B=1), dear]).warehouses == ["one", "two"]
    penalised = choose(needs, [at("one", A=1), at("two", B=1), dear], split_penalty_minor=1_000)
    assert penalised.warehouses == ["dear"]


def test_heavy_goods_go_where_the_next_kilogram_is_cheap():
    steep, gentle = (1_000, 500, 1_000, 900, "A", ""), (1_000, 700, 1_000, 100, "B", "")
    plan = choose(
        [Need(1, "ANVIL", 1, 20_000), Need(2, "NAIL", 1, 10)],
        [
            at("steep", 10, (steep,), ANVIL=1, NAIL=1),
            at("gentle", 10, (gentle,), ANVIL=1),
            at("both", 10, ((1_000, 5_000, 1_000, 0, "C", ""),), ANVIL=1, NAIL=1),
        ],
    )
    assert plan.assignments == [(1, "gentle", 1), (2, "steep", 1)]
    assert plan.cost_minor == 700 + 19 * 100 + 500


def test_a_line_is_divided_only_where_no_single_warehouse_covers_it():
    plan = choose([Need(1, "A", 5)], [at("one", 10, A=3), at("two", 20, A=4)])
    assert sum(units for _, _, units in plan.assignments) == 5
    assert len(plan.assignments) == 2
    assert choose([Need(1, "A", 5)], [at("one", 10, A=3), at("two", 20, A=5)]).assignments == [(1, "two", 5)]


def test_beyond_the_radius_means_a_transfer_to_the_nearest_warehouse():
    plan = choose(
        [Need(1, "PAD", 4), Need(2, "OIL", 1)],
        [at("east", 80, PAD=1, OIL=5), at("north", 900, PAD=2), at("south", 700, PAD=2)],
        radius_m=300_000,
    )
    assert plan.assignments == [(1, "east", 1), (2, "east", 1)]
    assert plan.transfers == [
        sourcing.Transfer(1, "PAD", 2, "south", "east"),
        sourcing.Transfer(1, "PAD", 1, "north", "east"),
    ]
    assert plan.short == {}
    assert {entry["warehouse"]: entry["code"] for entry in plan.why_not} == {
        "north": "out_of_radius",
        "south": "out_of_radius",
    }


def test_what_nobody_has_is_short():
    plan = choose([Need(1, "PAD", 4)], [at("east", 80, PAD=1), at("north", 900, PAD=1)], radius_m=300_000)
    assert (plan.assignments, plan.short) == ([(1, "east", 1)], {1: 2})
    assert [transfer.quantity for transfer in plan.transfers] == [1]


def test_terms_may_ship_from_beyond_the_radius_or_wait():
    needs, candidates = [Need(1, "PAD", 2)], [at("east", 80, PAD=1), at("north", 900, PAD=2)]
    assert choose(needs, candidates, radius_m=300_000, beyond="ship").assignments == [(1, "north", 2)]
    waiting = choose(needs, candidates, radius_m=300_000, beyond="wait")
    assert (waiting.assignments, waiting.short, waiting.transfers) == ([(1, "east", 1)], {1: 1}, [])


def test_with_no_warehouse_within_the_radius_all_are_asked():
    plan = choose([Need(1, "PAD", 1)], [at("north", 900, PAD=2)], radius_m=300_000)
    assert plan.assignments == [(1, "north", 1)]
    assert not plan.within_radius


def test_when_stock_is_short_the_main_model_is_served_first():
    plan = choose([Need(1, "MOTOR", 3), Need(2, "MOTOR", 3, main=True)], [at("one", MOTOR=4)])
    assert plan.assignments == [(1, "one", 1), (2, "one", 3)]
    assert plan.short == {1: 2}


def test_the_main_line_decides_which_single_shipment_goes():
    plan = choose(
        [Need(1, "SCREW", 100), Need(2, "MOTOR", 1, main=True)],
        [at("screws", 10, SCREW=100), at("motors", 20, MOTOR=1)],
        max_shipments=1,
        beyond="wait",
    )
    assert plan.assignments == [(2, "motors", 1)]
    assert plan.short == {1: 100}


def test_closed_and_foreign_regions_are_out_with_their_reason():
    closed = Candidate("closed", {"A": 9}, 1_000, closed=True)
    foreign = Candidate("foreign", {"A": 9}, 1_000, region_rank=None)
    plan = choose([Need(1, "A", 1)], [closed, foreign, at("open", A=1), at("empty", A=0)], region_only=True)
    assert plan.warehouses == ["open"]
    assert {entry["warehouse"]: entry["code"] for entry in plan.why_not} == {
        "closed": "closed",
        "foreign": "region",
        "empty": "short",
    }
    assert plan.why_not[0] == {"warehouse": "empty", "code": "short", "sku": "A", "available": 0, "short": 1}


def test_a_preferred_region_and_a_lighter_load_weigh_as_told():
    far_region = Candidate("second", {"A": 1}, 1_000, region_rank=1)
    busy = Candidate("busy", {"A": 1}, 1_000, load=0.9)
    assert choose([Need(1, "A", 1)], [far_region, busy], region_penalty_minor=500).warehouses == ["busy"]
    assert choose([Need(1, "A", 1)], [far_region, busy], load_minor=100.0).warehouses == ["second"]


def test_two_lines_of_one_sku_stay_whole_where_each_finds_room():
    plan = choose([Need(1, "A", 2), Need(2, "A", 2)], [at("one", A=3), at("two", A=3)])
    assert sorted(units for _, _, units in plan.assignments) == [2, 2]


def test_terms_read_from_the_answer_of_the_rules():
    answer = {
        "rule": "ordinary", "radius_m": 300_000, "region_only": False, "split_penalty_minor": 800,
        "distance_weight": 1.0, "load_weight": 0.2, "max_shipments": 3, "transfer": True,
    }  # fmt: skip
    assert sourcing.terms(answer) == Terms(
        radius_m=300_000, split_penalty_minor=800, distance_minor_per_km=1.0, load_minor=20.0, max_shipments=3
    )
    assert sourcing.terms({**answer, "transfer": False}).beyond == "ship"
    assert sourcing.terms({**answer, "beyond": "wait"}).beyond == "wait"


@pytest.mark.parametrize("answer", [None, {}, {"radius_m": -1, "distance_weight": float("nan"), "max_shipments": "x"}])
def test_terms_that_say_nothing_bound_nothing(answer: dict[str, Any] | None):
    assert sourcing.terms(answer) == Terms()


def test_nothing_to_ship_and_nowhere_to_ship_from_are_plans_too():
    assert choose([], [at("one", A=1)]).assignments == []
    assert choose([Need(1, "A", 0), Need(2, "A", -3)], [at("one", A=1)]).assignments == []
    assert choose([Need(1, "A", 2)], []).short == {1: 2}
    assert choose([Need(1, "A", 2)], [at("one", A=-5)]).short == {1: 2}


def test_beyond_eight_candidates_those_with_stock_are_weighed():
    crowd = [at(f"w{n:02}", n, A=0) for n in range(12)]
    plan = choose([Need(1, "A", 1)], [*crowd, at("last", 500, A=1)])
    assert plan.assignments == [(1, "last", 1)]
    assert len(choose([Need(1, "A", 1)], [at(f"w{n:02}", n, A=1) for n in range(40)]).why_not) == 20


def test_an_order_of_five_thousand_lines_is_covered_from_several_warehouses():
    needs = [Need(n, f"S{n}", 1 + n % 3, 50 + n % 700, main=n % 10 == 0) for n in range(5_000)]
    candidates = [
        at(
            f"w{w}",
            50 * w,
            ((1_000, 600 + 10 * w, 1_000, 90 + w, "C", ""),),
            **{f"S{n}": (n * 7 + w * 3) % 5 for n in range(5_000)},
        )
        for w in range(5)
    ]
    plan = choose(needs, candidates, split_penalty_minor=300)
    sent: dict[int, int] = {}
    for line_no, _, units in plan.assignments:
        sent[line_no] = sent.get(line_no, 0) + units
    assert all(sent.get(need.line_no, 0) + plan.short.get(need.line_no, 0) == need.quantity for need in needs)
    assert plan.short == {}


# The proof: everything is gone through, and nothing else is cheaper.

TARIFF = st.tuples(
    st.sampled_from([0, 500, 1_000, 3_000]), st.integers(0, 1_500),
    st.sampled_from([0, 500, 1_000]), st.integers(0, 900),
    st.just("C"), st.just(""),
)  # fmt: skip


@st.composite
def small_orders(draw: st.DrawFn, steps: bool = True) -> tuple[list[Need], list[Candidate], Terms]:
    skus = draw(st.sampled_from([["A"], ["A", "B"], ["A", "B", "C"]]))
    needs = [
        Need(n, sku, draw(st.integers(1, 3)), draw(st.sampled_from([0, 300, 1_000, 2_500])), draw(st.booleans()))
        for n, sku in enumerate(skus, 1)
    ]
    tariff = TARIFF if steps else TARIFF.map(lambda each: (each[0], each[1], 0, 0, "C", ""))
    candidates = [
        Candidate(
            f"w{n}",
            {sku: draw(st.integers(0, 3)) for sku in skus},
            draw(st.integers(0, 600_000)),
            draw(st.integers(0, 2)),
            draw(st.sampled_from([0.0, 0.5, 1.0])),
            tuple(draw(st.lists(tariff, max_size=2))),
        )
        for n in range(draw(st.integers(1, 3)))
    ]
    terms = Terms(
        split_penalty_minor=draw(st.sampled_from([0, 200, 1_000])),
        distance_minor_per_km=draw(st.sampled_from([0.0, 1.0, 2.5])),
        load_minor=draw(st.sampled_from([0.0, 300.0])),
        region_penalty_minor=draw(st.sampled_from([0, 150])),
        max_shipments=draw(st.integers(0, 3)),
    )
    return needs, candidates, terms


def freight_of(candidate: Candidate, grams: int) -> int:
    def one(tariff: tuple) -> int:
        first, price, step, each = tariff[:4]
        steps = -(-(grams - first) // step) if step > 0 and grams > first else 0
        return price + steps * each

    return min((one(tariff) for tariff in candidate.tariffs), default=0)


def cost_of(shares: list[tuple[int, ...]], needs: list[Need], candidates: list[Candidate], terms: Terms) -> int:
    cost = shipments = 0
    for place, candidate in enumerate(candidates):
        if any(share[place] for share in shares):
            shipments += 1
            cost += int(
                candidate.distance_m * terms.distance_minor_per_km / 1_000
                + candidate.load * terms.load_minor
                + candidate.region_rank * terms.region_penalty_minor
                + 0.5
            )
            cost += freight_of(candidate, sum(s[place] * n.weight_grams for s, n in zip(shares, needs, strict=True)))
    return cost + terms.split_penalty_minor * max(0, shipments - 1)


def everything(
    needs: list[Need], candidates: list[Candidate], terms: Terms, *, divide_freely: bool
) -> tuple[int, int, int]:
    """The best (main units missing, units missing, cost) over every division of every line."""

    def shares(need: Need) -> Iterator[tuple[int, ...]]:
        have = [min(each.available[need.sku], need.quantity) for each in candidates]
        for share in itertools.product(*[range(units + 1) for units in have]):
            if sum(share) <= need.quantity:
                yield share

    def orderly(need: Need, share: tuple[int, ...], used: set[int]) -> bool:
        have = [each.available[need.sku] for each in candidates]
        parts = [place for place, units in enumerate(share) if units]
        if any(have[place] >= need.quantity for place in used):
            return len(parts) == 1 and share[parts[0]] == need.quantity
        return sum(share[place] < have[place] for place in parts) <= 1

    best: tuple[int, int, int] | None = None
    for chosen in itertools.product(*[list(shares(need)) for need in needs]):
        used = {place for share in chosen for place, units in enumerate(share) if units}
        if terms.max_shipments and len(used) > terms.max_shipments:
            continue
        if not divide_freely and not all(orderly(n, s, used) for n, s in zip(needs, chosen, strict=True)):
            continue
        missing = [need.quantity - sum(share) for need, share in zip(needs, chosen, strict=True)]
        key = (
            sum(units for units, need in zip(missing, needs, strict=True) if need.main),
            sum(missing),
            cost_of(list(chosen), needs, candidates, terms),
        )
        if best is None or key < best:
            best = key
    assert best is not None
    return best


def key_of(plan: sourcing.Plan, needs: list[Need], candidates: list[Candidate], terms: Terms) -> tuple[int, int, int]:
    """The same key of the plan, its cost worked out anew from its units."""
    place = {candidate.warehouse: n for n, candidate in enumerate(candidates)}
    shares = [[0] * len(candidates) for _ in needs]
    for line_no, warehouse, units in plan.assignments:
        shares[line_no - 1][place[warehouse]] += units
    for need, share in zip(needs, shares, strict=True):
        assert all(units <= candidates[n].available[need.sku] for n, units in enumerate(share))
    missing = [need.quantity - sum(share) for need, share in zip(needs, shares, strict=True)]
    main = sum(units for units, need in zip(missing, needs, strict=True) if need.main)
    return main, sum(missing), cost_of([tuple(share) for share in shares], needs, candidates, terms)


@settings(max_examples=150, deadline=None)
@given(small_orders())
def test_no_other_plan_is_better(order: tuple[list[Need], list[Candidate], Terms]):
    needs, candidates, terms = order
    plan = sourcing.choose(needs, candidates, terms)
    found = key_of(plan, needs, candidates, terms)
    assert plan.exact
    assert found[2] == plan.cost_minor
    assert found == everything(needs, candidates, terms, divide_freely=False)


@settings(max_examples=60, deadline=None)
@given(small_orders(steps=False))
def test_with_flat_freight_no_division_at_all_is_better(order: tuple[list[Need], list[Candidate], Terms]):
    needs, candidates, terms = order
    plan = sourcing.choose(needs, candidates, terms)
    assert key_of(plan, needs, candidates, terms) == everything(needs, candidates, terms, divide_freely=True)


@given(small_orders(), st.randoms(use_true_random=False))
def test_the_order_in_which_warehouses_are_given_changes_nothing(
    order: tuple[list[Need], list[Candidate], Terms], dice: Any
):
    needs, candidates, terms = order
    shuffled = list(candidates)
    dice.shuffle(shuffled)
    assert sourcing.choose(needs, shuffled, terms) == sourcing.choose(needs, candidates, terms)
