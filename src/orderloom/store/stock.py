"""Stock rows: pools, lots, reservations, movements. The database's own checks are the last guard."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from orderloom.domain import stock
from orderloom.store import copying, sql
from orderloom.store import database as db

Q = sql.load(__file__)

PoolKey = tuple[str, str, str]  # SKU, warehouse, pool
LotKey = tuple[str, str, str, str]  # SKU, warehouse, lot, bin
ReservationKey = tuple[str, str, str, uuid.UUID, int]  # SKU, warehouse, pool, order, line
Deltas = tuple[int, int]  # on hand, reserved

_RESERVATION = ("text", "text", "text", "uuid", "int4", "int8")
_MOVEMENT = ("text", "text", "text", "text", "text", "int8", "text", "uuid", "int4", "timestamptz")


class Contended(Exception):
    """Another batch took what this one decided on; decide again on what is there now."""


def pools(
    connection: db.Connection, skus: Collection[str], *, locked: bool
) -> dict[str, dict[tuple[str, str], stock.Pool]]:
    """All pools of these SKUs by SKU, then (warehouse, pool)."""
    found: dict[str, dict[tuple[str, str], stock.Pool]] = {}
    if not skus:
        return found
    statement = Q.lock_pools if locked else Q.read_pools
    for row in connection.execute(statement, {"skus": list(skus)}).fetchall():
        found.setdefault(row[0], {})[(row[1], row[2])] = stock.Pool(*row)
    return found


def lots(connection: db.Connection, keys: Collection[tuple[str, str]]) -> dict[tuple[str, str], list[stock.Lot]]:
    """Lots of (SKU, warehouse), locked in key order."""
    found: dict[tuple[str, str], list[stock.Lot]] = {}
    if not keys:
        return found
    asked = {"skus": [key[0] for key in keys], "warehouses": [key[1] for key in keys]}
    for row in connection.execute(Q.lock_lots, asked).fetchall():
        found.setdefault((row[0], row[1]), []).append(stock.Lot(*row))
    return found


def open_pools(connection: db.Connection, new: Mapping[PoolKey, dt.datetime | None]) -> None:
    """Make pools that stock comes into for the first time; an expected time given is set."""
    if new:
        skus, warehouses, kinds = zip(*new, strict=True)
        connection.execute(
            Q.open_pools,
            {
                "skus": list(skus),
                "warehouses": list(warehouses),
                "pools": list(kinds),
                "expected_ats": list(new.values()),
            },
        )


def change_pools(connection: db.Connection, deltas: Mapping[PoolKey, Deltas]) -> None:
    """Add to pools in one statement. Raises Contended when a pool is gone, psycopg's CheckViolation when it would
    be oversold."""
    moved = {key: delta for key, delta in deltas.items() if delta != (0, 0)}
    if not moved:
        return
    keys = sorted(moved)
    cursor = connection.execute(
        Q.change_pools,
        {
            "skus": [key[0] for key in keys],
            "warehouses": [key[1] for key in keys],
            "pools": [key[2] for key in keys],
            "on_hands": [moved[key][0] for key in keys],
            "reserveds": [moved[key][1] for key in keys],
        },
    )
    if db.affected(connection, cursor) != len(keys):
        raise Contended


def change_lots(
    connection: db.Connection,
    deltas: Mapping[LotKey, Deltas],
    *,
    facts: Mapping[LotKey, stock.LotDates] = {},
    at: dt.datetime,
) -> None:
    """Add to lots. Units that come in may make their lot, with the dates that `facts` know; all else must find it."""
    growing = sorted(key for key, (on_hand, reserved) in deltas.items() if on_hand > 0 and reserved >= 0)
    moved = sorted(key for key, delta in deltas.items() if delta != (0, 0) and (delta[0] <= 0 or delta[1] < 0))
    for keys, statement in ((growing, Q.change_lots), (moved, Q.lower_lots)):
        if not keys:
            continue
        values: dict[str, Any] = {
            "skus": [key[0] for key in keys],
            "warehouses": [key[1] for key in keys],
            "lots": [key[2] for key in keys],
            "bins": [key[3] for key in keys],
            "on_hands": [deltas[key][0] for key in keys],
            "reserveds": [deltas[key][1] for key in keys],
        }
        if keys is growing:
            values["manufactured_ons"] = [facts[key].manufactured_on if key in facts else None for key in keys]
            values["expires_ons"] = [facts[key].expires_on if key in facts else None for key in keys]
            values["received_ats"] = [(facts[key].received_at if key in facts else None) or at for key in keys]
        cursor = connection.execute(statement, values)  # type: ignore[arg-type]
        if db.affected(connection, cursor) != len(keys):
            raise Contended


def insert_reservations(connection: db.Connection, new: Mapping[ReservationKey, int]) -> None:
    """Write reservations that are new."""
    if new:
        rows = ((*key, quantity) for key, quantity in new.items())
        copying.rows(connection, Q.copy_reservations, types=_RESERVATION, rows=rows)


def update_reservations(connection: db.Connection, changed: Mapping[ReservationKey, int]) -> None:
    """Write reservations whose quantity changed."""
    if changed:
        values = _columns(list(changed))
        connection.execute(Q.update_reservations, {**values, "quantities": list(changed.values())})


def delete_reservations(connection: db.Connection, gone: Sequence[ReservationKey]) -> None:
    """Delete reservations that are no more."""
    if gone:
        connection.execute(Q.delete_reservations, _columns(gone))


def _columns(keys: Sequence[ReservationKey]) -> dict[str, list[Any]]:
    skus, warehouses, kinds, order_ids, line_nos = zip(*keys, strict=True)
    return {
        "skus": list(skus),
        "warehouses": list(warehouses),
        "pools": list(kinds),
        "order_ids": list(order_ids),
        "line_nos": list(line_nos),
    }


def insert_movements(connection: db.Connection, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write movements: (SKU, warehouse, pool, lot, bin, quantity, kind, subject, n, recorded_at)."""
    if rows:
        copying.rows(connection, Q.copy_movements, types=_MOVEMENT, rows=rows)


