"""Approvals inside a transaction: opened with what needs them, moved by what is said of them, told to who is asked.

Each write is the log's entry, the row that is its fold, whose turn it is, the timer of its deadline and the notices.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from orderloom.actions.hub import Hub
from orderloom.domain import approvals, log
from orderloom.domain.orders import commands
from orderloom.domain.orders.state import Order
from orderloom.store import approvals as approvals_store
from orderloom.store import database as db
from orderloom.store import log as log_store
from orderloom.store import outbox as outbox_store
from orderloom.store import timers as timers_store

TIMER = "approval"

Key = uuid.UUID | approvals.FlowAnswer | None


class Move(msgspec.Struct):
    """An approval as it stood (None for a new one) and what is said of it now, by whom."""

    before: approvals.Approval | None
    said: approvals.Said
    actor: str

    @property
    def after(self) -> approvals.Approval:
        """As it stands then."""
        found = approvals.fold(self.said, self.before)
        assert found is not None, "something is said of every approval that moves"
        return found


def key(command: commands.OrderCommand) -> Key:
    """The approval that a command carries out: its id, or what it grants."""
    match command:
        case commands.Release():
            return command.approval_id
        case commands.ResumeFlow():
            return approvals.FlowAnswer(command.run_id, command.node)
        case _:
            return None


def opened(hub: Hub, askings: Iterable[approvals.Asking], *, now: dt.datetime) -> list[Move]:
    """What opens these approvals. One that nobody could decide breaks the program: whoever made it has checked it."""
    moves: list[Move] = []
    for each in askings:
        said = approvals.open_(each, approval_id=hub.ids.new(now), now=now)
        assert isinstance(said, list), said
        moves.append(Move(None, said, each.asked_by))
    return moves


def lapsed(connection: db.Connection, orders: Sequence[Order], *, own: Iterable[Key], now: dt.datetime) -> list[Move]:
    """What ends the open approvals of these orders whose hold is off, whose run is over or whose order is, but for
    `own`: those that are being decided in this transaction."""
    by_subject = {f"order:{each.order_id}": each for each in orders}
    deciding = set(own)
    moves: list[Move] = []
    for approval in approvals_store.open_of(connection, by_subject):
        order, grant = by_subject[approval.subject], approval.grant
        if approval.approval_id in deciding or (isinstance(grant, approvals.FlowAnswer) and grant in deciding):
            continue
        match grant:
            case approvals.HoldRelease():
                gone = all((each.code, each.line_no) != (grant.code, grant.line_no) for each in order.holds)
            case approvals.FlowAnswer():
                gone = all(each.run_id != grant.run_id or each.over for each in order.runs)
            case _:
                gone = order.cancelled
        if gone:
            moves.append(Move(approval, approvals.lapse(approval, reason="the cause is gone", now=now), "hub"))
    return moves


def left(
    connection: db.Connection,
    open_: Mapping[str, Collection[uuid.UUID]],
    *,
    own: Iterable[Key],
    now: dt.datetime,
) -> list[Move]:
    """What ends the open approvals that flows asked for about these subjects and whose runs are over: `open_` are the
    runs that still go on, by subject; but for `own`, those that are being decided in this transaction."""
    deciding = set(own)
    return [
        Move(each, approvals.lapse(each, reason="the cause is gone", now=now), "hub")
        for each in approvals_store.open_of(connection, open_)
        if isinstance(each.grant, approvals.FlowAnswer)
        and each.grant not in deciding
        and each.grant.run_id not in open_[each.subject]
    ]


def write(
    connection: db.Connection, hub: Hub, moves: Sequence[Move], *, revision: int, now: dt.datetime, first: int
) -> list[approvals.Approval]:
    """Save what is said of approvals; returns them as they stand. `first` is where the log's numbers go on."""
    if not moves:
        return []
    heads = log_store.lock_heads(connection, {each.before.approval_id for each in moves if each.before is not None})
    entries: list[log.Entry] = []
    after: list[approvals.Approval] = []
    for each in moves:
        approval = each.after
        body = log.Body(at=now, actor=each.actor, source="orderloom", revision=revision, events=each.said)
        head = heads.get(approval.approval_id)
        subject = approval.approval_id
        entries.append(log.write(kind="approval", subject=subject, head=head, body=body, recorded_at=now))
        after.append(approval)
    log_store.append(connection, entries, first=first)
    approvals_store.save(connection, after)
    _set_timers(connection, hub, moves, now)
    outbox_store.insert(connection, [row for each in moves for row in _notices(hub, each, now)])
    return after


def _set_timers(connection: db.Connection, hub: Hub, moves: Sequence[Move], now: dt.datetime) -> None:
    timers: list[timers_store.Timer] = []
    for each in moves:
        due_at = each.after.due_at
        if due_at is not None and (each.before is None or each.before.due_at != due_at):
            timers.append(timers_store.Timer(due_at, hub.ids.new(now), TIMER, each.after.approval_id, {}))
    timers_store.insert(connection, timers)


def _notices(hub: Hub, move: Move, now: dt.datetime) -> list[outbox_store.Row]:
    """A notice to each who is asked and was not, to all who are asked when they are reminded, and of the end to those
    whom it concerns."""
    approval = move.after
    told: list[tuple[str, str]] = []
    reminded = any(isinstance(each, approvals.ApprovalExpired) and each.then == "remind" for each in move.said)
    moved = any(isinstance(each, approvals.ApprovalMoved) for each in move.said)
    before = set() if move.before is None or reminded or moved else approvals.asked(move.before)
    code = "approval.reminded" if reminded else "approval.asked"
    told.extend((name, code) for _, name in sorted(approvals.asked(approval) - before))
    if approval.state in ("approved", "rejected") and approval.asked_by != "hub":
        told.extend((name, f"approval.{approval.state}") for name in sorted(approvals.hearing(approval)))
    return [
        outbox_store.Row(
            outbox_id=hub.ids.new(now),
            topic="notice",
            subject=str(approval.approval_id),
            number=approval.n,
            key=f"{code_}-{approval.approval_id}-{approval.n}-{owner}",
            payload={
                "code": code_,
                "owner": owner,
                "approval_id": str(approval.approval_id),
                "subject": approval.subject,
                "zh": approval.text.zh,
                "en": approval.text.en,
                "due_at": approval.due_at.isoformat() if approval.due_at else None,
            },
            due_at=now,
        )
        for owner, code_ in told
    ]
