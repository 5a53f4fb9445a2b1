"""The home brand and its sister: the pack comes into force in one revision, and its rules are at work on orders."""

import datetime as dt
import uuid

import pytest
from tests import company
from tests.world import opened, placing

from orderloom.actions import approvals, reference, stock, timers
from orderloom.actions.hub import Hub
from orderloom.domain.approvals import Person
from orderloom.domain.orders import state
from orderloom.domain.stock import StockAdjusted
from orderloom.domain.warehouses import Warehouse
from orderloom.outbox import drain
from orderloom.outbox.senders import SENDERS

MINUTES = dt.timedelta(minutes=1)
SIZE = {"width_mm": 2600, "height_mm": 2500}
CHENGDU = ("四川省", "成都市", "武侯区", "510107")


@pytest.fixture
def house(hub: Hub, now: dt.datetime) -> Hub:
    """Two front warehouses, each serving its own provinces."""
    opened.company_of(hub, "jiaju", now=now)
    front = [
        Warehouse(
            "suzhou", "苏州仓", 120.585316, 31.298886, province="江苏省", calendar="every_day", regions=["江苏省"]
        ),
        Warehouse(
            "chengdu", "成都仓", 104.066541, 30.572269, province="四川省", calendar="every_day", regions=["四川省"]
        ),
    ]
    reference.enter(hub, warehouses=front, actor="test", now=now)
    return hub


def fired(hub: Hub, *, now: dt.datetime) -> None:
    """Let everything go on that has come due."""
    while timers.fire(hub, now=now) or drain.drain(hub, SENDERS, outside=False, now=now):
        pass


def paid(number: str, *lines: tuple[str, int, str], now: dt.datetime, **fields: object) -> placing.drafts.Draft:
    """A paid order at the channel's price."""
    total = sum(quantity * int(price) for _, quantity, price in lines)
    return placing.draft(number, *lines, total=total, paid=total, paid_at=now, now=now, **fields)


def test_the_pack_is_in_force_in_one_revision(hub: Hub, now: dt.datetime) -> None:
    made = placing.applied(hub, "jiaju", now=now)
    assert [each.name for each in made.retired] == ["fast_lane_notice", "promotions"]


def test_warehouse_tasks_are_sent_by_themselves_and_urgent_orders_are_served_first(
    house: Hub, now: dt.datetime
) -> None:
    plain = paid("T-1", ("HOOK", 150, "20"), street="一号", now=now)
    hasty = paid(
        "T-2", ("HOOK", 150, "20"), street="二号", phone="13800138001", requested_at=now + 20 * 60 * MINUTES, now=now
    )
    first, second = placing.taken(house, plain, hasty, channel="home_tmall", now=now)
    assert (first.grade, second.grade) == ("ordinary", "urgent")
    assert sum(each.quantity for each in second.reservations) == 150
    assert sum(each.quantity for each in first.reservations) == 50
    assert all(each.released_at == now for each in second.shipments) and len(second.shipments) == 2
    assert first.stage == "backordered"
    company.stocked(house, [("HOOK", "suzhou", 200)], now=now)
    fired(house, now=now)
    after = opened.order(house, "T-1")
    assert after.holds == [] and all(each.released_at is not None for each in after.shipments)


def test_a_buyers_next_order_waits_half_an_hour_to_go_together(house: Hub, now: dt.datetime) -> None:
    one, two = (paid(each, ("HOOK", 1, "20"), street="人民路 8 号", now=now) for each in ("B-1", "B-2"))
    placing.taken(house, one, channel="home_tmall", now=now)
    placing.taken(house, two, channel="home_jd", now=now + MINUTES)
    after = opened.order(house, "B-2")
    assert [each.code for each in after.holds] == ["hold.merge_window"] and after.tags == ["合并发货"]
    assert [each.released_at for each in after.shipments] == [None]
    assert placing.figures(house, "merged", now=now) == {(): 1}
    fired(house, now=now + 30 * MINUTES)
    assert opened.holds(house, "B-2") == ["hold.merge_window"]
    fired(house, now=now + 31 * MINUTES)
    after = opened.order(house, "B-2")
    assert after.holds == [] and [each.released_at for each in after.shipments] == [now + 31 * MINUTES]


def test_the_baby_brand_ships_from_the_front_warehouse_of_the_province_only(house: Hub, now: dt.datetime) -> None:
    for number, to, warehouse in (("F-1", placing.SUZHOU, "suzhou"), ("F-2", CHENGDU, "chengdu")):
        made = paid(number, ("HOOK", 1, "20"), to=to, now=now)
        [order] = placing.taken(house, made, channel="baby_tmall", now=now)
        assert [each.warehouse for each in order.shipments] == [warehouse]
    baby, home = (paid(each, ("MOTOR", 60, "20"), street=each, phone=f"1380013800{place}", now=now)
                  for place, each in enumerate(("F-3", "F-4")))  # fmt: skip
    [baby_order] = placing.taken(house, baby, channel="baby_tmall", now=now)
    [home_order] = placing.taken(house, home, channel="home_tmall", now=now)
    assert {each.warehouse for each in baby_order.reservations} == {"suzhou"}
    assert {each.warehouse for each in home_order.reservations} <= {"suzhou", "chengdu"}
    assert sum(each.quantity for each in home_order.reservations) == 60


def test_what_is_in_production_dates_the_promise_of_what_is_short(house: Hub, now: dt.datetime) -> None:
    ready = now + dt.timedelta(days=9)
    booked = StockAdjusted(
        sku="MOTOR", warehouse="suzhou", quantity=300, pool="production", reason="排产", expected_at=ready
    )
    assert stock.adjust(house, [booked], actor="test", source="test", now=now) == [None]
    made = paid(
        "K-1", ("MOTOR", 250, "20"), kind="made_to_order", custom={"width_mm": 2600, "height_mm": 2500}, now=now
    )
    [order] = placing.taken(house, made, channel="home_tmall", now=now)
    assert order.promise is not None and order.promise.promised_at > ready
    assert order.stage == "backordered" and placing.figures(house, "in_production", now=now) == {("oem",): 1}


def test_a_large_custom_order_needs_the_shop_and_then_design_with_the_factory(house: Hub, now: dt.datetime) -> None:
    def approval() -> uuid.UUID:
        with house.database.workspace(house.workspace) as connection:
            [(found,)] = connection.execute("select approval_id from approvals").fetchall()
        return found

    made = paid(
        "G-1", ("MOTOR", 50, "600"), kind="made_to_order", custom={"width_mm": 2600, "height_mm": 2500}, now=now
    )
    [order] = placing.taken(house, made, channel="home_tmall", now=now)
    assert [each.code for each in order.holds] == ["hold.large_custom"]
    asked = approval()
    for name, role in (("店长", "shop_manager"), ("设计", "designer"), ("工厂", "factory")):
        assert opened.holds(house, "G-1") == ["hold.large_custom"], name
        done = approvals.decide(house, asked, person=Person(name, frozenset({role})), verdict="approve", now=now)
        assert isinstance(done, approvals.Decided), (name, done)
    fired(house, now=now)
    after: state.Order = opened.order(house, "G-1")
    assert after.holds == [] and all(each.released_at is not None for each in after.shipments) and after.shipments
    with house.database.workspace(house.workspace) as connection:
        [(votes,)] = connection.execute("select count(*) from log where kind = 'approval'").fetchall()
    assert votes >= 4, "asked, and three votes, each in the log"
