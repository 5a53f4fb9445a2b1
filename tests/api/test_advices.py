"""Advice over HTTP: asked for an order in scope, accepted in one step, counted by rule."""

import httpx
from tests.api.test_orders import order


def test_advice_is_asked_accepted_and_counted(client: httpx.Client) -> None:
    number = client.post("/orders", json=order()).json()["order_no"]
    told = client.post(f"/orders/{number}/advice", json={})
    assert told.status_code == 200, told.text
    assert told.json() == {"order_no": number, "proposals": [], "suggestions": [], "owners": []}
    unknown = "019c6e5e-4dc0-7000-91b7-584a2265b1f5"
    refused = client.post(f"/orders/{number}/advice/{unknown}/accept", json={})
    assert refused.status_code == 409 and refused.json()["code"] == "advice.unknown"
    assert client.post("/orders/OL-0/advice", json={}).status_code == 404
    assert client.get("/advices/shares").json() == {"rules": []}
