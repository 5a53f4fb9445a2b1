"""What the console's list of orders asks for: counts by value, and verbs on many orders at once."""

import httpx
from tests.api.conftest import order

HOLD = {"code": "vague_address", "reason": {"zh": "地址不详", "en": "Vague"}, "owner": "客服"}


def placed(client: httpx.Client, count: int) -> list[str]:
    """The numbers of so many new orders."""
    return [client.post("/orders", json=order(f"W-{number}")).json()["order_no"] for number in range(count)]


def codes(answer: httpx.Response) -> list[str | None]:
    """Why each was refused, None for what was done."""
    return [each.get("refused", {}).get("code") for each in answer.json()["outcomes"]]


def test_facets_count_what_the_filters_leave(client: httpx.Client) -> None:
    numbers = placed(client, 3)
    client.post("/orders/hold", json={"order_nos": numbers[:2], **HOLD})
    client.post(f"/orders/{numbers[2]}/cancel", json={"reason": "不要了"})
    whole = client.get("/orders/facets").json()
    assert whole["stage"] == {"allocated": 2, "cancelled": 1} and whole["hold"] == {"vague_address": 2}
    assert (whole["channel"], whole["rows"], whole["cut"]) == ({"web": 3}, 3, False)
    assert client.get("/orders/facets", params={"stage": "cancelled"}).json()["hold"] == {}


def test_a_list_is_narrowed_to_one_hold(client: httpx.Client) -> None:
    numbers = placed(client, 3)
    client.post("/orders/hold", json={"order_nos": numbers[:1], **HOLD})
    client.post("/orders/hold", json={"order_nos": numbers[1:2], **HOLD, "code": "gift_missing"})
    rows = client.get("/orders", params={"hold": "vague_address"}).json()["rows"]
    assert [row["order_no"] for row in rows] == numbers[:1]


def test_holding_and_releasing_many_tells_the_outcome_of_each(client: httpx.Client) -> None:
    numbers = placed(client, 2)
    held = client.post("/orders/hold", json={"order_nos": [*numbers, "OL-NONE"], **HOLD})
    assert held.status_code == 207 and codes(held) == [None, None, "order.unknown"]
    assert {row["held"] for row in client.get("/orders").json()["rows"]} == {True}
    off = {"code": "vague_address", "reason": "已确认"}
    assert client.post(f"/orders/{numbers[0]}/release", json=off).status_code == 200
    released = client.post("/orders/release", json={"order_nos": numbers, **off})
    assert released.status_code == 207 and codes(released) == ["hold.not_on", None]
    assert {row["held"] for row in client.get("/orders").json()["rows"]} == {False}


def test_amending_many_changes_each(client: httpx.Client) -> None:
    numbers = placed(client, 2)
    change = {"reason": "客户要求", "packing_request": "礼盒"}
    answer = client.post("/orders/amend", json={"order_nos": numbers, "change": change})
    assert answer.status_code == 200 and codes(answer) == [None, None]
    assert [client.get(f"/orders/{each}").json()["order"]["packing_request"] for each in numbers] == ["礼盒", "礼盒"]
    again = {"Idempotency-Key": "once-1"}
    body = {"order_nos": numbers, "change": {"reason": "客户要求", "packing_request": "普通"}}
    first = client.post("/orders/amend", json=body, headers=again).json()
    assert client.post("/orders/amend", json=body, headers=again).json()["outcomes"][0]["repeated"]
    assert not first["outcomes"][0].get("repeated")
