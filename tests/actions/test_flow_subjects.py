"""Flows about records and about the workspace: started, waiting, answered, moved, ended; the log says what they are."""

import datetime as dt
import uuid
from typing import Any

import pytest
from tests import company, dictionaries, relaying
from tests.actions.test_flows import TELLER, TEXT, prove, rows

from orderloom.actions import alerts, approvals, documents, flows, outgoing, records, stock
from orderloom.actions.documents import Proposal, Publication
from orderloom.actions.hub import Hub
from orderloom.actions.records import Told, Wanted
from orderloom.domain import alerts as alert_words
from orderloom.domain.approvals import Person
from orderloom.domain.records import Record
from orderloom.kit.refusals import Refused
from orderloom.outbox import drain
from orderloom.outbox.senders import SENDERS
from orderloom.store import outbox as outbox_store
from orderloom.store import records as records_store

HOUR = dt.timedelta(hours=1)
CREATED = {"kind": "trigger", "id": "t", "event": "record.created", "filter": "record.values.urgency == 'high'"}
SET_DUE = {
    "kind": "action",
    "id": "set",
    "do": "record.set",
    "values": {"values": {"due": "2026-02-20", "tags": ["a"]}},
}
WAIT = {"kind": "wait", "id": "w", "minutes": 60}
TELL = {
    "kind": "message",
    "id": "tell",
    "to": "service",
    "text": {"zh": "工单 {{ record.record_no }}", "en": "{{ record.title }}"},
}
ASK = {
    "kind": "approval",
    "id": "ask",
    "spec": {"steps": [{"roles": ["manager"]}], "deadline": {"minutes": 600, "then": "reject"}},
}
MANAGER = Person("Wu", frozenset({"manager"}))


@pytest.fixture
def house(hub: Hub, now: dt.datetime) -> Hub:
    company.tiny(hub, now=now)
    dictionaries.publish(hub, dictionaries.TICKET, now=now)
    return hub


def content(of: str, nodes: list[dict[str, Any]], *edges: tuple[str, ...]) -> dict[str, Any]:
    drawn = edges or tuple((nodes[at]["id"], nodes[at + 1]["id"]) for at in range(len(nodes) - 1))
    made = [{"from": each[0], "to": each[1]} | ({"exit": each[2]} if len(each) > 2 else {}) for each in drawn]
    return {"title": TEXT, "of": of, "nodes": nodes, "edges": made}


def put(hub: Hub, name: str, flow: dict[str, Any], *, now: dt.datetime, kind: str = "flow") -> None:
    published = documents.publish(hub, [Proposal(kind, name, flow)], comment="", actor="amy", now=now)
    assert isinstance(published, Publication), published


def wrong(hub: Hub, flow: dict[str, Any]) -> set[tuple[str, str]]:
    found = documents.check(hub, [Proposal("flow", "f", flow)], cases=False)
    assert isinstance(found, list)
    return {(each.finding.code, each.finding.path) for each in found if each.finding.level == "error"}


def ticket(hub: Hub, now: dt.datetime, **values: Any) -> str:
    stated = {"topic": "破损", "urgency": "high", "reason": "外箱破", **values}
    [told] = records.create(hub, "ticket", [Wanted(stated)], teller=records.Teller("amy", "console", now))
    assert isinstance(told, Told), told
    return told.record_no


def change(hub: Hub, number: str, now: dt.datetime, **values: Any) -> None:
    teller = records.Teller("amy", "console", now)
    [told] = records.change(hub, "ticket", [(number, Wanted(values))], teller=teller)
    assert isinstance(told, Told), told


def record(hub: Hub, number: str) -> Record:
    with hub.database.workspace(hub.workspace) as connection:
        record_id = records_store.ids(connection, [number])[number][0]
        return records_store.read(connection, [record_id])[record_id]


def drained(hub: Hub, now: dt.datetime, *, outside: bool = False) -> None:
    while drain.drain(hub, SENDERS, outside=outside, now=now):
        pass


def test_a_record_s_flow_sets_its_fields_waits_and_tells(house: Hub, now: dt.datetime) -> None:
    put(house, "urgent", content("ticket", [CREATED, SET_DUE, WAIT, TELL]), now=now)
    number, quiet = ticket(house, now), ticket(house, now, urgency="low", reason=None)
    assert record(house, number).values["tags"] == ["a"] and "tags" not in record(house, quiet).values
    assert [each.state for each in record(house, number).runs] == ["waiting"]
    assert rows(house, "select of, flow, state, nodes from flow_runs") == [("record", "urgent", "waiting", ["w"])]
    flows.fire(house, now=now + HOUR - dt.timedelta(seconds=1))
    assert record(house, number).runs != []
    flows.fire(house, now=now + HOUR)
    assert record(house, number).runs == []
    assert rows(house, "select payload->>'zh', payload->>'en' from outbox where topic = 'message'") == [
        (f"工单 {number}", "破损")
    ]
    assert rows(house, "select state from flow_runs") == [("finished",)]
    assert prove(house, now + HOUR).findings == []


