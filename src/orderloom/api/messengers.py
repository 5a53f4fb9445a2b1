"""/messengers, /routes: the workspace's robots and mailboxes, who is told by which, and what became of it.

An account goes in and never comes out again. Whoever may change messengers reads what the house is told, so it takes
a key of all channels and warehouses.
"""

from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response

from orderloom.actions import messengers
from orderloom.actions.messengers import Wanted
from orderloom.api import answers, bodies, pages, problems, schemas, writes
from orderloom.api.callers import Caller, may
from orderloom.domain.messengers import People
from orderloom.inbox import order_bodies as ob
from orderloom.kit import limits
from orderloom.outbox import messengers as messengers_out
from orderloom.queries import deliveries

router = APIRouter()

_Name = Annotated[str, Path(min_length=1, max_length=64, pattern=r"^[a-z][a-z0-9_]*$")]
_Address = Annotated[str, msgspec.Meta(min_length=1, max_length=limits.NAME_CHARS_MAX)]
States = Annotated[list[Literal["waiting", "done", "dead", "given_up"]] | None, Query(max_length=10)]


class AccountBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A messenger: `kind` is dingtalk, wecom, feishu or email; `account` has the fields of its kind."""

    kind: ob.Named
    account: dict[str, Any]
    language: ob.Code = "zh"


class RouteBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What `audience` is told goes by `messenger` too; `phones` and `users` are mentioned, `emails` written to."""

    audience: ob.Named
    messenger: ob.Named
    templates: Annotated[list[ob.Named], msgspec.Meta(max_length=limits.ROUTE_PEOPLE_MAX)] = []
    phones: Annotated[list[_Address], msgspec.Meta(max_length=limits.ROUTE_PEOPLE_MAX)] = []
    users: Annotated[list[_Address], msgspec.Meta(max_length=limits.ROUTE_PEOPLE_MAX)] = []
    emails: Annotated[list[_Address], msgspec.Meta(max_length=limits.ROUTE_PEOPLE_MAX)] = []
    everybody: bool = False


class PingBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A message to try a messenger; of a mail account `to` is the mailbox to write to."""

    to: Annotated[str, msgspec.Meta(max_length=limits.NAME_CHARS_MAX)] = ""


class Pinged(msgspec.Struct):
    """The key of the message in the log of deliveries."""

    key: str


class Retried(msgspec.Struct):
    """How many messages go again."""

    retried: int


@router.get(
    "/messengers",
    tags=["messengers"],
    summary="Robots and mailboxes",
    openapi_extra=schemas.of(answer=list[deliveries.Messenger]),
)
def messengers_(caller: Caller = may("messengers:read")) -> Response:
    """With what waits and what was rejected; accounts are never shown."""
    with caller.reading() as connection:
        settings = caller.hub.reference(connection).settings
        return answers.json(deliveries.messengers(connection, viewer=caller.viewer, settings=settings))


@router.put(
    "/messengers/{name}",
    tags=["messengers"],
    summary="Enter a messenger or change its account",
    openapi_extra=schemas.of(
        body=AccountBody,
        example={
            "kind": "dingtalk",
            "account": {"url": "https://oapi.dingtalk.com/robot/send?access_token=…", "secret": "SEC…"},
        },
        answer=answers.Done,
    ),
)
def enter(
    name: _Name, caller: Caller = may("messengers:write"), body: AccountBody = bodies.one(AccountBody)
) -> Response:
    """In force with the next message. An address inside one's own network needs `private` in the account."""
    caller.require_whole_scope()
    account = problems.fit(messengers_out.account(body.kind, body.account))
    problems.fit(
        messengers.enter(
            caller.hub, name, kind=body.kind, account=account, language=body.language, actor=caller.name, now=caller.now
        )
    )
    return answers.json(answers.Done())


