"""orderloom channel: add, list."""

from typing import Annotated

import typer

from orderloom.actions import reference
from orderloom.cli import desk as desks
from orderloom.domain.channels import Channel
from orderloom.kit import clock
from orderloom.kit.refusals import Refused

app = typer.Typer(help="Channels 渠道: where customers buy.", no_args_is_help=True)


@app.command()
def add(
    context: typer.Context,
    channel: Annotated[str, typer.Argument(help="Its short name in messages and filters.")],
    name: Annotated[str, typer.Option(help="What people call it 名称.")] = "",
    platform: Annotated[str, typer.Option(help="tmall, jd, douyin … 平台.")] = "",
    priced_by: Annotated[
        str, typer.Option(help="hub: by our promotions; channel: as its messages say 谁定价.")
    ] = "hub",
    currency: Annotated[str, typer.Option(help="ISO 4217 币种.")] = "CNY",
    paused: Annotated[bool, typer.Option("--paused", help="Take no orders for now 暂停接单.")] = False,
) -> None:
    """Enter or change a channel; in force with the next order 新增或修改."""
    desk = desks.of(context)
    if priced_by not in ("hub", "channel"):
        raise typer.BadParameter("hub, channel", param_hint="--priced-by")
    if not channel or not channel.isprintable():
        desk.refuse(Refused("channel.bad_name", {"channel": channel}))
    hub = desk.hub
    with hub.database.workspace(hub.workspace) as connection:
        known = hub.reference(connection).channels.get(channel)
    made = known or Channel(channel)
    made.name, made.platform = name or made.name or channel, platform or made.platform
    made.priced_by, made.currency, made.paused = priced_by, currency, paused
    reference.enter(hub, channels=[made], actor=desks.ACTOR, now=clock.now())
    desk.tell(f"渠道 {channel} 已保存", f"Channel {channel} is saved")


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
