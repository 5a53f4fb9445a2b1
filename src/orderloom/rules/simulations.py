"""A decision graph tried on contexts of one's own, as the editor's simulator does: what comes out, node by node.

The graph may be any that the editor draws, for no decision point in particular. It is judged by our bounds first and
runs in a process that is killed, as cases do.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import zen

from orderloom.kit import limits
from orderloom.rules import apart, bounds, expressions, graphs


class Simulated(msgspec.Struct, frozen=True, omit_defaults=True):
    """What a context came to: the result and the trace by node, or the error."""

    result: Any = None
    trace: Any = None
    error: str = ""


def run(
    content: dict[str, Any], contexts: Sequence[Mapping[str, Any]], *, zone: str = "Asia/Shanghai"
) -> list[Simulated] | list[bounds.Finding]:
    """What the graph makes of each context, at most SIMULATIONS_MAX; or the findings for which it may not run."""
    found = bounds.judge_graph(content)
    if not bounds.publishable(found):
        return found
    asked = msgspec.json.encode(
        {"content": content, "contexts": list(contexts)[: limits.SIMULATIONS_MAX], "zone": zone}
    )
    try:
        answer = apart.ask("orderloom.rules.simulations", asked, seconds=limits.CASE_SECONDS_MAX)
    except apart.TooSlow:
        return [bounds.Finding("rules.cases_too_slow", "", data={"seconds_max": limits.CASE_SECONDS_MAX})]
    except apart.Broke as broke:
        return [bounds.Finding("rules.cases_broke", "", data={"exit": broke.args[0]})]
    return msgspec.json.decode(answer, type=list[Simulated])


class _Asked(msgspec.Struct):
    content: dict[str, Any]
    contexts: list[dict[str, Any]]
    zone: str


def _answer(asked: bytes) -> bytes:
    read = msgspec.json.decode(asked, type=_Asked)
    engine = zen.ZenEngine({"loader": {"type": "static", "content": {"graph": _engines(read.content, read.zone)}}})
    return msgspec.json.encode([_simulated(engine, context) for context in read.contexts])


def _simulated(engine: zen.ZenEngine, context: dict[str, Any]) -> Simulated:
    try:
        given = engine.evaluate("graph", context, {"trace": True})
    except RuntimeError as error:
        return Simulated(error=str(error).splitlines()[0][:500])
    return Simulated(given["result"], given.get("trace"))


def _engines(content: dict[str, Any], zone: str) -> dict[str, Any]:
    """The graph as the engine takes it: only what this hub runs, every `d(x)` in the workspace's zone."""
    graph = graphs.graph(content)
    nodes = [{"id": one.id, "type": one.type, "name": one.name, "content": _content(one, zone)} for one in graph.nodes]
    edges = [
        {"id": f"e{index}", "type": "edge", "sourceId": one.source_id, "targetId": one.target_id}
        | ({"sourceHandle": one.source_handle} if one.source_handle else {})
        for index, one in enumerate(graph.edges)
    ]
    return {"nodes": nodes, "edges": edges}


def _content(node: graphs.Node, zone: str) -> dict[str, Any]:
    read = graphs.content(node)
    if read is None:
        return {"schema": ""}
    made: dict[str, Any] = msgspec.to_builtins(read)
    if isinstance(read, graphs.Table):
        made["rules"] = [
            {"_id": graphs.row_id(read.rules[index], index)}
            | {name: expressions.zoned(cell, zone=zone) for name, cell in cells.items()}
            for index, cells in graphs.texts(read)
        ]
    for column in made.get("inputs", ()):
        if column["field"]:
            column["field"] = expressions.zoned(column["field"], zone=zone)
        else:
            del column["field"]
    for index, one in enumerate(made.get("expressions", ())):
        one |= {"id": one["id"] or f"e{index}", "value": expressions.zoned(one["value"], zone=zone)}
    for one in made.get("statements", ()):
        one["condition"] = expressions.zoned(one["condition"], zone=zone)
    return made


if __name__ == "__main__":
    apart.serve(_answer)
