"""Sign-in by an OpenID provider that is a real server: who comes in, and what proves nothing."""

import datetime as dt
import urllib.parse
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from pyotp.totp import TOTP
from tests.api.conftest import PASSWORD, browser
from tests.api.test_documents import publish

from orderloom.actions import providers, users
from orderloom.actions.hub import Hub
from orderloom.kit import clock, limits
from orderloom.store import database as db
from orderloom.world.partners import oidc

DESK = {"title": {"zh": "客服", "en": "Desk"}, "may": ["orders:read"], "masks": []}
LI = {"email": "li@acme.example", "email_verified": True, "name": "李雷"}


@pytest.fixture
def acme(database: db.Database, nobody: None) -> Iterator[oidc.Server]:
    """The company's own provider, with one person."""
    with oidc.Server().running() as server:
        server.people["u-1"] = dict(LI)
        yield server
    with database.system() as connection:
        connection.execute("truncate providers cascade")


def enter(hub: Hub, acme: oidc.Server, **more: Any) -> None:
    """Let people of the provider in."""
    wanted = providers.Wanted(name="acme", title="Acme", issuer=acme.issuer, client_id=acme.client_id,
                              secret=acme.secret, private=True, **more)  # fmt: skip
    entered = providers.enter(hub, wanted, now=clock.now())
    assert isinstance(entered, providers.Provider), entered


def begin(page: httpx.Client) -> dict[str, str]:
    """What the browser is sent to the provider with."""
    begun = page.post("/session/providers/acme/begin")
    assert begun.status_code == 200, begun.text
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(begun.json()["url"]).query))


def came_back(acme: oidc.Server, asked: dict[str, str], user: str = "u-1") -> dict[str, str]:
    """What stands in the address that the provider sends the browser back to, after the person has signed in there."""
    answer = httpx.post(f"{acme.issuer}/authorize", data={**asked, "user": user})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith(asked["redirect_uri"])
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(answer.headers["location"]).query))


def sign_in(page: httpx.Client, acme: oidc.Server, user: str = "u-1") -> httpx.Response:
    """The whole round."""
    return page.post("/session/providers/acme/return", json=came_back(acme, begin(page), user))


@pytest.fixture
def page(address: str) -> Iterator[httpx.Client]:
    """Somebody's browser."""
    with browser(address) as found:
        yield found


def invited(hub: Hub, login: str = "li", email: str = "li@acme.example") -> None:
    """A user whom the house has asked in, by an address."""
    made = users.invite(hub, users.Wanted(login, ["owner"], email=email), actor="t", now=clock.now())
    assert isinstance(made, users.Invited), made


def test_a_user_is_linked_by_the_verified_address_once_and_by_the_subject_from_then_on(
    page: httpx.Client, acme: oidc.Server, hub: Hub
) -> None:
    enter(hub, acme, by_email=True)
    invited(hub)
    assert page.get("/session/providers").json() == [{"name": "acme", "title": "Acme"}]
    asked = begin(page)
    assert (asked["response_type"], asked["code_challenge_method"], asked["scope"]) == (
        "code", "S256", "openid email profile",
    )  # fmt: skip
    told = page.post("/session/providers/acme/return", json=came_back(acme, asked))
    assert (told.status_code, told.json()["user"]["login"], told.json()["password"]) == (200, "li", False), told.text
    assert "orderloom-sign-in" not in page.cookies, "what was begun is over"
    assert page.get("/orders").status_code == 200
    acme.people["u-1"]["email"] = "lilei@acme.example"
    page.cookies.clear()
    assert sign_in(page, acme).json()["user"]["login"] == "li"
    trail = page.get("/audit", params={"subject": "user/li"}).json()["rows"]
    assert [each["what"] for each in trail] == ["session.opened", "session.opened", "user.linked"]
    assert (trail[0]["after"], trail[2]["after"]["by"]) == ({"way": "provider/acme"}, "address")


@pytest.mark.parametrize(
    ("claims", "by_email"),
    [({"email_verified": False}, True), ({"email": "wang@acme.example"}, True), ({}, False)],
    ids=["address not verified", "another address", "not by address"],
)
def test_who_is_unknown_is_refused(
    page: httpx.Client, acme: oidc.Server, hub: Hub, claims: dict[str, Any], by_email: bool
) -> None:
    enter(hub, acme, by_email=by_email)
    invited(hub)
    acme.people["u-1"].update(claims)
    refused = sign_in(page, acme)
    assert (refused.status_code, refused.json()["code"]) == (403, "provider.nobody")
    assert page.get("/session").status_code == 401


