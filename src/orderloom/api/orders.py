"""/orders: take orders in, one, many or a stream of them; list them, look at one, and change it."""

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from orderloom.actions import gather, messages
from orderloom.actions import orders as orders_actions
from orderloom.api import answers, bodies, callers, problems, schemas
from orderloom.api.callers import Caller, may
from orderloom.domain.mappings import drafts
from orderloom.inbox import fitness
from orderloom.inbox import order_bodies as ob
from orderloom.inbox import orders as inbox_orders
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import scopes

router = APIRouter(prefix="/orders", tags=["orders"])

_one = msgspec.json.Decoder(ob.OrderBody)
_many = msgspec.json.Decoder(bodies.list_of(msgspec.Raw))
_told = msgspec.json.Encoder(decimal_format="string").encode
OrderNo = Annotated[str, Path(min_length=1, max_length=128, pattern=r"^[^\x00]+$")]
Wait = Annotated[bool, Query(description="A person waits: rules may refuse. Else nothing is refused, it is held.")]


class _Peek(msgspec.Struct):
    """What can be read of an order that cannot be read."""

    channel: str = ""
    external_no: str = ""


_peek = msgspec.json.Decoder(_Peek)


@router.post(
    "",
    summary="Place orders: one object, an array, or a line of NDJSON each",
    openapi_extra=schemas.of(
        body=(ob.OrderBody, bodies.list_of(ob.OrderBody)),
        example=ob.ORDER_EXAMPLE,
        answer=(answers.Told, answers.Outcomes),
        status=201,
        also={200: "One that was there already, or many of which none was refused.", 207: "Many; some were refused."},
        body_kind="lines",
    ),
)
async def place(request: Request, caller: Caller = may("orders:write"), wait: Wait = False) -> Response:
    """An order is taken in once: the same (channel, external_no) again gets its first order as `repeated`; what it says
    anew changes that order, or is refused."""
    door = "api" if wait else "channel"
    if bodies.kind(request, bodies.JSON, bodies.NDJSON) == bodies.NDJSON:
        return await _stream(request, caller, door)
    raw = await bodies.read(request)
    if raw.lstrip()[:1] == b"[":
        return await _place_many(request, caller, raw, door)
    once = bodies.once(request, raw, caller=str(caller.key_id))(0)
    try:
        wished = await _wished(caller, raw, door, once)
    except problems.Raised as malformed:
        if malformed.status == 422 and not wait:
            await asyncio.wrap_future(_quarantine(caller, raw, door, malformed.refused))
        raise
    outcome = await asyncio.wrap_future(caller.gatherer.submit(wished, now=caller.now))
    return answers.one(outcome, created="order.received" in outcome.events)


async def _place_many(request: Request, caller: Caller, raw: bytes, door: str) -> Response:
    once = bodies.once(request, raw, caller=str(caller.key_id))
    items = bodies.decode(_many, raw)
    wishes = [await _wish_or_refused(caller, bytes(each), door, once(number)) for number, each in enumerate(items)]
    return answers.many(await _all(caller, wishes))


async def _all(caller: Caller, wishes: Sequence[gather.Placed | Refused]) -> list[gather.Outcome | Refused]:
    asked = [each for each in wishes if isinstance(each, gather.Placed)]
    done = iter(await answers.all_of([caller.gatherer.submit(each, lane="bulk", now=caller.now) for each in asked]))
    return [each if isinstance(each, Refused) else next(done) for each in wishes]


async def _stream(request: Request, caller: Caller, door: str) -> Response:
    """Orders are carried out as they come; the outcomes are told when the body has ended, so that a caller who sends
    all before reading never blocks the connection. Sent again after a broken connection, what was done is repeated."""
    file = tempfile.SpooledTemporaryFile(max_size=limits.BODY_BYTES_MAX)  # noqa: SIM115
    try:
        async for chunk in _chunks(bodies.lines(request)):
            wishes = [await _wish_or_refused(caller, line, door, None) for line in chunk]
            outcomes = await _all(caller, wishes)
            file.writelines(_told(answers.told(each)) + b"\n" for each in outcomes)
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return StreamingResponse(_parts(file), media_type=bodies.NDJSON)


