"""The rule documents that come with the hub, one for every decision point, each with its cases beside it.

`<name>.json` is {name, point, priority, title, content}; `<name>.cases.json` is {base, cases}.
"""

import functools
import importlib.resources
from typing import Any

import msgspec

from orderloom.rules import cases, graphs


class _Shipped(msgspec.Struct):
    name: str
    point: str
    priority: int
    title: dict[str, str]
    content: dict[str, Any]


@functools.cache
def _files() -> tuple[_Shipped, ...]:
    folder = importlib.resources.files(__name__)
    names = sorted(one.name for one in folder.iterdir() if one.name.endswith(".json") and ".cases." not in one.name)
    return tuple(msgspec.json.decode(folder.joinpath(name).read_bytes(), type=_Shipped) for name in names)


@functools.cache
def documents() -> tuple[graphs.Document, ...]:
    """All shipped documents as version 1, by name."""
    return tuple(graphs.Document(one.name, one.point, 1, one.content, one.priority) for one in _files())


@functools.cache
def titles() -> dict[str, dict[str, str]]:
    """What people call each of them, by name: zh and en."""
    return {one.name: one.title for one in _files()}


def cases_of(name: str) -> cases.Cases:
    """The cases of a shipped document."""
    file = importlib.resources.files(__name__).joinpath(f"{name}.cases.json")
    return msgspec.json.decode(file.read_bytes(), type=cases.Cases)
