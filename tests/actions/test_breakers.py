import datetime as dt
from typing import Any

import pytest
from tests import company, relaying

from orderloom.actions import breakers, orders, reference, timers
from orderloom.actions.hub import Hub
from orderloom.domain.breakers import Breaker, Failure, Stop
from orderloom.domain.warehouses import Rate
from orderloom.kit.refusals import Refused

NOW = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def house(hub: Hub) -> Hub:
    company.tiny(hub, now=NOW)
    return hub


def tripped(hub: Hub, kind: Any, name: str, *, until: dt.datetime | None = None) -> Breaker:
    made = breakers.trip(hub, Stop(kind, name, "连续投诉", "quality", until), actor="Wu", now=NOW)
    assert isinstance(made, Breaker)
    return made


def rows(hub: Hub, text: str) -> list[tuple[Any, ...]]:
    with hub.database.workspace(hub.workspace) as connection:
        return connection.execute(text).fetchall()  # type: ignore[call-overload]


@pytest.mark.parametrize(("kind", "name"), [("customer", "C1"), ("sku", "JERKY"), ("channel", "web")])
def test_an_order_of_what_is_stopped_is_held_until_it_is_lifted(house: Hub, kind: str, name: str) -> None:
    made = tripped(house, kind, name)
    [outcome] = company.place(house, company.draft("B-1", now=NOW), now=NOW)
    assert outcome.holds == ["breaker.open"] and outcome.stage == "received"
    lifted = breakers.lift(house, made.breaker_id, actor="Wu", now=NOW + HOUR)
    assert isinstance(lifted, Breaker) and lifted.lifted_by == "Wu"
    assert timers.fire(house, now=NOW + HOUR) >= 1
    assert rows(house, "select held, stage from orders") == [(False, "allocated")]
    told = rows(house, "select payload->>'code', payload->>'owner' from outbox where topic = 'notice' "
                "and payload->>'code' like 'breaker.%' order by outbox_id")  # fmt: skip
    assert told == [("breaker.tripped", "quality"), ("breaker.lifted", "quality")]
    assert rows(house, "select what, actor from audit where what like 'breaker.%' order by audit_id") == [
        ("breaker.tripped", "Wu"), ("breaker.lifted", "Wu")]  # fmt: skip


def test_others_go_their_way(house: Hub) -> None:
    tripped(house, "customer", "C2")
    [outcome] = company.place(house, company.draft("B-2", now=NOW), now=NOW)
    assert outcome.holds == [] and outcome.stage == "allocated"


def test_a_breaker_ends_by_itself_and_frees_what_it_held(house: Hub) -> None:
    tripped(house, "customer", "C1", until=NOW + HOUR)
    company.place(house, company.draft("B-3", now=NOW), now=NOW)
    assert breakers.fire(house, now=NOW + HOUR - dt.timedelta(seconds=1)) == 0
    assert breakers.fire(house, now=NOW + HOUR) == 1
    timers.fire(house, now=NOW + HOUR)
    assert rows(house, "select held from orders") == [(False,)]
    assert rows(house, "select lifted_by from breakers") == [("hub",)]


def test_an_order_that_slipped_in_while_it_was_lifted_is_found_by_the_sweep(house: Hub) -> None:
    made = tripped(house, "customer", "C1")
    breakers.lift(house, made.breaker_id, actor="Wu", now=NOW)
    again = tripped(house, "customer", "C1")
    company.place(house, company.draft("B-4", now=NOW), now=NOW)
    # As if the order's batch had read the breaker before it was lifted, and was saved after.
    rows(house, f"update breakers set lifted_at = '{NOW}' where breaker_id = '{again.breaker_id}' returning 1")
    reference.enter_settings(house, {"locale": "zh-CN"}, actor="test", now=NOW)
    assert breakers.fire(house, now=NOW + HOUR) == 1
    timers.fire(house, now=NOW + HOUR)
    assert rows(house, "select held from orders") == [(False,)]


