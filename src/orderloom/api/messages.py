"""/messages: what is in quarantine and why; open one; send it again, repaired or as it is; give it up."""

import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Path, Query, Response

from orderloom.actions import audit, discards, intake
from orderloom.api import answers, bodies, pages, problems, schemas
from orderloom.api.callers import Caller, may
from orderloom.deciding.work import Outcome
from orderloom.domain.mappings import drafts
from orderloom.inbox import order_bodies as ob
from orderloom.inbox import quarantine
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import messages

router = APIRouter(prefix="/messages", tags=["messages"])

MessageId = Annotated[uuid.UUID, Path()]
_Since = Annotated[dt.datetime | None, Query(description="RFC 3339; without a zone it is UTC.")]
_MANY = {"message_ids": ["01985bf0-0000-7000-8000-000000000000"]}
State = Literal["quarantined", "done", "repeated", "refused", "received", "sent_again", "discarded"]
_Ids = Annotated[list[uuid.UUID], msgspec.Meta(min_length=1, max_length=limits.BATCH_ORDERS_MAX)]
_Places = Annotated[dict[str, Any], msgspec.Meta(max_length=limits.REPAIRED_PLACES_MAX)]


class SendBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """With nothing the message is sent as it came, once what it lacked is there. Else with `changes`, values by their
    places in it (`/messages/{message_id}/anatomy`), the repaired `order` of a message in our own shape, or the repaired
    `content` of any other; `mapping` reads it by another mapping."""

    order: ob.OrderBody | None = None
    content: Any = None
    changes: _Places = {}
    mapping: dict[str, Any] = {}


class ManyBody(msgspec.Struct, forbid_unknown_fields=True):
    """Messages of quarantine."""

    message_ids: _Ids


class DiscardBody(msgspec.Struct, forbid_unknown_fields=True):
    """Messages of quarantine that are given up, and why."""

    message_ids: _Ids
    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.TEXT_CHARS_MAX)]


class Leaf(msgspec.Struct):
    """See `inbox.anatomies.Leaf`; what is wrong, in words."""

    place: str
    name: str
    value: Any
    target: str
    row: int | None
    masked: bool
    missing: bool
    problems: list[problems.Said]


class Apart(msgspec.Struct):
    """A message taken apart: its values, each at its place, what fills what and what is wrong; people masked as the
    caller's role has it. `content` is all of it as a tree."""

    message: messages.Row
    shape: Literal["rows", "record", "text"]
    mapping: str
    leaves: list[Leaf]
    content: Any
    problems: list[problems.Said]
    cut: bool


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
    reason: Annotated[pages.Name, Query(description="The code of what is wrong.")] = None,
    external_no: pages.Name = None,
    received_from: _Since = None,
    received_to: _Since = None,
    cursor: pages.Cursor = None,
    count: pages.Count = 50,
) -> Response:
    """Their reasons in words; their text stays sealed."""
    filters = messages.Filters(
        state=state, channel=channel, import_id=import_id, reason=reason, external_no=external_no,
        received_from=pages.instant(received_from), received_to=pages.instant(received_to),
    )  # fmt: skip
    with caller.reading() as connection:
        return answers.json(
            messages.page(connection, viewer=caller.viewer, filters=filters, cursor=cursor, count=count)
        )


@router.get("/facets", summary="What the messages may be narrowed to", openapi_extra=schemas.of(answer=messages.Facets))
def facets(
    caller: Caller = may("messages:read"),
    state: State = "quarantined",
    channel: pages.Name = None,
    import_id: uuid.UUID | None = None,
    reason: pages.Name = None,
    received_from: _Since = None,
    received_to: _Since = None,
) -> Response:
    """How many wait for which reason and in which channel."""
    filters = messages.Filters(
        state=state, channel=channel, import_id=import_id, reason=reason, received_from=pages.instant(received_from),
        received_to=pages.instant(received_to),
    )  # fmt: skip
    with caller.reading() as connection:
        return answers.json(messages.facets(connection, viewer=caller.viewer, filters=filters))


