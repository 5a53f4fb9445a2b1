"""What would be in force if drafts were published now."""

from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from orderloom.deciding import snapshots
from orderloom.deciding.reference import Reference
from orderloom.domain import geography
from orderloom.domain.documents.versions import Published
from orderloom.store import database as db
from orderloom.store import reference as reference_store


class Drafted(Protocol):
    """A document as it would be in force."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def content(self) -> dict[str, Any]: ...


class Draft(msgspec.Struct, frozen=True):
    """A document as it would be in force."""

    kind: str
    name: str
    content: dict[str, Any]


def reference(connection: db.Connection, drafts: Sequence[Drafted], *, places: geography.Places) -> Reference:
    """The snapshot of what is in force, with the drafts in place of the documents of their kind and name."""
    read = reference_store.read(connection)
    for each in drafts:
        # A version of its own: it is compiled anew and told apart from every published one.
        read.documents.setdefault(each.kind, {})[each.name] = Published(each.name, 0, each.content)
    return snapshots.compile(read, places)
