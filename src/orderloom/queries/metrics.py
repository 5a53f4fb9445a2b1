"""Metrics computed: a document's figure over the rows in a viewer's scope, and the orders behind it.

A statement is put together from the named pieces of `metrics.sql`; fields are identifiers of the fixed vocabulary of
`domain.metrics`, values are literals. Nothing that a document says becomes SQL.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import msgspec

from orderloom.domain import metrics
from orderloom.domain.metrics import Condition, Metric, Span
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import metric_conditions, tallies
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)

_COMPARISONS = {
    "eq": "is_eq", "ne": "is_ne", "gt": "is_gt", "ge": "is_ge", "lt": "is_lt", "le": "is_le", "in": "is_in",
    "not_in": "is_not_in", "known": "is_known", "unknown": "is_unknown",
}  # fmt: skip
_MEASURES = {"count": "count", "sum": "sum", "average": "average", "least": "least", "most": "most"}
_READ_AS = {
    "text": "record_text", "number": "record_number", "money": "record_number", "flag": "record_flag",
    "time": "record_time",
}  # fmt: skip
_UNITS = {"minute": "mins", "hour": "hours", "day": "days", "week": "weeks", "month": "months", "year": "years"}
_TALLIED = {"orders": "tallied_orders", "holds": "tallied_holds", "shipments": "tallied_shipments"}
_BEHIND = ("orders", "lines", "shipments", "holds", "records")


class Figure(msgspec.Struct):
    """A figure of one group and one piece of time; `value` is None where there is nothing to measure. `count` is of how
    many rows it is made. Money is in minor units."""

    bucket: dt.datetime | None
    groups: list[str]
    value: float | None
    count: int


class Computed(msgspec.Struct):
    """A metric's figures, the newest first, then by group; `whole` says that none was left out."""

    by: list[str]
    unit: str
    figures: list[Figure]
    whole: bool


class Group(msgspec.Struct, frozen=True):
    """One figure of several: the values of its groups, and when its piece of time begins."""

    values: Sequence[str] = ()
    bucket: dt.datetime | None = None


_WHOLE = Group()


def compute(
    connection: db.Connection, metric: Metric, *, viewer: Viewer, zone: str, now: dt.datetime, summed: bool = False
) -> Computed | Refused:
    """The figures of a metric. Spans and pieces of time are of the zone. One that is divided has the groups of what it
    is divided by too; where that is nothing there is no figure. `summed`: from the relay's tallies where these carry
    it; they come after the rows.

    Refuses what takes longer than limits.METRIC_SECONDS_MAX; the transaction is of no use after that.
    """
    divisor = metrics.divisor(metric)
    if divisor is not None and any(_unseen(each.of, viewer) for each in (metric, divisor)):
        return Computed(metric.by, metric.unit, [], True)
    above = _computed(connection, metric, viewer=viewer, zone=zone, now=now, summed=summed)
    if divisor is None or isinstance(above, Refused):
        return above
    below = _computed(connection, divisor, viewer=viewer, zone=zone, now=now, summed=summed)
    return below if isinstance(below, Refused) else _divided(metric, above, below)


def _unseen(subject: str, viewer: Viewer) -> bool:
    """Whether the viewer sees none of a subject's rows whatever there is: dividing by or into those would be no figure
    of the rest."""
    return viewer.limited and (
        subject in ("records", "calls") or (subject == "events" and viewer.warehouses is not None)
    )


def _divided(metric: Metric, above: Computed, below: Computed) -> Computed:
    """One figure over another, group by group; `count` is of how many rows the second is made."""
    assert metric.per is not None
    # A group without rows comes to nothing, unless it was left out, or nothing of it could be measured.
    absent = 0.0 if above.whole and metric.measure.kind in ("count", "sum") else None
    counted = {(each.bucket, *each.groups): each.value for each in above.figures}
    figures: list[Figure] = []
    for each in below.figures:
        value = counted.pop((each.bucket, *each.groups), absent)
        divided = value / each.value * metric.per.scale if value is not None and each.value else None
        figures.append(Figure(each.bucket, each.groups, divided, each.count))
    # Where there is nothing to divide by there is no figure, and the group is told all the same.
    figures += [Figure(key[0], list(key[1:]), None, 0) for key in counted]
    return Computed(metric.by, metric.unit, figures, above.whole and below.whole)


