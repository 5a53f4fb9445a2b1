"""Authenticators of the system schema: the sealed secrets of one-time codes, and the hashes of recovery codes."""

import datetime as dt
import uuid
from collections.abc import Sequence

import msgspec

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Authenticator(msgspec.Struct, frozen=True):
    """What shows a user's one-time codes; it counts when it has a `since`."""

    secret: bytes
    since: dt.datetime | None
    step: int


def put(connection: db.Connection, user_id: uuid.UUID, *, secret: bytes) -> bool:
    """A new one, to be confirmed; False where one counts already."""
    return connection.execute(Q.put, {"user_id": user_id, "secret": secret}).fetchone() is not None


def find(connection: db.Connection, user_id: uuid.UUID) -> Authenticator | None:
    """The authenticator of a user."""
    row = connection.execute(Q.find, {"user_id": user_id}).fetchone()
    return None if row is None else Authenticator(*row)


def confirm(connection: db.Connection, user_id: uuid.UUID, *, hashes: Sequence[bytes], now: dt.datetime) -> None:
    """From now on it counts, with these recovery codes beside it."""
    connection.execute(Q.confirm, {"user_id": user_id, "since": now})
    connection.execute(Q.drop_recovery_codes, {"user_id": user_id})
    connection.execute(Q.put_recovery_codes, {"user_id": user_id, "hashes": list(hashes)})


def take(connection: db.Connection, user_id: uuid.UUID, *, step: int) -> bool:
    """Use up the code of a step; False where it, or a later one, was used."""
    return connection.execute(Q.take, {"user_id": user_id, "step": step}).fetchone() is not None


def take_recovery_code(connection: db.Connection, user_id: uuid.UUID, *, hash_: bytes) -> bool:
    """Use up a recovery code; False where it is none."""
    return connection.execute(Q.take_recovery_code, {"user_id": user_id, "hash": hash_}).fetchone() is not None


def drop(connection: db.Connection, user_id: uuid.UUID) -> None:
    """The user signs in without codes from now on."""
    connection.execute(Q.drop, {"user_id": user_id})
    connection.execute(Q.drop_recovery_codes, {"user_id": user_id})
