"""The transforms of a mapping document, compiled to functions value → value that raise `values.Unreadable`."""

import zoneinfo
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from orderloom.domain import phones
from orderloom.domain.mappings import documents, patterns, values

Transform = Callable[[Any], Any]
_PARTS_MAX = 1_000


def compiled(step: documents.Step, *, zone: zoneinfo.ZoneInfo, region: str) -> Transform:
    """One transform as a function. Raises patterns.Unbounded, ValueError or zoneinfo.ZoneInfoNotFoundError."""
    if isinstance(step, str):
        return _plain(step, zone, region)
    match step:
        case documents.Number(decimal=mark):
            return lambda raw: values.number(raw, decimal_mark=mark) if _given(raw) else None
        case documents.Date(formats=formats, zone=other):
            named = zoneinfo.ZoneInfo(other) if other else zone
            return lambda raw: values.instant(raw, zone=named, formats=formats) if _given(raw) else None
        case documents.Phone(region=other):
            return lambda raw: phones.read(values.text(raw), region=other)
        case documents.Split(by=by, take=take):
            return lambda raw: _split(values.text(raw), by, take)
        case documents.Join(by=by):
            return lambda raw: by.join(values.text(each) for each in _many(raw) if _given(each))
        case documents.Extract(pattern=pattern, group=group):
            return _extraction(pattern, group)
        case documents.Lookup(table=table, otherwise=otherwise):
            return lookup(table, otherwise)
        case documents.Multiply(by=by):
            factor = values.number(by)
            return lambda raw: values.number(raw) * factor if _given(raw) else None


def _plain(name: str, zone: zoneinfo.ZoneInfo, region: str) -> Transform:
    numeric: dict[str, Callable[[Decimal], Decimal]] = {
        "number": lambda value: value,
        "decimal": lambda value: value,
        "money": lambda value: value,
        "cents": lambda value: value.scaleb(-2),
        "negate": lambda value: -value,
        "abs": abs,
    }
    if name in numeric:
        change = numeric[name]
        return lambda raw: change(values.number(raw)) if _given(raw) else None
    texts: dict[str, Callable[[str], str]] = {
        "trim": str.strip, "upper": str.upper, "lower": str.lower, "fold": values.folded,
    }  # fmt: skip
    if name in texts:
        spell = texts[name]
        return lambda raw: spell(values.text(raw))
    if name == "sum":
        return lambda raw: sum((values.number(each) for each in _many(raw) if _given(each)), Decimal(0))
    if name == "first":
        return lambda raw: next((each for each in _many(raw) if _given(each)), None)
    if name == "date":
        return lambda raw: values.instant(raw, zone=zone) if _given(raw) else None
    return lambda raw: phones.read(values.text(raw), region=region)


def lookup(table: dict[str, Any], otherwise: str) -> Transform:
    """A value map. Keys compare after blanks and full-width signs are evened out."""
    folded = {values.folded(key): value for key, value in table.items()}

    def find(raw: Any) -> Any:
        key = values.folded(values.text(raw))
        if key in folded:
            return folded[key]
        if otherwise == "refuse" and key:
            raise values.Unreadable("value.not_in_map")
        return raw if otherwise == "keep" else None

    return find


def _extraction(pattern: str, group: int) -> Transform:
    expression = patterns.compiled(pattern)
    if group > expression.groups:
        raise patterns.Unbounded(f"no group {group}")

    def extract(raw: Any) -> str:
        found = expression.search(values.text(raw)[: patterns.TEXT_CHARS_MAX])
        return (found.group(group) or "") if found is not None else ""

    return extract


def _split(text: str, by: str, take: int | None) -> Any:
    parts = [part.strip() for part in text.split(by, _PARTS_MAX)]
    if take is None:
        return [part for part in parts if part]
    return parts[take] if -len(parts) <= take < len(parts) else ""


def _many(raw: Any) -> list[Any]:
    return raw if isinstance(raw, list) else [raw]


def _given(raw: Any) -> bool:
    return raw is not None and raw != "" and raw != []
