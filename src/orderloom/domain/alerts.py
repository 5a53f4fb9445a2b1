"""Alerts: a metric, a bound it must keep to, for how long it may not, and who is told."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec

from orderloom.domain import metrics
from orderloom.domain.documents import shapes
from orderloom.domain.documents.findings import Finding, pointer
from orderloom.domain.documents.kinds import Content, Kind, Known
from orderloom.domain.documents.shapes import Name, Titled

_SEVERAL = " / "


class Notify(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An audience that is told, such as `operations` or `warehouse:suzhou`; a messenger that carries it beside the
    inbox, and a template instead of the alert's own words, filled with `alert`, `key`, `value`, `bound` and `since`."""

    to: Annotated[str, msgspec.Meta(min_length=1, max_length=100)]
    messenger: Annotated[str, msgspec.Meta(max_length=64)] = ""
    template: Annotated[str, msgspec.Meta(max_length=64)] = ""


class Alert(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Each group of the metric is looked at every minute. One that `is` beyond `bound` for `for_minutes` is told to all
    of `notify`, and again each `again_minutes` while it lasts (0: once). Each time the flow `start` is begun: on the
    newest orders behind the figure, at most 200, but for those on which it already waits, or once if it is about the
    workspace; and the sources of the
    channels in `catch_up` are asked at once for what was missed."""

    title: Titled
    metric: Name
    is_: Literal["gt", "ge", "lt", "le"] = msgspec.field(name="is")
    bound: float
    notify: Annotated[list[Notify], msgspec.Meta(min_length=1, max_length=20)]
    for_minutes: Annotated[int, msgspec.Meta(ge=0, le=10_080)] = 0
    again_minutes: Annotated[int, msgspec.Meta(ge=0, le=10_080)] = 0
    level: Literal["info", "warning", "critical"] = "warning"
    start: Annotated[str, msgspec.Meta(max_length=64)] = ""
    catch_up: Annotated[list[Name], msgspec.Meta(max_length=20)] = []


def read(content: Mapping[str, Any]) -> Alert:
    """The alert of a document's content. Raises msgspec.ValidationError."""
    return msgspec.convert(content, Alert)


def beyond(alert: Alert, value: float) -> bool:
    """Whether a figure is where it must not be."""
    match alert.is_:
        case "gt":
            return value > alert.bound
        case "ge":
            return value >= alert.bound
        case "lt":
            return value < alert.bound
        case _:
            return value <= alert.bound


def due(alert: Alert, *, since: dt.datetime, told_at: dt.datetime | None, now: dt.datetime) -> bool:
    """Whether people are told now of a group beyond its bound since then, of which they were told last at `told_at`."""
    if now - since < dt.timedelta(minutes=alert.for_minutes):
        return False
    if told_at is None:
        return True
    return alert.again_minutes > 0 and now - told_at >= dt.timedelta(minutes=alert.again_minutes)


def key(groups: Sequence[str]) -> str:
    """The key that a group of the metric is known by; empty where it has no groups."""
    return _SEVERAL.join(groups)


def groups(key: str, by: Sequence[str]) -> list[str]:
    """The groups of a key, where these fields made them."""
    return key.split(_SEVERAL, len(by) - 1) if by else []


def _check(name: str, content: Content, known: Known) -> list[Finding]:
    alert = read(content)
    found: list[Finding] = []
    metric = known.documents.get("metric", {}).get(alert.metric)
    if metric is None:
        found.append(Finding("document.reference_missing", pointer("metric"), data={"to": f"metric/{alert.metric}"}))
    elif metrics.read(metric).bucket is not None:
        found.append(Finding("alert.metric_over_time", pointer("metric"), data={"metric": alert.metric}))
    if alert.start and not known.has("flow", alert.start):
        found.append(Finding("document.reference_missing", pointer("start"), data={"to": f"flow/{alert.start}"}))
    elif alert.start and known.documents.get("flow", {}).get(alert.start, {}).get("of", "order") == "workspace":
        pass  # It is about no order: whatever the metric counts, it begins once.
    elif alert.start and metric is not None and metrics.read(metric).of not in metrics.OF_ORDERS:
        found.append(Finding("alert.no_orders_behind", pointer("start"), data={"metric": alert.metric}))
    for index, channel in enumerate(alert.catch_up):
        if channel not in known.places.get("channel", frozenset({channel})):
            path = pointer("catch_up", index)
            found.append(Finding("document.reference_missing", path, data={"to": f"channel/{channel}"}))
    for index, each in enumerate(alert.notify):
        if each.template and not known.has("template", each.template):
            path = pointer("notify", index, "template")
            found.append(Finding("document.reference_missing", path, data={"to": f"template/{each.template}"}))
    return found


_EXAMPLE = {
    "title": {"zh": "已付款未发货过多", "en": "Too many paid and not shipped"},
    "metric": "paid_not_shipped",
    "is": "gt",
    "bound": 120,
    "for_minutes": 120,
    "again_minutes": 240,
    "level": "critical",
    "notify": [{"to": "operations"}, {"to": "warehouse:suzhou"}],
}
KIND = Kind(
    name="alert",
    label_zh="预警",
    label_en="Alert",
    schema=shapes.schema(Alert),
    example=_EXAMPLE,
    check=_check,
    refers_to=frozenset({"metric", "template", "flow", "channel"}),
)
