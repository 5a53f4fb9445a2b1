"""Words that people read in place of names: events, stages, pools, proofs and findings, in both languages."""

import functools
import tomllib
from collections.abc import Mapping
from importlib import resources
from typing import Any

from orderloom.domain.orders.state import Text


@functools.cache
def catalogue() -> Mapping[str, Mapping[str, Mapping[str, str]]]:
    """Section → name → {"zh", "en"}, as `words.toml` beside this module has it."""
    return tomllib.loads(resources.files(__package__ or __name__).joinpath("words.toml").read_text("utf-8"))


def of(section: str, name: str) -> Text:
    """The word for a name of a section; a name that a workspace made up stands for itself."""
    known = catalogue()[section].get(name)
    return Text(known["zh"], known["en"]) if known else Text(name, name)


def whole(section: str) -> dict[str, Text]:
    """Every word of a section by its name."""
    return {name: Text(each["zh"], each["en"]) for name, each in catalogue()[section].items()}


def event(name: str) -> Text:
    """The word for an event, such as order.received."""
    return of("events", name)


def stage(name: str) -> Text:
    """The word for a stage, such as picked."""
    return of("stages", name)


def finding(code: str, *, subject: str, data: Mapping[str, Any]) -> Text:
    """The sentence for a finding of a proof."""
    known = of("findings", code)
    places = _Places({"subject": subject, **data})
    return Text(known.zh.format_map(places), known.en.format_map(places))


class _Places(dict[str, Any]):
    """A place that nothing fills stays visible instead of breaking the sentence."""

    def __missing__(self, place: str) -> str:
        return f"{{{place}}}"
