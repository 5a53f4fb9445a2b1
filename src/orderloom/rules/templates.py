"""The kind `template`, and how a template is filled: the engine answers what is more than a mere name.

An expression is judged like those of rules when it is published. While sending nothing is an error: what is missing,
or cannot be worked out of what is there, is shown as —.
"""

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from orderloom.domain import templates
from orderloom.domain.documents.findings import Finding, pointer
from orderloom.domain.documents.kinds import Content, Kind, Known
from orderloom.domain.templates import Language, Part, Template, Text, Told
from orderloom.kit import limits
from orderloom.rules import bounds, engines, expressions

_EXAMPLE = {
    "title": {"zh": "订单 {{ order.order_no }} 已挂起", "en": "Order {{ order.order_no }} is held"},
    "text": {
        "zh": "{{ order.order_no }} 因“{{ hold.zh }}”挂起，{{ order.total >= 5000 ? '大额，请先处理' : '请处理' }}。",
        "en": "{{ order.order_no }} is held: {{ hold.en }}. {{ order.total >= 5000 ? 'Look first.' : 'Please look.' }}",
    },
    "level": "warning",
}
_CASES = [
    {
        "name": "大额 large",
        "context": {"order": {"order_no": "OL-1", "total": 6_000}, "hold": {"zh": "欠款", "en": "debt"}},
        "title": {"zh": "订单 OL-1 已挂起", "en": "Order OL-1 is held"},
        "text": {"zh": "OL-1 因“欠款”挂起，大额，请先处理。", "en": "OL-1 is held: debt. Look first."},
    },
    {
        "name": "平常 ordinary",
        "context": {"order": {"order_no": "OL-1", "total": 60}, "hold": {"zh": "欠款", "en": "debt"}},
        "text": {"zh": "OL-1 因“欠款”挂起，请处理。", "en": "OL-1 is held: debt. Please look."},
    },
]


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An example of a template: what it says in a context. What is not named is not compared."""

    name: str
    context: dict[str, Any]
    title: Text | None = None
    text: Text | None = None
    markdown: Text | None = None


class Filler:
    """A template ready to be filled many times."""

    def __init__(self, template: Template, *, zone: str) -> None:
        self.template = template
        self._zone = zone
        self._compiled = {
            part.expression: _compiled(part.expression, zone)
            for _, text in templates.texts(template)
            for part in templates.parts(text)
            if part.expression and not part.path
        }

    def asks(self, name: str) -> bool:
        """Whether any of the template's places names this value: what is costly is only worked out where it does."""
        return any(
            name in part.expression for _, text in templates.texts(self.template) for part in templates.parts(text)
        )

    def fill(self, context: Mapping[str, Any]) -> Told:
        """What the template says of this context, in both languages."""
        template, answers = self.template, {}
        plain, marked = functools.partial(self._said, context, answers), templates.harmless
        title = Text(plain(template.title.zh, "zh"), plain(template.title.en, "en"))
        text = Text(plain(template.text.zh, "zh"), plain(template.text.en, "en"))
        if template.markdown is None:
            return Told(title, text, level=template.level)
        zh, en = plain(template.markdown.zh, "zh", marked), plain(template.markdown.en, "en", marked)
        return Told(title, text, Text(zh, en), template.level)

    def _said(
        self,
        context: Mapping[str, Any],
        answers: dict[str, Any],
        text: str,
        language: Language,
        safe: Callable[[str], str] = str,
    ) -> str:
        said: list[str] = []
        for each in templates.parts(text):
            if each.words:
                said.append(each.words)
                continue
            value = self._value(each, context, answers)
            if value != "" or each.path:  # An expression that says nothing says so on purpose.
                said.append(safe(templates.shown(value, language)))
        return "".join(said)

    def _value(self, part: Part, context: Mapping[str, Any], answers: dict[str, Any]) -> Any:
        if part.path:
            value: Any = context
            for name in part.path:
                value = value.get(name) if type(value) is dict else None
            return value
        if part.expression not in answers:
            compiled = self._compiled[part.expression]  # What cannot be worked out is None: people read —.
            answers[part.expression] = None if compiled is None else engines.value(compiled, context)
        return answers[part.expression]


