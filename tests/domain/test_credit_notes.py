"""A credit note takes back what earlier orders of its customer still have open, whole lines or nothing."""

import datetime as dt
from decimal import Decimal

import msgspec
from hypothesis import given
from hypothesis import strategies as st

from orderloom.domain import credit_notes
from orderloom.domain.credit_notes import CreditLine, Match, OpenLine
from orderloom.domain.mappings import drafts

NOON = dt.datetime(2011, 3, 1, 12, tzinfo=dt.UTC)


def open_line(order: str, sku: str, quantity: int, *, days: int, price: str = "2.55", line_no: int = 1) -> OpenLine:
    return OpenLine(order, line_no, sku, Decimal(price), Decimal(quantity), NOON - dt.timedelta(days=days))


def credit(sku: str, quantity: int, *, price: str = "2.55", row: int = 0) -> CreditLine:
    return CreditLine(sku, Decimal(price), Decimal(quantity), row)


def test_prefers_the_latest_earlier_order() -> None:
    earlier = [open_line("1", "A", 6, days=9), open_line("2", "A", 6, days=2), open_line("3", "A", 6, days=-1)]
    assert credit_notes.match([credit("A", 4)], earlier=earlier, at=NOON).matches == [Match("2", 1, Decimal(4), 0)]


def test_prefers_the_one_order_that_covers_the_whole_note() -> None:
    earlier = [
        open_line("1", "A", 6, days=9),
        open_line("1", "B", 6, days=9, line_no=2),
        open_line("2", "A", 6, days=2),
    ]
    result = credit_notes.match([credit("A", 1), credit("B", 1, row=1)], earlier=earlier, at=NOON)
    assert [match.external_no for match in result.matches] == ["1", "1"]


def test_spreads_a_line_over_several_orders_when_one_is_not_enough() -> None:
    earlier = [open_line("1", "A", 6, days=9), open_line("2", "A", 5, days=2)]
    assert credit_notes.match([credit("A", 8)], earlier=earlier, at=NOON).matches == [
        Match("2", 1, Decimal(5), 0),
        Match("1", 1, Decimal(3), 0),
    ]


def test_says_why_a_line_finds_nothing() -> None:
    earlier = [open_line("1", "A", 6, days=9), open_line("1", "B", 6, days=9, price="1.00", line_no=2)]
    result = credit_notes.match([credit("A", 7), credit("B", 1), credit("C", 1)], earlier=earlier, at=NOON)
    assert result.matches == []
    assert [each.code for each in result.unmatched] == [
        "order.credit_exceeds_open",
        "order.credit_price_differs",
        "order.credit_unknown_sku",
    ]


def test_a_line_that_is_not_covered_leaves_its_units_to_the_next() -> None:
    result = credit_notes.match(
        [credit("A", 7), credit("A", 6, row=1)], earlier=[open_line("1", "A", 6, days=9)], at=NOON
    )
    assert result.matches == [Match("1", 1, Decimal(6), 1)]


def test_takes_back_only_the_named_order() -> None:
    earlier = [open_line("1", "A", 6, days=9), open_line("2", "A", 6, days=2)]
    result = credit_notes.match([credit("A", 4)], earlier=earlier, at=NOON, named="1")
    assert [match.external_no for match in result.matches] == ["1"]


def test_a_note_without_customer_or_order_takes_nothing_back() -> None:
    lines = [drafts.Line(1, "A", Decimal(4), price=Decimal("2.55"))]
    note = drafts.Draft("C1", intent="credit_note", lines=lines, placed_at=NOON)
    earlier = [open_line("1", "A", 6, days=9)]
    result = credit_notes.lay(note, earlier=earlier, at=NOON)
    assert (result.matches, [each.code for each in result.unmatched]) == ([], ["order.credit_no_customer"])
    named = credit_notes.lay(msgspec.structs.replace(note, cancels="1"), earlier=earlier, at=NOON)
    assert named.matches == [Match("1", 1, Decimal(4), 0)]


def test_takes_back_part_of_an_orders_freight() -> None:
    freight = OpenLine("1", credit_notes.FREIGHT_LINE_NO, credit_notes.FREIGHT, Decimal(1), Decimal("18.00"), NOON)
    note = [CreditLine(credit_notes.FREIGHT, Decimal(1), Decimal("4.50"))]
    assert credit_notes.match(note, earlier=[freight], at=NOON).matches == [Match("1", 0, Decimal("4.50"), None)]


@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.integers(1, 9)), max_size=6),
    st.lists(st.tuples(st.sampled_from("12345"), st.sampled_from("AB"), st.integers(0, 9)), max_size=8),
)
def test_never_takes_more_than_is_open_and_every_line_ends_in_one_place(
    note: list[tuple[str, int]], orders: list[tuple[str, str, int]]
) -> None:
    earlier = [
        open_line(no, sku, quantity, days=int(no), line_no=at) for at, (no, sku, quantity) in enumerate(orders, 1)
    ]
    lines = [credit(sku, quantity, row=row) for row, (sku, quantity) in enumerate(note)]
    result = credit_notes.match(lines, earlier=earlier, at=NOON)
    for each in earlier:
        taken = [m.quantity for m in result.matches if (m.external_no, m.line_no) == (each.external_no, each.line_no)]
        assert sum(taken, Decimal(0)) <= each.quantity
    for row, line in enumerate(lines):
        matched = sum((match.quantity for match in result.matches if match.row == row), Decimal(0))
        unmatched = [each for each in result.unmatched if each.line.row == row]
        assert (matched, len(unmatched)) in ((line.quantity, 0), (Decimal(0), 1))
