"""The documents that come with the hub: what a new workspace is founded with, and a pack like any other.

Rule documents lie with the rules; those of other kinds in the folder `shipped_documents` beside this module, as
`<kind>/<name>.json` with `content` and `cases`.
"""

import functools
import importlib.resources
from typing import Any

import msgspec

from orderloom.actions.documents import Proposal
from orderloom.rules import shipped as rules

_FOLDER = "shipped_documents"


class _File(msgspec.Struct, forbid_unknown_fields=True):
    content: dict[str, Any]
    cases: list[dict[str, Any]] = []


@functools.cache
def documents() -> tuple[Proposal, ...]:
    """All of them, by kind and name."""
    return tuple(sorted((*_rules(), *_others()), key=lambda each: (each.kind, each.name)))


def _rules() -> list[Proposal]:
    return [
        Proposal(
            "rules",
            each.name,
            {
                "point": each.point,
                "priority": each.priority,
                "title": rules.titles()[each.name],
                "content": each.content,
            },
            [msgspec.to_builtins(rules.cases_of(each.name))],
        )
        for each in rules.documents()
    ]


def _others() -> list[Proposal]:
    folder = importlib.resources.files("orderloom.actions").joinpath(_FOLDER)
    if not folder.is_dir():
        return []
    return [
        Proposal(kind.name, file.name.removesuffix(".json"), read.content, read.cases)
        for kind in folder.iterdir()
        for file in kind.iterdir()
        if file.name.endswith(".json")
        for read in (msgspec.json.decode(file.read_bytes(), type=_File),)
    ]
