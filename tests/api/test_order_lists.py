"""What the console's list of orders asks for: counts by value, and verbs on many orders at once."""

from collections.abc import Callable

import httpx
from tests.api.conftest import client_of, order

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


def test_a_new_address_keeps_the_name_and_phone_that_it_does_not_say(
    client: httpx.Client, address: str, key: Callable[..., str]
) -> None:
    [number] = placed(client, 1)
    with client_of(address, key("orders:*", unmasked=True)) as open_:
        _change_the_consignee(open_, number)


def _change_the_consignee(client: httpx.Client, number: str) -> None:
    was = client.get(f"/orders/{number}").json()
    change = {"reason": "客户搬家", "consignee": {"address": "浙江省杭州市西湖区文三路 1 号"}}
    assert client.post(f"/orders/{number}/amend?preview=true", json=change).status_code == 200
    assert client.get(f"/orders/{number}").json()["order"]["consignee"] == was["order"]["consignee"]
    assert client.post(f"/orders/{number}/amend", json=change).status_code == 200
    now = client.get(f"/orders/{number}").json()
    assert now["order"]["consignee"]["district"] == "西湖区" and now["consignee"]["street"] == "文三路 1 号"
    assert (now["consignee"]["name"], now["consignee"]["phone"]) == (
        was["consignee"]["name"],
        was["consignee"]["phone"],
    )
    again = {"reason": "换人收", "consignee": {"name": "李娜"}}
    assert client.post(f"/orders/{number}/amend", json=again).status_code == 200
    then = client.get(f"/orders/{number}").json()
    assert then["order"]["consignee"]["district"] == "西湖区" and then["consignee"]["street"] == "文三路 1 号"


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
