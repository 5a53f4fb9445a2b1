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
    return snapshots.compile(_with(reference_store.read(connection), drafts), places)


def references(
    connection: db.Connection, drafts: Sequence[Drafted], *, places: geography.Places
) -> tuple[Reference, Reference]:
    """The snapshots of what is in force and of what would be; they share whatever the drafts leave as it is."""
    read = reference_store.read(connection)
    live = snapshots.compile(read, places)
    return live, snapshots.compile(_with(read, drafts), places, before=live)


def _with(read: reference_store.Read, drafts: Sequence[Drafted]) -> reference_store.Read:
    documents = {kind: dict(named) for kind, named in read.documents.items()}
    for each in drafts:
        # A version of its own: it is compiled anew and told apart from every published one.
        documents.setdefault(each.kind, {})[each.name] = Published(each.name, 0, each.content)
    return msgspec.structs.replace(read, documents=documents)
