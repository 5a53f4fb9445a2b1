"""Who asks: every route says by `may("orders:read")` what its caller must be allowed; there is no other way in."""

import contextlib
import datetime as dt
import hashlib
import uuid
from collections.abc import Iterator
from typing import Any

import msgspec
from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from orderloom.actions import keys, orders
from orderloom.actions.gather import Gatherer
from orderloom.actions.hub import Hub
from orderloom.api import problems
from orderloom.api.door import Door, Known
from orderloom.domain import approvals
from orderloom.kit import clock
from orderloom.kit.refusals import Refused
from orderloom.queries import cursors
from orderloom.queries.viewer import PERSONAL, Viewer
from orderloom.store import database as db
from orderloom.store.keys import Key


class Caller(msgspec.Struct, frozen=True):
    """The holder of a key, in the workspace the key belongs to, at the instant the request came."""

    key_id: uuid.UUID
    name: str
    source: str
    viewer: Viewer
    door: Door
    hub: Hub
    now: dt.datetime
    roles: frozenset[str] = frozenset()

    @property
    def person(self) -> approvals.Person:
        """Who speaks when this caller approves."""
        return approvals.Person(self.name, self.roles)

    @property
    def gatherer(self) -> Gatherer:
        """Where this caller's commands gather with those of others."""
        return self.door.gatherer(self.hub.workspace)

    @contextlib.contextmanager
    def reading(self) -> Iterator[db.Connection]:
        """A connection in the caller's workspace. Raises a problem 422 for a cursor that is none."""
        try:
            with self.hub.database.workspace(self.hub.workspace) as connection:
                yield connection
        except cursors.Unreadable:
            refused = Refused("cursor.unreadable", {})
            raise problems.Raised(422, refused, errors=[("query.cursor", refused)]) from None

    def require_whole_scope(self) -> None:
        """Raises a problem 403 for a key of some channels or warehouses: what serves all is changed by keys of all."""
        if self.viewer.channels is not None or self.viewer.warehouses is not None:
            raise problems.Raised(403, Refused("key.scope_too_small", {}))

    async def still_valid(self, now: dt.datetime) -> bool:
        """Whether the key may still be used, looked up anew: for what lasts longer than a request."""
        key = await run_in_threadpool(keys.look, self.hub.database, self.key_id)
        return key is not None and keys.unusable(key, now=now) is None

    def origin(self, channel: str = "", *, door: str = "api") -> orders.Origin:
        """Where this caller's commands come from."""
        roles = None if self.viewer.may("*") else self.roles
        return orders.Origin(channel, door, self.name, self.source, roles)


class Permission:
    """A dependency that lets a caller pass who may do `verb`; an empty one asks for nothing but a key."""

    def __init__(self, verb: str) -> None:
        self.verb = verb

    async def __call__(self, request: Request) -> Caller:
        """The caller. Raises a problem 401 (no key, a wrong, expired or revoked one) or 403 (the verb is missing)."""
        door: Door = request.app.state.door
        now = clock.now()
        known = await _known(door, _text(request), now)
        if self.verb and not known.viewer.may(self.verb):
            raise problems.Raised(403, Refused("key.verb_missing", {"verb": self.verb}))
        hub = door.house.hub(known.key.workspace)
        return Caller(known.key.key_id, known.key.name, known.source, known.viewer, door, hub, now, known.roles)


def may(verb: str) -> Any:
    """The parameter of a route that is its caller, who may do `verb`."""
    return Depends(Permission(verb))


def with_any_key() -> Any:
    """The parameter of a route that every key may use."""
    return Depends(Permission(""))


def for_everybody() -> Any:
    """Says of a route in so many words that it asks for no key."""
    return Depends(Open())


class Open:
    """A dependency that lets everybody pass."""

    async def __call__(self) -> None:
        """Nothing is asked."""


def _text(request: Request) -> str:
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not text.strip():
        raise _unauthorized(Refused("key.missing", {}))
    return text.strip()


async def _known(door: Door, text: str, now: dt.datetime) -> Known:
    digest = hashlib.sha256(text.encode()).digest()
    known = door.known(digest, now)
    if known is None:
        key = await run_in_threadpool(keys.find, door.house.database, text)
        if key is None:
            raise _unauthorized(Refused("key.wrong", {}))
        known = _read(key, now)
        door.remember(digest, known)
    if (refused := keys.unusable(known.key, now=now)) is not None:
        raise _unauthorized(refused)
    return known


def _read(key: Key, now: dt.datetime) -> Known:
    scope = msgspec.convert(key.scope, keys.Scope)
    viewer = Viewer(
        name=key.name,
        verbs=frozenset(key.verbs),
        channels=None if scope.channels is None else frozenset(scope.channels),
        warehouses=None if scope.warehouses is None else frozenset(scope.warehouses),
        masks=frozenset() if scope.unmasked else PERSONAL,
        audiences=frozenset({*(scope.audiences or ()), *scope.roles}) if scope.audiences or scope.roles else None,
    )
    return Known(key, viewer, scope.source or key.name, now, frozenset(scope.roles))


def _unauthorized(refused: Refused) -> problems.Raised:
    return problems.Raised(401, refused, headers={"WWW-Authenticate": 'Bearer realm="orderloom"'})
