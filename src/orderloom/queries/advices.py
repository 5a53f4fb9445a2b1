"""How often advice is accepted, by rule: what tells whether a rule of the page is worth its place."""

import datetime as dt

import msgspec

from orderloom.kit import limits
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Share(msgspec.Struct):
    """One rule: its newest version that was shown, to how many orders, how many accepted, and the share of them."""

    rule: str
    version: int
    proposed: int
    accepted: int
    share: float


def shares(connection: db.Connection, *, viewer: Viewer, since: dt.datetime, until: dt.datetime) -> list[Share]:
    """Every rule whose advice was first shown from `since` (inclusive) to `until`, those shown most first."""
    asked = {"since": since, "until": until, "count": limits.PAGE_ROWS_MAX, **viewer.scope}
    return [
        Share(rule, version, proposed, accepted, round(accepted / proposed, 4))
        for rule, version, proposed, accepted in connection.execute(Q.shares, asked).fetchall()
    ]
