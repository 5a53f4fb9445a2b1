"""orderloom metric: show, orders, alerts, past, board, report."""

import datetime as dt
from collections.abc import Mapping
from typing import Annotated, Any

import typer

from orderloom.actions import documents, judging
from orderloom.cli import desk as desks
from orderloom.deciding.reference import Reference
from orderloom.domain import alerts as alert_words
from orderloom.domain import metrics
from orderloom.domain.alerts import Alert
from orderloom.kit import apart, clock, limits
from orderloom.kit.refusals import Refused
from orderloom.queries import alerts as alerts_query
from orderloom.queries import boards as boards_query
from orderloom.queries import metrics as metrics_query

app = typer.Typer()

Name = Annotated[str, typer.Argument(help="The document's name 名称.")]


@app.command()
def show(context: typer.Context, name: Name, as_json: desks.AsJson = False) -> None:
    """A metric's figures, by its groups and pieces of time 查看指标."""
    desk = desks.of(context)
    made = _ask(desk, boards_query.metric, name)
    if as_json:
        desk.json(made)
    else:
        _figures(desk, made.by, made.unit, made.figures)


@app.command()
def orders(
    context: typer.Context,
    name: Name,
    group: Annotated[list[str] | None, typer.Option(help="A group's values, in order 分组值.")] = None,
    count: Annotated[int, typer.Option(min=1, max=limits.PAGE_ROWS_MAX, help="How many at most 条数.")] = 50,
) -> None:
    """The numbers of the orders behind a figure, the newest first 钻取订单."""
    desk = desks.of(context)
    with desk.reading() as connection:
        reference = desk.hub.reference(connection)
        found = reference.documents.get("metric", {}).get(name)
        if found is None:
            desk.refuse(Refused("document.unknown", {"kind": "metric", "name": name}))
        numbers = metrics_query.behind(
            connection, metrics.read(found.content), of=metrics_query.Group(group or ()), viewer=desk.viewer,
            zone=reference.settings.zone, now=clock.now(), count=count,
        )  # fmt: skip
    if isinstance(numbers, Refused):
        desk.refuse(numbers)
    for number in numbers:
        desk.out.print(number, markup=False)


@app.command()
def alerts(context: typer.Context, as_json: desks.AsJson = False) -> None:
    """Alerts that stand now: figures beyond their bounds 预警."""
    desk = desks.of(context)
    with desk.reading() as connection:
        found = alerts_query.standing(
            connection, viewer=desk.viewer, documents=desk.hub.reference(connection).documents
        )
    if as_json:
        desk.json(found)
        return
    columns = [desk.say("预警", "alert"), desk.say("分组", "group"), desk.say("数值", "figure"),
               desk.say("自", "since"), desk.say("已通知", "told")]  # fmt: skip
    rows = [(each.alert, each.key, f"{each.value:g}", desk.at(each.since), desk.at(each.told_at)) for each in found]
    desk.table(columns, rows, right=[2])


@app.command()
def past(
    context: typer.Context,
    name: Name,
    days: Annotated[int, typer.Option(min=1, max=limits.ALERT_PAST_DAYS_MAX, help="How many days back 天数.")] = 7,
    as_json: desks.AsJson = False,
) -> None:
    """When an alert, its draft if it has one, would have told people 回测预警."""
    from orderloom.queries import alert_pasts

    desk = desks.of(context)
    alert, metric, zone = _alert(desk, name)
    now = clock.now()
    asked = alert_pasts.Asked(
        desk.hub.database.url, desk.hub.workspace, alert, metric, zone, now - dt.timedelta(days=days), now
    )
    try:
        made = alert_pasts.tried(asked)
    except apart.Broke as broke:
        made = Refused("backtest.broke", {"words": broke.args[0]})
    if isinstance(made, Refused):
        desk.refuse(made)
    if as_json:
        desk.json(made)
        return
    columns = [*(made.by or [desk.say("分组", "group")]), desk.say("自", "since"), desk.say("通知", "told"),
               desk.say("次数", "times"), desk.say("恢复", "back"), desk.say("最差", "worst")]  # fmt: skip
    rows = [
        (*(each.groups or [""]), desk.at(each.since), desk.at(each.rung_at), str(each.told), desk.at(each.ended_at),
         f"{each.worst:g}")
        for each in made.rung
    ]  # fmt: skip
    if rows:
        desk.table(columns, rows, right=[len(columns) - 1])
    desk.tell(
        f"{days} 天里会通知 {made.told} 次；每 {made.every_minutes} 分钟看一次，另有 {made.passed} 次不到时长就恢复了",
        f"In {days} days people would have been told {made.told} times; looked at every {made.every_minutes} min,"
        f" {made.passed} more passed before the alert rang",
    )


