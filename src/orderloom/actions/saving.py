"""Save: one append to the log, one write per table, in the global order of locks. All of it or nothing."""

import contextlib
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from orderloom.actions import asking
from orderloom.actions.batches import Asked
from orderloom.actions.hub import Hub
from orderloom.deciding import contexts
from orderloom.deciding.loop import Decided
from orderloom.deciding.state import State
from orderloom.deciding.work import Outcome, Rows, Touched, Work
from orderloom.domain import log
from orderloom.domain.orders import commands, events
from orderloom.kit import limits
from orderloom.rules import points
from orderloom.store import credit as credit_store
from orderloom.store import database as db
from orderloom.store import drafts as drafts_store
from orderloom.store import flows as flows_store
from orderloom.store import idempotency, messages
from orderloom.store import log as log_store
from orderloom.store import orders as orders_store
from orderloom.store import outbox as outbox_store
from orderloom.store import stock as stock_store
from orderloom.store import timers as timers_store
from orderloom.store import windows as windows_store

_EMPTY = Rows()
_FREEING = frozenset((events.OrderReleased, events.OrderCancelled, events.FlowFinished, events.FlowFailed))
_encode = msgspec.json.Encoder().encode


def save(connection: db.Connection, hub: Hub, asked: Sequence[Asked], decided: Decided, state: State) -> None:
    """Write what a batch decided. Raises Contended, or the database's own refusal, when another batch was faster."""
    touched = [each for each in decided.touched.values() if each.said]
    # A small batch waits for round trips more than for anything else: its statements go out one behind the other.
    lines = sum([len(each.order.lines) for each in touched])
    small = len(touched) <= limits.PIPELINED_ORDERS_MAX and lines <= limits.PIPELINED_LINES_MAX
    with db.pipelined(connection) if small else contextlib.nullcontext():
        _write(connection, hub, asked, decided, state, touched)


def _write(
    connection: db.Connection,
    hub: Hub,
    asked: Sequence[Asked],
    decided: Decided,
    state: State,
    touched: Sequence[Touched],
) -> None:
    windows_store.save(connection, [state.windows[key] for key in sorted(state.windows_changed)])
    entries = _save_log(connection, touched, state)
    new = [each for each in touched if each.was is None]
    changed = [each for each in touched if each.was is not None]
    messages.insert_persons(connection, [person for each in asked for person in each.persons])
    orders_store.insert(connection, [each.order for each in new])
    orders_store.update(connection, sorted((each.order for each in changed), key=lambda order: order.order_id))
    _save_shipments(connection, new, changed, state)
    taken = _save_stock(connection, touched, entries)
    _save_backorders(connection, touched)
    flows_store.save(connection, [flows_store.row(*each) for each in state.flowing.kept], at=state.now)
    _save_rest(connection, hub, asked, decided, state)
    _save_outgoing(connection, hub, decided, entries, state)
    _save_approvals(connection, hub, asked, decided, state)
    # Rows that other batches want too are changed last, so that they wait for our commit only, not for our rows.
    _save_accounts(connection, touched, state)
    stock_store.change_pools(connection, taken.pools)
    stock_store.change_lots(connection, taken.lots, at=state.now)


def _save_approvals(
    connection: db.Connection, hub: Hub, asked: Sequence[Asked], decided: Decided, state: State
) -> None:
    """Open what orders need leave for, and end what nobody need decide any more."""
    moves = asking.opened(hub, decided.askings, now=state.now)
    freed = [each.order for each in decided.touched.values() if any(type(event) in _FREEING for event in each.said)]
    if freed:
        own = [asking.key(each.command) for each in asked]
        moves.extend(asking.lapsed(connection, freed, own=own, now=state.now))
    asking.write(connection, hub, moves, revision=state.reference.version, now=state.now, first=len(decided.touched))


def _save_log(connection: db.Connection, touched: Sequence[Touched], state: State) -> dict[uuid.UUID, log.Entry]:
    """Write each order's entry; returns them by subject."""
    entries: dict[uuid.UUID, log.Entry] = {}
    inputs: list[tuple[uuid.UUID, int, bytes]] = []
    revision = state.reference.version
    shape_id = contexts.of(state.reference).shape_id
    for each in touched:
        subject = each.order.order_id
        was = each.was.stage if each.was else ""
        body = log.Body(
            at=each.at,
            actor=each.actor,
            source=each.source,
            revision=revision,
            events=each.said,
            why=each.why,
            moved=(was, each.order.stage) if was != each.order.stage else None,
        )
        entry = log.write(
            kind="order", subject=subject, head=state.heads.get(subject), body=body, recorded_at=state.now
        )
        entries[subject] = entry
        if each.inputs:
            inputs.append((subject, entry.n, _encode([each.inputs.get(stage) for stage in points.STAGES])))
    log_store.append(connection, list(entries.values()))
    log_store.keep_inputs(connection, inputs, revision=revision, shape_id=shape_id, recorded_at=state.now)
    return entries


