"""Metrics: one definition for each figure, as a document. What may be counted is a fixed vocabulary, so that a metric
is computed by statements we wrote (`queries.metrics`), never by text that someone else did."""

import datetime as dt
import zoneinfo
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec

from orderloom.domain.documents import shapes
from orderloom.domain.documents.findings import Finding, pointer
from orderloom.domain.documents.kinds import Content, Known
from orderloom.domain.documents.shapes import Titled
from orderloom.domain.fields import dictionaries
from orderloom.kit import limits

Subject = Literal["orders", "lines", "shipments", "holds", "events", "calls", "records"]
Type = Literal["text", "number", "money", "flag", "time"]
_ORDER: Mapping[str, Type] = {
    "channel": "text", "stage": "text", "furthest": "text", "grade": "text", "customer_no": "text",
    "province": "text", "currency": "text", "held": "flag", "cancelled": "flag", "paid": "flag", "shipped": "flag",
    "intercepted": "flag", "touched": "flag",
    "placed_at": "time", "received_at": "time", "paid_at": "time", "promised_at": "time",
    "hours_since_placed": "number", "hours_since_paid": "number", "hours_to_promise": "number",
}  # fmt: skip
FIELDS: Mapping[str, Mapping[str, Type]] = {
    "orders": {**_ORDER, "goods_minor": "money", "discount_minor": "money", "freight_minor": "money",
                        "total_minor": "money", "paid_minor": "money", "credit_used_minor": "money"},
    "lines": {**_ORDER, "sku": "text", "category": "text", "gift": "flag", "quantity": "number",
                       "amount_minor": "money", "line_discount_minor": "money"},
    "shipments": {"channel": "text", "province": "text", "warehouse": "text", "shipment_stage": "text",
                  "carrier": "text", "service": "text", "cancelled": "flag", "delivered": "flag", "on_time": "flag",
                  "planned_at": "time", "stage_at": "time", "picked_at": "time", "shipped_at": "time",
                  "delivered_at": "time", "placed_at": "time", "freight_cost_minor": "money",
                  "hours_in_stage": "number", "hours_placed_to_picked": "number", "hours_paid_to_picked": "number",
                  "hours_placed_to_shipped": "number", "hours_placed_to_delivered": "number"},
    "holds": {"channel": "text", "grade": "text", "province": "text", "code": "text", "owner": "text",
              "opened_at": "time", "placed_at": "time", "hours_open": "number", "total_minor": "money"},
    "events": {"event": "text", "key": "text", "minute": "time"},
    "calls": {"topic": "text", "state": "text", "failed": "flag", "attempts": "number", "asked_at": "time"},
    "records": {"record_no": "text", "record_title": "text", "created_at": "time", "changed_at": "time",
                "hours_since_created": "number"},
}  # fmt: skip
_CLOCK: Mapping[str, str] = {
    "orders": "placed_at", "lines": "placed_at", "shipments": "planned_at", "holds": "opened_at", "events": "minute",
    "calls": "asked_at", "records": "created_at",
}  # fmt: skip
_OWN = frozenset({"orders", "lines", "records"})
# What has orders behind it.
OF_ORDERS = frozenset({"orders", "lines", "shipments", "holds"})
# What a field of a record type may be used as. What is computed is what its expression gives; what it is not counts as
# unknown.
_ANY: frozenset[Type] = frozenset({"text", "number", "flag", "time"})
_USES: Mapping[dictionaries.Type, frozenset[Type]] = {
    "text": frozenset({"text"}), "select": frozenset({"text"}), "customer": frozenset({"text"}),
    "number": frozenset({"number"}), "money": frozenset({"number"}), "boolean": frozenset({"flag"}),
    "time": frozenset({"time"}), "computed": _ANY,
}  # fmt: skip
Comparison = Literal["eq", "ne", "in", "not_in", "gt", "ge", "lt", "le", "known", "unknown"]
_ORDERED = ("gt", "ge", "lt", "le")
Bucket = Literal["minute", "hour", "day", "week", "month", "quarter", "year"]


