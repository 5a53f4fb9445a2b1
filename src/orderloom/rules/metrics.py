"""The kind `metric`, and its conditions in ZEN as far as the database can answer them as the engine would.

An expression is taken apart into comparisons, lists, sums and their joining by `and`, `or`, `not`; all else is refused
at its place when it is published, since it would have to be asked row by row. What the engine fails at (an order of
what is missing, a sum with a hole) is unknown there too, and holds for no row.
"""

from collections.abc import Callable, Iterator, Sequence
from decimal import Decimal
from typing import Any, Literal

import msgspec

from orderloom.domain import metrics
from orderloom.domain.documents.findings import Finding, pointer
from orderloom.domain.documents.kinds import Content, Kind, Known
from orderloom.kit import limits
from orderloom.rules import bounds, expressions

Type = Literal["text", "number", "flag", "null"]
_ORDERED = frozenset({">", ">=", "<", "<="})
_EQUAL = frozenset({"==", "!="})
_WORDS: dict[str, Any] = {"true": True, "false": False, "null": None}


class Unanswerable(ValueError):
    """A part of an expression that the database does not answer as the engine does."""


class Value(msgspec.Struct, frozen=True):
    """A text, a number, a flag or null."""

    value: str | Decimal | bool | None

    @property
    def type(self) -> Type:
        """What it is."""
        if self.value is None:
            return "null"
        return "flag" if isinstance(self.value, bool) else "text" if isinstance(self.value, str) else "number"


class Field(msgspec.Struct, frozen=True):
    """A field of the rows, read as a type; as "null" where only its being there is asked."""

    name: str
    type: Type


class Sum(msgspec.Struct, frozen=True):
    """Two numbers added, taken away or multiplied; unknown where one of them is."""

    sign: str
    left: "Operand"
    right: "Operand"


Operand = Value | Field | Sum


class Compared(msgspec.Struct, frozen=True):
    """Two values compared: ==, !=, >, >=, <, <=."""

    sign: str
    left: Operand
    right: Operand


class Among(msgspec.Struct, frozen=True):
    """Whether a field is, or is not, among values of one type."""

    field: Field
    values: list[str] | list[Decimal]
    held: bool


class Both(msgspec.Struct, frozen=True):
    """The second is asked where the first holds."""

    left: "Condition"
    right: "Condition"


class Either(msgspec.Struct, frozen=True):
    """The second is asked where the first does not hold."""

    left: "Condition"
    right: "Condition"


class Not(msgspec.Struct, frozen=True):
    """The other way round; what is unknown stays so."""

    part: "Condition"


Condition = Compared | Among | Both | Either | Not | Field

# The types that a field may be read as; none for what is no field.
Types = Callable[[str], frozenset[metrics.Type]]


def compiled(text: str, types: Types) -> Condition:
    """What an expression asks of each row. Raises Unanswerable, and expressions.Unreadable."""
    reader = _Reader(expressions.tokens(text), types)
    made = reader.logic(reader.either())
    reader.end()
    return made


