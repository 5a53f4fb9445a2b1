"""Journeys of the inbox, the sales desk, the service desk and the customers, in both languages, desk and phone."""

import re
import time
from typing import Any

import httpx
import pytest
from playwright.sync_api import Page, Route, expect
from tests.api.conftest import PASSWORD, order
from tests.api.test_documents import publish
from tests.console.conftest import LANGUAGES, SIZES, Opened
from tests.relaying import follow

from orderloom.actions import users
from orderloom.actions.hub import Hub
from orderloom.kit import clock
from orderloom.outbox import drain
from orderloom.outbox.senders import SENDERS
from orderloom.store import outbox as outbox_store

SAID: dict[str, dict[str, Any]] = {
    "zh": {"approved": "已同意，立即生效", "customer": "客户编号、名称或手机号",
           "goods": "第 1 行货品", "price": "第 1 行单价", "placed": "已下单", "waiting": "待发送",
           "offline": "没有网络|连不上服务器",
           "box": "订单号、手机号、姓名、运单号的任意一段", "next": "接下来"},
    "en": {"approved": "Approved, and in force now",
           "customer": "Customer: number, name or phone", "goods": "Goods of line 1", "price": "Price of line 1",
           "placed": "Placed", "waiting": "Waiting",
           "box": "Any part of a number, phone, name or tracking number", "next": "Next:"},
}  # fmt: skip
MAY = ["approvals:*", "credit:*", "customers:*", "forms:read", "orders:*", "shipments:*", "skus:read", "stock:read",
       "events:read", "notices:read"]  # fmt: skip
each_once = pytest.mark.parametrize(("size", "language"), list(zip(SIZES, LANGUAGES, strict=True)))


@pytest.fixture
def director(hub: Hub, client: httpx.Client, nobody: None) -> str:
    """Somebody who sells and approves credit, and to whom nothing is masked; the login."""
    role = {"title": {"zh": "销售总监", "en": "Sales director"}, "may": MAY, "masks": []}
    publish(client, "sales_director", role, [], kind="role")
    invited = users.invite(hub, users.Wanted("zhou", ["sales_director"], name="周"), actor="tester", now=clock.now())
    assert isinstance(invited, users.Invited), invited
    users.choose(hub.database, users.Chosen(token=invited.token, password=PASSWORD), now=clock.now())
    return "zhou"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_director_approves_50_000_on_a_phone_and_the_refused_order_goes_on(
    opened: Opened, client: httpx.Client, director: str, language: str
) -> None:
    said = SAID[language]
    client.post("/credit/limits", json=[{"account": "C1", "limit_minor": 0}])
    refused = client.post("/orders?wait=true", json=order("W-BIG"))
    assert refused.json()["code"] == "credit.short"
    wanted = {"account": "C1", "draft_id": refused.json()["outcome"]["command_id"], "reason": "客户周五要货"}
    assert client.post("/credit/grants/requests", json=wanted).status_code == 201
    screen = opened("phone", language)
    page = screen.page
    screen.open("/inbox")
    screen.sign_in(director)
    expect(page.locator(".approval")).to_contain_text("50,000.00")
    expect(page.locator(".approval")).to_contain_text("客户周五要货")
    assert screen.impaired() == [] and screen.overflow() == 0
    page.locator(".decide .ant-btn-primary").click()
    page.locator(".decide .ant-btn-primary").click()
    became = page.get_by_role("status").filter(has_text=said["approved"])
    expect(became).to_contain_text(re.compile(r"OL-\d+"))
    expect(page.locator(".approval")).to_have_count(0)
    assert [each["external_no"] for each in client.get("/orders").json()["rows"]] == ["W-BIG"]
    assert screen.impaired() == [] and screen.overflow() == 0


def _type_an_order(page: Page, said: dict[str, Any]) -> None:
    page.get_by_label(said["customer"]).fill("C1")
    page.locator(".ant-select-item-option", has_text="C1").first.click()
    page.get_by_label(said["goods"]).fill("JERKY")
    page.locator(".ant-select-item-option:visible", has_text="JERKY").first.click()
    page.get_by_label(said["price"]).fill("25")


