"""Documents as people look at them: a list, one with its draft, its history, and what two versions differ in.

Documents have no scope of channels or warehouses: whoever may read them reads all.
"""

import datetime as dt
from typing import Any

import msgspec

from orderloom.domain.documents import diffs
from orderloom.kit import limits
from orderloom.queries import cursors
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import documents as documents_store
from orderloom.store import sql
from orderloom.store.documents import Draft

Q = sql.load(__file__)


class Row(msgspec.Struct, omit_defaults=True):
    """A document in a list: its newest version (0: only a draft yet), and the draft beside it."""

    kind: str
    name: str
    version: int
    comment: str = ""
    published_at: dt.datetime | None = None
    published_by: str = ""
    retired_at: dt.datetime | None = None
    title: dict[str, str] | None = None
    draft_edition: int | None = None
    draft_by: str | None = None
    draft_at: dt.datetime | None = None


class Rows(msgspec.Struct):
    """A page of documents, and the cursor of the next."""

    rows: list[Row]
    next: str | None


class Document(msgspec.Struct, omit_defaults=True):
    """One version whole; who retired it and why, if it was."""

    kind: str
    name: str
    version: int
    content: dict[str, Any]
    cases: list[dict[str, Any]]
    comment: str = ""
    published_at: dt.datetime | None = None
    published_by: str = ""
    retired_at: dt.datetime | None = None
    revision: int = 0
    retired_by: str = ""
    retired_because: str = ""


class Entry(msgspec.Struct, omit_defaults=True):
    """A version in the history: who published it when, why, and with which revision of the workspace."""

    version: int
    comment: str
    published_at: dt.datetime | None
    published_by: str
    revision: int
    retired_at: dt.datetime | None = None
    retired_by: str = ""
    retired_because: str = ""


class History(msgspec.Struct):
    """A page of versions, the newest first, and the cursor of the next."""

    rows: list[Entry]
    next: str | None


class Diff(msgspec.Struct):
    """What the later side changed in the content and in the cases of the earlier one; side 0 is the draft."""

    before: int
    after: int
    content: list[diffs.Difference]
    cases: list[diffs.Difference]


def listing(
    connection: db.Connection, *, viewer: Viewer, kind: str | None = None, cursor: str | None = None, count: int = 50
) -> Rows:
    """A page of documents by kind and name. Raises cursors.Unreadable."""
    after_kind, after_name = cursors.read(cursor, (str, str)) if cursor else (None, None)
    wanted = min(max(count, 1), limits.PAGE_ROWS_MAX)
    asked = {"kind": kind, "after_kind": after_kind, "after_name": after_name, "count": wanted + 1}
    rows = [Row(*row) for row in connection.execute(Q.listing, asked)]
    last = rows[wanted - 1] if len(rows) > wanted else None
    return Rows(rows[:wanted], cursors.write(last.kind, last.name) if last else None)


def one(
    connection: db.Connection, kind: str, name: str, *, viewer: Viewer, version: int | None = None
) -> Document | None:
    """A version of a document, the newest unless one is named; None when there is none."""
    row = connection.execute(Q.one, {"kind": kind, "name": name, "version": version}).fetchone()
    return Document(*row) if row else None


def draft(connection: db.Connection, kind: str, name: str, *, viewer: Viewer) -> Draft | None:
    """The draft of a document, or None."""
    return documents_store.drafts(connection, [(kind, name)]).get((kind, name))


def history(
    connection: db.Connection, kind: str, name: str, *, viewer: Viewer, cursor: str | None = None, count: int = 50
) -> History:
    """Its versions, the newest first. Raises cursors.Unreadable."""
    (before,) = cursors.read(cursor, (int,)) if cursor else (None,)
    wanted = min(max(count, 1), limits.PAGE_ROWS_MAX)
    asked = {"kind": kind, "name": name, "before": before, "count": wanted + 1}
    rows = [Entry(*row) for row in connection.execute(Q.history, asked)]
    following = cursors.write(rows[wanted - 1].version) if len(rows) > wanted else None
    return History(rows[:wanted], following)


def diff(connection: db.Connection, kind: str, name: str, *, viewer: Viewer, before: int, after: int) -> Diff | None:
    """What differs between two versions, 0 being the draft; None when one of them is not there."""
    sides = [_side(connection, kind, name, viewer, version) for version in (before, after)]
    if sides[0] is None or sides[1] is None:
        return None
    (old, old_cases), (new, new_cases) = sides  # type: ignore[misc]
    return Diff(before, after, diffs.differences(old, new), diffs.differences(old_cases, new_cases))


def _side(
    connection: db.Connection, kind: str, name: str, viewer: Viewer, version: int
) -> tuple[dict[str, Any], list[dict[str, Any]]] | None:
    if version:
        found = one(connection, kind, name, viewer=viewer, version=version)
    else:
        found = draft(connection, kind, name, viewer=viewer)
    return (found.content, found.cases) if found else None
