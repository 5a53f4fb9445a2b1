"""A later message about a known order, as the steps that bring the order to what its channel now says."""

import datetime as dt
import uuid
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

import msgspec

from orderloom.actions import orders, parties
from orderloom.actions.hub import Hub
from orderloom.domain import restatements
from orderloom.domain.catalogue import Sku
from orderloom.domain.mappings import drafts
from orderloom.domain.orders import commands, settling, state
from orderloom.kit import money
from orderloom.kit.refusals import Refused
from orderloom.store import messages

Steps = list[commands.Amend | commands.Pay | commands.Cancel]


class Restated(msgspec.Struct):
    """What is to be done, and the persons whose text is sealed beside it.

    A cancellation comes `after` an amendment, as a command of its own: the amended order is priced once more before.
    """

    command: commands.Together
    persons: list[messages.Person] = []
    after: commands.Cancel | None = None


def restate(
    hub: Hub,
    order: state.Order,
    *,
    change: restatements.Change,
    draft: drafts.Draft,
    known: Mapping[str, Sku],
    said: Mapping[str, Any],
) -> Restated | Refused:
    """The command for what changed; `known` are the SKUs of its lines, `said` who asks and when (`commands.Command`).

    Refuses `order.already_cancelled` for an order that is said to live again, `order.already_shipped` for one that is
    said to be over and has left the house, and what `orders.lines_of` refuses.
    """
    if change.restored:
        return Refused("order.already_cancelled", {"order_no": order.order_no})
    if change.cancelled and settling.left_the_house(order):
        return Refused("order.already_shipped", {"order_no": order.order_no})
    steps: Steps = []
    persons: list[messages.Person] = []
    if change.discounts:
        now_off = orders.lines_of(draft.lines, known, order.currency)
        if isinstance(now_off, Refused):
            return now_off
        taken_off = orders.discounts_of(draft, now_off, order.currency)
        change.changed = {**change.changed, "channel_discounts": msgspec.to_builtins(taken_off)}
    amend = _amendment(hub, order, change, known, said)
    if isinstance(amend, Refused):
        return amend
    amendment, person = amend
    if person is not None:
        persons.append(person)
    if amendment is not None:
        steps.append(amendment)
    steps.extend(_payments(order, change, draft, said))
    after: commands.Cancel | None = None
    if change.cancelled and not order.cancelled:
        cancel = commands.Cancel(**said, order_id=order.order_id, reason="channel")
        if amendment is None:
            steps.append(cancel)
        else:
            after = msgspec.structs.replace(cancel, command_id=hub.ids.new(said["at"]))
    return Restated(commands.Together(**said, order_id=order.order_id, steps=steps), persons, after)


def _amendment(
    hub: Hub, order: state.Order, change: restatements.Change, known: Mapping[str, Sku], said: Mapping[str, Any]
) -> tuple[commands.Amend | None, messages.Person | None] | Refused:
    changed = dict(change.changed)
    said_now = {"total": change.total, "freight": change.freight, "tax": change.tax}
    for name, amount in ((f"channel_{part}_minor", amount) for part, amount in said_now.items()):
        if amount is not None:
            changed[name] = money.minor(amount, order.currency)
    lines = _lines(order, change, known)
    if isinstance(lines, Refused):
        return lines
    lines_set, removed = lines
    party, person = parties.seal(hub, change.consignee) if change.consignee is not None else (None, None)
    if not (changed or lines_set or removed or party is not None):
        return None, None
    amendment = commands.Amend(
        **said,
        order_id=order.order_id,
        changed=changed,
        lines_set=lines_set,
        lines_removed=removed,
        consignee=party,
        reason="channel",
    )
    return amendment, person


def _lines(
    order: state.Order, change: restatements.Change, known: Mapping[str, Sku]
) -> tuple[list[state.Line], list[int]] | Refused:
    """Each changed line laid on the order's own. Quantities move by the difference: what was taken off stays off."""
    free = {line.line_no: line for line in order.lines if line.gift_of is None}
    numbers = {line.line_no for line in order.lines}
    wanted: list[drafts.Line] = []
    removed: list[int] = []
    for each in change.lines:
        was = _own(free, each.before) if each.before is not None else None
        if was is not None:
            del free[was.line_no]
        if each.after is None:
            if was is not None:
                removed.append(was.line_no)
        elif was is None:
            if each.before is None:
                number = each.after.line_no if each.after.line_no not in numbers else max(numbers, default=0) + 1
                numbers.add(number)
                wanted.append(msgspec.structs.replace(each.after, line_no=number))
        else:
            assert each.before is not None
            moved = _moved(was, each.before, each.after)
            if moved.quantity > 0:
                wanted.append(moved)
            else:
                removed.append(was.line_no)
    made = orders.lines_of(wanted, known, order.currency)
    return made if isinstance(made, Refused) else (made, removed)


def _own(free: Mapping[int, state.Line], said: drafts.Line) -> state.Line | None:
    """The order's line that this was: of its SKU, at best of its number, price and quantity."""
    of_sku = [line for line in free.values() if line.sku == said.sku]
    return min(
        of_sku,
        key=lambda line: (
            line.line_no != said.line_no,
            line.price != (said.price or line.price),
            (line.unit_quantity or line.quantity) != said.quantity,
            line.line_no,
        ),
        default=None,
    )


def _moved(was: state.Line, before: drafts.Line, after: drafts.Line) -> drafts.Line:
    held = was.unit_quantity if was.unit_quantity is not None else Decimal(was.quantity)
    quantity = held + after.quantity - before.quantity
    if quantity == after.quantity or quantity <= 0:
        return msgspec.structs.replace(after, line_no=was.line_no, quantity=quantity)
    price = after.price if after.price is not None else (after.amount or Decimal(0)) / after.quantity
    return msgspec.structs.replace(after, line_no=was.line_no, quantity=quantity, price=price, amount=None)


def _payments(
    order: state.Order, change: restatements.Change, draft: drafts.Draft, said: Mapping[str, Any]
) -> list[commands.Pay]:
    """Money that came in or went back since, under numbers of their own."""
    paid_at: dt.datetime = draft.paid_at or draft.modified_at or said["at"]
    command_id: uuid.UUID = said["command_id"]
    steps: list[commands.Pay] = []
    for kind, amount, sign in (("paid", change.paid, 1), ("refunded", change.refunded, -1)):
        if amount:
            # The first payment has the number that it would have had, had it come with the order.
            known = any(each.payment_no.startswith(_number(order, kind)) for each in order.payments)
            number = f"{_number(order, kind)}:{command_id.hex}" if known else _number(order, kind)
            minor = sign * money.minor(amount, order.currency)
            payment = state.Payment(number, order.payment_method or "channel", minor, paid_at)
            steps.append(commands.Pay(**said, order_id=order.order_id, payment=payment))
    return steps


def _number(order: state.Order, kind: str) -> str:
    return f"{order.channel}:{order.external_no}:{kind}"
