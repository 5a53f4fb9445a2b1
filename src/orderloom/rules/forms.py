"""The kind `form`, and a form ready to be asked: what is seen, what is computed, which of its checks fail.

All conditions of a form are one compiled graph: those of seeing are asked before the values are read, the checks after.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from orderloom.domain.documents.findings import Finding, pointer
from orderloom.domain.documents.kinds import Content, Kind, Known
from orderloom.domain.fields.dictionaries import Check, Dictionary, Field
from orderloom.domain.forms import definition
from orderloom.domain.forms.definition import Form, Item
from orderloom.kit import limits
from orderloom.rules import bounds, engines, fields

_CHECK = "check "


class Ready:
    """A form with its expressions compiled. Safe to share between threads."""

    def __init__(self, form: Form, own: Dictionary | None, *, zone: str) -> None:
        self.form = form
        self.dictionary = definition.dictionary(form, own)
        self._checks = {f"{_CHECK}{number}": check for number, check in enumerate(form.checks)}
        seen = {each.name: each.visible_when for each in self.dictionary.fields if each.visible_when}
        asked = {**seen, **{name: check.when for name, check in self._checks.items()}}
        self._conditions = engines.Conditions(asked, zone=zone)
        self._asking = frozenset(seen)

    def hidden(self, context: Mapping[str, Any]) -> frozenset[str]:
        """The fields that are not seen with these values."""
        return self._asking - self._conditions.hold(context) if self._asking else self._asking

    def failed(self, context: Mapping[str, Any]) -> list[Check]:
        """The checks that stand against these values."""
        holding = self._conditions.hold(context) if self._checks else set()
        return [check for name, check in self._checks.items() if name in holding]


def check(name: str, content: Content, known: Known) -> list[Finding]:
    """All that is wrong with a form: its fields, the ways into it, its expressions; each with its place."""
    try:
        form = definition.read(content)
    except msgspec.ValidationError as error:
        return [Finding("form.malformed", data={"reason": str(error)[: limits.NAME_CHARS_MAX]})]
    own = definition.own_of(form, known.documents.get("fields", {}))
    found = _head(form, own, known)
    found += _items(form, own)
    names = _names(form, own)
    for section, place, item in form.items():
        if item.visible_when:
            path = pointer("sections", section, "items", place, "visible_when")
            found += fields.judge(item.visible_when, path, names)
    there = {item.field for _, _, item in form.items()}
    for number, each in enumerate(form.checks):
        found += fields.judge(each.when, pointer("checks", number, "when"), names)
        if each.field and each.field not in there:
            data = {"field": each.field[: limits.NAME_CHARS_MAX]}
            found.append(Finding("form.bad_field", pointer("checks", number, "field"), data=data))
    return found[: limits.DOCUMENT_FINDINGS_MAX]


def _items(form: Form, own: Dictionary | None) -> list[Finding]:
    offered = definition.fields_of(form.subject, own)
    found: list[Finding] = []
    seen: set[str] = set()
    for section, place, item in form.items():
        at = ("sections", section, "items", place)
        field = offered.get(item.field)
        data = {"field": item.field[: limits.NAME_CHARS_MAX]}
        if field is None or field.retired or field.type == "computed" or item.field in seen:
            found.append(Finding("form.bad_field", pointer(*at, "field"), data=data))
        elif item.options and not _may_offer(item, field):
            found.append(Finding("form.bad_options", pointer(*at, "options"), data=data))
        seen.add(item.field)
    return found


def _may_offer(item: Item, field: Field) -> bool:
    """A text may offer any choices, a choice only its own."""
    if field.type == "text":
        return True
    known = {each.value for each in field.options}
    return field.type in ("select", "multi_select") and all(each.value in known for each in item.options)


def _head(form: Form, own: Dictionary | None, known: Known) -> list[Finding]:
    found = []
    if form.subject != "order" and (own is None or not own.own):
        found.append(Finding("form.unknown_subject", "/subject", data={"subject": form.subject[:80]}))
    if form.subject == "order" and form.channel not in known.places.get("channel", frozenset({form.channel})):
        found.append(Finding("form.unknown_channel", "/channel", data={"channel": form.channel[:80]}))
    count = sum(1 for _ in form.items())
    if not 0 < count <= limits.FORM_FIELDS_MAX or len(form.checks) > limits.FORM_CHECKS_MAX:
        data = {"fields": limits.FORM_FIELDS_MAX, "checks": limits.FORM_CHECKS_MAX}
        found.append(Finding("form.too_large", "/sections", data=data))
    if form.subject == "order" and not any(item.field == "lines" for _, _, item in form.items()):
        found.append(Finding("form.no_lines", "/sections"))
    return found


def _names(form: Form, own: Dictionary | None) -> set[str]:
    """The names that a form's expressions may begin with."""
    fields_ = [each.name for each in own.fields] if own is not None else []
    return {*fields_, *(name.split(".")[0] for name in definition.fields_of(form.subject, own))}


