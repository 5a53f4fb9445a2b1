"""The verbs of flows: start a run by hand or by the clock, end it, move it to another version, and carry out what
touches other streams than the order's."""

import datetime as dt
import uuid
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

import msgspec

from orderloom.actions import claims, errands, records, resuming, transact
from orderloom.actions import credit as credit_actions
from orderloom.actions.hub import Hub
from orderloom.deciding import flow_subjects
from orderloom.deciding.state import State
from orderloom.deciding.work import Outcome
from orderloom.domain import credit
from orderloom.domain.flows import definition
from orderloom.domain.flows.definition import Trigger
from orderloom.domain.orders import commands
from orderloom.kit import ids, limits, money
from orderloom.kit.refusals import Refused
from orderloom.rules.flows import Candidate
from orderloom.store import credit as credit_store
from orderloom.store import database as db
from orderloom.store import flows as flows_store
from orderloom.store import outbox as outbox_store
from orderloom.store import records as records_store
from orderloom.store import timers as timers_store

_AFTER_THE_ORDERS = 1_000_000


class Teller(msgspec.Struct, frozen=True):
    """Who asks, and which system is trusted for it."""

    actor: str
    source: str


def start(
    hub: Hub,
    order_ids: Sequence[uuid.UUID],
    *,
    flow: str,
    trigger: str = "",
    event: dict[str, Any] | None = None,
    teller: Teller,
    now: dt.datetime,
) -> list[Outcome]:
    """Begin a run of a flow on each order; an outcome for each. Refuses `flow.unknown`, `flow.no_trigger`,
    `order.unknown`."""
    asked = [
        commands.StartFlow(
            **_said(hub, teller, now), order_id=each, flow=flow, trigger=trigger, event=event or {"type": "manual"}
        )
        for each in order_ids
    ]
    return transact.run(hub, [transact.Asked(each) for each in asked], now=now)


def start_on_records(
    hub: Hub,
    record_nos: Sequence[str],
    *,
    flow: str,
    trigger: str = "",
    event: dict[str, Any] | None = None,
    teller: Teller,
    now: dt.datetime,
) -> list[Outcome | Refused]:
    """Begin a run of a flow on each record, an outcome for each. Refuses `record.unknown` and as `start` does."""
    with hub.database.workspace(hub.workspace) as connection:
        found = records_store.ids(connection, record_nos)
    return [
        resuming.carry(
            hub,
            flow_subjects.RECORD,
            commands.StartFlow(
                **_said(hub, teller, now), order_id=found[each][0], flow=flow, trigger=trigger,
                event=event or {"type": "manual"},
            ),
            now=now,
        )
        if each in found
        else Refused("record.unknown", {"record_no": each})
        for each in record_nos
    ]  # fmt: skip


def start_errand(
    hub: Hub,
    *,
    flow: str,
    trigger: str = "",
    event: dict[str, Any] | None = None,
    teller: Teller,
    now: dt.datetime,
) -> Outcome:
    """Begin a run of a flow of the workspace. Refuses as `start` does."""
    command = commands.StartFlow(**_said(hub, teller, now), order_id=uuid.UUID(int=0), flow=flow, trigger=trigger)
    return errands.start(hub, flow, event=event or {"type": "manual"}, command=command)


def begin_errand(hub: Hub, row: outbox_store.Claimed, *, actor: str, until: dt.datetime, now: dt.datetime) -> Outcome:
    """Begin the flow of the workspace that a row of the outbox names, where its trigger's filter holds; the row is done
    in the same transaction."""
    payload = row.payload
    command = commands.StartFlow(
        command_id=ids.beside(row.outbox_id, "start"), actor=actor, source="hub", at=now, order_id=row.outbox_id,
        flow=str(payload["flow"]), trigger=str(payload.get("trigger", "")), filtered=True,
    )  # fmt: skip
    claim = claims.Claim("outbox", row.outbox_id, until)
    return errands.start(hub, command.flow, event=payload["event"], command=command, claim=claim)


