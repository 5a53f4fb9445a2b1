"""The loop: a batch of commands over an in-memory state, stage by stage, until nothing more follows.

`actions.transact` and `trials` both call `decide`; there is no second loop anywhere. Each stage asks the
rules once for the whole batch, then decides each order over the state so far, the most urgent first.
"""

import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from orderloom.deciding import carriers, door, flows, pages, reactions, supply
from orderloom.deciding.state import Missing, Outgoing, State, Timer
from orderloom.deciding.work import Outcome, Touched, Work, rows
from orderloom.domain import approvals, fold, log, shipments
from orderloom.domain.orders import commands, events, state, surgery
from orderloom.kit import limits
from orderloom.kit.refusals import Refused


class Decided(msgspec.Struct):
    """All that a batch comes to: an outcome per command, and what has to be saved for them together."""

    outcomes: dict[uuid.UUID, Outcome]
    touched: dict[uuid.UUID, Touched]
    outgoing: list[Outgoing]
    timers: list[Timer]
    refused: list[Work]
    askings: list[approvals.Asking] = []


class TooManyRounds(Exception):
    """Reactions did not come to rest within the bound."""


def decide(asked: Sequence[commands.OrderCommand], state_: State) -> Decided:
    """Decide a batch. Commands on one order are taken in their order; different orders by urgency."""
    decided = Decided({}, {}, [], [], [])
    queue = list(asked)
    rounds = 0
    given: set[uuid.UUID] = set()
    reacted: set[uuid.UUID] = set()
    while queue:
        wave, later = _wave(queue, state_)
        following = _decide_wave(wave, state_, decided)
        # Rounds count while reactions follow from reactions; another command of the batch begins anew.
        rounds = rounds if any(each.command_id in given for each in wave) else 0
        if following:
            rounds += 1
            if rounds > limits.REACTION_ROUNDS_MAX:
                raise TooManyRounds
        given = {each.command_id for each in following}
        reacted |= {each.order_id for each in following if not isinstance(each, commands.Place)}
        queue = [*following, *later]
    flows.close(decided.touched, state_)
    _come_to_rest(decided, reacted)
    decided.outgoing.extend(state_.flowing.outgoing)
    decided.timers.extend(state_.flowing.timers)
    decided.askings.extend(state_.flowing.askings)
    return decided


def _come_to_rest(decided: Decided, reacted: set[uuid.UUID]) -> None:
    """Who asked hears of the order as the transaction leaves it, with what its flows did: a hold that they set, a stage
    that it left."""
    if not reacted:
        return
    for each in decided.outcomes.values():
        touched = decided.touched.get(each.order_id) if each.order_id is not None else None
        if touched is not None and each.order_id in reacted:
            each.stage, each.total_minor = touched.order.stage, touched.order.total_minor
            each.holds = [hold.code for hold in touched.order.holds]


def _wave(
    queue: Sequence[commands.OrderCommand], state_: State
) -> tuple[list[commands.OrderCommand], list[commands.OrderCommand]]:
    """The first command of each order, and the rest. Orders not yet placed are told apart by their external number."""
    seen: set[Any] = set()
    wave: list[commands.OrderCommand] = []
    later: list[commands.OrderCommand] = []
    for command in queue:
        key: Any
        if isinstance(command, commands.Place):
            external = (command.received.channel, command.received.external_no)
            key = state_.external.get(external, external)
        else:
            key = command.order_id
        (later if key in seen else wave).append(command)
        seen.add(key)
    return wave, later


def _decide_wave(wave: Sequence[commands.OrderCommand], state_: State, decided: Decided) -> list[commands.OrderCommand]:
    works = [_open(command, state_, decided) for command in wave]
    if state_.reference.flows.thresholds:
        for work in works:
            flows.look(work, state_)
    stood = {work.subject: work.order.stage_n for work in works if work.order is not None}
    for work in works:
        if work.refused is None and not work.repeated:
            _apply(work, state_)
    at_door = [work for work in works if work.settles and work.refused is None]
    stays = [work.order.stage_n if work.order else 0 for work in at_door]
    door.decide(at_door, state_)
    settling = sorted((work for work in at_door if work.refused is None), key=_urgency)
    supply.decide(settling, state_)
    was = dict(zip((work.subject for work in at_door), stays, strict=True))
    supply.ship([work for work in settling if work.refused is None], state_, was=was)
    scanned = [work for work in works if isinstance(work.command, commands.Confirm | commands.Revert) and work.said]
    if scanned:
        supply.watch(scanned, state_, was=stood)
    following: list[commands.OrderCommand] = []
    for work in works:
        if not work.repeated:
            following.extend(reactions.react(work, state_))
        _close(work, state_, decided)
    return following


