"""/outbox: what could not leave the house, and a person's decision on it: try again, or give up."""

import uuid
from collections.abc import Callable, Sequence
from typing import Annotated

import msgspec
from fastapi import APIRouter, Request, Response

from orderloom.actions import outgoing
from orderloom.api import answers, bodies, pages, schemas, writes
from orderloom.api.callers import Caller, may
from orderloom.inbox import order_bodies as ob
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import outbox as outbox_query

router = APIRouter(prefix="/outbox", tags=["outbox"])


class DecideBody(msgspec.Struct, forbid_unknown_fields=True):
    """Rows of the dead letters, and why."""

    outbox_ids: Annotated[list[uuid.UUID], msgspec.Meta(min_length=1, max_length=limits.COMMANDS_PER_REQUEST_MAX)]
    reason: ob.Word


@router.get("/dead", summary="Dead letters", openapi_extra=schemas.of(answer=outbox_query.Page))
def dead(
    caller: Caller = may("outbox:read"),
    topic: pages.Name = None,
    cursor: pages.Cursor = None,
    count: pages.Count = 50,
) -> Response:
    """The oldest first, each with its reason; they are of all channels, so a key of some sees none."""
    with caller.reading() as connection:
        return answers.json(
            outbox_query.dead(connection, viewer=caller.viewer, topic=topic, cursor=cursor, count=count)
        )


@router.post(
    "/dead/retry",
    summary="Try dead rows again",
    openapi_extra=schemas.of(
        body=DecideBody,
        example={"outbox_ids": ["019cac0f-2680-7000-8000-000000000001"], "reason": "对方已恢复"},
        answer=answers.Dones,
        also={207: "Some are not dead."},
    ),
)
def retry(
    request: Request, caller: Caller = may("outbox:write"), body: DecideBody = bodies.one(DecideBody)
) -> Response:
    """From the first attempt, under the same key; who asked is written down."""
    return _decided(request, caller, body, outgoing.requeue)


@router.post(
    "/dead/give-up",
    summary="Give dead rows up",
    openapi_extra=schemas.of(
        body=DecideBody,
        example={"outbox_ids": ["019cac0f-2680-7000-8000-000000000001"], "reason": "已电话告知"},
        answer=answers.Dones,
        also={207: "Some are not dead."},
    ),
)
def give_up(
    request: Request, caller: Caller = may("outbox:write"), body: DecideBody = bodies.one(DecideBody)
) -> Response:
    """What waits behind them goes on; a flow that waited for the answer goes on by its exit `failed`."""
    return _decided(request, caller, body, outgoing.give_up)


def _decided(request: Request, caller: Caller, body: DecideBody, verb: Callable[..., Sequence[uuid.UUID]]) -> Response:
    """The answer for each row: done by the verb, or not dead."""

    def work() -> Response:
        caller.require_whole_scope()
        done = set(verb(caller.hub, body.outbox_ids, actor=caller.name, reason=body.reason, now=caller.now))
        return answers.dones(
            [None if each in done else Refused("outbox.not_dead", {"outbox_id": str(each)}) for each in body.outbox_ids]
        )

    return writes.run(request, caller, work)
