"""/metrics, /boards, /reports: figures as documents define them, in the caller's scope."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Response

from orderloom.actions import judging
from orderloom.actions.kinds import KINDS
from orderloom.api import answers, bodies, pages, problems, schemas
from orderloom.api.callers import Caller, may
from orderloom.api.documents import Word
from orderloom.domain import metrics
from orderloom.domain.documents import checking
from orderloom.kit.refusals import Refused
from orderloom.queries import alerts as alerts_query
from orderloom.queries import boards as boards_query
from orderloom.queries import metrics as metrics_query
from orderloom.queries.metrics import Computed

router = APIRouter(tags=["metrics"])

_content_of = msgspec.json.Decoder(dict[str, Any])


class TryBody(msgspec.Struct, forbid_unknown_fields=True):
    """A metric as it would be published."""

    content: msgspec.Raw


class Behind(msgspec.Struct):
    """The numbers of the orders behind a figure."""

    order_nos: list[str]


@router.get("/metrics/{name}", summary="A metric's figures", openapi_extra=schemas.of(answer=Computed))
def metric(name: Word, caller: Caller = may("metrics:read")) -> Response:
    """By its groups and pieces of time, of what is in the key's scope."""
    return _answer(caller, boards_query.metric, name)


@router.get("/metrics/{name}/orders", summary="The orders behind a figure", openapi_extra=schemas.of(answer=Behind))
def behind(
    name: Word,
    caller: Caller = may("orders:read"),
    group: Annotated[
        list[pages.Text] | None, Query(max_length=2, description="The group's values, as `groups`.")
    ] = None,
    count: pages.Count = 50,
) -> Response:
    """The newest first."""
    with caller.reading() as connection:
        reference = caller.hub.reference(connection)
        found = reference.documents.get("metric", {}).get(name)
        if found is None:
            raise problems.Raised(404, Refused("document.unknown", {"kind": "metric", "name": name}))
        orders = metrics_query.behind(
            connection, metrics.read(found.content), groups=group or (), viewer=caller.viewer,
            zone=reference.settings.zone, now=caller.now, count=count,
        )  # fmt: skip
    if isinstance(orders, Refused):
        raise problems.Raised(problems.status_of(orders), orders)
    return answers.json(Behind(orders))


@router.post(
    "/metrics/try",
    summary="Figures of a metric that is not published",
    openapi_extra=schemas.of(body=TryBody, example={"content": metrics.EXAMPLE}, answer=Computed),
)
def try_(caller: Caller = may("metrics:read"), body: TryBody = bodies.one(TryBody)) -> Response:
    """For whoever writes it; 409 with the first finding when it could not be published."""
    content = bodies.decode(_content_of, body.content, under="$.content")
    with caller.reading() as connection:
        reference = caller.hub.reference(connection)
    refused = checking.refuse("tried", content)
    if refused is None and (found := checking.check(KINDS["metric"], "tried", content, judging.known(reference))):
        refused = Refused(found[0].code, dict(checking.places_of("metric", "tried", found[0])))
    if refused is not None:
        raise problems.Raised(409, refused)
    with caller.reading() as connection:
        made = metrics_query.compute(
            connection, metrics.read(content), viewer=caller.viewer, zone=reference.settings.zone, now=caller.now
        )
    if isinstance(made, Refused):
        raise problems.Raised(problems.status_of(made), made)
    return answers.json(made)


@router.get("/alerts", summary="Alerts that stand now", openapi_extra=schemas.of(answer=list[alerts_query.Standing]))
def alerts(caller: Caller = may("metrics:read")) -> Response:
    """Figures beyond their bounds, the oldest first; they are of the whole workspace."""
    with caller.reading() as connection:
        return answers.json(alerts_query.standing(connection, viewer=caller.viewer))


@router.get("/boards/{name}", summary="A board", openapi_extra=schemas.of(answer=boards_query.Board))
def board(name: Word, caller: Caller = may("metrics:read")) -> Response:
    """Every card with its figures; one that takes too long says so, and the others stand."""
    return _answer(caller, boards_query.board, name)


@router.get("/reports/{name}", summary="A report", openapi_extra=schemas.of(answer=boards_query.Report))
def report(name: Word, caller: Caller = may("metrics:read")) -> Response:
    """Its metrics side by side, over its pieces of time."""
    return _answer(caller, boards_query.report, name)


def _answer(caller: Caller, query: Callable[..., Any], name: str) -> Response:
    with caller.reading() as connection:
        reference = caller.hub.reference(connection)
    asked = boards_query.Asked(
        caller.hub.database, caller.hub.workspace, reference.documents, caller.viewer, reference.settings.zone,
        caller.now,
    )  # fmt: skip
    made = problems.fit(query(asked, name))
    return answers.json(made)
