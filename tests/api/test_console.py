"""The console as the door gives it out: pages, files that browsers keep, and what it must not swallow."""

import gzip
import re
from collections.abc import Iterator

import httpx
import pytest

from orderloom.api import console

_BROWSER = {"Accept": "text/html", "Accept-Encoding": "gzip"}


@pytest.fixture
def browser(address: str) -> Iterator[httpx.Client]:
    """A browser without a session."""
    assert (console.BUILT / "index.html").is_file(), "the console is not built: run `make console`"
    with httpx.Client(base_url=address, headers=_BROWSER) as found:
        yield found


@pytest.mark.parametrize("address_of_page", ["/", "/orders", "/orders/OL-1", "/studio/rules/a%2Fb"])
def test_every_page_is_the_one_page_and_asked_for_anew(browser: httpx.Client, address_of_page: str) -> None:
    page = browser.get(address_of_page)
    assert page.status_code == 200 and '<div id="root">' in page.text
    assert page.headers["content-type"].startswith("text/html")
    assert page.headers["cache-control"] == "no-cache"


def test_no_page_runs_a_script_that_is_not_a_file_of_ours(browser: httpx.Client) -> None:
    page = browser.get("/")
    policy = {part.split()[0]: part.split()[1:] for part in page.headers["content-security-policy"].split("; ")}
    assert policy["script-src"] == ["'self'", "'wasm-unsafe-eval'"] and policy["default-src"] == ["'self'"]
    assert policy["frame-ancestors"] == ["'none'"]
    scripts = re.findall(r"<script([^>]*)>(.*?)</script>", page.text, re.DOTALL)
    assert scripts and all("src=" in attributes and not body.strip() for attributes, body in scripts)


def test_a_file_named_by_its_content_is_kept_for_ever_and_comes_small(browser: httpx.Client) -> None:
    [script] = re.findall(r'<script[^>]*src="([^"]+)"', browser.get("/").text)
    small = browser.get(script, headers={"Accept-Encoding": "gzip"})
    assert small.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert small.headers["content-encoding"] == "gzip" and small.headers["vary"] == "Accept-Encoding"
    assert small.headers["content-type"].startswith("text/javascript")
    assert browser.get(script, headers={"Accept-Encoding": "br, gzip"}).headers["content-encoding"] == "br"
    plain = browser.get(script, headers={"Accept-Encoding": "identity"})
    assert "content-encoding" not in plain.headers and plain.text == small.text
    assert len(gzip.compress(plain.content)) < len(plain.content)
    refused = browser.get(script, headers={"Accept-Encoding": "gzip;q=0, br;q=0"})
    assert "content-encoding" not in refused.headers


def test_the_worker_of_the_pages_is_asked_for_anew_and_keeps_no_answer_of_the_api(browser: httpx.Client) -> None:
    worker = browser.get("/sw.js")
    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.headers["cache-control"] == "no-cache" and "default-src 'self'" in worker.headers[
        "content-security-policy"
    ]  # fmt: skip
    kept = re.findall(r'url:"([^"]+)"', worker.text)
    assert "index.html" in kept and not any("api" in each.split("/")[0] for each in kept)
    assert all(browser.get(f"/{each}").status_code == 200 for each in kept)
    assert sum(len(browser.get(f"/{each}").content) for each in kept) < 3_000_000


def test_the_console_can_be_installed(browser: httpx.Client) -> None:
    answer = browser.get("/manifest.webmanifest")
    assert answer.headers["content-type"].startswith("application/manifest+json")
    assert answer.headers["cache-control"] == "no-cache"
    manifest = answer.json()
    assert manifest["display"] == "standalone" and manifest["start_url"] == "/"
    assert {each["sizes"] for each in manifest["icons"]} >= {"192x192", "512x512"}
    assert all(browser.get(each["src"]).status_code == 200 for each in manifest["icons"])


def test_a_page_may_use_the_camera_and_nothing_else_of_the_device(browser: httpx.Client) -> None:
    said = browser.get("/scan").headers["permissions-policy"].split(", ")
    assert "camera=(self)" in said and "microphone=()" in said and "geolocation=()" in said


@pytest.mark.parametrize(
    "path", ["/assets/none.js", "/none.png", "/%2e%2e/pyproject.toml", "/assets/%2e%2e%2f%2e%2e%2fmain.py"]
)
def test_a_file_that_there_is_not_or_lies_outside_is_a_problem(browser: httpx.Client, path: str) -> None:
    answer = browser.get(path)
    assert (answer.status_code, answer.json()["code"]) == (404, "door.no_such_path")


@pytest.mark.parametrize(("method", "path"), [("GET", "/api/v1/nothing"), ("POST", "/api/v1/nothing"), ("GET", "/api")])
def test_what_the_api_lacks_stays_a_problem(browser: httpx.Client, method: str, path: str) -> None:
    answer = browser.request(method, path)
    assert (answer.status_code, answer.json()["code"]) == (404, "door.no_such_path")


def test_the_names_of_the_workspace_are_within_the_callers_scope(client: httpx.Client, address: str, key) -> None:  # type: ignore[no-untyped-def]
    whole = client.get("/names").json()
    assert whole["track"][0] == "received" and whole["stages"]["received"]["zh"] == "待审单"
    assert "web" in whole["channels"] and len(whole["channels"]) > 1
    assert whole["kinds"]["rules"] == {"zh": "规则", "en": "Rules"}
    assert whole["flows"]["urgent_credit"]["en"] != "urgent_credit"
    narrow = {"Authorization": f"Bearer {key('status:read', channels=['web'])}"}
    assert set(httpx.get(f"{address}/api/v1/names", headers=narrow).json()["channels"]) == {"web"}
