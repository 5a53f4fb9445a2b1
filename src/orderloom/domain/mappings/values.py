"""Foreign values read exactly: text, numbers, yes or no, instants. What is not certain is refused, never guessed."""

import datetime as dt
import re
import unicodedata
import zoneinfo
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from orderloom.kit import limits

_SIGNS = re.compile(
    r"^(?:CNY|RMB|USD|EUR|GBP|HKD|JPY|US\$|HK\$|[¥$€£])|(?:CNY|RMB|USD|EUR|GBP|HKD|JPY|元|[¥$€£])$", re.I
)
_PLAIN = re.compile(r"\d+(?:\.\d*)?|\.\d+")
_GROUPED = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d*)?")
_SCIENTIFIC = re.compile(r"[+-]?\d(?:\.\d+)?E[+-]?\d+", re.I)
_INT_PLAIN = 10**15
_DIGITS_MAX = 28  # What a decimal context holds without rounding.
_BLANKS = " \t\r\n\u00a0\u3000\u200b\ufeff"
_SPACES = re.compile(r"\s+")
_YES = frozenset(("1", "true", "yes", "y", "t", "是", "有", "对", "√", "✓"))
_NO = frozenset(("", "0", "false", "no", "n", "f", "否", "无", "不", "×"))
_CLOCK = re.compile(
    r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?"
    r"(?:[T\s]\s*(\d{1,2})\s*[:时点]\s*(\d{1,2})?\s*[:分]?\s*(\d{1,2})?(?:[.,](\d{1,6})\d*)?\s*秒?)?"
    r"\s*(Z|[+-]\d{2}:?\d{2})?",
    re.I,
)
# What machines write; read at once by the standard library.
_ISO = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:\.\d{3}|\.\d{6})?(?:Z|[+-]\d\d:\d\d)?")
_YEAR_MIN, _YEAR_MAX = 1970, 2200


