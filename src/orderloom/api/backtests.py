"""/backtests: drafts tried on past orders, every order that would change as it is found, the sums at the end; alerts,
when they would have told people."""

import contextlib
import datetime as dt
import threading
from collections.abc import Iterator
from typing import Annotated, Any

import msgspec
import structlog
from fastapi import APIRouter, Response
from fastapi.responses import StreamingResponse

from orderloom.actions import documents, judging
from orderloom.actions.kinds import KINDS
from orderloom.api import answers, boarding, bodies, problems, schemas
from orderloom.api import documents as documents_api
from orderloom.api.callers import Caller, may
from orderloom.domain import alerts, metrics
from orderloom.inbox import order_bodies as ob
from orderloom.kit import apart, limits
from orderloom.kit.refusals import Refused
from orderloom.queries import alert_pasts
from orderloom.trials import backtests, drafts, worlds

router = APIRouter(prefix="/backtests", tags=["documents"])

log = structlog.get_logger(__name__)
# Two worlds fill two cores: people are served beside them, further back-tests wait their turn.
_places = threading.BoundedSemaphore(limits.BACKTESTS_AT_ONCE)
_content_of = msgspec.json.Decoder(dict[str, Any])
_line = msgspec.json.Encoder(decimal_format="string").encode


class BacktestBody(msgspec.Struct, forbid_unknown_fields=True):
    """Drafts to try together, on the orders received from `since` up to, not including, `until`."""

    documents: Annotated[
        list[documents_api.PickBody], msgspec.Meta(min_length=1, max_length=limits.DOCUMENTS_PER_PUBLICATION_MAX)
    ]
    since: ob.Instant
    until: ob.Instant


class Line(msgspec.Struct, omit_defaults=True):
    """A line of the answer: an order that would change, or at the end the summary, or why it broke off."""

    change: backtests.Change | None = None
    summary: backtests.Summary | None = None
    refused: problems.Said | None = None


@router.post(
    "",
    summary="Try drafts on past orders",
    openapi_extra=schemas.of(
        body=BacktestBody,
        example={
            "documents": [{"kind": "rules", "name": "sourcing"}],
            "since": "2026-10-01T00:00:00+08:00",
            "until": "2026-11-01T00:00:00+08:00",
        },
        answer=Line,
    ),
)
def run(caller: Caller = may("documents:write"), body: BacktestBody = bodies.one(BacktestBody)) -> Response:
    """A line of NDJSON for each order that would change, then one with the sums. Nothing is saved."""
    if caller.viewer.limited:
        raise problems.Raised(403, Refused("backtest.whole_only", {}))
    tried = _tried(caller, body)
    told = _told(caller, tried, worlds.Period(body.since, body.until))
    next(told)  # It has its place now, and gives it back however the answer ends.
    return StreamingResponse(told, media_type=bodies.NDJSON)


class AlertBody(msgspec.Struct, forbid_unknown_fields=True):
    """An alert as it would be published, and how many days back it is tried."""

    content: msgspec.Raw
    days: Annotated[int, msgspec.Meta(ge=1, le=limits.ALERT_PAST_DAYS_MAX)] = 7


@router.post(
    "/alert",
    summary="Try an alert on the past",
    openapi_extra=schemas.of(
        body=AlertBody, example={"content": KINDS["alert"].example, "days": 7}, answer=alert_pasts.Past
    ),
)
def alert(caller: Caller = may("metrics:read"), body: AlertBody = bodies.one(AlertBody)) -> Response:
    """When people would have been told, and of what: the orders are rebuilt as they stood at each look. Nobody is told.
    409 with the first finding when it could not be published, or where the metric counts what keeps no past."""
    if caller.viewer.limited:
        raise problems.Raised(403, Refused("backtest.whole_only", {}))
    content = bodies.decode(_content_of, body.content, under="$.content")
    asked = boarding.asked(caller)
    with caller.reading() as connection:
        boarding.require_publishable("alert", content, caller.hub.reference(connection))
    tried = alerts.read(content)
    past = alert_pasts.Asked(
        caller.hub.database.url, caller.hub.workspace, tried,
        metrics.read(asked.documents["metric"][tried.metric].content), asked.zone,
        since=caller.now - dt.timedelta(days=body.days), until=caller.now,
    )  # fmt: skip
    with _place():
        try:
            made = alert_pasts.tried(past)
        except apart.Broke as broke:
            made = _broke(caller, broke)
    return answers.json(problems.fit(made))


def _tried(caller: Caller, body: BacktestBody) -> list[drafts.Draft]:
    """The drafts as they would be in force. Raises the problem that publishing them would meet, cases aside."""
    picks = [documents.Pick(each.kind, each.name, each.edition) for each in body.documents]
    proposals = documents.proposals_of(caller.hub, picks)
    found = proposals if isinstance(proposals, Refused) else documents.check(caller.hub, proposals, cases=False)
    refused = found if isinstance(found, Refused) else judging.refusal(found)
    if refused is None and not dt.timedelta(0) < body.until - body.since <= dt.timedelta(days=limits.BACKTEST_DAYS_MAX):
        refused = Refused("backtest.bad_period", {"days_max": limits.BACKTEST_DAYS_MAX})
    if refused is not None:
        raise problems.Raised(problems.status_of(refused), refused)
    assert not isinstance(proposals, Refused)
    return [drafts.Draft(each.kind, each.name, each.content) for each in proposals]


def _told(caller: Caller, tried: list[drafts.Draft], period: worlds.Period) -> Iterator[bytes]:
    with _place():
        yield b""
        try:
            for each in backtests.run(caller.hub.database.url, caller.hub.workspace, tried, period=period):
                line = Line(change=each) if isinstance(each, backtests.Change) else Line(summary=each)
                yield _line(line) + b"\n"
        except apart.Broke as broke:
            yield _line(Line(refused=problems.say(_broke(caller, broke)))) + b"\n"


@contextlib.contextmanager
def _place() -> Iterator[None]:
    if not _places.acquire(blocking=False):
        raise problems.Raised(503, Refused("busy.try_again", {"most": limits.BACKTESTS_AT_ONCE}))
    try:
        yield
    finally:
        _places.release()


def _broke(caller: Caller, broke: apart.Broke) -> Refused:
    log.warning("back-test broke off", workspace=caller.hub.workspace, words=broke.args[0])
    return Refused("backtest.broke", {})
