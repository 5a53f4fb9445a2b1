"""Our own pass over a document before it may be published.

The engine has no time limit and one evaluation holds the interpreter, so what could run long is refused
beforehand, with its place: node, row and column. It reads texts only; nothing of the document is run here
(`rules.cases` runs it, in a process that is killed).
"""

import re
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, Literal

import msgspec
import zen

from orderloom.kit import limits
from orderloom.rules import answers, expressions, graphs, points, reads

_NAME = re.compile(r"[a-z][a-z0-9_]{0,63}")
_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
_ROW = re.compile(r"[A-Za-z0-9_.:-]{1,64}")
_EQUALITY = re.compile(r"""\s*("[^"]*"|'[^']*'|-?[\d.]+|true|false)(\s*,\s*("[^"]*"|'[^']*'|-?[\d.]+))*\s*""")
FINDINGS_MAX = 100


class Finding(msgspec.Struct, frozen=True, omit_defaults=True):
    """Something wrong with a document and where; `code` stands in domain/codes.toml. An error forbids publishing."""

    code: str
    document: str
    node: str = ""
    row: str = ""
    column: str = ""
    level: Literal["error", "warning"] = "error"
    data: Mapping[str, Any] = {}


def judge(document: graphs.Document) -> list[Finding]:
    """All findings, at most FINDINGS_MAX; an empty list (or only warnings) means that it may be published.

    Later passes need what earlier ones prove: shape, then graph, then expressions, then answers.
    """
    for look in (_shape, _graph, _contents, _expressions, _meaning):
        found = list(islice(look(document), FINDINGS_MAX))
        if any(finding.level == "error" for finding in found):
            return found
    return found + list(_warnings(document))


def judge_graph(content: dict[str, Any]) -> list[Finding]:
    """The same of a graph that stands at no decision point: whether it may run, whatever it reads and answers."""
    document = graphs.Document("graph", next(iter(points.POINTS)), 0, content)
    for look in (_shape, _graph, _contents, _expressions):
        found = list(islice(look(document), FINDINGS_MAX))
        if any(finding.level == "error" for finding in found):
            return found
    return []


def publishable(findings: list[Finding]) -> bool:
    """Whether no finding is an error."""
    return all(finding.level != "error" for finding in findings)


def judge_expression(text: str) -> tuple[str, str] | None:
    """What is wrong with an expression that stands alone, as (code, reason); None when it may be published."""
    return _judged(text, False)


def _shape(document: graphs.Document) -> Iterator[Finding]:
    if not _NAME.fullmatch(document.name):
        yield Finding("rules.bad_name", document.name[:80])
    if document.point not in points.POINTS:
        yield Finding(
            "rules.unknown_point",
            document.name,
            data={"point": str(document.point)[:80], "points": list(points.POINTS)},
        )
    try:
        size = len(msgspec.json.encode(document.content))
    except (TypeError, ValueError, RecursionError) as error:
        yield Finding("rules.malformed", document.name, data={"reason": str(error)[:200]})
        return
    if size > limits.DOCUMENT_BYTES_MAX:
        yield Finding("rules.too_large", document.name, data={"bytes": size, "bytes_max": limits.DOCUMENT_BYTES_MAX})
        return
    try:
        graphs.graph(document.content)
    except (msgspec.ValidationError, RecursionError) as error:
        yield Finding("rules.malformed", document.name, data={"reason": str(error)[:200]})


def _graph(document: graphs.Document) -> Iterator[Finding]:
    graph = graphs.graph(document.content)
    if len(graph.nodes) > limits.NODES_MAX or len(graph.edges) > limits.NODES_MAX * 4:
        yield Finding(
            "rules.too_many_nodes", document.name, data={"nodes": len(graph.nodes), "nodes_max": limits.NODES_MAX}
        )
        return
    ids = {node.id for node in graph.nodes}
    for node in graph.nodes:
        if node.type not in graphs.KINDS:
            yield Finding(
                "rules.node_not_allowed",
                document.name,
                node.id,
                data={"type": node.type, "allowed": list(graphs.KINDS)},
            )
    if len(ids) != len(graph.nodes) or len(graph.of_type("inputNode")) != 1 or len(graph.nodes) < 2:
        yield Finding("rules.bad_nodes", document.name)
    for edge in graph.edges:
        if edge.source_id not in ids or edge.target_id not in ids:
            yield Finding("rules.loose_edge", document.name, edge.source_id, data={"target": edge.target_id})
    around = _cycle(graph)
    if around:
        yield Finding("rules.cycle", document.name, around)