def _computed(
    connection: db.Connection, metric: Metric, *, viewer: Viewer, zone: str, now: dt.datetime, summed: bool
) -> Computed | Refused:
    cut = tallies.cut(metric, viewer=viewer, zone=zone, now=now) if summed else None
    made = _Made(metric, viewer, zone, now, cut)
    statement = Q.define(
        "measured",
        bucket=made.bucket(),
        groups=Q.define(
            "groups", fields=sql.joined([Q.define("as_text", field=made.field(each)) for each in metric.by])
        ),
        measure=made.measure(),
        counted=made.counted(),
        rows=made.rows(metric.of),
        where=made.where(),
        most=sql.Literal(limits.METRIC_FIGURES_MAX + 1),
    )
    try:
        rows = _run(connection, statement)
    except db.TooLong:
        return Refused("metric.too_slow", {"seconds": limits.METRIC_SECONDS_MAX})
    figures = [Figure(bucket, [str(each) for each in groups], value, count) for bucket, groups, value, count in rows]
    if not figures and not metric.by and metric.bucket is None:
        figures = [Figure(None, [], 0.0 if metric.measure.kind in ("count", "sum") else None, 0)]
    most = limits.METRIC_FIGURES_MAX
    return Computed(metric.by, metric.unit, figures[:most], len(figures) <= most)


def behind(
    connection: db.Connection,
    metric: Metric,
    *,
    of: Group = _WHOLE,
    viewer: Viewer,
    zone: str,
    now: dt.datetime,
    count: int = 50,
) -> list[str] | Refused:
    """The numbers of the orders behind a metric's figure, of one group and piece of time if they are
    given, the newest first; of records those that they are linked to. At most limits.METRIC_ORDERS_MAX.

    Refuses as `compute` does."""
    if metric.of not in _BEHIND:
        return []
    made = _Made(metric, viewer, zone, now)
    chosen = [_chosen(metric, field, value) for field, value in zip(metric.by, of.values, strict=False)]
    where = made.where(chosen)
    if of.bucket is not None and metric.bucket is not None:
        where = Q.define("both", left=where, right=Q.define("is_eq", field=made.bucket(), value=sql.Literal(of.bucket)))
    most = sql.Literal(min(max(count, 1), limits.METRIC_ORDERS_MAX))
    statement = Q.define("behind", rows=made.rows(metric.of), where=where, most=most)
    try:
        return [number for (number,) in _run(connection, statement) if number is not None]
    except db.TooLong:
        return Refused("metric.too_slow", {"seconds": limits.METRIC_SECONDS_MAX})


def _run(connection: db.Connection, statement: Any) -> list[Any]:
    connection.execute(Q.bounded, {"milliseconds": str(limits.METRIC_SECONDS_MAX * 1_000)})
    return connection.execute(statement, prepare=False).fetchall()


def _chosen(metric: Metric, field: str, value: str) -> Condition:
    """The condition of one group; what is nothing is told as an empty text."""
    if metrics.type_of(metric.of, field) == "flag" and value:
        return Condition(field, "eq", value == "true")
    return Condition(field, "eq", value) if value else Condition(field, "unknown")


