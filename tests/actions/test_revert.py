"""A stage confirmed wrongly is taken back: by whom, until when, and never what led on."""

import datetime as dt
from typing import Any

import msgspec
import pytest
from tests import company
from tests.actions.test_flows import TELLER, order, prove, publish, rows

from orderloom.actions import flows, shipments
from orderloom.actions.hub import Hub
from orderloom.deciding.work import Outcome
from orderloom.domain.orders import state
from orderloom.kit import limits

LATER = dt.timedelta(minutes=limits.REVERT_MINUTES_MAX)
TRIGGER = {"kind": "trigger", "id": "t", "event": "shipment.picked"}
WAIT = {"kind": "wait", "id": "w", "minutes": 30}
TELL = {"kind": "message", "id": "m", "to": "operations", "text": {"zh": "已拣", "en": "picked"}}
LOOK = {"kind": "end", "id": "e"}


@pytest.fixture
def placed(hub: Hub, now: dt.datetime) -> Outcome:
    """An order whose one shipment was handed to its warehouse."""
    company.tiny(hub, now=now)
    return handed_over(hub, now)


def handed_over(hub: Hub, now: dt.datetime) -> Outcome:
    [placed] = company.place(hub, company.draft("R-1", now=now), now=now)
    released = shipments.release(hub, [of(hub, placed).shipment_no], origin=company.origin(), now=now)
    assert [each.refused for each in released] == [None]
    return placed


def of(hub: Hub, placed: Outcome) -> state.Shipment:
    return order(hub, placed).shipments[0]


def scan(hub: Hub, placed: Outcome, *stages: str, now: dt.datetime) -> None:
    for stage in stages:
        said = shipments.Scan(of(hub, placed).shipment_no, stage, now, "li")
        [done] = shipments.confirm(hub, [said], origin=company.origin(), now=now)
        assert done.refused is None, done


def revert(
    hub: Hub, placed: Outcome, stage: str, *, now: dt.datetime, actor: str = "tester", leads: bool = False
) -> str:
    """The code that it was refused with; empty where it was taken back."""
    origin = msgspec.structs.replace(company.origin(), actor=actor)
    wanted = shipments.Revert(of(hub, placed).shipment_no, stage, "扫错了件")
    [done] = shipments.revert(hub, [wanted], origin=origin, leads=leads, now=now)
    return done.refused.code if done.refused is not None else ""


def stock(hub: Hub) -> list[tuple[Any, ...]]:
    return rows(
        hub,
        "select 'pool', sku, warehouse, '', on_hand, reserved from stock_pools union all "
        "select 'lot', sku, warehouse, lot, on_hand, reserved from stock_lots order by 1, 2, 3, 4",
    )


def test_the_last_stage_is_taken_back_and_confirmed_anew(hub: Hub, placed: Outcome, now: dt.datetime) -> None:
    before = stock(hub)
    scan(hub, placed, "picked", "packed", now=now)
    assert revert(hub, placed, "packed", now=now) == ""
    assert (of(hub, placed).stage, order(hub, placed).stage, order(hub, placed).furthest) == ("picked",) * 3
    assert revert(hub, placed, "picked", now=now) == ""
    assert (of(hub, placed).stage, of(hub, placed).confirmations) == ("allocated", [])
    assert stock(hub) == before, "what was chosen for it stays chosen"
    scan(hub, placed, "picked", "packed", "shipped", now=now)
    assert rows(hub, "select stage from shipments") == [("shipped",)]
    said = rows(
        hub,
        "select e->>'type', e->>'stage', e->>'operator', e->>'reason' from log, "
        "jsonb_array_elements(body::jsonb->'events') e where e->>'type' like 'shipment.%ed' order by n",
    )
    assert ("shipment.reverted", "packed", "li", "扫错了件") in said
    assert [each[0] for each in said].count("shipment.picked") == 2, "nothing is erased"
    assert prove(hub, now).findings == []


def test_only_the_last_stage_is_taken_back_and_never_what_left_the_house(
    hub: Hub, placed: Outcome, now: dt.datetime
) -> None:
    assert revert(hub, placed, "picked", now=now) == "shipment.stage_not_confirmed"
    scan(hub, placed, "picked", "packed", now=now)
    assert revert(hub, placed, "picked", now=now) == "shipment.stage_passed"
    scan(hub, placed, "shipped", now=now)
    gone = stock(hub)
    assert revert(hub, placed, "shipped", now=now, leads=True) == "shipment.stage_left"
    scan(hub, placed, "delivered", now=now)
    assert revert(hub, placed, "shipped", now=now, leads=True) == "shipment.stage_left"
    assert revert(hub, placed, "delivered", now=now) == ""
    assert (of(hub, placed).stage, stock(hub)) == ("shipped", gone)


