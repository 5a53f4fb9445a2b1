"""/messages of quarantine: found by reason, taken apart, repaired in place, sent again, given up; within the scope."""

import uuid
from pathlib import Path
from typing import Any

import httpx
import pytest
from tests.api.conftest import Key, client_of
from tests.inbox import workbench as bench

from orderloom.actions.hub import Hub
from orderloom.inbox import uploads
from orderloom.kit import clock


@pytest.fixture
def shop(client: httpx.Client, hub: Hub, tmp_path: Path) -> httpx.Client:
    """A company with two channels; a file brought one order and two that wait."""
    client.put("/channels", json=[{"channel": "sheets"}, {"channel": "other"}]).raise_for_status()
    rows = [
        *bench.order_rows("S-1", ("JERKY", 2)),
        *bench.order_rows("S-2", ("JERKY", 1), ("HOOK", 1)),
        *bench.order_rows("S-3", ("JERKY", 1)),
    ]
    rows[2][9] = rows[3][9] = "many"
    content = bench.sheet(tmp_path / "a.csv", rows).read_bytes()
    sent = client.post("/imports", params={"channel": "sheets", "file_name": "a.csv"}, content=content)
    uploads.carry(hub, uuid.UUID(sent.json()["imported"]["import_id"]), clock=clock.now)
    return client


def _waiting(page: httpx.Client, **asked: Any) -> list[dict[str, Any]]:
    return page.get("/messages", params=asked).json()["rows"]


def _counts(page: httpx.Client) -> dict[str, int]:
    (row,) = page.get("/imports").json()["rows"]
    places = page.get(f"/imports/{row['import_id']}").json()["places"]
    assert places["orders"] + places["amendments"] + places["quarantine"] + places["discarded"] == places["rows"] == 4
    assert places["quarantine"] == row["rows_waiting"] and row["actor"] == "tester"
    return {name: places[name] for name in ("orders", "quarantine", "discarded")}


def test_values_are_mended_at_their_places_and_the_message_becomes_an_order(shop: httpx.Client, hub: Hub) -> None:
    assert _counts(shop) == {"orders": 1, "quarantine": 3, "discarded": 0}
    facets = shop.get("/messages/facets").json()
    assert (facets["reason"], facets["channel"]) == ({"value.not_a_number": 2}, {"sheets": 2})
    assert facets["told"]["value.not_a_number"]["zh"] == "不是能确定的数字"
    (found,) = _waiting(shop, external_no="S-2", reason="value.not_a_number")
    assert _waiting(shop, reason="value.missing") == _waiting(shop, received_to="2001-01-01T00:00:00") == []
    apart = shop.get(f"/messages/{found['message_id']}/anatomy").json()
    (wrong,) = [each for each in apart["leaves"] if each["problems"]]
    assert (apart["shape"], wrong["target"], wrong["value"], wrong["row"]) == ("rows", "lines.quantity", "many", 4)
    sent = shop.post(f"/messages/{found['message_id']}/send", json={"changes": {wrong["place"]: "3"}})
    assert sent.status_code == 201 and sent.json()["external_no"] == "S-2"
    assert [line.quantity for line in bench.order(hub, "S-2").lines] == [1, 3]
    tries = shop.get(f"/messages/{found['message_id']}/tries").json()
    assert [(each["state"], each["order_no"] is not None, each["actor"]) for each in tries] == [
        ("sent_again", False, "tester"), ("done", True, None)
    ]  # fmt: skip
    assert shop.get(f"/messages/{tries[-1]['message_id']}/tries").json() == tries
    assert _counts(shop) == {"orders": 3, "quarantine": 1, "discarded": 0}


def test_what_is_still_wrong_waits_again_and_nothing_is_put_where_nothing_can_stand(shop: httpx.Client) -> None:
    (found,) = _waiting(shop, external_no="S-3")
    address = f"/messages/{found['message_id']}/send"
    again = shop.post(address, json={"changes": {"/rows/0/9": "lots"}})
    assert (again.status_code, again.json()["code"]) == (409, "value.not_a_number")
    assert [each["message_id"] for each in _waiting(shop, external_no="S-3")] == [again.json()["data"]["message_id"]]
    newest = f"/messages/{again.json()['data']['message_id']}/send"
    assert shop.post(newest, json={"changes": {"/rows/7/9": "1"}}).json()["code"] == "message.no_place"
    assert shop.post(newest, json={"changes": {"/rows/0/9": ["1"]}}).json()["code"] == "message.no_place"
    both = {"changes": {"/rows/0/9": "1"}, "content": {}}
    assert shop.post(newest, json=both).json()["code"] == "message.one_repair"


def test_messages_are_given_up_with_a_reason_and_taken_back(shop: httpx.Client, hub: Hub) -> None:
    ids = [each["message_id"] for each in _waiting(shop)]
    gone = shop.post("/messages/discard", json={"message_ids": [*ids, str(uuid.uuid4())], "reason": "测试单"})
    assert (gone.status_code, gone.json()["refused"]) == (207, 1)
    assert _waiting(shop) == [] and _counts(shop) == {"orders": 1, "quarantine": 0, "discarded": 3}
    (first, _) = _waiting(shop, state="discarded")
    assert first["told"]["zh"] == "tester 已作废：测试单"
    assert shop.post("/messages/send", json={"message_ids": ids}).json()["refused"] == 2
    assert shop.post("/messages/restore", json={"message_ids": ids}).status_code == 200
    assert _counts(shop) == {"orders": 1, "quarantine": 3, "discarded": 0}
    assert {each["reason"]["code"] for each in _waiting(shop)} == {"value.not_a_number"}
    told = bench.rows(hub, "select what, count(*) from audit where what like 'message.%%' group by what order by what")
    assert told == [("message.discarded", 2), ("message.restored", 2)]


