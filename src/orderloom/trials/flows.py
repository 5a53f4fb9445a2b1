"""A flow tried on a stored order or record, or for the workspace: which way it would go and what it would do, with
nothing saved and nobody told."""

import copy
import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from orderloom.deciding import dictionaries, flow_subjects, loop
from orderloom.deciding.flowing import Active, Flowing
from orderloom.deciding.reference import Reference
from orderloom.deciding.state import State
from orderloom.domain import codes, log, records
from orderloom.domain.documents.kinds import Known
from orderloom.domain.documents.versions import Published
from orderloom.domain.fields import values
from orderloom.domain.flows import definition, history
from orderloom.domain.orders import commands, events
from orderloom.domain.records import Record
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.rules import flow_kind, flows
from orderloom.store import database as db
from orderloom.store import records as records_store

_ACTOR = "trial"


class Lit(msgspec.Struct, omit_defaults=True):
    """A node that the run passed, when that would be, by which exit, with what was answered and what it would do."""

    node: str
    at: dt.datetime
    exit: str = ""
    answer: Any = None
    does: dict[str, Any] = {}
    said: dict[str, str] = {}


class Tried(msgspec.Struct):
    """What a trial came to: the lit path, the events that the order would say, what would leave the house, who would be
    asked; how the run ends, and why where it fails, in words too. `waits` are nodes that wait for what the trial was
    not told."""

    state: str
    path: list[Lit]
    events: list[str]
    outgoing: list[dict[str, Any]]
    asked: list[dict[str, Any]]
    waits: list[str] = []
    failure: dict[str, Any] = {}


class Trial(msgspec.Struct, frozen=True):
    """What to try: the trigger (the first when empty), the event it begins with, and by node the exit that people,
    partners or events lead to. Times pass by themselves."""

    trigger: str = ""
    event: Mapping[str, Any] = {}
    exits: Mapping[str, str] = {}


def run(loaded: State, order_id: uuid.UUID, *, draft: Published, trial: Trial) -> Tried:
    """Let a draft run on an order; `loaded` is used up by it. What it asks of other streams is taken as done."""
    reference = _beside(loaded.reference, draft)
    state = msgspec.structs.replace(loaded, reference=reference, looked_up=None)
    order = state.orders[order_id]
    order.runs = []
    tried = Tried("running", [], [], [], [])
    said = {"actor": _ACTOR, "source": "hub", "order_id": order_id}
    start = commands.StartFlow(
        **said, command_id=uuid.UUID(int=1), at=state.now, flow=draft.name, trigger=trial.trigger,
        event=dict(trial.event), filtered=True,
    )  # fmt: skip
    command: commands.OrderCommand | None = start
    for number in range(2, limits.FLOW_STEPS_AT_ONCE_MAX):
        assert command is not None
        going = _decide(state, command, tried, draft.name)
        tried.waits = sorted({token.node for each in going for token in each.run.tokens})
        command = _next(going, state, trial, uuid.UUID(int=number), said)
        if command is None:
            break
    return tried


def on_record(
    connection: db.Connection, reference: Reference, record_no: str, *, draft: Published, trial: Trial, now: dt.datetime
) -> Tried | Refused:
    """Let a draft run on a record, or for the workspace where the draft is about that. Refuses `record.unknown`."""
    record: Record | None = None
    if flows.plan(draft).of != definition.WORKSPACE:
        found = records_store.ids(connection, [record_no]).get(record_no)
        if found is None or found[1] != flows.plan(draft).of:
            return Refused("record.unknown", {"record_no": record_no[: limits.NAME_CHARS_MAX]})
        record = msgspec.structs.replace(records_store.read(connection, [found[0]])[found[0]], runs=[])
    state = State(now=now, reference=_beside(reference, draft))
    subject = record.record_id if record is not None else uuid.UUID(int=0)
    turn = flow_subjects.Turn(state, subject, record=record, open_=[])
    turn.change = _changing(state.reference, record)
    said = {"actor": _ACTOR, "source": "hub", "order_id": subject}
    command: commands.OrderCommand | None = commands.StartFlow(
        **said, command_id=uuid.UUID(int=1), at=now, flow=draft.name, trigger=trial.trigger, event=dict(trial.event),
        filtered=True,
    )  # fmt: skip
    tried = Tried("not_started", [], [], [], [])
    for number in range(2, limits.FLOW_STEPS_AT_ONCE_MAX):
        assert isinstance(command, commands.FlowCommand)
        turn.asked(command)
        if turn.refused is not None:
            tried.state, tried.failure = "failed", _failure(turn.refused.code, "", turn.refused.data)
            break
        going = _noted(tried, turn, draft.name)
        command = _next(going, state, trial, uuid.UUID(int=number), said)
        if command is None:
            break
    return tried


def on_sample(
    reference: Reference, *, draft: Published, trial: Trial, values: Mapping[str, Any], name: str = ""
) -> Tried:
    """Let a draft go its way over the ordinary order with these paths set, as its cases do: which way, not what would
    leave. Waits, people and partners answer at once, by `trial.exits` or their usual exit."""
    known = Known(
        {kind: {each: one.content for each, one in found.items()} for kind, found in reference.documents.items()},
        zone=reference.settings.zone,
    )
    case = flow_kind.Case(name, [], set=dict(values), event=dict(trial.event), exits=trial.exits, trigger=trial.trigger)
    gone = flow_kind.walk(flows.plan(draft), case, known)
    path = [Lit(each.node, flow_kind.AT, each.exit, each.answer, said=history.said(each)) for each in gone.steps]
    tried = Tried(gone.state, path, [], [], [])
    if gone.failure is not None:
        tried.failure = _failure(gone.failure.code, gone.failure.node, gone.failure.data)
    return tried