class Unreadable(ValueError):
    """A value that is not what its field needs; `code` says how."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def text(raw: Any, *, chars_max: int = limits.TEXT_CHARS_MAX) -> str:
    """The value as text without surrounding blanks (BOM and zero-width ones too). Lists and objects are refused."""
    if isinstance(raw, str):
        plain = raw.strip(_BLANKS)
    elif raw is None:
        return ""
    elif isinstance(raw, bool):
        plain = "true" if raw else "false"
    elif isinstance(raw, float) and raw.is_integer() and abs(raw) < 1e15:
        plain = str(int(raw))
    elif isinstance(raw, int | float | Decimal):
        plain = str(raw)
    elif isinstance(raw, dt.datetime | dt.date):
        plain = raw.isoformat()
    else:
        raise Unreadable("value.not_text")
    if len(plain) > chars_max:
        raise Unreadable("value.too_long")
    if "\x00" in plain:
        raise Unreadable("value.not_text")
    return plain


def folded(raw: str) -> str:
    """Full-width letters, digits and signs as plain ones (Unicode NFKC), blanks at the ends removed."""
    return raw.strip() if raw.isascii() else unicodedata.normalize("NFKC", raw).strip()


def number(raw: Any, *, decimal_mark: str = ".") -> Decimal:
    """An exact decimal. Reads full-width digits, 1,234.50, ¥12, 12元, (12.50) and 12-; refuses what is ambiguous.

    A float counts as what it prints as. Scientific notation is refused: a sheet that shows it has lost digits.
    """
    if type(raw) is int and -_INT_PLAIN < raw < _INT_PLAIN:
        return Decimal(raw)
    if isinstance(raw, str):
        if len(raw) < _DIGITS_MAX and raw.isascii() and _PLAIN.fullmatch(raw):
            return Decimal(raw)
        return _spelled(raw, decimal_mark)
    if isinstance(raw, Decimal):
        if not raw.is_finite():
            raise Unreadable("value.not_a_number")
        return raw
    if isinstance(raw, bool) or raw is None:
        raise Unreadable("value.not_a_number")
    if isinstance(raw, int):
        return _bounded(str(raw))
    if isinstance(raw, float):
        return _bounded(format(Decimal(repr(raw)), "f")) if raw == raw and abs(raw) < 1e18 else _refuse()
    raise Unreadable("value.not_a_number")


def _spelled(raw: str, decimal_mark: str) -> Decimal:
    plain = _SPACES.sub("", folded(raw[: limits.TEXT_CHARS_MAX])).replace("−", "-")
    negative = False
    if plain.startswith("(") and plain.endswith(")"):
        negative, plain = True, plain[1:-1]
    if plain.endswith("-"):
        negative, plain = not negative, plain[:-1]
    if plain[:1] in ("+", "-"):
        negative, plain = negative != (plain[0] == "-"), plain[1:]
    bare = _SIGNS.sub("", plain)
    if bare != plain and bare[:1] == "-":  # The sign stands behind the currency: ¥-12.
        negative, bare = not negative, bare[1:]
    plain = bare
    if decimal_mark == ",":
        plain = plain.translate({ord(","): ".", ord("."): ","})
    if _SCIENTIFIC.fullmatch(plain):
        raise Unreadable("value.lost_digits")
    if _GROUPED.fullmatch(plain):
        plain = plain.replace(",", "")
    elif not _PLAIN.fullmatch(plain):
        raise Unreadable("value.not_a_number")
    value = _bounded(plain)
    return -value if negative else value


def _bounded(plain: str) -> Decimal:
    if len(plain) > _DIGITS_MAX:
        raise Unreadable("value.out_of_bounds")
    return Decimal(plain)


def _refuse() -> Decimal:
    raise Unreadable("value.not_a_number")


def whole(raw: Any) -> int:
    """A whole number; 3.0 counts as 3, 3.5 is refused."""
    value = number(raw)
    if value != value.to_integral_value():
        raise Unreadable("value.not_whole")
    return int(value)


def yes(raw: Any) -> bool:
    """Yes or no, in English, Chinese or as 1 and 0; empty is no."""
    if isinstance(raw, bool):
        return raw
    plain = folded(text(raw)).casefold()
    if plain in _YES:
        return True
    if plain in _NO:
        return False
    raise Unreadable("value.not_yes_or_no")


def instant(raw: Any, *, zone: zoneinfo.ZoneInfo, formats: Sequence[str] = ()) -> dt.datetime:
    """An aware UTC instant. A time without an offset is of `zone`; epoch seconds or milliseconds are read too.

    A local time that the zone's clocks skip or repeat is taken at its first occurrence (fold 0). `formats` are
    strptime patterns tried in order; without them ISO 8601, 2020/2/21 8:05 and 2020年2月21日 8时05分 are read.
    """
    if isinstance(raw, dt.datetime):
        return _utc(raw, zone)
    if not formats and raw.__class__ is str and raw.isascii() and _ISO.fullmatch(raw):
        return _iso(raw, zone)
    plain = folded(text(raw))
    if formats:
        return _utc(_patterned(plain, formats), zone)
    if plain.isdecimal() and len(plain) in (10, 13):
        seconds = int(plain[:10])
        micros = int(plain[10:] or 0) * 1000
        return dt.datetime.fromtimestamp(seconds, dt.UTC) + dt.timedelta(microseconds=micros)
    if plain.isdecimal() and len(plain) in (8, 14):
        return _utc(_patterned(plain, ("%Y%m%d" if len(plain) == 8 else "%Y%m%d%H%M%S",)), zone)
    if _ISO.fullmatch(plain):
        return _iso(plain, zone)
    match = _CLOCK.fullmatch(plain)
    if match is None:
        raise Unreadable("value.not_a_time")
    year, month, day, hour, minute, second, fraction, offset = match.groups()
    try:
        local = dt.datetime(  # noqa: DTZ001 - the zone is added below.
            int(year), int(month), int(day), int(hour or 0), int(minute or 0), int(second or 0),
            int((fraction or "0").ljust(6, "0")),
        )  # fmt: skip
    except ValueError:
        raise Unreadable("value.not_a_time") from None
    return _utc(local if offset is None else local.replace(tzinfo=_offset(offset)), zone)


def _iso(plain: str, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    try:
        return _utc(dt.datetime.fromisoformat(plain), zone)
    except ValueError:
        raise Unreadable("value.not_a_time") from None


def _patterned(plain: str, formats: Sequence[str]) -> dt.datetime:
    for pattern in formats:
        try:
            return dt.datetime.strptime(plain, pattern)  # noqa: DTZ007 - the zone is added by the caller.
        except ValueError:
            continue
    raise Unreadable("value.not_a_time")


def _offset(plain: str) -> dt.tzinfo:
    if plain in ("Z", "z"):
        return dt.UTC
    hours, minutes = int(plain[1:3]), int(plain[-2:])
    if hours > 15 or minutes > 59:
        raise Unreadable("value.not_a_time")
    span = dt.timedelta(hours=hours, minutes=minutes)
    return dt.timezone(-span if plain[0] == "-" else span)


def _utc(local: dt.datetime, zone: zoneinfo.ZoneInfo) -> dt.datetime:
    if not _YEAR_MIN <= local.year <= _YEAR_MAX:
        raise Unreadable("value.not_a_time")
    return (local if local.tzinfo is not None else local.replace(tzinfo=zone)).astimezone(dt.UTC)


def shape(raw: Any) -> str:
    """What a personal value looks like without saying it: letters as x, digits as 9, at most 40 signs."""
    return "".join("9" if sign.isdigit() else "x" if sign.isalpha() else sign for sign in excerpt(raw))


def excerpt(raw: Any) -> str:
    """The start of a value for an error list, at most 40 signs, control signs shown as blanks."""
    plain = raw if isinstance(raw, str) else repr(raw)
    cut = plain[:40] + ("…" if len(plain) > 40 else "")
    return "".join(sign if sign.isprintable() else " " for sign in cut)
