"""Flows in the loop: events start runs and wake those that wait, and runs give commands of the same loop.

A run lives beside the state while a batch is decided (`flowing`). When the batch has come to rest, one that began and
ended in it leaves its path in the entry's why; of any other the events are said, and the order keeps it.
"""

import hashlib
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from orderloom.deciding import flow_answers, flow_commands
from orderloom.deciding.flowing import Active, Flowing
from orderloom.deciding.state import Outgoing, State, Timer
from orderloom.deciding.work import Touched, Work
from orderloom.domain import approvals, breakers, fold
from orderloom.domain.flows import definition, engine, history, runs, verbs
from orderloom.domain.orders import commands, events
from orderloom.domain.orders.state import Order, Text
from orderloom.kit import ids, limits
from orderloom.kit.refusals import Refused
from orderloom.rules.flows import Candidate

Event = dict[str, Any]
_RUNS: Any = object()  # The answers say nothing of where the flow ends: it must be run.
_ROUNDS = {"rounds_max": limits.FLOW_ROUNDS_MAX}


def react(work: Work, state: State) -> list[commands.OrderCommand]:
    """What flows make of what was just decided of one order: commands that are decided in the same transaction."""
    order, command = work.order, work.command
    assert order is not None
    flows, flowing = state.reference.flows, state.flowing
    given = flowing.given.pop(command.command_id, None)
    asked = isinstance(command, commands.FlowCommand)
    said = work.said if work.refused is None else []
    fired = [(each, event) for event in said for each in flows.by_event.get(_name(event), ())]
    here = flowing.active.get(order.order_id)
    if not (fired or given or asked or order.runs or here or work.below):
        return []
    turn = _Turn(work, order, state, flowing.active.setdefault(order.order_id, _waiting(order, state))
                 if here is None else here)  # fmt: skip
    if given is not None:
        turn.answer(*given)
    if asked and work.refused is None:
        turn.asked(command)
    turn.wake(said)
    if not _stopped(order, state):
        turn.start(fired)
        turn.cross()
    flowing.rounds[order.order_id] = flowing.rounds.get(order.order_id, 0) + bool(turn.following)
    return turn.following


def _stopped(order: Order, state: State) -> bool:
    """Whether a breaker keeps flows from starting for the order; not where somebody let it pass."""
    stopping = state.reference.breakers.stopping(order, now=state.now)
    return bool(stopping) and (breakers.CODE, None) not in order.waived


def look(work: Work, state: State) -> None:
    """Note the thresholds that an order is below, before a command changes it; nothing when no flow has one."""
    thresholds = state.reference.flows.thresholds
    if thresholds and (work.order is None or not work.order.history):
        candidates = tuple(thresholds)
        held = flow_answers.held(work, state, candidates) if work.order is not None else {}
        work.below = [each for each in candidates if held.get(each.trigger.filter) is not True]


def close(touched: Mapping[uuid.UUID, Touched], state: State) -> None:
    """The batch has come to rest: say what happened in runs that go on, and note the paths of the others."""
    for order_id, active in state.flowing.active.items():
        order = touched.get(order_id)
        if order is None:
            continue
        for each in active:
            if each.existed or not each.run.over or each.run.state != "finished" or not order.said:
                _say(order, each, state)
            elif each.path:
                state.flowing.paths.setdefault(order_id, []).append(_path(each))
    for order_id, paths in state.flowing.paths.items():
        if (order := touched.get(order_id)) is not None:
            order.why["flows"] = paths


def _say(touched: Touched, active: Active, state: State) -> None:
    if not active.said:
        return
    if touched.at is None:
        touched.actor, touched.source, touched.at = state.flowing.said_by[touched.order.order_id]
    touched.said.extend(active.said)
    fold.evolve_all(touched.order, active.said)
    state.flowing.kept.append((touched.order.order_id, active.run))


