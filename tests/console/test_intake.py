"""Journeys of what comes in: a bad file mended, a channel added and tried, views shared."""

import os
import re
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect
from tests.api.conftest import PASSWORD
from tests.console.conftest import LANGUAGES, SIZES, Opened, Screen
from tests.inbox import workbench as bench

from orderloom.actions import users
from orderloom.actions.hub import Hub
from orderloom.kit import clock
from orderloom.worker.run import Worker

SAID: dict[str, dict[str, Any]] = {
    "zh": {"quantity": "数量", "import": "导入 1 个文件", "follow": "看进度", "done": "已完成", "mend": "到隔离区处理",
           "send": re.compile("按修改重送"),
           "became": "已成为订单", "publish": "发布渠道", "try": "试跑", "order": "会成为订单 T-1",
           "wait": "会进隔离区", "keep": "保存此视图", "name": "视图名称", "share": re.compile("共享给同事")},
    "en": {"quantity": "quantity", "import": "Import 1 file", "follow": "Follow it", "done": "Done",
           "mend": "in quarantine",
           "send": re.compile("Send with 1 change"), "became": "It became an order", "publish": "Publish the channel",
           "try": "Try it", "order": "It would become the order T-1", "wait": "It would wait in quarantine",
           "keep": "Keep this view", "name": "Name of the view", "share": re.compile("Share .* with everybody")},
}  # fmt: skip
each_once = pytest.mark.parametrize(("size", "language"), list(zip(SIZES, LANGUAGES, strict=True)))
SAMPLE = """{"order_id": "T-1", "created": "2026-02-18 11:00:00", "receiver_name": "王女士",
 "receiver_mobile": "13900139000", "receiver_address": "江苏省苏州市姑苏区人民路 1 号",
 "items": [{"sku": "JERKY", "num": 2, "price": "25.00"}]}"""
SHOTS = os.environ.get("ORDERLOOM_SHOTS", "")


def look(screen: Screen, name: str) -> None:
    """The page serves everybody and is no wider than its screen."""
    if SHOTS:
        screen.page.wait_for_timeout(400)
        screen.page.screenshot(path=f"{SHOTS}/{name}.png")
    assert screen.impaired() == [] and screen.overflow() == 0


