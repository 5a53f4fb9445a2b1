"""The companies' packs: everything that is theirs and that people shape, as documents with cases.

A folder a company: `pack.yaml` and `documents/<kind>/<name>.yaml`, as a pack's zip holds them. No code stands beside
them: what a company needs and documents cannot say is the engine's to learn. Reference data (goods, warehouses,
customers) is none of a pack's.
"""

import functools
import importlib.resources
from importlib.resources.abc import Traversable

from orderloom.actions import packs
from orderloom.actions.packs import Pack
from orderloom.kit.refusals import Refused


@functools.cache
def names() -> tuple[str, ...]:
    """The companies whose packs come with the hub."""
    return tuple(sorted(each.name for each in _folder().iterdir() if each.joinpath("pack.yaml").is_file()))


@functools.cache
def read(name: str) -> Pack:
    """The pack of one of `names`. Raises KeyError for no such name, Broken when a file of it cannot be read."""
    if name not in names():
        raise KeyError(name)
    read = packs.gathered(_files(_folder().joinpath(name), ""))
    if isinstance(read, Refused):
        raise Broken(f"{name}: {read.code} {read.data}")
    return read


def shipped() -> dict[str, Pack]:
    """All of them by name."""
    return {name: read(name) for name in names()}


class Broken(Exception):
    """A pack that comes with the hub cannot be read."""


def _folder() -> Traversable:
    return importlib.resources.files("orderloom.world").joinpath("packs")


def _files(folder: Traversable, path: str) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    for each in folder.iterdir():
        if each.is_dir():
            found |= _files(each, f"{path}{each.name}/")
        elif each.name.endswith(".yaml"):
            found[path + each.name] = each.read_bytes()
    return found
