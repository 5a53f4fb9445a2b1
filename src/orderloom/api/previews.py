"""/orders/preview: an order that is being entered, decided on and shown, and nothing kept of it."""

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from orderloom.actions import loading
from orderloom.actions import orders as orders_actions
from orderloom.api import answers, bodies, orders, problems, schemas
from orderloom.api.callers import Caller, may
from orderloom.domain.orders import commands
from orderloom.inbox import order_bodies as ob
from orderloom.kit.refusals import Refused
from orderloom.trials import preview

router = APIRouter(prefix="/orders", tags=["orders"])


@router.post(
    "/preview",
    summary="Show what an order would come to",
    openapi_extra=schemas.of(body=ob.OrderBody, example=ob.ORDER_EXAMPLE, answer=preview.Proposed),
)
async def show(
    request: Request, caller: Caller = may("orders:write"), body: ob.OrderBody = bodies.one(ob.OrderBody)
) -> Response:
    """Prices, promotions, credit, stock, warehouses and promise are worked out as for an order that a person waits for;
    no number is taken and nothing is reserved. What it would be refused with is the answer's problem."""
    return answers.json(await run_in_threadpool(_shown, caller, request.state.raw))


def _shown(caller: Caller, raw: bytes) -> preview.Proposed:
    wished = orders.wish(caller, raw, "api", None)
    asked = wished.refused
    if asked is None:
        (asked,) = orders_actions.prepare_each(
            caller.hub, [(wished.placing, wished.origin)], now=caller.now, numbered=False
        )
    if isinstance(asked, Refused):
        raise problems.Raised(problems.status_of(asked), asked)
    assert isinstance(asked.command, commands.Place)
    with caller.reading() as connection, connection.transaction(force_rollback=True):
        loaded = loading.load(connection, caller.hub, [asked.command], now=caller.now, locked=False)
        shown = preview.placing(loaded, asked.command)
    return problems.fit(shown)
