"""What someone who knows Excel and no code does with the documents' API alone: a channel with fields and checks of its
own, an approval. Each is in force with the next message or order, and nothing is started anew."""

from typing import Any

import httpx
import pytest
from tests.api.conftest import Key, client_of, order

Content = dict[str, Any]

FIELDS: list[Content] = [
    {"name": "floor", "type": "number", "zh": "楼层", "en": "Floor", "filterable": True},
    {"name": "permit", "type": "text", "zh": "施工许可证", "en": "Permit"},
    {"name": "stars", "type": "number", "zh": "紧急程度", "en": "Urgency"},
    {"name": "contact_phone", "type": "phone", "zh": "工地电话", "en": "Phone on site", "personal": True},
    {"name": "gate", "type": "text", "zh": "入口", "en": "Gate"},
    {"name": "handover", "type": "date", "zh": "交付日", "en": "Handover"},
    {"name": "crane", "type": "boolean", "zh": "有吊车", "en": "Crane"},
    {"name": "lift", "type": "select", "zh": "电梯", "en": "Lift", "options": [{"value": "none"}, {"value": "goods"}]},
    {"name": "trades", "type": "multi_select", "zh": "工种", "en": "Trades",
     "options": [{"value": "water"}, {"value": "power"}]},
    {"name": "project", "type": "text", "zh": "项目", "en": "Project"},
    {"name": "budget", "type": "money", "zh": "预算", "en": "Budget"},
    {"name": "high", "type": "computed", "zh": "高层", "en": "High up", "computed": "(floor ?? 0) > 6"},
]  # fmt: skip
CHECKS: list[Content] = [
    {"name": "floor", "when": "order.custom.floor == null", "message": {"zh": "缺楼层号，请补充", "en": "Add a floor"}},
    {"name": "permit", "when": "order.custom.permit == null", "message": {"zh": "缺许可证", "en": "Add the permit"}},
    {"name": "stars", "when": "(order.custom.stars ?? 0) > 5", "action": "refuse",
     "message": {"zh": "紧急程度最多五星", "en": "At most five stars"}},
    {"name": "no_lift", "when": "order.custom.lift == 'none' and order.custom.crane != true and order.custom.high",
     "message": {"zh": "高层没有电梯也没有吊车", "en": "High up, and neither lift nor crane"}, "owner": "site_manager"},
    {"name": "budget", "when": "order.custom.budget != null and order.total > order.custom.budget",
     "message": {"zh": "超出项目预算", "en": "More than the project's budget"}},
]  # fmt: skip
SITE: Content = {
    "floor": 3, "permit": "P-1", "stars": 3, "contact_phone": "13700137000", "handover": "2026-03-01", "crane": False,
    "lift": "goods", "trades": ["water", "power"], "project": "滨江一期", "budget": "900",
}  # fmt: skip
MAPPING: Content = {
    "name": "site",
    "fields": {
        "external_no": {"from": "id"},
        "placed_at": {"from": "at"},
        "total": {"from": "fen", "transforms": ["cents"]},
        "consignee.name": {"from": "to.name"},
        "consignee.phone": {"from": "to.phone"},
        "consignee.address": {"from": "to.address"},
        **{f"custom.{each['name']}": {"from": f"site.{each['name']}"} for each in FIELDS if "computed" not in each},
    },
    "lines": {"each": "items[]", "fields": {
        "sku": {"from": "sku"}, "quantity": {"from": "n"}, "price": {"from": "fen", "transforms": ["cents"]},
    }},
}  # fmt: skip


def message(number: str, **site: Any) -> Content:
    """A message of the site's own program, with what the site says of itself."""
    return {
        "id": number, "at": "2026-02-17 09:00:00", "fen": 6000, "items": [{"sku": "JERKY", "n": 2, "fen": 3000}],
        "to": {"name": "王小明", "phone": "13800138000", "address": "江苏省苏州市姑苏区人民路 1 号"},
        "site": {**SITE, **site},
    }  # fmt: skip


def publish(client: httpx.Client, *documents: Content) -> None:
    """Save each as a draft and publish them in one revision, as the studio's pages do."""
    picks: list[Content] = []
    for each in documents:
        pick = {"kind": each["kind"], "name": each["name"]}
        before = client.get(f"/documents/{each['kind']}/{each['name']}/draft")
        edition = before.json()["edition"] if before.status_code == 200 else 0
        body = {"content": each["content"], "cases": each.get("cases", []), "edition": edition}
        saved = client.put(f"/documents/{each['kind']}/{each['name']}/draft", json=body)
        assert saved.status_code == 200 and not saved.json()["findings"], saved.text
        picks.append({**pick, "edition": saved.json()["edition"]})
    made = client.post("/documents/publish", json={"documents": picks, "comment": "试"})
    assert made.status_code == 200, made.text


def shown(client: httpx.Client, external_no: str) -> Content:
    """An order by its channel's number, as people see it."""
    [row] = client.get("/orders", params={"external_no": external_no}).json()["rows"]
    return client.get(f"/orders/{row['order_no']}").json()


def told(client: httpx.Client, number: str, **site: Any) -> dict[str, str]:
    """Send a message; the channel's own holds of the order that it made, with what people are told."""
    sent = client.post("/channels/site/messages", json=message(number, **site))
    assert sent.json()["taken"][0]["became"] == "order", sent.text
    holds = shown(client, number)["order"].get("holds", [])
    return {each["code"]: each["reason"]["zh"] for each in holds if each["code"].startswith("channel.")}