def _noted(tried: Tried, turn: flow_subjects.Turn, name: str) -> list[Active]:
    """Note what a turn lit since it was looked at last; the runs that go on."""
    for each in turn.active:
        if each.plan.name == name:
            _note(tried, each, turn.state.now)
        each.said = []
    tried.events.extend(log.names(turn.said))
    turn.said.clear()
    flowing = turn.flowing
    tried.outgoing.extend({"topic": each.topic, **each.payload} for each in flowing.outgoing)
    tried.asked.extend({"node": getattr(each.grant, "node", ""), "spec": each.spec} for each in flowing.askings)
    flowing.outgoing.clear()
    flowing.askings.clear()
    going = [each for each in turn.active if not each.run.over]
    tried.waits = sorted({token.node for each in going for token in each.run.tokens})
    return going


def _changing(reference: Reference, record: Record | None) -> flow_subjects.Change | None:
    """How values would be read: as the record's own dictionary does; files, customers and SKUs are taken as there."""
    fields = dictionaries.of(reference, record.of) if record is not None else None
    if fields is None:
        return None

    def change(record: Record, stated: Mapping[str, Any]) -> list[records.RecordChanged] | Refused:
        context = {**dict.fromkeys(each.name for each in fields.dictionary.fields), **record.values, **stated}
        hidden = fields.hidden(context)
        frame = values.Frame(
            reference.places, reference.settings.currency, before=record.values, partial=True, hidden=hidden
        )
        read = values.read(fields.dictionary, stated, frame=frame)
        if read.wrong:
            return Refused(read.wrong[0].code, {**read.wrong[0].data, "field": read.wrong[0].path})
        kept = {**read.values, **fields.compute({**context, **read.values})}
        title = records.title_of(fields.dictionary, {**record.values, **kept})
        return records.change(record, values=kept, links={}, title=title)

    return change


def _beside(reference: Reference, draft: Published) -> Reference:
    """The reference with the draft, and beside it the flows that it may call up; none of their triggers fires."""
    made = copy.copy(reference)
    made.kept = {}
    plans = [each for each in reference.flows.plans.values() if each.name != draft.name]
    made.flows = flows.Flows([flows.plan(draft), *plans], zone=reference.settings.zone)
    made.flows.by_event.clear()
    made.flows.thresholds.clear()
    made.flows.apart.clear()
    return made


def _decide(state: State, command: commands.OrderCommand, tried: Tried, name: str) -> list[Active]:
    """Decide one command, and note what it lit; the runs that go on, the draft's own and those of its sub-flows."""
    state.flowing = Flowing()
    decided = loop.decide([command], state)
    outcome = decided.outcomes[command.command_id]
    if outcome.refused is not None:
        tried.state, tried.failure = "failed", _failure(outcome.refused.code, "", outcome.refused.data)
        return []
    for touched in decided.touched.values():
        tried.events.extend(each for each in log.names(touched.said) if not each.startswith("flow."))
    tried.outgoing.extend({"topic": each.topic, **each.payload} for each in decided.outgoing)
    tried.asked.extend({"node": getattr(each.grant, "node", ""), "spec": each.spec} for each in decided.askings)
    active = [each for of_order in state.flowing.active.values() for each in of_order]
    own = next((each for each in active if each.plan.name == name), None)
    if own is None and tried.state == "running":
        tried.state = "not_started"
    elif own is not None:
        _note(tried, own, state.now)
    return [each for each in active if not each.run.over]


def _note(tried: Tried, own: Active, at: dt.datetime) -> None:
    for each in own.said:
        if isinstance(each, events.FlowStepped):
            tried.path.extend(
                Lit(step.node, at, step.exit, step.answer, _does(own, step.took), history.said(step))
                for step in each.steps
            )
        elif isinstance(each, events.FlowFailed):
            tried.failure = _failure(each.code, each.node, each.data)
    tried.state = own.run.state


def _failure(code: str, node: str, data: Mapping[str, Any]) -> dict[str, Any]:
    """Why a trial failed, in words too; of a step that was refused and leads nowhere, why it was."""
    said = codes.refusal(data.get("answer")) or codes.both(code, {"node": node, **data})
    return {"code": code, "node": node, **data, **said}


def _does(own: Active, took: Sequence[int]) -> dict[str, Any]:
    """What a step's node wanted done for the branches that it took."""
    gave = next((own.gave[token] for token in took if token in own.gave), None)
    return {} if gave is None else gave.values


def _next(
    going: Sequence[Active], state: State, trial: Trial, command_id: uuid.UUID, said: Mapping[str, Any]
) -> commands.OrderCommand | None:
    """What lets a waiting run go on: an exit that the trial names, else the earliest time that one waits for."""
    due: list[tuple[dt.datetime, int, uuid.UUID]] = []
    for active in going:
        run = active.run
        standing = {token.token: token.node for token in run.tokens}
        for waits in run.waiting:
            node = active.plan.nodes[standing[waits.token]]
            exit_ = trial.exits.get(node.id, "")
            if not exit_ and waits.on == "answer" and isinstance(node, definition.Action):
                exit_ = definition.DONE
            if exit_:
                return commands.ResumeFlow(
                    **said, command_id=command_id, at=state.now, run_id=run.run_id, token=waits.token, exit=exit_
                )
            if waits.until is not None:
                due.append((waits.until, waits.token, run.run_id))
    if not due:
        return None
    at, token, run_id = min(due)
    state.now = max(state.now, at)
    state.local_now = state.now.astimezone(state.reference.zone)
    return commands.ResumeFlow(**said, command_id=command_id, at=state.now, run_id=run_id, token=token)
