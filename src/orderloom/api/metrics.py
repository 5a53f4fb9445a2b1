"""/metrics, /boards, /reports: figures as documents define them, in the caller's scope."""

from collections.abc import Callable
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Query, Response

from orderloom.actions import judging
from orderloom.actions.kinds import KINDS
from orderloom.api import answers, boarding, bodies, pages, problems, schemas
from orderloom.api.callers import Caller, may
from orderloom.api.documents import Word
from orderloom.domain import boards as board_words
from orderloom.domain import metrics
from orderloom.domain import reports as report_words
from orderloom.kit.refusals import Refused
from orderloom.queries import boards as boards_query
from orderloom.queries import metrics as metrics_query
from orderloom.queries.metrics import Computed

router = APIRouter(tags=["metrics"])

_content_of = msgspec.json.Decoder(dict[str, Any])


class TryBody(msgspec.Struct, forbid_unknown_fields=True):
    """A metric as it would be published; `summed` lets it be answered from the relay's sums where these carry it, as a
    board is."""

    content: msgspec.Raw
    summed: bool = False


class BoardBody(msgspec.Struct, forbid_unknown_fields=True):
    """A board as it would be published."""

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
            connection, metrics.read(found.content), of=metrics_query.Group(group or ()), viewer=caller.viewer,
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
    boarding.require_publishable("metric", content, reference)
    with caller.reading() as connection:
        made = metrics_query.compute(
            connection, metrics.read(content), viewer=caller.viewer, zone=reference.settings.zone, now=caller.now,
            summed=body.summed,
        )  # fmt: skip
    return answers.json(problems.fit(made))


@router.get("/boards", summary="The boards in force", openapi_extra=schemas.of(answer=list[boards_query.Listed]))
def boards(caller: Caller = may("metrics:read")) -> Response:
    """By name."""
    with caller.reading() as connection:
        return answers.json(boards_query.listed(caller.hub.reference(connection).documents))


@router.post(
    "/boards/try",
    summary="A board that is not published",
    openapi_extra=schemas.of(body=BoardBody, example={"content": KINDS["board"].example}, answer=boards_query.Board),
)
def try_board(caller: Caller = may("metrics:read"), body: BoardBody = bodies.one(BoardBody)) -> Response:
    """For whoever writes it: its figures, of metrics in force; 409 with the first finding when it could not be
    published."""
    content = bodies.decode(_content_of, body.content, under="$.content")
    with caller.reading() as connection:
        boarding.require_publishable("board", content, caller.hub.reference(connection))
    return answers.json(boards_query.shown(boarding.asked(caller), "tried", board_words.read(content)))


@router.get("/metric-fields", summary="What metrics count by", openapi_extra=schemas.of(answer=list[metrics.Counted]))
def fields(caller: Caller = may("metrics:read")) -> Response:
    """Every subject with its fields; own fields by the data dictionary."""
    with caller.reading() as connection:
        reference = caller.hub.reference(connection)
    return answers.json(metrics.vocabulary(judging.known(reference)))


@router.get("/boards/{name}", summary="A board", openapi_extra=schemas.of(answer=boards_query.Board))
def board(name: Word, caller: Caller = may("metrics:read")) -> Response:
    """Every card with its figures; one that takes too long says so, and the others stand."""
    return _answer(caller, boards_query.board, name)


@router.get("/reports", summary="The reports in force", openapi_extra=schemas.of(answer=list[boards_query.Listed]))
def reports(caller: Caller = may("metrics:read")) -> Response:
    """By name."""
    with caller.reading() as connection:
        return answers.json(boards_query.reports_listed(caller.hub.reference(connection).documents))


@router.get("/reports/{name}", summary="A report", openapi_extra=schemas.of(answer=boards_query.Report))
def report(
    name: Word,
    caller: Caller = may("metrics:read"),
    bucket: Annotated[
        report_words.Bucket | None, Query(description="Read by these pieces of time, not its own.")
    ] = None,
) -> Response:
    """Its metrics side by side, over its pieces of time. Orders behind a figure of the metric in place n are those of
    `GET /orders?figure=<name>.<bucket>/n/0`."""
    return answers.json(problems.fit(boards_query.report(boarding.asked(caller), name, bucket=bucket)))


def _answer(caller: Caller, query: Callable[..., Any], name: str) -> Response:
    return answers.json(problems.fit(query(boarding.asked(caller), name)))
