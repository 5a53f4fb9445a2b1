"""/shipments: what warehouses have to do, handing over to them, and the stages they confirm."""

from typing import Annotated, Literal

import msgspec
from fastapi import APIRouter, Query, Request, Response

from orderloom.actions import shipments
from orderloom.api import answers, bodies, pages, schemas, writes
from orderloom.api.callers import Caller, may
from orderloom.deciding.work import Outcome
from orderloom.domain import shipments as domain_shipments
from orderloom.inbox import order_bodies as ob
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import scopes
from orderloom.queries import shipments as shipments_query

router = APIRouter(prefix="/shipments", tags=["shipments"])

_Many = msgspec.Meta(min_length=1, max_length=limits.COMMANDS_PER_REQUEST_MAX)


class ReleaseBody(msgspec.Struct, forbid_unknown_fields=True):
    """Shipments by number."""

    shipment_nos: Annotated[list[ob.Named], _Many]


class ScanBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A stage confirmed by scan or click, of a shipment by its number or by `code`: the label as it was read, which may
    be the shipment's number, its order's, or the channel's for that order. With `warehouse`, what another one ships is
    refused. `at` is the instant of the scan, now when left out; `evidence` are ids of uploaded photos. `custom` are own
    fields of the shipment, read by the dictionary in force."""

    stage: Literal["picked", "packed", "shipped", "delivered"]
    shipment_no: ob.Code = ""
    code: ob.Code = ""
    warehouse: ob.Code = ""
    operator: ob.Word = ""
    at: ob.Instant | None = None
    place: ob.Word = ""
    evidence: Annotated[list[ob.Word], msgspec.Meta(max_length=20)] = []
    custom: ob.Custom = {}


class RevertBody(msgspec.Struct, forbid_unknown_fields=True):
    """The last stage of a shipment, confirmed wrongly, and why it is taken back."""

    shipment_no: ob.Named
    stage: Literal["picked", "packed", "shipped", "delivered"]
    reason: ob.Named


class SwitchBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A shipment to be taken by another carrier, and why; the one named, else the next by the carrier rule."""

    shipment_no: ob.Named
    reason: ob.Named
    carrier: ob.Word = ""
    service: ob.Word = ""


@router.get(
    "",
    summary="Shipments, the oldest plan first",
    openapi_extra=schemas.of(answer=shipments_query.Page),
)
def page(
    caller: Caller = may("shipments:read"),
    warehouse: pages.Name = None,
    stage: pages.Name = None,
    shipment_no: pages.Name = None,
    live: Annotated[bool, Query(description="Leave out what is delivered or cancelled.")] = False,
    cursor: pages.Cursor = None,
    count: pages.Count = 50,
) -> Response:
    """By warehouse and stage, those in the key's scope."""
    filters = shipments_query.Filters(warehouse=warehouse, stage=stage, shipment_no=shipment_no, live=live)
    with caller.reading() as connection:
        found = shipments_query.page(connection, viewer=caller.viewer, filters=filters, cursor=cursor, count=count)
    return answers.json(found)


@router.post(
    "/release",
    summary="Hand shipments to their warehouses",
    openapi_extra=schemas.of(
        body=ReleaseBody,
        example={"shipment_nos": ["OL-20260218-000123-1"]},
        answer=answers.Outcomes,
        also={207: "Some were refused."},
    ),
)
def release(
    request: Request, caller: Caller = may("shipments:write"), body: ReleaseBody = bodies.one(ReleaseBody)
) -> Response:
    """Lots and bins are chosen first expired or first in, first out."""

    def work() -> Response:
        known = _in_scope(caller, body.shipment_nos)
        done = iter(
            shipments.release(
                caller.hub,
                [each for each in body.shipment_nos if each in known],
                origin=caller.origin(),
                now=caller.now,
            )
        )
        return answers.many([next(done) if each in known else _unknown(each) for each in body.shipment_nos])

    return writes.run(request, caller, work)


