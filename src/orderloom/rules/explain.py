"""From an answer's `rule` back to the document, its version and its row, in words, with the values it decided on."""

import contextlib
import re
from collections.abc import Mapping
from typing import Any

import msgspec
import zen

from orderloom.rules import expressions, graphs, regions


class Explained(msgspec.Struct, frozen=True):
    """Who decided: document, version, row, and what the row says in both languages."""

    document: str
    version: int
    point: str
    row: str
    zh: str
    en: str


class Condition(msgspec.Struct, frozen=True, omit_defaults=True):
    """A cell of a row and what it met: the column's name, the path it reads (empty for a whole condition), the cell as
    written, the value seen, and whether it held (None: the engine could not say). `short` is how much a number was
    below the least that would have held."""

    name: str
    path: str
    cell: str
    seen: Any = None
    held: bool | None = None
    short: float | None = None


def conditions(
    document: graphs.Document, row: str, context: Mapping[str, Any], *, zone: str = "Asia/Shanghai"
) -> list[Condition]:
    """The conditions of a published row over the context it was asked with; empty for a row that lets everything
    through, or that is not there."""
    for node in graphs.graph(document.content).of_type("decisionTableNode"):
        table = graphs.table(node)
        for index, cells in graphs.texts(table):
            if graphs.row_id(table.rules[index], index) == row:
                return [
                    _condition(column, cells[column.id], context, zone) for column in table.inputs if cells[column.id]
                ]
    return []


def rows(document: graphs.Document) -> list[tuple[str, dict[str, Any]]]:
    """The rows of a document by name, with what they answer as written; only of a document that is one table."""
    table = graphs.only_table(graphs.graph(document.content))
    if table is None:
        return []
    return [
        (
            graphs.row_id(table.rules[index], index),
            {column.field or "": _quoted(cells[column.id]) for column in table.outputs},
        )
        for index, cells in graphs.texts(table)
    ]


def _condition(column: graphs.Column, cell: str, context: Mapping[str, Any], zone: str) -> Condition:
    field = (column.field or "").strip()
    name = (column.name or field).strip()
    if not field:
        held = _evaluated(cell, context, zone)
        return Condition(name, "", cell, None, held if isinstance(held, bool) else None)
    seen = _seen(field, context, zone)
    region = regions.of_cell(cell)
    held: Any
    if region is not None:
        held = region.has(seen)
        return Condition(name, field, cell, seen, held, None if held else _short(region, seen))
    held = None
    with contextlib.suppress(Exception):  # The engine raises bare RuntimeErrors; a cell that fails does not match.
        held = zen.evaluate_unary_expression(expressions.zoned(cell, zone=zone), {**context, "$": seen})
    return Condition(name, field, cell, seen, held if isinstance(held, bool) else None)


def _short(region: regions.Region, seen: Any) -> float | None:
    """How far a number lies below the lowest that the region lets through above it."""
    if isinstance(seen, bool) or not isinstance(seen, int | float):
        return None
    above = [one.low - seen for one in region.numbers if one.low > seen]
    return round(min(above), 6) if above else None


def _seen(field: str, context: Mapping[str, Any], zone: str) -> Any:
    if not _PATH.fullmatch(field):
        return _evaluated(field, context, zone)
    found: Any = context
    for name in field.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _evaluated(text: str, context: Mapping[str, Any], zone: str) -> Any:
    try:
        return zen.evaluate_expression(expressions.zoned(text, zone=zone), dict(context))
    except Exception:  # As above.
        return None


_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")


def tell(rule: str, documents: Mapping[str, graphs.Document]) -> Explained | None:
    """Explain "<document>#<row>" by the documents of the revision that decided; None when it has no such document.

    The row's own words come first (reason or label, then the editor's description), else its conditions.
    """
    name, _, row_id = rule.partition("#")
    document = documents.get(name)
    if document is None:
        return None
    for node in graphs.graph(document.content).of_type("decisionTableNode"):
        table = graphs.table(node)
        for index, row in enumerate(table.rules):
            if graphs.row_id(row, index) == row_id:
                zh, en = _words(table, row)
                return Explained(name, document.version, document.point, row_id, zh, en)
    return Explained(name, document.version, document.point, row_id, name, name)


def _words(table: graphs.Table, row: Mapping[str, str]) -> tuple[str, str]:
    said = {column.field: row.get(column.id, "").strip() for column in table.outputs}
    zh = _quoted(said.get("reason_zh") or said.get("label_zh") or "") or row.get("_description", "").strip()
    en = _quoted(said.get("reason_en") or said.get("label_en") or "") or row.get("_description", "").strip()
    conditions = [
        f"{column.name or column.field or ''} {cell}".strip()
        for column in table.inputs
        if (cell := row.get(column.id, "").strip()) and cell != "-"
    ]
    zh = zh or ("当 " + " 且 ".join(conditions) if conditions else "其余情况")
    en = en or ("when " + " and ".join(conditions) if conditions else "in all other cases")
    return zh, en


def _quoted(cell: str) -> str:
    """The text of a cell that is one text; a cell that is worked out is shown as it is written."""
    return cell[1:-1] if len(cell) > 1 and cell[0] in "\"'" and cell[0] == cell[-1] else cell
