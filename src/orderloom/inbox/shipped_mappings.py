"""The mapping documents that come with the product, read from the package."""

import functools
import importlib.resources

import msgspec

from orderloom.domain.mappings import mappers
from orderloom.kit.refusals import Refused

_FOLDER = "shipped"


class ShippedBroken(Exception):
    """A mapping document that ships with the product does not compile: the installation is damaged."""


def names() -> list[str]:
    """The names of the shipped mappings."""
    folder = importlib.resources.files("orderloom.inbox") / _FOLDER
    return sorted(each.name.removesuffix(".json") for each in folder.iterdir() if each.name.endswith(".json"))


def document(name: str) -> bytes:
    """The document's JSON as it ships. Raises FileNotFoundError for a name that `names` does not give."""
    return (importlib.resources.files("orderloom.inbox") / _FOLDER / f"{name}.json").read_bytes()


@functools.cache
def mapper(name: str) -> mappers.Mapper:
    """The compiled mapping. Raises ShippedBroken."""
    compiled = mappers.compile(document(name))
    if isinstance(compiled, Refused):
        raise ShippedBroken(f"{name}: {compiled.code} {msgspec.json.encode(compiled.data).decode()}")
    return compiled