@pytest.fixture
def site(client: httpx.Client) -> httpx.Client:
    """The channel with its twelve fields and five checks, made of two documents in one revision."""
    case = {"name": "一单", "payload": message("S1"), "expect": {"external_no": "S1", "custom": {"floor": 3}}}
    label = {"zh": "工地小程序", "en": "Site program"}
    publish(
        client,
        {"kind": "fields", "name": "order", "content": {"subject": "order", "fields": FIELDS}},
        {"kind": "channel", "name": "site", "cases": [case], "content": {
            "label": label, "priced_by": "channel", "mapping": MAPPING,
            "defaults": {"payment_method": "wechat", "custom.gate": "东门"},
            "checks": CHECKS}},
    )  # fmt: skip
    return client


def test_a_channel_with_twelve_fields_takes_its_first_message_at_once(site: httpx.Client) -> None:
    assert told(site, "S1") == {}
    custom = shown(site, "S1")["order"]["custom"]
    assert custom == {**SITE, "gate": "东门", "high": False, "budget": 900, "contact_phone": "137****7000"}


@pytest.mark.parametrize(
    ("changed", "code", "zh"),
    [
        ({"floor": None}, "channel.floor", "缺楼层号，请补充"),
        ({"permit": None}, "channel.permit", "缺许可证"),
        ({"stars": 9}, "channel.stars", "紧急程度最多五星"),
        ({"floor": 20, "lift": "none"}, "channel.no_lift", "高层没有电梯也没有吊车"),
        ({"budget": "59.99"}, "channel.budget", "超出项目预算"),
    ],
)
def test_each_check_holds_a_message_with_its_own_words(
    site: httpx.Client, changed: Content, code: str, zh: str
) -> None:
    assert told(site, "S2", **changed) == {code: zh}


def test_a_check_that_refuses_does_so_where_a_person_waits(site: httpx.Client) -> None:
    body = order("S3", channel="site", custom={**SITE, "stars": 9})
    refused = site.post("/orders", params={"wait": "true"}, json=body)
    assert refused.status_code == 409, refused.text
    assert (refused.json()["code"], refused.json()["zh"]) == ("channel.stars", "紧急程度最多五星")


def test_a_changed_check_is_in_force_with_the_next_message(site: httpx.Client) -> None:
    assert told(site, "S4", stars=4) == {}
    content = site.get("/documents/channel/site").json()["content"]
    content["checks"][2]["when"] = "(order.custom.stars ?? 0) > 3"
    publish(site, {"kind": "channel", "name": "site", "content": content})
    assert told(site, "S5", stars=4) == {"channel.stars": "紧急程度最多五星"}


DIRECTOR = {
    "title": {"zh": "大额订单总监审批", "en": "A director agrees to large orders"},
    "nodes": [
        {"kind": "trigger", "id": "received", "event": "order.received", "filter": "order.total >= 60"},
        {"kind": "action", "id": "hold", "do": "order.hold", "values": {
            "code": "flow.director", "reason_zh": "等待总监审批", "reason_en": "Waits for the director"}},
        {"kind": "approval", "id": "ask", "spec": {"steps": [{"roles": ["sales_director"]}]}},
        {"kind": "action", "id": "release", "do": "order.release", "values": {"code": "flow.director"}},
        {"kind": "action", "id": "cancel", "do": "order.cancel", "values": {"reason": "director"}},
    ],
    "edges": [
        {"from": "received", "to": "hold"}, {"from": "hold", "to": "ask"},
        {"from": "ask", "exit": "approved", "to": "release"}, {"from": "ask", "exit": "rejected", "to": "cancel"},
    ],
}  # fmt: skip


def test_an_approval_is_added_and_the_next_large_order_waits_for_the_director(
    address: str, client: httpx.Client, key: Key
) -> None:
    before = client.post("/orders", json=order("D-1")).json()
    assert "holds" not in before
    publish(client, {"kind": "flow", "name": "director", "content": DIRECTOR})
    small = client.post("/orders", json=order("D-2", lines=[{"sku": "HOOK", "quantity": 1, "price": "20"}])).json()
    large = {verdict: client.post("/orders", json=order(f"D-{verdict}")).json() for verdict in ("approve", "reject")}
    assert "holds" not in small
    assert [each["holds"] for each in large.values()] == [["flow.director"]] * 2
    with client_of(address, key("approvals:*", roles=["sales_director"])) as director:
        asked = director.get("/approvals", params={"mine": True}).json()["rows"]
        for verdict, row in zip(large, asked, strict=True):
            said = director.post(f"/approvals/{row['approval']['approval_id']}/decide", json={"verdict": verdict})
            assert said.status_code == 200, said.text
    after = {verdict: client.get(f"/orders/{each['order_no']}").json()["order"] for verdict, each in large.items()}
    assert "holds" not in after["approve"] and after["approve"]["stage"] == "allocated"
    assert after["reject"]["stage"] == "cancelled"


def test_who_placed_an_order_stands_in_its_story_though_a_flow_held_it_at_once(client: httpx.Client) -> None:
    publish(client, {"kind": "flow", "name": "director", "content": DIRECTOR})
    made = client.post("/orders", json=order("W-1")).json()
    story = client.get(f"/orders/{made['order_no']}/timeline").json()["items"]
    [received] = [each for each in story if each["type"] == "order.received"]
    assert made["holds"] == ["flow.director"] and not received["actor"].startswith("flow:")
    assert [each["data"]["started"]["flow"] for each in story if each["type"] == "flow.started"].count("director") == 1


def test_a_published_document_is_in_force_for_the_very_next_order(client: httpx.Client) -> None:
    assert not client.post("/orders", json=order("T-1")).json().get("holds")
    publish(client, {"kind": "flow", "name": "director", "content": DIRECTOR})
    assert client.post("/orders", json=order("T-2")).json()["holds"] == ["flow.director"]
