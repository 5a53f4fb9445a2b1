"""orderloom stock: show, adjust, count, move, promise."""

import datetime as dt
from typing import Annotated, NoReturn

import typer

from orderloom.actions import stock
from orderloom.actions.displacing import Count
from orderloom.cli import desk as desks
from orderloom.domain.stock import StockAdjusted, StockMoved
from orderloom.kit import clock, limits
from orderloom.kit.refusals import Refused
from orderloom.queries import reference as reference_query
from orderloom.queries import stock as stock_query

app = typer.Typer()

Sku = Annotated[str, typer.Argument(help="货号.")]
At = Annotated[str, typer.Argument(help="仓库.")]
Quantity = Annotated[int, typer.Argument(help="In base units 数量（基本单位）.")]
Lot = Annotated[str, typer.Option(help="批次.")]
Bin = Annotated[str, typer.Option("--bin", help="库位.")]
Pool = Annotated[str, typer.Option(help="spot, production or transfer 库存池.")]
Reason = Annotated[str, typer.Option(help="Why; stands in the log 原因.")]


@app.command()
def show(
    context: typer.Context,
    sku: Annotated[str | None, typer.Argument(help="One SKU with its lots; none: all levels 货号.")] = None,
    warehouse: Annotated[str | None, typer.Option(help="仓库.")] = None,
    count: Annotated[int, typer.Option(min=1, max=limits.PAGE_ROWS_MAX, help="At most so many 最多.")] = 50,
    after: Annotated[str | None, typer.Option(help="The cursor that the page before ended with 游标.")] = None,
    as_json: desks.AsJson = False,
) -> None:
    """What is there, reserved and available 查看."""
    desk = desks.of(context)
    filters = stock_query.Filters(sku=sku, warehouse=warehouse)
    with desk.reading() as connection:
        page = stock_query.page(connection, viewer=desk.viewer, filters=filters, cursor=after, count=count)
        lots = stock_query.lots(connection, viewer=desk.viewer, sku=sku, warehouse=warehouse) if sku else []
    if as_json:
        desk.json({"levels": page.rows, "lots": lots, "next": page.next})
        return
    if sku is not None and not page.rows:
        _nothing(desk, sku)
    numbers = [desk.say("在库", "on hand"), desk.say("占用", "reserved"), desk.say("可用", "available")]
    columns = ["SKU", desk.say("仓库", "warehouse"), desk.say("池", "pool"), *numbers, desk.say("预计", "expected")]
    rows = [
        (each.sku, each.warehouse, each.pool, f"{each.on_hand:,}", f"{each.reserved:,}", f"{each.available:,}",
         desk.at(each.expected_at))
        for each in page.rows
    ]  # fmt: skip
    desk.table(columns, rows, right=(3, 4, 5))
    if lots:
        columns = [desk.say("仓库", "warehouse"), desk.say("批次", "lot"), desk.say("库位", "bin"), *numbers,
                   desk.say("到期", "expires")]  # fmt: skip
        told = [
            (each.warehouse, each.lot, each.bin, f"{each.on_hand:,}", f"{each.reserved:,}", f"{each.available:,}",
             str(each.expires_on or ""))
            for each in lots
        ]  # fmt: skip
        desk.table(columns, told, right=(3, 4, 5))
    if page.next is not None:
        desk.tell(f"还有更多：--after {page.next}", f"There are more: --after {page.next}")


@app.command(context_settings={"ignore_unknown_options": True})
def adjust(
    context: typer.Context,
    sku: Sku,
    warehouse: At,
    quantity: Annotated[int, typer.Argument(help="Signed: in or out 正为入，负为出.")],
    lot: Lot = "",
    bin_: Bin = "",
    pool: Pool = "spot",
    expires: Annotated[dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], help="效期.")] = None,
    expected: Annotated[str, typer.Option(help="When units of another pool will come 预计到货.")] = "",
    reason: Reason = "",
) -> None:
    """Book units in or out 入库、出库."""
    desk = desks.of(context)
    one = StockAdjusted(
        sku, warehouse, quantity, pool, lot, bin_, reason, expires_on=expires.date() if expires else None,
        expected_at=desk.instant(expected) if expected else None,
    )  # fmt: skip
    [answer] = stock.adjust(desk.hub, [one], actor=desks.ACTOR, source=desks.SOURCE, now=clock.now())
    desk.none(answer)
    _tell(desk, sku)