MINI: dict[str, Any] = {
    "name": "mini",
    "fields": {"external_no": {"from": "id"}, "consignee.name": {"from": "to.name"},
               "consignee.phone": {"from": "to.tel"}, "consignee.address": {"from": "to.addr"},
               "placed_at": {"from": "at", "required": True}},
    "lines": {"each": "items", "fields": {"sku": {"from": "code"}, "quantity": {"from": "n"}, "price": {"from": "p"}}},
}  # fmt: skip
SAID = {"id": "M-1", "created": "2026-02-18 11:00:00", "items": [{"code": "JERKY", "n": 1, "p": 25}],
        "to": {"name": "王女士", "tel": "13900139000", "addr": "江苏省苏州市姑苏区人民路 1 号"}}  # fmt: skip


def test_what_a_mapping_could_not_read_is_sent_again_once_it_can(shop: httpx.Client, hub: Hub) -> None:
    shop.put("/channels", json=[{"channel": "mini", "mapping": MINI}]).raise_for_status()
    assert shop.post("/channels/mini/messages", json=SAID).json()["waiting"] == 1
    (found,) = _waiting(shop, channel="mini")
    apart = shop.get(f"/messages/{found['message_id']}/anatomy").json()
    (missing,) = [each for each in apart["leaves"] if each["problems"]]
    assert (apart["shape"], missing["place"], missing["missing"]) == ("record", "/at", True)
    assert {each["place"]: each["target"] for each in apart["leaves"]}["/items/0/n"] == "lines.quantity"
    mended = {**MINI, "fields": {**MINI["fields"], "placed_at": {"from": "created", "required": True}}}
    shop.put("/channels", json=[{"channel": "mini", "mapping": mended}]).raise_for_status()
    ids = [found["message_id"], *(each["message_id"] for each in _waiting(shop, channel="sheets"))]
    answer = shop.post("/messages/send", json={"message_ids": ids}).json()
    assert [(each.get("refused") or {}).get("code", "") for each in answer["outcomes"]] == [
        "", "value.not_a_number", "value.not_a_number"
    ]  # fmt: skip
    assert bench.order(hub, "M-1").lines[0].sku == "JERKY"


def test_people_are_masked_for_whom_they_are_masked(shop: httpx.Client, key: Key) -> None:
    (found, _) = _waiting(shop)
    root = str(shop.base_url).removesuffix("/api/v1/")
    whole = shop.get(f"/messages/{found['message_id']}").json()["text"]
    assert "13" in whole
    with client_of(root, key("messages:*")) as masked:
        apart = masked.get(f"/messages/{found['message_id']}/anatomy").json()
        hidden = {each["target"]: each["value"] for each in apart["leaves"] if each["masked"]}
        assert "****" in hidden["consignee.phone"] and hidden["consignee.name"].endswith("*")
        raw = masked.get(f"/messages/{found['message_id']}").json()["text"]
        phones = [cell for row in bench.order_rows("S-2", ("JERKY", 1)) for cell in row if str(cell).startswith("13")]
        assert phones and not any(each in raw or each in str(apart) for each in phones)
        wrong = next(each for each in apart["leaves"] if each["problems"])
        assert masked.post(f"/messages/{found['message_id']}/send", json={"changes": {wrong["place"]: "3"}}).is_success
    mended = shop.get(f"/messages/{found['message_id']}/tries").json()[-1]["message_id"]
    assert phones[0] in shop.get(f"/messages/{mended}").json()["text"], "what was masked is as it came"


def test_who_is_limited_to_a_channel_reaches_its_messages_imports_and_files_alone(
    shop: httpx.Client, key: Key, hub: Hub
) -> None:
    (found, second) = _waiting(shop)
    (imported,) = shop.get("/imports").json()["rows"]
    root = str(shop.base_url).removesuffix("/api/v1/")
    place = f"/messages/{found['message_id']}"
    with client_of(root, key("messages:*", "imports:*", "channels:*", channels=["other"])) as outside:
        assert _waiting(outside) == [] and outside.get("/imports").json()["rows"] == []
        assert outside.get("/messages/facets").json()["rows"] == 0
        for address in (place, f"{place}/anatomy", f"{place}/tries", f"/imports/{imported['import_id']}",
                        f"/imports/{imported['import_id']}/errors"):  # fmt: skip
            assert outside.get(address).status_code == 404, address
        assert outside.post(f"{place}/send", json={"changes": {"/rows/0/9": "1"}}).status_code == 404
        for verb, more in (("send", {}), ("discard", {"reason": "x"}), ("restore", {})):
            told = outside.post(f"/messages/{verb}", json={"message_ids": [second["message_id"]], **more}).json()
            assert [each["refused"]["code"] for each in told["outcomes"]] == ["message.unknown"]
        assert outside.post("/imports?channel=sheets", content=b"a,b\n1,2\n").status_code == 403
        assert outside.post("/imports?channel=other&mapping=channel/sheets", content=b"a\n").status_code == 403
        assert [each["channel"] for each in outside.get("/channels/health").json()] == ["other"]
        assert outside.post("/channels/sheets/pause").status_code == 403
    with client_of(root, key("messages:*", "imports:*", channels=["sheets"])) as inside:
        assert len(_waiting(inside)) == 2 and inside.get(f"{place}/anatomy").status_code == 200
    assert bench.rows(hub, "select count(*) from messages where state = 'quarantined'") == [(2,)]