def end(
    hub: Hub, run_ids: Sequence[uuid.UUID], *, reason: str, teller: Teller, now: dt.datetime
) -> list[Outcome | Refused]:
    """End runs that wait; what they have done stays. Refuses `flow.run_unknown`, `flow.run_over`."""

    def command(run_id: uuid.UUID, order_id: uuid.UUID) -> commands.OrderCommand:
        return commands.EndFlow(**_said(hub, teller, now), order_id=order_id, run_id=run_id, reason=reason)

    return _on_runs(hub, run_ids, command, now)


def move(
    hub: Hub, run_ids: Sequence[uuid.UUID], *, version: int, teller: Teller, now: dt.datetime
) -> list[Outcome | Refused]:
    """Let runs go on by another version of their flow; the caller has seen that their history fits it
    (`queries.flows.fitting`). Refuses `flow.run_unknown`, `flow.run_over`, `flow.does_not_fit`."""

    def command(run_id: uuid.UUID, order_id: uuid.UUID) -> commands.OrderCommand:
        return commands.MoveFlow(**_said(hub, teller, now), order_id=order_id, run_id=run_id, version=version)

    return _on_runs(hub, run_ids, command, now)


def carry(hub: Hub, rows: Sequence[outbox_store.Claimed], *, until: dt.datetime, now: dt.datetime) -> None:
    """Carry out what flows ask of other streams; each row is done in the transaction in which its flow goes on."""
    for row in rows:
        do = _DOERS.get(str(row.payload.get("do")), _granted)
        given = do(hub, row, now=now)
        refused = isinstance(given, Refused)
        command = commands.ResumeFlow(
            command_id=hub.ids.new(now),
            actor="hub",
            source="hub",
            at=now,
            order_id=uuid.UUID(row.subject),
            run_id=uuid.UUID(row.payload["run_id"]),
            token=row.payload["token"],
            exit=definition.REFUSED if refused else definition.DONE,
            given=_said_of(given),
        )
        claim = claims.Claim("outbox", row.outbox_id, until)
        granting = _Granting(hub, given, command, now) if isinstance(given, credit.Grant) else None
        resuming.carry(hub, resuming.of_row(row.payload), command, claim=claim, beside=granting, now=now)


def fire(hub: Hub, *, now: dt.datetime) -> int:
    """Carry scheduled triggers on that are due, one page of open orders (or of records) each, and let the runs go on
    whose time has come and that are about no order; the number of those asked.

    Any number of processes may do so at once: each page is asked in the transaction that notes how far it went.
    """
    return _wake(hub, now=now) + _carry_schedules(hub, now=now)


def _wake(hub: Hub, *, now: dt.datetime) -> int:
    with hub.database.workspace(hub.workspace) as connection:
        due = timers_store.due(connection, kinds=[flow_subjects.TIMER], count=limits.BATCH_ORDERS_MAX, now=now)
    for each in due:
        command = commands.ResumeFlow(
            command_id=hub.ids.new(now), actor="timer", source="hub", at=now, order_id=each.subject,
            run_id=uuid.UUID(each.data["run_id"]), token=each.data["token"],
        )  # fmt: skip
        claim = claims.Claim("timer", each.timer_id, each.due_at)
        resuming.carry(hub, str(each.data["of"]), command, claim=claim, now=now)
    return len(due)


def _carry_schedules(hub: Hub, *, now: dt.datetime) -> int:
    with hub.database.workspace(hub.workspace) as connection:
        reference = hub.reference(connection)
        scheduled = {(each.plan.name, each.trigger.id): each for each in reference.flows.scheduled}
        if not scheduled:
            return 0
        known = flows_store.schedules(connection, list(scheduled), now=now)
    local = now.astimezone(reference.zone)
    count = 0
    for each in known:
        candidate = scheduled[each.flow, each.trigger]
        due = due_at(candidate.trigger, local=local, done_until=each.done_until)
        if due is not None:
            count += _carry_on(hub, each, candidate, due=due, now=now)
    return count


def due_at(trigger: Trigger, *, local: dt.datetime, done_until: dt.datetime) -> dt.datetime | None:
    """The time by which a schedule is due, or None when it was carried out already; `local` is now in the zone."""
    if trigger.every_minutes:
        due = done_until + dt.timedelta(minutes=trigger.every_minutes)
        return local if due <= local else None
    hour, minute = trigger.at.split(":")
    due = local.replace(hour=int(hour), minute=int(minute), second=0, microsecond=0)
    if due > local:
        due -= dt.timedelta(days=1)
    return due if done_until < due else None


