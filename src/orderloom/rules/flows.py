"""Flows and the rule engine: which flows an event starts, what their conditions say, what their expressions come to.

The conditions of all flows that an event may start stand in one table, so that an order costs one evaluation however
many flows look at it; where they only compare single values, what was answered is remembered (`rules.remembering`).
Expressions that depend on what happens on the way are asked one by one, when a run comes to them.
"""

import functools
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from orderloom.domain.documents.versions import Published
from orderloom.domain.flows import definition
from orderloom.domain.flows.definition import Plan, Trigger
from orderloom.kit import limits
from orderloom.rules import engines, graphs, points, reads, remembering

# What a flow may read: all that a decision point may, and beside it the event, and what the run has kept.
POINT = points.Point("flow", "flow", "collect", None, ("order", "lines", "customer", "stock", "channel", "credit",
                     "now", "window"))  # fmt: skip
OWN_ROOTS = ("event", "vars")


class Candidate:
    """A trigger that an event may fire. `looks` tells whether its flow reads the event itself at once, `keeps` which of
    the event's fields it reads at all: None for every one."""

    __slots__ = ("keeps", "key", "looks", "plan", "texts", "trigger")

    def __init__(self, plan: Plan, trigger: Trigger) -> None:
        self.plan, self.trigger = plan, trigger
        self.key = (plan.name, plan.version, trigger.id)
        self.texts = _early(plan, trigger)
        self.looks = any(reads_of(text).event for text in self.texts)
        self.keeps = _event_fields(plan)


class Reads(msgspec.Struct, frozen=True):
    """What texts read: catalogued paths, and whether they look at the event or at what a run has kept."""

    paths: frozenset[str]
    event: bool = False
    vars: bool = False


class Question:
    """The conditions of some flows, asked at once of one order.

    `ends` is for whoever runs the flows: by answers, what became of each flow that ended at once.
    """

    def __init__(self, texts: Sequence[str], *, zone: str) -> None:
        self.texts = list(dict.fromkeys(texts))
        self.ends: dict[tuple[bool, ...], list[Any]] = {}
        self.reads = _reads(self.texts)
        self._memory = remembering.memory(self.texts) if self.texts else None
        self._conditions = engines.Conditions({text: text for text in self.texts}, zone=zone)

    def ask(self, context: dict[str, Any]) -> dict[str, bool]:
        """What each condition says of a context; one that cannot be worked out does not hold."""
        if not self.texts:
            return {}
        if self._memory is not None:
            return self._memory.answers(context, functools.partial(self._evaluated, context))
        return self._evaluated(context)

    def _evaluated(self, context: dict[str, Any]) -> dict[str, bool]:
        held = self._conditions.hold(context)
        return {text: text in held for text in self.texts}


class Flows:
    """The flows in force, ready to be asked. Safe to share between threads."""

    def __init__(self, plans: Iterable[Plan], *, zone: str) -> None:
        self.zone = zone
        self.plans: dict[str, Plan] = {plan.name: plan for plan in plans}
        self.by_event: dict[str, list[Candidate]] = {}
        self.scheduled: list[Candidate] = []
        self.thresholds: list[Candidate] = []
        # Flows about records, by type, and about the workspace.
        self.apart: dict[str, list[Candidate]] = {}
        for plan in sorted(self.plans.values(), key=lambda plan: plan.name):
            for trigger in plan.triggers:
                self._sort(Candidate(plan, trigger))
        self._questions: dict[Any, Question] = {}
        self._tables: dict[str, Any] = {}
        self._older: dict[tuple[str, int], Plan] = {}

    def _sort(self, candidate: Candidate) -> None:
        if candidate.trigger.on == "schedule":
            self.scheduled.append(candidate)
        elif candidate.plan.of == definition.ORDER:
            self._sort_of_order(candidate)
        else:
            self.apart.setdefault(candidate.plan.of, []).append(candidate)

    def _sort_of_order(self, candidate: Candidate) -> None:
        match candidate.trigger.on:
            case "event":
                self.by_event.setdefault(candidate.trigger.event, []).append(candidate)
            case "form":
                self.by_event.setdefault("order.received", []).append(candidate)
            case "threshold":
                self.thresholds.append(candidate)
            case _:
                pass

    def plan(self, name: str, version: int) -> Plan | None:
        """A version of a flow: the one in force, or an older one that was kept; None when it must be read first."""
        plan = self.plans.get(name)
        return plan if plan is not None and plan.version == version else self._older.get((name, version))

    def keep(self, published: Published) -> Plan:
        """Keep a version that runs still go by."""
        made = self._older[(published.name, published.version)] = plan(published)
        return made

    def question(self, candidates: Sequence[Candidate]) -> Question:
        """The filters of these triggers and the conditions of their flows that need nothing but the order and the
        event, as one question."""
        key = tuple([each.key for each in candidates])
        found = self._questions.get(key)
        if found is None:
            if len(self._questions) >= limits.ANSWERS_REMEMBERED_MAX:
                self._questions.clear()
            texts = [text for each in candidates for text in each.texts]
            found = self._questions[key] = Question(texts, zone=self.zone)
        return found

    def value(self, text: str, context: dict[str, Any]) -> Any:
        """What an expression comes to; None when it cannot be worked out."""
        return engines.whole(engines.value(engines.expression(text, zone=self.zone), context))

    def table(self, name: str, content: Mapping[str, Any], context: dict[str, Any]) -> Any:
        """What a decision graph answers: its first answer; None when it has none."""
        decision = self._tables.get(name)
        if decision is None:
            decision = self._tables[name] = engines.single(engines.runnable(content, zone=self.zone))
        try:
            result = engines.ask(decision, context)
        except RuntimeError:
            return None
        return (result[0] if result else None) if isinstance(result, list) else (result or None)