def _cycle(graph: graphs.Graph) -> str:
    """A node that lies on a cycle, or empty: nodes without open predecessors are taken away until none is left."""
    open_edges = [(edge.source_id, edge.target_id) for edge in graph.edges]
    left = {node.id for node in graph.nodes}
    while True:
        targets = {target for _, target in open_edges}
        free = left - targets
        if not free:
            return min(left, default="")
        left -= free
        open_edges = [(source, target) for source, target in open_edges if source in left]


def _contents(document: graphs.Document) -> Iterator[Finding]:
    for node in graphs.graph(document.content).nodes:
        try:
            content = graphs.content(node)
        except msgspec.ValidationError as error:
            yield Finding("rules.malformed", document.name, node.id, data={"reason": str(error)[:200]})
            continue
        if isinstance(content, graphs.Table):
            yield from _table(document, node, content)
        elif isinstance(content, graphs.Assignments):
            for one in content.expressions:
                if not _KEY.fullmatch(one.key) or one.key == "rule":
                    yield Finding("rules.bad_field", document.name, node.id, column=one.key[:80])


def _table(document: graphs.Document, node: graphs.Node, table: graphs.Table) -> Iterator[Finding]:
    columns = [*table.inputs, *table.outputs]
    if len(table.rules) > limits.TABLE_ROWS_MAX:
        data = {"rows": len(table.rules), "rows_max": limits.TABLE_ROWS_MAX}
        yield Finding("rules.too_many_rows", document.name, node.id, data=data)
    ids = {column.id for column in columns}
    if len(columns) > limits.COLUMNS_MAX or len(ids) != len(columns) or ids & {"_id", "_description", "$rule", ""}:
        yield Finding("rules.bad_columns", document.name, node.id, data={"columns_max": limits.COLUMNS_MAX})
    for column in table.outputs:
        if not _KEY.fullmatch(column.field or "") or column.field == "rule":
            yield Finding("rules.bad_field", document.name, node.id, column=(column.field or column.id)[:80])
    seen: set[str] = set()
    for index, row in enumerate(table.rules):
        name = graphs.row_id(row, index)
        if name in seen or not _ROW.fullmatch(name):
            yield Finding("rules.bad_row_id", document.name, node.id, name[:80])
        seen.add(name)


def _expressions(document: graphs.Document) -> Iterator[Finding]:
    judged: dict[tuple[str, bool], tuple[str, str] | None] = {}
    graph = graphs.graph(document.content)
    steps = sum(_looped_steps(graphs.table(one)) for one in graph.of_type("decisionTableNode"))
    for text in reads.texts(graph):
        if (text.cell and reads.is_plain(text.value)) or answers.is_plain(text.value):
            continue
        key = (text.value, text.cell)
        if key not in judged:
            judged[key] = _judged(*key)
        problem = judged[key]
        if problem:
            code, reason = problem
            shown: dict[str, Any] = {"expression": text.value[:200], "reason": reason}
            if code == "rules.too_much_work":
                shown |= {"steps": int(reason.split(" > ")[0]), "steps_max": limits.EXPRESSION_STEPS_MAX}
            yield Finding(code, document.name, text.node, text.row, text.column, data=shown)
        else:
            steps += expressions.reading(text.value, cell=text.cell).steps
    if steps > limits.DOCUMENT_STEPS_MAX:
        yield Finding(
            "rules.too_much_work", document.name, data={"steps": steps, "steps_max": limits.DOCUMENT_STEPS_MAX}
        )


