"""The channel documents that come with the product, one for each platform: what a new channel is begun from."""

import importlib.resources
from typing import Any

import msgspec

_FOLDER = ("shipped", "channels")


def names() -> list[str]:
    """The platforms there are documents for."""
    return sorted(each.name.removesuffix(".json") for each in _folder().iterdir() if each.name.endswith(".json"))


def document(name: str) -> dict[str, Any]:
    """The document as it ships. Raises FileNotFoundError for a name that `names` does not give."""
    return msgspec.json.decode((_folder() / f"{name}.json").read_bytes())


def _folder() -> Any:
    return importlib.resources.files("orderloom.inbox").joinpath(*_FOLDER)
