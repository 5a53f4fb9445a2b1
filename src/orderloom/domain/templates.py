"""Templates: what people are told, in Chinese and English, with places `{{ expression }}` that the event fills. Pure.

A text is cut into what stands and what is asked; asking is `rules.templates`, which alone knows the engine.
"""

import functools
import re
from typing import Any, Literal

import msgspec

from orderloom.domain.documents.findings import Finding, pointer
from orderloom.kit import limits

# What stands where a value is missing.
MISSING = "—"

Language = Literal["zh", "en"]
Level = Literal["info", "warning", "urgent"]
# From quiet to loud.
LEVELS: tuple[Level, ...] = ("info", "warning", "urgent")
_LANGUAGES: tuple[Language, ...] = ("zh", "en")
_PLACE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)
_PATH = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*", re.ASCII)
# What a value must not say in a form that a messenger reads as markup: links, tags, mentions.
_MARKUP = str.maketrans({"<": "＜", ">": "＞", "[": "［", "]": "］", "`": "｀", "@": "＠"})


class Text(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The same words in both languages."""

    zh: str
    en: str

    def of(self, language: Language) -> str:
        """The words in one language."""
        return self.zh if language == "zh" else self.en


class Template(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A template. `markdown` is for messengers that read it, `text` for all others; `clear` are the personal fields
    (name, phone, street) that its texts may show whole; `level` says how loud it is."""

    title: Text
    text: Text
    use: Literal["message", "receipt"] = "message"
    markdown: Text | None = None
    level: Level = "info"
    clear: list[Literal["name", "phone", "street"]] = []


class Part(msgspec.Struct, frozen=True):
    """A piece of a text: words as they stand, or an expression to be asked; `path` when it is a mere name."""

    words: str = ""
    expression: str = ""
    path: tuple[str, ...] = ()


class Told(msgspec.Struct, frozen=True):
    """What a template became, in both languages; `markdown` is empty where the template has no such form."""

    title: Text
    text: Text
    markdown: Text = Text("", "")
    level: Level = "info"


class Unclosed(ValueError):
    """A text opens a place with {{ and does not close it, closes none, or asks for nothing in it."""


@functools.lru_cache(maxsize=2_000)
def parts(text: str) -> tuple[Part, ...]:
    """A text cut at its places. Raises Unclosed."""
    found: list[Part] = []
    end = 0
    for place in _PLACE.finditer(text):
        found.append(_words(text[end : place.start()]))
        expression = place[1].strip()
        if not expression:
            raise Unclosed(text)
        path = tuple(expression.split(".")) if _PATH.fullmatch(expression) else ()
        found.append(Part(expression=expression, path=path))
        end = place.end()
    found.append(_words(text[end:]))
    return tuple(each for each in found if each != Part())


def texts(template: Template) -> list[tuple[str, str]]:
    """Every text of a template with its place as a JSON Pointer."""
    forms = {"title": template.title, "text": template.text, "markdown": template.markdown}
    return [
        (pointer(name, language), form.of(language))
        for name, form in forms.items()
        if form is not None
        for language in _LANGUAGES
    ]


def problems(template: Template) -> list[Finding]:
    """What no schema can say: texts that are empty or too long, places that are not closed or empty, too many."""
    found: list[Finding] = []
    for path, text in texts(template):
        most = limits.TEMPLATE_TITLE_CHARS_MAX if path.startswith("/title") else limits.TEMPLATE_CHARS_MAX
        if not text.strip():
            found.append(Finding("template.empty", path))
        elif len(text) > most:
            found.append(Finding("template.too_long", path, data={"chars": len(text), "most": most}))
        try:
            asked = [each for each in parts(text) if not each.words]
        except Unclosed:
            found.append(Finding("template.unclosed", path))
            continue
        if len(asked) > limits.TEMPLATE_PLACES_MAX:
            most = limits.TEMPLATE_PLACES_MAX
            found.append(Finding("template.too_many_places", path, data={"places": len(asked), "most": most}))
    return found


def shown(value: Any, language: Language) -> str:
    """A value as people read it: nothing is —, a list is its members, a whole number has no point."""
    if type(value) is str and 0 < len(value) <= limits.TEMPLATE_VALUE_CHARS_MAX:
        return value
    if value is None or value == "":
        return MISSING
    if isinstance(value, bool):
        return {"zh": ("否", "是"), "en": ("no", "yes")}[language][value]
    if isinstance(value, float):
        return f"{value:.15g}"
    if isinstance(value, list | tuple):
        joined = ("、" if language == "zh" else ", ").join(shown(each, language) for each in value)
        return joined or MISSING
    if isinstance(value, dict):
        return MISSING
    text = str(value)
    most = limits.TEMPLATE_VALUE_CHARS_MAX
    return text if len(text) <= most else text[: most - 1] + "…"


def harmless(text: str) -> str:
    """A value for a form with markup: it can open no link, no tag and mention nobody."""
    return text.translate(_MARKUP)


def _words(text: str) -> Part:
    if "{{" in text or "}}" in text:
        raise Unclosed(text)
    return Part(words=text)
