"""What a sales desk asks before an order is placed: the customer and SKU that somebody means, and what it comes to."""

import httpx
from tests import dictionaries
from tests.actions.test_reference_fields import CUSTOMER
from tests.api.conftest import Key, client_of, order

from orderloom.actions.hub import Hub
from orderloom.kit import clock


def _found(client: httpx.Client, word: str, text: str) -> list[str]:
    key = {"customers": "customer_no", "skus": "sku"}[word]
    return [each[key] for each in client.get(f"/{word}", params={"text": text}).json()["rows"]]


def test_finds_a_customer_by_the_start_of_its_number_a_part_of_its_name_or_its_phone(client: httpx.Client) -> None:
    entered = [
        {"customer_no": "K900", "name": "苏州快马公司", "phone": "13911112222"},
        {"customer_no": "K901", "name": "无锡慢牛公司"},
    ]
    assert client.put("/customers", json=entered).status_code == 200
    assert _found(client, "customers", "k90") == ["K900", "K901"]
    assert _found(client, "customers", "快马") == ["K900"]
    assert _found(client, "customers", "139 1111 2222") == ["K900"]
    assert client.put("/customers", json=[{**entered[0], "phone": "", "level": "A"}]).status_code == 200
    assert _found(client, "customers", "139 1111 2222") == ["K900"], "changed without a phone it keeps its own"
    assert _found(client, "customers", "1391111") == []
    assert _found(client, "customers", "100%") == []


def test_finds_a_sku_by_the_start_of_its_code_a_part_of_its_name_or_its_barcode(client: httpx.Client) -> None:
    entered = [{"sku": "ZZ-1", "name": "Blue kettle", "barcode": "6901234567890"}]
    assert client.put("/skus", json=entered).status_code == 200
    assert _found(client, "skus", "zz") == ["ZZ-1"]
    assert _found(client, "skus", "KETTLE") == ["ZZ-1"]
    assert _found(client, "skus", "6901234567890") == ["ZZ-1"]


def test_shows_what_an_order_would_come_to_and_keeps_nothing_of_it(client: httpx.Client) -> None:
    shown = client.post("/orders/preview", json=order("W-P"))
    assert shown.status_code == 200, shown.text
    placed = client.post("/orders?wait=true", json=order("W-P")).json()
    assert shown.json()["order"]["total_minor"] == placed["total_minor"] > 0
    assert "order.priced" in shown.json()["events"]
    assert [each["external_no"] for each in client.get("/orders").json()["rows"]] == ["W-P"]


def test_a_preview_takes_no_number(client: httpx.Client) -> None:
    first = client.post("/orders?wait=true", json=order("W-A")).json()["order_no"]
    for number in range(3):
        assert client.post("/orders/preview", json=order(f"W-P{number}")).status_code == 200
    second = client.post("/orders?wait=true", json=order("W-B")).json()["order_no"]
    assert int(second.rpartition("-")[2]) == int(first.rpartition("-")[2]) + 1


def test_a_preview_says_what_the_order_would_be_refused_with(client: httpx.Client) -> None:
    wanted = order("W-P", lines=[{"sku": "JERKY", "quantity": 900_000, "price": "25"}])
    placed = client.post("/orders?wait=true", json={**wanted, "external_no": "W-R"})
    shown = client.post("/orders/preview", json=wanted)
    assert placed.status_code == shown.status_code != 200
    assert placed.json()["code"] == shown.json()["code"]


def test_a_preview_is_for_who_may_place_orders(address: str, key: Key) -> None:
    with client_of(address, key("orders:read")) as reader:
        assert reader.post("/orders/preview", json=order("W-P")).status_code == 403


def test_tells_whom_a_customers_orders_went_to_once_each_and_masked(
    client: httpx.Client, address: str, key: Key
) -> None:
    last = {"name": "李雷", "phone": "13900139000", "province": "浙江省", "city": "杭州市", "district": "西湖区"}
    for number, consignee in (("W-1", None), ("W-2", None), ("W-3", {**last, "street": "文三路 9 号"})):
        body = order(number, consignee=consignee or {**order()["consignee"], "street": "人民路 1 号"})
        assert client.post("/orders", json=body).status_code == 201
    found = client.get("/customers/C1/consignees").json()
    assert [each["city"] for each in found] == ["杭州市", "苏州市"]
    assert "13900139000" not in str(found)
    assert "文三路" not in str(found)
    with client_of(address, key("customers:read", unmasked=True)) as trusted:
        seen = trusted.get("/customers/C1/consignees").json()
    assert (seen[0]["phone"], seen[0]["street"], seen[1]["street"]) == ("13900139000", "文三路 9 号", "人民路 1 号")
    with client_of(address, key("customers:read", channels=["nowhere"])) as elsewhere:
        assert elsewhere.get("/customers/C1/consignees").json() == []
    assert client.get("/customers/C2/consignees").json() == []


def test_tells_the_own_fields_of_a_subject(client: httpx.Client, hub: Hub) -> None:
    assert client.get("/fields/customer").json() == []
    dictionaries.publish(hub, CUSTOMER, now=clock.now())
    assert "grade" in [each["name"] for each in client.get("/fields/customer").json()]