def test_a_flow_hears_of_what_changes_in_its_record(house: Hub, now: dt.datetime) -> None:
    closing = {"kind": "wait", "id": "w", "event": "record.changed", "filter": "record.values.claim > 100"}
    put(house, "watch", content("ticket", [CREATED, closing, SET_DUE]), now=now)
    number = ticket(house, now)
    change(house, number, now, claim="50")
    assert "due" not in record(house, number).values
    change(house, number, now, claim="500")
    assert record(house, number).values["due"] == "2026-02-20" and record(house, number).runs == []
    assert prove(house, now).findings == []


def test_a_threshold_starts_once_each_time_it_is_passed(house: Hub, now: dt.datetime) -> None:
    above = {"kind": "trigger", "id": "t", "on": "threshold", "filter": "record.values.claim > 100"}
    put(house, "large", content("ticket", [above, TELL]), now=now)
    number = ticket(house, now, claim="50")
    for claim in ("150", "200", "80", "300"):
        change(house, number, now, claim=claim)
    assert rows(house, "select count(*) from outbox where topic = 'message'") == [(2,)]


def test_what_a_flow_sets_is_read_like_what_people_say(house: Hub, now: dt.datetime) -> None:
    bad = {**SET_DUE, "values": {"values": {"claim": -1}}, "into": "said"}
    unique = {**SET_DUE, "id": "unique", "values": {"values": {"code": "AB-123"}}}
    tell = {**TELL, "text": {"zh": "{{ vars.said.code }}", "en": "no"}}
    flow = content(
        "ticket", [CREATED, bad, tell, unique, {"kind": "end", "id": "e"}],
        ("t", "set"), ("set", "tell", "refused"), ("tell", "unique"), ("unique", "e", "refused"),
    )  # fmt: skip
    put(house, "careless", flow, now=now)
    number = ticket(house, now)
    assert "claim" not in record(house, number).values and "code" not in record(house, number).values
    assert rows(house, "select payload->>'zh' from outbox where topic = 'message'") == [("field.out_of_range",)]


def test_flows_that_call_each_other_up_for_ever_come_to_rest(house: Hub, now: dt.datetime) -> None:
    changed = {"kind": "trigger", "id": "t", "event": "record.changed"}
    more = {
        "kind": "action",
        "id": "set",
        "do": "record.set",
        "values": {"values": {"claim": "=record.values.claim + 1"}},
    }
    put(house, "circle", content("ticket", [changed, more]), now=now)
    number = ticket(house, now, claim="1")
    change(house, number, now, claim="2")
    failed = rows(house, "select count(*) from flow_runs where state = 'failed'")
    assert failed[0][0] >= 1 and record(house, number).values["claim"] < 20
    assert prove(house, now).findings == []


def test_people_are_asked_about_a_record_and_the_deadline_passes(house: Hub, now: dt.datetime) -> None:
    flow = content(
        "ticket", [CREATED, ASK, SET_DUE, TELL], ("t", "ask"), ("ask", "set", "approved"), ("ask", "tell", "expired"),
    )  # fmt: skip
    put(house, "sign", flow, now=now)
    first, second, third = ticket(house, now), ticket(house, now), ticket(house, now)
    found = dict(rows(house, "select body::jsonb->'text'->>'zh', approval_id from approvals"))
    approval_id = found[f"流程：{first}"]
    done = approvals.decide(house, approval_id, person=MANAGER, verdict="approve", now=now)
    assert isinstance(done, approvals.Decided), done
    assert record(house, first).values["tags"] == ["a"] and record(house, first).runs == []
    run = record(house, third).runs[0]
    [ended] = flows.end(house, [run.run_id], reason="不用了", teller=TELLER, now=now)
    assert not isinstance(ended, Refused) and ended.refused is None
    assert rows(house, "select state from approvals order by state") == [("approved",), ("open",), ("withdrawn",)]
    late = now + 10 * HOUR
    approvals.fire(house, now=late)
    assert record(house, second).runs == []
    assert rows(house, "select payload->>'zh' from outbox where topic = 'message'") == [(f"工单 {second}",)]
    assert prove(house, late).findings == []


