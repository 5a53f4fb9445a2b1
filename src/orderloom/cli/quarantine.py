"""orderloom quarantine: list, show, try, send, sheet."""

import sys
import uuid
from pathlib import Path
from typing import Annotated

import typer

from orderloom.actions import audit
from orderloom.cli import desk as desks
from orderloom.inbox import quarantine
from orderloom.kit import clock
from orderloom.kit.refusals import Refused
from orderloom.queries import messages

app = typer.Typer()

Id = Annotated[str, typer.Argument(help="The message, as `list` names it 消息编号.")]
Mapping = Annotated[Path | None, typer.Option(help="Read it by this mapping document 用这份映射.")]


@app.command(name="list")
def list_(
    context: typer.Context,
    channel: Annotated[str, typer.Option(help="Of this channel 渠道.")] = "",
    import_id: Annotated[str, typer.Option("--import", help="Of this import 导入编号.")] = "",
    count: Annotated[int, typer.Option(min=1, max=500, help="How many 多少条.")] = 50,
    as_json: desks.AsJson = False,
) -> None:
    """What waits and why, the oldest first 列出."""
    desk = desks.of(context)
    imported = _id(desk, import_id, "import.unknown", "import_id") if import_id else None
    filters = messages.Filters(channel=channel or None, import_id=imported)
    with desk.reading() as connection:
        page = messages.page(connection, viewer=desk.viewer, filters=filters, count=count)
    if as_json:
        desk.json(page)
        return
    columns = [desk.say("消息", "message"), desk.say("渠道", "channel"), desk.say("渠道单号", "number"),
               desk.say("行", "rows"), desk.say("收到", "received"), desk.say("原因", "reason")]  # fmt: skip
    rows = [
        (str(each.message_id), each.channel, each.external_no, str(each.row_count),
         desk.at(each.received_at), _why(desk, each))
        for each in page.rows
    ]  # fmt: skip
    desk.table(columns, rows)
    if page.next is not None:
        desk.tell("还有更多：用 --count 多看一些，至多 500 条", "There are more: see up to 500 with --count")


def _why(desk: desks.Desk, waiting: messages.Row) -> str:
    """The reason in words, behind the field that it is about."""
    if waiting.told is None:
        return ""
    field = str(((waiting.reason or {}).get("data") or {}).get("field") or "")
    said = desk.say(waiting.told.zh, waiting.told.en)
    return said if field in said else f"{field}: {said}"


@app.command()
def show(context: typer.Context, message: Id, as_json: desks.AsJson = False) -> None:
    """What came, byte for byte; that you looked is written down 打开原文."""
    desk = desks.of(context)
    raw = audit.open_message(desk.hub, _id(desk, message), actor=desks.ACTOR, origin="desk", now=clock.now())
    if isinstance(raw, Refused):
        desk.refuse(raw)
    text = raw.decode("utf-8", "backslashreplace")
    if as_json:
        desk.json({"message_id": message, "text": text})
    else:
        sys.stdout.write(f"{text}\n")


@app.command(name="try")
def try_(context: typer.Context, message: Id, mapping: Mapping = None, as_json: desks.AsJson = False) -> None:
    """See what would be made of it; nothing is changed 试读."""
    desk = desks.of(context)
    tried = quarantine.try_mapping(desk.hub, [_id(desk, message)], document=desk.mapping(mapping) or None)
    if isinstance(tried, Refused):
        desk.refuse(tried)
    if as_json:
        desk.json(tried[0])
        return
    if tried[0].refused is not None:
        desk.refuse(tried[0].refused)
    for made in tried[0].made:
        lines = ", ".join(f"{line.sku} × {line.quantity}" for line in made.lines)
        desk.tell(f"{made.intent} {made.external_no}：{lines}", f"{made.intent} {made.external_no}: {lines}")


@app.command()
def send(
    context: typer.Context,
    message: Id,
    content: Annotated[Path | None, typer.Option(help="The repaired text; none: as it came 修正后的原文.")] = None,
    mapping: Mapping = None,
    channel: Annotated[str, typer.Option(help="Where its own channel could not be read 渠道.")] = "",
    as_json: desks.AsJson = False,
) -> None:
    """Send it again, as it came or repaired; what is still wrong waits again 重新发送."""
    desk = desks.of(context)
    message_id = _id(desk, message)
    with desk.reading() as connection:
        found = messages.sealed(connection, viewer=desk.viewer, message_id=message_id)
    if found is None:
        desk.refuse(Refused("message.unknown", {"message_id": message}))
    repaired: dict[uuid.UUID, bytes] = {}
    if content is not None:
        with desk.file(content, writing=False) as file:
            repaired[message_id] = file.read()
    (taken,) = quarantine.send_again(
        desk.hub, [message_id], origin=desk.origin(found[0].channel or channel, door="channel"), repaired=repaired,
        document=desk.mapping(mapping) or None, now=clock.now(),
    )  # fmt: skip
    if isinstance(taken, Refused):
        desk.refuse(taken)
    if as_json:
        desk.json(taken)
    if taken.refused is not None:
        desk.refuse(taken.refused)
    if not as_json:
        desk.tell(f"{taken.external_no} 已进入系统", f"{taken.external_no} is in the house")


@app.command()
def sheet(
    context: typer.Context,
    import_id: Annotated[str, typer.Argument(help="The import 导入编号.")],
    file: Annotated[Path, typer.Argument(help=".xlsx or .csv to write 错误表.")],
) -> None:
    """Write the rows of an import that wait, each with its reason, to be corrected and imported 导出错误表."""
    desk = desks.of(context)
    if file.suffix.lower() not in (".xlsx", ".csv"):
        raise typer.BadParameter(".xlsx, .csv", param_hint="FILE")
    imported = _id(desk, import_id, "import.unknown", "import_id")
    audit.opened_sheet(desk.hub, imported, actor=desks.ACTOR, origin="desk", now=clock.now())
    written = quarantine.write_sheet(desk.hub, imported, file)
    if isinstance(written, Refused):
        desk.refuse(written)
    desk.tell(
        f"{written:,} 行写入 {file}，改好后可再次导入", f"{written:,} rows written to {file}; correct and import them"
    )


def _id(desk: desks.Desk, text: str, code: str = "message.unknown", named: str = "message_id") -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        desk.refuse(Refused(code, {named: text}))
