"""Sessions of the system schema: who is signed in, and how often somebody tried in vain."""

import datetime as dt
import uuid
from collections.abc import Sequence

import msgspec

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Session(msgspec.Struct, frozen=True, kw_only=True):
    """A session as it is kept. `way` is how it was opened: password, code, welcome, or provider/<name>; `proven` that a
    one-time code, or a provider's second factor that counts for one, was shown in it."""

    session_id: uuid.UUID
    hash: bytes
    user_id: uuid.UUID
    workspace: str
    way: str
    address: str
    agent: str
    created_at: dt.datetime
    seen_at: dt.datetime
    expires_at: dt.datetime
    proven: bool


class Found(Session, frozen=True, kw_only=True):
    """A session with its user; `roles` is None when the user is not in the workspace."""

    ended_at: dt.datetime | None
    login: str
    email: str
    name: str
    locale: str
    roles: list[str] | None
    customer_no: str | None
    disabled_at: dt.datetime | None
    has_password: bool
    has_code: bool


class Open(msgspec.Struct, frozen=True):
    """A session as its user sees it in a list."""

    session_id: uuid.UUID
    workspace: str
    way: str
    address: str
    agent: str
    created_at: dt.datetime
    seen_at: dt.datetime
    expires_at: dt.datetime


class Tries(msgspec.Struct, frozen=True):
    """How often a subject has tried since its window began."""

    subject: str
    tries: int
    since: dt.datetime


def insert(connection: db.Connection, session: Session) -> None:
    """Write a new session."""
    connection.execute(Q.insert_session, msgspec.structs.asdict(session))


def find(connection: db.Connection, *, hash_: bytes | None = None, session_id: uuid.UUID | None = None) -> Found | None:
    """The session of a cookie's hash, or of an id, whatever its state."""
    row = connection.execute(Q.find_session, {"hash": hash_, "session_id": session_id}).fetchone()
    if row is None:
        return None
    return Found(**dict(zip(Found.__struct_fields__, row, strict=True)))


def see(connection: db.Connection, session_id: uuid.UUID, *, now: dt.datetime) -> None:
    """The session is used now."""
    connection.execute(Q.see_session, {"session_id": session_id, "at": now})


def move(connection: db.Connection, session_id: uuid.UUID, *, workspace: str) -> None:
    """The session goes on in another workspace."""
    connection.execute(Q.move_session, {"session_id": session_id, "workspace": workspace})


def prove(connection: db.Connection, session_id: uuid.UUID) -> None:
    """The user has shown a one-time code in this session."""
    connection.execute(Q.prove_session, {"session_id": session_id})


def end(
    connection: db.Connection,
    user_id: uuid.UUID,
    *,
    session_id: uuid.UUID | None = None,
    besides: uuid.UUID | None = None,
    now: dt.datetime,
) -> list[uuid.UUID]:
    """End one session of a user, or all but one; returns those that were open."""
    asked = {"user_id": user_id, "session_id": session_id, "besides": besides, "at": now}
    return [row[0] for row in connection.execute(Q.end_sessions, asked).fetchall()]


def end_eldest(connection: db.Connection, user_id: uuid.UUID, *, most: int, now: dt.datetime) -> None:
    """Leave a user at most so many open sessions, those last used."""
    connection.execute(Q.end_eldest, {"user_id": user_id, "most": most, "at": now})


def open_of(connection: db.Connection, user_id: uuid.UUID, *, seen_after: dt.datetime, now: dt.datetime) -> list[Open]:
    """The open sessions of a user, the last used first."""
    asked = {"user_id": user_id, "now": now, "seen_after": seen_after}
    return [Open(*row) for row in connection.execute(Q.list_sessions, asked).fetchall()]


def forget(connection: db.Connection, *, before: dt.datetime, begun: dt.datetime) -> None:
    """Delete sessions that ended before an instant, and windows of attempts that began before another."""
    connection.execute(Q.forget_sessions, {"before": before})
    connection.execute(Q.forget_tries, {"begun": begun})


def attempt(
    connection: db.Connection, subjects: Sequence[str], *, begun: dt.datetime, now: dt.datetime
) -> dict[str, Tries]:
    """Count an attempt of each subject; one whose window began before `begun` begins a new one."""
    rows = connection.execute(Q.try_sign_in, {"subjects": list(subjects), "begun": begun, "now": now}).fetchall()
    return {row[0]: Tries(*row) for row in rows}


def forgive(connection: db.Connection, *, login: str, address: str, anew: bool = True) -> None:
    """An attempt of these subjects went well; with `anew` false it just does not count."""
    connection.execute(Q.forgive_tries, {"login": login, "address": address, "anew": anew})
