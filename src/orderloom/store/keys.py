"""API keys of the system schema: their rows, never their secrets."""

import datetime as dt
import uuid
from typing import Any

import msgspec

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Key(msgspec.Struct, frozen=True):
    """A key as the system schema keeps it. `hash` is SHA-256 of the secret part; `prefix` tells keys apart."""

    key_id: uuid.UUID
    hash: bytes
    prefix: str
    workspace: str
    name: str
    verbs: list[str]
    scope: dict[str, Any]
    created_at: dt.datetime
    expires_at: dt.datetime | None = None
    revoked_at: dt.datetime | None = None


def insert(connection: db.Connection, key: Key) -> None:
    """Write a new key."""
    values = {name: getattr(key, name) for name in Key.__struct_fields__}
    connection.execute(Q.insert_key, {**values, "scope": msgspec.json.encode(key.scope).decode()})


def find(connection: db.Connection, key_id: uuid.UUID) -> Key | None:
    """The key of this id, whatever its state."""
    row = connection.execute(Q.find_key, {"key_id": key_id}).fetchone()
    return None if row is None else Key(*row)


def listed(connection: db.Connection, *, workspace: str) -> list[Key]:
    """The keys of a workspace, the oldest first."""
    return [Key(*row) for row in connection.execute(Q.list_keys, {"workspace": workspace}).fetchall()]


def revoke(connection: db.Connection, key_id: uuid.UUID, *, workspace: str, at: dt.datetime) -> Key | None:
    """End a key of a workspace; None when there is none of this id."""
    row = connection.execute(Q.revoke_key, {"key_id": key_id, "workspace": workspace, "at": at}).fetchone()
    return None if row is None else Key(*row)
