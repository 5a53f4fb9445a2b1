"""Load: everything a batch may decide on, arrays in, rows locked in one global order.

The order of locks is windows, orders, accounts, stock pools, lots, each by key: what most batches share comes last,
here and at saving. Pools and accounts are locked only when a first try without locks was refused by the guards at
saving.
"""

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence

from orderloom.actions.hub import Hub
from orderloom.deciding.reference import Reference
from orderloom.deciding.state import State
from orderloom.domain.customers import Customer
from orderloom.domain.documents.versions import Published
from orderloom.domain.orders import commands
from orderloom.domain.orders.state import Order
from orderloom.store import credit as credit_store
from orderloom.store import database as db
from orderloom.store import documents as documents_store
from orderloom.store import facts
from orderloom.store import log as log_store
from orderloom.store import orders as orders_store
from orderloom.store import stock as stock_store
from orderloom.store import windows as windows_store


def load(
    connection: db.Connection,
    hub: Hub,
    asked: Sequence[commands.OrderCommand],
    *,
    now: dt.datetime,
    locked: bool,
    lots: bool = False,
) -> State:
    """The state that these commands may be decided on; `locked` takes shared rows for this batch alone, `lots` loads
    those of every SKU in every warehouse, for flows that release at once."""
    reference = hub.reference(connection)
    placed = [each for each in asked if isinstance(each, commands.Place)]
    external = orders_store.find_external(
        connection, {(each.received.channel, each.received.external_no) for each in placed}
    )
    order_ids = {each.order_id for each in asked if not isinstance(each, commands.Place)} | set(external.values())
    peeked = orders_store.peek(connection, order_ids)
    customers = facts.customers(
        connection, {each.received.customer_no for each in placed} | {customer_no for _, customer_no, _ in peeked}
    )
    keys = _window_keys(placed, customers) | {key for _, _, key in peeked if key}
    seen = windows_store.lock(connection, keys, now=now)
    orders = orders_store.lock(connection, order_ids)
    _keep_versions(connection, reference, orders.values(), asked)
    skus = _skus(placed, orders.values(), asked) | hub.gift_skus
    heads = log_store.lock_heads(connection, order_ids)
    lot_keys = _lot_keys(asked, orders)
    if lots:
        lot_keys |= {(sku, warehouse) for sku in skus for warehouse in reference.warehouses}
    accounts = credit_store.load(
        connection, {each.account for each in customers.values() if each.account}, now=now, locked=locked
    )
    return State(
        now=now,
        reference=reference,
        orders=orders,
        heads=heads,
        external=external,
        customers=customers,
        accounts=accounts,
        skus=facts.skus(connection, skus),
        pools=stock_store.pools(connection, skus, locked=locked),
        lots=stock_store.lots(connection, lot_keys),
        windows=seen,
        looked_up=frozenset(skus),
        lots_looked_up=frozenset(lot_keys),
    )


def _keep_versions(
    connection: db.Connection, reference: Reference, orders: Iterable[Order], asked: Iterable[commands.OrderCommand]
) -> None:
    """Runs go on by the version that they began with: read those that are in force no longer, once a snapshot."""
    flows = {run.run_id: run.flow for order in orders for run in order.runs}
    wanted = {(run.flow, run.version) for order in orders for run in order.runs}
    wanted.update(
        (flows[each.run_id], each.version)
        for each in asked
        if isinstance(each, commands.MoveFlow) and each.run_id in flows
    )
    missing = [each for each in wanted if reference.flows.plan(*each) is None]
    if missing:
        read = documents_store.versions(connection, [("flow", name, version) for name, version in missing])
        for each in read:
            reference.flows.keep(Published(each.name, each.version, each.content))


def _window_keys(placed: Iterable[commands.Place], customers: dict[str, Customer]) -> set[str]:
    keys: set[str] = set()
    for each in placed:
        key = each.received.consignee.address_key
        if not key:
            customer = customers.get(each.received.customer_no)
            key = customer.address.address_key if customer and customer.address else ""
        if key:
            keys.add(key)
    return keys


def _skus(
    placed: Iterable[commands.Place], orders: Iterable[Order], asked: Iterable[commands.OrderCommand]
) -> set[str]:
    skus = {line.sku for each in placed for line in each.received.lines}
    skus.update(line.sku for order in orders for line in order.lines)
    for each in asked:
        steps = each.steps if isinstance(each, commands.Together) else (each,)
        skus.update(line.sku for step in steps if isinstance(step, commands.Amend) for line in step.lines_set)
    return skus


def _lot_keys(asked: Iterable[commands.OrderCommand], orders: dict[uuid.UUID, Order]) -> set[tuple[str, str]]:
    """Lots matter from release on: to choose them, and to find again what was chosen."""
    keys: set[tuple[str, str]] = set()
    for command in asked:
        if isinstance(command, commands.ReleaseShipment) and (order := orders.get(command.order_id)) is not None:
            skus = {line.line_no: line.sku for line in order.lines}
            if (shipment := order.shipment(command.shipment_no)) is not None:
                keys.update((skus[line.line_no], shipment.warehouse) for line in shipment.lines if line.line_no in skus)
    return keys