def test_the_unknown_join_with_a_role_where_their_domain_is_let_in(
    page: httpx.Client, acme: oidc.Server, hub: Hub, client: httpx.Client
) -> None:
    publish(client, "desk", DESK, [], kind="role")
    enter(hub, acme, domains=["acme.example"], roles=["desk"])
    told = sign_in(page, acme).json()
    assert (told["user"]["login"], told["user"]["name"], told["roles"]) == ("li@acme.example", "李雷", ["desk"])
    acme.people["u-2"] = {"email": "eve@evil.example", "email_verified": True}
    acme.people["u-3"] = {"email": "han@acme.example", "email_verified": False}
    for user in ("u-2", "u-3"):
        page.cookies.clear()
        refused = sign_in(page, acme, user)
        assert (refused.status_code, refused.json()["code"]) == (403, "provider.other_domain")
    trail = client.get("/audit", params={"what": "session.refused"}).json()["rows"]
    assert trail[0]["subject"] == "provider/acme" and trail[0]["after"]["code"] == "provider.other_domain"
    assert [each["login"] for each in client.get("/users").json()] == ["li@acme.example"]


def test_an_address_that_somebody_took_by_a_link_lets_no_provider_in(
    page: httpx.Client, acme: oidc.Server, hub: Hub, client: httpx.Client, address: str
) -> None:
    """Else whoever was invited could wait under another's address for that one to sign in."""
    enter(hub, acme, by_email=True)
    publish(client, "desk", DESK, [], kind="role")
    made = users.invite(hub, users.Wanted("mallory", ["desk"]), actor="t", now=clock.now())
    assert isinstance(made, users.Invited)
    with browser(address) as other:
        chosen = {"token": made.token, "login": "li@acme.example", "password": PASSWORD}
        told = other.post("/welcome", json=chosen)
        assert (told.status_code, told.json()["user"]["email"]) == (200, "")
    assert sign_in(page, acme).json()["code"] == "provider.nobody"


@pytest.mark.parametrize(
    ("trouble", "what"),
    [("nonce", "nonce"), ("audience", "audience"), ("expired", "expiry"), ("none", "algorithm"), ("issuer", "issuer"),
     ("hs256", "algorithm"), ("stranger", "signature"), ("no_token", "id_token")],
)  # fmt: skip
def test_a_token_that_proves_nothing_lets_nobody_in(
    page: httpx.Client, acme: oidc.Server, hub: Hub, trouble: str, what: str
) -> None:
    enter(hub, acme, by_email=True)
    invited(hub)
    acme.trouble.append(trouble)
    refused = sign_in(page, acme)
    assert (refused.status_code, refused.json()["code"]) == (401, "provider.untrusted")
    assert refused.json()["data"]["what"] == what
    assert page.get("/session").status_code == 401
    assert sign_in(page, acme).status_code == 200, "the next one is as good as ever"


def test_a_state_of_another_browser_or_a_used_one_or_none_opens_nothing(
    page: httpx.Client, acme: oidc.Server, hub: Hub, address: str
) -> None:
    enter(hub, acme, by_email=True)
    invited(hub)
    back = came_back(acme, begin(page))
    with browser(address) as other:
        begin(other)
        stolen = other.post("/session/providers/acme/return", json=back)
        assert (stolen.status_code, stolen.json()["code"]) == (401, "provider.round_unknown")
    wrong = page.post("/session/providers/acme/return", json={**back, "state": "guessed"})
    assert wrong.json()["code"] == "provider.round_unknown"
    mixed = page.post("/session/providers/acme/return", json={**back, "iss": "https://elsewhere.example.com"})
    assert (mixed.json()["code"], mixed.json()["data"]["what"]) == ("provider.untrusted", "issuer")
    again = page.post("/session/providers/acme/return", json=back)
    assert again.json()["code"] == "provider.round_unknown", "a state is taken once, whatever came of it"


