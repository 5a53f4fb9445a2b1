"""Answers remembered by what the rules can tell apart.

A stage whose rows all compare single values with constants (`order.total >= 3000 and order.grade == "vip"`) cannot
tell 3,100 from 3,200: between two constants all numbers are one class, and so are all texts that no row names. Orders
of the same classes get the same answers, so the engine is asked once for each combination. Rows that compute, join
values, or look into lines are for the engine alone: then there is nothing to remember by.
"""

import bisect
import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from orderloom.kit import limits

_LITERAL = r"""(?:"[^"]*"|'[^']*'|-?\d{1,9}(?:\.\d{1,6})?|true|false|null)"""
_ATOM = re.compile(
    rf"""(?P<path>[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*)\s*
    (?:(?P<order><=|>=|<|>)\s*(?P<bound>-?\d{{1,9}}(?:\.\d{{1,6}})?)
      |(?:==|!=)\s*(?P<literal>{_LITERAL})
      |(?:not\s+in|in)\s*\[(?P<list>\s*{_LITERAL}(?:\s*,\s*{_LITERAL})*\s*)\]
      |in\s*[\[(]\s*(?P<low>-?\d{{1,9}}(?:\.\d{{1,6}})?)\s*\.\.\s*(?P<high>-?\d{{1,9}}(?:\.\d{{1,6}})?)\s*[\])])
    """,
    re.VERBOSE,
)
_LITERALS = re.compile(_LITERAL)
_AND = re.compile(r"\s+and\s+")
_WORDS: Mapping[str, Any] = {"true": True, "false": False, "null": None}
_OTHER = object()

Answers = dict[str, list[dict[str, Any]]]


# A value that rows compare: where it stands, the numbers it is compared with in order, and the other constants.
_Path = tuple[tuple[str, ...], list[float], frozenset[Any]]


class Memory:
    """What was answered, by classes. Safe to share between threads: an answer is the same whoever found it."""

    def __init__(self, paths: list[_Path]) -> None:
        self._paths = paths
        self._answers: dict[tuple[Any, ...], Answers] = {}

    def answers(self, context: dict[str, Any], ask: Callable[[], Any]) -> Any:
        """The remembered answers for this context, or what `ask` gives, kept when it is an answer."""
        key = self._key(context)
        if key is None:
            return ask()
        found = self._answers.get(key)
        if found is None:
            given = ask()
            if not isinstance(given, dict):
                return given
            if len(self._answers) >= limits.ANSWERS_REMEMBERED_MAX:
                self._answers.clear()
            found = self._answers[key] = given
        return dict(found)

    def _key(self, context: dict[str, Any]) -> tuple[Any, ...] | None:
        key: list[Any] = []
        for keys, numbers, others in self._paths:
            value: Any = context
            try:
                for name in keys:
                    value = value[name]
            except (KeyError, TypeError):
                value = None  # The engine reads what is absent, or below no object, as null too.
            kind = type(value)
            if kind is str or kind is bool or value is None:
                key.append(value if kind is not str or value in others else _OTHER)
            elif kind is float or kind is int:
                at = bisect.bisect_left(numbers, value)
                # From 2 on: True is 1 to a dictionary, and a class of numbers must be neither.
                key.append(2 + 2 * at + (at < len(numbers) and numbers[at] == value))
            else:
                return None
        return tuple(key)


def memory(conditions: Iterable[str]) -> Memory | None:
    """A memory for rows with these conditions ("" always holds); None when one of them tells more apart."""
    numbers: dict[str, set[float]] = {}
    others: dict[str, set[Any]] = {}
    for condition in conditions:
        at = 0
        while at < len(condition):
            atom = _ATOM.match(condition, at)
            if atom is None:
                return None
            path = atom["path"]
            numbers.setdefault(path, set())
            others.setdefault(path, set())
            for text in _constants(atom):
                value = _value(text)
                (numbers if isinstance(value, float) else others)[path].add(value)
            at = atom.end()
            if at < len(condition):
                joined = _AND.match(condition, at)
                if joined is None:
                    return None
                at = joined.end()
    return Memory([(tuple(path.split(".")), sorted(numbers[path]), frozenset(others[path])) for path in numbers])


def _constants(atom: re.Match[str]) -> list[str]:
    if atom["list"] is not None:
        return _LITERALS.findall(atom["list"])
    return [text for text in (atom["bound"], atom["literal"], atom["low"], atom["high"]) if text is not None]


def _value(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    return text[1:-1] if text[0] in "\"'" else float(text)
