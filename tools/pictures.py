"""Take the pictures of the console, from a hub that runs and shows `orderloom demo`.

Usage: ORDERLOOM_URL=http://127.0.0.1:8750 ORDERLOOM_LOGIN=… ORDERLOOM_PASSWORD=… python tools/pictures.py [folder]
       … python tools/pictures.py --all <folder> [part of a name …]

The first takes the pictures of README and docs, in Chinese and English, as <name>-<language>.png in docs/images: the
desk's at 1440 × 900, those of a phone as a phone shows them. The second takes every page that can be looked at in both
languages, at 1440 and at 375 px, light and dark, whole from top to bottom, as <name>-<language>-<width>-<shade>.png,
and says which page is wider than its screen. The dealer's page is taken where ORDERLOOM_DEALER names the login of a
dealer (its password is ORDERLOOM_DEALER_PASSWORD, else the same).
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from playwright.sync_api import Error as BrowserError

FOLDER = Path(__file__).parents[1] / "docs" / "images"
LANGUAGES = {"zh": "zh-CN", "en": "en"}
DESK, PHONE = (1440, 900), (375, 800)


def _nothing(page: Page) -> None:
    page.wait_for_timeout(1_000)


def _drawn(page: Page) -> None:
    page.wait_for_timeout(1_500)


def _cell(page: Page) -> None:
    page.locator("[data-testid=decision-table] tbody tr").nth(5).locator("td").nth(2).get_by_role("button").click()
    page.locator(".choosing").wait_for()


def _seen(page: Page) -> None:
    page.locator(".part").last.get_by_role("button").click()
    page.locator(".seen-orders table").wait_for()
    page.locator(".seen").scroll_into_view_if_needed()


def _first(ask: str, place: str) -> Callable[[Page], str]:
    """The address of a page of one thing: the first that the hub names when it is asked so."""

    def find(page: Page) -> str:
        path, _, field = ask.partition(" ")
        told = page.request.get(f"/api/v1{path}").json()
        rows = told if isinstance(told, list) else told["rows"]
        return place + str(rows[0][field]) if rows else ""

    return find


def _tracking(stage: str) -> Callable[[Page], str]:
    """The tracking page of an order in this stage."""

    def find(page: Page) -> str:
        number = _first(f"/orders?stage={stage}&count=1 order_no", "")(page)
        return _posted(page, f"/orders/{number}/tracking-link") if number else ""

    return find


def _form(page: Page) -> str:
    """The public page of the first form."""
    name = _first("/documents?kind=form name", "")(page)
    return _posted(page, f"/forms/{name}/links", {"kind": "public"}, "/f/") if name else ""


def _dealing(page: Page) -> str:
    """The dealer's page, as its dealer sees it: who signed in before leaves."""
    login = os.environ.get("ORDERLOOM_DEALER", "")
    if login:
        password = os.environ.get("ORDERLOOM_DEALER_PASSWORD", os.environ["ORDERLOOM_PASSWORD"])
        _posted(page, "/session", {"login": login, "password": password})
    return "/dealer" if login else ""


def _posted(page: Page, path: str, body: dict[str, str] | None = None, place: str = "/t/") -> str:
    answer = page.request.post(f"/api/v1{path}", data=body, headers={"Origin": _origin(page)})
    told = answer.json() if answer.ok else {}
    return told.get("path") or (place + told["token"] if "token" in told else "")


def _origin(page: Page) -> str:
    return "/".join(page.url.split("/")[:3])


def _sold(page: Page) -> None:
    """An order half typed at the sales desk."""
    goods = page.locator(".goods input[role=combobox]").first
    goods.fill("K10")
    page.locator(".ant-select-item-option:visible", has_text="K10").first.click()
    page.wait_for_timeout(1_500)