def test_a_code_that_was_redeemed_opens_nothing_in_another_round(
    page: httpx.Client, acme: oidc.Server, hub: Hub
) -> None:
    enter(hub, acme, by_email=True)
    invited(hub)
    back = came_back(acme, begin(page))
    assert page.post("/session/providers/acme/return", json=back).status_code == 200
    later = came_back(acme, begin(page))
    replayed = page.post("/session/providers/acme/return", json={**later, "code": back["code"]})
    assert (replayed.status_code, replayed.json()["data"]["what"]) == (401, "code")
    # The code of another's sign-in, with the victim's own state: the challenge is not the verifier's.
    theirs = came_back(acme, {**begin(page), "code_challenge": "x" * 43})
    assert page.post("/session/providers/acme/return", json=theirs).json()["data"]["what"] == "code"


def test_a_round_that_took_too_long_is_over(
    page: httpx.Client, acme: oidc.Server, hub: Hub, database: db.Database
) -> None:
    enter(hub, acme, by_email=True)
    invited(hub)
    back = came_back(acme, begin(page))
    with database.system() as connection:
        connection.execute("update sign_in_rounds set expires_at = %s", [clock.now() - dt.timedelta(seconds=1)])
    assert page.post("/session/providers/acme/return", json=back).json()["code"] == "provider.round_unknown"


def test_what_a_provider_publishes_is_not_asked_for_at_each_sign_in(
    page: httpx.Client, acme: oidc.Server, hub: Hub
) -> None:
    enter(hub, acme, by_email=True)
    invited(hub)
    assert sign_in(page, acme).status_code == 200
    asked = acme.asked.count("/acme/keys")
    assert sign_in(page, acme).status_code == 200 and acme.asked.count("/acme/keys") == asked, "keys are kept"


def test_a_provider_that_is_down_or_talks_nonsense_is_said_so(page: httpx.Client, acme: oidc.Server, hub: Hub) -> None:
    enter(hub, acme, by_email=True)
    invited(hub)
    for trouble in ("5xx", "garbage"):
        acme.trouble.append(trouble)
        refused = sign_in(page, acme)
        assert (refused.status_code, refused.json()["code"]) == (409, "provider.away"), trouble
    denied = page.post("/session/providers/acme/return", json=came_back(acme, begin(page), "stranger"))
    assert (denied.status_code, denied.json()["code"]) == (401, "provider.declined")
    assert denied.json()["data"]["problem"] == "access_denied"
    dead = providers.Wanted(name="dead", title="", issuer="http://127.0.0.1:9/", client_id="x", private=True)
    assert not hasattr(providers.enter(hub, dead, now=clock.now()), "code")
    assert page.post("/session/providers/dead/begin").json()["code"] == "provider.away"
    assert page.post("/session/providers/none/begin").status_code == 404


def test_claims_that_are_told_apart_are_asked_for(page: httpx.Client, acme: oidc.Server, hub: Hub) -> None:
    enter(hub, acme, by_email=True)
    invited(hub)
    acme.thin = True
    assert sign_in(page, acme).json()["user"]["login"] == "li"


def test_an_issuer_within_ones_own_network_is_refused_unless_allowed(hub: Hub, nobody: None) -> None:
    for issuer in (
        "http://login.example.com",
        "https://127.0.0.1/",
        "https://10.0.0.1",
        "ftp://x",
        "https://a:b@x.com",
    ):
        wanted = providers.Wanted(name="near", title="", issuer=issuer, client_id="x")
        refused = providers.enter(hub, wanted, now=clock.now())
        assert getattr(refused, "code", "") == "provider.issuer_unfit", issuer


def test_a_write_from_a_page_elsewhere_begins_and_ends_nothing(address: str, acme: oidc.Server, hub: Hub) -> None:
    enter(hub, acme)
    with httpx.Client(base_url=f"{address}/api/v1", headers={"Origin": "https://evil.example"}) as foreign:
        for path, body in (("begin", None), ("return", {"state": "x"})):
            refused = foreign.post(f"/session/providers/acme/{path}", json=body)
            assert (refused.status_code, refused.json()["code"]) == (403, "session.foreign_page")


