"""Flows in the loop: events start runs and wake those that wait, and runs give commands of the same loop.

A run lives beside the state while a batch is decided (`flowing`). When the batch has come to rest, one that began and
ended in it leaves its path in the entry's why; of any other the events are said, and the order keeps it.
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from orderloom.deciding import flow_answers, flow_commands, going
from orderloom.deciding.flowing import Active
from orderloom.deciding.going import Event, Going, Subject
from orderloom.deciding.state import State
from orderloom.deciding.work import Touched, Work
from orderloom.domain import breakers, fold
from orderloom.domain.flows import definition, engine, runs
from orderloom.domain.orders import commands
from orderloom.domain.orders.state import Order
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.rules.flows import Candidate

_RUNS: Any = object()  # The answers say nothing of where the flow ends: it must be run.
_ROUNDS = {"rounds_max": limits.FLOW_ROUNDS_MAX}
# Nodes that only look, and what a run waits for that it has asked nobody for.
_LOOKING = (definition.Trigger, definition.Condition, definition.Table, definition.Split, definition.Join,
            definition.Wait, definition.End)  # fmt: skip
_PATIENT = ("time", "event")


def react(work: Work, state: State) -> list[commands.OrderCommand]:
    """What flows make of what was just decided of one order: commands that are decided in the same transaction."""
    order, command = work.order, work.command
    assert order is not None
    flows, flowing = state.reference.flows, state.flowing
    given = flowing.given.pop(command.command_id, None)
    asked = isinstance(command, commands.FlowCommand)
    said = work.said if work.refused is None else []
    fired = [(each, event) for event in said for each in flows.by_event.get(going.name(event), ())]
    here = flowing.active.get(order.order_id)
    if not (fired or given or asked or order.runs or here or work.below):
        return []
    turn = _Turn(work, order, state, flowing.active.setdefault(order.order_id, _waiting(order, state))
                 if here is None else here)  # fmt: skip
    if given is not None:
        turn.answer(*given)
    if asked and work.refused is None:
        turn.asked(command)
    if isinstance(command, commands.Revert) and said:
        turn.end_idle(command)
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


def idle(order: Order, asked: commands.Revert, state: State) -> set[uuid.UUID]:
    """The runs that began with a stage and have done nothing but look and wait so far."""
    passed = {each.run_id: each.passed for each in asked.began}
    found: set[uuid.UUID] = set()
    for each in _waiting(order, state):
        nodes = [each.plan.nodes.get(node) for node in passed.get(each.run.run_id, ())]
        patient = all(waits.on in _PATIENT for waits in each.run.waiting)
        if nodes and patient and all(isinstance(node, _LOOKING) for node in nodes):
            found.add(each.run.run_id)
    return found


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
                state.flowing.paths.setdefault(order_id, []).append(going.path(each))
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


class _Turn(Going):
    """One order's runs after one command was decided."""

    def __init__(self, work: Work, order: Order, state: State, active: list[Active]) -> None:
        super().__init__(active, state)
        self.work, self.order = work, order
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
        about = going.told(group[0][1]) if question.reads.event else {}
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
                begun = self._begin(each, going.derived(self.order.order_id, key), going.kept(each, event), held)
                if each.trigger.on == "event" and _only_looked(begun):
                    ends[number] = going.path(begun)
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
                run_id = going.derived(self.order.order_id, f"{each.plan.name} {each.trigger.id} {self.order.n}")
                self._begin(each, run_id, {"type": "threshold"}, {})

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

    def end_idle(self, command: commands.Revert) -> None:
        """End the runs that waited because of a stage which was taken back: confirmed anew, it sets them going anew."""
        for each in idle(self.order, command, self.state):
            self._end(
                commands.EndFlow(
                    command_id=command.command_id, actor=command.actor, source=command.source, at=command.at,
                    order_id=command.order_id, run_id=each, reason=command.reason,
                )
            )  # fmt: skip

    def _start_by_hand(self, command: commands.StartFlow) -> None:
        plan = self.state.reference.flows.plans.get(command.flow)
        if plan is not None and plan.of != definition.ORDER:
            self.refuse(Refused("flow.other_subject", {"flow": command.flow, "of": plan.of}))
            return
        if plan is None:
            self.refuse(Refused("flow.unknown", {"flow": command.flow}))
            return
        trigger = next((each for each in plan.triggers if command.trigger in ("", each.id)), None)
        if trigger is None:
            self.work.refused = Refused("flow.no_trigger", {"flow": command.flow, "trigger": command.trigger})
            return
        candidate = Candidate(plan, trigger)
        held = flow_answers.held(self.work, self.state, (candidate,), event=command.event)
        if not command.filtered or _passes(candidate, held, self.order):
            self._begin(candidate, going.derived(self.order.order_id, str(command.command_id)), command.event, held)

    @property
    def subject(self) -> Subject:
        """The order."""
        order = self.order
        return Subject(
            id=order.order_id,
            about=f"order:{order.order_id}",
            number=order.order_no,
            timer="flow",
            data={},
            row={"order_no": order.order_no},
            owner=order.owner,
            channel=order.channel,
        )

    @property
    def rounds(self) -> int:
        """Counted by order: one order's flows may go on over several rounds of the loop."""
        return self.flowing.rounds.get(self.order.order_id, 0)

    def refuse(self, refused: Refused) -> None:
        """Say no to the command on the runs."""
        self.work.refused = refused

    def value(self, active: Active, text: str, *, event: Event | None = None) -> Any:
        """An expression's value, on the order as it stands."""
        return flow_answers.value(self.work, self.state, active, text, event=event)

    def answered(self, active: Active, question: str) -> Any:
        """What a run asks, on the order as it stands."""
        return flow_answers.answer(self.work, self.state, active, question)

    def command(self, active: Active, effect: engine.Effect) -> None:
        made = flow_commands.make(
            effect.values["do"],
            effect.values["values"],
            self.order,
            command_id=going.derived(active.run.run_id, f"command {effect.token}"),
            actor=f"flow:{active.plan.name}",
            now=self.state.now,
        )
        if isinstance(made, Refused):
            self._resume(active, effect.token, definition.REFUSED, {"code": made.code, "data": made.data})
            return
        self.flowing.given[made.command_id] = (active, effect.token)
        self.following.append(made)


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


def _place(event: Any, said: Iterable[Any]) -> int:
    return next((number for number, each in enumerate(said) if each is event), 0)
