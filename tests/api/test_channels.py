"""Channels over HTTP: a platform's own messages, a changed document tried on them, health, accounts, history."""

import datetime as dt
from typing import Any

import httpx
import msgspec
import pytest
from tests.api.conftest import Key, client_of, order
from tests.inbox import workbench as bench

from orderloom.actions import backfills, reference
from orderloom.actions.hub import Hub
from orderloom.domain.customers import Customer
from orderloom.kit import clock

TWELVE = (
    "floor",
    "permit",
    "stars",
    "contact",
    "gate",
    "hours",
    "crane",
    "lift",
    "manager",
    "project",
    "stage",
    "unit",
)
MAPPING: dict[str, Any] = {
    "name": "mini",
    "fields": {
        "external_no": {"from": "id"},
        "placed_at": {"from": "at"},
        "payment_method": {"from": "pay"},
        "total": {"from": "fen", "transforms": ["cents"]},
        "consignee.name": {"from": "to.name"},
        "consignee.phone": {"from": "to.phone"},
        "consignee.address": {"from": "to.address"},
        **{f"custom.{name}": {"from": f"site.{name}"} for name in TWELVE},
    },
    "lines": {
        "each": "items[]",
        "fields": {"sku": {"from": "sku"}, "quantity": {"from": "n"},
                   "price": {"from": "fen", "transforms": ["cents"]}},
    },
}  # fmt: skip
CHECKS = [
    {"name": name, "when": when, "message": {"zh": f"请补充 {name}", "en": f"Add {name}"}}
    for name, when in {
        "floor": "order.custom.floor == null", "permit": "order.custom.permit == null",
        "stars": "(order.custom.stars ?? 0) > 5", "big": "order.total >= 50000",
        "crane": "order.custom.lift == 'none' and order.custom.floor != null and order.custom.floor > 6",
    }.items()
]  # fmt: skip
CONTENT: dict[str, Any] = {
    "label": {"zh": "工地小程序", "en": "Site mini program"}, "priced_by": "channel", "mapping": MAPPING,
    "defaults": {"payment_method": "wechat"}, "checks": CHECKS,
}  # fmt: skip
EXPECT = {"external_no": "M1", "total": "60.00", "lines": [{"sku": "JERKY"}]}


def message(number: str = "M1", **said: Any) -> dict[str, Any]:
    return {
        "id": number, "at": "2026-02-17 09:00:00", "fen": 6000, "items": [{"sku": "JERKY", "n": 2, "fen": 3000}],
        "to": {"name": "王小明", "phone": "13800138000", "address": "江苏省苏州市姑苏区人民路 1 号"},
        "site": {"floor": 3, "permit": "P-1", "stars": 3}, **said,
    }  # fmt: skip


def publish(client: httpx.Client, name: str, content: dict[str, Any], cases: list[Any] | None = None) -> httpx.Response:
    """As anybody does who has nothing but the documents' API."""
    edition = client.get(f"/documents/channel/{name}/draft")
    seen = edition.json()["edition"] if edition.status_code == 200 else 0
    saved = client.put(
        f"/documents/channel/{name}/draft", json={"content": content, "cases": cases or [], "edition": seen}
    )
    assert saved.status_code == 200, saved.text
    return client.post("/documents/publish", json={"documents": [{"kind": "channel", "name": name}]})


@pytest.fixture
def shop(client: httpx.Client) -> httpx.Client:
    answer = publish(client, "mini", CONTENT, [{"name": "一单", "payload": message(), "expect": EXPECT}])
    assert answer.status_code == 200, answer.text
    return client


def test_a_channel_with_twelve_fields_and_five_checks_is_made_of_a_document(shop: httpx.Client, hub: Hub) -> None:
    sent = shop.post("/channels/mini/messages", json=message())
    assert sent.status_code == 200 and sent.json()["taken"][0]["became"] == "order", sent.text
    order = bench.order(hub, "M1")
    assert order.custom == {"floor": 3, "permit": "P-1", "stars": 3}
    assert (order.payment_method, order.filled["payment_method"]) == ("wechat", "channel")
    assert not [hold for hold in order.holds if hold.code.startswith("channel.")]
    shop.post("/channels/mini/messages", json=message("M2", site={"stars": 9}))
    held = {hold.code for hold in bench.order(hub, "M2").holds}
    assert {"channel.floor", "channel.permit", "channel.stars"} <= held and "channel.big" not in held
    why = shop.get(f"/orders/{bench.order(hub, 'M2').order_no}/why").text
    assert "channel.mini#floor" in why and "请补充 floor" in why


