"""Own fields of customers, SKUs and shipments over HTTP: each thing that is wrong is told at its place."""

from typing import Any

import httpx
from tests import dictionaries
from tests.actions.test_reference_fields import CUSTOMER, SHIPMENT, SKU
from tests.api.conftest import Key, client_of, order

from orderloom.actions.hub import Hub
from orderloom.kit import clock


def _wrong(answer: httpx.Response) -> dict[str, str]:
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    return {each["place"]: each["code"] for each in answer.json()["errors"]}


def test_customers_and_skus_are_read_by_their_dictionaries(
    client: httpx.Client, address: str, key: Key, hub: Hub
) -> None:
    loose = {"customer_no": "K0", "custom": {"anything": {"goes": [1]}}}
    assert client.put("/customers", json=[loose]).status_code == 200, "without a dictionary all is open"
    dictionaries.publish(hub, CUSTOMER, SKU, now=clock.now())
    good: dict[str, Any] = {"customer_no": "K1", "custom": {"grade": "gold", "mobile": "13800138000"}}
    bad = {"customer_no": "K2", "custom": {"licence": "?", "discount": 99}}
    answer = client.put("/customers", json=[good, bad])
    assert _wrong(answer) == {
        "$[K2].custom.grade": "field.required",
        "$[K2].custom.licence": "field.pattern_unmet",
        "$[K2].custom.discount": "field.out_of_range",
    }
    assert client.get("/customers", params={"customer_no": "K1"}).json()["rows"] == []
    assert client.put("/customers", json=[good]).json() == {"entered": 1}
    [seen] = client.get("/customers", params={"customer_no": "K1"}).json()["rows"]
    assert seen["custom"] == {"grade": "gold", "mobile": "138****8000"}
    with client_of(address, key("*", unmasked=True)) as trusted:
        [seen] = trusted.get("/customers", params={"customer_no": "K1"}).json()["rows"]
    assert seen["custom"]["mobile"] == "13800138000"
    failed = client.put("/customers", json=[{"customer_no": "K3", "custom": {"grade": "plain", "discount": 25}}])
    assert _wrong(failed) == {"$[K3].custom.discount": "field.check_failed"}
    assert failed.json()["en"] == "More than 20% is for gold customers"
    acid = client.put("/skus", json=[{"sku": "ACID", "custom": {"hazard": "yes"}}])
    assert _wrong(acid) == {"$[ACID].custom.hazard": "field.wrong_type"}


def test_a_scan_brings_the_fields_of_its_stage(client: httpx.Client, address: str, key: Key, hub: Hub) -> None:
    dictionaries.publish(hub, SHIPMENT, now=clock.now())
    placed = client.post("/orders", json=order()).json()
    [number] = [each["shipment_no"] for each in client.get("/shipments").json()["rows"]]
    assert number.startswith(placed["order_no"])
    assert client.post("/shipments/release", json={"shipment_nos": [number]}).status_code == 200
    scan = {"shipment_no": number, "stage": "picked", "custom": {"boxes": 3}}
    refused = client.post("/shipments/confirm", json=[{**scan, "custom": {"boxes": 100}}])
    assert refused.status_code == 207, refused.text
    [said] = refused.json()["outcomes"]
    assert said["refused"]["data"]["errors"][0]["field"] == "custom.boxes"
    with client_of(address, key("*", source="pda")) as warehouse:
        driver = {**scan, "custom": {"boxes": 3, "driver_phone": "13800138000"}}
        done = warehouse.post("/shipments/confirm", json=[driver])
    assert done.status_code == 200, done.text
    for unmasked, phone in ((False, "138****8000"), (True, "13800138000")):
        with client_of(address, key("*", unmasked=unmasked)) as reader:
            [shipment] = reader.get(f"/orders/{placed['order_no']}").json()["order"]["shipments"]
        assert shipment["custom"] == {"boxes": 3, "driver_phone": phone}


def test_how_far_a_new_filter_is_can_be_read(client: httpx.Client, hub: Hub) -> None:
    dictionaries.publish(hub, dictionaries.TICKET, now=clock.now())
    assert client.post("/records/ticket", json=[{"values": {"topic": "破损", "code": "AB-001"}}]).status_code == 200
    fields = [
        {**each, "filterable": True} if each["name"] == "code" else each for each in dictionaries.TICKET["fields"]
    ]
    dictionaries.publish(hub, {**dictionaries.TICKET, "fields": fields}, now=clock.now())
    listed = client.get("/records/ticket", params={"where": "code=AB-001"}).json()
    assert (listed["rows"], [each["field"] for each in listed["indexing"]]) == ([], ["ticket.code"])
    [told] = client.get("/records/indexings").json()
    assert (told["field"], told["done"], told["finished_at"]) == ("ticket.code", 0, None)
