"""What is wrong with a flow, found before it is published: each finding with its place. Pure; expressions are judged
by whoever knows the language."""

import re
import typing
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import msgspec

from orderloom.domain import approvals, stock
from orderloom.domain.documents.findings import Finding, pointer
from orderloom.domain.documents.kinds import Content, Known
from orderloom.domain.fields import dictionaries
from orderloom.domain.flows import definition, verbs
from orderloom.domain.flows.definition import AnyNode, Flow
from orderloom.domain.orders import events
from orderloom.kit import limits

KIND = "flow"
# What is wrong with an expression as (code, data), or None.
Judge = Callable[[str], tuple[str, Mapping[str, typing.Any]] | None]

# What a flow may start with or wait for; its own events would only call it up again.
EVENTS = frozenset(
    tag for each in typing.get_args(events.OrderEvent) if not (tag := each.__struct_config__.tag).startswith("flow.")
)
# What a flow of records may start with or wait for.
RECORD_EVENTS = frozenset({"record.created", "record.changed"})
# What a flow of the workspace may start with: what happens to stock and approvals.
HOUSE_EVENTS = frozenset(
    each.__struct_config__.tag
    for union in (stock.StockEvent, approvals.ApprovalEvent)
    for each in typing.get_args(union)
)
_CLOCK = re.compile(r"([01]?\d|2[0-3]):[0-5]\d")
_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,63}")


def read(content: Content) -> Flow | list[Finding]:
    """The flow, or what keeps it from being one: each node and edge with its own place."""
    found: list[Finding] = []
    for word, kind in (("nodes", AnyNode), ("edges", definition.Edge)):
        for index, each in enumerate(content.get(word, ())):
            try:
                msgspec.convert(each, kind)
            except msgspec.ValidationError as error:
                found.append(Finding("flow.malformed", pointer(word, index), data={"reason": str(error)[:200]}))
    if found:
        return found[: limits.DOCUMENT_FINDINGS_MAX]
    try:
        return definition.read(content)
    except msgspec.ValidationError as error:
        return [Finding("flow.malformed", data={"reason": str(error)[:200]})]


def check(name: str, content: Content, known: Known, judge: Judge) -> list[Finding]:
    """All findings: first the graph, then each node, then its expressions."""
    flow = read(content)
    if isinstance(flow, list):
        return flow
    found = list(_shape(flow))
    if not found:
        found = [*_about(flow, known), *_edges(flow), *_ways(flow)]
        for index, node in enumerate(flow.nodes):
            found.extend(_node(name, node, index, known))
            found.extend(_fitting(name, flow.of, node, index, known))
            found.extend(_expressions(node, index, judge))
        found.extend(_circles(name, flow, known))
    return found[: limits.DOCUMENT_FINDINGS_MAX]


def _about(flow: Flow, known: Known) -> Iterator[Finding]:
    if flow.of in (definition.ORDER, definition.WORKSPACE):
        return
    if flow.of in dictionaries.SUBJECTS or not known.has("fields", flow.of):
        yield Finding("flow.document_missing", pointer("of"), data={"kind": "fields", "name": flow.of[:80]})


def _fitting(name: str, of: str, node: AnyNode, index: int, known: Known) -> Iterator[Finding]:
    """What does not go with what the flow is about: events, schedules of forms, actions, sub-flows."""

    def at(*rest: str | int) -> str:
        return pointer("nodes", index, *rest)

    match node:
        case definition.Trigger(on="event") | definition.Wait() if node.event:
            if node.event not in events_of(of, waiting=isinstance(node, definition.Wait)):
                yield Finding("flow.unknown_event", at("event"), data={"event": node.event[:80]})
        case definition.Trigger(on="form") if of == definition.WORKSPACE:
            yield Finding("flow.not_of_this", at("on"), data={"what": "form", "of": of})
        case definition.Trigger(on="threshold") if of == definition.WORKSPACE:
            if not node.alert or not known.has("alert", node.alert):
                yield Finding("flow.document_missing", at("alert"), data={"kind": "alert", "name": node.alert[:80]})
        case definition.Trigger(on="threshold") if not node.filter:
            yield Finding("flow.no_condition", at("filter"), data={"node": node.id})
        case definition.Trigger(on="form") if node.form and (form := known.documents.get("form", {}).get(node.form)):
            if form.get("subject", definition.ORDER) != of:
                yield Finding("flow.not_of_this", at("form"), data={"what": node.form, "of": of})
        case definition.Action():
            verb = verbs.VERBS.get(node.do)
            if verb is not None and not verbs.fits(verb, of):
                yield Finding("flow.not_of_this", at("do"), data={"what": node.do, "of": of})
            flow = node.values.get("flow")
            if node.do == "flow.start" and isinstance(flow, str) and not definition.is_expression(flow):
                yield from _same(name, of, flow, at("values", "flow"), known)
        case definition.Subflow():
            yield from _same(name, of, node.flow, at("flow"), known)
        case _:
            return


