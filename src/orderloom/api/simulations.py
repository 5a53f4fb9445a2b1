"""/rules/simulations: a decision graph tried on contexts of one's own, as the editor's simulator does."""

from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Response

from orderloom.api import answers, bodies, problems, schemas
from orderloom.api.callers import Caller, may
from orderloom.domain import codes
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.rules import bounds, simulations

router = APIRouter(tags=["documents"])

Contexts = Annotated[list[dict[str, Any]], msgspec.Meta(min_length=1, max_length=limits.SIMULATIONS_MAX)]


class SimulationBody(msgspec.Struct, forbid_unknown_fields=True):
    """A graph as the editor holds it, and the contexts to try it on."""

    content: dict[str, Any]
    contexts: Contexts


class FindingShown(msgspec.Struct):
    """Why the graph may not run: the node, row and column, in both languages."""

    code: str
    node: str
    row: str
    column: str
    zh: str
    en: str


class SimulatedAll(msgspec.Struct):
    """What each context came to, with the trace by node; or, with no results, why the graph may not run."""

    results: list[simulations.Simulated]
    findings: list[FindingShown]


EXAMPLE = {
    "content": {
        "nodes": [
            {"id": "in", "type": "inputNode", "name": "request"},
            {
                "id": "step",
                "type": "expressionNode",
                "name": "step",
                "content": {"expressions": [{"id": "a", "key": "twice", "value": "x * 2"}]},
            },
        ],
        "edges": [{"id": "e", "type": "edge", "sourceId": "in", "targetId": "step"}],
    },
    "contexts": [{"x": 21}],
}


@router.post(
    "/rules/simulations",
    summary="Try a decision graph",
    openapi_extra=schemas.of(body=SimulationBody, example=EXAMPLE, answer=SimulatedAll),
)
def simulate(caller: Caller = may("documents:write"), body: SimulationBody = bodies.one(SimulationBody)) -> Response:
    """Nothing is kept. The graph is judged by the bounds of publishing, and runs in a process that is killed."""
    with caller.reading() as connection:
        zone = caller.hub.reference(connection).settings.zone
    ran = simulations.run(body.content, body.contexts, zone=zone)
    slow = next(
        (each for each in ran if isinstance(each, bounds.Finding) and each.code.startswith("rules.cases_")), None
    )
    if slow is not None:
        refused = Refused(slow.code, {"document": "graph", **slow.data})
        raise problems.Raised(problems.status_of(refused), refused)
    found = [_shown(each) for each in ran if isinstance(each, bounds.Finding)]
    return answers.json(SimulatedAll([each for each in ran if isinstance(each, simulations.Simulated)], found))


def _shown(found: bounds.Finding) -> FindingShown:
    places = {"document": found.document, "node": found.node, "row": found.row, "column": found.column, **found.data}
    zh, en = codes.text(found.code, places, "zh"), codes.text(found.code, places, "en")
    return FindingShown(found.code, found.node, found.row, found.column, zh, en)
