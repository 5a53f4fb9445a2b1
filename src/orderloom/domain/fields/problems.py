"""What is wrong with a dictionary that its schema cannot say: each with its place."""

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from typing import Any

from orderloom.domain.documents.findings import Finding, pointer
from orderloom.domain.documents.kinds import Known
from orderloom.domain.fields import dictionaries
from orderloom.domain.fields.dictionaries import Dictionary, Field
from orderloom.domain.mappings import patterns
from orderloom.kit import limits

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
_SERIES = re.compile(r"[A-Z][A-Z0-9]{0,7}", re.ASCII)
_RESERVED = frozenset(
    {"order", "orders", "record", "records", "indexings", "lines", "now", "this", "values", "true", "false", "null"}
)
_UNIQUE = frozenset({"text", "number", "phone", "customer", "select", "date"})
_RANGED = frozenset({"number", "money", "date", "time"})


def of(name: str, dictionary: Dictionary, known: Known) -> list[Finding]:
    """Everything wrong, and what a newer version may not do to the one in force: retire, never delete."""
    found = [*_head(name, dictionary, known), *_fields(dictionary.fields, "fields"), *_unique(dictionary)]
    before = known.before.get("fields", {}).get(name)
    if before is not None:
        try:
            found.extend(_kept(dictionaries.read(before), dictionary))
        except ValueError:
            return found
    return found


def _head(name: str, dictionary: Dictionary, known: Known) -> Iterator[Finding]:
    if dictionary.subject != name or not NAME.fullmatch(name) or (dictionary.own and name in _RESERVED):
        yield Finding("fields.bad_subject", "/subject", data={"subject": dictionary.subject[:80], "name": name[:80]})
    if len(dictionary.fields) > limits.CUSTOM_FIELDS_MAX:
        yield Finding("fields.too_many", "/fields", data={"most": limits.CUSTOM_FIELDS_MAX})
    if sum(1 for _ in dictionary.filterable()) > limits.FILTERABLE_FIELDS_MAX:
        yield Finding("fields.too_many_filterable", "/fields", data={"most": limits.FILTERABLE_FIELDS_MAX})
    if dictionary.own:
        if not (dictionary.zh and dictionary.en):
            yield Finding("fields.no_label", "/zh", data={"field": name})
        if not _SERIES.fullmatch(dictionary.series):
            yield Finding("fields.bad_series", "/series", data={"series": dictionary.series[:20]})
        title = dictionary.field(dictionary.title)
        if dictionary.title and (title is None or title.type not in dictionaries.SORTED or title.personal):
            yield Finding("fields.bad_title", "/title", data={"field": dictionary.title[:80]})
    elif dictionary.series or dictionary.title or dictionary.links:
        yield Finding("fields.not_a_record_type", "/subject", data={"subject": dictionary.subject})
    targets = {"order", "customer", name, *(each for each in known.documents.get("fields", {}))}
    for index, link in enumerate(dictionary.links):
        if link.to not in targets or not NAME.fullmatch(link.name):
            yield Finding("fields.unknown_link", pointer("links", index, "to"), data={"to": link.to[:80]})


def _fields(fields: tuple[Field, ...], *under: str | int, inside: bool = False) -> Iterator[Finding]:
    seen: set[str] = set()
    for index, field in enumerate(fields):
        at = (*under, index)
        if not NAME.fullmatch(field.name) or field.name in _RESERVED or field.name in seen:
            yield Finding("fields.bad_name", pointer(*at, "name"), data={"field": field.name[:80]})
        seen.add(field.name)
        data = {"field": field.name, "type": field.type}
        if not (field.zh and field.en):
            yield Finding("fields.no_label", pointer(*at, "zh"), data={"field": field.name}, level="warning")
        yield from _choices(field, at)
        for word, wrong in (
            ("filterable", field.filterable and (inside or field.type not in dictionaries.FILTERABLE)),
            ("personal", field.personal and (inside or field.filterable or field.type not in dictionaries.SEALED)),
            ("unique", field.unique and (inside or field.personal or field.type not in _UNIQUE)),
            ("computed", (field.type == "computed") != bool(field.computed) or (inside and bool(field.computed))),
            ("visible_when", inside and bool(field.visible_when)),
            ("fields", (field.type == "sub_table") != bool(field.fields) or (inside and field.type == "sub_table")),
            ("type", inside and field.type in ("sku_lines", "signature")),
        ):
            if wrong:
                yield Finding("fields.not_for_this_type", pointer(*at, word), data={**data, "setting": word})
        yield from _bounds(field, at)
        yield from _fields(field.fields, *at, "fields", inside=True) if field.fields and not inside else ()