@dataclass(frozen=True)
class Shot:
    """One page: its name, its address or how to find it, what to wait for, what to do before the picture."""

    name: str
    where: str | Callable[[Page], str]
    there: str = ".list-head h1, .detail h1, h1"
    before: Callable[[Page], None] = _nothing
    size: tuple[int, int] = DESK


_LIST = "table tbody tr, .list-row, .cards li, .card, .ant-empty"
DEALER = Shot("dealer", _dealing, "[role=searchbox], input[type=search]", size=PHONE)
CHOSEN = (
    Shot("board", "/boards/live", "canvas", _drawn),
    Shot("order", _first("/orders?count=1 order_no", "/orders/"), ".detail h1"),
    Shot("canvas", "/studio/flow/risky_customer_countersign", ".react-flow__node"),
    Shot("studio", "/studio", _LIST),
    Shot("promotions", "/studio/rules/promotions", "[data-testid=decision-table] tbody tr", _cell),
    Shot("role", "/studio/role/service", ".matrix", _seen),
    Shot("template", "/studio/template/order_held", ".bubble"),
    Shot("sales", "/sales", "h1", _sold, PHONE),
    Shot("tracking", _tracking("delivered"), ".progress-head", size=PHONE),
    DEALER,
)
STAGES = ("received", "confirmed", "backordered", "allocated", "picked", "packed", "shipped", "delivered", "cancelled")
DOCUMENTS = ("alert/no_news", "board/live", "channel/tmall", "fields/order", "flow/gift_missing", "flow/stage_stuck",
             "form/return_request", "metric/returns_heat", "report/returns_weekly", "role/service", "rules/grading",
             "rules/promotions", "stages/order", "template/order_held")  # fmt: skip
EVERY = (
    Shot("home", "/"),
    Shot("orders", "/orders", _LIST),
    Shot("orders-held", "/orders?held=true", _LIST),
    Shot("orders-none", "/orders?external_no=nothing-like-it"),
    Shot("order-held", _first("/orders?held=true&count=1 order_no", "/orders/"), ".detail h1"),
    *(Shot(f"order-{each}", _first(f"/orders?stage={each}&count=1 order_no", "/orders/"), ".detail h1")
      for each in STAGES),
    Shot("service", "/service"),
    Shot("inbox", "/inbox"),
    Shot("sales", "/sales"),
    Shot("sales-typed", "/sales", before=_sold),
    Shot("scan", "/scan"),
    Shot("stock", "/stock", _LIST),
    Shot("sku", _first("/stock?count=1 sku", "/stock/"), ".detail h1"),
    Shot("customers", "/customers", _LIST),
    Shot("customer", _first("/customers?count=1 customer_no", "/customers/"), ".detail h1"),
    Shot("quarantine", "/quarantine", _LIST),
    Shot("message", _first("/messages?count=1 message_id", "/quarantine/")),
    Shot("imports", "/imports", _LIST),
    Shot("import-new", "/imports/new"),
    Shot("import", _first("/imports?count=1 import_id", "/imports/")),
    Shot("channels", "/channels", _LIST),
    Shot("channel", _first("/channels channel", "/channels/")),
    Shot("channel-new", "/channels/new"),
    Shot("notices", "/notices", _LIST),
    Shot("flows", "/flows", _LIST),
    Shot("run", _first("/flows/runs?count=1 run_id", "/flows/")),
    Shot("letters", "/flows/letters"),
    Shot("audit", "/audit", _LIST),
    Shot("users", "/users", _LIST),
    Shot("keys", "/keys", _LIST),
    Shot("security", "/security"),
    Shot("boards", "/boards"),
    Shot("live", "/boards/live", "canvas", _drawn),
    Shot("studio", "/studio", _LIST),
    *(Shot(f"studio-{each.replace('/', '-')}", f"/studio/{each}", before=_drawn) for each in DOCUMENTS),
    Shot("dictionary", "/dictionary"),
    Shot("packs", "/packs"),
    Shot("nowhere", "/no-such-page"),
    *(Shot(f"tracking-{each}", _tracking(each), "h1, .progress-head") for each in STAGES),
    Shot("tracking-gone", "/t/" + "A" * 43, "[role=alert]"),
    Shot("form", _form, "h1"),
    DEALER,
)  # fmt: skip


