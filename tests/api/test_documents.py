"""Documents over HTTP alone: what someone who knows Excel changes is in force with the next order."""

import copy
import io
import zipfile
from typing import Any

import httpx
import pytest
from tests.api.conftest import Key, client_of, order

Content = dict[str, Any]


def table(content: Content) -> Content:
    """The one decision table of a document."""
    return next(each["content"] for each in content["content"]["nodes"] if each["type"] == "decisionTableNode")


def newest(client: httpx.Client, name: str, kind: str = "rules") -> Content:
    """A document with its cases."""
    found = client.get(f"/documents/{kind}/{name}")
    assert found.status_code == 200, found.text
    return found.json()


def publish(client: httpx.Client, name: str, content: Content, cases: list[Content], kind: str = "rules") -> Content:
    """Save a draft and publish it."""
    saved = client.put(f"/documents/{kind}/{name}/draft", json={"content": content, "cases": cases})
    assert saved.status_code == 200, saved.text
    pick = {"kind": kind, "name": name, "edition": saved.json()["edition"]}
    checked = client.post("/documents/check", json=[pick])
    assert checked.json()["publishable"], checked.text
    made = client.post("/documents/publish", json={"documents": [pick], "comment": "试"})
    assert made.status_code == 200, made.text
    return made.json()


def placed(client: httpx.Client, external_no: str, **changed: Any) -> Content:
    """An order as it stands after it was placed."""
    told = client.post("/orders", json=order(external_no, **changed))
    assert told.status_code == 201, told.text
    return client.get(f"/orders/{told.json()['order_no']}").json()


def test_kinds_come_with_a_schema_and_an_example(client: httpx.Client) -> None:
    kinds = {each["name"]: each for each in client.get("/kinds").json()}
    assert kinds["rules"]["schema"]["required"] == ["point", "content"]
    assert kinds["rules"]["example"]["point"] == "grade"
    assert all(each["label_zh"] and each["label_en"] and each["schema"] for each in kinds.values())


def test_another_radius_is_in_force_with_the_next_order(client: httpx.Client) -> None:
    lines = [{"sku": "HOOK", "quantity": 120, "price": "20"}]  # More than Suzhou has; Chengdu is 1,600 km away.
    before = placed(client, "R-1", lines=lines)
    assert "'out_of_radius'" in str(before["timeline"]) and before["shipments"][0]["warehouse"] == "suzhou"

    found = newest(client, "sourcing")
    for row in table(found["content"])["rules"]:
        row["o1"] = "2000000"
    for case in found["cases"][0]["cases"]:
        for expected in case["expect"]:
            if "radius_m" in expected:
                expected["radius_m"] = 2_000_000
    publish(client, "sourcing", found["content"], found["cases"])
    after = placed(client, "R-2", lines=lines)
    assert "'out_of_radius'" not in str(after["timeline"])
    assert [each["warehouse"] for each in after["shipments"]] == ["chengdu"]


def test_orders_to_three_provinces_go_by_sf_from_the_next_one_on(client: httpx.Client) -> None:
    rates = [{"carrier": "ZTO", "service": "standard", "warehouse": "suzhou", "province": "江苏省",
              "first_grams": 1000, "first_minor": 100, "step_grams": 1000, "step_minor": 100}]  # fmt: skip
    entered = client.put("/warehouses", json={"rates": rates})
    assert entered.status_code == 200, entered.text
    found = newest(client, "carrier_choice")
    route = {
        "_id": "east_by_sf", "_description": "江浙沪走顺丰", **{f"i{number}": "" for number in range(1, 9)},
        "i2": '"浙江省", "江苏省", "上海市"', "o1": '"SF"', "o2": '"standard"', "o3": "",
    }  # fmt: skip
    table(found["content"])["rules"].insert(0, route)
    base = {"name": "east", "set": {"order.consignee.province": "江苏省"}, "expect": [{"rule": "east_by_sf"}]}
    cases = [copy.deepcopy(found["cases"][0])]
    cases[0]["cases"] = [
        case for case in cases[0]["cases"]
        if case["set"].get("order.consignee.province", cases[0]["base"]["order"]["consignee"]["province"])
        not in ("浙江省", "江苏省", "上海市")
    ] + [base]  # fmt: skip
    publish(client, "carrier_choice", found["content"], cases)
    after = placed(client, "C-1")
    assert after["shipments"][0]["carrier"] == "SF"
    assert "carrier_choice#east_by_sf" in str(after["timeline"])


