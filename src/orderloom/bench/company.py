"""The reference company: seeded, so that every figure is taken on the same goods, customers and documents."""

import datetime as dt
import random
from collections.abc import Sequence
from decimal import Decimal

import msgspec

from orderloom.actions import credit, documents, orders, reference, stock
from orderloom.actions.hub import Hub
from orderloom.bench import flows
from orderloom.domain.catalogue import Sku, Unit
from orderloom.domain.channels import Channel
from orderloom.domain.customers import Customer
from orderloom.domain.mappings import drafts
from orderloom.domain.orders import state
from orderloom.domain.stock import StockAdjusted
from orderloom.domain.warehouses import Calendar, Rate, Transit, Warehouse
from orderloom.kit import divisions

WAREHOUSES = (
    ("suzhou", "苏州仓", "江苏省", 120.585316, 31.298886),
    ("hefei", "合肥仓", "安徽省", 117.227239, 31.820586),
    ("chengdu", "成都仓", "四川省", 104.066541, 30.572269),
    ("guangzhou", "广州仓", "广东省", 113.264434, 23.129162),
    ("tianjin", "天津仓", "天津市", 117.200983, 39.084158),
)
CHANNELS = ("web", "mini", "tmall", "jd", "douyin", "dealer", "phone", "erp")
CARRIERS = (
    ("SF", "standard", 1800, 900),
    ("ZTO", "standard", 900, 400),
    ("YTO", "standard", 850, 420),
    ("JDL", "standard", 1300, 600),
)
CATEGORIES = ("肉干", "五金", "安抚巾", "车载挂钩", "刹车片", "电机")


class Size(msgspec.Struct, frozen=True):
    """How large the company is built. The full one is performance.md's."""

    skus: int = 20_000
    customers: int = 50_000
    on_hand: int = 100_000


QUICK = Size(skus=2_000, customers=5_000, on_hand=50_000)


def build(hub: Hub, *, size: Size, seed: int = 1, now: dt.datetime) -> None:
    """Build the company in a new workspace."""
    dice = random.Random(seed)
    reference.found(hub, values={"zone": "Asia/Shanghai", "currency": "CNY"}, actor="bench", now=now)
    provinces = sorted({row[1] for row in divisions.rows() if row[1]})
    reference.enter(
        hub,
        channels=[Channel(each, each, platform=each, priced_by="hub") for each in CHANNELS],
        calendars=[Calendar("every_day", [1, 2, 3, 4, 5, 6, 7], 8 * 60, 20 * 60)],
        warehouses=[
            Warehouse(name, title, lon, lat, province=province, calendar="every_day", handling_minutes=120)
            for name, title, province, lon, lat in WAREHOUSES
        ],
        actor="bench",
        now=now,
    )
    reference.enter_lanes(
        hub,
        rates=[
            Rate(carrier, service, name, province, 1000, first + 100 * dice.randrange(6), 1000, step)
            for carrier, service, first, step in CARRIERS
            for name, *_ in WAREHOUSES
            for province in provinces
        ],
        transits=[
            Transit(carrier, service, name, province, 24 + 12 * dice.randrange(5))
            for carrier, service, *_ in CARRIERS
            for name, *_ in WAREHOUSES
            for province in provinces
        ],
        actor="bench",
        now=now,
    )
    # Three flows an order, as the design's figures are meant: what every packed shipment would begin is taken out.
    published = documents.publish(
        hub, flows.proposals(), retired=[("flow", "not_collected")], comment="bench", actor="bench", now=now
    )
    assert isinstance(published, documents.Publication), published
    _goods(hub, size, dice, now)
    _customers(hub, size, dice, now)


def _goods(hub: Hub, size: Size, dice: random.Random, now: dt.datetime) -> None:
    skus = [
        Sku(
            sku=f"S{number:06d}",
            name=f"货品 {number}",
            category=CATEGORIES[number % len(CATEGORIES)],
            units=[Unit("箱", Decimal(12))],
            weight_grams=100 + number % 900,
            volume_cm3=1000,
            price=Decimal(10 + number % 90),
        )
        for number in range(size.skus)
    ]
    for start in range(0, len(skus), 5_000):
        refused = reference.enter_skus(hub, skus[start : start + 5_000], actor="bench", now=now)
        assert refused is None, refused
    stocked = [
        StockAdjusted(sku=sku.sku, warehouse=name, quantity=size.on_hand, lot="L1", bin="A-01", reason="opening")
        for sku in skus
        for name, *_ in WAREHOUSES
    ]
    stock.adjust(hub, stocked, actor="bench", source="bench", now=now)


def _customers(hub: Hub, size: Size, dice: random.Random, now: dt.datetime) -> None:
    places = [row for row in divisions.rows() if row[3]]
    numbers = [f"C{number:06d}" for number in range(size.customers)]
    for start in range(0, len(numbers), 5_000):
        part = numbers[start : start + 5_000]
        customers = []
        for number in part:
            adcode, province, city, district, _, _ = dice.choice(places)
            address = state.Party(province=province, city=city, district=district, adcode=adcode, phone="known",
                                  phone_key=number, address_key=f"a{number}", named=True,
                                  street_known=True)  # fmt: skip
            customers.append(
                Customer(number, f"客户 {number}", level="ABC"[dice.randrange(3)], risk="low", account=number,
                         payment_method="credit", address=address, invoice=state.Invoice(f"公司 {number}"))
            )  # fmt: skip
        refused = reference.enter_customers(hub, customers, actor="bench", now=now)
        assert refused is None, refused
        credit.set_limits(hub, [(number, "CNY", 10**11) for number in part], actor="bench", source="bench", now=now)


def drafts_for(size: Size, *, count: int, seed: int, now: dt.datetime, lines: int = 3) -> list[drafts.Draft]:
    """Orders of the company: three lines, on credit, to all of China, distinct external numbers per seed."""
    dice = random.Random(seed)
    places = [row for row in divisions.rows() if row[3]]
    made = []
    for number in range(count):
        adcode, province, city, district, _, _ = dice.choice(places)
        customer_no = f"C{dice.randrange(size.customers):06d}"
        consignee = drafts.Person(
            name=f"收货人{number}", phone=f"138{dice.randrange(10**8):08d}", phone_state="known", province=province,
            city=city, district=district, adcode=adcode, street=f"人民路 {dice.randrange(2000)} 号 {seed}-{number}",
        )  # fmt: skip
        made.append(
            drafts.Draft(
                external_no=f"X{seed}-{number}",
                customer_no=customer_no,
                consignee=consignee,
                buyer=consignee,
                payment_method="credit",
                placed_at=now,
                lines=[
                    drafts.Line(
                        line_no=line_no,
                        sku=f"S{dice.randrange(size.skus):06d}",
                        quantity=Decimal(dice.randrange(1, 5)),
                        price=Decimal(10 + dice.randrange(90)),
                        main=line_no == 1,
                    )
                    for line_no in range(1, lines + 1)
                ],
            )
        )
    return made


def origin(channel: str = "web", door: str = "channel") -> orders.Origin:
    """Where the bench's orders come from."""
    return orders.Origin(channel, door, "bench", channel)


def spread(made: Sequence[drafts.Draft], parts: int) -> list[list[drafts.Draft]]:
    """Deal drafts out to as many processes."""
    return [list(made[part::parts]) for part in range(parts)]
