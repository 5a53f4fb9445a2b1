"""/approvals: the inbox, one approval with its votes, decide, send another, take back; /credit/grants/requests.

Who decides is the key's name, by the roles that its scope gives it.
"""

import uuid
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Path, Query, Request, Response

from orderloom.actions import approvals
from orderloom.api import answers, bodies, pages, problems, schemas, writes
from orderloom.api.callers import Caller, may
from orderloom.domain import approvals as words
from orderloom.domain.ballots import Verdict
from orderloom.inbox import order_bodies as ob
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import approvals as approvals_query
from orderloom.queries import credit as credit_query
from orderloom.queries import scopes

router = APIRouter(tags=["approvals"])

Comment = Annotated[str, msgspec.Meta(max_length=limits.TEXT_CHARS_MAX, pattern=pages.NO_NUL)]
Id = Annotated[uuid.UUID, Path()]


class DecideBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A yes or no, with a comment that whoever asked will read."""

    verdict: Verdict
    comment: Comment = ""


class DelegateBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Who votes in one's place: the name on their key."""

    to: ob.Named
    comment: Comment = ""


class WithdrawBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Why the request is taken back."""

    reason: Comment = ""


class CreditBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A temporary limit is asked for; 0 for amount or hours is the workspace's own (50,000 for 24 h).

    `draft_id` is the `command_id` of a refused order, `order_nos` are orders that wait: they go on with the grant.
    """

    account: ob.Named
    amount_minor: Annotated[int, msgspec.Meta(ge=0, le=limits.AMOUNT_MINOR_MAX)] = 0
    hours: Annotated[int, msgspec.Meta(ge=0, le=limits.GRANT_HOURS_MAX)] = 0
    scope: ob.Code = ""
    draft_id: uuid.UUID | None = None
    order_nos: Annotated[list[ob.Named], msgspec.Meta(max_length=limits.GRANT_ORDERS_MAX)] = []
    reason: Comment = ""


class AmendBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A change that is made when it is approved, as it stands here; `change` as `Amend` has it in the log."""

    order_no: ob.Named
    steps: Annotated[list[words.ballots.Step], msgspec.Meta(min_length=1, max_length=limits.APPROVAL_STEPS_MAX)]
    change: dict[str, Any]
    zh: ob.Word
    en: ob.Word
    deadline: words.Deadline | None = None
    reason: Comment = ""


class Decided(msgspec.Struct):
    """The approval as it stands, and what became of the orders that it let go on."""

    approval: words.Approval
    outcomes: list[answers.Told]


@router.get("/approvals", summary="Approvals", openapi_extra=schemas.of(answer=approvals_query.Page))
def page(
    caller: Caller = may("approvals:read"),
    mine: Annotated[bool, Query(description="Only what waits for this key.")] = False,
    state: Literal["open", "approved", "rejected", "withdrawn", "all"] = "open",
    subject: pages.Name = None,
    cursor: pages.Cursor = None,
    count: pages.Count = 50,
) -> Response:
    """The oldest first: what one is asked, asked for, and what is about orders of the key's channels."""
    filters = approvals_query.Filters(mine=mine, state=None if state == "all" else state, subject=subject)
    with caller.reading() as connection:
        found = approvals_query.page(
            connection, viewer=caller.viewer, roles=caller.roles, filters=filters, cursor=cursor, count=count
        )
    return answers.json(found)


@router.get("/approvals/{approval_id}", summary="One approval", openapi_extra=schemas.of(answer=approvals_query.Shown))
def one(approval_id: Id, caller: Caller = may("approvals:read")) -> Response:
    """With its votes, delegations, and whose turn it is."""
    return answers.json(_found(caller, approval_id))


@router.post(
    "/approvals/{approval_id}/decide",
    summary="Say yes or no",
    openapi_extra=schemas.of(body=DecideBody, example={"verdict": "approve", "comment": "同意"}, answer=Decided),
)
def decide(
    request: Request,
    approval_id: Id,
    caller: Caller = may("approvals:decide"),
    body: DecideBody = bodies.one(DecideBody),
) -> Response:
    """With the last yes what was asked is done, in the same transaction."""

    def work() -> Response:
        _found(caller, approval_id)
        done = approvals.decide(
            caller.hub, approval_id, person=caller.person, verdict=body.verdict, comment=body.comment, now=caller.now
        )
        return _told(done)

    return writes.run(request, caller, work)


