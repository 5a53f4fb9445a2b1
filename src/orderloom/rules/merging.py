"""All documents of a stage as one decision graph, and its result read back as answers.

Node ids: `in`, `u` (the table of small tables), `t<n>` (a large table), `g<n>.<id>` (a node of another graph) and
`g<n>` (where that graph's end is kept); n is the document's place in the order of priority.
"""

import collections
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from orderloom.kit import limits
from orderloom.rules import answers, expressions, graphs, packing, points, reads

_PACKED = "p"


class Row(msgspec.Struct, frozen=True):
    """A row of a document that is one table: its ready answer, and the fields that the engine works out."""

    place: int
    document: str
    point: str
    once: bool
    answer: dict[str, Any]
    computed: bool


class Merged:
    """A stage's graph with what is needed to read its result."""

    def __init__(self, stage: str) -> None:
        self.stage = stage
        self.points = [point.name for point in points.of_stage(stage)]
        self.graph: dict[str, Any] = {"nodes": [_node("in", "inputNode", {"schema": ""})], "edges": []}
        self.rows: list[Row] = []
        self.fields: list[str] = []
        self.ends: dict[str, graphs.Document] = {}
        self.places: dict[str, int] = {}
        self.mixed: set[str] = set()  # Points whose documents stand in several nodes: their answers are sorted.
        self.constants: frozenset[int] = frozenset()  # The ids of the rows' ready answers.
        self.reads: frozenset[str] = frozenset()
        self.reads_beside_complete: frozenset[str] = frozenset()

    @property
    def asks(self) -> bool:
        """Whether there is anything to ask."""
        return len(self.graph["nodes"]) > 1

    def conditions(self) -> list[str] | None:
        """Every row's whole condition, when packed conditions are all that decides."""
        tables = [node["content"] for node in self.graph["nodes"] if node["id"] == "u"]
        if self.ends or len(tables) != 1:
            return None
        if any(column["id"] != _PACKED for column in tables[0]["inputs"]):
            return None
        return [rule.get(_PACKED, "") for rule in tables[0]["rules"]]

    def lasts(self, found: dict[str, list[dict[str, Any]]]) -> bool:
        """Whether all answers are constants: what a row computes is for one order alone."""
        return all(id(answer) in self.constants for answered in found.values() for answer in answered)

    def document_of(self, node: str) -> str:
        """The document that a node of the graph came from, empty where many share it."""
        document = self.ends.get(node.split(".")[0])
        return document.name if document else ""

    def answers(self, result: Any) -> dict[str, list[dict[str, Any]]]:
        """The answers by point; raises answers.Unfit."""
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in self.points}
        told = -1
        for hit in result.get("u") or ():
            row = self.rows[hit["r"]]
            if row.once and row.place == told:
                continue
            told = row.place
            found[row.point].append(self._computed(row, hit) if row.computed else row.answer)
        if self.ends:
            self._add_ends(found, result)
        for name in self.points:
            if points.POINTS[name].hit == "first":
                del found[name][1:]
        return found

    def _computed(self, row: Row, hit: dict[str, Any]) -> dict[str, Any]:
        answer = dict(row.answer)
        for key, value in hit.items():
            if key != "r":
                answer[self.fields[int(key[1:])]] = value
        return answers.checked(answer, row.document, row.point)

    def _add_ends(self, found: dict[str, list[dict[str, Any]]], result: Any) -> None:
        """Add the answers of documents with nodes of their own."""
        for end, document in self.ends.items():
            for hit in _flat(result.get(end)):
                if end[0] == "t":
                    row = self.rows[hit["r"]]
                    answer = self._computed(row, hit) if row.computed else row.answer
                else:
                    answer = {key: value for key, value in hit.items() if key not in points.ROOTS}
                    answer.setdefault("rule", f"{document.name}#")
                    answer = answers.checked(answer, document.name, document.point)
                found[document.point].append(answer)
        for name in self.mixed:
            found[name].sort(key=lambda answer: self.places[answer["rule"].rsplit("#", 1)[0]])


