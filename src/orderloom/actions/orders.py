"""The verbs of orders: place, amend, cancel, hold, release, pay, split, retry."""

import datetime as dt
import uuid
from collections.abc import Collection, Mapping, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from orderloom.actions import numbers, order_fields, parties, transact
from orderloom.actions.hub import Hub
from orderloom.deciding.reference import Reference
from orderloom.deciding.work import Outcome
from orderloom.domain import prices
from orderloom.domain.catalogue import Sku
from orderloom.domain.channels import Channel
from orderloom.domain.mappings import drafts
from orderloom.domain.orders import commands, events, state
from orderloom.kit import limits, money
from orderloom.kit.refusals import Refused
from orderloom.store import drafts as drafts_store
from orderloom.store import facts, idempotency, messages

_ZERO, _ONE = Decimal(0), Decimal(1)


class Placing(msgspec.Struct):
    """A draft on its way to be an order, with what is saved beside it.

    `history` says that it was fulfilled before the hub was there, as every order of a channel of history is.
    """

    draft: drafts.Draft
    message: messages.Message | None = None
    once: idempotency.Once | None = None
    command_id: uuid.UUID | None = None
    history: bool = False


class Origin(msgspec.Struct, frozen=True):
    """Where commands come from: the channel, the door, who asks, and which system is trusted for it; `roles` are those
    of who asks, None where all are: the command line and the hub itself."""

    channel: str
    door: str
    actor: str
    source: str
    roles: frozenset[str] | None = None


def place(hub: Hub, placings: Sequence[Placing], *, origin: Origin, now: dt.datetime) -> list[Outcome | Refused]:
    """Take in orders; an outcome for each, in order. What cannot be an order at all is refused before it is asked."""
    prepared = prepare(hub, placings, origin=origin, now=now)
    done = iter(transact.run(hub, [each for each in prepared if not isinstance(each, Refused)], now=now))
    return [each if isinstance(each, Refused) else next(done) for each in prepared]


def prepare(
    hub: Hub, placings: Sequence[Placing], *, origin: Origin, now: dt.datetime
) -> list[transact.Asked | Refused]:
    """Turn drafts into commands: numbers taken, people sealed, quantities in base units, amounts in minor units."""
    return prepare_each(hub, [(each, origin) for each in placings], now=now)


def prepare_each(
    hub: Hub, placings: Sequence[tuple[Placing, Origin]], *, now: dt.datetime, numbered: bool = True
) -> list[transact.Asked | Refused]:
    """Turn drafts of different origins into commands, as `prepare` does; what is only to be shown takes no number."""
    with hub.database.glance(hub.workspace) as connection:
        reference = hub.reference(connection)
        stated = {line.sku for each, _ in placings for line in each.draft.lines if line.unit or line.quantity % 1}
        known = facts.skus(connection, stated)
        own = order_fields.read(hub, connection, reference, [(each.draft, origin.door) for each, origin in placings])
    day = now.astimezone(reference.zone).date()
    taken = [""] * len(placings)
    if numbered:
        taken = numbers.take(hub, len(placings), series=reference.settings.order_series, day=day)
    prepared: list[transact.Asked | Refused] = []
    for (placing, origin), order_no, fields in zip(placings, taken, own, strict=True):
        channel = reference.channels.get(origin.channel)
        if channel is None:
            prepared.append(Refused("channel.unknown", {"channel": origin.channel}))
        elif channel.paused:
            prepared.append(Refused("channel.paused", {"channel": origin.channel}))
        elif isinstance(fields, Refused):
            prepared.append(fields)
        else:
            placing = placing if fields is None else _with_own(placing, fields)
            asked = _asked(hub, placing, channel, reference, known, order_no=order_no, origin=origin, now=now)
            if fields is not None and isinstance(asked, transact.Asked):
                asked.persons.extend(fields.people)
            prepared.append(asked)
    return prepared


def _with_own(placing: Placing, own: order_fields.Own) -> Placing:
    """The placing with its own fields as they were read."""
    lines = [msgspec.structs.replace(each, custom=own.lines[each.line_no]) for each in placing.draft.lines]
    return msgspec.structs.replace(
        placing, draft=msgspec.structs.replace(placing.draft, custom=own.custom, lines=lines)
    )


