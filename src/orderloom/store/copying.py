"""How rows are written: many by COPY, a few by one INSERT of arrays, which takes one round trip in place of three."""

import functools
import re
from collections.abc import Iterable, Sequence
from typing import Any

from psycopg.sql import SQL

from orderloom.kit import limits
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)

# A table and its columns, as a COPY statement names them.
_INTO = re.compile(r"(\w+) \(([\w, \n]+)\)")


def rows(connection: db.Connection, statement: str, *, types: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write rows by a binary COPY statement; `types` are PostgreSQL's names of the columns' types, in order.

    A json column takes text that is JSON already. Few rows, or those of a pipeline, go as an INSERT into the same
    columns.
    """
    listed = list(rows)
    if not listed:
        return
    if len(listed) <= limits.INSERT_ROWS_MAX or db.is_pipelined(connection):
        columns = [list(column) for column in zip(*listed, strict=True)]
        connection.execute(_insert(statement, tuple(types)), columns)  # type: ignore[arg-type]
        return
    # In binary, json and text are the same bytes; told "json", the driver would encode the text once more.
    sent = ["text" if each == "json" else each for each in types]
    with connection.cursor() as cursor, cursor.copy(statement) as copy:  # type: ignore[arg-type]
        copy.set_types(sent)
        for row in listed:
            copy.write_row(row)


@functools.cache
def _insert(statement: str, types: tuple[str, ...]) -> str:
    """The INSERT into the columns that a COPY statement names."""
    found = _INTO.search(statement)
    assert found is not None, f"no COPY into columns: {statement}"
    columns = [name.strip() for name in found[2].split(",")]
    assert len(columns) == len(types), "a type for each column"
    composed = Q.define(
        "insert",
        table=sql.Identifier(found[1]),
        columns=sql.joined([sql.Identifier(name) for name in columns]),
        arrays=sql.joined([SQL("%s::{}[]").format(sql.Identifier(each)) for each in types]),
    )
    return composed.as_string(None)
