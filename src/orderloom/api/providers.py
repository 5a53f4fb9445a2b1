"""/session/providers: sign in by an OpenID provider.

It sends people back to the console's page `/sign-in/{name}`, which hands on what stands in its address.
"""

import datetime as dt
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Request, Response

from orderloom.actions import audit, providers, sessions, users
from orderloom.api import answers, bodies, callers, schemas, session
from orderloom.api.door import Door
from orderloom.kit import clock, limits
from orderloom.kit.refusals import Refused
from orderloom.outbox.providers import Came, Entrance, Returned

router = APIRouter(prefix="/session/providers", tags=["session"])

COOKIES = ("__Host-orderloom-sign-in", "orderloom-sign-in")
Name = Annotated[str, Path(min_length=1, max_length=40, pattern=r"^[a-z][a-z0-9_-]*$")]


class Shown(msgspec.Struct):
    """A provider as people see it before they sign in."""

    name: str
    title: str


class Begun(msgspec.Struct):
    """The provider's address to go to."""

    url: str


@router.get(
    "",
    summary="By whom one may sign in besides",
    openapi_extra=session.open_(schemas.of(answer=list[Shown])),
    dependencies=[callers.for_everybody()],
)
def listed(request: Request) -> Response:
    """The providers that this installation trusts, by name."""
    door: Door = request.app.state.door
    return answers.json([Shown(each.name, each.title) for each in providers.listed(door.house.database)])


@router.post(
    "/{name}/begin",
    summary="Begin to sign in by a provider",
    openapi_extra=session.open_(schemas.of(answer=Begun)),
    dependencies=[callers.for_everybody()],
)
def begin(request: Request, name: Name, _: None = bodies.nothing()) -> Response:
    """Send the browser to `url`; the cookie of this answer binds what comes back to it, for ten minutes."""
    callers.require_own_page(request)
    door: Door = request.app.state.door
    now = clock.now()
    if (refused := sessions.knock(door.house.database, callers.whence_of(request), now=now)) is not None:
        raise session.raised(refused)
    going = entrance(request, door).begin(name, redirect_uri=f"{callers.root(request)}/sign-in/{name}", now=now)
    if isinstance(going, Refused):
        raise session.raised(going)
    response = answers.json(Begun(going.url))
    secure = callers.secure(request)
    response.set_cookie(
        COOKIES[0] if secure else COOKIES[1], going.browser, max_age=limits.SIGN_IN_ROUND_MINUTES * 60,
        path="/", secure=secure, httponly=True, samesite="lax",
    )  # fmt: skip
    return response


@router.post(
    "/{name}/return",
    summary="Sign in by what a provider says",
    openapi_extra=session.open_(
        schemas.of(body=Returned, example={"state": "of the address", "code": "of the address"}, answer=session.Session)
    ),
    dependencies=[callers.for_everybody()],
)
def finish(request: Request, name: Name, body: Returned = bodies.one(Returned)) -> Response:
    """With what the provider has put into the address; it is taken once. The answer sets the cookie that all else is
    asked with. Where one-time codes are asked for, the session's `code` says so."""
    callers.require_own_page(request)
    door: Door = request.app.state.door
    now, whence = clock.now(), callers.whence_of(request)
    browser = next((text for each in COOKIES if (text := request.cookies.get(each))), "")
    came = entrance(request, door).finish(name, body, browser=browser, whence=whence, now=now)
    if isinstance(came, Refused):
        write_refused(door, name, came, whence, now)
        raise session.raised(came)
    sessions.welcome_back(door.house.database, whence)
    _write_linked(door, name, came, whence, now)
    response = session.entered(request, door, came.opened, now=now)
    for each in COOKIES:
        response.delete_cookie(each, path="/", secure=each.startswith("__"), httponly=True, samesite="lax")
    return response


def entrance(request: Request, door: Door) -> Entrance:
    """The process's own; two made at once by the first two who come know the same."""
    found: Entrance | None = getattr(request.app.state, "entrance", None)
    if found is None:
        found = request.app.state.entrance = Entrance(door.house)
    return found


def _write_linked(door: Door, name: str, came: Came, whence: sessions.Whence, now: dt.datetime) -> None:
    """A link, or a new user, stands in the trail once, before the session that it opened."""
    if came.how == "subject":
        return
    found, identity = came.opened.session, came.identity
    after = {"provider": name, "issuer": identity.issuer, "subject": identity.subject, "by": came.how}
    session.write(door, found, "user.linked" if came.how == "address" else "user.joined", whence, now, after=after)


def write_refused(door: Door, name: str, refused: Refused, whence: sessions.Whence, now: dt.datetime) -> None:
    """Who was turned away stands in the workspace that the provider's people join, else in the oldest."""
    found = providers.find(door.house.database, name)
    if isinstance(found, Refused):
        return
    workspace = found.workspace or users.home(door.house.database, "")[1]
    if workspace is not None:
        place = " ".join(each for each in ("sign-in", whence.address, whence.agent) if each)
        whose = audit.Whose("unknown", place, now)
        after = {"code": refused.code, **refused.data}
        audit.record(door.house.hub(workspace), "session.refused", f"provider/{name}", whose=whose, after=after)
