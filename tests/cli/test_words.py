"""The other words of the command line, each verb by what it does."""

import csv
import json
import re
import time
import uuid

import pytest

from orderloom.kit import clock
from orderloom.outbox import relay
from orderloom.outbox.readers import READERS

PLACE = (
    "order", "place", "--channel", "web", "--line", "JERKY:2@30", "--customer", "C1", "--name", "王芳", "--phone",
    "13800001111", "--address", "江苏省苏州市姑苏区人民路 88 号 3 幢", "--payment", "credit",
)  # fmt: skip


@pytest.fixture
def shipment_no(founded, read) -> str:
    return f"{read(*PLACE)['order_no']}-1"


def test_the_version_is_printed(run) -> None:
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", run("version").output)


def test_help_names_every_word(run) -> None:
    told = run("--help").output
    for word in ("up", "down", "import", "check", "workspace", "channel", "order", "stock", "shipment", "credit",
                 "customer", "sku", "key", "log", "bench", "demo", "world", "version"):  # fmt: skip
        assert re.search(rf"^  {word}\b", told, re.MULTILINE), word


def test_a_shipment_goes_through_its_stages_in_order(shipment_no, read, run) -> None:
    refused = run("shipment", "switch-carrier", shipment_no, "--reason", "未揽收", "--carrier", "NONE")
    assert refused.exit_code == 1, "no rates of such a carrier"
    [released] = read("shipment", "release", shipment_no)
    assert "shipment.released" in released["events"]
    early = run("shipment", "confirm", shipment_no, "--stage", "shipped")
    assert early.exit_code == 1 and "已拣货" in early.output
    for stage in ("picked", "packed", "shipped", "delivered"):
        [told] = read("shipment", "confirm", shipment_no, "--stage", stage, "--operator", "王五")
        assert told["stage"] == stage
    [taken] = read("shipment", "revert", shipment_no, "--stage", "delivered", "--reason", "扫错了件")
    assert taken["events"] == ["shipment.reverted"]
    assert [each["stage"] for each in read("shipment", "list", "--live")["rows"]] == ["shipped"]
    [again] = read("shipment", "confirm", shipment_no, "--stage", "delivered", "--operator", "王五")
    assert "shipment.delivered" in again["events"]
    assert read("shipment", "list", "--live")["rows"] == []
    [row] = read("shipment", "list", "--warehouse", "suzhou", "--stage", "delivered")["rows"]
    assert row["shipment_no"] == shipment_no
    assert run("shipment", "confirm", "SH-1", "--stage", "picked").exit_code == 1


def test_the_last_stage_is_taken_back_until_the_parcel_has_left(shipment_no, read, run) -> None:
    back = ("shipment", "revert", shipment_no, "--reason", "扫错了件", "--stage")
    run("shipment", "release", shipment_no)
    run("shipment", "confirm", shipment_no, "--stage", "picked")
    [told] = read(*back, "picked")
    assert told["stage"] == "allocated" and "shipment.reverted" in told["events"]
    for stage in ("picked", "packed"):
        assert run("shipment", "confirm", shipment_no, "--stage", stage).exit_code == 0
    assert "已经到“已打包”" in run(*back, "picked").output, "only the last one"
    run("shipment", "confirm", shipment_no, "--stage", "shipped")
    refused = run(*back, "shipped", "--json")
    assert refused.exit_code == 1 and json.loads(refused.stdout)[0]["refused"]["code"] == "shipment.stage_left"
    [row] = read("shipment", "list", "--live")["rows"]
    assert (row["shipment_no"], row["stage"]) == (shipment_no, "shipped")


def test_an_old_or_future_scan_is_refused(shipment_no, run) -> None:
    run("shipment", "release", shipment_no)
    for at in ("2020-01-01", "2199-01-01T00:00:00Z"):
        assert run("shipment", "confirm", shipment_no, "--stage", "picked", "--at", at).exit_code == 1


