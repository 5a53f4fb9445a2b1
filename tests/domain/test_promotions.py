"""Promotions to the cent: the cases of the companies, stacking and exclusion, and what is said of each offer (V-3)."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.domain import prices, promotions
from orderloom.domain.orders import state

CATEGORIES = {"BEEF": "肉干", "PORK": "肉干", "TEA": "饮料"}


def line(line_no: int, sku: str, quantity: int, amount_minor: int, **more: Any) -> state.Line:
    return state.Line(line_no, sku, quantity, amount_minor=amount_minor, **more)


def offer(kind: str, **more: Any) -> dict[str, Any]:
    return {"promotion": kind, "rule": f"price#{kind}", "kind": kind, "priority": 10, "payer": "merchant",
            "stackable": True, "exclusive_group": None, **more}  # fmt: skip


def apply(lines: list[state.Line], *offers: dict[str, Any]) -> promotions.Priced:
    return promotions.apply(lines, offers, currency="CNY", categories=CATEGORIES)


def off(priced: promotions.Priced) -> dict[int, int]:
    sums: dict[int, int] = {}
    for discount in priced.discounts:
        sums[discount.line_no] = sums.get(discount.line_no, 0) + discount.minor
    return sums


def codes(priced: promotions.Priced) -> list[str]:
    return [entry["code"] for entry in priced.why]


FULL_300 = offer("amount_off", threshold=300, off=50, repeat=True)


@pytest.mark.parametrize(
    ("due_minor", "off_minor"),
    [(29_999, 0), (30_000, 5_000), (59_999, 5_000), (60_000, 10_000), (300_000, 50_000)],
)
def test_full_300_less_50_takes_50_off_each_full_300(due_minor: int, off_minor: int):
    """每满300减50。"""
    assert sum(off(apply([line(1, "TEA", 1, due_minor)], FULL_300)).values()) == off_minor


def test_full_300_less_50_without_repeat_is_taken_once():
    """满300减50。"""
    once = offer("amount_off", threshold=300, off=50, repeat=False)
    assert off(apply([line(1, "TEA", 1, 90_000)], once)) == {1: 5_000}


def test_a_threshold_that_is_short_says_by_how_much_in_both_languages():
    priced = apply([line(1, "TEA", 1, 28_750)], FULL_300)
    assert priced.why == [
        {"promotion": "amount_off", "rule": "price#amount_off", "code": "threshold_short", "short_minor": 1_250}
    ]
    words = promotions.explain(priced.why[0], currency="CNY")
    assert words == state.Text("amount_off：还差 12.50 CNY", "amount_off: 12.50 CNY short of the threshold")


def test_a_discount_is_spread_over_the_lines_to_the_cent():
    priced = apply([line(1, "TEA", 1, 10_000), line(2, "BEEF", 1, 10_000), line(3, "PORK", 1, 10_000)], FULL_300)
    assert off(priced) == {1: 1_667, 2: 1_667, 3: 1_666}


def test_second_half_price_halves_every_second_piece_of_a_sku():
    """第二件半价。"""
    half = offer("nth_half", nth=2, off=50)
    assert off(apply([line(1, "BEEF", 1, 999)], half)) == {}
    assert off(apply([line(1, "BEEF", 2, 1_998)], half)) == {1: 500}
    assert off(apply([line(1, "BEEF", 5, 5_000)], half)) == {1: 1_000}
    assert off(apply([line(1, "BEEF", 1, 999), line(2, "PORK", 1, 999)], half)) == {}


def test_second_half_price_over_a_scope_halves_the_cheapest():
    """第二件半价，按类目。"""
    half = offer("nth_half", nth=2, off=50, per="scope", category="肉干")
    priced = apply([line(1, "BEEF", 1, 3_000), line(2, "PORK", 1, 2_000), line(3, "TEA", 1, 100)], half)
    assert off(priced) == {2: 1_000}


def test_second_half_price_counts_the_pieces_the_customer_bought():
    """第二箱半价。"""
    boxes = line(1, "TEA", 24, 20_000, unit="箱", unit_quantity=Decimal(2))
    assert off(apply([boxes], offer("nth_half", nth=2, off=50))) == {1: 5_000}


def test_an_offer_on_a_category_leaves_the_other_lines_alone():
    ten = offer("percent_off", off=10, category="肉干")
    assert off(apply([line(1, "BEEF", 1, 1_005), line(2, "TEA", 1, 1_000)], ten)) == {1: 101}


def test_twenty_percent_off_rounds_half_up():
    """八折。"""
    assert off(apply([line(1, "TEA", 1, 1_003)], offer("percent_off", off=20))) == {1: 201}
    assert off(apply([line(1, "TEA", 1, 1_002)], offer("percent_off", percent=12.5))) == {1: 125}


def test_a_gift_combo_adds_both_gifts_once_for_599():
    combo = offer("gift", threshold=599, gifts=[{"sku": "A01"}, {"sku": "A02", "quantity": 2}])
    priced = apply([line(1, "TEA", 1, 60_000)], combo)
    assert [(gift.line_no, gift.sku, gift.quantity, gift.gift, gift.amount_minor) for gift in priced.gifts] == [
        (2, "A01", 1, True, 0),
        (3, "A02", 2, True, 0),
    ]
    assert promotions.explain(priced.why[0], currency="CNY").zh == "gift：赠 A01 × 1、A02 × 2"
    assert apply([line(1, "TEA", 1, 59_899)], combo).gifts == []


def test_a_gift_for_each_full_threshold():
    each = offer("gift", threshold=100, gift_sku="CUP", gift_quantity=1, repeat=True)
    assert [gift.quantity for gift in apply([line(1, "TEA", 1, 35_000)], each).gifts] == [3]


def test_buy_two_get_one():
    free = offer("gift", threshold_quantity=2, repeat=True, gift_sku="BEEF", gift_quantity=1, skus=["BEEF"])
    (gift,) = apply([line(1, "TEA", 9, 900), line(2, "BEEF", 5, 5_000)], free).gifts
    assert (gift.sku, gift.quantity, gift.gift_of) == ("BEEF", 2, 2)


def test_pricing_again_adds_no_second_gift_and_corrects_the_first():
    each = offer("gift", threshold=100, gift_sku="CUP", gift_quantity=1, repeat=True)
    lines = [line(1, "TEA", 1, 30_000)]
    lines += apply(lines, each).gifts
    again = apply(lines, each)
    assert [(gift.line_no, gift.quantity) for gift in again.gifts] == [(2, 3)]
    assert again.gifts_gone == []
    cheaper = [line(1, "TEA", 1, 20_000), lines[1]]
    assert [(gift.line_no, gift.quantity) for gift in apply(cheaper, each).gifts] == [(2, 2)]
    too_cheap = [line(1, "TEA", 1, 9_000), lines[1]]
    assert apply(too_cheap, each).gifts_gone == [2]


def test_a_gift_that_came_with_the_order_is_not_sent_twice():
    each = offer("gift", gift_sku="CUP", gift_quantity=1)
    came = [line(1, "TEA", 1, 30_000), line(2, "CUP", 1, 0, gift=True)]
    assert apply(came, each).gifts == []


def test_a_set_for_a_price_takes_off_what_the_pieces_cost_more():
    together = offer("combo", skus=["BEEF", "TEA"], combo_price=25)
    priced = apply([line(1, "BEEF", 3, 6_000), line(2, "TEA", 2, 2_000), line(3, "PORK", 1, 500)], together)
    assert sum(off(priced).values()) == 2 * (2_000 + 1_000 - 2_500)
    assert off(priced) == {1: 667, 2: 333}
    lacking = apply([line(1, "BEEF", 3, 6_000)], together)
    assert (lacking.why[0]["code"], lacking.why[0]["sku"]) == ("combo_incomplete", "TEA")


def test_a_set_dearer_than_its_pieces_changes_nothing():
    assert codes(apply([line(1, "BEEF", 1, 100)], offer("combo", skus=["BEEF"], combo_price=2))) == ["no_gain"]


def test_a_fixed_price_never_raises_a_price():
    flash = offer("fixed_price", price=9.9, skus=["BEEF", "TEA"])
    assert off(apply([line(1, "BEEF", 2, 4_000), line(2, "TEA", 1, 500)], flash)) == {1: 2_020}


def test_a_coupon_is_taken_once_and_never_below_zero():
    coupon = offer("coupon", off=20, repeat=True)
    assert off(apply([line(1, "TEA", 1, 9_000)], coupon)) == {1: 2_000}
    assert off(apply([line(1, "TEA", 1, 1_500)], coupon)) == {1: 1_500}


def test_later_offers_see_what_the_earlier_left():
    priced = apply([line(1, "TEA", 1, 32_000)], offer("percent_off", off=10), FULL_300)
    assert [entry["code"] for entry in priced.why] == ["applied", "threshold_short"]
    assert priced.why[1]["short_minor"] == 30_000 - 28_800


def test_the_smaller_priority_goes_first():
    priced = apply([line(1, "TEA", 1, 32_000)], offer("percent_off", off=10), {**FULL_300, "priority": 1})
    assert off(priced) == {1: 5_000 + 2_700}


def test_an_offer_that_is_not_stackable_stands_alone_when_it_is_better():
    alone = offer("percent_off", off=50, stackable=False)
    priced = apply([line(1, "TEA", 1, 30_000)], FULL_300, alone)
    assert off(priced) == {1: 15_000}
    assert priced.why[0]["by"] == "percent_off"


def test_stackable_offers_together_beat_a_lesser_one_that_stands_alone():
    alone = offer("percent_off", off=20, stackable=False)
    small = {**offer("coupon", off=30), "promotion": "coupon-30"}
    assert sum(off(apply([line(1, "TEA", 1, 30_000)], FULL_300, small, alone)).values()) == 8_000


def test_priority_decides_before_the_amount():
    alone = offer("percent_off", off=50, stackable=False)
    priced = apply([line(1, "TEA", 1, 30_000)], {**FULL_300, "priority": 1}, alone)
    assert off(priced) == {1: 5_000}


def test_offers_on_different_lines_do_not_keep_each_other_out():
    meat = offer("percent_off", off=10, category="肉干", stackable=False)
    tea = {**offer("percent_off", off=20, skus=["TEA"], stackable=False), "promotion": "tea"}
    assert off(apply([line(1, "BEEF", 1, 1_000), line(2, "TEA", 1, 1_000)], meat, tea)) == {1: 100, 2: 200}


def test_of_an_exclusive_group_the_best_stands():
    tiers = [
        {**offer("amount_off", threshold=300, off=50), "promotion": "300-50", "exclusive_group": "满减"},
        {**offer("amount_off", threshold=600, off=120), "promotion": "600-120", "exclusive_group": "满减"},
    ]
    assert off(apply([line(1, "TEA", 1, 70_000)], *tiers)) == {1: 12_000}
    priced = apply([line(1, "TEA", 1, 40_000)], *tiers)
    assert off(priced) == {1: 5_000}
    assert codes(priced) == ["applied", "threshold_short"]


def test_an_offer_that_comes_to_nothing_makes_room_for_the_one_it_kept_out():
    first = {**offer("percent_off", off=10), "promotion": "vip", "priority": 1}
    group = [
        {**FULL_300, "promotion": "300-50", "exclusive_group": "满减", "priority": 2},
        {**offer("coupon", off=5), "promotion": "coupon-5", "exclusive_group": "满减", "priority": 2},
    ]
    priced = apply([line(1, "TEA", 1, 31_000)], first, *group)
    assert codes(priced) == ["applied", "threshold_short", "applied"]
    assert off(priced) == {1: 3_100 + 500}


def test_each_discount_names_who_pays_it_and_the_rule():
    (discount,) = apply([line(1, "TEA", 1, 30_000)], {**FULL_300, "payer": "platform"}).discounts
    assert (discount.payer, discount.rule, discount.line_no) == ("platform", "price#amount_off", 1)


def test_amounts_may_stand_in_minor_units():
    assert off(apply([line(1, "TEA", 1, 30_000)], offer("amount_off", threshold_minor=30_000, off_minor=5_000)))
    yen = promotions.apply([line(1, "TEA", 1, 300)], [FULL_300], currency="JPY", categories={})
    assert off(yen) == {1: 50}


@pytest.mark.parametrize(
    "broken",
    [
        {},
        {"kind": "lottery"},
        {"kind": "amount_off"},
        {"kind": "amount_off", "off": -5},
        {"kind": "percent_off", "off": "x"},
        {"kind": "percent_off", "off": float("nan")},
        {"kind": "nth_half", "nth": 0, "off": 50},
        {"kind": "gift"},
        {"kind": "gift", "gifts": [None, 3, {"sku": None}]},
        {"kind": "combo", "skus": []},
        {"kind": "fixed_price"},
        {"kind": "combo", "skus": {"TEA": 0}},
        {"kind": "coupon", "off": 10**40},
        {"kind": "amount_off", "off": 5, "skus": ["NONE"]},
        {"kind": "nth_half", "nth": "second"},
        {"kind": "combo", "skus": ["TEA"], "combo_price": "?"},
    ],
)
def test_a_broken_offer_says_so_and_takes_nothing_off(broken: dict[str, Any]):
    priced = apply([line(1, "TEA", 1, 30_000)], {"promotion": "broken", **broken})
    assert priced.discounts == []
    assert codes(priced)[0] != "applied"
    assert promotions.explain(priced.why[0], currency="CNY").zh.startswith("broken：")


def test_lines_that_cost_nothing_or_less_take_no_part():
    odd = [line(1, "TEA", -3, -500), line(2, "TEA", 1, 0), line(3, "TEA", 0, 100), line(4, "TEA", 1, 30_000)]
    assert off(apply(odd, FULL_300)) == {4: 5_000}
    assert apply([], FULL_300).discounts == []


def test_what_offers_say_is_bounded():
    priced = apply([line(1, "TEA", 1, 30_000)], *[offer("coupon", off=1) for _ in range(200)])
    assert codes(priced).count("too_many") == 140


NUMBERS = st.integers(-5, 100_000) | st.floats(allow_nan=True) | st.none() | st.decimals(allow_nan=True)
LINES = st.lists(
    st.builds(
        state.Line,
        line_no=st.integers(1, 50),
        sku=st.sampled_from(["BEEF", "PORK", "TEA"]),
        quantity=st.integers(-2, 9),
        amount_minor=st.integers(-100, 90_000),
        unit_quantity=st.none() | st.decimals(0, 9, places=2),
        gift=st.booleans(),
    ),
    max_size=6,
    unique_by=lambda each: each.line_no,
)
OFFERS = st.lists(
    st.fixed_dictionaries(
        {
            "promotion": st.sampled_from("abcdef"),
            "kind": st.sampled_from(
                ["amount_off", "percent_off", "nth_half", "gift", "combo", "fixed_price", "coupon", "odd"]
            ),
        },
        optional={
            "priority": st.integers(1, 3),
            "stackable": st.booleans(),
            "exclusive_group": st.sampled_from(["g", "h", "", None]),
            "threshold": NUMBERS,
            "threshold_quantity": st.integers(-1, 9),
            "off": NUMBERS,
            "off_minor": st.integers(0, 50_000),
            "repeat": st.booleans(),
            "nth": st.integers(-1, 4),
            "per": st.sampled_from(["sku", "scope"]),
            "combo_price": NUMBERS,
            "price": NUMBERS,
            "gift_sku": st.sampled_from(["CUP", "TEA"]),
            "gift_quantity": NUMBERS,
            "skus": st.lists(st.sampled_from(["BEEF", "PORK", "TEA"]), max_size=3) | st.none() | st.just("TEA"),
            "category": st.sampled_from(["肉干", None]),
            "times_max": st.integers(-1, 3),
        },
    ),
    max_size=7,
)


@given(lines=LINES, answers=OFFERS)
def test_money_stays_whole_and_no_line_goes_below_zero(lines: list[state.Line], answers: list[dict[str, Any]]):
    priced = promotions.apply(lines, answers, currency="CNY", categories=CATEGORIES)
    amounts = {each.line_no: each.amount_minor for each in lines}
    assert all(discount.minor > 0 for discount in priced.discounts)
    assert all(minor <= amounts[line_no] for line_no, minor in off(priced).items())
    applied = sum(entry.get("off_minor", 0) for entry in priced.why)
    assert applied == sum(discount.minor for discount in priced.discounts)
    assert len(priced.why) == len(answers)
    for entry in priced.why:
        assert promotions.explain(entry, currency="CNY").en
    total = prices.totals(lines, priced.discounts, freight_minor=1_000, gifts=priced.gifts)
    assert total.total_minor == sum(amounts.values()) - applied + 1_000


@given(lines=LINES, answers=OFFERS, seed=st.randoms(use_true_random=False))
def test_the_order_in_which_rules_answer_changes_no_discount(
    lines: list[state.Line], answers: list[dict[str, Any]], seed
):
    named = [{**answer, "promotion": f"p{n}"} for n, answer in enumerate(answers)]
    shuffled = list(named)
    seed.shuffle(shuffled)
    one = promotions.apply(lines, named, currency="CNY", categories=CATEGORIES)
    other = promotions.apply(lines, shuffled, currency="CNY", categories=CATEGORIES)
    assert sorted((d.promotion, d.line_no, d.minor) for d in one.discounts) == sorted(
        (d.promotion, d.line_no, d.minor) for d in other.discounts
    )


@given(lines=LINES, answers=OFFERS)
def test_offers_that_must_not_meet_do_not_meet(lines: list[state.Line], answers: list[dict[str, Any]]):
    named = [{**answer, "promotion": f"p{n}"} for n, answer in enumerate(answers)]
    priced = promotions.apply(lines, named, currency="CNY", categories=CATEGORIES)
    stands = [terms for terms, entry in zip(named, priced.why, strict=True) if entry["code"] == "applied"]
    groups = [terms["exclusive_group"] for terms in stands if terms.get("exclusive_group")]
    assert len(groups) == len(set(groups))
    lines_of = {
        terms["promotion"]: {d.line_no for d in priced.discounts if d.promotion == terms["promotion"]}
        for terms in stands
    }
    for terms in stands:
        if terms.get("stackable") is False:
            for other in stands:
                assert other is terms or not lines_of[terms["promotion"]] & lines_of[other["promotion"]]


def test_what_was_read_of_an_offer_once_is_read_of_another_that_says_otherwise():
    """Offers are read once an object: one that takes the place of another in memory says its own."""
    for percent in range(1, 101):
        priced = apply([line(1, "TEA", 1, 10_000)], offer("percent_off", percent=percent))
        assert off(priced) == {1: percent * 100}


@pytest.mark.parametrize("currency", ["CNY", "JPY", "KWD"])
def test_an_offer_read_for_one_currency_is_worked_out_in_each(currency: str):
    lines = [line(1, "TEA", 1, 1_000_000)]
    taken = promotions.apply(lines, [FULL_300], currency=currency, categories={}).discounts
    assert sum(each.minor for each in taken) == {"CNY": 165_000, "JPY": 166_650, "KWD": 150_000}[currency]
