"""Shipments, stock, credit, reference data, messages, events: each word through its routes."""

import json
import time
import uuid
from typing import Any

import httpx
import pytest
from tests.api.conftest import Key, client_of, order
from tests.api.test_documents import publish

from orderloom.actions.hub import Hub
from orderloom.kit import clock
from orderloom.outbox import relay


def _codes(answer: httpx.Response) -> list[str | None]:
    return [each.get("refused", {}).get("code") for each in answer.json()["outcomes"]]


def _seal(hub: Hub) -> None:
    """What the relay does within moments: give events their positions.

    The horizon is the whole server's, so another test's open transaction may keep the last entries back for a while.
    """
    until = time.monotonic() + 20
    while time.monotonic() < until:
        while relay.seal(hub, now=clock.now()):
            pass
        with hub.database.workspace(hub.workspace) as connection:
            [(open_,)] = connection.execute(
                "select count(*) from log where xid >= coalesce((select max(xid_to) from seals), 0)"
            ).fetchall()
        if not open_:
            return
        time.sleep(0.05)
    raise AssertionError("the log was not sealed within 20 s")


def test_a_shipment_goes_from_release_to_delivered(address: str, client: httpx.Client, key: Key) -> None:
    placed = client.post("/orders", json=order()).json()
    [shipment] = client.get("/shipments", params={"warehouse": "suzhou", "stage": "allocated"}).json()["rows"]
    shipment_no = shipment["shipment_no"]
    released = client.post("/shipments/release", json={"shipment_nos": [shipment_no, "SH-NONE"]})
    assert released.status_code == 207 and _codes(released) == [None, "shipment.unknown"]
    untrusted = client.post("/shipments/confirm", json=[{"shipment_no": shipment_no, "stage": "picked"}])
    assert _codes(untrusted) == ["shipment.source_not_trusted"], "the source is the key's, and this key is no scanner"
    with client_of(address, key("shipments:write", source="console")) as scanner:
        for stage in ("picked", "packed", "shipped", "delivered"):
            scan = {"shipment_no": shipment_no, "stage": stage, "operator": "王五", "place": "A-01"}
            confirmed = scanner.post("/shipments/confirm", json=[scan])
            assert confirmed.status_code == 200, confirmed.text
    assert client.get(f"/orders/{placed['order_no']}").json()["order"]["stage"] == "delivered"
    assert client.get("/shipments", params={"live": True}).json()["rows"] == []


def test_a_stage_is_confirmed_by_a_key_that_holds_its_role(address: str, client: httpx.Client, key: Key) -> None:
    title = {"zh": "拣货员", "en": "Picker"}
    publish(client, "picker", {"title": title, "may": ["shipments:write"]}, [], kind="role")
    track = {"stages": [{"anchor": "picked", "sources": ["console"], "role": "picker"}]}
    publish(client, "order", track, [], kind="stages")
    client.post("/orders", json=order())
    [shipment] = client.get("/shipments", params={"stage": "allocated"}).json()["rows"]
    assert client.post("/shipments/release", json={"shipment_nos": [shipment["shipment_no"]]}).status_code == 200
    scan = [{"shipment_no": shipment["shipment_no"], "stage": "picked"}]
    with client_of(address, key("shipments:write", source="console", roles=["packer"])) as packer:
        assert _codes(packer.post("/shipments/confirm", json=scan)) == ["shipment.role_missing"]
    with client_of(address, key("shipments:write", source="console", roles=["picker"])) as picker:
        assert picker.post("/shipments/confirm", json=scan).status_code == 200


def test_stock_is_adjusted_counted_moved_and_read(client: httpx.Client) -> None:
    level = {"sku": "HOOK", "warehouse": "suzhou"}
    booked = client.post(
        "/stock/adjust",
        json=[{**level, "quantity": 5, "lot": "L9", "bin": "B-01"}, {**level, "quantity": 5, "warehouse": "moon"}],
    )
    assert booked.status_code == 207 and _codes(booked) == [None, "stock.unknown_warehouse"]
    assert client.post("/stock/count", json=[{**level, "counted": 7, "lot": "L9", "bin": "B-01"}]).status_code == 200
    move = {**level, "quantity": 3, "lot": "L9", "bin": "B-01", "to_warehouse": "suzhou", "to_bin": "B-02"}
    assert client.post("/stock/move", json=[move]).status_code == 200
    [read] = client.get("/stock", params={**level, "pool": "spot"}).json()["rows"]
    assert (read["on_hand"], read["available"]) == (107, 107)
    lots = client.get("/stock/HOOK/lots", params={"warehouse": "suzhou"}).json()
    assert {(each["bin"], each["on_hand"]) for each in lots["lots"] if each["lot"] == "L9"} == {
        ("B-01", 4),
        ("B-02", 3),
    }
    assert {each["kind"] for each in lots["movements"]} == {"adjusted", "counted", "moved"}