def run_cases(name: str, content: Content, cases: Sequence[Mapping[str, Any]], known: Known) -> list[Finding]:
    """Fill each case's values in and compare which checks fail, by their Chinese message."""
    form = definition.read(content)
    ready = Ready(form, definition.own_of(form, known.documents.get("fields", {})), zone=known.zone)
    found = []
    for number, case in enumerate(cases):
        values = case.get("values")
        context = context_of(form, values if isinstance(values, Mapping) else {}, beside=case.get("beside") or {})
        got = [each.zh for each in ready.failed(context)]
        if got != list(case.get("fails") or []):
            data = {"case": str(case.get("name", number))[:80], "got": ", ".join(got)[:400]}
            found.append(Finding("form.case_differs", pointer("cases", number), data=data))
    return found


def context_of(form: Form, values: Mapping[str, Any], *, beside: Mapping[str, Any]) -> dict[str, Any]:
    """What the form's expressions see: its fields by name, an order's own fields also without `custom.`, and the order
    as rules see one. `beside` has `total` and `customer` of an order, what cannot be read off the fields."""
    there = {item.field: None for _, _, item in form.items()}
    tree = definition.nested({**there, **values})
    if form.subject != "order":
        return {**tree, "record": dict(tree)}
    own = tree.get("custom", {})
    stated = tree.get("lines")
    lines = stated if isinstance(stated, list) else []  # What is no list is told by the field's own check.
    order = {**tree, "custom": own, "total": beside.get("total", 0), "goods": beside.get("total", 0),
             "line_count": len(lines)}  # fmt: skip
    return {**own, **tree, "custom": own, "order": order, "lines": lines, "customer": beside.get("customer")}


def readable(form: Form, own: Dictionary | None) -> tuple[Form, Dictionary | None]:
    """A form that is still being written, without the conditions and checks that cannot be read yet."""
    sections = tuple(
        msgspec.structs.replace(
            each,
            items=tuple(
                msgspec.structs.replace(item, visible_when=_read_or_none(item.visible_when)) for item in each.items
            ),
        )
        for each in form.sections
    )
    checks = tuple(each for each in form.checks if _read_or_none(each.when))
    kept = msgspec.structs.replace(form, sections=sections, checks=checks)
    if own is None:
        return kept, None
    fields_ = tuple(msgspec.structs.replace(each, visible_when=_read_or_none(each.visible_when)) for each in own.fields)
    return kept, msgspec.structs.replace(own, fields=fields_)


def _read_or_none(text: str) -> str:
    return "" if text and bounds.judge_expression(text) is not None else text


KIND = Kind(
    name="form",
    label_zh="表单",
    label_en="Form",
    schema=definition.schema(),
    example=definition.EXAMPLE,
    check=check,
    run_cases=run_cases,
    cases=definition.CASES,
    refers_to=frozenset({"fields"}),
)