def test_stock_is_booked_counted_and_moved(founded, read, run) -> None:
    assert (
        run(
            "stock", "adjust", "HOOK", "suzhou", "10", "--lot", "N1", "--bin", "B-1", "--expires", "2030-01-31"
        ).exit_code
        == 0
    )
    assert run("stock", "count", "HOOK", "suzhou", "7", "--lot", "N1", "--bin", "B-1").exit_code == 0
    assert (
        run(
            "stock", "move", "HOOK", "3", "--from", "suzhou", "--to", "chengdu", "--lot", "N1", "--bin", "B-1"
        ).exit_code
        == 0
    )
    lots = {(each["warehouse"], each["lot"]): each["on_hand"] for each in read("stock", "show", "HOOK")["lots"]}
    assert lots["suzhou", "N1"] == 4 and lots["chengdu", "N1"] == 3
    short = run("stock", "adjust", "HOOK", "suzhou", "-5", "--lot", "N1", "--bin", "B-1")
    assert short.exit_code == 1 and "N1" in short.output
    assert run("stock", "adjust", "HOOK", "moon", "5").exit_code == 1
    assert run("stock", "count", "HOOK", "suzhou", "-1").exit_code == 2
    assert "HOOK" in run("stock", "show").output
    unnamed = run("stock", "adjust", "HOOK", "suzhou", "-5")
    assert unnamed.exit_code == 1 and "--lot" in unnamed.output and "批次  " not in unnamed.output
    run("sku", "add", "NEW")
    assert "没有" in run("stock", "show", "NONE").output and "还没有入过库" in run("stock", "show", "NEW").output


def test_what_is_expected_may_be_promised_from_its_day(founded, read, run) -> None:
    words = ("stock", "adjust", "HOOK", "suzhou", "40", "--pool", "production", "--expected", "2099-03-01T08:00")
    assert run(*words).exit_code == 0
    steps = read("stock", "promise", "HOOK")["steps"]
    assert [each["available"] for each in steps] == [200, 240] and steps[1]["at"] == "2099-03-01T00:00:00Z"
    assert "2099-03-01 08:00" in run("stock", "promise", "HOOK").output


def test_credit_is_limited_granted_withdrawn_and_charged(founded, read, run) -> None:
    assert run("credit", "limit", "C9", "1000").exit_code == 0
    assert run("credit", "grant", "C9", "500.50", "--hours", "2", "--by", "总监").exit_code == 0
    assert run("credit", "charge", "C9", "-200", "--reference", "预存").exit_code == 0
    found = read("credit", "show", "C9")
    assert found["account"]["available_minor"] == 170_050
    [grant] = found["grants"]
    assert grant["granted_by"] == "总监" and found["moves"][0]["reference"] == "预存"
    assert run("credit", "withdraw", "C9", grant["grant_id"]).exit_code == 0
    assert read("credit", "show", "C9")["account"]["available_minor"] == 120_000
    assert {each["account"] for each in read("credit", "show")["rows"]} >= {"C1", "C9"}
    assert "总监" in run("credit", "show", "C9").output


def test_credit_of_nobody_and_bad_amounts(founded, run) -> None:
    assert run("credit", "show", "NOBODY").exit_code == 1
    assert run("credit", "grant", "NOBODY", "5").exit_code == 1
    assert run("credit", "limit", "C9", "1.234").exit_code == 2
    assert run("credit", "limit", "C9", "nan").exit_code == 2
    assert run("credit", "limit", "C9", "-5").exit_code == 2
    assert run("credit", "withdraw", "C1", "not-an-id").exit_code == 2


def test_a_customer_keeps_what_is_not_named(founded, read, run) -> None:
    assert (
        run(
            "customer", "add", "C7", "--name", "童趣", "--level", "B", "--phone", "13800002222", "--invoice", "童趣公司"
        ).exit_code
        == 0
    )
    assert run("customer", "add", "C7", "--level", "A").exit_code == 0
    found = read("customer", "show", "C7")
    assert (found["name"], found["level"], found["invoice"]["title"]) == ("童趣", "A", "童趣公司")
    assert "13800002222" not in json.dumps(found) and "童趣" in run("customer", "show", "C7").output
    assert run("customer", "show", "C8").exit_code == 1
    assert run("customer", "add", "C7", "--phone", "138****2222").exit_code == 1


