"""Boards: rows of cards, each a metric and how it is drawn: a number, a line, a funnel, a map and so on."""

from collections.abc import Callable, Iterator, Mapping
from typing import Annotated, Any, Literal

import msgspec

from orderloom.domain import metrics
from orderloom.domain.documents import shapes
from orderloom.domain.documents.findings import Finding, pointer
from orderloom.domain.documents.kinds import Content, Kind, Known
from orderloom.domain.documents.shapes import Name, Titled
from orderloom.domain.metrics import Bucket, Metric, Span

Drawing = Literal["number", "line", "bar", "rank", "funnel", "heat", "map", "sankey", "table"]


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A metric and how it is shown. Figures at or past `warn` and `bad` change colour: upwards, or downwards when `bad`
    is the lower of the two. `by`, `over` and `bucket` stand instead of the metric's own, so that one definition serves
    many drawings; a number is the whole, in no groups, unless `by` is given. `width`: beside the others of its row."""

    metric: Name
    show: Drawing = "number"
    title: Titled | None = None
    warn: float | None = None
    bad: float | None = None
    by: Annotated[list[str], msgspec.Meta(max_length=3)] | None = None
    over: Span | None = None
    bucket: Bucket | None = None
    width: Annotated[int, msgspec.Meta(ge=1, le=4)] = 1


class Board(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows of cards, from the top."""

    title: Titled
    rows: Annotated[
        list[Annotated[list[Card], msgspec.Meta(min_length=1, max_length=6)]], msgspec.Meta(min_length=1, max_length=12)
    ]


def read(content: Mapping[str, Any]) -> Board:
    """The board of a document's content. Raises msgspec.ValidationError."""
    return msgspec.convert(content, Board)


def drawn(card: Card, metric: Metric) -> Metric:
    """The metric as a card asks for it."""
    by = card.by if card.by is not None else ([] if card.show == "number" else metric.by)
    bucket = None if card.show == "number" else card.bucket or metric.bucket
    return msgspec.structs.replace(metric, by=by, over=card.over or metric.over, bucket=bucket)


def _check(name: str, content: Content, known: Known) -> list[Finding]:
    found: list[Finding] = []
    for row, cards in enumerate(read(content).rows):
        for column, card in enumerate(cards):
            if not known.has("metric", card.metric):
                path = pointer("rows", row, column, "metric")
                found.append(Finding("document.reference_missing", path, data={"to": f"metric/{card.metric}"}))
            elif (metric := known.documents.get("metric", {}).get(card.metric)) is not None:
                found.extend(_drawable(card, metrics.read(metric), known, row, column))
    return found


def _drawable(card: Card, metric: Metric, known: Known, row: int, column: int) -> Iterator[Finding]:
    """What a card asks of its metric that cannot be drawn."""
    asked = drawn(card, metric)
    if card.by is not None:
        wrong = next(
            (each for each in metrics.check("", msgspec.to_builtins(asked), known) if "/by/" in each.path), None
        )
        if wrong is not None:
            yield msgspec.structs.replace(wrong, path=pointer("rows", row, column, "by"))
            return
    fits = _FITS.get(card.show)
    if fits is not None and not fits(asked):
        data = {"show": card.show, "by": ", ".join(asked.by) or "-", "bucket": asked.bucket or "-"}
        yield Finding("board.drawing_unfit", pointer("rows", row, column, "show"), data=data)


_STAGES = frozenset({"stage", "furthest", "shipment_stage"})
# What a drawing needs: places, two sides that something flows between, rows and columns, steps.
_FITS: Mapping[str, Callable[[Metric], bool]] = {
    "map": lambda asked: asked.by == ["province"] and asked.bucket is None,
    "sankey": lambda asked: len(asked.by) >= 2 and asked.bucket is None,
    "heat": lambda asked: len(asked.by) + (asked.bucket is not None) == 2,
    "funnel": lambda asked: len(asked.by) == 1 and asked.by[0] in _STAGES and asked.bucket is None,
    "rank": lambda asked: len(asked.by) == 1 and asked.bucket is None,
}


_EXAMPLE = {
    "title": {"zh": "运营看板", "en": "Operations"},
    "rows": [
        [{"metric": "paid_not_shipped", "show": "number", "warn": 80, "bad": 120}],
        [{"metric": "paid_not_shipped", "show": "bar"}],
    ],
}
KIND = Kind(
    name="board",
    label_zh="看板",
    label_en="Board",
    schema=shapes.schema(Board),
    example=_EXAMPLE,
    check=_check,
    refers_to=frozenset({"metric"}),
)