def test_a_record_s_flow_makes_another_record_and_changes_one(house: Hub, now: dt.datetime) -> None:
    child = {"kind": "action", "id": "make", "do": "record.create", "into": "made",
             "values": {"type": "ticket", "values": {"topic": "= record.title + ' 跟进'"}}}  # fmt: skip
    note = {"kind": "action", "id": "note", "do": "record.change",
            "values": {"type": "ticket", "record_no": "= vars.made.record_no", "values": {"tags": ["b"]}}}  # fmt: skip
    put(house, "follow", content("ticket", [CREATED, child, note]), now=now)
    number = ticket(house, now)
    drained(house, now)
    [(child_no,)] = rows(house, f"select record_no from records where record_no <> '{number}'")
    assert record(house, child_no).title == "破损 跟进" and record(house, child_no).values["tags"] == ["b"]
    assert record(house, number).runs == []
    assert prove(house, now).findings == []


def test_a_schedule_asks_each_record_that_its_filter_lets_pass(house: Hub, now: dt.datetime) -> None:
    daily = {"kind": "trigger", "id": "t", "on": "schedule", "every_minutes": 60,
             "filter": "record.values.urgency == 'high'"}  # fmt: skip
    numbers = [ticket(house, now), ticket(house, now), ticket(house, now, urgency="low", reason=None)]
    put(house, "hourly", content("ticket", [daily, TELL]), now=now)
    flows.fire(house, now=now)
    for _ in range(3):
        flows.fire(house, now=now + HOUR)
    told = {text for (text,) in rows(house, "select payload->>'zh' from outbox where topic = 'message'")}
    assert told == {f"工单 {each}" for each in numbers[:2]}
    assert rows(house, "select count(*) from outbox where topic = 'message'") == [(2,)]


def test_a_schedule_of_the_workspace_starts_one_errand_each_time(house: Hub, now: dt.datetime) -> None:
    hourly = {"kind": "trigger", "id": "t", "on": "schedule", "every_minutes": 60}
    tell = {**TELL, "text": {"zh": "{{ event.type }} {{ now.hour }}", "en": "hello"}}
    put(house, "round", content("workspace", [hourly, tell, WAIT, {**tell, "id": "again"}]), now=now)
    flows.fire(house, now=now)
    flows.fire(house, now=now + HOUR)
    flows.fire(house, now=now + HOUR)
    assert rows(house, "select payload->>'zh' from outbox where topic = 'message'") == [("schedule 10",)]
    assert rows(house, "select of, state from flow_runs") == [("errand", "waiting")]
    flows.fire(house, now=now + 2 * HOUR)
    assert rows(house, "select state, count(*) from flow_runs group by state order by state") == [
        ("finished", 1), ("waiting", 1)
    ]  # fmt: skip
    assert prove(house, now + 2 * HOUR).findings == []


def test_an_alert_starts_a_flow_of_the_workspace_with_its_figure(house: Hub, now: dt.datetime) -> None:
    metric = {"title": TEXT, "of": "records", "record": "ticket"}
    alert = {"title": TEXT, "metric": "tickets", "is": "gt", "bound": 3, "notify": [{"to": "service"}]}
    put(house, "tickets", metric, now=now, kind="metric")
    put(house, "many", alert, now=now, kind="alert")
    fired = {"kind": "trigger", "id": "t", "on": "threshold", "alert": "many", "filter": "event.value > 4"}
    make = {"kind": "action", "id": "make", "do": "record.create",
            "values": {"type": "ticket", "values": {"topic": "= '太多 ' + string(event.value)"}}}  # fmt: skip
    put(house, "too_many", content("workspace", [fired, make]), now=now)
    known = alert_words.read(alert)
    for figure, minutes in ((4, 0), (3, 1), (5, 2)):
        alerts.weigh(house, "many", known, {"": figure}, now=now + dt.timedelta(minutes=minutes))
        drained(house, now + dt.timedelta(minutes=minutes))
    assert rows(house, "select title from records") == [("太多 5",)]
    assert prove(house, now + HOUR).findings == []


