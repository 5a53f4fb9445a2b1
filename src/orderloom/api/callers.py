"""Who asks: every route says by `may("orders:read")` what its caller must be allowed; there is no other way in.

A program comes with a key (`Authorization: Bearer`), a browser with the cookie of a session. Both end in the same
Viewer. What a cookie may write must come from our own pages: browsers send cookies by themselves, so a page elsewhere
must not be able to use them.
"""

import contextlib
import datetime as dt
import hashlib
import ipaddress
import uuid
from collections.abc import Iterator
from typing import Any

import msgspec
from fastapi import Depends, Request
from starlette.concurrency import run_in_threadpool

from orderloom.actions import audit, keys, orders, sessions
from orderloom.actions.gather import Gatherer
from orderloom.actions.hub import Hub
from orderloom.api import grants, problems
from orderloom.api.door import Door, Known
from orderloom.domain import approvals
from orderloom.kit import clock, limits
from orderloom.kit.refusals import Refused
from orderloom.queries import cursors
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store.sessions import Found


class Caller(msgspec.Struct, frozen=True):
    """The holder of a key or a session, in the workspace it belongs to, at the instant the request came. `key_id` is
    the key's, or the user's of a session."""

    key_id: uuid.UUID
    name: str
    source: str
    viewer: Viewer
    door: Door
    hub: Hub
    now: dt.datetime
    roles: frozenset[str] = frozenset()
    request: Request | None = None
    session: Found | None = None
    known: Known | None = None

    @property
    def whence(self) -> sessions.Whence:
        """Where the request came from; read when somebody wants to know, which few requests do."""
        return whence_of(self.request) if self.request is not None else sessions.Whence()

    @property
    def place(self) -> str:
        """From where somebody acts, for the audit trail: the door, the address, what the browser calls itself."""
        door = f"key {self.key_id}" if self.session is None else f"session {self.session.session_id}"
        whence = self.whence
        return " ".join(each for each in (door, whence.address, whence.agent) if each)

    @property
    def whose(self) -> audit.Whose:
        """Who does something, from where, when."""
        return audit.Whose(self.name, self.place, self.now)

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
        """Raises a problem 403 for a limited scope: what serves all is changed by those who reach all."""
        if self.viewer.limited:
            raise problems.Raised(403, Refused("key.scope_too_small", {}))

    async def still_valid(self, now: dt.datetime) -> bool:
        """Whether the key or session may still do what it did, looked up anew: for what lasts longer than a request."""
        found = await run_in_threadpool(self._anew, now)
        return found is not None and self.known is not None and found.grants == self.known.grants

    def _anew(self, now: dt.datetime) -> Known | None:
        found: Known | None = None
        database = self.hub.database
        if self.session is None:
            key = keys.look(database, self.key_id)
            found = grants.of_key(key, now=now) if key is not None else None
        else:
            session = sessions.look(database, self.session.session_id)
            found = grants.of_session(self.hub, session, now=now) if session is not None else None
        return found if found is not None and found.unusable(now) is None else None

    def origin(self, channel: str = "", *, door: str = "api") -> orders.Origin:
        """Where this caller's commands come from."""
        roles = None if "*" in self.viewer.verbs else self.roles
        return orders.Origin(channel, door, self.name, self.source, roles)


class Permission:
    """A dependency that lets a caller pass who may do `verb`; an empty one asks for nothing but a key or a session,
    with `signed_in` for a session."""

    def __init__(self, verb: str, *, signed_in: bool = False) -> None:
        self.verb = verb
        self.signed_in = signed_in

    async def __call__(self, request: Request) -> Caller:
        """The caller. Raises a problem 401 (no key, a wrong, expired or revoked one) or 403 (the verb is missing)."""
        door: Door = request.app.state.door
        now = clock.now()
        known = await _known(door, request, now)
        if self.signed_in and not isinstance(known.credential, Found):
            raise problems.Raised(403, Refused("session.missing"))
        caller = _caller(door, known, self.verb, request, now)
        if self.verb and not caller.viewer.may(self.verb):
            if door.newly_refused(caller.key_id, self.verb, now):
                await run_in_threadpool(_write_refused, caller, self.verb, f"{request.method} {request.url.path}")
            raise problems.Raised(403, Refused("key.verb_missing", {"verb": self.verb}))
        return caller


def may(verb: str) -> Any:
    """The parameter of a route that is its caller, who may do `verb`."""
    return Depends(Permission(verb))


def with_any_key() -> Any:
    """The parameter of a route that every key may use."""
    return Depends(Permission(""))


def signed_in() -> Any:
    """The parameter of a route that every session may use, and no key: it is about oneself."""
    return Depends(Permission("", signed_in=True))


def for_everybody() -> Any:
    """Says of a route in so many words that it asks for no key."""
    return Depends(Open())