def _carry_on(
    hub: Hub, was: flows_store.Schedule, candidate: Candidate, *, due: dt.datetime, now: dt.datetime
) -> int:  # fmt: skip
    of = candidate.plan.of
    if of == definition.WORKSPACE:
        return _carry_errand(hub, was, candidate, due=due, now=now)
    with hub.database.workspace(hub.workspace) as connection:
        after, count = was.after or uuid.UUID(int=0), limits.BATCH_ORDERS_MAX
        page = (
            flows_store.open_orders(connection, after=after, count=count)
            if of == definition.ORDER
            else records_store.ids_after(connection, of, after, count=count)
        )
    said = {"actor": f"flow:{was.flow}", "source": "hub", "at": now}
    asked = [
        commands.StartFlow(
            **said,
            command_id=hub.ids.new(now),
            order_id=each,
            flow=was.flow,
            trigger=candidate.trigger.id,
            event={"type": "schedule", "at": due.isoformat()},
            filtered=True,
        )
        for each in page
    ]
    moving = _Moving(was, due, page[-1] if len(page) == limits.BATCH_ORDERS_MAX else None)
    try:
        if of == definition.ORDER:
            transact.run(hub, [transact.Asked(each) for each in asked], now=now, beside=moving)
        else:
            records.carry_on(hub, asked, beside=moving, now=now)
    except _FasterElsewhere:
        return 0
    return max(1, len(page))


def _carry_errand(
    hub: Hub, was: flows_store.Schedule, candidate: Candidate, *, due: dt.datetime, now: dt.datetime
) -> int:
    """A flow of the workspace begins once each time."""
    event = {"type": "schedule", "at": due.isoformat()}
    command = commands.StartFlow(
        command_id=hub.ids.new(now), actor=f"flow:{was.flow}", source="hub", at=now, order_id=uuid.UUID(int=0),
        flow=was.flow, trigger=candidate.trigger.id, filtered=True,
    )  # fmt: skip
    try:
        errands.start(hub, was.flow, event=event, command=command, beside=_Moving(was, due, None))
    except _FasterElsewhere:
        return 0
    return 1


class _FasterElsewhere(Exception):
    """Another process has carried this page out."""


class _Moving:
    """How far a schedule went, noted with the page of orders that was asked."""

    locked = False

    def __init__(self, was: flows_store.Schedule, due: dt.datetime, after: uuid.UUID | None) -> None:
        self._was, self._due, self._after = was, due, after

    def prepare(self, connection: db.Connection, state_: State) -> None:
        """Go on, unless another was faster."""
        until = self._was.done_until if self._after is not None else self._due
        if not flows_store.move_schedule(connection, self._was, until=until, after=self._after):
            raise _FasterElsewhere

    def save(self, connection: db.Connection, state_: State) -> None:
        """It is noted before anything is decided."""


class _Granting:
    """A temporary limit, booked in the transaction in which the flow that asked for it goes on; once, since a flow
    that does not wait for it any more gets none."""

    locked = True

    def __init__(self, hub: Hub, given: credit.Grant, command: commands.ResumeFlow, now: dt.datetime) -> None:
        self._hub, self._given, self._command, self._now = hub, given, command, now
        self._waited = False

    def prepare(self, connection: db.Connection, state_: State) -> None:
        """Let the account show the grant, so that the flow's next step sees it."""
        order = state_.orders.get(self._command.order_id)
        runs = order.runs if order is not None else state_.flowing.opened.get(self._command.order_id, [])
        self._waited = any(
            run.run_id == self._command.run_id and run.waits(self._command.token) is not None for run in runs
        )
        if self._waited and (account := state_.accounts.get(self._given.account)) is not None:
            account.grants.append(self._given)

    def save(self, connection: db.Connection, state_: State) -> None:
        """Book it."""
        if self._waited:
            credit_actions.book_grant(connection, self._hub, self._given, now=self._now, first=_AFTER_THE_ORDERS)


def _said_of(given: credit.Grant | records.Told | Refused) -> dict[str, Any]:
    """What a run is told of what the house did for it."""
    match given:
        case Refused():
            return {"code": given.code, "data": given.data}
        case credit.Grant():
            return {"grant_id": str(given.grant_id)}
        case _:
            return {"record_no": given.record_no, "record_id": str(given.record_id)}


