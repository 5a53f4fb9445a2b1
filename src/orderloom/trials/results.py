"""What deciding an order came to, short enough for a hundred thousand of them, and what differs between two."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec

from orderloom.domain.orders import state


class Result(msgspec.Struct, array_like=True):
    """One decision. Amounts in minor units of `currency`; `carriage_minor` is what carriers cost us, `freight_minor`
    what the customer pays; warehouses and carriers in order of shipment."""

    stage: str = ""
    refused: str = ""
    grade: str = ""
    holds: list[str] = []
    currency: str = ""
    total_minor: int = 0
    discount_minor: int = 0
    freight_minor: int = 0
    carriage_minor: int = 0
    warehouses: list[str] = []
    carriers: list[str] = []
    backordered: int = 0
    promised_at: dt.datetime | None = None

    @property
    def shipments(self) -> int:
        """How many shipments the order leaves in."""
        return len(self.warehouses)


class Pair(msgspec.Struct):
    """An order as it is decided by what is in force and by the drafts, the same object where they cannot differ;
    `reproduced` tells whether what is in force decides it as it really was."""

    order_no: str
    placed_at: dt.datetime
    before: Result
    after: Result
    comparable: bool
    reproduced: bool


def of(order: state.Order | None, *, refused: str = "") -> Result:
    """The result that an order stands for right after it was decided."""
    if order is None:
        return Result(refused=refused)
    return Result(
        stage=order.stage,
        refused=refused,
        grade=order.grade,
        holds=sorted(hold.code for hold in order.holds),
        currency=order.currency,
        total_minor=order.total_minor,
        discount_minor=order.discount_minor,
        freight_minor=order.freight_minor,
        carriage_minor=sum([each.freight_cost_minor for each in order.shipments]),
        warehouses=[each.warehouse for each in order.shipments],
        carriers=[each.carrier for each in order.shipments],
        backordered=sum(order.backordered.values()) if order.backordered else 0,
        promised_at=order.promise.promised_at if order.promise else None,
    )


_FIELDS: Sequence[str] = Result.__struct_fields__


def difference(before: Result, after: Result) -> dict[str, tuple[Any, Any]]:
    """The fields that differ, each with both values."""
    return {name: (was, now) for name in _FIELDS if (was := getattr(before, name)) != (now := getattr(after, name))}
