"""orderloom record: types, list, show, create, change, export, indexings, reindex."""

from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from orderloom.actions import indexings as indexings_action
from orderloom.actions import records
from orderloom.cli import desk as desks
from orderloom.deciding import dictionaries
from orderloom.domain.fields.dictionaries import Dictionary
from orderloom.kit import clock, limits
from orderloom.kit.refusals import Refused
from orderloom.queries import exports
from orderloom.queries import records as records_query
from orderloom.store import database as db
from orderloom.store import indexings as indexings_store

app = typer.Typer()

Of = Annotated[str, typer.Argument(metavar="TYPE", help="The record type 记录类型.")]
Number = Annotated[str, typer.Argument(help="记录编号.")]
Ties = Annotated[list[str], typer.Option("--link", help="name=number; may repeat 关联名=编号.")]
Where = Annotated[
    list[str], typer.Option("--where", help="field=value, field>=value, field<=value, field^=beginning 筛选.")
]
Sort = Annotated[str, typer.Option(help="A filterable field, - before it for the last first 排序.")]


@app.command()
def types(context: typer.Context, as_json: desks.AsJson = False) -> None:
    """Record types in force 记录类型."""
    desk = desks.of(context)
    with desk.reading() as connection:
        found = dictionaries.record_types(desk.hub.reference(connection))
    if as_json:
        desk.json(found)
        return
    rows = [(each.subject, desk.say(each.zh, each.en), str(len(each.fields)), each.series) for each in found]
    desk.table([desk.say("类型", "type"), desk.say("名称", "name"), desk.say("字段", "fields"), "series"], rows)


@app.command(name="list")
def list_(
    context: typer.Context,
    of: Of,
    where: Where = [],  # noqa: B006 - typer copies it.
    sort: Sort = "",
    count: Annotated[int, typer.Option(min=1, max=limits.PAGE_ROWS_MAX, help="Rows 行数.")] = 50,
    as_json: desks.AsJson = False,
) -> None:
    """Records of a type, the newest first unless sorted 列出."""
    desk = desks.of(context)
    with desk.reading() as connection:
        reader, wanted = _asked(desk, connection, of, where, sort)
        page = records_query.page(connection, reader=reader, wanted=wanted, count=count)
    if as_json:
        desk.json(page)
        return
    rows = [(each.record_no, each.title, desk.at(each.created_at), str(each.n)) for each in page.rows]
    desk.table([desk.say("编号", "number"), desk.say("标题", "title"), desk.say("建立", "created"), "n"], rows)
    desk.not_whole(page.indexing)


@app.command()
def show(context: typer.Context, of: Of, record_no: Number, as_json: desks.AsJson = False) -> None:
    """One record 查看."""
    desk = desks.of(context)
    with desk.reading() as connection:
        dictionary = _dictionary(desk, connection, of)
        reader = records_query.Reader(desk.viewer, dictionary, desk.hub.sealer)
        found = records_query.one(connection, reader=reader, record_no=record_no)
    if found is None:
        desk.refuse(Refused("record.unknown", {"record_no": record_no}))
    if as_json:
        desk.json(found)
        return
    told = {desk.say("编号", "number"): f"{found.record_no}  {found.title}"}
    for name, value in found.values.items():
        field = dictionary.field(name)
        told[name if field is None else field.label] = value if isinstance(value, str) else _text(value)
    for name, numbers in found.links.items():
        told[name] = ", ".join(numbers)
    desk.facts(told)


@app.command()
def create(context: typer.Context, of: Of, sets: desks.Sets = [], ties: Ties = []) -> None:  # noqa: B006 - typer copies.
    """Create a record 新建."""
    desk = desks.of(context)
    wanted = records.Wanted(desks.values(sets), _links(ties))
    [told] = records.create(desk.hub, of, [wanted], teller=_teller())
    _tell(desk, told)


