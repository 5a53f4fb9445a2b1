"""A form proposed from a sheet: each column becomes a field, by its header where that is known, else by its values."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from orderloom.domain import phones
from orderloom.domain.fields.dictionaries import Dictionary
from orderloom.domain.mappings import paths
from orderloom.kit import limits

# What headers are called that mean a field every order has.
_KNOWN = {
    "customer_no": ("客户编号", "客户编码", "客户号", "customer", "customer no"),
    "consignee.name": ("收货人", "收货人姓名", "收件人", "consignee"),
    "consignee.phone": ("收货人手机", "收货人电话", "收货电话", "收件人手机", "手机", "电话", "phone"),
    "buyer.name": ("下单人", "买家", "采购人", "buyer"),
    "buyer.phone": ("下单人手机", "下单人电话", "买家电话"),
    "consignee.address": ("收货地址", "地址", "送货地址", "address"),
    "payment_method": ("支付方式", "付款方式", "payment"),
    "invoice.title": ("发票抬头", "开票抬头"),
    "invoice.tax_no": ("税号", "纳税人识别号"),
    "requested_at": ("期望到货", "要求到货", "交货日期", "送货日期"),
    "notes.buyer": ("备注", "买家备注", "note", "notes"),
    "packing_request": ("包装要求", "特殊包装"),
    "carrier_requested": ("指定承运商", "指定快递", "指定物流"),
    "lines": ("sku", "货号", "物料编码", "商品编码", "产品编码", "数量", "quantity", "单价", "price", "型号"),
}
_HEADERS = {name.casefold(): field for field, names in _KNOWN.items() for name in names}
_CHOICES_MAX = 12
# Shorter numbers are more often amounts than telephones.
_PHONE_CHARS_MIN = 11
_YES_NO = frozenset({"是", "否", "true", "false", "yes", "no", "y", "n"})


class Wanted(msgspec.Struct, frozen=True):
    """The form's name, what it makes (an order that comes by `channel`, or a record of a type), and its title."""

    name: str
    subject: str = "order"
    title: str = ""
    channel: str = ""


class Proposal(msgspec.Struct):
    """A dictionary and a form as documents' contents, to be looked over and published by a person; `left_out` are the
    columns beyond what a form may have."""

    fields: dict[str, Any]
    form: dict[str, Any]
    left_out: list[str] = []


def known() -> frozenset[str]:
    """Headers that mean a field every order has, as `paths.normal` writes them: by them a header row is found."""
    return frozenset(paths.normal(name) for name in _HEADERS)


def propose(
    header: Sequence[str], rows: Iterable[Sequence[str]], wanted: Wanted, *, own: Dictionary | None = None
) -> Proposal:
    """Propose a form of an order, or of a new record type, for the columns of a sheet.

    Of an order, columns that every order has are asked for as such, and the rest as own fields beside those of `own`.
    """
    looked = [list(row) for _, row in zip(range(limits.SHEET_ROWS_LOOKED_AT), rows, strict=False)]
    subject, title = wanted.subject, wanted.title or wanted.name
    ordering = subject == "order"
    there = msgspec.to_builtins(own)["fields"] if own is not None else []
    labels = {each.get("zh") or each["name"]: each["name"] for each in there}
    items: dict[str, dict[str, Any]] = {}
    made: list[dict[str, Any]] = []
    for place, raw in enumerate(header[: limits.FORM_FIELDS_MAX]):
        label = " ".join(raw.split())[: limits.NAME_CHARS_MAX]
        if not label:
            continue
        values = [row[place].strip() for row in looked if place < len(row)]
        required = bool(values) and all(values)
        builtin = _HEADERS.get(label.casefold()) if ordering else None
        if builtin is not None:
            items.setdefault(builtin, {"field": builtin, **({"required": True} if required else {})})
            continue
        name = labels.get(label) or _name(label, place, {each["name"] for each in (*there, *made)})
        if label not in labels:
            made.append({"name": name, "zh": label, "en": label, **_guessed([each for each in values if each])})
        asked = f"custom.{name}" if ordering else name
        items.setdefault(asked, {"field": asked, **({"required": True} if required else {})})
    if ordering:
        items.setdefault("lines", {"field": "lines", "required": True})
    fields = {"subject": subject, "zh": title, "en": title, "fields": [*there, *made]}
    if not ordering:
        fields["series"] = re.sub(r"[^A-Z]", "", subject.upper())[:4] or "R"
    form = {"subject": subject, "zh": title, "en": title, "sections": [{"items": list(items.values())}]}
    form |= {"channel": wanted.channel} if ordering else {}
    left_out = [name[: limits.NAME_CHARS_MAX] for name in header[limits.FORM_FIELDS_MAX :]]
    return Proposal(fields, {**form, "entries": ["api"]}, left_out)


def _name(label: str, place: int, taken: set[str]) -> str:
    slug = re.sub(r"[^a-z0-9]+", "_", label.casefold()).strip("_")[:40]
    name = slug if re.fullmatch(r"[a-z][a-z0-9_]*", slug) else f"column_{place + 1}"
    while name in taken:
        name = f"{name[:36]}_{place + 1}"
    return name


def _guessed(values: Sequence[str]) -> dict[str, Any]:
    """The type that all the values fit, the narrowest first; text when there are none."""
    if not values:
        return {"type": "text"}
    if all(each.casefold() in _YES_NO for each in values):
        return {"type": "boolean"}
    if all(map(_is_date, values)):
        return {"type": "date"}
    if all(len(each) >= _PHONE_CHARS_MIN and phones.read(each).state == phones.KNOWN for each in values):
        return {"type": "phone", "personal": True}
    if all(map(_is_number, values)):
        return {"type": "number"}
    distinct = list(dict.fromkeys(values))
    if len(distinct) <= _CHOICES_MAX and len(values) >= 2 * len(distinct):
        return {"type": "select", "options": [{"value": each, "zh": each, "en": each} for each in distinct]}
    return {"type": "text"}


def _is_number(text: str) -> bool:
    try:
        return Decimal(text).is_finite()
    except InvalidOperation:
        return False


def _is_date(text: str) -> bool:
    try:
        dt.date.fromisoformat(text[:10])
    except ValueError:
        return False
    return len(text) == 10 or text[10:].strip() in ("00:00:00", "00:00")
