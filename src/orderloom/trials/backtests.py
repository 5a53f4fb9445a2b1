"""Back-test: what a draft would have made of past orders, beside what the documents in force make of them (W-4).

Two worlds decide the same orders over the same stock, one by what is in force, one with the drafts in its place; what
differs between them is the drafts' doing. How many orders the first world decides as they really were is told too:
where goods, customers or documents have changed since, it shows.
"""

import datetime as dt
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from orderloom.kit import limits
from orderloom.trials import apart, drafts, results, worlds


class Change(msgspec.Struct, omit_defaults=True):
    """An order that the drafts would have decided otherwise: field → its value by what is in force, and by them."""

    order_no: str
    placed_at: dt.datetime
    fields: dict[str, list[Any]]


class Money(msgspec.Struct):
    """Sums over all comparable orders of one currency, in its minor units: in force, and by the drafts."""

    currency: str
    total_minor: tuple[int, int] = (0, 0)
    discount_minor: tuple[int, int] = (0, 0)
    freight_minor: tuple[int, int] = (0, 0)
    carriage_minor: tuple[int, int] = (0, 0)


class Summary(msgspec.Struct):
    """The whole comparison; each pair is (in force, by the drafts). `promised_hours` is the mean from placing to the
    promise over the orders that both promised; `reproduced` are the orders decided as they really were by what is in
    force now; `not_comparable` were asked of a moment that was not kept; `ended` is false when the time was up."""

    orders: int = 0
    changed: int = 0
    not_comparable: int = 0
    reproduced: int = 0
    refused: tuple[int, int] = (0, 0)
    held: tuple[int, int] = (0, 0)
    shipments: tuple[int, int] = (0, 0)
    split: tuple[int, int] = (0, 0)
    backordered: tuple[int, int] = (0, 0)
    promised_hours: tuple[float, float] = (0.0, 0.0)
    money: list[Money] = []
    by_field: dict[str, int] = {}
    seconds: float = 0.0
    ended: bool = True


def run(
    url: str, workspace: str, tried: Sequence[drafts.Draft], *, period: worlds.Period
) -> Iterator[Change | Summary]:
    """Every order that changes, as it is found, and the summary at the end. Raises apart.Broke."""
    began = time.monotonic()
    sums = _Sums()
    changes = 0
    ask = apart.Asked(url, workspace, period)
    with (
        apart.Process(msgspec.structs.replace(ask, telling=True)) as live,
        apart.Process(msgspec.structs.replace(ask, tried=list(tried))) as drafted,
    ):
        for before, after in zip(live.told(), drafted.told(), strict=True):
            for was, now in zip(before, after, strict=True):
                change = sums.add(was, now)
                if change is not None and changes < limits.BACKTEST_CHANGES_MAX:
                    changes += 1
                    yield change
            if time.monotonic() - began > limits.BACKTEST_SECONDS_MAX:
                sums.summary.ended = False
                break
    yield sums.close(seconds=time.monotonic() - began)


class _Sums:
    """Adds up two worlds as they are told."""

    def __init__(self) -> None:
        self.summary = Summary()
        self._fields: Counter[str] = Counter()
        self._money: dict[str, Money] = {}
        self._hours = [0.0, 0.0]
        self._promised = 0

    def add(self, before: results.Placed, after: results.Placed) -> Change | None:
        """Count one order; what has changed of it."""
        assert before.order_id == after.order_id, "both worlds tell the same orders in the same order"
        self.summary.orders += 1
        if not (before.comparable and after.comparable):
            self.summary.not_comparable += 1
            return None
        was, now = before.result, after.result
        self.summary.reproduced += before.recorded == was
        self._count(was, now, before.placed_at)
        fields = results.difference(was, now)
        if not fields:
            return None
        self.summary.changed += 1
        self._fields.update(fields.keys())
        return Change(before.order_no, before.placed_at, {name: list(pair) for name, pair in fields.items()})

    def close(self, *, seconds: float) -> Summary:
        """The summary of all that was added."""
        summary = self.summary
        if self._promised:
            hours = [round(each / self._promised, 2) for each in self._hours]
            summary.promised_hours = (hours[0], hours[1])
        summary.money = [self._money[currency] for currency in sorted(self._money)]
        summary.by_field = dict(sorted(self._fields.items()))
        summary.seconds = round(seconds, 2)
        return summary

    def _count(self, was: results.Result, now: results.Result, placed_at: dt.datetime) -> None:
        summary = self.summary
        summary.refused = _both(summary.refused, bool(was.refused), bool(now.refused))
        summary.held = _both(summary.held, bool(was.holds), bool(now.holds))
        summary.shipments = _both(summary.shipments, was.shipments, now.shipments)
        summary.split = _both(summary.split, was.shipments > 1, now.shipments > 1)
        summary.backordered = _both(summary.backordered, was.backordered, now.backordered)
        if was.promised_at is not None and now.promised_at is not None:
            self._promised += 1
            self._hours[0] += (was.promised_at - placed_at).total_seconds() / 3600
            self._hours[1] += (now.promised_at - placed_at).total_seconds() / 3600
        currency = was.currency or now.currency
        if currency:
            money = self._money.setdefault(currency, Money(currency))
            for name in ("total_minor", "discount_minor", "freight_minor", "carriage_minor"):
                setattr(money, name, _both(getattr(money, name), getattr(was, name), getattr(now, name)))


def _both(pair: tuple[int, int], was: int, now: int) -> tuple[int, int]:
    return pair[0] + was, pair[1] + now
