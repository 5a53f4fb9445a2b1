"""How fast each messenger was used, shared by all processes."""

import datetime as dt
from collections.abc import Collection, Mapping

from orderloom.domain.messengers import Pace
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


def lock_paces(connection: db.Connection, names: Collection[str]) -> dict[str, Pace]:
    """The paces of these messengers, locked; new ones begin empty."""
    asked = {"names": sorted(names)}
    found = connection.execute(Q.lock_paces, asked).fetchall()
    if len(found) < len(asked["names"]):
        connection.execute(Q.open_paces, asked)
        found = connection.execute(Q.lock_paces, asked).fetchall()
    return {name: Pace(list(taken), blocked_until) for name, taken, blocked_until in found}


def keep_paces(connection: db.Connection, paces: Mapping[str, Pace]) -> None:
    """How these messengers, locked before, were used."""
    for name, pace in sorted(paces.items()):
        values = {"name": name, "taken": pace.taken, "blocked_until": pace.blocked_until}
        connection.execute(Q.keep_pace, values)


def block(connection: db.Connection, until: Mapping[str, dt.datetime]) -> None:
    """These messengers take nothing until these times."""
    names = sorted(until)
    connection.execute(Q.block, {"names": names, "untils": [until[name] for name in names]})
