"""orderloom form: list, show, submit, links, link, end-link, from-sheet."""

import uuid
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from orderloom.actions import documents, form_links, forms, gather
from orderloom.cli import desk as desks
from orderloom.domain.forms import proposals
from orderloom.inbox import form_sheets
from orderloom.kit import clock
from orderloom.kit.refusals import Refused
from orderloom.queries import documents as documents_query

app = typer.Typer()

Name = Annotated[str, typer.Argument(help="The form's name 表单名.")]
_values = msgspec.json.Decoder(dict[str, Any])


@app.command(name="list")
def list_(context: typer.Context, as_json: desks.AsJson = False) -> None:
    """Forms in force 列出."""
    desk = desks.of(context)
    with desk.reading() as connection:
        reference = desk.hub.reference(connection)
    found = {
        name: each for name in sorted(reference.documents.get("form", {})) if (each := forms.ready(reference, name))
    }
    if as_json:
        desk.json({name: each.form for name, each in found.items()})
        return
    rows = [
        (name, desk.say(each.form.zh, each.form.en), each.form.subject, ", ".join(each.form.entries))
        for name, each in found.items()
    ]
    columns = [
        desk.say("表单", "form"),
        desk.say("名称", "name"),
        desk.say("填的是", "makes"),
        desk.say("入口", "ways in"),
    ]
    desk.table(columns, rows)


@app.command()
def show(context: typer.Context, form: Name, as_json: desks.AsJson = False) -> None:
    """A form's fields and checks 查看."""
    desk = desks.of(context)
    with desk.reading() as connection:
        found = forms.ready(desk.hub.reference(connection), form)
    if found is None:
        desk.refuse(Refused("form.unknown", {"form": form}))
    if as_json:
        desk.json({"form": found.form, "fields": found.dictionary.fields})
        return
    must = desk.say("必填", "required")
    rows = [(each.name, each.label, each.type, must if each.required else "") for each in found.dictionary.fields]
    desk.table([desk.say("字段", "field"), desk.say("名称", "label"), desk.say("类型", "type"), ""], rows)
    for each in found.form.checks:
        desk.tell(f"{each.when}  →  {each.zh}", f"{each.when}  →  {each.en}")


@app.command()
def submit(
    context: typer.Context,
    form: Name,
    file: Annotated[Path, typer.Argument(help="JSON: values by field 字段值.")],
    submission_id: Annotated[str, typer.Option("--id", help="The same id is the same submission 提交编号.")] = "",
) -> None:
    """Fill a form in from a file 提交."""
    desk = desks.of(context)
    hub, now = desk.hub, clock.now()
    with desk.file(file, writing=False) as opened:
        raw = opened.read()
    try:
        values = _values.decode(raw)
    except msgspec.DecodeError as problem:
        desk.refuse(Refused("body.not_json", {"problem": str(problem)}))
    gatherer = gather.Gatherer(hub)
    try:
        sent = forms.Sent(form, submission_id or str(hub.ids.new(now)), values, raw, now)
        entry = forms.Entry("api", desks.ACTOR, desks.SOURCE)
        done = forms.submit(hub, entry, sent, place=lambda wish: gatherer.submit(wish, now=now).result())
    finally:
        gatherer.close()
    if isinstance(done, Refused):
        for each in done.data.get("errors", ())[1:]:
            desk.out.print(desk.text(Refused(each["code"], each["data"])), markup=False, style="red")
        desk.refuse(done)
    again = desk.say("（已有）", " (known already)") if done.repeated else ""
    desk.tell(f"{done.number}{again}", f"{done.number}{again}")


