"""/roles/preview and /templates/preview: what a draft would show a person, tried on orders that are there."""

import datetime as dt
from typing import Annotated, Any

import msgspec
from fastapi import APIRouter, Response

from orderloom.actions import notices
from orderloom.api import answers, bodies, grants, problems, schemas
from orderloom.api.callers import Caller, may
from orderloom.domain import codes, people, roles
from orderloom.domain.documents.checking import places_of
from orderloom.domain.documents.kinds import Known
from orderloom.domain.templates import Told
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import orders, viewer
from orderloom.queries import people as people_query
from orderloom.rules import templates
from orderloom.store import database as db

router = APIRouter(tags=["documents"])
_ORDERS = 5


class OrderSeen(msgspec.Struct):
    """An order as the holder of a role would see it."""

    order_no: str
    channel: str
    stage: str
    total_minor: int
    currency: str
    placed_at: dt.datetime
    consignee: dict[str, str]


class RoleShown(msgspec.Struct):
    """The newest orders that a holder would see, people masked as they would be; `sees_orders` is false where the role
    reads none at all."""

    sees_orders: bool
    orders: list[OrderSeen]


@router.post(
    "/roles/preview",
    summary="See as a role",
    openapi_extra=schemas.of(body=roles.Role, example=roles.KIND.example, answer=RoleShown),
)
def see_as(caller: Caller = may("documents:write"), body: roles.Role = bodies.one(roles.Role)) -> Response:
    """Nobody sees more by it than the caller does: what is masked for the caller stays masked."""
    caller.require_whole_scope()
    grant = grants.of_role(body, caller.name)
    grant = msgspec.structs.replace(grant, masks=grant.masks | caller.viewer.masks)
    if not (grant.may("orders:read") and caller.viewer.may("orders:read")):
        return answers.json(RoleShown(grant.may("orders:read"), []))
    seeing = viewer.united([grant], verb="orders:read", name=caller.name)
    with caller.reading() as connection:
        found = orders.page(connection, viewer=seeing, filters=orders.Filters(), cursor=None, count=_ORDERS)
        seen = [_seen(caller, connection, seeing, each) for each in found.rows]
    return answers.json(RoleShown(True, seen))


def _seen(caller: Caller, connection: db.Connection, seeing: viewer.Viewer, row: orders.Row) -> OrderSeen:
    whole = orders.detail(connection, viewer=seeing, order_id=row.order_id)
    person = whole.order.consignee.person if whole is not None else None
    named = people_query.named(
        connection, viewer=seeing, sealer=caller.hub.sealer, persons=[person] if person is not None else []
    )
    consignee = named.get(person, {}) if person is not None else {}
    return OrderSeen(
        row.order_no, row.channel, row.stage, row.total_minor, row.currency, row.placed_at, consignee
    )  # fmt: skip


class TemplateBody(msgspec.Struct, forbid_unknown_fields=True):
    """A template as it is being written; the order it is tried on, the newest without one; and `values` beside it."""

    content: dict[str, Any]
    order_no: Annotated[str, msgspec.Meta(max_length=limits.NAME_CHARS_MAX)] = ""
    values: dict[str, Any] = {}


class Said(msgspec.Struct):
    """Why a template cannot be filled, with its place."""

    path: str
    zh: str
    en: str


class TemplateShown(msgspec.Struct):
    """What people would read of the order, or what is wrong with the template."""

    order_no: str
    told: Told | None
    findings: list[Said]


@router.post(
    "/templates/preview",
    summary="See what a template says",
    openapi_extra=schemas.of(
        body=TemplateBody, example={"content": templates.KIND.example, "order_no": ""}, answer=TemplateShown
    ),
)
def fill(caller: Caller = may("documents:write"), body: TemplateBody = bodies.one(TemplateBody)) -> Response:
    """Of an order that the caller may see; nothing is sent. People are masked as the template asks, and where the
    caller sees them masked."""
    with caller.reading() as connection:
        reference = caller.hub.reference(connection)
        zone = reference.settings.zone
        found = templates.check("", body.content, Known(zone=zone))
        if any(each.level == "error" for each in found):
            return answers.json(TemplateShown("", None, [_said(each.path, each.code, each) for each in found]))
        filler = templates.filler(body.content, zone=zone)
        order_no, context = _context(caller, connection, body, set(filler.template.clear))
    return answers.json(TemplateShown(order_no, filler.fill({**body.values, **context}), []))


def _context(
    caller: Caller, connection: db.Connection, body: TemplateBody, clear: set[str]
) -> tuple[str, dict[str, Any]]:
    if not caller.viewer.may("orders:read"):
        return "", {}
    found = None
    if body.order_no:
        found = orders.detail(connection, viewer=caller.viewer, order_no=body.order_no)
        if found is None:
            raise problems.Raised(404, Refused("order.unknown", {"order_id": body.order_no}))
    else:
        page = orders.page(connection, viewer=caller.viewer, filters=orders.Filters(), cursor=None, count=1)
        if page.rows:
            found = orders.detail(connection, viewer=caller.viewer, order_id=page.rows[0].order_id)
    if found is None:
        return "", {}
    order = found.order
    parties = {"buyer": order.buyer.person, "consignee": order.consignee.person}
    named = people_query.named(
        connection, viewer=caller.viewer, sealer=caller.hub.sealer,
        persons=[each for each in parties.values() if each is not None],
    )  # fmt: skip
    masks = people.PERSONAL - clear - caller.viewer.masks
    context: dict[str, Any] = {"order": notices.order_values(order, caller.hub.reference(connection))}
    for name, person in parties.items():
        shown = people.masked(named.get(person, {}), masks) if person is not None else {}
        context[name] = {field: text for field, text in shown.items() if text}
    return order.order_no, context


def _said(path: str, code: str, found: Any) -> Said:
    data = places_of(templates.KIND.name, "", found)
    return Said(path, codes.text(code, data, "zh"), codes.text(code, data, "en"))
