"""The limit of the road: the rows that it wrote, written again byte for byte with nothing decided.

Each batch is one transaction: a COPY for each table that grew, and the same set-based updates of pools and accounts.
"""

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from orderloom.actions.hub import Hub
from orderloom.store import credit as credit_store
from orderloom.store import database as db
from orderloom.store import sql
from orderloom.store import stock as stock_store

Q = sql.load(__file__)

# What an order of the road leaves, in the order in which the road writes it.
TABLES = (
    "windows", "log", "heads", "inputs", "persons", "orders", "shipments", "reservations", "messages", "timers",
    "outbox",
)  # fmt: skip
# What the road changes in place; a run begins with them as they were built.
_CHANGED = ("stock_pools", "accounts")

# A binary COPY begins with 19 bytes of header and ends with a row of −1 fields (PostgreSQL, "COPY", binary format).
_HEADER_BYTES = 19
_TRAILER = b"\xff\xff"


class Batch(msgspec.Struct):
    """One transaction's rows by table, as bytes of COPY, and its changes of pools and accounts."""

    rows: dict[str, bytes]
    pools: dict[stock_store.PoolKey, stock_store.Deltas]
    accounts: dict[str, tuple[int, int, int]]


class Weight(msgspec.Struct):
    """How many rows tables hold, and their bytes as stored, compressed where PostgreSQL compresses."""

    rows: int
    bytes: int


class Replay(msgspec.Struct):
    """A job: write batches, the first of them off the clock. The answer is the number of batches on the clock."""

    batches: list[Batch]

    def prepare(self, hub: Hub) -> None:
        """Warm up with the first batch."""
        self._write(hub, self.batches.pop(0))

    def work(self, hub: Hub) -> int:
        """Write the rest."""
        for batch in self.batches:
            self._write(hub, batch)
        return len(self.batches)

    def _write(self, hub: Hub, batch: Batch) -> None:
        with hub.database.workspace(hub.workspace) as connection:
            for table, rows in batch.rows.items():
                write(connection, table, rows)
            stock_store.change_pools(connection, batch.pools)
            credit_store.change(connection, batch.accounts)


class Start(msgspec.Struct):
    """The rows that a run changes in place, as they were before any run."""

    rows: dict[str, bytes]


def weigh(hub: Hub) -> Weight:
    """All rows that the road has left so far."""
    rows = size = 0
    with hub.database.workspace(hub.workspace) as connection:
        for table in TABLES:
            found = connection.execute(Q.define("weigh", table=sql.Identifier(table))).fetchone()
            assert found is not None
            rows, size = rows + found[0], size + int(found[1])
    return Weight(rows, size)


def remember(hub: Hub) -> Start:
    """Keep what `rewind` brings back."""
    with hub.database.workspace(hub.workspace) as connection:
        return Start({table: _framed(_read(connection, table)) for table in _CHANGED})


def rewind(hub: Hub, start: Start) -> None:
    """Bring the workspace back to where it was: no order in it, nothing reserved, statistics fresh."""
    with hub.database.workspace(hub.workspace) as connection:
        tables = sql.joined([sql.Identifier(name) for name in (*TABLES, *_CHANGED)])
        connection.execute(Q.define("empty", tables=tables))
        for table, rows in start.rows.items():
            write(connection, table, rows)
    with hub.database.workspace(hub.workspace) as connection:
        connection.execute(Q.define("analyze", tables=sql.joined([sql.Identifier(name) for name in _CHANGED])))


def recorded(hub: Hub, *, batches: int) -> list[Batch]:
    """What the road wrote since the last `rewind`, in as many equal batches as it took."""
    with hub.database.workspace(hub.workspace) as connection:
        parts = {table: _parts(_read(connection, table), batches) for table in TABLES}
        reserved = _parts(connection.execute(Q.reserved).fetchall(), batches)
        charged = _parts(connection.execute(Q.charged).fetchall(), batches)
    return [
        Batch({table: _framed(parts[table][i]) for table in TABLES}, _pools(reserved[i]), _accounts(charged[i]))
        for i in range(batches)
    ]


def write(connection: db.Connection, table: str, rows: bytes) -> None:
    """Write rows that were read by COPY."""
    with connection.cursor() as cursor, cursor.copy(Q.define("copy_in", table=sql.Identifier(table))) as copy:
        copy.write(rows)


def _read(connection: db.Connection, table: str) -> list[bytes]:
    """A table's rows in the order in which they were written, each as COPY's bytes."""
    rows: list[bytes] = []
    columns = sql.joined([sql.Identifier(name) for (name,) in connection.execute(Q.columns, {"table": table})])
    statement = Q.define("copy_out", table=sql.Identifier(table), columns=columns)
    with connection.cursor() as cursor, cursor.copy(statement) as copy:
        for block in copy:
            row = bytes(block)
            if not rows and row.startswith(b"PGCOPY\n"):
                row = row[_HEADER_BYTES:]
            if row and row != _TRAILER:
                rows.append(row)
    return rows


def _framed(rows: Iterable[bytes]) -> bytes:
    return b"PGCOPY\n\xff\r\n\0" + bytes(8) + b"".join(rows) + _TRAILER


def _parts(rows: Sequence[Any], count: int) -> list[list[Any]]:
    cuts = [len(rows) * i // count for i in range(count + 1)]
    return [list(rows[start:end]) for start, end in itertools.pairwise(cuts)]


def _pools(reserved: Iterable[tuple[str, str, str, int]]) -> dict[stock_store.PoolKey, stock_store.Deltas]:
    deltas: dict[stock_store.PoolKey, stock_store.Deltas] = {}
    for sku, warehouse, pool, quantity in reserved:
        key = (sku, warehouse, pool)
        deltas[key] = (0, deltas.get(key, (0, 0))[1] + quantity)
    return deltas


def _accounts(charged: Iterable[tuple[str, int, int]]) -> dict[str, tuple[int, int, int]]:
    deltas: dict[str, tuple[int, int, int]] = {}
    for account, used, reserved in charged:
        before = deltas.get(account, (0, 0, 0))
        deltas[account] = (before[0] + used, before[1] + reserved, 0)
    return deltas
