"""Flows as documents: what is found wrong with them before they are published, each with its place."""

import copy
from typing import Any

import pytest

from orderloom.domain.documents.kinds import Known
from orderloom.rules import flow_kind

TEXT = {"zh": "流程", "en": "flow"}
SOUND: dict[str, Any] = {
    "title": TEXT,
    "nodes": [
        {"kind": "trigger", "id": "t", "event": "order.received", "filter": "order.total >= 500"},
        {"kind": "condition", "id": "c", "branches": [{"exit": "vip", "when": 'customer.level == "A"'}]},
        {"kind": "wait", "id": "w", "minutes": 30},
        {"kind": "action", "id": "a", "do": "order.release", "values": {"code": "hold.vague_address"}},
        {"kind": "end", "id": "e"},
    ],
    "edges": [
        {"from": "t", "to": "c"},
        {"from": "c", "to": "w", "exit": "vip"},
        {"from": "c", "to": "e"},
        {"from": "w", "to": "a"},
        {"from": "a", "to": "e"},
        {"from": "a", "to": "e", "exit": "refused"},
    ],
}
BOMB = "sum(map([1..30000], sum(map([1..30000], #))))"


def found(content: dict[str, Any]) -> list[tuple[str, str]]:
    return [(each.code, each.path) for each in flow_kind.KIND.check("sample", content, Known())]


def changed(place: str, value: Any) -> dict[str, Any]:
    """The sound flow with one thing changed, or with a node or an edge added."""
    content = copy.deepcopy(SOUND)
    at: Any = content
    *way, last = place.split("/")
    for each in way:
        at = at[int(each) if isinstance(at, list) else each]
    if isinstance(at, list):
        at.append(value) if last == "-" else at.__setitem__(int(last), value)
    else:
        at[last] = value
    return content


def test_a_sound_flow_has_nothing_wrong() -> None:
    assert found(SOUND) == []


@pytest.mark.parametrize(
    ("place", "value", "expected"),
    [
        ("nodes/0/filter", BOMB, ("rules.range_too_long", "/nodes/0/filter")),
        ("nodes/0/filter", "order.nosuch > 1", ("rules.unknown_path", "/nodes/0/filter")),
        ("nodes/0/event", "order.dreamt", ("flow.unknown_event", "/nodes/0/event")),
        ("nodes/1/branches/0/when", "order.total >", ("rules.not_an_expression", "/nodes/1/branches/0/when")),
        ("nodes/1/branches/0/exit", "otherwise", ("flow.bad_branches", "/nodes/1/branches")),
        ("nodes/2/minutes", 10**9, ("flow.bad_time", "/nodes/2/minutes")),
        ("nodes/2/until", "'18:00'", ("flow.wait_for_one", "/nodes/2")),
        ("nodes/3/do", "order.eat", ("flow.unknown_verb", "/nodes/3/do")),
        ("nodes/3/values", {}, ("flow.bad_values", "/nodes/3/values")),
        ("nodes/3/values/why", "x", ("flow.bad_values", "/nodes/3/values/why")),
        ("nodes/3/values/reason", "=rand(5)", ("rules.call_not_allowed", "/nodes/3/values/reason")),
        ("nodes/4/speed", 9, ("flow.malformed", "/nodes/4")),
        ("nodes/4/id", "t", ("flow.bad_node_id", "/nodes/4/id")),
        ("nodes/-", {"kind": "end", "id": "z"}, ("flow.unreachable", "/nodes/5")),
        ("edges/-", {"from": "a", "to": "nowhere"}, ("flow.loose_edge", "/edges/6/to")),
        ("edges/-", {"from": "w", "to": "e", "exit": "timeout"}, ("flow.unknown_exit", "/edges/6")),
        ("edges/-", {"from": "w", "to": "e"}, ("flow.exit_twice", "/edges/6")),
        ("edges/3", {"from": "w", "to": "t"}, ("flow.into_trigger", "/edges/3")),
        ("nodes/4", {"kind": "join", "id": "e"}, ("flow.join_without_split", "/nodes/4")),
        ("nodes/4", {"kind": "flow", "id": "e", "flow": "gone"}, ("flow.document_missing", "/nodes/4/flow")),
        ("nodes/4", {"kind": "table", "id": "e", "into": "x", "rules": "no"},
         ("flow.document_missing", "/nodes/4/rules")),
        ("nodes/4", {"kind": "message", "id": "e", "template": "gone"}, ("flow.document_missing", "/nodes/4/template")),
        ("nodes/4", {"kind": "message", "id": "e"}, ("flow.no_words", "/nodes/4/text")),
        ("nodes/4", {"kind": "http", "id": "e", "url": "file:///etc/passwd"}, ("flow.bad_url", "/nodes/4/url")),
        ("nodes/4", {"kind": "approval", "id": "e", "spec": {"steps": []}},
         ("approval.bad_steps", "/nodes/4/spec/steps")),
        ("nodes/4", {"kind": "flow", "id": "e", "flow": "sample"}, ("flow.circle", "/nodes/4/flow")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found_with_its_place(place: str, value: Any, expected: tuple[str, str]) -> None:
    assert expected in found(changed(place, value))


def test_a_loop_without_a_way_out_is_found() -> None:
    content = {
        "title": TEXT,
        "nodes": [
            {"kind": "trigger", "id": "t", "event": "order.received"},
            {"kind": "wait", "id": "w", "minutes": 5},
            {"kind": "wait", "id": "v", "minutes": 5},
        ],
        "edges": [{"from": "t", "to": "w"}, {"from": "w", "to": "v"}, {"from": "v", "to": "w"}],
    }
    assert ("flow.no_way_out", "/nodes/1") in found(content)


def test_sub_flows_in_a_circle_are_found_however_long_it_is() -> None:
    def calls(name: str) -> dict[str, Any]:
        return {"title": TEXT, "nodes": [{"kind": "flow", "id": "f", "flow": name}], "edges": []}

    known = Known(documents={"flow": {"one": calls("two"), "two": calls("sample")}})
    content = changed("nodes/4", {"kind": "flow", "id": "e", "flow": "one"})
    assert [each.code for each in flow_kind.KIND.check("sample", content, known)] == ["flow.circle"]


def test_cases_tell_which_way_a_flow_goes() -> None:
    cases = [
        {"name": "small", "set": {"order.total": 100}, "path": []},
        {"name": "ordinary", "set": {"order.total": 600}, "path": ["t:next", "c:otherwise", "e"]},
        {
            "name": "vip",
            "set": {"order.total": 600, "customer.level": "A"},
            "exits": {"a": "refused"},
            "path": ["t:next", "c:vip", "w:next", "a:refused", "e"],
        },
    ]
    assert flow_kind.KIND.run_cases is not None
    assert flow_kind.KIND.run_cases("sample", SOUND, cases, Known()) == []
    wrong = [{**cases[1], "path": ["t:next", "e"]}]
    [differs] = flow_kind.KIND.run_cases("sample", SOUND, wrong, Known())
    assert (differs.code, differs.path) == ("flow.case_differs", "/cases/0/path")
