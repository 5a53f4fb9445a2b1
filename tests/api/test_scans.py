"""Stages confirmed by what a label says: any number that names one shipment, once, in turn, in its own warehouse."""

import datetime as dt
import uuid
from typing import Any

import httpx
import pytest
from tests.api.conftest import Key, SignedIn, client_of, order

from orderloom.actions import files, reference
from orderloom.actions.hub import Hub
from orderloom.kit import clock, limits
from orderloom.store import files as files_store

JPEG = b"\xff\xd8\xff\xe0" + bytes(64)


@pytest.fixture
def parcel(client: httpx.Client) -> str:
    """The number of a shipment that its warehouse was told of; of the order W-1."""
    client.post("/orders?wait=true", json=order("W-1"))
    [shipment] = client.get("/shipments").json()["rows"]
    assert client.post("/shipments/release", json={"shipment_nos": [shipment["shipment_no"]]}).json()["refused"] == 0
    return shipment["shipment_no"]


@pytest.fixture
def desk(signed_in: SignedIn, hub: Hub) -> httpx.Client:
    """Somebody of the warehouse, as the hub's own role has it."""
    reference.found(hub, values={}, actor="t", now=clock.now())
    return signed_in("picker", "warehouse")


def _scan(page: httpx.Client, code: str, stage: str = "picked", **more: Any) -> dict[str, Any]:
    answer = page.post("/shipments/confirm", json=[{"code": code, "stage": stage, **more}])
    assert answer.status_code in (200, 207), answer.text
    return answer.json()["outcomes"][0]


def test_a_label_may_say_the_shipments_number_its_orders_or_the_channels(desk: httpx.Client, parcel: str) -> None:
    order_no = parcel.rpartition("-")[0]
    done = _scan(desk, order_no)
    assert (done["shipment_no"], done["order_no"]) == (parcel, order_no) and "shipment.picked" in done["events"]
    assert _scan(desk, "W-1", "packed")["shipment_no"] == parcel
    assert "shipment.shipped" in _scan(desk, parcel, "shipped")["events"]


def test_a_confirmed_stage_says_how_long_it_may_be_taken_back(desk: httpx.Client, parcel: str) -> None:
    before = clock.now()
    scanned_at = (before - dt.timedelta(hours=2)).isoformat()
    said = [_scan(desk, parcel, each, at=scanned_at) for each in ("picked", "picked", "packed", "shipped")]
    first, again, packed, shipped = [each.get("revert_until") for each in said]
    allowed = dt.timedelta(minutes=limits.REVERT_MINUTES_MAX)
    for each in (first, packed):
        assert before + allowed <= dt.datetime.fromisoformat(each) <= clock.now() + allowed
    assert (again, shipped) == (None, None), "nothing was done, and what has left the house stays gone"


def test_what_was_scanned_already_is_no_news_and_out_of_turn_says_what_comes_next(
    desk: httpx.Client, parcel: str
) -> None:
    assert _scan(desk, parcel, "packed")["refused"]["data"] == {"stage": "packed", "expected": "picked"}
    assert _scan(desk, parcel)["events"] != []
    again = _scan(desk, parcel)
    assert again.get("events", []) == [] and "refused" not in again and again["shipment_no"] == parcel
    assert _scan(desk, "nothing of ours")["refused"]["code"] == "shipment.unknown"


def test_an_order_of_two_shipments_is_not_guessed(client: httpx.Client, desk: httpx.Client) -> None:
    order_no = client.post("/orders?wait=true", json=order("W-2")).json()["order_no"]
    [whole] = client.get("/shipments").json()["rows"]
    moved = {"shipment_no": whole["shipment_no"], "lines": [{"line_no": 1, "quantity": 1}]}
    assert client.post(f"/orders/{order_no}/split", json=moved).status_code == 200
    numbers = sorted(each["shipment_no"] for each in client.get("/shipments").json()["rows"])
    client.post("/shipments/release", json={"shipment_nos": numbers})
    refused = _scan(desk, order_no)["refused"]
    assert (refused["code"], refused["data"]["shipment_nos"]) == ("shipment.several", numbers)
    assert [_scan(desk, each)["shipment_no"] for each in numbers] == numbers


