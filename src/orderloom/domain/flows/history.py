"""The history of runs: their state as the fold of a stream's events, and what each step of a run was."""

import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from orderloom.domain import codes
from orderloom.domain.flows import definition, runs
from orderloom.domain.flows.definition import Plan
from orderloom.domain.flows.runs import Run, Step
from orderloom.domain.orders import events

CANCELLED = "flow.cancelled"
_GOING_ON = events.FlowStepped | events.FlowWaited | events.FlowFinished | events.FlowFailed | events.FlowMoved


def evolve(open_runs: list[Run], event: events.FlowEvent) -> list[Run]:
    """The open runs of a subject after an event; one that is over is not among them."""
    if isinstance(event, events.FlowStarted):
        return [*open_runs, runs.begin(event.started)]
    changed: list[Run] = []
    for run in open_runs:
        if run.run_id == event.run_id:
            run = runs.copy(run)
            _apply(run, event)
            if run.over:
                continue
        changed.append(run)
    return changed


def fold(said: Iterable[Any]) -> dict[uuid.UUID, Run]:
    """Every run that these events tell of, over or not, in the order of their beginning. Other events are left out."""
    told: dict[uuid.UUID, Run] = {}
    for event in said:
        if isinstance(event, events.FlowStarted):
            told[event.started.run_id] = runs.begin(event.started)
        elif isinstance(event, _GOING_ON) and event.run_id in told:
            _apply(told[event.run_id], event)
    return told


def said(step: Step) -> dict[str, str]:
    """Why a step was refused, in both languages; nothing of a step that was not."""
    return {**codes.refusal(step.answer)} if step.exit == definition.REFUSED else {}


def _apply(run: Run, event: events.FlowEvent) -> None:
    match event:
        case events.FlowStepped():
            for each in event.steps:
                runs.step(run, each)
        case events.FlowWaited():
            runs.wait(run, event.waits)
        case events.FlowFinished():
            runs.end(run, "finished")
        case events.FlowFailed():
            runs.end(run, "cancelled" if event.code == CANCELLED else "failed")
        case events.FlowMoved():
            run.version = event.version
        case _:
            pass


def replayed(run_id: uuid.UUID, said: Iterable[Any], plan: Plan) -> list[str]:
    """The nodes where a run, with all that its subject said, does not fit a version; none where it could go on by that
    version."""
    told = [each for each in said if isinstance(each, events.FlowStarted | _GOING_ON)]
    run = fold(told).get(run_id)
    if run is None:
        return []
    steps = [step for each in told if isinstance(each, events.FlowStepped) and each.run_id == run_id
             for step in each.steps]  # fmt: skip
    return misfits(run, steps, plan)


def misfits(run: Run, steps: Iterable[Step], plan: Plan) -> list[str]:
    """The nodes where a run does not fit a version: those it passed by an exit that leads elsewhere there, and those
    it stands on that are gone or do not wait for what it waits for."""
    found: set[str] = set()
    for step in steps:
        node = plan.nodes.get(step.node)
        led = sorted(token.node for token in step.gave)
        if node is None or (step.exit and led != sorted(plan.after(step.node, step.exit))):
            found.add(step.node)
    for token in run.tokens:
        waits = run.waits(token.token)
        node = plan.nodes.get(token.node)
        if node is None or (waits is not None and not isinstance(node, _WAITS[waits.on])):
            found.add(token.node)
    return sorted(found)


_WAITS: Mapping[str, tuple[type, ...]] = {
    "time": (definition.Wait,),
    "event": (definition.Wait,),
    "approval": (definition.Approval,),
    "answer": (definition.Call, definition.Action),
    "command": (definition.Action,),
    "flow": (definition.Subflow,),
}
