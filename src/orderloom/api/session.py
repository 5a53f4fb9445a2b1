"""/session: sign in with a login and a password, who am I; /sessions: where one is signed in; /welcome."""

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from orderloom.actions import audit, authenticators, sessions, users
from orderloom.api import answers, bodies, callers, problems, schemas
from orderloom.api.callers import Caller, signed_in
from orderloom.api.door import Door
from orderloom.kit import clock, limits
from orderloom.kit.refusals import Refused
from orderloom.queries import viewer as viewers
from orderloom.store import workspaces
from orderloom.store.sessions import Found

router = APIRouter(tags=["session"])


class Person(msgspec.Struct):
    """Who is signed in."""

    user_id: uuid.UUID
    login: str
    name: str
    email: str


class Place(msgspec.Struct):
    """A workspace that lets the user in."""

    name: str
    title: str


class Reach(msgspec.Struct):
    """How far the user reaches by all roles together: None is everything. Whose customers, by `owners`."""

    channels: list[str] | None
    warehouses: list[str] | None
    owners: list[str] | None


class Session(msgspec.Struct):
    """Who is signed in, where, and what for: `verbs` are those of all roles, `scope` and `masks` those that the roles
    have together. A single verb may reach less: only the roles that give it count for it. With `code` "required" a role
    or the workspace asks for one-time codes, and with "asked" the user has them: nothing is allowed before they are set
    up, or one was shown. Without a `password` the user comes by a provider."""

    session_id: uuid.UUID
    user: Person
    workspace: str
    workspaces: list[Place]
    roles: list[str]
    verbs: list[str]
    scope: Reach
    masks: list[str]
    locale: str
    customer_no: str
    expires_at: dt.datetime
    code: Literal["off", "on", "asked", "required"]
    password: bool


class Opened(msgspec.Struct):
    """One of the places where the user is signed in; `own` is the one that asks."""

    session_id: uuid.UUID
    workspace: str
    way: str
    address: str
    agent: str
    created_at: dt.datetime
    seen_at: dt.datetime
    expires_at: dt.datetime
    own: bool


class Elsewhere(msgspec.Struct, forbid_unknown_fields=True):
    """The workspace to go on in."""

    workspace: Annotated[str, msgspec.Meta(max_length=limits.LOGIN_CHARS_MAX)]


class Passwords(msgspec.Struct, forbid_unknown_fields=True):
    """The password that is, and the one that shall be."""

    old: Annotated[str, msgspec.Meta(max_length=limits.PASSWORD_CHARS_MAX)]
    new: Annotated[str, msgspec.Meta(max_length=limits.PASSWORD_CHARS_MAX)]


class Profile(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """What one may say about oneself; what is left out stays."""

    name: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.NAME_CHARS_MAX)] | None = None
    locale: Annotated[str, msgspec.Meta(pattern="^(zh|en|)$")] | None = None


class Password(msgspec.Struct, forbid_unknown_fields=True):
    """The password once more, before something weighty."""

    password: Annotated[str, msgspec.Meta(max_length=limits.PASSWORD_CHARS_MAX)]


class Code(msgspec.Struct, forbid_unknown_fields=True):
    """A one-time code."""

    code: Annotated[str, msgspec.Meta(max_length=limits.LOGIN_CHARS_MAX)]


class Recovery(msgspec.Struct):
    """Codes for the day the device is lost."""

    recovery_codes: list[str]


class Ended(msgspec.Struct):
    """How many sessions ended."""

    ended: int


def open_(extra: dict[str, Any]) -> dict[str, Any]:
    """What a route adds that asks for no key, with the problems of signing in."""
    extra["security"] = []
    problem = {problems.MEDIA_TYPE: {"schema": schemas.ref(problems.Problem)}}
    extra["responses"]["401"] = {"description": "Refused, or a one-time code is needed.", "content": problem}
    extra["responses"]["403"] = {"description": "No workspace lets the user in.", "content": problem}
    return guessed(extra)


def guessed(extra: dict[str, Any]) -> dict[str, Any]:
    """What a route adds where a secret is asked for: attempts are counted."""
    problem = {problems.MEDIA_TYPE: {"schema": schemas.ref(problems.Problem)}}
    extra["responses"]["429"] = {"description": "Too many attempts: `Retry-After`.", "content": problem}
    return extra


