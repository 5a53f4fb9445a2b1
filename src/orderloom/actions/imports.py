"""Imports: a file on its way in is a row that says how far it has come, and where its rows are."""

import collections
import datetime as dt
import uuid
from collections.abc import Sequence

import msgspec

from orderloom.actions import ledger
from orderloom.actions.hub import Hub
from orderloom.domain.catalogue import Sku
from orderloom.domain.mappings import drafts
from orderloom.store import facts
from orderloom.store import imports as imports_store
from orderloom.store import messages as messages_store


class Counts(msgspec.Struct):
    """Where a file's rows are: `orders + amendments + quarantine + discarded == rows`, always.

    `amendments` are changes and cancellations of earlier orders. `repeated` of the rows were in the house before.
    """

    rows: int = 0
    orders: int = 0
    amendments: int = 0
    quarantine: int = 0
    discarded: int = 0
    repeated: int = 0
    messages: dict[str, int] = {}


def begin(hub: Hub, made: imports_store.Import, *, now: dt.datetime) -> imports_store.Import:
    """Begin an import, or go on with the one that began with the same file; its mapping is remembered for the shape."""
    with hub.database.workspace(hub.workspace) as connection:
        imports_store.keep_mapping(connection, channel=made.channel, shape=made.shape, mapping=made.mapping, now=now)
        return imports_store.begin(connection, made, now=now)


def progress(begun: imports_store.Import) -> ledger.Progress:
    """Where an import goes on."""
    return ledger.Progress(begun.import_id, begun.rows_done, collections.Counter(begun.counts))


def advanced(hub: Hub, import_id: uuid.UUID) -> ledger.Progress:
    """Where an import stands now."""
    with hub.database.workspace(hub.workspace) as connection:
        found = imports_store.read(connection, import_id)
    assert found is not None
    return progress(found)


def finish(hub: Hub, import_id: uuid.UUID, *, now: dt.datetime) -> None:
    """Say that every row has its place."""
    with hub.database.workspace(hub.workspace) as connection:
        imports_store.finish(connection, import_id, now=now)


def known(hub: Hub, message_ids: Sequence[uuid.UUID]) -> set[uuid.UUID]:
    """Which of these messages are in the house already."""
    with hub.database.workspace(hub.workspace) as connection:
        return set(messages_store.find(connection, message_ids))


def counts(hub: Hub, import_id: uuid.UUID) -> Counts:
    """Where the rows are now: what was repaired since has moved on."""
    with hub.database.workspace(hub.workspace) as connection:
        found = imports_store.read(connection, import_id)
        assert found is not None
        where = imports_store.where(connection, import_id)
    again = found.counts
    told = Counts(
        orders=again.get("orders", 0),
        amendments=again.get("amendments", 0),
        quarantine=again.get("quarantine", 0),
        discarded=again.get("discarded", 0),
        repeated=sum(again.values()),
    )
    for each in where:
        if each.became == "order":
            told.orders += each.rows
        elif each.became:
            told.amendments += each.rows
        if each.state == "discarded":
            told.discarded += each.rows_refused
        else:
            told.quarantine += each.rows_refused
        if each.state == "repeated":
            told.repeated += each.rows
        kind = each.state if each.state in ("repeated", "quarantined", "discarded") else each.became
        told.messages[kind] = told.messages.get(kind, 0) + each.messages
    told.rows = told.orders + told.amendments + told.quarantine + told.discarded
    return told


class Registrar:
    """Enters SKUs that a file names and the catalogue lacks, each once, with the name and price they came with."""

    def __init__(self, hub: Hub, *, actor: str) -> None:
        self._hub, self._actor = hub, actor
        self._known: set[str] = set()

    def enter(self, made: Sequence[drafts.Draft], *, now: dt.datetime) -> int:
        """Enter what these drafts name; returns how many were new."""
        named = {line.sku: line for each in made for line in each.lines if line.sku not in self._known}
        if not named:
            return 0
        with self._hub.database.workspace(self._hub.workspace) as connection:
            there = facts.skus(connection, set(named))
            new = [Sku(code, line.name, price=line.price) for code, line in sorted(named.items()) if code not in there]
            facts.enter_skus(connection, new, actor=self._actor, at=now)
        self._known.update(named)
        return len(new)
