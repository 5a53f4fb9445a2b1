"""The verbs of stock: adjust, count, move. Each command is a stream of its own with one entry."""

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence

from orderloom.actions import transact
from orderloom.actions.hub import Hub
from orderloom.domain import log, stock
from orderloom.domain.orders import commands
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import log as log_store
from orderloom.store import stock as stock_store


def adjust(
    hub: Hub, adjustments: Sequence[stock.StockAdjusted], *, actor: str, source: str, now: dt.datetime
) -> list[Refused | None]:
    """Book units in and out of lots; None for each that was booked.

    Taking out more than a lot holds is refused; taking out what is reserved displaces the least important
    reservations (`count` does the same), because truth is never refused (decisions.md 11).
    """
    answers: list[Refused | None] = []
    for start in range(0, len(adjustments), limits.STOCK_ROWS_PER_BATCH):
        batch = adjustments[start : start + limits.STOCK_ROWS_PER_BATCH]
        answers.extend(_book(hub, batch, actor=actor, source=source, now=now))
    return answers


def _book(
    hub: Hub, batch: Sequence[stock.StockAdjusted], *, actor: str, source: str, now: dt.datetime
) -> list[Refused | None]:
    unfit = [_unfit(each) for each in batch]
    with hub.database.workspace(hub.workspace) as connection:
        known = hub.reference(connection).warehouses
        answers = [
            each
            or (None if one.warehouse in known else Refused("stock.unknown_warehouse", {"warehouse": one.warehouse}))
            for each, one in zip(unfit, batch, strict=True)
        ]
        booked = [one for one, answer in zip(batch, answers, strict=True) if answer is None]
        refused = _write(connection, hub, booked, actor=actor, source=source, now=now)
    late = iter(refused)
    return [next(late) if answer is None else answer for answer in answers]


def _unfit(one: stock.StockAdjusted) -> Refused | None:
    if one.quantity == 0 or abs(one.quantity) > limits.QUANTITY_MAX:
        return Refused("stock.bad_quantity", {"sku": one.sku, "quantity": one.quantity})
    if one.pool not in stock.POOLS:
        return Refused("stock.unknown_pool", {"pool": one.pool, "pools": list(stock.POOLS)})
    if not one.sku:
        return Refused("stock.no_sku", {})
    return None


def _write(
    connection: db.Connection, hub: Hub, batch: Sequence[stock.StockAdjusted], *, actor: str, source: str, now: dt.datetime
) -> list[Refused | None]:  # fmt: skip
    stock_store.open_pools(
        connection,
        {(one.sku, one.warehouse, one.pool): one.expected_at for one in batch if one.quantity > 0},
    )
    pools = stock_store.pools(connection, {one.sku for one in batch}, locked=True)
    keys = {(one.sku, one.warehouse) for one in batch if one.quantity < 0}
    held = {
        (lot.sku, lot.warehouse, lot.lot, lot.bin): lot.on_hand - lot.reserved
        for lots in stock_store.lots(connection, keys).values()
        for lot in lots
    }
    answers: list[Refused | None] = []
    booked: list[stock.StockAdjusted] = []
    for one in batch:
        pool = pools.get(one.sku, {}).get((one.warehouse, one.pool))
        key = (one.sku, one.warehouse, one.lot, one.bin)
        free = held.get(key, 0) if one.pool == "spot" else (pool.on_hand - pool.reserved if pool else 0)
        if one.quantity < 0 and (pool is None or free + one.quantity < 0):
            data = {"sku": one.sku, "warehouse": one.warehouse, "lot": one.lot, "free": free}
            answers.append(Refused("stock.lot_short", data))
            continue
        if one.quantity < 0:
            held[key] = free + one.quantity
        answers.append(None)
        booked.append(one)
    if booked:
        _displace(connection, hub, pools, booked, now=now)
        _append(connection, hub, booked, actor=actor, source=source, now=now)
    return answers


def _append(
    connection: db.Connection, hub: Hub, booked: Sequence[stock.StockAdjusted], *, actor: str, source: str, now: dt.datetime
) -> None:  # fmt: skip
    subject = hub.ids.new(now)
    revision = hub.reference(connection).version
    body = log.Body(at=now, actor=actor, source=source, revision=revision, events=list(booked))
    log_store.append(connection, [log.write(kind="stock", subject=subject, head=None, body=body, recorded_at=now)])
    pools: Counter[stock_store.PoolKey] = Counter()
    lots: Counter[stock_store.LotKey] = Counter()
    for one in booked:
        pools[one.sku, one.warehouse, one.pool] += one.quantity
        if one.pool == "spot":
            lots[one.sku, one.warehouse, one.lot, one.bin] += one.quantity
    stock_store.insert_movements(
        connection,
        [
            (one.sku, one.warehouse, one.pool, one.lot, one.bin, one.quantity, "adjusted", subject, 1 + i, now)
            for i, one in enumerate(booked)
        ],
    )
    stock_store.change_pools(connection, {key: (quantity, 0) for key, quantity in pools.items()})
    facts = {(one.sku, one.warehouse, one.lot, one.bin): one for one in booked if one.quantity > 0}
    stock_store.change_lots(connection, {key: (quantity, 0) for key, quantity in lots.items()}, facts=facts, at=now)


def _displace(
    connection: db.Connection,
    hub: Hub,
    pools: dict[str, dict[tuple[str, str], stock.Pool]],
    booked: Sequence[stock.StockAdjusted],
    *,
    now: dt.datetime,
) -> None:
    """Where less will be on hand than is promised, stop: the caller displaces first, then books again."""
    after: Counter[stock_store.PoolKey] = Counter()
    for one in booked:
        after[one.sku, one.warehouse, one.pool] += one.quantity
    short = {
        key: over
        for key, moved in after.items()
        if (pool := pools[key[0]][(key[1], key[2])]) and (over := pool.reserved - pool.on_hand - moved) > 0
    }
    if short:
        raise Displaced(short)


class Displaced(Exception):
    """Less is on hand than was promised; `short` says by how much, by pool."""

    def __init__(self, short: dict[stock_store.PoolKey, int]) -> None:
        super().__init__(str(short))
        self.short = short


__all__ = ["Displaced", "adjust", "commands", "transact", "uuid"]
