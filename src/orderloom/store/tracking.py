"""Rows of tracking links: ways to one order's tracking page for whoever holds the token."""

import datetime as dt
import uuid

import msgspec

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Link(msgspec.Struct, frozen=True):
    """A way to one order's page, until it expires or is ended."""

    link_id: uuid.UUID
    order_id: uuid.UUID
    created_at: dt.datetime
    created_by: str
    expires_at: dt.datetime
    revoked_at: dt.datetime | None = None


def insert(connection: db.Connection, link: Link, *, token_hash: bytes) -> None:
    """Write a new link."""
    connection.execute(Q.insert_link, {**msgspec.structs.asdict(link), "token_hash": token_hash})


def lock(connection: db.Connection, order_id: uuid.UUID) -> None:
    """Be the only one who makes a link for this order until the transaction ends."""
    connection.execute(Q.lock_order, {"key": f"tracking link {order_id}"})


def live(connection: db.Connection, order_id: uuid.UUID, *, until: dt.datetime) -> Link | None:
    """The newest link of an order that is not ended and leads to it beyond that instant."""
    row = connection.execute(Q.live_links, {"order_id": order_id, "until": until, "count": 1}).fetchone()
    return Link(*row) if row else None


def by_token(connection: db.Connection, token_hash: bytes) -> Link | None:
    """The link of a token."""
    row = connection.execute(Q.by_token, {"token_hash": token_hash}).fetchone()
    return Link(*row) if row else None


def revoke(connection: db.Connection, order_id: uuid.UUID, *, now: dt.datetime) -> int:
    """End every link of an order; how many were ended."""
    return len(connection.execute(Q.revoke, {"order_id": order_id, "now": now}).fetchall())