def test_another_channels_orders_are_not_checked(shop: httpx.Client, hub: Hub) -> None:
    assert publish(shop, "plain", {**CONTENT, "checks": []}).status_code == 200
    shop.post("/channels/plain/messages", json=message("P1", site={}))
    assert not [hold for hold in bench.order(hub, "P1").holds if hold.code.startswith("channel.")]


def test_a_case_that_comes_out_otherwise_forbids_publishing(client: httpx.Client) -> None:
    wrong = {"name": "一单", "payload": message(), "expect": {**EXPECT, "total": "6000"}}
    answer = publish(client, "mini", CONTENT, [wrong])
    assert (answer.status_code, answer.json()["code"]) == (409, "channel.case_failed")
    assert answer.json()["data"]["field"] == "total"


def test_what_cannot_be_read_waits_and_says_why(shop: httpx.Client) -> None:
    sent = shop.post("/channels/mini/messages", json=message(fen="a lot"))
    assert sent.json()["waiting"] == 1
    assert sent.json()["taken"][0]["refused"]["code"] == "value.not_a_number"
    assert shop.get("/messages").json()["rows"][0]["channel"] == "mini"


def test_messages_go_to_channels_in_scope_only(shop: httpx.Client, address: str, key: Key) -> None:
    with client_of(address, key("orders:write", channels=["web"])) as narrow:
        assert narrow.post("/channels/mini/messages", json=message()).status_code == 403
    assert shop.post("/channels/none/messages", json=message()).status_code == 404


def test_a_change_of_a_mapping_is_tried_on_what_came(shop: httpx.Client, hub: Hub) -> None:
    for each in (message("M1"), message("M2", to={"name": "李", "phone": "13800138001", "address": "上海市"})):
        shop.post("/channels/mini/messages", json=each)
    shop.post("/channels/mini/messages", json=message("M3", fen="六十"))
    before = bench.rows(hub, "select count(*), max(received_at) from messages"), bench.events(hub)
    sixty = {"do": "lookup", "table": {"六十": "6000"}, "otherwise": "keep"}
    fields = {
        **MAPPING["fields"],
        "total": {"from": "fen", "transforms": [sixty, "cents"]},
        "consignee.name": {"from": "to.name", "transforms": [{"do": "split", "by": "小", "take": 0}]},
        "custom.floor": {"from": "site.level", "required": True},
    }  # fmt: skip
    content = {**CONTENT, "mapping": {**MAPPING, "fields": fields}}
    since = (clock.now() - dt.timedelta(hours=1)).isoformat()
    answer = shop.post("/channels/mini/dry-run", json={"content": content, "since": since})
    lines = [msgspec.json.decode(line) for line in answer.text.splitlines()]
    assert lines[-1]["counts"]["newly_refused"] == 2 and lines[-1]["counts"]["refused"] == 1
    assert lines[0]["refused_after"]["code"] == "value.missing" and lines[0]["refused_after"]["zh"]
    del fields["custom.floor"]
    answer = shop.post("/channels/mini/dry-run", json={"content": content, "since": since})
    lines = [msgspec.json.decode(line) for line in answer.text.splitlines()]
    counts = lines[-1]["counts"]
    assert (counts["messages"], counts["changed"], counts["newly_read"]) == (3, 2, 1)
    by_number = {each["external_no"]: each for each in lines[:-1]}
    changes = {each["field"]: (each["before"], each["after"]) for each in by_number["M1"]["changes"]}
    assert changes == {"consignee.name": ("xxx", "x"), "custom.floor": (3, None)}  # A name shows as its shape.
    after = bench.rows(hub, "select count(*), max(received_at) from messages"), bench.events(hub)
    assert after == before
    assert bench.rows(hub, "select count(*) from audit where what = 'channel.dry_run'") == [(2,)]


