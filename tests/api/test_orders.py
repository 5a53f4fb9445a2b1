"""Orders over HTTP: once, in the caller's words, and what cannot be read is kept."""

import datetime as dt
import json
import re
import uuid
from typing import Any

import httpx
import pytest
from tests import company
from tests.api.conftest import Key, client_of, order

from orderloom.actions import messages
from orderloom.actions.hub import Hub
from orderloom.kit import clock, limits


def _rows(hub: Hub, text: str) -> list[tuple[Any, ...]]:
    with hub.database.workspace(hub.workspace) as connection:
        return connection.execute(text.encode()).fetchall()


def test_an_order_goes_to_its_allocation_and_comes_back_whole(client: httpx.Client, hub: Hub) -> None:
    body = order()
    placed = client.post("/orders", json=body)
    assert placed.status_code == 201, placed.text
    outcome = placed.json()
    assert outcome["stage"] == "allocated" and outcome["external_no"] == "W-1" and outcome["order_no"].startswith("OL-")

    detail = client.get(f"/orders/{outcome['order_no']}").json()
    assert [line["quantity"] for line in detail["order"]["lines"] if not line.get("gift")] == [2, 1]
    assert detail["shipments"][0]["warehouse"] == "suzhou"
    assert "order.sourced" in [item["type"] for item in detail["timeline"]["items"]]
    why = client.get(f"/orders/{outcome['order_no']}/why").json()["decisions"]
    assert {"grade", "price", "source", "carrier"} <= {each["point"] for each in why}
    assert client.get("/orders/OL-0/why").status_code == 404
    [message_id] = detail["message_ids"]
    [(found, sealed, state)] = _rows(hub, "select message_id, sealed, state from messages")
    assert (str(found), state) == (message_id, "done")
    assert json.loads(messages.open_(hub, message_id=found, sealed=sealed)) == body
    assert client.get("/orders", params={"customer_no": "C1"}).json()["rows"][0]["order_no"] == outcome["order_no"]
    assert client.get("/orders", params={"customer_no": "C2"}).json()["rows"] == []


def test_the_same_external_number_is_one_order(client: httpx.Client, hub: Hub) -> None:
    first = client.post("/orders", json=order())
    again = client.post("/orders", json=order())
    other = client.post("/orders", json=order(lines=[{"sku": "HOOK", "quantity": 9, "price": "20"}]))
    assert [first.status_code, again.status_code, other.status_code] == [201, 200, 200]
    assert again.json()["order_no"] == other.json()["order_no"] == first.json()["order_no"]
    assert again.json()["repeated"] and not other.json().get("repeated")
    assert _rows(hub, "select count(*) from orders") == [(1,)]


def test_what_a_later_message_says_anew_changes_the_order(client: httpx.Client, hub: Hub) -> None:
    first = client.post("/orders", json=order())
    more = order(lines=[{"sku": "JERKY", "quantity": 2, "price": "25"}, {"sku": "HOOK", "quantity": 3, "price": "20"}])
    headers = {"Idempotency-Key": "more"}
    changed = client.post("/orders", json=more, headers=headers)
    assert changed.status_code == 200 and "order.amended" in changed.json()["events"], changed.text
    assert changed.json()["order_no"] == first.json()["order_no"]
    assert changed.json()["total_minor"] > first.json()["total_minor"]
    again = client.post("/orders", json=more, headers=headers)
    assert again.json()["repeated"] and again.json()["events"] == changed.json()["events"]
    assert client.post("/orders", json=order()).json()["repeated"], "what came before is known"
    twice = client.post("/orders", json=[order("B"), order("B", tags=["late"]), order("B")])
    assert [each.get("repeated", False) for each in twice.json()["outcomes"]] == [False, False, True]
    assert _rows(hub, "select count(*) from orders") == [(2,)]