def test_what_is_expected_may_be_promised_from_its_day(client: httpx.Client) -> None:
    coming = {"sku": "MOTOR", "warehouse": "suzhou", "quantity": 40, "pool": "production"}
    coming["expected_at"] = "2098-01-01T00:00:00+08:00"  # type: ignore[assignment]
    assert client.post("/stock/adjust", json=[coming]).status_code == 200
    steps = client.get("/stock/MOTOR/promisable").json()["steps"]
    assert [(each["available"], each["pool"]) for each in steps] == [(200, "spot"), (240, "production")]


def test_an_adjustment_under_a_key_is_booked_once(client: httpx.Client) -> None:
    body = [{"sku": "HOOK", "warehouse": "suzhou", "quantity": 5}]
    headers = {"Idempotency-Key": "receipt-77"}
    answers = [client.post("/stock/adjust", json=body, headers=headers) for _ in range(3)]
    assert {each.status_code for each in answers} == {200} and len({each.text for each in answers}) == 1
    other = client.post("/stock/adjust", json=[{**body[0], "quantity": 6}], headers=headers)
    assert (other.status_code, other.json()["code"]) == (409, "idempotency.other_body")
    assert client.get("/stock", params={"sku": "HOOK", "warehouse": "suzhou"}).json()["rows"][0]["on_hand"] == 105


def test_an_account_tells_which_orders_take_it_up(client: httpx.Client) -> None:
    placed = client.post("/orders", json=order("CR-1", customer_no="C1", payment_method="credit")).json()
    found = client.get("/credit/accounts/C1").json()
    [use] = found["uses"]
    assert (use["order_no"], use["used_minor"]) == (placed["order_no"], 0)
    assert use["reserved_minor"] == found["account"]["reserved_minor"] == placed["total_minor"]
    client.post(f"/orders/{placed['order_no']}/cancel", json={"reason": "试"})
    assert client.get("/credit/accounts/C1").json()["uses"] == []


def test_credit_is_limited_granted_withdrawn_and_charged(client: httpx.Client) -> None:
    limits = client.post("/credit/limits", json=[{"account": "NEW", "limit_minor": 100}])
    assert limits.status_code == 200, limits.text
    granted = client.post("/credit/accounts/NEW/grants", json={"amount_minor": 50, "hours": 1})
    assert granted.status_code == 201, granted.text
    account = client.get("/credit/accounts/NEW").json()
    assert account["account"]["available_minor"] == 150 and account["grants"][0]["valid"]
    ended = client.post(f"/credit/accounts/NEW/grants/{granted.json()['grant_id']}/withdraw")
    assert ended.status_code == 200, ended.text
    body = {"amount_minor": -1_000, "reference": "预存款"}
    for _ in range(2):
        charged = client.post("/credit/accounts/NEW/charge", json=body, headers={"Idempotency-Key": "d-1"})
        assert charged.status_code == 200, charged.text
    assert client.get("/credit/accounts/NEW").json()["account"]["available_minor"] == 1_100
    assert "NEW" in [row["account"] for row in client.get("/credit/accounts").json()["rows"]]
    unknown = client.post("/credit/accounts/NOBODY/charge", json=body)
    assert (unknown.status_code, unknown.json()["code"]) == (404, "credit.no_account")
    assert client.get("/credit/accounts/NOBODY").status_code == 404


def test_reference_data_is_entered_and_read(client: httpx.Client) -> None:
    sku = {"sku": "NEW", "name": "新品", "weight_grams": 10, "price": "9.90", "units": [{"name": "箱", "factor": "12"}]}
    assert client.put("/skus", json=[sku]).json() == {"entered": 1}
    [read] = client.get("/skus", params={"sku": "NEW"}).json()["rows"]
    assert read["price"] == "9.90" and read["units"] == [{"name": "箱", "factor": "12"}]
    assert (
        client.put("/customers", json=[{"customer_no": "C9", "name": "新客", "phone": "13900139000"}]).status_code
        == 200
    )
    assert client.get("/customers", params={"customer_no": ["C9"]}).json()["rows"][0]["name"] == "新客"
    assert client.put("/channels", json=[{"channel": "jd", "name": "京东", "priced_by": "channel"}]).status_code == 200
    assert "jd" in [each["channel"] for each in client.get("/channels").json()]
    places = {
        "warehouses": [{"warehouse": "hefei", "name": "合肥仓", "lon": 117.2, "lat": 31.8, "calendar": "day"}],
        "calendars": [{"calendar": "day", "opens_minute": 480, "closes_minute": 1_080}],
        "rates": [
            {
                "carrier": "SF", "service": "standard", "warehouse": "hefei", "province": "安徽省",
                "first_grams": 1000, "first_minor": 1200, "step_grams": 500, "step_minor": 100,
            }
        ],
        "transits": [
            {"carrier": "SF", "service": "standard", "warehouse": "hefei", "province": "安徽省", "hours": 24}
        ],
    }  # fmt: skip
    assert client.put("/warehouses", json=places).json() == {"entered": 4}
    assert "hefei" in [each["warehouse"] for each in client.get("/warehouses").json()]
    changed = client.put("/settings", json={"window_hours": 48})
    assert changed.json()["window_hours"] == 48 == client.get("/settings").json()["window_hours"]
    assert client.post("/orders", json=order()).status_code == 201, "orders are still decided"


