"""Runs going on, whatever they are about: the part of a flow's turn that is the same for orders, records and errands.

`Going` drives the pure engine: it keeps what a turn said, answers what it asks, and gives what its nodes want done.
What a run is about stands in the subclass: how expressions are answered, and what its commands do.
"""

import abc
import hashlib
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from orderloom.deciding.flowing import Active, Flowing
from orderloom.deciding.state import Outgoing, State, Timer
from orderloom.domain import approvals
from orderloom.domain.flows import definition, engine, history, runs, verbs
from orderloom.domain.orders import commands, events
from orderloom.domain.orders.state import Text
from orderloom.kit import ids, limits
from orderloom.kit.refusals import Refused
from orderloom.rules.flows import Candidate

Event = dict[str, Any]
_ROUNDS = {"rounds_max": limits.FLOW_ROUNDS_MAX}


class Subject(msgspec.Struct, frozen=True):
    """What runs are about: its id, how approvals name it, its number and owner for people, the kind of its timers, and
    what its timers and its rows of the outbox say of it."""

    id: uuid.UUID
    about: str
    number: str
    timer: str
    data: dict[str, Any]
    row: dict[str, Any]
    owner: str = ""
    channel: str = ""


class Going(abc.ABC):
    """The runs of one subject while something of it is decided."""

    def __init__(self, active: list[Active], state: State) -> None:
        self.active, self.state = active, state
        self.flowing: Flowing = state.flowing

    @property
    @abc.abstractmethod
    def subject(self) -> Subject:
        """What the runs are about, as it stands."""

    @property
    def of(self) -> str:
        """What its flows are about: an order, the workspace, a record type."""
        return definition.ORDER

    @property
    @abc.abstractmethod
    def rounds(self) -> int:
        """How often flows have answered each other in this transaction."""

    @abc.abstractmethod
    def refuse(self, refused: Refused) -> None:
        """Say no to the command on the runs."""

    @abc.abstractmethod
    def value(self, active: Active, text: str, *, event: Event | None = None) -> Any:
        """An expression's value for a run; `event` is the one that the run began with unless given."""

    @abc.abstractmethod
    def answered(self, active: Active, question: str) -> Any:
        """What a run asks on its way: an expression's value, or a decision table's first answer."""

    @abc.abstractmethod
    def command(self, active: Active, effect: engine.Effect) -> None:
        """Give a command that is decided in the same transaction."""

    def wake(self, said: Sequence[Any]) -> None:
        """Let runs go on that wait for one of these events."""
        for active in list(self.active):
            for waits in [each for each in active.run.waiting if each.on == "event"]:
                for event in said:
                    if name(event) == waits.event and self._passes_wait(active, waits, event):
                        self._resume(active, waits.token, definition.NEXT, None)
                        break

    def _resume_by(self, command: commands.ResumeFlow) -> None:
        active = self._find(command.run_id)
        if active is None:
            return
        waits = next((each for each in active.run.waiting if each.token == command.token), None)
        if waits is None and command.node:
            standing = {token.token for token in active.run.tokens if token.node == command.node}
            waits = next((each for each in active.run.waiting if each.token in standing), None)
        if waits is None:
            return
        exit_ = command.exit
        if not exit_:  # A timer: the end of a wait, or of the patience with an event.
            if waits.until is None or waits.until > self.state.now:
                return
            exit_ = definition.TIMEOUT if waits.on == "event" else definition.NEXT
        self._resume(active, waits.token, exit_, command.given)

    def _end(self, command: commands.EndFlow) -> None:
        active = self._find(command.run_id)
        if active is None:
            self.refuse(Refused("flow.run_over", {"run_id": str(command.run_id)}))
            return
        data = {"reason": command.reason, "by": command.actor}
        active.said.append(events.FlowFailed(active.run.run_id, history.CANCELLED, data=data))
        runs.end(active.run, "cancelled")
        self._tell_parent(active)

    def _move(self, command: commands.MoveFlow) -> None:
        active = self._find(command.run_id)
        plan = self.state.reference.flows.plan(active.run.flow, command.version) if active is not None else None
        if active is None or plan is None:
            self.refuse(Refused("flow.run_over", {"run_id": str(command.run_id)}))
            return
        if misfits := [*history.misfits(active.run, (), plan), *(["of"] if plan.of != self.of else [])]:
            self.refuse(Refused("flow.does_not_fit", {"run_id": str(command.run_id), "nodes": misfits}))
            return
        active.said.append(events.FlowMoved(active.run.run_id, command.version, active.run.version))
        active.run.version, active.plan = command.version, plan

    def _exhausted(self) -> bool:
        """Whether flows have answered each other so often in this transaction that they would go on for ever."""
        return self.rounds >= limits.FLOW_ROUNDS_MAX

    def _find(self, run_id: uuid.UUID) -> Active | None:
        return next((each for each in self.active if each.run.run_id == run_id and not each.run.over), None)

    def _passes_wait(self, active: Active, waits: runs.Waiting, event: Any) -> bool:
        token = active.run.token(waits.token)
        node = active.plan.nodes.get(token.node) if token is not None else None
        if not isinstance(node, definition.Wait) or not node.filter:
            return True
        return self.value(active, node.filter, event=told(event)) is True

    def _begin(
        self, candidate: Candidate, run_id: uuid.UUID, event: Event, held: Mapping[str, Any],
        parent: tuple[Active, int] | None = None,
    ) -> Active:  # fmt: skip
        plan = candidate.plan
        started = runs.Started(run_id, plan.name, plan.version, candidate.trigger.id, event)
        if parent is not None:
            started.parent, started.parent_token = parent[0].run.run_id, parent[1]
            started.depth = parent[0].run.depth + 1
        active = Active(runs.begin(started), plan, said=[events.FlowStarted(started)])
        self.active.append(active)
        if self._exhausted():
            self._fail(active, candidate.trigger.id, "flow.too_many_rounds", _ROUNDS)
        elif len(self.active) > limits.FLOW_RUNS_PER_ORDER_MAX:
            self._fail(active, candidate.trigger.id, "flow.too_many_runs", {"most": limits.FLOW_RUNS_PER_ORDER_MAX})
        else:
            self._drive(active, dict(held))
        return active

    def _resume(self, active: Active, token: int, exit_: str, given: Any) -> None:
        standing = active.run.token(token)
        node = active.plan.nodes.get(standing.node) if standing is not None else None
        into = node.into if isinstance(node, definition.Call | definition.Action) else ""
        turn = engine.answer(active.run, active.plan, token, exit_=exit_, given=given, into=into)
        if turn is None:
            return
        self._note(active, turn)
        if active.run.over:
            self._tell_parent(active)
        elif active.run.tokens and self._exhausted():
            self._fail(active, active.run.tokens[0].node, "flow.too_many_rounds", _ROUNDS)
        else:
            self._drive(active, {})

    def _drive(self, active: Active, answers: dict[str, Any]) -> None:
        """Move a run on as far as it goes now; what it asks is answered here."""
        effects: list[engine.Effect] = []
        while True:
            turn = engine.advance(active.run, active.plan, answers, now=self.state.local_now)
            self._note(active, turn)
            effects.extend(turn.effects)
            active.did = active.did or bool(turn.effects or turn.questions)
            if not turn.questions or active.run.over:
                break
            for question in turn.questions:
                answers[question] = self.answered(active, question)
        for effect in effects:
            active.gave[effect.token] = effect
            self._carry(active, effect)
        if active.run.over:
            self._tell_parent(active)

    def _note(self, active: Active, turn: engine.Turn) -> None:
        """Keep what a turn said."""
        run_id = active.run.run_id
        if turn.steps:
            active.said.append(events.FlowStepped(run_id, turn.steps))
            active.path.extend(f"{each.node}:{each.exit}" if each.exit else each.node for each in turn.steps)
        # What a command comes to is known before anything is saved, and the step that it leads to ends the wait.
        if waits := [each for each in turn.waits if each.on != "command"]:
            active.said.append(events.FlowWaited(run_id, waits))
        for due, token in turn.timers:
            subject = self.subject
            data = {"run_id": str(run_id), "token": token, **subject.data}
            self.flowing.timers.append(Timer(due, subject.timer, subject.id, data))
        if turn.failure is not None:
            failure = turn.failure
            active.said.append(events.FlowFailed(run_id, failure.code, failure.node, failure.data))
        elif active.run.state == "finished":
            active.said.append(events.FlowFinished(run_id))

    def _fail(self, active: Active, node: str, code: str, data: dict[str, Any]) -> None:
        active.said.append(events.FlowFailed(active.run.run_id, code, node, data))
        runs.end(active.run, "failed")
        self._tell_parent(active)

    def _tell_parent(self, active: Active) -> None:
        run = active.run
        parent = self._find(run.parent) if run.parent is not None else None
        if parent is not None:
            self._resume(parent, run.parent_token, definition.DONE if run.state == "finished" else "failed", None)

    def _carry(self, active: Active, effect: engine.Effect) -> None:
        """Give what a node wants done: a command of the loop, a row for the outbox, a run of another flow."""
        if effect.kind == "flow":
            self._start_below(active, effect)
        elif effect.kind == "approval":
            self._ask(active, effect)
        elif effect.kind == "command" and _in_loop(effect.values["do"]):
            self.command(active, effect)
        else:
            self.flowing.outgoing.append(_outgoing(active, effect, self.subject))

    def _start_below(self, active: Active, effect: engine.Effect) -> None:
        plan = self.state.reference.flows.plans.get(effect.values["flow"])
        if plan is None or not plan.triggers or plan.of != self.of:
            self._resume(
                active, effect.token, "failed", {"code": "flow.unknown", "data": {"flow": effect.values["flow"]}}
            )
            return
        run_id = derived(active.run.run_id, str(effect.token))
        self._begin(Candidate(plan, plan.triggers[0]), run_id, active.run.event, {}, (active, effect.token))

    def _ask(self, active: Active, effect: engine.Effect) -> None:
        """Ask people: the request is opened in this transaction, and its decision resumes the run."""
        node = active.plan.nodes[effect.node]
        try:
            spec = msgspec.convert(effect.values["spec"], approvals.Spec)
        except msgspec.ValidationError as error:
            self._fail(active, effect.node, "flow.bad_values", {"do": "approval", "reason": str(error)[:200]})
            return
        if (problem := approvals.unfit(spec)) is not None:
            self._fail(active, effect.node, problem.code, problem.data)
            return
        title, subject = node.title or active.plan.flow.title, self.subject
        self.flowing.askings.append(
            approvals.Asking(
                subject=subject.about,
                spec=spec,
                text=Text(_titled(title.zh, "：", subject.number), _titled(title.en, ": ", subject.number)),
                grant=approvals.FlowAnswer(active.run.run_id, effect.node),
                asked_by=f"{approvals.BY_FLOW}{active.plan.name}",
                channel=subject.channel,
                owner=subject.owner,
            )
        )


