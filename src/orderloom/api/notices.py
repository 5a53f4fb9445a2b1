"""/notices: the caller's inbox: what was told to it, to its roles and to the warehouses it works in."""

import uuid
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response

from orderloom.actions import notices
from orderloom.api import answers, bodies, pages, schemas
from orderloom.api.callers import Caller, may
from orderloom.domain.templates import Level
from orderloom.kit import limits
from orderloom.queries import notices as notices_query

router = APIRouter(prefix="/notices", tags=["notices"])


class SeenBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The notices that were seen; without them all that the caller has."""

    notice_ids: Annotated[list[uuid.UUID], msgspec.Meta(max_length=limits.NOTICES_MARKED_MAX)] | None = None


class Seen(msgspec.Struct):
    """How many were new to the caller."""

    marked: int


@router.get("", summary="The caller's inbox", openapi_extra=schemas.of(answer=notices_query.Page))
def page(
    caller: Caller = may("notices:read"),
    unseen: Annotated[bool, Query(description="Only what was not seen yet.")] = False,
    level: Annotated[Level | None, Query(description="Only what is this loud.")] = None,
    cursor: pages.Cursor = None,
    count: pages.Count = 50,
) -> Response:
    """The newest first. A key without a scope reads what everybody was told."""
    with caller.reading() as connection:
        found = notices_query.page(
            connection, viewer=caller.viewer, unseen=unseen, level=level, cursor=cursor, count=count
        )
    return answers.json(found)


@router.post(
    "/seen",
    summary="Mark notices as seen",
    openapi_extra=schemas.of(
        body=SeenBody, example={"notice_ids": ["01985bf0-0000-7000-8000-000000000000"]}, answer=Seen
    ),
)
def seen(caller: Caller = may("notices:read"), body: SeenBody = bodies.one(SeenBody)) -> Response:
    """For the caller alone; others still have them. Marked twice is marked once."""
    marked = notices.mark_seen(
        caller.hub,
        person=caller.viewer.name,
        audiences=caller.viewer.hears,
        notice_ids=body.notice_ids,
        now=caller.now,
    )
    return answers.json(Seen(marked))
