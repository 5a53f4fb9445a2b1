"""Search keys: an order is found by its numbers, phones and names within seconds of being said (decisions.md 23)."""

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence

import structlog

from orderloom.actions import parties
from orderloom.actions.hub import Hub
from orderloom.domain import search
from orderloom.kit import sealing
from orderloom.outbox import glances
from orderloom.outbox.relay import Reader, Said
from orderloom.store import database as db
from orderloom.store import relay as relay_store

_log = structlog.get_logger(__name__)


def write(hub: Hub, connection: db.Connection, said: Sequence[Said], now: dt.datetime) -> None:
    """Write the keys of orders that were received, or whose consignee was changed.

    Old keys stay: an order is still found by the phone it was placed with. An erased person leaves no key.
    """
    asked = [(entry, event) for entry in said for event in entry.page.events if _people(event)]
    if not asked:
        return
    wanted = {person for _, event in asked for person in _people(event) if person is not None}
    people = _opened(hub, relay_store.persons(connection, wanted))
    placed = relay_store.facts_of_orders(
        connection, {entry.subject for entry, event in asked if event.type != "order.received"}
    )
    found: dict[uuid.UUID, tuple[dt.datetime, set[tuple[int, str]]]] = {}
    for entry, event in asked:
        placed_at = event.placed_at or placed[entry.subject].placed_at
        persons = [people[person] for person in _people(event) if person is not None and person in people]
        keys = search.keys(
            order_no=event.order_no,
            external_no=event.external_no,
            phones={person["phone"] for person in persons if person.get("phone")},
            names={person["name"] for person in persons if person.get("name")},
        )
        found.setdefault(entry.subject, (placed_at, set()))[1].update(keys)
    relay_store.insert_search_keys(
        connection, [row(hub, order_id, placed_at, keys, young(now)) for order_id, (placed_at, keys) in found.items()]
    )


def young(now: dt.datetime) -> dt.datetime:
    """Orders placed since then are found by the middles of their numbers too."""
    return now - dt.timedelta(days=search.INSIDE_DAYS)


def row(
    hub: Hub, order_id: uuid.UUID, placed_at: dt.datetime, keys: Iterable[tuple[int, str]], since: dt.datetime
) -> relay_store.Found:
    """An order's row of tokens; one placed before `since` is not found by the middles of its numbers."""
    lasting: list[int] = []
    passing: list[int] = []
    for kind, key in keys:
        if kind < search.INSIDE:
            lasting.append(search.token(kind, key, hub.sealer.fingerprint))
        elif placed_at >= since:
            passing.append(search.token(kind, key, hub.sealer.fingerprint))
    return relay_store.Found(order_id, placed_at, lasting, passing)


def _people(event: glances.Glance) -> list[uuid.UUID | None]:
    """The persons by whom an order must be found from this event on; of most events there are none."""
    if event.type == "order.received":
        return [each.person if each else None for each in (event.buyer, event.consignee)]
    if event.type == "order.amended" and event.consignee is not None:
        return [event.consignee.person]
    return []


def _opened(hub: Hub, sealed: Mapping[uuid.UUID, bytes]) -> dict[uuid.UUID, dict[str, str]]:
    opened = {}
    for person, each in sealed.items():
        try:
            opened[person] = parties.open_(hub, person=person, sealed=each)
        except sealing.SealBroken:
            # Erased, or sealed with another key: the order is found by its numbers only.
            _log.info("person stays sealed", person=str(person))
    return opened


READER = Reader("search", frozenset({"order"}), write)
