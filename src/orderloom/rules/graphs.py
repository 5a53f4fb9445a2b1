"""A rule document and the decision graph inside it (JDM, as the GoRules editor writes it), typed.

Only what this hub runs is kept: input, output, decision table, expression and switch nodes. Positions, schemas
and everything else that the editor notes are dropped; any other kind of node is a finding of `rules.bounds`.
"""

from collections.abc import Iterator
from typing import Any, Literal

import msgspec


class Document(msgspec.Struct, frozen=True):
    """A published (or drafted) rule document: `content` is the decision graph, smaller `priority` goes first."""

    name: str
    point: str
    version: int
    content: dict[str, Any]
    priority: int = 100


class Column(msgspec.Struct, frozen=True):
    """A column of a table; an input without a field holds whole conditions in its cells."""

    id: str
    name: str = ""
    field: str | None = None


class Table(msgspec.Struct, frozen=True, rename="camel"):
    """A decision table; a row maps column ids (and `_id`, `_description`) to cell texts."""

    inputs: list[Column]
    outputs: list[Column]
    rules: list[dict[str, str]] = []
    hit_policy: Literal["first", "collect"] = "first"
    pass_through: bool = False
    input_field: str | None = None
    output_path: str | None = None
    execution_mode: Literal["single", "loop"] = "single"


class Assignment(msgspec.Struct, frozen=True):
    """One line of an expression node: the key it sets and the expression."""

    key: str
    value: str
    id: str = ""


class Assignments(msgspec.Struct, frozen=True, rename="camel"):
    """An expression node."""

    expressions: list[Assignment]
    pass_through: bool = False
    input_field: str | None = None
    output_path: str | None = None
    execution_mode: Literal["single", "loop"] = "single"


class Branch(msgspec.Struct, frozen=True, rename="camel"):
    """One exit of a switch; without a condition it is taken always."""

    id: str
    condition: str = ""
    is_default: bool = False


class Switch(msgspec.Struct, frozen=True, rename="camel"):
    """A switch node."""

    statements: list[Branch]
    hit_policy: Literal["first", "collect"] = "first"


class Node(msgspec.Struct, frozen=True):
    """A node of any kind; `content` is read by `table`, `assignments` or `switch`."""

    id: str
    type: str
    name: str = ""
    content: Any = None


class Edge(msgspec.Struct, frozen=True, rename="camel"):
    """An arrow; `source_handle` names the branch of a switch."""

    source_id: str
    target_id: str
    source_handle: str | None = None


class Graph(msgspec.Struct, frozen=True):
    """All nodes and edges of a document."""

    nodes: list[Node]
    edges: list[Edge]

    def of_type(self, kind: str) -> list[Node]:
        """The nodes of one kind, in the order of the document."""
        return [node for node in self.nodes if node.type == kind]


KINDS = ("inputNode", "outputNode", "decisionTableNode", "expressionNode", "switchNode")


def graph(content: dict[str, Any]) -> Graph:
    """The typed graph; raises msgspec.ValidationError, whose text names the place."""
    return msgspec.convert(
        {**content, "nodes": _given(content.get("nodes")), "edges": _given(content.get("edges"))}, Graph
    )


def table(node: Node) -> Table:
    """The node's table; raises msgspec.ValidationError."""
    content = _given(node.content)
    if isinstance(content, dict):
        for name in ("inputs", "outputs"):
            content[name] = _given(content.get(name, []))
        if isinstance(content.get("rules", []), list):
            content["rules"] = [_filled(row) for row in content.get("rules", [])]
    return msgspec.convert(content, Table)


def assignments(node: Node) -> Assignments:
    """The node's expressions; raises msgspec.ValidationError."""
    return msgspec.convert(_listed(node.content, "expressions"), Assignments)


def switch(node: Node) -> Switch:
    """The node's branches; raises msgspec.ValidationError."""
    return msgspec.convert(_listed(node.content, "statements"), Switch)


def content(node: Node) -> Table | Assignments | Switch | None:
    """What the node holds, typed by its kind; None for a kind without content. Raises msgspec.ValidationError."""
    if node.type == "decisionTableNode":
        return table(node)
    if node.type == "expressionNode":
        return assignments(node)
    return switch(node) if node.type == "switchNode" else None


def only_table(found: Graph) -> Table | None:
    """The table of a document that is just one table asked once; None for any other graph."""
    kinds = sorted(node.type for node in found.nodes)
    if kinds not in (["decisionTableNode", "inputNode", "outputNode"], ["decisionTableNode", "inputNode"]):
        return None
    one = table(found.of_type("decisionTableNode")[0])
    plain = one.execution_mode == "single" and not one.input_field and not one.pass_through and not one.output_path
    return one if plain and len(found.edges) == len(found.nodes) - 1 else None


def row_id(row: dict[str, str], index: int) -> str:
    """The row's own id, or its number from 1 where the editor left none."""
    return row.get("_id", "").strip() or str(index + 1)


def texts(one: Table) -> Iterator[tuple[int, dict[str, str]]]:
    """Rows with their index and cells stripped; a cell that is missing or `-` reads as empty."""
    columns = [column.id for column in (*one.inputs, *one.outputs)]
    for index, row in enumerate(one.rules):
        cells = {name: row.get(name, "").strip() for name in columns}
        yield index, {name: "" if cell == "-" else cell for name, cell in cells.items()}


def _given(value: Any) -> Any:
    """Without the keys that hold null: the editor writes null where it means that nothing was said."""
    if isinstance(value, dict):
        return {key: one for key, one in value.items() if one is not None}
    if isinstance(value, list):
        return [_given(one) if isinstance(one, dict) else one for one in value]
    return value


def _listed(content: Any, name: str) -> Any:
    given = _given(content)
    if isinstance(given, dict) and name in given:
        given[name] = _given(given[name])
    return given


def _filled(row: Any) -> Any:
    if isinstance(row, dict) and None in row.values():
        return {key: "" if cell is None else cell for key, cell in row.items()}
    return row
