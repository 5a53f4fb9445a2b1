"""Pushes of platforms: taken by their signature over the bytes as they came, else counted and not kept."""

import base64
import datetime as dt
import hashlib
import hmac
from pathlib import Path
from typing import Any

import httpx
import msgspec
import pytest
import standardwebhooks
from tests.api.conftest import Key, client_of
from tests.api.test_channels import CONTENT, message, publish
from tests.inbox import workbench as bench

from orderloom.actions import housekeeping
from orderloom.actions.hub import Hub
from orderloom.domain import pushes
from orderloom.inbox import shipped_channels
from orderloom.kit import clock, limits

SECRET = "hush hush"


def _signed(raw: bytes, secret: str = SECRET) -> dict[str, str]:
    made = base64.b64encode(hmac.new(secret.encode(), raw, hashlib.sha256).digest()).decode()
    return {"X-Shopify-Hmac-SHA256": made, "Content-Type": "application/json"}


@pytest.fixture
def shop(client: httpx.Client) -> httpx.Client:
    """A channel whose messages are signed as Shopify does, with its secret kept."""
    content = {**CONTENT, "transport": {"kind": "push", "signature": "shopify"}}
    assert publish(client, "mini", content).status_code == 200
    kept = client.put("/channels/mini/signature", json={"secret": SECRET})
    assert kept.status_code == 200, kept.text
    return client


@pytest.fixture
def push(address: str, hub: Hub) -> Any:
    """Pushes bytes to the address of the channel `mini`, without a key."""

    def send(raw: bytes, headers: dict[str, str], *, channel: str = "mini", workspace: str = "") -> httpx.Response:
        url = f"{address}/push/{workspace or hub.workspace}/{channel}"
        return httpx.post(url, content=raw, headers=headers, timeout=20)

    return send


def _health(client: httpx.Client) -> dict[str, Any]:
    return next(each for each in client.get("/channels/health").json() if each["channel"] == "mini")


def _messages(hub: Hub) -> int:
    return bench.rows(hub, "select count(*) from messages")[0][0]


def test_a_signed_message_becomes_an_order_without_a_key(shop: httpx.Client, push: Any, hub: Hub) -> None:
    told = shop.get("/channels/mini/signature").json()
    assert told == {"channel": "mini", "signature": "shopify", "address": f"/push/{hub.workspace}/mini", "secret": True}
    raw = msgspec.json.encode(message())
    sent = push(raw, _signed(raw))
    assert sent.status_code == 200 and sent.json()["taken"][0]["became"] == "order", sent.text
    assert bench.order(hub, "M1").channel == "mini"
    assert push(raw, _signed(raw)).json()["taken"][0]["repeated"] is True
    assert _health(shop)["refused_of_a_day"] == 0


def test_what_is_not_signed_is_counted_and_not_kept(shop: httpx.Client, push: Any, hub: Hub) -> None:
    raw = msgspec.json.encode(message())
    json = {"Content-Type": "application/json"}
    forged = [
        (raw, json, "channel.push_unsigned"),
        (raw, _signed(raw, "guessed"), "channel.push_forged"),
        (raw.replace(b"6000", b"1"), _signed(raw), "channel.push_forged"),
        (raw + b" ", _signed(raw), "channel.push_forged"),
        (b"", _signed(raw), "channel.push_forged"),
        (raw, {**json, "X-Shopify-Hmac-SHA256": "签".encode()}, "channel.push_forged"),
    ]
    for body, headers, code in forged:
        answer = push(body, headers)
        assert (answer.status_code, answer.json()["code"]) == (401, code), answer.text
        assert answer.headers["content-type"] == "application/problem+json"
    health = _health(shop)
    assert (health["signature"], health["refused_of_a_day"]) == ("shopify", len(forged))
    assert health["refused_at"] is not None and health["last_message_at"] is None
    assert _messages(hub) == 0


def test_with_a_key_it_must_be_signed_too(shop: httpx.Client, hub: Hub) -> None:
    raw = msgspec.json.encode(message())
    unsigned = shop.post("/channels/mini/messages", content=raw, headers={"Content-Type": "application/json"})
    assert (unsigned.status_code, unsigned.json()["code"]) == (401, "channel.push_unsigned")
    assert shop.post("/channels/mini/messages", content=raw, headers=_signed(raw)).status_code == 200
    assert _messages(hub) == 1


def test_the_secret_is_kept_sealed_and_without_one_nothing_comes_in(shop: httpx.Client, push: Any, hub: Hub) -> None:
    shown = shop.get("/channels").text + shop.get("/channels/mini/signature").text + shop.get("/documents").text
    assert SECRET not in shown
    [(sealed,)] = bench.rows(hub, "select sealed from channel_signatures")
    assert SECRET.encode() not in bytes(sealed)
    raw = msgspec.json.encode(message())
    assert shop.put("/channels/mini/signature", json={"secret": "another"}).status_code == 200
    assert push(raw, _signed(raw)).json()["code"] == "channel.push_forged", "the one before does not count"
    assert push(raw, _signed(raw, "another")).status_code == 200
    assert shop.delete("/channels/mini/signature").json()["secret"] is False
    assert push(raw, _signed(raw, "another")).json()["code"] == "channel.no_push_secret"
    assert shop.delete("/channels/mini/signature").json()["code"] == "channel.no_push_secret"
    written = {what for (what,) in bench.rows(hub, "select what from audit where subject = 'channel/mini'")}
    assert {"channel.signature_kept", "channel.signature_dropped"} <= written


