"""What codes mean in words, in Chinese and English, and as a status of HTTP, from `codes.toml` beside this module."""

import functools
import re
import string
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any, Literal

import msgspec

from orderloom.domain import words
from orderloom.kit import money

Language = Literal["zh", "en"]
Status = Literal[401, 403, 404, 409, 413, 415, 422, 429, 503]


class Code(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Texts whose `{places}` are filled from a refusal's data, `{stage:stages}` with the word that the section `stages`
    of `words.toml` has for the value, and what HTTP answers to a single command that was
    refused so: 409 unless its subject is unknown, what came cannot be taken at all, or the hub is busy."""

    zh: str
    en: str
    status: Status = 409


@functools.cache
def catalogue() -> Mapping[str, Code]:
    """Every code of ours."""
    text = resources.files(__package__ or __name__).joinpath("codes.toml").read_text("utf-8")
    return msgspec.convert(tomllib.loads(text), dict[str, Code])


def status(code: str) -> Status:
    """The code's status; of one that rules or workspaces made up as of any other refusal."""
    known = catalogue().get(code)
    return 409 if known is None else known.status


def text(code: str, data: Mapping[str, Any], language: Language) -> str:
    """The code in words; a code that rules or workspaces made up is told by its own reason, else by its name."""
    known = catalogue().get(code)
    if known is None:
        return str(data.get(f"reason_{language}") or code)
    return _Sentence(language).vformat(known.zh if language == "zh" else known.en, (), _Places(data))


def both(code: str, data: Mapping[str, Any]) -> dict[Language, str]:
    """The code in both languages."""
    return {"zh": text(code, data, "zh"), "en": text(code, data, "en")}


def refusal(answer: Any) -> dict[Language, str]:
    """What the answer of a refused step, `{code, data}`, says in both languages; nothing where it is none."""
    if not isinstance(answer, dict) or not isinstance(answer.get("code"), str):
        return {}
    data = answer.get("data")
    return both(answer["code"], data if isinstance(data, dict) else {})


def plain(code: str) -> dict[Language, str] | None:
    """What a code of ours says of any case: its first sentence, with an ellipsis where a value would stand; None for a
    code that rules or workspaces made up."""
    known = catalogue().get(code)
    if known is None:
        return None
    zh, en = re.split("[。；，]", known.zh)[0], re.split(r"[.;:] |\.$", known.en)[0]
    return {"zh": re.sub(r"\{[\w:]+\}", "…", zh), "en": re.sub(r"\{[\w:]+\}", "…", en)}


class _Sentence(string.Formatter):
    """Fills a text's places: with words of a language where the place names their section."""

    def __init__(self, language: Language) -> None:
        self._language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        """The value, or what people call it; several of them as people write them."""
        if isinstance(value, list | tuple | set | frozenset):
            return ", ".join(self.format_field(each, format_spec) for each in value)
        if format_spec not in words.catalogue():
            return super().format_field(value, format_spec)
        word = words.of(format_spec, str(value))
        return word.zh if self._language == "zh" else word.en


class _Places(dict[str, Any]):
    """A place that nothing fills stays visible instead of breaking the sentence.

    An amount `x_minor` also fills the place `x`, as a decimal in the currency's unit: what people read is no minor
    unit. Without a `currency` beside it, the amount has the two decimals of most currencies.
    """

    def __init__(self, data: Mapping[str, Any]) -> None:
        super().__init__(data)
        currency = str(data.get("currency") or "")
        for name, value in data.items():
            if name.endswith("_minor") and isinstance(value, int):
                amount = f"{money.major(value, currency):,f}"
                self.setdefault(name.removesuffix("_minor"), f"{amount} {currency}".strip())

    def __missing__(self, place: str) -> str:
        return f"{{{place}}}"