class _Turn:
    """One order's runs after one command was decided."""

    def __init__(self, work: Work, order: Order, state: State, active: list[Active]) -> None:
        self.work, self.order, self.state, self.active = work, order, state, active
        self.flowing: Flowing = state.flowing
        self.following: list[commands.OrderCommand] = []
        command = work.command
        self.flowing.said_by.setdefault(order.order_id, (command.actor, command.source, command.at))
        if work.customer is None and order.customer_no:
            work.customer = state.customers.get(order.customer_no)
            work.account = work.customer.account if work.customer is not None else work.account

    def start(self, fired: Sequence[tuple[Candidate, Any]]) -> None:
        """Start the flows whose trigger an event fires and whose filter it passes."""
        groups: dict[int, list[tuple[Candidate, Any]]] = {}
        for each in fired:
            groups.setdefault(id(each[1]) if each[0].looks else 0, []).append(each)
        for group in groups.values():
            self._start_group(group)

    def _start_group(self, group: Sequence[tuple[Candidate, Any]]) -> None:
        """Start flows that may be asked together. Where the same answers let a flow end at once before, doing nothing
        but look, it is not run again: its path is the same."""
        candidates = tuple([each for each, _ in group])
        question = self.state.reference.flows.question(candidates)
        about = _told(group[0][1]) if question.reads.event else {}
        held = question.ask(flow_answers.context(self.work, self.state, question.reads, event=about))
        answers = tuple(held.values())
        ends = question.ends.get(answers)
        if ends is None:
            if len(question.ends) >= limits.ANSWERS_REMEMBERED_MAX:
                question.ends.clear()
            ends = question.ends[answers] = [_RUNS] * len(group)
        for number, (each, event) in enumerate(group):
            end = ends[number]
            if end is None:
                continue
            if end is not _RUNS:
                self.flowing.paths.setdefault(self.order.order_id, []).append(end)
            elif _passes(each, held, self.order):
                key = f"{each.plan.name} {each.trigger.id} {self.order.n} {_place(event, self.work.said)} {number}"
                begun = self._begin(each, _id(self.order.order_id, key), _kept(each, event), held)
                if each.trigger.on == "event" and _only_looked(begun):
                    ends[number] = _path(begun)
            elif each.trigger.on == "event":
                ends[number] = None

    def cross(self) -> None:
        """Start the flows whose threshold the order has just passed."""
        if not self.work.below or self.work.refused is not None:
            return
        candidates = tuple(self.work.below)
        held = flow_answers.held(self.work, self.state, candidates)
        for each in candidates:
            if held.get(each.trigger.filter) is True:
                run_id = _id(self.order.order_id, f"{each.plan.name} {each.trigger.id} {self.order.n}")
                self._begin(each, run_id, {"type": "threshold"}, {})

    def wake(self, said: Sequence[Any]) -> None:
        """Let runs go on that wait for one of these events."""
        for active in list(self.active):
            for waits in [each for each in active.run.waiting if each.on == "event"]:
                for event in said:
                    if _name(event) == waits.event and self._passes_wait(active, waits, event):
                        self._resume(active, waits.token, definition.NEXT, None)
                        break

    def answer(self, active: Active, token: int) -> None:
        """Tell a run what became of the command that it gave."""
        refused = self.work.refused
        if refused is None:
            self._resume(active, token, definition.DONE, None)
        else:
            self._resume(active, token, definition.REFUSED, {"code": refused.code, "data": refused.data})

    def asked(self, command: commands.OrderCommand) -> None:
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
            case _:
                pass

    def _start_by_hand(self, command: commands.StartFlow) -> None:
        plan = self.state.reference.flows.plans.get(command.flow)
        if plan is None:
            self.work.refused = Refused("flow.unknown", {"flow": command.flow})
            return
        trigger = next((each for each in plan.triggers if command.trigger in ("", each.id)), None)
        if trigger is None:
            self.work.refused = Refused("flow.no_trigger", {"flow": command.flow, "trigger": command.trigger})
            return
        candidate = Candidate(plan, trigger)
        held = flow_answers.held(self.work, self.state, (candidate,), event=command.event)
        if not command.filtered or _passes(candidate, held, self.order):
            self._begin(candidate, _id(self.order.order_id, str(command.command_id)), command.event, held)

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
            self.work.refused = Refused("flow.run_over", {"run_id": str(command.run_id)})
            return
        data = {"reason": command.reason, "by": command.actor}
        active.said.append(events.FlowFailed(active.run.run_id, history.CANCELLED, data=data))
        runs.end(active.run, "cancelled")
        self._tell_parent(active)

    def _move(self, command: commands.MoveFlow) -> None:
        active = self._find(command.run_id)
        plan = self.state.reference.flows.plan(active.run.flow, command.version) if active is not None else None
        if active is None or plan is None:
            self.work.refused = Refused("flow.run_over", {"run_id": str(command.run_id)})
            return
        if misfits := history.misfits(active.run, (), plan):
            self.work.refused = Refused("flow.does_not_fit", {"run_id": str(command.run_id), "nodes": misfits})
            return
        active.said.append(events.FlowMoved(active.run.run_id, command.version, active.run.version))
        active.run.version, active.plan = command.version, plan

    def _exhausted(self) -> bool:
        """Whether flows have answered each other so often in this transaction that they would go on for ever."""
        return self.flowing.rounds.get(self.order.order_id, 0) >= limits.FLOW_ROUNDS_MAX

    def _find(self, run_id: uuid.UUID) -> Active | None:
        return next((each for each in self.active if each.run.run_id == run_id and not each.run.over), None)

    def _passes_wait(self, active: Active, waits: runs.Waiting, event: Any) -> bool:
        token = active.run.token(waits.token)
        node = active.plan.nodes.get(token.node) if token is not None else None
        if not isinstance(node, definition.Wait) or not node.filter:
            return True
        return flow_answers.value(self.work, self.state, active, node.filter, event=_told(event)) is True

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
                answers[question] = flow_answers.answer(self.work, self.state, active, question)
        for effect in effects:
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
            data = {"run_id": str(run_id), "token": token}
            self.flowing.timers.append(Timer(due, "flow", self.order.order_id, data))
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
            self._command(active, effect)
        else:
            self.flowing.outgoing.append(_outgoing(active, effect, self.order))

    def _start_below(self, active: Active, effect: engine.Effect) -> None:
        plan = self.state.reference.flows.plans.get(effect.values["flow"])
        if plan is None or not plan.triggers:
            self._resume(
                active, effect.token, "failed", {"code": "flow.unknown", "data": {"flow": effect.values["flow"]}}
            )
            return
        run_id = _id(active.run.run_id, str(effect.token))
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
        title = node.title or active.plan.flow.title
        self.flowing.askings.append(
            approvals.Asking(
                subject=f"order:{self.order.order_id}",
                spec=spec,
                text=Text(f"{title.zh}：{self.order.order_no}", f"{title.en}: {self.order.order_no}"),
                grant=approvals.FlowAnswer(active.run.run_id, effect.node),
                asked_by=f"{approvals.BY_FLOW}{active.plan.name}",
                channel=self.order.channel,
                owner=self.order.owner,
            )
        )

    def _command(self, active: Active, effect: engine.Effect) -> None:
        made = flow_commands.make(
            effect.values["do"],
            effect.values["values"],
            self.order,
            command_id=_id(active.run.run_id, f"command {effect.token}"),
            actor=f"flow:{active.plan.name}",
            now=self.state.now,
        )
        if isinstance(made, Refused):
            self._resume(active, effect.token, definition.REFUSED, {"code": made.code, "data": made.data})
            return
        self.flowing.given[made.command_id] = (active, effect.token)
        self.following.append(made)


