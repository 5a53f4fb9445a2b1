"""/alerts: what stands, what watches, and whether one would tell people now."""

from typing import Any

import msgspec
from fastapi import APIRouter, Response

from orderloom.actions.kinds import KINDS
from orderloom.api import answers, boarding, bodies, pages, problems, schemas
from orderloom.api.callers import Caller, may
from orderloom.domain import alerts as alert_words
from orderloom.queries import alerts as alerts_query

router = APIRouter(tags=["alerts"])

_content_of = msgspec.json.Decoder(dict[str, Any])


class AlertBody(msgspec.Struct, forbid_unknown_fields=True):
    """An alert as it would be published; `name` is that of the one it would follow on."""

    content: msgspec.Raw
    name: str = ""


@router.get("/alerts", summary="Alerts that stand now", openapi_extra=schemas.of(answer=list[alerts_query.Standing]))
def standing(caller: Caller = may("metrics:read")) -> Response:
    """Figures beyond their bounds, the oldest first; they are of the whole workspace."""
    with caller.reading() as connection:
        documents = caller.hub.reference(connection).documents
        return answers.json(alerts_query.standing(connection, viewer=caller.viewer, documents=documents))


@router.get("/alerts/rules", summary="Alerts in force", openapi_extra=schemas.of(answer=list[alerts_query.Watching]))
def rules(
    caller: Caller = may("metrics:read"),
    metric: pages.Name = None,
) -> Response:
    """What each watches and does, how much of it stands beyond its bound, and when it told people last; of one metric
    where it is named."""
    with caller.reading() as connection:
        documents = caller.hub.reference(connection).documents
        return answers.json(
            alerts_query.watching(connection, viewer=caller.viewer, documents=documents, metric=metric or "")
        )


@router.post(
    "/alerts/try",
    summary="Whether an alert that is not published would ring",
    openapi_extra=schemas.of(body=AlertBody, example={"content": KINDS["alert"].example}, answer=alerts_query.Tried),
)
def try_(caller: Caller = may("metrics:read"), body: AlertBody = bodies.one(AlertBody)) -> Response:
    """For whoever writes it: nobody is told. 409 with the first finding when it could not be published."""
    content = bodies.decode(_content_of, body.content, under="$.content")
    with caller.reading() as connection:
        boarding.require_publishable("alert", content, caller.hub.reference(connection))
    made = alerts_query.tried(boarding.asked(caller), body.name, alert_words.read(content))
    return answers.json(problems.fit(made))
