"""Pages of whoever comes from outside, made for a phone: where an order is, and a form, by their links."""

import re

import httpx
import pytest
from playwright.sync_api import Locator, Page, Route, expect
from tests import dictionaries
from tests.api.conftest import PASSWORD, SignedIn, order, signed_in  # noqa: F401
from tests.console.conftest import LANGUAGES, Opened

from orderloom.actions.hub import Hub
from orderloom.domain.forms import definition
from orderloom.kit import clock

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


def _until(page: Page, there: Locator) -> None:
    """Minutes go by in steps, as what is asked in vain is asked again only later, until it is there."""
    for _ in range(20):
        page.clock.run_for(5_000)
        page.wait_for_timeout(100)
        if there.is_visible():
            break
    expect(there).to_be_visible()


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
    _until(page, page.get_by_role("status"))
    expect(page.locator(".progress-head")).to_contain_text(number)
    page.unroute_all()
    _go(client, shipment, "shipped", "delivered")
    _until(page, page.locator(".progress-head", has_text=said["done"]))
    expect(page.get_by_role("status")).to_have_count(0)
    screen.wrong = [each for each in screen.wrong if "ERR_FAILED" not in each]
    assert screen.impaired() == [] and screen.overflow() == 0
    page.get_by_role("button", name=re.compile("^(English|中文)$")).click()
    expect(page.locator("html")).to_have_attribute("lang", "en" if language == "zh" else "zh-CN")
    client.delete(f"/orders/{number}/tracking-link")
    screen.forgive(link)
    page.reload()
    expect(page.get_by_role("alert")).to_contain_text(SAID["en" if language == "zh" else "zh"]["gone"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_visitor_sends_a_form_once_though_the_server_dies_in_between(
    opened: Opened, client: httpx.Client, hub: Hub, language: str
) -> None:
    said = {"zh": ("提交", "请填写", "网络不通", "谢谢", "查看订单进度"),
            "en": ("Send", "fill", "No connection", "Thank you", "Follow your order")}[language]  # fmt: skip
    dictionaries.publish(hub, {**definition.EXAMPLE, "channel": "web"}, kind="form", name="shop", now=clock.now())
    token = client.post("/forms/shop/links", json={"kind": "public"}).json()["token"]
    screen = opened("phone", language)
    page = screen.page
    screen.open(f"/f/{token}")
    send = page.get_by_role("button", name=said[0], exact=True)
    screen.forgive(f"/f/{token}")
    send.click()
    expect(page.locator("[data-field=payment_method] .fill-wrong")).to_contain_text(said[1])
    assert screen.impaired() == [] and screen.overflow() == 0
    page.locator("[data-field='consignee.name'] :is(input, textarea)").fill("陈一")
    page.locator("[data-field='consignee.phone'] input").fill("13911112222")
    page.locator("[data-field='consignee.address'] .ant-cascader input").fill("姑苏")
    page.locator(".ant-cascader-menu-item").filter(has_text="姑苏").first.click()
    page.locator("[data-field='consignee.address'] input[autocomplete=street-address]").fill("人民路 1 号")
    goods = page.locator("[data-field=lines]")
    goods.locator(".ant-select input, input[role=combobox]").first.fill("牛肉")
    page.locator(".ant-select-item-option").filter(has_text="牛肉干").click()
    goods.locator("input[inputmode=numeric], .ant-input-number input").first.fill("3")
    page.locator("[data-field=payment_method] .ant-select").click()
    page.locator(".ant-select-item-option").filter(has_text=re.compile("公对公|Company")).click()
    page.reload()
    expect(page.locator("[data-field='consignee.name'] :is(input, textarea)")).to_have_value("陈一")
    answers: list[int] = []

    def die(route: Route) -> None:
        # The first one is carried out, and its answer is lost; the next do not even arrive.
        if not answers:
            answers.append(route.fetch().status)
        route.abort()

    page.route("**/f/*", die)
    send.click()
    expect(page.get_by_role("status")).to_contain_text(said[2])
    assert answers == [201]
    page.unroute_all()
    page.reload()
    expect(page.get_by_role("heading", level=1)).to_contain_text(said[3], timeout=15_000)
    [row] = client.get("/orders").json()["rows"]
    expect(page.get_by_role("status")).to_contain_text(row["order_no"])
    assert screen.impaired() == [] and screen.overflow() == 0
    assert "13911112222" not in page.evaluate("JSON.stringify(localStorage)"), "what was sent is no longer kept here"
    page.get_by_role("link", name=said[4]).click()
    expect(page.locator(".progress-head")).to_contain_text(row["order_no"])
    screen.wrong = [each for each in screen.wrong if "ERR_FAILED" not in each]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_dealer_orders_on_a_phone_and_sees_only_its_own(
    opened: Opened,
    client: httpx.Client,
    signed_in: SignedIn,  # noqa: F811
    language: str,
) -> None:
    said = {"zh": ("登录", "快速下单", "提交订单", "再来一单"),
            "en": ("Sign in", "Quick order", "Place the order", "Order again")}[language]  # fmt: skip
    client.put("/settings", json={"seller": {"name": "贝乐五金", "channel": "web"}})
    other = client.post("/orders", json=order("W-C1", customer_no="C1")).json()["order_no"]
    signed_in("dealer", "dealer", customer_no="C2")
    screen = opened("phone", language)
    page = screen.page
    screen.forgive("/api/v1/dealing")
    screen.open("/dealer")
    page.locator("[name=login]").fill("dealer")
    page.locator("[name=password]").fill(PASSWORD)
    page.get_by_role("button", name=said[0]).click()
    expect(page.get_by_role("heading", name=said[1])).to_be_visible()
    page.get_by_role("searchbox").fill("牛肉")
    page.get_by_role("button", name=re.compile("牛肉干")).click()
    page.locator("input.count").fill("3")
    labels = {"zh": ("收货人", "电话", "省", "市", "区县", "街道、门牌号"),
              "en": ("Name", "Phone", "Province", "City", "District", "Street and number")}[language]  # fmt: skip
    values = ("李一", "13700001111", "江苏省", "苏州市", "姑苏区", "平江路 8 号")
    for label, value in zip(labels, values, strict=True):
        page.get_by_label(label, exact=True).fill(value)
    assert screen.impaired() == [] and screen.overflow() == 0
    page.get_by_role("button", name=said[2]).click()
    expect(page.get_by_role("status")).to_contain_text("OL-")
    mine = page.get_by_role("button", name=re.compile("OL-"))
    expect(mine).to_have_count(1)
    expect(mine).to_contain_text({"zh": "已分仓", "en": "Allocated"}[language])
    assert other not in page.content()
    mine.click()
    expect(page.locator(".steps li[aria-current=step]")).to_have_count(1)
    page.get_by_role("button", name=said[3]).click()
    expect(page.locator("input.count")).to_have_value("3")
    expect(page.locator("select")).to_have_value("0")
    assert screen.impaired() == [] and screen.overflow() == 0
