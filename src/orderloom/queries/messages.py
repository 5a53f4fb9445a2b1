"""Raw messages: what is in quarantine and why. Their text stays sealed; `actions.audit.open_message` opens one and
writes down who looked.

A warehouse is not told of messages: a viewer with a scope of warehouses sees none.
"""

import collections
import datetime as dt
import uuid
from typing import Any

import msgspec

from orderloom.domain import codes
from orderloom.domain.orders.state import Text
from orderloom.kit import limits
from orderloom.queries import cursors
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What the list is narrowed to; a message is received, done, repeated, refused, quarantined,
    sent_again (another message repairs it) or discarded."""

    state: str = "quarantined"
    channel: str | None = None
    import_id: uuid.UUID | None = None
    reason: str | None = None
    external_no: str | None = None
    received_from: dt.datetime | None = None
    received_to: dt.datetime | None = None


class Row(msgspec.Struct):
    """A message without its text. `reason` is the refusal that put it aside, `told` that in words, `order_no` the order
    that has its number by now: another message, before or after it, brought that."""

    message_id: uuid.UUID
    channel: str
    external_no: str
    door: str
    received_at: dt.datetime
    state: str
    order_id: uuid.UUID | None
    import_id: uuid.UUID | None
    row_from: int | None
    row_count: int
    reason: dict[str, Any] | None
    order_no: str | None
    told: Text | None = None


class Facets(msgspec.Struct):
    """How many messages wait for each reason and in each channel, each counted as the other filters narrow it; the
    first `limits.FACET_ROWS_MAX` of them where it is `cut`. `told` says each reason in words."""

    channel: dict[str, int]
    reason: dict[str, int]
    told: dict[str, Text]
    rows: int
    cut: bool


class Try(msgspec.Struct):
    """A message among those that repair one another: what became of it, and who sent it again or gave it up."""

    message_id: uuid.UUID
    received_at: dt.datetime
    state: str
    became: str
    reason: dict[str, Any] | None
    order_id: uuid.UUID | None
    order_no: str | None
    actor: str | None
    at: dt.datetime | None
    told: Text | None = None


class Page(msgspec.Struct):
    """Rows, and the cursor of the page after them; None when there is none."""

    rows: list[Row]
    next: str | None


def page(
    connection: db.Connection, *, viewer: Viewer, filters: Filters, cursor: str | None = None, count: int = 50
) -> Page:
    """A page of messages, the oldest first. Raises cursors.Unreadable."""
    after_at, after_id = cursors.read(cursor, (dt.datetime, uuid.UUID)) if cursor else (None, None)
    wanted = min(max(count, 1), limits.PAGE_ROWS_MAX)
    asked = {
        **msgspec.structs.asdict(filters),
        **viewer.scope,
        "after_at": after_at,
        "after_id": after_id,
        "count": wanted + 1,
    }
    found = [_row(row) for row in connection.execute(Q.page, asked, prepare=False).fetchall()]
    rows = found[:wanted]
    more = len(found) > wanted
    return Page(rows, cursors.write(rows[-1].received_at, rows[-1].message_id) if more else None)


def sealed(connection: db.Connection, *, viewer: Viewer, message_id: uuid.UUID) -> tuple[Row, bytes | None] | None:
    """One message with its sealed text (None once it is erased); None when there is none in scope."""
    found = connection.execute(Q.one, {"message_id": message_id, **viewer.scope}).fetchone()
    return (_row(found[:-1]), found[-1]) if found else None


def counts(connection: db.Connection, *, viewer: Viewer) -> list[tuple[str, str, int]]:
    """How many messages wait in quarantine: (channel, code of the reason, count), the most first."""
    return connection.execute(Q.counts, viewer.scope, prepare=False).fetchall()  # type: ignore[return-value]


def facets(connection: db.Connection, *, viewer: Viewer, filters: Filters) -> Facets:
    """What the list may be narrowed to, and how many messages that would leave."""
    by_channel, cut_channel = _looked(connection, viewer, msgspec.structs.replace(filters, channel=None))
    by_reason, cut_reason = _looked(connection, viewer, msgspec.structs.replace(filters, reason=None))
    reasons = {str((each.reason or {}).get("code", "")): each.told for each in by_reason}
    return Facets(
        channel=dict(collections.Counter(each.channel for each in by_channel).most_common()),
        reason=dict(collections.Counter(str((each.reason or {}).get("code", "")) for each in by_reason).most_common()),
        told={code: _plainly(code, said) for code, said in reasons.items()},
        rows=max(len(by_channel), len(by_reason)),
        cut=cut_channel or cut_reason,
    )


def _looked(connection: db.Connection, viewer: Viewer, filters: Filters) -> tuple[list[Row], bool]:
    """The first messages of the list, and whether there are more."""
    asked = {
        **msgspec.structs.asdict(filters), **viewer.scope, "after_at": None, "after_id": None,
        "count": limits.FACET_ROWS_MAX + 1,
    }  # fmt: skip
    found = [_row(row) for row in connection.execute(Q.page, asked, prepare=False).fetchall()]
    return found[: limits.FACET_ROWS_MAX], len(found) > limits.FACET_ROWS_MAX


def _plainly(code: str, said: Text | None) -> Text:
    """A reason without the values of one message: its text up to where the first would stand."""
    plain = codes.plain(code)
    return Text(plain["zh"], plain["en"]) if plain is not None else said or Text(code, code)


def tries(connection: db.Connection, *, viewer: Viewer, message_id: uuid.UUID) -> list[Try]:
    """The message with those that it repairs and those that repair it, the first first; none out of scope."""
    asked = {"message_id": message_id, "most": limits.MESSAGE_TRIES_MAX, **viewer.scope}
    found = [Try(*row) for row in connection.execute(Q.tries, asked).fetchall()]
    for each in found:
        each.told = told(each.reason) if each.reason is not None else None
    return found


def told(reason: dict[str, Any]) -> Text:
    """A reason as it is kept, in words."""
    code, data = str(reason.get("code") or ""), reason.get("data") or {}
    return Text(codes.text(code, data, "zh"), codes.text(code, data, "en"))


def _row(row: tuple[Any, ...]) -> Row:
    made = Row(*row)
    made.told = told(made.reason) if made.reason is not None else None
    return made