@router.post(
    "/session",
    summary="Sign in",
    openapi_extra=open_(
        schemas.of(
            body=sessions.SignIn, example={"login": "li@example.com", "password": "correct horse"}, answer=Session
        )
    ),
    dependencies=[callers.for_everybody()],
)
def sign_in(request: Request, body: sessions.SignIn = bodies.one(sessions.SignIn)) -> Response:
    """The answer sets the cookie that all else is asked with; it is the same as of `GET /session`. `code` is a one-time
    code or a recovery code, where the user has them; without one the problem is `session.code_needed`."""
    door: Door = request.app.state.door
    now, whence = clock.now(), callers.whence_of(request)
    opened = sessions.sign_in(door.house, body, whence=whence, now=now)
    if isinstance(opened, Refused):
        _write_refused(door, body.login, opened, whence, now)
        raise raised(opened)
    return entered(request, door, opened, now=now)


@router.get("/session", summary="Who am I", openapi_extra=schemas.of(answer=Session))
def who(caller: Caller = signed_in()) -> Response:
    """Of a session; a key asks `/me`."""
    assert caller.session is not None
    return answers.json(_shown(caller, caller.session))


@router.post(
    "/session/workspace",
    summary="Go on in another workspace",
    openapi_extra=schemas.of(body=Elsewhere, example={"workspace": "main"}, answer=Session),
)
async def move(request: Request, caller: Caller = signed_in(), body: Elsewhere = bodies.one(Elsewhere)) -> Response:
    """One in which the user has roles."""
    assert caller.session is not None
    database = caller.hub.database
    if (refused := await run_in_threadpool(sessions.move, database, caller.session, body.workspace)) is not None:
        raise raised(refused)
    caller.door.forget_keys()
    anew = await callers.Permission("", signed_in=True)(request)
    assert anew.session is not None
    return answers.json(await run_in_threadpool(_shown, anew, anew.session))


@router.post(
    "/session/password",
    summary="Choose another password",
    openapi_extra=guessed(
        schemas.of(body=Passwords, example={"old": "correct horse", "new": "battery staple"}, answer=answers.Done)
    ),
)
def change_password(caller: Caller = signed_in(), body: Passwords = bodies.one(Passwords)) -> Response:
    """Every other session of the user ends."""
    assert caller.session is not None
    database = caller.hub.database
    refused = sessions.change_password(database, caller.session, old=body.old, new=body.new, now=caller.now)
    if refused is not None:
        audit.record(caller.hub, "password.refused", f"user/{caller.name}", whose=caller.whose)
        raise raised(refused)
    caller.door.forget_keys()
    audit.record(caller.hub, "password.changed", f"user/{caller.name}", whose=caller.whose)
    return answers.json(answers.Done())


@router.post(
    "/session/profile",
    summary="Say something about oneself",
    openapi_extra=schemas.of(body=Profile, example={"name": "李雷", "locale": "zh"}, answer=answers.Done),
)
def profile(caller: Caller = signed_in(), body: Profile = bodies.one(Profile)) -> Response:
    """The name that others see, and the language."""
    users.introduce(caller.hub.database, caller.key_id, name=body.name, locale=body.locale)
    caller.door.forget_keys()
    return answers.json(answers.Done())


@router.post(
    "/session/code",
    summary="Set one-time codes up",
    openapi_extra=guessed(
        schemas.of(body=Password, example={"password": "correct horse"}, answer=authenticators.Begun)
    ),
)
def begin_code(caller: Caller = signed_in(), body: Password = bodies.one(Password)) -> Response:
    """`uri` is what an authenticator reads as a QR code. It counts once `/session/code/confirm` had a code of it."""
    _confirm_password(caller, body.password)
    begun = authenticators.begin(caller.hub, caller.key_id, login=caller.name)
    if isinstance(begun, Refused):
        raise raised(begun)
    return answers.json(begun)


