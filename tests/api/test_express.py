"""A plain order goes past the framework's layers and is answered exactly as by the framework's way."""

from typing import Any

import httpx
import pytest
from tests.api.conftest import Key, client_of, order

_FRAMEWORKS_WAY = {"wait": "false"}


def _told(answer: httpx.Response) -> tuple[Any, ...]:
    body = answer.json()
    for each in [body, body.get("outcome") or {}, *body.get("outcomes", ())]:
        for name in ("command_id", "order_id", "order_no", "external_no"):
            each.pop(name, None)
    headers = {name: value for name, value in answer.headers.items() if name not in ("date", "content-length")}
    return answer.status_code, headers, body


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ({"json": order()}, 201),
        ({"json": [order("A"), {"channel": "web"}]}, 207),
        ({"json": {"channel": "web"}}, 422),
        ({"content": b"{", "headers": {"Content-Type": "application/json"}}, 422),
        ({"content": b"<a/>", "headers": {"Content-Type": "text/xml"}}, 415),
        ({"json": order(channel="nowhere"), "headers": {"Accept-Language": "en"}}, 409),
    ],
)
def test_both_ways_answer_alike(address: str, key: Key, sent: dict[str, Any], status: int) -> None:
    with client_of(address, key("orders:write")) as client:
        plain = client.post("/orders", **sent)
        if "json" in sent and isinstance(sent["json"], dict) and status == 201:
            sent = {"json": order("W-2")}
        elif isinstance(sent.get("json"), list):
            sent = {"json": [order("B"), {"channel": "web"}]}
        other = client.post("/orders", params=_FRAMEWORKS_WAY, **sent)
    assert plain.status_code == status, plain.text
    assert _told(plain) == _told(other)


@pytest.mark.parametrize("verbs", [(), ("orders:read",)])
def test_a_plain_order_needs_the_permission_of_its_route(address: str, key: Key, verbs: tuple[str, ...]) -> None:
    with client_of(address, key(*verbs) if verbs else "no-key") as client:
        plain, other = client.post("/orders", json=order()), client.post("/orders?wait=false", json=order())
    assert plain.status_code == (403 if verbs else 401)
    assert _told(plain) == _told(other)
