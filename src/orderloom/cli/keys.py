"""orderloom key: make, list and revoke API keys."""

import datetime as dt
import uuid
from typing import Annotated

import typer

from orderloom.actions import keys
from orderloom.cli import desk as desks
from orderloom.kit import clock
from orderloom.kit.ids import Ids
from orderloom.kit.refusals import Refused
from orderloom.store.keys import Key

app = typer.Typer()


@app.command()
def create(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Whose it is; stands as the actor of what it does 名称.")],
    verbs: Annotated[
        list[str] | None, typer.Option("--verb", help="orders:read, orders:*, * …; may repeat 权限.")
    ] = None,
    channels: Annotated[
        list[str] | None, typer.Option("--channel", help="Only these channels; may repeat 限渠道.")
    ] = None,
    warehouses: Annotated[list[str] | None, typer.Option("--warehouse", help="Only these; may repeat 限仓库.")] = None,
    source: Annotated[str, typer.Option(help="The system it speaks for, such as pda, wms, carrier 来源系统.")] = "",
    audiences: Annotated[
        list[str] | None, typer.Option("--audience", help="Reads what these roles are told; may repeat 通知受众.")
    ] = None,
    unmasked: Annotated[bool, typer.Option("--unmasked", help="May read names, phones, streets 不脱敏.")] = False,
    roles: Annotated[
        list[str] | None, typer.Option("--role", help="Approves as, such as sales_director; may repeat 审批角色.")
    ] = None,
    days: Annotated[int, typer.Option(min=0, max=3_650, help="Ends after so many days; 0: never 有效天数.")] = 0,
) -> None:
    """Make a key; its text is shown once 新建."""
    desk = desks.of(context)
    now = clock.now()
    wanted = keys.Wanted(
        name,
        verbs or ["*"],
        keys.Scope(channels or None, warehouses or None, unmasked, source, audiences or None, roles or []),
        now + dt.timedelta(days=days) if days else None,
    )
    made = keys.make(desk.house.database, Ids(), wanted, workspace=desk.hub.workspace, now=now)
    if isinstance(made, Refused):
        desk.refuse(made)
    desk.tell("密钥只显示这一次，请立即保存：", "Keep it now; it is shown only this once:")
    desk.out.print(made.text, markup=False, soft_wrap=True)


@app.command(name="list")
def list_(context: typer.Context, as_json: desks.AsJson = False) -> None:
    """Keys of the workspace, without their secrets 列出."""
    desk = desks.of(context)
    found = keys.listed(desk.house.database, workspace=desk.hub.workspace)
    if as_json:
        desk.json([{name: getattr(each, name) for name in Key.__struct_fields__ if name != "hash"} for each in found])
        return
    now = clock.now()
    columns = [
        "id",
        desk.say("名称", "name"),
        desk.say("权限", "verbs"),
        desk.say("到期", "expires"),
        desk.say("状态", "state"),
    ]
    rows = [(str(each.key_id), each.name, " ".join(each.verbs), desk.at(each.expires_at), _state(desk, each, now))
            for each in found]  # fmt: skip
    desk.table(columns, rows)


@app.command()
def revoke(
    context: typer.Context, key_id: Annotated[uuid.UUID, typer.Argument(help="As `key list` shows it 编号.")]
) -> None:
    """End a key at once 吊销."""
    desk = desks.of(context)
    ended = keys.revoke(desk.house.database, key_id, workspace=desk.hub.workspace, now=clock.now())
    if isinstance(ended, Refused):
        desk.refuse(ended)
    desk.tell(f"密钥 {ended.name} 已吊销", f"Key {ended.name} is revoked")


def _state(desk: desks.Desk, key: Key, now: dt.datetime) -> str:
    unusable = keys.unusable(key, now=now)
    return desk.say("可用", "usable") if unusable is None else desk.text(unusable)
