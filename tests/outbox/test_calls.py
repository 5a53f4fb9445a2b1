"""Outside calls: repeated under one key, never into a private network unless allowed, bounded in time and size."""

import datetime as dt
import http.server
import threading
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from tests import company

from orderloom.actions import outgoing, reference
from orderloom.actions.hub import Hub
from orderloom.kit import limits
from orderloom.outbox import calls, drain
from orderloom.outbox.senders import SENDERS
from orderloom.store import outbox as outbox_store

NOW = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)


class _Site(http.server.ThreadingHTTPServer):
    """The other side: what it heard, and how it behaves."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Page)
        self.heard: list[tuple[str, str, dict[str, str], bytes]] = []
        self.behave: Callable[[_Page], None] = lambda page: page.say(200, b'{"id": 7}')

    @property
    def at(self) -> str:
        return f"127.0.0.1:{self.server_port}"


class _Page(http.server.BaseHTTPRequestHandler):
    server: _Site

    def _any(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        headers = {name.lower(): value for name, value in self.headers.items()}
        self.server.heard.append((self.command, self.path, headers, body))
        self.server.behave(self)

    def do_POST(self) -> None:
        self._any()

    def do_PUT(self) -> None:
        self._any()

    def say(self, status: int, body: bytes, *, kind: str = "application/json", **headers: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("content-length", str(len(body)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Silence."""


@pytest.fixture
def site() -> Iterator[_Site]:
    with _Site() as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.fixture
def house(hub: Hub, site: _Site) -> Hub:
    """The tiny company, which may call the site although its address is private."""
    company.tiny(hub, now=NOW)
    reference.enter_settings(hub, {"private_hosts": [site.at]}, actor="test", now=NOW)
    return hub


def ask(hub: Hub, url: str, **payload: Any) -> uuid.UUID:
    outbox_id = hub.ids.new(NOW)
    row = outbox_store.Row(outbox_id, "http", str(outbox_id), 1, f"key-{outbox_id}", {"url": url, **payload}, NOW)
    with hub.database.workspace(hub.workspace) as connection:
        outbox_store.insert(connection, [row])
    return outbox_id


def drained(hub: Hub, now: dt.datetime = NOW) -> list[tuple[str, int, dict[str, Any]]]:
    """Drain what is due; every call's state, attempts and result."""
    while drain.drain(hub, SENDERS, outside=True, now=now):
        pass
    with hub.database.workspace(hub.workspace) as connection:
        return connection.execute("select state, attempts, result from outbox where topic = 'http'").fetchall()


def test_calls_with_its_key_and_keeps_the_answer(house: Hub, site: _Site) -> None:
    outbox_id = ask(
        house, f"http://{site.at}/orders?a=1", method="PUT", body={"单号": "OL-1"},
        headers={"X-Tenant": "a", "Host": "elsewhere", "Idempotency-Key": "mine"},
    )  # fmt: skip
    assert drained(house) == [("done", 1, {"status": 200, "body": {"id": 7}})]
    [(method, path, headers, body)] = site.heard
    assert (method, path, msgspec.json.decode(body)) == ("PUT", "/orders?a=1", {"单号": "OL-1"})
    assert (headers["host"], headers["idempotency-key"], headers["x-tenant"]) == (site.at, f"key-{outbox_id}", "a")


def test_what_breaks_is_tried_again_under_the_same_key(house: Hub, site: _Site) -> None:
    site.behave = lambda page: page.say(503 if len(site.heard) == 1 else 200, b"{}", Retry_After="7")
    ask(house, f"http://{site.at}/")
    [(state, attempts, result)] = drained(house)
    assert (state, attempts, result["reason"]) == ("waiting", 1, "the other side answered 503")
    assert drained(house, NOW + dt.timedelta(seconds=6))[0][0] == "waiting"
    assert drained(house, NOW + dt.timedelta(seconds=30))[0][:2] == ("done", 2)
    assert len({headers["idempotency-key"] for _, _, headers, _ in site.heard}) == 1


def test_a_no_is_an_answer_and_is_not_asked_again(house: Hub, site: _Site) -> None:
    site.behave = lambda page: page.say(422, b'{"why": "unknown SKU"}')
    ask(house, f"http://{site.at}/")
    assert drained(house)[0][:2] == ("dead", 1) and len(site.heard) == 1
    site.behave = lambda page: page.say(404, b"")
    ask(house, f"http://{site.at}/", expect=[200, 404])
    assert ("done", 1) in [row[:2] for row in drained(house)]


def _slow(page: _Page) -> None:
    page.send_response(200)
    page.end_headers()
    for _ in range(100):
        time.sleep(0.05)
        try:
            page.wfile.write(b".")
        except OSError:
            return


def _silent(page: _Page) -> None:
    time.sleep(4.5)


def _nonsense(page: _Page) -> None:
    page.wfile.write(b"\x16\x03\x01 what?\r\n\r\n")


def _cut(page: _Page) -> None:
    page.send_response(200)
    page.send_header("content-length", "1000")
    page.end_headers()
    page.wfile.write(b"{")


