"""Webhooks: signed, in order per order, never into a private network unless allowed, and never waiting for ever."""

import base64
import datetime as dt
import hashlib
import hmac
import http.server
import ipaddress
import threading
import time
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from tests import company, relaying

from orderloom.actions import housekeeping
from orderloom.actions import webhooks as webhooks_action
from orderloom.actions.hub import Hub
from orderloom.kit import addresses, limits
from orderloom.kit.refusals import Refused
from orderloom.outbox import drain, webhooks
from orderloom.outbox.senders import SENDERS


class _Site(http.server.ThreadingHTTPServer):
    """A partner's server: what it heard, and the answers it gives by turns (the last one for ever)."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Page)
        self.heard: list[tuple[dict[str, str], bytes]] = []
        self.answers: list[tuple[int, dict[str, str]]] = [(204, {})]
        self.slow_seconds = 0.0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/hook?a=1"


class _Page(http.server.BaseHTTPRequestHandler):
    server: _Site

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.heard.append(({name.lower(): value for name, value in self.headers.items()}, body))
        answers = self.server.answers
        status, headers = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        if self.server.slow_seconds:
            until = time.monotonic() + self.server.slow_seconds
            while time.monotonic() < until:
                time.sleep(0.1)
                try:
                    self.wfile.write(b".")
                except OSError:
                    return

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


def _told(hub: Hub, site: _Site, now: dt.datetime, *, types: tuple[str, ...] = ("order.confirmed",)) -> str:
    """Subscribe the site, place an order, and let the relay write the rows; returns the secret."""
    company.tiny(hub, now=now)
    secret = webhooks_action.subscribe(hub, name="erp", url=site.url, types=types, private=True, actor="boss", now=now)
    assert isinstance(secret, str)
    company.place(hub, company.draft("W-1", now=now), now=now)
    relaying.follow(hub, now=now)
    return secret


def _drain(hub: Hub, now: dt.datetime) -> None:
    while drain.drain(hub, SENDERS, outside=True, now=now):
        pass


def _rows(hub: Hub, text: str) -> list[tuple]:
    with hub.database.workspace(hub.workspace) as connection:
        return connection.execute(text.encode()).fetchall()


def test_the_signature_is_that_of_the_standard() -> None:
    """The example of the specification's reference libraries."""
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    at = dt.datetime.fromtimestamp(1614265330, tz=dt.UTC)
    headers = webhooks.signed([secret], message_id="msg_p5jXN8AQM9LWM0D4loKWxJek", at=at, body=b'{"test": 2432232314}')
    assert headers["webhook-signature"] == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_partner_can_verify_what_it_is_told(hub: Hub, now: dt.datetime, site: _Site) -> None:
    secret = _told(hub, site, now)
    _drain(hub, now)
    ((headers, body),) = site.heard
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(secret.removeprefix("whsec_"))
    wanted = base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()
    assert headers["webhook-signature"] == f"v1,{wanted}"
    told = msgspec.json.decode(body)
    assert told["type"] == "orderloom.order.confirmed"
    (order_no, order_id) = _rows(hub, "select order_no, order_id::text from orders")[0]
    assert (told["data"]["order_no"], told["data"]["order_id"]) == (order_no, order_id)
    assert "王小明" not in body.decode() and secret not in str(_rows(hub, "select value from settings"))


def test_events_of_an_order_arrive_in_order_though_one_fails_first(hub: Hub, now: dt.datetime, site: _Site) -> None:
    site.answers = [(500, {}), (204, {})]
    _told(hub, site, now, types=())
    _drain(hub, now)
    assert len(site.heard) == 1
    _drain(hub, now + dt.timedelta(minutes=1))
    positions = [msgspec.json.decode(body)["data"]["position"] for _, body in site.heard]
    assert positions[0] == positions[1] and positions[1:] == sorted(set(positions)) and len(positions) > 5
    ids = [headers["webhook-id"] for headers, _ in site.heard]
    assert ids[0] == ids[1]


def test_a_site_that_asks_to_wait_is_not_called_before(hub: Hub, now: dt.datetime, site: _Site) -> None:
    site.answers = [(503, {"retry-after": "900"}), (204, {})]
    _told(hub, site, now)
    _drain(hub, now)
    _drain(hub, now + dt.timedelta(minutes=14))
    assert len(site.heard) == 1
    _drain(hub, now + dt.timedelta(minutes=16))
    assert len(site.heard) == 2


