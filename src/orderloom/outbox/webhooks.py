"""Webhooks: partners' URLs told of events, signed as https://www.standardwebhooks.com has it.

A reader of the relay writes a row per event and webhook; one loop sends them, in order per order. The message is thin:
what happened to which order at which position; whoever may know more asks the API.
"""

import base64
import concurrent.futures
import datetime as dt
import time
from collections.abc import Mapping, Sequence

import httpx
import msgspec
import standardwebhooks

from orderloom.actions import webhooks as webhooks_action
from orderloom.actions.hub import Hub
from orderloom.domain.settings import Webhook
from orderloom.kit import addresses, limits
from orderloom.outbox.drain import Answer, Later, Never, Sent, Turn
from orderloom.outbox.relay import Reader, Said
from orderloom.store import database as db
from orderloom.store import outbox as outbox_store
from orderloom.store import relay as relay_store
from orderloom.store.outbox import Claimed

# Standard Webhooks, "Delivery and retries": at once, then 5 s, 5 min, 30 min, 2, 5, 10, 14, 20 and 24 hours later.
RETRY_SECONDS = (5.0, 300.0, 1_800.0, 7_200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)
_GONE = 410
_ASK_AGAIN = (429, 503)


def write(hub: Hub, connection: db.Connection, said: Sequence[Said], now: dt.datetime) -> None:
    """Write a row per webhook and event that it wants."""
    webhooks = hub.reference(connection).settings.webhooks
    if not webhooks:
        return
    known = relay_store.facts_of_orders(connection, {each.subject for each in said})
    rows = []
    for entry in said:
        order = known.get(entry.subject)
        for i, name in enumerate(event.type for event in entry.page.events):
            for webhook in webhooks:
                if webhook.disabled or (webhook.types and name not in webhook.types):
                    continue
                position = entry.position + i
                body = {
                    "type": f"orderloom.{name}",
                    "timestamp": entry.page.at,
                    "data": {
                        "position": position,
                        "order_id": entry.subject,
                        "order_no": order.order_no if order else "",
                        "channel": order.channel if order else "",
                        "n": entry.n + i,
                        "recorded_at": entry.recorded_at,
                    },
                }
                rows.append(
                    outbox_store.Row(
                        outbox_id=hub.ids.new(now),
                        topic="webhook",
                        subject=f"{webhook.name} {entry.subject}",
                        number=position,
                        key=f"{webhook.name}-{position}",
                        payload={"webhook": webhook.name, "body": body},
                        due_at=now,
                    )
                )
    outbox_store.insert(connection, rows)
    if rows:
        outbox_store.wake(connection)


def send(hub: Hub, rows: Sequence[Claimed], turn: Turn) -> list[Answer]:
    """POST each row to its webhook, side by side; each within WEBHOOK_SECONDS_MAX."""
    with hub.database.workspace(hub.workspace) as connection:
        webhooks = {each.name: each for each in hub.reference(connection).settings.webhooks}
    timeout = httpx.Timeout(limits.WEBHOOK_SECONDS_MAX)
    with (
        # Neither redirects nor a proxy of the environment: the checked address is the one that is called.
        httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False) as client,
        concurrent.futures.ThreadPoolExecutor(limits.WEBHOOK_CALLS_MAX, thread_name_prefix="webhook") as threads,
    ):
        answers = list(
            threads.map(lambda row: _post(hub, client, webhooks.get(row.payload["webhook"]), row, turn.now), rows)
        )
    _note(hub, rows, answers, webhooks, turn.now)
    return answers


def _note(
    hub: Hub, rows: Sequence[Claimed], answers: Sequence[Answer], webhooks: Mapping[str, Webhook], now: dt.datetime
) -> None:
    """A webhook of which one row arrived was reached."""
    reached: dict[str, bool] = {}
    for row, answer in zip(rows, answers, strict=True):
        name = str(row.payload["webhook"])
        if name in webhooks and not webhooks[name].disabled:
            reached[name] = reached.get(name, False) or isinstance(answer, Sent)
    if reached:
        webhooks_action.note(hub, reached, now=now)


def _post(hub: Hub, client: httpx.Client, webhook: Webhook | None, row: Claimed, now: dt.datetime) -> Answer:
    if webhook is None:
        return Sent({"skipped": "unsubscribed"})
    if webhook.disabled:
        return Never("the webhook is switched off")
    try:
        target = addresses.resolve(webhook.url, private=webhook.private)
    except addresses.Forbidden as forbidden:
        return Later(str(forbidden))  # A name may come back, and a person may mend the URL.
    body = msgspec.json.encode(row.payload["body"])
    secrets = [_opened(hub, webhook, webhook.secret)]
    if webhook.previous and webhook.previous_until is not None and now < webhook.previous_until:
        secrets.append(_opened(hub, webhook, webhook.previous))
    headers = {
        "host": target.host,
        "content-type": "application/json",
        "user-agent": "OrderLoom",
        **signed(secrets, message_id=row.key, at=now, body=body),
    }
    started = time.monotonic()
    try:
        with client.stream(
            "POST", target.url, content=body, headers=headers, extensions={"sni_hostname": target.name}
        ) as response:
            read = 0
            for part in response.iter_raw():
                read += len(part)
                late = time.monotonic() - started > limits.WEBHOOK_SECONDS_MAX
                if late or read > limits.WEBHOOK_ANSWER_BYTES_MAX:
                    break  # The status says all; nobody may keep us by talking on.
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return Later(f"{type(error).__name__}: {error}"[: limits.TEXT_CHARS_MAX])
    return _answer(response)


def _answer(response: httpx.Response) -> Answer:
    if response.is_success:
        return Sent({"status": response.status_code})
    if response.status_code == _GONE:
        return Never("the webhook answered 410: it is gone")
    after = response.headers.get("retry-after", "")
    wait = float(after) if response.status_code in _ASK_AGAIN and after.isascii() and after.isdigit() else 0.0
    return Later(f"the webhook answered {response.status_code}", after_seconds=wait)


def signed(secrets: Sequence[bytes], *, message_id: str, at: dt.datetime, body: bytes) -> dict[str, str]:
    """The three headers of Standard Webhooks; a signature for each secret while one is being changed."""
    text = body.decode()
    signatures = [standardwebhooks.Webhook(each).sign(message_id, at, text) for each in secrets]
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(int(at.timestamp())),
        "webhook-signature": " ".join(signatures),
    }


def _opened(hub: Hub, webhook: Webhook, sealed: str) -> bytes:
    return hub.sealer.open(base64.b64decode(sealed), aad=webhooks_action.place(webhook.name))


READER = Reader("webhooks", frozenset({"order"}), write)
