"""The slim contexts that rules are asked on: only the paths that published documents read.

Each path of `rules.points.PATHS` has one getter here; a test proves that none is missing.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Sequence
from typing import Any

from orderloom.deciding.state import State
from orderloom.deciding.work import Work
from orderloom.domain.catalogue import Sku
from orderloom.domain.orders import settling
from orderloom.domain.orders.state import Line, Order
from orderloom.kit import money

Getter = Callable[[Work, State], Any]
Builder = Callable[[Work, State], dict[str, Any]]


def _order(work: Work) -> Order:
    assert work.order is not None
    return work.order


def _amount(amount_minor: int, currency: str) -> float:
    # Rules see money as decimals in the currency's unit; at most 15 digits, which a double holds exactly enough.
    return float(money.major(amount_minor, currency))


def _hours(until: dt.datetime | None, now: dt.datetime) -> float | None:
    return round((until - now).total_seconds() / 3600, 3) if until else None


def _local_minutes(at: dt.datetime | None, state: State) -> int:
    local = (at or state.now).astimezone(state.reference.zone)
    return local.hour * 60 + local.minute


def _total(order: Order) -> int:
    """What the customer pays as far as it is known: priced, or the channel's total, or the bare lines."""
    if order.price_fixed or order.total_minor:
        return order.total_minor
    if order.channel_total_minor is not None:
        return order.channel_total_minor
    return sum(line.amount_minor for line in order.lines)


