"""orderloom channel: add, list, new, account, signature, catch-up, dry-run, health, receive."""

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from orderloom.actions import channels as channels_action
from orderloom.actions import documents, pushes
from orderloom.cli import desk as desks
from orderloom.domain import pushes as schemes
from orderloom.domain.channels import Channel
from orderloom.inbox import catching_up, dry_runs, shipped_channels
from orderloom.inbox import orders as inbox_orders
from orderloom.kit import clock
from orderloom.kit.refusals import Refused
from orderloom.queries import channels as channels_query
from orderloom.queries import documents as documents_query

app = typer.Typer()

Named = Annotated[str, typer.Argument(help="Its short name in messages and filters 渠道名.")]


@app.command()
def add(
    context: typer.Context,
    channel: Named,
    name: Annotated[str, typer.Option(help="What people call it 名称.")] = "",
    platform: Annotated[str, typer.Option(help="tmall, jd, douyin … 平台.")] = "",
    priced_by: Annotated[
        str, typer.Option(help="hub: by our promotions; channel: as its messages say 谁定价.")
    ] = "hub",
    currency: Annotated[str, typer.Option(help="ISO 4217 币种.")] = "CNY",
    paused: Annotated[bool, typer.Option("--paused", help="Take no orders for now 暂停接单.")] = False,
) -> None:
    """Open a channel or change it, by publishing its document; in force with the next order 新增或修改."""
    desk = desks.of(context)
    if priced_by not in ("hub", "channel"):
        raise typer.BadParameter("hub, channel", param_hint="--priced-by")
    hub = desk.hub
    with hub.database.workspace(hub.workspace) as connection:
        known = hub.reference(connection).channels.get(channel)
    made = msgspec.structs.replace(known) if known is not None else Channel(channel)
    made.name, made.platform = name or made.name or channel, platform or made.platform
    made.priced_by, made.currency, made.paused = priced_by, currency, paused
    answer = channels_action.enter(hub, [made], actor=desks.ACTOR, now=clock.now())
    desk.none(answer if isinstance(answer, Refused) else None)
    desk.tell(f"渠道 {channel} 已保存", f"Channel {channel} is saved")


@app.command()
def new(
    context: typer.Context,
    channel: Named,
    like: Annotated[str, typer.Option(help="A platform that has a document; none: list them 平台.")] = "",
    name: Annotated[str, typer.Option(help="What people call it 名称.")] = "",
) -> None:
    """Open a channel from a platform's ready-made document 按现成平台文档开渠道."""
    desk = desks.of(context)
    if like not in shipped_channels.names():
        raise typer.BadParameter(", ".join(shipped_channels.names()), param_hint="--like")
    content = shipped_channels.document(like)
    if name:
        content["label"] = {"zh": name, "en": name}
    proposal = documents.Proposal("channel", channel, content, base_version=0)
    answer = documents.publish(desk.hub, [proposal], comment=like, actor=desks.ACTOR, now=clock.now())
    desk.none(answer if isinstance(answer, Refused) else None)
    desk.tell(f"渠道 {channel} 已按 {like} 开通", f"Channel {channel} is open, as {like}")


@app.command(name="list")
def list_(context: typer.Context, as_json: desks.AsJson = False) -> None:
    """All channels 列出."""
    desk = desks.of(context)
    with desk.reading() as connection:
        found = list(desk.hub.reference(connection).channels.values())
    if as_json:
        desk.json(found)
        return
    columns = [desk.say("渠道", "channel"), desk.say("名称", "name"), desk.say("平台", "platform"),
               desk.say("定价", "priced by"), desk.say("币种", "currency"), desk.say("状态", "state")]  # fmt: skip
    states = (desk.say("接单", "open"), desk.say("暂停", "paused"))
    rows = [
        (each.channel, each.name, each.platform, each.priced_by, each.currency, states[each.paused]) for each in found
    ]
    desk.table(columns, rows)


