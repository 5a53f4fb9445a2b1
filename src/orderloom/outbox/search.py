"""Search keys: an order is found by its numbers, phones and names within seconds of being said (decisions.md 23)."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence

import structlog

from orderloom.actions import parties
from orderloom.actions.hub import Hub
from orderloom.domain import search
from orderloom.domain.orders import events, state
from orderloom.kit import sealing
from orderloom.outbox.relay import Reader, Said
from orderloom.store import database as db
from orderloom.store import relay as relay_store

_log = structlog.get_logger(__name__)

Key = tuple[int, uuid.UUID, int, dt.datetime]


def write(hub: Hub, connection: db.Connection, said: Sequence[Said], now: dt.datetime) -> None:
    """Write the keys of orders that were received, or whose consignee was changed.

    Old keys stay: an order is still found by the phone it was placed with. An erased person leaves no key.
    """
    asked = [(entry, event) for entry in said for event in entry.body.events if _people(event)]
    if not asked:
        return
    wanted = {party.person for _, event in asked for party in _people(event) if party.person is not None}
    people = _opened(hub, relay_store.persons(connection, wanted))
    placed = relay_store.facts_of_orders(
        connection, {entry.subject for entry, event in asked if not isinstance(event, events.OrderReceived)}
    )
    young = now - dt.timedelta(days=search.INSIDE_DAYS)
    keys: set[Key] = set()
    for entry, event in asked:
        received = event if isinstance(event, events.OrderReceived) else None
        placed_at = received.placed_at if received else placed[entry.subject].placed_at
        persons = [people[party.person] for party in _people(event) if party.person in people]
        found = search.keys(
            order_no=received.order_no if received else "",
            external_no=received.external_no if received else "",
            phones={person["phone"] for person in persons if person.get("phone")},
            names={person["name"] for person in persons if person.get("name")},
        )
        keys.update(
            (search.token(kind, key, hub.sealer.fingerprint), entry.subject, kind, placed_at)
            for kind, key in found
            if kind < search.INSIDE or placed_at >= young
        )
    relay_store.insert_search_keys(connection, keys)


def _people(event: object) -> list[state.Party]:
    """The parties whose order must be found by what this event says; none for most events."""
    if isinstance(event, events.OrderReceived):
        return [event.buyer, event.consignee]
    if isinstance(event, events.OrderAmended) and event.consignee is not None:
        return [event.consignee]
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