def test_who_scanned_it_takes_it_back_for_a_while_and_who_leads_at_any_time(
    hub: Hub, placed: Outcome, now: dt.datetime
) -> None:
    scan(hub, placed, "picked", now=now)
    assert revert(hub, placed, "picked", now=now, actor="wang") == "shipment.stage_of_another"
    over = now + LATER + dt.timedelta(seconds=1)
    assert revert(hub, placed, "picked", now=over) == "shipment.stage_too_old"
    assert revert(hub, placed, "picked", now=over, actor="wang", leads=True) == ""
    scan(hub, placed, "picked", now=over)
    assert revert(hub, placed, "picked", now=over + LATER) == "", "the clock is that of the last scan"


@pytest.mark.parametrize("nodes", [[TELL], [TELL, WAIT]])
def test_what_let_a_flow_do_something_stays(
    hub: Hub, placed: Outcome, now: dt.datetime, nodes: list[dict[str, Any]]
) -> None:
    publish(hub, "told", [TRIGGER, *nodes], now=now)
    scan(hub, placed, "picked", now=now)
    assert revert(hub, placed, "picked", now=now, leads=True) == "shipment.stage_led_on"
    assert of(hub, placed).stage == "picked"


def test_what_let_a_waiting_flow_go_on_stays(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    until_picked = {"kind": "wait", "id": "p", "event": "shipment.picked"}
    publish(hub, "waits", [{**TRIGGER, "event": "order.confirmed"}, until_picked, WAIT], now=now)
    placed = handed_over(hub, now)
    scan(hub, placed, "picked", "packed", now=now)
    assert revert(hub, placed, "packed", now=now) == "", "nothing waited for it"
    assert revert(hub, placed, "picked", now=now, leads=True) == "shipment.stage_led_on"


def test_a_run_that_only_waited_ends_with_its_stage_and_begins_anew_with_it(
    hub: Hub, placed: Outcome, now: dt.datetime
) -> None:
    """The flow that comes with the hub watches each packing until a carrier has collected it."""
    scan(hub, placed, "picked", "packed", now=now)
    [first] = order(hub, placed).runs
    assert first.flow == "not_collected"
    assert revert(hub, placed, "packed", now=now) == "" and order(hub, placed).runs == []
    assert rows(hub, "select state from flow_runs") == [("cancelled",)]
    scan(hub, placed, "packed", now=now)
    [again] = order(hub, placed).runs
    assert again.run_id != first.run_id
    assert prove(hub, now).findings == []


def test_a_flow_that_only_looked_or_was_ended_or_began_otherwise_is_no_hindrance(
    hub: Hub, placed: Outcome, now: dt.datetime
) -> None:
    publish(hub, "looked", [TRIGGER, LOOK], now=now)
    publish(hub, "told", [{**TRIGGER, "event": "shipment.packed"}, TELL, WAIT], now=now)
    scan(hub, placed, "picked", "packed", now=now)
    assert revert(hub, placed, "packed", now=now) == "shipment.stage_led_on"
    [run] = [each for each in order(hub, placed).runs if each.flow == "told"]
    [ended] = flows.end(hub, [run.run_id], reason="扫错了", teller=TELLER, now=now)
    assert ended is None or ended.refused is None, ended
    assert revert(hub, placed, "packed", now=now) == ""
    assert revert(hub, placed, "picked", now=now) == ""
    assert prove(hub, now).findings == []


def test_fields_that_a_stage_said_are_gone_with_it(hub: Hub, placed: Outcome, now: dt.datetime) -> None:
    number = of(hub, placed).shipment_no
    for stage, custom in (("picked", {"tray": "T1"}), ("packed", {"tray": "T2", "seal": "S9"})):
        said = shipments.Scan(number, stage, now, "li", custom=custom)
        [done] = shipments.confirm(hub, [said], origin=company.origin(), now=now)
        assert done.refused is None, done
    assert revert(hub, placed, "packed", now=now) == ""
    assert of(hub, placed).custom == {"tray": "T1"}
    assert prove(hub, now).findings == []
