"""orderloom import: orders from a CSV or Excel file, packed or not."""

import contextlib
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from orderloom.cli import desk as desks
from orderloom.kit import clock
from orderloom.kit.refusals import Refused

if TYPE_CHECKING:
    from orderloom.inbox import imports

app = typer.Typer()

# What the first rows would become, and where the mapping that reads them was found.
_BECOMES = {
    "order": ("订单", "orders"),
    "credit_note": ("贷项", "credit notes"),
    "cancel": ("取消", "cancellations"),
    "quarantine": ("隔离", "quarantine"),
}
_FOUND = {
    "stated": ("指定的", "stated"),
    "shape": ("同样表头上次用的", "as the same columns were read last"),
    "channel": ("渠道的", "the channel's"),
    "shipped": ("系统自带", "shipped"),
}


@app.command(name="import")
def import_(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="CSV, TSV or Excel; .gz, .xz or .zip too 文件.")],
    channel: Annotated[str, typer.Option(help="Where its orders come from 渠道.")],
    mapping: Annotated[
        Path | None,
        typer.Option(help="A mapping document; none: the one its shape had, the channel's, the shipped 映射."),
    ] = None,
    sheet: Annotated[str, typer.Option(help="Which sheet of a workbook 工作表.")] = "",
    member: Annotated[str, typer.Option(help="Which file of a zip 压缩包内文件.")] = "",
    create_skus: Annotated[
        bool, typer.Option("--create-skus", help="Enter SKUs that are not known 自动建立货品.")
    ] = False,
    history: Annotated[bool, typer.Option("--history", help="Orders that were fulfilled long ago 历史订单.")] = False,
    errors: Annotated[
        Path | None, typer.Option(help="Write the rows in quarantine with their reasons, .xlsx or .csv 错误表.")
    ] = None,
    preview: Annotated[bool, typer.Option("--preview", help="Show what it would do, keep nothing 只预览.")] = False,
    as_json: desks.AsJson = False,
) -> None:
    """Take in a file of orders. Stopped in between it goes on where it was; sent again it changes nothing 导入."""
    from orderloom.inbox import imports, quarantine

    desk = desks.of(context)
    if errors is not None and errors.suffix not in (".xlsx", ".csv"):
        raise typer.BadParameter(".xlsx, .csv", param_hint="--errors")
    if not file.is_file():
        desk.refuse(
            Refused("file.cannot_open", {"file": str(file), "problem": desk.say("没有这个文件", "no such file")})
        )
    wanted = imports.Wanted(
        channel=channel, actor=desks.ACTOR, mapping=desk.mapping(mapping), name=file.name, sheet=sheet, member=member,
        create_skus=create_skus, history=history,
    )  # fmt: skip
    if preview:
        shown = imports.preview(desk.hub, file, wanted)
        if isinstance(shown, Refused):
            desk.refuse(shown)
        _previewed(desk, shown, as_json=as_json)
        return
    with _showing(file.name) as tell:
        report = imports.run(desk.hub, file, wanted, clock=clock.now, tell=tell)
    if isinstance(report, Refused):
        desk.refuse(report)
    written = quarantine.write_sheet(desk.hub, report.import_id, errors) if errors is not None else 0
    if isinstance(written, Refused):
        desk.refuse(written)
    _reported(desk, report, as_json=as_json)
    if written and not as_json:
        desk.tell(
            f"{written:,} 行写入 {errors}，改好后可再次导入",
            f"{written:,} rows written to {errors}; correct and import them",
        )


@contextlib.contextmanager
def _showing(name: str) -> "Iterator[Callable[[imports.Told], None]]":
    """A bar of the rows on the standard error, where it disturbs no answer."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(name, total=None)
        yield lambda told: bar.update(task, completed=told.rows_done, total=told.rows_total)


def _previewed(desk: desks.Desk, shown: "imports.Preview", *, as_json: bool) -> None:
    if as_json:
        desk.json(shown)
        return
    known = desk.say("这个文件已导入过，再导入不会有变化", "This file was imported; again it would change nothing")
    desk.facts(
        {
            desk.say("文件", "file"): f"{shown.file}  {shown.kind} {shown.encoding} {shown.sheet}",
            desk.say("行", "rows"): f"{shown.rows_total:,}",
            desk.say("映射", "mapping"): f"{shown.mapping}  ({_word(desk, _FOUND, shown.mapping_from)})",
            desk.say("前若干单", "first orders"): ", ".join(
                f"{_word(desk, _BECOMES, name)} {count}" for name, count in shown.intents.items()
            ),
        }
        | ({"": known} if shown.known_file else {})
    )
    for each in shown.problems:
        desk.tell(
            f"第 {', '.join(map(str, each.rows))} 行 {each.external_no}：{desk.text(each.refused)}",
            f"Rows {', '.join(map(str, each.rows))} {each.external_no}: {desk.text(each.refused)}",
        )


def _word(desk: desks.Desk, known: Mapping[str, tuple[str, str]], name: str) -> str:
    return desk.say(*known.get(name, (name, name)))


def _reported(desk: desks.Desk, report: "imports.Report", *, as_json: bool) -> None:
    if as_json:
        desk.json(report)
        return
    counts = report.counts
    rows = [
        (desk.say("成为订单", "in orders"), f"{counts.orders:,}"),
        (desk.say("修改或取消已有订单", "in amendments and cancellations"), f"{counts.amendments:,}"),
        (desk.say("隔离，等人处理", "in quarantine"), f"{counts.quarantine:,}"),
        (desk.say("合计", "together"), f"{counts.rows:,}"),
    ]
    desk.table([desk.say("行在哪里", "where the rows are"), desk.say("行数", "rows")], rows, right=(1,))
    if report.again:
        desk.tell("这个文件已在系统里，没有任何变化", "The file was in the house already; nothing changed")
    elif report.skus:
        desk.tell(f"新建货品 {report.skus:,} 个", f"{report.skus:,} SKUs were entered")
