"""/history: what old orders lack, filled from what is known, and how clean their data is."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from orderloom.actions import backfills
from orderloom.api import answers, bodies, problems, schemas
from orderloom.api.callers import Caller, may
from orderloom.kit.refusals import Refused
from orderloom.queries import cleanliness

router = APIRouter(prefix="/history", tags=["history"])

Year = Annotated[int, Query(ge=1990, le=2199)]


class BackfillBody(msgspec.Struct, forbid_unknown_fields=True):
    """`dry` only counts what could be filled."""

    dry: bool = False


@router.post(
    "/customers/backfill",
    summary="Fill old orders' customers by phone",
    openapi_extra=schemas.of(body=BackfillBody, example={"dry": True}, answer=backfills.Report),
)
async def backfill(
    request: Request, caller: Caller = may("customers:write"), body: BackfillBody = bodies.one(BackfillBody)
) -> Response:
    """Orders that have left the house and name no customer get the one whose phone they have, and its level, each
    marked with its source; a phone that several customers share fills nothing. Asked again it goes on where it ended;
    for keys without a scope."""
    if caller.viewer.limited:
        raise problems.Raised(403, Refused("key.scope_too_small", {}))
    return await run_in_threadpool(_backfill, caller, body)


@router.get("/cleanliness", summary="How clean orders are", openapi_extra=schemas.of(answer=list[cleanliness.Year]))
def clean(caller: Caller = may("orders:read"), first: Year = 2010, last: Year = 2100) -> Response:
    """By year and field, the share of orders that say it and can be used; red under 95 %."""
    with caller.reading() as connection:
        zone = caller.hub.reference(connection).zone
        found = cleanliness.by_year(connection, viewer=caller.viewer, zone=zone, first=first, last=max(first, last))
    return answers.json(found)


def _backfill(caller: Caller, body: BackfillBody) -> Response:
    report = backfills.customers(
        caller.hub, actor=caller.name, source=caller.source, now=caller.now, dry=body.dry
    )  # fmt: skip
    return answers.json(report)