def test_what_happens_to_stock_starts_a_flow_of_the_workspace_once(house: Hub, now: dt.datetime) -> None:
    counted = {"kind": "trigger", "id": "t", "event": "stock.counted", "filter": "event.warehouse == 'suzhou'"}
    tell = {**TELL_ALL, "text": {"zh": "{{ event.sku }} 盘点", "en": "{{ event.by }}"}}
    put(house, "counted", content("workspace", [counted, tell]), now=now)
    for warehouse in ("suzhou", "chengdu"):
        found = stock.Count("HOOK", warehouse, 90, lot=f"L{now:%m%d}", bin="A-01")
        assert stock.count(house, [found], actor="li", source="pda", now=now) == [None]
    relaying.follow(house, now=now)
    drained(house, now)
    relaying.follow(house, now=now)
    drained(house, now)
    told = rows(house, "select payload->>'zh', payload->>'en' from outbox where topic = 'message'")
    assert told == [("HOOK 盘点", "li")]
    assert prove(house, now).findings == []
    wait = {"kind": "wait", "id": "w", "event": "stock.counted"}
    assert ("flow.unknown_event", "/nodes/1/event") in wrong(house, content("workspace", [counted, wait]))


def test_a_dead_call_of_an_errand_goes_on_by_failed_when_it_is_given_up(house: Hub, now: dt.datetime) -> None:
    by_hand = {"kind": "trigger", "id": "t", "on": "manual"}
    call = {"kind": "http", "id": "call", "url": "http://nowhere.invalid/"}
    put(house, "probe", content("workspace", [by_hand, call, TELL_ALL], ("t", "call"), ("call", "tell", "failed")),
        now=now)  # fmt: skip
    begun = flows.start_errand(house, flow="probe", teller=TELLER, now=now)
    assert begun.refused is None
    rows(house, "update outbox set state = 'dead' where topic = 'http' returning 1")
    [(outbox_id,)] = rows(house, "select outbox_id from outbox where topic = 'http'")
    assert outgoing.give_up(house, [outbox_id], actor="Wu", reason="停机", now=now) == [outbox_id]
    assert rows(house, "select state from flow_runs") == [("finished",)]
    assert rows(house, "select payload->>'zh' from outbox where topic = 'message'") == [("没打通",)]
    assert prove(house, now).findings == []


TELL_ALL = {"kind": "message", "id": "tell", "to": "operations", "text": {"zh": "没打通", "en": "no answer"}}


def test_runs_on_records_go_on_by_the_version_that_they_began_with_until_they_are_moved(
    house: Hub, now: dt.datetime
) -> None:
    put(house, "urgent", content("ticket", [CREATED, WAIT, TELL]), now=now)
    number, moved = ticket(house, now), ticket(house, now)
    put(house, "urgent", content("ticket", [CREATED, WAIT, {**TELL, "to": "boss"}]), now=now)
    [outcome] = flows.move(house, [record(house, moved).runs[0].run_id], version=2, teller=TELLER, now=now)
    assert not isinstance(outcome, Refused) and outcome.refused is None
    flows.fire(house, now=now + HOUR)
    told = rows(house, "select payload->>'zh', payload->>'to' from outbox where topic = 'message' order by 2")
    assert told == [(f"工单 {moved}", "boss"), (f"工单 {number}", "service")]
    assert prove(house, now + HOUR).findings == []


def test_a_flow_is_begun_by_hand_on_what_it_is_about_only(house: Hub, now: dt.datetime) -> None:
    manual = {"kind": "trigger", "id": "t", "on": "manual"}
    put(house, "by_hand", content("ticket", [manual, SET_DUE]), now=now)
    number = ticket(house, now)
    [done] = flows.start_on_records(house, [number], flow="by_hand", teller=TELLER, now=now)
    assert not isinstance(done, Refused) and done.refused is None
    assert record(house, number).values["due"] == "2026-02-20"
    other = flows.start_errand(house, flow="by_hand", teller=TELLER, now=now)
    assert other.refused is not None and other.refused.code == "flow.other_subject"
    [placed] = company.place(house, company.draft("F-1", now=now), now=now)
    assert placed.order_id is not None
    [order] = flows.start(house, [placed.order_id], flow="by_hand", teller=TELLER, now=now)
    assert order.refused is not None and order.refused.code == "flow.other_subject"
    [unknown] = flows.start_on_records(house, ["TK-1"], flow="by_hand", teller=TELLER, now=now)
    assert isinstance(unknown, Refused) and unknown.code == "record.unknown"


