"""Signing in: what a right and a wrong password get, what a cookie may do, and when it may no longer."""

import datetime as dt

import httpx
import pytest
from tests.api.conftest import PASSWORD, House, SignedIn, browser, order

from orderloom.actions import sessions, users
from orderloom.actions.hub import Hub
from orderloom.kit import clock, limits
from orderloom.store import database as db


def test_who_signs_in_is_told_who_it_is_and_works_by_the_cookie(signed_in: SignedIn, address: str) -> None:
    signed_in("Wang.Li@Example.com", "owner", name="王丽", locale="zh")
    with browser(address) as page:
        assert page.get("/session").status_code == 401
        answer = page.post("/session", json={"login": "wang.li@example.com", "password": PASSWORD})
        assert answer.status_code == 200, answer.text
        told = answer.json()
        assert told == page.get("/session").json()
        assert (told["user"]["login"], told["user"]["name"]) == ("wang.li@example.com", "王丽")
        assert (told["workspace"], told["roles"], told["verbs"], told["locale"]) == ("test", ["owner"], ["*"], "zh")
        assert told["scope"] == {"channels": None, "warehouses": None, "owners": None} and told["masks"] == ["phone"]
        assert [each["name"] for each in told["workspaces"]] == ["test"]
        cookie = answer.headers["set-cookie"]
        assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Secure" not in cookie and "Path=/" in cookie
        placed = page.post("/orders", json=order())
        assert placed.status_code == 201, placed.text
        story = page.get(f"/orders/{placed.json()['order_no']}/timeline").text
        assert "wang.li@example.com" in story, "the user stands in the log as who did it"


def test_behind_https_the_cookie_is_bound_to_it(signed_in: SignedIn, address: str) -> None:
    signed_in("li", "owner")
    with browser(address) as page:
        headers = {"X-Forwarded-Proto": "https"}
        answer = page.post("/session", json={"login": "li", "password": PASSWORD}, headers=headers)
        assert answer.headers["set-cookie"].startswith("__Host-orderloom=") and "Secure" in answer.headers["set-cookie"]


def test_whatever_is_wrong_the_refusal_is_the_same(signed_in: SignedIn, address: str) -> None:
    signed_in("li", "owner")
    said = set()
    with browser(address) as page:
        for login, password in (("li", "wrong horse battery"), ("nobody", PASSWORD), ("li", PASSWORD.upper())):
            answer = page.post("/session", json={"login": login, "password": password})
            assert answer.status_code == 401 and "set-cookie" not in answer.headers
            said.add(answer.text)
    assert len(said) == 1 and "session.refused" in said.pop()


def test_a_login_may_be_tried_only_so_often_and_others_still_get_in(signed_in: SignedIn, address: str) -> None:
    signed_in("li", "owner")
    signed_in("han", "owner")
    with browser(address) as page:
        for _ in range(limits.SIGN_IN_TRIES_MAX):
            assert page.post("/session", json={"login": "li", "password": "x" * 12}).status_code == 401
        stopped = page.post("/session", json={"login": "li", "password": PASSWORD})
        assert (stopped.status_code, stopped.json()["code"]) == (429, "session.too_many_tries")
        assert 0 < int(stopped.headers["retry-after"]) <= limits.SIGN_IN_WINDOW_MINUTES * 60
        assert page.post("/session", json={"login": "han", "password": PASSWORD}).status_code == 200


def test_an_address_may_try_only_so_many_logins(signed_in: SignedIn, house: House) -> None:
    signed_in("li", "owner")
    whence, now = sessions.Whence("192.0.2.7", ""), clock.now()
    codes = []
    for number in range(limits.SIGN_IN_TRIES_PER_ADDRESS_MAX + 1):
        tried = sessions.sign_in(house, sessions.SignIn(f"u{number}", "x"), whence=whence, now=now)
        codes.append(tried.code)  # type: ignore[union-attr]
    assert set(codes[:-1]) == {"session.refused"} and codes[-1] == "session.too_many_tries"
    later = now + dt.timedelta(minutes=limits.SIGN_IN_WINDOW_MINUTES, seconds=1)
    opened = sessions.sign_in(house, sessions.SignIn("li", PASSWORD), whence=whence, now=later)
    assert isinstance(opened, sessions.Opened)


def test_signing_out_ends_the_session_at_once(signed_in: SignedIn, address: str) -> None:
    page = signed_in("li", "owner")
    cookies = dict(page.cookies)
    assert page.delete("/session").json() == {"url": ""}
    assert page.get("/session").status_code == 401
    with browser(address) as thief:
        thief.cookies.update(cookies)
        ended = thief.get("/orders")
        assert (ended.status_code, ended.json()["code"]) == (401, "session.ended")
        assert thief.delete("/session").json() == {"url": ""}, "asked twice, nothing more happens"


