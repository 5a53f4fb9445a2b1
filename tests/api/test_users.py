"""Users of a workspace: invited by a link that works once, given roles, disabled; nobody beyond one's own."""

import datetime as dt
import urllib.parse

import httpx
from tests.api.conftest import PASSWORD, Key, SignedIn, browser, client_of
from tests.api.test_documents import publish

from orderloom.actions import users
from orderloom.actions.hub import Hub
from orderloom.kit import clock, limits

WELCOME = "/welcome?token="


def _token(invited: dict[str, str]) -> str:
    assert invited["path"].startswith(WELCOME)
    return invited["path"].removeprefix(WELCOME).partition("#")[0]


def test_an_invited_user_chooses_the_password_by_a_link_that_works_once(
    client: httpx.Client, nobody: None, address: str
) -> None:
    invited = client.post("/users", json={"login": "Li@Example.com", "name": "李雷", "roles": ["owner"]})
    assert invited.status_code == 201, invited.text
    token = _token(invited.json())
    behind = urllib.parse.parse_qs(invited.json()["path"].partition("#")[2])
    assert behind == {"login": ["li@example.com"], "name": ["李雷"]}
    with browser(address) as page:
        weak = page.post("/welcome", json={"token": token, "password": "li@example.com1"})
        assert (weak.status_code, weak.json()["code"]) == (409, "password.known")
        entered = page.post("/welcome", json={"token": token, "password": PASSWORD})
        assert entered.status_code == 200 and entered.json()["user"]["email"] == "li@example.com"
        assert page.get("/session").json()["user"]["name"] == "李雷"
        again = page.post("/welcome", json={"token": token, "password": "another horse battery"})
        assert (again.status_code, again.json()["code"]) == (404, "welcome.unknown")
        assert page.post("/session", json={"login": "li@example.com", "password": PASSWORD}).status_code == 200
    listed = client.get("/users").json()
    assert [(each["login"], each["roles"], each["has_password"]) for each in listed] == [
        ("li@example.com", ["owner"], True)
    ]
    assert "argon2" not in client.get("/users").text


def test_a_link_that_is_old_or_was_replaced_lets_nobody_in(hub: Hub, nobody: None, address: str) -> None:
    now = clock.now()
    wanted = users.Wanted("li", ["owner"])
    old = users.invite(hub, wanted, actor="t", now=now - dt.timedelta(hours=limits.WELCOME_HOURS, seconds=1))
    assert isinstance(old, users.Invited)
    replaced = users.reset(hub, "li", actor="t", now=now)
    newest = users.reset(hub, "li", actor="t", now=now)
    assert isinstance(replaced, users.Invited) and isinstance(newest, users.Invited)
    with browser(address) as page:
        for each in (old, replaced):
            assert page.post("/welcome", json={"token": each.token, "password": PASSWORD}).status_code == 404
        assert page.post("/welcome", json={"token": newest.token, "password": PASSWORD}).status_code == 200


def test_the_first_owner_gets_a_link_until_somebody_can_sign_in(hub: Hub, nobody: None, address: str) -> None:
    first = users.first(hub, actor="t", now=clock.now())
    again = users.first(hub, actor="t", now=clock.now())
    assert isinstance(first, users.Invited) and isinstance(again, users.Invited) and again.token != first.token
    with browser(address) as page:
        body = {"token": again.token, "login": "boss@example.com", "name": "老板", "password": PASSWORD}
        told = page.post("/welcome", json=body).json()
        assert (told["user"]["login"], told["user"]["name"], told["roles"]) == ("boss@example.com", "老板", ["owner"])
    assert users.first(hub, actor="t", now=clock.now()) is None


def test_a_disabled_user_is_out_at_once_and_back_when_enabled(
    signed_in: SignedIn, client: httpx.Client, address: str
) -> None:
    signed_in("boss", "owner")
    page = signed_in("li", "owner")
    assert page.get("/orders").status_code == 200
    assert client.post("/users/li/disable").status_code == 200
    assert (page.get("/orders").status_code, page.get("/orders").json()["code"]) == (401, "session.no_workspace")
    with browser(address) as other:
        assert other.post("/session", json={"login": "li", "password": PASSWORD}).status_code == 403
    assert client.post("/users/li/enable").status_code == 200
    assert page.get("/orders").status_code == 200


def test_a_workspace_keeps_an_owner(signed_in: SignedIn, client: httpx.Client) -> None:
    signed_in("boss", "owner")
    publish(client, "lead", {"title": {"zh": "运营", "en": "Lead"}, "may": ["orders:*"]}, [], kind="role")
    for path, body in (("/users/boss/disable", None), ("/users/boss/roles", {"roles": ["lead"]})):
        refused = client.post(path, json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, "user.last_owner"), path
    signed_in("second", "owner")
    assert client.post("/users/boss/roles", json={"roles": ["lead"]}).status_code == 200


def test_what_cannot_be_is_refused(signed_in: SignedIn, client: httpx.Client) -> None:
    signed_in("li", "owner", email="li@example.com")
    for body, code in (
        ({"login": "li", "roles": ["owner"]}, "user.login_taken"),
        ({"login": "LI ", "roles": ["owner"]}, "user.login_taken"),
        ({"login": "han", "email": "li@example.com", "roles": ["owner"]}, "user.login_taken"),
        ({"login": "li@example.com", "roles": ["owner"]}, "user.login_taken"),
        ({"login": "han mei", "roles": ["owner"]}, "user.login_unfit"),
        ({"login": "han", "email": "han", "roles": ["owner"]}, "user.email_unfit"),
        ({"login": "han", "roles": ["emperor"]}, "user.role_unknown"),
        ({"login": "han", "roles": []}, "user.no_role"),
        ({"login": "han", "roles": ["owner"], "customer_no": "C-none"}, "customer.unknown"),
    ):
        refused = client.post("/users", json=body)
        assert (refused.status_code, refused.json()["code"]) == (409, code), body
    assert client.post("/users/nobody/reset").status_code == 404


def test_nobody_gives_or_takes_over_what_is_beyond_ones_own(signed_in: SignedIn, address: str, key: Key) -> None:
    signed_in("boss", "owner")
    with client_of(address, key("users:*", "orders:read")) as helper:
        for path, body in (
            ("/users", {"login": "me", "roles": ["owner"]}),
            ("/users/boss/reset", None),
            ("/users/boss/disable", None),
            ("/users/boss/roles", {"roles": ["sales"]}),
        ):
            refused = helper.post(path, json=body)
            assert (refused.status_code, refused.json()["code"]) == (403, "user.beyond_own"), path
    with client_of(address, key("*", channels=["web"])) as narrow:
        assert narrow.get("/users").status_code == 403
