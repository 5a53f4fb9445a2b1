"""The verbs of webhooks: subscribe partners, change their secrets, try them, hand over again, switch off and on."""

import base64
import datetime as dt
import re
import secrets
import uuid
from collections.abc import Callable, Mapping, Sequence

import msgspec

from orderloom.actions import notices
from orderloom.actions.hub import Hub
from orderloom.actions.notices import Telling
from orderloom.domain.settings import Webhook
from orderloom.kit import addresses, ids, limits
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import outbox as outbox_store
from orderloom.store import reference as reference_store
from orderloom.store import webhooks as webhooks_store

_SECRET_BYTES = 32
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,63}", re.ASCII)
_OPERATIONS = "operations"


class Secret(msgspec.Struct, frozen=True):
    """The secret that signs what a partner is told, shown this once."""

    name: str
    secret: str


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

    A name that exists gets the new URL and a new secret. Refused with webhook.bad_name, webhook.bad_url (which leads
    nowhere good) and webhook.too_many.
    """
    if not _NAME.fullmatch(name):
        return Refused("webhook.bad_name", {"name": name[: limits.NAME_CHARS_MAX]})
    if (problem := addresses.unfit(url, private=private)) is not None:
        return Refused("webhook.bad_url", {"problem": problem})
    secret, sealed = _made(hub, name)
    made = Webhook(name, url, sealed, list(types), private)
    with hub.database.workspace(hub.workspace) as connection:
        kept = [each for each in hub.reference(connection).settings.webhooks if each.name != name]
        if len(kept) >= limits.WEBHOOKS_MAX:
            return Refused("webhook.too_many", {"most": limits.WEBHOOKS_MAX})
        _enter(connection, [*kept, made], actor=actor, now=now)
        webhooks_store.recovered(connection, [name])
    return secret


def unsubscribe(hub: Hub, *, name: str, actor: str, now: dt.datetime) -> Refused | None:
    """Tell the partner nothing more; what still waits for it is closed when its turn comes."""
    with hub.database.workspace(hub.workspace) as connection:
        webhooks = hub.reference(connection).settings.webhooks
        if all(each.name != name for each in webhooks):
            return _unknown(name)
        _enter(connection, [each for each in webhooks if each.name != name], actor=actor, now=now)
        webhooks_store.recovered(connection, [name])
    return None


def rotate(hub: Hub, *, name: str, hours: int, actor: str, now: dt.datetime) -> str | Refused:
    """Give a webhook a new secret, shown this once; the old one signs beside it for so many hours."""
    secret, sealed = _made(hub, name)

    def change(webhook: Webhook) -> Webhook:
        until = now + dt.timedelta(hours=hours)
        previous = webhook.secret if hours else ""
        return msgspec.structs.replace(webhook, secret=sealed, previous=previous, previous_until=until)

    refused = _change(hub, name, change, actor=actor, now=now)
    return secret if refused is None else refused


def switch(hub: Hub, *, name: str, on: bool, actor: str, now: dt.datetime) -> Refused | None:
    """Switch a webhook off, so that nothing is written for it, or on again. What was dead stays dead until replayed."""

    def change(webhook: Webhook) -> Webhook:
        return msgspec.structs.replace(webhook, disabled=not on)

    refused = _change(hub, name, change, actor=actor, now=now)
    if refused is None:
        with hub.database.workspace(hub.workspace) as connection:
            webhooks_store.recovered(connection, [name])
    return refused


def replay(
    hub: Hub,
    *,
    name: str,
    since: dt.datetime | None = None,
    deliveries: Sequence[uuid.UUID] | None = None,
    actor: str,
    now: dt.datetime,
) -> int | Refused:
    """Hand over again, under the same ids: the deliveries named, or all that failed of what was written since a time.

    Returns how many, at most WEBHOOK_REPLAYED_MAX; asked again, the next ones.
    """
    with hub.database.workspace(hub.workspace) as connection:
        if all(each.name != name for each in hub.reference(connection).settings.webhooks):
            return _unknown(name)
        first = ids.first_of(since) if since is not None else uuid.UUID(int=0)
        result = {"replayed_by": actor, "at": now.isoformat()}
        count = outbox_store.replay_webhook(
            connection, name, outbox_ids=deliveries, since=first, result=result, now=now
        )  # fmt: skip
        outbox_store.wake(connection)
    return count


def ping(hub: Hub, *, name: str, actor: str, now: dt.datetime) -> uuid.UUID | Refused:
    """Send an event `orderloom.ping` to try a webhook; returns its id in the log of deliveries."""
    with hub.database.workspace(hub.workspace) as connection:
        if all(each.name != name for each in hub.reference(connection).settings.webhooks):
            return _unknown(name)
        outbox_id = hub.ids.new(now)
        body = {"type": "orderloom.ping", "timestamp": now, "data": {"asked_by": actor}}
        payload = {"webhook": name, "body": body}
        subject, key = f"{name} ping {outbox_id}", f"{name}-ping-{outbox_id}"
        outbox_store.insert(connection, [outbox_store.Row(outbox_id, "webhook", subject, 0, key, payload, now)])
        outbox_store.wake(connection)
    return outbox_id


def note(hub: Hub, reached: Mapping[str, bool], *, now: dt.datetime) -> None:
    """Note which webhooks were reached and which were not; one that nothing has reached for WEBHOOK_FAILING_DAYS is
    switched off, and operations are told."""
    with hub.database.workspace(hub.workspace) as connection:
        since = webhooks_store.failing(connection, reached)
        webhooks_store.recovered(connection, [name for name, well in reached.items() if well and name in since])
        failing = [name for name, well in reached.items() if not well]
        webhooks_store.failed(connection, [name for name in failing if name not in since], now=now)
    patience = dt.timedelta(days=limits.WEBHOOK_FAILING_DAYS)
    for name in failing:
        if name in since and now - since[name] >= patience:
            switch(hub, name=name, on=False, actor="hub", now=now)
            _tell(hub, name, since[name], now)


def place(name: str) -> bytes:
    """What the seal of a webhook's secret is bound to."""
    return b"webhook " + name.encode()


