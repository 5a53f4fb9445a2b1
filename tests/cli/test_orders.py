"""orderloom order: what a person types, what the hub answers, and how a run ends."""

import pytest
from tests import company

from orderloom.kit import clock

PLACE = (
    "order", "place", "--channel", "web", "--line", "JERKY:2@30", "--customer", "C1", "--name", "王芳", "--phone",
    "13800001111", "--address", "江苏省苏州市姑苏区人民路 88 号 3 幢", "--payment", "credit",
)  # fmt: skip


@pytest.fixture
def order_no(founded, read) -> str:
    return read(*PLACE)["order_no"]


def test_an_order_is_placed_with_its_pasted_address_split(founded, read) -> None:
    placed = read(*PLACE, "--external-no", "T-1", "--tag", "急", "--custom", "floor=3")
    assert placed["stage"] == "allocated" and placed["external_no"] == "T-1"
    order = read("order", "show", placed["order_no"])["order"]
    assert (order["consignee"]["province"], order["consignee"]["district"]) == ("江苏省", "姑苏区")
    assert order["tags"] == ["急"] and order["custom"] == {"floor": "3"}


def test_a_line_without_a_price_takes_the_catalogues_per_stated_unit(founded, read) -> None:
    words = [*PLACE]
    words[words.index("JERKY:2@30")] = "JERKY:1箱"
    placed = read(*words)
    [line] = read("order", "show", placed["order_no"])["order"]["lines"]
    assert (line["quantity"], line["amount_minor"]) == (12, 36_000)


def test_a_refusal_says_what_to_do_and_ends_with_one(founded, run) -> None:
    refused = run("order", "place", "--channel", "web", "--line", "JERKY:2@30", "--payment", "alipay")
    assert refused.exit_code == 1 and "请补充" in refused.output
    english = run("--lang", "en", "order", "show", "OL-1")
    assert english.exit_code == 1 and "no such order: OL-1" in english.output


@pytest.mark.parametrize(
    "words",
    [
        ("order", "place", "--channel", "web", "--line", "JERKY"),
        ("order", "place", "--channel", "web", "--line", "JERKY:two"),
        ("order", "place", "--channel", "web", "--line", "JERKY:1", "--custom", "floor"),
        ("order", "place", "--channel", "web", "--line", "JERKY:1", "--paid", "1.005"),
        ("order", "list", "--since", "yesterday"),
        ("order", "list", "--count", "0"),
        ("order", "cancel", "OL-1"),
        ("order", "unknown"),
        ("--lang", "fr", "order", "list"),
    ],
)
def test_bad_usage_ends_with_two(founded, run, words) -> None:
    assert run(*words).exit_code == 2


def test_an_unknown_channel_and_workspace_are_refused_by_name(founded, run) -> None:
    refused = run("order", "place", "--channel", "moon", "--line", "JERKY:1")
    assert refused.exit_code == 1 and "moon" in refused.output
    refused = run("-w", "nowhere", "order", "list")
    assert refused.exit_code == 1 and "nowhere" in refused.output


def test_the_list_is_narrowed_and_goes_on_after_its_cursor(founded, read) -> None:
    for number in range(3):
        read(*PLACE, "--external-no", f"T-{number}")
    first = read("order", "list", "--count", "2", "--channel", "web")
    rest = read("order", "list", "--count", "2", "--after", first["next"])
    assert [each["external_no"] for each in first["rows"] + rest["rows"]] == ["T-2", "T-1", "T-0"]
    assert rest["next"] is None
    assert read("order", "list", "--held")["rows"] == []
    assert read("order", "list", "--external-no", "T-1", "--stage", "allocated", "--since", "2020-01-01")["rows"]


def test_the_list_and_an_order_are_shown_as_tables(order_no, run) -> None:
    listed = run("order", "list")
    assert order_no in listed.output and "已分仓" in listed.output
    shown = run("--lang", "en", "order", "show", order_no)
    assert "Allocated" in shown.output and "JERKY" in shown.output and "suzhou" in shown.output


