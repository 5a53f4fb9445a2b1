"""Timers: each fires once, in the transaction of what follows from it."""

import concurrent.futures
import copy
import datetime as dt
import uuid

import msgspec
import pytest
from tests import company

from orderloom.actions import documents, orders, shipments, shipped, timers, transact
from orderloom.actions.hub import Hub
from orderloom.domain.orders import commands, state
from orderloom.kit.refusals import Refused
from orderloom.store import orders as orders_store
from orderloom.store import timers as timers_store


def _rows(hub: Hub, text: str) -> list[tuple]:
    with hub.database.workspace(hub.workspace) as connection:
        return connection.execute(text.encode()).fetchall()


def _set(hub: Hub, *made: tuple[str, uuid.UUID, dict], due: dt.datetime) -> None:
    with hub.database.workspace(hub.workspace) as connection:
        timers_store.insert(
            connection, [timers_store.Timer(due, hub.ids.new(due), kind, subject, data) for kind, subject, data in made]
        )


def _placed(hub: Hub, now: dt.datetime, *, count: int = 1) -> list[uuid.UUID]:
    company.tiny(hub, now=now)
    made = company.place(hub, *(company.draft(f"T-{number}", now=now) for number in range(count)), now=now)
    with hub.database.workspace(hub.workspace) as connection:
        connection.execute("delete from timers")
    return [each.order_id for each in made if each.order_id is not None]


def _said(hub: Hub, name: str) -> int:
    return _rows(hub, f"select count(*) from log where body::text like '%\"{name}\"%'")[0][0]


def test_a_stage_that_lasts_too_long_is_told_to_its_owner_once(hub: Hub, now: dt.datetime) -> None:
    (order_id,) = _placed(hub, now)
    _set(hub, ("stage_limit", order_id, {"stage": "allocated", "minutes": 30, "owner": "warehouse"}), due=now)
    assert timers.fire(hub, now=now) == 1
    assert timers.fire(hub, now=now) == 0
    told = _rows(hub, "select payload ->> 'owner', payload ->> 'stage' from outbox where topic = 'notice'")
    assert told == [("warehouse", "allocated")]
    assert _said(hub, "limit.passed") == 1


def test_a_scan_sets_the_clock_of_the_stage_that_it_brings_the_order_to(hub: Hub, now: dt.datetime) -> None:
    _placed(hub, now)
    [(number,)] = _rows(hub, "select shipment_no from shipments")
    [released] = shipments.release(hub, [number], origin=company.origin(), now=now)
    assert not isinstance(released, Refused) and released.refused is None
    for stage, hours in (("picked", 0), ("packed", 1)):
        at = now + dt.timedelta(hours=hours)
        [done] = shipments.confirm(hub, [shipments.Scan(number, stage, at, "li")], origin=company.origin(), now=at)
        assert not isinstance(done, Refused) and done.refused is None
    clocks = _rows(hub, "select data ->> 'stage', due_at from timers where kind = 'stage_limit' order by due_at")
    assert [(stage, due - now) for stage, due in clocks] == [
        ("picked", dt.timedelta(hours=2)), ("packed", dt.timedelta(hours=5)),
    ]  # fmt: skip
    timers.fire(hub, now=now + dt.timedelta(hours=5))
    told = _rows(hub, "select payload ->> 'stage' from outbox where payload ->> 'code' = 'limit.passed'")
    assert told == [("packed",)], "picked is over by then"


def _escalating(hub: Hub, now: dt.datetime) -> None:
    """The shipped limits, but what is allocated goes to the head of the warehouse an hour after its owner was told."""
    found = next(each for each in shipped.documents() if each.name == "stage_limits")
    content, cases = copy.deepcopy(found.content), copy.deepcopy(found.cases)
    table = next(each for each in content["content"]["nodes"] if each["type"] == "decisionTableNode")["content"]
    table["outputs"] += [{"id": each, "name": each, "field": each} for each in ("escalate_after", "escalate_to")]
    for row in table["rules"]:
        mine = row["_id"] == "allocated"
        row |= {"escalate_after": "60" if mine else "", "escalate_to": '"warehouse_head"' if mine else ""}
    for expected in (each for one in cases for case in one["cases"] for each in case["expect"]):
        if expected["rule"] == "allocated":
            expected |= {"escalate_after": 60, "escalate_to": "warehouse_head"}
    proposal = documents.Proposal(found.kind, found.name, content, cases)
    made = documents.publish(hub, [proposal], comment="", actor="amy", now=now)
    assert isinstance(made, documents.Publication), made


@pytest.mark.parametrize("moved", [False, True])
def test_a_limit_is_told_to_the_owner_first_and_then_further_up_unless_the_order_moved(
    hub: Hub, now: dt.datetime, moved: bool
) -> None:
    company.tiny(hub, now=now)
    _escalating(hub, now)
    (made,) = company.place(hub, company.draft("T-0", now=now), now=now)
    assert made.order_id is not None
    first = now + dt.timedelta(minutes=240)
    timers.fire(hub, now=first - dt.timedelta(seconds=1))
    assert _told(hub) == []
    timers.fire(hub, now=first)
    assert _told(hub) == [("warehouse", 240)]
    if moved:
        assert orders.cancel(hub, [made.order_id], reason="", origin=company.origin(), now=first)[0].refused is None
    timers.fire(hub, now=first + dt.timedelta(minutes=59))
    assert _told(hub) == [("warehouse", 240)]
    timers.fire(hub, now=first + dt.timedelta(minutes=60))
    assert _told(hub) == [("warehouse", 240)] + ([] if moved else [("warehouse_head", 300)])
    timers.fire(hub, now=first + dt.timedelta(days=9))
    assert len(_told(hub)) == 2 - moved, "it goes up once"