def test_a_sku_is_entered_shown_and_imported(founded, read, run, tmp_path) -> None:
    assert run("sku", "add", "NEW", "--name", "新货", "--price", "9.90", "--unit", "箱=12", "--fefo").exit_code == 0
    assert read("sku", "show", "NEW")["units"] == [{"name": "箱", "factor": "12"}]
    assert "新货" in run("sku", "show", "NEW").output and run("sku", "show", "NONE").exit_code == 1
    assert run("sku", "add", "NEW", "--price", "free").exit_code == 2
    file = tmp_path / "skus.csv"
    file.write_text("sku,name,price\nN1,一号,1.5\nN2,二号,\n", "utf-8-sig")
    assert "2" in run("sku", "import", str(file)).output
    assert read("sku", "show", "N1")["price"] == "1.5"
    file.write_bytes("sku,name,price\nN5,五号,5\n".encode("gb18030"))
    assert "1" in run("sku", "import", str(file)).output
    assert [each["name"] for each in read("sku", "list", "N5")["rows"]] == ["五号"]
    assert "五号" in run("sku", "list", "五").output


@pytest.mark.parametrize(
    "text", ["", "code,name\nN3,x\n", "sku,price\nN3,1\nN4,dear\n", "sku,name\nN3,x\n,y\n", "sku,price\nN3,-1\n"]
)
def test_a_bad_sku_file_enters_nothing(founded, run, tmp_path, text) -> None:
    file = tmp_path / "skus.csv"
    file.write_text(text)
    assert run("sku", "import", str(file)).exit_code == 1
    assert run("sku", "show", "N3").exit_code == 1


def test_a_sku_file_that_is_no_text_or_not_there_is_refused(founded, run, tmp_path) -> None:
    file = tmp_path / "skus.csv"
    file.write_bytes(b"sku,name\nN3,\xff\n")
    assert run("sku", "import", str(file)).exit_code == 1
    assert run("sku", "import", str(tmp_path / "none.csv")).exit_code == 1


def test_channels_are_entered_and_listed(founded, read, run) -> None:
    assert run("channel", "add", "jd", "--name", "京东", "--platform", "jd", "--priced-by", "channel").exit_code == 0
    assert run("channel", "add", "jd", "--paused", "--priced-by", "channel").exit_code == 0
    jd = next(each for each in read("channel", "list") if each["channel"] == "jd")
    assert jd["name"] == "京东" and jd["paused"] is True
    assert run("channel", "add", "x", "--priced-by", "me").exit_code == 2
    words = [*PLACE]
    words[words.index("web")] = "jd"
    refused = run(*words)
    assert refused.exit_code == 1 and "暂停" in refused.output
    assert "京东" in run("channel", "list").output


def test_a_warehouse_and_its_lane_serve_orders(founded, read, run) -> None:
    words = ("warehouse", "add", "wuxi", "--name", "无锡仓", "--province", "江苏省", "--lon", "120.3", "--lat", "31.5",
             "--opens", "09:00-18:30", "--cutoff", "15:45")  # fmt: skip
    assert run(*words).exit_code == 0
    assert run("warehouse", "lane", "wuxi", "SF", "6", "1", "24", "--to", "江苏省").exit_code == 0
    assert run("stock", "adjust", "JERKY", "wuxi", "50", "--lot", "W").exit_code == 0
    placed = read(*PLACE)
    assert [each["warehouse"] for each in read("order", "show", placed["order_no"])["shipments"]] == ["wuxi"]
    assert "15:45" in run("warehouse", "list").output
    assert run("warehouse", "add", "x", "--cutoff", "25:00").exit_code == 2
    assert run("warehouse", "add", "x", "--opens", "early").exit_code == 2
    assert run("warehouse", "lane", "moon", "SF", "6", "1", "24").exit_code == 1