def test_a_promotion_is_added_and_the_next_order_is_cheaper(client: httpx.Client) -> None:
    before = placed(client, "P-1")
    content: Content = {
        "point": "price",
        "priority": 10,
        "content": {
            "nodes": [
                {"id": "in", "type": "inputNode", "name": "request"},
                {"id": "t", "type": "decisionTableNode", "name": "spring", "content": {
                    "hitPolicy": "collect",
                    "inputs": [{"id": "i1", "name": "金额", "field": "order.goods"}],
                    "outputs": [{"id": "o1", "name": "promotion", "field": "promotion"},
                                {"id": "o2", "name": "kind", "field": "kind"},
                                {"id": "o3", "name": "threshold", "field": "threshold"},
                                {"id": "o4", "name": "off", "field": "off"},
                                {"id": "o5", "name": "zh", "field": "label_zh"},
                                {"id": "o6", "name": "en", "field": "label_en"},
                                {"id": "o7", "name": "stackable", "field": "stackable"},
                                {"id": "o8", "name": "payer", "field": "payer"},
                                {"id": "o9", "name": "priority", "field": "priority"},
                                {"id": "o10", "name": "repeat", "field": "repeat"}],
                    "rules": [{"_id": "spring", "i1": ">= 50", "o1": '"P99"', "o2": '"amount_off"', "o3": "50",
                               "o4": "5", "o5": '"春季满减"', "o6": '"Spring offer"', "o7": "true",
                               "o8": '"merchant"', "o9": "1",
                               "o10": "false"}],
                }},
            ],
            "edges": [{"id": "e", "sourceId": "in", "targetId": "t"}],
        },
    }  # fmt: skip
    cases = [{"base": {"order": {"goods": 10}}, "cases": [
        {"name": "small", "expect": []},
        {"name": "enough", "set": {"order.goods": 50}, "expect": [{"rule": "spring"}]},
    ]}]  # fmt: skip
    publish(client, "spring_offer", content, cases)
    after = placed(client, "P-2")
    assert [each["minor"] for each in after["order"]["discounts"] if each["rule"] == "spring_offer#spring"] == [
        357,
        143,
    ]
    assert after["order"]["total_minor"] < before["order"]["total_minor"]


def test_two_editors_are_told_of_each_other(address: str, client: httpx.Client, key: Key) -> None:
    found = newest(client, "sourcing")
    body = {"content": {**found["content"], "priority": 90}, "cases": found["cases"]}
    assert client.put("/documents/rules/sourcing/draft", json=body).json()["edition"] == 1
    with client_of(address, key("documents:*")) as other:
        body["content"] = {**found["content"], "priority": 80}
        clash = other.put("/documents/rules/sourcing/draft", json=body)
        assert clash.status_code == 409
        told = clash.json()
        assert told["code"] == "document.edited_meanwhile" and told["data"]["by"] == "tester"
        assert told["data"]["differences"] == [{"path": "/priority", "change": "changed", "before": 80, "after": 90}]
        assert other.get("/documents/rules/sourcing/draft").json()["edition"] == 1
        assert other.put("/documents/rules/sourcing/draft", json={**body, "edition": 1}).json()["edition"] == 2


def test_history_diff_roll_back_and_retire(client: httpx.Client) -> None:
    found = newest(client, "grading")
    publish(client, "grading", {**found["content"], "priority": 90}, found["cases"])
    history = client.get("/documents/rules/grading/history").json()["rows"]
    assert [(each["version"], each["comment"]) for each in history] == [(2, "试"), (1, "shipped")]
    diff = client.get("/documents/rules/grading/diff", params={"before": 1, "after": 2}).json()
    assert [(each["path"], each["before"], each["after"]) for each in diff["content"]] == [("/priority", 100, 90)]
    back = client.post("/documents/rules/grading/roll-back", json={"version": 1, "comment": "旧的好"})
    assert back.json()["published"] == [{"kind": "rules", "name": "grading", "version": 3}]
    gone = client.post("/documents/rules/grading/retire", json={"comment": "不用了"})
    assert gone.json()["retired"] == [{"kind": "rules", "name": "grading", "version": 3}]
    [row] = [each for each in client.get("/documents").json()["rows"] if each["name"] == "grading"]
    assert row["retired_at"]
    assert client.post("/documents/rules/grading/retire", json={}).status_code == 404