@router.delete(
    "/messengers/{name}",
    tags=["messengers"],
    summary="Forget a messenger and its routes",
    openapi_extra=schemas.of(answer=answers.Done),
)
def remove(name: _Name, caller: Caller = may("messengers:write")) -> Response:
    """What still waits for it is closed."""
    caller.require_whole_scope()
    problems.fit(messengers.remove(caller.hub, name, actor=caller.name, now=caller.now))
    return answers.json(answers.Done())


@router.post(
    "/messengers/{name}/ping",
    tags=["messengers"],
    summary="Try a messenger",
    openapi_extra=schemas.of(body=PingBody, example={"to": "me@example.com"}, answer=Pinged),
)
def ping(
    request: Request, name: _Name, caller: Caller = may("messengers:write"), body: PingBody = bodies.one(PingBody)
) -> Response:
    """The log of deliveries says what became of it."""

    def work() -> Response:
        caller.require_whole_scope()
        key = problems.fit(messengers.ping(caller.hub, name, to=body.to, actor=caller.name, now=caller.now))
        return answers.json(Pinged(key))

    return writes.run(request, caller, work)


@router.post(
    "/messengers/{name}/retry",
    tags=["messengers"],
    summary="Let what was rejected go again",
    openapi_extra=schemas.of(answer=Retried),
)
def retry(
    request: Request, name: _Name, caller: Caller = may("messengers:write"), _: None = bodies.nothing()
) -> Response:
    """The oldest first."""

    def work() -> Response:
        caller.require_whole_scope()
        return answers.json(
            Retried(problems.fit(messengers.retry(caller.hub, name, actor=caller.name, now=caller.now)))
        )

    return writes.run(request, caller, work)


@router.get(
    "/messengers/{name}/deliveries",
    tags=["messengers"],
    summary="What was handed over, waits or was rejected",
    openapi_extra=schemas.of(answer=deliveries.Page),
)
def delivered(
    name: _Name,
    caller: Caller = may("messengers:read"),
    state: States = None,
    cursor: pages.Cursor = None,
    count: pages.Count = 50,
) -> Response:
    """The newest first; the words stay sealed, the inbox has them."""
    with caller.reading() as connection:
        found = deliveries.of_messenger(
            connection, name, viewer=caller.viewer, states=state, cursor=cursor, count=count
        )  # fmt: skip
    return answers.json(found)


@router.get(
    "/routes",
    tags=["messengers"],
    summary="Who is told by which messenger",
    openapi_extra=schemas.of(answer=list[deliveries.Route]),
)
def routes(caller: Caller = may("messengers:read")) -> Response:
    """How many people each mentions or writes to; who they are is not shown."""
    with caller.reading() as connection:
        settings = caller.hub.reference(connection).settings
    return answers.json(deliveries.routes(viewer=caller.viewer, settings=settings))


@router.put(
    "/routes",
    tags=["messengers"],
    summary="Add routes or change them",
    openapi_extra=schemas.of(
        body=bodies.list_of(RouteBody),
        example=[{"audience": "operations", "messenger": "ops_group", "phones": ["13800001111"]}],
        answer=answers.Dones,
        also={207: "Some were refused."},
    ),
)
def route(caller: Caller = may("messengers:write"), body: list[RouteBody] = bodies.many(RouteBody)) -> Response:
    """An audience is a role (operations, planning), a person's name, `warehouse:<name>`, `customer`, or `*`."""
    caller.require_whole_scope()
    wanted = [
        Wanted(
            each.audience, each.messenger, each.templates, People(each.phones, each.users, each.everybody, each.emails)
        )
        for each in body
    ]
    return answers.dones(messengers.route(caller.hub, wanted, actor=caller.name, now=caller.now))


@router.delete(
    "/routes/{audience}/{name}",
    tags=["messengers"],
    summary="End a route",
    openapi_extra=schemas.of(answer=answers.Done),
)
def unroute(audience: pages.Key, name: _Name, caller: Caller = may("messengers:write")) -> Response:
    """The inbox stays."""
    caller.require_whole_scope()
    problems.fit(messengers.unroute(caller.hub, audience, name, actor=caller.name, now=caller.now))
    return answers.json(answers.Done())
