"""Completion: what an order lacks is filled from what is known, and each filled value says from where (I-3).

Only what is missing is filled; nothing stated is ever replaced. The same paths serve amendments:
`set_field` is the one place that writes a field of an order by its path, `unfit` says beforehand whether it may.

A path is a header field (`payment_method`), a field below one (`invoice.title`, `consignee.province`,
`notes.buyer`, `custom.site.floor`) or a field of a line by its number (`lines.2.unit`).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Annotated, Any, Optional

import msgspec

from orderloom.domain import customers
from orderloom.domain.orders import events, state
from orderloom.kit import limits
from orderloom.kit.refusals import Refused

Instant = Optional[Annotated[dt.datetime, msgspec.Meta(tz=True)]]  # noqa: UP045 - Annotated takes no "|" here.
_Text = Annotated[str, msgspec.Meta(max_length=limits.TEXT_CHARS_MAX)]

# Fields of the header that may be written by path, with the type a value must have or be turned into.
_HEADER: Mapping[str, Any] = {
    "kind": _Text,
    "customer_no": _Text,
    "payment_method": _Text,
    "currency": Annotated[str, msgspec.Meta(pattern="^[A-Z]{3}$")],
    "packing_request": _Text,
    "carrier_requested": _Text,
    "priced_by": _Text,
    "tags": list[_Text],
    "requested_at": Instant,
    "ship_by": Instant,
    "rate": Decimal | None,
    "tax_included": bool,
    "channel_total_minor": int | None,
    "channel_freight_minor": int | None,
    "channel_tax_minor": int | None,
    "channel_discounts": list[state.Discount],
    "standing": state.Standing | None,
    "notes": dict[str, _Text],
    "custom": dict[str, Any],
    "invoice": state.Invoice,
    "consignee": state.Party,
    "buyer": state.Party,
}
_BELOW: Mapping[str, Mapping[str, Any]] = {
    "invoice": {field.name: field.type for field in msgspec.structs.fields(state.Invoice)},
    "consignee": {field.name: field.type for field in msgspec.structs.fields(state.Party)},
    "buyer": {field.name: field.type for field in msgspec.structs.fields(state.Party)},
}
# Quantity, SKU and amount of a line change by amendment only, where stock and money follow.
_LINE: Mapping[str, Any] = {"unit": _Text, "name": _Text, "main": bool, "promised_at": Instant}

# What a field says when nobody stated it. An order that says nothing of its kind is a stock order.
_UNSTATED: Mapping[str, Any] = {"kind": "stock"}


def complete(
    received: events.OrderReceived | state.Order,
    *,
    customer: customers.Customer | None,
    rule_values: Sequence[Mapping[str, Any]] = (),
    channel_values: Mapping[str, Any] | None = None,
) -> events.OrderCompleted | None:
    """What to fill and from where, or None when nothing was missing or nothing is known.

    The customer's own facts come first, then the rules' answers ({field, value, rule}), then the channel's
    defaults. A source is "customer", the rule's id, or "channel". A value that does not fit its field is left out.
    """
    values: dict[str, Any] = {}
    filled: dict[str, str] = {}
    if customer is not None:
        for path, value in _known_of(customer, received):
            values[path], filled[path] = value, "customer"
    for answer in rule_values:
        path = answer.get("field")
        if isinstance(path, str) and _open(received, path, values, answer.get("value")):
            values[path], filled[path] = answer["value"], str(answer.get("rule") or "rule")
    for path, value in (channel_values or {}).items():
        if _open(received, path, values, value):
            values[path], filled[path] = value, "channel"
    return events.OrderCompleted(filled, values) if values else None


def set_field(order: state.Order | events.OrderReceived, path: str, value: Any) -> None:
    """Write one field by its path. What the order shares with its events is replaced, never changed in place.

    Raises `msgspec.ValidationError` when `unfit` would have refused.
    """
    name, _, rest = path.partition(".")
    if (name not in _HEADER and name != "lines") or path.endswith("."):
        raise msgspec.ValidationError(f"{path} is not a field of an order")
    if name == "lines":
        _set_line(order, rest, value)
    elif not rest:
        setattr(order, name, msgspec.convert(value, _HEADER[name], strict=False))
    elif name == "custom":
        order.custom = _grafted(order.custom, rest.split("."), value)
    elif name == "notes":
        order.notes = {**order.notes, rest: msgspec.convert(value, _Text)}
    elif rest in _BELOW.get(name, ()):
        typed = msgspec.convert(value, _BELOW[name][rest], strict=False)
        setattr(order, name, msgspec.structs.replace(getattr(order, name), **{rest: typed}))
    else:
        raise msgspec.ValidationError(f"{path} is not a field of an order")


def unfit(path: str, value: Any) -> Refused | None:
    """Why this value may not stand in this field, or None. Refuses `order.unknown_field`, `order.unfit_value`."""
    wanted = _type_of(path)
    if wanted is None:
        return Refused("order.unknown_field", {"field": path})
    try:
        msgspec.convert(value, wanted, strict=False)
    except msgspec.ValidationError as problem:
        return Refused("order.unfit_value", {"field": path, "problem": str(problem)})
    if path == "custom" and len(value) > limits.CUSTOM_FIELDS_MAX:
        return Refused("order.unfit_value", {"field": path, "problem": f"more than {limits.CUSTOM_FIELDS_MAX} fields"})
    return None


def _known_of(customer: customers.Customer, received: events.OrderReceived | state.Order) -> list[tuple[str, Any]]:
    known: list[tuple[str, Any]] = []
    usual = customer.address
    if usual is not None and _lacks_address(received.consignee) and _same_person(received.consignee, usual):
        known.append(("consignee", msgspec.to_builtins(usual)))
    if customer.invoice is not None:
        known.extend(_invoice_facts(customer.invoice, received.invoice))
    if customer.payment_method and not received.payment_method:
        known.append(("payment_method", customer.payment_method))
    return known


def _lacks_address(party: state.Party) -> bool:
    return not (party.street_known or party.province or party.city or party.district or party.adcode)


def _same_person(stated: state.Party, usual: state.Party) -> bool:
    """Name, phone and street are sealed together, so the usual consignee comes whole or not at all.

    It comes where no phone is stated, where the phone stated is the usual one, or where it is only a mask:
    a clear value may take the place of a mask, never the other way round (decisions.md 26). A stated name
    without a phone is somebody else's until a person says otherwise.
    """
    if stated.phone == "known":
        return bool(stated.phone_key) and stated.phone_key == usual.phone_key
    if stated.phone == "masked":
        return usual.phone == "known"
    return not stated.named


def _invoice_facts(usual: state.Invoice, stated: state.Invoice) -> list[tuple[str, Any]]:
    """A tax number belongs to its title: it is filled only beside the customer's own title."""
    if stated.title and stated.title != usual.title:
        return []
    if not stated.title and stated.tax_no and stated.tax_no != usual.tax_no:
        return []
    return [
        (f"invoice.{name}", value)
        for name in ("title", "tax_no", "kind")
        if (value := getattr(usual, name)) and not getattr(stated, name)
    ]


