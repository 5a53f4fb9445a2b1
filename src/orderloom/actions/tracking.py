"""Links to an order's tracking page: made, found by their token, ended.

The secret is worked out of the link's id under the master key, so that whoever asks again is told the same link.
"""

import datetime as dt
import uuid

import msgspec

from orderloom.actions import links
from orderloom.actions.hub import Hub
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import tracking as tracking_store

_KIND = links.Kind(
    mark="tl",
    table="tracking_links",
    by_token=tracking_store.by_token,
    unknown="tracking.link_unknown",
    expired="tracking.link_expired",
    too_fast="tracking.too_fast",
)


class TrackingLink(msgspec.Struct):
    """A link: the page is at `path`, below the hub's address; `url` where the settings name that address."""

    token: str
    path: str
    url: str
    expires_at: dt.datetime


def link(hub: Hub, order_id: uuid.UUID, *, actor: str, now: dt.datetime) -> TrackingLink:
    """The order's link: the one it has, or a new one where that ends within half of `limits.TRACKING_DAYS`."""
    with hub.database.workspace(hub.workspace) as connection:
        return ensure(hub, connection, order_id, actor=actor, now=now)


def ensure(hub: Hub, connection: db.Connection, order_id: uuid.UUID, *, actor: str, now: dt.datetime) -> TrackingLink:
    """As `link`, in the caller's transaction."""
    days = limits.TRACKING_DAYS
    tracking_store.lock(connection, order_id)
    found = tracking_store.live(connection, order_id, until=now + dt.timedelta(days=days / 2))
    if found is None:
        expires_at = now + dt.timedelta(days=days)
        found = tracking_store.Link(hub.ids.new(now), order_id, now, actor, expires_at)
        tracking_store.insert(connection, found, token_hash=links.hashed(_secret(hub, found.link_id)))
    token = links.token(hub, _KIND, _secret(hub, found.link_id))
    address = hub.reference(connection).settings.seller.address.rstrip("/")
    return TrackingLink(token, f"/t/{token}", f"{address}/t/{token}" if address else "", found.expires_at)


def enter(hub: Hub, token: str, *, now: dt.datetime) -> tracking_store.Link | Refused:
    """The link of a token, as `links.enter`. Refuses `tracking.link_unknown`, `tracking.link_expired`, and
    `tracking.too_fast`."""
    return links.enter(hub, _KIND, token, now=now)


def revoke(hub: Hub, order_id: uuid.UUID, *, now: dt.datetime) -> int:
    """End every link of an order at once; how many there were."""
    with hub.database.workspace(hub.workspace) as connection:
        return tracking_store.revoke(connection, order_id, now=now)


def _secret(hub: Hub, link_id: uuid.UUID) -> str:
    """256 bits that only who has the master key can work out."""
    halves = (hub.sealer.fingerprint(f"tracking link {link_id} {half}") for half in ("first", "second"))
    return b"".join(halves).hex()
