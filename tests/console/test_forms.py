"""What people fill in and what platforms send: a form dragged together, a mapping mended beside a message."""

import json
import re

import httpx
from playwright.sync_api import Page, expect
from tests.console.conftest import Opened

CHIPS = ("field:consignee.name", "field:consignee.phone", "field:consignee.address", "type:sku_lines",
         "field:payment_method", "type:text")  # fmt: skip
SHOP = {
    "label": {"zh": "小店", "en": "Small shop"},
    "priced_by": "channel",
    "mapping": {
        "name": "small_shop",
        "fields": {"external_no": {"from": "no"}, "placed_at": {"from": "at"}, "total": {"from": "amount"}},
        "lines": {"each": "items[]", "fields": {"sku": {"from": "code"}, "quantity": {"from": "count"},
                                                "price": {"from": "price"}}},
    },
}  # fmt: skip
MESSAGE = {"no": "A-1", "at": "2026-02-17 09:00:00", "amount": "about ten", "paid_sum": "20.00",
           "items": [{"code": "HOOK", "count": 2, "price": "10.00"}]}  # fmt: skip


def _drag(page: Page, chip: str, to: str) -> None:
    """As a hand does: pick up, move some, put down."""
    source, target = page.locator(f'[data-chip="{chip}"]').first, page.locator(to).first
    source.scroll_into_view_if_needed()
    start, end = source.bounding_box(), target.bounding_box()
    assert start is not None and end is not None
    page.mouse.move(start["x"] + 20, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(start["x"] + 40, start["y"] + 24, steps=3)
    page.mouse.move(end["x"] + end["width"] / 2, end["y"] + end["height"] / 2, steps=8)
    page.mouse.up()


def _publish(page: Page, why: str) -> None:
    page.locator(".detail-actions").get_by_role("button", name=re.compile("发布|Publish")).click()
    page.get_by_role("dialog").get_by_role("textbox").fill(why)
    page.get_by_role("dialog").get_by_role("button", name=re.compile("发 ?布|Publish")).click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_a_form_is_dragged_together_published_and_filled_in_by_its_link(
    opened: Opened, client: httpx.Client, person: str
) -> None:
    empty = {"subject": "order", "zh": "展会下单", "en": "Fair", "channel": "web", "entries": ["public"],
             "sections": [{"items": []}]}  # fmt: skip
    client.put("/documents/form/fair/draft", json={"content": empty, "edition": 0})
    screen = opened("desk", "zh")
    page = screen.page
    screen.open("/studio/form/fair")
    screen.sign_in()
    expect(page.get_by_test_id("canvas")).to_be_visible(timeout=30_000)
    for count, chip in enumerate(CHIPS, 1):
        _drag(page, chip, '[data-end="0"]')
        expect(page.locator("[data-item]")).to_have_count(count)
    page.get_by_label("中文名", exact=True).first.fill("展位号")
    page.get_by_role("switch", name="必填").first.click()
    assert screen.impaired() == [] and screen.overflow() == 0
    page.get_by_text("预览", exact=True).click()
    preview = page.get_by_test_id("preview")
    preview.get_by_role("button", name="试提交").click()
    expect(preview.get_by_text("请填写这一项")).to_be_visible()
    preview.get_by_label("展位号").fill("B12")
    expect(preview.get_by_text("请填写这一项")).to_have_count(0)
    _publish(page, "展会用")
    page.get_by_text("链接与二维码", exact=True).click()
    page.get_by_role("button", name="生成链接").click()
    address = page.get_by_test_id("link").get_by_label("链接", exact=True).input_value()
    token = address.rsplit("/", 1)[1]
    told = client.get("/documents/form/fair").json()["content"]["sections"][0]["items"]
    required = {each["field"]: each.get("required", False) for each in told}
    assert len(required) == len(CHIPS) and required["custom.text_1"] and not required["payment_method"]
    values = {"consignee.name": "王小明", "consignee.phone": "13800138000", "custom.text_1": "B12",
              "payment_method": "alipay",
              "consignee.address": {"province": "江苏省", "city": "苏州市", "district": "姑苏区", "street": "人民路"},
              "lines": [{"sku": "HOOK", "quantity": 1}]}  # fmt: skip
    root = str(client.base_url).removesuffix("/api/v1/")
    sent = httpx.post(f"{root}/f/{token}", json={"submission_id": "s-1", "values": values}, timeout=20)
    assert sent.status_code == 201, sent.text
    assert client.get(f"/orders/{sent.json()['number']}").json()["order"]["custom"]["text_1"] == "B12"


def test_a_mapping_is_mended_beside_a_message_that_waits_and_sent_again(
    opened: Opened, client: httpx.Client, person: str
) -> None:
    client.put("/documents/channel/small_shop/draft", json={"content": SHOP, "edition": 0})
    picked = {"documents": [{"kind": "channel", "name": "small_shop"}]}
    assert client.post("/documents/publish", json=picked).status_code == 200
    waits = client.post("/channels/small_shop/messages", content=json.dumps(MESSAGE),
                        headers={"content-type": "application/json"}).json()  # fmt: skip
    assert waits["waiting"] == 1
    screen = opened("desk", "en")
    page = screen.page
    screen.open("/studio/channel/small_shop")
    screen.sign_in()
    page.get_by_label("Choose a message").click()
    page.locator(".ant-select-item-option", has_text="Waiting").first.click()
    total = page.locator('[data-target="order:total"]')
    expect(total).to_contain_text("Not a number")
    total.locator(".target-name").click()
    page.locator('[data-leaf="paid_sum"]').click()
    expect(page.get_by_test_id("result").locator("dl")).to_contain_text("20.00")
    expect(total.locator(".form-error")).to_have_count(0)
    page.get_by_test_id("dry-run").get_by_role("button").click()
    expect(page.get_by_test_id("dry-run").get_by_role("status")).to_contain_text("Newly read 1")
    assert screen.impaired() == [] and screen.overflow() == 0
    _publish(page, "The sum stands elsewhere")
    page.get_by_role("button", name="Send again by this mapping").click()
    expect(page.get_by_role("status").filter(has_text="came in as an order")).to_be_visible()


def test_the_dictionary_fits_a_phone_and_takes_a_field_in_two_clicks(
    opened: Opened, client: httpx.Client, person: str
) -> None:
    screen = opened("phone", "en")
    page = screen.page
    screen.open("/dictionary")
    screen.sign_in()
    expect(page.locator("[data-field-row]").first).to_be_visible(timeout=30_000)
    assert screen.impaired() == [] and screen.overflow() == 0
    page.get_by_role("button", name="Add or change fields").click()
    page.get_by_role("button", name="Add a field").click()
    page.get_by_role("menuitem", name="One of several").click()
    page.get_by_label("English", exact=True).first.fill("Booth size")
    expect(page.locator('[data-field-row="select_1"]')).to_contain_text("Booth size")
    expect(page.locator(".field-look")).to_contain_text("Booth size")
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_text("Not saved")).to_have_count(0)
    assert screen.impaired() == [] and screen.overflow() == 0
    (field,) = client.get("/documents/fields/order/draft").json()["content"]["fields"]
    assert (field["name"], field["type"], len(field["options"])) == ("select_1", "select", 2)
