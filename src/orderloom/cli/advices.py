"""orderloom advice: ask, accept, shares."""

import datetime as dt
import uuid
from typing import Annotated

import typer

from orderloom.actions import advices
from orderloom.cli import desk as desks
from orderloom.kit import clock
from orderloom.kit.refusals import Refused
from orderloom.queries import advices as advices_query
from orderloom.queries import scopes

app = typer.Typer()

OrderNo = Annotated[str, typer.Argument(help="OL-20260218-000123 订单号.")]


@app.command()
def ask(context: typer.Context, order_no: OrderNo, as_json: desks.AsJson = False) -> None:
    """What rules propose for an order, what may be done about its holds, and who owns it 查看建议."""
    desk = desks.of(context)
    now = clock.now()
    told = advices.ask(desk.hub, _found(desk, order_no).order_id, order_no=order_no, to=desks.ACTOR, now=now)
    if isinstance(told, Refused):
        desk.refuse(told)
    if as_json:
        desk.json(told)
        return
    columns = [
        desk.say("建议", "advice"),
        desk.say("规则", "rule"),
        desk.say("编号", "id"),
        desk.say("采纳", "accepted"),
    ]
    rows = [
        (desk.say(each.zh, each.en), each.rule, str(each.advice_id), each.accepted_by or "") for each in told.proposals
    ]
    desk.table(columns, rows)
    for each in told.suggestions:
        desk.tell(
            f"挂起 {each.hold_code}：{each.zh}（{each.action}）", f"Hold {each.hold_code}: {each.en} ({each.action})"
        )
    for one in told.owners:
        desk.tell(f"负责人 {one.hold_code} {one.owner}", f"Owner {one.hold_code} {one.owner}")


@app.command()
def accept(
    context: typer.Context,
    order_no: OrderNo,
    advice_id: Annotated[str, typer.Argument(help="The proposal, as `ask` shows it 建议编号.")],
    as_json: desks.AsJson = False,
) -> None:
    """Accept a proposal: the order is amended by what it sets, and it counts 采纳建议."""
    desk = desks.of(context)
    found = _found(desk, order_no)
    try:
        wanted = uuid.UUID(advice_id)
    except ValueError:
        desk.refuse(Refused("advice.unknown", {"advice_id": advice_id}))
    done = advices.accept(desk.hub, found.order_id, advice_id=wanted, origin=desk.origin(), now=clock.now())
    desk.outcome(done, as_json=as_json)


@app.command()
def shares(
    context: typer.Context,
    days: Annotated[int, typer.Option(min=1, max=366, help="Proposals of the last so many days 天数.")] = 30,
    as_json: desks.AsJson = False,
) -> None:
    """How often the proposals of each rule were accepted 采纳率."""
    desk = desks.of(context)
    now = clock.now()
    with desk.reading() as connection:
        found = advices_query.shares(connection, viewer=desk.viewer, since=now - dt.timedelta(days=days), until=now)
    if as_json:
        desk.json(found)
        return
    columns = [
        desk.say("规则", "rule"),
        desk.say("提出", "proposed"),
        desk.say("采纳", "accepted"),
        desk.say("采纳率", "share"),
    ]
    rows = [(each.rule, str(each.proposed), str(each.accepted), f"{each.share:.1%}") for each in found]
    desk.table(columns, rows, right=(1, 2, 3))


def _found(desk: desks.Desk, order_no: str) -> scopes.Found:
    with desk.reading() as connection:
        found = scopes.orders(connection, desk.viewer, [order_no])
    if order_no not in found:
        desk.refuse(Refused("order.unknown", {"order_id": order_no}))
    return found[order_no]