@app.command()
def board(context: typer.Context, name: Name, as_json: desks.AsJson = False) -> None:
    """A board: every card with its figures 看板."""
    desk = desks.of(context)
    made = _ask(desk, boards_query.board, name)
    if as_json:
        desk.json(made)
        return
    desk.tell(made.title.zh, made.title.en)
    for card in (each for row in made.rows for each in row):
        _card(desk, card)


@app.command()
def report(context: typer.Context, name: Name, as_json: desks.AsJson = False) -> None:
    """A report: its metrics over days, weeks or months 报表."""
    desk = desks.of(context)
    made = _ask(desk, boards_query.report, name)
    if as_json:
        desk.json(made)
        return
    desk.tell(made.title.zh, made.title.en)
    for card in made.metrics:
        _card(desk, card)


def _alert(desk: desks.Desk, name: str) -> tuple[Alert, metrics.Metric, str]:
    """An alert's draft, or what is in force where it has none, with its metric and the workspace's zone."""
    drafted = documents.proposals_of(desk.hub, [documents.Pick("alert", name)])
    with desk.reading() as connection:
        reference = desk.hub.reference(connection)
    if isinstance(drafted, Refused):
        found = reference.documents.get("alert", {}).get(name)
        if found is None:
            desk.refuse(Refused("document.unknown", {"kind": "alert", "name": name}))
        return _with_metric(desk, found.content, reference)
    checked = documents.check(desk.hub, drafted, cases=False)
    refused = checked if isinstance(checked, Refused) else judging.refusal(checked)
    if refused is not None:
        desk.refuse(refused)
    return _with_metric(desk, drafted[0].content, reference)


def _with_metric(
    desk: desks.Desk, content: Mapping[str, Any], reference: Reference
) -> tuple[Alert, metrics.Metric, str]:
    alert = alert_words.read(content)
    metric = reference.documents.get("metric", {}).get(alert.metric)
    if metric is None:
        desk.refuse(Refused("document.unknown", {"kind": "metric", "name": alert.metric}))
    return alert, metrics.read(metric.content), reference.settings.zone


def _ask(desk: desks.Desk, query: Any, name: str) -> Any:
    hub = desk.hub
    with desk.reading() as connection:
        reference = hub.reference(connection)
    asked = boards_query.Asked(
        hub.database, hub.workspace, reference.documents, desk.viewer, reference.settings.zone, clock.now()
    )
    made = query(asked, name)
    if isinstance(made, Refused):
        desk.refuse(made)
    return made


def _card(desk: desks.Desk, card: boards_query.Card) -> None:
    desk.tell(f"— {card.title.zh}", f"— {card.title.en}")
    if card.refused:
        desk.out.print(desk.text(Refused(card.refused, {"seconds": limits.METRIC_SECONDS_MAX})), markup=False)
    else:
        _figures(desk, card.by, card.unit, card.figures)


def _figures(desk: desks.Desk, by: list[str], unit: str, figures: list[metrics_query.Figure]) -> None:
    columns = [desk.say("时间", "time"), *by, desk.say("数值", "figure") + (f" {unit}" if unit else ""),
               desk.say("行数", "rows")]  # fmt: skip
    rows = [
        (desk.at(each.bucket), *each.groups, "—" if each.value is None else f"{each.value:,.4g}" if each.value % 1
         else f"{each.value:,.0f}", str(each.count))
        for each in figures
    ]  # fmt: skip
    desk.table(columns, rows, right=[len(by) + 1, len(by) + 2])