def _told(hub: Hub) -> list[tuple]:
    return _rows(
        hub,
        "select payload ->> 'owner', (payload ->> 'minutes')::int from outbox"
        " where payload ->> 'code' = 'limit.passed' order by number",
    )


def test_a_stage_that_was_left_and_reached_again_has_a_clock_of_its_own(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    (made,) = company.place(hub, company.draft("T-0", now=now), now=now)
    assert made.order_id is not None

    def clocks() -> list[tuple]:
        asked = (
            "select data ->> 'stage', (data ->> 'since')::int from timers where kind = 'stage_limit' order by due_at"
        )
        return _rows(hub, asked)

    def stay() -> tuple:
        return _rows(hub, "select stage, (state::json ->> 'stage_n')::int from orders")[0]

    [first] = clocks()
    assert first == stay() and first[0] == "allocated"
    with hub.database.workspace(hub.workspace) as connection:
        line = orders_store.read(connection, [made.order_id])[made.order_id].lines[1]
    for hours, quantity in ((1, 1_000_000), (2, line.quantity)):  # More than there is, then as before.
        changed = msgspec.structs.replace(line, quantity=quantity)
        said = {"origin": company.origin(), "now": now + dt.timedelta(hours=hours), "reason": "test"}
        assert orders.amend(hub, made.order_id, change={"lines_set": [changed]}, **said).refused is None
    assert stay()[0] == "allocated" and stay()[1] > first[1], "it was backordered meanwhile"
    assert {first, stay()} <= set(clocks())
    ((earlier,),) = _rows(hub, "select min(due_at) from timers where kind = 'stage_limit'")
    assert timers.fire(hub, now=earlier) >= 1
    assert _said(hub, "limit.passed") == 0, "the clock of the stay that is over says nothing"
    while timers.fire(hub, now=now + dt.timedelta(days=30)):
        continue
    assert _said(hub, "limit.passed") == 1


def test_a_stage_that_was_left_in_time_says_nothing(hub: Hub, now: dt.datetime) -> None:
    (order_id,) = _placed(hub, now)
    _set(hub, ("stage_limit", order_id, {"stage": "received", "minutes": 15}), due=now)
    assert timers.fire(hub, now=now) == 1
    assert _said(hub, "limit.passed") == 0 and _rows(hub, "select count(*) from timers") == [(0,)]


def test_a_timer_is_not_due_before_its_time(hub: Hub, now: dt.datetime) -> None:
    (order_id,) = _placed(hub, now)
    _set(hub, ("retry", order_id, {}), due=now + dt.timedelta(seconds=1))
    assert timers.fire(hub, now=now) == 0
    assert timers.fire(hub, now=now + dt.timedelta(seconds=1)) == 1


def test_a_hold_ends_at_its_time(hub: Hub, now: dt.datetime) -> None:
    (order_id,) = _placed(hub, now)
    ends = now + dt.timedelta(hours=2)
    held = state.Hold("manual.wait", state.Text("稍候", "wait"), blocks=["release"], expires_at=ends)
    orders.hold(hub, order_id, hold=held, origin=company.origin(), now=now)
    assert timers.fire(hub, now=now) == 0
    assert timers.fire(hub, now=ends) == 1
    assert _rows(hub, "select held from orders") == [(False,)]


def test_due_timers_fire_once_while_four_are_at_it(hub: Hub, now: dt.datetime) -> None:
    placed = _placed(hub, now, count=30)
    data = {"stage": "allocated", "minutes": 30}
    _set(hub, *(("stage_limit", order_id, data) for order_id in placed), due=now)
    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        for each in [threads.submit(timers.fire, hub, now=now) for _ in range(8)]:
            each.result()
    assert _said(hub, "limit.passed") == 30
    assert _rows(hub, "select count(*) from timers where kind = 'stage_limit'") == [(0,)]


def test_a_timer_of_an_unknown_kind_stays_and_blocks_nothing(hub: Hub, now: dt.datetime) -> None:
    (order_id,) = _placed(hub, now)
    _set(hub, ("of_tomorrow", order_id, {}), due=now - dt.timedelta(hours=1))
    _set(hub, ("retry", order_id, {}), due=now)
    assert timers.fire(hub, now=now) == 1
    assert _rows(hub, "select kind from timers") == [("of_tomorrow",)]


def test_a_timer_whose_command_breaks_the_program_is_kept_aside_and_does_not_come_back(
    hub: Hub, now: dt.datetime
) -> None:
    first, second = _placed(hub, now, count=2)
    with hub.database.workspace(hub.workspace) as connection:
        connection.execute("update orders set state = '{\"broken\": true}' where order_id = %s", [first])
    _set(hub, ("retry", first, {}), ("retry", second, {}), due=now)
    assert timers.fire(hub, now=now) == 2
    assert _rows(hub, "select count(*) from timers") == [(0,)]
    assert _rows(hub, "select command ->> 'order_id' from poisoned") == [(str(first),)]


def test_a_claim_that_another_took_decides_nothing(hub: Hub, now: dt.datetime) -> None:
    (order_id,) = _placed(hub, now)
    _set(hub, ("retry", order_id, {}), due=now)
    with hub.database.workspace(hub.workspace) as connection:
        (timer,) = timers_store.due(connection, kinds=["retry"], count=9, now=now)
    timers.fire(hub, now=now)
    command = commands.PassLimit(
        command_id=hub.ids.new(now), actor="t", source="hub", at=now, order_id=order_id, stage="allocated", minutes=1
    )
    asked = transact.Asked(command, claim=transact.claims.Claim("timer", timer.timer_id, timer.due_at))
    (outcome,) = transact.run(hub, [asked], now=now)
    assert outcome.repeated and _said(hub, "limit.passed") == 0
