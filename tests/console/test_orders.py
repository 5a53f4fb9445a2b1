"""Journeys through the shell and the orders, in both languages, on a desk and on a phone."""

import csv
import re
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect
from tests.api.conftest import order
from tests.console.conftest import LANGUAGES, SIZES, Opened
from tests.relaying import follow

from orderloom.actions.hub import Hub
from orderloom.kit import clock

HOLD = {"code": "vague_address", "reason": {"zh": "地址不详", "en": "The address is vague"}, "owner": "客服"}
SAID: dict[str, dict[str, Any]] = {
    "zh": {"orders": "订单", "off": "解除挂起", "confirm": "确认解除", "held": "地址不详", "wrong": "不对"},
    "en": {"orders": "Orders", "off": "Take hold off", "confirm": "Take it off", "held": "The address is vague",
           "wrong": "wrong"},
}  # fmt: skip
each_once = pytest.mark.parametrize(("size", "language"), list(zip(SIZES, LANGUAGES, strict=True)))


def placed(client: httpx.Client, count: int) -> list[str]:
    """The numbers of so many new orders."""
    made = client.post("/orders", json=[order(f"W-{number}") for number in range(count)])
    return [each["order_no"] for each in made.json()["outcomes"]]


@each_once
def test_a_person_signs_in_finds_a_held_order_and_lets_it_go_on(
    opened: Opened, client: httpx.Client, person: str, size: str, language: str
) -> None:
    said = SAID[language]
    number, *_ = placed(client, 3)
    client.post(f"/orders/{number}/hold", json=HOLD)
    screen = opened(size, language)
    page = screen.page
    screen.open("/orders?held=true")
    assert screen.impaired() == []
    screen.sign_in(password="not the password")
    expect(page.get_by_role("alert")).to_contain_text(said["wrong"])
    screen.sign_in()
    expect(page.get_by_role("heading", name=said["orders"])).to_be_visible()
    expect(page.get_by_text(re.compile(r"OL-\d+"))).to_have_count(1)
    assert screen.impaired() == [] and screen.overflow() == 0
    expect(page.get_by_role("main")).to_contain_text("客户 C1 C1")
    page.get_by_text(number).click()
    expect(page.get_by_role("heading", name=number)).to_be_visible()
    expect(page.get_by_role("link", name="客户 C1")).to_be_visible()
    expect(page.locator(".hold")).to_contain_text(said["held"])
    expect(page.locator(".track li[aria-current=step]")).to_have_count(1)
    assert screen.impaired() == [] and screen.overflow() == 0
    page.get_by_role("button", name=said["off"]).click()
    page.locator(".hold input").fill("已与客户确认")
    page.get_by_role("button", name=said["confirm"]).click()
    expect(page.locator(".hold")).to_have_count(0)
    assert client.get(f"/orders/{number}").json()["order"].get("holds", []) == []


def test_a_list_is_walked_by_keys_and_narrowed_by_its_address(
    opened: Opened, client: httpx.Client, person: str
) -> None:
    placed(client, 60)
    client.post("/orders/cancel", json={"order_nos": placed(client, 1), "reason": "不要了"})
    screen = opened("desk", "zh")
    page = screen.page
    screen.open("/orders")
    screen.sign_in()
    rows = page.get_by_role("row").filter(has_text="OL-")
    expect(rows.first).to_be_visible()
    assert screen.overflow() == 0
    table = page.locator(".rows")
    assert table.evaluate("box => box.scrollWidth <= box.clientWidth"), "the table scrolls sideways"
    for key in ("ArrowDown", "ArrowDown", "Space"):
        page.keyboard.press(key)
    expect(page.get_by_role("toolbar")).to_contain_text("1")
    page.keyboard.press("Escape")
    expect(page.get_by_role("toolbar")).to_have_count(0)
    second = rows.nth(1).locator(".code").inner_text()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name=second)).to_be_visible()
    page.keyboard.press("Escape")
    expect(rows.first).to_be_visible()
    page.get_by_role("combobox", name="阶段").click()
    page.get_by_title("已取消").or_(page.locator(".ant-select-item-option").filter(has_text="已取消")).first.click()
    expect(page).to_have_url(re.compile(r"\?stage=cancelled$"))
    with page.expect_download() as taken:
        page.get_by_role("button", name="导出").click()
    head, *lines = csv.reader(taken.value.path().read_text("utf-8-sig").splitlines())
    told = [dict(zip(head, line, strict=True)) for line in lines]
    assert [(each["客户"], each["客户编号"]) for each in told] == [("客户 C1", "C1")]
    page.get_by_role("heading", name="订单").click()
    page.keyboard.press("/")
    expect(page.get_by_role("combobox", name=re.compile("搜索订单"))).to_be_focused()


