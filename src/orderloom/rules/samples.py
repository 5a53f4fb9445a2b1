"""Which values each path of a context may hold, and an ordinary order to try rules on.

What is known of a path keeps self-checks from telling of orders that cannot be: a weekday 8, a total below nothing.
"""

import math
from collections.abc import Mapping
from typing import Any

import msgspec

from orderloom.rules import points, regions
from orderloom.rules.regions import Region

_FLAG = regions.FLAGS
_AMOUNT = regions.between(0, math.inf)
_TEXT = regions.TEXTS


def _or_null(region: Region) -> Region:
    return msgspec.structs.replace(region, null=True)


_MAYBE_TEXT = _or_null(_TEXT)
_MAYBE_AMOUNT = _or_null(_AMOUNT)
_MAYBE_NUMBER = _or_null(regions.NUMBERS)
_LIST = Region(rest=True)

# Path → what it may hold, and what it holds in the ordinary order.
VALUES: Mapping[str, tuple[Region, Any]] = {
    "order.order_no": (_MAYBE_TEXT, "OL-20260218-000123"),
    "order.external_no": (_TEXT, "T-1"),
    "order.channel": (_TEXT, "shop"),
    "order.kind": (_MAYBE_TEXT, "stock"),
    "order.grade": (_MAYBE_TEXT, "ordinary"),
    "order.stage": (_TEXT, "received"),
    "order.owner": (_MAYBE_TEXT, None),
    "order.holds": (_LIST, []),
    "order.payment_method": (_MAYBE_TEXT, "alipay"),
    "order.currency": (_MAYBE_TEXT, "CNY"),
    "order.total": (_AMOUNT, 100),
    "order.goods": (_AMOUNT, 100),
    "order.paid": (_AMOUNT, 100),
    "order.paid_minutes_ago": (_MAYBE_NUMBER, 600),
    "order.placed_hour": (regions.between(0, 23), 10),
    "order.placed_minute": (regions.between(0, 1439), 600),
    "order.requested_hours": (_MAYBE_NUMBER, None),
    "order.promised_hours": (_MAYBE_NUMBER, None),
    "order.urgent_mark": (_FLAG, False),
    "order.priced_by": (regions.values("hub", "channel"), "hub"),
    "order.tax_included": (_FLAG, True),
    "order.line_count": (regions.between(0, math.inf), 1),
    "order.weight_kg": (_AMOUNT, 1),
    "order.tags": (_LIST, []),
    "order.notes.buyer": (_MAYBE_TEXT, ""),
    "order.notes.seller": (_MAYBE_TEXT, ""),
    "order.packing_request": (_MAYBE_TEXT, None),
    "order.carrier_requested": (_MAYBE_TEXT, None),
    "order.consignee.name_known": (_FLAG, True),
    "order.consignee.province": (_MAYBE_TEXT, "安徽省"),
    "order.consignee.city": (_MAYBE_TEXT, "合肥市"),
    "order.consignee.district": (_MAYBE_TEXT, "蜀山区"),
    "order.consignee.adcode": (_MAYBE_TEXT, "340104"),
    "order.consignee.vague": (_FLAG, False),
    "order.consignee.phone.known": (_FLAG, True),
    "order.invoice.title": (_MAYBE_TEXT, None),
    "order.invoice.tax_no": (_MAYBE_TEXT, None),
    "customer.customer_no": (_MAYBE_TEXT, "C-1"),
    "customer.level": (_MAYBE_TEXT, "C"),
    "customer.segment": (_MAYBE_TEXT, "retail"),
    "customer.risk": (_MAYBE_TEXT, "low"),
    "customer.payment_days_average": (_MAYBE_AMOUNT, None),
    "customer.known": (_FLAG, True),
    "stock.short": (_FLAG, False),
    "stock.below_safety": (_FLAG, False),
    "channel.channel": (_TEXT, "shop"),
    "channel.door": (regions.values("form", "desk", "api", "channel", "import"), "channel"),
    "now.hour": (regions.between(0, 23), 10),
    "now.weekday": (regions.between(1, 7), 3),
    "now.minute_of_day": (regions.between(0, 1439), 600),
    "window.orders": (regions.between(1, math.inf), 1),
    "window.phones": (regions.between(0, math.inf), 1),
    "credit.known": (_FLAG, False),
    "credit.limit": (_MAYBE_AMOUNT, None),
    "credit.available": (_MAYBE_NUMBER, None),
    "shipment.warehouse": (_MAYBE_TEXT, "W1"),
    "shipment.weight_kg": (_AMOUNT, 1),
    "shipment.parcels": (regions.between(0, math.inf), 1),
    "shipment.distance_km": (_MAYBE_AMOUNT, 100),
    "stage.stage": (_TEXT, "received"),
    "hold.code": (_MAYBE_TEXT, None),
    "hold.owner": (_MAYBE_TEXT, None),
    "hold.line_no": (_MAYBE_NUMBER, None),
    "hold.blocks": (_LIST, []),
    "hold.minutes": (_AMOUNT, 0),
}
_WHOLE = frozenset(
    {"order.placed_hour", "order.placed_minute", "order.line_count", "order.paid_minutes_ago", "now.hour"}
    | {"now.weekday", "now.minute_of_day", "window.orders", "window.phones", "shipment.parcels", "hold.line_no"}
)
# One piece of an ordinary SKU; `customer.custom` and `order.custom` are empty.
LINE: Mapping[str, Any] = {
    "line_no": 1, "sku": "A-1", "quantity": 1, "unit": "件", "price": 100, "amount": 100,
    "category": "other", "known": True, "gift": False, "weight_kg": 1, "custom": {},
}  # fmt: skip


SKU: Mapping[str, Any] = {"sku": "A-1", "category": "other", "quantity": 1, "substitutes": [], "custom": {}}


def domain(variable: str) -> Region:
    """What a variable of a table may hold; anything, when it is not a path of the catalogue."""
    found = VALUES.get(variable)
    return found[0] if found else regions.EVERYTHING


def whole(variable: str) -> bool:
    """Whether the path only holds whole numbers."""
    return variable in _WHOLE


def settable(variable: str) -> bool:
    """Whether an example may give the variable a value: a path of the catalogue, or below an own field."""
    return variable in VALUES or variable.startswith(("order.custom.", "customer.custom."))


def context(values: Mapping[str, Any], *, point: points.Point) -> dict[str, Any]:
    """The ordinary order as a point sees it, with some paths holding other values; `lines` is set as a whole."""
    made: dict[str, Any] = {}
    for path, (_, value) in VALUES.items():
        _put(made, path, value)
    for root in ("order", "customer"):
        made[root]["custom"] = {}
    made["lines"] = [dict(LINE)]
    made["skus"] = [dict(SKU)]
    for path, value in values.items():
        _put(made, path, value)
    return {name: value for name, value in made.items() if name in point.reads}


def _put(made: dict[str, Any], path: str, value: Any) -> None:
    *parents, last = path.split(".")
    place = made
    for parent in parents:
        place = place.setdefault(parent, {})
    place[last] = value
