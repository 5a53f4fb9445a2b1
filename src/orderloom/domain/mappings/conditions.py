"""Conditions of a mapping document, compiled to functions of the record and its order."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from orderloom.domain.mappings import documents, patterns, values

Test = Callable[[Any, Any], bool]
"""Given the record (a line, or the order itself) and the order."""
Find = Callable[[str], Callable[[Any, Any], Any]]
"""Compiles a path to a getter of the same two."""
Lines = Callable[[Any], list[Any]]
"""The lines of an order."""

_TESTS = ("equals", "within", "matches", "starts_with", "ends_with", "contains", "empty", "below", "above", "number")
_JOINS = ("all", "any", "negated", "every", "some")


class Meaningless(ValueError):
    """A condition that says nothing, or two things at once."""


def compiled(condition: documents.Condition, *, find: Find, lines: Lines) -> Test:
    """The condition as a function. Raises Meaningless, paths.Malformed or patterns.Unbounded."""
    tests = [name for name in _TESTS if getattr(condition, name) is not None]
    joins = [name for name in _JOINS if getattr(condition, name) is not None]
    if len(tests) + len(joins) != 1 or bool(tests) != bool(condition.path):
        raise Meaningless("a condition is a path with one test, or one of all, any, not, every, some")
    if tests:
        return _tested(condition, tests[0], find(condition.path))
    return _joined(condition, joins[0], find, lines)


def _joined(condition: documents.Condition, join: str, find: Find, lines: Lines) -> Test:
    if join in ("all", "any"):
        parts = [compiled(each, find=find, lines=lines) for each in getattr(condition, join)]
        if join == "all":
            return lambda record, order: all(part(record, order) for part in parts)
        return lambda record, order: any(part(record, order) for part in parts)
    inner = compiled(getattr(condition, join), find=find, lines=lines)
    if join == "negated":
        return lambda record, order: not inner(record, order)
    if join == "every":

        def every(_: Any, order: Any) -> bool:
            found = lines(order)
            return bool(found) and all(inner(line, order) for line in found)

        return every
    return lambda _, order: any(inner(line, order) for line in lines(order))


def _tested(condition: documents.Condition, test: str, get: Callable[[Any, Any], Any]) -> Test:
    if test in ("below", "above", "number"):
        return _numeric(test, Decimal(getattr(condition, test)), get)
    if test == "empty":
        wanted_empty = condition.empty
        return lambda record, order: (_plain(get(record, order)) == "") is wanted_empty
    if test == "matches":
        expression = patterns.compiled(condition.matches or "")
        return lambda record, order: (
            expression.search(_plain(get(record, order))[: patterns.TEXT_CHARS_MAX]) is not None
        )
    if test == "within":
        wanted = frozenset(_plain(each) for each in condition.within or ())
        return lambda record, order: _plain(get(record, order)) in wanted
    text = _plain(getattr(condition, test))
    if test == "equals":
        return lambda record, order: _plain(get(record, order)) == text
    if test == "starts_with":
        return lambda record, order: _plain(get(record, order)).startswith(text)
    if test == "ends_with":
        return lambda record, order: _plain(get(record, order)).endswith(text)
    return lambda record, order: text in _plain(get(record, order))


def _numeric(test: str, bound: Decimal, get: Callable[[Any, Any], Any]) -> Test:
    """A value that is no number is neither below, above nor equal to anything."""

    def compare(record: Any, order: Any) -> bool:
        try:
            value = values.number(get(record, order))
        except values.Unreadable:
            return False
        return value < bound if test == "below" else value > bound if test == "above" else value == bound

    return compare


def _plain(raw: Any) -> str:
    if isinstance(raw, list | dict):
        return "" if not raw else "[…]"
    try:
        return values.folded(values.text(raw))
    except values.Unreadable:
        return "[…]"
