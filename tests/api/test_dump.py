"""Who gets hold of a dump of the database has no secret and no person in clear: see docs/reference/asvs.md."""

import base64
import subprocess
import time

import httpx
import pytest
from argon2 import PasswordHasher, Type
from tests import relaying
from tests.api.conftest import PASSWORD, SignedIn, browser, order
from tests.api.test_providers import enter as enter_provider

from orderloom.actions import channels
from orderloom.actions.hub import Hub
from orderloom.kit import clock, limits
from orderloom.store import database as db
from orderloom.store import embedded
from orderloom.world.partners import oidc

MARK = "HIDDEN7731"
PHONE, NAME, STREET = "13977317731", "欧阳雪梅", f"桃花路 {MARK} 号"


def _dump(url: str) -> str:
    """Every row of every table, as a backup holds it."""
    command = [embedded.binaries() / "pg_dump", "--data-only", "--inserts", url]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def _shapes(secret: str) -> set[str]:
    """How a text may stand in a dump: itself, as bytes, as base64 at each of its three offsets."""
    raw = secret.encode()
    coded = {base64.b64encode(b"\0" * n + raw).decode()[(4 if n else 0) : -4] for n in range(3)}
    return {secret, raw.hex(), *(each for each in coded if len(each) > 8)}


def test_a_dump_of_the_database_holds_no_secret_and_no_person_in_clear(
    client: httpx.Client, hub: Hub, database_url: str, signed_in: SignedIn
) -> None:
    page = signed_in("li", "owner")
    secrets = {"password": PASSWORD, "cookie": next(iter(page.cookies.values())), "phone": PHONE, "name": NAME,
               "street": STREET, "mark": MARK}  # fmt: skip
    secrets["codes"] = page.post("/session/code", json={"password": PASSWORD}).json()["secret"]
    account = {"app_key": "k", "app_secret": "account-secret-4711"}
    assert channels.keep_account(hub, "web", connector="taobao", account=account, actor="t", now=clock.now()) is None
    secrets["account"] = account["app_secret"]
    with oidc.Server(secret="provider-secret-4711").running() as acme:
        enter_provider(hub, acme)
    secrets["provider"] = "provider-secret-4711"
    hook = client.put("/webhooks/erp", json={"url": "https://erp.example.com/hook", "types": []}).json()["secret"]
    secrets["webhook"] = hook.removeprefix("whsec_").rstrip("=")
    secrets["key"] = client.post("/keys", json={"name": "x", "verbs": ["orders:read"]}).json()["text"].split("_")[-1]
    person = {**order()["consignee"], "name": NAME, "phone": PHONE, "street": STREET}
    placed = client.post("/orders", json=order("W-1", consignee=person))
    assert placed.status_code == 201, placed.text
    link = client.post(f"/orders/{placed.json()['order_no']}/tracking-link").json()["token"]
    secrets["link"] = link.split("_")[-1]
    broken = {**order("W-2", consignee=person), "lines": MARK}
    assert client.post("/orders", json=broken).status_code == 422
    waiting = client.post("/orders", json=order("W-3", consignee=person, lines=[{"sku": "NONE", "quantity": 1}]))
    assert waiting.status_code == 201, waiting.text
    relaying.follow(hub, now=clock.now())
    dumped = _dump(database_url)
    assert "W-1" in dumped and "JERKY" in dumped and placed.json()["order_no"] in dumped, "it is a dump of all this"
    found = {name for name, secret in secrets.items() if any(each in dumped for each in _shapes(secret))}
    assert found == set()


def test_a_password_that_was_hashed_at_another_cost_is_hashed_anew_when_it_is_next_shown(
    signed_in: SignedIn, address: str, database: db.Database
) -> None:
    signed_in("li", "owner")
    cheap = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1, type=Type.ID).hash(PASSWORD)

    def kept() -> str:
        with database.system() as connection:
            [(found,)] = connection.execute("select password from users where login = 'li'").fetchall()
        return found

    cost = f"$argon2id$v=19$m={limits.PASSWORD_MEMORY_KIB},t={limits.PASSWORD_ROUNDS},p=1$"
    assert kept().startswith(cost) and (limits.PASSWORD_MEMORY_KIB, limits.PASSWORD_ROUNDS) >= (19 * 1024, 2)
    with database.system() as connection:
        connection.execute("update users set password = %s where login = 'li'", (cheap,))
    with browser(address) as page:
        assert page.post("/session", json={"login": "li", "password": "wrong horse"}).status_code == 401
        assert kept() == cheap, "a wrong one changes nothing"
        assert page.post("/session", json={"login": "li", "password": PASSWORD}).status_code == 200
        anew = kept()
        assert anew.startswith(cost)
        assert page.post("/session", json={"login": "li", "password": PASSWORD}).status_code == 200
    assert kept() == anew, "once"


def test_what_is_taken_away_ends_a_live_stream_when_it_looks_again(
    signed_in: SignedIn, client: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert limits.STREAM_LOOK_SECONDS <= 15
    monkeypatch.setattr(limits, "STREAM_LOOK_SECONDS", 1)
    signed_in("boss", "owner")
    page = signed_in("li", "owner")
    with page.stream("GET", "/events/stream", timeout=20) as live:
        assert live.status_code == 200
        begun, parts = time.monotonic(), live.iter_raw()
        assert next(parts).startswith(b"retry:")
        assert client.post("/users/li/disable").status_code == 200
        for _ in parts:  # It ends; one that went on would run into the timeout, or say for ever that it is there.
            assert time.monotonic() < begun + 20, "it goes on"
