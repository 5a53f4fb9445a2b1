"""ZEN expressions as text: their tokens, the paths they read, what they may cost, and their zone.

The engine parses and runs expressions; this module only looks at them, so that a document can be judged
before the engine ever sees it. Whatever is not understood is taken for the worse: a path counts as read,
a collection as long.
"""

import functools
import re
from collections.abc import Iterator, Sequence

import msgspec

from orderloom.kit import limits

CLOSURES = frozenset({"map", "filter", "flatMap", "some", "all", "none", "one", "count"})
PATTERNS = frozenset({"matches", "extract"})
KEYWORDS = frozenset({"true", "false", "null", "and", "or", "not", "in", "as"})
# They tell the time or roll dice; an answer must be the same whenever it is asked again. The older functions on dates
# take a text "now" for this moment, and read every date in the zone of the machine: `d(x).year()` does neither.
FORBIDDEN_CALLS = frozenset(
    {"rand", "date", "time", "year", "dayOfWeek", "dayOfMonth", "dayOfYear", "weekOfYear", "monthOfYear", "monthString"}
    | {"dateString", "weekdayString", "startOf", "endOf"}
)

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<string>"[^"]*"|'[^']*')
    |(?P<template>`[^`]*`)
    |(?P<number>\d[\d_]*(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<name>\$?[A-Za-z_][A-Za-z0-9_]*|\$|\#)
    |(?P<operator>\?\?|==|!=|<=|>=|\.\.|[-+*/%^<>!?:.,;=])
    |(?P<bracket>[()\[\]{}])""",
    re.VERBOSE,
)
_PLACE = re.compile(r"\$\{([^}]*)\}")
_COUNTED = re.compile(r"\{(\d+)?,?(\d+)?\}")
_CLOSING = {"(": ")", "[": "]", "{": "}"}


class Unreadable(ValueError):
    """The text is not a ZEN expression that this module can take apart."""


class Token(msgspec.Struct, frozen=True):
    """One word of an expression; `mate` is the index of a bracket's partner, else -1."""

    kind: str
    text: str
    start: int
    mate: int = -1


class Reading(msgspec.Struct):
    """What one expression does.

    `paths` are dotted, elements of a collection as `lines[]`; `elements` are the paths read of `#` or of an
    alias (empty text: the element as a whole); `steps` estimates closure steps.
    """

    paths: set[str] = msgspec.field(default_factory=set)
    elements: set[str] = msgspec.field(default_factory=set)
    calls: set[str] = msgspec.field(default_factory=set)
    bare_dates: int = 0
    nested: int = 0
    range_span_max: int = 0
    open_ranges: int = 0
    digits_max: int = 0
    assigns: bool = False
    whole_context: bool = False
    nodes_read: bool = False
    patterns_heavy: bool = False
    steps: int = 1

    def constant(self) -> bool:
        """Whether the value depends on nothing but the text."""
        return not (
            self.paths or self.elements or self.calls or self.whole_context or self.assigns or self.range_span_max
        )


def tokens(text: str) -> list[Token]:
    """The words of an expression with paired brackets; raises Unreadable."""
    found: list[Token] = []
    open_at: list[int] = []
    position = 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if match is None or match.lastgroup is None:
            raise Unreadable(f"unexpected {text[position]!r} at {position}")
        if match.lastgroup != "space":
            found.append(Token(match.lastgroup, match.group(), position))
            if match.lastgroup == "bracket":
                _pair(found, open_at)
        position = match.end()
    if open_at:
        raise Unreadable(f"{found[open_at[-1]].text!r} at {found[open_at[-1]].start} is not closed")
    return found


@functools.lru_cache(maxsize=50_000)
def reading(text: str, *, cell: bool = False) -> Reading:
    """Take an expression, or an input cell of a table, apart; raises Unreadable.

    The result is shared: do not change it. In a cell a range on the outermost level is only compared with.
    """
    result = Reading()
    _read(tokens(text), result, cell=cell)
    return result


def zoned(text: str, *, zone: str) -> str:
    """The same expression with every `d(x)` read in the workspace's zone: `d(x, 'Asia/Shanghai')`."""
    if "d" not in text or "(" not in text:
        return text
    words = tokens(text)
    cuts: list[int] = []
    for index, word in enumerate(words):
        if _is_call(words, index) and word.text == "d":
            arguments = _arguments(words, index + 1)
            if len(arguments) == 1:
                cuts.append(words[words[index + 1].mate].start)
    for cut in reversed(cuts):
        text = f"{text[:cut]}, '{zone}'{text[cut:]}"
    return text


