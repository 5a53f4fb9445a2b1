"""Money adds up to the last minor unit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.kit import limits, money

AMOUNTS = st.integers(-limits.AMOUNT_MINOR_MAX, limits.AMOUNT_MINOR_MAX)
WEIGHTS = st.lists(st.integers(0, 10**12), min_size=1, max_size=50)


@given(amount_minor=AMOUNTS, weights=WEIGHTS)
def test_the_parts_add_up_to_the_whole(amount_minor: int, weights: list[int]) -> None:
    parts = money.spread(amount_minor, weights)
    assert len(parts) == len(weights) and sum(parts) == amount_minor


@given(amount_minor=AMOUNTS, weights=WEIGHTS.filter(any))
def test_no_part_is_a_whole_unit_away_from_its_share(amount_minor: int, weights: list[int]) -> None:
    total = sum(weights)
    for part, weight in zip(money.spread(amount_minor, weights), weights, strict=True):
        assert abs(part * total - amount_minor * weight) < total


@given(amount_minor=AMOUNTS, weights=WEIGHTS)
def test_a_refund_is_spread_as_the_payment_was(amount_minor: int, weights: list[int]) -> None:
    assert money.spread(-amount_minor, weights) == [-part for part in money.spread(amount_minor, weights)]


def test_what_is_left_goes_to_the_largest_fractions_earlier_ones_first() -> None:
    assert money.spread(100, [1, 1, 1]) == [34, 33, 33]
    assert money.spread(101, [1, 1, 1]) == [34, 34, 33]
    assert money.spread(10, [0, 3, 0, 3]) == [0, 5, 0, 5]
    assert money.spread(7, [0, 0]) == [7, 0]
    assert money.spread(7, []) == []


@given(amount_minor=AMOUNTS, currency=st.sampled_from(["CNY", "JPY", "KWD", "USD"]))
def test_minor_and_major_are_each_others_inverse(amount_minor: int, currency: str) -> None:
    assert money.minor(money.major(amount_minor, currency), currency) == amount_minor


@pytest.mark.parametrize(
    ("amount", "currency", "minor"),
    [("0.005", "CNY", 1), ("-0.005", "CNY", -1), ("0.0049", "CNY", 0), ("1.5", "JPY", 2), ("1.0005", "KWD", 1001)],
)
def test_a_half_is_rounded_up_away_from_zero(amount: str, currency: str, minor: int) -> None:
    assert money.minor(Decimal(amount), currency) == minor