@router.post(
    "/session/code/confirm",
    summary="Begin to sign in with one-time codes",
    openapi_extra=guessed(schemas.of(body=Code, example={"code": "123456"}, answer=Recovery)),
)
def confirm_code(caller: Caller = signed_in(), body: Code = bodies.one(Code)) -> Response:
    """The recovery codes are told this once: each opens once when the device is lost. Every other session ends; this
    one goes on as one that was opened with a code."""
    assert caller.session is not None
    database = caller.hub.database
    if (refused := sessions.knock(database, caller.whence, now=caller.now)) is not None:
        raise raised(refused)
    told = authenticators.confirm(caller.hub, caller.key_id, code=body.code, now=caller.now)
    if isinstance(told, Refused):
        raise raised(told)
    sessions.end_others(database, caller.key_id, besides=caller.session.session_id, now=caller.now)
    sessions.prove(database, caller.session.session_id)
    caller.door.forget_keys()
    audit.record(caller.hub, "code.confirmed", f"user/{caller.name}", whose=caller.whose)
    return answers.json(Recovery(told))


@router.post(
    "/session/code/prove",
    summary="Show a one-time code",
    openapi_extra=guessed(schemas.of(body=Code, example={"code": "123456"}, answer=answers.Done)),
)
def prove_code(caller: Caller = signed_in(), body: Code = bodies.one(Code)) -> Response:
    """In a session that was opened without one, such as by a provider; a recovery code will do."""
    assert caller.session is not None
    refused = sessions.prove_by_code(caller.door.house, caller.session, body.code, now=caller.now)
    if refused is not None:
        audit.record(caller.hub, "session.refused", f"user/{caller.name}", whose=caller.whose,
                     after={"code": refused.code})  # fmt: skip
        raise raised(refused)
    caller.door.forget_keys()
    audit.record(caller.hub, "code.shown", f"user/{caller.name}", whose=caller.whose)
    return answers.json(answers.Done())


@router.post(
    "/session/code/end",
    summary="Sign in without one-time codes again",
    openapi_extra=guessed(schemas.of(body=Password, example={"password": "correct horse"}, answer=answers.Done)),
)
def end_code(caller: Caller = signed_in(), body: Password = bodies.one(Password)) -> Response:
    """Where a role asks for codes, it gives nothing until they are set up again."""
    _confirm_password(caller, body.password)
    authenticators.end(caller.hub, caller.key_id)
    caller.door.forget_keys()
    audit.record(caller.hub, "code.ended", f"user/{caller.name}", whose=caller.whose)
    return answers.json(answers.Done())


@router.get("/sessions", summary="Where one is signed in", openapi_extra=schemas.of(answer=list[Opened]))
def listed(caller: Caller = signed_in()) -> Response:
    """One's own open sessions, the last used first."""
    assert caller.session is not None
    own = caller.session.session_id
    found = sessions.open_of(caller.hub.database, caller.key_id, now=caller.now)
    return answers.json([Opened(**msgspec.structs.asdict(each), own=each.session_id == own) for each in found])


@router.post("/sessions/end-others", summary="Sign out everywhere else", openapi_extra=schemas.of(answer=Ended))
def end_others(caller: Caller = signed_in(), _: None = bodies.nothing()) -> Response:
    """All of one's own sessions but this one."""
    assert caller.session is not None
    own = caller.session.session_id
    ended = sessions.end_others(caller.hub.database, caller.key_id, besides=own, now=caller.now)
    caller.door.forget_keys()
    return answers.json(Ended(ended))


@router.post("/sessions/{session_id}/end", summary="Sign out somewhere else", openapi_extra=schemas.of(answer=Ended))
def end(session_id: Annotated[uuid.UUID, Path()], caller: Caller = signed_in(), _: None = bodies.nothing()) -> Response:
    """One of one's own sessions, at once."""
    refused = sessions.end(caller.hub.database, caller.key_id, session_id, now=caller.now)
    if refused is not None:
        raise raised(refused)
    caller.door.forget_keys()
    return answers.json(Ended(1))


