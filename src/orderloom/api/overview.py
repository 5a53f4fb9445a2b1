"""/status, /check, /search: the workspace at a glance."""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response

from orderloom.api import answers, pages, problems, schemas
from orderloom.api.callers import Caller, may
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import check, search, status

router = APIRouter()


class Proved(msgspec.Struct):
    """The last proof; None when nothing was proved yet (`orderloom check` proves)."""

    proof: check.Proof | None


@router.get(
    "/status", tags=["status"], summary="The figures at a glance", openapi_extra=schemas.of(answer=status.Status)
)
def look(caller: Caller = may("status:read")) -> Response:
    """Orders by stage, holds, orders a minute, the last events, what waits, the last proof."""
    with caller.reading() as connection:
        return answers.json(status.look(connection, viewer=caller.viewer, now=caller.now))


@router.get("/check", tags=["check"], summary="The last proof", openapi_extra=schemas.of(answer=Proved))
def proof(caller: Caller = may("check:read")) -> Response:
    """What was proved, when, and what is not as it must be; for keys without a scope."""
    if caller.viewer.limited:
        raise problems.Raised(403, Refused("key.scope_too_small", {}))
    with caller.reading() as connection:
        return answers.json(Proved(check.last(connection)))


@router.get(
    "/search",
    tags=["orders"],
    summary="Any part of a number, phone, or name",
    openapi_extra=schemas.of(answer=list[search.Found]),
)
def find(
    text: Annotated[str, Query(min_length=1, max_length=128, pattern=pages.NO_NUL)],
    caller: Caller = may("orders:read"),
    count: Annotated[int, Query(ge=1, le=limits.PAGE_ROWS_MAX)] = 20,
) -> Response:
    """Orders that the text may mean, the newest first; four characters at least, but for names."""
    with caller.reading() as connection:
        found = search.find(
            connection, viewer=caller.viewer, text=text, fingerprint=caller.hub.sealer.fingerprint, count=count
        )
    return answers.json(found)
