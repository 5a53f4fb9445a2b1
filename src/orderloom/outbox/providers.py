"""Sign-in by an OpenID provider: out to it with what belongs to this sign-in, and in again by what it says; and the end
of a session, here and there."""

import datetime as dt
import uuid
from typing import Annotated

import msgspec

from orderloom.actions import providers, sessions
from orderloom.connectors.oidc import client as oidc
from orderloom.connectors.oidc import tokens
from orderloom.domain.providers import Identity
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store.providers import Ended, Provider

_Text = Annotated[str, msgspec.Meta(max_length=limits.PROVIDER_CODE_CHARS_MAX)]


class Returned(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """What the provider has put into the address that it sends people back to."""

    state: _Text
    code: _Text = ""
    error: _Text = ""
    iss: _Text = ""


class Going(msgspec.Struct, frozen=True):
    """Where to send the browser, and the text of the cookie that it keeps meanwhile."""

    url: str
    browser: str


class Came(msgspec.Struct, frozen=True):
    """Somebody came back and is signed in; `how` as of `providers.Admitted`."""

    opened: sessions.Opened
    identity: Identity
    how: str


class Entrance:
    """The door to the providers; one a process, since it keeps what they publish."""

    def __init__(self, house: providers.House) -> None:
        self._house = house
        self._issuers = oidc.Issuers()

    def begin(self, name: str, *, redirect_uri: str, now: dt.datetime) -> Going | Refused:
        """Begin a sign-in. Refuses a provider that there is not, and one that does not answer."""
        provider = providers.find(self._house.database, name)
        if isinstance(provider, Refused):
            return provider
        begun = oidc.begin(redirect_uri)
        try:
            url = self._issuers.authorization(self._client(provider), begun, now=now)
        except (oidc.Away, tokens.Untrusted) as error:
            return _away(provider, str(error))
        kept = msgspec.json.encode(begun)
        browser = providers.begin(self._house, provider, state=begun.state, kept=kept, now=now)
        return browser if isinstance(browser, Refused) else Going(url, browser)

    def finish(
        self, name: str, returned: Returned, *, browser: str, whence: sessions.Whence, now: dt.datetime
    ) -> Came | Refused:
        """Let in whom the provider sends back. Refuses what this browser has not begun, what proves nothing, and whom
        the provider's account here does not let in."""
        provider = providers.find(self._house.database, name)
        if isinstance(provider, Refused):
            return provider
        kept = providers.take(self._house, provider, state=returned.state, browser=browser, now=now)
        if isinstance(kept, Refused):
            return kept
        if returned.error or not returned.code:
            return Refused("provider.declined", {"provider": provider.title, "problem": _plain(returned.error)})
        begun = msgspec.json.decode(kept, type=oidc.Begun)
        try:
            redeemed = self._issuers.redeem(
                self._client(provider), begun, code=returned.code, issuer=returned.iss, now=now
            )  # fmt: skip
        except tokens.Untrusted as untrusted:
            return Refused("provider.untrusted", {"provider": provider.title, "what": untrusted.what})
        except oidc.Away as away:
            return _away(provider, str(away))
        return self._enter(provider, redeemed, whence, now)

    def farewell(self, session_id: uuid.UUID, *, back: str) -> str:
        """The provider's address where a session that came by it ends there too, and which sends the browser `back`;
        empty where there is none. Asks nobody."""
        kept = providers.take_leaving(self._house, session_id)
        return "" if kept is None else oidc.farewell(msgspec.json.decode(kept, type=oidc.Leaving), back=back)

    def logout(self, name: str, token: str, *, now: dt.datetime) -> list[Ended] | Refused:
        """End the sessions that a provider's logout_token names; those that were open. Refuses a token that proves
        nothing, and one that came before."""
        provider = providers.find(self._house.database, name)
        if isinstance(provider, Refused):
            return provider
        try:
            logout = self._issuers.logout(self._client(provider), token, now=now)
        except tokens.Untrusted as untrusted:
            return Refused("provider.untrusted", {"provider": provider.title, "what": untrusted.what})
        except oidc.Away as away:
            return _away(provider, str(away))
        ended = providers.end(self._house.database, logout, now=now)
        if ended is None:
            return Refused("provider.untrusted", {"provider": provider.title, "what": "jti"})
        return ended

    def _enter(
        self, provider: Provider, redeemed: oidc.Redeemed, whence: sessions.Whence, now: dt.datetime
    ) -> Came | Refused:
        identity = redeemed.identity
        admitted = providers.admit(self._house, provider, identity, now=now)
        if isinstance(admitted, Refused):
            return admitted
        proven = provider.vouches and identity.second
        way = f"provider/{provider.name}"
        opened = sessions.enter(self._house, admitted.user, way=way, proven=proven, whence=whence, now=now)
        if isinstance(opened, Refused):
            return opened
        kept = msgspec.json.encode(redeemed.leaving)
        providers.keep(self._house, identity, opened.session.session_id, leaving=kept)
        return Came(opened, identity, admitted.how)

    def _client(self, provider: Provider) -> oidc.Client:
        secret = providers.secret(self._house, provider)
        return oidc.Client(provider.issuer, provider.client_id, secret, provider.private)


def _away(provider: Provider, problem: str) -> Refused:
    return Refused("provider.away", {"provider": provider.title, "problem": problem[: limits.NAME_CHARS_MAX]})


def _plain(text: str) -> str:
    """An error's code as RFC 6749 has it; anything else that stands in the address is not repeated."""
    return text if text.isascii() and text.replace("_", "").isalpha() and len(text) <= _ERROR_CHARS_MAX else ""


_ERROR_CHARS_MAX = 40
