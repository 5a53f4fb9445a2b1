"""What rows answer: constants read once, computed values checked against their point's schema."""

import functools
import math
import re
import types
import typing
from collections.abc import Mapping
from typing import Any, TypedDict

import msgspec
import zen

from orderloom.rules import engines, expressions, graphs, points

_NUMBER = re.compile(r"-?\d{1,9}(\.\d{1,6})?")
_TEXT = re.compile(r"\"[^\"]*\"|'[^']*'")
_WORDS: Mapping[str, Any] = {"true": True, "false": False, "null": None}


class Unfit(ValueError):
    """An answer does not fit its point's schema: the document and the reason."""

    def __init__(self, document: str, reason: str) -> None:
        super().__init__(document, reason)
        self.document, self.reason = document, reason


def outputs(table: graphs.Table, cells: dict[str, str]) -> tuple[dict[str, Any], dict[str, str]]:
    """What a row answers at once, and by field the cells that are worked out for each order."""
    answer: dict[str, Any] = {}
    open_cells: dict[str, str] = {}
    for column in table.outputs:
        cell = cells[column.id]
        if not cell or not column.field:
            continue
        is_constant, value = constant(cell)
        if is_constant:
            answer[column.field] = value
        else:
            open_cells[column.field] = cell
    return answer, open_cells


def constant(cell: str) -> tuple[bool, Any]:
    """Whether an output cell is a constant, and its value; raises expressions.Unreadable."""
    if _TEXT.fullmatch(cell):
        return True, cell[1:-1]
    if cell in _WORDS:
        return True, _WORDS[cell]
    if _NUMBER.fullmatch(cell):
        return True, float(cell) if "." in cell else int(cell)
    if not expressions.reading(cell).constant():
        return False, None
    try:
        return True, engines.whole(zen.evaluate_expression(cell, {}))
    except Exception:  # The engine raises bare RuntimeErrors; such a cell is left to it and never matches.
        return False, None


def is_plain(cell: str) -> bool:
    """Whether an output cell is one text, word or number."""
    return cell in _WORDS or bool(_TEXT.fullmatch(cell) or _NUMBER.fullmatch(cell))


def checked(answer: dict[str, Any], document: str, point: str) -> dict[str, Any]:
    """The answer with whole numbers where the schema has them, rounded half up; raises Unfit."""
    for field in _integers(point):
        value = answer.get(field)
        if isinstance(value, float):
            answer[field] = math.floor(value + 0.5)
    try:
        fits(answer, points.POINTS[point])
    except msgspec.ValidationError as error:
        raise Unfit(document, str(error)) from None
    return answer


def fits(answer: dict[str, Any], point: points.Point, *, without: frozenset[str] = frozenset()) -> None:
    """Raise msgspec.ValidationError when an answer does not fit its point; fields `without` are not known yet."""
    schema = _without(point.name, without) if without else point.answer
    msgspec.convert(answer, schema)


@functools.cache
def _without(point: str, fields: frozenset[str]) -> Any:
    hints = typing.get_type_hints(points.POINTS[point].answer, include_extras=True)
    kept = {name: hint for name, hint in hints.items() if name not in fields}
    return types.new_class(f"{point}_known", (TypedDict,), exec_body=lambda body: body.update(__annotations__=kept))


@functools.cache
def _integers(point: str) -> tuple[str, ...]:
    hints = typing.get_type_hints(points.POINTS[point].answer)
    return tuple(name for name, hint in hints.items() if int in (hint, *typing.get_args(hint)))
