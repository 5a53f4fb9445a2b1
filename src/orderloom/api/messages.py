"""/messages: what is in quarantine and why; open one; send it again, repaired or as it is."""

import uuid
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Path, Response

from orderloom.actions import audit, intake
from orderloom.api import answers, bodies, pages, problems, schemas
from orderloom.api.callers import Caller, may
from orderloom.deciding.work import Outcome
from orderloom.domain.mappings import drafts
from orderloom.inbox import order_bodies as ob
from orderloom.inbox import quarantine
from orderloom.kit.refusals import Refused
from orderloom.queries import messages

router = APIRouter(prefix="/messages", tags=["messages"])

MessageId = Annotated[uuid.UUID, Path()]
State = Literal["quarantined", "done", "repeated", "refused", "received"]


class SendBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """With nothing the message is sent as it came, once what it lacked is there. Else the repaired `order` of a message
    in our own shape, or the repaired `content` of any other, as it came; `mapping` reads it by another mapping."""

    order: ob.OrderBody | None = None
    content: Any = None
    mapping: dict[str, Any] = {}


class TryBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A mapping to read the message by; with none, what it is read by now."""

    mapping: dict[str, Any] = {}


class Tried(msgspec.Struct):
    """The drafts that would be made, or why none would."""

    made: list[drafts.Draft]
    refused: problems.Said | None


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
def send(
    message_id: MessageId, caller: Caller = may("messages:write"), body: SendBody = bodies.one(SendBody)
) -> Response:
    """As a new message that takes the old one's rows over; the old one is kept as it came. What is still wrong waits
    again, with its new reason, under the `message_id` of the problem's data."""
    found = _row(caller, message_id)
    repaired = {}
    if body.order is not None:
        repaired[message_id] = msgspec.json.encode(body.order)
    elif body.content is not None:
        repaired[message_id] = msgspec.json.encode(body.content)
    channel = found.channel or (body.order.channel if body.order is not None else "")
    if not caller.viewer.has_channel(channel):
        raise problems.Raised(403, Refused("channel.out_of_scope", {"channel": channel}))
    (taken,) = quarantine.send_again(
        caller.hub, [message_id], origin=caller.origin(channel, door="channel"), repaired=repaired,
        document=body.mapping or None, now=caller.now,
    )  # fmt: skip
    refused = taken if isinstance(taken, Refused) else taken.refused
    if refused is not None or isinstance(taken, Refused):
        assert refused is not None
        waits = {"message_id": str(taken.message_id)} if isinstance(taken, intake.Taken) else {}
        refused = Refused(refused.code, {**refused.data, **waits})
        raise problems.Raised(problems.status_of(refused), refused)
    outcome = taken.outcome or Outcome(taken.message_id, order_id=taken.order_id, order_no=taken.order_no)
    outcome.external_no, outcome.repeated = taken.external_no, taken.repeated
    return answers.one(outcome, created=True)


@router.post(
    "/{message_id}/try",
    summary="See what a mapping makes of a message",
    openapi_extra=schemas.of(body=TryBody, example={}, answer=Tried),
)
def try_(message_id: MessageId, caller: Caller = may("messages:open"), body: TryBody = bodies.one(TryBody)) -> Response:
    """Nothing is changed by it; who looked is written into the audit trail."""
    _open(caller, message_id)
    tried = problems.fit(quarantine.try_mapping(caller.hub, [message_id], document=body.mapping or None))
    refused = tried[0].refused
    return answers.json(Tried(tried[0].made, problems.say(refused) if refused is not None else None))


def _row(caller: Caller, message_id: uuid.UUID) -> messages.Row:
    with caller.reading() as connection:
        found = messages.sealed(connection, viewer=caller.viewer, message_id=message_id)
    if found is None:
        raise problems.Raised(404, Refused("message.unknown", {"message_id": str(message_id)}))
    return found[0]


def _open(caller: Caller, message_id: uuid.UUID) -> tuple[messages.Row, bytes]:
    row = _row(caller, message_id)
    raw = problems.fit(
        audit.open_message(caller.hub, message_id, actor=caller.name, origin=caller.place, now=caller.now)
    )
    return row, raw
