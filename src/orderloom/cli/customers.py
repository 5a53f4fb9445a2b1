"""orderloom customer: add, show, backfill."""

from typing import Annotated

import typer

from orderloom.actions import backfills, reference
from orderloom.cli import desk as desks
from orderloom.domain import phones
from orderloom.domain.customers import Customer
from orderloom.domain.orders import state
from orderloom.kit import clock
from orderloom.kit.refusals import Refused
from orderloom.queries import reference as reference_query

app = typer.Typer()


@app.command()
def add(
    context: typer.Context,
    customer_no: Annotated[str, typer.Argument(help="客户编号.")],
    name: Annotated[str, typer.Option(help="名称.")] = "",
    level: Annotated[str, typer.Option(help="A, B, C 等级.")] = "",
    segment: Annotated[str, typer.Option(help="retail, dealer … 分群.")] = "",
    risk: Annotated[str, typer.Option(help="low, watch, high 风险.")] = "",
    account: Annotated[str, typer.Option(help="Its credit account 信用账户.")] = "",
    owner: Annotated[str, typer.Option(help="The login of whose customer it is 负责人登录名.")] = "",
    payment: Annotated[str, typer.Option(help="How it usually pays 惯用支付方式.")] = "",
    phone: Annotated[str, typer.Option(help="Its orders are known by it; kept as a fingerprint only 手机.")] = "",
    invoice: Annotated[str, typer.Option(help="Invoice title 发票抬头.")] = "",
    sets: desks.Sets = [],  # noqa: B006 - typer copies it.
) -> None:
    """Enter or change a customer; what is not named stays 新增或修改."""
    desk = desks.of(context)
    with desk.reading() as connection:
        known = reference_query.customers(
            connection, viewer=desk.viewer, wanted=reference_query.Wanted(keys=(customer_no,))
        ).rows
    made = known[0] if known else Customer(customer_no)
    stated = {
        "name": name,
        "level": level,
        "segment": segment,
        "risk": risk,
        "account": account,
        "owner": owner.strip().lower(),
        "payment_method": payment,
    }
    for field, value in stated.items():
        if value:
            setattr(made, field, value)
    if invoice:
        made.invoice = state.Invoice(invoice)
    read = phones.read(phone)
    if phone and read.state != "known":
        desk.refuse(Refused("customer.bad_phone", {"phone": phone}))
    keys = {customer_no: read.number} if phone else {}
    made.custom = {**made.custom, **desks.values(sets)}
    desk.none_wrong(reference.enter_customers(desk.hub, [made], phones=keys, actor=desks.ACTOR, now=clock.now()))
    desk.tell(f"客户 {customer_no} 已保存", f"Customer {customer_no} is saved")


@app.command()
def show(
    context: typer.Context,
    customer_no: Annotated[str, typer.Argument(help="客户编号.")],
    as_json: desks.AsJson = False,
) -> None:
    """One customer 查看."""
    desk = desks.of(context)
    with desk.reading() as connection:
        found = reference_query.customers(
            connection, viewer=desk.viewer, wanted=reference_query.Wanted(keys=(customer_no,))
        ).rows
        reference_query.opened(connection, found, viewer=desk.viewer, sealer=desk.hub.sealer)
    if not found:
        desk.refuse(Refused("customer.unknown", {"customer_no": customer_no}))
    if as_json:
        desk.json(found[0])
        return
    one = found[0]
    desk.facts(
        {
            desk.say("客户", "customer"): f"{one.customer_no}  {one.name}",
            desk.say("等级", "level"): f"{one.level}  {one.segment}  {one.risk}",
            desk.say("账户", "account"): f"{one.account}  {one.payment_method}",
            desk.say("发票", "invoice"): one.invoice.title if one.invoice else "",
            desk.say("自定义字段", "own fields"): desks.told(one.custom),
        }
    )


@app.command()
def backfill(
    context: typer.Context,
    dry: Annotated[bool, typer.Option("--dry", help="Only count 只统计.")] = False,
    as_json: desks.AsJson = False,
) -> None:
    """Give old orders that name no customer the one whose phone they have, with its level 按手机号回填客户."""
    desk = desks.of(context)
    with desk.working("正在回填", "Filling"):
        report = backfills.customers(desk.hub, actor=desks.ACTOR, source="desk", now=clock.now(), dry=dry)
    if as_json:
        desk.json(report)
        return
    desk.facts(
        {
            desk.say("无客户的旧单", "old orders without a customer"): f"{report.orders:,}",
            desk.say("按手机号匹配", "matched by phone"): f"{report.matched:,}",
            desk.say("查无此号", "nobody has the phone"): f"{report.unmatched:,}",
            desk.say("多位客户同号，未填", "several have it, not filled"): f"{report.ambiguous:,}",
            desk.say("没有明文手机号", "no clear phone"): f"{report.without_phone:,}",
        }
    )
