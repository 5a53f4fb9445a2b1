"""/messages: what is in quarantine and why; open one; send it again, repaired or as it is."""

import asyncio
import uuid
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Path, Request, Response
from starlette.concurrency import run_in_threadpool

from orderloom.actions import audit
from orderloom.api import answers, bodies, orders, pages, problems, schemas
from orderloom.api.callers import Caller, may
from orderloom.deciding.work import Outcome
from orderloom.inbox import order_bodies as ob
from orderloom.kit.refusals import Refused
from orderloom.queries import messages
from orderloom.store import messages as messages_store

router = APIRouter(prefix="/messages", tags=["messages"])

MessageId = Annotated[uuid.UUID, Path()]
State = Literal["quarantined", "done", "repeated", "refused", "received"]


class SendBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The repaired order; left out, the message is sent as it came."""

    order: ob.OrderBody | None = None


class Opened(msgspec.Struct):
    """A message with what came, as text; bytes that are no UTF-8 stand as escapes."""

    message: messages.Row
    text: str


@router.get("", summary="Messages by state, the oldest first", openapi_extra=schemas.of(answer=messages.Page))
def page(
    caller: Caller = may("messages:read"),
    state: State = "quarantined",
    channel: pages.Name = None,
    import_id: uuid.UUID | None = None,
    cursor: pages.Cursor = None,
    count: pages.Count = 50,
) -> Response:
    """Their reasons in words; their text stays sealed."""
    filters = messages.Filters(state=state, channel=channel, import_id=import_id)
    with caller.reading() as connection:
        return answers.json(
            messages.page(connection, viewer=caller.viewer, filters=filters, cursor=cursor, count=count)
        )


@router.get("/{message_id}", summary="Open one message", openapi_extra=schemas.of(answer=Opened))
def opened(message_id: MessageId, caller: Caller = may("messages:open")) -> Response:
    """What came, byte for byte; who looked is written into the audit trail."""
    row, raw = _open(caller, message_id)
    return answers.json(Opened(row, raw.decode("utf-8", "backslashreplace")))


@router.post(
    "/{message_id}/send",
    summary="Send a message again",
    openapi_extra=schemas.of(
        body=SendBody, example={}, answer=answers.Told, status=201, also={200: "Its order was there."}
    ),
)
async def send(
    request: Request,
    message_id: MessageId,
    caller: Caller = may("messages:write"),
    body: SendBody = bodies.one(SendBody),
) -> Response:
    """As it came, once what it lacked is there, or repaired. When its order is there it leaves the quarantine."""
    row, raw = await run_in_threadpool(_open, caller, message_id)
    if row.door != "http":
        raise problems.Raised(409, Refused("message.of_a_file", {"door": row.door}))
    wish = orders.wish(caller, msgspec.json.encode(body.order) if body.order is not None else raw, "channel", None)
    wish.placing.message = None
    outcome = await asyncio.wrap_future(caller.gatherer.submit(wish, now=caller.now))
    if outcome.refused is None and outcome.order_id is not None:
        await run_in_threadpool(_settle, caller, message_id, outcome)
    return answers.one(outcome, created=True)


def _open(caller: Caller, message_id: uuid.UUID) -> tuple[messages.Row, bytes]:
    with caller.reading() as connection:
        found = messages.sealed(connection, viewer=caller.viewer, message_id=message_id)
    if found is None:
        raise problems.Raised(404, Refused("message.unknown", {"message_id": str(message_id)}))
    raw = audit.open_message(caller.hub, message_id, actor=caller.name, origin=str(caller.key_id), now=caller.now)
    if isinstance(raw, Refused):
        raise problems.Raised(problems.status_of(raw), raw)
    return found[0], raw


def _settle(caller: Caller, message_id: uuid.UUID, outcome: Outcome) -> None:
    """The message has become this order, and waits no more."""
    with caller.hub.database.workspace(caller.hub.workspace) as connection:
        kept = messages_store.kept(connection, [message_id])
        for message in kept.values():
            message.state, message.became, message.reason, message.awaits = "done", "order", None, ""
            message.order_id, message.order_n, message.rows_refused = outcome.order_id, len(outcome.events), 0
        messages_store.resolve(connection, list(kept.values()))
