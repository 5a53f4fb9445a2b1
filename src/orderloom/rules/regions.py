"""Which values a cell or a condition lets through, as sets that can be met, united and compared.

A region holds numbers as intervals, texts as a list or as all but a list, true and false, null, and everything else
(lists, objects) whole. It says exactly what the engine does with the plain forms that people write; `of_cell` and
`of_condition` answer None for any other text, and the caller then knows only that the text is the same.
"""

import functools
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from orderloom.rules import expressions

Words = Sequence[expressions.Token]
_COMPARISONS = ("==", "!=", "<", "<=", ">", ">=")
_WORDS: Mapping[str, Any] = {"true": True, "false": False, "null": None}


class Interval(msgspec.Struct, frozen=True, order=True):
    """Numbers from `low` to `high`; an open end does not count itself."""

    low: float = -math.inf
    low_open: bool = True
    high: float = math.inf
    high_open: bool = True

    @property
    def empty(self) -> bool:
        """Whether no number lies in it."""
        return self.low > self.high or (self.low == self.high and (self.low_open or self.high_open))

    def has(self, number: float) -> bool:
        """Whether the number lies in it."""
        above = number > self.low or (number == self.low and not self.low_open)
        return above and (number < self.high or (number == self.high and not self.high_open))


class Region(msgspec.Struct, frozen=True):
    """A set of JSON values. With `texts_but` the texts listed are those left out."""

    numbers: tuple[Interval, ...] = ()
    texts: frozenset[str] = frozenset()
    texts_but: bool = False
    flags: frozenset[bool] = frozenset()
    null: bool = False
    rest: bool = False

    @property
    def empty(self) -> bool:
        """Whether it lets nothing through."""
        return not (self.numbers or self.texts or self.texts_but or self.flags or self.null or self.rest)

    def has(self, value: Any) -> bool:
        """Whether a JSON value is in the region."""
        if value is None:
            return self.null
        if isinstance(value, bool):
            return value in self.flags
        if isinstance(value, int | float):
            return any(one.has(value) for one in self.numbers)
        if isinstance(value, str):
            return (value in self.texts) != self.texts_but
        return self.rest

    def met(self, other: "Region") -> "Region":
        """What is in both."""
        return _met(self, other)

    def without(self, other: "Region") -> "Region":
        """What is in this one only."""
        return self.met(_outside(other))

    def within(self, other: "Region") -> bool:
        """Whether all of it is in the other."""
        return self.without(other).empty

    @property
    def finite(self) -> Sequence[Any] | None:
        """All its values, when they are a list of texts, flags, null and single numbers; else None."""
        if self.texts_but or self.rest or any(one.low != one.high for one in self.numbers):
            return None
        return [*(one.low for one in self.numbers), *sorted(self.texts), *sorted(self.flags), *([None] * self.null)]

    def sample(self, *, integers: bool = False) -> Any:
        """A value of the region, as ordinary as can be had; raises LookupError from an empty region."""
        for one in self.numbers:
            number = _inside(one, integers=integers)
            if number is not None:
                return number
        if self.texts_but:
            return next(name for name in _names() if name not in self.texts)
        if self.texts:
            return min(self.texts)
        if self.flags:
            return min(self.flags)
        if self.null:
            return None
        if self.rest:
            return []
        raise LookupError("an empty region has no sample")


EVERYTHING = Region((Interval(),), frozenset(), True, frozenset({True, False}), True, True)
NUMBERS = Region((Interval(),))
FLAGS = Region(flags=frozenset({True, False}))
TEXTS = Region(texts_but=True)
NULL = Region(null=True)


def values(*found: Any) -> Region:
    """The region of just these values."""
    numbers = sorted({float(one) for one in found if isinstance(one, int | float) and not isinstance(one, bool)})
    return Region(
        tuple(Interval(one, False, one, False) for one in numbers),
        frozenset(one for one in found if isinstance(one, str)),
        False,
        frozenset(one for one in found if isinstance(one, bool)),
        any(one is None for one in found),
    )


def between(low: float, high: float) -> Region:
    """All numbers from low to high, both counted."""
    return Region((Interval(low, low == -math.inf, high, high == math.inf),))


