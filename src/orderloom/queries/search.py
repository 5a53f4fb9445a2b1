"""Search: one box for any part of a number, phone, tracking number or name, over the keys that the relay keeps.

Our own number, a channel's number and a shipment's number are found by their start in their own indexes, at once;
the rest within seconds, as soon as the relay has written the keys (`domain.search` says which).
"""

import datetime as dt
import uuid
from collections.abc import Callable

import msgspec

from orderloom.domain import search
from orderloom.kit import limits
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)

# A shipment's own number: it begins with its order's, and is found in the shipments.
_SHIPMENT = 6
_KINDS = {
    search.NUMBER: "order_no",
    search.EXTERNAL: "external_no",
    search.PHONE: "phone",
    search.TRACKING: "tracking_no",
    search.NAME: "name",
    _SHIPMENT: "shipment_no",
}


class Found(msgspec.Struct):
    """An order, and which of its fields the text is part of."""

    order_id: uuid.UUID
    order_no: str
    channel: str
    external_no: str
    stage: str
    held: bool
    customer_no: str
    province: str
    placed_at: dt.datetime
    currency: str
    total_minor: int
    matched: list[str] = []


def find(
    connection: db.Connection, *, viewer: Viewer, text: str, fingerprint: Callable[[str], bytes], count: int = 20
) -> list[Found]:
    """Orders that the text may mean, the newest first; none for a text of less than four characters but a name.

    `fingerprint` is the sealer's: the keys stand in the database only so.
    """
    wanted = min(max(count, 1), limits.SEARCH_FOUND_MAX)
    plain = search.folded(text)
    kinds: dict[uuid.UUID, set[int]] = {}
    if len(plain) >= search.CHARACTERS_MIN:
        for order_id, kind in connection.execute(Q.begun, _starts(text, wanted), prepare=False):
            kinds.setdefault(order_id, set()).add(kind)
    for each in search.wanted(text):
        for order_id in _keyed(connection, [search.token(each.kind, key, fingerprint) for key in each.keys]):
            kinds.setdefault(order_id, set()).add(each.kind % search.INSIDE)
    if not kinds:
        return []
    rows = connection.execute(Q.found, {"order_ids": list(kinds), **viewer.scope}, prepare=False).fetchall()
    told = [Found(*row) for row in rows]
    for each in told:
        each.matched = _told(kinds[each.order_id], plain, order_no=each.order_no, external_no=each.external_no)
    return [each for each in told if each.matched][:wanted]


def _keyed(connection: db.Connection, tokens: list[int]) -> list[uuid.UUID]:
    """Orders that have all of these tokens. What more have than are worth sorting is looked for in the newest alone."""
    asked = {"tokens": tokens, "count": limits.SEARCH_FOUND_MAX}
    found = connection.execute(Q.keyed, {**asked, "most": limits.SEARCH_MATCHES_MAX}, prepare=False).fetchall()
    if found and found[0][1]:
        newest = {**asked, "newest": limits.SEARCH_RECENT_MAX}
        found = connection.execute(Q.keyed_newest, newest, prepare=False).fetchall()
    return [row[0] for row in found]


def _starts(text: str, count: int) -> dict[str, object]:
    """Ranges of all that begins with the text, as typed, in capitals and in small letters."""
    plain = text.strip()
    starts = sorted({plain, plain.upper(), plain.lower()})
    return {"froms": starts, "tos": [start + chr(0x10FFFF) for start in starts], "count": count}


def _told(kinds: set[int], plain: str, *, order_no: str, external_no: str) -> list[str]:
    """The fields found by name; of numbers, keys only narrow the search, and the number itself decides."""
    texts = {search.NUMBER: search.folded(order_no), search.EXTERNAL: search.folded(external_no)}
    fits = [kind for kind in sorted(kinds) if kind not in texts or plain in texts[kind]]
    # Where the order's own number says it, its shipments say nothing more.
    return [_KINDS[kind] for kind in fits if kind != _SHIPMENT or search.NUMBER not in fits]
