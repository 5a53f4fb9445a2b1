"""orderloom sku: add, list, show, import."""

import csv
import io
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Annotated, Any

import typer

from orderloom.actions import reference
from orderloom.cli import desk as desks
from orderloom.deciding import dictionaries
from orderloom.domain.catalogue import Sku, Unit
from orderloom.domain.fields.dictionaries import Dictionary
from orderloom.inbox import encodings
from orderloom.kit import clock, limits
from orderloom.kit.refusals import Refused
from orderloom.queries import reference as reference_query

app = typer.Typer()

COLUMNS = ("sku", "name", "category", "base_unit", "weight_grams", "volume_cm3", "barcode", "price")
# A column of an own field: custom.grade; an empty cell is no value.
OWN = "custom."
_YES, _NO = frozenset({"true", "是", "yes"}), frozenset({"false", "否", "no"})


@app.command()
def add(
    context: typer.Context,
    sku: Annotated[str, typer.Argument(help="货号.")],
    name: Annotated[str, typer.Option(help="名称.")] = "",
    category: Annotated[str, typer.Option(help="品类.")] = "",
    price: Annotated[str, typer.Option(help="Per base unit 单价.")] = "",
    grams: Annotated[int, typer.Option(min=0, max=limits.QUANTITY_MAX, help="Weight of a base unit 克重.")] = 0,
    cm3: Annotated[int, typer.Option(min=0, max=limits.QUANTITY_MAX, help="Volume of a base unit 体积.")] = 0,
    unit: Annotated[list[str] | None, typer.Option(help="NAME=FACTOR, such as 箱=12; may repeat 单位换算.")] = None,
    lead_days: Annotated[int | None, typer.Option(min=0, max=3_650, help="Days to make or buy it 交期.")] = None,
    fefo: Annotated[bool, typer.Option("--fefo", help="First expired goes first 先到期先出.")] = False,
    sets: desks.Sets = [],  # noqa: B006 - typer copies it.
) -> None:
    """Enter or change a SKU; what is not named stays 新增或修改."""
    desk = desks.of(context)
    with desk.reading() as connection:
        known = reference_query.skus(connection, viewer=desk.viewer, wanted=reference_query.Wanted(keys=(sku,))).rows
    made = known[0] if known else Sku(sku)
    made.name, made.category = name or made.name, category or made.category
    made.weight_grams, made.volume_cm3 = grams or made.weight_grams, cm3 or made.volume_cm3
    made.price = _decimal(desk, price, "--price") if price else made.price
    made.lead_days = made.lead_days if lead_days is None else lead_days
    made.fefo = fefo or made.fefo
    for each in unit or []:
        word, _, factor = each.partition("=")
        made.units = [one for one in made.units if one.name != word] + [Unit(word, _decimal(desk, factor, "--unit"))]
    made.custom = {**made.custom, **desks.values(sets)}
    desk.none_wrong(reference.enter_skus(desk.hub, [made], actor=desks.ACTOR, now=clock.now()))
    desk.tell(f"货品 {sku} 已保存", f"SKU {sku} is saved")


@app.command(name="list")
def list_(
    context: typer.Context,
    words: Annotated[str, typer.Argument(help="The start of a code, a part of a name, a barcode 货号或名称.")] = "",
    count: Annotated[int, typer.Option(min=1, max=limits.PAGE_ROWS_MAX, help="At most so many 最多.")] = 50,
    after: Annotated[str | None, typer.Option(help="The cursor that the page before ended with 游标.")] = None,
    as_json: desks.AsJson = False,
) -> None:
    """SKUs of the catalogue 列出."""
    desk = desks.of(context)
    wanted = reference_query.Wanted(text=words)
    with desk.reading() as connection:
        page = reference_query.skus(connection, viewer=desk.viewer, wanted=wanted, cursor=after, count=count)
    if as_json:
        desk.json(page)
        return
    columns = ["SKU", desk.say("名称", "name"), desk.say("品类", "category"), desk.say("单位", "unit"),
               desk.say("单价", "price")]  # fmt: skip
    rows = [(each.sku, each.name, each.category, each.base_unit, "" if each.price is None else f"{each.price:f}")
            for each in page.rows]  # fmt: skip
    desk.table(columns, rows, right=(4,))
    if page.next is not None:
        desk.tell(f"还有更多：--after {page.next}", f"There are more: --after {page.next}")