@router.post(
    "/confirm",
    summary="Confirm stages by scans, many at once",
    openapi_extra=schemas.of(
        body=bodies.list_of(ScanBody),
        example=[{"shipment_no": "OL-20260218-000123-1", "stage": "picked", "operator": "王五", "place": "A-01"}],
        answer=answers.Outcomes,
        also={207: "Some were refused."},
    ),
)
def confirm(
    request: Request, caller: Caller = may("shipments:write"), body: list[ScanBody] = bodies.many(ScanBody)
) -> Response:
    """A stage has one trusted source: the key's own, never one that the body says."""

    def work() -> Response:
        labels = [shipments_query.Scanned(each.shipment_no or each.code, each.warehouse) for each in body]
        with caller.reading() as connection:
            meant = shipments_query.meant(connection, viewer=caller.viewer, scanned=set(labels))
        scans = [
            shipments.Scan(
                number,
                each.stage,
                each.at or caller.now,
                each.operator or caller.name,
                each.place,
                each.evidence,
                each.custom,
            )
            for each, label in zip(body, labels, strict=True)
            if isinstance(number := meant[label], str)
        ]
        done = iter(shipments.confirm(caller.hub, scans, origin=caller.origin(), now=caller.now))
        numbers = [meant[each] for each in labels]
        outcomes = [each if isinstance(each, Refused) else next(done) for each in numbers]
        until = domain_shipments.revertible_until(caller.now)
        scanned = [
            answers.Scanned("" if isinstance(number, Refused) else number, None if each.stage == "shipped" else until)
            for number, each in zip(numbers, body, strict=True)
        ]
        return answers.many(outcomes, scanned=scanned)

    return writes.run(request, caller, work)


@router.post(
    "/revert",
    summary="Take back stages that were confirmed wrongly",
    openapi_extra=schemas.of(
        body=bodies.list_of(RevertBody),
        example=[{"shipment_no": "OL-20260218-000123-1", "stage": "picked", "reason": "扫错了件"}],
        answer=answers.Outcomes,
        also={207: "Some were refused."},
    ),
)
def revert(
    request: Request, caller: Caller = may("shipments:write"), body: list[RevertBody] = bodies.many(RevertBody)
) -> Response:
    """One's own for half an hour; with `shipments:revert` also those of others, and later. What has left the house, or
    let a flow do something, is not taken back; a run that only waited ends with its stage. Nothing is erased: a
    correction is an event of its own."""

    def work() -> Response:
        known = _in_scope(caller, [each.shipment_no for each in body])
        wanted = [
            shipments.Revert(each.shipment_no, each.stage, each.reason) for each in body if each.shipment_no in known
        ]
        leads = caller.viewer.may("shipments:revert")
        done = iter(shipments.revert(caller.hub, wanted, origin=caller.origin(), leads=leads, now=caller.now))
        return answers.many([next(done) if each.shipment_no in known else _unknown(each.shipment_no) for each in body])

    return writes.run(request, caller, work)


@router.post(
    "/switch-carrier",
    summary="Give shipments to another carrier",
    openapi_extra=schemas.of(
        body=bodies.list_of(SwitchBody),
        example=[{"shipment_no": "OL-20260218-000123-1", "reason": "24 小时未揽收"}],
        answer=answers.Outcomes,
        also={207: "Some were refused."},
    ),
)
def switch_carrier(
    request: Request, caller: Caller = may("shipments:write"), body: list[SwitchBody] = bodies.many(SwitchBody)
) -> Response:
    """As long as they are in the house; without `carrier` the next by the carrier rule."""

    def work() -> Response:
        known = _in_scope(caller, [each.shipment_no for each in body])
        wanted = [
            shipments.Switch(each.shipment_no, each.reason, each.carrier, each.service)
            for each in body
            if each.shipment_no in known
        ]
        done = iter(shipments.switch(caller.hub, wanted, origin=caller.origin(), now=caller.now))
        return answers.many([next(done) if each.shipment_no in known else _unknown(each.shipment_no) for each in body])

    return writes.run(request, caller, work)


def _in_scope(caller: Caller, shipment_nos: list[str]) -> set[str]:
    with caller.reading() as connection:
        return set(scopes.shipments(connection, caller.viewer, shipment_nos))


def _unknown(shipment_no: str) -> Outcome | Refused:
    return Refused("shipment.unknown", {"shipment_no": shipment_no})
