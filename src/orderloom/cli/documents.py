"""orderloom document: kinds, list, show, save, drop, check, publish, history, diff, roll-back, retire."""

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated, Any

import msgspec
import typer

from orderloom.actions import documents, flow_replays, flows, judging, yamls
from orderloom.actions.kinds import KINDS
from orderloom.cli import desk as desks
from orderloom.domain import codes
from orderloom.domain.documents import checking, diffs
from orderloom.kit import clock, limits
from orderloom.kit.refusals import Refused
from orderloom.queries import documents as documents_query

app = typer.Typer()

KindName = Annotated[str, typer.Argument(help="As `document kinds` lists them 种类.")]
Name = Annotated[str, typer.Argument(help="Its name 名称.")]
Names = Annotated[list[str], typer.Argument(help="KIND/NAME, such as rules/sourcing; may repeat 种类/名称.")]
Comment = Annotated[str, typer.Option("--comment", "-m", help="Why, for the history 说明.")]


@app.command()
def kinds(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="Show this one's schema and example 种类.")] = "",
    example: Annotated[
        bool, typer.Option("--example", help="Only its example, as a file that `save` takes 只要示例.")
    ] = False,
    as_json: desks.AsJson = False,
) -> None:
    """The kinds of documents, or one with its schema and an example 文档种类."""
    desk = desks.of(context)
    if name and name not in KINDS:
        desk.refuse(Refused("document.kind_unknown", {"kind": name, "kinds": ", ".join(KINDS)}))
    if example and not name:
        raise typer.BadParameter(desk.say("--example 要有种类", "--example needs a kind"), param_hint="KIND")
    if example:
        kind = KINDS[name]
        whole = {"content": kind.example, **({"cases": list(kind.cases)} if kind.cases else {})}
        desk.out.print(yamls.write(whole).decode(), markup=False, soft_wrap=True)
    elif name:
        kind = KINDS[name]
        desk.json({"name": kind.name, "schema": kind.schema, "example": kind.example, "cases": kind.cases})
    elif as_json:
        desk.json([{"name": each.name, "zh": each.label_zh, "en": each.label_en} for each in KINDS.values()])
    else:
        rows = [(each.name, desk.say(each.label_zh, each.label_en)) for each in KINDS.values()]
        desk.table([desk.say("种类", "kind"), desk.say("名称", "name")], rows)


@app.command(name="list")
def list_(
    context: typer.Context,
    kind: Annotated[str | None, typer.Option(help="Only this kind 种类.")] = None,
    as_json: desks.AsJson = False,
) -> None:
    """Documents with their newest versions and drafts 列出."""
    desk = desks.of(context)
    rows: list[documents_query.Row] = []
    with desk.reading() as connection:
        cursor = None
        while True:
            page = documents_query.listing(
                connection, viewer=desk.viewer, kind=kind, cursor=cursor, count=limits.PAGE_ROWS_MAX
            )
            rows += page.rows
            if (cursor := page.next) is None:
                break
    if as_json:
        desk.json(rows)
        return
    columns = [desk.say("种类", "kind"), desk.say("名称", "name"), desk.say("版本", "version"),
               desk.say("发布", "published"), desk.say("发布人", "by"), desk.say("草稿", "draft")]  # fmt: skip
    retired = desk.say("已停用", "retired")
    told = [
        (each.kind, each.name, retired if each.retired_at else str(each.version or ""), desk.at(each.published_at),
         each.published_by, f"#{each.draft_edition} {each.draft_by}" if each.draft_edition else "")
        for each in rows
    ]  # fmt: skip
    desk.table(columns, told, right=[2])


@app.command()
def show(
    context: typer.Context,
    kind: KindName,
    name: Name,
    version: Annotated[int | None, typer.Option(min=0, help="0: the draft; none: the newest 版本.")] = None,
    as_json: desks.AsJson = False,
) -> None:
    """A document's content and cases, as YAML unless told otherwise 查看."""
    desk = desks.of(context)
    found: Any = None
    with desk.reading() as connection:
        if version == 0:
            found = documents_query.draft(connection, kind, name, viewer=desk.viewer)
        else:
            found = documents_query.one(connection, kind, name, viewer=desk.viewer, version=version)
    if found is None:
        code = "document.no_draft" if version == 0 else "document.version_unknown"
        desk.refuse(Refused(code, {"kind": kind, "name": name, "version": version or 1}))
    if as_json:
        desk.json(found)
    else:
        text = yamls.write({"content": found.content, "cases": found.cases}).decode()
        desk.out.print(text, markup=False, soft_wrap=True)