def _paid_minutes(order: Order, now: dt.datetime) -> int | None:
    last = order.payments[-1].paid_at if order.payments else None
    return int((now - last).total_seconds() // 60) if last else None


def _weight_kg(work: Work, state: State) -> float:
    return sum(_line_grams(line, state.skus.get(line.sku)) for line in _order(work).lines) / 1000


def _line_grams(line: Line, sku: Sku | None) -> int:
    return line.quantity * sku.weight_grams if sku else 0


def _urgent(order: Order) -> bool:
    return "急" in order.tags or "urgent" in order.tags or "加急" in order.tags or "急" in order.notes.get("buyer", "")


def _short(work: Work, state: State) -> bool:
    order = _order(work)
    missing = settling.units_missing(order)  # What the order holds already is not short.
    return any(
        sum(state.available(line.sku).values()) < missing[line.line_no] for line in order.lines if line.line_no in missing
    )


def _below_safety(work: Work, state: State) -> bool:
    missing = settling.units_missing(_order(work))
    for line in _order(work).lines:
        pools = [pool for (_, kind), pool in state.pools.get(line.sku, {}).items() if kind == "spot"]
        left = sum(pool.available for pool in pools) - missing.get(line.line_no, 0)
        if left < sum(pool.safety for pool in pools):
            return True
    return False


_ORDER: dict[str, Getter] = {
    "order_no": lambda w, s: _order(w).order_no,
    "external_no": lambda w, s: _order(w).external_no,
    "channel": lambda w, s: _order(w).channel,
    "kind": lambda w, s: _order(w).kind,
    "grade": lambda w, s: _order(w).grade,
    "payment_method": lambda w, s: _order(w).payment_method or None,
    "currency": lambda w, s: _order(w).currency,
    "total": lambda w, s: _amount(_total(_order(w)), _order(w).currency),
    "goods": lambda w, s: _amount(sum(line.amount_minor for line in _order(w).lines), _order(w).currency),
    "paid": lambda w, s: _amount(_order(w).paid_minor, _order(w).currency),
    "paid_minutes_ago": lambda w, s: _paid_minutes(_order(w), s.now),
    "placed_hour": lambda w, s: _local_minutes(_order(w).placed_at, s) // 60,
    "placed_minute": lambda w, s: _local_minutes(_order(w).placed_at, s),
    "requested_hours": lambda w, s: _hours(_order(w).requested_at, s.now),
    "promised_hours": lambda w, s: _hours(promise.promised_at if (promise := _order(w).promise) else None, s.now),
    "urgent_mark": lambda w, s: _urgent(_order(w)),
    "priced_by": lambda w, s: _order(w).priced_by,
    "tax_included": lambda w, s: _order(w).tax_included,
    "line_count": lambda w, s: len(_order(w).lines),
    "weight_kg": _weight_kg,
    "tags": lambda w, s: _order(w).tags,
    "packing_request": lambda w, s: _order(w).packing_request or None,
    "carrier_requested": lambda w, s: _order(w).carrier_requested or None,
}
_NOTES: dict[str, Getter] = {
    "buyer": lambda w, s: _order(w).notes.get("buyer"),
    "seller": lambda w, s: _order(w).notes.get("seller"),
}
_CONSIGNEE: dict[str, Getter] = {
    "name_known": lambda w, s: _order(w).consignee.named,
    "province": lambda w, s: _order(w).consignee.province or None,
    "city": lambda w, s: _order(w).consignee.city or None,
    "district": lambda w, s: _order(w).consignee.district or None,
    "adcode": lambda w, s: _order(w).consignee.adcode or None,
    "vague": lambda w, s: _order(w).consignee.vague,
}
_PHONE: dict[str, Getter] = {"known": lambda w, s: bool(_order(w).consignee.phone)}
_INVOICE: dict[str, Getter] = {
    "title": lambda w, s: _order(w).invoice.title or None,
    "tax_no": lambda w, s: _order(w).invoice.tax_no or None,
}
_CUSTOMER: dict[str, Getter] = {
    "customer_no": lambda w, s: w.customer.customer_no if w.customer else None,
    "level": lambda w, s: (w.customer.level or None) if w.customer else None,
    "segment": lambda w, s: (w.customer.segment or None) if w.customer else None,
    "risk": lambda w, s: (w.customer.risk or None) if w.customer else None,
    "payment_days_average": lambda w, s: w.customer.payment_days_average if w.customer else None,
    "known": lambda w, s: w.customer is not None,
}
_STOCK: dict[str, Getter] = {"short": _short, "below_safety": _below_safety}
_CHANNEL: dict[str, Getter] = {
    "channel": lambda w, s: _order(w).channel,
    "door": lambda w, s: _order(w).door,
}
_NOW: dict[str, Getter] = {
    "hour": lambda w, s: _local_minutes(s.now, s) // 60,
    "weekday": lambda w, s: s.now.astimezone(s.reference.zone).isoweekday(),
    "minute_of_day": lambda w, s: _local_minutes(s.now, s),
}
_WINDOW: dict[str, Getter] = {
    "orders": lambda w, s: w.window_orders,
    "phones": lambda w, s: w.window_phones,
}
_CREDIT: dict[str, Getter] = {
    "known": lambda w, s: w.account in s.accounts,
    "limit": lambda w, s: (
        _amount(s.accounts[w.account].limit_minor, _order(w).currency) if w.account in s.accounts else None
    ),
    "available": lambda w, s: (
        _amount(s.accounts[w.account].available(s.now, _order(w).order_no), _order(w).currency)
        if w.account in s.accounts
        else None
    ),
}
_SHIPMENT: dict[str, Getter] = {
    "warehouse": lambda w, s: w.warehouses[0] if w.warehouses else None,
    "weight_kg": _weight_kg,
    "parcels": lambda w, s: len(w.warehouses) or 1,
    "distance_km": lambda w, s: w.distance_km,
}
_STAGE: dict[str, Getter] = {"stage": lambda w, s: _order(w).stage}
_LINE: dict[str, Callable[[Line, Sku | None, str], Any]] = {
    "line_no": lambda line, sku, currency: line.line_no,
    "sku": lambda line, sku, currency: line.sku,
    "quantity": lambda line, sku, currency: (
        float(line.unit_quantity) if line.unit_quantity is not None else line.quantity
    ),
    "unit": lambda line, sku, currency: line.unit or (sku.base_unit if sku else None),
    "price": lambda line, sku, currency: float(line.price),
    "amount": lambda line, sku, currency: _amount(line.amount_minor, currency),
    "category": lambda line, sku, currency: (sku.category or None) if sku else None,
    "known": lambda line, sku, currency: sku is not None,
    "gift": lambda line, sku, currency: line.gift,
    "weight_kg": lambda line, sku, currency: _line_grams(line, sku) / 1000,
    "custom": lambda line, sku, currency: line.custom,
}
GETTERS: dict[str, dict[str, Getter]] = {
    "order": _ORDER,
    "order.notes": _NOTES,
    "order.consignee": _CONSIGNEE,
    "order.consignee.phone": _PHONE,
    "order.invoice": _INVOICE,
    "order.custom": {},
    "customer": _CUSTOMER,
    "customer.custom": {},
    "stock": _STOCK,
    "channel": _CHANNEL,
    "now": _NOW,
    "window": _WINDOW,
    "credit": _CREDIT,
    "shipment": _SHIPMENT,
    "stage": _STAGE,
}


def builder(reads: Iterable[str]) -> Builder:
    """A function that makes the context of one order from the paths that are read."""
    flat: list[tuple[tuple[str, ...], str, Getter]] = []
    line_fields: set[str] = set()
    for path in sorted(reads):
        path = path.removesuffix(".*")
        if path.startswith("lines[]"):
            line_fields.add(path.removeprefix("lines[]").lstrip(".").partition(".")[0])
            continue
        flat.append(_place(path))
    line_getters = [(name, _LINE[name]) for name in sorted(line_fields - {""})]
    with_lines = bool(line_fields)

    def build(work: Work, state: State) -> dict[str, Any]:
        context: dict[str, Any] = {}
        for parents, name, getter in flat:
            place = context
            for parent in parents:
                place = place.setdefault(parent, {})
            place[name] = getter(work, state)
        if with_lines:
            context["lines"] = _lines(_order(work), state, line_getters)
        return context

    return build


def _lines(
    order: Order, state: State, getters: Sequence[tuple[str, Callable[[Line, Sku | None, str], Any]]]
) -> list[dict[str, Any]]:
    skus, currency = state.skus, order.currency
    return [{name: getter(line, skus.get(line.sku), currency) for name, getter in getters} for line in order.lines]


def _place(path: str) -> tuple[tuple[str, ...], str, Getter]:
    *parents, name = path.split(".")
    stem = ".".join(parents)
    if parents and parents[-1] == "custom":
        return (tuple(parents), name, _custom(parents[0], name))
    if name == "custom":
        return (tuple(parents), name, _custom(parents[0], ""))
    return (tuple(parents), name, GETTERS[stem][name])


def _custom(root: str, name: str) -> Getter:
    def get(work: Work, state: State) -> Any:
        custom = work.customer.custom if root == "customer" and work.customer else {}
        custom = _order(work).custom if root == "order" else custom
        return custom.get(name) if name else custom

    return get