def filler(content: Content, *, zone: str) -> Filler:
    """A published template's content ready to be filled."""
    return Filler(msgspec.convert(content, Template), zone=zone)


def check(name: str, content: Content, known: Known) -> list[Finding]:
    """Texts, places and expressions, each with its place."""
    try:
        template = msgspec.convert(content, Template)
    except msgspec.ValidationError as error:
        return [Finding("template.malformed", data={"reason": str(error)[: limits.NAME_CHARS_MAX]})]
    found = templates.problems(template)
    if found:
        return found
    for path, text in templates.texts(template):
        for part in templates.parts(text):
            if part.expression and (problem := bounds.judge_expression(part.expression)) is not None:
                data = {"expression": part.expression[: limits.NAME_CHARS_MAX], "reason": problem[1]}
                found.append(Finding(problem[0], path, data=data))
    return found or _too_much(template)


def _too_much(template: Template) -> list[Finding]:
    """A template is filled for many orders in one turn of a loop, so all its expressions together are bounded."""
    steps = sum(
        expressions.reading(part.expression).steps
        for _, text in templates.texts(template)
        for part in templates.parts(text)
        if part.expression
    )
    most = limits.TEMPLATE_STEPS_MAX
    return [Finding("rules.too_much_work", data={"steps": steps, "steps_max": most})] if steps > most else []


def run_cases(name: str, content: Content, cases: Sequence[Mapping[str, Any]], known: Known) -> list[Finding]:
    """Fill each case's context and compare what is said."""
    made = filler(content, zone=known.zone)
    found: list[Finding] = []
    for number, given in enumerate(cases):
        try:
            case = msgspec.convert(given, Case)
        except msgspec.ValidationError as error:
            reason = str(error)[: limits.NAME_CHARS_MAX]
            found.append(Finding("template.case_malformed", pointer("cases", number), data={"reason": reason}))
            continue
        told = made.fill(case.context)
        for form in ("title", "text", "markdown"):
            wanted, said = getattr(case, form), getattr(told, form)
            if wanted is not None and wanted != said:
                data = {"case": case.name, "form": form, "wanted": _both(wanted), "said": _both(said)}
                found.append(Finding("template.case_differs", pointer("cases", number, form), data=data))
    return found


def _both(text: Text) -> str:
    return f"{text.zh} / {text.en}"[: limits.TEXT_CHARS_MAX]


def _compiled(expression: str, zone: str) -> Any:
    try:
        return engines.expression(expression, zone=zone)
    except (RuntimeError, expressions.Unreadable):
        return None  # Publishing refuses it; what was written before the check came to be says —.


def _text_schema(title_zh: str, title_en: str) -> dict[str, Any]:
    words = {"type": "string", "maxLength": limits.TEMPLATE_CHARS_MAX}
    return {
        "type": "object",
        "title": title_zh,
        "description": title_en,
        "properties": {"zh": words, "en": words},
        "required": ["zh", "en"],
        "additionalProperties": False,
    }


KIND = Kind(
    name="template",
    label_zh="消息模板",
    label_en="Message template",
    schema={
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": {
            "title": _text_schema("标题", "One line; the subject of an e-mail."),
            "text": _text_schema("正文", "Words with places {{ expression }}."),
            "markdown": _text_schema("Markdown 正文", "For messengers that read markdown."),
            "use": {"enum": ["message", "receipt"], "title": "用途"},
            "level": {"enum": ["info", "warning", "urgent"], "title": "级别"},
            "clear": {
                "type": "array",
                "title": "不脱敏的字段",
                "items": {"enum": ["name", "phone", "street"]},
                "uniqueItems": True,
            },
        },
        "required": ["title", "text"],
        "additionalProperties": False,
    },
    example=_EXAMPLE,
    check=check,
    run_cases=run_cases,
    cases=_CASES,
)