@app.command()
def show(
    context: typer.Context, sku: Annotated[str, typer.Argument(help="货号.")], as_json: desks.AsJson = False
) -> None:
    """One SKU 查看."""
    desk = desks.of(context)
    with desk.reading() as connection:
        found = reference_query.skus(connection, viewer=desk.viewer, wanted=reference_query.Wanted(keys=(sku,))).rows
        reference_query.opened(connection, found, viewer=desk.viewer, sealer=desk.hub.sealer)
    if not found:
        desk.refuse(Refused("sku.unknown", {"sku": sku}))
    if as_json:
        desk.json(found[0])
        return
    one = found[0]
    units = "  ".join(f"{each.name}={each.factor}" for each in one.units)
    desk.facts(
        {
            desk.say("货品", "SKU"): f"{one.sku}  {one.name}  {one.category}",
            desk.say("单价", "price"): "" if one.price is None else f"{one.price:f} / {one.base_unit}",
            desk.say("单位", "units"): units,
            desk.say("重量体积", "size"): f"{one.weight_grams} g  {one.volume_cm3} cm³",
            desk.say("自定义字段", "own fields"): desks.told(one.custom),
        }
    )


@app.command(name="import")
def import_(
    context: typer.Context,
    file: Annotated[
        Path,
        typer.Argument(help=f"CSV of the columns {', '.join(COLUMNS)}, {OWN}<field> 文件."),
    ],
) -> None:
    """Enter SKUs from a CSV file, all of them or none 导入."""
    desk = desks.of(context)
    with desk.file(file, writing=False) as opened:
        encoding = encodings.detect(opened)
        try:
            text = opened.read(limits.UNPACK_MEMORY_BYTES_MAX).decode(encoding)
        except UnicodeDecodeError as problem:
            said = desk.say(f"第 {problem.start} 字节不是 {encoding}", f"byte {problem.start} is no {encoding}")
            desk.refuse(Refused("sku.bad_row", {"row": 1, "problem": said}))
    skus = _rows(desk, text)
    desk.none_wrong(reference.enter_skus(desk.hub, skus, actor=desks.ACTOR, now=clock.now()))
    desk.tell(f"已保存 {len(skus)} 个货品", f"{len(skus)} SKUs are saved")


def _rows(desk: desks.Desk, text: str) -> list[Sku]:
    """Every row as a SKU; ends the run at the first that is none, before anything is saved."""
    read = csv.DictReader(io.StringIO(text))
    with desk.reading() as connection:
        ready = dictionaries.of(desk.hub.reference(connection), "sku")
    unknown = {each for each in read.fieldnames or () if not each.startswith(OWN)} - set(COLUMNS)
    if unknown or "sku" not in (read.fieldnames or ()):
        desk.refuse(Refused("sku.bad_columns", {"columns": ", ".join(COLUMNS), "found": ", ".join(sorted(unknown))}))
    made: list[Sku] = []
    for row in read:
        try:
            cells = {name: (value or "").strip() for name, value in row.items() if name is not None}
            made.append(_row(cells, ready.dictionary if ready is not None else None))
        except (ValueError, InvalidOperation) as problem:
            desk.refuse(Refused("sku.bad_row", {"row": read.line_num, "problem": str(problem)}))
    return made


def _own(row: dict[str, str], dictionary: Dictionary | None) -> dict[str, Any]:
    """The own fields of a row; what yes and no, and several choices, are in a cell is known by the field's type."""
    own: dict[str, Any] = {}
    for name, text in row.items():
        if name.startswith(OWN) and text:
            field = dictionary.field(name.removeprefix(OWN)) if dictionary is not None else None
            own[name.removeprefix(OWN)] = _cell(field.type if field is not None else "text", text)
    return own


def _cell(type_: str, text: str) -> Any:
    if type_ == "boolean" and text.lower() in _YES | _NO:
        return text.lower() in _YES
    return text.split("|") if type_ == "multi_select" else text


def _row(row: dict[str, str], dictionary: Dictionary | None) -> Sku:
    """Raises ValueError or InvalidOperation."""
    price = Decimal(row["price"]) if row.get("price") else None
    grams, volume = int(row.get("weight_grams") or 0), int(row.get("volume_cm3") or 0)
    if not row["sku"] or grams < 0 or volume < 0 or (price is not None and not 0 <= price < limits.AMOUNT_MINOR_MAX):
        raise ValueError("sku, weight_grams, volume_cm3, price")
    return Sku(
        sku=row["sku"],
        name=row.get("name", ""),
        category=row.get("category", ""),
        base_unit=row.get("base_unit") or "件",
        weight_grams=grams,
        volume_cm3=volume,
        barcode=row.get("barcode", ""),
        price=price,
        custom=_own(row, dictionary),
    )


def _decimal(desk: desks.Desk, text: str, option: str) -> Decimal:
    try:
        read = Decimal(text)
    except InvalidOperation:
        read = Decimal("NaN")
    if not read.is_finite() or read < 0:
        raise typer.BadParameter(desk.say(f"{text} 不是数字", f"{text} is no number"), param_hint=option)
    return read