def test_many_orders_are_held_and_released_with_an_outcome_each(
    opened: Opened, client: httpx.Client, person: str
) -> None:
    numbers = placed(client, 3)
    screen = opened("desk", "en")
    page = screen.page
    screen.open("/orders")
    screen.sign_in()
    page.get_by_role("checkbox", name="Choose all that is loaded").check()
    toolbar = page.get_by_role("toolbar")
    expect(toolbar).to_contain_text("3 chosen")
    toolbar.get_by_role("button", name="Hold", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("3 rows")
    dialog.get_by_role("combobox").click()
    page.locator(".ant-select-item-option").filter(has_text="By hand").click()
    dialog.get_by_label("Why").fill("The customer asked us to wait")
    dialog.get_by_role("button", name="Hold 3").click()
    expect(dialog).to_have_count(0)
    held = client.get("/orders", params={"hold": "manual"}).json()["rows"]
    assert {row["order_no"] for row in held} == set(numbers)
    client.post(f"/orders/{numbers[0]}/release", json={"code": "manual", "reason": "已确认"})
    page.get_by_role("checkbox", name="Choose all that is loaded").check()
    toolbar.get_by_role("button", name="Take hold off").click()
    dialog.get_by_role("combobox").click()
    page.locator(".ant-select-item-option:visible").filter(has_text="By hand").click()
    dialog.get_by_label("Why").fill("Confirmed")
    dialog.get_by_role("button", name="Take hold off 3").click()
    expect(dialog).to_contain_text("2 done, 1 refused")
    expect(dialog).to_contain_text(numbers[0])
    assert screen.impaired() == []


def test_a_new_order_comes_into_the_list_by_itself(opened: Opened, client: httpx.Client, person: str, hub: Hub) -> None:
    placed(client, 1)
    follow(hub, now=clock.now())
    screen = opened("desk", "zh")
    with screen.page.expect_response(re.compile("/events/stream")):
        screen.open("/orders")
        screen.sign_in()
    expect(screen.page.get_by_text("W-0")).to_be_visible()
    client.post("/orders", json=order("W-LATER"))
    follow(hub, now=clock.now())
    expect(screen.page.get_by_text("W-LATER")).to_be_visible()


@pytest.mark.parametrize("dark", [False, True])
def test_the_language_and_the_light_are_changed_and_kept(opened: Opened, person: str, dark: bool) -> None:
    screen = opened("desk", "zh", dark=not dark)
    page = screen.page
    screen.open("/orders")
    screen.sign_in()
    for choice in ("English", "Dark" if dark else "Light"):
        page.get_by_role("button", name=re.compile("账户|account")).click()
        page.get_by_role("menuitem", name=choice, exact=True).click()
    expect(page.locator("html")).to_have_attribute("data-theme", "dark" if dark else "light")
    page.reload()
    expect(page.get_by_role("heading", name="Orders")).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert screen.impaired() == []


def test_a_server_that_cannot_be_reached_is_said_and_what_was_typed_is_kept(opened: Opened, person: str) -> None:
    screen = opened("desk", "zh")
    page = screen.page
    screen.open("/orders")
    screen.sign_in()
    expect(page.get_by_role("heading", name="订单")).to_be_visible()
    page.get_by_placeholder("客户").fill("C-typed")
    screen.lose_network()
    expect(page.get_by_role("status").filter(has_text="没有网络")).to_be_visible()
    expect(page.get_by_placeholder("客户")).to_have_value("C-typed")
    page.context.set_offline(False)
    expect(page.get_by_role("status").filter(has_text="没有网络")).to_have_count(0)
    page.route("**/*", lambda route: route.abort())
    page.get_by_role("button", name="刷新").click()
    expect(page.get_by_role("status").filter(has_text="连不上服务器")).to_be_visible()
    expect(page.get_by_placeholder("客户")).to_have_value("C-typed")
    page.unroute("**/*")
    expect(page.get_by_role("status").filter(has_text="连不上服务器")).to_have_count(0, timeout=10_000)