def test_the_timeline_tells_every_event_with_its_why(order_no, read, run) -> None:
    types = [each["type"] for each in read("order", "timeline", order_no)["items"]]
    assert types[0] == "order.received" and "shipment.planned" in types
    told = run("order", "timeline", order_no)
    assert "收到订单" in told.output and "[sourcing#" in told.output
    assert "未选 成都仓：" in told.output and '{"' not in told.output
    assert run("order", "timeline", "OL-1").exit_code == 1


def test_why_tells_each_decision_with_who_decided_and_why_not_otherwise(order_no, read, run) -> None:
    points = {each["point"] for each in read("order", "why", order_no)["decisions"]}
    assert {"grade", "price", "source", "carrier", "promise"} <= points
    told = run("order", "why", order_no)
    assert "【source】" in told.output and "[sourcing v1 #" in told.output and "未选 chengdu" in told.output
    assert run("order", "why", "OL-1").exit_code == 1


def test_a_preview_shows_the_difference_and_changes_nothing(order_no, read, run) -> None:
    change = ("order", "amend", order_no, "--line", "JERKY:5", "--line", "HOOK:1@20", "--reason", "加购")
    before = read("order", "show", order_no)["order"]
    shown = run(*change, "--preview")
    assert shown.exit_code == 0 and "order.amended" in shown.output
    assert read("order", "show", order_no)["order"] == before
    read(*change)
    after = read("order", "show", order_no)["order"]
    assert {line["sku"]: line["quantity"] for line in after["lines"]} == {"JERKY": 5, "HOOK": 1}
    assert next(line for line in after["lines"] if line["sku"] == "JERKY")["amount_minor"] == 15_000


def test_a_hold_keeps_its_shipment_back_until_it_is_taken_off(order_no, read, run) -> None:
    held = read("order", "hold", order_no, "--code", "hold.ask", "--reason", "等客户回电")
    assert held["holds"] == ["hold.ask"]
    refused = run("shipment", "release", f"{order_no}-1")
    assert refused.exit_code == 1 and "hold.ask" in refused.output
    assert run("order", "release", order_no, "hold.other", "--reason", "x").exit_code == 1
    assert "holds" not in read("order", "release", order_no, "hold.ask", "--reason", "已回电")
    assert run("shipment", "release", f"{order_no}-1").exit_code == 0


def test_money_is_booked_once_under_its_number(order_no, read, run) -> None:
    for _ in range(2):
        read("order", "pay", order_no, "10.50", "--payment-no", "P-1")
    assert read("order", "show", order_no)["order"]["paid_minor"] == 1_050
    read("order", "pay", order_no, "-0.50", "--payment-no", "P-2")
    assert read("order", "show", order_no)["order"]["paid_minor"] == 1_000
    assert run("order", "pay", order_no, "1.234", "--payment-no", "P-3").exit_code == 2


def test_a_shipment_is_split_in_two(order_no, read, run) -> None:
    read("order", "split", order_no, f"{order_no}-1", "--line", "1:1")
    assert len(read("order", "show", order_no)["shipments"]) == 2
    assert run("order", "split", order_no, f"{order_no}-1", "--line", "one").exit_code == 2


def test_many_are_cancelled_and_one_unknown_number_stops_all(order_no, read, run) -> None:
    assert run("order", "cancel", order_no, "OL-1", "--reason", "x").exit_code == 1
    assert read("order", "show", order_no)["order"]["stage"] == "allocated"
    [told] = read("order", "cancel", order_no, "--reason", "客户取消")
    assert told["stage"] == "cancelled"


def test_stock_that_came_is_taken_on_retry(founded, read) -> None:
    words = [*PLACE]
    words[words.index("JERKY:2@30")] = f"HOOK:{company.ON_HAND * 2 + 1}@20"
    placed = read(*words)
    assert placed["stage"] == "backordered"
    company.stocked(founded, [("HOOK", "suzhou", 150)], now=clock.now())
    [told] = read("order", "retry", placed["order_no"])
    assert told["stage"] == "allocated"