@router.post(
    "/send",
    summary="Send many messages again",
    openapi_extra=schemas.of(body=ManyBody, example=_MANY, answer=answers.Outcomes, also={207: "Some wait again."}),
)
def send_many(caller: Caller = may("messages:write"), body: ManyBody = bodies.one(ManyBody)) -> Response:
    """As they came, once what they lacked is there: an outcome for each, in order. What is still wrong waits again."""
    by_channel: dict[str, list[uuid.UUID]] = {}
    told: dict[uuid.UUID, Outcome | Refused] = {}
    for message_id in dict.fromkeys(body.message_ids):
        found = _seen(caller, message_id)
        if found is None or found.state != "quarantined" or not caller.viewer.has_channel(found.channel):
            told[message_id] = Refused("message.unknown", {"message_id": str(message_id)})
        else:
            by_channel.setdefault(found.channel, []).append(message_id)
    for channel, ids in by_channel.items():
        audit.sent_again(caller.hub, ids, actor=caller.name, origin=caller.place, now=caller.now)
        taken = quarantine.send_again(
            caller.hub, ids, origin=caller.origin(channel, door="channel"), now=caller.now
        )  # fmt: skip
        told.update({message_id: _outcome(each) for message_id, each in zip(ids, taken, strict=True)})
    return answers.many([told[each] for each in body.message_ids])


@router.post(
    "/discard",
    summary="Give messages up",
    openapi_extra=schemas.of(
        body=DiscardBody, example={**_MANY, "reason": "测试单"}, answer=answers.Dones, also={207: "Some did not wait."}
    ),
)
def discard(caller: Caller = may("messages:write"), body: DiscardBody = bodies.one(DiscardBody)) -> Response:
    """They are kept as they came, with who gave them up and why, and wait no longer. It can be taken back."""
    return _each(caller, body.message_ids, lambda ids: discards.discard(
        caller.hub, ids, why=body.reason, actor=caller.name, origin=caller.place, now=caller.now
    ))  # fmt: skip


@router.post(
    "/restore",
    summary="Let messages wait again that were given up",
    openapi_extra=schemas.of(body=ManyBody, example=_MANY, answer=answers.Dones, also={207: "Some were not given up."}),
)
def restore(caller: Caller = may("messages:write"), body: ManyBody = bodies.one(ManyBody)) -> Response:
    """In quarantine, for the reason for which they did."""
    return _each(caller, body.message_ids, lambda ids: discards.restore(
        caller.hub, ids, actor=caller.name, origin=caller.place, now=caller.now
    ))  # fmt: skip


@router.get("/{message_id}/anatomy", summary="Take a message apart", openapi_extra=schemas.of(answer=Apart))
def anatomy(message_id: MessageId, caller: Caller = may("messages:open")) -> Response:
    """Its values, each with what it fills and what is wrong there; who looked is written into the audit trail."""
    row, _ = _open(caller, message_id)
    found = problems.fit(quarantine.apart(caller.hub, message_id, masks=caller.viewer.masks))
    leaves = [
        Leaf(each.place, each.name, each.value, each.target, each.row, each.masked, each.missing,
             [problems.say(said) for said in each.problems])
        for each in found.leaves
    ]  # fmt: skip
    whole = [problems.say(each) for each in found.problems]
    return answers.json(Apart(row, found.shape, found.mapping, leaves, found.content, whole, found.cut))


@router.get(
    "/{message_id}/tries", summary="Every try of a message", openapi_extra=schemas.of(answer=list[messages.Try])
)
def tries(message_id: MessageId, caller: Caller = may("messages:read")) -> Response:
    """The message with those that it repairs and those that repair it, the first first, and what became of each."""
    _row(caller, message_id)
    with caller.reading() as connection:
        return answers.json(messages.tries(connection, viewer=caller.viewer, message_id=message_id))