def test_a_site_that_is_gone_makes_the_row_dead(hub: Hub, now: dt.datetime, site: _Site) -> None:
    site.answers = [(410, {})]
    _told(hub, site, now)
    _drain(hub, now)
    assert _rows(hub, "select state from outbox where topic = 'webhook'") == [("dead",)]


def test_a_redirect_is_not_followed(hub: Hub, now: dt.datetime, site: _Site) -> None:
    site.answers = [(307, {"location": site.url})]
    _told(hub, site, now)
    _drain(hub, now)
    assert len(site.heard) == 1
    assert _rows(hub, "select state from outbox where topic = 'webhook'") == [("waiting",)]


def test_a_site_that_talks_for_ever_is_cut_off(
    hub: Hub, now: dt.datetime, site: _Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "WEBHOOK_SECONDS_MAX", 1)
    site.slow_seconds = 20
    _told(hub, site, now)
    started = time.monotonic()
    _drain(hub, now)
    assert time.monotonic() - started < 15
    assert _rows(hub, "select state from outbox where topic = 'webhook'") == [("done",)]


def test_a_private_address_is_refused_unless_allowed(hub: Hub, now: dt.datetime, site: _Site) -> None:
    company.tiny(hub, now=now)
    url = site.url.replace("http://127.0.0.1", "https://localhost")
    refused = webhooks_action.subscribe(hub, name="erp", url="https://127.0.0.1/", actor="boss", now=now)
    assert isinstance(refused, Refused) and refused.code == "webhook.bad_url"
    webhooks_action.subscribe(hub, name="erp", url=url, types=["order.confirmed"], actor="boss", now=now)
    company.place(hub, company.draft("W-1", now=now), now=now)
    relaying.follow(hub, now=now)
    _drain(hub, now)
    ((state, reason),) = _rows(hub, "select state, result ->> 'reason' from outbox where topic = 'webhook'")
    assert state == "waiting" and "127.0.0.1" in reason and site.heard == []


def test_what_waits_for_an_unsubscribed_site_is_closed(hub: Hub, now: dt.datetime, site: _Site) -> None:
    _told(hub, site, now)
    assert webhooks_action.unsubscribe(hub, name="erp", actor="boss", now=now) is None
    again = webhooks_action.unsubscribe(hub, name="erp", actor="boss", now=now)
    assert isinstance(again, Refused) and again.code == "webhook.unknown"
    _drain(hub, now)
    assert site.heard == []
    assert _rows(hub, "select state from outbox where topic = 'webhook'") == [("done",)]


@pytest.mark.parametrize(
    "address",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0", "224.0.0.1", "::1", "fe80::1",
     "fc00::1", "::ffff:10.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::"],
)  # fmt: skip
def test_addresses_that_are_not_for_everybody(address: str) -> None:
    assert not addresses.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["1.1.1.1", "114.114.114.114", "2606:4700::1111", "64:ff9b::101:101"])
def test_addresses_that_anybody_may_have(address: str) -> None:
    assert addresses.is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize(
    "url",
    ["http://1.1.1.1/", "ftp://1.1.1.1/", "https://", "https://a:b@1.1.1.1/", "https://1.1.1.1:99999/",
     "https://localhost/", "https://[::1]/", "https://2130706433/", "https://0x7f.1/"],
)  # fmt: skip
def test_urls_that_lead_nowhere_good(url: str) -> None:
    with pytest.raises(addresses.Forbidden):
        addresses.resolve(url)


def test_the_checked_address_is_the_one_to_call() -> None:
    target = addresses.resolve("https://1.1.1.1:8443/a/b?c=d")
    assert (target.url, target.host, target.name) == ("https://1.1.1.1:8443/a/b?c=d", "1.1.1.1:8443", "1.1.1.1")
    assert addresses.resolve("http://localhost:80/x", private=True).host == "localhost:80"


def test_while_a_secret_is_changed_both_sign_and_then_the_new_one_alone(
    hub: Hub, now: dt.datetime, site: _Site
) -> None:
    old = _told(hub, site, now)
    new = webhooks_action.rotate(hub, name="erp", hours=24, actor="boss", now=now)
    assert isinstance(new, str) and new != old
    _drain(hub, now)
    assert webhooks_action.ping(hub, name="erp", actor="boss", now=now + dt.timedelta(hours=25))
    _drain(hub, now + dt.timedelta(hours=25))
    both, alone = site.heard
    assert _fits(old, *both) and _fits(new, *both)
    assert _fits(new, *alone) and not _fits(old, *alone)


