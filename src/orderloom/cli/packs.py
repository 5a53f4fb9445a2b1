"""orderloom pack: export, shipped, diff, apply."""

from pathlib import Path
from typing import Annotated

import typer

from orderloom.actions import packs, shipped
from orderloom.cli import desk as desks
from orderloom.cli import documents as document_verbs
from orderloom.kit import clock, limits
from orderloom.kit.refusals import Refused

app = typer.Typer()

PackFile = Annotated[Path | None, typer.Argument(help="A pack as `pack export` writes it; none with --shipped 文件.")]
Company = Annotated[str, typer.Option("--shipped", help="In place of a file, a pack that `pack shipped` lists 随附.")]


@app.command()
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="Where to write it; must not exist 文件.")],
    kind: Annotated[list[str] | None, typer.Option(help="Only this kind; may repeat 种类.")] = None,
    name: Annotated[list[str] | None, typer.Option(help="Only this document; may repeat 名称.")] = None,
    shipped_ones: Annotated[
        bool, typer.Option("--shipped", help="Those that come with the hub, not the workspace's 随附.")
    ] = False,
) -> None:
    """Write what is in force as a pack; the same documents make the same bytes 导出."""
    desk = desks.of(context)
    made = (
        packs.of("shipped", shipped.documents())
        if shipped_ones
        else packs.export(desk.hub, kinds=kind or (), names=name or ())
    )
    with desk.writing(file) as opened:
        opened.write(packs.write(made))
    count = len(made.documents)
    desk.tell(f"{count} 个文档已写入 {file}", f"{count} documents are written to {file}")


@app.command("shipped")
def shipped_packs(context: typer.Context, as_json: desks.AsJson = False) -> None:
    """List the companies' packs that come with the hub 随附的公司."""
    desk = desks.of(context)
    found = desk.shipped_packs()
    if as_json:
        desk.json([{"name": name, "title": each.title, "documents": len(each.documents)}
                   for name, each in found.items()])  # fmt: skip
        return
    rows = [(name, each.title.get(desk.language, name), str(len(each.documents))) for name, each in found.items()]
    desk.table([desk.say("名称", "name"), desk.say("公司", "company"), desk.say("文档数", "documents")], rows)


@app.command()
def diff(context: typer.Context, file: PackFile = None, company: Company = "", as_json: desks.AsJson = False) -> None:
    """Compare a pack with what is in force 对比."""
    desk = desks.of(context)
    found = packs.compare(desk.hub, _read(desk, file, company))
    if as_json:
        desk.json(found)
        return
    states = {
        "new": desk.say("新增", "new"),
        "same": desk.say("相同", "same"),
        "changed": desk.say("不同", "changed"),
        "retired": desk.say("停用", "retired"),
    }
    rows = [
        (f"{each.kind}/{each.name}", states[each.state],
         "  ".join(one.path or "/" for one in (*each.content, *each.cases))[:200])
        for each in found.documents
    ]  # fmt: skip
    desk.table([desk.say("文档", "document"), desk.say("状态", "state"), desk.say("不同之处", "places")], rows)
    if found.only_here:
        names = "、".join(found.only_here)
        desk.tell(f"只在工作区里：{names}", f"Only in the workspace: {names}")


@app.command()
def apply(
    context: typer.Context,
    file: PackFile = None,
    company: Company = "",
    publish: Annotated[bool, typer.Option("--publish", help="Put all in force together, else as drafts 发布.")] = False,
    comment: document_verbs.Comment = "",
    as_json: desks.AsJson = False,
) -> None:
    """Take over what differs: as drafts, or published together in one revision 应用."""
    desk = desks.of(context)
    pack = _read(desk, file, company)
    if publish:
        with desk.working("运行用例…", "Running cases…"):
            made = packs.publish(desk.hub, pack, comment=comment, actor=desks.ACTOR, origin="desk", now=clock.now())
        if made is None:
            desk.tell("没有不同，什么也没改", "Nothing differs, nothing was changed")
        else:
            document_verbs.told(desk, made, as_json)
        return
    saved = packs.draft(desk.hub, pack, actor=desks.ACTOR, origin="desk", now=clock.now())
    refused = [each for each in saved if isinstance(each, Refused)]
    if as_json:
        desk.json(saved)
    else:
        count = len(saved) - len(refused)
        desk.tell(f"{count} 个文档已存为草稿", f"{count} documents are saved as drafts")
        for each in refused:
            desk.out.print(desk.text(each), markup=False, style="red")
    if refused:
        raise typer.Exit(1)


def _read(desk: desks.Desk, file: Path | None, company: str) -> packs.Pack:
    if (file is None) == (not company):
        raise typer.BadParameter(desk.say("文件或 --shipped，二选一", "a file, or --shipped"), param_hint="FILE")
    if file is None:
        found = desk.shipped_packs()
        return (
            found[company]
            if company in found
            else desk.refuse(Refused("pack.not_shipped", {"name": company, "names": ", ".join(found)}))
        )
    if not file.exists() and str(file) in desk.shipped_packs():
        raise typer.BadParameter(
            desk.say(
                f"随附的公司请写 --shipped {file}", f"for the pack that comes with the hub write --shipped {file}"
            ),
            param_hint="FILE",
        )
    with desk.file(file, writing=False) as opened:
        read = packs.read(opened.read(limits.PACK_BYTES_MAX + 1))
    if isinstance(read, Refused):
        desk.refuse(read)
    return read
