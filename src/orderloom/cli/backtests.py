"""orderloom backtest: try drafts on past orders."""

import datetime as dt
from typing import TYPE_CHECKING, Annotated, Any

import typer

from orderloom.cli import desk as desks
from orderloom.kit import clock, limits
from orderloom.kit.refusals import Refused

if TYPE_CHECKING:
    from orderloom.trials import backtests

app = typer.Typer()

_SHOWN = 20


@app.command()
def backtest(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(help="Drafts, such as rules/sourcing; may repeat 草稿.")],
    days: Annotated[int, typer.Option(min=1, max=limits.BACKTEST_DAYS_MAX, help="How many days back 天数.")] = 30,
    as_json: desks.AsJson = False,
) -> None:
    """Try drafts on past orders: which would change, and the money, hours, splits and holds of it 回测."""
    from orderloom.actions import documents, judging
    from orderloom.kit import apart
    from orderloom.trials import backtests, drafts, worlds

    desk = desks.of(context)
    picks = [documents.Pick(*_pair(name)) for name in names]
    proposals = documents.proposals_of(desk.hub, picks)
    found = proposals if isinstance(proposals, Refused) else documents.check(desk.hub, proposals, cases=False)
    refused = found if isinstance(found, Refused) else judging.refusal(found)
    if refused is not None:
        desk.refuse(refused)
    assert not isinstance(proposals, Refused)
    tried = [drafts.Draft(each.kind, each.name, each.content) for each in proposals]
    now = clock.now()
    period = worlds.Period(now - dt.timedelta(days=days), now)
    shown: list[backtests.Change] = []
    try:
        for each in backtests.run(desk.hub.database.url, desk.hub.workspace, tried, period=period):
            if as_json:
                desk.json(each)
            elif isinstance(each, backtests.Change):
                shown = shown if len(shown) == _SHOWN else [*shown, each]
            else:
                _tell(desk, shown, each)
    except apart.Broke as broke:
        desk.refuse(Refused("backtest.broke", {"words": broke.args[0]}))


def _pair(name: str) -> tuple[str, str]:
    kind, _, rest = name.partition("/")
    return kind, rest


def _tell(desk: desks.Desk, shown: "list[backtests.Change]", summary: "backtests.Summary") -> None:
    rows = [
        (each.order_no, field, _cell(was), _cell(now)) for each in shown for field, (was, now) in each.fields.items()
    ]
    if rows:
        desk.table([desk.say("订单", "order"), desk.say("项", "field"), desk.say("现行", "in force"),
                    desk.say("草稿", "draft")], rows)  # fmt: skip
    figures = [
        (desk.say("订单", "orders"), summary.orders, ""),
        (desk.say("会改变", "would change"), "", summary.changed),
        (desk.say("不可比", "not comparable"), summary.not_comparable, ""),
        (desk.say("与当时一致", "decided as they were"), summary.reproduced, ""),
        (desk.say("被拒", "refused"), *summary.refused),
        (desk.say("挂起", "held"), *summary.held),
        (desk.say("发货单", "shipments"), *summary.shipments),
        (desk.say("拆单", "split"), *summary.split),
        (desk.say("待产数量", "units backordered"), *summary.backordered),
        (desk.say("平均承诺小时", "promised hours, mean"), *summary.promised_hours),
    ]
    for money in summary.money:
        for name, label in (("total", desk.say("应付", "total")), ("discount", desk.say("优惠", "discounts")),
                            ("freight", desk.say("运费收入", "freight charged")),
                            ("carriage", desk.say("运费成本", "carriage"))):  # fmt: skip
            was, now = getattr(money, f"{name}_minor")
            figures.append(
                (f"{label} {money.currency}", desk.amount(was, money.currency), desk.amount(now, money.currency))
            )
    desk.table(
        [desk.say("合计", "sums"), desk.say("现行", "in force"), desk.say("草稿", "draft")],
        [tuple(str(cell) for cell in row) for row in figures], right=(1, 2),
    )  # fmt: skip
    if not summary.ended:
        desk.tell("时间已到，只比对了一部分", "The time was up: only a part was compared")


def _cell(value: Any) -> str:
    return ", ".join(str(each) for each in value) if isinstance(value, list) else str(value)
