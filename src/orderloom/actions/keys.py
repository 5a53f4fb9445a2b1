"""The verbs of API keys: make, find, list, revoke.

A key's text is `ol_<id>_<secret>`: the id finds the row, the secret of 32 random bytes proves the right. The text is
shown once; SHA-256 of the secret is enough to keep, since nobody can try 2**256 secrets.
"""

import datetime as dt
import hashlib
import hmac
import re
import secrets
import uuid
from typing import Annotated

import msgspec

from orderloom.domain import verbs as catalogue
from orderloom.kit import limits
from orderloom.kit.ids import Ids
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import keys as keys_store

_TEXT = re.compile(r"ol_([0-9a-f]{32})_([A-Za-z0-9_-]{43})", re.ASCII)
_VERB = re.compile(r"\*|[a-z]{1,40}:(\*|[a-z]{1,40})", re.ASCII)


class Scope(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """What a key reaches: None is everything. `source` names the system it speaks for (trusted for stages);
    `audiences` are the roles whose notices it reads, `roles` those by which its holder approves and confirms;
    `owners` are those whose customers it reaches: "user/<login>", "customer/<number>"."""

    channels: list[str] | None = None
    warehouses: list[str] | None = None
    unmasked: bool = False
    source: str = ""
    audiences: list[str] | None = None
    roles: list[str] = []
    owners: list[str] | None = None


class Wanted(msgspec.Struct, forbid_unknown_fields=True):
    """A key as it is asked for: what it is called, what it may do, how far it reaches, until when."""

    name: str
    verbs: list[str]
    scope: Scope = msgspec.field(default_factory=Scope)
    expires_at: Annotated[dt.datetime, msgspec.Meta(tz=True)] | None = None


class Made(msgspec.Struct):
    """A new key; `text` is the only time its secret is seen."""

    text: str
    key: keys_store.Key


def make(database: db.Database, ids: Ids, wanted: Wanted, *, workspace: str, now: dt.datetime) -> Made | Refused:
    """Make a key. Refuses a name that is empty or too long, a verb that is none, an expiry in the past."""
    verbs, expires_at = sorted(set(wanted.verbs)), wanted.expires_at
    if not 0 < len(wanted.name) <= limits.NAME_CHARS_MAX or not wanted.name.isprintable():
        return Refused("key.bad_name", {"most": limits.NAME_CHARS_MAX})
    if not 0 < len(verbs) <= limits.KEY_VERBS_MAX or not all(_VERB.fullmatch(each) for each in verbs):
        return Refused("key.bad_verbs", {"verbs": verbs[: limits.KEY_VERBS_MAX]})
    for each in verbs:
        if not catalogue.known(each):
            return Refused("verb.unknown", {"verb": each, "near": ", ".join(catalogue.near(each))})
    if expires_at is not None and expires_at <= now:
        return Refused("key.expiry_past", {"expires_at": expires_at.isoformat()})
    key_id, secret = ids.new(now), secrets.token_urlsafe(32)
    key = keys_store.Key(
        key_id=key_id,
        hash=_hash(secret),
        prefix=f"ol_{key_id.hex}",
        workspace=workspace,
        name=wanted.name,
        verbs=verbs,
        scope=msgspec.to_builtins(wanted.scope),
        created_at=now,
        expires_at=expires_at,
    )
    with database.system() as connection:
        keys_store.insert(connection, key)
    return Made(f"{key.prefix}_{secret}", key)


def find(database: db.Database, text: str) -> keys_store.Key | None:
    """The key that this text proves, whatever its state; None when the text is wrong."""
    matched = _TEXT.fullmatch(text)
    if matched is None:
        return None
    with database.system() as connection:
        key = keys_store.find(connection, uuid.UUID(matched[1]))
    if key is None or not hmac.compare_digest(key.hash, _hash(matched[2])):
        return None
    return key


def look(database: db.Database, key_id: uuid.UUID) -> keys_store.Key | None:
    """The key of this id as it stands now."""
    with database.system() as connection:
        return keys_store.find(connection, key_id)


def unusable(key: keys_store.Key, *, now: dt.datetime) -> Refused | None:
    """Why a key that was found may not be used any more."""
    if key.revoked_at is not None and key.revoked_at <= now:
        return Refused("key.revoked", {"prefix": key.prefix})
    if key.expires_at is not None and key.expires_at <= now:
        return Refused("key.expired", {"prefix": key.prefix, "expires_at": key.expires_at.isoformat()})
    return None


def listed(database: db.Database, *, workspace: str) -> list[keys_store.Key]:
    """The keys of a workspace, the oldest first."""
    with database.system() as connection:
        return keys_store.listed(connection, workspace=workspace)


def revoke(database: db.Database, key_id: uuid.UUID, *, workspace: str, now: dt.datetime) -> keys_store.Key | Refused:
    """End a key at once; asked twice, the first time stands."""
    with database.system() as connection:
        key = keys_store.revoke(connection, key_id, workspace=workspace, at=now)
    return key if key is not None else Refused("key.unknown", {"key_id": str(key_id)})


def _hash(secret: str) -> bytes:
    return hashlib.sha256(secret.encode("ascii")).digest()
