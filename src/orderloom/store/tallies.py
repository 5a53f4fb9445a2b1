"""Tallies: what orders add up to by all that figures are broken down by, and what each order has put into them."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

import msgspec

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)

# The hour of the cuts that are of all time.
ALWAYS = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)


class Cell(NamedTuple):
    """Where something is added up; what a cut does not carry is empty."""

    cut: str
    at: dt.datetime
    channel: str
    province: str = ""
    grade: str = ""
    stage: str = ""
    furthest: str = ""
    paid: bool = False
    held: bool = False
    cancelled: bool = False
    intercepted: bool = False
    touched: bool = False
    currency: str = ""
    warehouse: str = ""
    carrier: str = ""
    code: str = ""
    picked: bool = False
    shipped: bool = False
    signed: bool = False
    promise: str = ""


class Part(msgspec.Struct, frozen=True, array_like=True):
    """A shipment of an order, by the hours in which it was planned and delivered; whether its promise was `kept` or
    `broken`, and the milliseconds from the order, or its payment, to picking, leaving and delivery."""

    planned_at: dt.datetime
    warehouse: str
    carrier: str
    stage: str
    cost_minor: int
    signed_at: dt.datetime | None
    picked: bool
    shipped: bool
    signed: bool
    promise: str
    picked_ms: int
    paid_picked_ms: int
    shipped_ms: int
    signed_ms: int
    staged_ms: int


class Sums(NamedTuple):
    """What a cell adds up."""

    weight: int = 0
    total_minor: int = 0
    paid_minor: int = 0
    cost_minor: int = 0
    picked_ms: int = 0
    paid_picked_ms: int = 0
    shipped_ms: int = 0
    signed_ms: int = 0
    staged_ms: int = 0


class Facts(msgspec.Struct, frozen=True, array_like=True):
    """What an order is counted by; amounts in minor units."""

    placed_at: dt.datetime
    channel: str
    province: str
    grade: str
    stage: str
    furthest: str
    paid: bool
    held: bool
    cancelled: bool
    currency: str
    total_minor: int
    paid_minor: int
    holds: list[str]
    parts: list[Part]


class Tallied(msgspec.Struct, frozen=True):
    """What an order has put in: its facts, whether it was stopped before the warehouse had it in hand, and whether a
    person had a hand in it."""

    facts: Facts | None = None
    intercepted: bool = False
    touched: bool = False


_NAMES = (*Cell._fields, *Sums._fields)
_encode = msgspec.json.Encoder().encode
_facts_of = msgspec.json.Decoder(Facts).decode
_parts_of = msgspec.json.Decoder(list[Part]).decode
_codes_of = msgspec.json.Decoder(list[str]).decode


def now_of(connection: db.Connection, order_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Facts]:
    """What these orders are counted by as they stand."""
    rows = connection.execute(Q.now_of, {"order_ids": list(order_ids)}).fetchall()
    return {row[0]: Facts(*row[1:-2], holds=_codes_of(row[-2]), parts=_parts_of(row[-1])) for row in rows}


def put_in(connection: db.Connection, order_ids: Collection[uuid.UUID]) -> dict[uuid.UUID, Tallied]:
    """What these orders have put in so far; those that are new are missing."""
    rows = connection.execute(Q.put_in, {"order_ids": list(order_ids)}).fetchall()
    return {order_id: Tallied(_facts_of(facts), intercepted, touched) for order_id, facts, intercepted, touched in rows}


def keep(connection: db.Connection, tallied: Mapping[uuid.UUID, Tallied]) -> None:
    """Write down what orders have put in."""
    ids = sorted(tallied)
    asked = {
        "order_ids": ids,
        "facts": [_encode(tallied[each].facts).decode() for each in ids],
        "intercepted": [tallied[each].intercepted for each in ids],
        "touched": [tallied[each].touched for each in ids],
    }
    connection.execute(Q.keep, asked)


def add(connection: db.Connection, cells: Mapping[Cell, Sequence[int]]) -> None:
    """Add `Sums` to cells; those that nothing is left in go."""
    rows = [
        {name: said for name, said in zip(_NAMES, (*cell, *each), strict=True) if said}
        for cell, each in cells.items()
        if any(each)
    ]
    if rows:
        connection.execute(Q.add, {"cells": _encode(rows).decode()})
        connection.execute(Q.sweep)


def followed(connection: db.Connection) -> bool:
    """Whether all that was said by the instant of this transaction has been counted."""
    row = connection.execute(Q.followed).fetchone()
    return row is not None and bool(row[0])


def differing(connection: db.Connection, *, most: int) -> list[tuple[str, int, int]]:
    """Cells that are not their rows added up: which, how many are kept, how many there are."""
    statement = Q.define("differing", recounted=Q.define("recounted"), most=sql.Literal(most))
    return connection.execute(statement, prepare=False).fetchall()  # type: ignore[return-value]


def fill(connection: db.Connection) -> None:
    """Count all rows at once, where nothing was counted yet and nothing will be."""
    connection.execute(Q.define("fill", recounted=Q.define("recounted")))
