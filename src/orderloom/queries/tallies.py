"""Which of the relay's tallies carries all that a metric asks for, if one does.

A metric that is answered by tallies costs the same however many orders there are. What they do not carry (own fields,
expressions, minutes, the scope of own customers) is computed from the rows in the viewer's scope, within a bound.
"""

import datetime as dt
import zoneinfo
from collections.abc import Iterator, Mapping

from orderloom.domain import metrics
from orderloom.domain.metrics import Condition, Metric
from orderloom.queries.viewer import Viewer

_STATUS = frozenset({"channel", "grade", "stage", "furthest", "shipped", "paid", "held", "cancelled", "currency",
                     "total_minor", "paid_minor"})  # fmt: skip
# Hours of shipments: summed, beside of how many each is known.
HOURS = frozenset({"hours_in_stage", "hours_placed_to_picked", "hours_paid_to_picked", "hours_placed_to_shipped",
                   "hours_placed_to_delivered"})  # fmt: skip
_PARTS = HOURS | {"channel", "warehouse", "carrier", "shipment_stage", "cancelled", "delivered", "on_time",
                  "freight_cost_minor", "picked_at?", "shipped_at?", "delivered_at?"}  # fmt: skip
# Subject → cut → the fields that it carries; the first that carries all is asked. `stands`, `holds` and `parts` are
# of all time. A field with a question mark is only known to be there or not.
_CUTS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "orders": {
        "stands": _STATUS | {"province"},
        "hours": _STATUS | {"intercepted", "touched", "placed_at"},
        "places": frozenset({"channel", "province", "cancelled", "total_minor", "paid_minor", "placed_at"}),
    },
    "holds": {"holds": frozenset({"channel", "province", "grade", "code", "total_minor"})},
    "shipments": {
        "parts": _PARTS,
        "shipments": _PARTS | {"planned_at"},
        "deliveries": _PARTS | {"delivered_at"},
    },
}  # fmt: skip
_MEASURES = frozenset({"count", "sum", "average", "share"})
_THERE = ("known", "unknown")
_HALF_YEAR = dt.timedelta(days=182)


def cut(metric: Metric, *, viewer: Viewer, zone: str, now: dt.datetime) -> str | None:
    """The cut that answers a metric for a viewer; None where none does, and its rows have to be asked."""
    cuts = _CUTS.get(metric.of, {})
    if not cuts or not _carried(viewer, metric.of) or not _answerable(metric):
        return None
    asked = set(_fields(metric))
    clock = metrics.clock(metric)
    timed = metric.over is not None or metric.bucket is not None
    if timed:
        if not _whole_hours(zone, now) or metric.over is None:
            return None
        asked.add(clock)
    return next((name for name, carried in cuts.items() if asked <= carried and (clock in carried) == timed), None)


def _carried(viewer: Viewer, subject: str) -> bool:
    """Whether the tallies can be narrowed to what the viewer sees."""
    return viewer.owners is None and (viewer.warehouses is None or subject == "shipments")


def _answerable(metric: Metric) -> bool:
    return (
        not metric.when
        and not metric.measure.when
        and metric.measure.kind in _MEASURES
        and metric.bucket != "minute"
        and (metric.over is None or metric.over.unit != "minute")
        and all(_comparable(metric.of, each) for each in (*metric.where, *metric.measure.where))
    )


def _comparable(subject: str, condition: Condition) -> bool:
    """Whether a cell can say yes or no: what is summed and instants cannot be compared, but they are there or not."""
    type_ = metrics.type_of(subject, condition.field)
    return type_ in ("text", "flag") or (type_ == "time" and condition.is_ in _THERE)


def _fields(metric: Metric) -> Iterator[str]:
    yield from metric.by
    for each in (*metric.where, *metric.measure.where):
        there = each.is_ in _THERE and metrics.type_of(metric.of, each.field) == "time"
        yield f"{each.field}?" if there else each.field
    if metric.measure.field:
        yield metric.measure.field


def _whole_hours(zone: str, now: dt.datetime) -> bool:
    """Whether days of a zone begin at whole hours, in summer as in winter."""
    place = zoneinfo.ZoneInfo(zone)
    offsets = (at.astimezone(place).utcoffset() for at in (now, now - _HALF_YEAR))
    return all(each is not None and not each.total_seconds() % 3_600 for each in offsets)
