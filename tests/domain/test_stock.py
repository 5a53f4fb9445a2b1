"""Lots at release: first expired first out, else first in first out; what has expired is never sent."""

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from orderloom.domain import stock

TODAY = dt.date(2026, 2, 18)


def _lot(name: str, on_hand: int, *, expires: int | None = None, made: int = 0, reserved: int = 0) -> stock.Lot:
    return stock.Lot(
        "JERKY", "suzhou", name, "A-01", on_hand, reserved,
        manufactured_on=TODAY + dt.timedelta(days=made),
        expires_on=None if expires is None else TODAY + dt.timedelta(days=expires),
    )  # fmt: skip


def _choose(lots: list[stock.Lot], quantity: int, *, fefo: bool = True) -> tuple[list[tuple[str, int]], int]:
    picks, left = stock.choose_lots(lots=lots, line_no=1, quantity=quantity, fefo=fefo, on=TODAY)
    return [(pick.lot, pick.quantity) for pick in picks], left


def test_what_expires_first_goes_first():
    lots = [_lot("late", 10, expires=90), _lot("soon", 10, expires=30), _lot("never", 10)]
    assert _choose(lots, 15) == ([("soon", 10), ("late", 5)], 0)


def test_without_expiry_what_was_made_first_goes_first():
    lots = [_lot("new", 10, made=-1), _lot("old", 10, made=-9)]
    assert _choose(lots, 12, fefo=False) == ([("old", 10), ("new", 2)], 0)


def test_what_has_expired_is_never_sent():
    lots = [_lot("gone", 10, expires=0), _lot("good", 3, expires=1)]
    assert _choose(lots, 5) == ([("good", 3)], 2)


def test_what_is_promised_to_others_stays():
    assert _choose([_lot("L", 10, reserved=8)], 5) == ([("L", 2)], 3)


@given(
    st.lists(st.tuples(st.integers(0, 20), st.integers(0, 20), st.integers(-5, 50)), max_size=8),
    st.integers(1, 60),
    st.booleans(),
)
def test_never_more_than_a_lot_has_free(drawn, quantity, fefo):
    lots = [_lot(str(i), free + held, reserved=held, expires=days) for i, (free, held, days) in enumerate(drawn)]
    picks, left = stock.choose_lots(lots=lots, line_no=1, quantity=quantity, fefo=fefo, on=TODAY)
    free = {lot.lot: lot.available for lot in lots if lot.expires_on > TODAY}
    assert sum(pick.quantity for pick in picks) + left == quantity
    assert all(0 < pick.quantity <= free[pick.lot] for pick in picks)
    assert left == max(0, quantity - sum(free.values()))
