"""Rule documents as a kind: a decision graph at a named decision point, in the format of the GoRules editor."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec

from orderloom.domain.documents.findings import Finding, pointer
from orderloom.domain.documents.kinds import Content, Kind, Known
from orderloom.domain.documents.versions import Published
from orderloom.domain.fields import problems
from orderloom.rules import bounds, cases, graphs, points, reads, selfchecks


def document(published: Published) -> graphs.Document:
    """The rule document that a published version is."""
    return _document(published.name, published.version, published.content)


def _document(name: str, version: int, content: Content) -> graphs.Document:
    return graphs.Document(name, content["point"], version, content["content"], content.get("priority", 100))


def _check(name: str, content: Content, known: Known) -> list[Finding]:
    made = _document(name, 0, content)
    found = bounds.judge(made)
    if bounds.publishable(found):
        # A rule that stands already is not broken by a dictionary that comes after it: it reads nothing there.
        standing = known.before.get("rules", {}).get(name) == content
        found = [*found, *_own_fields(made, known, level="warning" if standing else "error")]
    return [_placed(each, content) for each in found]


def _own_fields(
    document: graphs.Document, known: Known, *, level: Literal["error", "warning"]
) -> Iterator[bounds.Finding]:
    """Own fields that the document may not read, each at the first cell that names it."""
    graph = graphs.graph(document.content)
    paths = reads.of_document(graph, points.POINTS[document.point]).paths
    for code, path in problems.unusable(paths, known):
        named = path.rpartition(".custom.")[2].split(".")[0]
        at = next((each for each in reads.texts(graph) if named in each.value or named in each.field), None)
        node, row, column = (at.node, at.row, at.column) if at is not None else ("", "", "")
        yield bounds.Finding(code, document.name, node, row, column, level, data={"path": path})


def _run_cases(name: str, content: Content, examples: Sequence[Mapping[str, Any]], known: Known) -> list[Finding]:
    made = _document(name, 0, content)
    try:
        sets = msgspec.convert(list(examples), list[cases.Cases]) or [cases.Cases({}, ())]
    except msgspec.ValidationError as error:
        return [Finding("document.cases_malformed", data={"reason": str(error)[:200]})]
    outcomes: list[cases.Outcome] = []
    for one in sets:
        for ran in cases.run_apart(made, one, zone=known.zone):
            if isinstance(ran, bounds.Finding):
                return [_placed(ran, content)]
            outcomes.append(ran)
    found = [
        *cases.findings(made, outcomes),
        *selfchecks.find_bounded(made, beside=_beside(name, known), zone=known.zone),
    ]
    return [_placed(each, content) for each in found]


def _beside(name: str, known: Known) -> list[graphs.Document]:
    """The other rule documents, as they will be in force."""
    others = known.documents.get("rules", {}).items()
    return [_document(each, 0, content) for each, content in others if each != name]


def _placed(found: bounds.Finding, content: Content) -> Finding:
    """The finding with its place as a JSON Pointer: down to the cell, as far as the finding says."""
    places = {"document": found.document, "node": found.node, "row": found.row, "column": found.column}
    return Finding(found.code, _path(found, content), found.level, {**places, **found.data})


def _path(found: bounds.Finding, content: Content) -> str:
    if not found.node:
        return "/point" if found.code == "rules.unknown_point" else ""
    nodes = content["content"].get("nodes", [])
    for index, node in enumerate(nodes):
        if isinstance(node, Mapping) and node.get("id") == found.node:
            return pointer("content", "nodes", index, *_within(found, node.get("content")))
    return pointer("content", "nodes")


def _within(found: bounds.Finding, inside: Any) -> list[str | int]:
    """The way from a node to the row and the column: of a table, of a list of expressions or of a switch."""
    if not isinstance(inside, Mapping):
        return []
    for key, named in (("rules", found.row), ("statements", found.row), ("expressions", found.column)):
        for index, one in enumerate(inside.get(key) or () if named else ()):
            own = one.get("_id", "").strip() or str(index + 1) if key == "rules" else one.get("id") or one.get("key")
            if named in (own, one.get("key")):
                return ["content", key, index, *_cell(found, inside, key)]
    for side in ("inputs", "outputs"):
        for index, column in enumerate(inside.get(side) or ()):
            if found.column and found.column in (column.get("name"), column.get("field"), column.get("id")):
                return ["content", side, index]
    return ["content"]


def _cell(found: bounds.Finding, inside: Mapping[str, Any], key: str) -> list[str | int]:
    if key != "rules" or not found.column:
        return {"statements": ["condition"], "expressions": ["value"]}.get(key, [])  # type: ignore[return-value]
    for column in (*inside.get("inputs", ()), *inside.get("outputs", ())):
        if found.column in (column.get("name"), column.get("field"), column.get("id")):
            return [column["id"]]
    return []


_TEXTS = {"type": "object", "properties": {"zh": {"type": "string"}, "en": {"type": "string"}}}
_SCHEMA = {
    "type": "object",
    "required": ["point", "content"],
    "additionalProperties": False,
    "properties": {
        "point": {"enum": list(points.POINTS), "description": "The decision point that is asked."},
        "priority": {"type": "integer", "minimum": 0, "maximum": 1_000_000, "description": "Smaller goes first; 100."},
        "title": _TEXTS,
        "content": {
            "type": "object",
            "description": "The decision graph (JDM): input, output, decision table, expression and switch nodes.",
            "required": ["nodes", "edges"],
            "properties": {
                "nodes": {
                    "type": "array",
                    "items": {
                        "type": "object",
                        "required": ["id", "type"],
                        "properties": {"id": {"type": "string"}, "type": {"enum": list(graphs.KINDS)}},
                    },
                },
                "edges": {"type": "array", "items": {"type": "object", "required": ["sourceId", "targetId"]}},
            },
        },
    },
}
_EXAMPLE = {
    "point": "grade",
    "priority": 50,
    "title": {"zh": "大单加急", "en": "Large orders are urgent"},
    "content": {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "request"},
            {
                "id": "table",
                "type": "decisionTableNode",
                "name": "large",
                "content": {
                    "hitPolicy": "first",
                    "inputs": [{"id": "total", "name": "金额 total", "field": "order.total"}],
                    "outputs": [
                        {"id": "grade", "name": "grade", "field": "grade"},
                        {"id": "priority", "name": "priority", "field": "priority"},
                    ],
                    "rules": [{"_id": "large", "total": ">= 50000", "grade": '"urgent"', "priority": "10"}],
                },
            },
        ],
        "edges": [{"id": "e", "sourceId": "in", "targetId": "table"}],
    },
}
_CASES = [
    {
        "base": {"order": {"total": 100}},
        "cases": [
            {"name": "大单 large", "set": {"order.total": 50_000}, "expect": [{"rule": "large"}]},
            {"name": "平常 ordinary", "expect": []},
        ],
    }
]
KIND = Kind(
    name="rules",
    label_zh="规则",
    label_en="Rules",
    schema=_SCHEMA,
    example=_EXAMPLE,
    check=_check,
    run_cases=_run_cases,
    refers_to=frozenset({"fields"}),
    cases=_CASES,
)
