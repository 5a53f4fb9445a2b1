"""People who sign in, of the system schema: who they are, what they are in each workspace, links that let them in."""

import datetime as dt
import uuid
from collections.abc import Sequence

import msgspec

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)
_NOBODY = uuid.UUID(int=0)


class User(msgspec.Struct, frozen=True):
    """A user. `password` is argon2's own text; empty for who has none."""

    user_id: uuid.UUID
    login: str
    email: str
    name: str
    locale: str
    password: str
    created_at: dt.datetime


class Membership(msgspec.Struct, frozen=True):
    """What a user is in a workspace; a dealer is a customer there."""

    workspace: str
    roles: list[str]
    customer_no: str = ""
    disabled_at: dt.datetime | None = None


class Member(msgspec.Struct, frozen=True):
    """A user as a workspace lists it; one that is `linked` signs in by a provider."""

    user_id: uuid.UUID
    login: str
    email: str
    name: str
    locale: str
    created_at: dt.datetime
    has_password: bool
    linked: bool
    roles: list[str]
    customer_no: str
    disabled_at: dt.datetime | None


class Welcome(msgspec.Struct, frozen=True):
    """A link that lets a user in once, into this workspace."""

    user_id: uuid.UUID
    workspace: str
    expires_at: dt.datetime


def insert(connection: db.Connection, user: User) -> bool:
    """Write a new user; False where the login or the e-mail address is another's."""
    return connection.execute(Q.insert_user, msgspec.structs.asdict(user)).fetchone() is not None


def find(connection: db.Connection, *, user_id: uuid.UUID = _NOBODY, login: str = "") -> User | None:
    """The user of this id, or of this login or e-mail address, in lower case."""
    row = connection.execute(Q.find_user, {"user_id": user_id, "login": login}).fetchone()
    return None if row is None else User(*row)


def change(
    connection: db.Connection,
    user_id: uuid.UUID,
    *,
    login: str | None = None,
    email: str | None = None,
    name: str | None = None,
    locale: str | None = None,
    password: str | None = None,
) -> bool:
    """Change what is not None; False where the login or the e-mail address is another's."""
    values = {"login": login, "email": email, "name": name, "locale": locale, "password": password}
    return connection.execute(Q.change_user, {"user_id": user_id, **values}).fetchone() is not None


def disable(connection: db.Connection, user_id: uuid.UUID, *, workspace: str, at: dt.datetime | None) -> bool:
    """Close a workspace's door to a user, or with None open it again; False where the user is not in it."""
    asked = {"user_id": user_id, "workspace": workspace, "at": at}
    return connection.execute(Q.disable, asked).fetchone() is not None


def put(connection: db.Connection, user_id: uuid.UUID, membership: Membership, *, now: dt.datetime) -> None:
    """What the user is in a workspace from now on; whether it is disabled there stays."""
    values = {"user_id": user_id, "since": now, **msgspec.structs.asdict(membership)}
    connection.execute(Q.put_membership, values)


def memberships(connection: db.Connection, user_id: uuid.UUID) -> dict[str, Membership]:
    """What the user is, by workspace, the first first."""
    return {row[0]: Membership(*row) for row in connection.execute(Q.memberships, {"user_id": user_id}).fetchall()}


def members(connection: db.Connection, *, workspace: str, count: int) -> list[Member]:
    """The users of a workspace by login."""
    return [
        Member(*row) for row in connection.execute(Q.list_users, {"workspace": workspace, "count": count}).fetchall()
    ]


def count(connection: db.Connection) -> int:
    """How many users there are."""
    row = connection.execute(Q.count_users).fetchone()
    assert row is not None
    return row[0]


def holders(connection: db.Connection, role: str, *, workspace: str, besides: uuid.UUID) -> int:
    """How many may sign in who hold a role in the workspace, but for one of them."""
    row = connection.execute(Q.holders, {"role": role, "workspace": workspace, "besides": besides}).fetchone()
    assert row is not None
    return row[0]


def welcome(connection: db.Connection, hash_: bytes, welcome: Welcome, *, made_by: str, now: dt.datetime) -> None:
    """Write a link; the older ones of the user end."""
    connection.execute(Q.end_welcomes, {"user_id": welcome.user_id, "at": now})
    values = {"hash": hash_, "made_by": made_by, "created_at": now, **msgspec.structs.asdict(welcome)}
    connection.execute(Q.insert_welcome, values)


def welcomed(connection: db.Connection, hash_: bytes, *, now: dt.datetime) -> Welcome | None:
    """The link of this hash that still lets somebody in, locked until this transaction ends."""
    row = connection.execute(Q.find_welcome, {"hash": hash_, "now": now}).fetchone()
    return None if row is None else Welcome(*row)


def end_welcomes(connection: db.Connection, user_ids: Sequence[uuid.UUID], *, now: dt.datetime) -> None:
    """No link lets these users in any more."""
    for user_id in user_ids:
        connection.execute(Q.end_welcomes, {"user_id": user_id, "at": now})