def test_what_another_warehouse_ships_is_not_taken(desk: httpx.Client, parcel: str) -> None:
    own = desk.get("/shipments").json()["rows"][0]["warehouse"]
    other = {"suzhou": "chengdu", "chengdu": "suzhou"}[own]
    elsewhere = _scan(desk, parcel, warehouse=other)["refused"]
    assert (elsewhere["code"], elsewhere["data"]["warehouse"]) == ("shipment.elsewhere", own)
    assert _scan(desk, parcel, warehouse=own)["events"] != []


def test_a_scan_outside_of_the_scope_finds_nothing(client: httpx.Client, address: str, key: Key, parcel: str) -> None:
    other = {"suzhou": "chengdu", "chengdu": "suzhou"}[client.get("/shipments").json()["rows"][0]["warehouse"]]
    with client_of(address, key("shipments:write", source="pda", warehouses=[other])) as limited:
        for code in (parcel, parcel.rpartition("-")[0], "W-1"):
            assert _scan(limited, code)["refused"]["code"] == "shipment.unknown"
    with client_of(address, key("shipments:write", source="pda", channels=["tmall"])) as limited:
        assert _scan(limited, "W-1")["refused"]["code"] == "shipment.unknown"


def test_the_same_request_again_answers_as_the_first_time(desk: httpx.Client, parcel: str) -> None:
    body, headers = [{"code": parcel, "stage": "picked"}], {"Idempotency-Key": "tray-1"}
    first = desk.post("/shipments/confirm", json=body, headers=headers).json()
    assert desk.post("/shipments/confirm", json=body, headers=headers).json() == first
    assert first["outcomes"][0]["events"] != []


def _revert(page: httpx.Client, number: str, stage: str = "picked") -> str:
    """The code that it was refused with; empty where it was taken back."""
    answer = page.post("/shipments/revert", json=[{"shipment_no": number, "stage": stage, "reason": "扫错了件"}])
    assert answer.status_code in (200, 207), answer.text
    return answer.json()["outcomes"][0].get("refused", {}).get("code", "")


def test_a_wrong_scan_is_taken_back_by_who_scanned_it_or_by_who_leads(
    desk: httpx.Client, signed_in: SignedIn, parcel: str
) -> None:
    other, lead = signed_in("packer", "warehouse"), signed_in("lead", "operations")
    _scan(desk, parcel)
    assert _revert(other, parcel) == "shipment.stage_of_another"
    assert _revert(desk, parcel) == "" and _scan(desk, parcel)["events"] != []
    assert _revert(lead, parcel) == ""
    told = lead.get(f"/orders/{parcel.rpartition('-')[0]}/timeline").json()["items"]
    taken = [each for each in told if each["type"] == "shipment.reverted"]
    assert [each["actor"] for each in taken] == ["picker", "lead"]
    assert {each["data"]["reason"] for each in taken} == {"扫错了件"} and taken[0]["zh"] == "撤销环节确认"


def test_what_is_out_of_scope_is_not_taken_back(desk: httpx.Client, address: str, key: Key, parcel: str) -> None:
    _scan(desk, parcel)
    other = {"suzhou": "chengdu", "chengdu": "suzhou"}[desk.get("/shipments").json()["rows"][0]["warehouse"]]
    with client_of(address, key("shipments:*", source="pda", warehouses=[other])) as limited:
        assert _revert(limited, parcel) == "shipment.unknown"
    assert _revert(desk, parcel) == ""


def test_a_photo_that_a_scan_names_stays(desk: httpx.Client, parcel: str, hub: Hub) -> None:
    kept = [
        desk.post("/files", params={"name": "parcel.jpg"}, content=JPEG, headers={"Content-Type": "image/jpeg"}).json()
        for _ in range(2)
    ]
    assert _scan(desk, parcel, evidence=[kept[0]["file_id"], "shelf 4"])["events"] != []
    later = clock.now().replace(year=clock.now().year + 1)
    assert files.clean(hub, now=later) == 1
    with hub.database.workspace(hub.workspace) as connection:
        left = files_store.find(connection, [uuid.UUID(each["file_id"]) for each in kept])
    assert [str(each) for each in left] == [kept[0]["file_id"]]
    assert [file.used_by for file in left.values()] == [parcel.rpartition("-")[0]]
