"""The client of an OpenID provider: OpenID Connect Core 1.0 §3.1 with PKCE (RFC 7636) and issuer identification
(RFC 9207); RP-Initiated Logout 1.0 and Back-Channel Logout 1.0.

What the provider publishes is asked for anew after PROVIDER_KEPT_SECONDS, and its keys as soon as a token names one
that is not known: providers change them without a word.
"""

import base64
import datetime as dt
import hashlib
import secrets
import threading
import time
import urllib.parse
from collections.abc import Callable
from typing import Any, TypeVar

import httpx
import msgspec

from orderloom.connectors.oidc import tokens
from orderloom.connectors.oidc.tokens import Untrusted
from orderloom.domain.providers import Identity, Logout
from orderloom.kit import addresses, limits

T = TypeVar("T")
_DISCOVERY = "/.well-known/openid-configuration"
_SCOPE = "openid email profile"


class Away(Exception):
    """The provider cannot be reached, or does not answer as one; nothing was decided. The text says why."""


class Client(msgspec.Struct, frozen=True):
    """This hub as a provider knows it. `private` allows addresses inside one's own network, and http."""

    issuer: str
    client_id: str
    secret: str
    private: bool = False


class Begun(msgspec.Struct, frozen=True):
    """What belongs to one sign-in and comes back, or is held against what comes back."""

    state: str
    nonce: str
    verifier: str
    redirect_uri: str


class Leaving(msgspec.Struct, frozen=True):
    """What belongs to a session's end at the provider: where people sign out there, and what names the session. Kept
    from the sign-in on, so that signing out here waits for nobody. Without an `address` there is no such place."""

    address: str
    client_id: str
    id_token: str


class Redeemed(msgspec.Struct, frozen=True):
    """Who has signed in, and how it leaves."""

    identity: Identity
    leaving: Leaving


class Metadata(msgspec.Struct, frozen=True):
    """What a provider publishes of itself, as far as it is asked for here."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str = ""
    end_session_endpoint: str = ""
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)
    authorization_response_iss_parameter_supported: bool = False


class Issuers:
    """What was read of providers, kept for a while; safe to share between threads."""

    def __init__(self) -> None:
        self._metadata: dict[tuple[str, bool], tuple[dt.datetime, Metadata]] = {}
        self._keys: dict[str, tuple[dt.datetime, tokens.Keys]] = {}
        self._reading = threading.Lock()

    def authorization(self, client: Client, begun: Begun, *, now: dt.datetime) -> str:
        """The provider's address where somebody signs in. Raises Away."""
        metadata = self._published(client, now)
        digest = hashlib.sha256(begun.verifier.encode()).digest()
        asked = {
            "response_type": "code",
            "client_id": client.client_id,
            "redirect_uri": begun.redirect_uri,
            "scope": _SCOPE,
            "state": begun.state,
            "nonce": begun.nonce,
            "code_challenge": base64.urlsafe_b64encode(digest).rstrip(b"=").decode(),
            "code_challenge_method": "S256",
        }
        return _with(metadata.authorization_endpoint, asked)

    def redeem(self, client: Client, begun: Begun, *, code: str, issuer: str, now: dt.datetime) -> Redeemed:
        """Who has signed in there, by the code that came back; `issuer` is who says so, empty where it did not.

        Raises Untrusted, and Away."""
        metadata = self._published(client, now)
        named = metadata.authorization_response_iss_parameter_supported
        if (named or issuer) and not secrets.compare_digest(issuer.encode(), client.issuer.encode()):
            raise Untrusted("issuer")
        answer = _redeemed(client, metadata, begun, code)
        token = answer.get("id_token")
        if not isinstance(token, str):
            raise Untrusted("id_token")
        wanted = tokens.Wanted(client.issuer, client.client_id, begun.nonce)
        claims = self._read_by(tokens.claims, client, token, wanted, now)
        if not claims.get("email") and metadata.userinfo_endpoint and isinstance(answer.get("access_token"), str):
            # Some tell of a person only where it is asked for apart.
            more = _object(_asked(client, "GET", metadata.userinfo_endpoint, bearer=answer["access_token"]))
            if more.get("sub") != claims["sub"]:
                raise Untrusted("subject")
            claims = {**more, **claims}
        # A longer one makes an address that servers on the way do not take.
        hint = token if len(token) <= limits.LOGOUT_HINT_CHARS_MAX else ""
        return Redeemed(tokens.identity(claims), Leaving(metadata.end_session_endpoint, client.client_id, hint))

    def logout(self, client: Client, token: str, *, now: dt.datetime) -> Logout:
        """Whose sessions a provider's logout_token says have ended. Raises Untrusted, and Away."""
        return self._read_by(tokens.logout, client, token, tokens.Wanted(client.issuer, client.client_id), now)

    def _read_by(
        self, read: Callable[..., T], client: Client, token: str, wanted: tokens.Wanted, now: dt.datetime
    ) -> T:
        """What a token says, by the keys that are known, else by those published now."""
        metadata = self._published(client, now)
        try:
            return read(token, self._signers(client, metadata, now), wanted, now=now)
        except tokens.KeyUnknown:
            keys = self._signers(client, metadata, now, anew=True)
        try:
            return read(token, keys, wanted, now=now)
        except tokens.KeyUnknown:
            raise Untrusted("key") from None

    def _published(self, client: Client, now: dt.datetime) -> Metadata:
        place = (client.issuer, client.private)
        with self._reading:
            found = self._metadata.get(place)
        if found is not None and now - found[0] < _KEPT:
            return found[1]
        body = _asked(client, "GET", client.issuer.rstrip("/") + _DISCOVERY)
        metadata = _read(body, Metadata)
        if metadata.issuer != client.issuer:
            raise Away(f"the provider calls itself {metadata.issuer}, not {client.issuer}")
        ends = [metadata.end_session_endpoint] if metadata.end_session_endpoint else []
        for each in (metadata.authorization_endpoint, metadata.token_endpoint, metadata.jwks_uri, *ends):
            if (wrong := addresses.unfit(each, private=client.private)) is not None:
                raise Away(f"{each[: limits.NAME_CHARS_MAX]}: {wrong}")
        with self._reading:
            self._metadata[place] = (now, metadata)
        return metadata

    def _signers(self, client: Client, metadata: Metadata, now: dt.datetime, *, anew: bool = False) -> tokens.Keys:
        """The provider's keys; with `anew` read again, though not as often as somebody may send wrong tokens."""
        with self._reading:
            found = self._keys.get(metadata.jwks_uri)
        if found is not None and now - found[0] < (_AGAIN if anew else _KEPT):
            return found[1]
        keys = tokens.keys(_object(_asked(client, "GET", metadata.jwks_uri)))
        with self._reading:
            self._keys[metadata.jwks_uri] = (now, keys)
        return keys


