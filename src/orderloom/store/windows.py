"""Windows: what stands together across orders, one locked row a key."""

import datetime as dt
from collections.abc import Collection, Sequence

import msgspec

from orderloom.domain import windows
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


def lock(connection: db.Connection, keys: Collection[str], *, now: dt.datetime) -> dict[str, windows.Window]:
    """The windows of these keys, made when first asked for, locked in key order."""
    if not keys:
        return {}
    found = connection.execute(Q.lock_windows, {"keys": sorted(keys), "now": now}).fetchall()
    return {key: msgspec.convert({"key": key, "entries": entries}, windows.Window) for key, entries in found}


def save(connection: db.Connection, changed: Sequence[windows.Window]) -> None:
    """Write windows that the batch added to."""
    if changed:
        entries = [msgspec.json.encode(each.entries).decode() for each in changed]
        connection.execute(Q.save_windows, {"keys": [each.key for each in changed], "entries": entries})
