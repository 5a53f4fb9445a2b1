"""orderloom workspace: create, list, copy, export, restore, drop."""

from pathlib import Path
from typing import Annotated, Any

import typer

from orderloom.actions import reference
from orderloom.cli import desk as desks
from orderloom.kit import clock
from orderloom.kit.refusals import Refused
from orderloom.store import archives, workspaces

app = typer.Typer()

Name = Annotated[str, typer.Argument(help="a-z, 0-9 and _, beginning with a letter.")]


@app.command()
def create(
    context: typer.Context,
    name: Name,
    title: Annotated[str, typer.Option(help="What people call it 名称.")] = "",
    zone: Annotated[str, typer.Option(help="Zone of days, windows and numbers 时区.")] = "Asia/Shanghai",
    currency: Annotated[str, typer.Option(help="Base currency 本位币, ISO 4217.")] = "CNY",
) -> None:
    """Make an empty workspace with its settings and the shipped rules 新建."""
    desk = desks.of(context)
    now = clock.now()
    made = workspaces.create(desk.house.database, name=name, title=title or name, now=now)
    if isinstance(made, Refused):
        desk.refuse(made)
    values: dict[str, Any] = {"zone": zone, "currency": currency}
    reference.found(desk.house.hub(name), values=values, actor=desks.ACTOR, now=now)
    desk.tell(f"已建立工作区 {name}", f"Workspace {name} is made")


@app.command(name="list")
def list_(context: typer.Context, as_json: desks.AsJson = False) -> None:
    """All workspaces, the oldest first 列出."""
    desk = desks.of(context)
    found = workspaces.listed(desk.house.database)
    if as_json:
        desk.json(found)
        return
    columns = [desk.say("工作区", "workspace"), desk.say("名称", "title"), desk.say("副本自", "copied from"),
               desk.say("建立", "created")]  # fmt: skip
    rows = [(each.name, each.title, each.sandbox_of or "", f"{each.created_at:%Y-%m-%d %H:%M}Z") for each in found]
    desk.table(columns, rows)


@app.command()
def sandbox(
    context: typer.Context, name: Name, copy: Annotated[str, typer.Argument(help="The copy's name 副本名.")]
) -> None:
    """Copy a workspace with all its data, to try things in 复制为沙箱."""
    desk = desks.of(context)
    made = archives.sandbox(desk.house.database, source=name, name=copy, title=copy, now=clock.now())
    if isinstance(made, Refused):
        desk.refuse(made)
    desk.tell(f"已复制为 {copy}", f"Copied to {copy}")


@app.command()
def export(
    context: typer.Context, name: Name, file: Annotated[Path, typer.Argument(help="The zip file to write 文件.")]
) -> None:
    """Write a workspace as it is now into a zip file 导出."""
    desk = desks.of(context)
    if workspaces.find(desk.house.database, name=name) is None:
        desk.refuse(Refused("workspace.unknown", {"name": name}))
    with desk.writing(file) as target, desk.working("正在导出", "Exporting"):
        written = archives.export(desk.house.database, name=name, target=target, now=clock.now())
    if isinstance(written, Refused):
        desk.refuse(written)
    rows = sum(each.rows for each in written.tables.values())
    size = file.stat().st_size
    desk.tell(f"已导出 {rows:,} 行到 {file}（{size:,} 字节）", f"{rows:,} rows written to {file} ({size:,} bytes)")


@app.command()
def restore(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A zip file that export wrote 文件.")],
    name: Name,
) -> None:
    """Make a new workspace from an export: all of it, or nothing 恢复."""
    desk = desks.of(context)
    with desk.file(file, writing=False) as source, desk.working("正在恢复", "Restoring"):
        made = archives.restore(desk.house.database, source=source, name=name, title=name, now=clock.now())
    if isinstance(made, Refused):
        desk.refuse(made)
    desk.tell(f"已恢复为工作区 {name}", f"Restored as workspace {name}")


@app.command()
def drop(
    context: typer.Context,
    name: Name,
    confirm: Annotated[str, typer.Option(help="The name again, to confirm 再写一遍名字确认.")] = "",
) -> None:
    """Delete a workspace and all its data for good 删除."""
    desk = desks.of(context)
    desk.none(workspaces.drop(desk.house.database, name=name, confirmation=confirm))
    desk.tell(f"已删除工作区 {name}", f"Workspace {name} is gone")
