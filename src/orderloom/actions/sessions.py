"""The verbs of sessions: sign in, find by the cookie, go on in another workspace, end.

A cookie's text is 32 random bytes; only SHA-256 of it is kept. A session ends by itself when nobody used it for
`limits.SESSION_IDLE_HOURS`, and at the latest after `limits.SESSION_HOURS_MAX`.
"""

import datetime as dt
import hashlib
import secrets
import uuid
from typing import Annotated, Protocol

import msgspec

from orderloom.actions import authenticators, users
from orderloom.actions.hub import Hub
from orderloom.kit import limits, passwords
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import sessions as sessions_store
from orderloom.store import users as users_store
from orderloom.store.sessions import Found


class SignIn(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """Who somebody says to be, by login or e-mail address, and what proves it."""

    login: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.LOGIN_CHARS_MAX)]
    password: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.PASSWORD_CHARS_MAX)]
    code: Annotated[str, msgspec.Meta(max_length=limits.LOGIN_CHARS_MAX)] = ""
    workspace: Annotated[str, msgspec.Meta(max_length=limits.LOGIN_CHARS_MAX)] = ""


class Whence(msgspec.Struct, frozen=True):
    """Where a request comes from: an address and what the browser calls itself."""

    address: str = ""
    agent: str = ""


class Opened(msgspec.Struct):
    """A session that was opened; `text` is the cookie's, told this once."""

    text: str
    session: Found


class House(Protocol):
    """What signing in needs of the house."""

    database: db.Database

    def hub(self, workspace: str) -> Hub:
        """The hub of a workspace."""
        ...


def sign_in(house: House, wanted: SignIn, *, whence: Whence, now: dt.datetime) -> Opened | Refused:
    """Open a session for a login and its password. Refuses with one and the same `session.refused` whatever was wrong,
    and with `session.too_many_tries` beyond so many attempts of a login or an address in a while."""
    database, login = house.database, wanted.login.strip().lower()
    subjects = _subjects(login, whence.address)
    if (refused := _too_many(database, subjects, now)) is not None:
        return refused
    with database.system() as connection:
        user = users_store.find(connection, login=login)
    if not passwords.fits(wanted.password, user.password if user is not None else "") or user is None:
        return Refused("session.refused")
    if passwords.outdated(user.password):
        with database.system() as connection:
            users_store.change(connection, user.user_id, password=passwords.hashed(wanted.password))
    way, lacking = _second(house, user, wanted, now)
    if lacking is not None:
        if lacking.code == "session.code_needed":  # The password was right: asking for the code is no failed attempt.
            with database.system() as connection:
                sessions_store.forgive(connection, login=subjects[0], address=subjects[1], anew=False)
        return lacking
    opened = enter(house, user, workspace=wanted.workspace, way=way, proven=way == "code", whence=whence, now=now)
    if isinstance(opened, Opened):
        with database.system() as connection:
            sessions_store.forgive(connection, login=subjects[0], address=subjects[1])
    return opened


def enter(
    house: House,
    user: users_store.User,
    *,
    workspace: str = "",
    way: str,
    proven: bool = False,
    whence: Whence,
    now: dt.datetime,
) -> Opened | Refused:
    """Open a session for a user who was proven, in the workspace named or in the first that lets the user in; with
    `proven` also by something besides a password.

    Refuses with `session.no_workspace` where none does."""
    text = secrets.token_urlsafe(32)
    with house.database.system() as connection:
        known = users_store.memberships(connection, user.user_id)
        lets_in = [each.workspace for each in known.values() if each.disabled_at is None]
        if (workspace or (lets_in or [""])[0]) not in lets_in:
            return Refused("session.no_workspace", {"workspace": workspace})
        session_id = house.hub(workspace or lets_in[0]).ids.new(now)
        session = sessions_store.Session(
            session_id=session_id,
            hash=_hash(text),
            user_id=user.user_id,
            workspace=workspace or lets_in[0],
            way=way,
            address=whence.address[: limits.ADDRESS_CHARS_MAX],
            agent=whence.agent[: limits.AGENT_CHARS_MAX],
            created_at=now,
            seen_at=now,
            expires_at=now + dt.timedelta(hours=limits.SESSION_HOURS_MAX),
            proven=proven,
        )
        sessions_store.insert(connection, session)
        sessions_store.end_eldest(connection, user.user_id, most=limits.SESSIONS_PER_USER_MAX, now=now)
        sessions_store.forget(connection, before=now - dt.timedelta(days=limits.SESSIONS_KEPT_DAYS), begun=_begun(now))
        found = sessions_store.find(connection, session_id=session_id)
    assert found is not None
    return Opened(text, found)