class Open:
    """A dependency that lets everybody pass."""

    async def __call__(self) -> None:
        """Nothing is asked."""


def whence_of(request: Request) -> sessions.Whence:
    """Where a request comes from. A proxy on this machine says for whom it asks; anybody else is not believed."""
    address = request.client.host if request.client is not None else ""
    said = request.headers.get("x-forwarded-for", "")
    if said and _is_here(address):
        address = said.rpartition(",")[2].strip()
    agent = request.headers.get("user-agent", "")
    if not agent.isprintable():
        agent = "".join(each for each in agent if each.isprintable())
    return sessions.Whence(address[: limits.ADDRESS_CHARS_MAX], agent[: limits.AGENT_CHARS_MAX])


def secure(request: Request) -> bool:
    """Whether the browser speaks https with us, or with the proxy before us."""
    return "https" in (request.url.scheme, request.headers.get("x-forwarded-proto", ""))


def root(request: Request) -> str:
    """This hub's address as the browser knows it, a proxy before us believed: `https://hub.example.com`."""
    host = request.headers.get("x-forwarded-host", "") or request.headers.get("host", "")
    return f"{'https' if secure(request) else 'http'}://{host}"


def cookie(request: Request) -> str:
    """The text of the session's cookie; empty without one."""
    return next((text for name in COOKIES if (text := request.cookies.get(name))), "")


def require_own_page(request: Request) -> None:
    """Raises a problem 403 for a write with a cookie that does not come from our own pages."""
    origin = request.headers.get("origin")
    own = {request.headers.get("host", ""), request.headers.get("x-forwarded-host", "")} - {""}
    if origin is not None and origin.partition("://")[2] in own:
        return
    # A page elsewhere cannot send a header of its own without asking us first, and we never say yes.
    if request.headers.get(OWN_HEADER) is None:
        raise problems.Raised(403, Refused("session.foreign_page", {"header": OWN_HEADER}))


# With https the name holds the browser to this very host and to https.
COOKIES = ("__Host-orderloom", "orderloom")
OWN_HEADER = "x-orderloom"
_READING = ("GET", "HEAD", "OPTIONS")


def _is_here(address: str) -> bool:
    if not address:
        return True  # A unix socket has no address.
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


async def _known(door: Door, request: Request, now: dt.datetime) -> Known:
    """Raises a problem 401 without a key or session that may be used."""
    scheme, _, text = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and text.strip():
        return await _by_key(door, text.strip(), now)
    text = cookie(request)
    if not text:
        raise _unauthorized(Refused("key.missing", {}))
    if request.method not in _READING:
        require_own_page(request)
    return await _by_session(door, text, now)


async def _by_key(door: Door, text: str, now: dt.datetime) -> Known:
    digest = hashlib.sha256(text.encode()).digest()
    known = door.known(digest, now)
    if known is None:
        key = await run_in_threadpool(keys.find, door.house.database, text)
        if key is None:
            raise _unauthorized(Refused("key.wrong", {}))
        known = grants.of_key(key, now=now)
        door.remember(digest, known)
    if (refused := known.unusable(now)) is not None:
        raise _unauthorized(refused)
    return known


async def _by_session(door: Door, text: str, now: dt.datetime) -> Known:
    digest = hashlib.sha256(b"session " + text.encode()).digest()
    known = door.known(digest, now)
    if known is None:
        known = await run_in_threadpool(_looked_up, door, text, now)
        if known is None:
            raise _unauthorized(Refused("session.ended"))
        door.remember(digest, known)
    if (refused := known.unusable(now)) is not None:
        raise _unauthorized(refused)
    return known


def of_session(door: Door, session: Found, *, request: Request, now: dt.datetime) -> Caller:
    """The caller that a session which was just opened is from now on."""
    known = grants.of_session(door.house.hub(session.workspace), session, now=now)
    return _caller(door, known, "", request, now)


def _caller(door: Door, known: Known, verb: str, request: Request, now: dt.datetime) -> Caller:
    credential = known.credential
    hub = door.house.hub(credential.workspace)
    session = credential if isinstance(credential, Found) else None
    viewer = known.viewer(verb)
    return Caller(
        known.holder_id, known.name, known.source, viewer, door, hub, now, known.roles, request, session, known
    )


def _write_refused(caller: Caller, verb: str, asked: str) -> None:
    subject = asked[: limits.NAME_CHARS_MAX]
    audit.record(caller.hub, "permission.refused", subject, whose=caller.whose, after={"verb": verb})


def _looked_up(door: Door, text: str, now: dt.datetime) -> Known | None:
    session = sessions.find(door.house.database, text, now=now)
    if session is None:
        return None
    return grants.of_session(door.house.hub(session.workspace), session, now=now)


def _unauthorized(refused: Refused) -> problems.Raised:
    return problems.Raised(401, refused, headers={"WWW-Authenticate": 'Bearer realm="orderloom"'})
