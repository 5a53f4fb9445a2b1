"""Deliveries: what was handed over to webhooks and messengers, what waits and what was refused, with the reason.

A partner is told of orders of every channel, so its log is shown only to a viewer whose scope has all of them.
"""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any, LiteralString

import msgspec

from orderloom.domain.settings import Settings
from orderloom.kit import limits
from orderloom.queries import cursors
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Webhook(msgspec.Struct):
    """A subscribed URL and how it stands; its secret is never shown."""

    name: str
    url: str
    types: list[str]
    private: bool
    disabled: bool
    failing_since: dt.datetime | None
    waiting: int
    dead: int


class Messenger(msgspec.Struct):
    """A robot or mailbox and how it stands; its account is never shown."""

    name: str
    kind: str
    language: str
    waiting: int
    dead: int


class Route(msgspec.Struct):
    """Who is told by which messenger; `reached` is how many people it mentions or writes to."""

    audience: str
    messenger: str
    templates: list[str]
    reached: int


class Delivery(msgspec.Struct):
    """A message to a partner: `about` is the event's type or the template, `result` what the partner last said."""

    delivery_id: uuid.UUID
    key: str
    about: str
    state: str
    attempts: int
    due_at: dt.datetime
    done_at: dt.datetime | None
    result: dict[str, Any] | None
    body: dict[str, Any] | None = None


class Page(msgspec.Struct):
    """Deliveries, the newest first, and the cursor of the page after them."""

    rows: list[Delivery]
    next: str | None


def webhooks(connection: db.Connection, *, viewer: Viewer, settings: Settings) -> list[Webhook]:
    """The webhooks of the workspace; none for a viewer whose scope is limited."""
    if _limited(viewer):
        return []
    states = _states(connection, "webhook")
    return [
        Webhook(
            each.name, each.url, each.types, each.private, each.disabled,
            states.get((each.name, "waiting"), (0, None))[1] or states.get((each.name, "dead"), (0, None))[1],
            states.get((each.name, "waiting"), (0, None))[0], states.get((each.name, "dead"), (0, None))[0],
        )
        for each in settings.webhooks
    ]  # fmt: skip


def messengers(connection: db.Connection, *, viewer: Viewer, settings: Settings) -> list[Messenger]:
    """The messengers of the workspace; none for a viewer whose scope is limited."""
    if _limited(viewer):
        return []
    states = _states(connection, "messenger")
    return [
        Messenger(
            each.name, each.kind, each.language,
            states.get((each.name, "waiting"), (0, None))[0], states.get((each.name, "dead"), (0, None))[0],
        )
        for each in settings.messengers
    ]  # fmt: skip


def routes(*, viewer: Viewer, settings: Settings) -> list[Route]:
    """Who is told by which messenger; none for a viewer whose scope is limited."""
    if _limited(viewer):
        return []
    return [Route(each.audience, each.messenger, each.templates, each.reached) for each in settings.routes]


def of_webhook(
    connection: db.Connection,
    name: str,
    *,
    viewer: Viewer,
    states: Sequence[str] | None = None,
    cursor: str | None = None,
    count: int = 50,
) -> Page:
    """What was handed over to a webhook, with its body. Raises cursors.Unreadable."""
    return _page(connection, Q.of_webhook, name, viewer=viewer, states=states, cursor=cursor, count=count)


def of_messenger(
    connection: db.Connection,
    name: str,
    *,
    viewer: Viewer,
    states: Sequence[str] | None = None,
    cursor: str | None = None,
    count: int = 50,
) -> Page:
    """What was handed over to a messenger; the words stay sealed. Raises cursors.Unreadable."""
    return _page(connection, Q.of_messenger, name, viewer=viewer, states=states, cursor=cursor, count=count)


def _page(
    connection: db.Connection,
    statement: LiteralString,
    name: str,
    *,
    viewer: Viewer,
    states: Sequence[str] | None,
    cursor: str | None,
    count: int,
) -> Page:
    (after,) = cursors.read(cursor, (uuid.UUID,)) if cursor else (None,)
    if _limited(viewer):
        return Page([], None)
    wanted = min(max(count, 1), limits.PAGE_ROWS_MAX)
    asked = {"name": name, "states": list(states) if states else None, "after": after, "count": wanted + 1}
    found = [_delivery(row) for row in connection.execute(statement, asked, prepare=False).fetchall()]
    return Page(found[:wanted], cursors.write(found[wanted - 1].delivery_id) if len(found) > wanted else None)


def _delivery(row: tuple[Any, ...]) -> Delivery:
    *facts, payload = row
    outbox_id, key, state, attempts, due_at, done_at, result = facts
    body = payload.get("body")
    about = body.get("type", "") if isinstance(body, dict) else payload.get("template", "")
    return Delivery(outbox_id, key, about, state, attempts, due_at, done_at, result, body)


def _states(connection: db.Connection, topic: str) -> dict[tuple[str, str], tuple[int, dt.datetime | None]]:
    rows = connection.execute(Q.counts, {"topic": topic}).fetchall()
    return {(partner, state): (count, since) for partner, state, count, since in rows}


def _limited(viewer: Viewer) -> bool:
    return viewer.limited
