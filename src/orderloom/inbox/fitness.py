"""What types let through and nothing here can hold: long texts, endless decimals, deep own fields, years far off."""

import datetime as dt
import math
from decimal import Decimal
from typing import Any

import msgspec

from orderloom.kit import limits
from orderloom.kit.refusals import Refused

_DIGITS_MAX = 28
_DEPTH_MAX = 8
_WHOLE_MAX = 2**53
_YEARS = range(1970, 2200)


class Unfit(ValueError):
    """A value at a place of a body that cannot be taken."""

    def __init__(self, place: str, code: str) -> None:
        super().__init__(place)
        self.place = place
        self.refused = Refused(code, {"place": place})


def check(value: Any, place: str = "$", depth: int = 0) -> None:
    """Look through a decoded body. Raises Unfit with the first place that does not fit."""
    if depth > _DEPTH_MAX:
        raise Unfit(place, "body.too_deep")
    match value:
        case bool() | None:
            return
        case str():
            _bound(len(value) <= limits.TEXT_CHARS_MAX, place, "value.too_long")
        case int():
            _bound(abs(value) <= _WHOLE_MAX, place)
        case float():
            _bound(math.isfinite(value) and abs(value) <= _WHOLE_MAX, place)
        case Decimal():
            _bound(value.is_finite() and len(value.as_tuple().digits) <= _DIGITS_MAX, place)
            _bound(abs(value.adjusted()) <= _DIGITS_MAX and abs(value) <= _WHOLE_MAX, place)
        case dt.date():
            _bound(value.year in _YEARS, place, "value.not_a_time")
        case msgspec.Struct():
            for name in value.__struct_fields__:
                check(getattr(value, name), f"{place}.{name}", depth + 1)
        case list():
            _bound(len(value) <= limits.LINES_MAX, place)
            for number, each in enumerate(value):
                check(each, f"{place}[{number}]", depth + 1)
        case dict():
            _bound(len(value) <= limits.LINES_MAX, place)
            for name, each in value.items():
                check(name, place, depth + 1)
                check(each, f"{place}.{name}", depth + 1)


def _bound(holds: bool, place: str, code: str = "value.out_of_bounds") -> None:
    if not holds:
        raise Unfit(place, code)
