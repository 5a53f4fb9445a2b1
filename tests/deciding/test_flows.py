"""Flows in the loop: what an event starts, what runs do to orders, and when they go on."""

import copy
import datetime as dt
import importlib
import itertools
import sys
from pathlib import Path
from typing import Any

import pytest

from orderloom.domain import fold
from orderloom.domain.documents.versions import Published
from orderloom.domain.orders import commands, events
from orderloom.rules import flows as rules_flows

sys.path.insert(0, str(Path(__file__).parent))
house = importlib.import_module("house")

TEXT = {"zh": "流程", "en": "flow"}
TRIGGER = {"kind": "trigger", "id": "t", "on": "event", "event": "order.received"}
HOLD = {
    "kind": "action", "id": "hold", "do": "order.hold",
    "values": {"code": "flow.look", "reason_zh": "请看一下", "reason_en": "look", "blocks": ["release"],
               "owner": "=order.owner"},
}  # fmt: skip
RELEASE = {"kind": "action", "id": "release", "do": "order.release", "values": {"code": "flow.look"}}


def flow(name: str, nodes: list[dict[str, Any]], *edges: tuple[str, ...], version: int = 1) -> Published:
    """A flow whose nodes follow each other, or along the edges given."""
    drawn = [{"from": a["id"], "to": b["id"]} for a, b in itertools.pairwise(nodes)]
    if edges:
        drawn = [{"from": each[0], "to": each[1]} | ({"exit": each[2]} if len(each) > 2 else {}) for each in edges]
    return Published(name, version, {"title": TEXT, "nodes": nodes, "edges": drawn})


@pytest.fixture
def home():
    return house.House()


def use(home, *documents: Published) -> None:
    reference = copy.copy(house.reference())
    reference.kept = {}
    reference.flows = rules_flows.Flows([rules_flows.plan(each) for each in documents], zone="Asia/Shanghai")
    home.reference = reference


def place(home, number: str = "F-1", **facts: Any):
    [outcome] = home.decide(home.place(number, **facts))
    assert outcome.refused is None
    return home.order(outcome)


def touched(home, order):
    return home.decided.touched[order.order_id]


def test_a_flow_that_ends_at_once_holds_the_order_and_leaves_its_path_in_the_why(home):
    use(home, flow("look", [TRIGGER, HOLD, {"kind": "end", "id": "e"}]))
    order = place(home)
    assert [each.code for each in order.holds] == ["flow.look"] and order.runs == []
    assert touched(home, order).why["flows"] == [
        {"flow": "look", "version": 1, "path": ["t:next", "hold:done", "e"], "did": True}
    ]  # fmt: skip
    assert not [each for each in touched(home, order).said if isinstance(each, events.FlowEvent)]


def test_only_a_flow_whose_filter_holds_is_started(home):
    use(
        home,
        flow("large", [{**TRIGGER, "filter": "order.total >= 100"}, HOLD]),
        flow("small", [{**TRIGGER, "filter": "order.total < 100"}, {**RELEASE, "id": "x"}]),
        flow("other", [{**TRIGGER, "event": "order.cancelled"}, HOLD]),
    )
    order = place(home, lines={"A": 20})
    assert [each["flow"] for each in touched(home, order).why["flows"]] == ["large"]


def test_an_event_is_read_by_filters_and_conditions(home):
    trigger = {**TRIGGER, "event": "order.held", "filter": 'event.hold.code == "hold.short_stock"'}
    tell = {
        "kind": "message",
        "id": "m",
        "to": "planner",
        "text": {"zh": "缺货 {{ order.order_no }}", "en": "short {{ event.hold.owner }}"},
    }
    use(home, flow("short", [trigger, tell]))
    order = place(home, lines={"A": 500})
    [notice] = [each for each in home.decided.outgoing if each.topic == "message"]
    assert notice.payload["zh"] == f"缺货 {order.order_no}" and notice.payload["en"] == "short planner"
    place(home, "F-2")
    assert [each.topic for each in home.decided.outgoing if each.topic == "message"] == []


def test_a_run_that_waits_stands_with_the_order_and_its_timer_takes_it_on(home):
    use(home, flow("wait", [TRIGGER, HOLD, {"kind": "wait", "id": "w", "minutes": 30}, RELEASE]))
    order = place(home)
    [run] = order.runs
    assert (run.flow, run.state, [each.node for each in run.tokens]) == ("wait", "waiting", ["w"])
    [timer] = [each for each in home.decided.timers if each.kind == "flow"]
    assert timer.due_at == home.now + dt.timedelta(minutes=30)
    resume = {"run_id": run.run_id, "token": timer.data["token"], "order_id": order.order_id}
    home.decide(commands.ResumeFlow(**home.said(**resume)))
    assert [each.code for each in order.holds] == ["flow.look"], "it is not time yet"
    home.now = timer.due_at
    home.decide(commands.ResumeFlow(**home.said(**resume)))
    assert order.holds == [] and order.runs == []
    names = [type(each).__name__ for each in touched(home, order).said if isinstance(each, events.FlowEvent)]
    assert names == ["FlowStepped", "FlowStepped", "FlowFinished"]
    home.decide(commands.ResumeFlow(**home.said(**resume)))
    assert touched(home, order).said == [], "a timer that comes twice does nothing"


