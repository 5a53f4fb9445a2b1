"""Consignees: whom a customer's orders went to, the latest first, as a viewer may see them."""

import msgspec

from orderloom.domain.orders.state import Party
from orderloom.kit import limits, sealing
from orderloom.queries import people
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Consignee(msgspec.Struct):
    """A person and place that goods were sent to, and the latest order that says so: what is masked is seen by it."""

    order_no: str
    name: str
    phone: str
    province: str
    city: str
    district: str
    adcode: str
    street: str


def latest(connection: db.Connection, *, viewer: Viewer, sealer: sealing.Sealer, customer_no: str) -> list[Consignee]:
    """Each once, masked for the viewer, at most `limits.OPTIONS_TOLD_MAX`. Raises `sealing.SealBroken`."""
    asked = {"customer_no": customer_no, "count": limits.PAGE_ROWS_MAX, **viewer.scope}
    found = connection.execute(Q.latest, asked, prepare=False).fetchall()
    parties = [(order_no, msgspec.convert(data, Party)) for order_no, data in found if data]
    persons = [each.person for _, each in parties if each.person is not None]
    named = people.named(connection, viewer=viewer, sealer=sealer, persons=list(dict.fromkeys(persons)))
    once: dict[tuple[str, ...], Consignee] = {}
    for order_no, party in parties:
        if party.person is None or not (who := named.get(party.person)):
            continue
        street = who.get("street", "") or who.get("address", "")
        place = (party.province, party.city, party.district, party.adcode, street)
        told = Consignee(order_no, who.get("name", ""), who.get("phone", ""), *place)
        once.setdefault((told.name, told.phone, *place), told)
    return list(once.values())[: limits.OPTIONS_TOLD_MAX]
