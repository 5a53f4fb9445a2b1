"""An in-memory company for the loop: no database, the shipped rules, two warehouses in Suzhou and Chengdu."""

import datetime as dt
import functools
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from orderloom.deciding import loop
from orderloom.deciding.reference import Reference
from orderloom.deciding.state import State
from orderloom.deciding.work import Outcome
from orderloom.domain import credit, geography
from orderloom.domain.catalogue import Sku
from orderloom.domain.channels import Channel
from orderloom.domain.customers import Customer
from orderloom.domain.orders import commands, events, state
from orderloom.domain.settings import Settings
from orderloom.domain.stock import Lot, Pool
from orderloom.domain.warehouses import Rate, Transit, Warehouse
from orderloom.kit import divisions
from orderloom.kit.ids import Ids
from orderloom.rules import compile, shipped

NOW = dt.datetime(2026, 2, 18, 1, 30, tzinfo=dt.UTC)
SUZHOU = state.Party(
    person=uuid.UUID(int=7), phone="known", phone_key="p1", address_key="a1", province="江苏省", city="苏州市",
    district="姑苏区", adcode="320508", named=True, street_known=True,
)  # fmt: skip


@functools.cache
def reference() -> Reference:
    """Shipped rules over two warehouses, one carrier."""
    return Reference(
        version=1,
        settings=Settings(),
        rules=compile.compile(shipped.documents()),
        channels={"web": Channel("web")},
        warehouses={
            "suzhou": Warehouse("suzhou", lon=120.58, lat=31.3, province="江苏省"),
            "chengdu": Warehouse("chengdu", lon=104.07, lat=30.57, province="四川省"),
        },
        calendars_by_name={},
        rates=[Rate("SF", "standard", name, "", 1000, 1200, 1000, 200) for name in ("suzhou", "chengdu")],
        transits=[Transit("SF", "standard", name, "", 24) for name in ("suzhou", "chengdu")],
        places=geography.places(divisions.rows()),
    )


class House:
    """A state that lives from batch to batch, as rows do in the database."""

    def __init__(self, *, on_hand: int = 100, limit_minor: int = 1_000_000) -> None:
        self.reference = reference()
        self.ids = Ids(seed=1)
        self.now = NOW
        self.numbers = 0
        self.orders: dict[uuid.UUID, state.Order] = {}
        self.external: dict[tuple[str, str], uuid.UUID] = {}
        self.skus = {each: Sku(each, each, "五金", weight_grams=500) for each in ("A", "B", "C")}
        self.pools = {
            sku: {(name, "spot"): Pool(sku, name, "spot", on_hand, 0) for name in ("suzhou", "chengdu")}
            for sku in self.skus
        }
        self.lots = {
            (sku, name): [Lot(sku, name, "L1", "A-01", on_hand, 0)]
            for sku in self.skus
            for name in ("suzhou", "chengdu")
        }
        self.customers = {"C1": Customer("C1", level="A", risk="low", account="C1", payment_method="credit")}
        self.accounts = {"C1": credit.Account("C1", "CNY", limit_minor)}
        self.windows: dict[str, Any] = {}
        self.decided: loop.Decided | None = None

    def decide(self, *asked: commands.OrderCommand) -> list[Outcome]:
        """Decide a batch over the state and keep what it did to it."""
        state_ = State(
            now=self.now, reference=self.reference, orders=self.orders, external=self.external,
            customers=self.customers, accounts=self.accounts, skus=self.skus, pools=self.pools, lots=self.lots,
            windows=self.windows,
        )  # fmt: skip
        self.decided = loop.decide(asked, state_)
        return [self.decided.outcomes[each.command_id] for each in asked]

    def said(self, **more: Any) -> dict[str, Any]:
        """What every command carries."""
        return {"command_id": self.ids.new(self.now), "actor": "test", "source": "console", "at": self.now, **more}

    def place(
        self,
        external_no: str,
        lines: Mapping[str, int] = {"A": 2, "B": 1},
        *,
        door: str = "channel",
        **facts: Any,
    ) -> commands.Place:
        """A command to place an order of SKU → quantity at 10.00 a piece, on C1's account."""
        self.numbers += 1
        made = {
            "order_id": self.ids.new(self.now),
            "order_no": f"OL-{self.numbers:06d}",
            "channel": "web",
            "external_no": external_no,
            "placed_at": self.now,
            "received_at": self.now,
            "customer_no": "C1",
            "consignee": SUZHOU,
            "buyer": SUZHOU,
            "invoice": state.Invoice("公司"),
            "payment_method": "credit",
            "door": door,
            "lines": [
                state.Line(number, sku, quantity, amount_minor=1000 * quantity, price=Decimal(10), main=number == 1)
                for number, (sku, quantity) in enumerate(lines.items(), 1)
            ],
        }
        payments = facts.pop("payments", [])
        return commands.Place(**self.said(), received=events.OrderReceived(**{**made, **facts}), payments=payments)

    def order(self, outcome: Outcome) -> state.Order:
        """The order that an outcome is about."""
        assert outcome.order_id is not None
        return self.orders[outcome.order_id]