def events_of(of: str, *, waiting: bool) -> frozenset[str]:
    """What a flow about this may start with, or wait for when `waiting`: nothing happens to the workspace itself."""
    if of == definition.ORDER:
        return EVENTS
    if of != definition.WORKSPACE:
        return RECORD_EVENTS
    return frozenset() if waiting else HOUSE_EVENTS


def _same(name: str, of: str, flow: str, at: str, known: Known) -> Iterator[Finding]:
    content = known.documents.get(KIND, {}).get(flow)
    if flow != name and content is not None and content.get("of", definition.ORDER) != of:
        yield Finding("flow.not_of_this", at, data={"what": flow, "of": of})


def _shape(flow: Flow) -> Iterator[Finding]:
    if len(flow.nodes) > limits.FLOW_NODES_MAX or len(flow.edges) > limits.FLOW_NODES_MAX * 4:
        data = {"nodes": len(flow.nodes), "nodes_max": limits.FLOW_NODES_MAX}
        yield Finding("flow.too_many_nodes", pointer("nodes"), data=data)
        return
    seen: set[str] = set()
    for index, node in enumerate(flow.nodes):
        if node.id in seen or not _NAME.fullmatch(node.id):
            yield Finding("flow.bad_node_id", pointer("nodes", index, "id"), data={"node": node.id[:80]})
        seen.add(node.id)
    if not any(isinstance(node, definition.Trigger) for node in flow.nodes):
        yield Finding("flow.no_trigger_node", pointer("nodes"))
    for index, edge in enumerate(flow.edges):
        for side, end in (("from", edge.source), ("to", edge.target)):
            if end not in seen:
                yield Finding("flow.loose_edge", pointer("edges", index, side), data={"node": end[:80]})


def _edges(flow: Flow) -> Iterator[Finding]:
    nodes = {node.id: node for node in flow.nodes}
    left: set[tuple[str, str]] = set()
    for index, edge in enumerate(flow.edges):
        node = nodes[edge.source]
        exits = definition.exits(node)
        exit_ = edge.exit or (definition.default_exit(node) if exits else "")
        if exit_ not in exits:
            data = {"node": node.id, "exit": exit_, "exits": ", ".join(exits)}
            yield Finding("flow.unknown_exit", pointer("edges", index), data=data)
        elif (node.id, exit_) in left and not isinstance(node, definition.Split):
            yield Finding("flow.exit_twice", pointer("edges", index), data={"node": node.id, "exit": exit_})
        left.add((node.id, exit_))
        if isinstance(nodes[edge.target], definition.Trigger):
            yield Finding("flow.into_trigger", pointer("edges", index), data={"node": edge.target})