@app.command()
def health(context: typer.Context, as_json: desks.AsJson = False) -> None:
    """Last message, what waits, lag and failures of each 渠道健康."""
    desk = desks.of(context)
    with desk.reading() as connection:
        found = channels_query.health(connection, viewer=desk.viewer, now=clock.now())
    if as_json:
        desk.json(found)
        return
    columns = [desk.say("渠道", "channel"), desk.say("最近消息", "last message"), desk.say("日消息", "in a day"),
               desk.say("隔离", "waiting"), desk.say("落后秒", "lag s"), desk.say("补到", "missed, fetched"),
               desk.say("失败", "failures"), desk.say("拒签", "unsigned"), desk.say("问题", "problem")]  # fmt: skip
    rows = [
        (each.channel, desk.at(each.last_message_at), f"{each.messages_of_a_day:,}", f"{each.waiting:,}",
         "" if each.lag_seconds is None else f"{each.lag_seconds:,}", f"{each.missed:,}", f"{each.failures:,}",
         f"{each.refused_of_a_day:,}", each.problem)
        for each in found
    ]  # fmt: skip
    desk.table(columns, rows, right=(2, 3, 4, 5, 6, 7))


@app.command()
def receive(
    context: typer.Context,
    channel: Named,
    file: Annotated[Path, typer.Argument(help="A JSON message, or one a line 消息文件.")],
    as_json: desks.AsJson = False,
) -> None:
    """Take in messages as the platform sends them; what cannot be read waits in quarantine 接收平台消息."""
    desk = desks.of(context)
    with desk.file(file, writing=False) as opened:
        raw: bytes = opened.read()
    try:
        msgspec.json.decode(raw)
        raws = [raw]
    except msgspec.DecodeError:
        raws = [line for line in raw.splitlines() if line.strip()]
    taken = inbox_orders.receive(
        desk.hub, raws, origin=desk.origin(channel, door="channel"), now=clock.now()
    )  # fmt: skip
    if isinstance(taken, Refused):
        desk.refuse(taken)
    if as_json:
        desk.json(taken)
        return
    columns = [desk.say("渠道单号", "number"), desk.say("成为", "became"), desk.say("订单", "order"),
               desk.say("原因", "reason")]  # fmt: skip
    rows = [
        (each.external_no, desk.say("无变化", "no change") if each.repeated else each.became, each.order_no,
         desk.text(each.refused) if each.refused is not None else "")
        for each in taken
    ]  # fmt: skip
    desk.table(columns, rows)


@app.command()
def account(
    context: typer.Context,
    channel: Named,
    file: Annotated[
        Path | None, typer.Argument(help="A JSON file with the account; none: show what it consists of 账号文件.")
    ] = None,
    drop: Annotated[bool, typer.Option("--drop", help="Forget it 删除.")] = False,
) -> None:
    """Keep, sealed, how the channel's source is reached, so that it is caught up with on its schedule 来源账号."""
    desk = desks.of(context)
    if drop:
        desk.none(channels_action.drop_account(desk.hub, channel, actor=desks.ACTOR, now=clock.now()))
        desk.tell(f"渠道 {channel} 的账号已删除", f"The account of channel {channel} is forgotten")
        return
    if file is None:
        desk.json(catching_up.accounts())
        return
    desk.none(catching_up.keep_account(desk.hub, channel, _read(desk, file), actor=desks.ACTOR, now=clock.now()))
    desk.tell(f"渠道 {channel} 的账号已保存", f"The account of channel {channel} is kept")


