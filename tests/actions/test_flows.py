"""Flows on the real database: an event starts a run, it waits, its time comes, it goes on; through crashes too."""

import datetime as dt
import uuid
from typing import Any

import pytest
from tests import company, dictionaries

from orderloom.actions import approvals, documents, flows, orders, saving, timers
from orderloom.actions.documents import Proposal, Publication
from orderloom.actions.hub import Hub
from orderloom.deciding.work import Outcome
from orderloom.domain import approvals as words
from orderloom.domain.orders import state
from orderloom.kit.refusals import Refused
from orderloom.outbox import drain
from orderloom.outbox.senders import SENDERS
from orderloom.queries import check, timeline, viewer
from orderloom.store import orders as orders_store

TEXT = {"zh": "流程", "en": "flow"}
TELLER = flows.Teller("test", "console")
TRIGGER = {"kind": "trigger", "id": "t", "event": "order.confirmed"}
HOLD = {
    "kind": "action", "id": "hold", "do": "order.hold",
    "values": {"code": "flow.look", "reason_zh": "请看一下", "reason_en": "look", "blocks": ["release"]},
}  # fmt: skip
WAIT = {"kind": "wait", "id": "w", "minutes": 30}
RELEASE = {"kind": "action", "id": "release", "do": "order.release", "values": {"code": "flow.look"}}
MINUTES = dt.timedelta(minutes=30)


def publish(hub: Hub, name: str, nodes: list[dict[str, Any]], *, now: dt.datetime) -> None:
    """Put a flow in force whose nodes follow each other."""
    edges = [{"from": nodes[at]["id"], "to": nodes[at + 1]["id"]} for at in range(len(nodes) - 1)]
    content = {"title": TEXT, "nodes": nodes, "edges": edges}
    published = documents.publish(hub, [Proposal("flow", name, content)], comment="", actor="amy", now=now)
    assert isinstance(published, Publication), published


def rows(hub: Hub, text: str) -> list[tuple[Any, ...]]:
    with hub.database.workspace(hub.workspace) as connection:
        return connection.execute(text.encode()).fetchall()


def order(hub: Hub, outcome: Outcome) -> state.Order:
    assert outcome.order_id is not None
    with hub.database.workspace(hub.workspace) as connection:
        return orders_store.read(connection, [outcome.order_id])[outcome.order_id]


def prove(hub: Hub, now: dt.datetime) -> check.Proof:
    plan = check.Plan(whole=True, keep=False)
    return check.prove(hub.database, hub.workspace, proof_id=uuid.UUID(int=1), clock=lambda: now, plan=plan)


@pytest.fixture
def house(hub: Hub, now: dt.datetime) -> Hub:
    company.tiny(hub, now=now)
    return hub


def test_an_event_starts_a_run_that_waits_and_goes_on_when_its_time_has_come(house: Hub, now: dt.datetime) -> None:
    publish(house, "look", [TRIGGER, HOLD, WAIT, RELEASE], now=now)
    [placed] = company.place(house, company.draft("F-1", now=now), now=now)
    assert [each.code for each in order(house, placed).holds] == ["flow.look"]
    assert rows(house, "select flow, version, state, nodes, waits, due_at from flow_runs") == [
        ("look", 1, "waiting", ["w"], ["time"], now + MINUTES)
    ]
    assert timers.fire(house, now=now + MINUTES - dt.timedelta(seconds=1)) == 0
    assert timers.fire(house, now=now + MINUTES) > 0
    assert order(house, placed).holds == [] and order(house, placed).runs == []
    assert rows(house, "select state, nodes from flow_runs") == [("finished", [])]
    proof = prove(house, now)
    assert proof.findings == [] and proof.counts["runs"] == 1


