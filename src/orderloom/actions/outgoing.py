"""The verbs of what leaves the house: decide on dead rows, subscribe partners, record what was handed over."""

import base64
import datetime as dt
import secrets
import uuid
from collections.abc import Collection, Sequence

import msgspec

from orderloom.actions import claims, transact
from orderloom.actions.hub import Hub
from orderloom.domain.orders import commands
from orderloom.domain.settings import Webhook
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import outbox as outbox_store
from orderloom.store import reference as reference_store

_SECRET_BYTES = 32
_IN_HOUSE = "in_house"


def requeue(
    hub: Hub, outbox_ids: Collection[uuid.UUID], *, actor: str, reason: str, now: dt.datetime
) -> list[uuid.UUID]:
    """Let dead rows be tried anew from the first attempt; returns those that were dead."""
    result = {"requeued_by": actor, "reason": reason, "at": now}
    with hub.database.workspace(hub.workspace) as connection:
        found = outbox_store.requeue(connection, outbox_ids, result=result, now=now)
        outbox_store.wake(connection)
    return [each for each in outbox_ids if each in found]


def give_up(
    hub: Hub, outbox_ids: Collection[uuid.UUID], *, actor: str, reason: str, now: dt.datetime
) -> list[uuid.UUID]:
    """Close dead rows for good, so that what waits behind them goes on; returns those that were dead."""
    result = {"given_up_by": actor, "reason": reason, "at": now}
    with hub.database.workspace(hub.workspace) as connection:
        found = outbox_store.give_up(connection, outbox_ids, result=result, now=now)
        outbox_store.wake(connection)
    return [each for each in outbox_ids if each in found]


def record_receipts(hub: Hub, rows: Sequence[outbox_store.Claimed], *, until: dt.datetime, now: dt.datetime) -> None:
    """Record customers' receipts as handed over in the house; each row is done in the transaction that says so."""
    asked = [
        transact.Asked(
            commands.RecordReceipt(
                command_id=hub.ids.new(now),
                actor="hub",
                source="hub",
                at=now,
                order_id=uuid.UUID(each.subject),
                channel=_IN_HOUSE,
            ),
            claim=claims.Claim("outbox", each.outbox_id, until),
        )
        for each in rows
    ]
    transact.run(hub, asked, now=now)


def tell(hub: Hub, notices: Sequence[tuple[outbox_store.Claimed, str]], *, now: dt.datetime) -> None:
    """Tell people of the house: rows with their audience. Told twice is told once."""
    with hub.database.workspace(hub.workspace) as connection:
        outbox_store.insert_notices(connection, notices, now=now)


def subscribe(
    hub: Hub,
    *,
    name: str,
    url: str,
    types: Sequence[str] = (),
    private: bool = False,
    actor: str,
    now: dt.datetime,
) -> str | Refused:
    """Tell a partner's URL of events from now on; returns the secret that signs them, shown this once.

    A name that exists gets the new URL and a new secret. Refused with webhook.too_many.
    """
    secret = secrets.token_bytes(_SECRET_BYTES)
    sealed = base64.b64encode(hub.sealer.seal(secret, aad=place(name))).decode()
    made = Webhook(name, url, sealed, list(types), private)
    with hub.database.workspace(hub.workspace) as connection:
        kept = [each for each in hub.reference(connection).settings.webhooks if each.name != name]
        if len(kept) >= limits.WEBHOOKS_MAX:
            return Refused("webhook.too_many", {"most": limits.WEBHOOKS_MAX})
        _enter(connection, [*kept, made], actor=actor, now=now)
    return f"whsec_{base64.b64encode(secret).decode()}"


def unsubscribe(hub: Hub, *, name: str, actor: str, now: dt.datetime) -> Refused | None:
    """Tell the partner nothing more; what still waits for it is closed when its turn comes."""
    with hub.database.workspace(hub.workspace) as connection:
        webhooks = hub.reference(connection).settings.webhooks
        if all(each.name != name for each in webhooks):
            return Refused("webhook.unknown", {"name": name})
        _enter(connection, [each for each in webhooks if each.name != name], actor=actor, now=now)
    return None


def place(name: str) -> bytes:
    """What the seal of a webhook's secret is bound to."""
    return b"webhook " + name.encode()


def _enter(connection: db.Connection, webhooks: list[Webhook], *, actor: str, now: dt.datetime) -> None:
    reference_store.enter_settings(connection, {"webhooks": msgspec.to_builtins(webhooks)}, actor=actor, at=now)
