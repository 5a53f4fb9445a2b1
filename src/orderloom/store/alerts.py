"""Alerts: whose turn it is to look, and since when a figure has been where it must not be."""

import datetime as dt
from collections.abc import Sequence

import msgspec

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class State(msgspec.Struct):
    """A group of an alert's metric that is beyond the bound; `told_at` is when people heard of it last."""

    key: str
    since: dt.datetime
    told_at: dt.datetime | None
    value: float = 0.0


def claim(connection: db.Connection, alerts: Sequence[str], *, before: dt.datetime, now: dt.datetime) -> set[str]:
    """Those that nobody has looked at since `before`: they are the caller's for this turn."""
    rows = connection.execute(Q.claim, {"alerts": list(alerts), "before": before, "now": now}).fetchall()
    return {alert for (alert,) in rows}


def lock(connection: db.Connection, alert: str) -> dict[str, State]:
    """What is known of an alert's groups, locked."""
    return {row[0]: State(*row) for row in connection.execute(Q.lock, {"alert": alert})}


def keep(connection: db.Connection, alert: str, states: Sequence[State]) -> None:
    """These groups, and no others, are beyond the bound."""
    keys = [each.key for each in states]
    connection.execute(Q.clear, {"alert": alert, "keys": keys})
    if states:
        connection.execute(
            Q.keep,
            {
                "alert": alert,
                "keys": keys,
                "sinces": [each.since for each in states],
                "told_ats": [each.told_at for each in states],
                "values": [each.value for each in states],
            },
        )


def forget(connection: db.Connection, *, but: Sequence[str]) -> None:
    """Forget the states of all alerts but these."""
    connection.execute(Q.forget, {"alerts": list(but)})
