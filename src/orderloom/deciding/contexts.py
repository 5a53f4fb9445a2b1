"""The slim contexts that rules are asked on: only the paths that published documents read.

Each path of `rules.points.PATHS` has one getter here; a test proves that none is missing.
What was asked is kept for back-tests without its names: all contexts of a builder have one shape, kept once.
"""

import datetime as dt
import functools
import hashlib
import itertools
import uuid
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import msgspec

from orderloom.deciding.reference import Reference
from orderloom.deciding.state import Recalled, State
from orderloom.deciding.work import Work
from orderloom.domain.catalogue import Sku
from orderloom.domain.orders import settling
from orderloom.domain.orders.state import Line, Order
from orderloom.domain.stock import Pool
from orderloom.kit import money
from orderloom.rules import points
from orderloom.rules.remembering import Keys, Valued

Getter = Callable[[Order, Work, State], Any]
LineGetter = Callable[[Line, Sku | None, str], Any]


def _amount(amount_minor: int, currency: str) -> float:
    # Rules see money as decimals in the currency's unit; the quotient of two integers is the nearest double there is.
    return amount_minor / money.scale(currency)


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
    return _goods(order)


def _goods(order: Order) -> int:
    return sum([line.amount_minor for line in order.lines])


def _paid_minutes(order: Order, now: dt.datetime) -> int | None:
    last = order.payments[-1].paid_at if order.payments else None
    return int((now - last).total_seconds() // 60) if last else None


def _weight_kg(order: Order, work: Work, state: State) -> float:
    skus = state.skus
    grams = [line.quantity * sku.weight_grams for line in order.lines if (sku := skus.get(line.sku)) is not None]
    return sum(grams) / 1000


def _line_grams(line: Line, sku: Sku | None) -> int:
    return line.quantity * sku.weight_grams if sku else 0


def _urgent(order: Order) -> bool:
    return "急" in order.tags or "urgent" in order.tags or "加急" in order.tags or "急" in order.notes.get("buyer", "")


def _missing(order: Order) -> list[tuple[str, int]]:
    """The SKU and units of each line that the order still needs; a new one needs them all."""
    if order.reservations or order.shipments:
        missing = settling.units_missing(order)
        return [(line.sku, missing.get(line.line_no, 0)) for line in order.lines]
    return [(line.sku, line.quantity) for line in order.lines]


def _short(order: Order, work: Work, state: State) -> bool:
    """Whether a line misses more than all warehouses together have to promise; what it holds is not short."""
    pools = state.pools
    for sku, left in _missing(order):
        for (_, kind), pool in pools.get(sku, _NO_POOLS).items():
            if left <= 0:
                break
            if kind == "spot":
                left -= pool.available
        if left > 0:
            return True
    return False


def _below_safety(order: Order, work: Work, state: State) -> bool:
    """Whether a line would eat into what all warehouses together keep for safety."""
    pools = state.pools
    for sku, units in _missing(order):
        of_sku = pools.get(sku, _NO_POOLS)
        spare = sum([pool.available - pool.safety for (_, kind), pool in of_sku.items() if kind == "spot"])
        if spare < units:
            return True
    return False


_NO_POOLS: Mapping[tuple[str, str], Pool] = {}

_ORDER: dict[str, Getter] = {
    "order_no": lambda o, w, s: o.order_no,
    "external_no": lambda o, w, s: o.external_no,
    "channel": lambda o, w, s: o.channel,
    "kind": lambda o, w, s: o.kind,
    "grade": lambda o, w, s: o.grade,
    "stage": lambda o, w, s: o.stage,
    "owner": lambda o, w, s: o.owner or None,
    "holds": lambda o, w, s: [hold.code for hold in o.holds],
    "payment_method": lambda o, w, s: o.payment_method or None,
    "currency": lambda o, w, s: o.currency,
    "total": lambda o, w, s: _amount(_total(o), o.currency),
    "goods": lambda o, w, s: _amount(_goods(o), o.currency),
    "paid": lambda o, w, s: _amount(o.paid_minor, o.currency),
    "paid_minutes_ago": lambda o, w, s: _paid_minutes(o, s.now),
    "placed_hour": lambda o, w, s: _local_minutes(o.placed_at, s) // 60,
    "placed_minute": lambda o, w, s: _local_minutes(o.placed_at, s),
    "requested_hours": lambda o, w, s: _hours(o.requested_at, s.now),
    "promised_hours": lambda o, w, s: _hours(promise.promised_at if (promise := o.promise) else None, s.now),
    "urgent_mark": lambda o, w, s: _urgent(o),
    "priced_by": lambda o, w, s: o.priced_by,
    "tax_included": lambda o, w, s: o.tax_included,
    "line_count": lambda o, w, s: len(o.lines),
    "weight_kg": _weight_kg,
    "tags": lambda o, w, s: o.tags,
    "packing_request": lambda o, w, s: o.packing_request or None,
    "carrier_requested": lambda o, w, s: o.carrier_requested or None,
}
_NOTES: dict[str, Getter] = {
    "buyer": lambda o, w, s: o.notes.get("buyer"),
    "seller": lambda o, w, s: o.notes.get("seller"),
}
_CONSIGNEE: dict[str, Getter] = {
    "name_known": lambda o, w, s: o.consignee.named,
    "province": lambda o, w, s: o.consignee.province or None,
    "city": lambda o, w, s: o.consignee.city or None,
    "district": lambda o, w, s: o.consignee.district or None,
    "adcode": lambda o, w, s: o.consignee.adcode or None,
    "vague": lambda o, w, s: o.consignee.vague,
}
_PHONE: dict[str, Getter] = {"known": lambda o, w, s: bool(o.consignee.phone)}
_INVOICE: dict[str, Getter] = {
    "title": lambda o, w, s: o.invoice.title or None,
    "tax_no": lambda o, w, s: o.invoice.tax_no or None,
}
_CUSTOMER: dict[str, Getter] = {
    "customer_no": lambda o, w, s: w.customer.customer_no if w.customer else None,
    "level": lambda o, w, s: (w.customer.level or None) if w.customer else None,
    "segment": lambda o, w, s: (w.customer.segment or None) if w.customer else None,
    "risk": lambda o, w, s: (w.customer.risk or None) if w.customer else None,
    "payment_days_average": lambda o, w, s: w.customer.payment_days_average if w.customer else None,
    "known": lambda o, w, s: w.customer is not None,
}
_STOCK: dict[str, Getter] = {"short": _short, "below_safety": _below_safety}
_CHANNEL: dict[str, Getter] = {
    "channel": lambda o, w, s: o.channel,
    "door": lambda o, w, s: o.door,
}
_NOW: dict[str, Getter] = {
    "hour": lambda o, w, s: s.local_now.hour,
    "weekday": lambda o, w, s: s.local_now.isoweekday(),
    "minute_of_day": lambda o, w, s: s.local_now.hour * 60 + s.local_now.minute,
}
_WINDOW: dict[str, Getter] = {
    "orders": lambda o, w, s: w.window_orders,
    "phones": lambda o, w, s: w.window_phones,
}
_CREDIT: dict[str, Getter] = {
    "known": lambda o, w, s: w.account in s.accounts,
    "limit": lambda o, w, s: (
        _amount(s.accounts[w.account].limit_minor, o.currency) if w.account in s.accounts else None
    ),
    "available": lambda o, w, s: (
        _amount(s.accounts[w.account].available(s.now, o.order_no), o.currency) if w.account in s.accounts else None
    ),
}
_SHIPMENT: dict[str, Getter] = {
    "warehouse": lambda o, w, s: w.warehouses[0] if w.warehouses else None,
    "weight_kg": _weight_kg,
    "parcels": lambda o, w, s: len(w.warehouses) or 1,
    "distance_km": lambda o, w, s: w.distance_km,
}
_STAGE: dict[str, Getter] = {"stage": lambda o, w, s: o.stage}
_LINE: dict[str, LineGetter] = {
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


class _Object(msgspec.Struct):
    """One object of a context: where it stands in which other, and its own fields."""

    parent: int = 0
    name: str = ""
    names: list[str] = []
    getters: list[Getter] = []


class Shape(msgspec.Struct, frozen=True):
    """The names of a context's values, in their order: whole paths, and those of each line's values (None: no lines),
    which come last."""

    paths: list[str]
    lines: list[str] | None = None


class Builder:
    """Makes the contexts of a stage, from the paths that its documents read."""

    def __init__(self, reads: Iterable[str]) -> None:
        objects, lines = _objects(reads)
        self._getters: list[Getter] = [getter for each in objects.values() for getter in each.getters]
        ends = list(itertools.accumulate(len(each.names) for each in objects.values()))
        # The values of an object are next to each other: one look-up of all values, then one cut an object.
        self._cuts = [
            (each.names, end - len(each.names), end) for each, end in zip(objects.values(), ends, strict=True)
        ]
        self._nested = [(number, each.parent, each.name) for number, each in enumerate(objects.values()) if each.name]
        self._lines = lines
        paths = [".".join((*parents, name)) for parents, each in objects.items() for name in each.names]
        self.shape = Shape(paths, lines[0] if lines is not None else None)
        self.keys: Keys | None = None

    def build(self, work: Work, state: State) -> dict[str, Any]:
        """The context of one order."""
        return self.context(self.values(work, state))

    def values(self, work: Work, state: State) -> list[Any]:
        """The values of one order's context without their names, in the order of `shape`."""
        order = _order(work)
        values = [getter(order, work, state) for getter in self._getters]
        if self._lines is not None:
            skus, currency, getters = state.skus, order.currency, self._lines[1]
            lines = [(line, skus.get(line.sku)) for line in order.lines]
            values.append([[getter(line, sku, currency) for getter in getters] for line, sku in lines])
        return values

    def context(self, values: Sequence[Any]) -> dict[str, Any]:
        """The context that these values stand for."""
        objects = [dict(zip(names, values[first:end], strict=True)) for names, first, end in self._cuts]
        for number, parent, name in self._nested:
            objects[parent][name] = objects[number]
        context = objects[0]
        if self._lines is not None:
            names = self._lines[0]
            context["lines"] = [dict(zip(names, line, strict=True)) for line in values[-1]]
        return context

    def asked(self, values: Sequence[Any]) -> dict[str, Any] | Valued:
        """What the rules are asked with: by its key where they remember, since most orders are like one before."""
        if self.keys is None:
            return self.context(values)
        return Valued(self.keys.key(values), functools.partial(self.context, values))


class Builders:
    """The builders of every stage at one revision. `shape` is all their shapes as JSON, `shape_id` its fingerprint:
    by it a kept context finds its names again."""

    def __init__(self, reference: Reference) -> None:
        self.by_stage: dict[str, Builder] = {stage: Builder(reference.rules.reads[stage]) for stage in points.STAGES}
        for stage, builder in self.by_stage.items():
            builder.keys = reference.rules.keys(stage, builder.shape.paths, builder.shape.lines)
        self.shape: bytes = msgspec.json.encode({stage: each.shape for stage, each in self.by_stage.items()})
        self.shape_id: int = int.from_bytes(hashlib.blake2b(self.shape, digest_size=8).digest(), signed=True)


def of(reference: Reference) -> Builders:
    """The builders of a snapshot, made once."""
    found = reference.kept.get("contexts")
    if found is None:
        found = reference.kept["contexts"] = Builders(reference)
    return found


# What a context says of the moment, not of the order: only what was kept tells it later.
_MOMENT = ("customer.", "stock.", "window.", "credit.")


def recall(context: dict[str, Any], recalled: Recalled, *, stage: str, order_id: uuid.UUID) -> None:
    """Put what was asked then in place of what holds now; an order whose moment was not kept whole is incomparable."""
    kept = recalled.inputs.get(order_id, {}).get(stage, {})
    for root in _MOMENT:
        asked = context.get(root[:-1])
        if asked is not None and not _recalled(asked, kept.get(root[:-1])):
            recalled.incomparable.add(order_id)


def _recalled(asked: dict[str, Any], kept: Any) -> bool:
    whole = isinstance(kept, dict)
    for name, value in asked.items():
        if not whole or name not in kept:
            return False
        if isinstance(value, dict) and isinstance(kept[name], dict) and name == "custom":
            if not _recalled(value, kept[name]):
                return False
        else:
            asked[name] = kept[name]
    return True


def shapes(names: str) -> dict[str, Shape]:
    """The shapes by stage, from what `Builders.shape` says."""
    return _read_shapes(names)


_read_shapes = msgspec.json.Decoder(dict[str, Shape]).decode


def moment(shape: Shape, values: Sequence[Any]) -> dict[str, Any]:
    """What a kept context says of its moment: all that `recall` asks for."""
    made: dict[str, Any] = {}
    for path, value in zip(shape.paths, values, strict=False):
        if path.startswith(_MOMENT):
            _put(made, path, value)
    return made


def restored(shape: Shape, values: Sequence[Any]) -> dict[str, Any]:
    """The context whose values a builder of that shape gave."""
    made: dict[str, Any] = {}
    for path, value in zip(shape.paths, values, strict=False):
        _put(made, path, value)
    if shape.lines is not None:
        made["lines"] = [dict(zip(shape.lines, line, strict=True)) for line in values[-1]]
    return made


def _put(made: dict[str, Any], path: str, value: Any) -> None:
    *parents, name = path.split(".")
    place = made
    for parent in parents:
        place = place.setdefault(parent, {})
    place[name] = value


def _objects(
    reads: Iterable[str],
) -> tuple[dict[tuple[str, ...], _Object], tuple[list[str], list[LineGetter]] | None]:
    """The objects that the paths name, the outermost first; and what is read of each line, None when nothing is."""
    objects: dict[tuple[str, ...], _Object] = {(): _Object()}
    line_fields: set[str] = set()
    for path in sorted(reads):
        path = path.removesuffix(".*")
        if path.startswith("lines[]"):
            line_fields.add(path.removeprefix("lines[]").lstrip(".").partition(".")[0])
            continue
        parents, name, getter = _place(path)
        for depth in range(1, len(parents) + 1):
            inside = parents[:depth]
            if inside not in objects:
                objects[inside] = _Object(list(objects).index(inside[:-1]), inside[-1])
        objects[parents].names.append(name)
        objects[parents].getters.append(getter)
    names = sorted(line_fields - {""})
    return objects, (names, [_LINE[name] for name in names]) if line_fields else None


def _order(work: Work) -> Order:
    assert work.order is not None
    return work.order


def _place(path: str) -> tuple[tuple[str, ...], str, Getter]:
    *parents, name = path.split(".")
    stem = ".".join(parents)
    if parents and parents[-1] == "custom":
        return (tuple(parents), name, _custom(parents[0], name))
    if name == "custom":
        return (tuple(parents), name, _custom(parents[0], ""))
    return (tuple(parents), name, GETTERS[stem][name])


def _custom(root: str, name: str) -> Getter:
    def get(order: Order, work: Work, state: State) -> Any:
        custom = work.customer.custom if root == "customer" and work.customer else {}
        custom = order.custom if root == "order" else custom
        return custom.get(name) if name else custom

    return get
