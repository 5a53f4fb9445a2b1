"""orderloom approval: what waits for a yes, who says it, and asking for urgent credit."""

import uuid
from typing import Annotated

import typer

from orderloom.actions import approvals
from orderloom.cli import desk as desks
from orderloom.domain import approvals as words
from orderloom.domain.ballots import Verdict
from orderloom.kit import clock
from orderloom.kit.refusals import Refused
from orderloom.queries import approvals as approvals_query
from orderloom.queries import credit as credit_query
from orderloom.queries import scopes

app = typer.Typer()

Id = Annotated[uuid.UUID, typer.Argument(help="As `approval list` shows it 审批编号.")]
By = Annotated[str, typer.Option("--by", help="Who speaks 签批人.")]
Roles = Annotated[list[str] | None, typer.Option("--role", help="By which role; may repeat 以何角色.")]
Comment = Annotated[str, typer.Option(help="What whoever asked will read 意见.")]


@app.command(name="list")
def list_(
    context: typer.Context,
    roles: Annotated[list[str] | None, typer.Option("--role", help="Only what this role is asked 限角色.")] = None,
    person: Annotated[str, typer.Option(help="Only what this person is asked 限本人.")] = "",
    state: Annotated[str, typer.Option(help="open, approved, rejected, withdrawn or all 状态.")] = "open",
    count: Annotated[int, typer.Option(min=1, max=500, help="Rows 行数.")] = 50,
    as_json: desks.AsJson = False,
) -> None:
    """What waits for a yes, the oldest first 待审批."""
    desk = desks.of(context)
    asked = {f"role:{each}" for each in roles or ()} | ({f"person:{person}"} if person else set())
    filters = approvals_query.Filters(state=None if state == "all" else state)
    with desk.reading() as connection:
        page = approvals_query.page(connection, viewer=desk.viewer, filters=filters, count=count)
    rows = [each for each in page.rows if not asked or asked.intersection(each.asked)]
    if as_json:
        desk.json(rows)
        return
    columns = [
        "id", desk.say("事项", "what"), desk.say("申请人", "asked by"), desk.say("轮到", "whose turn"),
        desk.say("到期", "due"), desk.say("状态", "state"),
    ]  # fmt: skip
    desk.table(columns, [_row(desk, each) for each in rows])


@app.command()
def show(context: typer.Context, approval_id: Id, as_json: desks.AsJson = False) -> None:
    """One approval with its votes 查看."""
    desk = desks.of(context)
    with desk.reading() as connection:
        found = approvals_query.one(connection, approval_id, viewer=desk.viewer)
    if found is None:
        desk.refuse(Refused("approval.unknown", {"approval_id": str(approval_id)}))
    if as_json:
        desk.json(found)
        return
    _tell(desk, found)


@app.command()
def approve(
    context: typer.Context,
    approval_id: Id,
    by: By = desks.ACTOR,
    roles: Roles = None,
    comment: Comment = "",
) -> None:
    """Say yes; with the last yes what was asked is done 同意."""
    _decide(desks.of(context), approval_id, words.Person(by, frozenset(roles or ())), "approve", comment)


@app.command()
def reject(
    context: typer.Context,
    approval_id: Id,
    by: By = desks.ACTOR,
    roles: Roles = None,
    comment: Comment = "",
) -> None:
    """Say no 驳回."""
    _decide(desks.of(context), approval_id, words.Person(by, frozenset(roles or ())), "reject", comment)


@app.command()
def delegate(
    context: typer.Context,
    approval_id: Id,
    to: Annotated[str, typer.Argument(help="Who votes instead 受托人.")],
    by: By = desks.ACTOR,
    roles: Roles = None,
    comment: Comment = "",
) -> None:
    """Send another to vote; the vote says for whom 委托."""
    desk = desks.of(context)
    person = words.Person(by, frozenset(roles or ()))
    done = approvals.delegate(desk.hub, approval_id, person=person, to=to, comment=comment, now=clock.now())
    _told(desk, done)


@app.command()
def withdraw(
    context: typer.Context,
    approval_id: Id,
    by: By = desks.ACTOR,
    reason: Annotated[str, typer.Option(help="Why it is needed no more 原因.")] = "",
) -> None:
    """Take a request back; only who asked may 撤回."""
    desk = desks.of(context)
    _told(desk, approvals.withdraw(desk.hub, approval_id, person=by, reason=reason, now=clock.now()))