@app.command()
def change(
    context: typer.Context,
    of: Of,
    record_no: Number,
    sets: desks.Sets = [],  # noqa: B006 - typer copies it.
    ties: Ties = [],  # noqa: B006 - typer copies it.
) -> None:
    """Change a record: field=null takes a value away 修改."""
    desk = desks.of(context)
    wanted = records.Wanted(desks.values(sets), _links(ties))
    [told] = records.change(desk.hub, of, [(record_no, wanted)], teller=_teller())
    _tell(desk, told)


@app.command()
def export(
    context: typer.Context,
    of: Of,
    file: Annotated[Path, typer.Argument(help="A new file, NDJSON 新文件.")],
    where: Where = [],  # noqa: B006 - typer copies it.
    sort: Sort = "",
) -> None:
    """Write all records of a list into a file, one JSON object a line 导出."""
    desk = desks.of(context)
    with desk.reading() as connection:
        reader, wanted = _asked(desk, connection, of, where, sort)
        with desk.writing(file) as out:
            for chunk in exports.ndjson(records_query.every(connection, reader=reader, wanted=wanted)):
                out.write(chunk)
    desk.tell(f"已写入 {file}", f"Written to {file}")


@app.command()
def indexings(
    context: typer.Context,
    count: Annotated[int, typer.Option(min=1, max=limits.PAGE_ROWS_MAX, help="Rows 行数.")] = 50,
    as_json: desks.AsJson = False,
) -> None:
    """Newly filterable fields, and how far their values are written 筛选字段的建立进度."""
    desk = desks.of(context)
    with desk.reading() as connection:
        found = indexings_store.newest(connection, count=count)
    if as_json:
        desk.json(found)
        return
    columns = [desk.say("字段", "field"), desk.say("已写", "written"), desk.say("总数", "of"),
               desk.say("要求于", "asked"), desk.say("完成于", "finished")]  # fmt: skip
    rows = [
        (each.field, f"{each.done:,}", "" if each.total is None else f"{each.total:,}", desk.at(each.asked_at),
         desk.at(each.finished_at))
        for each in found
    ]  # fmt: skip
    desk.table(columns, rows, right=(1, 2))


@app.command()
def reindex(
    context: typer.Context,
    subject: Annotated[str, typer.Argument(help="A record type, or order 记录类型或 order.")],
) -> None:
    """Write the values that lists are narrowed to now; publishing a filterable field has a worker do it 重建筛选."""
    desk = desks.of(context)
    done = 0
    for told in indexings_action.carry(desk.hub, subject, clock=clock.now):
        done = told
    desk.tell(f"已重建 {done} 条", f"{done} are written again")


def _asked(
    desk: desks.Desk, connection: db.Connection, of: str, where: list[str], sort: str
) -> tuple[records_query.Reader, records_query.Wanted]:
    dictionary = _dictionary(desk, connection, of)
    wanted = records_query.wanted(dictionary, where=where, sort=sort)
    if isinstance(wanted, Refused):
        desk.refuse(wanted)
    return records_query.Reader(desk.viewer, dictionary, desk.hub.sealer), wanted


def _dictionary(desk: desks.Desk, connection: db.Connection, of: str) -> Dictionary:
    found = dictionaries.record_type(desk.hub.reference(connection), of)
    if found is None:
        desk.refuse(Refused("record.unknown_type", {"type": of}))
    return found


def _teller() -> records.Teller:
    return records.Teller(desks.ACTOR, desks.SOURCE, clock.now())


def _tell(desk: desks.Desk, told: records.Told | Refused) -> None:
    if isinstance(told, Refused):
        desk.none_wrong(told)
        return
    again = desk.say("（没有变化）", " (nothing new)") if told.repeated else ""
    desk.tell(f"{told.record_no} 已保存{again}", f"{told.record_no} is saved{again}")


def _links(ties: list[str]) -> dict[str, list[str]]:
    links: dict[str, list[str]] = {}
    for name, _, number in (each.partition("=") for each in ties):
        links.setdefault(name, []).extend([number] if number else [])
    return links


def _text(value: Any) -> str:
    return msgspec.json.encode(value).decode()
