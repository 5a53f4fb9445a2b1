"""/keys: make API keys, list them, revoke them; /me: what one's own key may do."""

import datetime as dt
import uuid
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Response

from orderloom.actions import audit, keys
from orderloom.api import answers, bodies, problems, schemas
from orderloom.api.callers import Caller, may, with_any_key
from orderloom.domain import verbs
from orderloom.kit.refusals import Refused
from orderloom.store.keys import Key

router = APIRouter(tags=["keys"])


class Shown(msgspec.Struct, omit_defaults=True):
    """A key without its secret; `text` is there once, when it is made."""

    key_id: uuid.UUID
    prefix: str
    name: str
    verbs: list[str]
    scope: dict[str, Any]
    created_at: dt.datetime
    expires_at: dt.datetime | None = None
    revoked_at: dt.datetime | None = None
    text: str = ""


class Me(msgspec.Struct):
    """What a key may do and how far it reaches; None is everything."""

    name: str
    workspace: str
    verbs: list[str]
    channels: list[str] | None
    warehouses: list[str] | None
    source: str
    roles: list[str] = []
    owners: list[str] | None = None


@router.get("/keys", summary="The workspace's keys", openapi_extra=schemas.of(answer=list[Shown]))
def listed(caller: Caller = may("keys:read")) -> Response:
    """Revoked and expired ones too."""
    found = keys.listed(caller.hub.database, workspace=caller.hub.workspace)
    return answers.json([_shown(each) for each in found])


@router.post(
    "/keys",
    summary="Make a key",
    openapi_extra=schemas.of(
        body=keys.Wanted,
        example={
            "name": "WMS 苏州",
            "verbs": ["shipments:read", "shipments:write"],
            "scope": {"warehouses": ["suzhou"], "source": "wms"},
            "expires_at": "2099-01-01T00:00:00+08:00",
        },
        answer=Shown,
        status=201,
    ),
)
def make(caller: Caller = may("keys:write"), body: keys.Wanted = bodies.one(keys.Wanted)) -> Response:
    """Its text is shown this once. A key gives no more than its maker has."""
    if (beyond := _beyond(caller, body)) is not None:
        raise problems.Raised(403, Refused("key.beyond_own", {"what": beyond}))
    made = keys.make(caller.hub.database, caller.hub.ids, body, workspace=caller.hub.workspace, now=caller.now)
    if isinstance(made, Refused):
        raise problems.Raised(409, made)
    given = {"name": body.name, "verbs": made.key.verbs, "scope": made.key.scope}
    audit.record(caller.hub, "key.made", f"key/{made.key.key_id}", whose=caller.whose, after=given)
    shown = _shown(made.key)
    shown.text = made.text
    return answers.json(shown, 201)


@router.get("/keys/verbs", summary="What there is to be allowed", openapi_extra=schemas.of(answer=list[str]))
def allowed(caller: Caller = may("keys:read")) -> Response:
    """The verbs that the caller may give to a key: those that it has."""
    return answers.json(sorted(each for each in verbs.VERBS if caller.viewer.may(each)))


@router.post("/keys/{key_id}/revoke", summary="End a key", openapi_extra=schemas.of(answer=Shown))
def revoke(
    key_id: Annotated[uuid.UUID, Path()], caller: Caller = may("keys:write"), _: None = bodies.nothing()
) -> Response:
    """At once here, within a second in other processes."""
    revoked = keys.revoke(caller.hub.database, key_id, workspace=caller.hub.workspace, now=caller.now)
    if isinstance(revoked, Refused):
        raise problems.Raised(404, revoked)
    caller.door.forget_keys()
    audit.record(caller.hub, "key.revoked", f"key/{key_id}", whose=caller.whose)
    return answers.json(_shown(revoked))


@router.get("/me", tags=["me"], summary="What this key may do", openapi_extra=schemas.of(answer=Me))
def me(caller: Caller = with_any_key()) -> Response:
    """Every key may ask this of itself."""
    viewer = caller.viewer
    return answers.json(
        Me(
            viewer.name,
            caller.hub.workspace,
            sorted(viewer.verbs),
            None if viewer.channels is None else sorted(viewer.channels),
            None if viewer.warehouses is None else sorted(viewer.warehouses),
            caller.source,
            sorted(caller.roles),
            None if viewer.owners is None else sorted(viewer.owners),
        )
    )


def _beyond(caller: Caller, wanted: keys.Wanted) -> str | None:
    """What a key would give that its maker does not have."""
    viewer = caller.viewer
    for verb in wanted.verbs:
        if not viewer.may(verb):
            return verb
    for kind in ("channels", "warehouses", "owners"):
        own, asked = getattr(viewer, kind), getattr(wanted.scope, kind)
        if own is not None and (asked is None or not own.issuperset(asked)):
            return kind
    if not caller.roles.issuperset(wanted.scope.roles) and "*" not in viewer.verbs:
        return "roles"
    scope, hears = wanted.scope, viewer.hears
    if hears is not None:
        told = {*(scope.audiences or ()), *scope.roles}
        unlimited = not told and scope.channels is None and scope.warehouses is None and scope.owners is None
        if unlimited or not hears.issuperset(told):
            return "audiences"
    if wanted.scope.unmasked and viewer.masks:
        return "unmasked"
    if wanted.scope.source not in ("", caller.source) and "*" not in viewer.verbs:
        return "source"
    return None


def _shown(key: Key) -> Shown:
    return Shown(key.key_id, key.prefix, key.name, key.verbs, key.scope, key.created_at, key.expires_at, key.revoked_at)
