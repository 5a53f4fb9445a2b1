"""/webhooks: partners' URLs told of events, signed as Standard Webhooks has it; their log; handing over again.

A webhook hears of orders of every channel, so it takes a key of all channels and warehouses.
"""

import datetime as dt
import uuid
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Request, Response

from orderloom.actions import webhooks
from orderloom.api import answers, bodies, pages, problems, schemas, writes
from orderloom.api.callers import Caller, may
from orderloom.api.messengers import States
from orderloom.inbox import order_bodies as ob
from orderloom.kit import limits
from orderloom.queries import deliveries

router = APIRouter(prefix="/webhooks", tags=["webhooks"])

_Name = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_-]*$")]


class WebhookBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Where to tell of which events: `types` like order.confirmed, none means all. `private` allows an address inside
    one's own network."""

    url: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.TEXT_CHARS_MAX)]
    types: Annotated[list[ob.Named], msgspec.Meta(max_length=100)] = []
    private: bool = False


class RotateBody(msgspec.Struct, forbid_unknown_fields=True):
    """For how long the old secret signs beside the new one."""

    hours: Annotated[int, msgspec.Meta(ge=0, le=limits.WEBHOOK_SECRET_HOURS_MAX)] = 24


class SwitchBody(msgspec.Struct, forbid_unknown_fields=True):
    """Whether the webhook is told of events."""

    on: bool


class ReplayBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """The deliveries to hand over again, or all that failed of what was written since a time."""

    since: Annotated[dt.datetime, msgspec.Meta(tz=True)] | None = None
    deliveries: Annotated[list[uuid.UUID], msgspec.Meta(max_length=limits.COMMANDS_PER_REQUEST_MAX)] | None = None


class Replayed(msgspec.Struct):
    """How many are handed over again."""

    replayed: int


class Pinged(msgspec.Struct):
    """The id of the event in the log of deliveries."""

    delivery_id: uuid.UUID


@router.get("", summary="Webhooks and how they stand", openapi_extra=schemas.of(answer=list[deliveries.Webhook]))
def page(caller: Caller = may("webhooks:read")) -> Response:
    """With what waits and what failed; secrets are never shown."""
    with caller.reading() as connection:
        settings = caller.hub.reference(connection).settings
        return answers.json(deliveries.webhooks(connection, viewer=caller.viewer, settings=settings))


@router.put(
    "/{name}",
    summary="Subscribe a URL or change it",
    openapi_extra=schemas.of(
        body=WebhookBody, example={"url": "https://erp.example.com/hook", "types": ["order.confirmed"]},
        answer=webhooks.Secret,
    ),
)  # fmt: skip
def subscribe(
    name: _Name, caller: Caller = may("webhooks:write"), body: WebhookBody = bodies.one(WebhookBody)
) -> Response:
    """The answer has the secret that signs, shown this once; a known name gets a new one."""
    caller.require_whole_scope()
    secret = webhooks.subscribe(
        caller.hub, name=name, url=body.url, types=body.types, private=body.private, actor=caller.name, now=caller.now
    )
    return answers.json(webhooks.Secret(name, problems.fit(secret)))


@router.delete("/{name}", summary="Tell a webhook nothing more", openapi_extra=schemas.of(answer=answers.Done))
def unsubscribe(name: _Name, caller: Caller = may("webhooks:write")) -> Response:
    """What still waits for it is closed."""
    caller.require_whole_scope()
    problems.fit(webhooks.unsubscribe(caller.hub, name=name, actor=caller.name, now=caller.now))
    return answers.json(answers.Done())


@router.post(
    "/{name}/secret",
    summary="Change the secret",
    openapi_extra=schemas.of(body=RotateBody, example={"hours": 24}, answer=webhooks.Secret),
)
def rotate(name: _Name, caller: Caller = may("webhooks:write"), body: RotateBody = bodies.one(RotateBody)) -> Response:
    """The new one is shown this once; both sign until the old one ends."""
    caller.require_whole_scope()
    secret = webhooks.rotate(caller.hub, name=name, hours=body.hours, actor=caller.name, now=caller.now)
    return answers.json(webhooks.Secret(name, problems.fit(secret)))


@router.post(
    "/{name}/switch",
    summary="Switch a webhook off or on",
    openapi_extra=schemas.of(body=SwitchBody, example={"on": True}, answer=answers.Done),
)
def switch(name: _Name, caller: Caller = may("webhooks:write"), body: SwitchBody = bodies.one(SwitchBody)) -> Response:
    """While it is off nothing is written for it; GET /events has what it missed."""
    caller.require_whole_scope()
    problems.fit(webhooks.switch(caller.hub, name=name, on=body.on, actor=caller.name, now=caller.now))
    return answers.json(answers.Done())


@router.post("/{name}/ping", summary="Try a webhook", openapi_extra=schemas.of(answer=Pinged))
def ping(request: Request, name: _Name, caller: Caller = may("webhooks:write"), _: None = bodies.nothing()) -> Response:
    """Sends an event `orderloom.ping`; the log of deliveries says what became of it."""

    def work() -> Response:
        caller.require_whole_scope()
        return answers.json(
            Pinged(problems.fit(webhooks.ping(caller.hub, name=name, actor=caller.name, now=caller.now)))
        )

    return writes.run(request, caller, work)


@router.post(
    "/{name}/replay",
    summary="Hand over again",
    openapi_extra=schemas.of(body=ReplayBody, example={"since": "2026-02-18T00:00:00+08:00"}, answer=Replayed),
)
def replay(
    request: Request, name: _Name, caller: Caller = may("webhooks:write"), body: ReplayBody = bodies.one(ReplayBody)
) -> Response:
    """Under the same ids, so that a partner knows what it has."""

    def work() -> Response:
        caller.require_whole_scope()
        count = webhooks.replay(
            caller.hub, name=name, since=body.since, deliveries=body.deliveries, actor=caller.name, now=caller.now
        )
        return answers.json(Replayed(problems.fit(count)))

    return writes.run(request, caller, work)


@router.get(
    "/{name}/deliveries",
    summary="What was handed over, waits or failed",
    openapi_extra=schemas.of(answer=deliveries.Page),
)
def delivered(
    name: _Name,
    caller: Caller = may("webhooks:read"),
    state: States = None,
    cursor: pages.Cursor = None,
    count: pages.Count = 50,
) -> Response:
    """The newest first, with what was sent and what the partner said; kept for 30 days."""
    with caller.reading() as connection:
        found = deliveries.of_webhook(connection, name, viewer=caller.viewer, states=state, cursor=cursor, count=count)
    return answers.json(found)
