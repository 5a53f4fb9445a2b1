"""Facets written again: of orders as the relay follows them, of everything after a field was made filterable."""

import uuid
from collections.abc import Collection, Iterator

from orderloom.actions.hub import Hub
from orderloom.deciding import dictionaries
from orderloom.deciding.reference import Reference
from orderloom.domain.fields import facets
from orderloom.domain.orders.state import Order
from orderloom.kit import limits
from orderloom.rules.fields import Fields
from orderloom.store import database as db
from orderloom.store import facets as facets_store
from orderloom.store import orders as orders_store
from orderloom.store import records as records_store


def of_orders(hub: Hub, connection: db.Connection, order_ids: Collection[uuid.UUID]) -> None:
    """Let the facets of these orders be what their own fields say; nothing while no field is filterable."""
    subjects = _filterable(hub.reference(connection))
    if subjects:
        standing = orders_store.read(connection, list(order_ids))
        facets_store.replace(connection, {each.order_id: set(_of(each, subjects)) for each in standing.values()})


def rebuild(hub: Hub, subject: str) -> Iterator[int]:
    """Write the facets of all orders (`order`) or of all records of a type, a batch a transaction; tells how many are
    done as it goes on. What is changed meanwhile is written by its own change."""
    done = 0
    for _, count in rebuild_after(hub, subject, uuid.UUID(int=0)):
        done += count
        yield done


def rebuild_after(hub: Hub, subject: str, after: uuid.UUID) -> Iterator[tuple[uuid.UUID, int]]:
    """As `rebuild`, behind an id; tells each batch's last id and how many it had."""
    while True:
        with hub.database.workspace(hub.workspace) as connection:
            if subject == "order":
                ids = orders_store.ids_after(connection, after, count=limits.BATCH_ORDERS_MAX)
                of_orders(hub, connection, ids)
            else:
                ids = records_store.ids_after(connection, subject, after, count=limits.BATCH_ORDERS_MAX)
                _of_records(hub, connection, subject, ids)
        if not ids:
            return
        after = ids[-1]
        yield after, len(ids)


def _of_records(hub: Hub, connection: db.Connection, subject: str, record_ids: Collection[uuid.UUID]) -> None:
    dictionary = dictionaries.record_type(hub.reference(connection), subject)
    if dictionary is not None:
        standing = records_store.read(connection, record_ids)
        facets_store.replace(
            connection, {each.record_id: set(facets.of(dictionary, each.values)) for each in standing.values()}
        )


def _filterable(reference: Reference) -> list[Fields]:
    found = [dictionaries.of(reference, subject) for subject in ("order", "line")]
    return [each for each in found if each is not None and any(each.dictionary.filterable())]


def _of(order: Order, subjects: Collection[Fields]) -> Iterator[tuple[str, str]]:
    for each in subjects:
        holders = [order.custom] if each.dictionary.subject == "order" else [line.custom for line in order.lines]
        for values in holders:
            yield from facets.of(each.dictionary, values)
