"""What differs between two contents: each place with what stood there and what stands there now."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec

from orderloom.domain.documents.findings import pointer
from orderloom.kit import limits

# By what the elements of a list are known when all of them have it: rows of tables, nodes, fields, steps.
_IDENTITIES = ("_id", "id", "key", "field", "name", "code")


class Difference(msgspec.Struct, frozen=True):
    """One place that differs. `path` is a JSON Pointer into the newer content, into the older one for what was removed;
    an element that only moved is told as "moved" with its old and new place in the list."""

    path: str
    change: str
    before: Any = None
    after: Any = None


def differences(before: Any, after: Any) -> list[Difference]:
    """All that differs, in the order of the newer content, at most limits.DIFFERENCES_MAX."""
    return list(islice(_differ((), before, after), limits.DIFFERENCES_MAX))


def _differ(path: tuple[str | int, ...], before: Any, after: Any) -> Iterator[Difference]:
    if isinstance(before, Mapping) and isinstance(after, Mapping):
        for key, value in after.items():
            if key in before:
                yield from _differ((*path, key), before[key], value)
            else:
                yield Difference(pointer(*path, key), "added", after=value)
        for key, value in before.items():
            if key not in after:
                yield Difference(pointer(*path, key), "removed", before=value)
    elif isinstance(before, list) and isinstance(after, list):
        yield from _differ_in_lists(path, before, after)
    elif before != after or isinstance(before, bool) is not isinstance(after, bool):
        yield Difference(pointer(*path), "changed", before, after)


def _differ_in_lists(path: tuple[str | int, ...], before: list[Any], after: list[Any]) -> Iterator[Difference]:
    identity = _identity(before, after)
    old = {str(each[identity]) if identity else str(index): index for index, each in enumerate(before)}
    kept: list[int] = []
    for index, each in enumerate(after):
        found = old.pop(str(each[identity]) if identity else str(index), None)
        if found is None:
            yield Difference(pointer(*path, index), "added", after=each)
        else:
            kept.append(found)
            yield from _differ((*path, index), before[found], each)
    for index in old.values():
        yield Difference(pointer(*path, index), "removed", before=before[index])
    if kept != sorted(kept):
        yield Difference(pointer(*path), "moved", kept, sorted(kept))


def _identity(before: Sequence[Any], after: Sequence[Any]) -> str:
    """The key by which the elements of both lists are told apart; empty where their place must do."""
    for name in _IDENTITIES:
        if all(_told_apart(each, name) for each in (before, after)):
            return name
    return ""


def _told_apart(elements: Sequence[Any], name: str) -> bool:
    names = [each.get(name) if isinstance(each, Mapping) else None for each in elements]
    return all(isinstance(each, str) and each for each in names) and len(set(names)) == len(names)
