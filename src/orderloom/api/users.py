"""/users: the people who may sign in to the workspace: invite, give roles, disable, let in anew."""

import datetime as dt
import uuid
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Response

from orderloom.actions import audit, users
from orderloom.api import answers, bodies, grants, pages, problems, schemas
from orderloom.api.callers import Caller, may
from orderloom.domain import roles
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries.viewer import Grant
from orderloom.store.users import Member

router = APIRouter(prefix="/users", tags=["users"])

_NAME = Annotated[str, msgspec.Meta(max_length=limits.NAME_CHARS_MAX)]


class Invited(msgspec.Struct):
    """A user who was invited, or whose password is to be chosen anew: `path` is the link, behind the address of this
    hub. It works once, and is told this once; empty for a user who has a password already."""

    user_id: uuid.UUID
    login: str
    path: str
    expires_at: dt.datetime | None


class Roles(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """What a user is in the workspace from now on."""

    roles: Annotated[list[_NAME], msgspec.Meta(min_length=1, max_length=limits.ROLES_PER_USER_MAX)]
    customer_no: Annotated[str, msgspec.Meta(max_length=128)] = ""


@router.get("", summary="The workspace's users", openapi_extra=schemas.of(answer=list[Member]))
def listed(caller: Caller = may("users:read")) -> Response:
    """By login; disabled ones too."""
    caller.require_whole_scope()
    return answers.json(users.listed(caller.hub))


@router.post(
    "",
    summary="Invite a user",
    openapi_extra=schemas.of(
        body=users.Wanted,
        example={"login": "li@example.com", "name": "李雷", "roles": ["sales"]},
        answer=Invited,
        status=201,
    ),
)
def invite(caller: Caller = may("users:write"), body: users.Wanted = bodies.one(users.Wanted)) -> Response:
    """Send the link to the user: whoever opens it first chooses the password. Nobody gives roles that allow more than
    one's own."""
    _require_own(caller, body.roles, body.customer_no)
    invited = users.invite(caller.hub, body, actor=caller.name, now=caller.now)
    if isinstance(invited, Refused):
        raise problems.Raised(409, invited)
    _write(caller, "user.invited", invited.user.login, after={"roles": body.roles, "customer_no": body.customer_no})
    return answers.json(_shown(invited), 201)


@router.post(
    "/{login}/roles",
    summary="Give a user other roles",
    openapi_extra=schemas.of(body=Roles, example={"roles": ["sales", "service"]}, answer=answers.Done),
)
def assign(login: pages.Key, caller: Caller = may("users:write"), body: Roles = bodies.one(Roles)) -> Response:
    """In place of those it has; in force within a second."""
    _require_own(caller, body.roles, body.customer_no)
    _require_own_user(caller, login)
    done = problems.fit(users.assign(caller.hub, login, body.roles, customer_no=body.customer_no, now=caller.now))
    before, after = (msgspec.to_builtins(each) for each in done)
    caller.door.forget_keys()
    _write(caller, "user.roles_given", login, before=before, after=after)
    return answers.json(answers.Done())


@router.post("/{login}/disable", summary="Close the door to a user", openapi_extra=schemas.of(answer=answers.Done))
def disable(login: pages.Key, caller: Caller = may("users:write"), _: None = bodies.nothing()) -> Response:
    """Of this workspace; every session of the user in it ends within a second."""
    return _disabled(caller, login, disabled=True)


@router.post("/{login}/enable", summary="Open the door to a user", openapi_extra=schemas.of(answer=answers.Done))
def enable(login: pages.Key, caller: Caller = may("users:write"), _: None = bodies.nothing()) -> Response:
    """Again, with the roles it had."""
    return _disabled(caller, login, disabled=False)


@router.post("/{login}/reset", summary="Let a user choose a password anew", openapi_extra=schemas.of(answer=Invited))
def reset(login: pages.Key, caller: Caller = may("users:write"), _: None = bodies.nothing()) -> Response:
    """By a link that works once; the old password goes on until then."""
    _require_own_user(caller, login)
    invited = problems.fit(users.reset(caller.hub, login, actor=caller.name, now=caller.now))
    _write(caller, "user.reset", login)
    return answers.json(_shown(invited))


def _disabled(caller: Caller, login: str, *, disabled: bool) -> Response:
    _require_own_user(caller, login)
    problems.fit(users.disable(caller.hub, login, disabled=disabled, now=caller.now))
    caller.door.forget_keys()
    _write(caller, "user.disabled" if disabled else "user.enabled", login)
    return answers.json(answers.Done())


def _require_own_user(caller: Caller, login: str) -> None:
    """Raises a problem 403 for a user who may more than the caller: to reset its password would be to become it."""
    _, membership = problems.fit(users.member(caller.hub, login))
    _require_own(caller, membership.roles, membership.customer_no)


def _require_own(caller: Caller, names: list[str], customer_no: str) -> None:
    """Raises a problem 403 for roles that allow more than the caller may; unknown ones are refused elsewhere."""
    caller.require_whole_scope()
    with caller.reading() as connection:
        documents = caller.hub.reference(connection).documents.get("role", {})
    for name in names:
        if name == roles.OWNER:
            role = roles.owner()
        elif name in documents:
            role = roles.read(documents[name].content)
        else:
            continue
        grant = grants.of_role(role, "", customer_no)
        if not _within(caller, grant):
            raise problems.Raised(403, Refused("user.beyond_own", {"role": name}))


def _within(caller: Caller, grant: Grant) -> bool:
    viewer = caller.viewer
    return "*" in viewer.verbs or (all(viewer.may(each) for each in grant.verbs) and viewer.masks <= grant.masks)


def _shown(invited: users.Invited) -> Invited:
    path = users.path(invited)
    return Invited(invited.user.user_id, invited.user.login, path, invited.expires_at if path else None)


def _write(caller: Caller, what: str, login: str, *, before: Any = None, after: Any = None) -> None:
    audit.record(caller.hub, what, f"user/{login}", whose=caller.whose, before=before, after=after)