def plan(published: Published) -> Plan:
    """A version made ready to be run; raises msgspec.ValidationError on what was never published."""
    return Plan(published.name, published.version, definition.read(published.content))


@functools.lru_cache(maxsize=limits.ANSWERS_REMEMBERED_MAX)
def reads_of(text: str) -> Reads:
    """What one expression reads."""
    return _reads([text])


def reads_of_table(content: Mapping[str, Any]) -> frozenset[str]:
    """The catalogued paths that a decision graph reads."""
    return reads.of_document(graphs.graph(dict(content)), POINT).paths


def unknown(text: str, *, of: str = definition.ORDER) -> list[str]:
    """The names in an expression that are nowhere known to a flow about this; raises expressions.Unreadable."""
    found = [path for path in reads.of_expression(text) if path and _root(path) not in OWN_ROOTS]
    if of == definition.ORDER:
        return [path for path in found if not points.known(path, POINT)]
    roots = {"now"} if of == definition.WORKSPACE else {"now", "record"}
    return [path for path in found if _root(path) not in roots or not _known_apart(path)]


def _root(path: str) -> str:
    return path.split(".")[0].removesuffix("[]")


def _known_apart(path: str) -> bool:
    if _root(path) == "now":
        return bool(points.known(path, POINT))
    parts = path.split(".")
    return len(parts) < 2 or parts[1].removesuffix("[]") in RECORD_PATHS


# What an expression of a flow about records may read of the record; its own fields are `record.values.<field>`.
RECORD_PATHS = frozenset({"record_no", "type", "title", "values", "links"})


def _early(plan: Plan, trigger: Trigger) -> list[str]:
    """A trigger's filter, and its flow's conditions that nothing on the way can change."""
    texts = [trigger.filter] if trigger.filter else []
    for node in plan.flow.nodes:
        if isinstance(node, definition.Condition):
            texts.extend(branch.when for branch in node.branches if not reads_of(branch.when).vars)
    return texts


def _event_fields(plan: Plan) -> frozenset[str] | None:
    """The fields of the event that a flow and those below it may read."""
    found: set[str] = set()
    for node in plan.flow.nodes:
        if isinstance(node, definition.Subflow | definition.Table):
            return None  # Another document reads it.
        for _, text, _ in definition.questions(node):
            for path in reads.of_expression(text):
                root, _, rest = path.partition(".")
                if path == "":
                    return None
                if root == "vars" and rest.partition(".")[0] == "began":
                    root, rest = "event", rest.partition(".")[2]
                if path == "vars" or (root == "event" and not rest):
                    return None
                if root == "event":
                    found.add(rest.partition(".")[0].removesuffix("[]"))
    return frozenset(found)


def _reads(texts: Iterable[str]) -> Reads:
    paths: set[str] = set()
    own: set[str] = set()
    for text in texts:
        for path in reads.of_expression(text):
            root = path.split(".")[0].removesuffix("[]")
            if root in OWN_ROOTS:
                own.add(root)
            elif path:
                paths.update(points.known(path, POINT))
            else:
                own.update(OWN_ROOTS)
                paths.update(name for name in points.PATHS if name.split(".")[0].removesuffix("[]") in POINT.reads)
    return Reads(frozenset(paths), "event" in own, "vars" in own)