def test_a_draft_with_errors_is_not_tried(shop: httpx.Client) -> None:
    content = {**CONTENT, "mapping": {**MAPPING, "fields": {**MAPPING["fields"], "nope": {"from": "x"}}}}
    answer = shop.post("/channels/mini/dry-run", json={"content": content})
    assert (answer.status_code, answer.json()["code"]) == (409, "mapping.field_unknown")


def test_a_shipped_document_becomes_a_channel_of_ones_own(client: httpx.Client) -> None:
    templates = {each["platform"]: each["content"] for each in client.get("/channels/templates").json()}
    assert publish(client, "jd_flagship", templates["jd"]).status_code == 200
    assert "jd_flagship" in [each["channel"] for each in client.get("/channels").json()]


def test_the_short_form_is_a_document_too_and_keeps_what_it_does_not_say(shop: httpx.Client) -> None:
    answer = shop.put("/channels", json=[{"channel": "mini", "name": "小程序", "paused": True, "priced_by": "channel"}])
    assert answer.status_code == 200, answer.text
    document = shop.get("/documents/channel/mini").json()
    assert document["version"] == 2 and document["content"]["paused"] is True
    assert document["content"]["checks"] == CHECKS and document["content"]["mapping"] == MAPPING


def test_health_says_when_a_channel_was_last_heard_of(shop: httpx.Client) -> None:
    shop.post("/channels/mini/messages", json=message())
    shop.post("/channels/mini/messages", json=message("M2", fen="?"))
    health = {each["channel"]: each for each in shop.get("/channels/health").json()}
    assert (health["mini"]["messages_of_a_day"], health["mini"]["waiting"]) == (2, 1)
    assert health["mini"]["last_message_at"] and health["web"]["last_message_at"] is None


def test_health_knows_the_share_of_messages_that_needed_a_hand(shop: httpx.Client) -> None:
    def state_after(name: str, **wrong: Any) -> Any:
        shop.post("/channels/mini/messages", json=message(name, **wrong))
        return next(each for each in shop.get("/channels/health").json() if each["channel"] == "mini")

    assert state_after("G1")["state"] == "healthy"
    assert state_after("B1", fen="?")["state"] == "healthy", "two messages are too few to judge by"
    broken = state_after("B2", fen="?")
    assert (broken["state"], broken["error_percent"]) == ("broken", 66.7) and "66.7%" in broken["why"]["zh"]
    seen = [state_after(f"G{number}")["state"] for number in range(2, 20)]
    assert seen[0] == "broken" and seen[1:-2] == ["healthy"] * (len(seen) - 3), seen
    assert seen[-2:] == ["troubled", "healthy"], "of twenty a tenth is too much, of twenty-one it is less"


def test_what_a_rule_refuses_while_somebody_waits_is_no_trouble_of_the_channel(shop: httpx.Client) -> None:
    for number in range(4):
        lines = [{"sku": "NONE", "quantity": 1, "price": "5"}]
        refused = shop.post("/orders", params={"wait": "true"}, json=order(f"R{number}", lines=lines))
        assert (refused.status_code, refused.json()["code"]) == (409, "check.unknown_sku")
    web = next(each for each in shop.get("/channels/health").json() if each["channel"] == "web")
    assert (web["state"], web["error_percent"], web["clean_percent"], web["waiting"]) == ("healthy", 0, 100, 4)


def test_a_refused_message_says_which_order_has_its_number_by_now(shop: httpx.Client) -> None:
    wrong = order("R1", lines=[{"sku": "NONE", "quantity": 1, "price": "5"}])
    shop.post("/orders", params={"wait": "true"}, json=wrong)
    [waiting] = shop.get("/messages").json()["rows"]
    assert waiting["order_no"] is None
    number = shop.post("/orders", json=order("R1")).json()["order_no"]
    assert [each["order_no"] for each in shop.get("/messages").json()["rows"]] == [number]


def test_a_message_that_makes_no_order_is_told_by_its_own_number(shop: httpx.Client) -> None:
    [taken] = shop.post("/channels/mini/messages", json=message("M7", fen="?")).json()["taken"]
    assert (taken["external_no"], taken["became"]) == ("M7", "")
    [waiting] = shop.get("/messages").json()["rows"]
    assert waiting["external_no"] == "M7"


