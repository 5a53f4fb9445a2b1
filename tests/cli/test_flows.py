"""orderloom flow: list, runs, show, test, start, cancel, move."""

import json
import uuid
from pathlib import Path
from typing import Any

import pytest
from tests import dictionaries

from orderloom.actions import documents, records
from orderloom.actions.documents import Proposal, Publication
from orderloom.actions.hub import Hub
from orderloom.kit import clock

TEXT = {"zh": "流程", "en": "flow"}
NODES: list[dict[str, Any]] = [
    {"kind": "trigger", "id": "t", "event": "order.confirmed"},
    {"kind": "wait", "id": "w", "minutes": 30},
    {"kind": "message", "id": "m", "to": "owner", "text": TEXT},
]
CONTENT = {"title": TEXT, "nodes": NODES, "edges": [{"from": "t", "to": "w"}, {"from": "w", "to": "m"}]}
PLACE = (
    "order", "place", "--channel", "web", "--line", "JERKY:2@30", "--customer", "C1", "--name", "王芳", "--phone",
    "13800001111", "--address", "江苏省苏州市姑苏区人民路 88 号 3 幢", "--payment", "credit",
)  # fmt: skip


@pytest.fixture
def order_no(founded, hub: Hub, read) -> str:
    made = documents.publish(hub, [Proposal("flow", "look", CONTENT)], comment="", actor="t", now=clock.now())
    assert isinstance(made, Publication), made
    return read(*PLACE)["order_no"]


def test_flows_and_their_runs_are_listed_and_shown(order_no: str, read, run) -> None:
    assert "look" in {each["name"] for each in read("flow", "list")}
    [row] = read("flow", "runs", "--flow", "look", "--order", order_no)
    assert row["state"] == "waiting"
    assert [each["what"] for each in read("flow", "show", row["run_id"])["passed"]] == ["started", "passed", "waits"]
    assert order_no in run("flow", "show", row["run_id"]).output and "look" in run("flow", "runs").output
    assert run("flow", "show", str(uuid.UUID(int=5))).exit_code == 1
    assert run("flow", "cancel", row["run_id"], "--reason", "x").exit_code == 0
    assert run("flow", "cancel", row["run_id"]).exit_code == 1
    assert [each["state"] for each in read("flow", "runs", "--flow", "look")] == ["cancelled"]


def test_a_draft_is_tried_on_an_order(order_no: str, read, run, tmp_path: Path) -> None:
    tried = read("flow", "test", "look", "--order", order_no)
    assert [each["node"] for each in tried["path"]] == ["t", "w", "m"]
    draft = tmp_path / "draft.json"
    draft.write_text(json.dumps({**CONTENT, "edges": CONTENT["edges"][:1]}), "utf-8")
    refused = run("flow", "test", "look", "--order", order_no, "--draft", str(draft))
    assert refused.exit_code == 1 and "m" in refused.output
    shown = tmp_path / "shown.yaml"
    shown.write_text(run("document", "show", "flow", "look").output, "utf-8")
    again = read("flow", "test", "look", "--order", order_no, "--draft", str(shown))
    assert [each["node"] for each in again["path"]] == ["t", "w", "m"]


def test_a_flow_whose_filter_does_not_hold_says_that_it_did_not_start(order_no: str, run, tmp_path: Path) -> None:
    draft = tmp_path / "draft.json"
    trigger = {"kind": "trigger", "id": "t", "event": "order.received", "filter": "order.total > 1000000"}
    draft.write_text(json.dumps({**CONTENT, "nodes": [trigger, *NODES[1:]]}), "utf-8")
    assert "触发条件" in run("flow", "test", "look", "--order", order_no, "--draft", str(draft)).output


def test_a_flow_of_records_is_tried_and_started_on_one_and_a_flow_of_the_workspace_once(
    order_no: str, hub: Hub, read, run
) -> None:
    dictionaries.publish(hub, dictionaries.TICKET, now=clock.now())
    by_hand = {**CONTENT, "nodes": [{"kind": "trigger", "id": "t", "on": "manual"}, *NODES[1:]]}
    plain = {**NODES[2], "text": {"zh": "好", "en": "ok"}}
    for name, of in (("ticketed", "ticket"), ("round", "workspace")):
        content = {**by_hand, "of": of, "nodes": [*by_hand["nodes"][:2], plain]}
        made = documents.publish(hub, [Proposal("flow", name, content)], comment="", actor="t", now=clock.now())
        assert isinstance(made, Publication), made
    told = records.create(
        hub, "ticket", [records.Wanted({"topic": "破损"})], teller=records.Teller("t", "t", clock.now())
    )
    [number] = [each.record_no for each in told if isinstance(each, records.Told)]
    assert [each["node"] for each in read("flow", "test", "ticketed", "--record", number)["path"]] == ["t", "w", "m"]
    assert run("flow", "test", "ticketed", "--record", "TK-0").exit_code == 1
    assert run("flow", "start", "ticketed", number).exit_code == 0
    assert run("flow", "start", "ticketed", order_no).exit_code == 1
    assert run("flow", "start", "round").exit_code == 0
    assert number in run("flow", "runs").output
    assert [each["of"] for each in read("flow", "runs", "--order", number)] == ["record"]
    assert [each["of"] for each in read("flow", "runs", "--flow", "round")] == ["errand"]


def test_a_flow_is_started_and_its_runs_are_moved(order_no: str, hub: Hub, read, run) -> None:
    assert run("flow", "start", "look", order_no).exit_code == 0
    assert len(read("flow", "runs", "--flow", "look")) == 2
    renamed = {**CONTENT, "nodes": [*NODES[:2], {**NODES[2], "to": "planner"}]}
    made = documents.publish(hub, [Proposal("flow", "look", renamed)], comment="", actor="t", now=clock.now())
    assert isinstance(made, Publication)
    assert [each["fits"] for each in read("flow", "move", "look")] == [True, True]
    assert run("flow", "move", "look", "--apply").exit_code == 0
    assert {each["version"] for each in read("flow", "runs", "--flow", "look")} == {2}
    assert run("flow", "start", "nothing", order_no).exit_code == 1
