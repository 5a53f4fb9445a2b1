"""A slow server: it is said calmly, and nothing that is typed meanwhile is lost."""

from playwright.sync_api import Page, Route, expect
from tests.console.conftest import Opened, Screen

SLOW = "服务器反应较慢"


def _bar(page: Page, text: str) -> None:
    """What stands above the page about the server."""
    expect(page.locator(".ant-alert-banner").filter(has_text=text)).to_be_visible(timeout=30_000)


def _calm(page: Page) -> None:
    expect(page.locator(".ant-alert-banner")).to_have_count(0, timeout=30_000)


def _editor(screen: Screen) -> Page:
    screen.open("/studio/rules/big_orders")
    screen.sign_in()
    expect(screen.page.get_by_label("名称 中文")).to_be_visible()
    return screen.page


def test_a_slow_server_is_said_and_what_is_typed_meanwhile_stays(opened: Opened, person: str) -> None:
    screen = opened("phone", "zh")
    page = _editor(screen)
    held: list[Route] = []
    page.route("**/api/v1/documents/**", lambda route: held.append(route))
    page.get_by_label("名称 中文").fill("慢的时候写的")
    page.locator(".detail-actions").get_by_role("button", name="保存草稿").click()
    _bar(page, SLOW)
    page.get_by_label("名称 英文").fill("Written while it was slow")
    assert screen.impaired() == [] and screen.overflow() == 0
    for each in held:
        each.continue_()
    page.unroute_all()
    _calm(page)
    expect(page.get_by_label("名称 中文")).to_have_value("慢的时候写的")
    expect(page.get_by_label("名称 英文")).to_have_value("Written while it was slow")
