"""What OWASP ASVS asks of every answer and every write, whatever it is about: see docs/reference/asvs.md."""

import asyncio
import json
import re
import socket
from typing import Any

import httpx
import pytest
import structlog
from fastapi import FastAPI
from fastapi.routing import APIRoute
from tests.api.conftest import PASSWORD, Key, SignedIn, browser, client_of

from orderloom.api import app, callers, problems
from orderloom.api.callers import Permission

HTTPS = {"X-Forwarded-Proto": "https"}
PATHS = (
    "/api/v1/orders",
    "/api/v1/session",
    "/api/v1/openapi.json",
    "/api/v1/nothing",
    "/",
    "/no-such-file.js",
    "/f/x",
)


def test_every_answer_forbids_sniffing_framing_keeping_and_telling_where_one_came_from(address: str) -> None:
    with httpx.Client(base_url=address, timeout=20) as anyone:
        for path in PATHS:
            plain, secured = anyone.get(path).headers, anyone.get(path, headers=HTTPS).headers
            assert plain["x-content-type-options"] == "nosniff", path
            assert plain["x-frame-options"] == "DENY" and plain["referrer-policy"] == "no-referrer", path
            assert plain["cross-origin-opener-policy"] == "same-origin", path
            assert plain["cache-control"] in ("no-store", "no-cache"), path
            assert "strict-transport-security" not in plain, "plain http cannot promise https"
            assert secured["strict-transport-security"].startswith("max-age=31536000"), path
            assert not {"x-powered-by", "access-control-allow-origin"} & set(plain), path
            assert not re.search(r"\d", plain.get("server", "")), "no version of the server"
        policy = anyone.get("/").headers.get("content-security-policy", "")
        assert "default-src 'self'" in policy and "frame-ancestors 'none'" in policy and "object-src 'none'" in policy
        assert not re.search(r"script-src[^;]*('unsafe-inline'|'unsafe-eval'|https?:|\*)", policy)


def test_a_page_elsewhere_is_told_no_and_gets_no_leave_to_ask(address: str) -> None:
    headers = {"Origin": "https://evil.example", "Access-Control-Request-Method": "POST",
               "Access-Control-Request-Headers": "x-orderloom"}  # fmt: skip
    asked = httpx.options(f"{address}/api/v1/orders", headers=headers)
    assert asked.status_code == 405 and not any(each.startswith("access-control") for each in asked.headers)


def _writes() -> list[tuple[str, str]]:
    """Every write that a session may ask for."""
    found = []
    for router in app.ROUTERS:
        for route in router.routes:
            assert isinstance(route, APIRoute)
            guarded = any(isinstance(each.call, Permission) for each in route.dependant.dependencies)
            found += [(method, route.path) for method in route.methods if guarded and method not in ("GET", "HEAD")]
    return found


def test_no_write_of_a_cookie_is_taken_from_a_page_elsewhere(signed_in: SignedIn) -> None:
    page = signed_in("li", "owner")
    page.headers["Origin"] = "https://evil.example"
    writes = _writes()
    for method, path in writes:
        filled = re.sub(r"\{\w+\}", "018f0000-0000-7000-8000-000000000000", path)
        refused = page.request(method, filled, json={})
        assert (refused.status_code, refused.json()["code"]) == (403, "session.foreign_page"), (method, path)
    assert len(writes) > 100
    del page.headers["Origin"]
    assert page.post("/sessions/end-others").json()["code"] == "session.foreign_page", "nor from one that says nothing"
    page.headers["X-OrderLoom"] = "console"
    assert page.post("/sessions/end-others").status_code == 200


def test_a_cookie_that_was_put_there_beforehand_is_never_the_session(signed_in: SignedIn, address: str) -> None:
    signed_in("li", "owner")
    fixed = "A" * 43
    with browser(address) as page:
        page.cookies.set("orderloom", fixed)
        opened = page.post("/session", json={"login": "li", "password": PASSWORD})
        assert opened.status_code == 200 and fixed not in opened.headers["set-cookie"]
        again = httpx.get(f"{address}/api/v1/session", headers={"Cookie": f"orderloom={fixed}"})
        assert again.status_code == 401


def test_with_https_the_cookie_is_bound_to_it_and_to_the_host(signed_in: SignedIn, address: str) -> None:
    signed_in("li", "owner")
    with browser(address) as page:
        said = page.post("/session", json={"login": "li", "password": PASSWORD}, headers=HTTPS).headers["set-cookie"]
    parts = {each.strip().lower() for each in said.split(";")}
    assert said.startswith("__Host-") and {"secure", "httponly", "path=/", "samesite=lax"} <= parts
    assert not any(each.startswith("domain=") for each in parts)


@pytest.mark.parametrize("login", ["nobody@example.com", "li", "li' or '1'='1", "\u202e", "li\r\nSet-Cookie: a=b"])
def test_a_refusal_tells_nothing_of_who_there_is(signed_in: SignedIn, address: str, login: str) -> None:
    signed_in("li", "owner")
    with browser(address) as page:
        refused = page.post("/session", json={"login": login, "password": "not the password"})
    assert refused.status_code == 401 and "set-cookie" not in refused.headers
    assert {each: refused.json()[each] for each in ("code", "type")} == {
        "code": "session.refused", "type": "urn:orderloom:problem:session.refused",
    }  # fmt: skip
    assert "data" not in refused.json() and (login == "li" or login not in refused.text)


