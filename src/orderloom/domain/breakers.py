"""Breakers: something is stopped for a customer, a SKU, a channel or a carrier, until a time or until it is lifted.

Orders that it touches are held at the door with `breaker.open`, flows do not start for them, a stopped carrier is not
chosen, and calls to a stopped host wait. The holds are those of a rule: they come off when the breaker is lifted and
the orders are asked again.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from orderloom.domain.orders.state import Order

Kind = Literal["customer", "sku", "channel", "carrier", "host"]
CODE = "breaker.open"
# As a hold names who put it on: not a document, so that nothing is looked up for it.
RULE = "breaker"


class Breaker(msgspec.Struct, frozen=True):
    """What is stopped, why, who is told, and until when (None: until somebody lifts it)."""

    breaker_id: uuid.UUID
    kind: Kind
    name: str
    reason: str
    owner: str
    tripped_by: str
    tripped_at: dt.datetime
    until: dt.datetime | None = None
    lifted_at: dt.datetime | None = None
    lifted_by: str | None = None

    def stops(self, now: dt.datetime) -> bool:
        """Whether it counts at that instant."""
        return self.lifted_at is None and (self.until is None or now < self.until)


class Stop(msgspec.Struct, frozen=True):
    """What is to be stopped, why, who is told, and until when (None: until somebody lifts it)."""

    kind: Kind
    name: str
    reason: str
    owner: str = "operations"
    until: dt.datetime | None = None


class Rule(msgspec.Struct, frozen=True, omit_defaults=True):
    """Trip by itself: when `what` (an event's name, or one that a caller gives) happened `count` times within
    `minutes` to the same customer, SKU, channel or carrier. `stop_minutes` 0 stops until somebody lifts it."""

    what: str
    kind: Kind
    count: int
    minutes: int
    stop_minutes: int = 0
    owner: str = "operations"


class Failure(msgspec.Struct, frozen=True):
    """Something of a kind went wrong with a name, once."""

    what: str
    kind: Kind
    name: str


class Open:
    """The breakers of a workspace that are not lifted, by what they stop. Usually there are none."""

    def __init__(self, breakers: Iterable[Breaker] = ()) -> None:
        self._by_name: dict[tuple[str, str], list[Breaker]] = defaultdict(list)
        for each in breakers:
            self._by_name[each.kind, each.name].append(each)

    def __bool__(self) -> bool:
        return bool(self._by_name)

    def of(self, kind: Kind, name: str, *, now: dt.datetime) -> Breaker | None:
        """The breaker that stops this now."""
        return next((each for each in self._by_name.get((kind, name), ()) if each.stops(now)), None)

    def names(self, kind: Kind, *, now: dt.datetime) -> frozenset[str]:
        """Every name of a kind that is stopped now."""
        return frozenset(
            name for (of, name), found in self._by_name.items() if of == kind and any(each.stops(now) for each in found)
        )

    def stopping(self, order: Order, *, now: dt.datetime) -> list[Breaker]:
        """What stops an order now: its customer's, its channel's, then its SKUs' in the order of its lines."""
        if not self._by_name:
            return []
        asked: list[tuple[Kind, str]] = [("customer", order.customer_no), ("channel", order.channel)]
        asked.extend(("sku", sku) for sku in dict.fromkeys(line.sku for line in order.lines))
        return [found for kind, name in asked if name and (found := self.of(kind, name, now=now)) is not None]

    def hits(self, order: Order, *, now: dt.datetime) -> list[dict[str, Any]]:
        """The hold that an order gets, as a rule would answer it; one hold, whatever many breakers."""
        found = self.stopping(order, now=now)
        if not found:
            return []
        zh = "；".join(f"{_KINDS_ZH[each.kind]} {each.name}：{each.reason}" for each in found)
        en = "; ".join(f"{each.kind} {each.name}: {each.reason}" for each in found)
        return [
            {
                "code": CODE,
                "reason_zh": f"已熔断：{zh}",
                "reason_en": f"Stopped: {en}",
                "owner": found[0].owner,
                "blocks": ["confirm", "release", "reserve"],
                "rule": RULE,
            }
        ]


_KINDS_ZH = {"customer": "客户", "sku": "物料", "channel": "渠道", "carrier": "承运商", "host": "主机"}
