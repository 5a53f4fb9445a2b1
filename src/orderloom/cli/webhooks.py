"""orderloom webhook: partners' URLs told of events; their log; handing over again."""

import uuid
from typing import Annotated

import typer

from orderloom.actions import webhooks
from orderloom.cli import deliveries as logs
from orderloom.cli import desk as desks
from orderloom.kit import clock, limits
from orderloom.kit.refusals import Refused
from orderloom.queries import deliveries

app = typer.Typer()

Name = Annotated[str, typer.Argument(help="The webhook's name 名称.")]


@app.command()
def add(
    context: typer.Context,
    name: Name,
    url: Annotated[str, typer.Argument(help="https://… 网址.")],
    types: Annotated[
        list[str] | None, typer.Option("--type", help="order.confirmed …; may repeat, none: all 事件类型.")
    ] = None,
    private: Annotated[bool, typer.Option("--private", help="May lead into one's own network 允许内网.")] = False,
) -> None:
    """Subscribe a URL, or change it; the secret that signs is shown once 新增或修改."""
    desk = desks.of(context)
    secret = webhooks.subscribe(
        desk.hub, name=name, url=url, types=types or [], private=private, actor=desks.ACTOR, now=clock.now()
    )
    _secret(desk, secret)


@app.command()
def remove(context: typer.Context, name: Name) -> None:
    """Tell a webhook nothing more 删除."""
    desk = desks.of(context)
    desk.none(webhooks.unsubscribe(desk.hub, name=name, actor=desks.ACTOR, now=clock.now()))
    desk.tell(f"Webhook {name} 已删除", f"Webhook {name} is removed")


@app.command(name="list")
def list_(context: typer.Context, as_json: desks.AsJson = False) -> None:
    """Webhooks and how they stand 列出."""
    desk = desks.of(context)
    with desk.reading() as connection:
        settings = desk.hub.reference(connection).settings
        found = deliveries.webhooks(connection, viewer=desk.viewer, settings=settings)
    if as_json:
        desk.json(found)
        return
    columns = [desk.say("名称", "name"), desk.say("网址", "url"), desk.say("事件", "types"),
               desk.say("等待", "waiting"), desk.say("失败", "dead"), desk.say("状态", "state")]  # fmt: skip
    rows = [
        (each.name, each.url, " ".join(each.types), str(each.waiting), str(each.dead), _state(desk, each))
        for each in found
    ]
    desk.table(columns, rows, right=(3, 4))


@app.command()
def rotate(
    context: typer.Context,
    name: Name,
    hours: Annotated[
        int, typer.Option(min=0, max=limits.WEBHOOK_SECRET_HOURS_MAX, help="The old one signs so long 旧密钥保留小时.")
    ] = 24,
) -> None:
    """Change the secret; both sign until the old one ends 换密钥."""
    desk = desks.of(context)
    _secret(desk, webhooks.rotate(desk.hub, name=name, hours=hours, actor=desks.ACTOR, now=clock.now()))


@app.command()
def enable(context: typer.Context, name: Name) -> None:
    """Switch a webhook on again 启用."""
    desk = desks.of(context)
    desk.none(webhooks.switch(desk.hub, name=name, on=True, actor=desks.ACTOR, now=clock.now()))
    desk.tell(f"Webhook {name} 已启用", f"Webhook {name} is on")


@app.command()
def disable(context: typer.Context, name: Name) -> None:
    """Switch a webhook off 停用."""
    desk = desks.of(context)
    desk.none(webhooks.switch(desk.hub, name=name, on=False, actor=desks.ACTOR, now=clock.now()))
    desk.tell(f"Webhook {name} 已停用", f"Webhook {name} is off")


@app.command()
def ping(context: typer.Context, name: Name) -> None:
    """Send an event to try a webhook; a worker sends it 试发."""
    desk = desks.of(context)
    answer = webhooks.ping(desk.hub, name=name, actor=desks.ACTOR, now=clock.now())
    logs.handed_on(desk, answer, log=f"webhook log {name}")


@app.command()
def replay(
    context: typer.Context,
    name: Name,
    since: Annotated[str, typer.Option(help="All that failed since, such as 2026-02-18T09:30 自何时起的失败.")] = "",
    delivery: Annotated[list[uuid.UUID] | None, typer.Option(help="These deliveries; may repeat 指定记录.")] = None,
) -> None:
    """Hand over again, under the same ids 补发."""
    desk = desks.of(context)
    count = webhooks.replay(
        desk.hub, name=name, since=desk.instant(since) if since else None, deliveries=delivery or None,
        actor=desks.ACTOR, now=clock.now(),
    )  # fmt: skip
    if isinstance(count, Refused):
        desk.refuse(count)
    desk.tell(f"{count} 条将补发", f"{count} are handed over again")


@app.command()
def log(
    context: typer.Context,
    name: Name,
    count: logs.Count = 20,
    as_json: desks.AsJson = False,
) -> None:
    """What was handed over, waits or failed 推送记录."""
    desk = desks.of(context)
    with desk.reading() as connection:
        page = deliveries.of_webhook(connection, name, viewer=desk.viewer, count=count)
    logs.told(desk, page, as_json=as_json)


def _secret(desk: desks.Desk, secret: str | Refused) -> None:
    if isinstance(secret, Refused):
        desk.refuse(secret)
    desk.tell("密钥只显示这一次，请交给对方：", "Give it to the partner; it is shown only this once:")
    desk.out.print(secret, markup=False, soft_wrap=True)


def _state(desk: desks.Desk, each: deliveries.Webhook) -> str:
    if each.disabled:
        return desk.say("停用", "off")
    if each.failing_since:
        return desk.say(f"自 {desk.at(each.failing_since)} 失败", f"fails since {desk.at(each.failing_since)}")
    return desk.say("正常", "well")