def begin(redirect_uri: str) -> Begun:
    """A sign-in of its own: each text is 32 random bytes."""
    state, nonce, verifier = (secrets.token_urlsafe(32) for _ in range(3))
    return Begun(state, nonce, verifier, redirect_uri)


def farewell(leaving: Leaving, *, back: str) -> str:
    """The provider's address where the session ends that is there too, which sends the browser `back`; empty where the
    provider has no such place."""
    if not leaving.address:
        return ""
    asked = {"client_id": leaving.client_id, "post_logout_redirect_uri": back}
    if leaving.id_token:
        asked["id_token_hint"] = leaving.id_token
    return _with(leaving.address, asked)


def _with(address: str, asked: dict[str, str]) -> str:
    return f"{address}{'&' if '?' in address else '?'}{urllib.parse.urlencode(asked)}"


def _redeemed(client: Client, metadata: Metadata, begun: Begun, code: str) -> dict[str, Any]:
    form = {
        "grant_type": "authorization_code",
        "code": code,
        "redirect_uri": begun.redirect_uri,
        "code_verifier": begun.verifier,
    }
    methods = metadata.token_endpoint_auth_methods_supported
    basic = client.secret and ("client_secret_basic" in methods or "client_secret_post" not in methods)
    if not basic:
        form["client_id"] = client.client_id
        if client.secret:
            form["client_secret"] = client.secret
    body = _asked(client, "POST", metadata.token_endpoint, form=form, basic=bool(basic))
    return _object(body)


def _asked(
    client: Client, method: str, url: str, *, form: dict[str, str] | None = None, basic: bool = False, bearer: str = ""
) -> bytes:
    """What the provider answers, within PROVIDER_SECONDS_MAX and PROVIDER_ANSWER_BYTES_MAX. Raises Away where nothing
    certain came, and Untrusted where it says no."""
    try:
        target = addresses.resolve(url, private=client.private)
    except addresses.Forbidden as forbidden:
        raise Away(str(forbidden)) from None
    headers = {"host": target.host, "accept": "application/json", "user-agent": "OrderLoom"}
    if basic:  # RFC 6749 §2.3.1: both are form-encoded first.
        pair = f"{urllib.parse.quote_plus(client.client_id)}:{urllib.parse.quote_plus(client.secret)}"
        headers["authorization"] = f"Basic {base64.b64encode(pair.encode()).decode()}"
    elif bearer:
        headers["authorization"] = f"Bearer {bearer}"
    ends = time.monotonic() + limits.PROVIDER_SECONDS_MAX
    read = bytearray()
    try:
        # Neither redirects nor a proxy of the environment: the checked address is the one that is called.
        with (
            httpx.Client(timeout=limits.PROVIDER_SECONDS_MAX, follow_redirects=False, trust_env=False) as caller,
            caller.stream(method, target.url, data=form, headers=headers,
                          extensions={"sni_hostname": target.name}) as response,
        ):  # fmt: skip
            for part in response.iter_bytes():
                read += part
                if time.monotonic() > ends or len(read) > limits.PROVIDER_ANSWER_BYTES_MAX:
                    raise Away("the answer is too long or too slow")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Away(f"{type(error).__name__}: {error}"[: limits.TEXT_CHARS_MAX]) from None
    if response.status_code in (400, 401, 403) and method == "POST":
        raise Untrusted("code")  # RFC 6749 §5.2: the code is wrong, used or old, or our secret is.
    if response.status_code != 200:
        raise Away(f"{urllib.parse.urlsplit(url).path} answered {response.status_code}")
    return bytes(read)


def _object(body: bytes) -> dict[str, Any]:
    return _read(body, dict[str, Any])


def _read(body: bytes, shape: type[T]) -> T:
    try:
        return msgspec.json.decode(body, type=shape)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise Away(f"the answer cannot be read: {error}"[: limits.TEXT_CHARS_MAX]) from None


_KEPT = dt.timedelta(seconds=limits.PROVIDER_KEPT_SECONDS)
_AGAIN = dt.timedelta(seconds=limits.PROVIDER_KEYS_AGAIN_SECONDS)
