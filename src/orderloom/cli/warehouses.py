"""orderloom warehouse: add, list, and the freight and hours of its lanes."""

from typing import Annotated

import typer

from orderloom.actions import reference
from orderloom.cli import desk as desks
from orderloom.domain.warehouses import Calendar, Rate, Transit, Warehouse
from orderloom.kit import clock
from orderloom.kit.refusals import Refused

app = typer.Typer()

Name = Annotated[str, typer.Argument(help="Its short name 仓库.")]


@app.command(context_settings={"ignore_unknown_options": True})
def add(
    context: typer.Context,
    warehouse: Name,
    name: Annotated[str, typer.Option(help="名称.")] = "",
    province: Annotated[str, typer.Option(help="省.")] = "",
    lon: Annotated[float, typer.Option(min=-180, max=180, help="Longitude 经度.")] = 0.0,
    lat: Annotated[float, typer.Option(min=-90, max=90, help="Latitude 纬度.")] = 0.0,
    opens: Annotated[str, typer.Option(help="HH:MM-HH:MM every day 营业时间.")] = "08:00-20:00",
    cutoff: Annotated[str, typer.Option(help="HH:MM until which an order leaves that day 截单.")] = "16:00",
    handling: Annotated[int, typer.Option(min=0, max=10_080, help="Minutes to pick and pack 处理分钟.")] = 240,
) -> None:
    """Enter or change a warehouse 新增或修改."""
    desk = desks.of(context)
    since, _, until = opens.partition("-")
    calendar = Calendar(f"{warehouse}_hours", opens_minute=_minute(desk, since), closes_minute=_minute(desk, until))
    made = Warehouse(
        warehouse, name or warehouse, lon, lat, province=province, calendar=calendar.calendar,
        cutoff_minute=_minute(desk, cutoff), handling_minutes=handling,
    )  # fmt: skip
    reference.enter(desk.hub, warehouses=[made], calendars=[calendar], actor=desks.ACTOR, now=clock.now())
    desk.tell(f"仓库 {warehouse} 已保存", f"Warehouse {warehouse} is saved")


@app.command(name="list")
def list_(context: typer.Context, as_json: desks.AsJson = False) -> None:
    """All warehouses 列出."""
    desk = desks.of(context)
    with desk.reading() as connection:
        found = list(desk.hub.reference(connection).warehouses.values())
    if as_json:
        desk.json(found)
        return
    columns = [desk.say("仓库", "warehouse"), desk.say("名称", "name"), desk.say("省", "province"),
               desk.say("位置", "position"), desk.say("截单", "cut-off"), desk.say("处理", "handling")]  # fmt: skip
    rows = [
        (each.warehouse, each.name, each.province, f"{each.lon:.3f}, {each.lat:.3f}",
         f"{each.cutoff_minute // 60:02d}:{each.cutoff_minute % 60:02d}", f"{each.handling_minutes} min")
        for each in found
    ]  # fmt: skip
    desk.table(columns, rows)


@app.command()
def lane(
    context: typer.Context,
    warehouse: Name,
    carrier: Annotated[str, typer.Argument(help="SF, ZTO … 承运商.")],
    first: Annotated[str, typer.Argument(help="Price of the first kilogram 首重.")],
    step: Annotated[str, typer.Argument(help="Price of each further kilogram 续重.")],
    hours: Annotated[int, typer.Argument(min=0, max=10_000, help="Hours on the road 时效.")],
    to: Annotated[str, typer.Option(help="Province; none: everywhere 省份.")] = "",
    service: Annotated[str, typer.Option(help="standard, express … 服务.")] = "standard",
) -> None:
    """Enter what a carrier costs and takes from a warehouse 运价与时效."""
    desk = desks.of(context)
    with desk.reading() as connection:
        settings = desk.hub.reference(connection).settings
        if warehouse not in desk.hub.reference(connection).warehouses:
            desk.refuse(Refused("stock.unknown_warehouse", {"warehouse": warehouse}))
    prices = [desk.minor(each, settings.currency) for each in (first, step)]
    rate = Rate(carrier, service, warehouse, to, 1000, prices[0], 1000, prices[1])
    transit = Transit(carrier, service, warehouse, to, hours)
    reference.enter_lanes(desk.hub, rates=[rate], transits=[transit], actor=desks.ACTOR, now=clock.now())
    desk.tell(
        f"{warehouse} → {to or '全国'} {carrier} 已保存", f"{warehouse} → {to or 'anywhere'} by {carrier} is saved"
    )


def _minute(desk: desks.Desk, text: str) -> int:
    hours, _, minutes = text.partition(":")
    if not (hours.isascii() and hours.isdigit() and minutes.isascii() and minutes.isdigit()):
        raise typer.BadParameter(desk.say(f"写成 08:00，不是 {text}", f"write 08:00, not {text}"))
    read = int(hours) * 60 + int(minutes)
    if int(minutes) > 59 or read > 24 * 60:
        raise typer.BadParameter(desk.say(f"一天没有 {text}", f"there is no {text} in a day"))
    return read
