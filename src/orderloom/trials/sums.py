"""What a back-test tells: every order that changes, and the sums over all of them."""

import datetime as dt
from collections import Counter
from typing import Any

import msgspec

from orderloom.trials import results


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


class Sums:
    """Adds up two worlds as they are told."""

    def __init__(self) -> None:
        self.summary = Summary()
        self._fields: Counter[str] = Counter()
        self._money: dict[str, Money] = {}
        self._hours = [0.0, 0.0]
        self._promised = 0

    def add(self, pair: results.Pair) -> Change | None:
        """Count one order; what has changed of it."""
        self.summary.orders += 1
        if not pair.comparable:
            self.summary.not_comparable += 1
            return None
        was, now = pair.before, pair.after
        self.summary.reproduced += pair.reproduced
        self._count(was, now, pair.placed_at)
        fields = results.difference(was, now) if was is not now else {}
        if not fields:
            return None
        self.summary.changed += 1
        self._fields.update(fields.keys())
        return Change(pair.order_no, pair.placed_at, {name: list(both) for name, both in fields.items()})

    def close(self) -> Summary:
        """The summary of all that was added."""
        summary = self.summary
        if self._promised:
            hours = [round(each / self._promised, 2) for each in self._hours]
            summary.promised_hours = (hours[0], hours[1])
        summary.money = [self._money[currency] for currency in sorted(self._money)]
        summary.by_field = dict(sorted(self._fields.items()))
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
