"""Another carrier for what is still in the house: by hand, by the rule, and by the flow for what is not collected."""

import datetime as dt
from typing import Any

import pytest
from tests import company
from tests.actions.test_flows import order, prove, rows

from orderloom.actions import breakers, reference, shipments, shipped, timers
from orderloom.actions.documents import Publication
from orderloom.actions.documents import publish as publish_documents
from orderloom.actions.hub import Hub
from orderloom.deciding.work import Outcome
from orderloom.domain.breakers import Stop
from orderloom.domain.warehouses import Rate
from orderloom.outbox import drain
from orderloom.outbox.senders import SENDERS

DAY = dt.timedelta(hours=24)


@pytest.fixture
def house(hub: Hub, now: dt.datetime) -> Hub:
    company.tiny(hub, now=now)
    rates = [
        Rate(carrier, "standard", warehouse, "江苏省", 1000, price, 1000, 300)
        for carrier, price in (("SF", 1200), ("ZTO", 1900), ("YTO", 2500))
        for warehouse in company.WAREHOUSES
    ]
    reference.enter_lanes(hub, rates=rates, actor="test", now=now)
    return hub


def shipment(hub: Hub, placed: Outcome) -> Any:
    return order(hub, placed).shipments[0]


def packed(hub: Hub, external_no: str, now: dt.datetime) -> Outcome:
    [placed] = company.place(hub, company.draft(external_no, now=now), now=now)
    number = shipment(hub, placed).shipment_no
    [released] = shipments.release(hub, [number], origin=company.origin(), now=now)
    assert released.refused is None
    scan(hub, placed, "picked", now)
    scan(hub, placed, "packed", now)
    return placed


def scan(hub: Hub, placed: Outcome, stage: str, now: dt.datetime) -> None:
    said = shipments.Scan(shipment(hub, placed).shipment_no, stage, now, "li")
    [done] = shipments.confirm(hub, [said], origin=company.origin(), now=now)
    assert done.refused is None, done


def switch(hub: Hub, placed: Outcome, now: dt.datetime, *, carrier: str = "") -> str:
    wanted = shipments.Switch(shipment(hub, placed).shipment_no, "未揽收", carrier)
    [done] = shipments.switch(hub, [wanted], origin=company.origin(), now=now)
    return done.refused.code if done.refused is not None else ""


def test_the_next_carrier_is_another_each_time_until_there_is_none(house: Hub, now: dt.datetime) -> None:
    placed = packed(house, "C-1", now)
    assert shipment(house, placed).carrier == "SF"
    assert switch(house, placed, now) == ""
    assert (shipment(house, placed).carrier, shipment(house, placed).freight_cost_minor) == ("ZTO", 2200)
    assert switch(house, placed, now) == ""
    assert (shipment(house, placed).carrier, shipment(house, placed).carriers_left) == ("YTO", ["SF", "ZTO"])
    assert switch(house, placed, now) == "shipment.no_other_carrier"
    assert rows(house, "select carrier, freight_cost_minor from shipments") == [("YTO", 2800)]
    assert prove(house, now).findings == []


def test_a_named_carrier_is_known_and_not_stopped(house: Hub, now: dt.datetime) -> None:
    placed = packed(house, "C-2", now)
    breakers.trip(house, Stop("carrier", "ZTO", "爆仓"), actor="Wu", now=now)
    assert switch(house, placed, now, carrier="ZTO") == "carrier.stopped"
    assert switch(house, placed, now, carrier="DHL") == "carrier.unknown"
    assert switch(house, placed, now) == ""
    assert shipment(house, placed).carrier == "YTO", "the one that is stopped is passed over"
    assert switch(house, placed, now, carrier="SF") == ""
    assert shipment(house, placed).carrier == "SF", "who names a carrier may go back to it"


def test_what_a_carrier_has_stays_with_it(house: Hub, now: dt.datetime) -> None:
    placed = packed(house, "C-3", now)
    scan(house, placed, "shipped", now)
    assert switch(house, placed, now) == "shipment.handed_over"
    assert shipment(house, placed).carrier == "SF"


def test_the_warehouse_hears_of_the_switch_and_why(house: Hub, now: dt.datetime) -> None:
    placed = packed(house, "C-4", now)
    assert switch(house, placed, now) == ""
    while drain.drain(house, SENDERS, outside=False, now=now):
        pass
    [(audience, text)] = rows(
        house, "select audience, said->'text'->>'zh' from notices where said->'text'->>'zh' like '%换面单%'"
    )
    assert audience.startswith("warehouse:") and "（苏州仓）由顺丰速运改为中通快递：未揽收" in text
    [(actor, reason)] = rows(
        house,
        "select body::jsonb->>'actor', e->>'reason' from log, "
        "jsonb_array_elements(body::jsonb->'events') e where e->>'type' = 'carrier.switched'",
    )
    assert (actor, reason) == ("tester", "未揽收")


@pytest.fixture
def watched(house: Hub, now: dt.datetime) -> Hub:
    flow = next(each for each in shipped.documents() if (each.kind, each.name) == ("flow", "not_collected"))
    made = publish_documents(house, [flow], comment="", actor="amy", now=now)
    assert isinstance(made, Publication), made
    return house


def test_what_is_not_collected_in_a_day_goes_with_the_next_carrier_and_the_customer_is_told(
    watched: Hub, now: dt.datetime
) -> None:
    placed = packed(watched, "C-5", now)
    timers.fire(watched, now=now + DAY - dt.timedelta(minutes=1))
    assert shipment(watched, placed).carrier == "SF"
    timers.fire(watched, now=now + DAY)
    assert shipment(watched, placed).carrier == "ZTO"
    told = rows(watched, "select payload->>'to' from outbox where topic = 'message'")
    assert told == [("customer",)]
    assert "not_collected" not in {each.flow for each in order(watched, placed).runs}
    assert prove(watched, now + DAY).findings == []


def test_what_is_collected_in_time_stays_with_its_carrier(watched: Hub, now: dt.datetime) -> None:
    placed = packed(watched, "C-6", now)
    scan(watched, placed, "shipped", now + dt.timedelta(hours=2))
    assert order(watched, placed).runs == []
    timers.fire(watched, now=now + DAY)
    assert shipment(watched, placed).carrier == "SF" and shipment(watched, placed).carriers_left == []


def test_the_owner_is_told_when_no_other_carrier_serves_the_address(watched: Hub, now: dt.datetime) -> None:
    rate = [Rate("SF", "standard", each, "江苏省", 1000, 1200, 1000, 200) for each in company.WAREHOUSES]
    reference.enter_lanes(watched, rates=rate, actor="test", now=now)
    placed = packed(watched, "C-7", now)
    for each in ("ZTO", "YTO"):
        breakers.trip(watched, Stop("carrier", each, "停运"), actor="Wu", now=now)
    timers.fire(watched, now=now + DAY)
    told = rows(watched, "select payload->>'to' from outbox where topic = 'message'")
    assert told == [(order(watched, placed).owner,)] and shipment(watched, placed).carrier == "SF"
