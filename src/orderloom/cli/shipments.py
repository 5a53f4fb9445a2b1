"""orderloom shipment: list, release, confirm, revert, switch-carrier."""

from typing import Annotated

import typer

from orderloom.actions import shipments
from orderloom.cli import desk as desks
from orderloom.cli import order_tables as tables
from orderloom.kit import clock, limits
from orderloom.queries import shipments as shipments_query

app = typer.Typer()

ShipmentNos = Annotated[list[str], typer.Argument(help="One or more shipment numbers 发货单号.")]


@app.command(name="list")
def list_(
    context: typer.Context,
    warehouse: Annotated[str | None, typer.Option(help="仓库.")] = None,
    stage: Annotated[str | None, typer.Option(help="allocated, picked, packed, shipped, delivered 阶段.")] = None,
    live: Annotated[bool, typer.Option("--live", help="Leave out what is delivered or cancelled 未完成的.")] = False,
    count: Annotated[int, typer.Option(min=1, max=limits.PAGE_ROWS_MAX, help="At most so many 最多.")] = 20,
    after: Annotated[str | None, typer.Option(help="The cursor that the page before ended with 游标.")] = None,
    as_json: desks.AsJson = False,
) -> None:
    """Shipments, the oldest plan first 列出."""
    desk = desks.of(context)
    filters = shipments_query.Filters(warehouse=warehouse, stage=stage, live=live)
    with desk.reading() as connection:
        page = shipments_query.page(connection, viewer=desk.viewer, filters=filters, cursor=after, count=count)
    if as_json:
        desk.json(page)
        return
    columns = [desk.say("发货单", "shipment"), desk.say("仓库", "warehouse"), desk.say("阶段", "stage"),
               desk.say("承运商", "carrier"), desk.say("计划", "planned"), desk.say("承诺", "promised"),
               ""]  # fmt: skip
    rows = [
        (each.shipment_no, each.warehouse, tables.stage(desk, each.stage), each.carrier, desk.at(each.planned_at),
         desk.at(each.promised_at), desk.say("挂起", "held") if each.held else "")
        for each in page.rows
    ]  # fmt: skip
    desk.table(columns, rows)
    if page.next is not None:
        desk.tell(f"还有更多：--after {page.next}", f"There are more: --after {page.next}")


@app.command()
def release(context: typer.Context, shipment_nos: ShipmentNos, as_json: desks.AsJson = False) -> None:
    """Hand shipments to their warehouses: lots and bins are chosen 下发."""
    desk = desks.of(context)
    desk.outcomes(shipments.release(desk.hub, shipment_nos, origin=desk.origin(), now=clock.now()), as_json=as_json)


@app.command(name="switch-carrier")
def switch_carrier(
    context: typer.Context,
    shipment_nos: ShipmentNos,
    reason: Annotated[str, typer.Option(help="Why 原因.")],
    carrier: Annotated[str, typer.Option(help="Which; else the next by the carrier rule 承运商.")] = "",
    service: Annotated[str, typer.Option(help="Its service 服务.")] = "",
    as_json: desks.AsJson = False,
) -> None:
    """Give shipments that nobody has taken along to another carrier 换承运商."""
    desk = desks.of(context)
    wanted = [shipments.Switch(each, reason, carrier, service) for each in shipment_nos]
    desk.outcomes(shipments.switch(desk.hub, wanted, origin=desk.origin(), now=clock.now()), as_json=as_json)


@app.command()
def confirm(
    context: typer.Context,
    shipment_nos: ShipmentNos,
    stage: Annotated[str, typer.Option(help="picked, packed, shipped or delivered 阶段.")],
    operator: Annotated[str, typer.Option(help="Who did it 操作人.")] = desks.ACTOR,
    at: Annotated[str, typer.Option(help="When; none: now 时间.")] = "",
    place: Annotated[str, typer.Option(help="Where 地点.")] = "",
    sets: desks.Sets = [],  # noqa: B006 - typer copies it.
    as_json: desks.AsJson = False,
) -> None:
    """Confirm a stage, as a scan would 确认环节."""
    desk = desks.of(context)
    now = clock.now()
    when = desk.instant(at) if at else now
    scans = [shipments.Scan(each, stage, when, operator, place, custom=desks.values(sets)) for each in shipment_nos]
    desk.outcomes(shipments.confirm(desk.hub, scans, origin=desk.origin(), now=now), as_json=as_json)


@app.command()
def revert(
    context: typer.Context,
    shipment_nos: ShipmentNos,
    stage: Annotated[str, typer.Option(help="The last stage: picked, packed or delivered 环节.")],
    reason: Annotated[str, typer.Option(help="Why 原因.")],
    as_json: desks.AsJson = False,
) -> None:
    """Take back a stage that was confirmed wrongly, whoever confirmed it 撤销环节确认."""
    desk = desks.of(context)
    wanted = [shipments.Revert(each, stage, reason) for each in shipment_nos]
    done = shipments.revert(desk.hub, wanted, origin=desk.origin(), leads=True, now=clock.now())
    desk.outcomes(done, as_json=as_json)
