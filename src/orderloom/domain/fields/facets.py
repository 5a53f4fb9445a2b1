"""Facets: values as texts whose byte order is the order of the values, so that one index filters and sorts them all."""

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from orderloom.domain.fields import dictionaries
from orderloom.domain.fields.dictionaries import Dictionary, Field

_CHARS_MAX = 200
_DIGITS = 22
_OFFSET = 10**_DIGITS // 2
_SCALE = 10**6
# What has no value stands before all that has one, and can be asked for.
EMPTY = ""
# No text that UTF-8 can hold stands after this one.
LAST = "\U0010ffff"


def of(dictionary: Dictionary, values: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(facet, value) of every filterable field; of a field with several values one each, of one without an empty one.

    A record also stands under the facet of its type alone, by which lists walk records in the order of their making.
    """
    found = [(dictionaries.facet(dictionary.subject, ""), EMPTY)] if dictionary.own else []
    for field in dictionary.filterable():
        name = dictionaries.facet(dictionary.subject, field.name)
        value = values.get(field.name)
        several = value if isinstance(value, list) else [value]
        found.extend((name, text(field, each)) for each in dict.fromkeys(several) or [None])
    return found


def text(field: Field, value: Any) -> str:
    """One value as its facet: numbers by size, booleans false before true, times and dates by time."""
    match value:
        case None:
            return EMPTY
        case bool():
            return "1" if value else "0"
        case int() | float() | Decimal():
            return _number(Decimal(str(value)))
        case str():
            return value[:_CHARS_MAX] or EMPTY
        case _:
            return EMPTY


def asked(field: Field, stated: str) -> str | None:
    """What a person narrows a list to, as a facet; None when it cannot be a value of the field."""
    if stated == "" or field.type in ("text", "select", "multi_select", "phone", "customer"):
        return stated[:_CHARS_MAX]
    if field.type == "boolean":
        return {"true": "1", "false": "0"}.get(stated.lower())
    if field.type in ("date", "time"):
        return _instant(field, stated)
    try:
        number = Decimal(stated)
    except InvalidOperation:
        return stated[:_CHARS_MAX] if field.type == "computed" else None
    return _number(number) if number.is_finite() and abs(number) < _OFFSET // _SCALE else None


def _number(value: Decimal) -> str:
    return f"{int((value * _SCALE).to_integral_value()) + _OFFSET:0{_DIGITS}d}"


def _instant(field: Field, stated: str) -> str | None:
    try:
        if field.type == "date":
            return dt.date.fromisoformat(stated).isoformat()
        read = dt.datetime.fromisoformat(stated)
    except ValueError:
        return None
    aware = read if read.tzinfo else read.replace(tzinfo=dt.UTC)
    return aware.astimezone(dt.UTC).isoformat().replace("+00:00", "Z")
