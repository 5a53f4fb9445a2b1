"""orderloom credit: accounts, limits, temporary grants, deposits and debts."""

import uuid
from typing import Annotated

import typer

from orderloom.actions import credit
from orderloom.cli import desk as desks
from orderloom.kit import clock, limits
from orderloom.kit.refusals import Refused
from orderloom.queries import credit as credit_query

app = typer.Typer()

Account = Annotated[str, typer.Argument(help="The account 账户.")]
Amount = Annotated[str, typer.Argument(help="In the currency's unit, such as 50000 or 1234.50 金额.")]


@app.command()
def show(
    context: typer.Context,
    account: Annotated[str, typer.Argument(help="The account; none: all of them 账户.")] = "",
    as_json: desks.AsJson = False,
) -> None:
    """One account with its grants and moves, or all accounts 查看."""
    desk = desks.of(context)
    now = clock.now()
    if not account:
        with desk.reading() as connection:
            page = credit_query.page(connection, viewer=desk.viewer, now=now, count=limits.PAGE_ROWS_MAX)
        if as_json:
            desk.json(page)
        else:
            desk.table(_columns(desk), [_row(desk, each) for each in page.rows], right=(1, 2, 3, 4, 5))
        return
    with desk.reading() as connection:
        found = credit_query.detail(connection, viewer=desk.viewer, account=account, now=now)
    if found is None:
        desk.refuse(Refused("credit.no_account", {"account": account}))
    if as_json:
        desk.json(found)
        return
    desk.table(_columns(desk), [_row(desk, found.account)], right=(1, 2, 3, 4, 5))
    currency = found.account.currency
    grants = [
        (str(each.grant_id), desk.amount(each.amount_minor, currency), desk.at(each.expires_at), each.granted_by,
         each.scope, desk.say("有效", "valid") if each.valid else desk.say("失效", "over"))
        for each in found.grants
    ]  # fmt: skip
    if grants:
        columns = [desk.say("临时授信", "grant"), desk.say("金额", "amount"), desk.say("到期", "expires"),
                   desk.say("授权人", "granted by"), desk.say("范围", "scope"), desk.say("状态", "state")]  # fmt: skip
        desk.table(columns, grants, right=(1,))
    moves = [(desk.at(each.at), desk.amount(each.amount_minor, currency), each.reference) for each in found.moves]
    if moves:
        desk.table(
            [desk.say("时间", "at"), desk.say("金额", "amount"), desk.say("凭证", "reference")], moves, right=(1,)
        )


@app.command()
def limit(
    context: typer.Context,
    account: Account,
    amount: Amount,
    currency: Annotated[str, typer.Option(help="ISO 4217 币种.")] = "CNY",
) -> None:
    """Open an account or set its limit; a lowered one stops new reservations only 设额度."""
    desk = desks.of(context)
    wanted = (account, currency, desk.minor(amount, currency))
    [answer] = credit.set_limits(desk.hub, [wanted], actor=desks.ACTOR, source=desks.SOURCE, now=clock.now())
    desk.none(answer)
    _tell(desk, account)


@app.command()
def grant(
    context: typer.Context,
    account: Account,
    amount: Annotated[str, typer.Argument(help="None: the workspace's own, 50,000 as shipped 金额.")] = "",
    hours: Annotated[int | None, typer.Option(min=1, max=8_760, help="None: the workspace's own 小时.")] = None,
    scope: Annotated[str, typer.Option(help="Only for this order number 只限订单.")] = "",
    by: Annotated[str, typer.Option(help="Who grants it 授权人.")] = desks.ACTOR,
) -> None:
    """Give a temporary limit that ends by itself 临时授信."""
    desk = desks.of(context)
    amount_minor = desk.minor(amount, _currency(desk, account)) if amount else None
    given = credit.grant(
        desk.hub, account, amount_minor=amount_minor, hours=hours, scope=scope, actor=by, now=clock.now()
    )
    if isinstance(given, Refused):
        desk.refuse(given)
    desk.tell(
        f"授信 {given.grant_id}，{desk.at(given.expires_at)} 到期",
        f"Grant {given.grant_id} until {desk.at(given.expires_at)}",
    )
    _tell(desk, account)


@app.command()
def withdraw(
    context: typer.Context,
    account: Account,
    grant_id: Annotated[uuid.UUID, typer.Argument(help="As `credit show` lists it 授信编号.")],
) -> None:
    """End a grant before its time; what was reserved on it stays 撤回授信."""
    desk = desks.of(context)
    desk.none(credit.withdraw(desk.hub, account, grant_id=grant_id, actor=desks.ACTOR, now=clock.now()))
    _tell(desk, account)


@app.command(context_settings={"ignore_unknown_options": True})
def charge(
    context: typer.Context,
    account: Account,
    amount: Annotated[str, typer.Argument(help="A deposit is negative, a debt positive 预存为负，欠款为正.")],
    reference: Annotated[str, typer.Option(help="The bank's or the voucher's number 凭证.")] = "",
) -> None:
    """Book money beside any order 记账."""
    desk = desks.of(context)
    amount_minor = desk.minor(amount, _currency(desk, account))
    desk.none(
        credit.charge(
            desk.hub, account, amount_minor=amount_minor, reference=reference, actor=desks.ACTOR, source=desks.SOURCE,
            now=clock.now(),
        )
    )  # fmt: skip
    _tell(desk, account)


def _currency(desk: desks.Desk, account: str) -> str:
    with desk.reading() as connection:
        found = credit_query.detail(connection, viewer=desk.viewer, account=account, now=clock.now())
    if found is None:
        desk.refuse(Refused("credit.no_account", {"account": account}))
    return found.account.currency


def _tell(desk: desks.Desk, account: str) -> None:
    with desk.reading() as connection:
        found = credit_query.detail(connection, viewer=desk.viewer, account=account, now=clock.now())
    assert found is not None, "the account was just written"
    desk.table(_columns(desk), [_row(desk, found.account)], right=(1, 2, 3, 4, 5))


def _columns(desk: desks.Desk) -> list[str]:
    return [desk.say("账户", "account"), desk.say("额度", "limit"), desk.say("临时", "granted"),
            desk.say("欠款", "used"), desk.say("占用", "reserved"), desk.say("可用", "available")]  # fmt: skip


def _row(desk: desks.Desk, each: credit_query.Account) -> tuple[str, ...]:
    amounts = (each.limit_minor, each.granted_minor, each.used_minor, each.reserved_minor, each.available_minor)
    return (each.account, *(desk.amount(amount, each.currency) for amount in amounts))
