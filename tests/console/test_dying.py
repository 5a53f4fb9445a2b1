"""A server that is killed and comes back: it is said calmly, nothing typed is lost, and everything arrives once."""

import re
from pathlib import Path

import httpx
from playwright.sync_api import Page, expect
from tests import dictionaries
from tests.console import servers
from tests.console.conftest import Opened, Screen

from orderloom.actions.hub import Hub
from orderloom.actions.kinds import KINDS
from orderloom.domain.forms import definition
from orderloom.kit import clock

WRITTEN = "服务器不在时写的"
DRAFT = "/documents/rules/big_orders/draft"


def _desk(screen: Screen) -> Page:
    screen.open("/sales")
    screen.sign_in()
    expect(screen.page.get_by_label("客户编号、名称或手机号")).to_be_visible()
    return screen.page


def _type_an_order(page: Page, street: str) -> None:
    page.get_by_label("客户编号、名称或手机号").fill("C1")
    page.locator(".ant-select-item-option", has_text="C1").first.click()
    page.get_by_label("收货人姓名").fill("王小明")
    page.get_by_label("收货人手机").fill("13800138000")
    page.get_by_label("地址（整段粘贴即可").fill(f"江苏省苏州市姑苏区{street}")
    page.get_by_label("第 1 行货品").fill("JERKY")
    page.locator(".ant-select-item-option:visible", has_text="JERKY").first.click()
    page.get_by_label("第 1 行单价").fill("25")


def _editor(screen: Screen) -> Page:
    screen.open("/studio/rules/big_orders")
    screen.sign_in()
    expect(screen.page.get_by_label("名称 中文")).to_be_visible()
    return screen.page


def _form(screen: Screen, token: str) -> Page:
    """A public form, filled in but for the name."""
    page = screen.page
    screen.open(f"/f/{token}")
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
    return page


def _public_link(client: httpx.Client, hub: Hub) -> str:
    dictionaries.publish(hub, {**definition.EXAMPLE, "channel": "web"}, kind="form", name="shop", now=clock.now())
    return client.post("/forms/shop/links", json={"kind": "public"}).json()["token"]


def _save(page: Page) -> None:
    page.locator(".detail-actions").get_by_role("button", name="保存草稿").click()


def _go_on_without_it(desk: Page, editor: Page, form: Page) -> None:
    """Another order is entered, a rule is changed and saved, a form is sent; nothing of it arrives."""
    _type_an_order(desk, "人民路 9 号")
    desk.get_by_label("卖家备注").fill("下班前送到")
    desk.locator(".desk-go button").click()
    expect(desk.locator(".entered li").first).to_contain_text("待发送")
    editor.get_by_label("名称 中文").fill(WRITTEN)
    _save(editor)
    form.locator("[data-field='consignee.name'] :is(input, textarea)").fill("陈一")
    form.get_by_role("button", name="提交", exact=True).click()
    expect(form.get_by_role("status")).to_contain_text("网络不通")
    for each in (desk, editor):
        expect(each.locator(".ant-alert-banner")).to_contain_text("连不上服务器")


def test_the_server_is_killed_while_three_people_type_and_each_goes_on(
    opened: Opened, client: httpx.Client, person: str, hub: Hub, database_url: str, tmp_path: Path
) -> None:
    example = {"content": KINDS["rules"].example, "cases": KINDS["rules"].cases}
    client.put(DRAFT, json={**example, "edition": 0}).raise_for_status()
    token = _public_link(client, hub)
    with servers.mortal(database_url, tmp_path / "files") as server:
        screens = [opened("desk", "zh"), opened("desk", "zh"), opened("phone", "zh")]
        for each in screens:
            each.root = server.root
        desk, editor, form = _desk(screens[0]), _editor(screens[1]), _form(screens[2], token)
        _type_an_order(desk, "人民路 8 号")
        expect(desk.locator(".desk-total")).to_be_visible()
        desk.locator(".desk-go button").click()
        server.kill()
        expect(desk.locator(".entered li")).to_have_count(1)
        _go_on_without_it(desk, editor, form)
        for each in screens:
            assert each.impaired() == [] and each.overflow() == 0
        assert len(client.get("/orders").json()["rows"]) <= 1, "none but the one that was on its way"
        server.start()
        expect(desk.locator(".entered li", has_text="已下单")).to_have_count(2)
        expect(form.get_by_role("heading", level=1)).to_contain_text("谢谢")
        for each in screens:
            expect(each.page.get_by_text(re.compile("连不上服务器|网络不通"))).to_have_count(0)
        expect(editor.get_by_label("名称 中文")).to_have_value(WRITTEN)
        _save(editor)
        expect(editor.get_by_text("未保存")).to_have_count(0)
        assert client.get(DRAFT).json()["content"]["title"]["zh"] == WRITTEN
        assert len(client.get("/orders").json()["rows"]) == 3, "each was placed, and placed once"
        for each in screens:
            each.wrong = [said for said in each.wrong if "net::ERR_" not in said]
            each.page.goto("about:blank")