def _looped_steps(table: graphs.Table) -> int:
    """A table in a loop is scanned for every line, unless the engine can look its rows up."""
    return len(table.rules) * limits.LINES_MAX if table.execution_mode == "loop" and not _has_equality(table) else 0


def _judged(text: str, cell: bool) -> tuple[str, str] | None:
    """What is wrong with one expression as (code, reason), or None. The engine parses only what is bounded."""
    if len(text) > limits.EXPRESSION_CHARS_MAX:
        return "rules.expression_too_long", f"{len(text)} > {limits.EXPRESSION_CHARS_MAX}"
    try:
        reading = expressions.reading(text, cell=cell)
    except expressions.Unreadable as error:
        return "rules.not_an_expression", str(error)
    forbidden = sorted(reading.calls & expressions.FORBIDDEN_CALLS) + ["d()"] * bool(reading.bare_dates)
    if forbidden:
        return "rules.call_not_allowed", ", ".join(forbidden)
    if reading.patterns_heavy:
        return "rules.pattern_not_allowed", ""
    if reading.assigns or reading.nodes_read:
        return "rules.not_an_expression", "$nodes" if reading.nodes_read else "= ;"
    if reading.open_ranges:
        return "rules.range_too_long", f"? > {limits.RANGE_MAX}"
    measured = (
        ("rules.closures_too_deep", reading.nested, limits.CLOSURES_NESTED_MAX),
        ("rules.range_too_long", reading.range_span_max, limits.RANGE_MAX),
        ("rules.too_much_work", reading.steps, limits.EXPRESSION_STEPS_MAX),
        ("rules.number_too_long", reading.digits_max, limits.NUMBER_DIGITS_MAX),
    )
    for code, found, most in measured:
        if found > most:
            return code, f"{found} > {most}"
    return _parsed(text, cell)


def _parsed(text: str, cell: bool) -> tuple[str, str] | None:
    # `validate_unary_expression` of zen 2.1.3 takes a cell for a standard expression, so a cell is compiled instead.
    try:
        _ = zen.compile_unary_expression(text) if cell else zen.compile_expression(text)
    except RuntimeError as error:
        return "rules.not_an_expression", str(error).splitlines()[0][:200]
    return None


def _meaning(document: graphs.Document) -> Iterator[Finding]:
    """Names that exist nowhere, and ready answers that do not fit the point."""
    graph = graphs.graph(document.content)
    point = points.POINTS[document.point]
    for path, text in reads.of_document(graph, point).unknown.items():
        yield Finding("rules.unknown_path", document.name, text.node, text.row, text.column, data={"path": path})
    table = graphs.only_table(graph)
    if table is None:
        return  # What a larger graph answers is judged by its cases.
    node = graph.of_type("decisionTableNode")[0]
    for index, cells in graphs.texts(table):
        answer, computed = answers.outputs(table, cells)
        try:
            answers.fits({**answer, "rule": ""}, point, without=frozenset(computed))
        except msgspec.ValidationError as error:
            row = graphs.row_id(table.rules[index], index)
            yield Finding("rules.answer_unfit", document.name, node.id, row, data={"reason": str(error)[:200]})


def _warnings(document: graphs.Document) -> Iterator[Finding]:
    for node in graphs.graph(document.content).of_type("decisionTableNode"):
        table = graphs.table(node)
        if len(table.rules) > limits.TABLE_ROWS_WITHOUT_EQUALITY and not _has_equality(table):
            yield Finding("rules.slow_table", document.name, node.id, level="warning", data={"rows": len(table.rules)})


def _has_equality(table: graphs.Table) -> bool:
    """Whether some column compares with values in at least nine rows of ten: the engine looks those up at once."""
    for column in table.inputs:
        if (column.field or "").strip():
            equal = sum(1 for row in table.rules if _EQUALITY.fullmatch(row.get(column.id, "")))
            if equal * 10 >= len(table.rules) * 9:
                return True
    return False
