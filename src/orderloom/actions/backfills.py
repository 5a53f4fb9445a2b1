"""Backfilling (I-11): old orders get the customer, and the customer's level, that their phone means."""

import datetime as dt
import uuid
from collections.abc import Callable

import msgspec

from orderloom.actions import orders
from orderloom.actions.hub import Hub
from orderloom.domain.orders import commands
from orderloom.kit import limits
from orderloom.store import backfills as backfills_store

_START = (dt.datetime(1970, 1, 1, tzinfo=dt.UTC), uuid.UUID(int=0))


class Report(msgspec.Struct):
    """Of the old `orders` without a customer: `matched` by a phone that one customer has, `ambiguous` where several
    have it, `unmatched` where nobody has, `without_phone` where none is known. Only matched ones are filled."""

    orders: int = 0
    matched: int = 0
    unmatched: int = 0
    ambiguous: int = 0
    without_phone: int = 0


def customers(
    hub: Hub,
    *,
    actor: str,
    source: str,
    now: dt.datetime,
    dry: bool = False,
    tell: Callable[[Report], None] = lambda report: None,
) -> Report:
    """Fill what can be filled, a batch a transaction; `dry` only counts. What was filled before is not asked again."""
    report = Report()
    place = _START
    while True:
        with hub.database.workspace(hub.workspace) as connection:
            page = backfills_store.unidentified(connection, after=place, most=limits.BATCH_ORDERS_MAX)
            found = backfills_store.by_phone(connection, {each.phone_key for each in page} - {""})
        asked: list[commands.OrderCommand] = []
        for each in page:
            known = found.get(each.phone_key, [])
            report.orders += 1
            report.without_phone += not each.phone_key
            report.unmatched += bool(each.phone_key) and not known
            report.ambiguous += len(known) > 1
            if len(known) == 1:
                report.matched += 1
                asked.append(_identify(hub, each.order_id, *known[0], actor=actor, source=source, now=now))
        if asked and not dry:
            orders.run(hub, asked, now=now)
        tell(report)
        if len(page) < limits.BATCH_ORDERS_MAX:
            return report
        place = (page[-1].placed_at, page[-1].order_id)


def _identify(
    hub: Hub, order_id: uuid.UUID, customer_no: str, level: str, *, actor: str, source: str, now: dt.datetime
) -> commands.Identify:
    return commands.Identify(
        command_id=hub.ids.new(now), actor=actor, source=source, at=now, order_id=order_id, customer_no=customer_no,
        level=level,
    )  # fmt: skip