def _urgency(work: Work) -> tuple[int, Any, str]:
    order = work.order
    assert order is not None
    return (order.priority, order.received_at, order.order_no)


def _open(command: commands.OrderCommand, state_: State, decided: Decided) -> Work:
    work = Work(command)
    if isinstance(command, commands.Place):
        known = state_.external.get((command.received.channel, command.received.external_no))
        if known is not None:
            work.order, work.existed, work.repeated = state_.orders.get(known), True, True
        else:
            work.settles = True
        return work
    work.order = state_.orders.get(command.order_id)
    work.existed = True
    if work.order is None:
        work.refused = Refused("order.unknown", {"order_id": str(command.order_id)})
    elif command.order_id not in decided.touched:
        decided.touched[command.order_id] = Touched(work.order, rows(work.order))
    return work


def _apply(work: Work, state_: State) -> None:
    """What the command itself says, before anything is settled anew."""
    command, order = work.command, work.order
    if isinstance(command, commands.Place):
        return
    assert order is not None
    if isinstance(command, commands.SwitchCarrier):
        _switch(work, state_)
        return
    said = _decider(command, order, state_)
    if isinstance(said, Refused):
        work.refused = said
        return
    _move(said, order, state_)
    work.say(*(pages.owned(said, work, state_) if isinstance(command, commands.Hold) else said))
    settles = isinstance(
        command,
        commands.Retry
        | commands.Amend
        | commands.Release
        | commands.ExpireHold
        | commands.Pay
        | commands.Displace
        | commands.Together,
    )
    work.settles = settles and (bool(said) or isinstance(command, commands.Retry)) and not order.cancelled


def _switch(work: Work, state_: State) -> None:
    """Another carrier, and the time that is promised with it."""
    assert work.order is not None
    work.customer = state_.customers.get(work.order.customer_no)
    supply.locate(work, state_)
    said = carriers.switch(work, state_)
    if isinstance(said, Refused):
        work.refused = said
    elif said:
        work.say(*said)
        supply.promise(work, state_)


def _decider(command: commands.OrderCommand, order: state.Order, state_: State) -> list[events.OrderEvent] | Refused:
    match command:
        case commands.Retry():
            return []
        case commands.Amend():
            return surgery.amend(order, command)
        case commands.Cancel():
            return surgery.cancel(order, command)
        case commands.Hold():
            return surgery.hold(order, command)
        case commands.Release() | commands.ExpireHold():
            return surgery.release(order, command)
        case commands.Pay():
            return surgery.pay(order, command)
        case commands.Split():
            return surgery.split(order, command)
        case commands.Together():
            return surgery.together(order, command)
        case commands.Displace():
            return surgery.displace(order, command)
        case commands.PassLimit():
            return list(surgery.pass_limit(order, command))
        case commands.RecordReceipt():
            return [events.ReceiptSent(command.channel)]
        case commands.Identify():
            return surgery.identify(order, command)
        case commands.ReleaseShipment() | commands.Confirm() | commands.Revert():
            return _shipment(command, order, state_)
        case commands.Grade():
            return surgery.grade(order, command)
        case commands.StartFlow() | commands.ResumeFlow() | commands.EndFlow() | commands.MoveFlow():
            return []  # What a run says is known when the batch has come to rest.
    raise AssertionError(f"no decider for {type(command).__name__}")


