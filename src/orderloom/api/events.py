"""/events: what happened, by position: a page after one, or a stream of Server-Sent Events that goes on.

One stream carries every topic; `Last-Event-ID` is the position a browser saw last, so nothing is missed over a broken
connection. A position is given by the relay within moments of the commit, and never changes.
"""

import asyncio
from collections.abc import AsyncIterator
from typing import Annotated

import msgspec
from fastapi import APIRouter, Header, Query, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from orderloom.api import answers, pages, problems, schemas
from orderloom.api.callers import Caller, may
from orderloom.domain.envelopes import CloudEvent
from orderloom.kit import clock, limits
from orderloom.kit.refusals import Refused
from orderloom.queries import events

router = APIRouter(prefix="/events", tags=["events"])

Topics = Annotated[
    list[pages.Item] | None,
    Query(max_length=50, description="Events whose type begins with one of these words: order, stock.adjusted …"),
]
_Position = Annotated[int, Query(ge=0, le=2**62, description="The position after which to begin.")]


@router.get("", summary="Events after a position", openapi_extra=schemas.of(answer=events.Read))
def page(
    caller: Caller = may("events:read"),
    after: _Position = 0,
    count: Annotated[int, Query(ge=1, le=limits.PAGE_ROWS_MAX)] = 100,
    topics: Topics = None,
) -> Response:
    """`position` is how far was looked: ask again from there."""
    with caller.reading() as connection:
        found = events.after(connection, viewer=caller.viewer, position=after, count=count)
    found.events = [each for each in found.events if _wanted(each.type, topics)]
    return answers.json(found)


@router.get(
    "/stream",
    summary="Events as they happen",
    openapi_extra={
        "responses": {
            "200": {
                "description": "Events as they happen.",
                "content": {"text/event-stream": {"schema": {"type": "string"}}},
            }
        }
    },
)
async def stream(
    caller: Caller = may("events:read"),
    after: Annotated[int | None, Query(ge=0, le=2**62, description="Begin after this position; else now.")] = None,
    topics: Topics = None,
    last_event_id: Annotated[str, Header(max_length=20, pattern=pages.NO_NUL)] = "",
) -> Response:
    """Server-Sent Events: `id` is the position, `event` the type, `data` the event as CloudEvents 1.0 has it."""
    if last_event_id.isascii() and last_event_id.isdigit() and len(last_event_id) < 19:
        after = int(last_event_id)
    if after is None:
        after = await run_in_threadpool(_last, caller)
    if caller.door.streams >= limits.STREAMS_MAX:
        busy = Refused("door.too_many_streams", {"most": limits.STREAMS_MAX})
        raise problems.Raised(503, busy, headers={"Retry-After": "5"})
    return StreamingResponse(
        _follow(caller, after, topics), media_type="text/event-stream", headers={"X-Accel-Buffering": "no"}
    )


async def _follow(caller: Caller, position: int, topics: list[str] | None) -> AsyncIterator[bytes]:
    """Read on while the connection and the key last; a line of comment now and then keeps proxies from closing it."""
    loop = asyncio.get_running_loop()
    look_again_at = loop.time() + limits.STREAM_LOOK_SECONDS
    with caller.door.streaming():
        yield b"retry: 2000\n\n"
        # Whether the other side has gone is the response's to hear: two that listen take each other's word.
        while not caller.door.closing:
            found = await run_in_threadpool(_after, caller, position)
            position = found.position
            wanted = (events.enveloped(each, workspace=caller.hub.workspace) for each in found.events
                      if _wanted(each.type, topics))  # fmt: skip
            if told := b"".join(map(_frame, wanted)):
                yield told
            if loop.time() >= look_again_at:
                look_again_at = loop.time() + limits.STREAM_LOOK_SECONDS
                if not await caller.still_valid(clock.now()):
                    return
                yield f": {position}\n\n".encode()
            if len(found.events) < limits.PAGE_ROWS_MAX:
                await asyncio.sleep(limits.STREAM_POLL_SECONDS)


def _after(caller: Caller, position: int) -> events.Read:
    with caller.reading() as connection:
        return events.after(connection, viewer=caller.viewer, position=position)


def _last(caller: Caller) -> int:
    with caller.reading() as connection:
        return events.last_position(connection)


def _frame(event: CloudEvent) -> bytes:
    return b"id: %b\nevent: %b\ndata: %b\n\n" % (
        event.sequence.encode(),
        event.type.encode(),
        msgspec.json.encode(event),
    )


def _wanted(type_: str, topics: list[str] | None) -> bool:
    return not topics or any(type_ == each or type_.startswith(f"{each}.") for each in topics)
