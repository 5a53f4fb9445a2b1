"""A mapping document judged place by place: an editor shows what is wrong with each path, transform and value map."""

import re
import zoneinfo
from collections.abc import Callable, Iterator
from typing import Any

from orderloom.domain.documents.findings import Finding, pointer
from orderloom.domain.mappings import conditions, documents, fields, mappers, paths, patterns, steps, targets, values
from orderloom.kit.refusals import Refused

_MEANINGLESS = (
    conditions.Meaningless, paths.Malformed, patterns.Unbounded, values.Unreadable, zoneinfo.ZoneInfoNotFoundError,
    ValueError, ArithmeticError,
)  # fmt: skip
_TYPED = frozenset(("number", "money", "decimal", "cents", "negate", "abs", "sum", "date", "phone"))
# Words in a source's name that say whose it is, in the languages of the platforms at hand.
_OF_BUYER = re.compile(r"buyer|orderer|purchaser|payer|billing|下单人|购买人|买家|买方|付款人|会员", re.I)
_OF_CONSIGNEE = re.compile(r"receiver|recipient|consignee|ship(?:ping|_?to)|收货|收件|收方|到货", re.I)
_PHONES = {"consignee.phone": _OF_BUYER, "buyer.phone": _OF_CONSIGNEE}


def judge(document: documents.Mapping) -> list[Finding]:
    """Everything that is wrong, each with its place. An empty list means that the mapping compiles."""
    found = [*_zone(document), *_fields(document), *_phones(document), *_conditions(document)]
    if not any(each.level == "error" for each in found):
        compiled = mappers.compile(document)
        if isinstance(compiled, Refused):
            found.append(Finding(compiled.code, _place_of(compiled, document), data=compiled.data))
    return found


def readings(document: documents.Mapping) -> Iterator[tuple[str, list[str | int], documents.Reading]]:
    """Every reading with its target ("lines.sku") and its place in the document."""
    for target, place, said in _targets(document):
        if isinstance(said, list):
            for at, each in enumerate(said):
                yield target, [*place, at], each
        else:
            yield target, place, said


def _targets(document: documents.Mapping) -> Iterator[tuple[str, list[str | int], Any]]:
    for name, said in document.fields.items():
        yield name, ["fields", name], said
    for name, said in (document.lines.fields if document.lines is not None else {}).items():
        yield f"lines.{name}", ["lines", "fields", name], said


