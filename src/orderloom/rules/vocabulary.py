"""The vocabulary of a decision point: what a condition may read and what an answer says, in people's words. Pure.

Names and bounds are those of `points`; the words are those of `words.toml`, for own fields those of the dictionary.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

import msgspec

from orderloom.domain import words
from orderloom.domain.fields.dictionaries import Dictionary
from orderloom.domain.orders.state import Text
from orderloom.rules import points

Type = Literal["text", "number", "yes", "list", "any"]


class Choice(msgspec.Struct):
    """A value that may be chosen, and what people call it."""

    value: str | int
    zh: str
    en: str


class Term(msgspec.Struct, kw_only=True):
    """A name, what people call it, and what values it has. `own` tells that it is a field of the dictionary; with
    `open` other values than the choices are right, too. `clock` is minutes of a day, `money` an amount in the
    currency's unit, `minor` one in minor units."""

    name: str
    zh: str
    en: str
    type: Type
    choices: list[Choice] = []
    own: bool = False
    open: bool = False
    required: bool = False
    unit: Literal["", "money", "minor", "clock", "percent"] = ""


class Point(msgspec.Struct):
    """A decision point with all that its documents may read and what they answer; `hit` "first" takes one answer."""

    name: str
    zh: str
    en: str
    hit: str
    reads: list[Term]
    answers: list[Term]


class Things(msgspec.Struct, frozen=True):
    """What a workspace has to choose from: name → what people call it; and its dictionaries by subject."""

    channels: Mapping[str, str]
    warehouses: Mapping[str, str]
    carriers: Sequence[str]
    roles: Mapping[str, Text]
    stages: Mapping[str, Text]
    dictionaries: Mapping[str, Dictionary]


_NUMBERS = frozenset({
    "order.total", "order.goods", "order.paid", "order.paid_minutes_ago", "order.placed_hour", "order.placed_minute",
    "order.requested_hours", "order.promised_hours", "order.line_count", "order.weight_kg", "lines[].line_no",
    "lines[].quantity", "lines[].price", "lines[].amount", "lines[].weight_kg", "customer.payment_days_average",
    "now.hour", "now.weekday", "now.minute_of_day", "window.orders", "window.phones", "credit.limit",
    "credit.available", "shipment.weight_kg", "shipment.parcels", "shipment.distance_km", "hold.line_no",
    "hold.minutes", "skus[].quantity",
})  # fmt: skip
_YES = frozenset({
    "order.urgent_mark", "order.tax_included", "order.consignee.name_known", "order.consignee.vague",
    "order.consignee.phone.known", "lines[].known", "lines[].gift", "customer.known", "stock.short",
    "stock.below_safety", "credit.known",
})  # fmt: skip
_LISTS = frozenset({"order.holds", "order.tags", "hold.blocks", "skus[].substitutes"})
_MONEY = frozenset({"order.total", "order.goods", "order.paid", "lines[].price", "lines[].amount", "credit.limit",
                    "credit.available", "threshold", "off", "combo_price"})  # fmt: skip
_CLOCK = frozenset({"order.placed_minute", "now.minute_of_day"})
_FIXED: Mapping[str, tuple[str, ...]] = {
    "order.kind": ("stock", "made_to_order", "presale", "resend", "exchange"),
    "order.priced_by": ("hub", "channel"),
    "customer.risk": ("low", "watch", "high"),
    "channel.door": ("form", "desk", "api", "channel", "import"),
    "now.weekday": ("1", "2", "3", "4", "5", "6", "7"),
    "order.payment_method": ("credit", "prepaid", "credit_transfer"),
    "order.grade": ("urgent", "vip", "oem", "ordinary"),
    "grade": ("urgent", "vip", "oem", "ordinary"),
    "doors": ("form", "desk", "api", "channel", "import"),
    "blocks": ("confirm", "reserve", "release"),
    "hold.blocks": ("confirm", "reserve", "release"),
}
# Chosen from, and yet anything else may stand there.
_OPEN = frozenset({"order.payment_method", "order.grade", "grade", "owner", "escalate_to", "carrier", "backup"})
_OWN_TYPES: Mapping[str, Type] = {
    "number": "number", "money": "number", "boolean": "yes", "multi_select": "list", "select": "text", "text": "text",
    "date": "text", "time": "text", "phone": "text", "customer": "text", "computed": "any",
}  # fmt: skip
_SUBJECTS = {
    "order": "order.custom.",
    "line": "lines[].custom.",
    "customer": "customer.custom.",
    "sku": "skus[].custom.",
}


