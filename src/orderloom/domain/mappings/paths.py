"""Source paths into a JSON-like message: where a mapping finds a value. Compiled once, run on every message.

`a.b` goes down, `a[0]` picks, `a[].b` collects over a list, `a{}.b` reads the JSON that stands in `a` as text,
`a['key.with.dots']` or a bare key with blanks name odd keys, `$.a` starts at the order instead of the line.
`a[kind=vip].b` collects over those of a list whose `kind` is "vip" (`!=` is not, `^=` begins with); `a | b` is the
first of the two that is there, and `.` is the message itself.
A key is found as written, else by its normal form (blanks at the ends, full-width signs, letter case), else by
one of the mapping's aliases. In flat rows a path is one column's name and nothing in it is special.
"""

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

_PART = re.compile(
    r"\.?(?:\['(?P<quoted>(?:[^'\\]|\\.)*)'\]|\[(?P<index>\d{1,6})\]|\[(?P<where>[^\[\]=!^]{1,80}(?:=|!=|\^=)[^\[\]]{0,80})\]|(?P<each>\[\])|(?P<json>\{\})|(?P<key>[^.\[\]{}]+))"
)
_BLANKS = re.compile(r"\s+")
_PARTS_MAX = 20
_COLLECTED_MAX = 100_000

# What is given besides the message (the order around a line) is for other getters; these do without.
Getter = Callable[..., Any]


class Malformed(ValueError):
    """A path that is not one."""


def normal(name: str) -> str:
    """A column's or key's name without what people do not see: blanks, full width, letter case, zero-width signs."""
    plain = unicodedata.normalize("NFKC", name.replace("\u200b", "").replace("\ufeff", ""))
    return _BLANKS.sub(" ", plain).strip().casefold()


def canonical(header: Sequence[str], aliases: Mapping[str, str]) -> list[str]:
    """The columns' normal names, an alias replaced by the name it stands for unless that stands there itself.

    `aliases` are normal name of the alias → normal name of the column. Of two aliases the first counts.
    """
    names = [normal(each) for each in header]
    taken = set(names)
    for at, name in enumerate(names):
        meant = aliases.get(name)
        if meant is not None and meant not in taken:
            names[at] = meant
            taken.add(meant)
    return names


def tree(path: str, aliases: Mapping[str, list[str]]) -> Getter:
    """A getter by path from a nested message. Raises Malformed. What is absent reads as None, never as an error."""
    if "|" in path and "'" not in path:
        return _first([tree(each.strip(), aliases) for each in path.split("|")])
    if path == ".":
        return lambda record, _=None: record
    steps = _steps(path, aliases)
    if all(kind == "key" for kind, _ in steps):
        return _keys([names for _, names in steps])

    def get(record: Any, _: Any = None) -> Any:
        return _walk(record, steps, 0)

    return get


class Spot(msgspec.Struct, frozen=True):
    """Where a value stands: under `key` in the object that the keys of `way` lead to, from the record or the order."""

    way: tuple[str, ...]
    key: str
    of_order: bool = False


def spot(path: str) -> Spot | None:
    """Where a path of keys alone leads as it is written; None of any other path. Raises Malformed."""
    of_order = path.startswith("$.")
    path = path[2:] if of_order else path
    if path == "." or ("|" in path and "'" not in path):
        return None
    steps = _steps(path, {})
    if any(kind != "key" for kind, _ in steps):
        return None
    *way, key = [what[0] for _, what in steps]
    return Spot(tuple(way), key, of_order)


def together(one: Spot | None, other: Spot | None) -> bool:
    """Whether two values stand in one object."""
    return one is not None and other is not None and (one.way, one.of_order) == (other.way, other.of_order)


def _first(getters: Sequence[Getter]) -> Getter:
    def get(record: Any, _: Any = None) -> Any:
        found: Any = None
        for each in getters:
            found = each(record)
            if found is not None and found != [] and found != "":
                return found
        return found

    return get


def _steps(path: str, aliases: Mapping[str, list[str]]) -> list[tuple[str, Any]]:
    steps: list[tuple[str, Any]] = []
    at = 0
    while at < len(path):
        match = _PART.match(path, at)
        if match is None or len(steps) >= _PARTS_MAX:
            raise Malformed(path)
        at = match.end()
        if match["index"] is not None:
            steps.append(("index", int(match["index"])))
        elif match["where"] is not None:
            steps.append(("where", _where(match["where"])))
        elif match["each"]:
            steps.append(("each", None))
        elif match["json"]:
            steps.append(("json", None))
        else:
            key = match["key"] if match["key"] is not None else re.sub(r"\\(.)", r"\1", match["quoted"])
            steps.append(("key", (key, [normal(key), *(normal(each) for each in aliases.get(key, ()))])))
    if not steps:
        raise Malformed(path)
    return steps


def _walk(value: Any, steps: list[tuple[str, Any]], at: int) -> Any:
    for here in range(at, len(steps)):
        kind, what = steps[here]
        if kind == "key":
            value = _key(value, what)
        elif kind == "index":
            value = value[what] if isinstance(value, list) and what < len(value) else None
        elif kind == "json":
            value = _unwrapped(value)
        else:
            if not isinstance(value, list):
                # A platform that sends one item without its list, as XML gateways do, means a list of one.
                value = [] if value is None else [value]
            value = value[:_COLLECTED_MAX]
            found = [_walk(each, steps, here + 1) for each in value if kind == "each" or what(each)]
            nested = any(kind in ("each", "where") for kind, _ in steps[here + 1 :])
            return [leaf for branch in found for leaf in branch] if nested else found
    return value


def _where(text: str) -> Callable[[Any], bool]:
    """The test of one element: the value of a key, as text, is another one's."""
    sign = next(sign for sign in ("!=", "^=", "=") if sign in text)
    key, _, wanted = text.partition(sign)
    key, wanted = key.strip(), wanted.strip()

    def fits(element: Any) -> bool:
        found = element.get(key) if isinstance(element, dict) else None
        shown = "" if found is None else ("true" if found else "false") if isinstance(found, bool) else str(found)
        if sign == "^=":
            return shown.startswith(wanted)
        return (shown == wanted) is (sign == "=")

    return fits


def _keys(path: list[tuple[str, list[str]]]) -> Getter:
    """The way down by keys alone, which nearly all paths are, and nearly all keys stand there as written."""
    written = [names[0] for names in path]

    def get(record: Any, _: Any = None) -> Any:
        value = record
        try:
            for name in written:
                value = value[name]
        except (KeyError, TypeError):
            value = record
            for names in path:
                value = _key(value, names)
        return value

    return get


def _key(value: Any, names: tuple[str, list[str]]) -> Any:
    if not isinstance(value, dict):
        return None
    exact, others = names
    if exact in value:
        return value[exact]
    for key in value:
        if isinstance(key, str) and normal(key) in others:
            return value[key]
    return None


def _unwrapped(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError):
        return None