@each_once
def test_a_rep_enters_an_order_and_sees_what_it_comes_to(
    opened: Opened, client: httpx.Client, director: str, size: str, language: str
) -> None:
    said = SAID[language]
    client.post("/orders", json=order("W-0"))
    screen = opened(size, language)
    page = screen.page
    screen.open("/sales")
    screen.sign_in(director)
    _type_an_order(page, said)
    expect(page.locator(".desk-total")).to_be_visible()
    assert screen.impaired() == [] and screen.overflow() == 0
    page.locator(".desk-go button").click()
    expect(page.locator(".entered").first).to_contain_text(said["placed"])
    assert len(client.get("/orders").json()["rows"]) == 2
    assert screen.impaired() == [] and screen.overflow() == 0


def test_a_refused_order_comes_back_as_it_was_typed(opened: Opened, client: httpx.Client, director: str) -> None:
    said = SAID["zh"]
    screen = opened("phone", "zh")
    page = screen.page
    screen.open("/sales")
    screen.sign_in(director)
    screen.forgive("/api/v1/orders/preview", "/api/v1/orders?wait=true")
    _type_an_order(page, said)
    typed = {
        "收货人姓名": "王小明",
        "收货人手机": "13800138000",
        "地址（整段粘贴": "江苏省苏州市",
        "卖家备注": "下班前送到",
    }
    for label, text in typed.items():
        page.get_by_label(label).fill(text)
    page.locator(".desk-go button").click()
    refused = page.locator(".entered li", has_text="地址没有到区县")
    expect(page.get_by_label("卖家备注")).to_have_value("")
    assert screen.impaired() == [] and screen.overflow() == 0
    refused.get_by_role("button", name="修改").click()
    expect(refused).to_have_count(0)
    page.reload()
    for label, text in typed.items():
        expect(page.get_by_label(label)).to_have_value(text)
    page.get_by_label("地址（整段粘贴").fill("江苏省苏州市姑苏区人民路 9 号")
    page.locator(".desk-go button").click()
    expect(page.locator(".entered")).to_contain_text(said["placed"])
    [row] = client.get("/orders").json()["rows"]
    detail = client.get(f"/orders/{row['order_no']}").json()["order"]
    assert (detail["consignee"]["district"], detail["notes"]["seller"]) == ("姑苏区", "下班前送到")


def test_a_rep_enters_somebody_new_on_a_phone_and_says_how_the_order_is_paid(
    opened: Opened, client: httpx.Client, director: str
) -> None:
    screen = opened("phone", "zh")
    page = screen.page
    screen.open("/sales")
    screen.sign_in(director)
    screen.forgive("/api/v1/orders/preview")
    page.get_by_label(SAID["zh"]["customer"]).fill("13912345678")
    page.get_by_role("status").get_by_role("button", name="新增客户").click()
    assert screen.impaired() == [] and screen.overflow() == 0
    page.get_by_role("textbox", name="名称").fill("新来的小店")
    page.get_by_role("button", name=re.compile("保 ?存")).click()
    page.get_by_label("收货人姓名").fill("王小明")
    expect(page.get_by_label("收货人手机")).to_have_value("13912345678")
    page.get_by_label("地址（整段粘贴").fill("江苏省苏州市姑苏区人民路 9 号")
    page.get_by_label(SAID["zh"]["goods"]).fill("JERKY")
    page.locator(".ant-select-item-option:visible", has_text="JERKY").first.click()
    page.get_by_label(SAID["zh"]["price"]).fill("25")
    page.get_by_role("combobox", name="支付方式").fill("支付宝")
    page.keyboard.press("Enter")
    expect(page.locator(".desk-total")).to_be_visible()
    assert screen.impaired() == [] and screen.overflow() == 0
    page.locator(".desk-go button").click()
    expect(page.locator(".entered").first).to_contain_text(SAID["zh"]["placed"])
    [row] = client.get("/orders").json()["rows"]
    [entered] = client.get("/customers", params={"text": "13912345678"}).json()["rows"]
    assert (entered["name"], entered["customer_no"]) == ("新来的小店", row["customer_no"])
    assert client.get(f"/orders/{row['order_no']}").json()["order"]["payment_method"] == "alipay"


