"""The verbs of people who sign in: invite, let in by a link, change, disable.

A user is one in the whole house, known by a login; what it is, it is by workspace: a membership names its roles there.
Nobody chooses another's password: a link that works once lets its holder choose one.
"""

import datetime as dt
import hashlib
import re
import secrets
import urllib.parse
import uuid
from typing import Annotated

import msgspec

from orderloom.actions.hub import Hub
from orderloom.domain import roles as roles_domain
from orderloom.kit import limits, passwords
from orderloom.kit.refusals import Refused
from orderloom.store import authenticators as authenticators_store
from orderloom.store import database as db
from orderloom.store import facts, workspaces
from orderloom.store import users as users_store

_LOGIN = re.compile(r"[a-z0-9][a-z0-9._@+-]*", re.ASCII)
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_NAME = Annotated[str, msgspec.Meta(max_length=limits.NAME_CHARS_MAX)]


class Wanted(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """A user as it is asked for; a dealer names the customer that it is."""

    login: _NAME
    roles: Annotated[list[_NAME], msgspec.Meta(max_length=limits.ROLES_PER_USER_MAX)]
    name: _NAME = ""
    email: _NAME = ""
    locale: Annotated[str, msgspec.Meta(pattern="^(zh|en|)$")] = ""
    customer_no: Annotated[str, msgspec.Meta(max_length=128)] = ""


# What the first owner is called until it has chosen.
FIRST_OWNER = "owner"


class Invited(msgspec.Struct):
    """A user, and the token of the link that lets it in once; told this once."""

    user: users_store.User
    token: str
    expires_at: dt.datetime


class Chosen(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """What somebody who was let in by a link chooses."""

    token: Annotated[str, msgspec.Meta(max_length=128)]
    password: Annotated[str, msgspec.Meta(max_length=limits.PASSWORD_CHARS_MAX)]
    login: _NAME = ""
    name: _NAME = ""


def invite(hub: Hub, wanted: Wanted, *, actor: str, now: dt.datetime) -> Invited | Refused:
    """Make a user of this workspace and a link that lets it in. A user whom another workspace knows becomes one of
    this one as well, and gets no new link where it has a password: `token` is empty then.

    Refuses a login, an e-mail address, a role or a customer that cannot be, and a user that is in the workspace."""
    login, email = wanted.login.strip().lower(), wanted.email.strip().lower()
    if (refused := _unfit(login, email) or unknown_roles(hub, wanted.roles, wanted.customer_no)) is not None:
        return refused
    with hub.database.system() as connection:
        user = users_store.find(connection, login=login)
        if user is not None and hub.workspace in users_store.memberships(connection, user.user_id):
            return Refused("user.login_taken", {"login": login})
        if user is None:
            if users_store.count(connection) >= limits.USERS_MAX:
                return Refused("user.too_many", {"most": limits.USERS_MAX})
            email = email or (login if _EMAIL.fullmatch(login) else "")
            user = users_store.User(hub.ids.new(now), login, email, wanted.name or login, wanted.locale, "", now)
            if not users_store.insert(connection, user):
                return Refused("user.login_taken", {"login": email or login})
        membership = users_store.Membership(hub.workspace, list(dict.fromkeys(wanted.roles)), wanted.customer_no)
        users_store.put(connection, user.user_id, membership, now=now)
        token, expires_at = ("", now) if user.password else _link(connection, user, hub.workspace, actor, now)
    return Invited(user, token, expires_at)


def first(hub: Hub, *, login: str = FIRST_OWNER, actor: str, now: dt.datetime) -> Invited | Refused | None:
    """The link for the owner of a workspace that nobody can sign in to yet; None where somebody can.

    Asked again before the link was used, it makes a new one. An owner whom another workspace of this house knows by the
    same login becomes the owner of this one as well."""
    with hub.database.system() as connection:
        members = users_store.members(connection, workspace=hub.workspace, count=limits.USERS_MAX)
        if any(each.has_password or each.linked for each in members):
            return None
        owner = next((each for each in members if roles_domain.OWNER in each.roles), None)
        if owner is not None:
            user = users_store.find(connection, user_id=owner.user_id)
            assert user is not None
            return Invited(user, *_link(connection, user, hub.workspace, actor, now))
    return invite(hub, Wanted(login, [roles_domain.OWNER]), actor=actor, now=now)


def reset(hub: Hub, login: str, *, actor: str, now: dt.datetime, whole: bool = False) -> Invited | Refused:
    """A new link for a user who forgot the password; the old password goes on until the link is used.

    Refuses a user whom another workspace knows too, unless `whole` is said: whoever runs one workspace must not get
    into another."""
    with hub.database.system() as connection:
        user = users_store.find(connection, login=login.strip().lower())
        known = users_store.memberships(connection, user.user_id) if user is not None else {}
        if user is None or hub.workspace not in known:
            return Refused("user.unknown", {"login": login})
        if len(known) > 1 and not whole:
            return Refused("user.of_several_workspaces", {"login": login})
        return Invited(user, *_link(connection, user, hub.workspace, actor, now))


def path(invited: Invited) -> str:
    """Where a one-time link leads, empty where there is none. Behind its hash, which browsers send nowhere, stand the
    login and the name that its holder begins with; the first owner chooses a login of its own."""
    if not invited.token:
        return ""
    login = "" if invited.user.login == FIRST_OWNER else invited.user.login
    name = "" if invited.user.name == invited.user.login else invited.user.name
    said = {key: value for key, value in (("login", login), ("name", name)) if value}
    behind = f"#{urllib.parse.urlencode(said)}" if said else ""
    return f"/welcome?token={invited.token}{behind}"


def choose(database: db.Database, chosen: Chosen, *, now: dt.datetime) -> tuple[users_store.User, str] | Refused:
    """The user whom a link lets in, with the password (and login and name) that it chooses, and the workspace; the link
    is used up, and one-time codes of before end with it, as their device may be lost. Refuses a link that is none or no
    longer, a weak password, a login that is taken."""
    login = chosen.login.strip().lower()
    with database.system() as connection:
        link = users_store.welcomed(connection, _hash(chosen.token), now=now)
        user = users_store.find(connection, user_id=link.user_id) if link is not None else None
        if link is None or user is None:
            return Refused("welcome.unknown")
        if login and (refused := _unfit(login, "")) is not None:
            return refused
        if (refused := weak(chosen.password, user, login=login, name=chosen.name)) is not None:
            return refused
        # An address lets a provider in that has verified it, so nobody takes one by a link but the owner.
        owner = any(
            roles_domain.OWNER in each.roles for each in users_store.memberships(connection, user.user_id).values()
        )
        email = login if owner and not user.email and _EMAIL.fullmatch(login) else None
        changed = users_store.change(
            connection,
            user.user_id,
            login=login or None,
            email=email,
            name=chosen.name.strip() or None,
            password=passwords.hashed(chosen.password),
        )
        if not changed:
            return Refused("user.login_taken", {"login": login})
        users_store.end_welcomes(connection, [user.user_id], now=now)
        authenticators_store.drop(connection, user.user_id)
        changed_user = users_store.find(connection, user_id=user.user_id)
        assert changed_user is not None
    return changed_user, link.workspace


def weak(password: str, user: users_store.User, *, login: str = "", name: str = "") -> Refused | None:
    """Why this password may not be chosen by this user."""
    weakness = passwords.weakness(password, known=(user.login, user.email, user.name, login, name))
    if not weakness:
        return None
    bounds = {"least": limits.PASSWORD_CHARS_MIN, "most": limits.PASSWORD_CHARS_MAX}
    return Refused(weakness, bounds)


def assign(
    hub: Hub, login: str, roles: list[str], *, customer_no: str = "", now: dt.datetime
) -> tuple[users_store.Membership, users_store.Membership] | Refused:
    """Give a user these roles in the workspace in place of those it has; returns what it was and is. Refuses unknown
    roles, and to leave the workspace without an owner."""
    if (refused := unknown_roles(hub, roles, customer_no)) is not None:
        return refused
    with hub.database.system() as connection:
        found = _member(hub, connection, login)
        if isinstance(found, Refused):
            return found
        user, before = found
        after = users_store.Membership(hub.workspace, list(dict.fromkeys(roles)), customer_no, before.disabled_at)
        if roles_domain.OWNER not in roles and _last_owner(hub, connection, user.user_id, before):
            return Refused("user.last_owner", {"login": login})
        users_store.put(connection, user.user_id, after, now=now)
    return before, after


def disable(hub: Hub, login: str, *, disabled: bool, now: dt.datetime) -> users_store.User | Refused:
    """Close the workspace's door to a user, or open it again. Refuses to leave the workspace without an owner."""
    with hub.database.system() as connection:
        found = _member(hub, connection, login)
        if isinstance(found, Refused):
            return found
        user, membership = found
        if disabled and _last_owner(hub, connection, user.user_id, membership):
            return Refused("user.last_owner", {"login": login})
        users_store.disable(connection, user.user_id, workspace=hub.workspace, at=now if disabled else None)
    return user


def listed(hub: Hub) -> list[users_store.Member]:
    """The users of the workspace by login."""
    with hub.database.system() as connection:
        return users_store.members(connection, workspace=hub.workspace, count=limits.USERS_MAX)


def member(hub: Hub, login: str) -> tuple[users_store.User, users_store.Membership] | Refused:
    """A user of the workspace, and what it is there."""
    with hub.database.system() as connection:
        return _member(hub, connection, login)


def unknown_roles(hub: Hub, names: list[str], customer_no: str) -> Refused | None:
    """Why somebody cannot be this here: a role that there is not, no such customer, a dealer without one."""
    with hub.database.workspace(hub.workspace) as connection:
        documents = hub.reference(connection).documents.get("role", {})
        known = {*documents, roles_domain.OWNER}
        for name in names:
            if name not in known:
                return Refused("user.role_unknown", {"role": name, "known": ", ".join(sorted(known))})
            if not customer_no and name in documents and _deals(roles_domain.read(documents[name].content)):
                return Refused("user.no_customer", {"role": name})
        if customer_no and not facts.customers(connection, [customer_no]):
            return Refused("customer.unknown", {"customer_no": customer_no})
    return None if names else Refused("user.no_role", {})


def _deals(role: roles_domain.Role) -> bool:
    """Whether a role is for the dealers' page, where everybody is one customer."""
    return any(verb.startswith("dealing:") for verb in role.may)


def own_login(text: str) -> str:
    """What somebody is called elsewhere as a login here; empty where it is none, or an address that nobody verified."""
    login = text.strip().lower()
    return login if "@" not in login and _unfit(login, "") is None else ""


def introduce(database: db.Database, user_id: uuid.UUID, *, name: str | None, locale: str | None) -> None:
    """What a user says about itself: the name that others see, the language."""
    with database.system() as connection:
        users_store.change(connection, user_id, name=name, locale=locale)


def home(database: db.Database, login: str) -> tuple[str, str | None]:
    """The login of the user meant, empty where there is none, and the workspace in whose audit trail an attempt stands:
    the user's first, else the oldest."""
    with database.system() as connection:
        user = users_store.find(connection, login=login)
        known = users_store.memberships(connection, user.user_id) if user is not None else {}
    if user is not None and known:
        return user.login, next(iter(known))
    found = workspaces.listed(database)
    return "", found[0].name if found else None


def _member(
    hub: Hub, connection: db.Connection, login: str
) -> tuple[users_store.User, users_store.Membership] | Refused:
    user = users_store.find(connection, login=login.strip().lower())
    membership = users_store.memberships(connection, user.user_id).get(hub.workspace) if user is not None else None
    if user is None or membership is None:
        return Refused("user.unknown", {"login": login})
    return user, membership


def _last_owner(hub: Hub, connection: db.Connection, user_id: uuid.UUID, was: users_store.Membership) -> bool:
    if roles_domain.OWNER not in was.roles or was.disabled_at is not None:
        return False
    return not users_store.holders(connection, roles_domain.OWNER, workspace=hub.workspace, besides=user_id)


def _link(
    connection: db.Connection, user: users_store.User, workspace: str, actor: str, now: dt.datetime
) -> tuple[str, dt.datetime]:
    token = secrets.token_urlsafe(32)
    expires_at = now + dt.timedelta(hours=limits.WELCOME_HOURS)
    link = users_store.Welcome(user.user_id, workspace, expires_at)
    users_store.welcome(connection, _hash(token), link, made_by=actor, now=now)
    return token, expires_at


def _unfit(login: str, email: str) -> Refused | None:
    if not _LOGIN.fullmatch(login) or len(login) > limits.LOGIN_CHARS_MAX:
        return Refused("user.login_unfit", {"login": login[: limits.LOGIN_CHARS_MAX], "most": limits.LOGIN_CHARS_MAX})
    if email and not _EMAIL.fullmatch(email):
        return Refused("user.email_unfit", {"email": email})
    return None


def _hash(token: str) -> bytes:
    return hashlib.sha256(token.encode()).digest()
