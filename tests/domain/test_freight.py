"""Freight by contract and as charged; a table that is never dearer than going through every rate."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.domain import freight
from orderloom.domain.warehouses import Rate


def rate(carrier: str, province: str, first_minor: int = 800, step_minor: int = 200, **more: Any) -> Rate:
    fields = {"service": "std", "warehouse": "W1", "first_grams": 1_000, "step_grams": 1_000, **more}
    return Rate(carrier=carrier, province=province, first_minor=first_minor, step_minor=step_minor, **fields)


@pytest.mark.parametrize(
    ("weight_grams", "minor"),
    [(-5, 800), (0, 800), (1_000, 800), (1_001, 1_000), (2_000, 1_000), (2_001, 1_200), (10_500, 2_800)],
)
def test_each_kilogram_begun_beyond_the_first_costs_a_step(weight_grams: int, minor: int):
    table = freight.RateTable([rate("SF", "浙江省")])
    found = freight.contract(
        table, carrier="SF", service="std", warehouse="W1", province="浙江", weight_grams=weight_grams
    )
    assert found == minor


def test_a_rate_for_the_province_goes_before_the_one_for_anywhere():
    table = freight.RateTable([rate("SF", "", 500), rate("SF", "浙江", 900), rate("ZTO", "", 700)])
    lane = {"warehouse": "W1", "weight_grams": 100}
    assert freight.contract(table, carrier="SF", service=None, province="浙江省", **lane) == 900
    assert freight.contract(table, carrier="SF", service=None, province="西藏", **lane) == 500
    assert freight.cheapest(table, province="浙江省", **lane) == ("ZTO", "std", 700)
    assert freight.cheapest(table, province="西藏", **lane) == ("SF", "std", 500)


def test_a_carrier_off_its_lanes_has_no_rate():
    table = freight.RateTable([rate("SF", "浙江")])
    assert freight.contract(table, carrier="SF", service=None, warehouse="W1", province="江苏", weight_grams=1) is None
    assert freight.cheapest(table, warehouse="W2", province="浙江", weight_grams=1) is None
    assert freight.cheapest(freight.RateTable([]), warehouse="W1", province="", weight_grams=1) is None


def test_the_cheapest_depends_on_the_weight_and_on_who_may_carry():
    table = freight.RateTable([rate("LIGHT", "", 300, 900), rate("HEAVY", "", 900, 100)])
    lane = {"warehouse": "W1", "province": "浙江"}
    assert freight.cheapest(table, weight_grams=500, **lane) == ("LIGHT", "std", 300)
    assert freight.cheapest(table, weight_grams=9_000, **lane) == ("HEAVY", "std", 1_700)
    assert freight.cheapest(table, weight_grams=500, carriers={"HEAVY"}, **lane) == ("HEAVY", "std", 900)


RATES = st.lists(
    st.builds(
        rate,
        st.sampled_from(["A", "B", "C"]),
        st.sampled_from(["", "浙江", "浙江省", "西藏"]),
        st.integers(0, 50).map(lambda n: n * 10),
        st.integers(0, 5).map(lambda n: n * 10),
        warehouse=st.sampled_from(["W1", "W2", ""]),
        service=st.sampled_from(["std", "fast"]),
        first_grams=st.sampled_from([0, 500, 1_000]),
        step_grams=st.sampled_from([0, 500, 1_000]),
    ),
    max_size=12,
)


@given(rates=RATES, weight_grams=st.integers(0, 9_000), province=st.sampled_from(["浙江", "西藏", "江苏"]))
def test_the_cheapest_is_never_dearer_than_any_rate_of_the_lane(rates: list[Rate], weight_grams: int, province: str):
    table = freight.RateTable(rates)
    found = freight.cheapest(table, warehouse="W1", province=province, weight_grams=weight_grams)
    everybody = freight.cheapest(
        table, warehouse="W1", province=province, weight_grams=weight_grams, carriers={"A", "B", "C"}
    )
    assert (found is None) == (everybody is None)
    if found is not None and everybody is not None:
        assert found[2] == everybody[2]


NEAR = {"base_minor": 600, "per_kg_minor": 100, "free_over_minor": 5_900, "free_kg": 3}


@pytest.mark.parametrize(
    ("weight_grams", "goods_minor", "minor"),
    [(3_000, 5_899, 600), (3_001, 5_899, 700), (5_200, 100, 900), (5_200, 5_900, 0), (0, 0, 600), (-9, -9, 600)],
)
def test_the_customer_pays_for_kilograms_beyond_the_free_ones_until_goods_are_enough(
    weight_grams: int, goods_minor: int, minor: int
):
    assert freight.charged(NEAR, weight_grams=weight_grams, goods_minor=goods_minor) == minor


def test_zero_is_no_threshold_for_free_freight():
    assert freight.charged({**NEAR, "free_over_minor": 0}, weight_grams=1, goods_minor=10**9) == 600


@pytest.mark.parametrize(
    "terms", [{}, {"base_minor": None, "free_kg": "x"}, {"base_minor": -5, "per_kg_minor": float("nan")}]
)
def test_terms_that_say_nothing_charge_nothing(terms: dict[str, Any]):
    assert freight.charged(terms, weight_grams=9_000, goods_minor=0) == 0