def united(one: Region, other: Region) -> Region:
    """What is in either."""
    return _outside(_outside(one).met(_outside(other)))


@functools.lru_cache(maxsize=50_000)
def of_cell(text: str) -> Region | None:
    """What an input cell beside a field lets through; None when only the engine knows."""
    try:
        words = expressions.tokens(text)
    except expressions.Unreadable:
        return None
    parts = [_conjunction(words, start, end) for start, end in _parted(words, 0, len(words), by=",")]
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    found = functools.reduce(united, known)
    ordered = any(word.text in ("<", "<=", ">", ">=", "..") for word in words)
    if len(parts) > 1 and ordered and not found.within(NUMBERS):
        return None  # A text that is compared with a number fails the whole cell, wherever it stands in it.
    return found


@functools.lru_cache(maxsize=50_000)
def of_condition(text: str) -> tuple[tuple[str, Region], ...] | None:
    """A whole condition as regions of the paths it names, joined by `and`; None when only the engine knows."""
    try:
        words = expressions.tokens(text)
    except expressions.Unreadable:
        return None
    found: dict[str, Region] = {}
    for start, end in _parted(words, 0, len(words), by="and"):
        named = _named(words, start, end)
        if named is None:
            return None
        path, region = named
        found[path] = found[path].met(region) if path in found else region
    return tuple(found.items())


def _names() -> Iterator[str]:
    yield "other"
    number = 1
    while True:
        number += 1
        yield f"other {number}"


def _outside(region: Region) -> Region:
    return Region(
        _gaps(region.numbers),
        region.texts,
        not region.texts_but,
        FLAGS.flags - region.flags,
        not region.null,
        not region.rest,
    )


def _gaps(intervals: Sequence[Interval]) -> tuple[Interval, ...]:
    found: list[Interval] = []
    low, low_open = -math.inf, True
    for one in intervals:
        gap = Interval(low, low_open, one.low, not one.low_open)
        if not gap.empty:
            found.append(gap)
        low, low_open = one.high, not one.high_open
    last = Interval(low, low_open, math.inf, True)
    if low != math.inf and not last.empty:
        found.append(last)
    return tuple(found)


def _met(one: Region, other: Region) -> Region:
    numbers = one.numbers and other.numbers and _both(one.numbers, other.numbers)
    if one.texts_but and other.texts_but:
        texts, but = one.texts | other.texts, True
    elif one.texts_but or other.texts_but:
        kept, left_out = (other, one) if one.texts_but else (one, other)
        texts, but = kept.texts - left_out.texts, False
    else:
        texts, but = one.texts & other.texts, False
    return Region(numbers or (), texts, but, one.flags & other.flags, one.null and other.null, one.rest and other.rest)


def _both(one: Sequence[Interval], other: Sequence[Interval]) -> tuple[Interval, ...]:
    """The numbers in both lists of sorted, separate intervals."""
    found: list[Interval] = []
    i = j = 0
    while i < len(one) and j < len(other):
        low, low_open = max((one[i].low, one[i].low_open), (other[j].low, other[j].low_open))
        high, shut = min((one[i].high, not one[i].high_open), (other[j].high, not other[j].high_open))
        met = Interval(low, low_open, high, not shut)
        if not met.empty:
            found.append(met)
        if (one[i].high, not one[i].high_open) <= (other[j].high, not other[j].high_open):
            i += 1
        else:
            j += 1
    return tuple(found)


def _inside(one: Interval, *, integers: bool) -> float | int | None:
    """A plain number of the interval: a whole one where there is one."""
    if one.low == -math.inf and one.high == math.inf:
        return 0
    if one.low == -math.inf:
        whole = math.floor(one.high)
        return whole if one.has(whole) else whole - 1
    whole = math.ceil(one.low)
    whole = whole if one.has(whole) else whole + 1
    if one.has(whole):
        return whole
    if integers:
        return None
    middle = one.low if not one.low_open else round((one.low + one.high) / 2, 6)
    return middle if one.has(middle) else (one.low + one.high) / 2