def _asked(
    hub: Hub,
    placing: Placing,
    channel: Channel,
    reference: Reference,
    known: Mapping[str, Sku],
    *,
    order_no: str,
    origin: Origin,
    now: dt.datetime,
) -> transact.Asked | Refused:
    draft = placing.draft
    currency = draft.currency or channel.currency
    lines = lines_of(draft.lines, known, currency)
    if isinstance(lines, Refused):
        return lines
    consignee, sealed_consignee = parties.seal(hub, draft.consignee)
    same = parties.same(draft.buyer, draft.consignee)
    buyer, sealed_buyer = (consignee, None) if same else parties.seal(hub, draft.buyer)
    placed_at = draft.placed_at or now
    # A message that says nothing was paid is no history: its order still waits for its money.
    left = draft.standing is not None and draft.standing.stage in ("shipped", "delivered", "returned")
    history = (channel.history or placing.history or left) and draft.paid != 0
    received = events.OrderReceived(
        order_id=hub.ids.new(now),
        order_no=order_no,
        channel=channel.channel,
        external_no=draft.external_no or order_no,
        placed_at=placed_at,
        received_at=now,
        lines=lines,
        door=origin.door,
        kind=draft.kind,
        customer_no=draft.customer_no,
        buyer=parties.without_place(buyer),
        consignee=consignee,
        invoice=state.Invoice(draft.invoice.title, draft.invoice.tax_no, draft.invoice.kind),
        payment_method=draft.payment_method,
        currency=currency,
        requested_at=draft.requested_at,
        ship_by=draft.ship_by,
        notes=draft.notes,
        packing_request=draft.packing_request,
        carrier_requested=draft.carrier_requested,
        tags=draft.tags,
        custom=draft.custom,
        tax_included=draft.tax_included and channel.tax_included,
        priced_by="channel" if history else channel.priced_by,
        channel_tax_minor=_minor(draft.tax, currency),
        channel_discounts=discounts_of(draft, lines, currency),
        standing=draft.standing,
        channel_total_minor=_minor(draft.total, currency),
        channel_freight_minor=_minor(draft.freight, currency),
        history=history,
    )
    command = commands.Place(
        command_id=placing.command_id or hub.ids.new(now),
        actor=origin.actor,
        source=origin.source,
        at=placed_at,
        received=received,
        payments=_payments(draft, received, now),
        cancelled="channel" if draft.cancelled else "",
    )
    people = [each for each in (sealed_consignee, sealed_buyer) if each is not None]
    return transact.Asked(command, placing.message, people, placing.once)


def lines_of(stated: Sequence[drafts.Line], known: Mapping[str, Sku], currency: str) -> list[state.Line] | Refused:
    """Lines with whole base units and minor amounts; refuses a unit the SKU does not have, or a part of a base unit."""
    lines: list[state.Line] = []
    for line in stated:
        sku = known.get(line.sku)
        factor = sku.factor(line.unit) if sku and line.unit else _ONE
        if factor is None:
            return Refused("line.unknown_unit", {"line_no": line.line_no, "unit": line.unit, "sku": line.sku})
        units = line.quantity * factor
        # The bound comes first: an int of 1E+1000000 would fill the memory.
        if not units.is_finite() or abs(units) > limits.QUANTITY_MAX or units != (whole := int(units)):
            return Refused("line.bad_quantity", {"line_no": line.line_no, "quantity": str(line.quantity)})
        price = line.price if line.price is not None else _ZERO
        if line.amount is not None:
            amount = money.minor(line.amount, currency)
            if line.price is None and line.quantity:
                price = (line.amount / line.quantity).quantize(Decimal("0.000001"))
        else:
            amount = prices.amount_minor(price, line.quantity, currency)
        if line.discount:
            amount -= money.minor(line.discount, currency)
        lines.append(
            state.Line(
                line_no=line.line_no,
                sku=line.sku,
                quantity=whole,
                amount_minor=amount,
                price=price,
                unit=line.unit,
                unit_quantity=line.quantity if line.unit else None,
                name=line.name,
                gift=line.gift,
                main=line.main,
                custom=line.custom,
            )
        )
    return lines


def discounts_of(draft: drafts.Draft, lines: Sequence[state.Line], currency: str) -> list[state.Discount]:
    """What the channel took off, line by line and to the cent, each with who pays for it.

    What is said of the whole order is spread over the lines by their amounts.
    """
    if not draft.discounts and not any(line.discounts for line in draft.lines):
        return []
    made: dict[tuple[int, str], int] = {}
    for said, line in zip(draft.lines, lines, strict=True):
        for payer, amount in said.discounts.items():
            made[line.line_no, payer] = money.minor(amount, currency)
    for payer, amount in draft.discounts.items():
        parts = money.spread(money.minor(amount, currency), [max(line.amount_minor, 0) for line in lines])
        for line, part in zip(lines, parts, strict=True):
            made[line.line_no, payer] = made.get((line.line_no, payer), 0) + part
    return [state.Discount("channel", number, minor, payer) for (number, payer), minor in made.items() if minor]


def _minor(amount: Decimal | None, currency: str) -> int | None:
    return money.minor(amount, currency) if amount is not None else None


def _payments(draft: drafts.Draft, received: events.OrderReceived, now: dt.datetime) -> list[state.Payment]:
    """What the message says was paid and given back, under numbers made of the order's own, so that it counts once."""
    paid_at = draft.paid_at or draft.placed_at or now
    made: list[state.Payment] = []
    for kind, amount, sign in (("paid", draft.paid, 1), ("refunded", draft.refunded, -1)):
        if amount:
            minor = sign * money.minor(amount, received.currency)
            number = f"{received.channel}:{received.external_no}:{kind}"
            made.append(state.Payment(number, received.payment_method or "channel", minor, paid_at))
    return made


