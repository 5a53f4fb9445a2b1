"""The catalogue: SKUs with units, weights, substitutes and gift combos."""

import datetime as dt
from decimal import Decimal
from typing import Any

import msgspec


class Unit(msgspec.Struct, frozen=True):
    """A selling unit: `factor` base units make one of it."""

    name: str
    factor: Decimal


class Sku(msgspec.Struct, omit_defaults=True):
    """A stock keeping unit. Weight in grams and volume in cm³ per base unit, price per base unit."""

    sku: str
    name: str = ""
    category: str = ""
    base_unit: str = "件"
    units: list[Unit] = []
    weight_grams: int = 0
    volume_cm3: int = 0
    barcode: str = ""
    price: Decimal | None = None
    floor_price: Decimal | None = None
    substitutes: list[str] = []
    gift_combos: list[str] = []
    lead_days: int | None = None
    made_to_order: bool = False
    fefo: bool = False
    retired_at: dt.datetime | None = None
    custom: dict[str, Any] = {}

    def factor(self, unit: str) -> Decimal | None:
        """Base units in one of `unit`; the base unit and an unstated one count one; None if unknown."""
        if unit in ("", self.base_unit):
            return Decimal(1)
        return next((each.factor for each in self.units if each.name == unit), None)
