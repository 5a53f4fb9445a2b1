"""The fields a mapping may fill, what each holds, and how a raw value becomes it."""

import re
import zoneinfo
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from orderloom.domain import phones
from orderloom.domain.mappings import values
from orderloom.kit import limits, money

Coerce = Callable[[Any], Any]

_PERSON = (
    "name",
    "phone",
    "phone_token",
    "country",
    "province",
    "city",
    "district",
    "town",
    "street",
    "postcode",
    "adcode",
    "address",
)
ORDER: dict[str, str] = {
    "external_no": "id", "kind": "word", "customer_no": "id", "payment_method": "text", "currency": "currency",
    "placed_at": "instant", "paid_at": "instant", "requested_at": "instant", "ship_by": "instant",
    "packing_request": "text", "carrier_requested": "text", "tags": "tags", "tax_included": "yes",
    "total": "money", "freight": "money", "discount": "money", "paid": "money", "refunded": "money",
    "discounts.merchant": "money", "discounts.platform": "money", "tax": "money", "status": "text",
    "cancelled": "yes", "cancels": "id", "modified_at": "instant", "version": "line_no",
    "notes.buyer": "text", "notes.seller": "text",
    "invoice.title": "text", "invoice.tax_no": "id", "invoice.kind": "text",
    **{f"{who}.{part}": "text" for who in ("buyer", "consignee") for part in _PERSON},
    "buyer.phone": "phone", "consignee.phone": "phone", "buyer.postcode": "id", "consignee.postcode": "id",
}  # fmt: skip
LINE: dict[str, str] = {
    "line_no": "line_no", "sku": "id", "name": "text", "quantity": "quantity", "unit": "text", "price": "price",
    "amount": "money", "discount": "money", "discounts.merchant": "money", "discounts.platform": "money",
    "gift": "yes", "main": "yes",
}  # fmt: skip

_CUSTOM_LEVELS_MAX = 4
_CUSTOM_NUMBER_MAX = Decimal(2**53)
_ID_CHARS_MAX = 128
_LOST_DIGITS = re.compile(r"\d(?:\.\d+)?[eE]\+?\d+")
_WORD = re.compile(r"[a-z][a-z0-9_]{0,39}")
_CURRENCY = re.compile(r"[A-Z]{3}")
_TAGS = re.compile(r"[,;，；、|]")
_QUANTITY_MAX = Decimal(limits.QUANTITY_MAX)
# What machines write of ids and prices: nothing to strip, fold, bound or doubt, so it stands as it is.
_ID_PLAIN = re.compile(rf"[!-DF-df-~]{{1,{_ID_CHARS_MAX}}}")
_PRICE_PLAIN = re.compile(r"[0-9]{1,9}(?:\.[0-9]{1,6})?")
_PRICE_STEP = Decimal("0.000001")  # decimal(18,6), decisions.md 22.


def kind(target: str, table: dict[str, str]) -> str | None:
    """What the target holds, None if there is no such field. `custom.<name>` holds anything."""
    if target.startswith("custom.") and len(target) > len("custom."):
        return "custom"
    return table.get(target)


def personal(target: str) -> bool:
    """Whether the field may hold a person's text, so that errors show its shape only."""
    return target.split(".", 1)[0] in ("buyer", "consignee", "invoice", "notes")


def coercion(what: str, *, zone: zoneinfo.ZoneInfo, region: str, currency: str) -> Coerce:
    """The function that makes a raw value into what the field holds. It raises values.Unreadable."""
    amount_max = Decimal(limits.AMOUNT_MINOR_MAX).scaleb(-money.exponent(currency))
    match what:
        case "id":
            return _id
        case "word":
            return lambda raw: _matched(values.text(raw), _WORD, "value.not_a_word")
        case "currency":
            return lambda raw: _matched(values.folded(values.text(raw)).upper(), _CURRENCY, "value.not_a_currency")
        case "instant":
            return lambda raw: values.instant(raw, zone=zone)
        case "yes":
            return values.yes
        case "tags":
            return _tags
        case "money":
            return lambda raw: _bounded(values.number(raw), amount_max)
        case "price":
            return lambda raw: _price(raw, amount_max)
        case "quantity":
            return _quantity
        case "line_no":
            return _line_no
        case "phone":
            return lambda raw: raw if isinstance(raw, phones.Phone) else phones.read(values.text(raw), region=region)
        case "custom":
            return _custom
    return values.text


def _id(raw: Any) -> str:
    if raw.__class__ is str and _ID_PLAIN.fullmatch(raw):
        return raw
    if isinstance(raw, float) and not raw.is_integer():
        raise values.Unreadable("value.not_text")
    plain = values.text(raw, chars_max=_ID_CHARS_MAX)
    if not plain.isascii():
        plain = values.folded(plain)
    if (isinstance(raw, float) and abs(raw) >= 1e15) or ("e" in plain.lower() and _LOST_DIGITS.fullmatch(plain)):
        raise values.Unreadable("value.lost_digits")
    return plain


def _matched(plain: str, pattern: re.Pattern[str], code: str) -> str:
    if not pattern.fullmatch(plain):
        raise values.Unreadable(code)
    return plain


def _bounded(value: Decimal, bound: Decimal) -> Decimal:
    if abs(value) > bound:
        raise values.Unreadable("value.out_of_bounds")
    return value


def _price(raw: Any, bound: Decimal) -> Decimal:
    if raw.__class__ is str and _PRICE_PLAIN.fullmatch(raw):
        return Decimal(raw)
    value = values.number(raw)
    if value < 0:
        raise values.Unreadable("value.negative")
    if value != value.quantize(_PRICE_STEP):
        raise values.Unreadable("value.too_fine")
    return _bounded(value, bound)


def _quantity(raw: Any) -> Decimal:
    if raw.__class__ is int and 0 < raw <= limits.QUANTITY_MAX:
        return Decimal(raw)
    value = values.number(raw)
    if value <= 0:
        raise values.Unreadable("value.not_positive")
    return _bounded(value, _QUANTITY_MAX)


def _line_no(raw: Any) -> int:
    if raw.__class__ is int and 0 < raw <= limits.QUANTITY_MAX:
        return raw
    value = values.whole(raw)
    if not 0 < value <= limits.QUANTITY_MAX:
        raise values.Unreadable("value.not_positive")
    return value


def _tags(raw: Any) -> list[str]:
    parts = raw if isinstance(raw, list) else _TAGS.split(values.text(raw))
    found = [values.text(part, chars_max=_ID_CHARS_MAX) for part in parts]
    return list(dict.fromkeys(tag for tag in found if tag))[: limits.CUSTOM_FIELDS_MAX]


def _custom(raw: Any, depth: int = 0) -> Any:
    """An own field as rows and rules can hold it: numbers that a float keeps whole, lists of few levels."""
    if depth > _CUSTOM_LEVELS_MAX:
        raise values.Unreadable("body.too_deep")
    if isinstance(raw, bool):
        return raw
    if isinstance(raw, int | Decimal):
        _bounded(Decimal(raw), _CUSTOM_NUMBER_MAX)
        return raw
    if isinstance(raw, list):
        return [_custom(each, depth + 1) for each in raw[: limits.CUSTOM_FIELDS_MAX]]
    return values.text(raw)