class Condition(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A field compared with a value; `in` and `not_in` with a list, `known` and `unknown` alone. Times are RFC 3339.

    `custom.<name>` is an own field: of an order compared as text, of a record by its type."""

    field: Annotated[str, msgspec.Meta(max_length=80)]
    is_: Comparison = msgspec.field(name="is")
    value: str | int | float | bool | list[str] | None = None


Conditions = Annotated[list[Condition], msgspec.Meta(max_length=20)]


# A ZEN expression over the fields of a row, beside the conditions of `where`.
When = Annotated[str, msgspec.Meta(max_length=limits.EXPRESSION_CHARS_MAX)]


class Measure(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """count; sum, average, least, most or a percentile of a field; share: the percentage for which `where` and `when`
    hold."""

    kind: Literal["count", "sum", "average", "least", "most", "percentile", "share"] = "count"
    field: str = ""
    percentile: Annotated[float, msgspec.Meta(gt=0, lt=100)] = 95
    where: Conditions = []
    when: When = ""


class Per(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What a figure is divided by: the count, or the sum of a field, of other rows over the same span, in the same
    groups and pieces of time, in the same scope. Times `scale`: 100 gives a percentage."""

    of: Subject
    record: Annotated[str, msgspec.Meta(max_length=64)] = ""
    where: Conditions = []
    when: When = ""
    measure: Measure = Measure()
    time: str = ""
    scale: Literal[1, 100, 1000] = 1


class Span(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The last `count` units of time, the current one included, in the workspace's zone."""

    count: Annotated[int, msgspec.Meta(ge=1, le=1_000)] = 1
    unit: Literal["minute", "hour", "day", "week", "month", "year"] = "day"


class Metric(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is counted `of` (of records: of the type `record`), `where` and `when`, how it is measured, by which fields
    and pieces of `time` it is broken down, and over which span; without a span over all there is. `per` divides it by
    what other rows come to. `unit` is shown beside the figure; `better` says which way it should go."""

    title: Titled
    of: Subject
    record: Annotated[str, msgspec.Meta(max_length=64)] = ""
    where: Conditions = []
    when: When = ""
    measure: Measure = Measure()
    per: Per | None = None
    by: Annotated[list[str], msgspec.Meta(max_length=3)] = []
    time: str = ""
    bucket: Bucket | None = None
    over: Span | None = None
    unit: Annotated[str, msgspec.Meta(max_length=20)] = ""
    better: Literal["", "more", "less"] = ""


def read(content: Mapping[str, Any]) -> Metric:
    """The metric of a document's content. Raises msgspec.ValidationError."""
    return msgspec.convert(content, Metric)


def divisor(metric: Metric) -> Metric | None:
    """What the figure is divided by, as a metric of the same groups, pieces of time and span; None where it is not."""
    per = metric.per
    if per is None:
        return None
    return msgspec.structs.replace(metric, of=per.of, record=per.record, where=per.where, when=per.when,
                                   measure=per.measure, time=per.time, per=None)  # fmt: skip


def clock(metric: Metric) -> str:
    """The field that says when a row was: the metric's own, or what its subject is timed by."""
    return metric.time or _CLOCK[metric.of]


def type_of(subject: str, field: str) -> Type | None:
    """The type of a field of a subject, or None when it has no such field."""
    if subject in _OWN and field.startswith("custom.") and shapes.NAME.fullmatch(field.removeprefix("custom.")):
        return "text"
    return FIELDS[subject].get(field)


def is_money(metric: Metric) -> bool:
    """Whether a figure is an amount in minor units: an amount, or so much of one for each of something."""
    counted = metric.per is None or (metric.per.measure.kind == "count" and metric.per.scale == 1)
    return counted and metric.measure.field in moneys(metric.of)


def since(span: Span, *, zone: str, now: dt.datetime) -> dt.datetime:
    """The instant at which a span begins: with the day, week and so on in the zone that is so many before this one."""
    local = now.astimezone(zoneinfo.ZoneInfo(zone)).replace(second=0, microsecond=0)
    back = span.count - 1
    if span.unit == "minute":
        return local - dt.timedelta(minutes=back)
    local = local.replace(minute=0)
    if span.unit == "hour":
        return (local.astimezone(dt.UTC) - dt.timedelta(hours=back)).astimezone(local.tzinfo)
    day = local.replace(hour=0)
    if span.unit == "day":
        return day - dt.timedelta(days=back)
    if span.unit == "week":
        return day - dt.timedelta(days=day.weekday() + 7 * back)
    months = day.year * 12 + day.month - 1 - back if span.unit == "month" else (day.year - back) * 12
    return day.replace(year=max(months // 12, 1), month=months % 12 + 1, day=1)


def moneys(subject: str) -> frozenset[str]:
    """The fields of a subject that are amounts."""
    return frozenset(name for name, type_ in FIELDS.get(subject, {}).items() if type_ == "money")


def used_as(condition: Condition) -> Type:
    """What an own field of a record is read as where it is compared: what it is compared with."""
    if isinstance(condition.value, bool):
        return "flag"
    if isinstance(condition.value, int | float):
        return "number"
    return "time" if isinstance(condition.value, str) and condition.is_ in _ORDERED else "text"


class CountedField(msgspec.Struct, omit_defaults=True):
    """A field that a metric may use: its type, and of an own field what it is called and may be."""

    name: str
    types: list[Type]
    title: Titled | None = None
    values: list[str] = []


class Counted(msgspec.Struct):
    """A subject, of records one type, with its fields."""

    of: Subject
    record: str
    fields: list[CountedField]


def vocabulary(known: Known) -> list[Counted]:
    """All that metrics may use, own fields included; personal ones are none of it."""
    found = [Counted(msgspec.convert(of, Subject), "", [CountedField(name, [type_]) for name, type_ in fields.items()])
             for of, fields in FIELDS.items() if of != "records"]  # fmt: skip
    for name, content in sorted(known.documents.get("fields", {}).items()):
        try:
            dictionary = dictionaries.read(content)
        except msgspec.ValidationError:
            continue
        own = [_told(each) for each in dictionary.fields if not each.personal and _USES.get(each.type)]
        if dictionary.own:
            found.append(Counted("records", name, [*(CountedField(*each) for each in _of_records()), *own]))
        elif name == "order":
            for each in (each for each in found if each.of in ("orders", "lines")):
                each.fields.extend(own)
    return found


def _of_records() -> list[tuple[str, list[Type]]]:
    return [(name, [type_]) for name, type_ in FIELDS["records"].items()]


def _told(field: dictionaries.Field) -> CountedField:
    title = Titled(field.zh or field.en or field.name, field.en or field.zh or field.name)
    uses = sorted(_USES[field.type], key=("text", "number", "flag", "time").index)
    return CountedField(f"custom.{field.name}", list(uses), title, [each.value for each in field.options])


def schema() -> dict[str, Any]:
    """The JSON Schema of a metric."""
    return shapes.schema(Metric)


def check(name: str, content: Content, known: Known) -> list[Finding]:
    """All that is wrong with a metric but its expressions (`rules.metrics` judges those)."""
    metric = read(content)
    found = _checked(metric, known)
    below = divisor(metric)
    if below is not None:
        found.extend(_checked(below, known, "per"))
        if below.measure.kind not in ("count", "sum"):
            found.append(
                Finding("metric.per_what", pointer("per", "measure", "kind"), data={"kind": below.measure.kind})
            )
    return found


def types(metric: Metric, known: Known) -> Callable[[str], frozenset[Type]]:
    """What each field of a metric's rows may be read as by an expression: own fields by the dictionary of their
    subject, as texts, numbers and flags where none is in force; times by the hours since, which are numbers."""
    subject = {"orders": "order", "lines": "order", "records": metric.record}.get(metric.of, "")
    own = _own_types(subject, known)

    def uses(field: str) -> frozenset[Type]:
        name = field.removeprefix("custom.")
        if name == field:
            type_ = FIELDS[metric.of].get(field)
            return frozenset({type_} if type_ is not None else ())
        if metric.of not in _OWN or not shapes.NAME.fullmatch(name):
            return frozenset()
        return own.get(name, frozenset()) if own is not None else frozenset({"text", "number", "flag"})

    return uses


def _own_types(subject: str, known: Known) -> dict[str, frozenset[Type]] | None:
    """What own fields may be read as; personal ones as nothing. None without a dictionary."""
    try:
        found = dictionaries.read(known.documents.get("fields", {})[subject])
    except (KeyError, msgspec.ValidationError):
        return None
    return {each.name: _USES.get(each.type, frozenset()) - {"time"} for each in found.fields if not each.personal}


def _checked(metric: Metric, known: Known, *path: str) -> list[Finding]:
    dictionary = _dictionary(metric, known)
    if (metric.of == "records") != (dictionary is not None) or (metric.record and dictionary is None):
        return [Finding("metric.record_unknown", pointer(*path, "record"), data={"record": metric.record})]
    checking = _Checking(metric, dictionary, path)
    return [*checking.conditions(metric.where, *path, "where"),
            *checking.conditions(metric.measure.where, *path, "measure", "where"),
            *checking.measure(), *checking.breakdown()]  # fmt: skip


def _dictionary(metric: Metric, known: Known) -> dictionaries.Dictionary | None:
    """The record type that is counted; None when there is none of that name."""
    try:
        found = dictionaries.read(known.documents.get("fields", {})[metric.record])
    except (KeyError, msgspec.ValidationError):
        return None
    return found if found.own else None


class _Checking:
    """A metric with the record type that it counts, if it counts one."""

    def __init__(self, metric: Metric, dictionary: dictionaries.Dictionary | None, path: Sequence[str] = ()) -> None:
        self._metric, self._path = metric, path
        self._own = {
            f"custom.{each.name}": _USES.get(each.type, frozenset())
            for each in (dictionary.fields if dictionary is not None else ())
            if not each.personal
        }

    def conditions(self, conditions: Sequence[Condition], *path: str) -> Iterator[Finding]:
        """Fields that are not there, and values that they are not compared with."""
        for index, each in enumerate(conditions):
            types = self._types(each.field)
            if not types:
                yield self._no_field(each.field, ("text", "number", "money", "flag", "time"), *path, index, "field")
            elif not any(_fits(each, type_) for type_ in types):
                data = {"field": each.field, "type": "/".join(sorted(types)), "comparison": each.is_}
                yield Finding("metric.value_unfit", pointer(*path, index, "value"), data=data)

    def measure(self) -> Iterator[Finding]:
        """What cannot be measured so."""
        metric, measure = self._metric, self._metric.measure
        if measure.kind in ("sum", "average", "least", "most", "percentile"):
            if metric.of == "events" or not self._types(measure.field) & {"number", "money"}:
                yield self._no_field(measure.field, ("number", "money"), *self._path, "measure", "field")
        elif measure.field:
            yield Finding(
                "metric.field_not_used", pointer(*self._path, "measure", "field"), data={"kind": measure.kind}
            )
        asked = bool(measure.where or measure.when)
        if measure.kind == "share" and (not asked or metric.of == "events"):
            yield Finding("metric.share_of_what", pointer(*self._path, "measure", "where"))

    def breakdown(self) -> Iterator[Finding]:
        """What it cannot be broken down or timed by."""
        for index, field in enumerate(self._metric.by):
            if not self._types(field) & {"text", "flag"}:
                yield self._no_field(field, ("text", "flag"), "by", index)
        if self._metric.time and "time" not in self._types(self._metric.time):
            yield self._no_field(self._metric.time, ("time",), *self._path, "time")

    def _types(self, field: str) -> frozenset[Type]:
        if self._metric.of == "records" and field.startswith("custom."):
            return self._own.get(field, frozenset())
        type_ = type_of(self._metric.of, field)
        return frozenset({type_} if type_ is not None else ())

    def _no_field(self, field: str, types: tuple[Type, ...], *path: str | int) -> Finding:
        own = [name for name, uses in self._own.items() if uses & set(types)]
        named = [name for name, type_ in FIELDS[self._metric.of].items() if type_ in types]
        data = {"field": field[:80], "of": self._metric.of, "fields": ", ".join([*named, *own]) or "-"}
        return Finding("metric.no_such_field", pointer(*path), data=data)


def _fits(condition: Condition, type_: Type) -> bool:
    value = condition.value
    if condition.is_ in ("known", "unknown"):
        return value is None
    if condition.is_ in ("in", "not_in"):
        return type_ == "text" and isinstance(value, list) and 0 < len(value) <= 500
    match type_:
        case "flag":
            return isinstance(value, bool) and condition.is_ in ("eq", "ne")
        case "text":
            return isinstance(value, str) and condition.is_ not in _ORDERED
        case "time":
            return isinstance(value, str) and condition.is_ in _ORDERED and _is_instant(value)
        case _:
            return isinstance(value, int | float) and not isinstance(value, bool)


def _is_instant(text: str) -> bool:
    try:
        msgspec.convert(text, _Instant)
    except msgspec.ValidationError:
        return False
    return True


_Instant = Annotated[dt.datetime, msgspec.Meta(tz=True)]


EXAMPLE: dict[str, Any] = {
    "title": {"zh": "已付款未发货", "en": "Paid and not shipped"},
    "of": "orders",
    "where": [
        {"field": "paid", "is": "eq", "value": True},
        {"field": "shipped", "is": "eq", "value": False},
        {"field": "cancelled", "is": "eq", "value": False},
    ],
    "measure": {"kind": "count"},
    "by": ["channel"],
    "unit": "单",
    "better": "less",
}