def _path(active: Active) -> dict[str, Any]:
    return {"flow": active.plan.name, "version": active.plan.version, "path": active.path}


def _only_looked(active: Active) -> bool:
    """Whether a run ended at once without doing anything, so that the same answers always lead it the same way."""
    return active.run.state == "finished" and not active.did and active.run.n == len(active.path)


def _waiting(order: Order, state: State) -> list[Active]:
    """The runs that an order has open, apart from the order, so that they change it only by what they say."""
    found: list[Active] = []
    for run in order.runs:
        plan = state.reference.flows.plan(run.flow, run.version)
        assert plan is not None, f"the flow {run.flow} version {run.version} is loaded with the order"
        found.append(Active(runs.copy(run), plan, existed=True))
    return found


def _passes(candidate: Candidate, held: Mapping[str, Any], order: Order) -> bool:
    trigger = candidate.trigger
    # A form's orders are numbered outside by its name and the submission (`actions.forms`).
    form = order.external_no.partition("-")[0] if order.door == "form" else None
    if trigger.on == "form" and (form is None or trigger.form not in ("", form)):
        return False
    return not trigger.filter or held.get(trigger.filter) is True


def _in_loop(do: str) -> bool:
    verb = verbs.VERBS.get(do)
    return verb is None or verb.where == "order"


def _outgoing(active: Active, effect: engine.Effect, order: Order) -> Outgoing:
    run = active.run
    key = f"flow-{run.run_id}-{effect.token}"
    payload: dict[str, Any] = {
        "order_no": order.order_no,
        "flow": active.plan.name,
        "node": effect.node,
        "run_id": str(run.run_id),
        "token": effect.token,
        **effect.values,
    }
    if effect.kind == "message":
        payload["to"] = effect.values["to"] or order.owner
    topic = {"message": "message", "call": "http", "command": "flow"}[effect.kind]
    return Outgoing(topic, str(order.order_id), key, payload)


def _told(event: Any) -> Event:
    """An event as expressions see it: its fields, and its name as `type`."""
    return msgspec.to_builtins(event)


def _kept(candidate: Candidate, event: Any) -> Event:
    """An event as a run keeps it: its name, and the fields that the flow reads."""
    fields = candidate.keeps
    if fields is None:
        return _told(event)
    told = _told(event) if fields else {}
    return {"type": _name(event), **{name: told[name] for name in fields if name in told}}


def _name(event: Any) -> str:
    return type(event).__struct_config__.tag


def _place(event: Any, said: Iterable[Any]) -> int:
    return next((number for number, each in enumerate(said) if each is event), 0)


def _id(of: uuid.UUID, key: str) -> uuid.UUID:
    """An id that a rerun makes again."""
    return ids.derived(hashlib.blake2b(of.bytes + key.encode(), digest_size=16).digest())
