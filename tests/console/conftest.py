"""A real browser (the system's Chromium) before the real door. Without a Chromium these tests are skipped."""

import contextlib
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Response, expect, sync_playwright
from tests.api.conftest import PASSWORD, address, client, house, key, nobody, signed_in  # noqa: F401

from orderloom.actions import users
from orderloom.actions.hub import Hub
from orderloom.kit import clock

AXE = Path(__file__).parents[2] / "console" / "node_modules" / "axe-core" / "axe.min.js"
SIZES = {"desk": (1440, 900), "phone": (375, 800)}
LANGUAGES = ("zh", "en")
# A busy machine is no failure.
expect.set_options(timeout=20_000)
LOGIN = "lin"
_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")

# What a browser says of a network that is gone, as late as it likes.
_OFFLINE = ("net::ERR_INTERNET_DISCONNECTED", "net::ERR_FAILED", "preload", "dynamically imported module")


class Screen:
    """A page of a browser, and what went wrong in it: what its console said, what it asked for in vain."""

    def __init__(self, page: Page, root: str) -> None:
        self.page = page
        self.root = root
        self.wrong: list[str] = []
        self.forgiven: set[str] = set()
        self._lost = False
        page.on("console", lambda told: self.wrong.append(told.text) if told.type in ("error", "warning") else None)
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("response", self._answered)

    def open(self, path: str) -> None:
        """Go to an address of the console."""
        self.page.goto(self.root + path)

    def sign_in(self, login: str = LOGIN, password: str = PASSWORD) -> None:
        """By the form that stands before every page."""
        self.page.fill("#login", login)
        self.page.fill("#password", password)
        self.page.keyboard.press("Enter")

    def forgive(self, *urls: str) -> None:
        """Answers of these addresses are meant to be refusals."""
        self.forgiven.update(urls)

    def lose_network(self) -> None:
        """Take the network away; what the browser says of it, then or later, is no trouble of the page's."""
        self._lost = True
        self.page.context.set_offline(True)

    def problems(self) -> list[str]:
        """What went wrong. Browsers report every refusal on their own; those that are meant are left out."""
        noise = ("Failed to load resource: the server responded with a status of", *(_OFFLINE if self._lost else ()))
        return [each for each in self.wrong if not any(one in each for one in noise)]

    def impaired(self) -> list[str]:
        """What axe finds serious or critical for people who see, hear or move otherwise."""
        # Colours halfway through a fade are nobody's colours.
        self.page.evaluate(
            "Promise.allSettled(document.getAnimations()"
            ".filter((each) => each instanceof CSSTransition).map((each) => each.finished)).then(() => null)"
        )
        self.page.evaluate(AXE.read_text("utf-8"))
        found = self.page.evaluate("axe.run(document, {resultTypes: ['violations']})")
        return [
            f"{each['id']}: {node['html'][:160]} {node.get('failureSummary', '')[:200]}"
            for each in found["violations"]
            if each["impact"] in ("serious", "critical")
            for node in each["nodes"]
        ]

    def overflow(self) -> int:
        """By how many pixels the page is wider than the screen."""
        return self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")

    def _answered(self, response: Response) -> None:
        # Whether anybody is signed in is asked before anybody is.
        if response.status >= 400 and response.url.removeprefix(self.root) not in {
            "/api/v1/session",
            *self.forgiven,
        }:
            self.wrong.append(f"{response.status} {response.request.method} {response.url}")


def chromium() -> str | None:
    """Where the system's Chromium is."""
    return next((found for each in _NAMES if (found := shutil.which(each))), None)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, for one module: its event loop must not outlive it."""
    path = chromium()
    if path is None:
        pytest.skip("no Chromium on this machine: install it to try the console (Debian: apt-get install chromium)")
    with (
        sync_playwright() as playwright,
        contextlib.closing(playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])) as found,
    ):
        yield found


Opened = Callable[..., Screen]


@pytest.fixture
def opened(browser: Browser, address: str) -> Iterator[Opened]:  # noqa: F811
    """Screens of a size and a language: `opened("desk", "zh")`, in a browser of one's own where one is given; each must
    have had no trouble in the end."""
    screens: list[Screen] = []

    def make(size: str = "desk", language: str = "zh", *, dark: bool = False, among: Browser = browser) -> Screen:
        width, height = SIZES[size]
        context = among.new_context(
            viewport={"width": width, "height": height},
            locale="zh-CN" if language == "zh" else "en",
            color_scheme="dark" if dark else "light",
            timezone_id="Asia/Shanghai",
            # What still slides and fades is neither where nor as it will be when it is clicked and looked at.
            reduced_motion="reduce",
        )
        context.set_default_timeout(20_000)
        screens.append(Screen(context.new_page(), address))
        return screens[-1]

    yield make
    problems = [each.problems() for each in screens]
    for each in screens:
        each.page.context.close()
    assert problems == [[] for _ in screens]


@pytest.fixture
def person(hub: Hub, nobody: None) -> str:  # noqa: F811
    """Somebody who may do everything; the login."""
    invited = users.invite(hub, users.Wanted(LOGIN, ["owner"], name="林一"), actor="tester", now=clock.now())
    assert isinstance(invited, users.Invited), invited
    chosen = users.choose(hub.database, users.Chosen(token=invited.token, password=PASSWORD), now=clock.now())
    assert isinstance(chosen, tuple), chosen
    return LOGIN
