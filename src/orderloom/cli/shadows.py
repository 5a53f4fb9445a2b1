"""orderloom shadow: begin, list, show, end."""

import uuid
from typing import Annotated

import typer

from orderloom.actions import documents
from orderloom.actions import shadows as shadows_actions
from orderloom.cli import desk as desks
from orderloom.kit import clock
from orderloom.kit.refusals import Refused
from orderloom.queries import shadows

app = typer.Typer()

ShadowId = Annotated[uuid.UUID, typer.Argument(help="As `shadow list` shows it 编号.")]


@app.command()
def begin(
    context: typer.Context,
    names: Annotated[list[str], typer.Argument(help="Drafts, such as rules/sourcing; may repeat 草稿.")],
) -> None:
    """Let drafts decide each new order beside, from now on 开始."""
    desk = desks.of(context)
    picks = [documents.Pick(kind, name) for kind, _, name in (each.partition("/") for each in names)]
    begun = shadows_actions.begin(desk.hub, picks, actor=desk.origin().actor, now=clock.now())
    if isinstance(begun, Refused):
        desk.refuse(begun)
    desk.tell(f"影子 {begun} 已开始", f"Shadow {begun} has begun")


@app.command(name="list")
def list_(context: typer.Context, as_json: desks.AsJson = False) -> None:
    """Shadows with how many orders each decided, and how many otherwise 列出."""
    desk = desks.of(context)
    with desk.reading() as connection:
        found = shadows.listed(connection, viewer=desk.viewer)
    if as_json:
        desk.json(found)
        return
    columns = [desk.say("编号", "shadow"), desk.say("草稿", "drafts"), desk.say("开始", "begun"),
               desk.say("结束", "ended"), desk.say("订单", "orders"), desk.say("不同", "otherwise"),
               desk.say("不可比", "not comparable")]  # fmt: skip
    rows = [
        (str(each.shadow_id), " ".join(f"{one.kind}/{one.name}#{one.edition}" for one in each.documents),
         desk.at(each.begun_at), desk.at(each.ended_at), str(each.orders), str(each.changed), str(each.not_comparable))
        for each in found
    ]  # fmt: skip
    desk.table(columns, rows, right=(4, 5, 6))


@app.command()
def show(context: typer.Context, shadow_id: ShadowId, as_json: desks.AsJson = False) -> None:
    """The orders that a shadow would have decided otherwise 查看."""
    desk = desks.of(context)
    with desk.reading() as connection:
        found = shadows.one(connection, shadow_id, viewer=desk.viewer)
    if found is None:
        desk.refuse(Refused("shadow.unknown", {"shadow_id": str(shadow_id)}))
    if as_json:
        desk.json(found)
        return
    rows = [
        (each.order_no, field, str(live), str(drafted))
        for each in found.changes
        for field, (live, drafted) in each.fields.items()
    ]
    desk.table([desk.say("订单", "order"), desk.say("项", "field"), desk.say("现行", "in force"),
                desk.say("草稿", "draft")], rows)  # fmt: skip


@app.command()
def end(
    context: typer.Context,
    shadow_id: ShadowId,
    because: Annotated[str, typer.Option("--comment", "-m", help="Why 说明.")] = "",
) -> None:
    """End a shadow; what it found stays 结束."""
    desk = desks.of(context)
    refused = shadows_actions.end(desk.hub, shadow_id, because=because, now=clock.now())
    if refused is not None:
        desk.refuse(refused)
    desk.tell(f"影子 {shadow_id} 已结束", f"Shadow {shadow_id} has ended")
