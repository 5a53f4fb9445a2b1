"""The verbs of shipments: release to the warehouse, confirm a stage by scan or click."""

import datetime as dt
from collections.abc import Sequence

import msgspec

from orderloom.actions import orders, transact
from orderloom.actions.hub import Hub
from orderloom.deciding.work import Outcome
from orderloom.domain.orders import commands, state
from orderloom.kit.refusals import Refused
from orderloom.store import orders as orders_store


class Scan(msgspec.Struct):
    """A stage confirmed: which shipment, which stage, when, by whom, where, with what evidence."""

    shipment_no: str
    stage: str
    at: dt.datetime
    operator: str
    place: str = ""
    evidence: list[str] = []


def release(
    hub: Hub, shipment_nos: Sequence[str], *, origin: orders.Origin, now: dt.datetime
) -> list[Outcome | Refused]:
    """Hand shipments to their warehouses: lots and bins are chosen first expired or first in, first out."""
    return _run(hub, [(each, None) for each in shipment_nos], origin=origin, now=now)


def confirm(hub: Hub, scans: Sequence[Scan], *, origin: orders.Origin, now: dt.datetime) -> list[Outcome | Refused]:
    """Confirm stages; `origin.source` is the system that says so, and must be the one trusted for the stage, and
    `origin.roles` must hold the role that confirms it, where the stages name one."""
    return _run(hub, [(each.shipment_no, each) for each in scans], origin=origin, now=now)


def _run(
    hub: Hub, asked: Sequence[tuple[str, Scan | None]], *, origin: orders.Origin, now: dt.datetime
) -> list[Outcome | Refused]:
    with hub.database.workspace(hub.workspace) as connection:
        owners = orders_store.find_shipments(connection, {number for number, _ in asked})
    made: list[commands.OrderCommand | Refused] = []
    for number, scan in asked:
        if number not in owners:
            made.append(Refused("shipment.unknown", {"shipment_no": number}))
        elif scan is None:
            made.append(
                commands.ReleaseShipment(
                    command_id=hub.ids.new(now), actor=origin.actor, source=origin.source, at=now,
                    order_id=owners[number], shipment_no=number,
                )
            )  # fmt: skip
        else:
            confirmation = state.Confirmation(
                scan.stage, scan.at, scan.operator, origin.source, scan.place, scan.evidence
            )
            made.append(
                commands.Confirm(
                    command_id=hub.ids.new(now), actor=origin.actor, source=origin.source, at=scan.at,
                    order_id=owners[number], shipment_no=number, confirmation=confirmation,
                    roles=None if origin.roles is None else sorted(origin.roles),
                )
            )  # fmt: skip
    asks = [transact.Asked(each) for each in made if not isinstance(each, Refused)]
    done = iter(transact.run(hub, asks, now=now))
    return [each if isinstance(each, Refused) else next(done) for each in made]