@router.get("/{message_id}", summary="Open one message", openapi_extra=schemas.of(answer=Opened))
def opened(message_id: MessageId, caller: Caller = may("messages:open")) -> Response:
    """What came, byte for byte; who looked is written into the audit trail. To whom people are masked they are masked
    here too, unless `people:reveal` is given."""
    row, raw = _open(caller, message_id)
    if not caller.viewer.masks or caller.viewer.may("people:reveal"):
        return answers.json(Opened(row, raw.decode("utf-8", "backslashreplace")))
    found = problems.fit(quarantine.apart(caller.hub, message_id, masks=caller.viewer.masks))
    return answers.json(Opened(row, msgspec.json.encode(found.content).decode()))


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
    if sum((body.order is not None, body.content is not None, bool(body.changes))) > 1:
        raise problems.Raised(422, Refused("message.one_repair"))
    if body.order is not None:
        repaired[message_id] = msgspec.json.encode(body.order)
    elif body.content is not None:
        repaired[message_id] = msgspec.json.encode(body.content)
    elif body.changes:
        repaired[message_id] = problems.fit(quarantine.repaired(caller.hub, message_id, body.changes))
    channel = found.channel or (body.order.channel if body.order is not None else "")
    if not caller.viewer.has_channel(channel):
        raise problems.Raised(403, Refused("channel.out_of_scope", {"channel": channel}))
    if found.state == "quarantined":
        audit.sent_again(caller.hub, [message_id], actor=caller.name, origin=caller.place, now=caller.now)
    (taken,) = quarantine.send_again(
        caller.hub, [message_id], origin=caller.origin(channel, door="channel"), repaired=repaired,
        document=body.mapping or None, now=caller.now,
    )  # fmt: skip
    outcome = _outcome(taken)
    if isinstance(outcome, Refused):
        raise problems.Raised(problems.status_of(outcome), outcome)
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


def _outcome(taken: intake.Taken | Refused) -> Outcome | Refused:
    """What became of a message that was sent again; where it waits again, under which id."""
    if isinstance(taken, Refused):
        return taken
    if taken.refused is not None:
        return Refused(taken.refused.code, {**taken.refused.data, "message_id": str(taken.message_id)})
    outcome = taken.outcome or Outcome(taken.message_id, order_id=taken.order_id, order_no=taken.order_no)
    outcome.external_no, outcome.repeated = taken.external_no, taken.repeated
    return outcome


def _each(
    caller: Caller, message_ids: Sequence[uuid.UUID], work: Callable[[list[uuid.UUID]], list[Refused | None]]
) -> Response:
    """Do it to those in scope; the others are as if they were not there."""
    seen = [found.message_id for each in dict.fromkeys(message_ids)
            if (found := _seen(caller, each)) is not None and caller.viewer.has_channel(found.channel)]  # fmt: skip
    done = dict(zip(seen, work(seen), strict=True)) if seen else {}
    return answers.dones([
        done[each] if each in done else Refused("message.unknown", {"message_id": str(each)})
        for each in message_ids
    ])  # fmt: skip


def _seen(caller: Caller, message_id: uuid.UUID) -> messages.Row | None:
    with caller.reading() as connection:
        found = messages.sealed(connection, viewer=caller.viewer, message_id=message_id)
    return found[0] if found is not None else None


def _row(caller: Caller, message_id: uuid.UUID) -> messages.Row:
    found = _seen(caller, message_id)
    if found is None:
        raise problems.Raised(404, Refused("message.unknown", {"message_id": str(message_id)}))
    return found


def _open(caller: Caller, message_id: uuid.UUID) -> tuple[messages.Row, bytes]:
    row = _row(caller, message_id)
    raw = problems.fit(
        audit.open_message(caller.hub, message_id, actor=caller.name, origin=caller.place, now=caller.now)
    )
    return row, raw