def test_a_keys_text_is_shown_once_and_never_listed(founded, read, run) -> None:
    made = run("key", "create", "店铺", "--verb", "orders:*", "--channel", "web", "--source", "shop", "--days", "30")
    text = re.search(r"ol_\S+", made.output)[0]
    [key] = [each for each in read("key", "list") if each["name"] == "店铺"]
    assert key["name"] == "店铺" and key["verbs"] == ["orders:*"] and text not in json.dumps(key) and "hash" not in key
    assert run("key", "revoke", key["key_id"]).exit_code == 0
    assert "吊销" in run("key", "list").output
    assert run("key", "revoke", str(uuid.UUID(int=1))).exit_code == 1
    assert run("key", "create", "x", "--verb", "everything!").exit_code == 1


def test_a_workspace_is_made_copied_exported_restored_and_dropped(founded, house, read, run, tmp_path) -> None:
    try:
        assert run("workspace", "create", "shop_a", "--title", "甲店").exit_code == 0
        assert run("workspace", "create", "shop_a").exit_code == 1
        assert run("workspace", "create", "Shop A").exit_code == 1
        assert run("-w", "shop_a", "channel", "add", "web").exit_code == 0
        assert run("workspace", "sandbox", "shop_a", "shop_b").exit_code == 0
        assert [each["channel"] for each in read("-w", "shop_b", "channel", "list")] == ["web"]
        file = tmp_path / "shop.zip"
        assert run("workspace", "export", "shop_a", str(file)).exit_code == 0
        assert run("workspace", "export", "shop_a", str(file)).exit_code == 1, "an export overwrites nothing"
        assert run("workspace", "export", "nowhere", str(tmp_path / "x.zip")).exit_code == 1
        assert run("workspace", "restore", str(file), "shop_c").exit_code == 0
        assert [each["channel"] for each in read("-w", "shop_c", "channel", "list")] == ["web"]
        assert run("workspace", "restore", str(tmp_path / "none.zip"), "shop_d").exit_code == 1
        assert {"shop_a", "shop_b", "shop_c"} <= {each["name"] for each in read("workspace", "list")}
        assert run("workspace", "drop", "shop_a").exit_code == 1, "a drop has to be confirmed"
        assert run("workspace", "drop", "shop_a", "--confirm", "shop_a").exit_code == 0
        assert run("-w", "shop_a", "order", "list").exit_code == 1
    finally:
        for name in ("shop_a", "shop_b", "shop_c"):
            run("workspace", "drop", name, "--confirm", name)


def test_the_check_proves_and_tells_what_is_wrong(shipment_no, founded, read, run) -> None:
    assert run("check", "--whole").exit_code == 0
    assert read("log", "verify")["findings"] == []
    with founded.database.workspace(founded.workspace) as connection:
        connection.execute(
            "update stock_pools set reserved = reserved + 1 where sku = 'JERKY' and warehouse = 'suzhou'"
        )
    wrong = run("check", "--whole")
    assert wrong.exit_code == 1 and "JERKY" in wrong.output


def test_the_log_is_followed_and_written_out_by_position(shipment_no, founded, run, tmp_path) -> None:
    assert run("log", "tail").output == "", "an event has a position once it is sealed"
    until = time.monotonic() + 60  # An open transaction of another test on this server holds seals back.
    while not run("log", "tail").output:
        relay.step(founded, READERS, now=clock.now())
        assert time.monotonic() < until, "nothing was sealed"
    assert "收到订单" in run("log", "tail", "--count", "50").output
    lines = run("log", "tail", "--count", "3", "--json").stdout.splitlines()
    positions = [json.loads(each)["position"] for each in lines]
    assert positions == list(range(positions[0], positions[0] + 3))
    file = tmp_path / "log.ndjson"
    assert run("log", "export", str(file)).exit_code == 0
    written = [json.loads(each)["position"] for each in file.read_text().splitlines()]
    assert written == list(range(1, positions[-1] + 1))
    assert run("log", "export", str(file)).exit_code == 1


