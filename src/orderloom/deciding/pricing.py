"""Prices: the offers that the rules made at the door, the freight they charge at the supply, one event for both."""

from collections.abc import Sequence
from typing import Any

from orderloom.deciding.state import State
from orderloom.deciding.work import Work
from orderloom.domain import freight, prices, promotions
from orderloom.domain.orders import commands, events
from orderloom.domain.orders.state import Line, Order
from orderloom.kit import money


def price(work: Work, state: State) -> None:
    """Work out what each line costs with the promotions that apply; the customer's total waits for the freight."""
    order = work.order
    assert order is not None
    if order.priced_by == "channel" or _fixed(work):
        # The channel says what it took off and who pays for it; a line that is gone has no part in it.
        standing = {line.line_no for line in order.lines}
        said = [each for each in order.channel_discounts if each.line_no in standing]
        work.priced = promotions.Priced(said, [], [], [])
        return
    categories = {line.sku: sku.category for line in order.lines if (sku := state.skus.get(line.sku)) is not None}
    work.priced = promotions.apply(order.lines, work.offers, currency=order.currency, categories=categories)
    if work.priced.why:
        work.why["price"] = work.priced.why


def finish(work: Work, charged: Sequence[dict[str, Any]], state: State) -> None:
    """Say the order's money, whole, when it differs from what stands."""
    order = work.order
    assert order is not None and work.priced is not None
    if _fixed(work):
        return
    lines = order.lines
    if work.priced.gifts_gone or work.priced.gifts:
        left_out = {*work.priced.gifts_gone, *(gift.line_no for gift in work.priced.gifts)}
        lines = [line for line in lines if line.line_no not in left_out]
    by_channel = order.priced_by == "channel"
    freight_minor = order.channel_freight_minor or 0 if by_channel else _freight(work, charged, state)
    priced = prices.totals(
        lines,
        work.priced.discounts,
        freight_minor=freight_minor,
        tax_minor=_channel_tax(order) if by_channel else 0 if order.tax_included else _tax(_net(work, lines), state),
        channel_total_minor=order.channel_total_minor if by_channel else None,
        gifts=work.priced.gifts,
    )
    priced.gifts_gone = work.priced.gifts_gone
    base = state.reference.settings.currency
    if order.rate is not None and order.currency != base:
        priced.total_base_minor = money.minor(money.major(priced.total_minor, order.currency) * order.rate, base)
    if not _same(work, priced):
        work.say(priced)


def _fixed(work: Work) -> bool:
    """A price is fixed at confirm; only an amendment works it out again (decisions.md 14)."""
    return (
        work.order is not None
        and work.order.price_fixed
        and not isinstance(work.command, commands.Amend | commands.Together)
    )


def _freight(work: Work, charged: Sequence[dict[str, Any]], state: State) -> int:
    order = work.order
    assert order is not None and work.priced is not None
    if not charged:
        return order.channel_freight_minor or 0
    skus = state.skus
    grams = sum([line.quantity * sku.weight_grams for line in order.lines if (sku := skus.get(line.sku)) is not None])
    return freight.charged(charged[0], weight_grams=grams, goods_minor=_net(work, order.lines))


def _net(work: Work, lines: Sequence[Line]) -> int:
    assert work.priced is not None
    return sum([line.amount_minor for line in lines]) - sum([each.minor for each in work.priced.discounts])


def _channel_tax(order: Order) -> int:
    """What the channel says it put on top; what it does not name stands in the adjustment."""
    return 0 if order.tax_included else order.channel_tax_minor or 0


def _tax(net_minor: int, state: State) -> int:
    return (net_minor * state.reference.settings.tax_rate_percent + 50) // 100


def _same(work: Work, priced: events.OrderPriced) -> bool:
    order = work.order
    assert order is not None
    if work.existed or order.total_minor:
        return (
            priced.discounts == order.discounts
            and not priced.gifts_gone
            and (priced.goods_minor, priced.freight_minor, priced.tax_minor, priced.adjustment_minor)
            == (order.goods_minor, order.freight_minor, order.tax_minor, order.adjustment_minor)
            and priced.total_minor == order.total_minor
            and all(priced.amounts.get(line.line_no) == line.amount_minor for line in order.lines)
            # A line that an amendment replaced has lost its part of the discounts.
            and order.discount_minor == sum(line.discount_minor for line in order.lines)
        )
    return False