def main() -> None:
    """The pictures that the arguments ask for."""
    words = sys.argv[1:]
    every = "--all" in words
    folder, *parts = [each for each in words if each != "--all"] or [str(FOLDER)]
    Path(folder).mkdir(parents=True, exist_ok=True)
    chromium = next(
        found for each in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(each))
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        if every:
            _every(browser, Path(folder), parts)
        else:
            _chosen(browser, Path(folder), parts)
        browser.close()


def _chosen(browser: Browser, folder: Path, parts: list[str]) -> None:
    for language in LANGUAGES:
        for size in (DESK, PHONE):
            shots = _wanted([each for each in CHOSEN if each.size == size], language, parts)
            for page, shot in _shown(browser, shots, language, size, "light"):
                page.screenshot(path=folder / f"{shot.name}-{language}.png")


def _every(browser: Browser, folder: Path, parts: list[str]) -> None:
    for language in LANGUAGES:
        for size in (DESK, PHONE):
            for shade in ("light", "dark"):
                ending = f"{language}-{size[0]}-{shade}"
                for page, shot in _shown(browser, _wanted(EVERY, ending, parts), language, size, shade):
                    name = f"{shot.name}-{ending}"
                    page.screenshot(path=folder / f"{name}.png", full_page=True)
                    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
                    if wide > 0:
                        print(f"{name} is {wide} px wider than the screen")


def _wanted(shots: Sequence[Shot], ending: str, parts: list[str]) -> list[Shot]:
    return [each for each in shots if not parts or any(part in f"{each.name}-{ending}" for part in parts)]


def _shown(
    browser: Browser, shots: list[Shot], language: str, size: tuple[int, int], shade: str
) -> Iterator[tuple[Page, Shot]]:
    """Each page, open as the person who signs in sees it."""
    if not shots:
        return
    page = _signed_in(browser, language, size, shade)
    for shot in shots:
        where = shot.where if isinstance(shot.where, str) else shot.where(page)
        if not where:
            print(f"{shot.name}: the hub has nothing to show there")
            continue
        if _opened(page, where, shot):
            yield page, shot
    page.context.close()


def _opened(page: Page, where: str, shot: Shot) -> bool:
    try:
        page.goto(where)
        page.locator(shot.there).locator("visible=true").first.wait_for(timeout=8_000)
        shot.before(page)
        page.wait_for_timeout(600)
    except BrowserError as problem:
        print(f"{shot.name}: {str(problem).splitlines()[0]}")
        return False
    return True


def _signed_in(browser: Browser, language: str, size: tuple[int, int], shade: str) -> Page:
    page = _context(browser, language, size, shade).new_page()
    page.goto("/studio")
    page.fill("#login", os.environ["ORDERLOOM_LOGIN"])
    page.fill("#password", os.environ["ORDERLOOM_PASSWORD"])
    page.keyboard.press("Enter")
    page.locator(".list-head h1").wait_for()
    if elsewhere := os.environ.get("ORDERLOOM_WORKSPACE"):
        page.request.post("/api/v1/session/workspace", data={"workspace": elsewhere}, headers={"Origin": _origin(page)})
    return page


def _context(browser: Browser, language: str, size: tuple[int, int], shade: str) -> BrowserContext:
    return browser.new_context(
        viewport={"width": size[0], "height": size[1]},
        locale=LANGUAGES[language],
        color_scheme="dark" if shade == "dark" else "light",
        base_url=os.environ.get("ORDERLOOM_URL", "http://127.0.0.1:8750"),
        timezone_id="Asia/Shanghai",
        reduced_motion="reduce",
    )


if __name__ == "__main__":
    main()