@router.post(
    "/approvals/{approval_id}/delegate",
    summary="Send another",
    openapi_extra=schemas.of(body=DelegateBody, example={"to": "王经理", "comment": "出差"}, answer=Decided),
)
def delegate(
    request: Request,
    approval_id: Id,
    caller: Caller = may("approvals:decide"),
    body: DelegateBody = bodies.one(DelegateBody),
) -> Response:
    """Who was sent votes in one's place; the vote says for whom."""

    def work() -> Response:
        _found(caller, approval_id)
        return _told(
            approvals.delegate(
                caller.hub, approval_id, person=caller.person, to=body.to, comment=body.comment, now=caller.now
            )
        )

    return writes.run(request, caller, work)


@router.post(
    "/approvals/{approval_id}/withdraw",
    summary="Take a request back",
    openapi_extra=schemas.of(body=WithdrawBody, example={"reason": "客户已付款"}, answer=Decided),
)
def withdraw(
    request: Request,
    approval_id: Id,
    caller: Caller = may("approvals:ask"),
    body: WithdrawBody = bodies.one(WithdrawBody),
) -> Response:
    """Only who asked may."""

    def work() -> Response:
        _found(caller, approval_id)
        return _told(
            approvals.withdraw(caller.hub, approval_id, person=caller.name, reason=body.reason, now=caller.now)
        )

    return writes.run(request, caller, work)


@router.post(
    "/credit/grants/requests",
    tags=["credit"],
    summary="Ask for a temporary limit",
    openapi_extra=schemas.of(
        body=CreditBody,
        example={"account": "C000123", "amount_minor": 5000000, "hours": 24, "reason": "客户催货"},
        answer=words.Approval,
        status=201,
    ),
)
def ask_credit(
    request: Request, caller: Caller = may("approvals:ask"), body: CreditBody = bodies.one(CreditBody)
) -> Response:
    """By the workspace's steps (`credit_approval`): as shipped a sales director, within 24 h."""

    def work() -> Response:
        if caller.viewer.owners is not None:
            with caller.reading() as connection:
                if credit_query.detail(connection, viewer=caller.viewer, account=body.account, now=caller.now) is None:
                    raise problems.Raised(404, Refused("credit.no_account", {"account": body.account}))
        order_ids = [_order(caller, each).order_id for each in body.order_nos]
        wanted = words.CreditGrant(body.account, body.amount_minor, body.hours, body.scope, body.draft_id, order_ids)
        asked = approvals.ask_credit(
            caller.hub, wanted, by=caller.name, reason=body.reason, channels=caller.viewer.channels, now=caller.now
        )
        return _asked(asked)

    return writes.run(request, caller, work)


@router.post(
    "/approvals/amendments",
    summary="Ask for a change of an order",
    openapi_extra=schemas.of(
        body=AmendBody,
        example={
            "order_no": "OL-20260218-000001",
            "steps": [{"roles": ["manager"]}],
            "change": {"changed": {"packing_request": "木箱"}},
            "zh": "改木箱包装",
            "en": "Pack in a crate",
        },
        answer=words.Approval,
        status=201,
    ),
)
def ask_amendment(
    request: Request, caller: Caller = may("approvals:ask"), body: AmendBody = bodies.one(AmendBody)
) -> Response:
    """What is approved is what is done: the change is carried out as it was asked."""

    def work() -> Response:
        order = _order(caller, body.order_no)
        wanted = words.Asking(
            subject=f"order:{order.order_id}",
            spec=words.Spec(body.steps, body.deadline),
            text=words.Text(body.zh, body.en),
            grant=words.OrderAmend(order.order_id, body.change, body.reason),
            asked_by=caller.name,
            channel=order.channel,
            reason=body.reason,
        )
        return _asked(approvals.ask(caller.hub, wanted, now=caller.now))

    return writes.run(request, caller, work)


def _order(caller: Caller, order_no: str) -> scopes.Found:
    with caller.reading() as connection:
        found = scopes.orders(connection, caller.viewer, [order_no]).get(order_no)
    if found is None:
        raise problems.Raised(404, Refused("order.unknown", {"order_id": order_no}))
    return found


def _found(caller: Caller, approval_id: uuid.UUID) -> approvals_query.Shown:
    with caller.reading() as connection:
        found = approvals_query.one(connection, approval_id, viewer=caller.viewer, roles=caller.roles)
    if found is None:
        raise problems.Raised(404, Refused("approval.unknown", {"approval_id": str(approval_id)}))
    return found


def _asked(answer: words.Approval | Refused) -> Response:
    if isinstance(answer, Refused):
        raise problems.Raised(problems.status_of(answer), answer)
    return answers.json(answer, 201)


def _told(answer: approvals.Decided | Refused) -> Response:
    if isinstance(answer, Refused):
        raise problems.Raised(problems.status_of(answer), answer)
    return answers.json(Decided(answer.approval, [answers.told(each) for each in answer.outcomes]))