@app.command()
def save(
    context: typer.Context,
    kind: KindName,
    name: Name,
    file: Annotated[
        Path, typer.Argument(help="YAML or JSON: content and cases as `show` prints it, or the bare content 文件.")
    ],
    edition: Annotated[int, typer.Option(min=0, help="The draft's edition that you saw; 0: there was none 稿次.")] = 0,
    base: Annotated[
        int | None, typer.Option(min=0, help="The version it was made from; none: the newest 基于.")
    ] = None,
    as_json: desks.AsJson = False,
) -> None:
    """Save a draft from a file and tell what is wrong with it 保存草稿."""
    desk = desks.of(context)
    content, cases = read(desk, file)
    edit = documents.Edit(kind, name, content, cases, edition, base)
    [saved] = documents.save_drafts(desk.hub, [edit], actor=desks.ACTOR, origin="desk", now=clock.now())
    if isinstance(saved, Refused):
        desk.refuse(saved)
    if as_json:
        desk.json(saved)
        return
    _tell(desk, [judging.Judged(kind, name, each) for each in saved.findings])
    desk.tell(f"{kind}/{name} 第 {saved.edition} 稿已保存", f"{kind}/{name} is saved as edition {saved.edition}")


@app.command()
def drop(context: typer.Context, kind: KindName, name: Name) -> None:
    """Give a draft up; what is in force stays 放弃草稿."""
    desk = desks.of(context)
    [refused] = documents.drop_drafts(desk.hub, [(kind, name)], actor=desks.ACTOR, origin="desk", now=clock.now())
    desk.none(refused)
    desk.tell(f"{kind}/{name} 的草稿已放弃", f"The draft of {kind}/{name} is given up")


@app.command()
def check(context: typer.Context, names: Names, as_json: desks.AsJson = False) -> None:
    """Check drafts together and run their cases, beside all that is in force 检查草稿."""
    desk = desks.of(context)
    found = documents.check_drafts(desk.hub, _picks(desk, names))
    if isinstance(found, Refused):
        desk.refuse(found)
    if as_json:
        desk.json(found)
    else:
        _tell(desk, found)
    if judging.refusal(found) is not None:
        raise typer.Exit(1)
    if not as_json:
        desk.tell("可以发布", "May be published")


@app.command()
def publish(
    context: typer.Context,
    names: Names,
    comment: Comment = "",
    move_runs: Annotated[
        bool, typer.Option("--move-runs", help="Let running flows that fit go on by the new version 运行也换版.")
    ] = False,
    as_json: desks.AsJson = False,
) -> None:
    """Put drafts in force together, all or none, after their cases were run 发布."""
    desk = desks.of(context)
    with desk.working("运行用例…", "Running cases…"):
        made = documents.publish_drafts(
            desk.hub, _picks(desk, names), comment=comment, actor=desks.ACTOR, origin="desk", now=clock.now()
        )
    told(desk, made, as_json)
    if move_runs and isinstance(made, documents.Publication):
        teller = flows.Teller(desks.ACTOR, desks.SOURCE)
        for each in flow_replays.move(desk.hub, made.published, teller=teller, now=clock.now()):
            desk.tell(
                f"流程 {each.flow}：{each.moved} 个运行换到版本 {each.version}，{each.left} 个留在原版本",
                f"Flow {each.flow}: {each.moved} runs go by version {each.version}, {each.left} stay on theirs",
            )


@app.command()
def history(context: typer.Context, kind: KindName, name: Name, as_json: desks.AsJson = False) -> None:
    """The versions of a document, the newest first: who, when, why 历史."""
    desk = desks.of(context)
    with desk.reading() as connection:
        found = documents_query.history(connection, kind, name, viewer=desk.viewer, count=limits.PAGE_ROWS_MAX).rows
    if as_json:
        desk.json(found)
        return
    columns = [desk.say("版本", "version"), desk.say("发布", "published"), desk.say("发布人", "by"),
               desk.say("说明", "why"), desk.say("停用", "retired")]  # fmt: skip
    rows = [(str(each.version), desk.at(each.published_at), each.published_by, each.comment, desk.at(each.retired_at))
            for each in found]  # fmt: skip
    desk.table(columns, rows, right=[0])


@app.command()
def diff(
    context: typer.Context,
    kind: KindName,
    name: Name,
    before: Annotated[int, typer.Argument(min=0, help="A version; 0: the draft 旧版本.")],
    after: Annotated[int, typer.Argument(min=0, help="A version; 0: the draft 新版本.")] = 0,
    as_json: desks.AsJson = False,
) -> None:
    """What a later version changed in an earlier one, place by place 差异."""
    desk = desks.of(context)
    with desk.reading() as connection:
        found = documents_query.diff(connection, kind, name, viewer=desk.viewer, before=before, after=after)
    if found is None:
        desk.refuse(Refused("document.version_unknown", {"kind": kind, "name": name, "version": after or before}))
    if as_json:
        desk.json(found)
        return
    rows = [*_rows("", found.content), *_rows(desk.say("用例 ", "cases "), found.cases)]
    desk.table([desk.say("位置", "place"), desk.say("之前", "before"), desk.say("之后", "after")], rows)


