"""orderloom messenger: robots and mailboxes, who is told by which, what was rejected."""

from typing import Annotated

import typer

from orderloom.actions import messengers
from orderloom.actions.messengers import Wanted
from orderloom.cli import deliveries as logs
from orderloom.cli import desk as desks
from orderloom.domain.messengers import People
from orderloom.kit import clock
from orderloom.kit.refusals import Refused
from orderloom.outbox import messengers as messengers_out
from orderloom.queries import deliveries

app = typer.Typer()

Name = Annotated[str, typer.Argument(help="The messenger's name 名称.")]


@app.command()
def add(
    context: typer.Context,
    name: Name,
    kind: Annotated[str, typer.Option(help="dingtalk, wecom, feishu, email 类型.")],
    stated: Annotated[
        list[str] | None, typer.Option("--set", help="A field of the account: url=https://…; may repeat 账号字段.")
    ] = None,
    asked: Annotated[
        list[str] | None, typer.Option("--ask", help="A field to be typed unseen: secret; may repeat 隐藏输入的字段.")
    ] = None,
    private: Annotated[bool, typer.Option("--private", help="May lead into one's own network 允许内网.")] = False,
    language: Annotated[str, typer.Option(help="zh or en 语言.")] = "zh",
) -> None:
    """Enter a messenger or give it another account; the account is sealed and never shown 新增或修改."""
    desk = desks.of(context)
    account: dict[str, object] = {}
    for each in stated or ():
        field, equals, value = each.partition("=")
        if not equals:
            raise typer.BadParameter(desk.say(f"请写成 字段=值：{each}", f"Write field=value: {each}"))
        account[field] = int(value) if field == "port" and value.isdigit() else value
    for field in asked or ():
        account[field] = typer.prompt(field, hide_input=True)
    if private:
        account["private"] = True
    read = messengers_out.account(kind, account)
    if isinstance(read, Refused):
        desk.refuse(read)
    now = clock.now()
    desk.none(
        messengers.enter(desk.hub, name, kind=kind, account=read, language=language, actor=desks.ACTOR, now=now)
    )  # fmt: skip
    desk.tell(f"消息渠道 {name} 已保存，可用 orderloom messenger ping {name} 试发", f"Messenger {name} is saved")


@app.command()
def remove(context: typer.Context, name: Name) -> None:
    """Forget a messenger and its routes 删除."""
    desk = desks.of(context)
    desk.none(messengers.remove(desk.hub, name, actor=desks.ACTOR, now=clock.now()))
    desk.tell(f"消息渠道 {name} 已删除", f"Messenger {name} is removed")


@app.command(name="list")
def list_(context: typer.Context, as_json: desks.AsJson = False) -> None:
    """Messengers, and who is told by which 列出."""
    desk = desks.of(context)
    with desk.reading() as connection:
        settings = desk.hub.reference(connection).settings
        found = deliveries.messengers(connection, viewer=desk.viewer, settings=settings)
        routes = deliveries.routes(viewer=desk.viewer, settings=settings)
    if as_json:
        desk.json({"messengers": found, "routes": routes})
        return
    columns = [
        desk.say("名称", "name"),
        desk.say("类型", "kind"),
        desk.say("等待", "waiting"),
        desk.say("拒收", "dead"),
    ]
    rows = [(each.name, each.kind, str(each.waiting), str(each.dead)) for each in found]
    desk.table(columns, rows, right=(2, 3))
    columns = [
        desk.say("受众", "audience"),
        desk.say("经由", "by"),
        desk.say("模板", "templates"),
        desk.say("人数", "people"),
    ]
    desk.table(
        columns, [(each.audience, each.messenger, " ".join(each.templates), str(each.reached)) for each in routes]
    )


@app.command()
def route(
    context: typer.Context,
    audience: Annotated[str, typer.Argument(help="A role, a name, warehouse:<name>, customer, or * 受众.")],
    name: Name,
    templates: Annotated[list[str] | None, typer.Option("--template", help="Only these; may repeat 限模板.")] = None,
    phones: Annotated[list[str] | None, typer.Option("--phone", help="To mention; may repeat 提醒手机号.")] = None,
    users: Annotated[list[str] | None, typer.Option("--user", help="To mention; may repeat 提醒用户.")] = None,
    emails: Annotated[list[str] | None, typer.Option("--email", help="To write to; may repeat 收件邮箱.")] = None,
    everybody: Annotated[bool, typer.Option("--all", help="Mention everybody 提醒所有人.")] = False,
) -> None:
    """Let what an audience is told go by a messenger too 设通知路线."""
    desk = desks.of(context)
    people = People(phones or [], users or [], everybody, emails or [])
    wanted = Wanted(audience, name, templates or [], people)
    [answer] = messengers.route(desk.hub, [wanted], actor=desks.ACTOR, now=clock.now())
    desk.none(answer)
    desk.tell(f"发给 {audience} 的通知也经由 {name}", f"What {audience} is told goes by {name} too")


@app.command()
def unroute(
    context: typer.Context,
    audience: Annotated[str, typer.Argument(help="As `messenger list` shows it 受众.")],
    name: Name,
) -> None:
    """End a route; the inbox stays 取消通知路线."""
    desk = desks.of(context)
    desk.none(messengers.unroute(desk.hub, audience, name, actor=desks.ACTOR, now=clock.now()))
    desk.tell(f"发给 {audience} 的通知不再经由 {name}", f"What {audience} is told goes by {name} no more")


@app.command()
def ping(
    context: typer.Context,
    name: Name,
    to: Annotated[str, typer.Option(help="Of a mail account: the mailbox to write to 收件邮箱.")] = "",
) -> None:
    """Send a short message to try a messenger; a worker sends it 试发."""
    desk = desks.of(context)
    answer = messengers.ping(desk.hub, name, to=to, actor=desks.ACTOR, now=clock.now())
    logs.handed_on(desk, answer, log=f"messenger log {name}")


@app.command()
def log(
    context: typer.Context,
    name: Name,
    count: logs.Count = 20,
    as_json: desks.AsJson = False,
) -> None:
    """What was handed over, waits or was rejected 发送记录."""
    desk = desks.of(context)
    with desk.reading() as connection:
        page = deliveries.of_messenger(connection, name, viewer=desk.viewer, count=count)
    logs.told(desk, page, as_json=as_json)


@app.command()
def retry(context: typer.Context, name: Name) -> None:
    """Let what was rejected go again, once the account is mended 重发被拒的消息."""
    desk = desks.of(context)
    count = messengers.retry(desk.hub, name, actor=desks.ACTOR, now=clock.now())
    if isinstance(count, Refused):
        desk.refuse(count)
    desk.tell(f"{count} 条将重发", f"{count} go again")