@router.post(
    "/welcome",
    summary="Choose a password by a one-time link",
    openapi_extra=open_(
        schemas.of(
            body=users.Chosen,
            example={"token": "of the link", "login": "li", "name": "李雷", "password": "correct horse"},
            answer=Session,
        )
    ),
    dependencies=[callers.for_everybody()],
)
def welcome(request: Request, body: users.Chosen = bodies.one(users.Chosen)) -> Response:
    """Signs the user in. The link, in the address as `/welcome?token=…`, works once."""
    door: Door = request.app.state.door
    now, whence = clock.now(), callers.whence_of(request)
    if (refused := sessions.knock(door.house.database, whence, now=now)) is not None:
        raise raised(refused)
    chosen = users.choose(door.house.database, body, now=now)
    if isinstance(chosen, Refused):
        raise raised(chosen)
    user, workspace = chosen
    sessions.end_others(door.house.database, user.user_id, besides=None, now=now)
    door.forget_keys()
    opened = sessions.enter(door.house, user, workspace=workspace, way="welcome", whence=whence, now=now)
    if isinstance(opened, Refused):
        raise raised(opened)
    return entered(request, door, opened, now=now)


def entered(request: Request, door: Door, opened: sessions.Opened, *, now: dt.datetime) -> Response:
    """The answer to somebody who has signed in: who it is, and the cookie."""
    session = opened.session
    whence = callers.whence_of(request)
    write(door, session, "session.opened", whence, now, after={"way": session.way})
    caller = callers.of_session(door, session, request=request, now=now)
    response = answers.json(_shown(caller, session))
    secure = callers.secure(request)
    name = callers.COOKIES[0] if secure else callers.COOKIES[1]
    seconds = limits.SESSION_HOURS_MAX * 3_600
    response.set_cookie(name, opened.text, max_age=seconds, path="/", secure=secure, httponly=True, samesite="lax")
    return response


def write(
    door: Door, session: Found, what: str, whence: sessions.Whence, now: dt.datetime, *, after: Any = None
) -> None:
    """Write down what a user did about its own session."""
    place = " ".join(each for each in (f"session {session.session_id}", whence.address, whence.agent) if each)
    hub = door.house.hub(session.workspace)
    audit.record(hub, what, f"user/{session.login}", whose=audit.Whose(session.login, place, now), after=after)


def raised(refused: Refused) -> problems.Raised:
    """A refusal of signing in as a problem."""
    headers = {"Retry-After": str(refused.data["seconds"])} if refused.code == "session.too_many_tries" else {}
    return problems.Raised(problems.status_of(refused), refused, headers=headers)


def _write_refused(door: Door, login: str, refused: Refused, whence: sessions.Whence, now: dt.datetime) -> None:
    """A sign-in that was refused, beside the user's first workspace: people type passwords where the login belongs, so
    only a login that there is is written."""
    known, workspace = users.home(door.house.database, login.strip().lower())
    if workspace is not None:
        place = " ".join(each for each in ("sign-in", whence.address, whence.agent) if each)
        whose = audit.Whose(known or "unknown", place, now)
        audit.record(door.house.hub(workspace), "session.refused", f"user/{known}", whose=whose,
                     after={"code": refused.code})  # fmt: skip


def _confirm_password(caller: Caller, password: str) -> None:
    assert caller.session is not None
    refused = sessions.confirm_password(caller.hub.database, caller.session, password, now=caller.now)
    if refused is not None:
        raise raised(refused)


def _code(caller: Caller, session: Found) -> Literal["off", "on", "asked", "required"]:
    on = session.has_code or authenticators.on(caller.hub, caller.key_id)
    if caller.known is not None and caller.known.code_lacking:
        return "asked" if on else "required"
    return "on" if on else "off"


def _shown(caller: Caller, session: Found) -> Session:
    database = caller.hub.database
    titles = {each.name: each.title for each in workspaces.listed(database)}
    assert caller.known is not None
    viewer = caller.viewer
    return Session(
        session_id=session.session_id,
        user=Person(session.user_id, session.login, session.name, session.email),
        workspace=session.workspace,
        workspaces=[Place(each, titles.get(each, each)) for each in sessions.workspaces(database, session.user_id)],
        roles=list(session.roles or ()),
        verbs=viewers.verbs_of(caller.known.grants),
        scope=Reach(*(None if each is None else sorted(each) for each in
                      (viewer.channels, viewer.warehouses, viewer.owners))),
        masks=sorted(viewer.masks),
        locale=session.locale,
        customer_no=session.customer_no or "",
        expires_at=session.expires_at,
        code=_code(caller, session),
        password=session.has_password,
    )  # fmt: skip