@pytest.mark.parametrize(
    "passed", [dt.timedelta(hours=limits.SESSION_IDLE_HOURS), dt.timedelta(hours=limits.SESSION_HOURS_MAX)]
)
def test_a_session_that_nobody_used_or_that_is_old_ends_by_itself(
    signed_in: SignedIn, database: db.Database, passed: dt.timedelta
) -> None:
    page = signed_in("li", "owner")
    found = sessions.find(database, next(iter(page.cookies.values())), now=clock.now())
    assert found is not None
    step = dt.timedelta(hours=1)
    at, end = clock.now(), found.created_at + passed
    if passed > dt.timedelta(hours=limits.SESSION_IDLE_HOURS):  # It is used every hour until it is too old.
        while at < end:
            assert sessions.find(database, next(iter(page.cookies.values())), now=at) is not None
            at += step
    before = sessions.look(database, found.session_id)
    assert before is not None
    assert sessions.unusable(before, now=end - dt.timedelta(minutes=1)) is None
    assert sessions.unusable(before, now=end + dt.timedelta(minutes=2)) is not None


def test_one_sees_where_one_is_signed_in_and_ends_it(signed_in: SignedIn, address: str) -> None:
    here = signed_in("li", "owner")
    with browser(address) as there:
        there.post("/session", json={"login": "li", "password": PASSWORD}, headers={"User-Agent": "Phone/1"})
        listed = here.get("/sessions").json()
        assert [(each["own"], each["way"], each["agent"]) for each in listed if not each["own"]] == [
            (False, "password", "Phone/1")
        ]
        other = next(each["session_id"] for each in listed if not each["own"])
        assert here.post(f"/sessions/{other}/end").json() == {"ended": 1}
        assert there.get("/session").status_code == 401
        assert here.post(f"/sessions/{other}/end").status_code == 404
        assert here.get("/session").status_code == 200
    stranger = signed_in("han", "owner")
    own = next(each["session_id"] for each in here.get("/sessions").json())
    assert stranger.post(f"/sessions/{own}/end").status_code == 404, "nobody ends another's"


def test_another_password_ends_all_other_sessions(signed_in: SignedIn, address: str) -> None:
    page = signed_in("li", "owner")
    with browser(address) as other:
        other.post("/session", json={"login": "li", "password": PASSWORD})
        wrong = page.post("/session/password", json={"old": "x", "new": "another horse battery"})
        assert wrong.json()["code"] == "password.wrong"
        assert page.post("/session/password", json={"old": PASSWORD, "new": "short"}).json()["code"] == "password.short"
        assert page.post("/session/password", json={"old": PASSWORD, "new": "another horse"}).status_code == 200
        assert other.get("/session").status_code == 401 and page.get("/session").status_code == 200
        assert other.post("/session", json={"login": "li", "password": PASSWORD}).status_code == 401
        assert other.post("/session", json={"login": "li", "password": "another horse"}).status_code == 200


def test_a_page_elsewhere_writes_nothing_with_the_cookie(signed_in: SignedIn, address: str) -> None:
    page = signed_in("li", "owner")
    for headers in ({"Origin": "https://evil.example"}, {"Origin": "null"}):
        for path, body in (("/orders", order()), ("/notices/seen", {"notice_ids": []}), ("/session/profile", {})):
            refused = page.post(path, json=body, headers=headers)
            assert (refused.status_code, refused.json()["code"]) == (403, "session.foreign_page"), path
        assert page.delete("/session", headers=headers).status_code == 403
    bare = httpx.Client(base_url=f"{address}/api/v1", cookies=page.cookies)
    with bare:
        assert bare.post("/orders", json=order()).json()["code"] == "session.foreign_page", "no origin, no own header"
        assert bare.post("/orders", json=order(), headers={"X-OrderLoom": "1"}).status_code == 201
    assert page.get("/orders").json()["rows"][1:] == []


def test_a_session_is_no_key_and_a_key_no_session(signed_in: SignedIn, client: httpx.Client) -> None:
    signed_in("li", "owner")
    refused = client.get("/session")
    assert (refused.status_code, refused.json()["code"]) == (403, "session.missing")


def test_a_user_goes_on_in_another_workspace_only_with_a_role_there(
    signed_in: SignedIn, hub: Hub, database: db.Database
) -> None:
    page = signed_in("li", "owner")
    moved = page.post("/session/workspace", json={"workspace": "elsewhere"})
    assert (moved.status_code, moved.json()["code"]) == (403, "session.no_workspace")
    assert page.get("/session").json()["workspace"] == "test"
    assert page.post("/session/workspace", json={"workspace": "test"}).json()["workspace"] == "test"
    assert isinstance(users.member(hub, "li"), tuple)


def test_a_person_says_its_name_and_language(signed_in: SignedIn) -> None:
    page = signed_in("li", "owner", name="Li")
    assert page.post("/session/profile", json={"locale": "en"}).status_code == 200
    told = page.get("/session").json()
    assert (told["user"]["name"], told["locale"]) == ("Li", "en")
