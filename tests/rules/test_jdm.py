"""Decision graphs as the GoRules editor saves them: what runs, what is refused, as docs/reference/jdm.md says."""

import copy
import json
import math
import pathlib
import re
from collections.abc import Mapping
from typing import Any

import pytest
from tests.rules.documents import document, graph, node, table

from orderloom.rules import bounds, compile, samples, simulations
from orderloom.rules.points import POINTS

PAGE = pathlib.Path(__file__).parents[2] / "docs" / "reference" / "jdm.md"
# Graphs of the samples that read the clock, and how.
REFUSED = {
    "decision-table-discounts": "date",
    "dynamic-marketplace-comission-calculator": "date",
    "dynamic-shipping-cost-calculator": "dayOfYear",
    "last-mile-delivery-assignment": "date",
    "warehouse-cross-docking": "date",
}


def lone(kind: str, content: Any) -> dict[str, Any]:
    return graph(node("n", kind, content), edges=[("start", "n"), ("n", "end")])


def tabled(rows: list[tuple[str, ...]], *, inputs: tuple[str, ...] = ("x",), **more: Any) -> dict[str, Any]:
    return lone("decisionTableNode", table(inputs, ("o",), rows, **more))


def assigned(*values: str, **more: Any) -> dict[str, Any]:
    lines = [{"id": f"e{n}", "key": f"k{n}", "value": value} for n, value in enumerate(values)]
    return lone("expressionNode", {"expressions": lines, **more})


def without_field(rows: list[tuple[str, ...]]) -> dict[str, Any]:
    made = tabled(rows)
    made["nodes"][1]["content"]["inputs"] = [{"id": "i0", "name": "when", "field": None}]
    return made


def with_nulls() -> dict[str, Any]:
    """As the editor may leave it: null wherever nothing was said."""
    made = tabled([("> 1", "1")])
    content = made["nodes"][1]["content"]
    content |= dict.fromkeys(("hitPolicy", "passThrough", "inputField", "outputPath", "executionMode"))
    content["inputs"][0] |= {"name": None, "defaultValue": None}
    content["rules"].append({"_id": "r2", "i0": None, "o0": "2"})
    return made


def switched(*conditions: str, hit: str = "first") -> dict[str, Any]:
    statements = [{"id": f"s{n}", "condition": one, "isDefault": not one} for n, one in enumerate(conditions)]
    ends = [node(f"e{n}", "expressionNode", {"expressions": [{"id": "a", "key": f"k{n}", "value": "1"}]})
            for n in range(len(conditions))]  # fmt: skip
    ways = [("s", f"e{n}", f"s{n}") for n in range(len(conditions))]
    switch = node("s", "switchNode", {"hitPolicy": hit, "statements": statements})
    return graph(switch, *ends, edges=[("start", "s"), *ways, *((f"e{n}", "end") for n in range(len(conditions)))])


def with_editor_keys() -> dict[str, Any]:
    made = tabled([("> 1", "1")])
    made |= {"contentType": "application/vnd.gorules.decision", "tests": [{"input": {}}], "settings": {"zoom": 1.5}}
    made["nodes"][1] |= {"position": {"x": 290, "y": 140}, "data": {"colour": "blue"}}
    made["nodes"][1]["content"]["inputs"][0] |= {"type": "expression", "comment": "kept"}
    return made


def round_about() -> dict[str, Any]:
    step = {"expressions": [{"id": "a", "key": "a", "value": "1"}]}
    nodes = [node(name, "expressionNode", step) for name in ("one", "two")]
    return graph(*nodes, edges=[("start", "one"), ("one", "two"), ("two", "one"), ("two", "end")])