def _ways(flow: Flow) -> Iterator[Finding]:
    """Nodes that nothing leads to, nodes that lead to no end, joins that no split leads to."""
    plan = definition.Plan("", 0, flow)
    ahead = {
        node.id: [each for targets in plan.exits.get(node.id, {}).values() for each in targets] for node in flow.nodes
    }
    back: dict[str, list[str]] = {node.id: [] for node in flow.nodes}
    for source, targets in ahead.items():
        for target in targets:
            back[target].append(source)
    reached = _reach((node.id for node in plan.triggers), ahead)
    ends = _reach((node.id for node in flow.nodes if _may_end(plan, node)), back)
    splits = [node.id for node in flow.nodes if isinstance(node, definition.Split)]
    split = _reach((each for node in splits for each in ahead[node]), ahead)
    for index, node in enumerate(flow.nodes):
        at = pointer("nodes", index)
        if node.id not in reached:
            yield Finding("flow.unreachable", at, data={"node": node.id})
        elif node.id not in ends:
            yield Finding("flow.no_way_out", at, data={"node": node.id})
        if isinstance(node, definition.Join) and node.id not in split:
            yield Finding("flow.join_without_split", at, data={"node": node.id})
        if isinstance(node, definition.Split) and len(ahead[node.id]) < 2:
            yield Finding("flow.split_of_one", at, "warning", {"node": node.id})


def _may_end(plan: definition.Plan, node: AnyNode) -> bool:
    return isinstance(node, definition.End) or any(not plan.after(node.id, exit_) for exit_ in definition.exits(node))


def _reach(start: Iterable[str], ahead: Mapping[str, Sequence[str]]) -> set[str]:
    found: set[str] = set()
    left = list(start)
    while left:
        node = left.pop()
        if node not in found:
            found.add(node)
            left.extend(ahead[node])
    return found


def _node(name: str, node: AnyNode, index: int, known: Known) -> Iterator[Finding]:
    def at(*rest: str | int) -> str:
        return pointer("nodes", index, *rest)

    match node:
        case definition.Trigger():
            yield from _trigger(node, at, known)
        case definition.Condition():
            exits = [branch.exit for branch in node.branches]
            if not exits or len(set(exits)) != len(exits) or definition.OTHERWISE in exits or "" in exits:
                yield Finding("flow.bad_branches", at("branches"), data={"node": node.id})
        case definition.Table():
            yield from _table(node, at, known)
        case definition.Approval():
            yield from _approval(node, at)
        case definition.Wait():
            yield from _wait(node, at)
        case definition.Action():
            yield from _action(name, node, at, known)
        case definition.Message():
            yield from _message(node, at, known)
        case definition.Call():
            if not definition.is_expression(node.url) and not node.url.startswith(("https://", "http://")):
                yield Finding("flow.bad_url", at("url"), data={"url": node.url[:200]})
        case definition.Subflow():
            if node.flow != name and not known.has(KIND, node.flow):
                yield Finding("flow.document_missing", at("flow"), data={"kind": KIND, "name": node.flow})
        case _:
            return


def _trigger(node: definition.Trigger, at: Callable[..., str], known: Known) -> Iterator[Finding]:
    if node.on == "event" and not node.event:
        yield Finding("flow.unknown_event", at("event"), data={"event": ""})
    if node.on == "schedule":
        by_clock, by_minutes = bool(_CLOCK.fullmatch(node.at)), node.every_minutes > 0
        if by_clock == by_minutes or (node.at and not by_clock):
            yield Finding("flow.bad_schedule", at("at"), data={"at": node.at[:80]})
    if node.on == "threshold" and not node.filter and not node.alert:
        yield Finding("flow.no_condition", at("filter"), data={"node": node.id})
    if node.on == "form" and node.form and not known.has("form", node.form):
        yield Finding("flow.document_missing", at("form"), data={"kind": "form", "name": node.form})


def _table(node: definition.Table, at: Callable[..., str], known: Known) -> Iterator[Finding]:
    if not _NAME.fullmatch(node.into):
        yield Finding("flow.bad_name", at("into"), data={"name": node.into[:80]})
    if bool(node.rules) == (node.content is not None):
        yield Finding("flow.table_of_two", at("rules"), data={"node": node.id})
    elif node.rules and not known.has("rules", node.rules):
        yield Finding("flow.document_missing", at("rules"), data={"kind": "rules", "name": node.rules})


