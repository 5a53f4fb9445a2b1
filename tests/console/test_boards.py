"""Boards: a figure leads to exactly its orders; a card is added in the designer and seen on the board."""

import datetime as dt
import re

import httpx
import pytest
from playwright.sync_api import expect
from tests import relaying
from tests.api.conftest import order
from tests.api.test_documents import publish
from tests.console.conftest import Opened

from orderloom.actions.hub import Hub
from orderloom.kit import clock


@pytest.fixture
def sold(client: httpx.Client, hub: Hub) -> int:
    """Orders of today, and one of three days ago; how many are today's."""
    now = clock.now()
    earlier = (now - dt.timedelta(days=3)).isoformat()
    for at, body in enumerate((order("B-0"), order("B-1"), order("B-2"), order("B-3", placed_at=earlier))):
        answer = client.post("/orders", json=body)
        assert answer.status_code == 201, (at, answer.text)
    relaying.follow(hub, now=now)
    return 3


def test_a_figure_leads_to_exactly_its_orders(opened: Opened, person: str, sold: int) -> None:
    screen = opened("phone", "en")
    page = screen.page
    screen.open("/boards/live")
    screen.sign_in()
    tile = page.get_by_role("region", name="Orders today")
    expect(tile.locator(".number")).to_contain_text(str(sold), timeout=30_000)
    expect(page.locator(".chart canvas").first).to_be_visible()
    assert screen.impaired() == [] and screen.overflow() == 0
    tile.get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/orders\?"))
    expect(page.locator(".card-body")).to_have_count(sold)
    assert screen.overflow() == 0


@pytest.mark.parametrize(("size", "language"), [("desk", "zh"), ("phone", "en")])
def test_a_report_is_read_by_the_week_and_by_the_day_down_to_its_orders(
    opened: Opened, client: httpx.Client, person: str, sold: int, size: str, language: str
) -> None:
    title = {"zh": "卖了多少", "en": "How many were sold"}
    publish(client, "sold", {"title": title, "of": "orders", "unit": "单"}, [], kind="metric")
    publish(client, "selling", {"title": {"zh": "销售周报", "en": "Sales by week"}, "metrics": ["sold"],
                                "bucket": "week", "over": {"count": 8, "unit": "week"}}, [], kind="report")  # fmt: skip
    screen = opened(size, language)
    page = screen.page
    screen.open("/boards")
    screen.sign_in()
    page.get_by_role("link", name="销售周报" if language == "zh" else "Sales by week").click()
    tile = page.get_by_role("region", name=title[language])
    expect(tile.locator("canvas")).to_be_visible(timeout=30_000)
    assert screen.impaired() == [] and screen.overflow() == 0
    page.get_by_text("日" if language == "zh" else "Day", exact=True).click()
    expect(page).to_have_url(re.compile("by=day"))
    tile.get_by_role("button", name=re.compile("看表格|as a table")).click()
    expect(tile.locator("tbody tr")).to_have_count(2)
    assert screen.impaired() == [] and screen.overflow() == 0
    tile.locator("tbody tr").first.get_by_role("link").click()
    expect(page).to_have_url(re.compile(r"/orders\?figure=selling.day"))
    rows = page.locator("tr.opens" if size == "desk" else ".card-body")
    expect(rows).to_have_count(sold)
    expect(page.get_by_text(title[language]).first).to_be_visible()


def test_a_card_is_added_previewed_published_and_seen(
    opened: Opened, client: httpx.Client, person: str, sold: int
) -> None:
    screen = opened("desk", "zh")
    page = screen.page
    screen.open("/studio/board/live")
    screen.sign_in()
    expect(page.locator(".card-box canvas").first).to_be_visible()
    page.get_by_role("button", name="在第 1 行加一张图").click()
    facts = page.locator(".card-facts")
    facts.get_by_label("指标", exact=True).fill("单量")
    page.locator(".ant-select-item-option", has_text=re.compile("^单量$")).click()
    facts.get_by_role("button", name="表格").click()
    facts.get_by_label("中文名").fill("各省单量")
    facts.get_by_label("英文名").fill("By province")
    facts.get_by_label("分组", exact=True).fill("省份")
    page.locator(".ant-select-item-option", has_text="省份").click()
    page.keyboard.press("Escape")
    card = page.locator(".card-box.chosen")
    expect(card.get_by_role("cell", name="江苏省").first).to_be_visible()
    facts.get_by_role("button", name="左移").click()
    expect(page.locator('.card-box.chosen[data-path="/rows/0/3"]')).to_contain_text("各省单量")
    assert screen.impaired() == [] and screen.overflow() == 0
    page.locator(".detail-actions").get_by_role("button", name="发布").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("要看各省")
    page.get_by_role("dialog").get_by_role("button", name=re.compile("发 ?布")).click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    kept = client.get("/documents/board/live").json()["content"]["rows"][0]
    assert [each["metric"] for each in kept].index("orders_placed", 1) == 3 and len(kept) == 5
    screen.open("/boards/live")
    expect(page.get_by_role("region", name="各省单量").get_by_role("cell", name=str(sold)).first).to_be_visible()
    assert screen.impaired() == [] and screen.overflow() == 0