def _save_accounts(connection: db.Connection, touched: Sequence[Touched], state: State) -> None:
    deltas: dict[str, tuple[int, int, int]] = {}
    for each in touched:
        order, was = each.order, each.was or _EMPTY
        if not order.account:
            continue
        used, reserved, grants = deltas.get(order.account, (0, 0, 0))
        account = state.accounts.get(order.account)
        granted = account.granted(state.now, order.order_no) if account else 0
        deltas[order.account] = (
            used + order.credit_used_minor - was.credit_used_minor,
            reserved + order.credit_reserved_minor - was.credit_reserved_minor,
            max(grants, granted),
        )
    credit_store.change(connection, deltas)


def _save_shipments(
    connection: db.Connection, new: Sequence[Touched], changed: Sequence[Touched], state: State
) -> None:
    inserted = [row for each in new for row in _shipments(each, state)]
    orders_store.insert_shipments(connection, inserted)
    orders_store.upsert_shipments(connection, [row for each in changed for row in _shipments(each, state)])


def _shipments(each: Touched, state: State) -> list[orders_store.ShipmentRow]:
    was = each.was.shipments if each.was else {}
    return [
        (number, each.order.order_id, warehouse, stage, carrier, state.now, cost)
        for number, (warehouse, stage, carrier, cost) in each.rows.shipments.items()
        if was.get(number) != (warehouse, stage, carrier, cost)
    ]


class _Taken(msgspec.Struct):
    """What a batch changes of pools and lots."""

    pools: dict[stock_store.PoolKey, stock_store.Deltas] = {}
    lots: dict[stock_store.LotKey, stock_store.Deltas] = {}


def _save_stock(connection: db.Connection, touched: Sequence[Touched], entries: dict[uuid.UUID, log.Entry]) -> _Taken:
    """Write the orders' own rows of stock; returns what they change of the rows that orders share."""
    taken = _Taken()
    pools, lots = taken.pools, taken.lots
    inserted: dict[stock_store.ReservationKey, int] = {}
    updated: dict[stock_store.ReservationKey, int] = {}
    deleted: list[stock_store.ReservationKey] = []
    movements: list[tuple[Any, ...]] = []
    for each in touched:
        was, now = each.was or _EMPTY, each.rows
        order_id = each.order.order_id
        for key in was.reserved.keys() | now.reserved.keys():
            before, after = was.reserved.get(key, 0), now.reserved.get(key, 0)
            if before == after:
                continue
            sku, warehouse, pool, line_no = key
            _add(pools, (sku, warehouse, pool), reserved=after - before)
            full = (sku, warehouse, pool, order_id, line_no)
            if not before:
                inserted[full] = after
            elif after:
                updated[full] = after
            else:
                deleted.append(full)
        for lot_key in was.lots.keys() | now.lots.keys():
            _add(lots, lot_key, reserved=now.lots.get(lot_key, 0) - was.lots.get(lot_key, 0))
        _shipped(each, entries[order_id], pools, lots, movements)
    stock_store.delete_reservations(connection, deleted)
    stock_store.update_reservations(connection, updated)
    stock_store.insert_reservations(connection, inserted)
    stock_store.insert_movements(connection, movements)
    return taken


def _shipped(
    each: Touched,
    entry: log.Entry,
    pools: dict[stock_store.PoolKey, stock_store.Deltas],
    lots: dict[stock_store.LotKey, stock_store.Deltas],
    movements: list[tuple[Any, ...]],
) -> None:
    """Units that left the house in this entry: out of their lot, out of their pool, and on the ledger."""
    for i, event in enumerate(each.said):
        if not isinstance(event, events.ShipmentShipped):
            continue
        shipment = each.order.shipment(event.shipment_no)
        assert shipment is not None
        for pick in event.items:
            _add(pools, (pick.sku, shipment.warehouse, shipment.pool), on_hand=-pick.quantity)
            _add(lots, (pick.sku, shipment.warehouse, pick.lot, pick.bin), on_hand=-pick.quantity)
            movements.append(
                (pick.sku, shipment.warehouse, shipment.pool, pick.lot, pick.bin, -pick.quantity, "shipped",
                 each.order.order_id, entry.n + i, entry.recorded_at)
            )  # fmt: skip


