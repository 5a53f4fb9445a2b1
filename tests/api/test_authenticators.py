"""One-time codes: set up with the password, proven by a code, asked for at the door, each taken once."""

from typing import Any

import httpx
import pyotp
import pytest
from pyotp.totp import TOTP
from tests.api.conftest import PASSWORD, SignedIn, browser
from tests.api.test_documents import publish

from orderloom.actions import authenticators, users
from orderloom.actions.hub import Hub
from orderloom.kit import clock, limits
from orderloom.store import database as db


def _set_up(page: httpx.Client) -> tuple[TOTP, list[str], str]:
    """Codes are on from here; returns the device, the recovery codes, and the code that confirmed it."""
    begun = page.post("/session/code", json={"password": PASSWORD}).json()
    totp = pyotp.parse_uri(begun["uri"])
    assert isinstance(totp, TOTP) and totp.secret == begun["secret"] and totp.issuer == "OrderLoom"
    code = _code(totp, -1)
    confirmed = page.post("/session/code/confirm", json={"code": code})
    assert confirmed.status_code == 200, confirmed.text
    return totp, confirmed.json()["recovery_codes"], code


def _code(totp: TOTP, beside: int = 0) -> str:
    return totp.generate_otp(totp.timecode(clock.now()) + beside)


def _sign_in(page: httpx.Client, code: str = "", password: str = PASSWORD) -> tuple[int, str]:
    answer = page.post("/session", json={"login": "li", "password": password, "code": code})
    return answer.status_code, answer.json().get("code", "")


def test_a_code_is_asked_for_after_the_password_and_opens_once(
    signed_in: SignedIn, address: str, database: db.Database
) -> None:
    here = signed_in("li", "owner")
    assert here.get("/session").json()["code"] == "off"
    totp, recovery, confirmed = _set_up(here)
    assert here.get("/session").json()["code"] == "on" and len(recovery) == limits.RECOVERY_CODES
    with browser(address) as page:
        assert _sign_in(page) == (401, "session.code_needed")
        assert _sign_in(page, password="wrong horse") == (401, "session.refused"), "of a wrong password no more is said"
        assert _sign_in(page, "000000") == (401, "session.refused")
        assert _sign_in(page, confirmed) == (401, "session.refused"), "it was used to confirm"
        code = _code(totp)
        assert _sign_in(page, f"{code[:3]} {code[3:]}")[0] == 200
        assert _sign_in(page, code) == (401, "session.refused"), "a code opens once"
        assert _sign_in(page, recovery[0].upper())[0] == 200
        assert _sign_in(page, recovery[0]) == (401, "session.refused"), "a recovery code too"
    with database.system() as connection:
        [(sealed,)] = connection.execute("select secret from authenticators").fetchall()
    assert totp.secret.encode() not in sealed, "the secret is sealed"


def test_codes_are_guessed_no_more_often_than_passwords(signed_in: SignedIn, address: str) -> None:
    _set_up(signed_in("li", "owner"))
    with browser(address) as page:
        for _ in range(limits.SIGN_IN_TRIES_MAX + 1):  # Asking for the code is no failed attempt.
            assert _sign_in(page) == (401, "session.code_needed")
        found = [(_sign_in(page, f"{number:06}"), _sign_in(page)) for number in range(limits.SIGN_IN_TRIES_MAX + 1)]
    assert found[-1][0] == (429, "session.too_many_tries"), "asking for it in between gives no further guesses"


def test_setting_up_and_ending_ask_for_the_password_and_a_right_code(signed_in: SignedIn, address: str) -> None:
    page = signed_in("li", "owner")
    assert page.post("/session/code", json={"password": "wrong"}).json()["code"] == "password.wrong"
    assert page.post("/session/code/confirm", json={"code": "123456"}).json()["code"] == "code.not_begun"
    begun = page.post("/session/code", json={"password": PASSWORD}).json()
    assert page.post("/session/code/confirm", json={"code": "12345x"}).json()["code"] == "code.wrong"
    with browser(address) as other:
        assert _sign_in(other)[0] == 200, "what is not confirmed does not count"
        _set_up(page)
        assert other.get("/session").status_code == 401, "other sessions end"
    assert page.post("/session/code", json={"password": PASSWORD}).json()["code"] == "code.on_already"
    assert page.post("/session/code/end", json={"password": "wrong"}).status_code == 409
    assert page.post("/session/code/end", json={"password": PASSWORD}).status_code == 200
    with browser(address) as other:
        assert _sign_in(other)[0] == 200
    assert begun["secret"]


def test_a_role_that_asks_for_codes_gives_nothing_without_one(
    signed_in: SignedIn, client: httpx.Client, address: str
) -> None:
    treasurer: dict[str, Any] = {"title": {"zh": "出纳", "en": "Treasurer"}, "may": ["credit:*"], "code_required": True}
    publish(client, "treasurer", treasurer, [], kind="role")
    page = signed_in("li", "treasurer")
    assert page.get("/session").json()["code"] == "required" and page.get("/credit/accounts").status_code == 403
    totp, *_ = _set_up(page)
    assert page.get("/credit/accounts").status_code == 200, "this session has shown a code"
    with browser(address) as other:
        assert _sign_in(other, _code(totp))[0] == 200 and other.get("/credit/accounts").status_code == 200


def test_a_link_from_an_administrator_ends_the_codes_of_a_lost_device(
    signed_in: SignedIn, hub: Hub, address: str
) -> None:
    _set_up(signed_in("li", "owner"))
    link = users.reset(hub, "li", actor="t", now=clock.now())
    assert isinstance(link, users.Invited)
    with browser(address) as page:
        assert _sign_in(page) == (401, "session.code_needed"), "until the link is used"
        assert page.post("/welcome", json={"token": link.token, "password": PASSWORD}).status_code == 200
        assert _sign_in(page)[0] == 200
    assert not authenticators.on(hub, link.user.user_id)


@pytest.mark.parametrize("beside", [-2, 2])
def test_a_code_of_another_time_is_none(signed_in: SignedIn, beside: int) -> None:
    page = signed_in("li", "owner")
    begun = page.post("/session/code", json={"password": PASSWORD}).json()
    # A step may end between the making of the code and its being looked at: then the older one is further away still.
    code = _code(TOTP(begun["secret"]), beside + (1 if beside > 0 else 0))
    assert page.post("/session/code/confirm", json={"code": code}).json()["code"] == "code.wrong"