def _parted(words: Words, start: int, end: int, *, by: str) -> list[tuple[int, int]]:
    """The (start, end) of the parts between a separator on the outermost level."""
    parts: list[tuple[int, int]] = []
    index = start
    while index < end:
        if words[index].mate > index:
            index = words[index].mate
        elif words[index].text == by:
            parts.append((start, index))
            start = index + 1
        index += 1
    parts.append((start, end))
    return parts


def _conjunction(words: Words, start: int, end: int) -> Region | None:
    """A part of a cell: literals and comparisons joined by `and`, each about the field's value."""
    found: Region | None = None
    for low, high in _parted(words, start, end, by="and"):
        begin = low + 1 if high - low > 1 and words[low].text == "$" else low
        region = _compared(words, begin, high)
        if region is None:
            return None
        found = region if found is None else found.met(region)
    return found


def _named(words: Words, start: int, end: int) -> tuple[str, Region] | None:
    """One comparison of a path with something plain: `order.total >= 300`, `order.urgent_mark == true`."""
    stop = start
    while stop < end and (words[stop].text == "." or words[stop].kind == "name"):
        if words[stop].text in expressions.KEYWORDS:
            break
        stop += 1
    path = "".join(word.text for word in words[start:stop])
    if not path or path.startswith(("$", "#", ".")) or path.endswith(".") or stop == end:
        return None
    if words[stop].text not in (*_COMPARISONS, "in", "not"):
        return None
    region = _compared(words, stop, end)
    return None if region is None else (path, region)


def _compared(words: Words, start: int, end: int) -> Region | None:
    """What one comparison, literal, list or interval lets through; None for any other words."""
    if start >= end:
        return None
    head = words[start].text
    if head == "not" and end - start > 2 and words[start + 1].text == "in":
        listed = _listed(words, start + 2, end)
        # A list or an object is in nothing and not in nothing: the engine fails on it.
        return None if listed is None else _outside(msgspec.structs.replace(listed, rest=True))
    if head == "in":
        return _listed(words, start + 1, end) or _interval(words, start + 1, end)
    if head in _COMPARISONS:
        return _against(head, _literal(words, start + 1, end))
    literal = _literal(words, start, end)
    return values(*literal) if literal is not None else _interval(words, start, end)


def _against(operator: str, literal: list[Any] | None) -> Region | None:
    if literal is None:
        return None
    if operator in ("==", "!="):
        same = values(*literal)
        return same if operator == "==" else _outside(same)
    number = literal[0]
    if isinstance(number, bool) or not isinstance(number, int | float):
        return None  # How texts and nulls are ordered is the engine's own affair.
    if operator[0] == ">":
        return Region((Interval(number, operator == ">", math.inf, True),))
    return Region((Interval(-math.inf, True, number, operator == "<"),))


def _listed(words: Words, start: int, end: int) -> Region | None:
    if end - start < 2 or words[start].text != "[" or words[start].mate != end - 1:
        return None
    found: list[Any] = []
    for low, high in _parted(words, start + 1, end - 1, by=","):
        literal = _literal(words, low, high)
        if literal is None:
            return None
        found.extend(literal)
    return values(*found)


def _interval(words: Words, start: int, end: int) -> Region | None:
    if end - start < 5 or words[start].text not in ("[", "(") or words[end - 1].text not in ("]", ")"):
        return None
    middle = next((index for index in range(start, end) if words[index].text == ".."), end)
    low, high = _literal(words, start + 1, middle), _literal(words, middle + 1, end - 1)
    if low is None or high is None or not all(type(one[0]) in (int, float) for one in (low, high)):
        return None
    found = Interval(low[0], words[start].text == "(", high[0], words[end - 1].text == ")")
    return Region() if found.empty else Region((found,))


def _literal(words: Words, start: int, end: int) -> list[Any] | None:
    """One value, as a list of one; None for any other words."""
    if end - start == 2 and words[start].text == "-" and words[start + 1].kind == "number":
        return [-_number(words[start + 1].text)]
    if end - start != 1:
        return None
    word = words[start]
    if word.kind == "string":
        return [word.text[1:-1]]
    if word.kind == "number":
        return [_number(word.text)]
    return [_WORDS[word.text]] if word.text in _WORDS else None


def _number(text: str) -> float | int:
    plain = text.replace("_", "")
    return int(plain) if plain.isdigit() else float(plain)
