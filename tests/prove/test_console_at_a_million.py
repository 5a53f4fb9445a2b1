"""The console over a million orders, in a real browser: how long a person waits, by the browser's own clock.

`ORDERLOOM_PROVE_ORDERS` says of how many orders; the bounds are those of a million.
"""

import contextlib
import os
import socket
import statistics
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page
from tests.api.conftest import PASSWORD, nobody  # noqa: F401
from tests.console.conftest import LOGIN, browser  # noqa: F401

from orderloom.actions import users
from orderloom.actions.hub import Hub
from orderloom.bench import company, grounds, past
from orderloom.kit import clock, settings
from orderloom.store import database as db

WORKSPACE = "prove_million"
ORDERS = int(os.environ.get("ORDERLOOM_PROVE_ORDERS", "1_000_000"))
SCRIPT_BYTES_MAX = 400_000
INTERACTIVE_MS_MAX = 1_500
LIST_MS_MAX = 300
DRAWING = (Path(__file__).parent / "drawing.js").read_text("utf-8")
OPTIONS = ".ant-select-dropdown:not(.ant-select-dropdown-hidden) .ant-select-item-option"
ROWS = "section.list tbody tr.opens"
# Filters of the list that are chosen, and the place of the column that shows what they narrow it to.
CHOSEN = {"阶段": 2, "渠道": 5, "省份": 8}
TYPED = {"客户编号": 7, "渠道单号": 6}
FIRST = ("sign-in page, cold", "orders, cold", "orders, cached")
LISTS = ("filter", "view", "next page", "frame")
Figures = dict[str, list[float]]


def report(figures: Figures) -> str:
    """A line a figure: its median, its 95th percentile, and of how many."""
    lines = [f"load {os.getloadavg()[0]:.1f}, {os.cpu_count()} cores"]
    for name, taken in figures.items():
        lines.append(f"{name:28} median {statistics.median(taken):8.0f}   p95 {p95(taken):8.0f}   of {len(taken)}")
    return "\n".join(lines)


def p95(taken: list[float]) -> float:
    """The 95th percentile; of a few, the greatest."""
    return statistics.quantiles(taken, n=20, method="inclusive")[-1] if len(taken) > 1 else taken[0]