@pytest.fixture
def working(hub: Hub) -> Iterator[None]:
    """A worker beside the server."""
    worker = Worker(hub.database, lambda _: hub)
    thread = threading.Thread(target=worker.run)
    thread.start()
    yield
    worker.stop()
    thread.join(60)
    assert not thread.is_alive()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Two orders in GB18030, one with a quantity that is none."""
    rows = [*bench.order_rows("S-1", ("JERKY", 2)), *bench.order_rows("S-2", ("HOOK", 1))]
    rows[-1][9] = "两个"
    path = bench.sheet(tmp_path / "二月订单.csv", rows)
    path.write_bytes(path.read_bytes().decode("utf-8-sig").encode("gb18030"))
    return path


@each_once
def test_a_bad_file_is_looked_at_imported_mended_and_becomes_orders(
    opened: Opened, client: httpx.Client, person: str, working: None, file: Path, size: str, language: str
) -> None:
    said = SAID[language]
    client.put("/channels", json=[{"channel": "sheets", "name": "门店表格"}]).raise_for_status()
    screen = opened(size, language)
    page = screen.page
    screen.open("/imports/new?channel=sheets")
    screen.sign_in()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.locator(".preview")).to_contain_text(re.compile("gb18030", re.IGNORECASE))
    expect(page.locator(".preview-problems")).to_contain_text(said["quantity"])
    expect(page.locator(".preview .cells")).to_contain_text("S-1")
    look(screen, f"preview-{size}-{language}")
    page.get_by_role("button", name=said["import"]).click()
    page.get_by_role("link", name=said["follow"]).click()
    expect(page.locator(".detail-marks")).to_contain_text(said["done"])
    expect(page.locator(".import-counts dd").nth(0)).to_have_text("1")
    expect(page.locator(".import-counts dd").nth(2)).to_have_text("1")
    look(screen, f"import-{size}-{language}")
    sheet = page.locator("a[href*='form=csv']").get_attribute("href")
    assert "S-2" in client.get(str(sheet).removeprefix("/api/v1")).content.decode("utf-8-sig")
    page.get_by_role("link", name=said["mend"]).click()
    expect(page.locator(".rows, .cards")).to_contain_text("S-2")
    look(screen, f"quarantine-{size}-{language}")
    page.locator(".rows, .cards").get_by_text("S-2").click()
    wrong = page.locator(".mend-field.wrong input")
    expect(wrong).to_have_value("两个")
    look(screen, f"mend-{size}-{language}")
    wrong.fill("2")
    page.get_by_role("button", name=said["send"]).click()
    expect(page.get_by_role("status").filter(has_text=said["became"])).to_contain_text(re.compile(r"OL-\d+"))
    look(screen, f"mended-{size}-{language}")
    assert {each["external_no"] for each in client.get("/orders").json()["rows"]} == {"S-1", "S-2"}
    screen.open("/imports")
    expect(page.locator(".rows, .cards")).to_contain_text("二月订单.csv")
    look(screen, f"imports-{size}-{language}")


@each_once
def test_a_channel_of_ones_own_is_added_and_tried(
    opened: Opened, client: httpx.Client, person: str, size: str, language: str
) -> None:
    said = SAID[language]
    screen = opened(size, language)
    page = screen.page
    screen.open("/channels/new")
    screen.sign_in()
    page.locator(".channel-kinds button").last.click()
    expect(page.locator(".channel-kinds button")).to_have_count(13)
    page.locator("#channel").fill("mini")
    page.locator("#zh").fill("小程序")
    page.locator("textarea.code").first.fill(SAMPLE)
    expect(page.locator(".leaf-map .ant-select").nth(0)).to_be_visible()
    page.get_by_role("button", name=said["try"]).click()
    expect(page.get_by_role("status").filter(has_text=said["order"])).to_contain_text("JERKY × 2")
    look(screen, f"channel-new-{size}-{language}")
    page.get_by_role("button", name=said["publish"]).click()
    expect(page.get_by_role("heading", level=1, name="小程序")).to_be_visible()
    look(screen, f"channel-{size}-{language}")
    page.get_by_role("tab").nth(1).click()
    expect(page.locator(".copied input")).to_have_value(re.compile("/api/v1/channels/mini/messages$"))
    page.get_by_role("tab").last.click()
    page.locator("textarea.code").fill('{"order_id": "T-2"}')
    page.get_by_role("button", name=said["try"]).click()
    expect(page.get_by_role("status").filter(has_text=said["wait"])).to_be_visible()
    client.post(
        "/channels/mini/messages", content=SAMPLE, headers={"Content-Type": "application/json"}
    ).raise_for_status()
    screen.open("/channels")
    expect(page.locator(".rows, .cards")).to_contain_text("小程序")
    look(screen, f"channels-{size}-{language}")
    assert [each["external_no"] for each in client.get("/orders").json()["rows"]] == ["T-1"]


def test_a_view_is_taken_over_from_the_browser_kept_and_shared(
    opened: Opened, client: httpx.Client, person: str, hub: Hub
) -> None:
    said = SAID["zh"]
    screen = opened("desk", "zh")
    page = screen.page
    place = f"orderloom.views.{hub.workspace}.{person}.orders"
    page.add_init_script(
        "if (!sessionStorage.getItem('once')) { sessionStorage.setItem('once', '1'); "
        f'localStorage.setItem(\'{place}\', \'[{{"name": "老视图", "search": {{"held": "true"}}}}]\'); }}'
    )
    screen.open("/orders?customer_no=C1")
    screen.sign_in()
    kept = page.locator(".views button", has_text="1")
    expect(kept).to_be_visible(timeout=20_000)
    page.get_by_role("button", name=said["keep"]).click()
    page.get_by_label(said["name"]).fill("大客户")
    page.keyboard.press("Enter")
    expect(page.locator(".views button[aria-current]")).to_contain_text("大客户")
    page.locator(".views button[aria-current]").click()
    expect(page.locator(".views-kept li")).to_have_count(2)
    page.get_by_role("button", name=said["share"]).first.click()
    expect(page.locator(".views-kept .view-shared")).to_have_count(1)
    look(screen, "views-desk-zh")
    assert page.evaluate(f"localStorage.getItem('{place}')") is None
    invited = users.invite(hub, users.Wanted("zhou", ["owner"], name="周"), actor="tester", now=clock.now())
    assert isinstance(invited, users.Invited), invited
    users.choose(hub.database, users.Chosen(token=invited.token, password=PASSWORD), now=clock.now())
    other = opened("desk", "zh")
    other.open("/orders")
    other.sign_in("zhou")
    other.page.locator(".views button[aria-haspopup]").click()
    expect(other.page.locator(".views-kept li")).to_have_count(1)
    other.page.locator(".views-kept li button").first.click()
    expect(other.page).to_have_url(re.compile("customer_no=C1"))