def resume(
    hub: Hub, draft_id: uuid.UUID, *, origin: Origin, now: dt.datetime, channels: Collection[str] | None = None
) -> Outcome | Refused:
    """Try a refused attempt again, as it was: after a grant, a deposit, or a change of the rule that refused it.

    `draft_id` is the refused outcome's `command_id`; the new outcome has one of its own. An attempt of a channel
    that is not among `channels` (None: all) is unknown. Refuses `draft.unknown`, `draft.resumed`.
    """
    with hub.database.workspace(hub.workspace) as connection:
        draft = drafts_store.lock(connection, draft_id)
        if draft is None:
            return Refused("draft.unknown", {"draft_id": str(draft_id)})
        if draft.order_id is not None:
            return Refused("draft.resumed", {"order_id": str(draft.order_id)})
    plain = hub.sealer.open(draft.sealed, aad=b"draft " + draft_id.bytes)
    command = msgspec.json.decode(plain, type=commands.Place)
    if channels is not None and command.received.channel not in channels:
        return Refused("draft.unknown", {"draft_id": str(draft_id)})
    command.command_id, command.actor, command.at = hub.ids.new(now), origin.actor, now
    command.received.received_at = now
    # The attempt's own order id makes a second resumption at the same time the same order.
    outcome = run(hub, [command], now=now)[0]
    if outcome.order_id is not None:
        with hub.database.workspace(hub.workspace) as connection:
            drafts_store.resume(connection, draft_id, order_id=outcome.order_id, at=now)
    return outcome


def amend(
    hub: Hub, order_id: uuid.UUID, *, origin: Origin, now: dt.datetime, change: Mapping[str, Any], reason: str
) -> Outcome:
    """Amend one order; `change` holds the fields of `commands.Amend` that say what changes."""
    command = commands.Amend(**_said(hub, origin, now), order_id=order_id, reason=reason, **change)
    custom = {name.removeprefix("custom."): value for name, value in command.changed.items() if name[:7] == "custom."}
    if not custom and not any(each.custom for each in command.lines_set):
        return ask(hub, command, now=now)
    own = order_fields.amended(hub, order_id, custom=custom, lines=command.lines_set)
    if isinstance(own, Refused):
        return Outcome(command.command_id, order_id, refused=own)
    if own is None:
        return ask(hub, command, now=now)
    command.changed = {**command.changed, **{f"custom.{name}": value for name, value in own.custom.items()}}
    command.lines_set = [msgspec.structs.replace(each, custom=own.lines[each.line_no]) for each in command.lines_set]
    return transact.run(hub, [transact.Asked(command, persons=own.people)], now=now)[0]


def cancel(hub: Hub, order_ids: Sequence[uuid.UUID], *, reason: str, origin: Origin, now: dt.datetime) -> list[Outcome]:
    """Cancel orders that have not left the house."""
    asked = [commands.Cancel(**_said(hub, origin, now), order_id=each, reason=reason) for each in order_ids]
    return run(hub, asked, now=now)


def hold(hub: Hub, order_id: uuid.UUID, *, hold: state.Hold, origin: Origin, now: dt.datetime) -> Outcome:
    """Put a hold on."""
    return ask(hub, commands.Hold(**_said(hub, origin, now), order_id=order_id, hold=hold), now=now)


def release(
    hub: Hub,
    order_id: uuid.UUID,
    *,
    code: str,
    line_no: int | None = None,
    reason: str,
    origin: Origin,
    now: dt.datetime,
) -> Outcome:
    """Take a hold off; what waited for it goes on."""
    command = commands.Release(**_said(hub, origin, now), order_id=order_id, code=code, line_no=line_no, reason=reason)
    return ask(hub, command, now=now)


def pay(hub: Hub, order_id: uuid.UUID, *, payment: state.Payment, origin: Origin, now: dt.datetime) -> Outcome:
    """Book money for an order."""
    return ask(hub, commands.Pay(**_said(hub, origin, now), order_id=order_id, payment=payment), now=now)


def split(
    hub: Hub,
    order_id: uuid.UUID,
    *,
    shipment_no: str,
    lines: list[state.ShipmentLine],
    origin: Origin,
    now: dt.datetime,
) -> Outcome:
    """Move units of a shipment into one of their own."""
    command = commands.Split(**_said(hub, origin, now), order_id=order_id, shipment_no=shipment_no, lines=lines)
    return ask(hub, command, now=now)


def retry(hub: Hub, order_ids: Sequence[uuid.UUID], *, origin: Origin, now: dt.datetime) -> list[Outcome]:
    """Decide again what orders still lack: stock that has come, credit that was granted."""
    return run(hub, [commands.Retry(**_said(hub, origin, now), order_id=each) for each in order_ids], now=now)


def ask(hub: Hub, command: commands.OrderCommand, *, now: dt.datetime) -> Outcome:
    """Carry out one command: a batch of one."""
    return run(hub, [command], now=now)[0]


def run(hub: Hub, asked: Sequence[commands.OrderCommand], *, now: dt.datetime) -> list[Outcome]:
    """Carry out commands as they are."""
    return transact.run(hub, [transact.Asked(each) for each in asked], now=now)


def _said(hub: Hub, origin: Origin, now: dt.datetime) -> dict[str, Any]:
    return {"command_id": hub.ids.new(now), "actor": origin.actor, "source": origin.source, "at": now}
