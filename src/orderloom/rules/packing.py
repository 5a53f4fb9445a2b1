"""Table rows as one condition each: `order.total >= 300` from the column `order.total` and the cell `>= 300`.

The engine looks up a cell, a field and a comparison for every column of every row; one condition a row is parsed
once and stops at its first `and` that fails. For the small tables of a stage that halves the cost of asking
(docs/why/rules.md). A cell whose meaning beside its field is not one of the plain forms below keeps its column.
"""

import re

_LITERAL = r"""(?:"[^"]*"|'[^']*'|-?\d+(?:\.\d+)?|true|false|null)"""
_LIST = rf"{_LITERAL}(?:\s*,\s*{_LITERAL})*"
_COMPARED = re.compile(rf"(==|!=|<=|>=|<|>)\s*{_LITERAL}")
_VALUES = re.compile(_LIST)
_LISTED = re.compile(rf"(?:not\s+in|in)\s*\[\s*{_LIST}\s*\]")
_INTERVAL = re.compile(r"[\[(]\s*-?\d+(?:\.\d+)?\s*\.\.\s*-?\d+(?:\.\d+)?\s*[\])]")
_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*")


def condition(field: str, cell: str) -> str | None:
    """The cell compared with its field as one condition; None when only the engine knows what the cell means.

    Without a field the cell is itself a condition. Both texts are stripped and the cell is not empty.
    """
    if not field:
        return f"({cell})"
    side = field if _PATH.fullmatch(field) else f"({field})"
    if _COMPARED.fullmatch(cell) or _LISTED.fullmatch(cell):
        return f"{side} {cell}"
    if _INTERVAL.fullmatch(cell):
        return f"{side} in {cell}"
    if _VALUES.fullmatch(cell):
        return f"{side} in [{cell}]" if re.search(rf"{_LITERAL}\s*,", cell) else f"{side} == {cell}"
    return None
