"""OpenID providers of the system schema: their accounts, who is linked to their subjects, sign-ins under way."""

import datetime as dt
import uuid

import msgspec

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Provider(msgspec.Struct, frozen=True):
    """A provider. `secret` is sealed. `by_email` links who is unknown to the user of the same verified address;
    `vouches` takes its second factor for ours; `private` allows addresses inside one's own network. Who is unknown
    altogether joins `workspace` with `roles`, where they are named."""

    name: str
    title: str
    issuer: str
    client_id: str
    secret: bytes
    domains: list[str]
    by_email: bool
    vouches: bool
    private: bool
    workspace: str | None
    roles: list[str]
    created_at: dt.datetime


class Round(msgspec.Struct, frozen=True):
    """A sign-in that was begun: SHA-256 of its state and of its browser's cookie, and what is kept for its end."""

    hash: bytes
    browser: bytes
    provider: str
    sealed: bytes
    expires_at: dt.datetime


class Session(msgspec.Struct, frozen=True):
    """How an issuer knows a session that it let in. `sid` is its own name of it, empty where it tells none; `leaving`
    is sealed."""

    session_id: uuid.UUID
    issuer: str
    subject: str
    sid: str
    leaving: bytes


class Ended(msgspec.Struct, frozen=True):
    """A session that a provider has ended."""

    session_id: uuid.UUID
    login: str
    workspace: str


def put(connection: db.Connection, provider: Provider) -> None:
    """Write a provider, new or known."""
    connection.execute(Q.put, msgspec.structs.asdict(provider))


def listed(connection: db.Connection) -> list[Provider]:
    """All providers by name."""
    return [Provider(*row) for row in connection.execute(Q.list).fetchall()]


def find(connection: db.Connection, name: str) -> Provider | None:
    """The provider of this name."""
    row = connection.execute(Q.find, {"name": name}).fetchone()
    return None if row is None else Provider(*row)


def remove(connection: db.Connection, name: str) -> bool:
    """Forget a provider; False where there is none."""
    return connection.execute(Q.remove, {"name": name}).fetchone() is not None


def linked(connection: db.Connection, *, issuer: str, subject: str) -> uuid.UUID | None:
    """The user whom an issuer knows by this subject."""
    row = connection.execute(Q.linked, {"issuer": issuer, "subject": subject}).fetchone()
    return None if row is None else row[0]


def link(connection: db.Connection, user_id: uuid.UUID, *, issuer: str, subject: str, now: dt.datetime) -> bool:
    """Let an issuer's word for this subject let the user in; False where it is another's already."""
    asked = {"issuer": issuer, "subject": subject, "user_id": user_id, "linked_at": now}
    return connection.execute(Q.link, asked).fetchone() is not None


def begin(connection: db.Connection, round_: Round, *, most: int, now: dt.datetime) -> bool:
    """Write a sign-in that begins; False where too many wait for their answer."""
    connection.execute(Q.forget_rounds, {"now": now})
    asked = {**msgspec.structs.asdict(round_), "most": most}
    return connection.execute(Q.begin_round, asked).fetchone() is not None


def take(connection: db.Connection, provider: str, *, hash_: bytes, browser: bytes, now: dt.datetime) -> bytes | None:
    """What was kept for a sign-in of this browser that comes back in time; it is taken once."""
    asked = {"provider": provider, "hash": hash_, "browser": browser, "now": now}
    row = connection.execute(Q.take_round, asked).fetchone()
    return None if row is None else row[0]


def keep(connection: db.Connection, session: Session) -> None:
    """Keep how an issuer knows a session."""
    connection.execute(Q.keep_session, msgspec.structs.asdict(session))


def take_leaving(connection: db.Connection, session_id: uuid.UUID) -> bytes | None:
    """What was kept for a session's end at its provider; it is forgotten."""
    row = connection.execute(Q.take_leaving, {"session_id": session_id}).fetchone()
    return None if row is None else row[0]


def take_logout(connection: db.Connection, *, hash_: bytes, expires_at: dt.datetime, now: dt.datetime) -> bool:
    """Take a logout; False where it was taken before."""
    connection.execute(Q.forget_logouts, {"now": now})
    return connection.execute(Q.take_logout, {"hash": hash_, "expires_at": expires_at}).fetchone() is not None


def end_sessions(connection: db.Connection, *, issuer: str, subject: str, sid: str, now: dt.datetime) -> list[Ended]:
    """End the open session of this `sid`, or without one all of the subject; one whose sid is not known counts as
    meant. Returns those that were open."""
    asked = {"issuer": issuer, "subject": subject, "sid": sid, "at": now}
    return [Ended(*row) for row in connection.execute(Q.end_provider_sessions, asked).fetchall()]