@app.command(name="roll-back")
def roll_back(
    context: typer.Context,
    kind: KindName,
    name: Name,
    version: Annotated[int, typer.Argument(min=1, help="The version to go back to 版本.")],
    comment: Comment = "",
    as_json: desks.AsJson = False,
) -> None:
    """Publish what an old version said as a new version 回滚."""
    desk = desks.of(context)
    made = documents.roll_back(
        desk.hub, (kind, name), version, comment=comment, actor=desks.ACTOR, origin="desk", now=clock.now()
    )
    told(desk, made, as_json)


@app.command()
def retire(context: typer.Context, names: Names, comment: Comment = "", as_json: desks.AsJson = False) -> None:
    """Take documents out of force; refused while something in force refers to one 停用."""
    desk = desks.of(context)
    keys = [(each.kind, each.name) for each in _picks(desk, names)]
    made = documents.publish(
        desk.hub, [], retired=keys, comment=comment, actor=desks.ACTOR, origin="desk", now=clock.now()
    )
    told(desk, made, as_json)


def told(desk: desks.Desk, made: documents.Publication | Refused, as_json: bool) -> None:
    """Print a publication; a refusal ends the run with 1, after each error was told with its place."""
    if isinstance(made, Refused):
        errors = msgspec.convert(made.data.get("findings", []), list[judging.Judged])
        _tell(desk, errors[1:])
        place = f"{made.data['kind']}/{made.data['name']} {made.data['path']}: " if errors else ""
        desk.refuse(Refused("document.not_published", {"place": place, "why": desk.text(made)}))
    if as_json:
        desk.json(made)
        return
    _tell(desk, made.findings)
    published, retired = _named(made.published), _named(made.retired)
    stopped = desk.say(f"停用 {retired}", f"retired {retired}") if retired else ""
    said = desk.say("；", "; ").join(each for each in (published, stopped) if each)
    desk.tell(f"修订 {made.revision}：{said}", f"Revision {made.revision}: {said}")


def _named(entries: Sequence[documents.Entry]) -> str:
    return "、".join(f"{each.kind}/{each.name}@{each.version}" for each in entries)


def _tell(desk: desks.Desk, found: list[judging.Judged]) -> None:
    for each in found:
        data = checking.places_of(each.kind, each.name, each.finding)
        said = codes.text(each.finding.code, data, desk.language)
        error = each.finding.level == "error"
        level = desk.say("错误", "error") if error else desk.say("提示", "warning")
        place = f"{each.kind}/{each.name} {each.finding.path or '/'}"
        desk.out.print(f"[{level}] {place}: {said}", markup=False, style="red" if error else "yellow")


def _rows(side: str, differences: list[diffs.Difference]) -> list[tuple[str, str, str]]:
    return [(f"{side}{each.path or '/'}", _short(each.before), _short(each.after)) for each in differences]


def _short(value: Any) -> str:
    return "" if value is None else msgspec.json.encode(value).decode()[:200]


def _picks(desk: desks.Desk, names: list[str]) -> list[documents.Pick]:
    """KIND/NAME as picks. Bad usage ends the run with 2."""
    wrong = next((each for each in names if each.count("/") != 1), None)
    if wrong is not None:
        raise typer.BadParameter(desk.say(f"请写成 种类/名称，不是 {wrong}", f"write KIND/NAME, not {wrong}"))
    return [documents.Pick(kind, name) for kind, _, name in (each.partition("/") for each in names)]


class _File(msgspec.Struct, forbid_unknown_fields=True):
    content: dict[str, Any]
    cases: list[dict[str, Any]] = []


def read(desk: desks.Desk, file: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The content and cases of a document's file, whole or bare; what cannot be read ends the run with 1."""
    with desk.file(file, writing=False) as opened:
        raw = opened.read(limits.DOCUMENT_BYTES_MAX + 1)
    try:
        value = yamls.read(raw)
        bare = isinstance(value, dict) and "cases" not in value and value.keys() != {"content"}
        found = msgspec.convert({"content": value} if bare else value, _File)
    except yamls.Unreadable as problem:
        desk.refuse(Refused(problem.refused.code, {"file": str(file), **problem.refused.data}))
    except msgspec.ValidationError as problem:
        desk.refuse(Refused("pack.misshapen", {"file": str(file), "problem": str(problem)}))
    return found.content, found.cases
