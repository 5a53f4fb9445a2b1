"""Commands that broke the program; nothing is lost, someone looks."""

import datetime as dt

import msgspec

from orderloom.domain.orders import commands
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


def insert(connection: db.Connection, command: commands.OrderCommand, *, reason: str, at: dt.datetime) -> None:
    """Keep a command whole, under its own id."""
    encoded = msgspec.json.encode(command).decode()
    connection.execute(Q.insert, {"poisoned_id": command.command_id, "command": encoded, "reason": reason, "at": at})
