"""The OpenID client before a real server whose keys change, and who redeems what."""

import datetime as dt
import urllib.parse
from collections.abc import Iterator

import httpx
import pytest
from tests.conftest import NOW

from orderloom.connectors.oidc import client as oidc
from orderloom.connectors.oidc.tokens import Untrusted
from orderloom.kit import clock
from orderloom.world.partners import oidc as partner

BACK = "http://hub.example/sign-in/acme"


@pytest.fixture(scope="module")
def acme() -> Iterator[partner.Server]:
    with partner.Server().running() as server:
        server.people["u-1"] = {"email": "li@acme.example", "email_verified": True, "amr": ["pwd", "otp"]}
        yield server


def _account(acme: partner.Server) -> oidc.Client:
    return oidc.Client(acme.issuer, acme.client_id, acme.secret, private=True)


def _code(issuers: oidc.Issuers, acme: partner.Server, begun: oidc.Begun, now: dt.datetime) -> str:
    url = issuers.authorization(_account(acme), begun, now=now)
    asked = dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(url).query))
    back = httpx.post(f"{acme.issuer}/authorize", data={**asked, "user": "u-1"}).headers["location"]
    return dict(urllib.parse.parse_qsl(urllib.parse.urlsplit(back).query))["code"]


def _signed_in(issuers: oidc.Issuers, acme: partner.Server, now: dt.datetime) -> str:
    begun = oidc.begin(BACK)
    code = _code(issuers, acme, begun, now)
    return issuers.redeem(_account(acme), begun, code=code, issuer=acme.issuer, now=now).identity.subject


def test_a_key_that_was_changed_is_found_though_not_asked_for_without_end(acme: partner.Server) -> None:
    issuers, now = oidc.Issuers(), clock.now()
    assert _signed_in(issuers, acme, now) == "u-1"
    acme.rotate()
    before = acme.asked.count("/acme/keys")
    for seconds in (1, 2, 3):
        with pytest.raises(Untrusted, match="key"):
            _signed_in(issuers, acme, now + dt.timedelta(seconds=seconds))
    assert acme.asked.count("/acme/keys") == before, "a wrong token does not make us ask"
    assert _signed_in(issuers, acme, now + dt.timedelta(seconds=31)) == "u-1"
    assert acme.asked.count("/acme/keys") == before + 1
    assert acme.asked.count("/acme/.well-known/openid-configuration") == 1


def test_a_second_factor_shown_there_is_told(acme: partner.Server) -> None:
    issuers, begun, now = oidc.Issuers(), oidc.begin(BACK), clock.now()
    code = _code(issuers, acme, begun, now)
    found = issuers.redeem(_account(acme), begun, code=code, issuer=acme.issuer, now=now).identity
    assert found.second and found.address == "li@acme.example"


def test_a_token_of_another_time_than_ours_is_refused(acme: partner.Server) -> None:
    issuers, begun = oidc.Issuers(), oidc.begin(BACK)
    code = _code(issuers, acme, begun, NOW)
    with pytest.raises(Untrusted, match="time"):
        issuers.redeem(_account(acme), begun, code=code, issuer=acme.issuer, now=NOW - dt.timedelta(days=1))


def test_a_verifier_of_another_sign_in_redeems_nothing(acme: partner.Server) -> None:
    issuers, now = oidc.Issuers(), clock.now()
    code = _code(issuers, acme, oidc.begin(BACK), now)
    with pytest.raises(Untrusted, match="code"):
        issuers.redeem(_account(acme), oidc.begin(BACK), code=code, issuer=acme.issuer, now=now)


def test_a_provider_that_calls_itself_otherwise_or_lies_within_is_none(acme: partner.Server) -> None:
    issuers, now = oidc.Issuers(), clock.now()
    other = oidc.Client(f"{acme.issuer}/", acme.client_id, acme.secret, private=True)
    with pytest.raises(oidc.Away, match="calls itself"):
        issuers.authorization(other, oidc.begin(BACK), now=now)
    outside = oidc.Client(acme.issuer.replace("http:", "https:"), acme.client_id, acme.secret)
    with pytest.raises(oidc.Away, match="not public"):
        issuers.authorization(outside, oidc.begin(BACK), now=now)
