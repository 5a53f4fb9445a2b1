"""The verbs of shipments: release to the warehouse, confirm a stage by scan or click, take a wrong one back."""

import contextlib
import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from orderloom.actions import orders, shipment_fields, transact
from orderloom.actions.hub import Hub
from orderloom.deciding.work import Outcome
from orderloom.domain import log, shipments
from orderloom.domain.orders import commands, state
from orderloom.kit.refusals import Refused
from orderloom.store import files as files_store
from orderloom.store import log as log_store
from orderloom.store import orders as orders_store


class Scan(msgspec.Struct):
    """A stage confirmed: which shipment, which stage, when, by whom, where, with what evidence; `custom` are own fields
    of the shipment."""

    shipment_no: str
    stage: str
    at: dt.datetime
    operator: str
    place: str = ""
    evidence: list[str] = []
    custom: dict[str, Any] = {}


def release(
    hub: Hub, shipment_nos: Sequence[str], *, origin: orders.Origin, now: dt.datetime
) -> list[Outcome | Refused]:
    """Hand shipments to their warehouses: lots and bins are chosen first expired or first in, first out."""
    return _run(hub, [(each, None) for each in shipment_nos], origin=origin, now=now)


def confirm(hub: Hub, scans: Sequence[Scan], *, origin: orders.Origin, now: dt.datetime) -> list[Outcome | Refused]:
    """Confirm stages; `origin.source` is the system that says so, and must be the one trusted for the stage, and
    `origin.roles` must hold the role that confirms it, where the stages name one. Uploads named as evidence stay."""
    done = _run(hub, [(each.shipment_no, each) for each in scans], origin=origin, now=now)
    used = {
        file_id: outcome.order_no
        for each, outcome in zip(scans, done, strict=True)
        if isinstance(outcome, Outcome) and outcome.refused is None
        for file_id in _uploads(each.evidence)
    }
    if used:
        with hub.database.workspace(hub.workspace) as connection:
            files_store.use(connection, used, at=now)
    return done


def _uploads(evidence: Sequence[str]) -> list[uuid.UUID]:
    """Which of these are ids of files; evidence may be an outside system's own word too."""
    found: list[uuid.UUID] = []
    for each in evidence:
        with contextlib.suppress(ValueError):
            found.append(uuid.UUID(each))
    return found


class Switch(msgspec.Struct):
    """A shipment to be taken by another carrier: the one named, else the next by the rule."""

    shipment_no: str
    reason: str
    carrier: str = ""
    service: str = ""


def switch(hub: Hub, wanted: Sequence[Switch], *, origin: orders.Origin, now: dt.datetime) -> list[Outcome | Refused]:
    """Give shipments that are still in the house to another carrier; the warehouse is told."""
    with hub.database.workspace(hub.workspace) as connection:
        owners = orders_store.find_shipments(connection, {each.shipment_no for each in wanted})
    asked = {
        number: transact.Asked(
            commands.SwitchCarrier(
                command_id=hub.ids.new(now), actor=origin.actor, source=origin.source, at=now,
                order_id=owners[each.shipment_no], shipment_no=each.shipment_no, carrier=each.carrier,
                service=each.service, reason=each.reason,
            )
        )
        for number, each in enumerate(wanted) if each.shipment_no in owners
    }  # fmt: skip
    done = dict(zip(asked, transact.run(hub, list(asked.values()), now=now), strict=True))
    return [
        done.get(number) or Refused("shipment.unknown", {"shipment_no": each.shipment_no})
        for number, each in enumerate(wanted)
    ]


class Revert(msgspec.Struct):
    """A stage that was confirmed wrongly, to be taken back, and why."""

    shipment_no: str
    stage: str
    reason: str


def revert(
    hub: Hub, wanted: Sequence[Revert], *, origin: orders.Origin, leads: bool, now: dt.datetime
) -> list[Outcome | Refused]:
    """Take stages back, each the last of its shipment, as long as nothing was done because of it: one's own for
    `limits.REVERT_MINUTES_MAX`; who `leads` also those of others, and later."""
    with hub.database.workspace(hub.workspace) as connection:
        owners = orders_store.find_shipments(connection, {each.shipment_no for each in wanted})
        entries: dict[uuid.UUID, list[tuple[dt.datetime, log.Body]]] = {}
        for order_id, _, recorded_at, body in log_store.said(connection, set(owners.values())):
            entries.setdefault(order_id, []).append((recorded_at, body))
    asked: dict[int, transact.Asked] = {}
    for number, each in enumerate(wanted):
        if each.shipment_no not in owners:
            continue
        order_id = owners[each.shipment_no]
        command = commands.Revert(
            command_id=hub.ids.new(now), actor=origin.actor, source=origin.source, at=now, order_id=order_id,
            shipment_no=each.shipment_no, stage=each.stage, reason=each.reason, leads=leads,
        )  # fmt: skip
        stood = shipments.stood(entries.get(order_id, ()), each.shipment_no, each.stage)
        if stood is not None:
            command.confirmed_by, command.confirmed_at, command.led_to, command.began = stood
        asked[number] = transact.Asked(command)
    done = dict(zip(asked, transact.run(hub, list(asked.values()), now=now), strict=True))
    return [
        done.get(number) or Refused("shipment.unknown", {"shipment_no": each.shipment_no})
        for number, each in enumerate(wanted)
    ]


def _run(
    hub: Hub, asked: Sequence[tuple[str, Scan | None]], *, origin: orders.Origin, now: dt.datetime
) -> list[Outcome | Refused]:
    with hub.database.workspace(hub.workspace) as connection:
        owners = orders_store.find_shipments(connection, {number for number, _ in asked})
        scans = [(owners[number], scan) for number, scan in asked if scan is not None and number in owners]
        reads = iter(shipment_fields.read(hub, connection, scans))
    made: list[transact.Asked | Refused] = []
    for number, scan in asked:
        if number not in owners:
            made.append(Refused("shipment.unknown", {"shipment_no": number}))
        elif scan is None:
            made.append(
                transact.Asked(commands.ReleaseShipment(
                    command_id=hub.ids.new(now), actor=origin.actor, source=origin.source, at=now,
                    order_id=owners[number], shipment_no=number,
                ))
            )  # fmt: skip
        else:
            made.append(_confirm(hub, owners[number], scan, next(reads), origin, now))
    done = iter(transact.run(hub, [each for each in made if not isinstance(each, Refused)], now=now))
    return [each if isinstance(each, Refused) else next(done) for each in made]


def _confirm(
    hub: Hub,
    order_id: uuid.UUID,
    scan: Scan,
    own: shipment_fields.Own | Refused,
    origin: orders.Origin,
    now: dt.datetime,
) -> transact.Asked | Refused:
    if isinstance(own, Refused):
        return own
    confirmation = state.Confirmation(
        scan.stage, scan.at, scan.operator, origin.source, scan.place, scan.evidence, own.custom
    )
    command = commands.Confirm(
        command_id=hub.ids.new(now), actor=origin.actor, source=origin.source, at=scan.at,
        order_id=order_id, shipment_no=scan.shipment_no, confirmation=confirmation,
        roles=None if origin.roles is None else sorted(origin.roles),
    )  # fmt: skip
    return transact.Asked(command, persons=own.people)