def test_what_does_not_go_with_a_flow_s_subject_is_found_before_it_is_published(house: Hub) -> None:
    hold = {"kind": "action", "id": "hold", "do": "order.tag", "values": {"tags": ["x"]}}
    assert ("flow.not_of_this", "/nodes/1/do") in wrong(house, content("ticket", [CREATED, hold]))
    assert ("flow.not_of_this", "/nodes/1/do") in wrong(house, content("order", [
        {"kind": "trigger", "id": "t", "event": "order.confirmed"}, SET_DUE]))  # fmt: skip
    confirmed = {"kind": "trigger", "id": "t", "event": "order.confirmed"}
    assert ("flow.unknown_event", "/nodes/0/event") in wrong(house, content("ticket", [confirmed, TELL]))
    assert ("flow.document_missing", "/of") in wrong(house, content("nothing", [CREATED, TELL]))
    unknown = {**CREATED, "filter": "record.values.nothing == 1"}
    assert ("rules.unknown_path", "/nodes/0/filter") in wrong(house, content("ticket", [unknown, TELL]))
    of_order = {**CREATED, "filter": "order.total > 1"}
    assert ("rules.unknown_path", "/nodes/0/filter") in wrong(house, content("ticket", [of_order, TELL]))
    lone = {"kind": "trigger", "id": "t", "on": "threshold", "alert": "none"}
    assert ("flow.document_missing", "/nodes/0/alert") in wrong(house, content("workspace", [lone, TELL_ALL]))


def test_a_form_starts_the_flow_of_its_records(house: Hub, now: dt.datetime) -> None:
    form = {"kind": "trigger", "id": "t", "on": "form"}
    put(house, "by_form", content("ticket", [form, SET_DUE]), now=now)
    by_hand = ticket(house, now)
    stated = {"topic": "漏液", "urgency": "low"}
    wanted = Wanted(stated, record_id=uuid.UUID(int=5 << 64 | 0x7000 << 64), form="complaint")
    [told] = records.create(house, "ticket", [wanted], teller=records.Teller("amy", "console", now))
    assert isinstance(told, Told)
    assert "due" not in record(house, by_hand).values
    assert record(house, told.record_no).values["due"] == "2026-02-20"


def test_one_of_two_workers_lets_a_run_go_on(house: Hub, now: dt.datetime) -> None:
    put(house, "urgent", content("ticket", [CREATED, WAIT, TELL]), now=now)
    ticket(house, now)
    asked = "select due_at, timer_id, data::text, subject from timers where kind = 'flow_subject'"
    [(due_at, timer_id, data, subject)] = rows(house, asked)
    flows.fire(house, now=now + HOUR)
    with house.database.workspace(house.workspace) as connection:  # It comes again, as after a crash of the claimer.
        connection.execute(
            "insert into timers (due_at, timer_id, kind, subject, data) values (%s, %s, 'flow_subject', %s, %s)",
            (due_at, timer_id, subject, data),
        )
    flows.fire(house, now=now + HOUR)
    assert rows(house, "select count(*) from outbox where topic = 'message'") == [(1,)]
    assert prove(house, now + HOUR).findings == []


def test_a_crash_before_a_record_is_saved_leaves_nothing_and_the_timer_comes_again(
    house: Hub, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(house, "urgent", content("ticket", [CREATED, WAIT, SET_DUE, TELL]), now=now)
    number = ticket(house, now)
    before = rows(house, "select count(*) from log")

    def dies(*_: Any, **__: Any) -> None:
        raise ConnectionError("the machine went away")

    for place in ("insert", "update"):
        monkeypatch.setattr(outbox_store if place == "insert" else records_store, place, dies)
        with pytest.raises(ConnectionError):
            flows.fire(house, now=now + HOUR)
        monkeypatch.undo()
        assert rows(house, "select count(*) from log") == before and record(house, number).runs != []
    flows.fire(house, now=now + HOUR)
    assert record(house, number).values["due"] == "2026-02-20" and record(house, number).runs == []
    assert rows(house, "select count(*) from outbox where topic = 'message'") == [(1,)]
    assert prove(house, now + HOUR).findings == []


def test_a_record_takes_part_in_two_flows_at_once_and_a_third_that_waits_for_both(house: Hub, now: dt.datetime) -> None:
    note = {"kind": "action", "id": "note", "do": "record.set", "values": {"values": {"tags": ["b"]}}}
    both = {"kind": "wait", "id": "w", "event": "record.changed", "filter": "record.values.due != null"}
    put(house, "one", content("ticket", [CREATED, both, note]), now=now)
    put(house, "two", content("ticket", [CREATED, SET_DUE]), now=now)
    below = {"kind": "flow", "id": "sub", "flow": "two"}
    put(house, "zero", content("ticket", [CREATED, below, TELL]), now=now)
    number = ticket(house, now)
    found = record(house, number)
    assert found.values["due"] == "2026-02-20" and found.values["tags"] in (["a"], ["b"]) and found.runs == []
    assert rows(house, "select count(*) from outbox where topic = 'message'") == [(1,)]
    assert prove(house, now).findings == []
