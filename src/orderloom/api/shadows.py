"""/shadows: drafts that decide each new order beside the live documents, without effect, and what they found."""

import uuid
from typing import Annotated

import msgspec
from fastapi import APIRouter, Path, Request, Response

from orderloom.actions import documents
from orderloom.actions import shadows as shadows_actions
from orderloom.api import answers, bodies, problems, schemas, writes
from orderloom.api import documents as documents_api
from orderloom.api.callers import Caller, may
from orderloom.kit.refusals import Refused
from orderloom.queries import shadows
from orderloom.store.shadows import Shadow

router = APIRouter(prefix="/shadows", tags=["documents"])

ShadowId = Annotated[uuid.UUID, Path()]


class EndBody(msgspec.Struct, forbid_unknown_fields=True):
    """Why it is ended."""

    comment: documents_api.Comment = ""


class Begun(msgspec.Struct):
    """The shadow that has begun."""

    shadow_id: uuid.UUID


@router.get("", summary="Shadows", openapi_extra=schemas.of(answer=list[Shadow]))
def listing(caller: Caller = may("documents:read")) -> Response:
    """The newest first, with how many orders each has decided and how many otherwise."""
    with caller.reading() as connection:
        return answers.json(shadows.listed(connection, viewer=caller.viewer))


@router.post(
    "",
    summary="Let drafts decide beside",
    openapi_extra=schemas.of(
        body=documents_api.Picks, example=[{"kind": "rules", "name": "sourcing"}], answer=Begun, status=201
    ),
)
def begin(
    request: Request,
    caller: Caller = may("documents:write"),
    body: list[documents_api.PickBody] = bodies.one(documents_api.Picks),
) -> Response:
    """From the next order on, as the drafts are now; the live documents go on deciding."""

    def work() -> Response:
        picks = [documents.Pick(each.kind, each.name, each.edition) for each in body]
        begun = problems.fit(shadows_actions.begin(caller.hub, picks, actor=caller.name, now=caller.now))
        return answers.json(Begun(begun), 201)

    return writes.run(request, caller, work)


@router.get("/{shadow_id}", summary="A shadow and what it found", openapi_extra=schemas.of(answer=shadows.Shown))
def one(shadow_id: ShadowId, caller: Caller = may("documents:read")) -> Response:
    """Its newest changes, each with the fields by the live documents and by the drafts."""
    with caller.reading() as connection:
        found = shadows.one(connection, shadow_id, viewer=caller.viewer)
    if found is None:
        raise problems.Raised(404, Refused("shadow.unknown", {"shadow_id": str(shadow_id)}))
    return answers.json(found)


@router.post(
    "/{shadow_id}/end", summary="End a shadow", openapi_extra=schemas.of(body=EndBody, example={}, answer=answers.Done)
)
def end(
    request: Request,
    shadow_id: ShadowId,
    caller: Caller = may("documents:write"),
    body: EndBody = bodies.one(EndBody),
) -> Response:
    """What it found stays."""

    def work() -> Response:
        refused = shadows_actions.end(caller.hub, shadow_id, because=body.comment or caller.name, now=caller.now)
        if refused is not None:
            raise problems.Raised(problems.status_of(refused), refused)
        return answers.json(answers.Done())

    return writes.run(request, caller, work)