@contextlib.contextmanager
def served(chosen: settings.Settings, workspace: str) -> Iterator[str]:
    """The address of `orderloom up` over this workspace, as people run it: door and workers of their own."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    told = {"ORDERLOOM_DATA": str(chosen.data), "ORDERLOOM_PORT": str(port), "ORDERLOOM_WORKSPACE": workspace}
    if chosen.database_url:
        told["ORDERLOOM_DATABASE_URL"] = chosen.database_url
    command = [sys.executable, "-m", "orderloom.main", "up", "--workers", "1", "--keep-database"]
    process = subprocess.Popen(command, env={**os.environ, **told}, stdout=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
                break
            assert process.poll() is None and time.monotonic() < deadline, "the server did not listen"
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(60)


@contextlib.contextmanager
def grown(chosen: settings.Settings, orders: int, size: company.Size, *, patterns: int) -> Iterator[Hub]:
    """A company with so many orders behind it."""
    now = clock.now()
    with grounds.new(chosen, WORKSPACE) as hub:
        company.build(hub, size=size, now=past.began(now))
        past.fill(hub, past.Extent(orders, size, patterns=patterns), now=now)
        yield hub


def person(hub: Hub) -> None:
    """Somebody who may do everything."""
    invited = users.invite(hub, users.Wanted(LOGIN, ["owner"], name="林一"), actor="tester", now=clock.now())
    assert isinstance(invited, users.Invited), invited
    users.choose(hub.database, users.Chosen(token=invited.token, password=PASSWORD), now=clock.now())


class Watched:
    """A browser before the console, and what it measured, in milliseconds by name."""

    def __init__(self, browser: Browser, address: str) -> None:  # noqa: F811
        self._browser, self._address = browser, address
        self.figures: Figures = {}
        self.context = self._opened()
        self.page = self.context.new_page()

    def _opened(self, **more: Any) -> BrowserContext:
        context = self._browser.new_context(
            viewport={"width": 1440, "height": 900}, locale="zh-CN", reduced_motion="reduce", **more
        )
        context.add_init_script(DRAWING)
        context.set_default_timeout(60_000)
        return context

    def keep(self, name: str, milliseconds: float) -> None:
        """Take a figure down."""
        self.figures.setdefault(name, []).append(milliseconds)

    def came(self, page: Page, name: str, path: str, what: str) -> None:
        """Navigate, and take down when this was drawn."""
        page.goto(self._address + path, wait_until="commit")
        self.keep(name, page.evaluate("(what) => drawing.since(what)", what))

    def expect(self, moment: str) -> None:
        """Watch for the answer to what is done next."""
        self.page.evaluate("(moment) => drawing.expect(moment)", moment)

    def took(self, name: str) -> None:
        """Wait for the answer, and take down how long it took."""
        self.keep(name, self.page.evaluate("() => drawing.took()"))

    def first_loads(self, runs: int) -> int:
        """Without a cache, the page to sign in and, signed in, the orders; then with one. Returns the bytes of
        JavaScript before the first page was there."""
        script = 0
        for _ in range(runs):
            with contextlib.closing(self._opened()) as stranger:
                page = stranger.new_page()
                self.came(page, "sign-in page, cold", "/orders", "form")
                script = max(script, page.evaluate("() => drawing.script()"))
        self.page.goto(f"{self._address}/orders")
        self.page.fill("#login", LOGIN)
        self.page.fill("#password", PASSWORD)
        self.page.keyboard.press("Enter")
        self.page.wait_for_selector(ROWS)
        for _ in range(runs):
            with contextlib.closing(self._opened(storage_state=self.context.storage_state())) as somebody:
                page = somebody.new_page()
                self.came(page, "orders, cold", "/orders", "rows")
                self.came(page, "orders, cached", "/orders", "rows")
        return script

    def chosen(self, name: str, title: str, choices: int) -> None:
        """Narrow the list by each of a filter's choices; each time it shows these and nothing else."""
        address = self.page.url
        for at in range(choices):
            self.page.locator(".filters").get_by_label(title, exact=True).click()
            option = self.page.locator(OPTIONS).nth(at)
            label = option.locator(".choice > span").first.inner_text()
            self.expect("narrowed")
            option.click()
            self.took(name)
            self.only(CHOSEN[title], label)
            self.again(address)

    def typed(self, title: str, texts: list[str]) -> None:
        """Narrow the list by what is typed or pasted, from when it stands in the field."""
        address = self.page.url
        for text in texts:
            self.expect("narrowed")
            self.page.locator(".filters").get_by_label(title, exact=True).fill(text)
            self.took(f"filter: {title}")
            self.only(TYPED[title], text)
            self.again(address)

    def only(self, column: int, text: str) -> None:
        """Every row in sight shows this, be it beside a name."""
        found = self.page.locator(f"{ROWS} > td:nth-child({column + 1})").all_inner_texts()
        assert all(each == text or each.split()[-1] == text for each in found), (text, found)

    def view(self, name: str) -> None:
        """Narrow the list by a view that ships."""
        self.expect("narrowed")
        self.page.locator(".views").get_by_role("button", name=name, exact=True).click()
        self.took(f"view: {name}")

    def again(self, address: str) -> None:
        """The list anew, as it was before it was narrowed."""
        self.page.goto(address)
        self.page.wait_for_selector(ROWS)
        self.page.evaluate("() => drawing.since('rows')")

    def scrolled(self, pages: int, frames: int) -> None:
        """Scroll by the wheel to the end of what is loaded, until more is there; then through all of it."""
        self.page.locator(".rows").hover()
        for _ in range(pages):
            self.expect("more")
            self.page.mouse.wheel(0, 1_000_000)
            self.took("next page")
        for milliseconds in self.page.evaluate("(count) => drawing.frames(count)", frames):
            self.keep("frame of scrolling", milliseconds)

    def orders(self, count: int) -> None:
        """Open orders one after the other, and the live board."""
        for at in range(count):
            self.expect("order")
            self.page.locator(ROWS).nth(at).click()
            self.took("an order opened")
            self.page.go_back()
            self.page.evaluate("() => drawing.since('rows')")
            self.page.wait_for_selector(ROWS)

    def boards(self, runs: int) -> None:
        """Open the live board, without a cache of its figures."""
        for _ in range(runs):
            with contextlib.closing(self._opened(storage_state=self.context.storage_state())) as somebody:
                self.came(somebody.new_page(), "live board, cold", "/boards/live", "board")


