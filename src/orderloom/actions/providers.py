"""The verbs of OpenID providers: enter, remove, begin a sign-in and take its end, admit whom they vouch for, end what
they have ended.

They stand above the workspaces, as users do. A person is known by issuer and subject, for ever; an address that the
issuer has verified links a user once, where the provider is told to.
"""

import datetime as dt
import hashlib
import re
import secrets
import uuid
from typing import Annotated, Protocol

import msgspec

from orderloom.actions import users
from orderloom.actions.hub import Hub
from orderloom.domain import providers as providers_domain
from orderloom.domain import roles as roles_domain
from orderloom.domain.providers import Identity, Logout
from orderloom.kit import addresses, limits
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import providers as providers_store
from orderloom.store import users as users_store
from orderloom.store import workspaces
from orderloom.store.providers import Provider

_NAME = re.compile(r"[a-z][a-z0-9_-]{0,39}", re.ASCII)
_DOMAIN = re.compile(r"[a-z0-9-]+(\.[a-z0-9-]+)+", re.ASCII)
_Text = Annotated[str, msgspec.Meta(max_length=limits.TEXT_CHARS_MAX)]


class Wanted(msgspec.Struct, kw_only=True):
    """A provider as it is asked for. Who is unknown joins the hub's workspace with `roles`, or is refused without."""

    name: str
    title: str
    issuer: _Text
    client_id: str
    secret: str = ""
    domains: list[str] = []
    by_email: bool = False
    vouches: bool = False
    private: bool = False
    roles: list[str] = []


class Shown(msgspec.Struct):
    """A provider without its secret."""

    name: str
    title: str
    issuer: str
    client_id: str
    domains: list[str]
    by_email: bool
    vouches: bool
    workspace: str | None
    roles: list[str]


class House(Protocol):
    """What a sign-in needs of the house."""

    database: db.Database

    def hub(self, workspace: str) -> Hub:
        """The hub of a workspace."""
        ...


class Admitted(msgspec.Struct):
    """Whom a provider's word lets in; `how` says what made it known: subject, address or new."""

    user: users_store.User
    how: str


def enter(hub: Hub, wanted: Wanted, *, now: dt.datetime) -> Provider | Refused:
    """Enter a provider, or give a known one another account. Refuses names, addresses, domains and roles that cannot
    be, and one provider too many."""
    if (refused := _unfit(hub, wanted)) is not None:
        return refused
    sealed = hub.sealer.seal(wanted.secret.encode(), aad=_place(wanted.name))
    provider = Provider(
        name=wanted.name,
        title=wanted.title.strip() or wanted.name,
        issuer=wanted.issuer,
        client_id=wanted.client_id,
        secret=sealed,
        domains=[each.lower() for each in wanted.domains],
        by_email=wanted.by_email,
        vouches=wanted.vouches,
        private=wanted.private,
        workspace=hub.workspace if wanted.roles else None,
        roles=list(dict.fromkeys(wanted.roles)),
        created_at=now,
    )
    with hub.database.system() as connection:
        others = [each for each in providers_store.listed(connection) if each.name != wanted.name]
        if len(others) >= limits.PROVIDERS_MAX:
            return Refused("provider.too_many", {"most": limits.PROVIDERS_MAX})
        providers_store.put(connection, provider)
    return provider


def remove(database: db.Database, name: str) -> Refused | None:
    """Let nobody in by this provider any more; who is signed in stays so until the session ends."""
    with database.system() as connection:
        return None if providers_store.remove(connection, name) else Refused("provider.unknown", {"provider": name})


def listed(database: db.Database) -> list[Provider]:
    """All providers by name."""
    with database.system() as connection:
        return providers_store.listed(connection)


def shown(provider: Provider) -> Shown:
    """What may be seen of a provider."""
    return Shown(**{name: getattr(provider, name) for name in Shown.__struct_fields__})


def find(database: db.Database, name: str) -> Provider | Refused:
    """The provider of this name."""
    with database.system() as connection:
        return providers_store.find(connection, name) or Refused("provider.unknown", {"provider": name})


def secret(house: House, provider: Provider) -> str:
    """What the hub proves itself by, opened."""
    return _any_hub(house).sealer.open(provider.secret, aad=_place(provider.name)).decode()


def begin(house: House, provider: Provider, *, state: str, kept: bytes, now: dt.datetime) -> str | Refused:
    """Keep what a sign-in needs at its end; returns the text of the cookie that binds it to this browser."""
    browser = secrets.token_urlsafe(32)
    sealed = _any_hub(house).sealer.seal(kept, aad=_round(state))
    expires_at = now + dt.timedelta(minutes=limits.SIGN_IN_ROUND_MINUTES)
    round_ = providers_store.Round(_hash(state), _hash(browser), provider.name, sealed, expires_at)
    with house.database.system() as connection:
        if not providers_store.begin(connection, round_, most=limits.SIGN_IN_ROUNDS_MAX, now=now):
            return Refused("provider.too_many_rounds")
    return browser


def take(house: House, provider: Provider, *, state: str, browser: str, now: dt.datetime) -> bytes | Refused:
    """What was kept at the beginning of the sign-in that comes back; it is used up. Refuses one that this browser has
    not begun, or not lately, or that came back before."""
    with house.database.system() as connection:
        sealed = providers_store.take(
            connection, provider.name, hash_=_hash(state), browser=_hash(browser), now=now
        )  # fmt: skip
    if sealed is None:
        return Refused("provider.round_unknown")
    return _any_hub(house).sealer.open(sealed, aad=_round(state))


