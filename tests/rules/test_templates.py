"""Templates: filled with what is there, — for what is not, and judged before they are published."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.actions import shipped
from orderloom.domain import templates
from orderloom.domain.documents.kinds import Known
from orderloom.domain.templates import Text
from orderloom.kit import limits
from orderloom.rules import templates as kind

SHIPPED = {each.name: each for each in shipped.documents() if each.kind == "template"}


def _content(text: str, **changed: Any) -> dict[str, Any]:
    return {"title": {"zh": "标题", "en": "Title"}, "text": {"zh": text, "en": text}, **changed}


def _filled(text: str, context: dict[str, Any], **changed: Any) -> templates.Told:
    return kind.filler(_content(text, **changed), zone="Asia/Shanghai").fill(context)


def _codes(text: str, **changed: Any) -> list[str]:
    return [each.code for each in kind.KIND.check("one", _content(text, **changed), Known())]


@pytest.mark.parametrize("name", SHIPPED)
def test_a_shipped_template_may_be_published_and_its_cases_come_out(name: str) -> None:
    one = SHIPPED[name]
    assert kind.KIND.check(name, one.content, Known()) == []
    assert one.cases and kind.run_cases(name, one.content, one.cases, Known()) == []


def test_the_example_of_the_kind_may_be_published() -> None:
    assert kind.KIND.check("example", kind.KIND.example, Known()) == []


@pytest.mark.parametrize(
    ("text", "context", "said"),
    [
        ("{{ order.order_no }}", {"order": {"order_no": "OL-1"}}, "OL-1"),
        ("{{ order.order_no }}", {}, "—"),
        ("{{ order.total + 1 }}", {"order": {}}, "—"),
        ("{{ order.total * 2 }} / {{ order.total }}", {"order": {"total": 12.5}}, "25 / 12.5"),
        ("{{ paid }}", {"paid": True}, "是"),
        ("{{ map(lines, #.sku) }}", {"lines": [{"sku": "A"}, {"sku": "B"}]}, "A、B"),
        ("{{ lines }}", {"lines": []}, "—"),
        ("{{ order }}", {"order": {"a": 1}}, "—"),
        ("没有要填的", {}, "没有要填的"),
        ("{{ name }}", {"name": "x" * 9_999}, "x" * (limits.TEMPLATE_VALUE_CHARS_MAX - 1) + "…"),
    ],
)
def test_places_are_filled_and_what_is_missing_is_a_dash(text: str, context: dict[str, Any], said: str) -> None:
    assert _filled(text, context).text.zh == said


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(), lambda x: st.lists(x) | st.dictionaries(
    st.sampled_from(["order", "order_no", "total", "lines", "sku"]), x), max_leaves=8))  # fmt: skip
def test_filling_never_fails_whatever_the_context_holds(value: Any) -> None:
    context = value if isinstance(value, dict) else {"order": value}
    told = _filled("{{ order.order_no }} {{ order.total > 5 ? 'a' : 'b' }} {{ map(lines, #.sku) }}", context)
    assert told.text.zh and told.text.en


def test_a_value_can_neither_link_nor_mention_in_markdown() -> None:
    marked = {"zh": "**{{ note }}**", "en": "{{ note }}"}
    told = _filled("x", {"note": '[go](http://evil) <at user_id="all"></at>'}, markdown=marked)
    assert not set("<>[]@") & set(told.markdown.zh) and told.markdown.zh.startswith("**")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "template.empty"),
        ("x" * (limits.TEMPLATE_CHARS_MAX + 1), "template.too_long"),
        ("{{ order.order_no }", "template.unclosed"),
        ("order.order_no }}", "template.unclosed"),
        ("{{ }}", "template.unclosed"),
        ("{{ a }}" * (limits.TEMPLATE_PLACES_MAX + 1), "template.too_many_places"),
        ("{{ order. + }}", "rules.not_an_expression"),
        ("{{ rand(5) }}", "rules.call_not_allowed"),
        ("{{ d() }}", "rules.call_not_allowed"),
        ("{{ sum(map([1..30000], #)) }}", "rules.range_too_long"),
        ("{{ sum(map(lines, sum(map(lines, #)))) }}", "rules.too_much_work"),
        ("{{ map(lines, #) }}" * 41, "rules.too_much_work"),
    ],
)
def test_what_cannot_be_published_says_why(text: str, code: str) -> None:
    assert code in _codes(text)


def test_a_finding_names_its_text() -> None:
    content = _content("ok", markdown={"zh": "ok", "en": "{{ rand(1) }}"})
    (found,) = kind.KIND.check("one", content, Known())
    assert found.path == "/markdown/en"


def test_a_case_that_comes_out_otherwise_says_what_was_said() -> None:
    cases = [{"name": "c", "context": {}, "text": {"zh": "甲", "en": "A"}}, {"name": "no context"}]
    found = kind.run_cases("one", _content("{{ a }}"), cases, Known())
    assert [each.code for each in found] == ["template.case_differs", "template.case_malformed"]
    assert found[0].data["said"] == "— / —"


def test_both_languages_are_told() -> None:
    made = kind.filler(_content("x", title={"zh": "{{ a }} 好", "en": "good {{ a }}"}), zone="Asia/Shanghai")
    assert made.fill({"a": 1}).title == Text("1 好", "good 1")
