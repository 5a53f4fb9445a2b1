"""Metrics and alerts by clicks: a lead makes both, publishes both; the alert rings, and its figure opens its orders."""

import datetime as dt
import re

import httpx
import pytest
from playwright.sync_api import Page, expect
from tests import relaying
from tests.api.conftest import order
from tests.api.test_alerts import told_of
from tests.api.test_documents import publish
from tests.console.conftest import Opened

from orderloom.actions.hub import Hub
from orderloom.kit import clock

TITLE = {"zh": "待收款", "en": "To be paid"}
METRIC = {"title": TITLE, "of": "orders", "where": [{"field": "paid", "is": "eq", "value": False}], "unit": "单"}


@pytest.fixture
def sold(client: httpx.Client, hub: Hub) -> int:
    """Three orders that nobody has paid yet; how many they are."""
    for number in ("D-1", "D-2", "D-3"):
        assert client.post("/orders", json=order(number)).status_code == 201
    relaying.follow(hub, now=clock.now())
    return 3


def chosen(page: Page, label: str, text: str) -> None:
    """Choose from the list of a field."""
    page.get_by_label(label, exact=True).click()
    page.locator(".ant-select-dropdown:visible .ant-select-item-option", has_text=re.compile(f"^{text}$")).click()


def published(page: Page, comment: str) -> None:
    """Publish what is open, with a comment."""
    page.locator(".detail-actions").get_by_role("button", name="发布").click()
    page.get_by_role("dialog").get_by_role("textbox").fill(comment)
    page.get_by_role("dialog").get_by_role("button", name=re.compile("发 ?布")).click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_metric_and_its_alert_are_made_by_clicks_and_ring(
    opened: Opened, client: httpx.Client, hub: Hub, person: str, sold: int
) -> None:
    screen = opened("desk", "zh")
    page = screen.page
    screen.open("/studio/metric/to_be_paid")
    screen.sign_in()
    words = page.locator(".metric-words")
    expect(words).to_contain_text("已付款、未发货、未取消的订单：有多少，按渠道分开。", timeout=30_000)
    chosen(page, "只算满足全部条件的 1 值", "否")
    expect(words).to_contain_text("未付款、未发货")
    page.get_by_label("只算满足全部条件的：加条件", exact=True).click()
    page.keyboard.type("渠道")
    page.keyboard.press("Enter")
    page.get_by_label("只算满足全部条件的 4 值", exact=True).click()
    page.keyboard.type("web")
    page.keyboard.press("Enter")
    page.keyboard.press("Escape")
    chosen(page, "时间范围", "天")
    page.locator(".ant-select", has=page.get_by_label("分组", exact=True)).locator(
        ".ant-select-selection-item-remove"
    ).click()
    expect(words).to_contain_text("下单时间在近 7 天、未付款、未发货、未取消、渠道为「web」的订单")
    expect(page.locator(".metric-now .number")).to_contain_text(str(sold))
    page.get_by_label("中文名").fill(TITLE["zh"])
    page.get_by_label("英文名").fill(TITLE["en"])
    page.get_by_text("越少越好").click()
    assert screen.impaired() == [] and screen.overflow() == 0
    published(page, "盯未付款")
    kept = client.get("/documents/metric/to_be_paid").json()["content"]
    assert kept["better"] == "less" and kept["over"] == {"count": 7, "unit": "day"} and "by" not in kept

    page.get_by_role("link", name="加预警").click()
    expect(page).to_have_url(re.compile(r"/studio/alert/to_be_paid_alert\?metric=to_be_paid"))
    page.get_by_label("界限", exact=True).fill("2")
    page.get_by_label("持续多久才算", exact=True).fill("0")
    page.get_by_label("角色、仓库或人 1", exact=True).fill("operations")
    page.get_by_text("严重", exact=True).click()
    expect(words.first).to_contain_text("待收款超过 2 单 →")
    expect(page.get_by_role("alert")).to_contain_text("会：现在就会通知")
    assert screen.impaired() == [] and screen.overflow() == 0
    page.get_by_role("tab", name="回测").click()
    page.get_by_role("button", name="回测预警").click()
    expect(page.get_by_text("当时会通知 1 次（每 30 分钟看一次）")).to_be_visible(timeout=30_000)
    rung = page.get_by_role("table", name="会响的时候")
    expect(rung.get_by_role("row").nth(1)).to_contain_text("仍未恢复")
    expect(rung.get_by_role("row").nth(1)).to_contain_text("3 单")
    assert screen.impaired() == [] and screen.overflow() == 0
    published(page, "三单就响")
    now = clock.now()
    assert told_of(hub, now + dt.timedelta(minutes=1)) == 1
    page.reload()
    expect(page.get_by_text("上次响于")).to_be_visible()
    urgent = page.get_by_role("alert", name="紧急消息")
    expect(urgent).to_contain_text("待收款")
    assert screen.impaired() == [] and screen.overflow() == 0
    urgent.get_by_role("button", name="知道了").click()
    expect(urgent).to_have_count(0)

    publish(client, "paying", {"title": TITLE, "rows": [[{"metric": "to_be_paid"}]]}, [], kind="board")
    screen.open("/boards/paying")
    tile = page.get_by_role("region", name=TITLE["zh"]).last
    expect(tile.locator(".alarm")).to_contain_text("当前 3，界限 2")
    tile.get_by_role("button", name="待收款：预警").click()
    expect(page.locator(".ant-popover").get_by_role("link", name="待收款")).to_be_visible()
    assert screen.impaired() == [] and screen.overflow() == 0
    page.keyboard.press("Escape")
    tile.locator(".number").click()
    expect(page).to_have_url(re.compile(r"/orders\?"))
    expect(page.get_by_role("row", name=re.compile("D-"))).to_have_count(sold)


@pytest.mark.parametrize("path", ["metric/to_be_paid", "alert/too_many"])
def test_both_are_read_on_a_phone(opened: Opened, client: httpx.Client, person: str, sold: int, path: str) -> None:
    publish(client, "to_be_paid", METRIC, [], kind="metric")
    alert = {"title": TITLE, "metric": "to_be_paid", "is": "gt", "bound": 120, "for_minutes": 120,
             "again_minutes": 240, "notify": [{"to": "operations", "messenger": "mail"}]}  # fmt: skip
    publish(client, "too_many", alert, [], kind="alert")
    screen = opened("phone", "en")
    page = screen.page
    screen.open(f"/studio/{path}")
    screen.sign_in()
    said = {"metric/to_be_paid": "orders (not paid): how many.",
            "alert/too_many": "To be paid above 120 orders, for 2 h → tell"}[path]  # fmt: skip
    expect(page.locator(".metric-words").first).to_contain_text(said, timeout=30_000)
    assert screen.impaired() == [] and screen.overflow() == 0
