"""A decision graph tried on contexts of one's own, as the editor's simulator does: what comes out, node by node.

The graph may be any that the editor draws, for no decision point in particular. It is judged by our bounds first and
runs in a process that is killed, as cases do.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import zen

from orderloom.kit import limits
from orderloom.rules import apart, bounds, engines


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
    engine = engines.single(engines.runnable(read.content, zone=read.zone))
    return msgspec.json.encode([_simulated(engine, context) for context in read.contexts])


def _simulated(engine: zen.ZenEngine, context: dict[str, Any]) -> Simulated:
    try:
        given = engine.evaluate(engines.KEY, context, {"trace": True})
    except RuntimeError as error:
        return Simulated(error=str(error).splitlines()[0][:500])
    return Simulated(given["result"], given.get("trace"))


if __name__ == "__main__":
    apart.serve(_answer)