def _pair(found: list[Token], open_at: list[int]) -> None:
    last = found[-1]
    if last.text in _CLOSING:
        open_at.append(len(found) - 1)
        if len(open_at) > limits.EXPRESSION_DEPTH_MAX:
            raise Unreadable(f"brackets nest deeper than {limits.EXPRESSION_DEPTH_MAX}")
        return
    if not open_at or _CLOSING[found[open_at[-1]].text] != last.text:
        # `[1..5)` and `(1..5]` are intervals: their brackets differ on purpose.
        half_open = bool(open_at) and {found[open_at[-1]].text, last.text} <= {"[", "]", "(", ")"}
        if not half_open or not any(word.text == ".." for word in found[open_at[-1] :]):
            raise Unreadable(f"{last.text!r} at {last.start} closes nothing")
    opener = open_at.pop()
    found[opener] = msgspec.structs.replace(found[opener], mate=len(found) - 1)
    found[-1] = msgspec.structs.replace(last, mate=opener)


def _read(words: Sequence[Token], result: Reading, *, cell: bool) -> None:
    aliases = {words[i + 1].text for i, word in enumerate(words[:-1]) if word.text == "as" and word.kind == "name"}
    for index, word in enumerate(words):
        if word.kind == "number":
            digits = word.text.split("e")[0].split("E")[0].replace("_", "").replace(".", "").lstrip("0")
            result.digits_max = max(result.digits_max, len(digits))
        elif word.kind == "template":
            for place in _PLACE.findall(word.text):
                _read(tokens(place), result, cell=False)
        elif word.text in ("=", ";"):
            result.assigns = True
        elif word.text == "..":
            _read_range(words, index, result, cell=cell)
        elif word.kind == "name" and word.text not in KEYWORDS:
            _read_name(words, index, aliases, result)
    result.nested = max(result.nested, _nesting(words, 0, len(words)))
    result.steps += _steps(words, 0, len(words))


def _read_name(words: Sequence[Token], index: int, aliases: set[str], result: Reading) -> None:
    word = words[index]
    before = words[index - 1].text if index else ""
    if before in (".", "as"):
        return
    if _is_call(words, index):
        result.calls.add(word.text)
        arguments = _arguments(words, index + 1)
        result.bare_dates += word.text == "d" and not arguments
        if word.text in PATTERNS:
            result.patterns_heavy |= _heavy(words, arguments)
        return
    after = words[index + 1].text if index + 1 < len(words) else ""
    if after == ":" and before in ("{", ",") and _inside(words, index, "{"):
        return
    if word.text == "$nodes":
        result.nodes_read = True
        return
    path = list(_chain(words, index))
    root, rest = path[0], path[1:]
    if root == "$root":
        result.whole_context |= not rest
        root, rest = (rest[0], rest[1:]) if rest else ("", [])
    if root in ("#", *aliases):
        result.elements.add(".".join(rest))
    elif root not in ("$", ""):
        result.paths.add(".".join([root, *rest]).replace(".[]", "[]"))


def _chain(words: Sequence[Token], index: int) -> Iterator[str]:
    """The segments of `order.custom["site"].x` and `lines[0].sku` (as `lines`, `[]`, `sku`)."""
    yield words[index].text
    position = index + 1
    while position + 1 < len(words):
        word = words[position]
        if word.text == "." and words[position + 1].kind == "name":
            if not _is_call(words, position + 1):
                yield words[position + 1].text
                position += 2
                continue
            return
        if word.text != "[" or word.mate < 0:
            return
        key = words[position + 1]
        yield key.text[1:-1] if key.kind == "string" and word.mate == position + 2 else "[]"
        position = word.mate + 1


