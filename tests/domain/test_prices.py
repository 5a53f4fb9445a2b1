"""The amount of a line is rounded once; the order's money adds up whoever priced it."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.domain import prices
from orderloom.domain.orders import state


@pytest.mark.parametrize(
    ("price", "quantity", "currency", "minor"),
    [
        ("2.55", "6", "CNY", 1_530),
        ("0.333333", "3", "CNY", 100),
        ("1.005", "1", "CNY", 101),
        ("-1.005", "1", "CNY", -101),
        ("0", "80995", "GBP", 0),
        ("-11062.06", "1", "GBP", -1_106_206),
        ("1.5", "2.5", "JPY", 4),
        ("1.2345", "1", "KWD", 1_235),
        ("999999999999.999999", "1000000000", "CNY", 99_999_999_999_999_999_900_000),
    ],
)
def test_a_line_is_rounded_half_up_once(price: str, quantity: str, currency: str, minor: int):
    assert prices.amount_minor(Decimal(price), Decimal(quantity), currency) == minor


def test_the_total_is_goods_less_discounts_with_freight_and_tax_on_top():
    lines = [state.Line(1, "A", 1, amount_minor=30_000), state.Line(2, "B", 1, amount_minor=5_000)]
    discounts = [state.Discount("p", 1, 5_000), state.Discount("q", 2, 1_000)]
    priced = prices.totals(lines, discounts, freight_minor=800, tax_minor=3_900)
    assert (priced.goods_minor, priced.discount_minor, priced.total_minor) == (35_000, 6_000, 33_700)
    assert (priced.adjustment_minor, priced.amounts) == (0, {1: 30_000, 2: 5_000})


def test_what_a_channels_total_leaves_unexplained_is_an_adjustment():
    lines = [state.Line(1, "A", 1, amount_minor=30_000)]
    priced = prices.totals(lines, [state.Discount("p", 1, 5_000)], freight_minor=800, channel_total_minor=25_500)
    assert (priced.total_minor, priced.adjustment_minor) == (25_500, -300)


def test_a_gift_is_an_amount_of_zero():
    priced = prices.totals([], [], gifts=[state.Line(4, "CUP", 1, gift=True)])
    assert (priced.amounts, priced.total_minor) == ({4: 0}, 0)


@given(
    st.lists(st.integers(-(10**9), 10**9), max_size=20),
    st.integers(0, 10**6),
    st.integers(0, 10**6),
    st.none() | st.integers(-(10**9), 10**9),
)
def test_the_parts_always_add_up_to_the_total(amounts: list[int], freight: int, tax: int, channel_total: int | None):
    lines = [state.Line(n, "A", 1, amount_minor=amount) for n, amount in enumerate(amounts)]
    priced = prices.totals(lines, [], freight_minor=freight, tax_minor=tax, channel_total_minor=channel_total)
    parts = priced.goods_minor - priced.discount_minor + priced.freight_minor + priced.tax_minor
    assert parts + priced.adjustment_minor == priced.total_minor
    assert channel_total is None or priced.total_minor == channel_total