def test_an_account_is_kept_and_never_shown(shop: httpx.Client) -> None:
    access = {"app_key": "1", "secret": "very secret", "session": "s"}
    assert shop.put("/channels/mini/account", json=access).json()["code"] == "channel.no_connector"
    transport = {"kind": "push", "connector": "taobao"}
    assert publish(shop, "mini", {**CONTENT, "transport": transport}).status_code == 200
    assert shop.put("/channels/mini/account", json={"app_key": "1"}).json()["code"] == "channel.bad_account"
    assert shop.put("/channels/mini/account", json=access).json() == {"channel": "mini", "connector": "taobao"}
    assert "very secret" not in shop.get("/channels").text + shop.get("/channels/health").text
    assert shop.post("/channels/mini/catch-up").status_code == 202
    assert shop.get("/channels/mini/runs").json() == []
    assert shop.delete("/channels/mini/account").status_code == 200
    assert shop.post("/channels/mini/catch-up").json()["code"] == "channel.no_account"


def test_old_orders_get_the_customer_whose_phone_they_have(shop: httpx.Client, hub: Hub) -> None:
    old = {**CONTENT, "history": True, "checks": [], "defaults": {}}
    assert publish(shop, "old", old).status_code == 200
    phones = {"H1": "13900000001", "H2": "13900000002", "H3": "13900000003", "H4": "139****0001"}
    for number, phone in phones.items():
        person = {"name": "王", "phone": phone, "address": "江苏省苏州市姑苏区人民路 1 号"}
        shop.post("/channels/old/messages", json=message(number, to=person, at="2018-05-01 10:00:00"))
    customers = [Customer("K1", level="A"), Customer("K2", level="B"), Customer("K3", level="C")]
    shared = {"K1": phones["H1"], "K2": phones["H2"], "K3": phones["H2"]}
    reference.enter_customers(hub, customers, phones=shared, actor="test", now=clock.now())
    counted = {"orders": 4, "matched": 1, "unmatched": 1, "ambiguous": 1, "without_phone": 1}
    assert shop.post("/history/customers/backfill", json={"dry": True}).json() == counted
    assert bench.order(hub, "H1").customer_no == ""
    assert shop.post("/history/customers/backfill", json={}).json() == counted
    filled = bench.order(hub, "H1")
    assert (filled.customer_no, filled.custom["customer_level"]) == ("K1", "A")
    assert (filled.filled["customer_no"], filled.filled["custom.customer_level"]) == ("phone", "phone")
    assert bench.order(hub, "H2").customer_no == ""
    again = backfills.customers(hub, actor="test", source="test", now=clock.now())
    assert (again.orders, again.matched) == (3, 0)


def test_cleanliness_is_red_under_95_percent(shop: httpx.Client, hub: Hub) -> None:
    old = {**CONTENT, "history": True, "checks": [], "defaults": {}}
    publish(shop, "old", old)
    for at in range(20):
        said: dict[str, Any] = {"at": f"{2018 + at % 2}-05-01 10:00:00", "pay": "card" if at < 19 else ""}
        shop.post("/channels/old/messages", json=message(f"H{at}", **said))
    years = {each["year"]: each for each in shop.get("/history/cleanliness", params={"last": 2020}).json()}
    assert (years[2018]["orders"], years[2019]["orders"]) == (10, 10)
    paid = [years[year]["fields"]["payment_method"] for year in (2018, 2019)]
    assert paid == [{"clean": 10, "percent": 100.0, "red": False}, {"clean": 9, "percent": 90.0, "red": True}]
    assert years[2018]["fields"]["customer_no"] == {"clean": 0, "percent": 0.0, "red": True}
    assert years[2018]["fields"]["sku"]["red"] is False


def test_a_retired_channel_takes_no_more_orders(shop: httpx.Client, hub: Hub) -> None:
    shop.post("/channels/mini/messages", json=message())
    assert shop.post("/documents/channel/mini/retire", json={"comment": "closed"}).status_code == 200
    sent = shop.post("/channels/mini/messages", json=message("M2")).json()["taken"][0]
    assert sent["refused"]["code"] == "channel.paused"
    assert bench.order(hub, "M1").stage != "cancelled"