@pytest.mark.parametrize("behave", [_slow, _silent, _nonsense, _cut, lambda page: page.say(500, b"<h1>oops</h1>")])
def test_whatever_the_other_side_does_the_call_ends_soon_and_is_tried_again(
    house: Hub, site: _Site, behave: Callable[[_Page], None]
) -> None:
    site.behave = behave
    ask(house, f"http://{site.at}/", timeout_seconds=0.3)
    started = time.monotonic()
    [(state, attempts, result)] = drained(house)
    assert (state, attempts) == ("waiting", 1) and result["reason"]
    assert time.monotonic() - started < 4


def test_a_redirect_is_an_answer_that_is_not_followed(house: Hub, site: _Site) -> None:
    site.behave = lambda page: page.say(302, b"", Location="http://169.254.169.254/latest/meta-data/")
    ask(house, f"http://{site.at}/")
    assert drained(house)[0][0] == "dead" and len(site.heard) == 1


def test_a_huge_answer_is_not_read(house: Hub, site: _Site) -> None:
    def pour(page: _Page) -> None:
        page.send_response(200)
        page.end_headers()
        try:
            for _ in range(1_000):
                page.wfile.write(b"x" * 64 * 2**10)
        except OSError:
            return

    site.behave = pour
    ask(house, f"http://{site.at}/")
    [(state, _, result)] = drained(house)
    assert state == "dead" and "200" in result["reason"]
    site.behave = lambda page: page.say(200, b"y" * limits.CALL_ANSWER_BYTES_MAX, kind="text/plain")
    ask(house, f"http://{site.at}/")
    assert ("done", 1) in [row[:2] for row in drained(house)]


@pytest.mark.parametrize("body", [b"{not json", b"\xff\xfe\x00", "你好".encode()])
def test_an_answer_that_is_no_json_is_text(house: Hub, site: _Site, body: bytes) -> None:
    site.behave = lambda page: page.say(200, body)
    ask(house, f"http://{site.at}/")
    [(state, _, result)] = drained(house)
    assert state == "done" and isinstance(result["body"], str) and "\0" not in result["body"]


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:1/", "https://10.0.0.8/", "https://[::1]/", "https://169.254.169.254/", "ftp://example.com/",
     "https://user:pass@example.com/", "https://", "nonsense"],
)  # fmt: skip
def test_never_calls_into_a_private_network_that_is_not_allowed(house: Hub, url: str) -> None:
    ask(house, url)
    assert drained(house)[0][:2] == ("dead", 1)


@pytest.mark.parametrize("bad", [{"method": "TRACE"}, {"headers": {"X": "a\r\nY: b"}}])
def test_what_cannot_be_sent_is_dead_at_once(house: Hub, site: _Site, bad: dict[str, Any]) -> None:
    ask(house, f"http://{site.at}/", **bad)
    assert drained(house)[0][0] == "dead" and site.heard == []


def test_a_host_that_keeps_failing_is_left_alone_for_a_while(house: Hub, site: _Site) -> None:
    site.behave = lambda page: page.say(500, b"")
    for _ in range(5):
        ask(house, f"http://{site.at}/")
    drained(house)
    site.behave = lambda page: page.say(200, b"{}")
    ask(house, f"http://{site.at}/")
    rows = drained(house, NOW + dt.timedelta(seconds=30))
    assert len(site.heard) == 5 and {row[0] for row in rows} == {"waiting"}
    assert any("is stopped" in row[2]["reason"] for row in rows)
    rows = drained(house, NOW + dt.timedelta(minutes=6))
    assert {row[0] for row in rows} == {"done"} and len(site.heard) == 11


def test_a_dead_call_is_retried_or_given_up_by_a_person_and_both_are_written_down(house: Hub, site: _Site) -> None:
    site.behave = lambda page: page.say(400, b"")
    first, second = ask(house, f"http://{site.at}/"), ask(house, f"http://{site.at}/")
    drained(house)
    site.behave = lambda page: page.say(200, b"{}")
    assert outgoing.requeue(house, [first], actor="Wu", reason="mended", now=NOW) == [first]
    assert outgoing.give_up(house, [second], actor="Wu", reason="by phone", now=NOW) == [second]
    assert sorted(row[0] for row in drained(house)) == ["done", "given_up"]
    with house.database.workspace(house.workspace) as connection:
        trail = connection.execute(
            "select what, actor, subject from audit where what like 'outbox.%' order by audit_id"
        ).fetchall()
    assert trail == [("outbox.requeued", "Wu", str(first)), ("outbox.given_up", "Wu", str(second))]


def test_the_host_is_that_of_the_url() -> None:
    def row(url: object) -> outbox_store.Claimed:
        return outbox_store.Claimed(uuid.UUID(int=1), "http", "s", 1, "k", {"url": url}, 1)

    assert calls.host(row("https://ERP.example.com:8443/a")) == "erp.example.com:8443"
    assert calls.host(row("http://[bad/")) == ""
