"""What codes mean in words, in Chinese and English, from `codes.toml` beside this module."""

import functools
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any, Literal

from orderloom.kit import money

Language = Literal["zh", "en"]


@functools.cache
def catalogue() -> Mapping[str, Mapping[str, str]]:
    """Code → {"zh", "en"}: texts whose `{places}` are filled from a refusal's data."""
    return tomllib.loads(resources.files(__package__ or __name__).joinpath("codes.toml").read_text("utf-8"))


def text(code: str, data: Mapping[str, Any], language: Language) -> str:
    """The code in words; a code that rules or workspaces made up is told by its own reason, else by its name."""
    known = catalogue().get(code)
    if known is None:
        return str(data.get(f"reason_{language}") or code)
    return known[language].format_map(_Places(data))


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
