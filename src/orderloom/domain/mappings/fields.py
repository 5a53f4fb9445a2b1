"""One field of a mapping, compiled: find the raw value, change it, make it what the field holds."""

import re
import zoneinfo
from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import msgspec

from orderloom.domain.mappings import conditions, documents, drafts, paths, steps, targets, values

_PLACE = re.compile(r"\{([^{}]+)\}")
_JOINED_CHARS_MAX = 10_000

Get = Callable[[Any, Any], Any]


class Field(msgspec.Struct):
    """A compiled field: `choices` are its readings, tried in order; `label` is its name in errors."""

    target: str
    label: str
    personal: bool
    required: bool
    choices: list["Choice"]
    columns: frozenset[str] = frozenset()

    def applies(self, names: frozenset[str]) -> bool:
        """Whether a flat table with these columns can give the field anything but empty."""
        constant = any(not choice.reads or choice.default is not None for choice in self.choices)
        return self.required or constant or bool(self.columns & names)


class Choice(msgspec.Struct):
    """One of a field's readings; the first that applies and is not empty counts.

    `spot` is where its value stands if it is taken as it is; None if more is to be done for it.
    """

    get: Get
    change: list[steps.Transform]
    coerce: targets.Coerce
    when: conditions.Test | None = None
    default: Any = None
    reads: bool = True
    spot: paths.Spot | None = None

    def __post_init__(self) -> None:
        """Only a value that is neither changed nor made up is taken as it is."""
        if self.change or self.when is not None or self.default is not None:
            self.spot = None


class Bundle(msgspec.Struct):
    """Fields one after another whose values stand in one object of the message and go to one part of the draft.

    Object and part are found once for all of them: a consignee's seven fields go down to the receiver once.
    Each is (key in the object, name in the part, how it becomes the value, the field).
    """

    spot: paths.Spot | None
    head: str
    fields: list[tuple[str, str, targets.Coerce, Field]]

    def here(self, record: Any, order: Any) -> dict[str, Any]:
        """The object, if it stands where its path is written; else an empty one, and each field looks by itself."""
        if self.spot is None:
            return _NOWHERE
        found: Any = order if self.spot.of_order else record
        for key in self.spot.way:
            found = found.get(key) if found.__class__ is dict else None
        return found if found.__class__ is dict else _NOWHERE


_NOWHERE: dict[str, Any] = {}
_NUMBERS = frozenset((int, float, bool, Decimal))


def bundles(fields: list[Field]) -> list[Bundle]:
    """The fields in their order, neighbours that share object and part together."""
    made: list[Bundle] = []
    for field in fields:
        choice = field.choices[0]
        spot = choice.spot if len(field.choices) == 1 else None
        first, _, rest = field.target.partition(".")
        head, name = (first, rest) if rest else ("", first)
        last = made[-1] if made else None
        if last is None or last.head != head or not paths.together(last.spot, spot):
            last = Bundle(spot, head, [])
            made.append(last)
        last.fields.append((spot.key if spot is not None else "", name, choice.coerce, field))
    return made


def read(
    parts: list[Bundle], *, record: Any, order: Any, row: int | None, errors: list[drafts.FieldError]
) -> dict[str, Any]:
    """The fields' values by struct field, persons and custom as dictionaries of their own; errors are appended."""
    found: dict[str, Any] = {}
    for bundle in parts:
        here = bundle.here(record, order)
        group = found.setdefault(bundle.head, {}) if bundle.head else found
        for key, name, coerce, field in bundle.fields:
            raw = here.get(key)
            kind = raw.__class__
            if kind is str:
                if not raw or raw.isspace():
                    if field.required:
                        errors.append(drafts.FieldError(field.label, "value.missing", row=row))
                    continue
            elif kind not in _NUMBERS:
                value = _sought(field, record, order, row, errors)
                if value is not None:
                    group[name] = value
                continue
            try:
                group[name] = coerce(raw)
            except (values.Unreadable, ArithmeticError) as error:
                errors.append(_wrong(field, raw, error, row))
    return found


def _sought(field: Field, record: Any, order: Any, row: int | None, errors: list[drafts.FieldError]) -> Any:
    """The field's value by its readings; None, with an error where one is due, if they give none."""
    raw: Any = None
    try:
        for choice in field.choices:
            if choice.when is not None and not choice.when(record, order):
                continue
            raw = choice.get(record, order)
            value = _made(choice, raw)
            if value is not None:
                return value
    except (values.Unreadable, ArithmeticError) as error:
        errors.append(_wrong(field, raw, error, row))
        return None
    if field.required:
        errors.append(drafts.FieldError(field.label, "value.missing", row=row))
    return None


def _wrong(field: Field, raw: Any, error: Exception, row: int | None) -> drafts.FieldError:
    code = error.code if isinstance(error, values.Unreadable) else "value.out_of_bounds"
    return drafts.FieldError(field.label, code, values.shape(raw) if field.personal else values.excerpt(raw), row)


def _made(choice: Choice, raw: Any) -> Any:
    value = raw
    for change in choice.change:
        value = change(value)
    if _empty(value):
        if choice.default is None:
            return None
        value = choice.default
    return choice.coerce(value)