def test_what_a_later_message_cannot_change_is_refused_and_kept(client: httpx.Client, hub: Hub) -> None:
    order_no = client.post("/orders", json=order()).json()["order_no"]
    assert client.post(f"/orders/{order_no}/cancel", json={"reason": "changed mind"}).status_code == 200
    refused = client.post("/orders", json=order(lines=[{"sku": "HOOK", "quantity": 9, "price": "20"}]))
    assert refused.status_code == 409, refused.text
    found = _rows(hub, "select reason ->> 'code' from messages where state = 'quarantined'")
    assert found == [(refused.json()["code"],)]


def test_an_idempotency_key_gives_the_first_answer_and_refuses_another_body(client: httpx.Client, hub: Hub) -> None:
    headers = {"Idempotency-Key": "k-1"}
    first = client.post("/orders", json=order(), headers=headers)
    again = client.post("/orders", json=order(), headers=headers)
    other = client.post("/orders", json=order("W-2"), headers=headers)
    assert first.status_code == 201 and again.status_code == 200
    assert again.json()["command_id"] == first.json()["command_id"]
    assert other.status_code == 409 and other.json()["code"] == "idempotency.other_body"
    assert _rows(hub, "select external_no from orders") == [("W-1",)]


def test_another_caller_has_keys_of_its_own(address: str, key: Key) -> None:
    headers = {"Idempotency-Key": "k-1"}
    with client_of(address, key("orders:write")) as one, client_of(address, key("orders:write")) as other:
        assert one.post("/orders", json=order(), headers=headers).status_code == 201
        assert other.post("/orders", json=order("W-2"), headers=headers).status_code == 201


def test_many_orders_have_an_outcome_each(client: httpx.Client, hub: Hub) -> None:
    made = [order("A"), {"channel": "web"}, order("B", lines=[]), order("C", channel="nowhere"), order("D")]
    answer = client.post("/orders", json=made)
    assert answer.status_code == 207
    outcomes = answer.json()["outcomes"]
    assert [each.get("refused", {}).get("code") for each in outcomes] == [
        None, "body.missing_field", "order.no_lines", "channel.unknown", None,
    ]  # fmt: skip
    assert answer.json()["refused"] == 3
    assert {external_no for (external_no,) in _rows(hub, "select external_no from orders")} == {"A", "D"}
    kept = _rows(hub, "select external_no from messages where state = 'quarantined' order by external_no")
    assert kept == [("",), ("B",), ("C",)]


def test_a_stream_of_lines_is_carried_out_line_by_line(client: httpx.Client, hub: Hub) -> None:
    lines = [
        json.dumps(order(f"N-{number}", lines=[{"sku": "HOOK", "quantity": 1, "price": "20"}])) for number in range(30)
    ]
    lines.insert(7, "{broken")
    answer = client.post("/orders", content="\n".join(lines), headers={"Content-Type": "application/x-ndjson"})
    assert answer.status_code == 200 and answer.headers["content-type"] == "application/x-ndjson"
    outcomes = [json.loads(line) for line in answer.text.splitlines()]
    assert len(outcomes) == 31
    assert outcomes[7]["refused"]["code"] == "body.malformed_at"
    assert all(each["order_no"] for number, each in enumerate(outcomes) if number != 7)
    assert _rows(hub, "select count(*) from orders") == [(30,)]
    again = client.post("/orders", content="\n".join(lines), headers={"Content-Type": "application/x-ndjson"})
    assert all(json.loads(line).get("repeated", number == 7) for number, line in enumerate(again.text.splitlines()))
    assert _rows(hub, "select count(*) from orders") == [(30,)]
    assert _rows(hub, "select count(*) from messages where state = 'quarantined'") == [(1,)]


def test_where_nobody_waits_nothing_is_refused_and_where_somebody_does_a_rule_may(client: httpx.Client) -> None:
    over = order("BIG", lines=[{"sku": "MOTOR", "quantity": 50, "price": "99999"}])
    held = client.post("/orders", json=over)
    assert held.status_code == 201 and held.json()["holds"]
    without = order("NOBODY", customer_no="", consignee={"name": "王"}, lines=[{"sku": "NONE", "quantity": 1}])
    assert client.post("/orders", json=without).status_code == 201
    refused = client.post("/orders", params={"wait": "true"}, json={**without, "external_no": "WAITS"})
    assert refused.status_code == 409, refused.text
    problem = refused.json()
    assert problem["outcome"]["refused"]["code"] == problem["code"]
    assert problem["zh"] and problem["en"] and problem["zh"] != problem["code"]


