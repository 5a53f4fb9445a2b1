"""/channels: a platform's own messages in, their health, a changed document tried on what came, catching up.

A channel itself is a document of the kind `channel`: it is drafted and published as every document is.
"""

import datetime as dt
import uuid
from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse
from starlette.concurrency import run_in_threadpool

from orderloom.actions import channels as channels_action
from orderloom.actions import intake, pushes
from orderloom.api import answers, bodies, pages, problems, schemas
from orderloom.api.callers import Caller, may
from orderloom.domain import pushes as schemes
from orderloom.domain.mappings import drafts
from orderloom.inbox import catching_up, dry_runs, shipped_channels
from orderloom.inbox import orders as inbox_orders
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import channels as channels_query
from orderloom.queries import documents as documents_query
from orderloom.store.channels import Run

router = APIRouter(prefix="/channels", tags=["channels"])

_encode = msgspec.json.Encoder(decimal_format="string").encode


class Template(msgspec.Struct):
    """A channel document that ships, to begin one's own from."""

    platform: str
    content: dict[str, Any]


class TakenShown(msgspec.Struct, omit_defaults=True):
    """What became of an order in the message: an order, an amendment, a cancellation; or why it waits."""

    message_id: uuid.UUID
    external_no: str
    became: str
    order_no: str = ""
    repeated: bool = False
    refused: problems.Said | None = None


class Received(msgspec.Struct):
    """One for each order in the message, in its order; and how many wait in quarantine."""

    taken: list[TakenShown]
    waiting: int


class TryBody(msgspec.Struct, forbid_unknown_fields=True):
    """The document to try, else the channel's draft; over the messages that came from `since` and before `until`, else
    those of yesterday in the workspace's zone."""

    content: dict[str, Any] | None = None
    since: Annotated[dt.datetime, msgspec.Meta(tz=True)] | None = None
    until: Annotated[dt.datetime, msgspec.Meta(tz=True)] | None = None


class SampleBody(msgspec.Struct, forbid_unknown_fields=True):
    """A channel document, and a message of its platform as text."""

    content: dict[str, Any]
    payload: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.FIELD_BYTES_MAX)]


class Wrong(msgspec.Struct):
    """What is wrong with a field of an order; `row` counts its lines from 0."""

    field: str
    row: int | None
    told: problems.Said


class Read(msgspec.Struct):
    """The orders that a message would become; or why it would wait in quarantine."""

    made: list[drafts.Draft]
    refused: problems.Said | None
    errors: list[Wrong]


class Paused(msgspec.Struct):
    """Whether the channel takes no messages."""

    channel: str
    paused: bool


class Kept(msgspec.Struct):
    """The channel whose source can be asked now, or no longer."""

    channel: str
    connector: str


class Asked(msgspec.Struct):
    """The channel that is caught up with at the next look, within a minute."""

    channel: str


@router.get("/templates", summary="Channel documents that ship", openapi_extra=schemas.of(answer=list[Template]))
def templates(caller: Caller = may("documents:read")) -> Response:
    """One for each platform; made a draft under one's own name, and published, it is a channel."""
    return answers.json([Template(name, shipped_channels.document(name)) for name in shipped_channels.names()])


@router.get("/health", summary="How the channels do", openapi_extra=schemas.of(answer=list[channels_query.Health]))
def health(caller: Caller = may("channels:read")) -> Response:
    """Last message, what waits, and how far behind its source each is."""
    with caller.reading() as connection:
        return answers.json(channels_query.health(connection, viewer=caller.viewer, now=caller.now))


@router.get("/accounts", summary="What accounts consist of", openapi_extra=schemas.of(answer=list[catching_up.Account]))
def accounts(caller: Caller = may("channels:read")) -> Response:
    """Each connector with the JSON Schema of its account; no account of anybody."""
    return answers.json(catching_up.accounts())


@router.get("/{channel}/runs", summary="The last runs of catching up", openapi_extra=schemas.of(answer=list[Run]))
def runs(channel: pages.Key, caller: Caller = may("channels:read"), count: pages.Count = 50) -> Response:
    """The newest first."""
    with caller.reading() as connection:
        return answers.json(channels_query.runs(connection, viewer=caller.viewer, channel=channel, count=count))


@router.post(
    "/{channel}/messages",
    summary="A platform's own message",
    openapi_extra=schemas.of(
        body=dict[str, Any], example={"order": {"order_id": 12123121332, "status": 20}}, answer=Received
    ),
)
async def receive(request: Request, channel: pages.Key, caller: Caller = may("orders:write")) -> Response:
    """Read by the channel's document; where that names a `signature`, it must be signed as well. What cannot be read is
    kept, with its reason, and waits; the answer comes after the commit."""
    _in_scope(caller, channel)
    bodies.kind(request, bodies.JSON)
    raw = await bodies.read(request)
    return await run_in_threadpool(_receive, request, caller, channel, raw)


