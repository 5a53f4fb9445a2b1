"""Copies: a workspace grown to any number of stored orders whose chains and rows are as valid as those they copy.

A few orders go through the real road and the real stages; each is then written again and again under other ids and
numbers, its hash chain worked out anew. Everything that a proof compares holds: log and fold, movements and stock,
reservations and pools, credit and accounts.
"""

import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from orderloom.actions import orders, shipments
from orderloom.actions.hub import Hub
from orderloom.bench import company
from orderloom.deciding import work
from orderloom.domain import log
from orderloom.domain.orders import state
from orderloom.kit import clock, limits
from orderloom.store import credit as credit_store
from orderloom.store import database as db
from orderloom.store import log as log_store
from orderloom.store import orders as orders_store
from orderloom.store import sql
from orderloom.store import stock as stock_store

Q = sql.load(__file__)

# Of ten templates so many have been delivered, shipped and cancelled; the rest wait in the warehouse.
_DELIVERED, _SHIPPED, _CANCELLED = 6, 1, 1
_STAGES = ("picked", "packed", "shipped", "delivered")
_COPIES_A_TRANSACTION = 500


class Template(msgspec.Struct):
    """An order to be copied: its state, its entries (n, body), its shipments' rows and its movements."""

    state: str
    entries: list[tuple[int, int, str]]
    shipments: list[tuple[Any, ...]]
    movements: list[tuple[Any, ...]]


class Copy(msgspec.Struct):
    """A job: write copies `first` … `first + count − 1` of the templates, in turn."""

    templates: list[Template]
    first: int
    count: int

    def prepare(self, hub: Hub) -> None:
        """Nothing is to be made ready."""

    def work(self, hub: Hub) -> int:
        """Write them."""
        last = self.first + self.count
        for start in range(self.first, last, _COPIES_A_TRANSACTION):
            numbers = range(start, min(start + _COPIES_A_TRANSACTION, last))
            with hub.database.workspace(hub.workspace) as connection:
                _write(connection, hub, [(n, self.templates[n % len(self.templates)]) for n in numbers])
        return self.count


def templates(hub: Hub, *, size: company.Size, count: int, seed: int) -> list[Template]:
    """Take orders through the road and on: most are delivered, as in any house that is older than a month."""
    origin = company.origin()
    drafts = company.drafts_for(size, count=count, seed=seed, now=clock.now())
    placed = orders.place(hub, [orders.Placing(draft) for draft in drafts], origin=origin, now=clock.now())
    ids = [each.order_id for each in placed if isinstance(each, orders.Outcome) and each.order_id is not None]
    assert len(ids) == count, "every template is placed"
    _advance(hub, [each for n, each in enumerate(ids) if n % 10 < _DELIVERED], stages=_STAGES)
    shipped = [each for n, each in enumerate(ids) if n % 10 in range(_DELIVERED, _DELIVERED + _SHIPPED)]
    _advance(hub, shipped, stages=_STAGES[:3])
    cancelled = [each for n, each in enumerate(ids) if n % 10 == _DELIVERED + _SHIPPED]
    for start in range(0, len(cancelled), limits.BATCH_ORDERS_MAX):
        part = cancelled[start : start + limits.BATCH_ORDERS_MAX]
        orders.cancel(hub, part, reason="bench", origin=origin, now=clock.now())
    with hub.database.workspace(hub.workspace) as connection:
        return [_template(connection, each) for each in ids]


def _advance(hub: Hub, ids: Sequence[uuid.UUID], *, stages: Sequence[str]) -> None:
    """Release the orders' shipments and confirm them stage by stage."""
    with hub.database.workspace(hub.workspace) as connection:
        numbers = [row[0] for row in connection.execute(Q.shipment_nos, {"order_ids": list(ids)}).fetchall()]
    origin = orders.Origin("web", "channel", "bench", "pda")
    for start in range(0, len(numbers), limits.BATCH_ORDERS_MAX):
        part = numbers[start : start + limits.BATCH_ORDERS_MAX]
        outcomes = shipments.release(hub, part, origin=origin, now=clock.now())
        for stage in stages:
            scans = [shipments.Scan(number, stage, clock.now(), "bench") for number in part]
            outcomes += shipments.confirm(hub, scans, origin=origin, now=clock.now())
        refused = [each for each in outcomes if not isinstance(each, orders.Outcome) or each.refused is not None]
        assert not refused, refused[0]