@pytest.mark.parametrize(
    ("path", "body", "place"),
    [
        ("/skus", [{"sku": ""}], "$[0].sku"),
        ("/skus", [{"sku": "X", "price": "Infinity"}], "$[0].price"),
        ("/skus", [{"sku": "X", "colour": "red"}], "$[0]"),
        ("/skus", [{"sku": "X", "custom": {"a": "x" * 3_000}}], "$[0].custom.a"),
        ("/channels", [{"channel": "x", "currency": "yuan"}], "$[0].currency"),
        ("/warehouses", {"warehouses": [{"warehouse": "x", "lon": 181}]}, "$.warehouses[0].lon"),
        ("/warehouses", {"calendars": [{"calendar": "x", "weekdays": [8]}]}, "$.calendars[0].weekdays[0]"),
        ("/warehouses", {"calendars": [{"calendar": "x", "opens_minute": 9, "closes_minute": 9}]},
         "$.calendars[0].closes_minute"),
        ("/settings", {"zone": "Mars/Olympus"}, "$.zone"),
        ("/settings", {"order_series": "x' or 1=1"}, "$.order_series"),
        ("/settings", {"revision": 7}, "$"),
    ],
)  # fmt: skip
def test_reference_data_that_would_stop_decisions_is_refused(
    client: httpx.Client, path: str, body: Any, place: str
) -> None:
    answer = client.put(path, json=body)
    assert answer.status_code == 422, answer.text
    assert answer.json()["errors"][0]["place"] == place
    assert client.post("/orders", json=order()).status_code == 201


def test_the_quarantine_is_listed_opened_and_sent_again(client: httpx.Client, hub: Hub) -> None:
    client.post("/orders", json=[order("Q", channel="jd"), order("OK")])
    [waiting] = client.get("/messages").json()["rows"]
    assert waiting["external_no"] == "Q" and waiting["told"]["zh"] != waiting["reason"]["code"]
    message_id = waiting["message_id"]
    opened = client.get(f"/messages/{message_id}").json()
    assert json.loads(opened["text"])["external_no"] == "Q"
    with hub.database.workspace(hub.workspace) as connection:
        looked = connection.execute("select subject from audit where what = 'message.opened'").fetchall()
    assert looked == [(message_id,)]

    still = client.post(f"/messages/{message_id}/send", json={})
    assert (still.status_code, still.json()["code"]) == (409, "channel.unknown")
    [waiting] = client.get("/messages").json()["rows"]
    assert waiting["message_id"] == still.json()["data"]["message_id"] != message_id
    assert client.post(f"/messages/{message_id}/send", json={}).json()["code"] == "message.unknown"
    client.put("/channels", json=[{"channel": "jd", "name": "京东"}])
    sent = client.post(f"/messages/{waiting['message_id']}/send", json={})
    assert sent.status_code == 201 and sent.json()["external_no"] == "Q", sent.text
    assert client.get("/messages").json()["rows"] == []
    done = client.get("/messages", params={"state": "done"}).json()["rows"]
    assert [row["order_id"] for row in done if row["external_no"] == "Q"] == [sent.json()["order_id"]]


def test_a_broken_message_is_repaired_and_sent(client: httpx.Client) -> None:
    client.post(
        "/orders", content=b'{"channel": "web", "external_no": "R"', headers={"Content-Type": "application/json"}
    )
    [waiting] = client.get("/messages").json()["rows"]
    still = client.post(f"/messages/{waiting['message_id']}/send", json={})
    assert (still.status_code, still.json()["code"]) == (409, "message.not_json")
    [waiting] = client.get("/messages").json()["rows"]
    sent = client.post(f"/messages/{waiting['message_id']}/send", json={"order": order("R")})
    assert sent.status_code == 201, sent.text
    assert client.get("/messages").json()["rows"] == []
    assert client.get(f"/messages/{uuid.UUID(int=7)}").status_code == 404