def merge(stage: str, documents: Sequence[graphs.Document], *, zone: str) -> Merged:
    """Merge the documents of a stage, given in the order of their priority."""
    merged = Merged(stage)
    small: list[tuple[int, graphs.Document, graphs.Table]] = []
    read: set[str] = set()
    read_beside: set[str] = set()
    for place, document in enumerate(documents):
        if document.point not in merged.points:
            continue
        merged.places[document.name] = place
        graph = graphs.graph(document.content)
        paths = reads.of_document(graph, points.POINTS[document.point]).paths
        read |= paths
        read_beside |= paths if document.point != "complete" else set()
        table = graphs.only_table(graph)
        if table is None:
            _add_graph(merged, place, document, graph, zone)
        elif len(table.rules) <= limits.TABLE_ROWS_MERGED_MAX:
            small.append((place, document, table))
        else:
            node = _union(merged, [(place, document, table)], f"t{place}", table.hit_policy, zone)
            merged.ends[f"t{place}"] = document
            _add(merged, node)
    if small:
        _add(merged, _union(merged, small, "u", "collect", zone))
    of_point = collections.Counter(documents[place].point for place in merged.places.values())
    merged.mixed = {document.point for document in merged.ends.values() if of_point[document.point] > 1}
    merged.constants = frozenset(id(row.answer) for row in merged.rows)
    merged.reads, merged.reads_beside_complete = frozenset(read), frozenset(read_beside)
    return merged


def _union(
    merged: Merged, tables: Sequence[tuple[int, graphs.Document, graphs.Table]], node: str, policy: str, zone: str
) -> dict[str, Any]:
    """One table of many: its rows answer their number, its columns hold what could not be packed."""
    columns: dict[tuple[str, int], str] = {}
    rules: list[dict[str, str]] = []
    for place, document, table in tables:
        names = _shared_columns(table, columns)
        for index, cells in graphs.texts(table):
            # A large table keeps its columns: the engine has an index on those that compare with values.
            rule = _conditions(table, cells, names, pack=node == "u")
            answer, open_cells = answers.outputs(table, cells)
            answer["rule"] = f"{document.name}#{graphs.row_id(table.rules[index], index)}"
            rule.update({_field(merged, field): cell for field, cell in open_cells.items()})
            rule["r"] = str(len(merged.rows))
            rules.append({name: expressions.zoned(cell, zone=zone) for name, cell in rule.items()})
            once = table.hit_policy == "first"
            merged.rows.append(Row(place, document.name, document.point, once, answer, bool(open_cells)))
    used = {name for rule in rules for name, cell in rule.items() if cell}
    inputs = [{"id": _PACKED, "name": _PACKED}] * (_PACKED in used)
    for (field, _), name in columns.items():
        if name in used:
            inputs.append(
                {"id": name, "name": name} | ({"field": expressions.zoned(field, zone=zone)} if field else {})
            )
    outputs = [name for name in ("r", *(f"o{index}" for index in range(len(merged.fields)))) if name in used]
    for rule in rules:
        for name in (*(column["id"] for column in inputs), *outputs):
            rule.setdefault(name, "")
    content = {
        "hitPolicy": policy,
        "inputs": inputs,
        "outputs": [{"id": name, "name": name, "field": name} for name in outputs],
        "rules": rules,
        "outputPath": node,
    }
    return _node(node, "decisionTableNode", content)


def _shared_columns(table: graphs.Table, columns: dict[tuple[str, int], str]) -> dict[str, str]:
    """Each input column's id to its column in the shared table; the n-th use of a field shares the n-th column."""
    names: dict[str, str] = {}
    uses: dict[str, int] = {}
    for column in table.inputs:
        field = (column.field or "").strip()
        uses[field] = uses.get(field, 0) + 1
        names[column.id] = columns.setdefault((field, uses[field]), f"i{len(columns)}")
    return names