def _zone(document: documents.Mapping) -> Iterator[Finding]:
    try:
        zoneinfo.ZoneInfo(document.zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        yield Finding("mapping.meaningless", "/zone", data={"where": "zone", "problem": document.zone})


def _fields(document: documents.Mapping) -> Iterator[Finding]:
    for target, place, reading in readings(document):
        header = not target.startswith("lines.")
        table = targets.ORDER if header else targets.LINE
        what = targets.kind(target.removeprefix("lines."), table)
        if what is None:
            yield Finding("mapping.field_unknown", pointer(*place), data={"field": target})
            continue
        coerce = targets.coercion(what, zone=_zone_of(document), region=document.region, currency=document.currency)
        yield from _reading(document, reading, place, coerce, target)


def _reading(
    document: documents.Mapping,
    reading: documents.Reading,
    place: list[str | int],
    coerce: targets.Coerce,
    target: str,
) -> Iterator[Finding]:
    said = [reading.source is not None, reading.template is not None, reading.constant is not None]
    if sum(said) != 1:
        yield _meaningless(target, place, "a reading has exactly one of from, template and value")
    if document.rows is None:
        for source in fields.sources(reading):
            key = "template" if reading.template is not None else "from"
            yield from _tried(lambda at=source: paths.tree(at.removeprefix("$."), {}), target, [*place, key])
    for at, step in enumerate(reading.transforms):
        yield from _tried(
            lambda step=step: steps.compiled(step, zone=_zone_of(document), region=document.region),
            target,
            [*place, "transforms", at],
        )
        if isinstance(step, documents.Lookup) and _last_typed(reading.transforms[at + 1 :]):
            yield from _values(step.table, coerce, target, [*place, "transforms", at, "table"])
    if reading.values is not None:
        yield from _values(reading.values, coerce, target, [*place, "values"])
    for key, given in (("default", reading.default), ("value", reading.constant)):
        plain = not reading.transforms and reading.values is None
        if given is not None and (key == "default" or plain):
            yield from _tried(lambda given=given: coerce(given), target, [*place, key])
    if reading.when is not None:
        yield from _condition(document, reading.when, [*place, "when"])


def _last_typed(rest: list[documents.Step]) -> bool:
    """Whether nothing after a value map changes what its values are."""
    return not any(not isinstance(step, str) or step in _TYPED for step in rest)


def _values(table: dict[str, Any], coerce: targets.Coerce, target: str, place: list[str | int]) -> Iterator[Finding]:
    """A value map whose answer the field refuses would put every message that uses it aside."""
    for key, value in table.items():
        if value is not None and value != "":
            yield from _tried(lambda value=value: coerce(value), target, [*place, key], code="mapping.value_unfit")


def _phones(document: documents.Mapping) -> Iterator[Finding]:
    """收货人手机 is never 下单人手机 (I-2): by name, unless the mapping itself says why."""
    excepted = {paths.normal(name) for name in document.exceptions}
    for target, place, reading in readings(document):
        other = _PHONES.get(target)
        if other is None:
            continue
        for source in fields.sources(reading):
            names = [source, *document.aliases.get(source, ())]
            crossed = next((name for name in names if other.search(name)), "")
            if crossed and not excepted & {paths.normal(name) for name in names}:
                yield Finding("mapping.phone_crossed", pointer(*place), data={"field": target, "source": crossed})


def _conditions(document: documents.Mapping) -> Iterator[Finding]:
    for at, verdict in enumerate(document.verdicts):
        yield from _condition(document, verdict.when, ["verdicts", at, "when"])
    if document.lines is None:
        return
    if document.lines.each:
        yield from _tried(lambda: paths.tree(document.lines.each, {}), "lines", ["lines", "each"])  # type: ignore[union-attr]
    if document.lines.when is not None:
        yield from _condition(document, document.lines.when, ["lines", "when"])
    for at, role in enumerate(document.lines.roles):
        yield from _condition(document, role.when, ["lines", "roles", at, "when"])


def _condition(
    document: documents.Mapping, condition: documents.Condition, place: list[str | int]
) -> Iterator[Finding]:
    def find(path: str) -> Callable[[Any, Any], Any]:
        return paths.tree(path.removeprefix("$."), {}) if document.rows is None else lambda record, _: record

    yield from _tried(lambda: conditions.compiled(condition, find=find, lines=lambda _: []), "conditions", place)


def _tried(
    make: Callable[[], Any], target: str, place: list[str | int], *, code: str = "mapping.meaningless"
) -> Iterator[Finding]:
    try:
        make()
    except _MEANINGLESS as error:
        yield _meaningless(target, place, str(error), code=code)


def _meaningless(target: str, place: list[str | int], problem: str, *, code: str = "mapping.meaningless") -> Finding:
    return Finding(code, pointer(*place), data={"where": target, "problem": problem[:300]})


def _zone_of(document: documents.Mapping) -> zoneinfo.ZoneInfo:
    try:
        return zoneinfo.ZoneInfo(document.zone)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo("UTC")


def _place_of(refused: Refused, document: documents.Mapping) -> str:
    """Where in the document a refusal of the compiler points."""
    data = refused.data
    if refused.code == "mapping.source_used_twice":
        target = data["fields"][1]
        return next((pointer(*place) for name, place, _ in _targets(document) if name == target), "")
    if refused.code == "mapping.field_missing":
        field = str(data["field"])
        return pointer("lines", "fields", field.removeprefix("lines.")) if field.startswith("lines.") else "/fields"
    return ""