def path(active: Active) -> dict[str, Any]:
    """The way that a run went, as an entry's why keeps it, and whether it did anything on its way."""
    gone = {"flow": active.plan.name, "version": active.plan.version, "path": active.path}
    return {**gone, "did": True} if active.gave else gone


def _outgoing(active: Active, effect: engine.Effect, subject: Subject) -> Outgoing:
    run = active.run
    key = f"flow-{run.run_id}-{effect.token}"
    payload: dict[str, Any] = {
        **subject.row,
        "flow": active.plan.name,
        "node": effect.node,
        "run_id": str(run.run_id),
        "token": effect.token,
        **effect.values,
    }
    if effect.kind == "message":
        payload["to"] = effect.values["to"] or subject.owner
    topic = {"message": "message", "call": "http", "command": "flow"}[effect.kind]
    return Outgoing(topic, str(subject.id), key, payload)


def told(event: Any) -> Event:
    """An event as expressions see it: its fields, and its name as `type`."""
    return msgspec.to_builtins(event)


def kept(candidate: Candidate, event: Any) -> Event:
    """An event as a run keeps it: its name, and the fields that the flow reads."""
    fields = candidate.keeps
    if fields is None:
        return told(event)
    said = told(event) if fields else {}
    return {"type": name(event), **{each: said[each] for each in fields if each in said}}


def name(event: Any) -> str:
    """An event's name."""
    return type(event).__struct_config__.tag


def derived(of: uuid.UUID, key: str) -> uuid.UUID:
    """An id that a rerun makes again."""
    return ids.derived(hashlib.blake2b(of.bytes + key.encode(), digest_size=16).digest())


def _in_loop(do: str) -> bool:
    verb = verbs.VERBS.get(do)
    return verb is None or verb.where != "house"


def _titled(title: str, between: str, number: str) -> str:
    return f"{title}{between}{number}" if number else title
