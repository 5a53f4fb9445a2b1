"""Lists as parameters come back as they went in, whatever stands in them."""

import datetime as dt
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from psycopg.sql import SQL

from orderloom.store import database as db

AT = dt.datetime(2026, 2, 18, 1, 30, 15, 123456, tzinfo=dt.UTC)
PLAIN_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), max_size=20)


@pytest.mark.parametrize(
    ("kind", "items"),
    [
        ("text[]", ["", "NULL", 'a"b', "a\\b", "{a,b}", " ", "\n", "货 物", None]),
        ("bytea[]", [b"\0\xff", b"", None]),
        ("int[]", [1, -2, None]),
        ("bigint[]", [2**40, None]),
        ("uuid[]", [uuid.UUID(int=7), None]),
        ("bool[]", [True, False, None]),
        ("timestamptz[]", [AT, None]),
        ("date[]", [dt.date(2026, 2, 18), None]),
        ("float8[]", [1.5, -0.25]),
        ("text[]", [None]),
        ("text[]", []),
        ("int[]", [[1, 2], [3, 4]]),
    ],
)
def test_a_list_comes_back_as_it_went_in(database: db.Database, kind: str, items: list[Any]):
    assert _back(database, kind, items) == items


@given(items=st.lists(st.none() | PLAIN_TEXT, max_size=5))
def test_any_text_comes_back_as_it_went_in(database: db.Database, items: list[str | None]):
    assert _back(database, "text[]", items) == items


def _back(database: db.Database, kind: str, items: list[Any]) -> list[Any]:
    with database.system() as connection:
        row = connection.execute(SQL("select %(items)s::{}").format(SQL(kind)), {"items": items}).fetchone()  # type: ignore[arg-type]
    assert row is not None
    return row[0]