def test_a_run_stays_on_its_version_when_another_is_published(house: Hub, now: dt.datetime) -> None:
    publish(house, "look", [TRIGGER, WAIT, HOLD], now=now)
    [placed] = company.place(house, company.draft("F-1", now=now), now=now)
    publish(house, "look", [TRIGGER, {**WAIT, "id": "v"}], now=now)
    timers.fire(house, now=now + MINUTES)
    assert [each.code for each in order(house, placed).holds] == ["flow.look"]


@pytest.mark.parametrize("point", ["_save_log", "_save_stock", "_save_rest", "_save_outgoing", "_save_accounts"])
def test_a_kill_anywhere_in_a_step_leaves_it_undone_and_the_next_try_does_it_once(
    house: Hub, now: dt.datetime, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    publish(
        house, "look", [TRIGGER, HOLD, WAIT, RELEASE, {"kind": "message", "id": "m", "to": "x", "text": TEXT}], now=now
    )
    [placed] = company.place(house, company.draft("F-1", now=now), now=now)

    def die(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(saving, point, die)
        with pytest.raises(KeyboardInterrupt):
            timers.fire(house, now=now + MINUTES)
    assert [each.code for each in order(house, placed).holds] == ["flow.look"]
    assert prove(house, now).findings == []
    timers.fire(house, now=now + MINUTES)
    timers.fire(house, now=now + MINUTES)
    assert order(house, placed).holds == []
    assert rows(house, "select count(*) from outbox where topic = 'message'") == [(1,)]
    assert prove(house, now).findings == []


def test_a_run_that_somebody_ends_does_nothing_more(house: Hub, now: dt.datetime) -> None:
    publish(house, "look", [TRIGGER, WAIT, HOLD], now=now)
    [placed] = company.place(house, company.draft("F-1", now=now), now=now)
    [(run_id,)] = rows(house, "select run_id from flow_runs")
    [ended, unknown] = flows.end(house, [run_id, uuid.UUID(int=9)], reason="not needed", teller=TELLER, now=now)
    assert isinstance(ended, Outcome) and ended.refused is None
    assert isinstance(unknown, Refused) and unknown.code == "flow.run_unknown"
    timers.fire(house, now=now + MINUTES)
    assert order(house, placed).holds == [] and rows(house, "select state from flow_runs") == [("cancelled",)]
    [again] = flows.end(house, [run_id], reason="", teller=TELLER, now=now)
    assert isinstance(again, Outcome) and again.refused is not None and again.refused.code == "flow.run_over"
    assert prove(house, now).findings == []


def test_a_run_is_moved_to_a_version_that_fits_and_not_to_one_that_does_not(house: Hub, now: dt.datetime) -> None:
    publish(house, "look", [TRIGGER, WAIT, HOLD], now=now)
    [placed] = company.place(house, company.draft("F-1", now=now), now=now)
    [(run_id,)] = rows(house, "select run_id from flow_runs")
    publish(house, "look", [TRIGGER, {**WAIT, "id": "v"}, HOLD], now=now)
    [refused] = flows.move(house, [run_id], version=2, teller=TELLER, now=now)
    assert isinstance(refused, Outcome) and refused.refused is not None and refused.refused.data["nodes"] == ["w"]
    publish(house, "look", [TRIGGER, WAIT, {**HOLD, "values": {**HOLD["values"], "code": "flow.new"}}], now=now)
    [moved] = flows.move(house, [run_id], version=3, teller=TELLER, now=now)
    assert isinstance(moved, Outcome) and moved.refused is None
    timers.fire(house, now=now + MINUTES)
    assert [each.code for each in order(house, placed).holds] == ["flow.new"]
    assert prove(house, now).findings == []


def test_a_grant_of_credit_comes_right_after_the_commit_and_the_flow_goes_on(house: Hub, now: dt.datetime) -> None:
    grant = {
        "kind": "action",
        "id": "g",
        "do": "credit.grant",
        "values": {"account": "C1", "amount": 50000, "hours": 24},
    }
    publish(house, "grant", [TRIGGER, grant, HOLD], now=now)
    [placed] = company.place(house, company.draft("F-1", now=now), now=now)
    for _ in range(5):
        drain.drain(house, SENDERS, outside=False, now=now)
    assert rows(house, "select account, amount_minor, expires_at from grants") == [
        ("C1", 5_000_000, now + dt.timedelta(hours=24))
    ]
    assert [each.code for each in order(house, placed).holds] == ["flow.look"]
    assert prove(house, now).findings == []


@pytest.mark.parametrize(("topic", "held"), [("缺料", ["flow.look"]), (None, [])])
def test_a_record_is_created_once_with_its_order_and_the_flow_goes_on(
    house: Hub, now: dt.datetime, topic: str | None, held: list[str]
) -> None:
    dictionaries.publish(house, dictionaries.TICKET, now=now)
    make = {
        "kind": "action", "id": "r", "do": "record.create",
        "values": {"type": "ticket", "values": {"topic": topic, "claim": "=order.total"}, "link": "order"},
        "into": "ticket",
    }  # fmt: skip
    named = {**HOLD, "values": {**HOLD["values"], "reason_zh": "=vars.ticket.record_no"}}
    publish(house, "ticket", [TRIGGER, make, named], now=now)
    [placed] = company.place(house, company.draft("F-1", now=now), now=now)
    for _ in range(5):
        with house.database.workspace(house.workspace) as connection:  # As after a crash, once it was carried out.
            connection.execute("update outbox set state = 'waiting', claimed_until = null where topic = 'flow'")
        drain.drain(house, SENDERS, outside=False, now=now)
    made = rows(house, "select record_no, title from records")
    assert len(made) == (topic is not None)
    assert rows(house, "select count(*) from record_links") == [(len(made),)]
    assert [each.code for each in order(house, placed).holds] == held
    assert [each.reason.zh for each in order(house, placed).holds] == [number for number, _ in made]
    assert prove(house, now).findings == []


def test_a_schedule_asks_each_open_order_once_a_day(house: Hub, now: dt.datetime) -> None:
    trigger = {"kind": "trigger", "id": "t", "on": "schedule", "at": "18:00", "filter": "order.total > 0"}
    publish(house, "evening", [trigger, {"kind": "message", "id": "m", "to": "x", "text": TEXT}], now=now)
    company.place(house, *(company.draft(f"F-{number}", now=now) for number in range(3)), now=now)
    evening = now.replace(hour=10, minute=0)  # 18:00 in Shanghai.
    told = "select count(*) from outbox where topic = 'message'"
    for at, count in ((now, 0), (evening, 3), (evening, 3), (evening + dt.timedelta(days=1), 6)):
        flows.fire(house, now=at)
        assert rows(house, told) == [(count,)], at


def test_a_hold_by_hand_starts_flows_too(house: Hub, now: dt.datetime) -> None:
    trigger = {**TRIGGER, "event": "order.held", "filter": 'event.hold.code == "manual.wait"'}
    publish(house, "told", [trigger, {"kind": "message", "id": "m", "to": "=event.hold.owner", "text": TEXT}], now=now)
    [placed] = company.place(house, company.draft("F-1", now=now), now=now)
    assert placed.order_id is not None
    held = state.Hold("manual.wait", state.Text("稍候", "wait"), blocks=["release"], owner="li")
    orders.hold(house, placed.order_id, hold=held, origin=company.origin(), now=now)
    assert rows(house, "select payload ->> 'to' from outbox where topic = 'message'") == [("li",)]


def test_a_row_of_a_run_that_is_not_the_fold_of_the_log_is_found(house: Hub, now: dt.datetime) -> None:
    publish(house, "look", [TRIGGER, WAIT, HOLD], now=now)
    company.place(house, company.draft("F-1", now=now), now=now)
    with house.database.workspace(house.workspace) as connection:
        connection.execute("update flow_runs set steps = steps + 1")
    assert [each.code for each in prove(house, now).findings] == ["runs.differ"]


@pytest.mark.parametrize(("verdict", "held"), [("approve", []), ("reject", ["flow.look"])])
def test_a_run_goes_on_with_the_decision_of_people_in_the_same_transaction(
    house: Hub, now: dt.datetime, verdict: Any, held: list[str]
) -> None:
    ask = {"kind": "approval", "id": "ask", "spec": {"steps": [{"roles": ["risk"]}]}}
    publish(house, "sign", [TRIGGER, HOLD, ask, RELEASE], now=now)
    [placed] = company.place(house, company.draft("F-1", now=now), now=now)
    [(approval_id,)] = rows(house, "select approval_id from approvals where state = 'open'")
    person = words.Person("li", frozenset({"risk"}))
    decided = approvals.decide(house, approval_id, person=person, verdict=verdict, now=now)
    assert isinstance(decided, approvals.Decided), decided
    assert [each.code for each in order(house, placed).holds] == held
    assert rows(house, "select state from flow_runs where flow = 'sign'") == [("finished",)]
    assert prove(house, now).findings == []


def test_an_order_that_nobody_looks_at_is_reminded_of_after_a_quarter_of_an_hour_and_once(
    house: Hub, now: dt.datetime
) -> None:
    draft = company.draft("F-1", now=now)
    draft.payment_method, draft.customer_no = "", ""  # The desk must look: it is held, and stays received.
    [placed] = company.place(house, draft, now=now)
    assert placed.stage == "received"
    quarter = dt.timedelta(minutes=15)
    for at, told in ((quarter - dt.timedelta(seconds=1), 0), (quarter, 1), (quarter, 1)):
        timers.fire(house, now=now + at)
        assert rows(house, "select count(*) from outbox where payload ->> 'code' = 'limit.passed'") == [(told,)]


def test_ten_thousand_runs_wait_and_those_that_are_due_go_on_to_the_second(house: Hub, now: dt.datetime) -> None:
    publish(house, "look", [TRIGGER, WAIT, HOLD], now=now)
    [placed] = company.place(house, company.draft("F-1", now=now), now=now)
    with house.database.workspace(house.workspace) as connection:
        connection.execute(
            "insert into timers (due_at, timer_id, kind, subject, data) "
            "select %(due)s::timestamptz + n * interval '1 second', gen_random_uuid(), 'flow', gen_random_uuid(), "
            "json_build_object('run_id', gen_random_uuid(), 'token', 1) from generate_series(1, 10000) as n",
            {"due": now + MINUTES},
        )
        plan = connection.execute(
            "explain select due_at from timers where due_at <= %(now)s::timestamptz and kind = any('{flow}'::text[]) "
            "order by due_at, timer_id limit 200",
            {"now": now + MINUTES},
        ).fetchall()
    assert any("timers_pkey" in line for (line,) in plan), plan
    assert timers.fire(house, now=now + MINUTES - dt.timedelta(seconds=1)) == 0
    assert timers.fire(house, now=now + MINUTES) == 1, "and none of those that are due a second later"
    assert [each.code for each in order(house, placed).holds] == ["flow.look"]
    assert timers.fire(house, now=now + MINUTES + dt.timedelta(seconds=3)) == 3


def test_a_flow_that_ends_at_once_is_told_in_the_order_s_timeline(house: Hub, now: dt.datetime) -> None:
    publish(house, "tell", [TRIGGER, {"kind": "message", "id": "m", "to": "x", "text": TEXT}], now=now)
    [placed] = company.place(house, company.draft("F-1", now=now), now=now)
    with house.database.workspace(house.workspace) as connection:
        told = timeline.tell(connection, viewer=viewer.everything("test"), order_id=placed.order_id)
    assert told is not None and [(each.flow, each.version, each.path) for each in told.flows] == [
        ("tell", 1, ["t:next", "m:next"])
    ]
    assert rows(house, "select count(*) from flow_runs") == [(0,)]
