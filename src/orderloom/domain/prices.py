"""Prices: the amount of a line, and the money of an order whole and to the cent."""

import decimal
from collections.abc import Sequence
from decimal import Decimal

from orderloom.domain.orders import events, state
from orderloom.kit import money

# Wide enough for decimal(18,6) times the largest quantity without a digit lost before the one rounding.
_EXACT = decimal.Context(prec=60, rounding=decimal.ROUND_HALF_UP)
_ONE = Decimal(1)


def amount_minor(price: Decimal, unit_quantity: Decimal | int, currency: str) -> int:
    """Price per stated unit times stated units in minor units, rounded half up once. Both must be finite.

    A half goes away from zero, so a line and its reversal add up to nothing.
    """
    exact = _EXACT.scaleb(_EXACT.multiply(price, unit_quantity), money.exponent(currency))
    return int(_EXACT.quantize(exact, _ONE))


def totals(
    lines: Sequence[state.Line],
    discounts: list[state.Discount],
    *,
    freight_minor: int = 0,
    tax_minor: int = 0,
    channel_total_minor: int | None = None,
    gifts: Sequence[state.Line] = (),
) -> events.OrderPriced:
    """The order's money: goods − discounts + freight + tax + adjustment = total.

    `tax_minor` is only what comes on top of the prices: 0 where they contain it. Give `channel_total_minor`
    where the channel prices the order: what its total leaves unexplained stands as `adjustment_minor`
    (decisions.md 14). `gifts` are lines added by promotions; they cost nothing.
    """
    amounts = {line.line_no: line.amount_minor for line in lines}
    for gift in gifts:
        amounts[gift.line_no] = gift.amount_minor
    goods = sum(amounts.values())
    off = sum([discount.minor for discount in discounts])
    explained = goods - off + freight_minor + tax_minor
    total = explained if channel_total_minor is None else channel_total_minor
    return events.OrderPriced(
        amounts=amounts,
        discounts=discounts,
        goods_minor=goods,
        total_minor=total,
        discount_minor=off,
        freight_minor=freight_minor,
        tax_minor=tax_minor,
        adjustment_minor=total - explained,
        gifts=list(gifts),
    )
