"""Flows as a kind of document: their schema, their checks with the engine's own judgement, and their cases.

A case is an order with some values set, an event, and how people and partners answer; it says which way the flow goes.
"""

import datetime as dt
import functools
import typing
import uuid
import zoneinfo
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from orderloom.domain.documents.findings import Finding, pointer
from orderloom.domain.documents.kinds import Content, Kind, Known
from orderloom.domain.fields import problems
from orderloom.domain.flows import checks, definition, engine, runs
from orderloom.domain.flows.definition import Plan
from orderloom.kit import limits
from orderloom.rules import bounds, flows, graphs, reads, samples

# When samples and cases happen.
AT = dt.datetime(2026, 2, 18, 2, 0, tzinfo=dt.UTC)


Problem = tuple[str, Mapping[str, Any]] | None


class Case(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An example: paths set over the ordinary order, the event, the exits that answers lead to by node, and the way:
    `node:exit` for each node passed, empty where the trigger's filter does not hold."""

    name: str
    path: list[str]
    set: Mapping[str, Any] = {}
    event: Mapping[str, Any] = {}
    exits: Mapping[str, str] = {}
    trigger: str = ""


def judge(text: str, *, of: str = definition.ORDER, fields: frozenset[str] | None = None) -> Problem:
    """What is wrong with an expression of a flow: a bound that it breaks, or a name that is nowhere known; `fields` are
    those of the records that it is about."""
    problem = bounds.judge_expression(text)
    if problem is not None:
        return problem[0], {"reason": problem[1]}
    unknown = flows.unknown(text, of=of)
    if not unknown and fields is not None:
        read = [path.split(".") for path in reads.of_expression(text) if path.startswith("record.values.")]
        unknown = [".".join(path) for path in read if path[2].removesuffix("[]") not in fields]
    return ("rules.unknown_path", {"path": unknown[0]}) if unknown else None


def check(name: str, content: Content, known: Known) -> list[Finding]:
    """All that is wrong with a flow."""
    found = checks.check(name, content, known, _judging(content, known))
    for index, node in enumerate(content.get("nodes", ())):
        if not found and isinstance(node, Mapping) and node.get("kind") == "table" and node.get("content") is not None:
            found = _graph(name, node, index)
    return found if any(each.level == "error" for each in found) else [*found, *_own_fields(name, content, known)]


def _judging(content: Content, known: Known) -> checks.Judge:
    """How the expressions of a flow are judged: by what it is about."""
    of = str(content.get("of") or definition.ORDER)
    if of in (definition.ORDER, definition.WORKSPACE):
        return functools.partial(judge, of=of)
    dictionary = known.documents.get("fields", {}).get(of, {})
    names = [each.get("name") for each in dictionary.get("fields", ()) if isinstance(each, Mapping)]
    return functools.partial(judge, of=of, fields=frozenset(str(each) for each in names))


def _own_fields(name: str, content: Content, known: Known) -> Iterator[Finding]:
    """Own fields that the flow's expressions may not read, each at its place; one that stands already reads nothing."""
    level = "warning" if known.before.get(checks.KIND, {}).get(name) == content else "error"
    for index, node in enumerate(definition.read(content).nodes):
        for place, text, _ in definition.questions(node):
            for code, path in problems.unusable(reads.of_expression(text), known):
                yield Finding(code, pointer("nodes", index, *place), level, {"path": path})


def _graph(name: str, node: Mapping[str, Any], index: int) -> list[Finding]:
    """What is wrong with a decision graph that stands in a node."""
    document = graphs.Document(name, "complete", 0, dict(node["content"]))
    beside = {"rules.unknown_path", "rules.answer_unfit"}  # A flow's table answers what the flow makes of it.
    return [
        Finding(each.code, pointer("nodes", index, "content"), each.level, dict(each.data))
        for each in bounds.judge(document)
        if each.code not in beside
    ]


def run_cases(name: str, content: Content, cases: Sequence[Mapping[str, Any]], known: Known) -> list[Finding]:
    """Let the flow run for each case, and compare the way it goes."""
    plan = Plan(name, 0, definition.read(content))
    asked = flows.Flows([plan], zone=known.zone)
    found: list[Finding] = []
    for number, given in enumerate(cases):
        try:
            case = msgspec.convert(given, Case)
        except msgspec.ValidationError as error:
            found.append(Finding("flow.case_malformed", pointer("cases", number), data={"reason": str(error)[:200]}))
            continue
        path = [_told(each) for each in walk(plan, case, known, asked=asked).steps]
        if path != case.path:
            data = {"case": case.name, "wanted": " ".join(case.path), "went": " ".join(path)}
            found.append(Finding("flow.case_differs", pointer("cases", number, "path"), data=data))
    return found


class Walk(msgspec.Struct):
    """The way that a case goes: each node passed, none where the trigger's filter does not hold; how it ends, and why
    where it fails."""

    state: str
    steps: list[runs.Step] = []
    failure: engine.Failure | None = None


def _told(step: runs.Step) -> str:
    return f"{step.node}:{step.exit}" if step.exit else step.node


def walk(plan: Plan, case: Case, known: Known, *, asked: flows.Flows | None = None) -> Walk:
    """Let a flow go its way for a case; every wait, and every question to people or partners, is answered at once."""
    asked = asked or flows.Flows([plan], zone=known.zone)
    trigger = next((each for each in plan.triggers if case.trigger in ("", each.id)), plan.triggers[0])
    context = _example(plan, case) | {"event": dict(case.event), "vars": {}}
    if trigger.filter and asked.value(trigger.filter, context) is not True:
        return Walk("not_started")
    run = runs.begin(runs.Started(uuid.UUID(int=0), plan.name, 0, trigger.id, dict(case.event)))
    now = AT.astimezone(zoneinfo.ZoneInfo(known.zone))
    gone = Walk("running")
    for _ in range(limits.FLOW_STEPS_AT_ONCE_MAX):
        answers: dict[str, Any] = {}
        while True:
            turn = engine.advance(run, plan, answers, now=now)
            gone.steps.extend(turn.steps)
            gone.failure = turn.failure or gone.failure
            if not turn.questions or run.over:
                break
            context["vars"] = run.vars
            answers.update({each: _answer(plan, asked, each, context, known) for each in turn.questions})
        if run.over or not run.waiting:
            break
        waits = run.waiting[0]
        node = plan.nodes[next(token.node for token in run.tokens if token.token == waits.token)]
        exit_ = case.exits.get(node.id, definition.exits(node)[0])
        into = node.into if isinstance(node, definition.Call | definition.Action) else ""
        answered = engine.answer(run, plan, waits.token, exit_=exit_, into=into)
        assert answered is not None, "it waits"
        gone.steps.extend(answered.steps)
        if answered.failure is not None:
            gone.failure = answered.failure
            break
    gone.state = run.state
    return gone


def _example(plan: Plan, case: Case) -> dict[str, Any]:
    """What a case's expressions see: the ordinary order, or for other flows what the case itself sets."""
    if plan.of == definition.ORDER:
        return samples.context(case.set, point=flows.POINT)
    made: dict[str, Any] = {"now": {"hour": 10, "weekday": 3, "minute_of_day": 600}}
    if plan.of != definition.WORKSPACE:
        empty: dict[str, Any] = {"values": {}, "links": {}}
        made["record"] = {"record_no": "R-1", "type": plan.of, "title": "", **empty}
    for path, value in case.set.items():
        *above, last = path.split(".")
        here = made
        for each in above:
            here = here.setdefault(each, {})
        here[last] = value
    return made


def _answer(plan: Plan, asked: flows.Flows, question: str, context: dict[str, Any], known: Known) -> Any:
    if not question.startswith("table:"):
        return asked.value(question, context)
    node = plan.nodes[question.removeprefix("table:")]
    assert isinstance(node, definition.Table)
    content = node.content if node.content is not None else known.documents["rules"][node.rules]["content"]
    return asked.table(question, content, context)


_TEXT = {"type": "object", "required": ["zh", "en"], "properties": {"zh": {"type": "string"}, "en": {"type": "string"}}}
_SCHEMA = {
    "type": "object",
    "required": ["title", "nodes", "edges"],
    "additionalProperties": False,
    "properties": {
        "title": _TEXT,
        "of": {"type": "string", "description": "order, workspace, or a record type. 流程关于什么"},
        "about": _TEXT,
        "nodes": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["id", "kind"],
                "properties": {
                    "id": {"type": "string"},
                    "kind": {
                        "enum": [each.__struct_config__.tag for each in typing.get_args(definition.AnyNode)],
                    },
                    "title": _TEXT,
                    "position": {"type": "object", "properties": {"x": {"type": "number"}, "y": {"type": "number"}}},
                },
            },
        },
        "edges": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["from", "to"],
                "additionalProperties": False,
                "properties": {
                    "from": {"type": "string"},
                    "to": {"type": "string"},
                    "exit": {"type": "string", "description": "The exit of the node; its usual one when left out."},
                },
            },
        },
    },
}
_EXAMPLE: dict[str, Any] = {
    "title": {"zh": "大单提醒", "en": "Tell of a large order"},
    "nodes": [
        {"kind": "trigger", "id": "received", "event": "order.received", "filter": "order.total >= 50000"},
        {
            "kind": "message",
            "id": "tell",
            "to": "sales_manager",
            "text": {"zh": "大单 {{ order.order_no }}", "en": "A large order: {{ order.order_no }}"},
        },
        {"kind": "end", "id": "end"},
    ],
    "edges": [{"from": "received", "to": "tell"}, {"from": "tell", "to": "end"}],
}
_CASES: list[dict[str, Any]] = [
    {"name": "大单 large", "set": {"order.total": 60_000}, "path": ["received:next", "tell:next", "end"]},
    {"name": "平常 ordinary", "set": {"order.total": 100}, "path": []},
]
KIND = Kind(
    name=checks.KIND,
    label_zh="流程",
    label_en="Flow",
    schema=_SCHEMA,
    example=_EXAMPLE,
    check=check,
    run_cases=run_cases,
    refers_to=frozenset({"alert", "fields", "flow", "form", "rules", "template"}),
    cases=_CASES,
)
