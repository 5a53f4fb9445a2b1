"""/breakers: what is stopped for a customer, SKU, channel, carrier or host; trip and lift."""

import datetime as dt
import uuid
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response

from orderloom.actions import breakers
from orderloom.api import answers, bodies, pages, problems, schemas, writes
from orderloom.api.callers import Caller, may
from orderloom.domain.breakers import Breaker, Kind, Stop
from orderloom.inbox import order_bodies as ob
from orderloom.kit.refusals import Refused
from orderloom.queries import breakers as breakers_query

router = APIRouter(prefix="/breakers", tags=["breakers"])


class TripBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What is stopped and why; the owner is told. Without `until` it stays until somebody lifts it."""

    kind: Kind
    name: ob.Named
    reason: ob.Word
    owner: ob.Named = "operations"
    until: Annotated[dt.datetime, msgspec.Meta(tz=True)] | None = None


@router.get("", summary="Breakers", openapi_extra=schemas.of(answer=breakers_query.Page))
def page(
    caller: Caller = may("breakers:read"),
    everything: Annotated[bool, Query(description="Also those that were lifted.")] = False,
    cursor: pages.Cursor = None,
    count: pages.Count = 50,
) -> Response:
    """The newest first. A key of some channels sees those of its channels."""
    with caller.reading() as connection:
        found = breakers_query.page(connection, viewer=caller.viewer, everything=everything, cursor=cursor, count=count)
    return answers.json(found)


@router.post(
    "",
    summary="Stop something",
    openapi_extra=schemas.of(
        body=TripBody,
        example={"kind": "carrier", "name": "SF", "reason": "暴雨停运", "owner": "shipping"},
        answer=Breaker,
        status=201,
    ),
)
def trip(request: Request, caller: Caller = may("breakers:write"), body: TripBody = bodies.one(TripBody)) -> Response:
    """In force with the next batch of every process: orders are held with `breaker.open`, carriers not chosen."""

    def work() -> Response:
        _in_scope(caller, body.kind, body.name)
        stop = Stop(body.kind, body.name, body.reason, body.owner, body.until)
        made = breakers.trip(caller.hub, stop, actor=caller.name, now=caller.now)
        return answers.json(problems.fit(made), 201)

    return writes.run(request, caller, work)


@router.post("/{breaker_id}/lift", summary="Let it go on", openapi_extra=schemas.of(answer=Breaker))
def lift(
    request: Request,
    breaker_id: Annotated[uuid.UUID, Path()],
    caller: Caller = may("breakers:write"),
    _: None = bodies.nothing(),
) -> Response:
    """The holds that it made come off, and their orders are asked again."""

    def work() -> Response:
        with caller.reading() as connection:
            found = breakers_query.one(connection, breaker_id, viewer=caller.viewer)
        if found is None:
            raise problems.Raised(404, Refused("breaker.unknown", {"breaker_id": str(breaker_id)}))
        return answers.json(problems.fit(breakers.lift(caller.hub, breaker_id, actor=caller.name, now=caller.now)))

    return writes.run(request, caller, work)


def _in_scope(caller: Caller, kind: Kind, name: str) -> None:
    """What serves orders of any channel is stopped only by a key of all of them."""
    viewer = caller.viewer
    if viewer.limited and not (kind == "channel" and viewer.has_channel(name)):
        raise problems.Raised(403, Refused("key.scope_too_small", {}))
