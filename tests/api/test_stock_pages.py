"""Stock as people look at it: what is short first, who holds it, what moved and why; within the caller's warehouses."""

import datetime as dt
from typing import Any

import httpx
from tests.api.conftest import Key, client_of, order

from orderloom.kit import clock


def _rows(page: httpx.Client, **asked: Any) -> list[dict[str, Any]]:
    answer = page.get("/stock/shelves", params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["rows"]


def _adjust(page: httpx.Client, **one: Any) -> None:
    assert page.post("/stock/adjust", json=[one]).json()["refused"] == 0


def test_what_is_waited_for_comes_first_then_what_is_gone_then_the_rest(client: httpx.Client) -> None:
    client.post("/orders?wait=true", json=order("W-1", lines=[{"sku": "MOTOR", "quantity": 400, "price": "9"}]))
    _adjust(client, sku="HOOK", warehouse="suzhou", quantity=-100, lot=f"L{clock.now():%m%d}", bin="A-01")
    rows = _rows(client)
    assert [(each["sku"], each["need"]) for each in rows[:3]] == [
        ("MOTOR", "waiting"), ("MOTOR", "waiting"), ("HOOK", "low"),
    ]  # fmt: skip
    assert rows[0]["name"] == "电机" and rows[0]["waiting"] > 0
    assert {each["sku"] for each in _rows(client, need="low")} >= {"HOOK"}
    assert {each["sku"] for each in _rows(client, need="waiting")} == {"MOTOR"}
    assert [each["sku"] for each in _rows(client, text="牛肉", warehouse="suzhou")] == ["JERKY"]
    assert [each["sku"] for each in _rows(client, text="hoo", warehouse="suzhou")] == ["HOOK"]


def test_pages_join_without_a_gap(client: httpx.Client) -> None:
    whole = _rows(client)
    seen: list[dict[str, Any]] = []
    cursor: dict[str, str] = {}
    while True:
        page = client.get("/stock/shelves", params={"count": 2, **cursor}).json()
        seen.extend(page["rows"])
        if page["next"] is None:
            break
        cursor = {"cursor": page["next"]}
    assert seen == whole and len(whole) == 6


def test_a_lot_that_expires_soon_is_found(client: httpx.Client) -> None:
    soon = (clock.now() + dt.timedelta(days=20)).date().isoformat()
    _adjust(client, sku="JERKY", warehouse="suzhou", quantity=5, lot="OLD", expires_on=soon)
    [row] = _rows(client, need="expiring")
    assert (row["sku"], row["warehouse"], row["expires_on"]) == ("JERKY", "suzhou", soon)


def test_a_sku_tells_which_orders_hold_it_and_which_wait(client: httpx.Client) -> None:
    held = client.post("/orders?wait=true", json=order("W-1")).json()["order_no"]
    wants = order("W-2", lines=[{"sku": "MOTOR", "quantity": 400, "price": "9"}])
    waits = client.post("/orders?wait=true", json=wants).json()["order_no"]
    jerky = client.get("/stock/JERKY/orders").json()
    assert [(each["order_no"], each["quantity"], each["pool"]) for each in jerky["rows"]] == [(held, 2, "spot")]
    assert jerky["reserved"] == 2 and jerky["waiting"] == []
    assert [each["order_no"] for each in client.get("/stock/MOTOR/orders").json()["waiting"]] == [waits]


def test_a_movement_tells_who_moved_it_and_why(client: httpx.Client) -> None:
    _adjust(client, sku="JERKY", warehouse="suzhou", quantity=7, lot="NEW", reason="到货")
    moved = client.get("/stock/JERKY/lots").json()["movements"]
    assert [moved[0][each] for each in ("quantity", "actor", "reason", "order_no")] == [7, "tester", "到货", ""]


def test_a_shipped_unit_names_its_order_to_who_may_see_it(client: httpx.Client, address: str, key: Key) -> None:
    number = client.post("/orders?wait=true", json=order("W-1")).json()["order_no"]
    [shipment] = client.get("/shipments").json()["rows"]
    client.post("/shipments/release", json={"shipment_nos": [shipment["shipment_no"]]})
    with client_of(address, key("*", source="pda")) as scanner:
        scans = [{"shipment_no": shipment["shipment_no"], "stage": each} for each in ("picked", "packed", "shipped")]
        assert scanner.post("/shipments/confirm", json=scans).json()["refused"] == 0
    newest = client.get("/stock/JERKY/lots").json()["movements"][0]
    assert (newest["quantity"], newest["order_no"], newest["actor"]) == (-2, number, "tester")
    with client_of(address, key("stock:read", channels=["tmall"])) as other:
        newest = other.get("/stock/JERKY/lots").json()["movements"][0]
        assert (newest["quantity"], newest["order_no"]) == (-2, "")


def test_who_is_limited_to_a_warehouse_sees_only_it(client: httpx.Client, address: str, key: Key) -> None:
    wants = order("W-1", lines=[{"sku": "HOOK", "quantity": 150, "price": "9"}])
    client.post("/orders?wait=true", json=wants)
    client.post("/orders?wait=true", json=order("W-2", lines=[{"sku": "HOOK", "quantity": 500, "price": "9"}]))
    with client_of(address, key("stock:*", warehouses=["chengdu"])) as limited:
        assert {each["warehouse"] for each in _rows(limited)} == {"chengdu"}
        assert _rows(limited, warehouse="suzhou") == []
        held = limited.get("/stock/HOOK/orders").json()
        assert {each["warehouse"] for each in held["rows"]} <= {"chengdu"}
        assert held["reserved"] == sum(each["quantity"] for each in held["rows"])
        whole = client.get("/stock/HOOK/orders").json()
        assert whole["reserved"] > held["reserved"]
        told = limited.get("/stock/HOOK/lots").json()
        assert {each["warehouse"] for each in (*told["lots"], *told["movements"])} == {"chengdu"}
        refused = limited.post("/stock/adjust", json=[{"sku": "HOOK", "warehouse": "suzhou", "quantity": 1}])
        assert refused.json()["outcomes"][0]["refused"]["code"] == "warehouse.out_of_scope"
