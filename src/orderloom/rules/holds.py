"""What holds are called: each code that something in force may put on, with words in both languages."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from orderloom.domain import words
from orderloom.domain.documents.versions import Documents
from orderloom.domain.orders.state import Text
from orderloom.rules import graphs

_QUOTED = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)')\s*""")


def titles(documents: Documents) -> dict[str, Text]:
    """Those that come with the hub by their own words, those of rules and flows by the first reason that is given with
    the code. A reason that is worked out for each order is no title."""
    found = {code: Text(each["zh"], each["en"]) for code, each in words.catalogue()["holds"].items()}
    for code, zh, en in (*_by_rules(documents), *_by_flows(documents)):
        if code:
            found.setdefault(code, Text(zh or en or code, en or zh or code))
    return found


def _by_rules(documents: Documents) -> Iterator[tuple[str, str, str]]:
    for _, document in sorted(documents.get("rules", {}).items()):
        try:
            graph = graphs.graph(document.content.get("content", {}))
            for node in graph.of_type("decisionTableNode"):
                yield from _by_table(graphs.table(node))
            for node in graph.of_type("expressionNode"):
                yield _said({each.key: each.value for each in graphs.assignments(node).expressions})
        except msgspec.ValidationError:  # One that an earlier version of the hub took.
            continue


def _by_table(table: graphs.Table) -> Iterator[tuple[str, str, str]]:
    columns = {column.field: column.id for column in table.outputs}
    if {"code", "reason_zh"} <= columns.keys():
        for _, cells in graphs.texts(table):
            yield _said({field: cells[column] for field, column in columns.items() if field})


def _by_flows(documents: Documents) -> Iterator[tuple[str, str, str]]:
    for _, document in sorted(documents.get("flow", {}).items()):
        for node in document.content.get("nodes", ()):
            values = node.get("values", {})
            if node.get("do") == "order.hold" and isinstance(values, dict):
                code, zh, en = (str(values.get(name, "")) for name in ("code", "reason_zh", "reason_en"))
                if not any(each.startswith("=") for each in (code, zh, en)):
                    yield code, zh, en


def _said(cells: Mapping[str, Any]) -> tuple[str, str, str]:
    code, zh, en = (_literal(str(cells.get(name, ""))) for name in ("code", "reason_zh", "reason_en"))
    return code, zh, en


def _literal(cell: str) -> str:
    """The text of a cell that is one text; nothing for what is worked out."""
    found = _QUOTED.fullmatch(cell)
    return (found.group(1) or found.group(2) or "") if found else ""
