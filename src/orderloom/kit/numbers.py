"""Numbers as rules and documents give them, read without trust: anything that is no number reads as None."""

from decimal import ROUND_HALF_UP, Decimal, InvalidOperation
from typing import Any

from orderloom.kit import limits


def whole(value: Any) -> int | None:
    """The number as a whole one, half away from zero; None for what is no number or beyond every amount."""
    if value is None:
        return None
    if type(value) is int:
        return value if -limits.AMOUNT_MINOR_MAX <= value <= limits.AMOUNT_MINOR_MAX else None
    decimal = exact(value)
    return None if decimal is None else int(decimal.quantize(Decimal(1), ROUND_HALF_UP))


def exact(value: Any) -> Decimal | None:
    """The number as people wrote it, as a decimal; None for what is no number or beyond every amount."""
    if isinstance(value, bool) or value is None:
        return None
    try:
        decimal = Decimal(repr(value) if isinstance(value, float) else value)
    except (InvalidOperation, TypeError, ValueError):
        return None
    return decimal if decimal.is_finite() and abs(decimal) <= limits.AMOUNT_MINOR_MAX else None
