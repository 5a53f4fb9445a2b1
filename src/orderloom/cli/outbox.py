"""orderloom outbox: what could not leave the house, and deciding on it."""

import uuid
from collections.abc import Sequence
from typing import Annotated

import typer

from orderloom.actions import outgoing
from orderloom.cli import desk as desks
from orderloom.kit import clock
from orderloom.kit.refusals import Refused
from orderloom.queries import outbox as outbox_query

app = typer.Typer()

Ids = Annotated[list[uuid.UUID], typer.Argument(help="As `outbox dead` lists them 编号.")]
By = Annotated[str, typer.Option("--by", help="Who decides 操作人.")]
Reason = Annotated[str, typer.Option(help="Why; it is kept with the row 原因.")]


@app.command()
def dead(
    context: typer.Context,
    topic: Annotated[str, typer.Option(help="Only this topic, such as http, webhook 限主题.")] = "",
    count: Annotated[int, typer.Option(min=1, max=500, help="Rows 行数.")] = 50,
    as_json: desks.AsJson = False,
) -> None:
    """What nobody tries any more, the oldest first, each with its reason 死信."""
    desk = desks.of(context)
    with desk.reading() as connection:
        page = outbox_query.dead(connection, viewer=desk.viewer, topic=topic or None, count=count)
    if as_json:
        desk.json(page)
        return
    columns = ["id", desk.say("主题", "topic"), desk.say("对象", "subject"), desk.say("次数", "attempts"),
               desk.say("原因", "reason")]  # fmt: skip
    rows = [
        (str(each.outbox_id), each.topic, each.subject, str(each.attempts), str((each.result or {}).get("reason", "")))
        for each in page.rows
    ]
    desk.table(columns, rows, right=(3,))


@app.command()
def retry(context: typer.Context, outbox_ids: Ids, by: By = desks.ACTOR, reason: Reason = "") -> None:
    """Try dead rows again from the first attempt 重试."""
    desk = desks.of(context)
    done = outgoing.requeue(desk.hub, outbox_ids, actor=by, reason=reason, now=clock.now())
    _told(desk, outbox_ids, done, "将重试", "Will be tried again")


@app.command(name="give-up")
def give_up(context: typer.Context, outbox_ids: Ids, by: By = desks.ACTOR, reason: Reason = "") -> None:
    """Give dead rows up: what waits behind them goes on 放弃."""
    desk = desks.of(context)
    done = outgoing.give_up(desk.hub, outbox_ids, actor=by, reason=reason, now=clock.now())
    _told(desk, outbox_ids, done, "已放弃", "Given up")


def _told(desk: desks.Desk, asked: Sequence[uuid.UUID], done: Sequence[uuid.UUID], zh: str, en: str) -> None:
    for each in done:
        desk.tell(f"{zh} {each}", f"{en}: {each}")
    for each in asked:
        if each not in done:
            desk.refuse(Refused("outbox.not_dead", {"outbox_id": str(each)}))
