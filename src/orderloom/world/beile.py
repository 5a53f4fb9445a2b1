"""贝乐童品, a maker of children's goods with three warehouses: what an operator would enter before the first order.

Its rules, channels, stages and figures are its pack (`packs/beile`); here stand its reference data.
"""

import datetime as dt
from decimal import Decimal

from orderloom.actions import credit, reference, stock
from orderloom.actions import packs as packs_actions
from orderloom.actions.hub import Hub
from orderloom.domain.catalogue import Sku, Unit
from orderloom.domain.customers import Customer
from orderloom.domain.stock import StockAdjusted
from orderloom.domain.warehouses import Calendar, Rate, Transit, Warehouse
from orderloom.kit import divisions
from orderloom.kit.refusals import Refused
from orderloom.store import reference as reference_store
from orderloom.world import packs

ACTOR = "贝乐"
CALENDAR = Calendar("every_day", [1, 2, 3, 4, 5, 6, 7], 8 * 60, 20 * 60)
WAREHOUSES = (
    Warehouse("suzhou", "苏州仓", 120.585316, 31.298886, "320500", "江苏省", calendar="every_day",
              cutoff_minute=17 * 60, handling_minutes=120),
    Warehouse("hefei", "合肥仓", 117.227239, 31.820586, "340100", "安徽省", calendar="every_day",
              cutoff_minute=16 * 60, handling_minutes=180),
    Warehouse("chengdu", "成都仓", 104.066541, 30.572269, "510100", "四川省", calendar="every_day",
              cutoff_minute=16 * 60, handling_minutes=180),
)  # fmt: skip
# Whom a warehouse reaches in a day; everywhere else takes longer.
NEAR = {
    "suzhou": ("江苏省", "上海市", "浙江省"),
    "hefei": ("安徽省", "河南省", "湖北省", "江西省", "山东省"),
    "chengdu": ("四川省", "重庆市", "贵州省", "云南省", "陕西省"),
}
PACK = "beile"
# Carrier, service, first kilogram and each further one in fen, hours near and far.
_SERVICES = (
    ("SF", "standard", 1200, 300, 24, 48),
    ("SF", "express", 2300, 800, 12, 36),
    ("SF", "cross_border", 3500, 1200, 72, 120),
    ("ZTO", "standard", 650, 200, 36, 72),
    ("YTO", "standard", 620, 210, 40, 80),
    ("JD", "standard", 900, 250, 24, 60),
    ("JD", "cod", 1500, 300, 24, 60),
    ("EMS", "standard", 1000, 400, 48, 96),
    ("DBL", "standard", 800, 150, 48, 96),
    ("DBL", "freight", 4000, 100, 72, 120),
)
ON_HAND = 20_000
# What only the factory can bring: few on hand, so that an order has to wait for production.
SCARCE, SCARCE_ON_HAND = "M88", 3
SKUS = (
    Sku("A01", "云朵安抚巾", "安抚巾", weight_grams=80, volume_cm3=600, price=Decimal(39)),
    Sku("A02", "妈咪收纳袋", "收纳袋", weight_grams=150, volume_cm3=900, price=Decimal(69), gift_combos=["A"]),
    Sku("B01", "车载挂钩", "车载挂钩", weight_grams=60, volume_cm3=300, price=Decimal(149), gift_combos=["B"]),
    Sku("K10", "轻便婴儿推车", "推车", weight_grams=6800, volume_cm3=90_000, price=Decimal(899)),
    Sku("K20", "儿童安全座椅", "安全座椅", weight_grams=9600, volume_cm3=160_000, price=Decimal(1299)),
    Sku("K30", "纯棉童袜", "童袜", "双", [Unit("箱", Decimal(48))], 40, 200, price=Decimal("19.9")),
    Sku("K40", "婴儿湿巾 80 抽", "湿巾", "包", [Unit("箱", Decimal(24))], 420, 1500, price=Decimal("12.9"), fefo=True),
    Sku("K50", "恒温睡袋", "睡袋", weight_grams=620, volume_cm3=9000, price=Decimal(169)),
    Sku("K60", "磁力积木 120 片", "积木", weight_grams=1900, volume_cm3=12_000, price=Decimal(129)),
    Sku(SCARCE, "实木摇摇马", "摇马", weight_grams=7500, volume_cm3=110_000, price=Decimal(459), lead_days=7),
)


