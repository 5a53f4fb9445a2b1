"""Answers remembered by what the rules can tell apart.

A stage whose rows all compare values with constants (`order.total >= 3000 and order.grade == "vip"`) cannot tell
3,100 from 3,200: between two constants all numbers are one class, and so are all texts that no row names. Two values
compared with each other are less, equal or more. A row that asks whether some line or every line is such and such
knows a line by its classes, and a second line of the same classes adds nothing. Orders of the same classes get the
same answers, so the engine is asked once for each combination. Rows that compute or join values are for the engine
alone: then there is nothing to remember by.
"""

import bisect
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any

import msgspec

from orderloom.kit import limits

_LITERAL = r"""(?:"[^"]*"|'[^']*'|-?\d{1,9}(?:\.\d{1,6})?|true|false|null)"""
_PATH = r"(?:\#\.)?[A-Za-z_]\w*(?:\.[A-Za-z_]\w*)*"
_ATOM = re.compile(
    rf"""(?:(?P<path>{_PATH})|\(\s*(?P<given>{_PATH})\s*\?\?\s*{_LITERAL}\s*\))\s*
    (?:(?P<order><=|>=|<|>)\s*(?P<bound>-?\d{{1,9}}(?:\.\d{{1,6}})?)
      |(?:==|!=)\s*(?P<literal>{_LITERAL})
      |(?:not\s+in|in)\s*\[(?P<list>\s*{_LITERAL}(?:\s*,\s*{_LITERAL})*\s*)\]
      |in\s*[\[(]\s*(?P<low>-?\d{{1,9}}(?:\.\d{{1,6}})?)\s*\.\.\s*(?P<high>-?\d{{1,9}}(?:\.\d{{1,6}})?)\s*[\])])
    """,
    re.VERBOSE,
)
_PAIR = re.compile(rf"(?P<one>{_PATH})\s*(?:<=|>=|<|>)\s*(?P<other>{_PATH})")
_LITERALS = re.compile(_LITERAL)
_LINES = re.compile(r"(?:some|all|none)\(\s*lines\s*,\s*")
_OPEN = re.compile(r"\(\s*")
_CLOSE = re.compile(r"\s*\)(?:\s*(?:==|!=)\s*(?:true|false)\b)?")
_JOIN = re.compile(r"\s+(?:and|or)\s+")
_WORDS: Mapping[str, Any] = {"true": True, "false": False, "null": None}
_OTHER = object()

Answers = dict[str, list[dict[str, Any]]]
Key = tuple[Any, ...]


class _Alone(Exception):
    """A value is of a kind that only the engine knows how to compare."""


class _Told(msgspec.Struct):
    """What conditions compare: by path the numbers and the other constants, and the pairs of paths."""

    numbers: dict[str, set[float]] = {}
    others: dict[str, set[Any]] = {}
    pairs: list[tuple[str, str]] = []

    def add(self, leaf: re.Match[str]) -> None:
        """Note what one comparison tells apart."""
        if leaf.re is _PAIR:
            pair = (leaf["one"].removeprefix("#."), leaf["other"].removeprefix("#."))
            if pair not in self.pairs:
                self.pairs.append(pair)
            return
        path = (leaf["path"] or leaf["given"]).removeprefix("#.")
        self.numbers.setdefault(path, set())
        self.others.setdefault(path, set())
        for text in _constants(leaf):
            value = _value(text)
            (self.numbers if isinstance(value, float) else self.others)[path].add(value)


# Where a value stands: its place among the values, and the names below it.
_Place = tuple[int, tuple[str, ...]]


class _Classes:
    """The classes of some values that stand at known places."""

    def __init__(self, told: _Told, place: Callable[[str], _Place]) -> None:
        self._compared = [
            (*place(path), sorted(numbers), frozenset(told.others[path])) for path, numbers in told.numbers.items()
        ]
        self._pairs = [(*place(one), *place(other)) for one, other in told.pairs]

    def of(self, values: Sequence[Any]) -> list[Any]:
        """The class of each value and pair; raises _Alone."""
        classes: list[Any] = []
        for at, names, numbers, others in self._compared:
            value = _below(values[at], names) if names else values[at]
            kind = type(value)
            if kind is str:
                classes.append(value if value in others else _OTHER)
            elif kind is bool or value is None:
                classes.append(value)
            elif kind is float or kind is int:
                rank = bisect.bisect_left(numbers, value)
                # From 2 on: True is 1 to a dictionary, and a class of numbers must be neither.
                classes.append(2 + 2 * rank + (rank < len(numbers) and numbers[rank] == value))
            else:
                raise _Alone
        for at, names, other_at, other_names in self._pairs:
            classes.append(_against(_below(values[at], names), _below(values[other_at], other_names)))
        return classes


class Keys:
    """Makes the keys of a memory from values that stand in one order: those of the lines, if any are read, last."""

    def __init__(self, classes: _Classes, of_line: _Classes | None) -> None:
        self._classes, self._of_line = classes, of_line

    def key(self, values: Sequence[Any]) -> Key | None:
        """The classes of these values; None when only the engine can tell."""
        try:
            classes = self._classes.of(values)
            if self._of_line is not None:
                # Some, all or none of the lines: one more that is like one before it changes nothing.
                classes.append(tuple(dict.fromkeys([tuple(self._of_line.of(line)) for line in values[-1]])))
        except _Alone:
            return None
        return tuple(classes)


