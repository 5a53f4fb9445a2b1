"""A tiny company for tests: two warehouses, three SKUs with stock, two customers with credit, one channel."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal

from orderloom.actions import credit, orders, reference, stock
from orderloom.actions.hub import Hub
from orderloom.deciding.work import Outcome
from orderloom.domain import credit as credit_words
from orderloom.domain.catalogue import Sku, Unit
from orderloom.domain.channels import Channel
from orderloom.domain.customers import Customer
from orderloom.domain.mappings import drafts
from orderloom.domain.orders import state
from orderloom.domain.stock import StockAdjusted
from orderloom.domain.warehouses import Calendar, Rate, Transit, Warehouse
from orderloom.store import messages

CHANNELS = ("web", "tmall")
CUSTOMERS = ("C1", "C2")
SKUS = ("JERKY", "HOOK", "MOTOR")
WAREHOUSES = ("suzhou", "chengdu")
ON_HAND = 100
# Every order of C1 and C2 is on credit; the limit carries many of them.
LIMIT_MINOR = 10_000_000


def tiny(hub: Hub, *, now: dt.datetime) -> None:
    """Found the company in the hub's empty workspace."""
    reference.found(hub, values={"zone": "Asia/Shanghai", "currency": "CNY"}, actor="test", now=now)
    provinces = ("江苏省", "四川省", "上海市")
    reference.enter(
        hub,
        channels=[Channel(each, each, platform=each) for each in CHANNELS],
        calendars=[Calendar("every_day")],
        warehouses=[
            Warehouse("suzhou", "苏州仓", 120.585316, 31.298886, province="江苏省", calendar="every_day"),
            Warehouse("chengdu", "成都仓", 104.066541, 30.572269, province="四川省", calendar="every_day"),
        ],
        actor="test",
        now=now,
    )
    reference.enter_lanes(
        hub,
        rates=[
            Rate("SF", "standard", warehouse, province, 1000, 1200 if warehouse == "suzhou" else 1500, 1000, 200)
            for warehouse in WAREHOUSES
            for province in provinces
        ],
        transits=[
            Transit("SF", "standard", warehouse, province, 24) for warehouse in WAREHOUSES for province in provinces
        ],
        actor="test",
        now=now,
    )
    reference.enter_skus(
        hub,
        [
            Sku(
                "JERKY",
                "牛肉干",
                "肉干",
                units=[Unit("箱", Decimal(12))],
                weight_grams=500,
                price=Decimal(30),
                fefo=True,
            ),
            Sku("HOOK", "车载挂钩", "车载挂钩", weight_grams=100, price=Decimal(20)),
            Sku("MOTOR", "电机", "电机", weight_grams=9000, price=Decimal(600), lead_days=7),
        ],
        actor="test",
        now=now,
    )
    stocked(hub, [(sku, warehouse, ON_HAND) for sku in SKUS for warehouse in WAREHOUSES], now=now)
    reference.enter_customers(
        hub,
        [
            Customer(each, f"客户 {each}", level="A", risk="low", account=each, payment_method="credit",
                     invoice=state.Invoice(f"公司 {each}"))
            for each in CUSTOMERS
        ],
        actor="test",
        now=now,
    )  # fmt: skip
    credit.set_limits(hub, [(each, "CNY", LIMIT_MINOR) for each in CUSTOMERS], actor="test", source="test", now=now)


def stocked(hub: Hub, units: Sequence[tuple[str, str, int]], *, now: dt.datetime) -> None:
    """Book (SKU, warehouse, quantity) into a lot of its own by day."""
    booked = [
        StockAdjusted(sku=sku, warehouse=warehouse, quantity=quantity, lot=f"L{now:%m%d}", bin="A-01", reason="opening")
        for sku, warehouse, quantity in units
    ]
    assert stock.adjust(hub, booked, actor="test", source="test", now=now) == [None] * len(booked)


def draft(
    external_no: str,
    *,
    lines: Sequence[tuple[str, int]] = (("JERKY", 2), ("HOOK", 1)),
    customer_no: str = "C1",
    now: dt.datetime,
    phone: str = "13800138000",
) -> drafts.Draft:
    """An order of (SKU, quantity) to Suzhou, complete enough to pass every shipped check."""
    person = drafts.Person(
        name="王小明", phone=phone, phone_state="known", province="江苏省", city="苏州市", district="姑苏区",
        adcode="320508", street=f"人民路 {external_no} 号",
    )  # fmt: skip
    return drafts.Draft(
        external_no=external_no,
        customer_no=customer_no,
        consignee=person,
        buyer=person,
        payment_method="credit",
        placed_at=now,
        lines=[
            drafts.Line(line_no=number, sku=sku, quantity=Decimal(quantity), price=Decimal(25), main=number == 1)
            for number, (sku, quantity) in enumerate(lines, 1)
        ],
    )


def origin(channel: str = "web", *, source: str = "console") -> orders.Origin:
    """Where a test's commands come from."""
    return orders.Origin(channel, "channel", "tester", source)


def place(hub: Hub, *made: drafts.Draft, channel: str = "web", now: dt.datetime) -> list[Outcome]:
    """Place orders, each with its raw message; asserts that none of them is refused."""
    placings = [
        orders.Placing(
            each,
            message=messages.Message(
                hub.ids.new(now), channel, each.external_no, "http", now, hub.sealer.seal(b"{}", aad=b"message")
            ),
        )
        for each in made
    ]
    outcomes = orders.place(hub, placings, origin=origin(channel), now=now)
    placed = [each for each in outcomes if isinstance(each, Outcome) and each.refused is None]
    assert len(placed) == len(made), outcomes
    return placed


def limit(hub: Hub, account: str, limit_minor: int, *, now: dt.datetime) -> None:
    """Set an account's own limit."""
    assert credit.set_limits(hub, [(account, "CNY", limit_minor)], actor="test", source="test", now=now) == [None]


def grant(hub: Hub, account: str, *, now: dt.datetime) -> None:
    """Give the workspace's default temporary limit."""
    assert isinstance(credit.grant(hub, account, actor="director", now=now), credit_words.Grant)