def test_a_run_waits_for_an_event_that_passes_its_filter(home):
    wait = {
        "kind": "wait",
        "id": "w",
        "event": "payment.received",
        "filter": "event.payment.amount_minor >= 500",
        "timeout_minutes": 60,
    }
    use(home, flow("paid", [TRIGGER, wait, HOLD], ("t", "w"), ("w", "hold")))
    order = place(home)
    pay = house.state.Payment("P-1", "alipay", 100, home.now)
    home.decide(commands.Pay(**home.said(order_id=order.order_id), payment=pay))
    assert order.runs and not order.holds
    pay = house.state.Payment("P-2", "alipay", 600, home.now)
    home.decide(commands.Pay(**home.said(order_id=order.order_id), payment=pay))
    assert order.runs == [] and [each.code for each in order.holds] == ["flow.look"]


def test_what_a_command_refuses_is_an_exit(home):
    nodes = [TRIGGER, {**RELEASE, "id": "r"}, HOLD, {"kind": "end", "id": "e"}]
    use(home, flow("refused", nodes, ("t", "r"), ("r", "e"), ("r", "hold", "refused"), ("hold", "e")))
    order = place(home)
    assert touched(home, order).why["flows"][0]["path"] == ["t:next", "r:refused", "hold:done", "e"]


def test_a_refusal_that_leads_nowhere_fails_with_its_place_and_is_kept(home):
    use(home, flow("refused", [TRIGGER, {**RELEASE, "id": "r"}]))
    order = place(home)
    [failed] = [each for each in touched(home, order).said if isinstance(each, events.FlowFailed)]
    assert (failed.node, failed.code, failed.data["answer"]["code"]) == (
        "r",
        "flow.no_way_after_refusal",
        "hold.not_on",
    )
    assert order.runs == []


def test_a_flow_that_calls_itself_up_again_and_again_is_stopped_with_its_place(home):
    held = {**TRIGGER, "event": "order.held"}
    released = {**TRIGGER, "event": "order.released"}
    use(home, flow("a", [held, RELEASE]), flow("b", [released, HOLD]), flow("c", [TRIGGER, HOLD]))
    order = place(home)
    failed = [each for each in touched(home, order).said if isinstance(each, events.FlowFailed)]
    assert {each.code for each in failed} == {"flow.too_many_rounds"} and all(each.node for each in failed)
    assert order.runs == []


def test_a_sub_flow_ends_before_its_caller_goes_on(home):
    sub = flow("inner", [{**TRIGGER, "on": "manual"}, HOLD, {"kind": "wait", "id": "w", "minutes": 5}])
    outer = flow("outer", [TRIGGER, {"kind": "flow", "id": "f", "flow": "inner"}, RELEASE])
    use(home, sub, outer)
    order = place(home)
    assert sorted(each.flow for each in order.runs) == ["inner", "outer"]
    [timer] = [each for each in home.decided.timers if each.kind == "flow"]
    home.now = timer.due_at
    home.decide(
        commands.ResumeFlow(
            **home.said(order_id=order.order_id), run_id=order.runs[-1].run_id, token=timer.data["token"]
        )
    )
    home_runs = order.runs
    assert home_runs == [] and order.holds == []


def test_an_approval_is_asked_in_the_same_transaction_and_its_decision_is_an_exit(home):
    ask = {"kind": "approval", "id": "ask", "spec": {"steps": [{"roles": ["risk"]}]}}
    nodes = [
        TRIGGER,
        HOLD,
        ask,
        RELEASE,
        {"kind": "action", "id": "cancel", "do": "order.cancel", "values": {"reason": "refused"}},
    ]
    use(
        home,
        flow(
            "sign", nodes, ("t", "hold"), ("hold", "ask"), ("ask", "release", "approved"), ("ask", "cancel", "rejected")
        ),
    )
    order = place(home)
    [asking] = home.decided.askings
    assert (asking.subject, asking.grant.node) == (f"order:{order.order_id}", "ask")
    said = home.said(order_id=order.order_id)
    home.decide(commands.ResumeFlow(**said, run_id=asking.grant.run_id, node=asking.grant.node, exit="rejected"))
    assert order.cancelled and order.runs == []