def test_nobody_learns_what_there_is(shop: httpx.Client, push: Any, hub: Hub) -> None:
    raw = msgspec.json.encode(message())
    elsewhere = [{"channel": "web"}, {"channel": "none"}, {"workspace": "nobody_s"}]
    told = [push(raw, _signed(raw), **each) for each in elsewhere]
    assert [(each.status_code, each.json()["code"]) for each in told] == [(404, "channel.not_pushed")] * 3
    assert push(b"[" * (limits.BODY_BYTES_MAX + 1), _signed(b"")).status_code == 413
    assert _health(shop)["refused_of_a_day"] == 0


def test_a_secret_is_changed_by_who_may_change_channels(shop: httpx.Client, address: str, key: Key) -> None:
    with client_of(address, key("channels:read", "orders:write")) as reader:
        assert reader.put("/channels/mini/signature", json={"secret": "x"}).status_code == 403
        assert reader.get("/channels/mini/signature").status_code == 200
    with client_of(address, key("*", channels=["web"])) as narrow:
        assert narrow.put("/channels/mini/signature", json={"secret": "x"}).status_code == 403
        assert narrow.get("/channels/mini/signature").status_code == 403
    for body in ({}, {"secret": ""}, {"secret": "x" * 300}, {"secret": "x", "else": 1}):
        assert shop.put("/channels/mini/signature", json=body).status_code == 422
    assert shop.put("/channels/none/signature", json={"secret": "x"}).status_code == 404


def test_old_counts_are_forgotten(shop: httpx.Client, push: Any, hub: Hub) -> None:
    push(b"{}", {"Content-Type": "application/json"})
    housekeeping.tidy(hub, now=clock.now())
    assert _health(shop)["refused_of_a_day"] == 1
    later = clock.now() + dt.timedelta(days=limits.HEALTH_DAYS + 1)
    assert housekeeping.tidy(hub, now=later)["push_refusals"] == 1


def test_a_published_vector_of_woocommerce_holds(client: httpx.Client, push: Any, shared_data: Path) -> None:
    vector = msgspec.json.decode((shared_data / "samples/channels/woocommerce_webhook_vector.json").read_bytes())
    content = shipped_channels.document("woocommerce")
    assert content["transport"]["signature"] == "woocommerce"
    assert publish(client, "mini", content).status_code == 200
    assert client.put("/channels/mini/signature", json={"secret": vector["secret"]}).status_code == 200
    headers = {**vector["header"], "Content-Type": "application/json"}
    assert push(vector["raw_body"].encode(), headers).status_code == 200
    assert push(vector["raw_body"].replace("Jamy", "Jimy").encode(), headers).status_code == 401
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert push(b"webhook_id=7", form).json() == {"taken": [], "waiting": 0}, "it tries the address when it is saved"
    assert push(b"webhook_id=7&order=1", form).status_code == 401


def test_douyin_signs_its_app_key_too(client: httpx.Client, push: Any) -> None:
    content = {**CONTENT, "transport": {"kind": "push", "signature": "douyin"}}
    assert publish(client, "mini", content).status_code == 200
    assert client.put("/channels/mini/signature", json={"secret": "s"}).json()["code"] == "channel.bad_push_secret"
    assert client.put("/channels/mini/signature", json={"secret": "s", "app_key": "7000"}).status_code == 200
    raw = msgspec.json.encode(message())
    signed = {"Content-Type": "application/json", "event-sign": hashlib.md5(b"7000" + raw + b"s").hexdigest()}
    assert push(raw, signed).status_code == 200
    assert push(raw, {**signed, "event-sign": hashlib.md5(raw + b"s").hexdigest()}).status_code == 401


def test_standard_webhooks_hold_for_minutes_only() -> None:
    secret, raw, at = "whsec_" + base64.b64encode(b"k" * 24).decode(), b'{"a": 1}', clock.now()
    signature = standardwebhooks.Webhook(secret).sign("msg_1", at, raw.decode())
    headers = {"webhook-id": "msg_1", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}

    def verified(headers: dict[str, str], late: float = 0) -> str:
        now = at + dt.timedelta(seconds=late)
        refused = pushes.verify("standard_webhooks", pushes.Secret(secret), headers=headers, raw=raw, now=now)
        return refused.code if refused is not None else ""

    assert verified(headers) == ""
    assert verified({**headers, "webhook-signature": f"v1,nonsense {signature}"}) == "", "one of several is enough"
    assert verified(headers, limits.PUSH_CLOCK_SECONDS + 2) == "channel.push_forged", "an old one is played again"
    assert verified({**headers, "webhook-id": "msg_2"}) == "channel.push_forged"
    assert verified({**headers, "webhook-timestamp": "soon"}) == "channel.push_forged"
    assert verified({**headers, "webhook-signature": "v1, v1,"}) == "channel.push_forged"
    many = " ".join(["v1,x"] * limits.PUSH_SIGNATURES_MAX)
    assert verified({**headers, "webhook-signature": f"{many} {signature}"}) == "channel.push_forged"
