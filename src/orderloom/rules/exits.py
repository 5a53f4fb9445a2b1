"""Nodes of a decision graph that nothing leads to, and exits of a switch that are never taken."""

from collections.abc import Iterator, Mapping

from orderloom.kit import limits
from orderloom.rules import graphs, regions, spaces, tables
from orderloom.rules.bounds import Finding


def find(document: graphs.Document, graph: graphs.Graph) -> Iterator[Finding]:
    """Warnings about exits that earlier exits leave nothing for, then about nodes that no way leads to."""
    dead: set[tuple[str, str]] = set()
    for node in graph.of_type("switchNode"):
        for branch, by in _dead(graphs.switch(node)).items():
            dead.add((node.id, branch))
            yield Finding("rules.exit_never_taken", document.name, node.id, branch, level="warning", data={"by": by})
    reached = _reached(graph, dead)
    for node in graph.nodes:
        if node.id not in reached:
            yield Finding("rules.node_unreachable", document.name, node.id, level="warning")


def _dead(switch: graphs.Switch) -> Mapping[str, str]:
    """Exits never taken, with the exits before that take all they would let through; "" where nothing ever fits."""
    found: dict[str, str] = {}
    before: list[tuple[str, spaces.Box]] = []
    for branch in switch.statements:
        box = tables.box_of_condition(branch.condition)
        if box is None:
            found[branch.id] = ""
            continue
        if switch.hit_policy == "first" and _covered(box, [each for _, each in before]):
            found[branch.id] = ", ".join(name for name, each in before if spaces.met(each, box) is not None)
            continue
        before.append((branch.id, box))
    return found


def _covered(box: spaces.Box, before: list[spaces.Box]) -> bool:
    names = {name for each in (*before, box) for name in each}
    space = {name: regions.FLAGS if tables.is_opaque(name) else regions.EVERYTHING for name in sorted(names)}
    whole = {**space, **box}
    parts = [part for each in before if (part := spaces.narrowed(each, whole)) is not None]
    try:
        return next(spaces.uncovered(whole, parts, spaces.Effort(limits.SELFCHECK_STEPS_MAX)), None) is None
    except spaces.Stopped:
        return False


def _reached(graph: graphs.Graph, dead: set[tuple[str, str]]) -> set[str]:
    """The nodes that a way leads to from the input, through exits that are taken."""
    exits = {node.id: {branch.id for branch in graphs.switch(node).statements} for node in graph.of_type("switchNode")}
    onward: dict[str, list[str]] = {}
    for edge in graph.edges:
        handle = edge.source_handle or ""
        known = exits.get(edge.source_id)
        if known is None or (handle in known and (edge.source_id, handle) not in dead):
            onward.setdefault(edge.source_id, []).append(edge.target_id)
    reached = {node.id for node in graph.of_type("inputNode")}
    ahead = list(reached)
    while ahead:
        for target in onward.get(ahead.pop(), ()):
            if target not in reached:
                reached.add(target)
                ahead.append(target)
    return reached
