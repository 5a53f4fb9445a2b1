"""Small rule documents for tests: one table each."""

from collections.abc import Sequence
from typing import Any

from orderloom.rules.graphs import Document

START = {"id": "start", "type": "inputNode", "name": "start", "position": {"x": 0, "y": 0}}
END = {"id": "end", "type": "outputNode", "name": "end"}


def table(
    inputs: Sequence[str], outputs: Sequence[str], rows: Sequence[Sequence[str]], *, hit: str = "collect", **more: Any
) -> dict[str, Any]:
    """A table's content; a row is its input cells, then its output cells, and is named r1, r2 …"""
    names = [*(f"i{n}" for n in range(len(inputs))), *(f"o{n}" for n in range(len(outputs)))]
    return {
        "hitPolicy": hit,
        "inputs": [{"id": f"i{n}", "name": field, "field": field} for n, field in enumerate(inputs)],
        "outputs": [{"id": f"o{n}", "name": field, "field": field} for n, field in enumerate(outputs)],
        "rules": [{"_id": f"r{n}"} | dict(zip(names, cells, strict=True)) for n, cells in enumerate(rows, start=1)],
        **more,
    }


def graph(*nodes: dict[str, Any], edges: Sequence[tuple[str, ...]]) -> dict[str, Any]:
    """A graph of the given nodes; an edge is (source, target) or (source, target, branch)."""
    made = [
        {"id": "-".join(edge), "type": "edge", "sourceId": edge[0], "targetId": edge[1]}
        | ({"sourceHandle": edge[2]} if len(edge) > 2 else {})
        for edge in edges
    ]
    return {"nodes": [START, *nodes, END], "edges": made}


def node(name: str, kind: str, content: Any) -> dict[str, Any]:
    """A node of a graph."""
    return {"id": name, "type": kind, "name": name, "content": content}


def document(name: str, point: str, content: dict[str, Any], *, priority: int = 100) -> Document:
    """A document whose only node is a table."""
    one = graph(node("table", "decisionTableNode", content), edges=[("start", "table"), ("table", "end")])
    return Document(name, point, 1, one, priority)


HOLD = ("code", "reason_zh", "reason_en", "owner", "blocks")


def holding(
    name: str, field: str, *cells: str, code: str = '"late"', priority: int = 100, hit: str = "collect"
) -> Document:
    """A document of holds: one row for each cell compared with the field."""
    rows = [(cell, code, '"晚"', '"late"', '"clerk"', '["release"]') for cell in cells]
    return document(name, "hold", table([field], HOLD, rows, hit=hit), priority=priority)


def grading(field: str, *rows: tuple[str, str, str], name: str = "grades") -> Document:
    """A grading document: rows of (cell, grade, priority)."""
    return document(name, "grade", table([field], ("grade", "priority"), rows, hit="first"))
