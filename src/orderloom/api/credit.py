"""/credit: accounts with their live balance, limits, temporary grants, deposits and debts."""

import uuid
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Request, Response

from orderloom.actions import credit
from orderloom.api import answers, bodies, pages, problems, schemas, writes
from orderloom.api.callers import Caller, may
from orderloom.domain.credit import Grant
from orderloom.inbox import order_bodies as ob
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import credit as credit_query

router = APIRouter(prefix="/credit", tags=["credit"])


class LimitBody(msgspec.Struct, forbid_unknown_fields=True):
    """An account's own limit; an account that is not there is opened."""

    account: ob.Named
    limit_minor: ob.Minor
    currency: ob.Currency = "CNY"


class GrantBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A temporary limit, without amount or hours the workspace's own (50,000 for 24 h); `scope` is an order number."""

    amount_minor: ob.Minor | None = None
    hours: Annotated[int, msgspec.Meta(ge=1, le=8_760)] | None = None
    scope: ob.Code = ""


class ChargeBody(msgspec.Struct, forbid_unknown_fields=True):
    """Money that moves beside any order: a deposit is negative, an opening debt positive."""

    amount_minor: Annotated[int, msgspec.Meta(ge=-limits.AMOUNT_MINOR_MAX, le=limits.AMOUNT_MINOR_MAX)]
    reference: ob.Word


@router.get("/accounts", summary="Accounts by name", openapi_extra=schemas.of(answer=credit_query.Page))
def page(caller: Caller = may("credit:read"), cursor: pages.Cursor = None, count: pages.Count = 50) -> Response:
    """An account serves all channels: a key with a scope of some sees none."""
    with caller.reading() as connection:
        return answers.json(
            credit_query.page(connection, viewer=caller.viewer, now=caller.now, cursor=cursor, count=count)
        )


@router.get("/accounts/{account}", summary="One account", openapi_extra=schemas.of(answer=credit_query.Detail))
def detail(account: pages.Key, caller: Caller = may("credit:read")) -> Response:
    """With its grants and what moved beside orders."""
    with caller.reading() as connection:
        found = credit_query.detail(connection, viewer=caller.viewer, account=account, now=caller.now)
    if found is None:
        raise problems.Raised(404, Refused("credit.no_account", {"account": account}))
    return answers.json(found)


@router.post(
    "/limits",
    summary="Open accounts or set their limits",
    openapi_extra=schemas.of(
        body=bodies.list_of(LimitBody),
        example=[{"account": "C000123", "limit_minor": 5000000, "currency": "CNY"}],
        answer=answers.Dones,
        also={207: "Some were refused."},
    ),
)
def set_limits(
    request: Request, caller: Caller = may("credit:write"), body: list[LimitBody] = bodies.many(LimitBody)
) -> Response:
    """A lowered limit stops new reservations only."""
    wanted = [(each.account, each.currency, each.limit_minor) for each in body]

    def work() -> Response:
        caller.require_whole_scope()
        return answers.dones(
            credit.set_limits(caller.hub, wanted, actor=caller.name, source=caller.source, now=caller.now)
        )

    return writes.run(request, caller, work)


@router.post(
    "/accounts/{account}/grants",
    summary="Give a temporary limit",
    openapi_extra=schemas.of(body=GrantBody, example={"amount_minor": 5000000, "hours": 24}, answer=Grant, status=201),
)
def grant(
    request: Request,
    account: pages.Key,
    caller: Caller = may("credit:grant"),
    body: GrantBody = bodies.one(GrantBody),
) -> Response:
    """It expires by itself."""

    def work() -> Response:
        caller.require_whole_scope()
        given = credit.grant(
            caller.hub, account, amount_minor=body.amount_minor, hours=body.hours, scope=body.scope, actor=caller.name,
            now=caller.now,
        )  # fmt: skip
        return answers.json(problems.fit(given), 201)

    return writes.run(request, caller, work)


@router.post(
    "/accounts/{account}/grants/{grant_id}/withdraw",
    summary="End a grant before its time",
    openapi_extra=schemas.of(answer=answers.Done),
)
def withdraw(
    request: Request,
    account: pages.Key,
    grant_id: Annotated[uuid.UUID, Path()],
    caller: Caller = may("credit:grant"),
    _: None = bodies.nothing(),
) -> Response:
    """What was reserved on it stays."""

    def work() -> Response:
        caller.require_whole_scope()
        problems.fit(credit.withdraw(caller.hub, account, grant_id=grant_id, actor=caller.name, now=caller.now))
        return answers.json(answers.Done())

    return writes.run(request, caller, work)


@router.post(
    "/accounts/{account}/charge",
    summary="Book a deposit or a debt",
    openapi_extra=schemas.of(
        body=ChargeBody, example={"amount_minor": -1000000, "reference": "预存款 20260218"}, answer=answers.Done
    ),
)
def charge(
    request: Request,
    account: pages.Key,
    caller: Caller = may("credit:write"),
    body: ChargeBody = bodies.one(ChargeBody),
) -> Response:
    """Money beside any order; an Idempotency-Key keeps it from being booked twice."""

    def work() -> Response:
        caller.require_whole_scope()
        refused = credit.charge(
            caller.hub, account, amount_minor=body.amount_minor, reference=body.reference, actor=caller.name,
            source=caller.source, now=caller.now,
        )  # fmt: skip
        problems.fit(refused)
        return answers.json(answers.Done())

    return writes.run(request, caller, work)