def _second(house: House, user: users_store.User, wanted: SignIn, now: dt.datetime) -> tuple[str, Refused | None]:
    """How the user has proven who it is, and what is lacking: a one-time code of who has them."""
    with house.database.system() as connection:
        known = users_store.memberships(connection, user.user_id)
    if not known:
        return "password", None
    hub = house.hub(next(iter(known)))
    if not authenticators.on(hub, user.user_id):
        return "password", None
    return "code", authenticators.prove(hub, user.user_id, code=wanted.code, now=now)


def confirm_password(database: db.Database, session: Found, password: str, *, now: dt.datetime) -> Refused | None:
    """Why this is not the password of who is signed in; asked as rarely as a sign-in may be tried. Who has none, since
    a provider lets it in, must have signed in a short while ago."""
    if not session.has_password:
        fresh = now - session.created_at < dt.timedelta(minutes=limits.SESSION_FRESH_MINUTES)
        return None if fresh else Refused("session.stale", {"minutes": limits.SESSION_FRESH_MINUTES})
    subjects = _subjects(session.login, "")[:1]
    if (refused := _too_many(database, subjects, now)) is not None:
        return refused
    with database.system() as connection:
        user = users_store.find(connection, user_id=session.user_id)
        if user is not None and passwords.fits(password, user.password):
            sessions_store.forgive(connection, login=subjects[0], address="")
            return None
    return Refused("password.wrong")


def knock(database: db.Database, whence: Whence, *, now: dt.datetime) -> Refused | None:
    """Count somebody at the door by the address alone. Refuses beyond so many in a while."""
    return _too_many(database, _subjects("", whence.address)[1:], now)


def welcome_back(database: db.Database, whence: Whence) -> None:
    """Who knocked came in: it does not count."""
    with database.system() as connection:
        sessions_store.forgive(connection, login="", address=_subjects("", whence.address)[1], anew=False)


def prove_by_code(house: House, session: Found, code: str, *, now: dt.datetime) -> Refused | None:
    """Show a one-time code in a session that was opened without one; a wrong one counts as a failed sign-in."""
    subjects = _subjects(session.login, "")[:1]
    if (refused := _too_many(house.database, subjects, now)) is not None:
        return refused
    if not session.has_code:
        return Refused("code.not_begun")
    refused = authenticators.prove(house.hub(session.workspace), session.user_id, code=code, now=now)
    if refused is None:
        with house.database.system() as connection:
            sessions_store.forgive(connection, login=subjects[0], address="")
            sessions_store.prove(connection, session.session_id)
    return refused


def find(database: db.Database, text: str, *, now: dt.datetime) -> Found | None:
    """The session of a cookie, whatever its state; that it is used is written down once a minute."""
    with database.system() as connection:
        found = sessions_store.find(connection, hash_=_hash(text))
        if found is not None and unusable(found, now=now) is None and now - found.seen_at >= _SEEN:
            sessions_store.see(connection, found.session_id, now=now)
    return found


def look(database: db.Database, session_id: uuid.UUID) -> Found | None:
    """The session of this id as it stands now."""
    with database.system() as connection:
        return sessions_store.find(connection, session_id=session_id)


def unusable(session: Found, *, now: dt.datetime) -> Refused | None:
    """Why a session that was found may not be used any more."""
    idle = now - session.seen_at >= dt.timedelta(hours=limits.SESSION_IDLE_HOURS)
    if session.ended_at is not None or session.expires_at <= now or idle:
        return Refused("session.ended")
    if session.roles is None or session.disabled_at is not None:
        return Refused("session.no_workspace", {"workspace": session.workspace})
    return None


