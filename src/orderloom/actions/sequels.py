"""Sequels: orders placed one by one whose number is in the house with another content go the way of channel messages.

So an order ends the same whatever door its messages came by: what its channel changed is changed, or refused.
"""

import datetime as dt
import itertools
from collections.abc import Sequence

import msgspec

from orderloom.actions import intake, messages, orders
from orderloom.actions.hub import Hub
from orderloom.deciding.work import Outcome
from orderloom.domain import restatements
from orderloom.domain.mappings import drafts
from orderloom.domain.orders import state
from orderloom.kit import sealing
from orderloom.store import database as db
from orderloom.store import idempotency
from orderloom.store import messages as messages_store
from orderloom.store import orders as orders_store


class Sequel(msgspec.Struct):
    """An order as it was sent, and how messages of its channel are read."""

    placing: orders.Placing
    origin: orders.Origin
    read: intake.Read


def among(hub: Hub, sent: Sequence[Sequel]) -> list[bool]:
    """Which of these are about an order that is here, or comes with them, and say something new of it.

    What was answered under its key, or came byte for byte before, is none: its first answer stands.
    """
    named = [(each.origin.channel, each.placing.draft.external_no) for each in sent]
    twice = [name in named[:at] for at, name in enumerate(named)] if len(set(named)) < len(named) else None
    with hub.database.workspace(hub.workspace) as connection:
        external = orders_store.find_external(connection, set(named))
        if not external and twice is None:
            return [False] * len(sent)
        answered = idempotency.find(connection, [each.placing.once for each in sent if each.placing.once is not None])
        brought = [each.placing.message for each in sent]
        came = messages_store.find(connection, [each.message_id for each in brought if each is not None])
        bases = messages_store.bases(connection, list(external.values()))
    found: list[bool] = []
    for at, each in enumerate(sent):
        once, message = each.placing.once, each.placing.message
        if message is None or message.message_id in came or (once is not None and (once.caller, once.key) in answered):
            found.append(False)
        elif (order_id := external.get(named[at])) is not None:
            base = bases.get(order_id)
            before = _said(hub, each.read, base) if base is not None else None
            found.append(before is not None and not restatements.difference(before, each.placing.draft).nothing)
        else:
            found.append(twice is not None and twice[at])
    return found


def take(hub: Hub, sent: Sequence[Sequel], *, now: dt.datetime) -> list[Outcome]:
    """Carry sequels out, in their order; an outcome for each, kept under its caller's key."""
    outcomes: list[Outcome] = []
    for _, some in itertools.groupby(sent, key=lambda each: each.origin):
        group = list(some)
        items = [_item(each) for each in group]
        taken = intake.take(hub, items, origin=group[0].origin, read=group[0].read, now=now)
        with hub.database.workspace(hub.workspace) as connection:
            made = _told(connection, group, taken)
            _answer(connection, group, made, now=now)
        outcomes.extend(made)
    return outcomes


def _answer(connection: db.Connection, sent: Sequence[Sequel], made: Sequence[Outcome], *, now: dt.datetime) -> None:
    answers: dict[tuple[str, str], tuple[idempotency.Once, bytes]] = {}
    for each, outcome in zip(sent, made, strict=True):
        if (once := each.placing.once) is not None:
            answers.setdefault((once.caller, once.key), (once, msgspec.json.encode(outcome)))
    known = idempotency.find(connection, [once for once, _ in answers.values()])
    idempotency.keep(connection, [answer for key, answer in answers.items() if key not in known], now=now)


def _item(each: Sequel) -> intake.Item:
    assert each.placing.message is not None, "what is no message says nothing of a channel"
    return intake.Item(each.placing.message, each.placing.draft, history=each.placing.history)


def _said(hub: Hub, read: intake.Read, base: messages_store.Message) -> drafts.Draft | None:
    try:
        return read(base, messages.open_(hub, message_id=base.message_id, sealed=base.sealed))
    except sealing.SealBroken:
        return None  # Erased, by right of whoever it was about.


def _told(connection: db.Connection, sent: Sequence[Sequel], taken: Sequence[intake.Taken]) -> list[Outcome]:
    standing = orders_store.read(connection, {each.order_id for each in taken if each.order_id is not None})
    return [
        _outcome(each, became, standing.get(became.order_id) if became.order_id is not None else None)
        for each, became in zip(sent, taken, strict=True)
    ]


def _outcome(each: Sequel, became: intake.Taken, order: state.Order | None) -> Outcome:
    made = became.outcome or Outcome(each.placing.command_id or became.message_id)
    if order is not None:
        made = msgspec.structs.replace(
            made, order_id=order.order_id, order_no=order.order_no, stage=order.stage, currency=order.currency,
            total_minor=order.total_minor, holds=[hold.code for hold in order.holds],
        )  # fmt: skip
    return msgspec.structs.replace(
        made,
        command_id=each.placing.command_id or made.command_id,
        external_no=each.placing.draft.external_no,
        repeated=became.repeated,
        refused=became.refused or made.refused,
    )