def _empty(value: Any) -> bool:
    if isinstance(value, str):
        return not value or value.isspace()
    return value is None or value == []


def sources(reading: documents.Reading | list[documents.Reading]) -> Iterator[str]:
    """Every source path that a field reads, conditions apart."""
    for each in reading if isinstance(reading, list) else [reading]:
        if isinstance(each.source, str):
            yield each.source
        elif each.source is not None:
            yield from each.source
        if each.template is not None:
            yield from _PLACE.findall(each.template)


class Maker:
    """Compiles readings to fields; it notes the columns they read in `columns`."""

    def __init__(
        self, *, document: documents.Mapping, zone: zoneinfo.ZoneInfo, find: conditions.Find, lines: conditions.Lines
    ) -> None:
        self.document = document
        self.zone = zone
        self.find = find
        self.lines = lines
        self.columns: set[str] = set()
        self._aliases = alias_map(document)

    def field(
        self, target: str, reading: documents.Reading | list[documents.Reading], *, table: dict[str, str], header: bool
    ) -> Field:
        """One field with its choices. Raises what paths, conditions, patterns and values raise."""
        readings = reading if isinstance(reading, list) else [reading]
        what = targets.kind(target, table) or "text"
        document = self.document
        coerce = targets.coercion(what, zone=self.zone, region=document.region, currency=document.currency)
        columns = frozenset(map(self._column, sources(reading))) if document.rows is not None else frozenset()
        self.columns |= columns
        return Field(
            target=target,
            label=target if header else f"lines.{target}",
            personal=targets.personal(target) and header,
            required=any(each.required for each in readings) or target in ("external_no", "sku", "quantity"),
            choices=[self._choice(each, coerce, header) for each in readings],
            columns=columns,
        )

    def _choice(self, reading: documents.Reading, coerce: targets.Coerce, header: bool) -> Choice:
        said = [reading.source is not None, reading.template is not None, reading.constant is not None]
        if sum(said) != 1:
            raise conditions.Meaningless("a reading has exactly one of from, template and value")
        change = [steps.compiled(each, zone=self.zone, region=self.document.region) for each in reading.transforms]
        if reading.values is not None:
            change.append(steps.lookup(reading.values, "keep"))
        when = None
        if reading.when is not None:
            when = conditions.compiled(reading.when, find=self.find, lines=self.lines)
        if reading.default is not None:
            coerce(reading.default)  # A default that its own field refuses is found now, not with the first message.
        reads = any(True for _ in sources(reading))
        spot = self._spot(reading, header)
        return Choice(self._getter(reading, header), change, coerce, when, reading.default, reads, spot)

    def _spot(self, reading: documents.Reading, header: bool) -> paths.Spot | None:
        """Where the reading's value stands; None where more than keys leads to it."""
        if not isinstance(reading.source, str):
            return None
        if self.document.rows is None:
            return paths.spot(reading.source)
        return None if header else paths.Spot((), self._column(reading.source))

    def _getter(self, reading: documents.Reading, header: bool) -> Get:
        if reading.constant is not None:
            constant = reading.constant
            return lambda record, order: constant
        if reading.template is not None:
            return self._template(reading.template, header, reading.of)
        if isinstance(reading.source, list):
            parts = [self._one(each, header, reading.of) for each in reading.source]
            return lambda record, order: [part(record, order) for part in parts]
        return self._one(reading.source or "", header, reading.of)

    def _template(self, template: str, header: bool, of: str) -> Get:
        names = _PLACE.findall(template)
        getters = [self._one(name, header, of) for name in names]
        texts = _PLACE.split(template)[::2]

        def fill(record: Any, order: Any) -> str:
            found = [values.text(get(record, order)) for get in getters]
            if names and not any(found):
                return ""
            return "".join(text + part for text, part in zip(texts, [*found, ""], strict=True))[:_JOINED_CHARS_MAX]

        return fill

    def _one(self, path: str, header: bool, of: str) -> Get:
        if header and self.document.rows is not None:
            return _over_rows(self._column(path), of)
        return self.find(path)

    def _column(self, path: str) -> str:
        name = paths.normal(path)
        return self._aliases.get(name, name)


def alias_map(document: documents.Mapping) -> dict[str, str]:
    """Each alias's normal name with the normal name it stands for."""
    return {paths.normal(other): paths.normal(name) for name, others in document.aliases.items() for other in others}


def _over_rows(column: str, of: str) -> Get:
    """A header field of a flat message stands on each of its rows."""
    if of == "same":
        return _agreed(column)

    def over(_: Any, order: Any) -> Any:
        found = [raw for raw in (row.get(column) for row in order) if not _empty(raw)]
        if not found:
            return None
        if of in ("first", "last"):
            return found[0 if of == "first" else -1]
        numbers = [values.number(raw) for raw in found]
        return sum(numbers, Decimal(0)) if of == "sum" else min(numbers) if of == "min" else max(numbers)

    return over


def _agreed(column: str) -> Get:
    def agreed(_: Any, order: Any) -> Any:
        first = None
        for row in order:
            raw = row.get(column)
            if raw == first or _empty(raw):
                continue
            if first is not None:
                raise values.Unreadable("value.rows_disagree")
            first = raw
        return first

    return agreed
