"""/t: where an order is, for whoever has its link; and /orders/{order_no}/tracking-link, which makes and ends links.

One address is both: a browser that opens it gets the page, which then asks the same address for the facts.
"""

import uuid

import msgspec
from fastapi import APIRouter, Request, Response

from orderloom.actions import audit, files, tracking
from orderloom.actions.hub import Hub
from orderloom.api import answers, bodies, callers, console, links, pages, problems, schemas
from orderloom.api import files as api_files
from orderloom.api.callers import Caller, may
from orderloom.kit import clock
from orderloom.kit.refusals import Refused
from orderloom.queries import orders as orders_query
from orderloom.queries import scopes
from orderloom.queries import tracking as tracking_query
from orderloom.store import tracking as tracking_store

router = APIRouter(prefix="/orders", tags=["orders"])
by_link = APIRouter(prefix="/t", tags=["tracking"])
_ROBOTS = {"X-Robots-Tag": "noindex, nofollow, noarchive"}


class LinksEnded(msgspec.Struct):
    """How many links were ended."""

    links: int


@router.post(
    "/{order_no}/tracking-link",
    summary="The link to an order's page",
    openapi_extra=schemas.of(answer=tracking.TrackingLink),
)
def make(order_no: pages.Key, caller: Caller = may("orders:share"), _: None = bodies.nothing()) -> Response:
    """Asked again it is the same link, until it is ended or has half of its time behind it. Whoever has it sees how
    far the order is, and of people only what is masked."""
    made = tracking.link(caller.hub, _order(caller, order_no), actor=caller.name, now=caller.now)
    return answers.json(made)


@router.delete("/{order_no}/tracking-link", summary="End an order's links", openapi_extra=schemas.of(answer=LinksEnded))
def end(order_no: pages.Key, caller: Caller = may("orders:share")) -> Response:
    """All of them at once and for good; the next one made is another."""
    ended = tracking.revoke(caller.hub, _order(caller, order_no), now=caller.now)
    if ended:
        audit.record(caller.hub, "tracking.ended", f"order/{order_no}", whose=caller.whose, after={"links": ended})
    return answers.json(LinksEnded(ended))


@by_link.get(
    "/{token}",
    summary="Where an order is",
    openapi_extra=links.of(schemas.of(answer=tracking_query.Tracked)),
    dependencies=[callers.for_everybody()],
)
def shown(request: Request, token: pages.Key) -> Response:
    """Stages with their times, the promise, parcels, what happens next. A browser gets the page that shows it."""
    if console.wants_page(request):
        return console.outside(request)
    hub, link = _entered(request, token)
    with hub.database.workspace(hub.workspace) as connection:
        settings = hub.reference(connection).settings
        found = tracking_query.tell(
            connection,
            viewer=tracking_query.recipient(f"link {link.link_id}"),
            sealer=hub.sealer,
            settings=settings,
            now=clock.now(),
            order_id=link.order_id,
        )
    if found is None:
        raise links.raised(Refused("tracking.link_unknown"), headers=_ROBOTS)
    return answers.json(found, headers={**_ROBOTS, "Vary": "Accept"})


@by_link.get(
    "/{token}/files/{file_id}",
    summary="A document of an order",
    openapi_extra=links.of({"responses": {"200": {"description": "The bytes."}}}),
    dependencies=[callers.for_everybody()],
)
def paper(request: Request, token: pages.Key, file_id: uuid.UUID) -> Response:
    """One of those that the order's page names."""
    hub, link = _entered(request, token)
    with hub.database.workspace(hub.workspace) as connection:
        settings = hub.reference(connection).settings
        viewer = tracking_query.recipient(f"link {link.link_id}")
        found = orders_query.detail(connection, viewer=viewer, order_id=link.order_id)
        offered = tracking_query.papers(connection, found.order, settings) if found is not None else []
    if file_id not in {each.file_id for each in offered}:
        raise problems.Raised(404, Refused("upload.unknown"))
    return api_files.sent(files.read(hub, file_id))


def _order(caller: Caller, order_no: str) -> uuid.UUID:
    with caller.reading() as connection:
        found = scopes.orders(connection, caller.viewer, [order_no])
    if order_no not in found:
        raise problems.Raised(404, Refused("order.unknown", {"order_id": order_no}))
    return found[order_no].order_id


def _entered(request: Request, token: str) -> tuple[Hub, tracking_store.Link]:
    return links.entered(request, token, enter=tracking.enter, unknown="tracking.link_unknown", headers=_ROBOTS)