def _fits(secret: str, headers: dict[str, str], body: bytes) -> bool:
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    wanted = hmac.digest(base64.b64decode(secret.removeprefix("whsec_")), signed, hashlib.sha256)
    return f"v1,{base64.b64encode(wanted).decode()}" in headers["webhook-signature"].split(" ")


def test_tries_come_as_the_standard_recommends_and_end(hub: Hub, now: dt.datetime, site: _Site) -> None:
    site.answers = [(500, {})]
    _told(hub, site, now)
    at, waits = now, []
    for _ in range(12):
        _drain(hub, at)
        ((state, due),) = _rows(hub, "select state, due_at from outbox where topic = 'webhook'")
        if state == "dead":
            break
        waits.append((due - at).total_seconds())
        at = due
    assert state == "dead" and len(site.heard) == len(waits) + 1 == 10
    assert all(
        0 <= wait - wanted <= wanted / 10 + 5 for wait, wanted in zip(waits, webhooks.RETRY_SECONDS, strict=True)
    )


def test_a_site_that_fails_for_days_is_switched_off_operations_are_told_and_it_can_be_replayed(
    hub: Hub, now: dt.datetime, site: _Site
) -> None:
    site.answers = [(500, {})]
    _told(hub, site, now)
    _drain(hub, now)
    later = now + dt.timedelta(days=limits.WEBHOOK_FAILING_DAYS, minutes=1)
    assert webhooks_action.ping(hub, name="erp", actor="boss", now=later)
    _drain(hub, later)
    assert _rows(hub, "select audience, said -> 'title' ->> 'zh' from notices where topic = 'webhook'") == [
        ("operations", "已停用 Webhook：erp")
    ]
    company.place(hub, company.draft("W-2", now=later), now=later)
    relaying.follow(hub, now=later)
    much_later = later + dt.timedelta(days=1)
    heard = len(site.heard)
    _drain(hub, much_later)
    assert len(site.heard) == heard  # Switched off: nothing is sent, what waited is dead.
    assert _rows(hub, "select distinct state from outbox where topic = 'webhook'") == [("dead",)]
    site.answers = [(204, {})]
    assert webhooks_action.switch(hub, name="erp", on=True, actor="boss", now=much_later) is None
    assert webhooks_action.replay(hub, name="erp", since=later, actor="boss", now=much_later) == 1
    assert webhooks_action.replay(hub, name="erp", since=now, actor="boss", now=much_later) == 1
    _drain(hub, much_later)
    assert _rows(hub, "select distinct state from outbox where topic = 'webhook'") == [("done",)]


def test_a_delivery_is_handed_over_again_under_its_own_id(hub: Hub, now: dt.datetime, site: _Site) -> None:
    _told(hub, site, now)
    _drain(hub, now)
    ((one,),) = _rows(hub, "select outbox_id from outbox where topic = 'webhook'")
    assert webhooks_action.replay(hub, name="erp", since=now, actor="boss", now=now) == 0
    assert webhooks_action.replay(hub, name="erp", deliveries=[one], actor="boss", now=now) == 1
    assert webhooks_action.replay(hub, name="other", deliveries=[one], actor="boss", now=now) == Refused(
        "webhook.unknown", {"name": "other"}
    )
    _drain(hub, now)
    assert len({headers["webhook-id"] for headers, _ in site.heard}) == 1 and len(site.heard) == 2


def test_what_was_delivered_is_kept_for_a_month(hub: Hub, now: dt.datetime, site: _Site) -> None:
    _told(hub, site, now)
    _drain(hub, now)
    housekeeping.tidy(hub, now=now + dt.timedelta(days=limits.WEBHOOK_DONE_DAYS - 1))
    assert len(_rows(hub, "select 1 from outbox where topic = 'webhook'")) == 1
    housekeeping.tidy(hub, now=now + dt.timedelta(days=limits.WEBHOOK_DONE_DAYS + 1))
    assert _rows(hub, "select 1 from outbox where topic = 'webhook'") == []
