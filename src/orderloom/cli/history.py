"""orderloom history: backfill, cleanliness."""

from typing import Annotated

import typer

from orderloom.cli import desk as desks
from orderloom.queries import cleanliness as cleanliness_query

app = typer.Typer()


@app.command()
def cleanliness(
    context: typer.Context,
    first: Annotated[int, typer.Option(min=1990, max=2199, help="From this year 起始年.")] = 2010,
    last: Annotated[int, typer.Option(min=1990, max=2199, help="Up to this year 截止年.")] = 2100,
    as_json: desks.AsJson = False,
) -> None:
    """The share of orders that say each field so that it can be used, by year; red under 95 % 数据洁净度."""
    desk = desks.of(context)
    with desk.reading() as connection:
        zone = desk.hub.reference(connection).zone
        found = cleanliness_query.by_year(
            connection, viewer=desk.viewer, zone=zone, first=first, last=max(first, last)
        )  # fmt: skip
    if as_json:
        desk.json(found)
        return
    columns = [desk.say("字段", "field"), *(f"{each.year} ({each.orders:,})" for each in found)]
    rows = [
        (name, *(f"{each.fields[name].percent:.2f}{' !' if each.fields[name].red else ''}" for each in found))
        for name in cleanliness_query.FIELDS
    ]
    desk.table(columns, rows, right=tuple(range(1, len(columns))))