def _unique(dictionary: Dictionary) -> Iterator[Finding]:
    """Orders and shipments are decided side by side, so nothing of theirs is kept unique but their numbers."""
    for index, field in enumerate(dictionary.fields):
        if field.unique and dictionary.subject in ("order", "line", "shipment"):
            data = {"field": field.name, "subject": dictionary.subject}
            yield Finding("fields.unique_nowhere", pointer("fields", index, "unique"), data=data)


def _choices(field: Field, at: tuple[str | int, ...]) -> Iterator[Finding]:
    choosing = field.type in ("select", "multi_select")
    values = [each.value for each in field.options]
    if choosing != bool(values) or len(set(values)) != len(values) or "" in values or len(values) > limits.OPTIONS_MAX:
        yield Finding("fields.bad_options", pointer(*at, "options"), data={"field": field.name})


def _bounds(field: Field, at: tuple[str | int, ...]) -> Iterator[Finding]:
    for word, bound in (("min", field.min), ("max", field.max)):
        if bound is not None and not _is_bound(field, bound):
            yield Finding("fields.bad_bound", pointer(*at, word), data={"field": field.name})
    low, high = field.min, field.max
    if low is not None and high is not None and isinstance(low, str) == isinstance(high, str) and low > high:  # type: ignore[operator]
        yield Finding("fields.bad_bound", pointer(*at, "max"), data={"field": field.name})
    if field.pattern:
        try:
            patterns.compiled(field.pattern)
            reason = "" if field.type == "text" else field.type
        except patterns.Unbounded as problem:
            reason = str(problem)[:200]
        if reason:
            data = {"field": field.name, "reason": reason}
            yield Finding("fields.bad_pattern", pointer(*at, "pattern"), data=data)


def _is_bound(field: Field, bound: Any) -> bool:
    if field.type not in _RANGED:
        return False
    if field.type in ("number", "money"):
        return isinstance(bound, int | float)
    try:
        read = dt.date.fromisoformat if field.type == "date" else dt.datetime.fromisoformat
        return isinstance(bound, str) and bool(read(bound))
    except ValueError:
        return False


def _kept(before: Dictionary, after: Dictionary) -> Iterator[Finding]:
    for field in before.fields:
        now = after.field(field.name)
        if now is None:
            yield Finding("fields.deleted", "/fields", data={"field": field.name})
            continue
        at = after.fields.index(now)
        if now.type != field.type or now.personal != field.personal:
            yield Finding("fields.type_changed", pointer("fields", at, "type"), data={"field": field.name})
        gone = [each.value for each in field.options if now.option(each.value) is None]
        if gone:
            data = {"field": field.name, "options": ", ".join(gone[:20])}
            yield Finding("fields.option_deleted", pointer("fields", at, "options"), data=data)


def unusable(paths: Iterable[str], known: Known) -> list[tuple[str, str]]:
    """Own fields that other documents name and may not: each path with the code that says why, that no dictionary in
    force declares it or that it is retired. None while a subject has no dictionary.

    Paths are dotted as rules read them: `order.custom.floor`, `lines[].custom.engraving`, `customer.custom.segment`.
    """
    dictionaries_ = known.documents.get("fields", {})
    found: list[tuple[str, str]] = []
    for path in sorted(set(paths)):
        root, _, rest = path.partition(".custom.")
        subject = {"lines[]": "line", "line": "line"}.get(root, root)
        if not rest or rest == "*" or subject not in dictionaries_:
            continue
        declared = {each.get("name"): each for each in dictionaries_[subject].get("fields", ())}
        field = declared.get(rest.split(".")[0].removesuffix("[]"))
        if field is None:
            found.append(("fields.undeclared", path))
        elif field.get("retired"):
            found.append(("fields.retired", path))
    return found
