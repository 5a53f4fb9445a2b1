"""Rows of links, whatever they open: each kind has a table of its own, with its `minute` and the calls within it."""

import datetime as dt
import uuid
from typing import Literal

from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)

Table = Literal["form_links", "tracking_links"]


def knock(connection: db.Connection, table: Table, link_id: uuid.UUID, *, minute: dt.datetime, most: int) -> bool:
    """Count a call by a link; False when its minute is full."""
    asked = {"link_id": link_id, "minute": minute, "most": most}
    return connection.execute(Q.define("knock", links=sql.Identifier(table)), asked).fetchone() is not None