def save_backorders(
    connection: db.Connection,
    *,
    gone: Sequence[tuple[str, uuid.UUID, int]],
    changed: Mapping[tuple[str, uuid.UUID, int], int],
) -> None:
    """Write what orders wait for: (SKU, order, line) that wait no more, and the units that others wait for."""
    if gone:
        skus, order_ids, line_nos = zip(*gone, strict=True)
        connection.execute(
            Q.delete_backorders, {"skus": list(skus), "order_ids": list(order_ids), "line_nos": list(line_nos)}
        )
    if changed:
        skus, order_ids, line_nos = zip(*changed, strict=True)
        values = {"skus": list(skus), "order_ids": list(order_ids), "line_nos": list(line_nos)}
        connection.execute(Q.upsert_backorders, {**values, "quantities": list(changed.values())})


def reserved_by(connection: db.Connection, key: PoolKey, *, count: int) -> list[tuple[uuid.UUID, int, int]]:
    """Open reservations (order, line, units) of a pool that a count may displace, the least important first."""
    asked = {"sku": key[0], "warehouse": key[1], "pool": key[2], "count": count}
    return connection.execute(Q.reserved_by, asked).fetchall()  # type: ignore[return-value]


def picked_from(connection: db.Connection, key: LotKey, *, count: int) -> list[tuple[uuid.UUID, str, int]]:
    """Shipments (order, shipment, units) whose picks stand on this lot and bin, the least important first."""
    asked = {"sku": key[0], "warehouse": key[1], "lot": key[2], "bin": key[3], "count": count}
    return connection.execute(Q.picked_from, asked).fetchall()  # type: ignore[return-value]
