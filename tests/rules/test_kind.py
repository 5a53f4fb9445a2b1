"""Findings of rule documents as places in their content: down to the cell, the branch, the line."""

import itertools
from typing import Any

import pytest

from orderloom.domain.documents import checking
from orderloom.domain.documents.kinds import Known
from orderloom.rules import kind


def graph(*nodes: dict[str, Any]) -> dict[str, Any]:
    """A document of these nodes, one after the other."""
    ids = ["in", *(each["id"] for each in nodes)]
    edges = [{"id": f"e{n}", "sourceId": a, "targetId": b} for n, (a, b) in enumerate(itertools.pairwise(ids))]
    return {"point": "grade", "content": {"nodes": [{"id": "in", "type": "inputNode"}, *nodes], "edges": edges}}


def table(cell: str, *, field: str = "order.total", grade: str = '"vip"') -> dict[str, Any]:
    """A table of two rows, the second with this cell."""
    row = {"grade": grade, "priority": "1"}
    content = {
        "inputs": [{"id": "i", "name": "金额", "field": field}],
        "outputs": [{"id": "grade", "field": "grade"}, {"id": "priority", "field": "priority"}],
        "rules": [{"_id": "first", "i": "> 1", **row}, {"_id": "second", "i": cell, **row}],
    }
    return {"id": "t", "type": "decisionTableNode", "content": content}


STEPS = {"id": "s", "type": "expressionNode", "content": {"expressions": [{"id": "x", "key": "a", "value": "sum("}]}}
BRANCHES = {"id": "w", "type": "switchNode", "content": {"statements": [{"id": "b1", "condition": "sum("}]}}


@pytest.mark.parametrize(
    ("content", "path"),
    [
        (graph(table("> (")), "/content/nodes/1/content/rules/1/i"),
        (graph(table("> 1", field="order.nothing")), "/content/nodes/1/content/inputs/0"),
        (graph(STEPS), "/content/nodes/1/content/expressions/0/value"),
        (graph(BRANCHES), "/content/nodes/1/content/statements/0/condition"),
        (graph({"id": "f", "type": "functionNode"}), "/content/nodes/1/type"),
        ({**graph(table("> 1")), "point": "nowhere"}, "/point"),
    ],
)
def test_a_finding_points_at_its_place(content: dict[str, Any], path: str) -> None:
    found = [each.path for each in checking.check(kind.KIND, "a", content, Known()) if each.level == "error"]
    assert path in found, found


def test_a_graph_that_goes_round_is_refused_with_a_node_on_the_way() -> None:
    content = graph(table("> 1"))
    content["content"]["edges"].append({"id": "back", "sourceId": "t", "targetId": "t"})
    assert ("rules.cycle", "/content/nodes/1/content") in [
        (each.code, each.path) for each in checking.check(kind.KIND, "a", content, Known())
    ]


def test_a_rule_of_a_page_may_go_through_the_skus() -> None:
    content = {**graph(table("all(skus, (#.custom.return_rate ?? 1) < 0.03)", field="")), "point": "owner"}
    rules = content["content"]["nodes"][1]["content"]
    rules["outputs"] = [{"id": "grade", "field": "owner"}]
    assert [
        each for each in checking.check(kind.KIND, "a", content, Known()) if each.code == "rules.unknown_path"
    ] == []


def test_cases_that_are_none_are_refused() -> None:
    run = kind.KIND.run_cases
    assert run is not None
    [found] = run("a", graph(table("> 1")), [{"cases": 1}], Known())
    assert found.code == "document.cases_malformed"