@app.command()
def signature(
    context: typer.Context,
    channel: Named,
    file: Annotated[
        Path | None, typer.Argument(help='A JSON file {"secret": …}; none: show how its messages are signed 密钥文件.')
    ] = None,
    drop: Annotated[bool, typer.Option("--drop", help="Forget it 删除.")] = False,
    as_json: desks.AsJson = False,
) -> None:
    """Keep, sealed, what the channel's platform signs its messages with 推送签名."""
    desk = desks.of(context)
    now = clock.now()
    if drop:
        told = pushes.drop(desk.hub, channel, actor=desks.ACTOR, now=now)
    elif file is None:
        told = pushes.tell(desk.hub, channel)
    else:
        told = pushes.keep(desk.hub, channel, _secret(desk, file), actor=desks.ACTOR, now=now)
    if isinstance(told, Refused):
        desk.refuse(told)
    if as_json:
        desk.json(told)
        return
    desk.facts(
        {
            desk.say("签名方式", "signed by"): told.signature or desk.say("不验签", "nothing is asked"),
            desk.say("推送地址", "address"): told.address,
            desk.say("密钥", "secret"): desk.say("已保存", "kept") if told.secret else desk.say("没有", "none"),
        }
    )


@app.command(name="catch-up")
def catch_up(context: typer.Context, channel: Named, as_json: desks.AsJson = False) -> None:
    """Compare the channel with its source's own list now, and fetch what pushes missed 对账补单."""
    desk = desks.of(context)
    run = catching_up.run(desk.hub, channel, clock=clock.now)
    if isinstance(run, Refused):
        desk.refuse(run)
    if as_json:
        desk.json(run)
        return
    desk.facts(
        {
            desk.say("来源列出", "listed"): f"{run.listed:,}",
            desk.say("已有", "known"): f"{run.known:,}",
            desk.say("漏推并补回", "missed, fetched"): f"{run.missed:,}",
            desk.say("隔离", "waiting"): f"{run.refused:,}",
            desk.say("问题", "problem"): run.problem,
        }
    )


@app.command(name="dry-run")
def dry_run(
    context: typer.Context,
    channel: Named,
    file: Annotated[Path | None, typer.Argument(help="The changed document; none: its draft 文档.")] = None,
    since: Annotated[str, typer.Option(help="Messages from then on; none: yesterday's 起.")] = "",
    until: Annotated[str, typer.Option(help="Messages before then 止.")] = "",
) -> None:
    """Try a changed channel on messages that came: a JSON line for each that would be read otherwise, then the counts.
    Nothing is changed by it 试跑."""
    desk = desks.of(context)
    with desk.reading() as connection:
        zone = desk.hub.reference(connection).zone
        draft = documents_query.draft(connection, "channel", channel, viewer=desk.viewer)
    if file is None and draft is None:
        desk.refuse(Refused("document.no_draft", {"kind": "channel", "name": channel}))
    content = draft.content if draft is not None else {}
    if file is not None:
        said = _read(desk, file)
        content = said.get("content", said)  # As `document show` prints it, or the content alone.
    start, end = dry_runs.period(
        desk.instant(since) if since else None, desk.instant(until) if until else None, zone=zone, now=clock.now()
    )
    lines = dry_runs.run(desk.hub, channel, content=content, since=start, until=end)
    if isinstance(lines, Refused):
        desk.refuse(lines)
    for line in lines:
        told = {"counts": line} if isinstance(line, dry_runs.Counts) else dry_runs.told(line)
        typer.echo(msgspec.json.encode(told).decode())


def _secret(desk: desks.Desk, path: Path) -> schemes.Secret:
    with desk.file(path, writing=False) as file:
        try:
            return msgspec.json.decode(file.read(), type=schemes.Secret)
        except msgspec.DecodeError as problem:
            desk.refuse(Refused("mapping.malformed", {"problem": str(problem)}))


def _read(desk: desks.Desk, path: Path) -> dict[str, Any]:
    with desk.file(path, writing=False) as file:
        try:
            return msgspec.json.decode(file.read(), type=dict[str, Any])
        except msgspec.DecodeError as problem:
            desk.refuse(Refused("mapping.malformed", {"problem": str(problem)}))