def of(things: Things) -> list[Point]:
    """Every decision point in the words of a workspace."""
    return [
        Point(
            each.name, *_words("points", each.name), each.hit,
            [*_read(each, things), *_own(each, things)], [*_answered(each, things)],
        )
        for each in points.POINTS.values()
    ]  # fmt: skip


def _read(point: points.Point, things: Things) -> Iterator[Term]:
    for path in (*points.PATHS, *points.PAGE_PATHS):
        if path.endswith(".*") or not points.known(path, point):
            continue
        zh, en = _words("paths", path)
        choices = _choices(path, things)
        kind: Type = "number" if path in _NUMBERS else "yes" if path in _YES else "list" if path in _LISTS else "text"
        yield Term(
            name=path, zh=zh, en=en, type=kind, choices=choices, open=path in _OPEN or not choices,
            unit="money" if path in _MONEY else "clock" if path in _CLOCK else "",
        )  # fmt: skip


def _own(point: points.Point, things: Things) -> Iterator[Term]:
    for subject, before in _SUBJECTS.items():
        dictionary = things.dictionaries.get(subject)
        if dictionary is None or before.split(".")[0].removesuffix("[]") not in point.reads:
            continue
        for each in dictionary.fields:
            if each.type in _OWN_TYPES and not each.personal:
                choices = [Choice(one.value, one.zh or one.value, one.en or one.value) for one in each.options]
                yield Term(
                    name=before + each.name, zh=each.zh or each.name, en=each.en or each.name, own=True,
                    type=_OWN_TYPES[each.type], choices=choices, open=not choices,
                    unit="money" if each.type == "money" else "",
                )  # fmt: skip


def _answered(point: points.Point, things: Things) -> Iterator[Term]:
    shape = msgspec.inspect.type_info(point.answer)
    assert isinstance(shape, msgspec.inspect.TypedDictType)
    for field in shape.fields:
        kind, fixed = _shape(field.type)
        choices = [_choice(each) for each in fixed] or _choices(field.name, things, point.name)
        zh, en = _words("answers", field.name)
        unit = "money" if field.name in _MONEY else "minor" if field.name.endswith("_minor") else ""
        yield Term(
            name=field.name, zh=zh, en=en, type=kind, choices=choices, required=field.required,
            open=field.name in _OPEN or not choices, unit="percent" if field.name == "percent" else unit,
        )  # fmt: skip


def _shape(given: Any) -> tuple[Type, Sequence[str]]:
    """How a value of an answer is written, and the values it is one of."""
    inspect = msgspec.inspect
    if isinstance(given, inspect.UnionType):
        [given] = [each for each in given.types if not isinstance(each, inspect.NoneType)]
    match given:
        case inspect.LiteralType(values=values):
            return "text", [str(each) for each in values]
        case inspect.StrType():
            return "text", ()
        case inspect.BoolType():
            return "yes", ()
        case inspect.IntType() | inspect.FloatType():
            return "number", ()
        case inspect.ListType():
            return "list", ()
        case _:
            return "any", ()


def _choices(name: str, things: Things, point: str = "") -> list[Choice]:
    """What a value is chosen from; `point` where it is an answer."""
    if name in ("order.channel", "channel.channel"):
        return _named(things.channels)
    if name == "shipment.warehouse":
        return _named(things.warehouses)
    if name in ("carrier", "backup", "order.carrier_requested"):
        return [Choice(each, each, each) for each in things.carriers]
    if name in ("stage", "stage.stage", "order.stage"):
        return [Choice(code, each.zh, each.en) for code, each in things.stages.items()]
    if point and name in ("owner", "escalate_to", "countersign"):
        return [Choice(code, each.zh, each.en) for code, each in things.roles.items()]
    return [_choice(each, number=name == "now.weekday") for each in _FIXED.get(name, ())]


def _named(names: Mapping[str, str]) -> list[Choice]:
    return [Choice(code, name or code, name or code) for code, name in names.items()]


def _choice(value: str, *, number: bool = False) -> Choice:
    zh, en = _words("values", value)
    return Choice(int(value) if number else value, zh, en)


def _words(section: str, name: str) -> tuple[str, str]:
    found = words.of(section, name)
    return found.zh, found.en