def test_a_person_may_let_an_order_pass_a_breaker(house: Hub) -> None:
    tripped(house, "customer", "C1")
    [outcome] = company.place(house, company.draft("B-5", now=NOW), now=NOW)
    assert outcome.order_id is not None
    passed = orders.release(
        house, outcome.order_id, code="breaker.open", reason="已核实", origin=company.origin(), now=NOW
    )
    assert passed.holds == [] and passed.stage == "allocated"


def test_a_stopped_carrier_is_not_chosen(house: Hub) -> None:
    dearer = [Rate("YTO", "standard", warehouse, "江苏省", 1000, 9000, 1000, 900) for warehouse in company.WAREHOUSES]
    reference.enter_lanes(house, rates=dearer, actor="test", now=NOW)
    company.place(house, company.draft("B-6", now=NOW), now=NOW)
    tripped(house, "carrier", "SF")
    company.place(house, company.draft("B-7", now=NOW), now=NOW)
    tripped(house, "carrier", "YTO")
    company.place(house, company.draft("B-8", now=NOW), now=NOW)
    assert rows(house, "select carrier from shipments order by shipment_no") == [("SF",), ("YTO",), ("",)]


def test_is_tripped_once_and_needs_a_reason(house: Hub) -> None:
    tripped(house, "sku", "HOOK")
    twice = breakers.trip(house, Stop("sku", "HOOK", "again"), actor="Wu", now=NOW)
    assert isinstance(twice, Refused) and twice.code == "breaker.open_already"
    for reason, until in (("", None), ("x", NOW)):
        bad = breakers.trip(house, Stop("sku", "JERKY", reason, until=until), actor="Wu", now=NOW)
        assert isinstance(bad, Refused) and bad.code == "breaker.bad"


def test_trips_by_itself_at_the_count_within_the_window(house: Hub) -> None:
    rule = {
        "what": "waybill.failed",
        "kind": "carrier",
        "count": 5,
        "minutes": 10,
        "stop_minutes": 60,
        "owner": "shipping",
    }
    reference.enter_settings(house, {"breaker_rules": [rule]}, actor="test", now=NOW)
    failure = Failure("waybill.failed", "carrier", "SF")
    early = [failure, Failure("waybill.failed", "carrier", "YTO"), Failure("other", "carrier", "SF")]
    assert breakers.note(house, early * 4, now=NOW) == []
    late = NOW + dt.timedelta(minutes=10)  # The four before are out of the window now.
    assert breakers.note(house, [failure] * 4, now=late) == []
    [made] = breakers.note(house, [failure], now=late + dt.timedelta(minutes=1))
    assert (made.kind, made.name, made.owner) == ("carrier", "SF", "shipping")
    assert made.until == late + dt.timedelta(minutes=61)
    assert breakers.note(house, [failure], now=late + dt.timedelta(minutes=2)) == []
    assert rows(house, "select count(*) from failures where what = 'other'") == [(0,)]


def test_events_of_orders_trip_what_a_rule_counts_and_what_is_long_past_does_not(house: Hub) -> None:
    rule = {"what": "order.cancelled", "kind": "customer", "count": 2, "minutes": 60, "owner": "sales"}
    reference.enter_settings(house, {"breaker_rules": [rule]}, actor="test", now=NOW)

    def cancelled(number: int, at: dt.datetime) -> None:
        [outcome] = company.place(house, company.draft(f"X-{number}", now=at), now=at)
        assert outcome.order_id is not None
        orders.cancel(house, [outcome.order_id], reason="不要了", origin=company.origin(), now=at)

    cancelled(1, NOW)
    cancelled(2, NOW)
    relaying.follow(house, now=NOW + 2 * HOUR)
    assert rows(house, "select * from breakers") == []
    late = NOW + 2 * HOUR
    cancelled(3, late)
    cancelled(4, late)
    relaying.follow(house, now=late)
    assert rows(house, "select kind, name, owner, tripped_by from breakers") == [("customer", "C1", "sales", "hub")]
    [held] = company.place(house, company.draft("X-5", now=late), now=late)
    assert held.holds == ["breaker.open"]