def _conditions(table: graphs.Table, cells: dict[str, str], names: dict[str, str], *, pack: bool) -> dict[str, str]:
    """A row's input cells by column, with those that can be packed as one condition."""
    rule: dict[str, str] = {}
    packed: list[str] = []
    for column in table.inputs:
        cell = cells[column.id]
        condition = packing.condition((column.field or "").strip(), cell) if cell and pack else None
        if condition is not None:
            packed.append(condition)
        elif cell:
            rule[names[column.id]] = cell
    if packed:
        rule[_PACKED] = " and ".join(packed)
    return rule


def _add_graph(merged: Merged, place: int, document: graphs.Document, graph: graphs.Graph, zone: str) -> None:
    end = f"g{place}"
    merged.ends[end] = document
    inputs = {node.id for node in graph.of_type("inputNode")}
    sources = {edge.source_id for edge in graph.edges}
    for node in graph.nodes:
        if node.id in inputs:
            continue
        here = f"{end}.{node.id}"
        merged.graph["nodes"].append(_taken_in(here, node, end, document, zone))
        if node.type != "outputNode" and node.id not in sources:
            merged.graph["nodes"].append(_end(f"{here}.end", end))
            merged.graph["edges"].append(_edge(here, f"{here}.end"))
    for edge in graph.edges:
        source = "in" if edge.source_id in inputs else f"{end}.{edge.source_id}"
        merged.graph["edges"].append(_edge(source, f"{end}.{edge.target_id}", edge.source_handle))


def _taken_in(here: str, node: graphs.Node, end: str, document: graphs.Document, zone: str) -> dict[str, Any]:
    if node.type == "outputNode":
        return _end(here, end)
    if node.type == "switchNode":
        content = msgspec.to_builtins(graphs.switch(node))
        for branch in content["statements"]:
            branch["condition"] = expressions.zoned(branch["condition"], zone=zone)
    elif node.type == "expressionNode":
        content = msgspec.to_builtins(graphs.assignments(node))
        for index, one in enumerate(content["expressions"]):
            one["id"] = one["id"] or f"e{index}"
            one["value"] = expressions.zoned(one["value"], zone=zone)
    else:
        content = _named_rows(graphs.table(node), document, zone)
    return _node(here, node.type, content)


def _named_rows(table: graphs.Table, document: graphs.Document, zone: str) -> dict[str, Any]:
    """A table inside a larger graph answers its row's name in a column of its own."""
    content = msgspec.to_builtins(table)
    content["outputs"].append({"id": "$rule", "name": "rule", "field": "rule"})
    for column in content["inputs"]:
        if column["field"]:
            column["field"] = expressions.zoned(column["field"], zone=zone)
        else:
            del column["field"]
    rules: list[dict[str, str]] = []
    for index, cells in graphs.texts(table):
        rule = {name: expressions.zoned(cell, zone=zone) for name, cell in cells.items()}
        rule["$rule"] = f"'{document.name}#{graphs.row_id(table.rules[index], index)}'"
        rules.append(rule)
    content["rules"] = rules
    return content


def _flat(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict) and value:
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _flat(one)


def _field(merged: Merged, field: str) -> str:
    if field not in merged.fields:
        merged.fields.append(field)
    return f"o{merged.fields.index(field)}"


def _add(merged: Merged, node: dict[str, Any]) -> None:
    merged.graph["nodes"].append(node)
    merged.graph["edges"].append(_edge("in", node["id"]))


def _end(here: str, end: str) -> dict[str, Any]:
    content = {"expressions": [{"id": "e", "key": end, "value": "$root"}], "passThrough": False}
    return _node(here, "expressionNode", content)


def _node(name: str, kind: str, content: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "name": name, "type": kind, "content": content}


def _edge(source: str, target: str, handle: str | None = None) -> dict[str, Any]:
    edge = {"id": f"{source}>{target}{handle or ''}", "sourceId": source, "targetId": target, "type": "edge"}
    return edge | ({"sourceHandle": handle} if handle else {})
