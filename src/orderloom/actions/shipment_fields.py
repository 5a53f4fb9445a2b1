"""Own fields of shipments on their way in with the stages that are confirmed, where a dictionary of them is in force;
without one all is open.

What a stage does not say stays as it stood. Who confirms waits and can add what is missing, so what is required must be
there by then; `visible_when` sees `shipment.stage`, the stage that is confirmed, so that each stage asks for its own.
"""

import uuid
from collections.abc import Sequence
from typing import Any, Protocol

import msgspec

from orderloom.actions import fields
from orderloom.actions.hub import Hub
from orderloom.deciding import dictionaries
from orderloom.deciding.reference import Reference
from orderloom.domain.fields import values
from orderloom.domain.orders import state
from orderloom.kit.refusals import Refused
from orderloom.rules.fields import Fields
from orderloom.store import database as db
from orderloom.store import orders as orders_store
from orderloom.store.messages import Person


class Scanned(Protocol):
    """A stage as it is confirmed."""

    shipment_no: str
    stage: str
    custom: dict[str, Any]


class Own(msgspec.Struct):
    """The own fields that a confirmation sets, and the sealed persons in them."""

    custom: dict[str, Any] = {}
    people: list[Person] = []


def read(hub: Hub, connection: db.Connection, scans: Sequence[tuple[uuid.UUID, Scanned]]) -> list[Own | Refused]:
    """The own fields of each scan of an order's shipment, or what is wrong with them, each at `custom.field`."""
    reference = hub.reference(connection)
    ready = dictionaries.of(reference, "shipment")
    if ready is None:
        return [Own(dict(scan.custom)) for _, scan in scans]
    standing = orders_store.read(connection, {order_id for order_id, _ in scans})
    found = [_read(ready, reference, standing[order_id], scan) for order_id, scan in scans]
    missing = fields.missing(connection, [each.asks for each in found])
    made: list[Own | Refused] = []
    for each, lacking in zip(found, missing, strict=True):
        wrong = [fields.under(one, "custom.") for one in (*each.wrong, *lacking)]
        made.append(fields.refused(wrong) if wrong else Own(*fields.seal(hub, ready.dictionary, each.values)))
    return made


def _read(ready: Fields, reference: Reference, order: state.Order, scan: Scanned) -> fields.Read:
    shipment = order.shipment(scan.shipment_no)
    before = shipment.custom if shipment is not None else {}
    currency = order.currency or reference.settings.currency
    frame = values.Frame(reference.places, currency, before=before, partial=True, whole=True)
    about = {"shipment_no": scan.shipment_no, "stage": scan.stage}
    if shipment is not None:
        about |= {"warehouse": shipment.warehouse, "carrier": shipment.carrier, "service": shipment.service}
    beside = {
        "shipment": about,
        "order": {"channel": order.channel, "grade": order.grade, "kind": order.kind, "custom": order.custom},
    }
    return fields.read(ready, scan.custom, frame=frame, beside=beside)
