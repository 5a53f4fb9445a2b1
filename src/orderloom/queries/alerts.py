"""Alerts: which figures are where they must not be and since when, what watches which metric and when it told people
last, and whether one that is being written would tell them now."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

import msgspec

from orderloom.domain import alerts, metrics
from orderloom.domain.alerts import Alert
from orderloom.domain.documents.versions import Documents
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import metrics as metrics_query
from orderloom.queries.boards import Asked
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Standing(msgspec.Struct):
    """One group of an alert's metric beyond its bound, with what the alert is about and does; `document` is None where
    it is no longer in force. `by` is what its groups are of, `money` says that value and bound are in minor units."""

    alert: str
    key: str
    since: dt.datetime
    told_at: dt.datetime | None
    value: float
    document: Alert | None = None
    by: list[str] = []
    groups: list[str] = []
    unit: str = ""
    money: bool = False


class Watching(msgspec.Struct):
    """An alert in force: how many groups stand beyond its bound, since when the oldest does, and when it told people
    last."""

    alert: str
    document: Alert
    standing: int = 0
    since: dt.datetime | None = None
    told_at: dt.datetime | None = None


class Weighed(msgspec.Struct):
    """A group of an alert's metric now; one beyond the bound is told at `due_at`, if it lasts."""

    groups: list[str]
    value: float | None
    beyond: bool
    since: dt.datetime | None = None
    due_at: dt.datetime | None = None


class Tried(msgspec.Struct):
    """What an alert would see now: the groups beyond its bound first. `rings` says that people would be told now;
    `money` that values are in minor units."""

    rings: bool
    by: list[str]
    unit: str
    money: bool
    groups: list[Weighed]
    whole: bool
    told_at: dt.datetime | None


def standing(connection: db.Connection, *, viewer: Viewer, documents: Documents) -> list[Standing]:
    """All of them, the oldest first. They are figures of the whole workspace: who sees a part of it sees none."""
    if viewer.limited:
        return []
    rows = connection.execute(Q.standing, {"count": limits.PAGE_ROWS_MAX})
    known = {name: alerts.read(each.content) for name, each in documents.get("alert", {}).items()}
    return [_worded(Standing(*row, document=known.get(row[0])), documents) for row in rows]


def watching(connection: db.Connection, *, viewer: Viewer, documents: Documents, metric: str = "") -> list[Watching]:
    """The alerts in force, of one metric if it is named, by name; what stands and was told only for who sees the whole
    workspace."""
    found = {name: Watching(name, alerts.read(each.content)) for name, each in documents.get("alert", {}).items()}
    found = {name: each for name, each in sorted(found.items()) if metric in ("", each.document.metric)}
    told = _told(connection, viewer)
    for name, each in found.items():
        each.told_at = told.get(name)
    for state in standing(connection, viewer=viewer, documents=documents):
        if (each := found.get(state.alert)) is not None:
            each.standing += 1
            each.since = each.since or state.since
            each.told_at = max(filter(None, (each.told_at, state.told_at)), default=None)
    return list(found.values())


def tried(asked: Asked, name: str, alert: Alert) -> Tried | Refused:
    """What an alert that could be published would see now; one in force of the same metric and bound goes on from since
    when its groups have been beyond it. Refuses what takes too long to compute."""
    metric = metrics.read(asked.documents["metric"][alert.metric].content)
    with asked.database.workspace(asked.workspace) as connection:
        known = _since(connection, asked, name, alert)
        told = _told(connection, asked.viewer).get(name)
        made = metrics_query.compute(connection, metric, viewer=asked.viewer, zone=asked.zone, now=asked.now)
    if isinstance(made, Refused):
        return made
    groups = [_weighed(alert, each, known, asked.now) for each in made.figures]
    groups.sort(key=lambda each: not each.beyond)
    rings = any(each.due_at is not None and each.due_at <= asked.now for each in groups)
    return Tried(rings, made.by, made.unit, metrics.is_money(metric), groups, made.whole, told)


def _worded(state: Standing, documents: Documents) -> Standing:
    if state.document is not None:
        metric = metrics.read(documents["metric"][state.document.metric].content)
        state.by, state.unit, state.money = metric.by, metric.unit, metrics.is_money(metric)
        state.groups = alerts.groups(state.key, metric.by)
    return state


def _told(connection: db.Connection, viewer: Viewer) -> dict[str, dt.datetime]:
    return {} if viewer.limited else dict(connection.execute(Q.told).fetchall())


def _since(connection: db.Connection, asked: Asked, name: str, alert: Alert) -> Mapping[str, dt.datetime]:
    """Since when groups have been beyond the bound of the alert in force, where that is the same bound."""
    found = asked.documents.get("alert", {}).get(name)
    before = alerts.read(found.content) if found is not None else None
    if before is None or (before.metric, before.is_, before.bound) != (alert.metric, alert.is_, alert.bound):
        return {}
    states = standing(connection, viewer=asked.viewer, documents=asked.documents)
    return {each.key: each.since for each in states if each.alert == name}


def _weighed(alert: Alert, figure: metrics_query.Figure, known: Mapping[str, Any], now: dt.datetime) -> Weighed:
    if figure.value is None or not alerts.beyond(alert, figure.value):
        return Weighed(figure.groups, figure.value, False)
    since = known.get(alerts.key(figure.groups), now)
    return Weighed(figure.groups, figure.value, True, since, since + dt.timedelta(minutes=alert.for_minutes))