def test_a_bad_document_is_kept_and_not_published_with_the_place_in_both_languages(client: httpx.Client) -> None:
    found = newest(client, "sourcing")
    table(found["content"])["rules"][0]["i3"] = "sum(map([1..30000], sum(map([1..30000], #)))) > 1"
    saved = client.put("/documents/rules/sourcing/draft", json={"content": found["content"], "cases": found["cases"]})
    [finding] = saved.json()["findings"]
    assert finding["path"] == "/content/nodes/1/content/rules/0/i3" and finding["zh"] and finding["en"]
    pick = {"kind": "rules", "name": "sourcing"}
    refused = client.post("/documents/publish", json={"documents": [pick]})
    assert refused.status_code == 409 and refused.json()["code"] == finding["code"]
    assert client.delete("/documents/rules/sourcing/draft").status_code == 200
    assert client.delete("/documents/rules/sourcing/draft").status_code == 404


def test_a_table_of_ten_megabytes_is_refused(client: httpx.Client) -> None:
    found = newest(client, "sourcing")
    rows = table(found["content"])["rules"]
    rows += [{**rows[-1], "_id": f"r{number}", "_description": "x" * 400} for number in range(25_000)]
    large = client.put("/documents/rules/sourcing/draft", json={"content": found["content"]})
    assert large.status_code == 413
    del rows[16_000:]  # Now it is eight, and too much for what it would cost to ask.
    slow = client.put("/documents/rules/sourcing/draft", json={"content": found["content"]})
    assert slow.status_code in (200, 409, 413)


@pytest.mark.parametrize("verb", ["documents:read", "documents:write"])
def test_publishing_needs_its_own_verb(address: str, key: Key, verb: str, client: httpx.Client) -> None:
    raw = client.get("/packs/export").content
    with client_of(address, key(verb)) as one:
        picks = {"documents": [{"kind": "rules", "name": "sourcing"}]}
        assert one.post("/documents/publish", json=picks).status_code == 403
        assert one.post("/packs/apply", content=raw, params={"publish": True}).status_code == 403


def test_a_company_that_comes_with_the_hub_is_taken_as_a_pack(client: httpx.Client) -> None:
    found = client.get("/packs/shipped").json()
    assert {"beile", "huadong", "jiaju", "jingu", "sulian"} <= {each["name"] for each in found}
    assert all(each["title"]["zh"] and each["title"]["en"] and each["documents"] > 10 for each in found)
    one = client.get("/packs/shipped/beile")
    assert one.headers["content-disposition"] == 'attachment; filename="beile.zip"'
    compared = client.post("/packs/diff", content=one.content).json()["documents"]
    assert {each["state"] for each in compared} >= {"new"}
    missing = client.get("/packs/shipped/nobody")
    assert (missing.status_code, missing.json()["code"]) == (404, "pack.not_shipped")


def test_packs_are_sent_as_they_are(client: httpx.Client) -> None:
    raw = client.get("/packs/export", params={"name": ["sourcing", "grading"]}).content
    assert raw == client.get("/packs/export", params={"name": ["sourcing", "grading"]}).content
    with zipfile.ZipFile(io.BytesIO(raw)) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    assert sorted(files) == ["documents/rules/grading.yaml", "documents/rules/sourcing.yaml", "pack.yaml"]
    files["documents/rules/grading.yaml"] = files["documents/rules/grading.yaml"].replace(
        b"priority: 100\n", b"priority: 42\n", 1
    )
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    compared = client.post("/packs/diff", content=target.getvalue()).json()
    assert [(each["name"], each["state"]) for each in compared["documents"]] == [
        ("grading", "changed"),
        ("sourcing", "same"),
    ]
    drafts = client.post("/packs/apply", content=target.getvalue()).json()["drafts"]
    assert [(each["name"], each["edition"]) for each in drafts] == [("grading", 1)]
    made = client.post("/packs/apply", content=target.getvalue(), params={"publish": True, "comment": "包"})
    assert made.json()["published"]["published"] == [{"kind": "rules", "name": "grading", "version": 2}]
    assert client.post("/packs/apply", content=target.getvalue(), params={"publish": True}).json() == {}
    assert client.post("/packs/diff", content=b"no zip").status_code == 422