def test_a_running_run_stays_on_its_version(home):
    wait = {"kind": "wait", "id": "w", "minutes": 5}
    first = flow("look", [TRIGGER, wait, HOLD])
    use(home, first)
    order = place(home)
    use(home, flow("look", [TRIGGER, {**wait, "id": "v"}], version=2))
    home.reference.flows.keep(first)
    [run] = order.runs
    home.now += dt.timedelta(minutes=5)
    home.decide(
        commands.ResumeFlow(**home.said(order_id=order.order_id), run_id=run.run_id, token=run.waiting[0].token)
    )
    assert [each.code for each in order.holds] == ["flow.look"]


def test_a_threshold_fires_when_its_condition_becomes_true_and_not_while_it_stays_so(home):
    use(
        home,
        flow(
            "rich",
            [
                {"kind": "trigger", "id": "t", "on": "threshold", "filter": "order.paid >= 5"},
                {"kind": "message", "id": "m", "to": "x"},
            ],
        ),
    )
    order = place(home)
    for number, fires in (("1", False), ("2", True), ("3", False)):
        pay = house.state.Payment(f"P-{number}", "alipay", 300, home.now)
        home.decide(commands.Pay(**home.said(order_id=order.order_id), payment=pay))
        assert bool([each for each in home.decided.outgoing if each.topic == "message"]) is fires, number


def test_a_rerun_decides_the_same(home):
    use(home, flow("wait", [TRIGGER, HOLD, {"kind": "wait", "id": "w", "minutes": 30}, RELEASE]))
    asked = home.place("F-1")
    home.decide(asked)
    first = (home.decided.touched[asked.received.order_id].said, home.decided.timers)
    again = house.House()
    again.reference = home.reference
    again.decide(asked)
    assert (again.decided.touched[asked.received.order_id].said, again.decided.timers) == first


def test_the_order_with_its_runs_is_the_fold_of_what_was_said(home):
    use(home, flow("wait", [TRIGGER, HOLD, {"kind": "wait", "id": "w", "minutes": 30}, RELEASE]))
    order = place(home)
    assert fold.fold(touched(home, order).said) == order


def test_orders_of_the_same_answers_leave_the_same_path_and_others_their_own(home):
    condition = {"kind": "condition", "id": "c", "branches": [{"exit": "big", "when": "order.total >= 100"}]}
    nodes = [{**TRIGGER, "filter": 'order.kind == "stock"'}, condition, *({"kind": "end", "id": each} for each in "xy")]
    use(home, flow("look", nodes, ("t", "c"), ("c", "x", "big"), ("c", "y")))
    paths = []
    for number, (quantity, kind) in enumerate(
        ((20, "stock"), (1, "stock"), (20, "stock"), (30, "resend"), (1, "stock"))
    ):
        order = place(home, f"F-{number}", lines={"A": quantity}, kind=kind)
        paths.append([each["path"][-1] for each in touched(home, order).why.get("flows", [])])
    assert paths == [["x"], ["y"], ["x"], [], ["y"]]


def test_a_flow_that_acts_acts_for_every_order(home):
    use(home, flow("look", [{**TRIGGER, "filter": "order.total > 0"}, HOLD]))
    assert all(place(home, f"F-{number}").holds for number in range(3))


def test_a_run_keeps_of_its_event_what_its_flow_reads_wherever_that_is(home):
    tell = {"kind": "message", "id": "m", "to": "x", "text": {"zh": "{{ event.channel }}", "en": "{{ event.channel }}"}}
    use(home, flow("tell", [{**TRIGGER, "filter": "order.total > 0"}, {"kind": "wait", "id": "w", "minutes": 5}, tell]))
    [run] = place(home).runs
    assert run.event == {"type": "order.received", "channel": "web"}
    home.now += dt.timedelta(minutes=5)
    said = {"order_id": next(iter(home.orders)), "run_id": run.run_id, "token": run.waiting[0].token}
    home.decide(commands.ResumeFlow(**home.said(**said)))
    assert [each.payload["zh"] for each in home.decided.outgoing if each.topic == "message"] == ["web"]


def test_many_commands_on_one_order_may_each_let_flows_act(home):
    trigger = {**TRIGGER, "event": "payment.received"}
    use(home, flow("paid", [trigger, {"kind": "action", "id": "a", "do": "order.retry"}]))
    order = place(home)
    pays = [
        commands.Pay(
            **home.said(order_id=order.order_id),
            payment=house.state.Payment(f"P-{number}", "alipay", 10, home.now),
        )
        for number in range(12)
    ]
    assert all(each.refused is None for each in home.decide(*pays))
    assert order.paid_minor == 120
