"""Which paths of the context a document reads, so that callers build no more than that.

Conservative: whatever might be read counts as read. `#` inside a closure is taken for an element of every
collection that its expression names.
"""

import re
from collections.abc import Iterable, Iterator

import msgspec

from orderloom.rules import expressions, graphs, points

_PLAIN = re.compile(
    r"""\s*(?:"[^"]*"|'[^']*'|-?\d{1,9}(?:\.\d{1,6})?|true|false|null|(?:[<>]=?|==|!=)\s*(?:-?\d{1,9}(?:\.\d{1,6})?|null|"[^"]*"|'[^']*'))\s*"""
)


class Text(msgspec.Struct, frozen=True):
    """One expression of a document and its place; a `cell` is compared with the expression of its `field`."""

    value: str
    node: str
    row: str = ""
    column: str = ""
    cell: bool = False
    field: str = ""
    prefix: str = ""


class Found(msgspec.Struct, frozen=True):
    """The catalogued paths that a document reads, and names that are nowhere known, with a text that uses them."""

    paths: frozenset[str]
    unknown: dict[str, Text]


def texts(graph: graphs.Graph) -> Iterator[Text]:
    """Every expression of a document with its place; empty cells are left out."""
    for node in graph.nodes:
        if node.type == "decisionTableNode":
            yield from _table_texts(node.id, graphs.table(node))
        elif node.type == "expressionNode":
            content = graphs.assignments(node)
            prefix = _prefix(content.input_field, content.execution_mode)
            if content.input_field:
                yield Text(content.input_field, node.id, column="inputField")
            for one in content.expressions:
                if one.value.strip():
                    yield Text(one.value, node.id, column=one.key, prefix=prefix)
        elif node.type == "switchNode":
            for branch in graphs.switch(node).statements:
                if branch.condition.strip():
                    yield Text(branch.condition, node.id, row=branch.id)


def of_document(graph: graphs.Graph, point: points.Point) -> Found:
    """All that a document reads at its point; raises expressions.Unreadable."""
    defined = _defined(graph)
    paths: set[str] = set()
    unknown: dict[str, Text] = {}
    whole: dict[str, bool] = {}
    for text in texts(graph):
        if text.cell and is_plain(text.value):
            continue  # A number or a text reads nothing; the column's field is told by itself.
        for path in _paths(text):
            if path not in whole:
                names = points.known(path, point) if path else _everything(point)
                paths.update(names)
                whole[path] = bool(names)
            if not whole[path] and path.split(".")[0].removesuffix("[]") not in defined:
                unknown.setdefault(path, text)
    return Found(frozenset(paths), unknown)


def of_expression(text: str) -> Iterable[str]:
    """Dotted paths that an expression standing alone reads, the empty path for the whole context; raises
    expressions.Unreadable."""
    return _paths(Text(text, ""))


def is_plain(cell: str) -> bool:
    """Whether an input cell is a mere value or comparison with one: nothing to read, nothing to bound."""
    return _PLAIN.fullmatch(cell) is not None


def _table_texts(node: str, table: graphs.Table) -> Iterator[Text]:
    prefix = _prefix(table.input_field, table.execution_mode)
    if table.input_field:
        yield Text(table.input_field, node, column="inputField")
    for column in table.inputs:
        if column.field and column.field.strip():
            yield Text(column.field, node, column=column.name or column.id, prefix=prefix)
    rows = list(graphs.texts(table))
    for columns, inputs in ((table.inputs, True), (table.outputs, False)):
        for column in columns:
            field = (column.field or "").strip() if inputs else ""
            for index, cells in rows:
                if cells[column.id]:
                    row = graphs.row_id(table.rules[index], index)
                    name = column.name or column.field or column.id
                    yield Text(cells[column.id], node, row, name, bool(field), field, prefix)


def _prefix(field: str | None, mode: str) -> str:
    return f"{field.strip()}[]" if field and mode == "loop" else (field or "").strip()


def _paths(text: Text) -> Iterable[str]:
    """Dotted paths; the empty path is the whole context."""
    reading = expressions.reading(text.value, cell=text.cell)
    named = set(reading.paths)
    collections = named | (expressions.reading(text.field).paths if text.field else set())
    for path in collections:
        for element in reading.elements:
            if f"{path}[]" in _COLLECTIONS:
                named.add(f"{path}[].{element}" if element else f"{path}[]")
    # Where only its length matters a collection is still sent, with the smallest element.
    named = {f"{path}[].{_SMALLEST[f'{path}[]']}" if f"{path}[]" in _COLLECTIONS else path for path in named}
    if text.prefix:
        named = {f"{text.prefix}.{path}" for path in named}
    if reading.whole_context or (text.prefix and reading.elements):
        named.add(text.prefix)
    return named


def _everything(point: points.Point) -> list[str]:
    names = (*points.PATHS, *points.PAGE_PATHS)
    return [name for name in names if name.split(".")[0].removesuffix("[]") in point.reads]


def _defined(graph: graphs.Graph) -> set[str]:
    """Names that nodes of a larger graph make for later ones."""
    names: set[str] = set()
    tables = [graphs.table(node) for node in graph.of_type("decisionTableNode")]
    steps = [graphs.assignments(node) for node in graph.of_type("expressionNode")]
    if len(tables) + len(steps) > 1:
        names.update(column.field or "" for table in tables for column in table.outputs)
        names.update(table.output_path or "" for table in tables)
    names.update(one.key for step in steps for one in step.expressions)
    names.update(step.output_path or "" for step in steps)
    return {name.split(".")[0] for name in names}


_COLLECTIONS = frozenset(path.split("[]")[0] + "[]" for path in (*points.PATHS, *points.PAGE_PATHS) if "[]" in path)
_SMALLEST = {"lines[]": "line_no", "skus[]": "sku"}
