"""Boards and reports: the metrics they name, computed for a viewer."""

import concurrent.futures
import datetime as dt
import itertools
from typing import Any

import msgspec

from orderloom.domain import boards, metrics, reports
from orderloom.domain.documents.shapes import Titled
from orderloom.domain.documents.versions import Documents
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import drills, tallies
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
    """A card with its figures, or why there are none. `of` is what is counted, `bucket` the pieces of time; `money`
    says that figures are in minor units. `summed`: from the relay's sums, not row by row. `behind` says that orders are
    behind each figure; where lists of orders can be narrowed to them, `narrowed` is to what, and the groups by.
    `better` is which way the figure should go."""

    metric: str
    title: Titled
    show: str
    unit: str
    figures: list[metrics_query.Figure] = []
    by: list[str] = []
    warn: float | None = None
    bad: float | None = None
    refused: str = ""
    of: str = ""
    bucket: str | None = None
    over: metrics.Span | None = None
    measure: str = "count"
    money: bool = False
    width: int = 1
    whole: bool = True
    summed: bool = False
    behind: bool = False
    narrowed: dict[str, str] | None = None
    better: str = ""


class Board(msgspec.Struct):
    """A board as it stands at an instant."""

    name: str
    title: Titled
    rows: list[list[Card]]
    at: dt.datetime


class Listed(msgspec.Struct):
    """A board or report in force, with how many cards or metrics it has."""

    name: str
    title: Titled
    cards: int


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


def listed(documents: Documents) -> list[Listed]:
    """The boards in force, by name."""
    found = {name: boards.read(each.content) for name, each in documents.get("board", {}).items()}
    return [Listed(name, each.title, sum(map(len, each.rows))) for name, each in sorted(found.items())]


def reports_listed(documents: Documents) -> list[Listed]:
    """The reports in force, by name."""
    found = {name: reports.read(each.content) for name, each in documents.get("report", {}).items()}
    return [Listed(name, each.title, len(each.metrics)) for name, each in sorted(found.items())]


def board(asked: Asked, name: str) -> Board | Refused:
    """A board in force, every card computed in a transaction of its own: one that takes too long leaves the others."""
    found = _named(asked, "board", name)
    return found if isinstance(found, Refused) else shown(asked, name, boards.read(found))


def shown(asked: Asked, name: str, board: boards.Board) -> Board:
    """A board with its figures; its metrics are in force. A few cards are asked for at a time: the server has several
    cores, and one person waits for all of them."""
    with concurrent.futures.ThreadPoolExecutor(limits.BOARD_CARDS_AT_ONCE) as pool:
        drawn = pool.map(lambda card: _drawn(asked, card), itertools.chain.from_iterable(board.rows))
        rows = [list(itertools.islice(drawn, len(row))) for row in board.rows]
    return Board(name, board.title, rows, asked.now)


def behind(asked: Asked, name: str, *, row: int, column: int, of: metrics_query.Group) -> list[str] | Refused:
    """The numbers of the orders behind a figure of a card, the newest first; `name.week` is the report of that name,
    read by the week, whose metrics are rows of one. Refuses a card that is not there."""
    metric = _metric_at(asked, name, row, column)
    if isinstance(metric, Refused):
        return metric
    if metric is None or metric.of not in metrics.OF_ORDERS:
        return Refused("board.no_such_figure", {"board": name, "row": row + 1, "column": column + 1})
    with asked.database.workspace(asked.workspace) as connection:
        return metrics_query.behind(
            connection, metric, of=of, viewer=asked.viewer, zone=asked.zone, now=asked.now,
            count=limits.METRIC_ORDERS_MAX,
        )  # fmt: skip


def report(asked: Asked, name: str, *, bucket: reports.Bucket | None = None) -> Report | Refused:
    """A report in force: its metrics over its own pieces of time and span, or over others."""
    found = _named(asked, "report", name)
    if isinstance(found, Refused):
        return found
    read = reports.read(found)
    pieces = bucket or read.bucket
    with concurrent.futures.ThreadPoolExecutor(limits.BOARD_CARDS_AT_ONCE) as pool:
        cards = list(pool.map(lambda each: _reported(asked, read, each, pieces), read.metrics))
    return Report(name, read.title, pieces, read.drill, cards, asked.now)


def _reported(asked: Asked, report: reports.Report, name: str, bucket: reports.Bucket) -> Card:
    card = _told(asked, boards.Card(name, show="table"), _by_pieces(asked, report, name, bucket))
    card.behind = card.behind and report.drill
    return card


def _by_pieces(asked: Asked, report: reports.Report, name: str, bucket: reports.Bucket) -> metrics.Metric:
    """A metric of a report, by pieces of time."""
    content = asked.documents["metric"][name].content  # A publication keeps what boards and reports refer to.
    return msgspec.structs.replace(metrics.read(content), bucket=bucket, over=reports.over(report, bucket))


def _metric_at(asked: Asked, name: str, row: int, column: int) -> metrics.Metric | Refused | None:
    """What stands at a place of a board, or of a report read by pieces of time; None where nothing does."""
    name, _, bucket = name.partition(".")
    found = _named(asked, "report" if bucket else "board", name)
    if isinstance(found, Refused):
        return found
    if bucket:
        report = reports.read(found)
        there = report.drill and row < len(report.metrics) and column == 0
        pieces = msgspec.convert(bucket, reports.Bucket)
        return _by_pieces(asked, report, report.metrics[row], pieces) if there else None
    rows = boards.read(found).rows
    card = rows[row][column] if row < len(rows) and column < len(rows[row]) else None
    return _asked_for(asked, card) if card is not None else None


def _drawn(asked: Asked, card: boards.Card) -> Card:
    """A card of a board with its figures."""
    return _told(asked, card, _asked_for(asked, card))


def _told(asked: Asked, card: boards.Card, read: metrics.Metric) -> Card:
    """A card with the figures of a metric, from the relay's sums where they carry it."""
    made = _compute(asked, read, summed=True)
    return _filled(
        Card(
            card.metric, card.title or read.title, card.show, read.unit, by=read.by, warn=card.warn, bad=card.bad,
            of=read.of, bucket=read.bucket, over=read.over, measure=read.measure.kind,
            money=metrics.is_money(read), width=card.width,
            summed=tallies.cut(read, viewer=asked.viewer, zone=asked.zone, now=asked.now) is not None,
            behind=read.of in metrics.OF_ORDERS, narrowed=drills.narrowed(read, zone=asked.zone, now=asked.now),
            better=read.better,
        ),
        made,
    )  # fmt: skip


def _filled(card: Card, made: Computed | Refused) -> Card:
    if isinstance(made, Refused):
        card.refused = made.code
    else:
        card.figures, card.whole = made.figures, made.whole
    return card


def _asked_for(asked: Asked, card: boards.Card) -> metrics.Metric:
    return boards.drawn(card, metrics.read(asked.documents["metric"][card.metric].content))


def _compute(asked: Asked, metric: metrics.Metric, *, summed: bool = False) -> Computed | Refused:
    with asked.database.workspace(asked.workspace) as connection:
        return metrics_query.compute(
            connection, metric, viewer=asked.viewer, zone=asked.zone, now=asked.now, summed=summed
        )


def _named(asked: Asked, kind: str, name: str) -> dict[str, Any] | Refused:
    found = asked.documents.get(kind, {}).get(name)
    return found.content if found is not None else Refused("document.unknown", {"kind": kind, "name": name})
