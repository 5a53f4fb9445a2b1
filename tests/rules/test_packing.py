"""Packed conditions mean what the engine takes cells to mean."""

import itertools
from typing import Any

import pytest
import zen

from orderloom.rules import packing

VALUES: list[Any] = [None, True, False, "", "a", "b", "null", 0, 1, 5, 5.5, 6, -1, 1.25, [1], {"a": 1}]
CELLS = [
    "> 5", ">= 5", "< 5", "<= 5.5", "== 5", "!= 5", "5", "-1", '"a"', "'a'", '""', "null", "true", "false", "== null",
    "!= null", "!= true", '== "a"', '!= "a"', '"a", "b"', "1, 5", 'null, ""', 'in ["a", "b"]', 'not in ["a", "b"]',
    "in [1, 5]", "not in [1, 5]", "not in [null]", "[1..5]", "(1..5]", "[1..5)", "(1..5)", "[-1..1]",
]  # fmt: skip


@pytest.mark.parametrize("cell", CELLS)
def test_a_packed_cell_matches_exactly_what_the_cell_matches(cell: str):
    packed = packing.condition("order.x", cell)
    assert packed is not None
    for value in VALUES:
        assert _packed(packed, value) == _unary(cell, value), value


@pytest.mark.parametrize(
    "cell", ["$ > 3 and $ < 5", "startsWith($, 'a')", "order.y", "> order.y", "[1..order.y]", "> 1, < 5"]
)
def test_a_cell_of_another_form_keeps_its_column(cell: str):
    assert packing.condition("order.x", cell) is None


def test_rows_of_several_cells_match_as_their_columns_do():
    """A whole table, asked with its columns and asked packed, over all pairs of cells and values."""
    for first, second in itertools.product(["> 5", '"a"', "!= null", "[1..5)"], repeat=2):
        packed = f"{packing.condition('order.x', first)} and {packing.condition('order.y', second)}"
        for x, y in itertools.product(VALUES, repeat=2):
            columns = _unary(first, x) and _unary(second, y)
            assert _packed(packed, x, y) == columns, (packed, x, y)


def _packed(condition: str, x: Any, y: Any = None) -> bool:
    return _hit([{"id": "p", "name": "p"}], {"p": condition}, {"order": {"x": x, "y": y}})


def _unary(cell: str, value: Any) -> bool:
    return _hit([{"id": "c", "name": "c", "field": "order.x"}], {"c": cell}, {"order": {"x": value}})


_engines: dict[str, zen.ZenEngine] = {}


def _hit(inputs: list[dict[str, str]], cells: dict[str, str], context: dict[str, Any]) -> bool:
    key = repr((inputs, cells))
    if key not in _engines:
        content = {"hitPolicy": "first", "inputs": inputs, "outputs": [{"id": "r", "name": "r", "field": "r"}],
                   "rules": [{**cells, "r": "1"}]}  # fmt: skip
        nodes = [
            {"id": "in", "name": "in", "type": "inputNode", "content": {}},
            {"id": "t", "name": "t", "type": "decisionTableNode", "content": content},
        ]
        edges = [{"id": "e", "sourceId": "in", "targetId": "t", "type": "edge"}]
        _engines[key] = zen.ZenEngine(
            {"loader": {"type": "static", "content": {"k": {"nodes": nodes, "edges": edges}}}}
        )
    result = _engines[key].evaluate_batch([{"key": "k", "context": context}])[0]
    assert result["success"]
    return result["data"]["result"] == {"r": 1}