def _read_range(words: Sequence[Token], index: int, result: Reading, *, cell: bool) -> None:
    """A range that may be walked needs two plain numbers; one that is only compared with may be anything."""
    opener = next((i for i in range(index, -1, -1) if words[i].mate > index), -1)
    enclosed = any(words[i].mate > index for i in range(opener))
    if opener < 0 or (opener and words[opener - 1].text == "in") or (cell and not enclosed):
        return
    bounds = words[opener + 1 : words[opener].mate]
    if [word.kind for word in bounds] != ["number", "operator", "number"]:
        result.open_ranges += 1
        return
    result.range_span_max = max(result.range_span_max, int(_span(bounds)))


def _span(bounds: Sequence[Token]) -> float:
    return abs(float(bounds[2].text.replace("_", "")) - float(bounds[0].text.replace("_", ""))) + 1


def _nesting(words: Sequence[Token], start: int, end: int) -> int:
    """How deep closure bodies stand in closure bodies; a closure over another's result is not nested in it."""
    deepest, index = 0, start
    while index < end:
        if _is_call(words, index):
            close = words[index + 1].mate
            if words[index].text in CLOSURES:
                collection, *rest = _arguments(words, index + 1) or [(close, close)]
                body = rest[0] if rest else (close, close)
                deepest = max(deepest, _nesting(words, *collection), 1 + _nesting(words, *body))
            else:
                deepest = max(deepest, _nesting(words, index + 2, close))
            index = close
        index += 1
    return deepest


def _steps(words: Sequence[Token], start: int, end: int) -> int:
    """How often closure bodies run at most: `lines` counts as LINES_MAX, another collection as COLLECTION_NOMINAL."""
    total, index = 0, start
    while index < end:
        if _is_call(words, index):
            close = words[index + 1].mate
            if words[index].text in CLOSURES:
                arguments = _arguments(words, index + 1)
                body = arguments[1] if len(arguments) > 1 else (close, close)
                size = _size(words, *arguments[0]) if arguments else 1
                total += _steps(words, *arguments[0]) if arguments else 0
                total += size * (1 + _steps(words, *body))
            else:
                total += _steps(words, index + 2, close)
            index = close
        index += 1
    return total


def _size(words: Sequence[Token], start: int, end: int) -> int:
    """The length of a collection at most: the product of all that could make it long."""
    size, nominal = 1, 1
    for index in range(start, end):
        word = words[index]
        if (
            word.text == ".."
            and index
            and index + 1 < end
            and words[index - 1].kind == words[index + 1].kind == "number"
        ):
            size *= int(_span(words[index - 1 : index + 2]))
        if word.kind == "name" and word.text not in CLOSURES:
            nominal = max(nominal, limits.LINES_MAX if word.text == "lines" else limits.COLLECTION_NOMINAL)
        size *= limits.COLLECTION_NOMINAL if word.text == "flatMap" else 1
    return size * nominal if size > 1 else max(nominal, limits.COLLECTION_NOMINAL)


def _arguments(words: Sequence[Token], opener: int) -> list[tuple[int, int]]:
    """The (start, end) of each argument in a call whose `(` stands at `opener`."""
    close, start = words[opener].mate, opener + 1
    found: list[tuple[int, int]] = []
    index = start
    while index < close:
        if words[index].mate > index:
            index = words[index].mate
        elif words[index].text == ",":
            found.append((start, index))
            start = index + 1
        index += 1
    if start < close:
        found.append((start, close))
    return found


def _heavy(words: Sequence[Token], arguments: Sequence[tuple[int, int]]) -> bool:
    """A pattern is compiled again for each evaluation, so it must be a short text with little repetition."""
    if len(arguments) != 2:
        return True
    start, end = arguments[1]
    if end - start != 1 or words[start].kind != "string":
        return True
    pattern = words[start].text
    repeats = 1
    for low, high in _COUNTED.findall(pattern):
        repeats *= max(1, *(int(count[:6]) for count in (low, high) if count), 1)
    return len(pattern) > limits.PATTERN_CHARS_MAX or repeats > limits.PATTERN_REPEATS_MAX


def _is_call(words: Sequence[Token], index: int) -> bool:
    word = words[index]
    if word.kind != "name" or word.text in KEYWORDS or index + 1 >= len(words):
        return False
    return words[index + 1].text == "("


def _inside(words: Sequence[Token], index: int, bracket: str) -> bool:
    opener = next((i for i in range(index, -1, -1) if words[i].mate > index), -1)
    return opener >= 0 and words[opener].text == bracket
