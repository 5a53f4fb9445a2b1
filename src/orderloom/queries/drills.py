"""Drills: to what a list of orders is narrowed so that it has exactly the orders behind a figure."""

import datetime as dt

from orderloom.domain import metrics
from orderloom.domain.metrics import Condition, Metric

# Subject → field → the filter of the list that says the same.
_ORDERS = {each: each for each in ("channel", "stage", "furthest", "grade", "province", "customer_no", "held", "paid",
                                   "shipped", "cancelled")}  # fmt: skip
_FILTERS = {"orders": _ORDERS, "holds": {"channel": "channel", "grade": "grade", "province": "province",
                                         "code": "hold"}}  # fmt: skip


def narrowed(metric: Metric, *, zone: str, now: dt.datetime) -> dict[str, str] | None:
    """The filters of a metric's own conditions and span; its groups are filters of their names, those of a hold's code
    `hold`. None where filters cannot say it, and the orders have to be asked for one by one."""
    filters = _FILTERS.get(metric.of)
    if filters is None or metric.when or metric.per is not None or metric.bucket not in (None, "hour"):
        return None
    if metric.bucket is not None and metrics.clock(metric) != "placed_at":
        return None
    # What a group is of holds by its own value.
    conditions = [each for each in metric.where if each.field not in metric.by]
    if any(each not in filters for each in metric.by) or len({each.field for each in conditions}) < len(conditions):
        return None
    found: dict[str, str] = {} if metric.of == "orders" else {"held": "true"}
    for each in conditions:
        said = _said(each)
        if each.field not in filters or said is None:
            return None
        found[filters[each.field]] = said
    if metric.over is not None:
        if metrics.clock(metric) != "placed_at":
            return None
        found["placed_from"] = metrics.since(metric.over, zone=zone, now=now).isoformat()
    return found


def _said(condition: Condition) -> str | None:
    """The value of a condition as a filter says it."""
    value = condition.value
    if isinstance(value, bool):
        return str(value == (condition.is_ == "eq")).lower() if condition.is_ in ("eq", "ne") else None
    return value if isinstance(value, str) and value and condition.is_ == "eq" else None
