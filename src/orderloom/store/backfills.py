"""Old orders that do not say whose they are, and the customers that a phone may mean."""

import datetime as dt
import uuid
from collections.abc import Collection

import msgspec

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Unidentified(msgspec.Struct, frozen=True):
    """An order without a customer; `phone_key` is the fingerprint of its buyer's phone, else of its consignee's."""

    order_id: uuid.UUID
    placed_at: dt.datetime
    phone_key: str


def unidentified(connection: db.Connection, *, after: tuple[dt.datetime, uuid.UUID], most: int) -> list[Unidentified]:
    """Such orders behind the one named, the oldest first; only those that nothing more is decided on."""
    values = {"after_at": after[0], "after_id": after[1], "most": most}
    return [Unidentified(*row) for row in connection.execute(Q.unidentified, values).fetchall()]


def by_phone(connection: db.Connection, phone_keys: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """By fingerprint: (customer number, level) of everyone whose phone it is."""
    found: dict[str, list[tuple[str, str]]] = {}
    if phone_keys:
        values = {"phone_keys": [bytes.fromhex(each) for each in phone_keys]}
        for key, customer_no, level in connection.execute(Q.by_phone, values).fetchall():
            found.setdefault(key, []).append((customer_no, level))
    return found