@app.command()
def links(context: typer.Context, form: Name, as_json: desks.AsJson = False) -> None:
    """The links into a form 链接."""
    desk = desks.of(context)
    found = form_links.listed(desk.hub, form)
    if as_json:
        desk.json(found)
        return
    rows = [
        (str(each.link_id), each.kind, each.label or each.customer_no, f"{each.uses}/{each.uses_max or '∞'}",
         desk.at(each.expires_at), desk.at(each.revoked_at))
        for each in found
    ]  # fmt: skip
    columns = [desk.say("编号", "id"), desk.say("种类", "kind"), desk.say("给谁", "for"), desk.say("已用", "used"),
               desk.say("到期", "expires"), desk.say("停用", "ended")]  # fmt: skip
    desk.table(columns, rows)


@app.command()
def link(
    context: typer.Context,
    form: Name,
    customer: Annotated[str, typer.Option(help="A dealer's page for this customer 经销商.")] = "",
    label: Annotated[str, typer.Option(help="Whom it is for 给谁.")] = "",
    expires: Annotated[str, typer.Option(help="Until when, like 2026-12-31T18:00 到期.")] = "",
    uses: Annotated[int | None, typer.Option(min=1, help="For how many submissions 次数.")] = None,
) -> None:
    """Make a link into a form; its token is shown this once 新建链接."""
    desk = desks.of(context)
    wanted = form_links.Wanted(
        "dealer" if customer else "public", label, customer, desk.instant(expires) if expires else None, uses
    )
    made = form_links.make(desk.hub, form, wanted, actor=desks.ACTOR, now=clock.now())
    if isinstance(made, Refused):
        desk.refuse(made)
    address = f"http://{desk.settings.host}:{desk.settings.port}/f/{made.token}"
    desk.out.print(address, markup=False, soft_wrap=True)


@app.command()
def end_link(
    context: typer.Context, form: Name, link_id: Annotated[uuid.UUID, typer.Argument(help="As `form links` shows it.")]
) -> None:
    """End a link at once 停用链接."""
    desk = desks.of(context)
    desk.none(form_links.revoke(desk.hub, form, link_id, now=clock.now()))
    desk.tell("链接已停用", "The link is ended")


@app.command()
def from_sheet(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="An Excel workbook or CSV; its header names the fields 表格.")],
    name: Annotated[str, typer.Option(help="The form's name 表单名.")] = "from_sheet",
    subject: Annotated[str, typer.Option(help="order, or a new record type's name 填的是.")] = "order",
    channel: Annotated[str, typer.Option(help="Of an order: the channel it comes by 渠道.")] = "",
    title: Annotated[str, typer.Option(help="What people call it 名称.")] = "",
    sheet: Annotated[str, typer.Option(help="Of a workbook; none: the first that holds anything 工作表.")] = "",
) -> None:
    """Propose a form by a sheet's header and values, as drafts to look over and publish 由表格生成表单."""
    desk = desks.of(context)
    wanted = proposals.Wanted(name, subject, title or file.stem, channel)
    desk.file(file, writing=False).close()  # One that cannot be opened ends the run with its reason.
    made = form_sheets.propose(desk.hub, file, wanted, sheet=sheet)
    if isinstance(made, Refused):
        desk.refuse(made)
    if made.left_out:
        count = len(made.left_out)
        desk.tell(f"表头太宽，最后 {count} 列没有用上", f"The last {count} columns are beyond what a form may have")
    edits = [_edit(desk, "fields", subject, made.fields), _edit(desk, "form", name, made.form)]
    for saved in documents.save_drafts(desk.hub, edits, actor=desks.ACTOR, now=clock.now()):
        if isinstance(saved, Refused):
            desk.refuse(saved)
        found = f"  {len(saved.findings)} {desk.say('处待改', 'to mend')}" if saved.findings else ""
        desk.tell(f"草稿 {saved.kind}/{saved.name} 已保存{found}", f"Draft {saved.kind}/{saved.name} is saved{found}")


def _edit(desk: desks.Desk, kind: str, name: str, content: dict[str, Any]) -> documents.Edit:
    """The draft over whatever draft there is."""
    with desk.reading() as connection:
        draft = documents_query.draft(connection, kind, name, viewer=desk.viewer)
    return documents.Edit(kind, name, content, edition=draft.edition if draft is not None else 0)