# Feature → the graph that uses it, and what comes out of {"x": 5, "items": [{"x": 1}, {"x": 2}]}.
RUNS: Mapping[str, tuple[dict[str, Any], Any]] = {
    "input node": (assigned("x"), {"k0": 5}),
    "output node": ({"nodes": assigned("x")["nodes"][:2], "edges": assigned("x")["edges"][:1]}, {"k0": 5}),
    "decision table node": (tabled([("> 9", "1"), ("> 4", "2")]), [{"o": 2}]),
    "hit policy first": (tabled([("> 4", "1"), ("> 3", "2")], hit="first"), {"o": 1}),
    "hit policy collect": (tabled([("> 4", "1"), ("> 3", "2")]), [{"o": 1}, {"o": 2}]),
    "column without field": (without_field([("x > 4 and x < 6", "1")]), [{"o": 1}]),
    "cell left empty": (tabled([("", "1"), ("-", "2")]), [{"o": 1}, {"o": 2}]),
    "computed output cell": (tabled([("", "x * 2")]), [{"o": 10}]),
    "row description": (tabled([("", "1")]), [{"o": 1}]),
    "pass through": (assigned("x + 1", passThrough=True), {"k0": 6, "x": 5, "items": [{"x": 1}, {"x": 2}]}),
    "input field and output path": (
        assigned("len(x)", inputField="{x: 'abc'}", outputPath="made.here"),
        {"made": {"here": {"k0": 3}}},
    ),
    "execution mode loop": (tabled([("> 1", "x")], inputField="items", executionMode="loop"), [[], [{"o": 2}]]),
    "expression node": (assigned("x + 1", "$.k0 * 2"), {"k0": 6, "k1": 12}),
    "switch node": (switched("x > 9", "x > 4", ""), {"k1": 1}),
    "editor keys": (with_editor_keys(), [{"o": 1}]),
    "null for nothing": (with_nulls(), {"o": 1}),
}
# Feature → the graph that uses it, and the code of the finding.
NOT: Mapping[str, tuple[dict[str, Any], str]] = {
    "function node": (lone("functionNode", {"source": "export const handler = () => 1"}), "rules.node_not_allowed"),
    "decision node": (lone("decisionNode", {"key": "other"}), "rules.node_not_allowed"),
    "custom node": (lone("customNode", {"kind": "x", "config": {}}), "rules.node_not_allowed"),
    "http node": (lone("httpNode", {"url": "http://127.0.0.1"}), "rules.node_not_allowed"),
    "expression $nodes": (assigned("$nodes.other.x"), "rules.not_an_expression"),
    "expression rand": (assigned("rand(5)"), "rules.call_not_allowed"),
    "expression date now": (assigned("dayOfYear('now')"), "rules.call_not_allowed"),
    "expression assignment": (assigned("a = 1; a"), "rules.not_an_expression"),
    "long range": (assigned("sum([1..30000])"), "rules.range_too_long"),
    "deep closures": (assigned("map([1..2], map([1..2], map([1..2], #)))"), "rules.closures_too_deep"),
    "cycle": (round_about(), "rules.cycle"),
}
WITHOUT_EFFECT = {"default value of a column"}


def listed() -> dict[str, str]:
    rows = re.findall(r"^\| `([^`]+)` \| (yes|no|no effect) \|", PAGE.read_text("utf-8"), re.MULTILINE)
    return dict(rows)


def same(one: Any, other: Any) -> bool:
    """Equal, numbers to nine digits: the samples state theirs rounded."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, int | float) and isinstance(other, int | float) and not isinstance(one, bool):
        return math.isclose(one, other, rel_tol=1e-9, abs_tol=1e-9)
    return one == other


def test_the_page_lists_what_is_tried_here():
    said = listed()
    assert {name for name, runs in said.items() if runs == "yes"} == set(RUNS)
    assert {name for name, runs in said.items() if runs == "no"} == set(NOT)
    assert {name for name, runs in said.items() if runs == "no effect"} == WITHOUT_EFFECT


def test_what_the_page_says_runs_runs():
    for name, (content, expected) in RUNS.items():
        [ran] = simulations.run(content, [{"x": 5, "items": [{"x": 1}, {"x": 2}]}])
        assert isinstance(ran, simulations.Simulated), (name, ran)
        assert same(ran.result, expected), (name, ran)


@pytest.mark.parametrize("name", NOT)
def test_what_the_page_says_does_not_run_is_refused_with_its_node(name: str):
    content, code = NOT[name]
    [first, *_] = simulations.run(content, [{"x": 5}])
    assert isinstance(first, bounds.Finding)
    assert first.code == code
    assert first.node


def test_a_default_value_of_a_column_changes_nothing():
    made = tabled([("", "1")])
    made["nodes"][1]["content"]["inputs"][0]["defaultValue"] = "> 100"
    [ran] = simulations.run(made, [{"x": 5}])
    assert isinstance(ran, simulations.Simulated)
    assert ran.result == [{"o": 1}]


def test_a_document_is_judged_and_asked_without_being_changed():
    for content in (with_editor_keys(), with_nulls()):
        before = copy.deepcopy(content)
        simulations.run(content, [{"x": 5}])
        assert content == before


def test_a_table_with_nulls_answers_in_production_as_the_editor_shows_it():
    made = document("grades", "grade", table(["order.total"], ("grade", "priority"), [("> 500", '"large"', "1")]))
    content = made.content["nodes"][1]["content"]
    content |= {"hitPolicy": None, "passThrough": None, "executionMode": None}
    content["rules"].append({"_id": "rest", "i0": None, "o0": '"ordinary"', "o1": "9"})
    assert bounds.judge(made) == []
    context = samples.context({"order.total": 100}, point=POINTS["grade"])
    [given] = compile.compile([made]).ask("door", [context])
    assert isinstance(given, dict)
    assert given["grade"][0]["rule"] == "grades#rest"


def test_the_public_samples_give_the_results_they_state(shared_data: pathlib.Path):
    files = sorted((shared_data / "samples" / "promotions" / "zen").glob("*.json"))
    cases = 0
    refused: dict[str, str] = {}
    for file in files:
        content = json.loads(file.read_text("utf-8"))
        ran = simulations.run(content, [each["input"] for each in content["tests"]])
        if isinstance(ran[0], bounds.Finding):
            refused[file.stem] = str(ran[0].data["reason"])
            continue
        for each, got in zip(content["tests"], ran, strict=True):
            assert isinstance(got, simulations.Simulated)
            assert same(got.result, each["output"]), (file.stem, got)
            cases += 1
    assert refused == REFUSED
    assert (len(files), cases) == (21, 31)
