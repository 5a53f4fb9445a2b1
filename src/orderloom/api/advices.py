"""/orders/{order_no}/advice: what rules propose when an order is opened, and accepting it in one step."""

import datetime as dt
import uuid
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Query, Response

from orderloom.actions import advices
from orderloom.api import answers, bodies, pages, problems, schemas
from orderloom.api.callers import Caller, may
from orderloom.kit.refusals import Refused
from orderloom.queries import advices as advices_query
from orderloom.queries import scopes

router = APIRouter(tags=["advice"])

AdviceId = Annotated[uuid.UUID, Path(description="From the proposals of the order.")]
Days = Annotated[int, Query(ge=1, le=366, description="Proposals first shown in the last so many days.")]


class Empty(msgspec.Struct, forbid_unknown_fields=True):
    """Nothing needs to be said."""


class Shares(msgspec.Struct):
    """How often the proposals of each rule were accepted."""

    rules: list[advices_query.Share]


@router.post(
    "/orders/{order_no}/advice",
    summary="What rules advise for an order",
    openapi_extra=schemas.of(body=Empty, example={}, answer=advices.Advised),
)
def ask(order_no: pages.Key, caller: Caller = may("orders:read"), body: Empty = bodies.one(Empty)) -> Response:
    """Asked of the order as it stands: proposals with the row that made each and the values it saw, ready actions for
    each hold, and who owns what names nobody. Asked again it counts once."""
    advised = advices.ask(
        caller.hub, _order(caller, order_no).order_id, order_no=order_no, to=caller.name, now=caller.now
    )
    if isinstance(advised, Refused):
        raise problems.Raised(problems.status_of(advised), advised)
    return answers.json(advised)


@router.post(
    "/orders/{order_no}/advice/{advice_id}/accept",
    summary="Accept a proposal",
    openapi_extra=schemas.of(body=Empty, example={}, answer=answers.Told),
)
def accept(
    order_no: pages.Key,
    advice_id: AdviceId,
    caller: Caller = may("orders:write"),
    body: Empty = bodies.one(Empty),
) -> Response:
    """The order is amended by what the proposal sets, and the acceptance counts; a second time changes nothing."""
    found = _order(caller, order_no)
    return answers.one(
        advices.accept(caller.hub, found.order_id, advice_id=advice_id, origin=caller.origin(), now=caller.now)
    )


@router.get("/advices/shares", summary="How often advice is accepted", openapi_extra=schemas.of(answer=Shares))
def shares(caller: Caller = may("orders:read"), days: Days = 30) -> Response:
    """By rule, those shown most first; orders outside the key's scope do not count."""
    since = caller.now - dt.timedelta(days=days)
    with caller.reading() as connection:
        found = advices_query.shares(connection, viewer=caller.viewer, since=since, until=caller.now)
    return answers.json(Shares(found))


def _order(caller: Caller, order_no: str) -> scopes.Found:
    with caller.reading() as connection:
        found = scopes.orders(connection, caller.viewer, [order_no])
    if order_no not in found:
        raise problems.Raised(404, Refused("order.unknown", {"order_id": order_no}))
    return found[order_no]
