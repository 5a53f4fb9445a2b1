"""The verbs of approvals: ask, decide, send another, take back, let a deadline pass.

What is approved is done in the same transaction as the last vote: the grant is given and what waited for it goes on,
the hold comes off, the amendment is made. A refusal of the order then is an outcome; the approval stays decided.
"""

import datetime as dt
import uuid
from collections.abc import Callable, Collection
from typing import Any

import msgspec

from orderloom.actions import asking, resuming, transact
from orderloom.actions import credit as credit_actions
from orderloom.actions.hub import Hub
from orderloom.deciding import flow_subjects
from orderloom.deciding.state import State
from orderloom.deciding.work import Outcome
from orderloom.domain import approvals, ballots, credit
from orderloom.domain.orders import commands
from orderloom.domain.orders.state import Text
from orderloom.kit import limits, money
from orderloom.kit.refusals import Refused
from orderloom.store import approvals as approvals_store
from orderloom.store import credit as credit_store
from orderloom.store import database as db
from orderloom.store import drafts as drafts_store
from orderloom.store import timers as timers_store

_TIMER = "timer"
# Where the numbers of entries go on after those of the orders in the same transaction.
_AFTER_THE_ORDERS = 1_000_000

_ANY_TIME = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)

Say = Callable[[approvals.Approval], approvals.Said | Refused]


class Decided(msgspec.Struct):
    """An approval as it stands after a verb, and what became of the orders that it let go on."""

    approval: approvals.Approval
    outcomes: list[Outcome] = []


def ask(hub: Hub, wanted: approvals.Asking, *, now: dt.datetime) -> approvals.Approval | Refused:
    """Ask for something. Refuses `approval.bad_steps`, `credit.no_account`, `credit.bad_grant`, `draft.unknown`."""
    problem = approvals.unfit(wanted.spec)
    if problem is not None:
        return problem
    with hub.database.workspace(hub.workspace) as connection:
        problem = _unfit_grant(connection, wanted.grant)
        if problem is not None:
            return problem
        moves = asking.opened(hub, [wanted], now=now)
        revision = hub.reference(connection).version
        return asking.write(connection, hub, moves, revision=revision, now=now, first=0)[0]


def ask_credit(
    hub: Hub,
    wanted: approvals.CreditGrant,
    *,
    by: str,
    reason: str,
    channels: Collection[str] | None = None,
    now: dt.datetime,
) -> approvals.Approval | Refused:
    """Ask for a temporary limit by the workspace's own steps; 0 for amount and hours are the workspace's defaults.

    An attempt of a channel that is not among `channels` (None: all) is unknown. Refuses as `ask` does.
    """
    if wanted.draft_id is not None and channels is not None:
        attempt = _attempt(hub, wanted.draft_id)
        if attempt is None or attempt.received.channel not in channels:
            return Refused("draft.unknown", {"draft_id": str(wanted.draft_id)})
    with hub.database.workspace(hub.workspace) as connection:
        settings = hub.reference(connection).settings
        found = credit_store.load(connection, [wanted.account], now=now, locked=False).get(wanted.account)
    if found is None:
        return Refused("credit.no_account", {"account": wanted.account})
    grant = msgspec.structs.replace(
        wanted,
        amount_minor=wanted.amount_minor or settings.grant_minor_default,
        hours=wanted.hours or settings.grant_hours_default,
    )
    amount = f"{money.major(grant.amount_minor, found.currency):,} {found.currency}"
    text = Text(
        f"为账户 {grant.account} 申请临时授信 {amount}，{grant.hours} 小时",
        f"Temporary credit of {amount} for account {grant.account}, {grant.hours} h",
    )
    made = approvals.Asking(f"account:{grant.account}", settings.credit_approval, text, grant, by, reason=reason)
    return ask(hub, made, now=now)


def decide(
    hub: Hub,
    approval_id: uuid.UUID,
    *,
    person: approvals.Person,
    verdict: ballots.Verdict,
    comment: str = "",
    now: dt.datetime,
) -> Decided | Refused:
    """A person's yes or no; with the last yes the grant takes effect in the same transaction.

    Refuses `approval.unknown`, `approval.changed`, and as `domain.approvals.decide` does.
    """

    def say(approval: approvals.Approval) -> approvals.Said | Refused:
        return approvals.decide(approval, person=person, verdict=verdict, comment=comment, now=now)

    return _carry(hub, approval_id, say, actor=person.name, now=now)


def delegate(
    hub: Hub, approval_id: uuid.UUID, *, person: approvals.Person, to: str, comment: str = "", now: dt.datetime
) -> Decided | Refused:
    """Send another in one's place. Refuses as `domain.approvals.delegate` does, and `approval.unknown`."""

    def say(approval: approvals.Approval) -> approvals.Said | Refused:
        return approvals.delegate(approval, person=person, to=to, comment=comment, now=now)

    return _carry(hub, approval_id, say, actor=person.name, now=now)