@router.post(
    "/{channel}/dry-run",
    summary="Try a changed channel on messages that came",
    openapi_extra={
        **schemas.of(body=TryBody, example={}),
        "responses": {"200": {"description": "A line for each message that would be read otherwise, then the counts.",
                              "content": {bodies.NDJSON: {"schema": {"type": "string"}}}}},
    },
)  # fmt: skip
def dry_run(channel: pages.Key, caller: Caller = may("messages:open"), body: TryBody = bodies.one(TryBody)) -> Response:
    """Nothing is changed by it. Personal values show as their shape; who tried is written into the audit trail."""
    _in_scope(caller, channel)
    since, until = _period(caller, body)
    content = body.content if body.content is not None else _draft(caller, channel)
    lines = problems.fit(dry_runs.run(caller.hub, channel, content=content, since=since, until=until))
    channels_action.tried(caller.hub, channel, actor=caller.name, origin=caller.place, now=caller.now)
    return StreamingResponse(_told(lines), media_type=bodies.NDJSON)


@router.post(
    "/{channel}/sample",
    summary="Try a channel document on a sample message",
    openapi_extra=schemas.of(body=SampleBody, example={"content": {}, "payload": "{}"}, answer=Read),
)
def sample(
    channel: pages.Key, caller: Caller = may("channels:write"), body: SampleBody = bodies.one(SampleBody)
) -> Response:
    """Nothing is kept, and the channel need not be there yet."""
    _in_scope(caller, channel)
    made = dry_runs.sample(caller.hub, channel, content=body.content, raw=body.payload.encode())
    if not isinstance(made, Refused):
        return answers.json(Read(made, None, []))
    wrong = [
        Wrong(each["path"], each.get("row"),
              problems.say(Refused(each["code"], {**each.get("data", {}), "excerpt": each.get("excerpt", "")})))
        for each in made.data.get("errors", ())
    ]  # fmt: skip
    bare = Refused(made.code, {name: each for name, each in made.data.items() if name != "errors"})
    return answers.json(Read([], problems.say(bare), wrong))


@router.post("/{channel}/pause", summary="Take no messages for a while", openapi_extra=schemas.of(answer=Paused))
def pause(channel: pages.Key, caller: Caller = may("channels:write"), _: None = bodies.nothing()) -> Response:
    """Its senders are told so and keep their messages; nothing is lost that they send again."""
    return _paused(caller, channel, True)


@router.post("/{channel}/resume", summary="Take messages again", openapi_extra=schemas.of(answer=Paused))
def resume(channel: pages.Key, caller: Caller = may("channels:write"), _: None = bodies.nothing()) -> Response:
    """From now on; a source with a list is caught up with."""
    return _paused(caller, channel, False)


@router.put(
    "/{channel}/account",
    summary="How the channel's source is reached",
    openapi_extra=schemas.of(
        body=dict[str, Any],
        example={"app_key": "12345678", "secret": "…", "session": "…"},
        answer=Kept,
    ),
)
def keep_account(
    channel: pages.Key, caller: Caller = may("channels:write"), body: dict[str, Any] = bodies.one(dict[str, Any])
) -> Response:
    """Of the shape that the channel's connector asks for (`/channels/accounts`); kept sealed and never shown again."""
    _in_scope(caller, channel)
    origin = caller.place
    refused = catching_up.keep_account(caller.hub, channel, body, actor=caller.name, origin=origin, now=caller.now)
    _raise(refused)
    with caller.reading() as connection:
        connector = caller.hub.reference(connection).channels[channel].transport.get("connector", "")
    return answers.json(Kept(channel, connector))


@router.delete("/{channel}/account", summary="Forget how it is reached", openapi_extra=schemas.of(answer=Kept))
def drop_account(channel: pages.Key, caller: Caller = may("channels:write")) -> Response:
    """Its source is asked no longer."""
    _in_scope(caller, channel)
    origin = caller.place
    _raise(channels_action.drop_account(caller.hub, channel, actor=caller.name, origin=origin, now=caller.now))
    return answers.json(Kept(channel, ""))


@router.get("/{channel}/signature", summary="How its messages are signed", openapi_extra=schemas.of(answer=pushes.Kept))
def signature(channel: pages.Key, caller: Caller = may("channels:read")) -> Response:
    """The scheme of its document, the address for its platform, and whether a secret is kept; never the secret."""
    _in_scope(caller, channel)
    return answers.json(_fit(pushes.tell(caller.hub, channel)))