def found(hub: Hub, *, now: dt.datetime) -> None:
    """Enter the company into a workspace without warehouses: its pack, freight, goods with stock, customers."""
    with hub.database.workspace(hub.workspace) as connection:
        new = reference_store.version(connection) == 0
    if new:
        seller = {"name": "贝乐童品", "phone": "0512-6660000", "hours": "工作日 9:00–18:00"}
        values = {"zone": "Asia/Shanghai", "currency": "CNY", "seller": seller}
        reference.found(hub, values=values, actor=ACTOR, now=now)
    applied = packs_actions.publish(hub, packs.read(PACK), comment="贝乐童品", actor=ACTOR, now=now)
    assert not isinstance(applied, Refused), applied
    provinces = sorted({row[1] for row in divisions.rows() if row[1]})
    lanes = [(each, warehouse.warehouse, to) for each in _SERVICES for warehouse in WAREHOUSES for to in provinces]
    reference.enter(
        hub,
        calendars=[CALENDAR],
        warehouses=WAREHOUSES,
        actor=ACTOR,
        now=now,
    )
    reference.enter_lanes(
        hub,
        rates=[
            Rate(carrier, service, warehouse, to, 1000, first + (0 if to in NEAR[warehouse] else 400), 1000, step)
            for (carrier, service, first, step, _, _), warehouse, to in lanes
        ],
        transits=[
            Transit(carrier, service, warehouse, to, near if to in NEAR[warehouse] else far)
            for (carrier, service, _, _, near, far), warehouse, to in lanes
        ],
        actor=ACTOR,
        now=now,
    )
    refused = reference.enter_skus(hub, SKUS, actor=ACTOR, now=now)
    assert refused is None, refused
    stocked(hub, {sku.sku: ON_HAND for sku in SKUS if sku.sku != SCARCE}, now=now)
    refused = reference.enter_customers(hub, [_retail(number) for number in range(1, 41)], actor=ACTOR, now=now)
    assert refused is None, refused


def stocked(hub: Hub, units: dict[str, int], *, warehouses: tuple[str, ...] = (), now: dt.datetime) -> None:
    """Book goods in, by default at every warehouse; a lot a day, and what can expire does."""
    booked = [
        StockAdjusted(
            sku=sku,
            warehouse=warehouse,
            quantity=quantity,
            lot=f"L{now:%y%m%d}",
            bin="A-01",
            reason="入库",
            manufactured_on=now.date(),
            expires_on=now.date() + dt.timedelta(days=720) if sku == "K40" else None,
        )
        for sku, quantity in units.items()
        for warehouse in warehouses or tuple(each.warehouse for each in WAREHOUSES)
    ]
    answers = stock.adjust(hub, booked, actor=ACTOR, source="wms", now=now)
    assert answers == [None] * len(booked), answers


def dealer(hub: Hub, customer_no: str, *, name: str, limit_minor: int, now: dt.datetime) -> None:
    """Open a dealer's account with its credit limit in minor units."""
    made = Customer(customer_no, name, level="A", segment="dealer", risk="low", account=customer_no,
                    payment_method="credit", payment_days_average=42)  # fmt: skip
    refused = reference.enter_customers(hub, [made], actor=ACTOR, now=now)
    assert refused is None, refused
    refused = credit.set_limits(hub, [(customer_no, "CNY", limit_minor)], actor=ACTOR, source="finance", now=now)
    assert refused == [None], refused


def _retail(number: int) -> Customer:
    return Customer(f"R{number:04d}", f"会员 {number}", level="BC"[number % 2], segment="retail", risk="low")
