"""Approvals: the inbox of a person and their roles, and one approval with its votes.

In scope is what the viewer is asked or asked for, and what is about orders of the viewer's channels.
"""

import datetime as dt
import uuid

import msgspec

from orderloom.domain import approvals
from orderloom.kit import limits
from orderloom.queries import cursors
from orderloom.queries.viewer import Viewer
from orderloom.store import approvals as approvals_store
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Shown(msgspec.Struct):
    """An approval as it stands; `kind` is what it grants, `asked` whose turn it is: "role:<name>", "person:<name>"."""

    kind: str
    asked: list[str]
    approval: approvals.Approval


class Page(msgspec.Struct):
    """Approvals, the oldest first, and the cursor of the page after them."""

    rows: list[Shown]
    next: str | None


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What the list is narrowed to: what waits for the viewer (`mine`), a state, a subject such as `order:<id>`."""

    mine: bool = False
    state: str | None = "open"
    subject: str | None = None


def page(
    connection: db.Connection,
    *,
    viewer: Viewer,
    roles: frozenset[str] = frozenset(),
    filters: Filters,
    cursor: str | None = None,
    count: int = 50,
) -> Page:
    """Approvals in scope of a viewer who holds these roles. Raises cursors.Unreadable."""
    after_at, after_id = cursors.read(cursor, (dt.datetime, uuid.UUID)) if cursor else (None, None)
    wanted = min(max(count, 1), limits.PAGE_ROWS_MAX)
    asked = {**msgspec.structs.asdict(filters), "approval_id": None, "after_at": after_at, "after_id": after_id}
    found = _read(connection, viewer, roles, {**asked, "count": wanted + 1})
    rows = found[:wanted]
    last = rows[-1].approval if rows else None
    more = last is not None and len(found) > wanted
    return Page(rows, cursors.write(last.asked_at, last.approval_id) if more and last is not None else None)


def one(
    connection: db.Connection, approval_id: uuid.UUID, *, viewer: Viewer, roles: frozenset[str] = frozenset()
) -> Shown | None:
    """One approval with its votes and delegations; None when there is none in scope."""
    asked = {"approval_id": approval_id, "mine": False, "state": None, "subject": None, "count": 1}
    found = _read(connection, viewer, roles, {**asked, "after_at": None, "after_id": None})
    return found[0] if found else None


def _read(connection: db.Connection, viewer: Viewer, roles: frozenset[str], asked: dict[str, object]) -> list[Shown]:
    values = {**asked, "person": viewer.name, "roles": sorted(roles), **viewer.scope}
    return [_shown(body) for _, body in connection.execute(Q.page, values, prepare=False).fetchall()]


def _shown(body: str) -> Shown:
    approval = approvals_store.decode(body)
    asked = sorted(f"{kind}:{name}" for kind, name in approvals.asked(approval))
    return Shown(approvals_store.kind(approval), asked, approval)