def test_one_time_codes_are_asked_for_unless_the_provider_vouches_for_its_own(
    page: httpx.Client, acme: oidc.Server, hub: Hub, client: httpx.Client
) -> None:
    enter(hub, acme, by_email=True)
    invited(hub)
    client.put("/settings", json={"codes_required": True}).raise_for_status()
    assert sign_in(page, acme).json()["code"] == "required"
    assert page.get("/orders").status_code == 403
    enter(hub, acme, by_email=True, vouches=True)
    acme.people["u-1"]["amr"] = ["pwd"]
    assert sign_in(page, acme).json()["code"] == "required", "a password alone is no second factor"
    acme.people["u-1"]["amr"] = ["pwd", "mfa"]
    assert sign_in(page, acme).json()["code"] == "off"
    assert page.get("/orders").status_code == 200


def test_who_has_no_password_sets_codes_up_shortly_after_the_sign_in_and_shows_one_from_then_on(
    page: httpx.Client, acme: oidc.Server, hub: Hub, database: db.Database
) -> None:
    enter(hub, acme, by_email=True)
    invited(hub)
    sign_in(page, acme)
    begun = page.post("/session/code", json={"password": ""})
    assert begun.status_code == 200, begun.text
    totp = TOTP(begun.json()["secret"])
    recovery = page.post("/session/code/confirm", json={"code": totp.now()}).json()["recovery_codes"]
    assert page.get("/session").json()["code"] == "on"
    assert sign_in(page, acme).json()["code"] == "asked"
    assert page.get("/orders").status_code == 403
    wrong = page.post("/session/code/prove", json={"code": "000000"})
    assert (wrong.status_code, wrong.json()["code"]) == (401, "session.refused")
    assert page.post("/session/code/prove", json={"code": recovery[0]}).status_code == 200
    assert page.get("/orders").status_code == 200
    with database.system() as connection:
        connection.execute("update sessions set created_at = created_at - interval '16 minutes'")
    page.post("/session/profile", json={})  # Looks the session up anew.
    stale = page.post("/session/code/end", json={"password": ""})
    assert (stale.status_code, stale.json()["code"]) == (403, "session.stale")


def test_a_linked_owner_is_somebody_who_can_sign_in(page: httpx.Client, acme: oidc.Server, hub: Hub) -> None:
    enter(hub, acme, by_email=True)
    invited(hub)
    assert isinstance(users.first(hub, actor="t", now=clock.now()), users.Invited)
    assert sign_in(page, acme).status_code == 200
    assert users.first(hub, actor="t", now=clock.now()) is None


def _logout(page: httpx.Client, token: str, name: str = "acme") -> httpx.Response:
    """The provider's server tells the hub; it has neither key nor cookie."""
    url = str(page.base_url.join(f"/api/v1/session/providers/{name}/logout"))
    return httpx.post(url, data={"logout_token": token}, timeout=20)


def test_signing_out_here_leads_to_the_provider_and_back_with_what_names_the_session(
    page: httpx.Client, acme: oidc.Server, hub: Hub, address: str
) -> None:
    enter(hub, acme, by_email=True)
    invited(hub)
    assert sign_in(page, acme).status_code == 200
    acme.back_channel = f"{address}/api/v1/session/providers/acme/logout"
    asked = len(acme.asked)
    signed_out = page.delete("/session")
    assert signed_out.status_code == 200 and len(acme.asked) == asked, "signing out here waits for nobody"
    assert page.get("/session").status_code == 401
    url = signed_out.json()["url"]
    assert url.startswith(f"{acme.issuer}/logout?")
    gone = httpx.get(url)
    assert (gone.status_code, gone.headers["location"]) == (303, f"{address}/")
    [goodbye] = acme.goodbyes
    assert goodbye["client_id"] == acme.client_id and goodbye["id_token_hint"].count(".") == 2
    assert page.delete("/session").json() == {"url": ""}, "told once"


