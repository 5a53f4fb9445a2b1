"""The verbs of reference data: found a workspace, enter settings, channels, warehouses, SKUs, customers, tables."""

import contextlib
import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeVar

import msgspec

from orderloom.actions import documents, reference_fields, shipped
from orderloom.actions.hub import Hub
from orderloom.domain.catalogue import Sku
from orderloom.domain.channels import Channel
from orderloom.domain.customers import Customer
from orderloom.domain.warehouses import Calendar, Rate, Transit, Warehouse
from orderloom.kit.refusals import Refused
from orderloom.store import facts
from orderloom.store import reference as reference_store

T = TypeVar("T")


def found(hub: Hub, *, values: Mapping[str, Any], actor: str, now: dt.datetime) -> None:
    """Give a new workspace its settings and the documents that come with the hub, in force from now on."""
    with hub.database.workspace(hub.workspace) as connection:
        reference_store.enter_settings(connection, dict(values), actor=actor, at=now)
        documents.found(hub, connection, shipped.documents(), comment="shipped", actor=actor, now=now)


def enter_settings(hub: Hub, values: Mapping[str, Any], *, actor: str, now: dt.datetime) -> None:
    """Change settings of the workspace."""
    with hub.database.workspace(hub.workspace) as connection:
        reference_store.enter_settings(connection, dict(values), actor=actor, at=now)


def enter(
    hub: Hub,
    *,
    channels: Sequence[Channel] = (),
    warehouses: Sequence[Warehouse] = (),
    calendars: Sequence[Calendar] = (),
    actor: str,
    now: dt.datetime,
) -> None:
    """Enter or change what all orders share; in force with the next batch of every process."""
    with hub.database.workspace(hub.workspace) as connection:
        for kind, entered in (("channel", channels), ("warehouse", warehouses), ("calendar", calendars)):
            if entered:
                reference_store.enter(connection, entered, kind=kind, actor=actor, at=now)


def enter_lanes(
    hub: Hub,
    *,
    warehouses: Sequence[Warehouse] = (),
    calendars: Sequence[Calendar] = (),
    rates: Sequence[Rate] = (),
    transits: Sequence[Transit] = (),
    actor: str,
    now: dt.datetime,
) -> None:
    """Enter or change contract freight and hours by lane, with the warehouses and calendars that they start from: all
    of it or nothing; in force with the next batch of every process."""
    with hub.database.workspace(hub.workspace) as connection:
        for kind, entered in (("warehouse", warehouses), ("calendar", calendars)):
            if entered:
                reference_store.enter(connection, entered, kind=kind, actor=actor, at=now)
        if rates:
            reference_store.enter_rates(connection, rates, actor=actor, at=now)
        if transits:
            reference_store.enter_transits(connection, transits, actor=actor, at=now)


def enter_skus(hub: Hub, skus: Sequence[Sku], *, actor: str, now: dt.datetime) -> Refused | None:
    """Enter or change SKUs, all of them or none. Refuses own fields that the dictionary in force does not take;
    `errors` names each."""
    with _together() as undone, hub.database.workspace(hub.workspace) as connection:
        read = _fit(reference_fields.skus(hub, connection, skus))
        facts.enter_skus(connection, read, actor=actor, at=now)
    return undone.refused


def enter_customers(
    hub: Hub, customers: Sequence[Customer], *, phones: Mapping[str, str] = {}, actor: str, now: dt.datetime
) -> Refused | None:
    """Enter or change customers, all of them or none; `phones` by customer number become keyed fingerprints, never
    text. Refuses as `enter_skus`."""
    keys = {number: hub.sealer.fingerprint(f"phone {phone}") for number, phone in phones.items()}
    with _together() as undone, hub.database.workspace(hub.workspace) as connection:
        read = _fit(reference_fields.customers(hub, connection, customers))
        facts.enter_customers(connection, read, phone_keys=keys, actor=actor, at=now)
    return undone.refused


class _Undone(Exception):
    """Takes a refusal out of a transaction, which is undone."""

    def __init__(self, refused: Refused) -> None:
        super().__init__(refused.code)
        self.refused = refused


class _End(msgspec.Struct):
    refused: Refused | None = None


def _fit(read: list[T] | Refused) -> list[T]:
    if isinstance(read, Refused):
        raise _Undone(read)
    return read


@contextlib.contextmanager
def _together() -> Iterator[_End]:
    end = _End()
    try:
        yield end
    except _Undone as undone:
        end.refused = undone.refused
