"""Journeys of the scan page and of a device without a network: scanned, entered, reloaded, sent once."""

import datetime as dt
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect
from tests.api.conftest import SignedIn, order
from tests.console import labels
from tests.console.conftest import Opened, Screen, chromium

from orderloom.actions import reference
from orderloom.actions.hub import Hub
from orderloom.kit import clock

SAID: dict[str, dict[str, str]] = {
    "zh": {"done": "成功", "repeated": "已扫过", "turn": "应先拣货", "unknown": "查无此单", "waiting": "待发送",
           "undo": "撤回", "pack": "打包", "offline": "没有网络|连不上服务器"},
    "en": {"done": "Done", "repeated": "Scanned before", "turn": "First: Pick", "unknown": "Unknown",
           "waiting": "Waiting", "undo": "Undo", "pack": "Pack", "offline": "no network|cannot be reached"},
}  # fmt: skip
SCANNER_MS = 8
PICKER = "picker"


def png(side: int) -> bytes:
    """A grey picture of so many pixels each way."""
    rows = (b"\0" + bytes([120]) * side) * side
    parts = [
        (b"IHDR", struct.pack(">IIBBBBB", side, side, 8, 0, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    ]
    told = [
        struct.pack(">I", len(each)) + kind + each + struct.pack(">I", zlib.crc32(kind + each)) for kind, each in parts
    ]
    return b"\x89PNG\r\n\x1a\n" + b"".join(told)


PNG = png(200)


@pytest.fixture
def picker(signed_in: SignedIn, hub: Hub) -> None:
    """Somebody of the warehouse, as the hub's own role has it."""
    reference.found(hub, values={}, actor="t", now=clock.now())
    signed_in(PICKER, "warehouse")


def parcels(client: httpx.Client, count: int) -> list[str]:
    """Numbers of shipments that their warehouse was told of."""
    for number in range(count):
        assert client.post("/orders?wait=true", json=order(f"W-{number}")).status_code == 201
    numbers = sorted(each["shipment_no"] for each in client.get("/shipments").json()["rows"])
    assert client.post("/shipments/release", json={"shipment_nos": numbers}).json()["refused"] == 0
    return numbers


def scan(page: Page, code: str) -> None:
    """As a hardware scanner does: fast keys ended by Enter, wherever the focus is."""
    page.keyboard.type(code, delay=SCANNER_MS)
    page.keyboard.press("Enter")


def stages(client: httpx.Client) -> dict[str, Any]:
    """The stage of each shipment."""
    return {each["shipment_no"]: each["stage"] for each in client.get("/shipments").json()["rows"]}


Scanning = Callable[..., Screen]


@pytest.fixture
def scanning(opened: Opened, picker: None) -> Scanning:
    """The scan page with the picker before it: `scanning("phone", "zh")`."""

    def make(size: str = "phone", language: str = "zh", **more: Any) -> Screen:
        screen = opened(size, language, **more)
        screen.open("/scan")
        screen.sign_in(PICKER)
        expect(screen.page.locator(".scan-result")).to_be_visible(timeout=20_000)
        return screen

    return make


def shell_is_kept(page: Page) -> None:
    """The service worker has fetched it."""
    page.evaluate("navigator.serviceWorker.ready.then(() => null)")


def lose_network(screen: Screen) -> None:
    """Once the page could be opened again without it."""
    shell_is_kept(screen.page)
    screen.lose_network()


def last(page: Page, text: str = "") -> Locator:
    """Those of the last scans that say so."""
    return page.locator(".scan-last li", has_text=text)


@pytest.mark.parametrize(("size", "language"), [("phone", "en"), ("desk", "zh")])
def test_each_scan_says_what_became_of_it(scanning: Scanning, client: httpx.Client, size: str, language: str) -> None:
    said = SAID[language]
    first, second = parcels(client, 2)
    screen = scanning(size, language)
    page = screen.page
    result = page.locator(".scan-result")
    assert screen.impaired() == [] and screen.overflow() == 0
    scan(page, first)
    expect(result).to_contain_text(said["done"])
    page.locator("h1").click()
    scan(page, first)
    expect(result).to_contain_text(said["repeated"])
    page.get_by_text(said["pack"], exact=True).click()
    scan(page, second)
    expect(result).to_contain_text(said["turn"])
    assert screen.impaired() == [] and screen.overflow() == 0
    scan(page, "OL-00000000-404")
    expect(result).to_contain_text(said["unknown"])
    scan(page, first.rpartition("-")[0])
    expect(result).to_contain_text(said["done"])
    expect(result).to_contain_text(first)
    expect(last(page)).to_have_count(5)
    expect(page.locator(".scan-count b")).to_have_text("2")
    assert screen.impaired() == [] and screen.overflow() == 0
    assert stages(client) == {first: "packed", second: "allocated"}


def test_the_camera_reads_labels_and_qr_codes_and_says_when_it_may_not_or_is_none(
    scanning: Scanning, browser: Browser, client: httpx.Client, tmp_path: Path
) -> None:
    number, other = parcels(client, 2)
    labels.film(tmp_path / "label.y4m", labels.code_128(number), labels.qr(other))
    fakes = ["--no-sandbox", "--use-fake-device-for-media-stream"]
    seen = f"--use-file-for-fake-video-capture={tmp_path / 'label.y4m'}"
    kind, path = browser.browser_type, chromium()
    with kind.launch(executable_path=path, args=[*fakes, seen, "--use-fake-ui-for-media-stream"]) as camera:
        screen = scanning(among=camera)
        page = screen.page
        page.get_by_role("button", name="用摄像头扫").click()
        expect(page.locator(".scan-result")).to_contain_text(SAID["zh"]["done"])
        expect(last(page, SAID["zh"]["done"])).to_have_count(2)
        assert screen.impaired() == [] and screen.overflow() == 0
        page.get_by_role("button", name="关闭摄像头").click()
        expect(page.locator("video")).to_have_count(0)
        page.context.close()
    assert stages(client) == {number: "picked", other: "picked"}
    with kind.launch(executable_path=path, args=[*fakes, "--use-fake-ui-for-media-stream=deny"]) as camera:
        page = scanning(among=camera).page
        page.get_by_role("button", name="用摄像头扫").click()
        expect(page.get_by_role("alert").filter(has_text="允许摄像头，再打开一次")).to_be_visible()
        page.context.close()
    page = scanning().page
    page.context.grant_permissions(["camera"])
    page.get_by_role("button", name="用摄像头扫").click()
    expect(page.get_by_role("alert").filter(has_text="没有可用的摄像头")).to_be_visible()
    scan(page, number)
    expect(last(page, number)).to_have_count(1)


def test_a_wrong_scan_is_taken_back_and_its_photo_stands_in_the_order(scanning: Scanning, client: httpx.Client) -> None:
    [number] = parcels(client, 1)
    screen = scanning()
    page = screen.page
    photo = page.locator(".scan-photo input")
    photo.set_input_files({"name": "a.jpg", "mimeType": "image/jpeg", "buffer": b"no picture at all"})
    expect(page.get_by_role("alert")).to_contain_text("JPEG、PNG、WebP")
    photo.set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": PNG})
    expect(page.locator(".scan-photo")).to_contain_text("随下一次扫描")
    lose_network(screen)
    scan(page, number)
    expect(last(page, SAID["zh"]["waiting"])).to_have_count(1)
    page.context.set_offline(False)
    expect(last(page, SAID["zh"]["done"])).to_have_count(1)
    last(page, number).get_by_role("button", name="撤销").click()
    page.get_by_label("撤销原因").fill("扫错了件")
    assert screen.impaired() == [] and screen.overflow() == 0
    page.locator(".ant-modal-footer .ant-btn-primary").click()
    expect(last(page, "已撤销")).to_have_count(1)
    assert stages(client) == {number: "allocated"}
    scan(page, number)
    expect(last(page, SAID["zh"]["done"])).to_have_count(1)
    screen.open(f"/orders/{number.rpartition('-')[0]}")
    page.get_by_text("时间线").first.click()
    small = page.locator(".evidence img")
    expect(small).to_have_count(1)
    page.wait_for_function("document.querySelector('.evidence img').naturalWidth > 0")
    expect(page.locator(".timeline", has_text="撤销环节确认")).to_be_visible()
    assert screen.impaired() == [] and screen.overflow() == 0
    small.click()
    expect(page.locator(".ant-image-preview-img")).to_be_visible()


def test_parcels_scanned_offline_are_confirmed_once_each_at_the_time_of_their_scan(
    scanning: Scanning, client: httpx.Client
) -> None:
    said = SAID["zh"]
    *five, sixth = parcels(client, 6)
    screen = scanning()
    page = screen.page
    lose_network(screen)
    page.reload()
    expect(page.locator(".ant-alert")).to_contain_text(re.compile(said["offline"]))
    expect(page.locator(".scan-result")).to_be_visible()
    for number in [*five, five[0], sixth]:
        scan(page, number)
    expect(last(page)).to_have_count(7)
    expect(last(page, said["repeated"])).to_have_count(1)
    last(page, sixth).get_by_role("button").click()
    expect(last(page, said["waiting"])).to_have_count(5)
    assert screen.impaired() == [] and screen.overflow() == 0
    assert set(stages(client).values()) == {"allocated"}
    client.post("/orders/cancel", json={"order_nos": [five[4].rpartition("-")[0]], "reason": "客户取消"})
    before = clock.now()
    page.reload()
    expect(last(page, said["waiting"])).to_have_count(5)
    page.context.set_offline(False)
    expect(last(page, said["done"])).to_have_count(4, timeout=20_000)
    expect(last(page, five[4]).locator(".scan-why")).to_be_visible()
    page.reload()
    expect(last(page, said["done"])).to_have_count(4)
    assert stages(client) == {**dict.fromkeys(five[:4], "picked"), five[4]: "cancelled", sixth: "allocated"}
    for number in five[:4]:
        events = client.get(f"/orders/{number.rpartition('-')[0]}/timeline").json()["items"]
        [picked] = [each for each in events if each["type"] == "shipment.picked"]
        assert dt.datetime.fromisoformat(picked["at"]) < before


def test_who_is_signed_out_meanwhile_signs_in_and_nothing_is_lost(
    scanning: Scanning, client: httpx.Client, hub: Hub
) -> None:
    said = SAID["zh"]
    [number] = parcels(client, 1)
    screen = scanning()
    page = screen.page
    lose_network(screen)
    page.reload()
    expect(page.locator(".scan-result")).to_be_visible()
    scan(page, number)
    expect(last(page, said["waiting"])).to_have_count(1)
    with hub.database.system() as connection:
        connection.execute("delete from sessions")
    screen.forgive(*(f"/api/v1/{each}" for each in ("names", "shipments/confirm", "notices/count", "events/stream")))
    page.context.set_offline(False)
    expect(page.locator("#login")).to_be_visible()
    assert stages(client) == {number: "allocated"}
    screen.sign_in(PICKER)
    expect(last(page, said["done"])).to_have_count(1)
    assert stages(client) == {number: "picked"}
    screen.wrong = [each for each in screen.wrong if not each.startswith("401 ")]


def test_a_page_that_was_never_opened_says_so_without_a_network(scanning: Scanning, client: httpx.Client) -> None:
    screen = scanning()
    page = screen.page
    lose_network(screen)
    page.goto(f"{screen.root}/orders")
    expect(page.get_by_text("这一页还没在这台设备上打开过")).to_be_visible()
    assert screen.impaired() == [] and screen.overflow() == 0
    page.context.set_offline(False)
    expect(page.locator(".ant-alert")).to_have_count(0)
    page.goto(f"{screen.root}/orders")
    expect(page.locator("h1", has_text=re.compile("订单"))).to_be_visible()
    # What is kept on the device is the console's; the page of dealers stays one of its own.
    screen.forgive("/api/v1/dealing")
    page.goto(f"{screen.root}/dealer")
    expect(page.locator("[name=login], .dealing, [role=alert]").first).to_be_visible()
    assert page.locator(".outside").count() > 0


def test_signing_out_leaves_nothing_that_was_read_on_the_device(scanning: Scanning, client: httpx.Client) -> None:
    screen = scanning()
    page = screen.page
    shell_is_kept(page)
    assert page.evaluate("localStorage.getItem('orderloom.session')")
    page.locator(".top button").last.click()
    page.get_by_text("退出登录").click()
    expect(page.locator("#login")).to_be_visible()
    page.wait_for_function("localStorage.getItem('orderloom.session') === null")
    found = page.evaluate(
        "caches.keys().then(async (names) => (await Promise.all(names.map(async (each) =>"
        " (await (await caches.open(each)).keys()).map((one) => new URL(one.url).pathname)))).flat())"
    )
    assert found and not [each for each in found if each.startswith("/api")]
    screen.lose_network()
    page.reload()
    expect(page.get_by_text("现在连不上服务器")).to_be_visible()