class _Made:
    """The pieces of one metric's statement."""

    def __init__(self, metric: Metric, viewer: Viewer, zone: str, now: dt.datetime, cut: str | None = None) -> None:
        self._metric = metric
        self._cut = cut
        self._zone = sql.Literal(zone)
        self._now = sql.Literal(now)
        self._scope = {
            "channels": sql.texts(viewer.channels),
            "warehouses": sql.texts(viewer.warehouses),
            "owners": sql.texts(viewer.owners),
        }

    def rows(self, subject: str) -> Any:
        """Where the rows come from, in the viewer's scope: themselves, or the tallies of them."""
        if self._cut is not None:
            return Q.define(_TALLIED[subject], cut=sql.Literal(self._cut), now=self._now, **self._scope)
        if subject in ("lines", "holds"):
            return Q.define(subject, orders=self.rows("orders"), now=self._now)
        if subject == "records":
            return Q.define(subject, type=sql.Literal(self._metric.record), now=self._now, **self._scope)
        return Q.define(subject, now=self._now, **self._scope)

    def field(self, name: str, used_as: metrics.Type = "text") -> Any:
        """A field of the vocabulary; own fields are looked up by name, those of records read as they are used."""
        assert metrics.type_of(self._metric.of, name) is not None, "the document was checked when it was published"
        if name.startswith("custom.") and self._metric.of == "records":
            return Q.define(_READ_AS[used_as], name=sql.Literal(name.removeprefix("custom.")))
        if name.startswith("custom."):
            return Q.define("own_field", name=sql.Literal(name.removeprefix("custom.")))
        return sql.Identifier(name)

    def bucket(self) -> Any:
        """The piece of time that a row belongs to."""
        if self._metric.bucket is None:
            return Q.define("no_bucket")
        field = self.field(metrics.clock(self._metric), "time")
        return Q.define("bucketed", unit=sql.Literal(self._metric.bucket), field=field, zone=self._zone)

    def measure(self) -> Any:
        """What is worked out of the rows of a group."""
        measure = self._metric.measure
        if self._metric.of == "events":
            return Q.define("added_up")
        tallied = self._cut is not None
        if measure.kind == "share":
            return Q.define("tallied_share" if tallied else "share", where=self.all(measure.where, measure.when))
        if measure.kind == "percentile":
            return Q.define(
                "percentile", part=sql.Literal(measure.percentile / 100), field=self.field(measure.field, "number")
            )
        if measure.kind == "count":
            return Q.define("tallied_count" if tallied else "count")
        if measure.kind == "average" and tallied:
            known = f"{measure.field}_known" if measure.field in tallies.HOURS else "weight"
            field = self.field(measure.field, "number")
            return Q.define("tallied_average", field=field, known=sql.Identifier(known))
        return Q.define(_MEASURES[measure.kind], field=self.field(measure.field, "number"))

    def counted(self) -> Any:
        """Of how many rows a figure is made."""
        if self._cut is not None:
            return Q.define("tallied_counted")
        return Q.define("events_counted" if self._metric.of == "events" else "rows_counted")

    def where(self, more: Sequence[Condition] = ()) -> Any:
        """The metric's own conditions, its span, and more."""
        found = self.all([*self._metric.where, *more], self._metric.when)
        if self._metric.over is None:
            return found
        return Q.define("both", left=found, right=self._since(self._metric.over))

    def all(self, conditions: Sequence[Condition], when: str = "") -> Any:
        """Conditions that hold together, and an expression with them."""
        found: Any = metric_conditions.made(when, self._metric.of) if when else Q.define("everything")
        for each in conditions:
            found = Q.define("both", left=found, right=self._one(each))
        return found

    def _one(self, condition: Condition) -> Any:
        field = self.field(condition.field, metrics.used_as(condition))
        name = _COMPARISONS[condition.is_]
        if condition.is_ in ("known", "unknown"):
            return Q.define(name, field=field)
        value = condition.value
        return Q.define(
            name, field=field, value=sql.texts(value) if isinstance(value, list) else self._literal(condition)
        )

    def _literal(self, condition: Condition) -> Any:
        own = self._metric.of == "records" and condition.field.startswith("custom.")
        if (metrics.used_as(condition) if own else metrics.type_of(self._metric.of, condition.field)) == "time":
            return sql.Literal(msgspec.convert(condition.value, dt.datetime))
        return sql.Literal(condition.value)

    def _since(self, span: Span) -> Any:
        back = Q.define("back", unit=sql.Identifier(_UNITS[span.unit]), count=sql.Literal(span.count - 1))
        clock = self.field(metrics.clock(self._metric), "time")
        # A cut's cells are found by their hour, which the clock is where it is known.
        field = clock if self._cut is None else sql.Identifier("at")
        since = Q.define("since", field=field, unit=sql.Literal(span.unit), back=back, now=self._now, zone=self._zone)
        return since if self._cut is None else Q.define("both", left=since, right=Q.define("is_known", field=clock))
