"""Take the pictures of the console for the README and the tutorial, from a hub that runs and shows `orderloom demo`.

Usage: ORDERLOOM_URL=http://127.0.0.1:8750 ORDERLOOM_LOGIN=… ORDERLOOM_PASSWORD=… python tools/pictures.py [folder]
Each page is photographed in Chinese and in English at 1440 × 900, as <name>-<language>.png in docs/images.
"""

import os
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

FOLDER = Path(__file__).parents[1] / "docs" / "images"
LANGUAGES = {"zh": "zh-CN", "en": "en"}


def _cell(page: Page) -> None:
    page.locator("[data-testid=decision-table] tbody tr").nth(5).locator("td").nth(2).get_by_role("button").click()
    page.locator(".choosing").wait_for()


def _seen(page: Page) -> None:
    page.locator(".part").last.get_by_role("button").click()
    page.locator(".seen-orders table").wait_for()
    page.locator(".seen").scroll_into_view_if_needed()


def _drawn(page: Page) -> None:
    page.wait_for_timeout(1_500)


def _first(page: Page) -> None:
    number = page.request.get("/api/v1/orders?count=1").json()["rows"][0]["order_no"]
    page.goto(page.url.replace("/orders", f"/orders/{number}"))
    page.locator(".detail h1").wait_for()


def _nothing(page: Page) -> None:
    page.wait_for_timeout(1_000)


# Name, address, what to wait for, what to do before the picture.
PAGES: tuple[tuple[str, str, str, Callable[[Page], None]], ...] = (
    ("board", "/boards/live", "canvas", _drawn),
    ("order", "/orders", "table tbody tr, .list-row", _first),
    ("canvas", "/studio/flow/risky_customer_countersign", ".react-flow__node", _nothing),
    ("studio", "/studio", "table tbody tr, .list-row", _nothing),
    ("promotions", "/studio/rules/promotions", "[data-testid=decision-table] tbody tr", _cell),
    ("role", "/studio/role/service", ".matrix", _seen),
    ("template", "/studio/template/order_held", ".bubble", _nothing),
)


def main() -> None:
    """All pages in both languages."""
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else FOLDER
    root = os.environ.get("ORDERLOOM_URL", "http://127.0.0.1:8750")
    chromium = next(
        found for each in ("chromium", "chromium-browser", "google-chrome") if (found := shutil.which(each))
    )
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        for language, locale in LANGUAGES.items():
            context = browser.new_context(
                viewport={"width": 1440, "height": 900}, locale=locale, base_url=root, timezone_id="Asia/Shanghai",
                reduced_motion="reduce",
            )  # fmt: skip
            page = context.new_page()
            page.goto(f"{root}/studio")
            page.fill("#login", os.environ["ORDERLOOM_LOGIN"])
            page.fill("#password", os.environ["ORDERLOOM_PASSWORD"])
            page.keyboard.press("Enter")
            page.locator(".list-head h1").wait_for()
            for name, path, there, before in PAGES:
                page.goto(root + path)
                page.locator(there).first.wait_for()
                before(page)
                page.wait_for_timeout(600)
                page.screenshot(path=folder / f"{name}-{language}.png")
        browser.close()


if __name__ == "__main__":
    main()