def _template(connection: db.Connection, order_id: uuid.UUID) -> Template:
    asked = {"order_id": order_id}
    [(kept,)] = connection.execute(Q.state, asked).fetchall()
    return Template(
        kept,
        connection.execute(Q.entries, asked).fetchall(),
        connection.execute(Q.shipments, asked).fetchall(),
        connection.execute(Q.movements, asked).fetchall(),
    )


class _Rows(msgspec.Struct):
    """What a transaction of copies writes."""

    entries: list[log.Entry] = []
    orders: list[state.Order] = []
    shipments: list[orders_store.ShipmentRow] = []
    reservations: dict[stock_store.ReservationKey, int] = {}
    movements: list[tuple[Any, ...]] = []
    on_hand: Counter[stock_store.PoolKey] = msgspec.field(default_factory=Counter)
    reserved: Counter[stock_store.PoolKey] = msgspec.field(default_factory=Counter)
    lots: Counter[stock_store.LotKey] = msgspec.field(default_factory=Counter)
    used: Counter[str] = msgspec.field(default_factory=Counter)
    carried: Counter[str] = msgspec.field(default_factory=Counter)


def _write(connection: db.Connection, hub: Hub, copies: Sequence[tuple[int, Template]]) -> None:
    rows = _Rows()
    for number, template in copies:
        _add(rows, hub, number, template)
    now = clock.now()
    log_store.append(connection, rows.entries)
    orders_store.insert(connection, rows.orders)
    orders_store.insert_shipments(connection, rows.shipments)
    stock_store.insert_reservations(connection, rows.reservations)
    stock_store.insert_movements(connection, rows.movements)
    accounts = {
        name: (rows.used[name], rows.carried[name], limits.AMOUNT_MINOR_MAX * 10)
        for name in rows.used.keys() | rows.carried.keys()
    }
    credit_store.change(connection, accounts)
    keys = rows.on_hand.keys() | rows.reserved.keys()
    stock_store.change_pools(connection, {key: (rows.on_hand[key], rows.reserved[key]) for key in keys})
    stock_store.change_lots(connection, {key: (units, 0) for key, units in rows.lots.items()}, facts={}, at=now)


def _add(rows: _Rows, hub: Hub, number: int, template: Template) -> None:
    now = clock.now()
    was = orders_store.decode(template.state)
    order_id = hub.ids.new(now)

    def renamed(text: str) -> str:
        for old, new in (
            (str(was.order_id), str(order_id)),
            (was.order_no, f"{was.order_no}C{number}"),
            (was.external_no, f"{was.external_no}C{number}"),
        ):
            text = text.replace(old, new)
        return text

    order = orders_store.decode(renamed(template.state))
    rows.orders.append(order)
    previous = log.GENESIS
    for n, count, body in template.entries:
        encoded = renamed(body).encode()
        previous = log.chain(previous, subject=order_id, n=n, body=encoded)
        rows.entries.append(log.Entry("order", order_id, n, count, now, encoded, previous))
    rows.shipments.extend((renamed(no), order_id, *rest) for no, *rest in template.shipments)  # type: ignore[misc]
    for (sku, warehouse, pool, line_no), units in work.rows(order).reserved.items():
        rows.reservations[sku, warehouse, pool, order_id, line_no] = units
        rows.reserved[sku, warehouse, pool] += units
    for sku, warehouse, pool, lot, bin_, units, kind, n in template.movements:
        rows.movements.append((sku, warehouse, pool, lot, bin_, units, kind, order_id, n, now))
        rows.on_hand[sku, warehouse, pool] += units
        rows.lots[sku, warehouse, lot, bin_] += units
    if order.account:
        rows.used[order.account] += order.credit_used_minor
        rows.carried[order.account] += order.credit_reserved_minor