class Valued(msgspec.Struct):
    """A context by the key of its values: the context itself is made only when the engine has to be asked."""

    key: Key | None
    whole: Callable[[], dict[str, Any]]


class Memory:
    """What was answered, by classes. Safe to share between threads: an answer is the same whoever found it."""

    def __init__(self, told: _Told, of_line: _Told | None) -> None:
        self._told, self._of_line = told, of_line
        self._of_context = Keys(
            _Classes(told, lambda path: (0, tuple(path.split(".")))),
            _Classes(of_line, lambda path: (0, tuple(path.split(".")))) if of_line is not None else None,
        )
        self._answers: dict[Key, Answers] = {}

    def keys(self, paths: Sequence[str], lines: Sequence[str] | None) -> Keys | None:
        """The maker of keys for values whose paths stand in this order, `lines` being the names of each line's values;
        None when a value that is compared is not among them."""
        places = {path: (at, ()) for at, path in enumerate(paths)}
        of_line = {name: at for at, name in enumerate(lines or ())}
        try:
            return Keys(
                _Classes(self._told, places.__getitem__),
                _Classes(self._of_line, lambda path: (of_line[(names := path.split("."))[0]], tuple(names[1:])))
                if self._of_line is not None
                else None,
            )
        except KeyError:
            return None

    def answers(
        self,
        context: dict[str, Any] | Valued,
        ask: Callable[[], Any],
        *,
        lasts: Callable[[Answers], bool] | None = None,
    ) -> Any:
        """The remembered answers for this context, or what `ask` gives, kept when it is an answer that `lasts`."""
        key = context.key if isinstance(context, Valued) else self._key(context)
        if key is None:
            return ask()
        found = self._answers.get(key)
        if found is None:
            given = ask()
            if not isinstance(given, dict) or (lasts is not None and not lasts(given)):
                return given
            if len(self._answers) >= limits.ANSWERS_REMEMBERED_MAX:
                self._answers.clear()
            found = self._answers[key] = given
        return dict(found)

    def _key(self, context: dict[str, Any]) -> Key | None:
        if self._of_line is None:
            return self._of_context.key((context,))
        lines = context.get("lines")
        return self._of_context.key((context, [(line,) for line in lines])) if type(lines) is list else None


def memory(conditions: Iterable[str]) -> Memory | None:
    """A memory for rows with these conditions ("" always holds); None when one of them tells more apart."""
    told, of_line = _Told(), _Told()
    of_lines = False
    for condition in conditions:
        for leaf, in_line in _leaves(condition) if condition else ():
            if leaf is None:
                return None
            (of_line if in_line else told).add(leaf)
            of_lines = of_lines or in_line
    return Memory(told, of_line if of_lines else None)


def _leaves(condition: str) -> Iterator[tuple[re.Match[str] | None, bool]]:
    """The comparisons that a condition is made of, and whether each is about a line; None for what is more than that.

    How they are joined does not matter: whatever the joint comes to, it comes to the same when they do.
    """
    at = 0
    open_: list[bool] = []
    wanted = True
    while wanted or at < len(condition):
        if not wanted:
            if joined := _JOIN.match(condition, at):
                at, wanted = joined.end(), True
            elif open_ and (closed := _CLOSE.match(condition, at)):
                at = closed.end()
                open_.pop()
            else:
                break
            continue
        in_line = any(open_)
        if leaf := _ATOM.match(condition, at) or _PAIR.match(condition, at):
            if any(path.startswith("#.") != in_line for path in _paths(leaf)):
                break
            yield leaf, in_line
            at, wanted = leaf.end(), False
        elif opened := (None if in_line else _LINES.match(condition, at)) or _OPEN.match(condition, at):
            at = opened.end()
            open_.append(opened.re is _LINES)
        else:
            break
    if wanted or open_ or at < len(condition):
        yield None, False


def _paths(leaf: re.Match[str]) -> list[str]:
    return [leaf["one"], leaf["other"]] if leaf.re is _PAIR else [leaf["path"] or leaf["given"]]


def _below(value: Any, names: Iterable[str]) -> Any:
    for name in names:
        if not isinstance(value, dict):
            return None  # The engine reads what is absent, or below no object, as null too.
        value = value.get(name)
    return value


def _against(one: Any, other: Any) -> int:
    """Less, equal or more; or which of the two is missing. Raises _Alone for anything but numbers."""
    if type(one) not in _COMPARABLE or type(other) not in _COMPARABLE:
        raise _Alone
    if one is None or other is None:
        return 2 + 2 * (one is None) + (other is None)
    return (one > other) - (one < other)


_COMPARABLE = frozenset({int, float, type(None)})


def _constants(atom: re.Match[str]) -> list[str]:
    if atom["list"] is not None:
        return _LITERALS.findall(atom["list"])
    return [text for text in (atom["bound"], atom["literal"], atom["low"], atom["high"]) if text is not None]


def _value(text: str) -> Any:
    if text in _WORDS:
        return _WORDS[text]
    return text[1:-1] if text[0] in "\"'" else float(text)
