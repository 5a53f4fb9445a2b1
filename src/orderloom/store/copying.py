"""COPY: the one way in which many rows are written."""

from collections.abc import Iterable, Sequence
from typing import Any

from orderloom.store import database as db


def rows(connection: db.Connection, statement: str, *, types: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows by a binary COPY statement; `types` are PostgreSQL's names of the columns' types, in order."""
    with connection.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[arg-type]
        copy.set_types(types)
        for row in rows:
            copy.write_row(row)
