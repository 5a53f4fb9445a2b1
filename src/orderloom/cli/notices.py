"""orderloom notice: the inbox of whoever sits at this machine."""

from typing import Annotated

import typer

from orderloom.actions import notices
from orderloom.cli import desk as desks
from orderloom.kit import clock, limits
from orderloom.queries import notices as notices_query

app = typer.Typer()


@app.command(name="list")
def list_(
    context: typer.Context,
    unseen: Annotated[bool, typer.Option("--unseen", help="Only what was not seen 只看未读.")] = False,
    count: Annotated[int, typer.Option(min=1, max=limits.PAGE_ROWS_MAX, help="How many 多少条.")] = 50,
    as_json: desks.AsJson = False,
) -> None:
    """The newest notices 列出."""
    desk = desks.of(context)
    with desk.reading() as connection:
        page = notices_query.page(connection, viewer=desk.viewer, unseen=unseen, count=count)
    if as_json:
        desk.json(page)
        return
    columns = [
        desk.say("时间", "at"),
        desk.say("受众", "audience"),
        desk.say("标题", "title"),
        desk.say("已读", "seen"),
    ]
    rows = [
        (desk.at(each.at), each.audience, desk.say(each.title.zh, each.title.en), desk.at(each.seen_at))
        for each in page.rows
    ]
    desk.table(columns, rows)
    desk.tell(f"未读 {page.unseen} 条", f"{page.unseen} unseen")


@app.command()
def seen(context: typer.Context) -> None:
    """Mark all as seen, a thousand at a time 全部标为已读."""
    desk = desks.of(context)
    marked = notices.mark_seen(desk.hub, person=desk.viewer.name, audiences=desk.viewer.hears, now=clock.now())
    desk.tell(f"已标记 {marked} 条", f"{marked} marked as seen")