def _recorded(hub: Hub, row: outbox_store.Claimed, *, now: dt.datetime) -> records.Told | Refused:
    """The record that a row asks for, linked to what its flow is about; its id is made of the row's, so that there is
    one of it however often that is carried out. Refuses as `records.create` does."""
    values = row.payload.get("values") or {}
    stated, link = values.get("values"), values.get("link")
    if not isinstance(stated, dict):
        return Refused("flow.bad_values", {"do": "record.create", "reason": "values"})
    number = str(row.payload.get("order_no") or row.payload.get("record_no") or "")
    links = {str(link): [number]} if link and number else {}
    wanted = records.Wanted(stated, links, ids.beside(row.outbox_id, "record"))
    teller = records.Teller(f"flow:{row.payload.get('flow', '')}", "hub", now)
    [told] = records.create(hub, str(values.get("type", "")), [wanted], teller=teller)
    return told


def _changed(hub: Hub, row: outbox_store.Claimed, *, now: dt.datetime) -> records.Told | Refused:
    """The record that a row asks to be changed. Changed twice it is changed once. Refuses as `records.change` does."""
    values = row.payload.get("values") or {}
    stated = values.get("values")
    if not isinstance(stated, dict):
        return Refused("flow.bad_values", {"do": "record.change", "reason": "values"})
    teller = records.Teller(f"flow:{row.payload.get('flow', '')}", "hub", now)
    change = (str(values.get("record_no", "")), records.Wanted(stated))
    [told] = records.change(hub, str(values.get("type", "")), [change], teller=teller)
    return told


def _granted(hub: Hub, row: outbox_store.Claimed, *, now: dt.datetime) -> credit.Grant | Refused:
    """The temporary limit that a row asks for; refuses what cannot be given."""
    do, values = row.payload.get("do"), row.payload.get("values") or {}
    if do != "credit.grant":
        return Refused("flow.unknown_verb", {"do": str(do)})
    account = str(values.get("account") or "")
    with hub.database.workspace(hub.workspace) as connection:
        settings = hub.reference(connection).settings
        found = credit_store.load(connection, [account], now=now, locked=False).get(account)
    if found is None:
        return Refused("credit.no_account", {"account": account})
    try:
        stated = values.get("amount")
        amount = settings.grant_minor_default if stated is None else money.minor(Decimal(str(stated)), found.currency)
        hours = float(values.get("hours") or settings.grant_hours_default)
    except (InvalidOperation, ValueError):
        return Refused("credit.bad_grant", {"amount_minor": str(values.get("amount")), "hours": values.get("hours")})
    if not 0 < amount <= limits.AMOUNT_MINOR_MAX or not 0 < hours <= limits.GRANT_HOURS_MAX:
        return Refused("credit.bad_grant", {"amount_minor": amount, "hours": hours})
    until = now + dt.timedelta(hours=hours)
    by = f"flow:{row.payload.get('flow', '')}"
    return credit.Grant(hub.ids.new(now), account, amount, now, until, by, str(values.get("scope") or ""))


def _on_runs(hub: Hub, run_ids: Sequence[uuid.UUID], command: Any, now: dt.datetime) -> list[Outcome | Refused]:
    with hub.database.workspace(hub.workspace) as connection:
        subjects = flows_store.subjects_of(connection, run_ids)
    known = [each for each in run_ids if each in subjects and subjects[each][0] == resuming.ORDER]
    asked = [transact.Asked(command(each, subjects[each][1])) for each in known]
    outcomes = dict(zip(known, transact.run(hub, asked, now=now), strict=True))
    for each in run_ids:
        if each in subjects and each not in outcomes:
            of, subject = subjects[each]
            outcomes[each] = resuming.carry(hub, of, command(each, subject), now=now)
    return [outcomes.get(each) or Refused("flow.run_unknown", {"run_id": str(each)}) for each in run_ids]


_DOERS = {"record.create": _recorded, "record.change": _changed, "credit.grant": _granted}


def _said(hub: Hub, teller: Teller, now: dt.datetime) -> dict[str, Any]:
    return {"command_id": hub.ids.new(now), "actor": teller.actor, "source": teller.source, "at": now}
