"""Flows: drawn by mouse from nothing, tried, published, obeyed; on a phone a list of steps; runs that wait."""

import re

import httpx
from playwright.sync_api import Locator, Page, expect
from tests.api.conftest import order
from tests.console.conftest import Opened


def _part(page: Page, name: str) -> Locator:
    return page.locator(".flow-palette").get_by_role("button", name=name)


def _drag(page: Page, start: Locator, end: Locator) -> None:
    """From the middle of one to the middle of the other, by hand."""
    first, last = start.bounding_box(), end.bounding_box()
    assert first is not None and last is not None
    page.mouse.move(first["x"] + first["width"] / 2, first["y"] + first["height"] / 2)
    page.mouse.down()
    page.mouse.move(last["x"] + last["width"] / 2 - 8, last["y"] + last["height"] / 2, steps=8)
    page.mouse.move(last["x"] + last["width"] / 2, last["y"] + last["height"] / 2)
    page.mouse.up()


def _choose(page: Page, label: str, option: str) -> None:
    page.get_by_label(label, exact=True).last.click()
    page.locator(".ant-select-dropdown:visible").get_by_text(option).first.click()


def test_a_flow_is_drawn_from_nothing_tried_published_and_obeyed(
    opened: Opened, client: httpx.Client, person: str
) -> None:
    client.post("/orders", json=order("FC-1"))
    screen = opened("desk", "zh")
    page = screen.page
    screen.open("/studio")
    screen.sign_in()
    page.get_by_role("button", name="新建").click()
    _choose(page, "种类", "流程")
    _choose(page, "从什么开始", "空白")
    page.get_by_label("代号", exact=True).last.fill("look_first")
    page.get_by_role("button", name=re.compile("打 ?开")).click()
    _part(page, "触发").click()
    expect(page.get_by_test_id("node-trigger")).to_contain_text("收到订单")
    page.get_by_label("名称（中文）").fill("先看一眼")
    page.get_by_label("名称（英文）").fill("Look first")
    _part(page, "条件分支").click()
    panel = page.get_by_test_id("flow-panel")
    panel.get_by_role("button", name="加条件").click()
    panel.get_by_label("字段", exact=True).fill("应付")
    page.locator(".ant-select-dropdown:visible").get_by_text("应付金额 order.total").click()
    _choose(page, "怎样比较", "大于等于")
    panel.get_by_label("值", exact=True).fill("1")
    _part(page, "动作").drag_to(page.get_by_test_id("flow-canvas"), target_position={"x": 120, "y": 420})
    action = page.get_by_test_id("node-action")
    expect(action).to_contain_text("挂起订单")
    for label, text in (("代号 *", "look.first"), ("原因（中文） *", "请看一眼"), ("原因（英文） *", "look")):
        panel.locator(".form-field", has=page.get_by_text(label, exact=True)).locator("input").fill(text)
    yes = page.get_by_test_id("node-condition").locator(".flow-exit", has_text="是").locator(".flow-out")
    _drag(page, yes, action.locator(".flow-in"))
    expect(page.locator(".react-flow__edge")).to_have_count(2)
    page.locator(".detail-actions").get_by_role("button", name="检查并跑用例").click()
    expect(page.get_by_text("未保存")).to_have_count(0)
    page.get_by_role("button", name="试运行").click()
    page.get_by_role("button", name="走一遍").click()
    expect(page.locator(".flow-box.is-lit, .flow-box.is-here")).to_have_count(3)
    way = page.get_by_test_id("flow-way")
    expect(way.get_by_role("status")).to_contain_text("会发生：挂起")
    expect(way).to_contain_text("因为 应付金额 ≥ 1")
    expect(way).to_contain_text("请看一眼")
    assert screen.impaired() == [] and screen.overflow() == 0
    page.get_by_role("button", name="结束试运行").click()
    page.locator(".detail-actions").get_by_role("button", name="发布").click()
    page.get_by_role("dialog").get_by_role("button", name=re.compile("发 ?布")).click()
    expect(page.locator(".detail-marks")).to_contain_text("第 1 版")
    placed = client.post("/orders", json=order("FC-2")).json()["order_no"]
    held = client.get(f"/orders/{placed}").json()["order"]["holds"]
    assert "look.first" in [each["code"] for each in held]


