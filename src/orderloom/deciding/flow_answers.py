"""What flows ask of an order: conditions, values and decision tables, answered on the paths that they read."""

from collections.abc import Mapping
from typing import Any

from orderloom.deciding import contexts
from orderloom.deciding.flowing import Active
from orderloom.deciding.state import State
from orderloom.deciding.work import Work
from orderloom.domain.flows import definition
from orderloom.kit import limits
from orderloom.rules import flows
from orderloom.rules.flows import Candidate, Reads

Event = Mapping[str, Any]


def held(work: Work, state: State, candidates: tuple[Candidate, ...], *, event: Event | None = None) -> dict[str, bool]:
    """The early conditions of these triggers' flows, by their text: which of them hold."""
    question = state.reference.flows.question(candidates)
    return dict(question.ask(context(work, state, question.reads, event=event or {})))


def answer(work: Work, state: State, active: Active, question: str) -> Any:
    """What a run asks on its way: an expression's value, or a decision table's first answer."""
    if not question.startswith("table:"):
        return value(work, state, active, question)
    node = active.plan.nodes[question.removeprefix("table:")]
    assert isinstance(node, definition.Table)
    content, name = node.content, f"{active.plan.name} {active.plan.version} {node.id}"
    if content is None:
        document = state.reference.documents.get("rules", {}).get(node.rules)
        if document is None:
            return None
        content, name = document.content["content"], f"rules {document.name} {document.version}"
    reads = Reads(flows.reads_of_table(content), event=True, vars=True)
    asked = context(work, state, reads, event=active.run.event, kept=active.run.vars)
    return state.reference.flows.table(name, content, asked)


def value(work: Work, state: State, active: Active, text: str, *, event: Event | None = None) -> Any:
    """An expression's value for a run; `event` is the one that the run began with unless given, and that one stands
    as `vars.began` then."""
    about = active.run.event if event is None else event
    kept = active.run.vars if event is None else {**active.run.vars, "began": active.run.event}
    asked = context(work, state, flows.reads_of(text), event=about, kept=kept)
    return state.reference.flows.value(text, asked)


def context(
    work: Work, state: State, reads: Reads, *, event: Event, kept: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The order as far as it is read, with the event and what the run has kept where those are read."""
    builders = state.reference.kept.setdefault("flow contexts", {})
    builder = builders.get(reads.paths)
    if builder is None:
        if len(builders) >= limits.ANSWERS_REMEMBERED_MAX:
            builders.clear()
        builder = builders[reads.paths] = contexts.Builder(reads.paths)
    made: dict[str, Any] = builder.build(work, state)
    if reads.event:
        made["event"] = event
    if reads.vars:
        made["vars"] = kept or {}
    return made