def _tell(hub: Hub, name: str, since: dt.datetime, now: dt.datetime) -> None:
    with hub.database.workspace(hub.workspace) as connection:
        shown = notices.local(since, hub.reference(connection))
    values = {"webhook": name, "since": shown}
    outbox_id = ids.beside(ids.first_of(now), f"disabled {name} {since.isoformat()}")
    row = outbox_store.Claimed(outbox_id, "webhook", name, 0, f"disabled-{outbox_id}", values, 1)
    notices.tell(hub, [Telling(row, [_OPERATIONS], "webhook_disabled", values)], now=now)


def _made(hub: Hub, name: str) -> tuple[str, str]:
    secret = secrets.token_bytes(_SECRET_BYTES)
    sealed = base64.b64encode(hub.sealer.seal(secret, aad=place(name))).decode()
    return f"whsec_{base64.b64encode(secret).decode()}", sealed


def _change(
    hub: Hub, name: str, change: Callable[[Webhook], Webhook], *, actor: str, now: dt.datetime
) -> Refused | None:
    with hub.database.workspace(hub.workspace) as connection:
        webhooks = hub.reference(connection).settings.webhooks
        if all(each.name != name for each in webhooks):
            return _unknown(name)
        changed = [change(each) if each.name == name else each for each in webhooks]
        _enter(connection, changed, actor=actor, now=now)
    return None


def _unknown(name: str) -> Refused:
    return Refused("webhook.unknown", {"name": name[: limits.NAME_CHARS_MAX]})


def _enter(connection: db.Connection, webhooks: Sequence[Webhook], *, actor: str, now: dt.datetime) -> None:
    reference_store.enter_settings(connection, {"webhooks": msgspec.to_builtins(webhooks)}, actor=actor, at=now)