def admit(house: House, provider: Provider, identity: Identity, *, now: dt.datetime) -> Admitted | Refused:
    """The user that somebody is. Refuses an address of another domain, and who is unknown where none are taken."""
    if (refused := providers_domain.outside(identity, provider.domains)) is not None:
        return refused
    with house.database.system() as connection:
        user_id = providers_store.linked(connection, issuer=identity.issuer, subject=identity.subject)
        user = users_store.find(connection, user_id=user_id) if user_id is not None else None
        if user is not None:
            return Admitted(user, "subject")
        user = _of_address(connection, provider, identity)
        how = "address" if user is not None else "new"
        if user is None:
            user = _joined(house, connection, provider, identity, now)
        if isinstance(user, Refused):
            return user
        providers_store.link(connection, user.user_id, issuer=identity.issuer, subject=identity.subject, now=now)
    return Admitted(user, how)


def keep(house: House, identity: Identity, session_id: uuid.UUID, *, leaving: bytes) -> None:
    """Keep how its issuer knows a session that was just opened, and what it leaves with; that is sealed."""
    sealed = _any_hub(house).sealer.seal(leaving, aad=_leaving(session_id))
    row = providers_store.Session(session_id, identity.issuer, identity.subject, identity.sid, sealed)
    with house.database.system() as connection:
        providers_store.keep(connection, row)


def take_leaving(house: House, session_id: uuid.UUID) -> bytes | None:
    """What was kept for a session's end at its provider, once; None where it came by none."""
    with house.database.system() as connection:
        sealed = providers_store.take_leaving(connection, session_id)
    return None if sealed is None else _any_hub(house).sealer.open(sealed, aad=_leaving(session_id))


def end(database: db.Database, logout: Logout, *, now: dt.datetime) -> list[providers_store.Ended] | None:
    """End what an issuer says has ended; None where it has said so before."""
    hash_ = _hash(f"{logout.issuer} {logout.jti}")
    # Kept for longer than its token is taken: that may be one leeway ahead of our clock and is taken one after its age.
    expires_at = now + dt.timedelta(minutes=limits.LOGOUT_MINUTES_MAX, seconds=3 * limits.PROVIDER_LEEWAY_SECONDS)
    with database.system() as connection:
        if not providers_store.take_logout(connection, hash_=hash_, expires_at=expires_at, now=now):
            return None
        return providers_store.end_sessions(
            connection, issuer=logout.issuer, subject=logout.subject, sid=logout.sid, now=now
        )  # fmt: skip


def _of_address(connection: db.Connection, provider: Provider, identity: Identity) -> users_store.User | None:
    """The user of the address that the issuer has verified, where the provider may link by it."""
    if not provider.by_email or not identity.address:
        return None
    user = users_store.find(connection, login=identity.address)
    return user if user is not None and user.email == identity.address else None


def _joined(
    house: House, connection: db.Connection, provider: Provider, identity: Identity, now: dt.datetime
) -> users_store.User | Refused:
    """A new user with the roles that the provider's people get."""
    if provider.workspace is None or not provider.roles:
        return Refused("provider.nobody", {"who": identity.address or identity.username or identity.name})
    if users_store.count(connection) >= limits.USERS_MAX:
        return Refused("user.too_many", {"most": limits.USERS_MAX})
    login = identity.address or users.own_login(identity.username) or f"{provider.name}-{_short(identity)}"
    hub = house.hub(provider.workspace)
    user = users_store.User(hub.ids.new(now), login, identity.address, identity.name or login, "", "", now)
    if not users_store.insert(connection, user):
        return Refused("provider.login_taken", {"login": login})
    membership = users_store.Membership(provider.workspace, provider.roles)
    users_store.put(connection, user.user_id, membership, now=now)
    return user


def _unfit(hub: Hub, wanted: Wanted) -> Refused | None:
    if not _NAME.fullmatch(wanted.name):
        return Refused("provider.bad_name", {"provider": wanted.name[: limits.NAME_CHARS_MAX]})
    if (wrong := addresses.unfit(wanted.issuer, private=wanted.private)) is not None:
        return Refused("provider.issuer_unfit", {"issuer": wanted.issuer, "problem": wrong})
    if not wanted.client_id or len(wanted.client_id) > limits.NAME_CHARS_MAX:
        return Refused("provider.no_client", {})
    for each in wanted.domains:
        if not _DOMAIN.fullmatch(each.lower()) or len(wanted.domains) > limits.PROVIDER_DOMAINS_MAX:
            return Refused("provider.domain_unfit", {"domain": each, "most": limits.PROVIDER_DOMAINS_MAX})
    if roles_domain.OWNER in wanted.roles:
        return Refused("provider.owner_given", {})
    if wanted.roles and not wanted.domains:
        return Refused("provider.no_domain", {})
    return users.unknown_roles(hub, wanted.roles, "") if wanted.roles else None


def _any_hub(house: House) -> Hub:
    """All hubs of a house seal with the same key, and none of this is a workspace's own."""
    return house.hub(workspaces.listed(house.database)[0].name)


def _short(identity: Identity) -> str:
    return _hash(f"{identity.issuer} {identity.subject}").hex()[:12]


def _place(name: str) -> bytes:
    return b"provider " + name.encode()


def _round(state: str) -> bytes:
    return b"sign-in " + state.encode()


def _leaving(session_id: uuid.UUID) -> bytes:
    return b"leaving " + session_id.bytes


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()
