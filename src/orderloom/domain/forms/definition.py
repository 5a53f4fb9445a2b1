"""A form: the content of a `form` document."""

from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

from orderloom.domain import words
from orderloom.domain.fields import dictionaries
from orderloom.domain.fields.dictionaries import Check, Dictionary, Field, Option

Entry = Literal["public", "dealer", "api"]


class Item(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A field of the subject in its place; what is said here holds in this form: label, required, default, the choices
    that are offered, when it is seen."""

    field: str
    zh: str = ""
    en: str = ""
    required: bool = False
    default: Any = None
    visible_when: str = ""
    options: tuple[Option, ...] = ()


class Section(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A part of the form, under its own heading."""

    items: tuple[Item, ...]
    zh: str = ""
    en: str = ""


class Form(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A form of an order (which comes in by `channel`) or of a record type; `entries` are the ways into it."""

    subject: str
    zh: str
    en: str
    sections: tuple[Section, ...]
    checks: tuple[Check, ...] = ()
    entries: tuple[Entry, ...] = ("api",)
    channel: str = ""

    def items(self) -> Iterator[tuple[int, int, Item]]:
        """(section, place, item) of every field."""
        for number, section in enumerate(self.sections):
            for place, item in enumerate(section.items):
                yield number, place, item


def _text(name: str, zh: str, en: str, **more: Any) -> Field:
    return Field(name, "text", zh, en, **more)


_KINDS = (
    Option("stock", "现货", "In stock"),
    Option("made_to_order", "定制", "Made to order"),
    Option("presale", "预售", "Presale"),
    Option("resend", "补发", "Resend"),
    Option("exchange", "换货", "Exchange"),
)

# What every order has, as fields that a form may ask for; own fields of orders stand beside them as `custom.<name>`.
ORDER: Mapping[str, Field] = {
    each.name: each
    for each in (
        Field("customer_no", "customer", "客户", "Customer"),
        Field("lines", "sku_lines", "货品", "Goods"),
        _text("payment_method", "支付方式", "Payment", chars_max=200),
        _text("buyer.name", "下单人", "Buyer", chars_max=200),
        Field("buyer.phone", "phone", "下单人电话", "Buyer's phone"),
        _text("consignee.name", "收货人", "Consignee", chars_max=200),
        Field("consignee.phone", "phone", "收货人电话", "Consignee's phone"),
        Field("consignee.address", "address", "收货地址", "Address"),
        _text("invoice.title", "发票抬头", "Invoice title", chars_max=200),
        _text("invoice.tax_no", "税号", "Tax number", chars_max=128),
        _text("invoice.kind", "发票类型", "Invoice kind", chars_max=128),
        Field("requested_at", "time", "期望到货", "Wanted by"),
        Field("ship_by", "time", "最晚发货", "Ship by"),
        _text("notes.buyer", "买家备注", "Buyer's note"),
        _text("notes.seller", "卖家备注", "Seller's note"),
        _text("packing_request", "特殊包装", "Packing"),
        _text("carrier_requested", "指定承运商", "Carrier", chars_max=128),
        Field("kind", "select", "订单类型", "Kind", options=_KINDS),
    )
}


def fields_of(subject: str, own: Dictionary | None) -> dict[str, Field]:
    """Every field that a form of the subject may ask for, by the name it has in the form."""
    if subject != "order":
        return {each.name: each for each in own.fields} if own is not None else {}
    mine = {f"custom.{each.name}": each for each in own.fields} if own is not None else {}
    return {**ORDER, **mine}


def dictionary(form: Form, own: Dictionary | None) -> Dictionary:
    """The form's fields as a dictionary, each as the form wants it."""
    known = fields_of(form.subject, own)
    fields = [_arranged(item, known[item.field]) for _, _, item in form.items() if item.field in known]
    return Dictionary(subject=form.subject, fields=tuple(fields))


def _arranged(item: Item, field: Field) -> Field:
    choosing = field.type == "text" and item.options
    return msgspec.structs.replace(
        field,
        name=item.field,
        type="select" if choosing else field.type,
        zh=item.zh or field.zh,
        en=item.en or field.en,
        required=item.required or field.required,
        default=field.default if item.default is None else item.default,
        options=_named(item.field, item.options) or field.options,
        visible_when=_both(field.visible_when, item.visible_when),
        pattern="" if choosing else field.pattern,
        computed="",
    )


def _named(field: str, options: tuple[Option, ...]) -> tuple[Option, ...]:
    """Ways to pay that say no name of their own are called as everywhere."""
    if field != "payment_method":
        return options
    known = words.whole("payments")
    return tuple(
        each
        if each.zh or each.en or each.value not in known
        else msgspec.structs.replace(each, zh=known[each.value].zh, en=known[each.value].en)
        for each in options
    )


def _both(first: str, second: str) -> str:
    return f"({first}) and ({second})" if first and second else first or second


def nested(values: Mapping[str, Any]) -> dict[str, Any]:
    """Values by dotted names as a tree: `consignee.phone` stands under `consignee`."""
    made: dict[str, Any] = {}
    for name, value in values.items():
        *parents, last = name.split(".")
        place = made
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    return made


def read(content: Mapping[str, Any]) -> Form:
    """The form of a document's content. Raises msgspec.ValidationError."""
    return msgspec.convert(content, Form)


EXAMPLE: dict[str, Any] = {
    "subject": "order",
    "zh": "项目下单",
    "en": "Project order",
    "channel": "form",
    "entries": ["public", "dealer", "api"],
    "sections": [
        {
            "zh": "收货",
            "en": "Delivery",
            "items": [
                {"field": "consignee.name", "required": True},
                {"field": "consignee.phone", "required": True},
                {"field": "consignee.address", "required": True},
            ],
        },
        {
            "zh": "货品与付款",
            "en": "Goods and payment",
            "items": [
                {"field": "lines", "required": True},
                {
                    "field": "payment_method",
                    "required": True,
                    "options": [
                        {"value": "公对公转账", "zh": "公对公转账", "en": "Company transfer"},
                        {"value": "credit", "zh": "账期", "en": "Credit"},
                    ],
                },
                {"field": "notes.buyer", "visible_when": "payment_method == 'credit'"},
            ],
        },
    ],
    "checks": [
        {
            "when": "payment_method == '公对公转账' and order.total >= 50000",
            "zh": "五万元以上请走账期",
            "en": "From 50,000 on use credit",
            "field": "payment_method",
        }
    ],
}
CASES: list[dict[str, Any]] = [
    {
        "name": "五万转账 large transfer",
        "values": {"payment_method": "公对公转账"},
        "beside": {"total": 50_000},
        "fails": ["五万元以上请走账期"],
    },
    {"name": "平常 ordinary", "values": {"payment_method": "公对公转账"}, "beside": {"total": 600}},
]


def schema() -> dict[str, Any]:
    """The JSON Schema of a form, made of its type."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(Form)}


def own_of(form: Form, documents: Mapping[str, Mapping[str, Any]]) -> Dictionary | None:
    """The dictionary of the form's subject among `fields` documents; None when there is none, or it cannot be read."""
    content = documents.get(form.subject)
    try:
        return dictionaries.read(content) if content is not None else None
    except msgspec.ValidationError:
        return None