def test_the_address_of_an_order_is_changed_after_its_effects_were_shown_and_it_goes_to_the_warehouse(
    opened: Opened, client: httpx.Client, director: str
) -> None:
    number = client.post("/orders", json=order("W-0")).json()["order_no"]
    screen = opened("phone", "zh")
    page = screen.page
    screen.open(f"/orders/{number}")
    screen.sign_in(director)
    page.get_by_role("button", name="修改", exact=True).click()
    page.get_by_label("地址（整段粘贴").fill("浙江省杭州市西湖区文三路 1 号")
    page.get_by_label("原因").fill("客户搬家")
    page.get_by_role("button", name="先看影响").click()
    expect(page.get_by_role("status").filter(has_text="确认后会")).to_contain_text("修改订单")
    assert screen.impaired() == [] and screen.overflow() == 0
    page.get_by_role("button", name="确认修改").click()
    expect(page.get_by_role("main")).to_contain_text("文三路 1 号")
    page.get_by_role("button", name="下发仓库").click()
    expect(page.get_by_role("button", name="下发仓库")).to_have_count(0)
    shipments = client.get(f"/orders/{number}").json()["order"]["shipments"]
    assert any(each.get("released_at") for each in shipments if each.get("stage") != "cancelled"), "it can be picked"


LOST = (5, 8)
"""Of the orders that reach the server, those whose first answer is lost; with the first of these the network goes."""


def _lose_answers(page: Page) -> list[str]:
    """The server does what was asked, and nobody hears of it; the orders that this happened to."""
    asked: set[str] = set()
    lost: list[str] = []

    def meet(route: Route) -> None:
        number = route.request.post_data_json["external_no"]
        again = number in asked
        asked.add(number)
        if again or len(asked) not in LOST:
            route.continue_()
            return
        assert route.fetch().status == 201
        lost.append(number)
        if len(asked) == LOST[0]:
            page.context.set_offline(True)
        route.abort("connectionreset")

    page.route("**/api/v1/orders?wait=true", meet)
    return lost


