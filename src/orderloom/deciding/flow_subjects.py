"""Flows that are about no order: about a record of an own type, or about nothing but the workspace (an errand).

The engine and all that drives it are those of orders (`deciding.going`). A record's own commands are decided here, in
the transaction of the record; how its values are read is handed in by whoever knows the dictionary's lookups.
"""

import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import msgspec

from orderloom.deciding import going
from orderloom.deciding.flowing import Active
from orderloom.deciding.going import Event, Going, Subject
from orderloom.deciding.state import State
from orderloom.domain import records
from orderloom.domain.flows import definition, engine, runs
from orderloom.domain.flows.runs import Run
from orderloom.domain.orders import commands, events
from orderloom.domain.records import Record
from orderloom.kit.refusals import Refused
from orderloom.rules.flows import Candidate

RECORD, ERRAND = "record", "errand"
# The kind of the timers of their runs.
TIMER = "flow_subject"

# How values are set: the record as it stands and the values; what it says then, or why not.
Change = Callable[[Record, Mapping[str, Any]], "Sequence[records.RecordChanged] | Refused"]


class Turn(Going):
    """The runs of a record, or of an errand where there is none, while something of it is decided. `said` are the
    changes that flows made, `refused` is what the command on the runs was told."""

    def __init__(self, state: State, subject_id: uuid.UUID, *, record: Record | None, open_: Sequence[Run]) -> None:
        super().__init__(_opened(open_, state), state)
        self.subject_id, self.record = subject_id, record
        self.change: Change | None = None
        self.said: list[records.RecordChanged] = []
        self.refused: Refused | None = None
        self._rounds = self._begun = 0

    @property
    def of(self) -> str:
        """The record's type, or the workspace."""
        return self.record.of if self.record is not None else definition.WORKSPACE

    @property
    def subject(self) -> Subject:
        """The record or the errand."""
        kind = RECORD if self.record is not None else ERRAND
        row: dict[str, Any] = {"of": kind}
        if self.record is not None:
            row |= {"record_no": self.record.record_no, "type": self.record.of}
        return Subject(
            id=self.subject_id,
            about=f"{kind}:{self.subject_id}",
            number=self.record.record_no if self.record is not None else "",
            timer=TIMER,
            data={"of": kind},
            row=row,
        )

    @property
    def rounds(self) -> int:
        """How often flows have changed the record in this transaction."""
        return self._rounds

    def refuse(self, refused: Refused) -> None:
        """Say no to the command on the runs."""
        self.refused = refused

    def react(self, said: Sequence[records.RecordEvent], *, before: Record | None) -> None:
        """Wake what waits for these events of the record, and start what they fire."""
        self.wake(said)
        for candidate in self.state.reference.flows.apart.get(self.of, ()):
            for event in said:
                if _fires(candidate, event) and self._passes(candidate, going.told(event)):
                    self._start(candidate, going.kept(candidate, event))
            if candidate.trigger.on == "threshold" and self._crossed(candidate, before):
                self._start(candidate, {"type": "threshold"})

    def asked(self, command: commands.FlowCommand) -> None:
        """Carry out a command on the runs themselves."""
        match command:
            case commands.StartFlow():
                self._start_by_hand(command)
            case commands.ResumeFlow():
                self._resume_by(command)
            case commands.EndFlow():
                self._end(command)
            case commands.MoveFlow():
                self._move(command)

    def close(self, *, alone: bool) -> tuple[list[events.FlowEvent], list[dict[str, Any]]]:
        """What happened in runs that go on, and the paths of those that began and ended here; those are said too where
        nothing else is said: `alone`."""
        events_: list[events.FlowEvent] = []
        paths: list[dict[str, Any]] = []
        for each in self.active:
            if each.existed or each.run.state != "finished" or alone:
                events_.extend(each.said)
            else:
                paths.append(going.path(each))
        return events_, paths

    def value(self, active: Active, text: str, *, event: Event | None = None) -> Any:
        """An expression's value, on the record as it stands."""
        if event is None:
            return self._value(text, active.run.event, active.run.vars)
        return self._value(text, event, {**active.run.vars, "began": active.run.event})

    def answered(self, active: Active, question: str) -> Any:
        """What a run asks on its way: an expression's value, or a decision table's first answer."""
        if not question.startswith("table:"):
            return self.value(active, question)
        node = active.plan.nodes[question.removeprefix("table:")]
        assert isinstance(node, definition.Table)
        content, name = node.content, f"{active.plan.name} {active.plan.version} {node.id}"
        if content is None:
            document = self.state.reference.documents.get("rules", {}).get(node.rules)
            if document is None:
                return None
            content, name = document.content["content"], f"rules {document.name} {document.version}"
        return self.state.reference.flows.table(name, content, self._context(active.run.event, active.run.vars))

    def command(self, active: Active, effect: engine.Effect) -> None:
        """Set values of the record, or start another flow on it."""
        do, values = effect.values["do"], effect.values["values"]
        done = self._set(values) if do == "record.set" else self._start_other(do, values, active, effect)
        if isinstance(done, Refused):
            given = {"code": done.code, "data": dict(done.data)}
            self._resume(active, effect.token, definition.REFUSED, given)
            return
        self._resume(active, effect.token, definition.DONE, None)

    def _set(self, values: Mapping[str, Any]) -> Refused | None:
        stated = values.get("values")
        if self.record is None or self.change is None or not isinstance(stated, Mapping):
            return Refused("flow.bad_values", {"do": "record.set", "reason": "values"})
        said = self.change(self.record, stated)
        if isinstance(said, Refused):
            return said
        before = self.record
        for event in said:
            self.record = records.evolve(self.record, self.subject_id, event)
            self.said.append(event)
        if said:
            self._rounds += 1
            self.react(said, before=before)
        return None

    def _start_other(self, do: str, values: Mapping[str, Any], active: Active, effect: engine.Effect) -> Refused | None:
        plan = self.state.reference.flows.plans.get(str(values.get("flow", "")))
        if do != "flow.start":
            return Refused("flow.unknown_verb", {"do": do})
        if plan is None or not plan.triggers or plan.of != self.of:
            return Refused("flow.unknown", {"flow": str(values.get("flow", ""))[:80]})
        run_id = going.derived(active.run.run_id, f"start {effect.token}")
        self._rounds += 1
        self._begin(Candidate(plan, plan.triggers[0]), run_id, {"type": "flow"}, {})
        return None

    def _start_by_hand(self, command: commands.StartFlow) -> None:
        plan = self.state.reference.flows.plans.get(command.flow)
        if plan is None:
            self.refuse(Refused("flow.unknown", {"flow": command.flow}))
            return
        if plan.of != self.of:
            self.refuse(Refused("flow.other_subject", {"flow": command.flow, "of": plan.of}))
            return
        trigger = next((each for each in plan.triggers if command.trigger in ("", each.id)), None)
        if trigger is None:
            self.refuse(Refused("flow.no_trigger", {"flow": command.flow, "trigger": command.trigger}))
            return
        candidate = Candidate(plan, trigger)
        if not command.filtered or self._passes(candidate, command.event):
            self._begin(candidate, going.derived(self.subject_id, str(command.command_id)), command.event, {})

    def _start(self, candidate: Candidate, event: Event) -> None:
        assert self.record is not None, "only a record says events"
        self._begun += 1
        key = f"{candidate.plan.name} {candidate.trigger.id} {self.record.n} {len(self.said)} {self._begun}"
        self._begin(candidate, going.derived(self.subject_id, key), event, {})

    def _passes(self, candidate: Candidate, event: Event) -> bool:
        return not candidate.trigger.filter or self._value(candidate.trigger.filter, event, {}) is True

    def _crossed(self, candidate: Candidate, before: Record | None) -> bool:
        """Whether the condition has just become true."""
        text = candidate.trigger.filter
        if self._value(text, {}, {}) is not True:
            return False
        return before is None or self._value(text, {}, {}, record=before) is not True

    def _value(self, text: str, event: Event, kept: Mapping[str, Any], *, record: Record | None = None) -> Any:
        return self.state.reference.flows.value(text, self._context(event, kept, record=record))

    def _context(self, event: Event, kept: Mapping[str, Any], *, record: Record | None = None) -> dict[str, Any]:
        local, about = self.state.local_now, record or self.record
        now = {"hour": local.hour, "weekday": local.isoweekday(), "minute_of_day": local.hour * 60 + local.minute}
        made: dict[str, Any] = {"event": dict(event), "vars": dict(kept), "now": now}
        if about is not None:
            made["record"] = {
                "record_no": about.record_no,
                "type": about.of,
                "title": about.title,
                "values": msgspec.to_builtins(about.values),
                "links": about.links,
            }
        return made


def _opened(open_: Sequence[Run], state: State) -> list[Active]:
    """The runs that wait, apart from their subject, so that they change it only by what they say."""
    found: list[Active] = []
    for run in open_:
        plan = state.reference.flows.plan(run.flow, run.version)
        assert plan is not None, f"the flow {run.flow} version {run.version} is loaded with its subject"
        found.append(Active(runs.copy(run), plan, existed=True))
    return found


def _fires(candidate: Candidate, event: records.RecordEvent) -> bool:
    trigger = candidate.trigger
    if trigger.on == "event":
        return trigger.event == going.name(event)
    if trigger.on == "form" and isinstance(event, records.RecordCreated):
        return bool(event.form) and trigger.form in ("", event.form)
    return False
