"""COPY: the one way in which many rows are written."""

from collections.abc import Iterable, Sequence
from typing import Any

from orderloom.store import database as db


def rows(connection: db.Connection, statement: str, *, types: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows by a binary COPY statement; `types` are PostgreSQL's names of the columns' types, in order.

    A json column takes text that is JSON already.
    """
    # In binary, json and text are the same bytes; told "json", the driver would encode the text once more.
    sent = ["text" if each == "json" else each for each in types]
    with connection.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[arg-type]
        copy.set_types(sent)
        for row in rows:
            copy.write_row(row)
