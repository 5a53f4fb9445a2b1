"""Approvals: who has to agree before the hub grants something, and what their votes come to. Pure.

A `Spec` is levels taken one after the other, each a `ballots.Step` of seats: roles, persons and groups (steps again).
Each person votes once a level, nobody on a request of their own. What an approval grants stands in it as data, so
that what was approved is what is done."""

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Any, Literal

import msgspec

from orderloom.domain import ballots
from orderloom.domain.orders.events import Event
from orderloom.domain.orders.state import Hold, Text
from orderloom.kit import limits
from orderloom.kit.refusals import Refused

# How a flow is named as who asked.
BY_FLOW = "flow:"


class Deadline(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """Minutes for each level, and what happens then; `to` are those it is escalated to, once."""

    minutes: int
    then: Literal["reject", "approve", "escalate", "remind"] = "reject"
    to: ballots.Step | None = None


class Spec(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """Who must agree: levels in their order, and the time they have. `delegable` says whether one may send another."""

    steps: list[ballots.Step]
    deadline: Deadline | None = None
    delegable: bool = True


class CreditGrant(msgspec.Struct, tag_field="grant", tag="credit.grant", omit_defaults=True):
    """A temporary limit for an account; the refused attempt and the orders that lacked it go on with it."""

    account: str
    amount_minor: int
    hours: int
    scope: str = ""
    draft_id: uuid.UUID | None = None
    order_ids: list[uuid.UUID] = []


class HoldRelease(msgspec.Struct, tag_field="grant", tag="hold.release", omit_defaults=True):
    """A hold of an order comes off."""

    order_id: uuid.UUID
    code: str
    line_no: int | None = None


class OrderAmend(msgspec.Struct, tag_field="grant", tag="order.amend", omit_defaults=True):
    """An amendment is carried out as it stands here: what was approved is what is done.

    `change` holds the fields of `commands.Amend` that say what changes, as JSON has them.
    """

    order_id: uuid.UUID
    change: dict[str, Any]
    reason: str = ""


class FlowAnswer(msgspec.Struct, tag_field="grant", tag="flow.answer", frozen=True):
    """A branch of an order's flow waits at a node for what is decided, whichever way; the subject is the order."""

    run_id: uuid.UUID
    node: str


class Permission(msgspec.Struct, tag_field="grant", tag="permission", omit_defaults=True):
    """Something may be done that needs leave, until it ends: the verb that does it asks for it by name and subject."""

    name: str
    subject: str
    hours: int


Grant = CreditGrant | HoldRelease | OrderAmend | FlowAnswer | Permission


class Asking(msgspec.Struct):
    """What is to be asked: made by whoever needs leave, opened with the transaction that needs it.

    `channel` is that of the order it is about, for who may see it; empty where it is about none. `owner` is told of the
    end where who asked is no person: a flow.
    """

    subject: str
    spec: Spec
    text: Text
    grant: Grant
    asked_by: str
    channel: str = ""
    reason: str = ""
    owner: str = ""


class Delegation(msgspec.Struct, omit_defaults=True):
    """A person sent another to vote with their roles."""

    by: str
    to: str
    at: dt.datetime
    roles: list[str] = []
    comment: str = ""


class Person(msgspec.Struct, frozen=True):
    """Who speaks: the name on their key, and the roles it holds."""

    name: str
    roles: frozenset[str] = frozenset()


class ApprovalAsked(Event, tag="approval.asked"):
    """Somebody asks for something. `subject` names what it is about: `order:<id>`, `account:<name>`."""

    approval_id: uuid.UUID
    subject: str
    spec: Spec
    text: Text
    grant: Grant
    asked_by: str
    asked_at: dt.datetime
    due_at: dt.datetime | None = None
    reason: str = ""
    channel: str = ""
    owner: str = ""


class ApprovalVoted(Event, tag="approval.voted"):
    """A person said yes or no."""

    vote: ballots.Vote


class ApprovalDelegated(Event, tag="approval.delegated"):
    """A person sent another in their place."""

    delegation: Delegation


class ApprovalMoved(Event, tag="approval.moved"):
    """Another level is asked now: the next one, or an earlier one after a rejection, in a new round."""

    level: int
    round: int
    due_at: dt.datetime | None = None


class ApprovalExpired(Event, tag="approval.expired"):
    """A level's time passed; `due_at` is the next time when it is escalated or people are reminded."""

    at: dt.datetime
    then: str
    due_at: dt.datetime | None = None
    to: ballots.Step | None = None


class ApprovalDecided(Event, tag="approval.decided"):
    """It is over, once: approved, rejected, or withdrawn by who asked."""

    outcome: Literal["approved", "rejected", "withdrawn"]
    at: dt.datetime
    by: str
    reason: str = ""


ApprovalEvent = ApprovalAsked | ApprovalVoted | ApprovalDelegated | ApprovalMoved | ApprovalExpired | ApprovalDecided

Said = list[ApprovalEvent]


class Approval(msgspec.Struct):
    """An approval as it stands: the fold of its events. `state` is open, approved, rejected or withdrawn."""

    approval_id: uuid.UUID
    subject: str
    spec: Spec
    text: Text
    grant: Grant
    asked_by: str
    asked_at: dt.datetime
    reason: str = ""
    channel: str = ""
    owner: str = ""
    state: str = "open"
    level: int = 0
    round: int = 0
    due_at: dt.datetime | None = None
    votes: list[ballots.Vote] = []
    delegations: list[Delegation] = []
    escalated: ballots.Step | None = None
    reminders: int = 0
    decided_at: dt.datetime | None = None
    decided_by: str = ""
    n: int = 0

    @property
    def step(self) -> ballots.Step:
        """Whose turn it is."""
        return self.escalated or self.spec.steps[self.level]

    @property
    def current(self) -> list[ballots.Vote]:
        """The votes of this level in this round."""
        return [each for each in self.votes if (each.level, each.round) == (self.level, self.round)]


def unfit(spec: Spec) -> Refused | None:
    """Why nobody could ever decide by this spec: `approval.bad_steps` with its place (a JSON Pointer) and reason."""
    if not 0 < len(spec.steps) <= limits.APPROVAL_STEPS_MAX:
        return ballots.bad("/steps", "count", most=limits.APPROVAL_STEPS_MAX)
    for i, step in enumerate(spec.steps):
        problem = ballots.unfit(step, f"/steps/{i}")
        if problem is not None:
            return problem
        if step.back_to is not None and not 0 <= step.back_to < i:
            return ballots.bad(f"/steps/{i}/back_to", "not_earlier")
    deadline = spec.deadline
    if deadline is None:
        return None
    if not 0 < deadline.minutes <= limits.APPROVAL_MINUTES_MAX:
        return ballots.bad("/deadline/minutes", "range", most=limits.APPROVAL_MINUTES_MAX)
    if (deadline.then == "escalate") != (deadline.to is not None):
        return ballots.bad("/deadline/to", "escalation")
    return ballots.unfit(deadline.to, "/deadline/to") if deadline.to is not None else None


def open_(asking: Asking, *, approval_id: uuid.UUID, now: dt.datetime) -> Said | Refused:
    """Ask. Refuses with `approval.bad_steps` what nobody could decide."""
    problem = unfit(asking.spec)
    if problem is not None:
        return problem
    asked = ApprovalAsked(
        approval_id=approval_id,
        subject=asking.subject,
        spec=asking.spec,
        text=asking.text,
        grant=asking.grant,
        asked_by=asking.asked_by,
        asked_at=now,
        due_at=_due(asking.spec, now),
        reason=_cut(asking.reason),
        channel=asking.channel,
        owner=asking.owner,
    )
    return [asked]


def countersigning(order_id: uuid.UUID, hold: Hold, *, channel: str, order_no: str) -> Asking:
    """The approval that takes a hold off: one person of each role that it names, in any order."""
    return Asking(
        subject=f"order:{order_id}",
        spec=Spec([ballots.Step(roles=hold.countersign, rule="all")]),
        text=Text(f"放行 {order_no}：{hold.reason.zh}", f"Release {order_no}: {hold.reason.en}"),
        grant=HoldRelease(order_id, hold.code, hold.line_no),
        asked_by="hub",
        channel=channel,
    )


def decide(
    approval: Approval, *, person: Person, verdict: ballots.Verdict, comment: str = "", now: dt.datetime
) -> Said | Refused:
    """A person's yes or no at the level whose turn it is, and what follows from it.

    Refuses `approval.decided` (over already), `approval.expired`, `approval.own_request` (four eyes),
    `approval.voted` (asked twice at one level), `approval.sent_another`, `approval.not_asked`,
    `approval.seats_taken` (others spoke for that seat).
    """
    if (refused := _closed(approval, now)) is not None:
        return refused
    if person.name == approval.asked_by:
        return _refused("approval.own_request", approval, person=person.name)
    spoken = approval.current
    if any(person.name in (each.person, each.on_behalf) for each in spoken):
        return _refused("approval.voted", approval, person=person.name)
    if any(each.by == person.name for each in approval.delegations):
        return _refused("approval.sent_another", approval, person=person.name)
    right = _right(approval, person)
    if right is None:
        return _refused("approval.not_asked", approval, person=person.name)
    vote = ballots.Vote(person.name, verdict, now, approval.level, approval.round, right[1], right[0], _cut(comment))
    tally = ballots.heard(approval.step, spoken)
    if not ballots.hear(approval.step, vote, (), tally):
        return _refused("approval.seats_taken", approval, person=person.name)
    return [ApprovalVoted(vote), *_following(approval, tally.ended.get((), ""), by=person.name, now=now)]


def delegate(approval: Approval, *, person: Person, to: str, comment: str = "", now: dt.datetime) -> Said | Refused:
    """Send another with the own right; the vote will say for whom. Who was sent cannot send on.

    Refuses as `decide` does, and `approval.not_delegable`, and `approval.own_request` when the requester is sent.
    """
    if (refused := _closed(approval, now)) is not None:
        return refused
    if not approval.spec.delegable:
        return _refused("approval.not_delegable", approval)
    if to in ("", person.name) or approval.asked_by in (to, person.name):
        return _refused("approval.own_request", approval, person=to)
    if any(each.by in (person.name, to) for each in approval.delegations):
        return _refused("approval.sent_another", approval, person=person.name)
    if any(person.name in (each.person, each.on_behalf) for each in approval.current):
        return _refused("approval.voted", approval, person=person.name)
    if not ballots.seated(approval.step, person.name, person.roles):
        return _refused("approval.not_asked", approval, person=person.name)
    delegation = Delegation(person.name, to, now, sorted(person.roles), _cut(comment))
    return [ApprovalDelegated(delegation)]


def withdraw(approval: Approval, *, person: str, reason: str, now: dt.datetime) -> Said | Refused:
    """Take the request back; only who asked may. Refuses `approval.decided`, `approval.not_yours`."""
    if approval.state != "open":
        return _refused("approval.decided", approval)
    if person != approval.asked_by:
        return _refused("approval.not_yours", approval, person=person)
    return [ApprovalDecided("withdrawn", now, person, _cut(reason))]


def lapse(approval: Approval, *, reason: str, now: dt.datetime) -> Said:
    """What it was about is gone (the hold came off, the order was cancelled): nobody need decide. Said once."""
    return [ApprovalDecided("withdrawn", now, "hub", reason)] if approval.state == "open" else []


def expire(approval: Approval, *, now: dt.datetime) -> Said:
    """A timer fired: what the deadline says, if it has passed and nobody has decided; else nothing."""
    deadline = approval.spec.deadline
    if approval.state != "open" or deadline is None or approval.due_at is None or now < approval.due_at:
        return []
    again = now + dt.timedelta(minutes=deadline.minutes)
    if deadline.then == "escalate" and approval.escalated is None:
        return [ApprovalExpired(now, "escalate", again, deadline.to)]
    if deadline.then == "remind":
        more = again if approval.reminders + 1 < limits.APPROVAL_REMINDERS_MAX else None
        return [ApprovalExpired(now, "remind", more)]
    if deadline.then == "approve":
        return [
            ApprovalExpired(now, "approve"),
            *_following(approval, "approved", by="timer", now=now),
        ]
    return [ApprovalExpired(now, "reject"), ApprovalDecided("rejected", now, "timer", "expired")]


def asked(approval: Approval) -> set[tuple[str, str]]:
    """Whose inbox it stands in: ("role", name) and ("person", name) of the level, and who was sent; none when over."""
    if approval.state != "open":
        return set()
    found: set[tuple[str, str]] = set()
    for step in ballots.every(approval.step):
        found.update(("role", each) for each in step.roles)
        found.update(("person", each) for each in step.persons)
    found.update(("person", each.to) for each in approval.delegations)
    return found


def hearing(approval: Approval) -> set[str]:
    """Who is told how it ended: the person who asked; for a flow the owner of what it is about, and who voted; an empty
    name is nobody in particular."""
    if not approval.asked_by.startswith(BY_FLOW):
        return {approval.asked_by}
    return {approval.owner, *(each.person for each in approval.votes)} - {approval.decided_by}


def evolve(approval: Approval | None, event: ApprovalEvent) -> Approval:
    """The approval after an event; the given one is not changed."""
    if isinstance(event, ApprovalAsked):
        return Approval(
            approval_id=event.approval_id, subject=event.subject, spec=event.spec, text=event.text, grant=event.grant,
            asked_by=event.asked_by, asked_at=event.asked_at, reason=event.reason, channel=event.channel,
            owner=event.owner, due_at=event.due_at, n=1,
        )  # fmt: skip
    assert approval is not None, "an approval begins by being asked"
    after = msgspec.structs.replace(approval, n=approval.n + 1)
    match event:
        case ApprovalVoted():
            after.votes = [*approval.votes, event.vote]
        case ApprovalDelegated():
            after.delegations = [*approval.delegations, event.delegation]
        case ApprovalMoved():
            after.level, after.round, after.due_at, after.escalated = event.level, event.round, event.due_at, None
        case ApprovalExpired():
            after.due_at = event.due_at
            after.escalated = event.to if event.then == "escalate" else approval.escalated
            after.reminders += event.then == "remind"
        case ApprovalDecided():
            after.state, after.decided_at, after.decided_by, after.due_at = event.outcome, event.at, event.by, None
    return after


def fold(said: Iterable[ApprovalEvent], approval: Approval | None = None) -> Approval | None:
    """The approval after all of these events."""
    for event in said:
        approval = evolve(approval, event)
    return approval


def _following(approval: Approval, reached: ballots.Outcome, *, by: str, now: dt.datetime) -> Said:
    level = approval.level
    due = _due(approval.spec, now)
    if reached == "approved":
        if level + 1 < len(approval.spec.steps):
            return [ApprovalMoved(level + 1, approval.round, due)]
        return [ApprovalDecided("approved", now, by)]
    if reached == "rejected":
        back = approval.spec.steps[level].back_to
        if back is not None and approval.round + 1 < limits.APPROVAL_ROUNDS_MAX:
            return [ApprovalMoved(back, approval.round + 1, due)]
        return [ApprovalDecided("rejected", now, by)]
    return []


def _right(approval: Approval, person: Person) -> tuple[str, list[str]] | None:
    """By what right a person votes: their own, else that of the first who sent them; None without one."""
    if ballots.seated(approval.step, person.name, person.roles):
        return "", sorted(person.roles)
    spoken = {each.on_behalf for each in approval.current}
    for each in approval.delegations:
        if each.to == person.name and each.by not in spoken and ballots.seated(approval.step, each.by, each.roles):
            return each.by, each.roles
    return None


def _closed(approval: Approval, now: dt.datetime) -> Refused | None:
    if approval.state != "open":
        return _refused("approval.decided", approval)
    deadline = approval.spec.deadline
    ends = deadline is not None and (deadline.then != "remind" and (deadline.then != "escalate" or approval.escalated))
    if ends and approval.due_at is not None and now >= approval.due_at:
        return _refused("approval.expired", approval, due_at=approval.due_at.isoformat())
    return None


def _cut(text: str) -> str:
    return text[: limits.TEXT_CHARS_MAX]


def _due(spec: Spec, now: dt.datetime) -> dt.datetime | None:
    return now + dt.timedelta(minutes=spec.deadline.minutes) if spec.deadline is not None else None


def _refused(code: str, approval: Approval, **data: str) -> Refused:
    return Refused(code, {"approval_id": str(approval.approval_id), "state": approval.state, **data})