def _save_backorders(connection: db.Connection, touched: Sequence[Touched]) -> None:
    gone: list[tuple[str, uuid.UUID, int]] = []
    changed: dict[tuple[str, uuid.UUID, int], int] = {}
    for each in touched:
        was = each.was.backordered if each.was else {}
        now = each.rows.backordered
        order_id = each.order.order_id
        gone.extend((sku, order_id, line_no) for sku, line_no in was.keys() - now.keys())
        changed.update({(sku, order_id, line_no): units for (sku, line_no), units in now.items()
                        if was.get((sku, line_no)) != units})  # fmt: skip
    stock_store.save_backorders(connection, gone=sorted(gone), changed=dict(sorted(changed.items())))


def _add(deltas: dict[Any, tuple[int, int]], key: Any, *, on_hand: int = 0, reserved: int = 0) -> None:
    held, promised = deltas.get(key, (0, 0))
    deltas[key] = (held + on_hand, promised + reserved)


def _save_rest(connection: db.Connection, hub: Hub, asked: Sequence[Asked], decided: Decided, state: State) -> None:
    kept: list[messages.Message] = []
    answers: list[tuple[idempotency.Once, bytes]] = []
    for each in asked:
        outcome = decided.outcomes[each.command.command_id]
        if each.message is not None:
            message = each.message
            message.order_id = outcome.order_id
            message.state, message.reason = "done", None
            message.became, message.order_n = _became(each.command, outcome, decided)
            if outcome.refused is not None:
                message.state, message.became = "quarantined", ""
                message.reason = msgspec.to_builtins(outcome.refused)
            elif outcome.repeated and isinstance(each.command, commands.Place):
                message.state = "repeated"
            kept.append(message)
        if each.once is not None:
            answers.append((each.once, msgspec.json.encode(outcome)))
    messages.insert(connection, kept)
    drafts_store.insert(connection, [_draft(hub, work) for work in decided.refused if _resumable(work)], at=state.now)
    idempotency.keep(connection, answers, now=state.now)


def _became(command: commands.OrderCommand, outcome: Outcome, decided: Decided) -> tuple[str, int]:
    """What a message's rows are in now, and the last event of its order."""
    touched = decided.touched.get(outcome.order_id) if outcome.order_id else None
    if isinstance(command, commands.Place):
        return "order", touched.order.n if touched else 0
    steps = command.steps if isinstance(command, commands.Together) else [command]
    only_cancels = all(isinstance(step, commands.Cancel) for step in steps)
    return "cancellation" if only_cancels else "amendment", touched.order.n if touched else 0


def _save_outgoing(
    connection: db.Connection, hub: Hub, decided: Decided, entries: dict[uuid.UUID, log.Entry], state: State
) -> None:
    timers_store.insert(
        connection,
        [
            timers_store.Timer(each.due_at, hub.ids.new(state.now), each.kind, each.subject, each.data)
            for each in decided.timers
        ],
    )
    # The number is that of the order's entry, so that rows of one order leave in the order in which it was decided,
    # whichever process decided and whatever its clock said.
    numbers = {str(subject): entry.n for subject, entry in entries.items()}
    outbox_store.insert(
        connection,
        [
            outbox_store.Row(
                outbox_id=hub.ids.new(state.now),
                topic=each.topic,
                subject=each.subject,
                number=numbers.get(each.subject, 0),
                key=each.key,
                payload=each.payload,
                due_at=state.now,
            )
            for each in decided.outgoing
        ],
    )


def _resumable(work: Work) -> bool:
    """A person waited, and a rule or the credit refused: with a correction or a grant the same attempt may pass."""
    return isinstance(work.command, commands.Place) and work.waits


def _draft(hub: Hub, work: Work) -> drafts_store.Draft:
    command = work.command
    assert isinstance(command, commands.Place)
    sealed = hub.sealer.seal(msgspec.json.encode(command), aad=b"draft " + command.command_id.bytes)
    received = command.received
    return drafts_store.Draft(
        command.command_id, received.door, received.customer_no, sealed, msgspec.to_builtins(work.refused)
    )