def _shipment(
    command: commands.ReleaseShipment | commands.Confirm | commands.Revert, order: state.Order, state_: State
) -> list[events.OrderEvent] | Refused:
    shipment = order.shipment(command.shipment_no)
    if shipment is None:
        return Refused("shipment.unknown", {"shipment_no": command.shipment_no})
    if isinstance(command, commands.Revert):
        return shipments.revert(order, shipment, command, idle=flows.idle(order, command, state_), now=state_.now)
    if isinstance(command, commands.Confirm):
        reference, stage = state_.reference, command.confirmation.stage
        trust = shipments.Trust(reference.trusted_sources, reference.confirming_roles.get(stage, ""), command.roles)
        return shipments.confirm(order, shipment, command.confirmation, trust=trust, now=state_.now)
    skus = {line.sku for line in order.lines}
    known = state_.lots_looked_up
    numbers = {line.line_no: line.sku for line in order.lines}
    if known is not None and any(
        (numbers[line.line_no], shipment.warehouse) not in known for line in shipment.lines if line.line_no in numbers
    ):
        raise Missing(skus, lots=True)  # A flow releases what nobody asked to be released.
    return shipments.release(
        order,
        shipment,
        lots={sku: state_.lots.get((sku, shipment.warehouse), []) for sku in skus},
        fefo=frozenset(sku for sku in skus if (known := state_.skus.get(sku)) is not None and known.fefo),
        now=state_.now,
        today=state_.now.astimezone(state_.reference.zone).date(),
    )


def _move(said: Sequence[events.OrderEvent], order: state.Order, state_: State) -> None:
    """Let the shared state follow what an order said, so that the batch's next order sees it."""
    for event in said:
        match event:
            case events.StockReleased():
                state_.reserve(event.items, sign=-1)
            case events.CreditReleased():
                state_.charge(event.account, reserved_minor=-event.amount_minor)
            case events.CreditSettled():
                state_.charge(event.account, reserved_minor=-event.reserved_minor, used_minor=-event.used_minor)
            case events.CreditUsed():
                state_.charge(event.account, reserved_minor=-event.amount_minor, used_minor=event.amount_minor)
            case events.ShipmentReleased():
                shipment = order.shipment(event.shipment_no)
                for pick in event.picks:
                    for lot in state_.lots.get((pick.sku, shipment.warehouse if shipment else ""), ()):
                        if (lot.lot, lot.bin) == (pick.lot, pick.bin):
                            lot.reserved += pick.quantity
            case events.ShipmentShipped():
                shipment = order.shipment(event.shipment_no)
                if shipment is not None:
                    gone = fold.reserved_for(order, shipment)
                    state_.reserve(gone, sign=-1)
                    for item in gone:
                        if (pool := state_.pools.get(item.sku, {}).get((item.warehouse, item.pool))) is not None:
                            pool.on_hand -= item.quantity
            case _:
                pass


def _close(work: Work, state_: State, decided: Decided) -> None:
    command, order = work.command, work.order
    if work.refused is not None:
        decided.refused.append(work)
    elif work.said and order is not None:
        touched = decided.touched.get(order.order_id)
        if touched is None:
            touched = decided.touched[order.order_id] = Touched(order, None)
            state_.orders[order.order_id] = order
            state_.external[(order.channel, order.external_no)] = order.order_id
        touched.order = order
        touched.said.extend(work.said)
        touched.why.update(work.why)
        touched.inputs.update(work.inputs)
        # Who asked stands in the log, not the flow that added to it within the same transaction.
        if touched.at is None or not (command.source == "hub" and command.actor.startswith("flow:")):
            touched.actor, touched.source, touched.at = command.actor, command.source, command.at
        decided.outgoing.extend(work.outgoing)
        decided.timers.extend(work.timers)
        decided.askings.extend(work.askings)
    decided.outcomes[command.command_id] = outcome(work)


def outcome(work: Work) -> Outcome:
    """What the caller hears of one command."""
    order = work.order
    if order is None or (work.refused is not None and not work.existed):
        received = work.command.received if isinstance(work.command, commands.Place) else None
        return Outcome(
            work.command.command_id, external_no=received.external_no if received else "", refused=work.refused
        )
    return Outcome(
        command_id=work.command.command_id,
        order_id=order.order_id,
        order_no=order.order_no,
        external_no=order.external_no,
        stage=order.stage,
        repeated=work.repeated,
        refused=work.refused,
        events=log.names(work.said),
        holds=[hold.code for hold in order.holds],
        total_minor=order.total_minor,
        currency=order.currency,
    )