def withdraw(hub: Hub, approval_id: uuid.UUID, *, person: str, reason: str = "", now: dt.datetime) -> Decided | Refused:
    """Take a request back. Refuses as `domain.approvals.withdraw` does, and `approval.unknown`."""

    def say(approval: approvals.Approval) -> approvals.Said | Refused:
        return approvals.withdraw(approval, person=person, reason=reason, now=now)

    return _carry(hub, approval_id, say, actor=person, now=now)


def fire(hub: Hub, *, now: dt.datetime) -> int:
    """Let the deadlines pass that are due, one transaction each; the number of them."""
    with hub.database.workspace(hub.workspace) as connection:
        due = timers_store.due(connection, kinds=[asking.TIMER], count=limits.BATCH_ORDERS_MAX, now=now)

    def say(approval: approvals.Approval) -> approvals.Said:
        return approvals.expire(approval, now=now)

    for each in due:
        _carry(hub, each.subject, say, actor=_TIMER, now=now, timer=each)
    return len(due)


def _carry(
    hub: Hub, approval_id: uuid.UUID, say: Say, *, actor: str, now: dt.datetime, timer: timers_store.Timer | None = None
) -> Decided | Refused:
    """Read, say, and carry out what was granted, all in one transaction; read again when somebody was faster."""
    for _ in range(limits.RERUNS_MAX + 1):
        with hub.database.workspace(hub.workspace) as connection:
            seen = approvals_store.lock(connection, [approval_id]).get(approval_id)
        if seen is None:
            return Refused("approval.unknown", {"approval_id": str(approval_id)})
        said = say(seen)
        if isinstance(said, Refused):
            return said
        move = asking.Move(seen, said, actor)
        booking = _Booking(hub, move, now, timer)
        try:
            outcomes = _run(hub, booking, seen.subject, now)
        except _Changed:
            continue
        return Decided(move.after if said else seen, outcomes)
    return Refused("approval.changed", {"approval_id": str(approval_id)})


def _run(hub: Hub, booking: "_Booking", subject: str, now: dt.datetime) -> list[Outcome]:
    """What was decided, with what it lets go on: commands of orders, or a run of a flow about something else."""
    asked = booking.asked()
    of = subject.partition(":")[0]
    if of in (flow_subjects.RECORD, flow_subjects.ERRAND):
        for each in asked:
            assert isinstance(each.command, commands.ResumeFlow), "nothing else is asked of these"
            return [resuming.carry(hub, of, each.command, beside=booking, now=now)]
    return transact.run(hub, asked, now=now, beside=booking)


class _Changed(Exception):
    """Somebody was faster: what was decided was decided on something else."""


