"""Links that open one thing to whoever holds their token, without a key: found by it and counted.

`<mark>_<workspace>_<secret>`: whoever has a link has nothing else to say which workspace it is of. The database keeps
the secret's hash, which leads nowhere.
"""

import datetime as dt
import hashlib
import re
import uuid
from collections.abc import Callable
from typing import Any, Generic, Protocol, TypeVar

import msgspec

from orderloom.actions.hub import Hub
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import links as links_store

_TOKEN = re.compile(r"([a-z]{2})_([a-z][a-z0-9_]{0,39})_([A-Za-z0-9_-]{43}|[0-9a-f]{64})", re.ASCII)


class Link(Protocol):
    """What every link is beside what it opens."""

    @property
    def link_id(self) -> uuid.UUID:
        """Its id, which opens nothing."""
        ...

    @property
    def expires_at(self) -> dt.datetime | None:
        """When it ends by itself; None for never."""
        ...

    @property
    def revoked_at(self) -> dt.datetime | None:
        """When somebody ended it."""
        ...


Opening = TypeVar("Opening", bound=Link)


class Kind(msgspec.Struct, Generic[Opening], frozen=True, kw_only=True):
    """Links that open the same: the mark of their tokens, where they are kept, what is said of one that opens nothing.
    `names` are what the refusal of an expired one says of it."""

    mark: str
    table: links_store.Table
    by_token: Callable[[db.Connection, bytes], Opening | None]
    unknown: str
    expired: str
    too_fast: str
    names: Callable[[Opening], dict[str, Any]] = lambda _: {}


def token(hub: Hub, kind: Kind[Any], secret: str) -> str:
    """The token of a link with this secret."""
    return f"{kind.mark}_{hub.workspace}_{secret}"


def workspace_of(token: str) -> str | None:
    """The workspace that a token names; None when it is no token."""
    found = _TOKEN.fullmatch(token)
    return found[2] if found else None


def enter(hub: Hub, kind: Kind[Opening], token: str, *, now: dt.datetime) -> Opening | Refused:
    """The link of a token, counted within its minute. Refuses one that is unknown or ended, one that has expired, and
    calls beyond `limits.LINK_USES_PER_MINUTE` a minute, each by the kind's own code."""
    found = _TOKEN.fullmatch(token)
    if found is None or (found[1], found[2]) != (kind.mark, hub.workspace):
        return Refused(kind.unknown)
    with hub.database.workspace(hub.workspace) as connection:
        link = kind.by_token(connection, hashed(found[3]))
        if link is None or link.revoked_at is not None:
            return Refused(kind.unknown)
        if link.expires_at is not None and link.expires_at <= now:
            return Refused(kind.expired, kind.names(link))
        minute, most = now.replace(second=0, microsecond=0), limits.LINK_USES_PER_MINUTE
        if not links_store.knock(connection, kind.table, link.link_id, minute=minute, most=most):
            return Refused(kind.too_fast, {"most": most})
    return link


def hashed(secret: str) -> bytes:
    """What is kept of a secret."""
    return hashlib.sha256(secret.encode("ascii")).digest()
