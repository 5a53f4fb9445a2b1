"""Stated lines become whole base units and minor amounts, or are refused."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.actions import orders
from orderloom.domain.mappings import drafts
from orderloom.domain.orders import state
from orderloom.kit import limits
from orderloom.kit.refusals import Refused


def lines_of(line: drafts.Line) -> list[state.Line] | Refused:
    return orders.lines_of([line], {}, "CNY")


@given(
    units=st.integers(-limits.QUANTITY_MAX, limits.QUANTITY_MAX),
    places=st.integers(0, 3),
    cents=st.integers(0, 10**9),
)
def test_a_whole_quantity_counts_however_many_places_it_shows(units: int, places: int, cents: int) -> None:
    quantity, price = Decimal(f"{units}.{'0' * places}"), Decimal(cents).scaleb(-2)
    made = lines_of(drafts.Line(1, "A", quantity, price=price))
    assert made == [state.Line(line_no=1, sku="A", quantity=units, amount_minor=cents * units, price=price)]


@pytest.mark.parametrize(
    "quantity", ["0.5", "1.0000001", "Infinity", "-Infinity", "NaN", "1000000001", "-1000000001", "1E+10", "1E+999999"]
)
def test_refuses_a_part_of_a_unit_and_what_nobody_orders(quantity: str) -> None:
    assert lines_of(drafts.Line(1, "A", Decimal(quantity))) == Refused(
        "line.bad_quantity", {"line_no": 1, "quantity": quantity}
    )
