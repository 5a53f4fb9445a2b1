"""The studio: an operations lead shapes a rule without JSON, tries it, publishes it, goes back; two editors collide."""

import io
import re
import zipfile

import httpx
from playwright.sync_api import Locator, Page, expect
from tests.console.conftest import Opened

from orderloom.actions.kinds import KINDS

DRAFT = "/api/v1/documents/rules/big_orders/draft"


def _button(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def _publish(page: Page, why: str) -> None:
    page.locator(".detail-actions").get_by_role("button", name="发布").click()
    page.get_by_role("dialog").get_by_role("textbox").fill(why)
    page.get_by_role("dialog").get_by_role("button", name=re.compile("发 ?布")).click()
    expect(page.get_by_role("dialog")).to_have_count(0)


def _cell(page: Page, row: int, column: int) -> Locator:
    """A cell of the decision table, beside the row's name."""
    return page.locator("[data-testid=decision-table] tbody tr").nth(row).locator("td").nth(column)


def _figure(page: Page, row: int, column: int, value: str) -> None:
    """Choose a condition on a figure: at least so much."""
    _cell(page, row, column).get_by_role("button").click()
    page.locator(".choosing").get_by_role("spinbutton").fill(value)
    page.keyboard.press("Escape")
    expect(page.locator(".choosing")).to_have_count(0)


def test_an_operations_lead_adds_a_row_tries_it_publishes_and_rolls_back(
    opened: Opened, client: httpx.Client, person: str
) -> None:
    screen = opened("desk", "zh")
    page = screen.page
    screen.open("/studio")
    screen.sign_in()
    page.get_by_role("button", name="新建").click()
    page.get_by_label("代号", exact=True).last.fill("big_orders")
    page.get_by_role("button", name=re.compile("打 ?开")).click()
    table = page.locator("[data-testid=decision-table]")
    expect(table).to_contain_text("订单金额")
    page.get_by_text("加一行").click()
    _figure(page, 1, 1, "100")
    page.locator(".detail-actions").get_by_role("button", name="检查并跑用例").click()
    expect(page.locator("[data-testid=problems] li").first).to_contain_text("错误")
    expect(table.locator("[data-finding=error]").first).to_be_visible()
    _cell(page, 1, 2).get_by_role("combobox").fill("vip")
    _cell(page, 1, 3).get_by_role("spinbutton").fill("20")
    page.get_by_role("tab", name="用例").click()
    page.get_by_role("button", name="补用例").click()
    page.locator(".detail-actions").get_by_role("button", name="检查并跑用例").click()
    cases = page.locator("[data-testid=case]")
    expect(cases.get_by_text("通过", exact=True)).to_have_count(2)
    expect(cases.nth(1)).to_contain_text("未通过")
    page.locator(".detail-actions").get_by_role("button", name="发布").click()
    expect(page.get_by_role("alert").filter(has_text="改正后才能发布")).to_be_visible()
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.get_by_label("订单金额", exact=True).last.fill("1")
    page.locator(".detail-actions").get_by_role("button", name="检查并跑用例").click()
    expect(cases.get_by_text("通过", exact=True)).to_have_count(3)
    expect(page.locator(".ant-btn-loading")).to_have_count(0)
    assert screen.impaired() == [] and screen.overflow() == 0
    page.get_by_role("tab", name="回测").click()
    _button(page, "回测草稿")
    expect(page.get_by_role("status").filter(has_text="单会变")).to_be_visible(timeout=60_000)
    _publish(page, "一百元以上算贵宾")
    expect(page.locator(".detail-marks")).to_contain_text("第 1 版")
    page.get_by_role("tab", name="编辑").click()
    page.get_by_label("名称 中文").fill("大单")
    _publish(page, "改名")
    expect(page.locator(".detail-marks")).to_contain_text("第 2 版")
    page.get_by_role("tab", name="历史").click()
    _button(page, "恢复这一版")
    page.get_by_role("dialog").get_by_role("button", name="恢复这一版").click()
    expect(page.locator(".detail-marks")).to_contain_text("第 3 版")
    told = client.get("/documents/rules/big_orders").json()
    assert told["version"] == 3 and told["content"]["title"]["zh"] != "大单"
    assert len(told["content"]["content"]["nodes"][1]["content"]["rules"]) == 2


def test_two_editors_collide_politely_and_nothing_typed_is_lost(
    opened: Opened, client: httpx.Client, person: str
) -> None:
    example = {"content": KINDS["rules"].example, "cases": KINDS["rules"].cases}
    client.put("/documents/rules/big_orders/draft", json={**example, "edition": 0})
    screen = opened("phone", "en")
    screen.forgive(DRAFT)
    page = screen.page
    screen.open("/studio/rules/big_orders")
    screen.sign_in()
    page.get_by_label("Title Chinese").fill("我的名字")
    client.put("/documents/rules/big_orders/draft", json={**example, "edition": 1})
    page.get_by_role("button", name="Save draft").click()
    expect(page.get_by_role("dialog")).to_contain_text("has saved this draft meanwhile")
    page.get_by_role("button", name="Keep editing, save later").click()
    expect(page.get_by_label("Title Chinese")).to_have_value("我的名字")
    page.reload()
    expect(page.get_by_label("Title Chinese")).to_have_value("我的名字")
    assert screen.impaired() == [] and screen.overflow() == 0
    page.get_by_role("button", name="Save draft").click()
    page.get_by_role("button", name="Save mine over it").click()
    expect(page.get_by_text("Not saved")).to_have_count(0)
    assert client.get("/documents/rules/big_orders/draft").json()["content"]["title"]["zh"] == "我的名字"


def test_what_another_saved_while_one_was_away_is_shown_and_is_no_change_of_ones_own(
    opened: Opened, client: httpx.Client, person: str
) -> None:
    example = {"content": KINDS["rules"].example, "cases": KINDS["rules"].cases}
    client.put("/documents/rules/big_orders/draft", json={**example, "edition": 0})
    screen = opened("desk", "zh")
    page = screen.page
    screen.open("/studio/rules/big_orders")
    screen.sign_in()
    title = page.get_by_label("名称 中文")
    expect(title).to_have_value(KINDS["rules"].example["title"]["zh"])
    page.get_by_role("button", name="返回").click()
    expect(page.get_by_role("button", name="新建")).to_be_visible()
    theirs = {**KINDS["rules"].example, "title": {"zh": "他人改的", "en": "Theirs"}}
    client.put("/documents/rules/big_orders/draft", json={**example, "content": theirs, "edition": 1})
    page.go_back()
    expect(title).to_have_value("他人改的")
    expect(page.get_by_text("未保存")).to_have_count(0)


def test_a_graph_is_tried_on_what_its_cases_share(opened: Opened, person: str) -> None:
    screen = opened("desk", "zh")
    page = screen.page
    screen.open("/studio/rules/sourcing")
    screen.sign_in()
    page.get_by_text("决策图", exact=True).click()
    page.locator(".rules-graph .anticon-play-circle").first.click()
    page.get_by_role("button", name="运行").click()
    expect(page.get_by_role("tab", name="经过")).to_be_visible()
    expect(page.locator(".rules-graph textarea").last).to_have_value(re.compile("radius_m: 300000"))
    expect(page.get_by_role("button", name="发布")).to_be_disabled()


def test_a_pack_is_compared_and_kept_as_drafts(opened: Opened, client: httpx.Client, person: str) -> None:
    pack = client.get("/packs/export", params={"kind": "rules"}).content
    changed = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(pack)) as before, zipfile.ZipFile(changed, "w") as after:
        for name in before.namelist():
            after.writestr(name, before.read(name).replace(b"300000", b"310000"))
    screen = opened("phone", "en")
    page = screen.page
    screen.open("/packs")
    screen.sign_in()
    chosen = page.locator("input[type=file]")
    chosen.set_input_files({"name": "ours.zip", "mimeType": "application/zip", "buffer": pack})
    expect(page.get_by_text("It is all in force already.")).to_be_visible()
    chosen.set_input_files({"name": "theirs.zip", "mimeType": "application/zip", "buffer": changed.getvalue()})
    expect(page.get_by_text("theirs.zip")).to_be_visible()
    page.locator("summary").filter(has_text="sourcing").click()
    expect(page.get_by_role("cell", name="310000").first).to_be_visible()
    assert screen.impaired() == [] and screen.overflow() == 0
    page.get_by_role("button", name="Keep as drafts").click()
    expect(page.get_by_role("alert").filter(has_text="kept as drafts")).to_be_visible()
    assert client.get("/documents/rules/sourcing/draft").json()["edition"] == 1
    page.get_by_label("Begin from a company").click()
    page.locator(".ant-select-item-option").first.click()
    expect(page.get_by_text("documents differ")).to_be_visible()
    assert screen.impaired() == [] and screen.overflow() == 0
    page.get_by_role("button", name="Publish all").click()
    page.get_by_role("dialog").get_by_role("button", name="Publish all").click()
    expect(page.get_by_role("alert").filter(has_text="published")).to_be_visible()