@pytest.mark.parametrize(
    ("changed", "code", "place"),
    [
        ({"lines": [{"sku": "HOOK", "quantity": "NaN"}]}, "value.out_of_bounds", "$.lines[0].quantity"),
        ({"lines": [{"sku": "HOOK", "quantity": "1e999999"}]}, "value.out_of_bounds", "$.lines[0].quantity"),
        ({"lines": [{"sku": "HOOK", "quantity": -1}]}, "value.not_positive", "$.lines[0].quantity"),
        ({"lines": [{"sku": "HOOK", "quantity": 1, "price": "0.0000001"}]}, "value.too_fine", "$.lines[0].price"),
        ({"lines": "none"}, "body.wrong_type", "$.lines"),
        ({"lines": [{"sku": "", "quantity": 1}]}, "body.empty", "$.lines[0].sku"),
        ({"lines": [{"sku": "HOOK", "quantity": "two"}]}, "body.not_read_as", "$.lines[0].quantity"),
        ({"phone": "1"}, "body.unknown_field", "$"),
        ({"kind": "odd"}, "body.not_a_choice", "$.kind"),
        ({"placed_at": "2026-02-18T09:30:00"}, "body.no_zone", "$.placed_at"),
        ({"placed_at": "0001-01-01T00:00:00+08:00"}, "value.not_a_time", "$.placed_at"),
        ({"packing_request": "x" * 2_001}, "body.too_long", "$.packing_request"),
        ({"notes": {"buyer": "a\u0000b"}}, "body.nul_character", "$"),
        ({"custom": {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": 1}}}}}}}}}, "body.too_deep", None),
        ({"total_minor": 10**14}, "body.out_of_range", "$.total_minor"),
        ({"consignee": {"name": "x" * 300}}, "body.too_long", "$.consignee.name"),
    ],
)
def test_a_malformed_order_names_the_place(
    client: httpx.Client, changed: dict[str, Any], code: str, place: str | None
) -> None:
    answer = client.post("/orders", json=order(**changed), headers={"Accept-Language": "en-GB,en;q=0.9"})
    assert answer.status_code == 422, answer.text
    problem = answer.json()
    assert problem["code"] == code and answer.headers["content-type"] == "application/problem+json"
    assert problem["detail"] == problem["en"] and problem["zh"] != problem["en"]
    assert not re.search(r"Expected|Invalid|`|\bstr\b", problem["zh"] + problem["en"])
    if place is not None:
        assert problem["errors"][0]["place"] == place


def test_what_cannot_be_read_is_kept_where_nobody_waits(client: httpx.Client, hub: Hub) -> None:
    raw = '{"channel": "web", "external_no": "X-9", "lines": 5}'
    answer = client.post("/orders", content=raw, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    [(message_id, sealed, reason)] = _rows(
        hub, "select message_id, sealed, reason from messages where external_no = 'X-9'"
    )
    assert messages.open_(hub, message_id=message_id, sealed=sealed).decode() == raw
    assert reason["code"] == "body.wrong_type"
    client.post("/orders", params={"wait": "true"}, content=raw[:-1], headers={"Content-Type": "application/json"})
    assert _rows(hub, "select count(*) from messages") == [(1,)]


@pytest.mark.parametrize(
    ("content", "content_type", "status", "code"),
    [
        (b"", "application/json", 422, "body.cut_off"),
        (b"[", "application/json", 422, "body.cut_off"),
        (b"[]", "application/json", 422, "body.empty"),
        (b"[" * 100_000, "application/json", 422, "body.too_deep"),
        ('{"channel": "天猫"}'.encode("gb18030"), "application/json", 422, "body.not_utf8"),
        (b"{}", "text/xml", 415, "body.wrong_type_stated"),
        (b"{}", "", 415, "body.wrong_type_stated"),
        (b'{"channel": "' + b"x" * 10 * 2**20 + b'"}', "application/json", 413, "body.too_large"),
    ],
)
def test_bad_bodies_are_told_in_both_languages(
    client: httpx.Client, content: bytes, content_type: str, status: int, code: str
) -> None:
    answer = client.post("/orders", content=content, headers={"Content-Type": content_type})
    assert (answer.status_code, answer.json()["code"]) == (status, code), answer.text
    assert answer.json()["zh"] != code and answer.json()["en"] != code
    assert client.get("/me").status_code == 200, "the door is still open"


def test_a_body_that_grows_beyond_its_bound_is_cut_off(client: httpx.Client) -> None:
    def parts() -> Any:
        for _ in range(2 * limits.BODY_BYTES_MAX // 2**16):
            yield b" " * 2**16

    try:
        answer = client.post("/orders", content=parts(), headers={"Content-Type": "application/json"})
    except httpx.WriteError:
        return  # The server closed while we were still sending.
    assert answer.status_code == 413


def test_an_order_of_too_many_lines_is_refused(client: httpx.Client, hub: Hub) -> None:
    lines = [{"sku": "HOOK", "quantity": 1}] * 100_000
    answer = client.post("/orders", json=order(lines=lines))
    assert answer.status_code == 409 and answer.json()["code"] == "order.too_many_lines"
    assert _rows(hub, "select state, reason ->> 'code' from messages") == [("quarantined", "order.too_many_lines")]


@pytest.mark.parametrize(
    "pasted",
    [
        {"name": "王小明", "phone": "13800138000", "address": "江苏省苏州市姑苏区人民路 9 号"},
        {"address": "王小明 13800138000 苏州市姑苏区人民路9号"},
    ],
)
def test_a_pasted_address_is_taken_apart(client: httpx.Client, pasted: dict[str, str]) -> None:
    placed = client.post("/orders", params={"wait": "true"}, json=order(consignee=pasted))
    assert placed.status_code == 201, placed.text
    detail = f"/orders/{placed.json()['order_no']}"
    party = client.get(detail).json()["order"]["consignee"]
    assert (party["district"], party["adcode"], party["phone"]) == ("姑苏区", "320508", "known")
    assert party["named"] and party["street_known"]
    moved = {"name": "李", "phone": "13800138001", "address": "上海市黄浦区南京东路 1 号"}
    assert client.post(f"{detail}/amend", json={"consignee": moved, "reason": "改址"}).status_code == 200
    assert client.get(detail).json()["order"]["consignee"]["district"] == "黄浦区"


def test_amending_is_shown_before_it_is_done(client: httpx.Client) -> None:
    order_no = client.post("/orders", json=order()).json()["order_no"]
    change = {"reason": "客户加购", "lines_set": [{"line_no": 2, "sku": "HOOK", "quantity": 3, "price": "20"}]}
    before = client.get(f"/orders/{order_no}").json()["order"]
    shown = client.post(f"/orders/{order_no}/amend", params={"preview": "true"}, json=change)
    assert shown.status_code == 200, shown.text
    assert client.get(f"/orders/{order_no}").json()["order"] == before
    done = client.post(f"/orders/{order_no}/amend", json=change)
    assert done.status_code == 200, done.text
    total = shown.json()["difference"]["total_minor"]
    assert (total["before"], total["after"]) == (before["total_minor"], done.json()["total_minor"])
    assert total["after"] - total["before"] > 0


def test_holding_and_releasing(client: httpx.Client) -> None:
    order_no = client.post("/orders", json=order()).json()["order_no"]
    hold = {"code": "vague_address", "reason": {"zh": "地址不详", "en": "Vague"}, "owner": "客服"}
    assert client.post(f"/orders/{order_no}/hold", json=hold).json()["holds"] == ["vague_address"]
    assert [row["order_no"] for row in client.get("/orders", params={"held": True}).json()["rows"]] == [order_no]
    released = client.post(f"/orders/{order_no}/release", json={"code": "vague_address", "reason": "已确认"})
    assert released.status_code == 200 and "holds" not in released.json()
    again = client.post(f"/orders/{order_no}/release", json={"code": "vague_address", "reason": "已确认"})
    assert again.status_code == 409 and again.json()["code"] == "hold.not_on"


def test_cancelling_one_and_many(client: httpx.Client) -> None:
    numbers = [client.post("/orders", json=order(f"W-{number}")).json()["order_no"] for number in range(3)]
    assert client.post(f"/orders/{numbers[0]}/cancel", json={"reason": "不要了"}).status_code == 200
    answer = client.post("/orders/cancel", json={"order_nos": [*numbers, "OL-NONE"], "reason": "不要了"})
    assert answer.status_code == 207
    assert [each.get("refused", {}).get("code") for each in answer.json()["outcomes"]] == [
        None, None, None, "order.unknown",
    ]  # fmt: skip
    assert {row["cancelled"] for row in client.get("/orders").json()["rows"]} == {True}


def test_paying_counts_once(client: httpx.Client) -> None:
    order_no = client.post("/orders", json=order()).json()["order_no"]
    payment = {"payment_no": "P1", "method": "wechat", "amount_minor": 1_000}
    for _ in range(2):
        assert client.post(f"/orders/{order_no}/pay", json=payment).status_code == 200
    assert client.get(f"/orders/{order_no}").json()["order"]["paid_minor"] == 1_000


def test_a_shipment_is_split_and_an_order_decided_again(client: httpx.Client) -> None:
    order_no = client.post("/orders", json=order()).json()["order_no"]
    [shipment] = client.get("/shipments").json()["rows"]
    body = {"shipment_no": shipment["shipment_no"], "lines": [{"line_no": 1, "quantity": 1}]}
    assert client.post(f"/orders/{order_no}/split", json=body).status_code == 200
    assert len(client.get("/shipments").json()["rows"]) == 2
    assert client.post(f"/orders/{order_no}/retry", json={}).status_code == 200
    assert client.post("/orders/retry", json={"order_nos": [order_no]}).status_code == 200


def test_pages_follow_one_another(client: httpx.Client) -> None:
    now = dt.datetime.now(dt.UTC)
    made = [order(f"W-{number}", placed_at=(now - dt.timedelta(minutes=number)).isoformat()) for number in range(5)]
    assert client.post("/orders", json=made).status_code == 200
    seen: list[str] = []
    cursor = None
    while True:
        page = client.get("/orders", params={"count": 2, **({"cursor": cursor} if cursor else {})}).json()
        seen += [row["external_no"] for row in page["rows"]]
        cursor = page["next"]
        if cursor is None:
            break
    assert seen == [f"W-{number}" for number in range(5)]
    bad = client.get("/orders", params={"cursor": "??"})
    assert bad.status_code == 422 and bad.json()["code"] == "cursor.unreadable"


def test_a_refused_attempt_is_resumed_once_its_credit_is_there(client: httpx.Client, hub: Hub) -> None:
    now = clock.now()
    company.limit(hub, "C1", 100, now=now)
    refused = client.post("/orders", params={"wait": "true"}, json=order("SHORT"))
    assert refused.status_code == 409 and refused.json()["code"] == "credit.short"
    draft_id = refused.json()["outcome"]["command_id"]
    still = client.post("/orders/resume", json={"draft_id": draft_id})
    assert still.status_code == 409 and still.json()["code"] == "credit.short"
    company.grant(hub, "C1", now=now)
    assert client.post("/orders/resume", json={"draft_id": draft_id}).json()["stage"] == "allocated"
    again = client.post("/orders/resume", json={"draft_id": draft_id})
    assert again.status_code == 409 and again.json()["code"] == "draft.resumed"
    assert client.post("/orders/resume", json={"draft_id": str(uuid.UUID(int=1))}).json()["code"] == "draft.unknown"
