"""orderloom breaker: stop a customer, SKU, channel, carrier or host, and let it go on."""

import uuid
from typing import Annotated

import typer

from orderloom.actions import breakers
from orderloom.cli import desk as desks
from orderloom.domain.breakers import Breaker, Kind, Stop
from orderloom.kit import clock
from orderloom.kit.refusals import Refused
from orderloom.queries import breakers as breakers_query

app = typer.Typer()


@app.command(name="list")
def list_(
    context: typer.Context,
    everything: Annotated[bool, typer.Option("--all", help="Also those that were lifted 含已解除.")] = False,
    count: Annotated[int, typer.Option(min=1, max=500, help="Rows 行数.")] = 50,
    as_json: desks.AsJson = False,
) -> None:
    """What is stopped, the newest first 列出."""
    desk = desks.of(context)
    with desk.reading() as connection:
        page = breakers_query.page(connection, viewer=desk.viewer, everything=everything, count=count)
    if as_json:
        desk.json(page)
        return
    columns = ["id", desk.say("种类", "kind"), desk.say("对象", "name"), desk.say("原因", "reason"),
               desk.say("负责人", "owner"), desk.say("截止", "until"), desk.say("解除", "lifted")]  # fmt: skip
    rows = [
        (
            str(each.breaker_id),
            each.kind,
            each.name,
            each.reason,
            each.owner,
            desk.at(each.until),
            desk.at(each.lifted_at),
        )
        for each in page.rows
    ]
    desk.table(columns, rows)


@app.command()
def trip(
    context: typer.Context,
    kind: Annotated[Kind, typer.Argument(help="What is stopped 种类.")],
    name: Annotated[str, typer.Argument(help="Its number or name 对象.")],
    reason: Annotated[str, typer.Option(help="Why; stands in the holds 原因.")],
    owner: Annotated[str, typer.Option(help="Who is told 负责人.")] = "operations",
    until: Annotated[str, typer.Option(help="2026-02-18T09:30; empty: until it is lifted 截止.")] = "",
) -> None:
    """Stop it: orders are held, flows do not start, a carrier is not chosen 熔断."""
    desk = desks.of(context)
    ends = desk.instant(until) if until else None
    stop = Stop(kind, name, reason, owner, ends)
    made = breakers.trip(desk.hub, stop, actor=desks.ACTOR, now=clock.now())
    _told(desk, made, "已熔断", "Stopped")


@app.command()
def lift(
    context: typer.Context,
    breaker_id: Annotated[uuid.UUID, typer.Argument(help="As `breaker list` shows it 编号.")],
) -> None:
    """Let it go on: the holds that it made come off 解除."""
    desk = desks.of(context)
    _told(desk, breakers.lift(desk.hub, breaker_id, actor=desks.ACTOR, now=clock.now()), "已解除", "Lifted")


def _told(desk: desks.Desk, answer: Breaker | Refused, zh: str, en: str) -> None:
    if isinstance(answer, Refused):
        desk.refuse(answer)
    desk.tell(
        f"{zh} {answer.kind} {answer.name}（{answer.breaker_id}）",
        f"{en} {answer.kind} {answer.name} ({answer.breaker_id})",
    )