def test_a_key_or_password_is_never_taken_from_an_address(address: str, key: Key) -> None:
    text = key("*")
    for name in ("key", "token", "access_token", "authorization", "api_key"):
        asked = httpx.get(f"{address}/api/v1/orders", params={name: text})
        assert asked.status_code == 401, name


def test_what_breaks_the_program_is_told_to_the_log_and_not_to_the_caller() -> None:
    broken = FastAPI()
    problems.install(broken)

    @broken.get("/")
    def breaks(_: None = callers.for_everybody()) -> None:
        raise RuntimeError("select password from users at /srv/secret.py")

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app=broken, raise_app_exceptions=False)
        async with httpx.AsyncClient(transport=transport, base_url="http://hub") as client:
            return await client.get("/")

    with structlog.testing.capture_logs() as logged:
        answer = asyncio.run(asked())
    assert answer.status_code == 500 and answer.json()["code"] == "door.broken"
    assert "secret" not in answer.text and "RuntimeError" not in answer.text
    assert [each["event"] for each in logged] == ["request broke the program"]


def test_a_line_of_the_log_stays_one_line_whatever_is_asked(capsys: pytest.CaptureFixture[str]) -> None:
    forged = '/x\n2026-01-01 level=info event="owner signed in"'
    with structlog.testing.capture_logs() as logged:
        structlog.get_logger().warning("database away", path=forged)
    line: Any = structlog.processors.LogfmtRenderer()(None, "warning", dict(logged[0]))
    assert "\n" not in line and json.loads(json.dumps(line)) == line


def test_what_a_browser_calls_itself_is_cleaned_and_cut_before_it_is_kept(signed_in: SignedIn, address: str) -> None:
    page = signed_in("li", "owner")
    with browser(address) as other:
        agent = httpx.Headers({b"User-Agent": b"Evil\x9b" + b"x" * 500})
        assert other.post("/session", json={"login": "li", "password": PASSWORD}, headers=agent).status_code == 200
    agents = [each["agent"] for each in page.get("/sessions").json()]
    assert any(each.startswith("Evilx") for each in agents) and all(len(each) <= 200 for each in agents)
    assert all(each.isprintable() for each in agents)


def test_a_cell_that_a_spreadsheet_would_run_is_marked(signed_in: SignedIn, client: httpx.Client) -> None:
    client.post("/session", json={"login": "=cmd|' /C calc'!A0", "password": "not the password"})
    page = signed_in("li", "owner")
    page.post("/session/profile", json={"name": "=1+1"})
    made = page.post("/users", json={"login": "han", "name": "=2+5", "roles": ["owner"]})
    assert made.status_code == 201
    key = page.post("/keys", json={"name": "=HYPERLINK(1)", "verbs": ["orders:read"]})
    assert key.status_code == 201
    told = page.get("/audit/export").text
    assert not re.search(r'(^|,)"?[=+@]', told, re.MULTILINE)


def test_a_key_ends_with_who_revokes_it_and_a_wrong_one_tells_nothing(address: str, key: Key) -> None:
    with client_of(address, key("orders:read")[:-1] + "x") as wrong:
        refused = wrong.get("/orders")
    assert (refused.status_code, refused.json()["code"]) == (401, "key.wrong")
    assert refused.headers["www-authenticate"].startswith("Bearer")


# How two servers in a row may be made to disagree on where a request ends.
_AMBIGUOUS = {
    "two lengths": b"Content-Length: 2\r\nContent-Length: 30\r\n",
    "a signed length": b"Content-Length: +2\r\n",
    "a length in hex": b"Content-Length: 0x2\r\n",
    "another coding": b"Transfer-Encoding: xchunked\r\n",
    "chunked and more": b"Transfer-Encoding: chunked, identity\r\n",
    "a space before the colon": b"Content-Length : 2\r\n",
    "a folded line": b"X-A: b\r\n Content-Length: 2\r\n",
    "a control character": b"X-A: b\x00c\r\nContent-Length: 2\r\n",
}


@pytest.mark.parametrize("lines", _AMBIGUOUS.values(), ids=_AMBIGUOUS)
def test_a_request_whose_end_can_be_understood_in_two_ways_is_refused(address: str, lines: bytes) -> None:
    host, port = address.removeprefix("http://").split(":")
    hidden = b"GET /healthz HTTP/1.1\r\nHost: hub\r\n\r\n"
    asked = b"POST /api/v1/session HTTP/1.1\r\nHost: hub\r\n" + lines + b"\r\n{}" + hidden
    with socket.create_connection((host, int(port)), timeout=10) as connection:
        connection.sendall(asked)
        connection.shutdown(socket.SHUT_WR)
        told = b"".join(iter(lambda: connection.recv(65_536), b""))
    assert told.startswith(b"HTTP/1.1 400 ") and told.count(b"HTTP/1.1 ") == 1, told