async def _chunks(lines: AsyncIterator[bytes]) -> AsyncIterator[list[bytes]]:
    chunk: list[bytes] = []
    async for line in lines:
        chunk.append(line)
        if len(chunk) == limits.BATCH_ORDERS_MAX:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _parts(file: Any) -> Iterator[bytes]:
    with file:
        while part := file.read(limits.FIELD_BYTES_MAX):
            yield part


def wish(caller: Caller, raw: bytes, door: str, once: Any) -> gather.Placed:
    """The order that these bytes say, with the bytes. Raises a problem 422 or 403."""
    body = bodies.decode(_one, raw)
    if not caller.viewer.sees_channel(body.channel):
        raise problems.Raised(403, Refused("channel.out_of_scope", {"channel": body.channel}))
    if (stranger := not_own(caller, body.customer_no, channel=body.channel, external_no=body.external_no)) is not None:
        raise problems.Raised(403, stranger)
    refused = None
    if len(body.lines) > limits.LINES_MAX:
        refused = Refused("order.too_many_lines", {"lines": len(body.lines), "most": limits.LINES_MAX})
        draft = drafts.Draft(body.external_no)
    else:
        try:
            draft = ob.draft(body)
        except fitness.Unfit as unfit:
            raise problems.Raised(422, unfit.refused, errors=[(unfit.place, unfit.refused)]) from None
    message = messages.received(
        caller.hub, raw, channel=body.channel, external_no=body.external_no, door=ob.DOOR, now=caller.now
    )
    command_id = caller.hub.ids.new(caller.now)
    placing = orders_actions.Placing(draft, message, once, command_id)
    read = inbox_orders.Readings(caller.hub)
    return gather.Placed(placing, caller.origin(body.channel, door=door), refused, read)


async def _wished(caller: Caller, raw: bytes, door: str, once: Any) -> gather.Placed:
    """The order, made in a thread where its customer has to be looked up."""
    if caller.viewer.owners is None:
        return wish(caller, raw, door, once)
    return await run_in_threadpool(wish, caller, raw, door, once)


async def _wish_or_refused(caller: Caller, raw: bytes, door: str, once: Any) -> gather.Placed | Refused:
    """The order, or the same bytes to be kept in quarantine with what is wrong with them."""
    try:
        return await _wished(caller, raw, door, once)
    except problems.Raised as malformed:
        if malformed.status != 422:
            return malformed.refused
        return _unreadable(caller, raw, door, malformed.refused)


def _quarantine(caller: Caller, raw: bytes, door: str, refused: Refused) -> gather.Future:
    return caller.gatherer.submit(_unreadable(caller, raw, door, refused), now=caller.now)


def _unreadable(caller: Caller, raw: bytes, door: str, refused: Refused) -> gather.Placed:
    try:
        bodies.refuse_nul(raw)
        peeked = _peek.decode(raw)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError, bodies.Nul):
        peeked = _Peek()
    channel, external_no = peeked.channel[:128], peeked.external_no[:128]
    message = messages.received(caller.hub, raw, channel=channel, external_no=external_no, door=ob.DOOR, now=caller.now)
    placing = orders_actions.Placing(drafts.Draft(external_no), message, None, caller.hub.ids.new(caller.now))
    return gather.Placed(placing, caller.origin(channel, door=door), refused)


__all__ = ["callers", "router"]


def not_own(caller: Caller, customer_no: str, *, channel: str, external_no: str) -> Refused | None:
    """Why a caller who is limited to own customers may not place this order: its customer is another's, or its number
    is another customer's order, which it would change."""
    if caller.viewer.owners is None:
        return None
    with caller.reading() as connection:
        if not scopes.customers(connection, caller.viewer, [customer_no]).get(customer_no):
            return Refused("customer.out_of_scope", {"customer_no": customer_no})
        if external_no and scopes.taken(connection, caller.viewer, channel=channel, external_no=external_no):
            return Refused("order.number_taken", {"external_no": external_no})
    return None