class _Reader:
    """Reads an expression from its first word to its last; the loosest bond first, as the engine does."""

    def __init__(self, words: Sequence[expressions.Token], types: Types) -> None:
        self._words, self._types, self._at, self._parts = words, types, 0, 0

    def end(self) -> None:
        """Raises Unanswerable for what is left over."""
        if self._next is not None:
            raise Unanswerable(self._next)

    def either(self) -> Condition | Operand:
        """... or ..."""
        made = self._both()
        while self._take("or"):
            made = Either(self.logic(made), self.logic(self._both()))
        return made

    def logic(self, part: Condition | Operand) -> Condition:
        """The part as what holds or not: a comparison, or a flag by itself."""
        if isinstance(part, Value | Sum):
            raise Unanswerable(_shown(part))
        return self._read(part, "flag") if isinstance(part, Field) else part

    @property
    def _next(self) -> str | None:
        return self._words[self._at].text if self._at < len(self._words) else None

    def _take(self, *texts: str) -> str:
        found = self._next
        if found is None or found not in texts:
            return ""
        self._at += 1
        return found

    def _both(self) -> Condition | Operand:
        made = self._not()
        while self._take("and"):
            made = Both(self.logic(made), self.logic(self._not()))
        return made

    def _not(self) -> Condition | Operand:
        if not self._take("not"):
            return self._compared()
        # How far a bare `not` reaches is easily misread: it stands before a flag or before brackets.
        part = self.logic(self._primary())
        if self._next in _ORDERED | _EQUAL | {"in", "not"}:
            raise Unanswerable("not … " + str(self._next))
        return Not(part)

    def _compared(self) -> Condition | Operand:
        left = self._added()
        sign = self._take(*_ORDERED, *_EQUAL)
        if sign:
            made = self._pair(sign, self._operand(left), self._operand(self._added()))
            if self._next in _ORDERED | _EQUAL:
                raise Unanswerable(str(self._next))
            return made
        held = not self._take("not")
        if self._take("in"):
            return self._among(left, held)
        if not held:
            raise Unanswerable("not")
        return left

    def _pair(self, sign: str, left: Operand, right: Operand) -> Compared:
        if sign in _ORDERED:
            return Compared(sign, self._read(left, "number"), self._read(right, "number"))
        wanted: Type = _type(left) or _type(right) or "text"
        if _type(left) is None and _type(right) is None:
            raise Unanswerable(f"{_shown(left)} {sign} {_shown(right)}")
        return Compared(sign, self._read(left, wanted), self._read(right, wanted))

    def _among(self, left: Condition | Operand, held: bool) -> Among:
        values: list[Any] = []
        if not isinstance(left, Field) or not self._take("["):
            raise Unanswerable("in")
        while not self._take("]"):
            one = self._primary()
            if not isinstance(one, Value) or not isinstance(one.value, str | Decimal) or isinstance(one.value, bool):
                raise Unanswerable("in")
            values.append(one.value)
            if self._next != "]" and not self._take(","):
                raise Unanswerable("in")
        kinds = {type(each) for each in values}
        if len(kinds) != 1 or len(values) > limits.METRIC_VALUES_MAX:
            raise Unanswerable("in")
        field = self._read(left, "text" if kinds == {str} else "number")
        assert isinstance(field, Field)
        return Among(field, values, held)

    def _added(self) -> Condition | Operand:
        made = self._multiplied()
        while sign := self._take("+", "-"):
            made = self._sum(sign, made, self._multiplied())
        return made

    def _multiplied(self) -> Condition | Operand:
        made = self._signed()
        while self._take("*"):
            made = self._sum("*", made, self._signed())
        return made

    def _sum(self, sign: str, left: Condition | Operand, right: Condition | Operand) -> Sum:
        read = [self._read(self._operand(each), "number") for each in (left, right)]
        return Sum(sign, read[0], read[1])

    def _signed(self) -> Condition | Operand:
        if not self._take("-"):
            return self._primary()
        return self._sum("-", Value(Decimal(0)), self._primary())

    def _primary(self) -> Condition | Operand:
        if self._at >= len(self._words):
            raise Unanswerable("…")
        word = self._words[self._at]
        self._at, self._parts = self._at + 1, self._parts + 1
        if self._parts > limits.METRIC_PARTS_MAX:
            raise Unanswerable(f"> {limits.METRIC_PARTS_MAX}")
        if word.text == "(":
            inner = self.either()
            if not self._take(")"):
                raise Unanswerable(str(self._next))
            return inner
        if word.kind == "string":
            return Value(word.text[1:-1])
        if word.kind == "number":
            return Value(Decimal(word.text.replace("_", "")))
        if word.kind == "name" and word.text in _WORDS:
            return Value(_WORDS[word.text])
        if word.kind != "name" or word.text in expressions.KEYWORDS or self._next in ("(", "["):
            raise Unanswerable(word.text)
        name = word.text
        while self._take("."):
            name = f"{name}.{self._words[self._at].text}" if self._at < len(self._words) else name
            self._at += 1
        if self._next in ("(", "["):
            raise Unanswerable(name)
        return Field(name, "null")

    def _operand(self, part: Condition | Operand) -> Operand:
        if not isinstance(part, Value | Field | Sum):
            raise Unanswerable("( … )")
        return part

    def _read(self, part: Operand, wanted: Type) -> Any:
        """The part as the type it is used as."""
        if isinstance(part, Field):
            uses = self._types(part.name)
            there = {"number" if each == "money" else each for each in uses}
            if not uses or (wanted != "null" and wanted not in there):
                raise Unanswerable(part.name if uses else f"{part.name}?")
            return Field(part.name, wanted)
        if isinstance(part, Sum):
            if wanted != "number":
                raise Unanswerable(_shown(part))
            return part
        if part.type != wanted and (part.type != "null" or wanted == "number"):
            raise Unanswerable(_shown(part))
        return part


def _type(part: Operand) -> Type | None:
    """The type that a part says by itself; None for a field."""
    if isinstance(part, Field):
        return None
    return "number" if isinstance(part, Sum) else part.type


def _shown(part: Operand) -> str:
    if isinstance(part, Field):
        return part.name
    return "+ - *" if isinstance(part, Sum) else str(part.value)


def _check(name: str, content: Content, known: Known) -> list[Finding]:
    """All that is wrong with a metric: its fields and measures, and what its expressions ask."""
    found = metrics.check(name, content, known)
    metric = metrics.read(content)
    found.extend(_expressions(metric, known))
    below = metrics.divisor(metric)
    return found if below is None else [*found, *_expressions(below, known, "per")]


def _expressions(metric: metrics.Metric, known: Known, *path: str) -> Iterator[Finding]:
    types = metrics.types(metric, known)
    yield from _judged(metric.when, types, pointer(*path, "when"))
    yield from _judged(metric.measure.when, types, pointer(*path, "measure", "when"))


def _judged(text: str, types: Types, path: str) -> Iterator[Finding]:
    if not text:
        return
    shown = text[: limits.NAME_CHARS_MAX]
    problem = bounds.judge_expression(text)
    if problem is not None:
        yield Finding(problem[0], path, data={"expression": shown, "reason": problem[1]})
        return
    try:
        compiled(text, types)
    except Unanswerable as part:
        yield Finding("metric.not_answerable", path, data={"expression": shown, "part": str(part)[:80]})


KIND = Kind(
    name="metric",
    label_zh="指标",
    label_en="Metric",
    schema=metrics.schema(),
    example=metrics.EXAMPLE,
    check=_check,
    refers_to=frozenset({"fields"}),
)
