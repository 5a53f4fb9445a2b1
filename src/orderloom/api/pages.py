"""What all lists have in common: a cursor, a count, and a page with the cursor of the next."""

import datetime as dt
from typing import Annotated

from fastapi import Path, Query
from pydantic import StringConstraints

from orderloom.kit import limits

NO_NUL = r"^[^\x00]*$"
Cursor = Annotated[
    str | None, Query(max_length=1_000, pattern=NO_NUL, description="`next` of the page before, as it came.")
]
Count = Annotated[int, Query(ge=1, le=limits.PAGE_ROWS_MAX, description="Rows in a page.")]
Name = Annotated[str | None, Query(max_length=128, pattern=NO_NUL)]
Key = Annotated[str, Path(min_length=1, max_length=128, pattern=NO_NUL)]
Item = Annotated[str, StringConstraints(max_length=128, pattern=NO_NUL)]
Text = Annotated[str, StringConstraints(max_length=limits.TEXT_CHARS_MAX, pattern=NO_NUL)]
Names = Annotated[list[Item] | None, Query(max_length=limits.PAGE_ROWS_MAX)]


def instant(said: dt.datetime | None) -> dt.datetime | None:
    """An instant of an address; without a zone it is UTC, and beyond what the database counts it is its end."""
    if said is None:
        return None
    zoned = said if said.tzinfo is not None else said.replace(tzinfo=dt.UTC)
    return min(max(zoned, _FIRST), _LAST)


_FIRST, _LAST = (dt.datetime(year, 1, 1, tzinfo=dt.UTC) for year in (1970, 2200))
