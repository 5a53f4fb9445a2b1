"""/orders/{order_no}/…: amend with its preview, cancel, hold, release, pay, split, retry."""

import asyncio
import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from orderloom.actions import gather, loading, parties, transact
from orderloom.actions import orders as orders_actions
from orderloom.api import answers, bodies, problems, schemas
from orderloom.api.callers import Caller, may
from orderloom.deciding.work import Outcome
from orderloom.domain.orders import commands, door, state
from orderloom.inbox import fitness
from orderloom.inbox import order_bodies as ob
from orderloom.kit.refusals import Refused
from orderloom.queries import scopes
from orderloom.store import facts
from orderloom.trials import preview

router = APIRouter(prefix="/orders", tags=["orders"])

OrderNo = Annotated[str, Path(min_length=1, max_length=128, pattern=r"^[^\x00]+$")]
_Make = Callable[[scopes.Found], transact.Asked]
_OrderNos = Annotated[list[ob.Named], msgspec.Meta(min_length=1, max_length=1_000)]


class CancelBody(msgspec.Struct, forbid_unknown_fields=True):
    """Why an order is cancelled."""

    reason: ob.Text


class ManyBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Orders by number, and why."""

    order_nos: _OrderNos
    reason: ob.Text = ""


class HoldBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A hold by hand: its code, the reason in both languages, the steps it blocks, who owns it, until when."""

    code: ob.Named
    reason: state.Text
    blocks: Annotated[list[ob.Named], msgspec.Meta(max_length=20)] = msgspec.field(
        default_factory=lambda: [*door.BLOCKS_DEFAULT]
    )
    owner: ob.Word = ""
    line_no: ob.LineNo | None = None
    suggestion: ob.Text = ""
    expires_at: ob.Instant | None = None


class ReleaseBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Which hold is taken off, and why."""

    code: ob.Named
    reason: ob.Text
    line_no: ob.LineNo | None = None


class HoldManyBody(HoldBody, kw_only=True):
    """Orders by number, and the hold that each of them gets."""

    order_nos: _OrderNos


class ReleaseManyBody(ReleaseBody, kw_only=True):
    """Orders by number, and the hold that is taken off each of them."""

    order_nos: _OrderNos


class AmendManyBody(msgspec.Struct, forbid_unknown_fields=True):
    """Orders by number, and what changes on each of them."""

    order_nos: _OrderNos
    change: ob.AmendBody


class PayBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Money that came in (negative: went back). The same payment_no counts once."""

    payment_no: ob.Named
    method: ob.Word
    amount_minor: Annotated[int, msgspec.Meta(ge=-(10**13), le=10**13)]
    paid_at: ob.Instant | None = None
    reference: ob.Word = ""


class SplitLine(msgspec.Struct, forbid_unknown_fields=True):
    """Units of a line that move to a shipment of their own."""

    line_no: ob.LineNo
    quantity: Annotated[int, msgspec.Meta(ge=1, le=10**9)]


class SplitBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which units of which shipment move."""

    shipment_no: ob.Named
    lines: Annotated[list[SplitLine], msgspec.Meta(min_length=1, max_length=5_000)]


class ResumeBody(msgspec.Struct, forbid_unknown_fields=True):
    """`draft_id` is the `command_id` of the outcome that was refused."""

    draft_id: uuid.UUID


class Empty(msgspec.Struct, forbid_unknown_fields=True):
    """Nothing needs to be said."""


@router.post(
    "/cancel",
    summary="Cancel many orders",
    openapi_extra=schemas.of(
        body=ManyBody,
        example={"order_nos": ["OL-20260218-000123"], "reason": "客户取消"},
        answer=answers.Outcomes,
        also={207: "Some were refused."},
    ),
)
async def cancel_many(
    request: Request, caller: Caller = may("orders:write"), body: ManyBody = bodies.one(ManyBody)
) -> Response:
    """Orders that have left the house are refused; cancelled twice is cancelled once."""
    return await _many(request, caller, body.order_nos, lambda said: commands.Cancel(**said, reason=body.reason))


@router.post(
    "/hold",
    summary="Put a hold on many orders",
    openapi_extra=schemas.of(
        body=HoldManyBody,
        example={
            "order_nos": ["OL-20260218-000123"],
            "code": "vague_address",
            "reason": {"zh": "地址不详", "en": "The address is vague"},
        },
        answer=answers.Outcomes,
        also={207: "Some were refused."},
    ),
)
async def hold_many(
    request: Request, caller: Caller = may("orders:write"), body: HoldManyBody = bodies.one(HoldManyBody)
) -> Response:
    """No step that the hold names is done while it is on."""
    put_on = _hold(body, caller.now)
    return await _many(request, caller, body.order_nos, lambda said: commands.Hold(**said, hold=put_on))


@router.post(
    "/release",
    summary="Take a hold off many orders",
    openapi_extra=schemas.of(
        body=ReleaseManyBody,
        example={"order_nos": ["OL-20260218-000123"], "code": "vague_address", "reason": "已与客户确认"},
        answer=answers.Outcomes,
        also={207: "Some were refused."},
    ),
)
async def release_many(
    request: Request, caller: Caller = may("orders:release"), body: ReleaseManyBody = bodies.one(ReleaseManyBody)
) -> Response:
    """What waited for it goes on; an order without this hold is refused."""

    def command(said: dict[str, Any]) -> commands.OrderCommand:
        return commands.Release(**said, code=body.code, line_no=body.line_no, reason=body.reason)

    return await _many(request, caller, body.order_nos, command)


@router.post(
    "/amend",
    summary="Amend many orders alike",
    openapi_extra=schemas.of(
        body=AmendManyBody,
        example={"order_nos": ["OL-20260218-000123"], "change": {"reason": "客户要求", "carrier_requested": "SF"}},
        answer=answers.Outcomes,
        also={207: "Some were refused."},
    ),
)
async def amend_many(
    request: Request, caller: Caller = may("orders:write"), body: AmendManyBody = bodies.one(AmendManyBody)
) -> Response:
    """Stock, credit, promotions, freight and promise of each are worked out again."""

    def command(found: scopes.Found) -> transact.Asked:
        return _amendment(caller, found, body.change)

    return await _all(request, caller, body.order_nos, command)


@router.post(
    "/retry",
    summary="Decide again what many orders still lack",
    openapi_extra=schemas.of(
        body=ManyBody,
        example={"order_nos": ["OL-20260218-000123"]},
        answer=answers.Outcomes,
        also={207: "Some were refused."},
    ),
)
async def retry_many(
    request: Request, caller: Caller = may("orders:write"), body: ManyBody = bodies.one(ManyBody)
) -> Response:
    """Stock that has come, credit that was granted: what waited for it goes on."""
    return await _many(request, caller, body.order_nos, lambda said: commands.Retry(**said))


@router.post(
    "/resume",
    summary="Try a refused attempt again",
    openapi_extra=schemas.of(
        body=ResumeBody, example={"draft_id": "019c6e5e-4dc0-7000-91b7-584a2265b1f5"}, answer=answers.Told
    ),
)
async def resume(caller: Caller = may("orders:write"), body: ResumeBody = bodies.one(ResumeBody)) -> Response:
    """As it was sent, after a grant, a deposit, or a change of the rule that refused it."""
    return answers.one(await run_in_threadpool(_resume, caller, body.draft_id))


@router.post(
    "/{order_no}/amend",
    summary="Amend an order, or show what that would do",
    openapi_extra=schemas.of(
        body=ob.AmendBody,
        example={"reason": "客户加购", "lines_set": [{"line_no": 2, "sku": "S000002", "quantity": 3, "price": "10"}]},
        answer=(answers.Told, preview.Preview),
    ),
)
async def amend(
    request: Request,
    order_no: OrderNo,
    caller: Caller = may("orders:write"),
    body: ob.AmendBody = bodies.one(ob.AmendBody),
    preview_: Annotated[bool, Query(alias="preview", description="Only show the difference; change nothing.")] = False,
) -> Response:
    """Stock, credit, promotions, freight and promise are worked out again; `preview=true` shows the difference."""
    found = await _find(caller, order_no)
    asked = await run_in_threadpool(_amendment, caller, found, body)
    if preview_:
        return answers.json(await run_in_threadpool(_preview, caller, asked))
    asked.once = bodies.once(request, request.state.raw, caller=str(caller.key_id))(0)
    return await _submit(caller, asked)


@router.post(
    "/{order_no}/cancel",
    summary="Cancel an order",
    openapi_extra=schemas.of(body=CancelBody, example={"reason": "客户取消"}, answer=answers.Told),
)
async def cancel(
    request: Request, order_no: OrderNo, caller: Caller = may("orders:write"), body: CancelBody = bodies.one(CancelBody)
) -> Response:
    """Stock and credit go back, shipments end; what has left the house is refused."""
    return await _one(request, caller, order_no, lambda said: commands.Cancel(**said, reason=body.reason))


@router.post(
    "/{order_no}/hold",
    summary="Put a hold on an order or a line",
    openapi_extra=schemas.of(
        body=HoldBody,
        example={"code": "vague_address", "reason": {"zh": "地址不详", "en": "The address is vague"}, "owner": "客服"},
        answer=answers.Told,
    ),
)
async def hold(
    request: Request, order_no: OrderNo, caller: Caller = may("orders:write"), body: HoldBody = bodies.one(HoldBody)
) -> Response:
    """No step that the hold names is done while it is on."""
    put_on = _hold(body, caller.now)
    return await _one(request, caller, order_no, lambda said: commands.Hold(**said, hold=put_on))


@router.post(
    "/{order_no}/release",
    summary="Take a hold off",
    openapi_extra=schemas.of(
        body=ReleaseBody, example={"code": "vague_address", "reason": "已与客户确认"}, answer=answers.Told
    ),
)
async def release(
    request: Request,
    order_no: OrderNo,
    caller: Caller = may("orders:release"),
    body: ReleaseBody = bodies.one(ReleaseBody),
) -> Response:
    """What waited for it goes on."""

    def command(said: dict[str, Any]) -> commands.OrderCommand:
        return commands.Release(**said, code=body.code, line_no=body.line_no, reason=body.reason)

    return await _one(request, caller, order_no, command)


@router.post(
    "/{order_no}/pay",
    summary="Book money for an order",
    openapi_extra=schemas.of(
        body=PayBody,
        example={"payment_no": "WX-20260218-77", "method": "wechat", "amount_minor": 12980},
        answer=answers.Told,
    ),
)
async def pay(
    request: Request, order_no: OrderNo, caller: Caller = may("payments:write"), body: PayBody = bodies.one(PayBody)
) -> Response:
    """Money settles what was carried on credit; the same payment number twice is once."""
    payment = state.Payment(body.payment_no, body.method, body.amount_minor, body.paid_at or caller.now, body.reference)
    return await _one(request, caller, order_no, lambda said: commands.Pay(**said, payment=payment))


@router.post(
    "/{order_no}/split",
    summary="Move units of a shipment into one of their own",
    openapi_extra=schemas.of(
        body=SplitBody,
        example={"shipment_no": "OL-20260218-000123-1", "lines": [{"line_no": 1, "quantity": 1}]},
        answer=answers.Told,
    ),
)
async def split(
    request: Request, order_no: OrderNo, caller: Caller = may("orders:write"), body: SplitBody = bodies.one(SplitBody)
) -> Response:
    """While the warehouse has not been told."""
    lines = [state.ShipmentLine(order_no, each.line_no, each.quantity) for each in body.lines]

    def command(said: dict[str, Any]) -> commands.OrderCommand:
        return commands.Split(**said, shipment_no=body.shipment_no, lines=lines)

    return await _one(request, caller, order_no, command)


@router.post(
    "/{order_no}/retry",
    summary="Decide again what an order still lacks",
    openapi_extra=schemas.of(body=Empty, example={}, answer=answers.Told),
)
async def retry(
    request: Request, order_no: OrderNo, caller: Caller = may("orders:write"), body: Empty = bodies.one(Empty)
) -> Response:
    """Stock that has come, credit that was granted: what waited for it goes on."""
    return await _one(request, caller, order_no, lambda said: commands.Retry(**said))


def _hold(body: HoldBody, now: dt.datetime) -> state.Hold:
    return state.Hold(
        code=body.code, reason=body.reason, owner=body.owner, blocks=body.blocks, line_no=body.line_no,
        suggestion=body.suggestion, expires_at=body.expires_at, at=now,
    )  # fmt: skip


def _resume(caller: Caller, draft_id: uuid.UUID) -> Outcome | Refused:
    origin = orders_actions.Origin("", "api", caller.name, caller.source)
    channels = caller.viewer.channels
    return orders_actions.resume(caller.hub, draft_id, origin=origin, now=caller.now, channels=channels)


async def _one(request: Request, caller: Caller, order_no: str, make: Any) -> Response:
    found = await _find(caller, order_no)
    once = bodies.once(request, request.state.raw, caller=str(caller.key_id))(0)
    return await _submit(caller, transact.Asked(make(_said(caller, found, caller.now)), once=once))


async def _submit(caller: Caller, asked: transact.Asked) -> Response:
    return answers.one(await asyncio.wrap_future(caller.gatherer.submit(asked, now=caller.now)))


async def _many(request: Request, caller: Caller, order_nos: Sequence[str], make: Any) -> Response:
    return await _all(request, caller, order_nos, lambda found: transact.Asked(make(_said(caller, found, caller.now))))


async def _all(request: Request, caller: Caller, order_nos: Sequence[str], make: _Make) -> Response:
    found = await run_in_threadpool(_found, caller, order_nos)
    made = await run_in_threadpool(lambda: [make(found[each]) if each in found else None for each in order_nos])
    once = bodies.once(request, request.state.raw, caller=str(caller.key_id))
    futures: list[gather.Future | None] = []
    for number, asked in enumerate(made):
        if asked is not None:
            asked.once = once(number)
            futures.append(caller.gatherer.submit(asked, lane="bulk", now=caller.now))
        else:
            futures.append(None)
    done = iter(await answers.all_of([each for each in futures if each is not None]))
    return answers.many(
        [
            next(done) if future is not None else Refused("order.unknown", {"order_id": order_no})
            for order_no, future in zip(order_nos, futures, strict=True)
        ]
    )


async def _find(caller: Caller, order_no: str) -> scopes.Found:
    found = await run_in_threadpool(_found, caller, [order_no])
    if order_no not in found:
        raise problems.Raised(404, Refused("order.unknown", {"order_id": order_no}))
    return found[order_no]


def _found(caller: Caller, order_nos: Sequence[str]) -> dict[str, scopes.Found]:
    with caller.hub.database.workspace(caller.hub.workspace) as connection:
        return scopes.orders(connection, caller.viewer, order_nos)


def _said(caller: Caller, found: scopes.Found, now: dt.datetime) -> dict[str, Any]:
    return {
        "command_id": caller.hub.ids.new(now),
        "actor": caller.name,
        "source": caller.source,
        "at": now,
        "order_id": found.order_id,
    }


def _amendment(caller: Caller, found: scopes.Found, body: ob.AmendBody) -> transact.Asked:
    try:
        stated, changed = ob.lines(body.lines_set, found.currency, under="$.lines_set"), ob.changed(body)
    except fitness.Unfit as unfit:
        raise problems.Raised(422, unfit.refused, errors=[(unfit.place, unfit.refused)]) from None
    with caller.hub.database.workspace(caller.hub.workspace) as connection:
        known = facts.skus(connection, {line.sku for line in stated})
    lines_set = orders_actions.lines_of(stated, known, found.currency)
    if isinstance(lines_set, Refused):
        raise problems.Raised(409, lines_set)
    party, person = (None, None)
    if body.consignee is not None:
        with caller.hub.database.workspace(caller.hub.workspace) as connection:
            to = parties.kept(caller.hub, connection, ob.person(body.consignee), order_id=found.order_id)
        party, person = parties.seal(caller.hub, to)
    command = commands.Amend(
        **_said(caller, found, caller.now),
        changed=changed,
        lines_set=lines_set,
        lines_removed=body.lines_removed,
        lines_reduced=body.lines_reduced,
        consignee=party,
        reason=body.reason,
    )
    return transact.Asked(command, persons=[person] if person is not None else [])


def _preview(caller: Caller, asked: transact.Asked) -> preview.Preview:
    with caller.hub.database.workspace(caller.hub.workspace) as connection:
        loaded = loading.load(connection, caller.hub, [asked.command], now=caller.now, locked=False)
        shown = preview.change(loaded, asked.command)
    if isinstance(shown, Refused):
        raise problems.Raised(problems.status_of(shown), shown)
    return shown