@router.put(
    "/{channel}/signature",
    summary="What its platform signs with",
    openapi_extra=schemas.of(body=schemes.Secret, example={"secret": "…"}, answer=pushes.Kept),
)
def keep_signature(
    channel: pages.Key, caller: Caller = may("channels:write"), body: schemes.Secret = bodies.one(schemes.Secret)
) -> Response:
    """Kept sealed and never shown again; the one before does not count any more."""
    _in_scope(caller, channel)
    origin = caller.place
    return answers.json(
        _fit(pushes.keep(caller.hub, channel, body, actor=caller.name, origin=origin, now=caller.now))
    )  # fmt: skip


@router.delete(
    "/{channel}/signature", summary="Forget what its platform signs with", openapi_extra=schemas.of(answer=pushes.Kept)
)
def drop_signature(channel: pages.Key, caller: Caller = may("channels:write")) -> Response:
    """What the document asks to be signed comes in no longer."""
    _in_scope(caller, channel)
    origin = caller.place
    return answers.json(_fit(pushes.drop(caller.hub, channel, actor=caller.name, origin=origin, now=caller.now)))


@router.post(
    "/{channel}/catch-up", summary="Catch up with the source now", openapi_extra=schemas.of(answer=Asked, status=202)
)
def catch_up(channel: pages.Key, caller: Caller = may("channels:write")) -> Response:
    """A worker asks the source's own list within a minute; what it came to stands in the runs."""
    _in_scope(caller, channel)
    _raise(channels_action.hasten(caller.hub, channel, now=caller.now))
    return answers.json(Asked(channel), 202)


def _paused(caller: Caller, channel: str, paused: bool) -> Response:
    _in_scope(caller, channel)
    place = caller.place
    _raise(channels_action.pause(caller.hub, channel, paused=paused, actor=caller.name, origin=place, now=caller.now))
    return answers.json(Paused(channel, paused))


def _in_scope(caller: Caller, channel: str) -> None:
    if not caller.viewer.has_channel(channel):
        raise problems.Raised(403, Refused("channel.out_of_scope", {"channel": channel}))


def _raise(refused: Refused | None) -> None:
    if refused is not None:
        raise _raised(refused)


def _fit(answer: pushes.Kept | Refused) -> pushes.Kept:
    if isinstance(answer, Refused):
        raise _raised(answer)
    return answer


def _raised(refused: Refused) -> problems.Raised:
    """A channel in the path that is not there is not found."""
    return problems.Raised(404 if refused.code == "channel.unknown" else problems.status_of(refused), refused)


def _receive(request: Request, caller: Caller, channel: str, raw: bytes) -> Response:
    refused = pushes.admit(caller.hub, channel, headers=request.headers, raw=raw, now=caller.now)
    if refused is not None:
        raise problems.Raised(401, refused)
    origin = caller.origin(channel, door="channel")
    return received(inbox_orders.receive(caller.hub, [raw], origin=origin, now=caller.now))


def received(taken: list[intake.Taken] | Refused) -> Response:
    """What became of a message, told to whoever sent it. Raises a problem where nothing of it could be taken."""
    if isinstance(taken, Refused):
        raise _raised(taken)
    shown = [_shown(each) for each in taken]
    return answers.json(Received(shown, sum(each.refused is not None for each in shown)))


def _shown(taken: intake.Taken) -> TakenShown:
    refused = problems.say(taken.refused) if taken.refused is not None else None
    return TakenShown(
        taken.message_id, taken.external_no, taken.became, taken.order_no, taken.repeated, refused
    )  # fmt: skip


def _draft(caller: Caller, channel: str) -> dict[str, Any]:
    with caller.reading() as connection:
        draft = documents_query.draft(connection, "channel", channel, viewer=caller.viewer)
    if draft is None:
        raise problems.Raised(404, Refused("document.no_draft", {"kind": "channel", "name": channel}))
    return draft.content


def _period(caller: Caller, body: TryBody) -> tuple[dt.datetime, dt.datetime]:
    with caller.reading() as connection:
        zone = caller.hub.reference(connection).zone
    return dry_runs.period(body.since, body.until, zone=zone, now=caller.now)


def _told(lines: Iterator[dry_runs.Line | dry_runs.Counts]) -> Iterator[bytes]:
    for line in lines:
        if isinstance(line, dry_runs.Counts):
            yield _encode({"counts": line}) + b"\n"
        else:
            yield _encode(dry_runs.told(line)) + b"\n"