def test_a_file_is_previewed_imported_and_changes_nothing_again(founded, read, run, tmp_path) -> None:
    file = tmp_path / "orders.csv"
    with file.open("w", encoding="gb18030", newline="") as opened:
        writer = csv.writer(opened)
        writer.writerow(["订单号", "收货人", "收货人电话", "收货地址", "货号", "数量", "单价", "付款方式", "客户编号"])
        for number, quantity in ((1, "2"), (2, "两箱")):
            place = f"江苏省苏州市姑苏区人民路 {number} 号"
            writer.writerow([f"F-{number}", "王芳", "13800001111", place, "JERKY", quantity, "30", "credit", "C1"])
    shown = read("import", str(file), "--channel", "web", "--preview")
    assert shown["intents"] == {"order": 1, "quarantine": 1} and read("order", "list")["rows"] == []
    assert "F-2" in run("import", str(file), "--channel", "web", "--preview").output
    report = read("import", str(file), "--channel", "web")
    counts = report["counts"]
    assert (counts["orders"], counts["quarantine"], counts["rows"]) == (1, 1, 2)
    again = read("import", str(file), "--channel", "web")
    assert again["again"] and len(read("order", "list")["rows"]) == 1
    assert "没有任何变化" in run("import", str(file), "--channel", "web").output
    sheet = tmp_path / "errors.csv"
    assert "1 行写入" in run("import", str(file), "--channel", "web", "--errors", str(sheet)).output
    [wrong] = csv.DictReader(sheet.read_text("utf-8-sig").splitlines())
    assert wrong["订单号"] == "F-2"
    assert run("import", str(file), "--channel", "web", "--errors", str(tmp_path / "errors.doc")).exit_code == 2
    assert run("import", str(tmp_path / "none.csv"), "--channel", "web").exit_code == 1
    assert run("import", str(file), "--channel", "moon").exit_code == 1


def test_a_bench_that_is_not_there_is_bad_usage(run) -> None:
    told = run("bench", "nothing")
    assert told.exit_code == 2 and "road" in told.output


def test_a_refused_attempt_that_is_not_there_is_told(founded, run) -> None:
    assert run("order", "resume", str(uuid.UUID(int=1))).exit_code == 1
    assert run("order", "resume", "nonsense").exit_code == 1


def test_what_is_in_quarantine_is_listed_tried_repaired_and_sent(founded, read, run, tmp_path) -> None:
    file = tmp_path / "orders.csv"
    header = "订单号,收货人,收货人电话,收货地址,货号,数量,单价,付款方式,客户编号\n"
    file.write_text(header + "F-1,王芳,13800001111,江苏省苏州市姑苏区人民路 1 号,JERKY,两箱,30,credit,C1\n", "utf-8")
    imported = read("import", str(file), "--channel", "web")["import_id"]
    [waiting] = read("quarantine", "list", "--import", imported)["rows"]
    listed = run("quarantine", "list", "--channel", "web").output
    assert "F-1" in listed and "lines.quantity: " in listed
    raw = run("quarantine", "show", waiting["message_id"]).stdout
    assert "两箱" in raw
    assert run("quarantine", "try", waiting["message_id"]).exit_code == 1
    assert read("quarantine", "try", waiting["message_id"])["refused"]["code"].startswith("value.")
    repaired = tmp_path / "repaired.json"
    repaired.write_text(raw.replace("两箱", "2"), "utf-8")
    sheet = tmp_path / "errors.csv"
    assert "1 行写入" in run("quarantine", "sheet", imported, str(sheet)).output and "两箱" in sheet.read_text(
        "utf-8-sig"
    )
    assert "F-1" in run("quarantine", "send", waiting["message_id"], "--content", str(repaired)).output
    assert [row["external_no"] for row in read("order", "list")["rows"]] == ["F-1"]
    assert read("quarantine", "list")["rows"] == []


def test_what_is_not_in_quarantine_is_told(founded, run, tmp_path) -> None:
    nobody = str(uuid.UUID(int=1))
    for words in (
        ("show", nobody),
        ("show", "nonsense"),
        ("try", nobody),
        ("send", nobody),
        ("sheet", nobody, str(tmp_path / "a.csv")),
    ):
        assert run("quarantine", *words).exit_code == 1
    assert run("quarantine", "sheet", nobody, str(tmp_path / "a.doc")).exit_code == 2
