"""Exact money: integer minor units beside a currency; decimals only where people write prices."""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal

# ISO 4217 minor-unit exponents that differ from two.
_WITHOUT_MINOR = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF"
_THOUSANDTHS = "BHD IQD JOD KWD LYD OMR TND"
_SCALES = (1, 10, 100, 1_000)
_EXPONENTS: dict[str, int] = {**dict.fromkeys(_WITHOUT_MINOR.split(), 0), **dict.fromkeys(_THOUSANDTHS.split(), 3)}


def exponent(currency: str) -> int:
    """Digits after the point of the currency's minor unit (ISO 4217)."""
    return _EXPONENTS.get(currency, 2)


def scale(currency: str) -> int:
    """Minor units in one unit of the currency: 100 for CNY, 1 for JPY."""
    return _SCALES[_EXPONENTS.get(currency, 2)]


def minor(amount: Decimal, currency: str) -> int:
    """The amount in minor units, rounded half up once."""
    return int((amount.scaleb(exponent(currency))).quantize(Decimal(1), ROUND_HALF_UP))


def major(amount_minor: int, currency: str) -> Decimal:
    """The exact decimal amount in the currency's unit."""
    return Decimal(amount_minor).scaleb(-exponent(currency))


def spread(amount_minor: int, weights: Sequence[int]) -> list[int]:
    """Split an amount over weights so that the parts add up to it to the last minor unit.

    Largest remainder: each part is floored, what is left goes one unit each to the largest
    fractions, earlier ones first. All-zero weights put the whole amount on the first part.
    """
    if not weights:
        return []
    total = sum(weights)
    if total == 0:
        return [amount_minor, *([0] * (len(weights) - 1))]
    sign = -1 if amount_minor < 0 else 1
    whole = abs(amount_minor)
    parts = [whole * weight // total for weight in weights]
    left = whole - sum(parts)
    if left:
        rests = [whole * weight % total for weight in weights]
        for i in sorted(range(len(parts)), key=rests.__getitem__, reverse=True)[:left]:
            parts[i] += 1
    return parts if sign == 1 else [-part for part in parts]