def test_ten_orders_entered_offline_on_a_phone_are_sent_once_each(
    opened: Opened, client: httpx.Client, director: str
) -> None:
    said = SAID["zh"]
    client.post("/orders", json=order("W-0"))
    screen = opened("phone", "zh")
    page = screen.page
    screen.open("/sales")
    screen.sign_in(director)
    _type_an_order(page, said)
    expect(page.locator(".desk-total")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")
    screen.lose_network()
    began = time.monotonic()
    waiting, placed = (page.locator(".entered li", has_text=said[each]) for each in ("waiting", "placed"))
    # The tab goes once the order is kept, before its draft is cleared.
    page.evaluate("Storage.prototype.setItem = () => undefined")
    page.locator(".desk-go button").click()
    expect(waiting).to_have_count(1)
    page.reload()
    expect(page.get_by_label(said["customer"])).to_have_value("")
    expect(waiting).to_have_count(1)
    expect(page.locator(".ant-alert")).to_contain_text(re.compile(said["offline"]))
    assert screen.impaired() == [] and screen.overflow() == 0
    for _ in range(9):
        _type_an_order(page, said)
        page.locator(".desk-go button").click()
    expect(waiting).to_have_count(10)
    page.reload()
    expect(waiting).to_have_count(10)
    entered = time.monotonic()
    assert len(client.get("/orders").json()["rows"]) == 1
    lost = _lose_answers(page)
    page.context.set_offline(False)
    expect(placed).to_have_count(4)
    expect(waiting).to_have_count(6)
    expect(page.locator(".ant-alert")).to_contain_text(re.compile(said["offline"]))
    assert len(client.get("/orders?count=50").json()["rows"]) == 6, "the fifth is there, its answer is lost"
    page.reload()
    expect(waiting).to_have_count(6)
    page.context.set_offline(False)
    expect(placed).to_have_count(10)
    print(f"ten orders: entered in {entered - began:.1f} s, sent in {time.monotonic() - entered:.1f} s")
    expect(waiting).to_have_count(0)
    expect(page.locator(".entered-became")).to_have_text("全部已发送")
    page.reload()
    expect(placed).to_have_count(10)
    numbers = [each["external_no"] for each in client.get("/orders?count=50").json()["rows"]]
    assert len(numbers) == len(set(numbers)) == 11
    assert len(lost) == len(LOST) and set(lost) < set(numbers)
    gone = ("ERR_INTERNET_DISCONNECTED", "ERR_FAILED", "ERR_CONNECTION_RESET")
    screen.wrong = [each for each in screen.wrong if not any(one in each for one in gone)]


@each_once
def test_an_agent_answers_from_a_part_of_a_phone_number(
    opened: Opened, client: httpx.Client, person: str, hub: Hub, size: str, language: str
) -> None:
    said = SAID[language]
    number = client.post("/orders", json=order("W-1")).json()["order_no"]
    follow(hub, now=clock.now())
    screen = opened(size, language)
    page = screen.page
    screen.open("/service")
    screen.sign_in()
    page.get_by_label(said["box"]).fill("8000")
    expect(page.locator(".service-chain")).to_contain_text(number)
    expect(page.locator(".next-step")).to_contain_text(said["next"])
    expect(page.locator(".track li[aria-current=step]")).to_have_count(1)
    assert screen.impaired() == [] and screen.overflow() == 0


@each_once
def test_a_customer_is_found_and_shown_with_its_credit(
    opened: Opened, client: httpx.Client, person: str, size: str, language: str
) -> None:
    client.post("/orders", json=order("W-1"))
    client.post("/credit/limits", json=[{"account": "C1", "limit_minor": 5_000_000}])
    screen = opened(size, language)
    page = screen.page
    screen.open("/customers?text=C1")
    screen.sign_in()
    page.get_by_text("C1", exact=True).first.click()
    expect(page.locator(".balance")).to_contain_text("50,000.00")
    expect(page.locator(".detail")).to_contain_text(re.compile(r"OL-\d+"))
    assert screen.impaired() == [] and screen.overflow() == 0


def told(hub: Hub) -> None:
    """Three messages to people of the house have arrived."""
    now = clock.now()
    rows = [
        outbox_store.Row(hub.ids.new(now), "message", text, 0, text, {"to": "operations", "zh": text, "en": text}, now)
        for text in ("一", "二", "三")
    ]
    with hub.database.workspace(hub.workspace) as connection:
        outbox_store.insert(connection, rows)
    while drain.drain(hub, SENDERS, outside=False, now=now):
        pass


@each_once
def test_what_one_was_told_is_counted_until_it_is_read(
    opened: Opened, client: httpx.Client, person: str, hub: Hub, size: str, language: str
) -> None:
    told(hub)
    screen = opened(size, language)
    page = screen.page
    screen.open("/orders")
    screen.sign_in()
    expect(page.locator(".top .ant-badge-count")).to_have_text(re.compile("3"))
    assert screen.impaired() == [] and screen.overflow() == 0
    page.locator(".top .ant-badge button").click()
    expect(page.get_by_role("heading", level=1)).to_be_visible()
    assert screen.impaired() == [] and screen.overflow() == 0
    page.locator(".list-head > .ant-btn").last.click()
    expect(page.locator(".top .ant-badge-count")).to_have_count(0)
    assert client.get("/notices").json()["rows"] != []