def _approval(node: definition.Approval, at: Callable[..., str]) -> Iterator[Finding]:
    if any(definition.questions(node)):
        return  # Who is asked is worked out for each order; the run fails with its place when nobody is.
    try:
        problem = approvals.unfit(msgspec.convert(node.spec, approvals.Spec))
    except msgspec.ValidationError as error:
        yield Finding("flow.malformed", at("spec"), data={"reason": str(error)[:200]})
        return
    if problem is not None:
        yield Finding(problem.code, at("spec") + str(problem.data.get("path", "")), data=problem.data)


def _wait(node: definition.Wait, at: Callable[..., str]) -> Iterator[Finding]:
    if sum((bool(node.minutes), bool(node.until), bool(node.event))) != 1:
        yield Finding("flow.wait_for_one", at(), data={"node": node.id})
    most = limits.FLOW_WAIT_DAYS_MAX * 24 * 60
    for word, minutes in (("minutes", node.minutes), ("timeout_minutes", node.timeout_minutes)):
        fits = definition.is_expression(minutes) if isinstance(minutes, str) else 0 <= minutes <= most
        if not fits:
            yield Finding("flow.bad_time", at(word), data={"days_max": limits.FLOW_WAIT_DAYS_MAX})


def _action(name: str, node: definition.Action, at: Callable[..., str], known: Known) -> Iterator[Finding]:
    verb = verbs.VERBS.get(node.do)
    if verb is None:
        yield Finding("flow.unknown_verb", at("do"), data={"do": node.do[:80]})
        return
    for missing in sorted(set(verb.needs) - node.values.keys()):
        yield Finding("flow.bad_values", at("values"), data={"do": node.do, "reason": missing})
    for unknown in sorted(node.values.keys() - {*verb.needs, *verb.may}):
        yield Finding("flow.bad_values", at("values", unknown), data={"do": node.do, "reason": unknown[:80]})
    if node.into and not _NAME.fullmatch(node.into):
        yield Finding("flow.bad_name", at("into"), data={"name": node.into[:80]})
    type_ = node.values.get("type", "")
    fixed = isinstance(type_, str) and not definition.is_expression(type_)
    if node.do in ("record.create", "record.change") and (not fixed or not known.has("fields", type_)):
        yield Finding("flow.document_missing", at("values", "type"), data={"kind": "fields", "name": str(type_)[:80]})
    flow = node.values.get("flow", name)
    named = isinstance(flow, str) and not definition.is_expression(flow)
    if node.do == "flow.start" and named and flow != name and not known.has(KIND, flow):
        yield Finding("flow.document_missing", at("values", "flow"), data={"kind": KIND, "name": flow[:80]})


def _message(node: definition.Message, at: Callable[..., str], known: Known) -> Iterator[Finding]:
    if (node.text is None) == (not node.template):
        yield Finding("flow.no_words", at("text"), data={"node": node.id})
    if node.template and not known.has("template", node.template):
        yield Finding("flow.document_missing", at("template"), data={"kind": "template", "name": node.template})


def _expressions(node: AnyNode, index: int, judge: Judge) -> Iterator[Finding]:
    for place, text, _ in definition.questions(node):
        problem = judge(text)
        if problem is not None:
            code, data = problem
            yield Finding(code, pointer("nodes", index, *place), data={"expression": text[:200], **data})


def _circles(name: str, flow: Flow, known: Known) -> Iterator[Finding]:
    """Sub-flows that come back to where they started."""
    below = {each: _subflows(content) for each, content in known.documents.get(KIND, {}).items()}
    below[name] = [node.flow for node in flow.nodes if isinstance(node, definition.Subflow)]
    for index, node in enumerate(flow.nodes):
        if isinstance(node, definition.Subflow) and name in _reach([node.flow], _Below(below)):
            yield Finding("flow.circle", pointer("nodes", index, "flow"), data={"name": node.flow})


class _Below(dict[str, list[str]]):
    def __missing__(self, name: str) -> list[str]:
        return []


def _subflows(content: Content) -> list[str]:
    nodes = content.get("nodes", ())
    return [str(each.get("flow")) for each in nodes if isinstance(each, Mapping) and each.get("kind") == "flow"]