def watch(browser: Browser, address: str, *, times: int) -> tuple[Figures, int]:  # noqa: F811
    """All that is measured, so many times each; with the bytes of JavaScript of the first load."""
    watched = Watched(browser, address)
    script = watched.first_loads(times)
    watched.again(f"{address}/orders")
    for title in CHOSEN:
        watched.chosen(f"filter: {title}", title, min(times, 6))
    numbers = watched.page.locator(f"{ROWS} > td:nth-child({TYPED['渠道单号'] + 1})").all_inner_texts()
    watched.typed("渠道单号", numbers[:times])
    customers = watched.page.locator(f"{ROWS} > td:nth-child({TYPED['客户编号'] + 1})").all_inner_texts()
    watched.typed("客户编号", list(dict.fromkeys(each.split()[-1] for each in customers))[:times])
    watched.view("挂起")
    watched.chosen("filter: 挂起, 渠道", "渠道", min(times, 6))
    watched.again(f"{address}/orders")
    watched.scrolled(times, 60 * times)
    watched.again(f"{address}/orders")
    watched.orders(times)
    watched.boards(times)
    watched.context.close()
    return watched.figures, script


@pytest.mark.prove
def test_nobody_waits_before_a_million_orders(
    browser: Browser,  # noqa: F811
    database: db.Database,
    database_url: str,
    nobody: None,  # noqa: F811
    tmp_path: Path,
) -> None:
    chosen = settings.Settings(data=tmp_path, database_url=database_url)
    with grown(chosen, ORDERS, company.QUICK, patterns=50) as hub, served(chosen, WORKSPACE) as address:
        person(hub)
        figures, script = watch(browser, address, times=20)
    print(f"\n{ORDERS} orders, {script} bytes of JavaScript\n{report(figures)}")
    assert script <= SCRIPT_BYTES_MAX
    assert {name: p95(figures[name]) for name in FIRST if p95(figures[name]) > INTERACTIVE_MS_MAX} == {}
    lists = {name: p95(taken) for name, taken in figures.items() if name.startswith(LISTS)}
    assert len(lists) >= 8 and {name: taken for name, taken in lists.items() if taken > LIST_MS_MAX} == {}


def test_lists_narrow_scroll_and_open_over_a_stored_past(
    browser: Browser,  # noqa: F811
    database: db.Database,
    database_url: str,
    nobody: None,  # noqa: F811
    tmp_path: Path,
) -> None:
    """The same over a few orders; how fast is not a test's business."""
    chosen = settings.Settings(data=tmp_path, database_url=database_url)
    size = company.Size(skus=30, customers=10, on_hand=1_000)
    with grown(chosen, 1_000, size, patterns=5) as hub, served(chosen, WORKSPACE) as address:
        person(hub)
        figures, script = watch(browser, address, times=1)
    assert script > 0
    assert all(taken > 0 for each in figures.values() for taken in each) and len(figures) >= 12