@app.command()
def count(
    context: typer.Context,
    sku: Sku,
    warehouse: At,
    counted: Annotated[int, typer.Argument(min=0, help="What was found, in base units 实盘数.")],
    lot: Lot = "",
    bin_: Bin = "",
    reason: Reason = "",
) -> None:
    """Record what was found, whatever the ledger said; promises that it breaks are given back 盘点."""
    desk = desks.of(context)
    one = Count(sku, warehouse, counted, lot, bin_, reason)
    [answer] = stock.count(desk.hub, [one], actor=desks.ACTOR, source=desks.SOURCE, now=clock.now())
    desk.none(answer)
    _tell(desk, sku)


@app.command()
def move(
    context: typer.Context,
    sku: Sku,
    quantity: Quantity,
    warehouse: Annotated[str, typer.Option("--from", help="Where they are 从.")],
    to: Annotated[str, typer.Option("--to", help="Where they go 到.")],
    lot: Lot = "",
    bin_: Bin = "",
    to_bin: Annotated[str, typer.Option(help="目标库位.")] = "",
    pool: Pool = "spot",
    to_pool: Pool = "spot",
) -> None:
    """Move free units between bins, pools and warehouses 移库."""
    desk = desks.of(context)
    one = StockMoved(sku, quantity, warehouse, to, pool, to_pool, lot, bin_, to_bin)
    [answer] = stock.move(desk.hub, [one], actor=desks.ACTOR, source=desks.SOURCE, now=clock.now())
    desk.none(answer)
    _tell(desk, sku)


@app.command()
def promise(
    context: typer.Context,
    sku: Sku,
    warehouse: Annotated[str | None, typer.Option(help="仓库.")] = None,
    as_json: desks.AsJson = False,
) -> None:
    """What may be promised by when 可承诺量."""
    desk = desks.of(context)
    with desk.reading() as connection:
        found = stock_query.promisable(connection, viewer=desk.viewer, sku=sku, warehouse=warehouse, now=clock.now())
    if as_json:
        desk.json(found)
        return
    rows = [(desk.at(each.at) or desk.say("现在", "now"), f"{each.available:,}", each.pool) for each in found.steps]
    desk.table(
        [desk.say("自", "from"), desk.say("可承诺", "may be promised"), desk.say("来源", "from pool")], rows, right=(1,)
    )
    desk.tell(
        f"未定日期的在途 {found.undated:,}，待产单等待 {found.waiting:,}",
        f"{found.undated:,} expected without a date, {found.waiting:,} waited for by backorders",
    )


def _tell(desk: desks.Desk, sku: str) -> None:
    with desk.reading() as connection:
        page = stock_query.page(connection, viewer=desk.viewer, filters=stock_query.Filters(sku=sku))
    for each in page.rows:
        place = f"{sku} {each.warehouse} {each.pool}"
        desk.tell(
            f"{place}：在库 {each.on_hand:,}，占用 {each.reserved:,}，可用 {each.available:,}",
            f"{place}: {each.on_hand:,} on hand, {each.reserved:,} reserved, {each.available:,} free",
        )


def _nothing(desk: desks.Desk, sku: str) -> NoReturn:
    """End a look at stock that there is none of: the SKU is not known, or nothing of it was ever booked."""
    with desk.reading() as connection:
        known = reference_query.skus(connection, viewer=desk.viewer, wanted=reference_query.Wanted(keys=(sku,))).rows
    desk.refuse(Refused("stock.none_yet" if known else "sku.unknown", {"sku": sku}))
