"""Which of the relay's tallies carries all that a metric asks for, if one does.

A metric that is answered by tallies costs the same however many orders there are. What they do not carry (own fields,
expressions, minutes, the scope of own customers) is computed from the rows in the viewer's scope, within a bound.
"""

import datetime as dt
import zoneinfo
from collections.abc import Iterator, Mapping

from orderloom.domain import metrics
from orderloom.domain.metrics import Metric
from orderloom.queries.viewer import Viewer

_STATUS = frozenset({"channel", "grade", "stage", "furthest", "shipped", "paid", "held", "cancelled", "currency",
                     "total_minor", "paid_minor"})  # fmt: skip
_PARTS = frozenset({"channel", "warehouse", "carrier", "shipment_stage", "cancelled", "delivered",
                    "freight_cost_minor"})  # fmt: skip
# Subject → cut → the fields that it carries; the first that carries all is asked. `stands`, `holds` and `parts` are
# of all time.
_CUTS: Mapping[str, Mapping[str, frozenset[str]]] = {
    "orders": {
        "stands": _STATUS | {"province"},
        "hours": _STATUS | {"intercepted", "touched", "placed_at"},
        "places": frozenset({"channel", "province", "cancelled", "total_minor", "paid_minor", "placed_at"}),
    },
    "holds": {"holds": frozenset({"channel", "province", "grade", "code", "total_minor"})},
    "shipments": {"parts": _PARTS, "shipments": _PARTS | {"planned_at"}},
}  # fmt: skip
_MEASURES = frozenset({"count", "sum", "average", "share"})
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
        and all(each.field not in metrics.moneys(metric.of) for each in (*metric.where, *metric.measure.where))
        and all(metrics.type_of(metric.of, each.field) != "time" for each in (*metric.where, *metric.measure.where))
    )


def _fields(metric: Metric) -> Iterator[str]:
    yield from metric.by
    yield from (each.field for each in (*metric.where, *metric.measure.where))
    if metric.measure.field:
        yield metric.measure.field


def _whole_hours(zone: str, now: dt.datetime) -> bool:
    """Whether days of a zone begin at whole hours, in summer as in winter."""
    place = zoneinfo.ZoneInfo(zone)
    offsets = (at.astimezone(place).utcoffset() for at in (now, now - _HALF_YEAR))
    return all(each is not None and not each.total_seconds() % 3_600 for each in offsets)
