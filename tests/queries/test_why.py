"""Why an order is as it is: who decided each thing, on what values, and why not otherwise."""

import datetime as dt

import msgspec
import pytest
from tests import company

from orderloom.actions import reference
from orderloom.actions.hub import Hub
from orderloom.domain.warehouses import Rate
from orderloom.queries import decisions, viewer, why
from orderloom.queries.viewer import Viewer

ALL = viewer.everything("test")


@pytest.fixture
def house(hub: Hub, now: dt.datetime) -> Hub:
    """The tiny company."""
    company.tiny(hub, now=now)
    return hub


def _told(house: Hub, number: str, who: Viewer = ALL) -> list[decisions.Decision]:
    with house.database.workspace(house.workspace) as connection:
        found = why.tell(connection, viewer=who, reference=house.reference(connection), order_no=number)
    assert found is not None
    return found.decisions


def _one(told: list[decisions.Decision], point: str) -> decisions.Decision:
    return next(each for each in told if each.point == point)


def test_every_decision_of_an_order_is_told_in_both_languages(house: Hub, now: dt.datetime) -> None:
    [placed] = company.place(house, company.draft("a", now=now), now=now)
    told = _told(house, placed.order_no)
    assert {each.point for each in told} >= {"grade", "price", "freight", "source", "carrier", "promise"}
    assert all(each.zh and each.en and each.zh != each.en for each in told)
    for point in ("grade", "freight", "source", "carrier"):
        [row] = _one(told, point).because
        assert (row.version, bool(row.document), bool(row.row)) == (1, True, True), point


def test_the_price_is_told_line_by_line_with_each_promotion_that_did_not_apply(house: Hub, now: dt.datetime) -> None:
    [placed] = company.place(house, company.draft("a", lines=[("JERKY", 9)], now=now), now=now)
    price = _one(_told(house, placed.order_no), "price")
    assert "¥225.00" in price.parts[0].zh and "JERKY × 9" in price.parts[0].en
    by_name = {other.what: other for other in price.others}
    assert by_name["P01"].zh == "货款 goods 应为 >= 300，实际 ¥225.00，还差 ¥75.00"
    assert all(other.zh and other.en for other in price.others)
    unmet = [other for other in price.others if "应为" in other.zh]
    assert unmet, "promotions that were not even offered say which condition did not hold"


def test_the_source_names_every_other_warehouse_and_the_values_it_was_decided_on(house: Hub, now: dt.datetime) -> None:
    [placed] = company.place(house, company.draft("a", now=now), now=now)
    source = _one(_told(house, placed.order_no), "source")
    assert "suzhou" in source.zh
    assert {other.what for other in source.others} == {"chengdu"}
    assert source.others[0].zh == "超出配送半径"


def test_the_carrier_names_the_others_with_what_they_would_cost(house: Hub, now: dt.datetime) -> None:
    rates = [
        Rate("ZTO", "standard", "suzhou", "", 1000, 900, 1000, 100),
        Rate("EMS", "air", "chengdu", "", 1000, 1, 1, 1),
    ]
    reference.enter_lanes(house, rates=rates, actor="test", now=now)
    [placed] = company.place(house, company.draft("a", now=now), now=now)
    carrier = _one(_told(house, placed.order_no), "carrier")
    others = {other.what: other.en for other in carrier.others}
    assert others["EMS air"] == "has no contract rate for the lane"
    assert any("less" in text or "more" in text for text in others.values())


def test_a_hold_is_told_with_the_value_that_met_its_condition(house: Hub, now: dt.datetime) -> None:
    [placed] = company.place(house, company.draft("a", lines=[("MOTOR", 250)], now=now), now=now)
    held = _one(_told(house, placed.order_no), "hold")
    [row] = held.because
    assert (row.document, row.row) == ("holding", "short_stock")
    assert [(one.path, one.seen, one.held) for one in row.conditions if one.path][:1] == [("stock.short", True, True)]


def test_a_rule_published_later_does_not_change_what_is_told(house: Hub, now: dt.datetime) -> None:
    [placed] = company.place(house, company.draft("a", now=now), now=now)
    before = msgspec.to_builtins(_told(house, placed.order_no))
    later = now + dt.timedelta(days=1)
    with house.database.workspace(house.workspace) as connection:
        connection.execute(
            "insert into documents (kind, name, version, content, published_at, revision) "
            "select kind, name, 2, json_build_object('point', 'grade', 'content', "
            "json_build_object('nodes', '[]'::json, 'edges', '[]'::json)), %s, revision + 1000 "
            "from documents where kind = 'rules' and name = 'grading'",
            [later],
        )
        connection.execute(
            "update documents set retired_at = %s where kind = 'rules' and name = 'freight_charged'", [later]
        )
    assert msgspec.to_builtins(_told(house, placed.order_no)) == before


def test_who_may_not_see_the_order_is_told_nothing(house: Hub, now: dt.datetime) -> None:
    [placed] = company.place(house, company.draft("a", now=now), channel="tmall", now=now)
    web = Viewer(name="web", verbs=frozenset(), channels=frozenset({"web"}))
    with house.database.workspace(house.workspace) as connection:
        now_in_force = house.reference(connection)
        assert why.tell(connection, viewer=web, reference=now_in_force, order_no=placed.order_no) is None
        assert why.tell(connection, viewer=ALL, reference=now_in_force, order_no="OL-0") is None