def move(database: db.Database, session: Found, workspace: str) -> Refused | None:
    """Go on in another workspace that lets the user in."""
    with database.system() as connection:
        known = users_store.memberships(connection, session.user_id).get(workspace)
        if known is None or known.disabled_at is not None:
            return Refused("session.no_workspace", {"workspace": workspace})
        sessions_store.move(connection, session.session_id, workspace=workspace)
    return None


def prove(database: db.Database, session_id: uuid.UUID) -> None:
    """The user has shown a one-time code in this session."""
    with database.system() as connection:
        sessions_store.prove(connection, session_id)


def workspaces(database: db.Database, user_id: uuid.UUID) -> list[str]:
    """The workspaces that let the user in, the first first."""
    with database.system() as connection:
        known = users_store.memberships(connection, user_id).values()
    return [each.workspace for each in known if each.disabled_at is None]


def open_of(database: db.Database, user_id: uuid.UUID, *, now: dt.datetime) -> list[sessions_store.Open]:
    """The open sessions of a user, the last used first."""
    with database.system() as connection:
        seen_after = now - dt.timedelta(hours=limits.SESSION_IDLE_HOURS)
        return sessions_store.open_of(connection, user_id, seen_after=seen_after, now=now)


def end(database: db.Database, user_id: uuid.UUID, session_id: uuid.UUID, *, now: dt.datetime) -> Refused | None:
    """End a session of one's own at once."""
    with database.system() as connection:
        ended = sessions_store.end(connection, user_id, session_id=session_id, now=now)
    return None if ended else Refused("session.unknown", {"session_id": str(session_id)})


def end_others(database: db.Database, user_id: uuid.UUID, *, besides: uuid.UUID | None, now: dt.datetime) -> int:
    """End all sessions of a user, but for one; returns how many."""
    with database.system() as connection:
        return len(sessions_store.end(connection, user_id, besides=besides, now=now))


def change_password(database: db.Database, session: Found, *, old: str, new: str, now: dt.datetime) -> Refused | None:
    """Choose another password; every other session of the user ends. Refuses where the old one is wrong (as rarely as a
    sign-in may be tried), and a weak one."""
    subjects = _subjects(session.login, "")[:1]
    if (refused := _too_many(database, subjects, now)) is not None:
        return refused
    with database.system() as connection:
        user = users_store.find(connection, user_id=session.user_id)
    assert user is not None
    if not passwords.fits(old, user.password):
        return Refused("password.wrong")
    if (refused := users.weak(new, user)) is not None:
        return refused
    with database.system() as connection:
        users_store.change(connection, user.user_id, password=passwords.hashed(new))
        sessions_store.forgive(connection, login=subjects[0], address="")
        sessions_store.end(connection, user.user_id, besides=session.session_id, now=now)
    return None


def _too_many(database: db.Database, subjects: list[str], now: dt.datetime) -> Refused | None:
    """Count an attempt; it is counted before the password is looked at, so that attempts at once count too."""
    with database.system() as connection:
        tries = sessions_store.attempt(connection, subjects, begun=_begun(now), now=now)
    for subject, each in tries.items():
        most = limits.SIGN_IN_TRIES_PER_ADDRESS_MAX if subject.startswith("address ") else limits.SIGN_IN_TRIES_MAX
        if each.tries > most:
            again_at = each.since + dt.timedelta(minutes=limits.SIGN_IN_WINDOW_MINUTES)
            return Refused("session.too_many_tries", {"seconds": max(1, int((again_at - now).total_seconds()))})
    return None


def _subjects(login: str, address: str) -> list[str]:
    """What attempts are counted by: the login, as a fingerprint since people type passwords there, and the address."""
    return [f"login {hashlib.sha256(login.encode()).hexdigest()}", f"address {address[: limits.ADDRESS_CHARS_MAX]}"]


def _begun(now: dt.datetime) -> dt.datetime:
    return now - dt.timedelta(minutes=limits.SIGN_IN_WINDOW_MINUTES)


def _hash(text: str) -> bytes:
    return hashlib.sha256(text.encode()).digest()


_SEEN = dt.timedelta(seconds=limits.SESSION_SEEN_SECONDS)
