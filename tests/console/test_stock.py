"""Journeys of the stock pages: what is short first, from a SKU to the order that holds it, units received."""

import datetime as dt
import re

import httpx
import pytest
from playwright.sync_api import expect
from tests.api.conftest import SignedIn, order
from tests.api.test_documents import publish
from tests.console.conftest import LANGUAGES, SIZES, Opened

from orderloom.actions import reference
from orderloom.actions.hub import Hub
from orderloom.kit import clock

SAID = {
    "zh": {"waiting": "有订单等货", "orders": re.compile("占用"), "lots": re.compile("批次"),
           "moves": "流水", "receive": "入库"},
    "en": {"waiting": "Waited for", "orders": re.compile("Orders"), "lots": re.compile("Lots"),
           "moves": "Moves", "receive": "Receive"},
}  # fmt: skip


@pytest.fixture
def keeper(signed_in: SignedIn, hub: Hub) -> str:
    """Somebody of the warehouse, as the hub's own role has it; the login."""
    reference.found(hub, values={}, actor="t", now=clock.now())
    signed_in("keeper", "warehouse")
    return "keeper"


@pytest.mark.parametrize(("size", "language"), list(zip(SIZES, LANGUAGES, strict=True)))
def test_stock_leads_from_what_is_short_to_the_order_that_holds_it(
    opened: Opened, client: httpx.Client, keeper: str, size: str, language: str
) -> None:
    said = SAID[language]
    held = client.post("/orders?wait=true", json=order("W-1")).json()["order_no"]
    wants = order("W-2", lines=[{"sku": "MOTOR", "quantity": 400, "price": "9"}])
    waits = client.post("/orders?wait=true", json=wants).json()["order_no"]
    screen = opened(size, language)
    page = screen.page
    screen.open("/stock")
    screen.sign_in(keeper)
    rows = page.locator(".rows tbody tr" if size == "desk" else ".cards .card")
    expect(rows).to_have_count(6)
    expect(rows.first).to_contain_text("MOTOR")
    expect(rows.first).to_contain_text(said["waiting"])
    assert screen.impaired() == [] and screen.overflow() == 0
    page.get_by_text("JERKY", exact=True).first.click()
    expect(page.locator("h1")).to_have_text("JERKY")
    expect(page.locator(".stock-steps li")).to_have_count(1)
    assert screen.impaired() == [] and screen.overflow() == 0
    page.get_by_role("button", name=said["receive"]).click()
    page.locator("#quantity").fill("7")
    page.get_by_role("dialog").locator(".ant-select").first.click()
    page.locator(".ant-select-item-option:visible").first.click()
    page.locator("#lot").fill("NEW-1")
    page.locator("#expires_on").fill((clock.now().date() + dt.timedelta(days=30)).isoformat())
    page.locator("#reason").fill("到货")
    page.get_by_role("dialog").locator(".ant-btn-primary").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_role("tab", name=said["lots"]).click()
    expect(page.get_by_role("tabpanel")).to_contain_text("NEW-1")
    page.get_by_role("tab", name=said["moves"]).click()
    expect(page.locator("[role=tabpanel] tbody tr:visible").first).to_contain_text("+7")
    expect(page.locator("[role=tabpanel] tbody tr:visible").first).to_contain_text("keeper")
    page.get_by_role("tab", name=said["orders"]).click()
    assert screen.impaired() == [] and screen.overflow() == 0
    page.get_by_role("link", name=held).click()
    expect(page.locator("h1")).to_have_text(held)
    page.goto(f"{screen.root}/stock/MOTOR")
    page.get_by_role("tab", name=said["orders"]).click()
    expect(page.get_by_role("link", name=waits).first).to_be_visible()


def test_who_is_limited_to_a_warehouse_sees_only_its_stock(
    opened: Opened, client: httpx.Client, keeper: str, signed_in: SignedIn, hub: Hub
) -> None:
    role = {
        "title": {"zh": "成都仓", "en": "Chengdu"},
        "may": ["stock:read", "events:read", "notices:read", "status:read"],
        "warehouses": ["chengdu"],
    }
    publish(client, "chengdu", role, [], kind="role")
    signed_in("chen", "chengdu")
    screen = opened("phone", "zh")
    page = screen.page
    screen.open("/stock")
    screen.sign_in("chen")
    expect(page.locator(".cards .card")).to_have_count(3, timeout=20_000)
    assert set(page.locator(".cards .card").all_inner_texts()) and "苏州仓" not in page.locator(".cards").inner_text()
    page.get_by_text("HOOK", exact=True).first.click()
    expect(page.locator(".stock-grid tbody tr")).to_have_count(1)
    expect(page.get_by_role("button", name="入库")).to_have_count(0)
    assert screen.impaired() == [] and screen.overflow() == 0
