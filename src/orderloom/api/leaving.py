"""Signing out: here, at the provider that somebody came by, and by the provider's word (OpenID Connect RP-Initiated
Logout 1.0, Back-Channel Logout 1.0)."""

import datetime as dt
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Request, Response

from orderloom.actions import audit, sessions
from orderloom.api import answers, bodies, callers, problems, providers, schemas, session
from orderloom.api.door import Door
from orderloom.kit import clock, limits
from orderloom.kit.refusals import Refused
from orderloom.store.providers import Ended

router = APIRouter(prefix="/session", tags=["session"])


class SignedOut(msgspec.Struct):
    """The session has ended here. Who came by a provider that has such a place goes on to `url`, to end it there."""

    url: str


class LogoutTold(msgspec.Struct):
    """What a provider tells."""

    logout_token: Annotated[str, msgspec.Meta(max_length=limits.PROVIDER_TOKEN_CHARS_MAX)] = ""


class SessionsEnded(msgspec.Struct):
    """How many sessions ended."""

    ended: int


def _by_back_channel(extra: dict[str, Any]) -> dict[str, Any]:
    """What a route adds that a provider asks, which shows a token and no key."""
    extra["security"] = []
    problem = {problems.MEDIA_TYPE: {"schema": schemas.ref(problems.Problem)}}
    extra["responses"]["400"] = {"description": "The token proves nothing, or came before.", "content": problem}
    extra["responses"]["429"] = {"description": "Too many attempts: `Retry-After`.", "content": problem}
    return extra


@router.delete(
    "",
    summary="Sign out",
    openapi_extra={**schemas.of(answer=SignedOut), "security": []},
    dependencies=[callers.for_everybody()],
)
def sign_out(request: Request) -> Response:
    """The session ends at once, and its cookie is taken back; without one nothing happens."""
    door: Door = request.app.state.door
    url = ""
    if text := callers.cookie(request):
        callers.require_own_page(request)
        now = clock.now()
        found = sessions.find(door.house.database, text, now=now)
        if found is not None and sessions.unusable(found, now=now) is None:
            sessions.end(door.house.database, found.user_id, found.session_id, now=now)
            door.forget_keys()
            session.write(door, found, "session.closed", callers.whence_of(request), now)
            back = f"{callers.root(request)}/"
            url = providers.entrance(request, door).farewell(found.session_id, back=back)
    response = answers.json(SignedOut(url))
    for name in callers.COOKIES:
        response.delete_cookie(name, path="/", secure=name.startswith("__"), httponly=True, samesite="lax")
    return response


@router.post(
    "/providers/{name}/logout",
    summary="A provider has signed somebody out",
    openapi_extra=_by_back_channel(
        schemas.of(body=LogoutTold, body_kind="form", example={"logout_token": "eyJhbGciOi…"}, answer=SessionsEnded)
    ),
    dependencies=[callers.for_everybody()],
)
def logout(request: Request, name: providers.Name, body: LogoutTold = bodies.form(LogoutTold)) -> Response:
    """Its back channel: what the token names ends here at once. 400 where it proves nothing or came before."""
    door: Door = request.app.state.door
    now, whence = clock.now(), callers.whence_of(request)
    if (refused := sessions.knock(door.house.database, whence, now=now)) is not None:
        raise session.raised(refused)
    ended = providers.entrance(request, door).logout(name, body.logout_token, now=now)
    if isinstance(ended, Refused):
        providers.write_refused(door, name, ended, whence, now)
        raise problems.Raised(400, ended)
    sessions.welcome_back(door.house.database, whence)
    door.forget_keys()
    for each in ended:
        _write_ended(door, name, each, whence, now)
    return answers.json(SessionsEnded(len(ended)))


def _write_ended(door: Door, name: str, ended: Ended, whence: sessions.Whence, now: dt.datetime) -> None:
    place = " ".join(each for each in (f"session {ended.session_id}", whence.address, whence.agent) if each)
    whose = audit.Whose(f"provider {name}", place, now)
    audit.record(door.house.hub(ended.workspace), "session.closed", f"user/{ended.login}", whose=whose,
                 after={"by": f"provider/{name}"})  # fmt: skip
