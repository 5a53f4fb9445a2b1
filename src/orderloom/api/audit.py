"""/audit: who did or saw what, when, from where; /orders/{order_no}/reveal: a person's masked fields, with a reason."""

import datetime as dt
from collections.abc import Iterator
from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Depends, Query, Response
from fastapi.responses import StreamingResponse

from orderloom.actions import audit
from orderloom.api import answers, bodies, pages, problems, schemas
from orderloom.api.callers import Caller, may
from orderloom.domain.people import PERSONAL
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import audit as audit_query
from orderloom.queries import exports, orders, people

router = APIRouter(tags=["audit"])

_Name = Annotated[str | None, Query(max_length=limits.NAME_CHARS_MAX, pattern=pages.NO_NUL)]
_At = Annotated[dt.datetime | None, Query()]


class RevealBody(msgspec.Struct, forbid_unknown_fields=True):
    """Which masked fields are needed, and what for."""

    reason: Annotated[str, msgspec.Meta(min_length=2, max_length=limits.TEXT_CHARS_MAX)]
    fields: Annotated[list[Literal["name", "phone", "street"]], msgspec.Meta(min_length=1, max_length=3)]


class Revealed(msgspec.Struct):
    """The people of an order, with the fields asked for whole."""

    order_no: str
    buyer: dict[str, str]
    consignee: dict[str, str]


def _filters(
    actor: _Name = None,
    subject: _Name = None,
    what: _Name = None,
    origin: _Name = None,
    at_from: _At = None,
    at_to: _At = None,
) -> audit_query.Filters:
    return audit_query.Filters(
        actor=actor, subject=subject, what=what, origin=origin, at_from=_instant(at_from), at_to=_instant(at_to)
    )


_Filtered = Annotated[audit_query.Filters, Depends(_filters)]


@router.get("/audit", summary="The audit trail", openapi_extra=schemas.of(answer=audit_query.Page))
def page(
    filters: _Filtered, caller: Caller = may("audit:read"), cursor: pages.Cursor = None, count: pages.Count = 50
) -> Response:
    """The newest first. `what` may be a word (`session`) or one thing (`session.refused`), `origin` a part of where it
    came from, such as an address."""
    caller.require_whole_scope()
    with caller.reading() as connection:
        return answers.json(
            audit_query.page(connection, viewer=caller.viewer, filters=filters, cursor=cursor, count=count)
        )


@router.get(
    "/audit/export",
    summary="The audit trail as a file",
    openapi_extra={
        "responses": {
            "200": {
                "description": "CSV, or one JSON object a line.",
                "content": {
                    "text/csv": {"schema": {"type": "string"}},
                    bodies.NDJSON: {"schema": {"type": "string"}},
                },
            }
        }
    },
)
def export(
    filters: _Filtered, caller: Caller = may("audit:read"), format: Literal["csv", "ndjson"] = "csv"
) -> Response:
    """All of it, or what the filters leave; that it was taken away stands in the trail too."""
    caller.require_whole_scope()
    audit.record(caller.hub, "audit.exported", "audit", whose=caller.whose, after=msgspec.to_builtins(_named(filters)))
    return StreamingResponse(
        _parts(caller, filters, format), media_type="text/csv" if format == "csv" else bodies.NDJSON
    )


@router.post(
    "/orders/{order_no}/reveal",
    tags=["orders"],
    summary="See masked fields of an order's people",
    openapi_extra=schemas.of(
        body=RevealBody, example={"reason": "快递员要联系收货人", "fields": ["phone"]}, answer=Revealed
    ),
)
def reveal(
    order_no: pages.Key, caller: Caller = may("people:reveal"), body: RevealBody = bodies.one(RevealBody)
) -> Response:
    """Who looked, at what and why, is written down before anything is shown."""
    with caller.reading() as connection:
        found = orders.detail(connection, viewer=caller.viewer, order_no=order_no)
        if found is None:
            raise problems.Raised(404, Refused("order.unknown", {"order_id": order_no}))
        after = {"fields": sorted(set(body.fields)), "reason": body.reason}
        audit.record(caller.hub, "person.revealed", f"order/{order_no}", whose=caller.whose, after=after)
        viewer = msgspec.structs.replace(caller.viewer, masks=caller.viewer.masks & (PERSONAL - set(body.fields)))
        parties = (found.order.buyer.person, found.order.consignee.person)
        persons = [each for each in parties if each is not None]
        named = people.named(connection, viewer=viewer, sealer=caller.hub.sealer, persons=persons)
    buyer, consignee = (named.get(each, {}) if each is not None else {} for each in parties)
    return answers.json(Revealed(order_no, buyer, consignee))


def _parts(caller: Caller, filters: audit_query.Filters, format: str) -> Iterator[bytes]:
    with caller.reading() as connection:
        lines = audit_query.every(connection, viewer=caller.viewer, filters=filters)
        yield from exports.table(lines, kind=audit_query.Line) if format == "csv" else exports.ndjson(lines)


def _named(filters: audit_query.Filters) -> dict[str, str]:
    return {name: str(each) for name, each in msgspec.structs.asdict(filters).items() if each is not None}


def _instant(at: dt.datetime | None) -> dt.datetime | None:
    return at if at is None or at.tzinfo is not None else at.replace(tzinfo=dt.UTC)
