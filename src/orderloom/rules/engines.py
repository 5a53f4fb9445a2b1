"""The engine, as this floor asks it beside the stages of the road: one graph, one expression, conditions all at once.

The stages have an engine of their own (`rules.compile`), which holds every document of a stage as one graph.
"""

import functools
from collections.abc import Mapping
from typing import Any

import msgspec
import zen

from orderloom.kit import limits
from orderloom.rules import expressions, graphs

KEY = "ask"
_encode = msgspec.json.Encoder().encode


class Conditions:
    """Conditions by name in one decision table: which of them hold is one question.

    The engine takes a cell that fails (a missing value, another type) for one that does not hold.
    """

    def __init__(self, conditions: Mapping[str, str], *, zone: str) -> None:
        self._names = list(conditions)
        rows = [
            {"_id": str(number), "p": f"({expressions.zoned(text, zone=zone)})", "r": str(number)}
            for number, text in enumerate(conditions.values())
        ]
        self._engine = single(_collecting(rows)) if rows else None

    def hold(self, context: Mapping[str, Any]) -> set[str]:
        """The names of those that hold; one that cannot be worked out of what is there does not."""
        if self._engine is None:
            return set()
        result = ask(self._engine, context)
        return {self._names[int(hit["r"])] for hit in result.get("u") or ()}


def single(graph: dict[str, Any]) -> zen.ZenEngine:
    """An engine that holds one graph, under KEY."""
    return zen.ZenEngine({"loader": {"type": "static", "content": {KEY: graph}}})


def ask(engine: zen.ZenEngine, context: Mapping[str, Any]) -> Any:
    """What the engine's graph answers; raises RuntimeError."""
    return engine.evaluate(KEY, _encode(context))["result"]


@functools.lru_cache(maxsize=limits.ANSWERS_REMEMBERED_MAX)
def expression(text: str, *, zone: str) -> Any:
    """An expression ready to be asked with `value`; raises RuntimeError or expressions.Unreadable."""
    return zen.compile_expression(expressions.zoned(text, zone=zone))


def value(compiled: Any, context: Mapping[str, Any]) -> Any:
    """What an expression comes to; None when it cannot be worked out."""
    try:
        return compiled.evaluate(context)
    except Exception:  # The engine raises any kind for a value that is missing or unfit.
        return None


def whole(answer: Any) -> Any:
    """The engine's numbers come as floats: whole ones become integers again."""
    if isinstance(answer, float) and answer.is_integer():
        return int(answer)
    if isinstance(answer, list):
        return [whole(one) for one in answer]
    if isinstance(answer, dict):
        return {key: whole(one) for key, one in answer.items()}
    return answer


def runnable(content: Mapping[str, Any], *, zone: str) -> dict[str, Any]:
    """A document's graph as the engine takes it: only what this hub runs, every `d(x)` in the workspace's zone."""
    graph = graphs.graph(dict(content))
    nodes = [{"id": one.id, "type": one.type, "name": one.name, "content": _content(one, zone)} for one in graph.nodes]
    edges = [
        {"id": f"e{index}", "type": "edge", "sourceId": one.source_id, "targetId": one.target_id}
        | ({"sourceHandle": one.source_handle} if one.source_handle else {})
        for index, one in enumerate(graph.edges)
    ]
    return {"nodes": nodes, "edges": edges}


def _content(node: graphs.Node, zone: str) -> dict[str, Any]:
    read = graphs.content(node)
    if read is None:
        return {"schema": ""}
    made: dict[str, Any] = msgspec.to_builtins(read)
    if isinstance(read, graphs.Table):
        made["rules"] = [
            {"_id": graphs.row_id(read.rules[index], index)}
            | {name: expressions.zoned(cell, zone=zone) for name, cell in cells.items()}
            for index, cells in graphs.texts(read)
        ]
    for column in made.get("inputs", ()):
        if column["field"]:
            column["field"] = expressions.zoned(column["field"], zone=zone)
        else:
            del column["field"]
    for index, one in enumerate(made.get("expressions", ())):
        one |= {"id": one["id"] or f"e{index}", "value": expressions.zoned(one["value"], zone=zone)}
    for one in made.get("statements", ()):
        one["condition"] = expressions.zoned(one["condition"], zone=zone)
    return made


def _collecting(rows: list[dict[str, str]]) -> dict[str, Any]:
    content = {
        "hitPolicy": "collect",
        "inputs": [{"id": "p", "name": "p"}],
        "outputs": [{"id": "r", "name": "r", "field": "r"}],
        "rules": rows,
        "outputPath": "u",
    }
    return {
        "nodes": [
            {"id": "in", "name": "in", "type": "inputNode", "content": {"schema": ""}},
            {"id": "u", "name": "u", "type": "decisionTableNode", "content": content},
        ],
        "edges": [{"id": "e", "sourceId": "in", "targetId": "u", "type": "edge"}],
    }
