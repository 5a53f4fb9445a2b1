"""Boards: rows of cards, each a metric shown as a number, a line, bars or a table."""

from collections.abc import Mapping
from typing import Annotated, Any, Literal

import msgspec

from orderloom.domain.documents import shapes
from orderloom.domain.documents.findings import Finding, pointer
from orderloom.domain.documents.kinds import Content, Kind, Known
from orderloom.domain.documents.shapes import Name, Titled


class Card(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A metric and how it is shown. Figures at or past `warn` and `bad` change colour: upwards, or downwards when `bad`
    is the lower of the two."""

    metric: Name
    show: Literal["number", "line", "bar", "table"] = "number"
    title: Titled | None = None
    warn: float | None = None
    bad: float | None = None


class Board(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Rows of cards, from the top."""

    title: Titled
    rows: Annotated[
        list[Annotated[list[Card], msgspec.Meta(min_length=1, max_length=6)]], msgspec.Meta(min_length=1, max_length=12)
    ]


def read(content: Mapping[str, Any]) -> Board:
    """The board of a document's content. Raises msgspec.ValidationError."""
    return msgspec.convert(content, Board)


def _check(name: str, content: Content, known: Known) -> list[Finding]:
    return [
        Finding(
            "document.reference_missing", pointer("rows", row, column, "metric"), data={"to": f"metric/{card.metric}"}
        )
        for row, cards in enumerate(read(content).rows)
        for column, card in enumerate(cards)
        if not known.has("metric", card.metric)
    ]


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