def test_what_the_provider_ends_ends_here_at_once(
    page: httpx.Client, acme: oidc.Server, hub: Hub, address: str, client: httpx.Client
) -> None:
    enter(hub, acme, by_email=True)
    invited(hub)
    acme.people["u-2"] = {"email": "han@acme.example", "email_verified": True}
    invited(hub, "han", "han@acme.example")
    with browser(address) as phone, browser(address) as other, browser(address) as apart:
        for each, user in ((page, "u-1"), (phone, "u-1"), (other, "u-2")):
            assert sign_in(each, acme, user).status_code == 200
        made = users.reset(hub, "li", actor="t", now=clock.now())
        assert isinstance(made, users.Invited)
        one, two, *_ = acme.sids.values()
        told = _logout(page, acme.logout_token("u-1", one))
        assert (told.status_code, told.json(), told.headers["cache-control"]) == (200, {"ended": 1}, "no-store")
        assert [each.get("/session").status_code for each in (page, phone, other)] == [401, 200, 200]
        assert _logout(page, acme.logout_token("u-2", two)).json() == {"ended": 0}, "another's session of that name"
        assert _logout(page, acme.logout_token(sid=two)).json() == {"ended": 1}
        assert [each.get("/session").status_code for each in (phone, other)] == [401, 200]
        trail = client.get("/audit", params={"what": "session.closed"}).json()["rows"]
        assert [(each["subject"], each["actor"]) for each in trail] == [("user/li", "provider acme")] * 2
        for each in (page, phone):
            assert sign_in(each, acme).status_code == 200
        chosen = apart.post("/welcome", json={"token": made.token, "password": PASSWORD})
        assert chosen.status_code == 200, chosen.text
        for each in (page, phone):
            assert sign_in(each, acme).status_code == 200
        assert _logout(page, acme.logout_token("u-1")).json() == {"ended": 2}
        assert [each.get("/session").status_code for each in (page, phone, other)] == [401, 401, 200]
        assert apart.get("/session").status_code == 200, "who came by a password is no session of the provider's"


@pytest.mark.parametrize(
    ("trouble", "what"),
    [("stranger", "signature"), ("none", "algorithm"), ("hs256", "algorithm"), ("issuer", "issuer"),
     ("audience", "audience"), ("expired", "expiry"), ("old", "expiry"), ("with_nonce", "nonce"),
     ("no_event", "events"), ("no_jti", "jti"), ("typed", "type"), ("nobody", "subject")],
)  # fmt: skip
def test_a_logout_that_proves_nothing_ends_nothing(
    page: httpx.Client, acme: oidc.Server, hub: Hub, trouble: str, what: str
) -> None:
    enter(hub, acme, by_email=True)
    invited(hub)
    assert sign_in(page, acme).status_code == 200
    refused = _logout(page, acme.logout_token("u-1", trouble=trouble))
    assert (refused.status_code, refused.headers["cache-control"]) == (400, "no-store")
    assert (refused.json()["code"], refused.json()["data"]["what"]) == ("provider.untrusted", what)
    assert page.get("/session").status_code == 200


def test_a_logout_is_taken_once_and_an_id_token_is_none(page: httpx.Client, acme: oidc.Server, hub: Hub) -> None:
    enter(hub, acme, by_email=True)
    invited(hub)
    assert sign_in(page, acme).status_code == 200
    token = acme.logout_token("u-1")
    assert _logout(page, token).json() == {"ended": 1}
    assert sign_in(page, acme).status_code == 200
    replayed = _logout(page, token)
    assert (replayed.status_code, replayed.json()["data"]["what"]) == (400, "jti")
    assert page.get("/session").status_code == 200, "who signed in again stays"
    url = page.delete("/session").json()["url"]
    hint = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))["id_token_hint"]
    assert sign_in(page, acme).status_code == 200
    assert _logout(page, hint).status_code == 400
    assert _logout(page, "").status_code == 400 and _logout(page, token, "nobody").status_code == 400
    unread = httpx.post(str(page.base_url.join("/api/v1/session/providers/acme/logout")), data={"logout_token": "\0"})
    assert unread.status_code == 400
    assert page.get("/session").status_code == 200


def test_logouts_that_prove_nothing_are_taken_as_rarely_as_sign_ins(
    page: httpx.Client, acme: oidc.Server, hub: Hub, monkeypatch: pytest.MonkeyPatch
) -> None:
    enter(hub, acme)
    monkeypatch.setattr(limits, "SIGN_IN_TRIES_PER_ADDRESS_MAX", 3)
    for _ in range(5):
        assert _logout(page, acme.logout_token("u-1")).status_code == 200, "good ones do not count"
    codes = [_logout(page, "x").status_code for _ in range(4)]
    assert codes == [400, 400, 400, 429]
    late = _logout(page, acme.logout_token("u-1"))
    assert late.status_code == 429 and int(late.headers["retry-after"]) > 0