def test_events_follow_one_another_by_position(client: httpx.Client, hub: Hub) -> None:
    client.post("/orders", json=order())
    _seal(hub)
    read = client.get("/events", params={"topics": "order"}).json()
    assert read["events"][0]["type"] == "order.received"
    assert all(each["type"].startswith("order.") for each in read["events"])
    everything = client.get("/events", params={"count": 500}).json()
    positions = [each["position"] for each in everything["events"]]
    assert positions == list(range(1, len(positions) + 1))
    assert client.get("/events", params={"after": everything["position"]}).json()["events"] == []


def test_a_stream_goes_on_where_it_broke(address: str, client: httpx.Client, hub: Hub, key: Key) -> None:
    client.post("/orders", json=order())
    _seal(hub)
    position = client.get("/events", params={"count": 500}).json()["position"]

    def listen(last: int, wanted: int) -> list[dict[str, str]]:
        frames: list[dict[str, str]] = []
        with client.stream("GET", "/events/stream", headers={"Last-Event-ID": str(last)}) as answer:
            assert answer.headers["content-type"].startswith("text/event-stream")
            frame: dict[str, str] = {}
            for line in answer.iter_lines():
                if line.startswith(":"):
                    continue
                if not line and "id" in frame:
                    frames.append(frame)
                    frame = {}
                    if len(frames) == wanted:
                        break
                elif line:
                    name, _, value = line.partition(": ")
                    frame[name] = value
        return frames

    first = listen(0, 3)
    assert [each["id"] for each in first] == ["1", "2", "3"]
    assert [each["id"] for each in listen(3, 2)] == ["4", "5"]
    client.post("/orders", json=order("LATER", channel="tmall"))
    _seal(hub)
    [later] = listen(position, 1)
    assert later["event"] == "orderloom.order.received"
    told = json.loads(later["data"])
    assert told["data"]["external_no"] == "LATER" and told["sequence"] == later["id"]
    assert (told["specversion"], told["source"]) == ("1.0", "/orderloom/test")
    assert told["id"] == f"{told['subject']}-1" and told["time"] and told["type"] == later["event"]
    with client_of(address, key("events:read", channels=["web"])) as narrow:
        scoped = narrow.get("/events", params={"after": position}).json()
        assert scoped["events"] == [] and scoped["position"] > position
    until = time.monotonic() + 10
    while time.monotonic() < until and client.get("/me").status_code != 200:
        pass


def test_the_figures_and_the_page(address: str, client: httpx.Client, hub: Hub) -> None:
    client.post("/orders", json=[order("A"), order("B", channel="nowhere")])
    _seal(hub)
    figures = client.get("/status").json()
    assert figures["quarantined"] == 1 and figures["events"][0]["type"]
    assert client.get("/check").json() == {"proof": None}
    assert client.get("/imports").json()["rows"] == []
    assert client.get(f"/imports/{uuid.UUID(int=7)}").status_code == 404
    assert client.get("/search", params={"text": "W-99"}).json() == []
    order_no = client.get("/orders").json()["rows"][0]["order_no"]
    assert client.get("/search", params={"text": order_no}).json()[0]["order_no"] == order_no
    page = httpx.get(f"{address}/status")
    assert page.status_code == 200 and "织单" in page.text and "order.received" in page.text
    assert "script-src 'sha256-" in page.headers["content-security-policy"]
    assert page.headers["x-content-type-options"] == "nosniff"
    assert httpx.get(f"{address}/healthz").json() == {"up": True}


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/nothing", 404, "door.no_such_path"),
        ("DELETE", "/orders", 405, "door.no_such_method"),
        ("GET", "/orders/OL-NONE", 404, "order.unknown"),
        ("GET", "/orders?count=0", 422, "body.out_of_range"),
        ("GET", "/orders?placed_from=yesterday", 422, "body.not_read_as"),
        ("GET", "/orders?placed_from=0001-01-01T00:00:00Z", 422, "value.not_a_time"),
        ("GET", "/orders/%00", 422, "door.nul_in_address"),
        ("GET", "/imports/nonsense", 422, "body.not_read_as"),
    ],
)
def test_what_is_not_there_or_not_asked_right_is_a_problem(
    client: httpx.Client, method: str, path: str, status: int, code: str
) -> None:
    answer = client.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.headers["content-type"] == "application/problem+json" and "Input" not in answer.json()["zh"]


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [("", "zh"), ("en", "en"), ("zh-CN,zh;q=0.9,en;q=0.8", "zh"), ("fr, en;q=0.5", "en"), ("en;q=x,,;", "zh")],
)
def test_the_detail_speaks_the_callers_language(client: httpx.Client, accepted: str, chosen: str) -> None:
    answer = client.get("/orders/OL-NONE", headers={"Accept-Language": accepted})
    assert answer.json()["detail"] == answer.json()[chosen] and answer.headers["content-language"] == chosen
