"""Pages of whoever comes from outside, made for a phone: where an order is, by its link."""

import re

import httpx
import pytest
from playwright.sync_api import expect
from tests.api.conftest import order
from tests.console.conftest import LANGUAGES, Opened

STAGES = ("picked", "packed", "shipped", "delivered")
SAID = {
    "zh": {"left": "还有", "way": "等快递来取", "done": "已按时送达", "copy": "复制查询链接", "gone": "打不开这个链接"},
    "en": {"left": "left", "way": "waits for the carrier", "done": "Delivered on time", "copy": "Copy tracking link",
           "gone": "This link cannot be opened"},
}  # fmt: skip


def _go(client: httpx.Client, shipment: str, *stages: str) -> None:
    for stage in stages:
        done = client.post("/shipments/confirm", json=[{"shipment_no": shipment, "stage": stage}]).json()
        assert done["refused"] == 0, done


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_recipient_follows_an_order_from_paid_to_delivered(
    opened: Opened, client: httpx.Client, person: str, language: str
) -> None:
    said = SAID[language]
    client.put("/settings", json={"trusted_sources": {each: ["tester"] for each in STAGES},
                                  "seller": {"name": "织里童装", "phone": "0572-3150000"}})  # fmt: skip
    number = client.post("/orders", json=order()).json()["order_no"]
    desk = opened("desk", language)
    desk.page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    desk.open(f"/orders/{number}")
    desk.sign_in()
    desk.page.get_by_role("button", name=said["copy"], exact=True).click()
    expect(desk.page.locator(".ant-message")).to_be_visible()
    link = desk.page.evaluate("navigator.clipboard.readText()").removeprefix(desk.root)
    screen = opened("phone", language)
    page = screen.page
    page.clock.install()
    screen.open(link)
    expect(page.locator("header strong")).to_have_text("织里童装")
    expect(page.get_by_role("timer")).to_contain_text(said["left"])
    expect(page.locator(".way li[aria-current=step]")).to_have_count(1)
    assert screen.impaired() == [] and screen.overflow() == 0
    shipment = client.get(f"/orders/{number}").json()["shipments"][0]["shipment_no"]
    client.post("/shipments/release", json={"shipment_nos": [shipment]})
    _go(client, shipment, "picked", "packed")
    page.clock.run_for(21_000)
    expect(page.locator(".progress-head")).to_contain_text(said["way"])
    page.route("**/t/**", lambda route: route.abort())
    page.clock.run_for(40_000)
    expect(page.get_by_role("status")).to_be_visible()
    expect(page.locator(".progress-head")).to_contain_text(number)
    page.unroute_all()
    _go(client, shipment, "shipped", "delivered")
    page.clock.run_for(30_000)
    expect(page.locator(".progress-head")).to_contain_text(said["done"])
    expect(page.get_by_role("status")).to_have_count(0)
    screen.wrong = [each for each in screen.wrong if "ERR_FAILED" not in each]
    assert screen.impaired() == [] and screen.overflow() == 0
    page.get_by_role("button", name=re.compile("^(English|中文)$")).click()
    expect(page.locator("html")).to_have_attribute("lang", "en" if language == "zh" else "zh-CN")
    client.delete(f"/orders/{number}/tracking-link")
    screen.forgive(link)
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text(SAID["en" if language == "zh" else "zh"]["gone"])