@app.command(name="credit")
def credit_(
    context: typer.Context,
    account: Annotated[str, typer.Argument(help="The account 账户.")],
    amount: Annotated[str, typer.Argument(help="None: the workspace's own, 50,000 as shipped 金额.")] = "",
    hours: Annotated[int, typer.Option(min=0, max=8_760, help="0: the workspace's own, 24 as shipped 小时.")] = 0,
    draft: Annotated[uuid.UUID | None, typer.Option(help="The refused order that goes on 被拒的单.")] = None,
    orders: Annotated[
        list[str] | None, typer.Option("--order", help="Orders that wait; may repeat 待授信订单.")
    ] = None,
    by: By = desks.ACTOR,
    reason: Annotated[str, typer.Option(help="Why it is urgent 原因.")] = "",
    as_json: desks.AsJson = False,
) -> None:
    """Ask for a temporary limit, which a sales director approves as shipped 申请临时授信."""
    desk = desks.of(context)
    with desk.reading() as connection:
        found = scopes.orders(connection, desk.viewer, orders or [])
    for order_no in orders or ():
        if order_no not in found:
            desk.refuse(Refused("order.unknown", {"order_id": order_no}))
    with desk.reading() as connection:
        there = credit_query.detail(connection, viewer=desk.viewer, account=account, now=clock.now())
    if there is None:
        desk.refuse(Refused("credit.no_account", {"account": account}))
    amount_minor = desk.minor(amount, there.account.currency) if amount else 0
    order_ids = [each.order_id for each in found.values()]
    wanted = words.CreditGrant(account, amount_minor, hours, "", draft, order_ids)
    asked = approvals.ask_credit(desk.hub, wanted, by=by, reason=reason, now=clock.now())
    if isinstance(asked, Refused):
        desk.refuse(asked)
    if as_json:
        desk.json(asked)
        return
    desk.tell(f"审批 {asked.approval_id}：{asked.text.zh}", f"Approval {asked.approval_id}: {asked.text.en}")


def _decide(desk: desks.Desk, approval_id: uuid.UUID, person: words.Person, verdict: Verdict, comment: str) -> None:
    done = approvals.decide(desk.hub, approval_id, person=person, verdict=verdict, comment=comment, now=clock.now())
    _told(desk, done)


def _told(desk: desks.Desk, done: approvals.Decided | Refused) -> None:
    if isinstance(done, Refused):
        desk.refuse(done)
    with desk.reading() as connection:
        found = approvals_query.one(connection, done.approval.approval_id, viewer=desk.viewer)
    assert found is not None, "it was just decided on"
    _tell(desk, found)
    if done.outcomes:
        desk.outcomes(done.outcomes)


def _tell(desk: desks.Desk, shown: approvals_query.Shown) -> None:
    approval = shown.approval
    desk.facts(
        {
            desk.say("审批", "approval"): str(approval.approval_id),
            desk.say("事项", "what"): desk.say(approval.text.zh, approval.text.en),
            desk.say("申请人", "asked by"): f"{approval.asked_by}  {approval.reason}",
            desk.say("状态", "state"): _state(desk, approval.state),
            desk.say("轮到", "whose turn"): ", ".join(shown.asked),
            desk.say("到期", "due"): desk.at(approval.due_at),
        }
    )
    votes = [
        (desk.at(each.at), each.person, each.on_behalf, desk.say("同意", "yes") if each.verdict == "approve"
         else desk.say("驳回", "no"), each.comment)
        for each in approval.votes
    ]  # fmt: skip
    if votes:
        columns = [desk.say("时间", "at"), desk.say("签批人", "who"), desk.say("代", "for"),
                   desk.say("意见", "verdict"), desk.say("说明", "comment")]  # fmt: skip
        desk.table(columns, votes)


def _row(desk: desks.Desk, shown: approvals_query.Shown) -> tuple[str, ...]:
    approval = shown.approval
    return (
        str(approval.approval_id), desk.say(approval.text.zh, approval.text.en), approval.asked_by,
        ", ".join(shown.asked), desk.at(approval.due_at), _state(desk, approval.state),
    )  # fmt: skip


def _state(desk: desks.Desk, state: str) -> str:
    zh = {"open": "待审批", "approved": "已同意", "rejected": "已驳回", "withdrawn": "已撤回"}
    return desk.say(zh[state], state)
