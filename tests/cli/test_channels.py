"""The verbs of channels and of history: opened from a platform's document, fed, tried, caught up with, filled."""

import datetime as dt
import json
from pathlib import Path
from typing import Any

import pytest
from tests import company

from orderloom.actions.hub import Hub
from orderloom.inbox import shipped_channels
from orderloom.kit import clock
from orderloom.world.partners.taobao import Gateway


@pytest.fixture
def founded(hub: Hub) -> Hub:
    company.tiny(hub, now=clock.now())
    return hub


def trade(tid: str, **said: Any) -> dict[str, Any]:
    at = "2026-02-18 09:00:00"
    line = {"oid": tid, "outer_sku_id": "JERKY", "title": "牛肉干", "num": 2, "price": "30.00"}
    told = {
        "tid": tid, "tid_str": tid, "status": "WAIT_SELLER_SEND_GOODS", "created": at, "pay_time": at, "modified": at,
        "payment": "60.00", "post_fee": "0.00", "receiver_name": "王小明", "receiver_mobile": "13800138000",
        "receiver_state": "江苏省", "receiver_city": "苏州市", "receiver_district": "姑苏区",
        "receiver_address": "人民路 1 号",
        "orders": {"order": [line]}, **said,
    }  # fmt: skip
    return {"trade_fullinfo_get_response": {"trade": told}}


def write(path: Path, *said: Any) -> str:
    path.write_text("\n".join(json.dumps(each, ensure_ascii=False) for each in said), encoding="utf-8")
    return str(path)


def test_a_platforms_messages_are_taken_in_and_a_change_is_tried_on_them(founded, read, run, tmp_path) -> None:
    assert run("channel", "new", "tmall_kids", "--like", "taobao", "--name", "天猫店").exit_code == 0
    assert run("channel", "new", "tmall_kids", "--like", "taobao").exit_code == 1  # It is there.
    assert run("channel", "new", "other", "--like", "nothing").exit_code == 2
    file = write(tmp_path / "messages.ndjson", trade("1"), trade("2", created="昨天"))
    taken = read("channel", "receive", "tmall_kids", file)
    assert [each.get("became", "") for each in taken] == ["order", ""]
    content = shipped_channels.document("taobao")
    content["mapping"]["fields"]["total"] = {"from": "total_fee"}
    changed = write(tmp_path / "changed.json", content)
    lines = [
        json.loads(line)
        for line in run("channel", "dry-run", "tmall_kids", changed, "--since", "2020-01-01").output.splitlines()
    ]
    assert lines[-1]["counts"]["messages"] == 2 and lines[-1]["counts"]["changed"] == 1
    assert [each["field"] for each in lines[0]["changes"]] == ["total"]
    assert run("channel", "dry-run", "tmall_kids").exit_code == 1  # There is no draft.
    (health,) = [each for each in read("channel", "health") if each["channel"] == "tmall_kids"]
    assert (health["messages_of_a_day"], health["waiting"]) == (2, 1)
    assert "tmall_kids" in run("channel", "health").output


def test_a_channel_is_caught_up_with(founded, read, run, tmp_path) -> None:
    content = shipped_channels.document("taobao")
    content["transport"] = {"kind": "poll", "connector": "taobao"}
    file = write(tmp_path / "draft.json", {"content": content})
    assert run("document", "save", "channel", "tmall_kids", file).exit_code == 0
    assert run("document", "publish", "channel/tmall_kids").exit_code == 0
    assert [each["connector"] for each in json.loads(run("channel", "account", "tmall_kids").output)] == ["taobao"]
    assert run("channel", "catch-up", "tmall_kids").exit_code == 1  # It has no account.
    with Gateway().running() as gateway:
        access = {"app_key": gateway.app_key, "secret": gateway.secret, "session": gateway.session}
        account = write(tmp_path / "account.json", {**access, "url": gateway.url, "private": True})
        assert run("channel", "account", "tmall_kids", account).exit_code == 0
        at = (clock.now() + dt.timedelta(hours=7)).strftime("%Y-%m-%d %H:%M:%S")  # An hour ago, in China.
        gateway.trades = {"7": {**trade("7")["trade_fullinfo_get_response"]["trade"], "modified": at}}
        run_ = read("channel", "catch-up", "tmall_kids")
        assert (run_["problem"], run_["listed"], run_["missed"]) == ("", 1, 1)
        assert "漏推" in run("channel", "catch-up", "tmall_kids").output
    assert run("channel", "account", "tmall_kids", "--drop").exit_code == 0


def test_old_orders_get_their_customers_and_show_how_clean_they_are(founded, read, run, tmp_path) -> None:
    content = {**shipped_channels.document("taobao"), "history": True}
    file = write(tmp_path / "old.json", {"content": content})
    assert run("document", "save", "channel", "old_shop", file).exit_code == 0
    assert run("document", "publish", "channel/old_shop").exit_code == 0
    messages = write(tmp_path / "old.ndjson", trade("1", created="2018-02-18 09:00:00"))
    assert run("channel", "receive", "old_shop", messages).exit_code == 0
    assert run("customer", "add", "K1", "--level", "A", "--phone", "13800138000").exit_code == 0
    assert read("customer", "backfill", "--dry")["matched"] == 1
    (year,) = read("history", "cleanliness", "--first", "2018", "--last", "2018")
    assert year["fields"]["customer_no"]["red"] is True
    assert "按手机号匹配" in run("customer", "backfill").output
    (year,) = read("history", "cleanliness", "--first", "2018", "--last", "2018")
    assert (year["fields"]["customer_no"]["red"], year["fields"]["customer_level"]["percent"]) == (False, 100.0)
    assert "customer_level" in run("history", "cleanliness").output


def test_the_secret_of_signed_pushes_is_kept_and_forgotten(founded, run, read, tmp_path) -> None:
    assert run("channel", "new", "eu", "--like", "shopify").exit_code == 0
    shown = read("channel", "signature", "eu")
    assert (shown["signature"], shown["address"], shown["secret"]) == (
        "shopify",
        f"/push/{founded.workspace}/eu",
        False,
    )
    file = tmp_path / "secret.json"
    file.write_text('{"sekret": "x"}', "utf-8")
    assert run("channel", "signature", "eu", str(file)).exit_code == 1
    file.write_text('{"secret": "very secret"}', "utf-8")
    kept = run("channel", "signature", "eu", str(file))
    assert kept.exit_code == 0 and "已保存" in kept.output and "very secret" not in kept.output
    assert "shopify" in run("channel", "signature", "eu").output
    assert run("channel", "signature", "eu", "--drop").exit_code == 0
    assert run("channel", "signature", "eu", "--drop").exit_code == 1
    assert run("channel", "signature", "none").exit_code == 1