def test_what_is_drawn_is_undone_copied_arranged_and_its_faults_stand_at_their_nodes(
    opened: Opened, client: httpx.Client, person: str
) -> None:
    screen = opened("desk", "en")
    page = screen.page
    screen.open("/studio/flow/checked?like=stage_stuck")
    screen.sign_in()
    nodes = page.locator(".react-flow__node")
    expect(nodes).to_have_count(5)
    page.get_by_test_id("node-wait").click()
    page.keyboard.press("Control+c")
    page.keyboard.press("Control+v")
    expect(nodes).to_have_count(6)
    page.keyboard.press("Delete")
    expect(nodes).to_have_count(5)
    page.keyboard.press("Control+z")
    expect(nodes).to_have_count(6)
    page.get_by_role("button", name="Arrange").click()
    page.locator(".detail-actions").get_by_role("button", name="Check, run cases").click()
    expect(page.locator("[data-testid=problems] li").first).to_contain_text("wait2")
    expect(page.get_by_test_id("node-wait2")).to_have_class(re.compile("has-error"))
    page.locator("[data-testid=problems] li button").first.click()
    expect(page.get_by_test_id("flow-panel")).to_contain_text("Wait")
    assert screen.impaired() == []
    page.get_by_role("button", name="Remove this step").click()
    page.locator(".detail-actions").get_by_role("button", name="Check, run cases").click()
    expect(page.locator(".flow-box.has-error")).to_have_count(0)


def test_on_a_phone_a_flow_is_a_list_of_steps(opened: Opened, person: str) -> None:
    screen = opened("phone", "zh")
    page = screen.page
    screen.open("/studio/flow/risky_customer_countersign")
    screen.sign_in()
    steps = page.get_by_test_id("flow-steps")
    expect(steps.locator("li")).to_have_count(8)
    expect(steps.locator("li").nth(1)).to_contain_text("高风险客户订单会签")
    assert screen.impaired() == [] and screen.overflow() == 0
    steps.get_by_role("button", name="解除挂起").click()
    expect(page.get_by_role("dialog")).to_contain_text("动作")
    assert screen.overflow() == 0


def test_waiting_runs_are_moved_on_publishing_seen_and_ended(opened: Opened, client: httpx.Client, person: str) -> None:
    trigger = {"kind": "trigger", "id": "t", "event": "order.confirmed"}
    wait = {"kind": "wait", "id": "w", "minutes": 30}
    made = {"title": {"zh": "等一等", "en": "Wait"}, "nodes": [trigger, wait], "edges": [{"from": "t", "to": "w"}]}
    client.put("/documents/flow/waits/draft", json={"content": made})
    client.post("/documents/publish", json={"documents": [{"kind": "flow", "name": "waits"}]})
    placed = client.post("/orders", json=order("FC-3")).json()["order_no"]
    screen = opened("desk", "en")
    page = screen.page
    screen.open("/studio/flow/waits")
    screen.sign_in()
    expect(page.get_by_test_id("node-w").locator(".flow-waiting")).to_have_text("1", timeout=20_000)
    page.get_by_label("Title in English").fill("Wait a little")
    page.locator(".detail-actions").get_by_role("button", name="Publish").click()
    page.get_by_label("Waiting runs go on by the new version").check()
    page.get_by_role("dialog").get_by_role("button", name="Publish").click()
    expect(page.get_by_text("1 waiting runs go on by the new version")).to_be_visible()
    page.get_by_role("link", name="1 run waits").click()
    row = page.locator("[role=row], tr").filter(has_text=placed)
    expect(row).to_contain_text("Waiting")
    assert screen.impaired() == [] and screen.overflow() == 0
    row.get_by_text("Wait a little", exact=True).click()
    expect(page.get_by_test_id("node-t")).to_have_class(re.compile("is-lit"))
    expect(page.get_by_test_id("node-w")).to_have_class(re.compile("is-here"))
    expect(page.locator(".flow-story")).to_contain_text("Moved to another version")
    page.get_by_role("button", name="End the run").click()
    page.get_by_role("dialog").get_by_role("textbox").fill("customer called")
    page.get_by_role("dialog").get_by_role("button", name="End the run").click()
    expect(page.locator(".detail-marks")).to_contain_text("Ended")
    screen.open("/flows/letters")
    expect(page.get_by_text("Nothing failed to leave.")).to_be_visible()
    assert screen.impaired() == []
