"""/views: lists that people come back to, under names; their own, and those that others share."""

import uuid
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Query, Response

from orderloom.actions import views
from orderloom.api import answers, bodies, problems, schemas
from orderloom.api.callers import Caller, may
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import views as views_query
from orderloom.store.views import View

router = APIRouter(prefix="/views", tags=["views"])

ViewId = Annotated[uuid.UUID, Path()]
_WORD = "^[a-z][a-z0-9_.-]{0,63}$"
_Name = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.VIEW_NAME_CHARS_MAX)]
_Value = Annotated[str, msgspec.Meta(max_length=limits.NAME_CHARS_MAX)]


class KeepBody(msgspec.Struct, forbid_unknown_fields=True):
    """A list's word, what it is narrowed to as it stands in its address, and a name for that."""

    list: Annotated[str, msgspec.Meta(pattern=_WORD)]
    name: _Name
    search: Annotated[dict[_Value, _Value], msgspec.Meta(max_length=limits.VIEW_FILTERS_MAX)]


class RenameBody(msgspec.Struct, forbid_unknown_fields=True):
    """What it is called from now on."""

    name: _Name


class ShareBody(msgspec.Struct, forbid_unknown_fields=True):
    """Whether everybody of the workspace sees it."""

    shared: bool


class Dropped(msgspec.Struct):
    """The view that is no longer there."""

    view_id: uuid.UUID


@router.get("", summary="Views of a list", openapi_extra=schemas.of(answer=list[views_query.Shown]))
def of_list(list: Annotated[str, Query(max_length=64, pattern=_WORD)], caller: Caller = may("views:read")) -> Response:
    """One's own first, then those that others share. A view holds no rows: who follows it sees what he or she may."""
    with caller.reading() as connection:
        return answers.json(views_query.of_list(connection, viewer=caller.viewer, list_=list))


@router.post(
    "",
    summary="Keep a view",
    openapi_extra=schemas.of(
        body=KeepBody,
        example={"list": "orders", "name": "华东待审", "search": {"stage": "received", "province": "江苏省"}},
        answer=views_query.Shown,
    ),
)
def keep(caller: Caller = may("views:write"), body: KeepBody = bodies.one(KeepBody)) -> Response:
    """Under a name of one's own; the same name again is narrowed anew."""
    kept = views.keep(
        caller.hub, list_=body.list, name=body.name.strip() or body.name, search=body.search, owner=caller.viewer.name,
        now=caller.now,
    )  # fmt: skip
    return _told(caller, kept)


@router.post(
    "/{view_id}/rename",
    summary="Give a view another name",
    openapi_extra=schemas.of(body=RenameBody, example={"name": "华东"}, answer=views_query.Shown),
)
def rename(view_id: ViewId, caller: Caller = may("views:write"), body: RenameBody = bodies.one(RenameBody)) -> Response:
    """One's own alone."""
    change = views.Change(name=body.name.strip() or body.name)
    return _told(caller, views.change(caller.hub, view_id, change, owner=caller.viewer.name, now=caller.now))


@router.post(
    "/{view_id}/share",
    summary="Share a view, or keep it for oneself again",
    openapi_extra=schemas.of(body=ShareBody, example={"shared": True}, answer=views_query.Shown),
)
def share(view_id: ViewId, caller: Caller = may("views:share"), body: ShareBody = bodies.one(ShareBody)) -> Response:
    """One's own alone; everybody of the workspace who has views sees it then."""
    change = views.Change(shared=body.shared)
    return _told(caller, views.change(caller.hub, view_id, change, owner=caller.viewer.name, now=caller.now))


@router.delete("/{view_id}", summary="Delete a view", openapi_extra=schemas.of(answer=Dropped))
def drop(view_id: ViewId, caller: Caller = may("views:write")) -> Response:
    """One's own, or a shared one where one may share."""
    tidies = caller.viewer.may("views:share")
    refused = views.drop(caller.hub, view_id, owner=caller.viewer.name, tidies=tidies)
    if refused is not None:
        raise problems.Raised(404, refused)
    return answers.json(Dropped(view_id))


def _told(caller: Caller, answer: View | Refused) -> Response:
    if isinstance(answer, Refused):
        raise problems.Raised(404 if answer.code == "view.unknown" else 409, answer)
    return answers.json(views_query.shown(answer, caller.viewer))
