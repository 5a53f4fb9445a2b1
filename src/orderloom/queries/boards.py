"""Boards and reports: the metrics they name, computed for a viewer."""

import datetime as dt
from typing import Any

import msgspec

from orderloom.domain import boards, metrics, reports
from orderloom.domain.documents.shapes import Titled
from orderloom.domain.documents.versions import Documents
from orderloom.kit.refusals import Refused
from orderloom.queries import metrics as metrics_query
from orderloom.queries.metrics import Computed
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db


class Asked(msgspec.Struct, frozen=True):
    """Who asks, where, when, and the documents in force there."""

    database: db.Database
    workspace: str
    documents: Documents
    viewer: Viewer
    zone: str
    now: dt.datetime


class Card(msgspec.Struct, omit_defaults=True):
    """A card with its figures, or why there are none."""

    metric: str
    title: Titled
    show: str
    unit: str
    figures: list[metrics_query.Figure] = []
    by: list[str] = []
    warn: float | None = None
    bad: float | None = None
    refused: str = ""


class Board(msgspec.Struct):
    """A board as it stands at an instant."""

    name: str
    title: Titled
    rows: list[list[Card]]
    at: dt.datetime


class Report(msgspec.Struct):
    """A report's metrics side by side."""

    name: str
    title: Titled
    bucket: str
    drill: bool
    metrics: list[Card]
    at: dt.datetime


def metric(asked: Asked, name: str) -> Computed | Refused:
    """One metric that is in force. Refuses one that is not."""
    found = _named(asked, "metric", name)
    return found if isinstance(found, Refused) else _compute(asked, metrics.read(found))


def board(asked: Asked, name: str) -> Board | Refused:
    """A board in force, every card computed in a transaction of its own: one that takes too long leaves the others."""
    found = _named(asked, "board", name)
    if isinstance(found, Refused):
        return found
    read = boards.read(found)
    rows = [[_card(asked, each.metric, show=each.show, card=each) for each in row] for row in read.rows]
    return Board(name, read.title, rows, asked.now)


def report(asked: Asked, name: str) -> Report | Refused:
    """A report in force: its metrics over its own pieces of time and span."""
    found = _named(asked, "report", name)
    if isinstance(found, Refused):
        return found
    read = reports.read(found)
    cards = [_card(asked, each, show="table", bucket=read.bucket, over=read.over) for each in read.metrics]
    return Report(name, read.title, read.bucket, read.drill, cards, asked.now)


def _card(asked: Asked, name: str, *, show: str, card: boards.Card | None = None, **over: Any) -> Card:
    """A metric computed; `over` changes its bucket and span."""
    content = asked.documents["metric"][name].content  # A publication keeps what boards and reports refer to.
    read = msgspec.structs.replace(metrics.read(content), **over)
    made = _compute(asked, read)
    shown = Card(name, read.title, show, read.unit, by=read.by)
    if card is not None:
        shown.title, shown.warn, shown.bad = card.title or read.title, card.warn, card.bad
    if isinstance(made, Refused):
        shown.refused = made.code
    else:
        shown.figures = made.figures
    return shown


def _compute(asked: Asked, metric: metrics.Metric) -> Computed | Refused:
    with asked.database.workspace(asked.workspace) as connection:
        return metrics_query.compute(connection, metric, viewer=asked.viewer, zone=asked.zone, now=asked.now)


def _named(asked: Asked, kind: str, name: str) -> dict[str, Any] | Refused:
    found = asked.documents.get(kind, {}).get(name)
    return found.content if found is not None else Refused("document.unknown", {"kind": kind, "name": name})