def _open(received: events.OrderReceived | state.Order, path: str, values: Mapping[str, Any], value: Any) -> bool:
    """Whether the path is still empty, also by what was filled a moment ago, and the value may stand there."""
    # What stands already is most of what is asked, and a look costs less than reading a value by its type.
    if value is None or path in values or not _missing(received, path):
        return False
    if values and any(path.startswith(f"{each}.") or each.startswith(f"{path}.") for each in values):
        return False
    return unfit(path, value) is None


def _missing(received: events.OrderReceived | state.Order, path: str) -> bool:
    name, _, rest = path.partition(".")
    if name == "lines":
        number, _, rest = rest.partition(".")
        found = next((line for line in received.lines if str(line.line_no) == number), None)
        if found is None:
            return False
        name, _, rest = rest.partition(".")
        held: Any = getattr(found, name, None)
    else:
        held = getattr(received, name, None)
    for part in rest.split(".") if rest else ():
        if isinstance(held, Mapping):
            held = held.get(part)
        elif held is None or isinstance(held, msgspec.Struct):
            held = getattr(held, part, None)
        else:
            return False  # Something stated stands where the path would lead through.
    if isinstance(held, state.Party):
        return _lacks_address(held) and not held.phone and not held.named
    if isinstance(held, state.Invoice):
        return held == state.Invoice()
    return held is None or held in ("", [], {}) or held == _UNSTATED.get(path)


def _type_of(path: str) -> Any:
    if not all(path.split(".")):
        return None
    name, _, rest = path.partition(".")
    if name == "lines":
        number, _, rest = rest.partition(".")
        return (_LINE.get(rest) or (Any if rest.startswith("custom.") else None)) if number.isdigit() else None
    if not rest:
        return _HEADER.get(name)
    if name == "custom":
        return Any
    if name == "notes":
        return _Text
    return _BELOW.get(name, {}).get(rest)


def _set_line(order: state.Order | events.OrderReceived, rest: str, value: Any) -> None:
    number, _, field = rest.partition(".")
    wanted = _type_of(f"lines.{rest}")
    at = next((i for i, line in enumerate(order.lines) if str(line.line_no) == number), None)
    if wanted is None or at is None:
        raise msgspec.ValidationError(f"lines.{rest} is not a field of a line of this order")
    line = order.lines[at]
    if field.startswith("custom."):
        changed = {"custom": _grafted(line.custom, field.split(".")[1:], value)}
    else:
        changed = {field: msgspec.convert(value, wanted, strict=False)}
    order.lines = [*order.lines[:at], msgspec.structs.replace(line, **changed), *order.lines[at + 1 :]]


def _grafted(held: Mapping[str, Any], parts: Sequence[str], value: Any) -> dict[str, Any]:
    """A copy with the value set below it; what stands in the way of a path and is no mapping is replaced."""
    first, *more = parts
    if not more:
        return {**held, first: value}
    below = held.get(first)
    return {**held, first: _grafted(below if isinstance(below, Mapping) else {}, more, value)}
