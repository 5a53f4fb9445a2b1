"""Dictionaries, forms and what rules may read of own fields, judged before they are in force: each at its place."""

from typing import Any

import pytest
from tests import dictionaries, hardware

from orderloom.domain.documents.kinds import Known
from orderloom.domain.fields import dictionaries as words
from orderloom.kit import limits
from orderloom.rules import engines, fields, forms
from orderloom.rules import kind as rules_kind


def _field(**changed: Any) -> dict[str, Any]:
    return {"name": "one", "type": "text", "zh": "一", "en": "One", **changed}


def _found(content: dict[str, Any], known: Known | None = None) -> dict[str, str]:
    return {each.path: each.code for each in fields.check(content["subject"], content, known or Known())}


@pytest.mark.parametrize("content", [dictionaries.TICKET, hardware.ORDER, fields.KIND.example])
def test_a_good_dictionary_has_no_findings(content: dict[str, Any]) -> None:
    assert _found(content) == {}


@pytest.mark.parametrize(
    ("field", "path", "code"),
    [
        (_field(name="One"), "name", "fields.bad_name"),
        (_field(name="order"), "name", "fields.bad_name"),
        (_field(type="select"), "options", "fields.bad_options"),
        (_field(options=[{"value": "a"}]), "options", "fields.bad_options"),
        (_field(pattern="(a+)+b"), "pattern", "fields.bad_pattern"),
        (_field(pattern="["), "pattern", "fields.bad_pattern"),
        (_field(type="number", min=5, max=1), "max", "fields.bad_bound"),
        (_field(type="number", min="5"), "min", "fields.bad_bound"),
        (_field(type="date", max="soon"), "max", "fields.bad_bound"),
        (_field(type="image", filterable=True), "filterable", "fields.not_for_this_type"),
        (_field(personal=True, filterable=True), "personal", "fields.not_for_this_type"),
        (_field(type="number", personal=True), "personal", "fields.not_for_this_type"),
        (_field(type="image", unique=True), "unique", "fields.not_for_this_type"),
        (_field(type="computed"), "computed", "fields.not_for_this_type"),
        (_field(type="sub_table"), "fields", "fields.not_for_this_type"),
        (_field(visible_when="two == 1"), "visible_when", "fields.unknown_name"),
        (_field(visible_when="one =="), "visible_when", "rules.not_an_expression"),
        (_field(type="computed", computed="rand(5)"), "computed", "rules.call_not_allowed"),
        (
            _field(type="computed", computed="sum(map([1..30000], sum(map([1..30000], #))))"),
            "computed",
            "rules.range_too_long",
        ),
    ],
)
def test_a_bad_field_is_found_at_its_place(field: dict[str, Any], path: str, code: str) -> None:
    content = {"subject": "thing", "zh": "物", "en": "Thing", "series": "TH", "fields": [field]}
    assert _found(content)[f"/fields/0/{path}"] == code


def test_checks_are_judged_and_unique_needs_a_holder() -> None:
    check = {"zh": "不行", "en": "No"}
    content = {"subject": "shipment", "fields": [_field(unique=True)],
               "checks": [{"when": "two > 1", **check}, {"when": "one ==", **check},
                          {"when": "shipment.stage == one", "field": "two", **check}]}  # fmt: skip
    assert _found(content) == {
        "/fields/0/unique": "fields.unique_nowhere",
        "/checks/0/when": "fields.unknown_name",
        "/checks/1/when": "rules.not_an_expression",
        "/checks/2/field": "fields.check_nowhere",
    }
    content["checks"] = [{"when": "one == 'a'", **check}] * (limits.FORM_CHECKS_MAX + 1)
    assert _found(content)["/checks"] == "fields.too_many_checks"


def test_a_form_may_only_ask_for_what_there_is() -> None:
    known = Known({"fields": {"order": hardware.ORDER}}, {"channel": frozenset({"web"})})
    assert forms.check("project", hardware.FORM, known) == []
    bad = {
        **hardware.FORM,
        "channel": "nowhere",
        "sections": [{"items": [{"field": "custom.nothing"}, {"field": "payment_method", "visible_when": "nobody > 1"},
                                {"field": "payment_method"}]}],
        "checks": [{"when": "colour == 1", "zh": "一", "en": "one", "field": "lines"}],
    }  # fmt: skip
    assert {each.path: each.code for each in forms.check("project", bad, known)} == {
        "/channel": "form.unknown_channel",
        "/sections": "form.no_lines",
        "/sections/0/items/0/field": "form.bad_field",
        "/sections/0/items/1/visible_when": "fields.unknown_name",
        "/sections/0/items/2/field": "form.bad_field",
        "/checks/0/when": "fields.unknown_name",
        "/checks/0/field": "form.bad_field",
    }


def test_a_forms_cases_say_which_checks_fail() -> None:
    known = Known({"fields": {"order": hardware.ORDER}})
    passing = {
        "name": "gift",
        "values": {"custom.gift_combo": None},
        "beside": {"total": 599},
        "fails": ["请确认赠品配置"],
    }
    assert forms.run_cases("project", hardware.FORM, [passing], known) == []
    [finding] = forms.run_cases("project", hardware.FORM, [{**passing, "fails": []}], known)
    assert finding.code == "form.case_differs"


def test_a_rule_may_read_only_declared_fields_once_there_is_a_dictionary() -> None:
    example = rules_kind.KIND.example
    nodes = [dict(each) for each in example["content"]["nodes"]]
    table = next(each for each in nodes if each["type"] == "decisionTableNode")
    column = table["content"]["inputs"][0]
    inputs = [{**column, "field": "order.custom.colour"}, *table["content"]["inputs"][1:]]
    table["content"] = {**table["content"], "inputs": inputs}
    content = {**example, "content": {**example["content"], "nodes": nodes}}
    assert "fields.undeclared" not in {each.code for each in rules_kind.KIND.check("r", content, Known())}
    known = Known({"fields": {"order": hardware.ORDER}})
    found = [each for each in rules_kind.KIND.check("r", content, known) if each.code == "fields.undeclared"]
    assert [each.data["path"] for each in found] == ["order.custom.colour"] and "/nodes/" in found[0].path


def test_conditions_that_cannot_be_worked_out_do_not_hold() -> None:
    asked = engines.Conditions({"a": "one > 5", "b": "len(two) > 1", "c": "three.four == null"}, zone="Asia/Shanghai")
    assert asked.hold({"one": None, "two": None}) == {"c"}
    assert asked.hold({"one": 6, "two": "ab", "three": {"four": 1}}) == {"a", "b"}


def test_what_cannot_be_computed_is_nothing() -> None:
    made = fields.compiled(words.read(dictionaries.TICKET), zone="Asia/Shanghai")
    assert made.compute({"urgency": "high", "claim": None}) == {"weight": 1000}
    assert made.compute({"urgency": "high", "claim": "x"}) == {"weight": None}