class _Booking:
    """What is said of an approval, and the credit it grants, booked in the transaction of the commands it lets go."""

    def __init__(self, hub: Hub, move: asking.Move, now: dt.datetime, timer: timers_store.Timer | None) -> None:
        self._hub, self._move, self._now, self._timer = hub, move, now, timer
        self._approval = move.after if move.said else move.before
        self._place: commands.Place | None = None
        assert self._approval is not None and move.before is not None
        ended = bool(move.said) and self._approval.state != "open"
        granted = ended and self._approval.state == "approved"
        # A flow goes on whichever way it was decided.
        heard = ended and isinstance(self._approval.grant, approvals.FlowAnswer)
        self._grant = self._approval.grant if granted or heard else None
        # The account is changed beside the orders that reserve on it: nobody else may reserve meanwhile.
        self.locked = isinstance(self._grant, approvals.CreditGrant)
        self._given = self._credit() if isinstance(self._grant, approvals.CreditGrant) else None

    def asked(self) -> list[transact.Asked]:
        """The commands that follow from what was granted."""
        grant = self._grant
        if grant is None:
            return []
        made: list[commands.OrderCommand] = []
        match grant:
            case approvals.HoldRelease():
                assert self._approval is not None
                made.append(
                    commands.Release(
                        **self._said(), order_id=grant.order_id, code=grant.code, line_no=grant.line_no,
                        reason="approved", approval_id=self._approval.approval_id,
                    )
                )  # fmt: skip
            case approvals.OrderAmend():
                made.append(_amend(grant, self._said()))
            case approvals.CreditGrant():
                place = _attempt(self._hub, grant.draft_id) if grant.draft_id is not None else None
                if place is not None:
                    said = self._said()
                    place.command_id, place.actor, place.at = said["command_id"], said["actor"], self._now
                    place.received.received_at = self._now
                    self._place = place
                    made.append(place)
                made.extend(commands.Retry(**self._said(), order_id=each) for each in grant.order_ids)
            case approvals.FlowAnswer():
                made.append(self._answer(grant))
            case approvals.Permission():
                pass  # The verb that needs it asks for it.
        return [transact.Asked(each) for each in made]

    def _answer(self, grant: approvals.FlowAnswer) -> commands.ResumeFlow:
        approval = self._approval
        assert approval is not None
        expired = any(isinstance(each, approvals.ApprovalExpired) for each in self._move.said)
        exit_ = "approved" if approval.state == "approved" else "expired" if expired else "rejected"
        given = {
            "approval_id": str(approval.approval_id),
            "outcome": exit_,
            "by": approval.decided_by,
            "comments": [f"{each.person}: {each.comment}" for each in approval.votes if each.comment],
        }
        order_id = uuid.UUID(approval.subject.partition(":")[2])
        return commands.ResumeFlow(
            **self._said(), order_id=order_id, run_id=grant.run_id, node=grant.node, exit=exit_, given=given
        )

    def prepare(self, connection: db.Connection, state_: State) -> None:
        """Hold on to the approval as it was seen, and let the account show the grant."""
        before = self._move.before
        assert before is not None
        found = approvals_store.lock(connection, [before.approval_id])[before.approval_id]
        if found.n != before.n:
            raise _Changed
        if self._given is not None and (account := state_.accounts.get(self._given.account)) is not None:
            account.grants.append(self._given)

    def save(self, connection: db.Connection, state_: State) -> None:
        """Book it."""
        if self._timer is not None:
            timers_store.take(connection, [(self._timer.due_at, self._timer.timer_id)])
        if not self._move.said:
            return
        revision = state_.reference.version
        asking.write(connection, self._hub, [self._move], revision=revision, now=self._now, first=_AFTER_THE_ORDERS)
        if self._given is not None:
            first = _AFTER_THE_ORDERS + 1
            credit_actions.book_grant(connection, self._hub, self._given, first=first, now=self._now)
        if self._place is not None and self._place.received.order_id in state_.orders:
            assert isinstance(self._grant, approvals.CreditGrant) and self._grant.draft_id is not None
            order_id = self._place.received.order_id
            drafts_store.resume(connection, self._grant.draft_id, order_id=order_id, at=self._now)

    def _credit(self) -> credit.Grant:
        grant, approval = self._grant, self._approval
        assert isinstance(grant, approvals.CreditGrant) and approval is not None
        until = self._now + dt.timedelta(hours=grant.hours)
        by = approval.decided_by
        grant_id = self._hub.ids.new(self._now)
        return credit.Grant(grant_id, grant.account, grant.amount_minor, self._now, until, by, grant.scope)

    def _said(self) -> dict[str, Any]:
        new = self._hub.ids.new(self._now)
        return {"command_id": new, "actor": self._move.actor, "source": "orderloom", "at": self._now}


def _amend(grant: approvals.OrderAmend, said: dict[str, Any]) -> commands.Amend:
    """The command that carries an approved change. Raises msgspec.ValidationError."""
    values = {**grant.change, **said, "order_id": grant.order_id, "reason": grant.reason}
    return msgspec.convert(values, commands.Amend)


def _attempt(hub: Hub, draft_id: uuid.UUID) -> commands.Place | None:
    """The refused attempt as it was; None when there is none, or it went on already."""
    with hub.database.workspace(hub.workspace) as connection:
        draft = drafts_store.lock(connection, draft_id)
    if draft is None or draft.order_id is not None:
        return None
    plain = hub.sealer.open(draft.sealed, aad=b"draft " + draft_id.bytes)
    return msgspec.json.decode(plain, type=commands.Place)


def _unfit_grant(connection: db.Connection, grant: approvals.Grant) -> Refused | None:
    match grant:
        case approvals.CreditGrant():
            if not 0 < grant.amount_minor <= limits.AMOUNT_MINOR_MAX or not 0 < grant.hours <= limits.GRANT_HOURS_MAX:
                return Refused("credit.bad_grant", {"amount_minor": grant.amount_minor, "hours": grant.hours})
            if not credit_store.subjects(connection, [grant.account]):
                return Refused("credit.no_account", {"account": grant.account})
            draft = drafts_store.lock(connection, grant.draft_id) if grant.draft_id is not None else None
            if grant.draft_id is not None and (draft is None or draft.order_id is not None):
                return Refused("draft.unknown", {"draft_id": str(grant.draft_id)})
        case approvals.OrderAmend():
            try:
                _amend(grant, {"command_id": grant.order_id, "actor": "", "source": "", "at": _ANY_TIME})
            except msgspec.ValidationError as problem:
                return Refused("approval.bad_change", {"problem": str(problem)})
        case approvals.Permission():
            if not 0 < grant.hours <= limits.PERMISSION_HOURS_MAX:
                return Refused("approval.bad_steps", {"path": "/grant/hours", "reason": "range"})
        case _:
            pass
    return None
