"""/orders: the list by filters, one order whole, its timeline."""

import datetime as dt
import urllib.parse
import uuid
from typing import Annotated

import msgspec
from fastapi import APIRouter, Depends, Query, Request, Response

from orderloom.api import answers, boarding, pages, problems, schemas
from orderloom.api.callers import Caller, may
from orderloom.deciding import dictionaries
from orderloom.domain.orders.state import Order
from orderloom.kit.refusals import Refused
from orderloom.queries import boards, metrics, orders, people, timeline, why
from orderloom.queries import reference as reference_query
from orderloom.store import database as db

router = APIRouter(prefix="/orders", tags=["orders"])

Since = Annotated[dt.datetime | None, Query(description="RFC 3339; without a zone it is UTC.")]
_YEARS = range(1970, 2200)


class Detail(msgspec.Struct):
    """One order whole: as it stands, its people as the key may see them, what its customer is called where the key may
    see customers, its shipments, the raw messages it came from, and its story with every why."""

    order: Order
    buyer: dict[str, str]
    consignee: dict[str, str]
    shipments: list[orders.ShipmentRow]
    message_ids: list[uuid.UUID]
    timeline: timeline.Timeline
    customer_name: str


def _filters(
    stage: pages.Name = None,
    channel: pages.Name = None,
    customer_no: pages.Name = None,
    grade: pages.Name = None,
    province: pages.Name = None,
    external_no: pages.Name = None,
    held: bool | None = None,
    hold: Annotated[pages.Name, Query(description="The code of a hold that is on.")] = None,
    placed_from: Since = None,
    placed_to: Since = None,
    furthest: pages.Name = None,
    paid: bool | None = None,
    shipped: bool | None = None,
    cancelled: bool | None = None,
    warehouse: pages.Name = None,
    carrier: pages.Name = None,
) -> orders.Filters:
    return orders.Filters(
        stage=stage,
        channel=channel,
        customer_no=customer_no,
        grade=grade,
        province=province,
        external_no=external_no,
        held=held,
        hold=hold,
        placed_from=_instant(placed_from, "placed_from"),
        placed_to=_instant(placed_to, "placed_to"),
        furthest=furthest,
        paid=paid,
        shipped=shipped,
        cancelled=cancelled,
        warehouse=warehouse,
        carrier=carrier,
    )


class _Figure(msgspec.Struct, frozen=True):
    """A figure of a board or report: its name, the row and place of its card, its groups, its piece of time."""

    board: str
    row: int
    column: int
    groups: list[str]
    at: dt.datetime | None


def _figure(
    figure: Annotated[
        str | None,
        Query(
            max_length=80,
            pattern=r"^[a-z][a-z0-9_]{0,63}(\.(day|week|month|quarter|year))?/\d{1,2}/\d{1,2}$",
            description="`board/row/place`, counted from 0; `report.week/place/0` of a report read by the week.",
        ),
    ] = None,
    figure_group: Annotated[
        str | None, Query(max_length=400, pattern=pages.NO_NUL, description="Its groups, each quoted, with commas.")
    ] = None,
    figure_at: Since = None,
) -> _Figure | None:
    if figure is None:
        return None
    board, row, column = figure.split("/")
    groups = [urllib.parse.unquote(each) for each in figure_group.split(",")] if figure_group is not None else []
    if any("\0" in each for each in groups):
        refused = Refused("value.not_text", {})
        raise problems.Raised(422, refused, errors=[("query.figure_group", refused)])
    return _Figure(board, int(row), int(column), groups, _instant(figure_at, "figure_at"))


_Filtered = Annotated[orders.Filters, Depends(_filters)]
_Figured = Annotated[_Figure | None, Depends(_figure)]


@router.get("", summary="Orders, the newest first", openapi_extra=schemas.of(answer=orders.Page))
def page(
    request: Request,
    filters: _Filtered,
    figure: _Figured,
    caller: Caller = may("orders:read"),
    cursor: pages.Cursor = None,
    count: pages.Count = 50,
) -> Response:
    """Those in the key's scope; `placed_from` is inclusive, `placed_to` is not. `custom.<field>=value` narrows the list
    to own fields that the data dictionary makes filterable, `figure` to the orders behind a figure of a board, the
    newest 10,000 of them."""
    filters = _behind(filters, figure, caller)
    with caller.reading() as connection:
        filters = msgspec.structs.replace(filters, custom=_custom(request, caller, connection))
        found = orders.page(connection, viewer=caller.viewer, filters=filters, cursor=cursor, count=count)
    return answers.json(found)


@router.get(
    "/facets", summary="What a list of orders may be narrowed to", openapi_extra=schemas.of(answer=orders.Facets)
)
def facets(request: Request, filters: _Filtered, figure: _Figured, caller: Caller = may("orders:read")) -> Response:
    """How often each stage, channel, grade, hold and province occurs among the newest of the orders so filtered."""
    filters = _behind(filters, figure, caller)
    with caller.reading() as connection:
        filters = msgspec.structs.replace(filters, custom=_custom(request, caller, connection))
        return answers.json(orders.facets(connection, viewer=caller.viewer, filters=filters))


@router.get("/{order_no}", summary="One order whole", openapi_extra=schemas.of(answer=Detail))
def detail(order_no: pages.Key, caller: Caller = may("orders:read")) -> Response:
    """As it stands, with its timeline, why and why not, shipments and the messages it came from."""
    with caller.reading() as connection:
        found = orders.detail(connection, viewer=caller.viewer, order_no=order_no)
        story = timeline.tell(connection, viewer=caller.viewer, order_no=order_no)
        if found is None or story is None:
            raise problems.Raised(404, Refused("order.unknown", {"order_id": order_no}))
        parties = (found.order.buyer.person, found.order.consignee.person)
        named = people.named(
            connection,
            viewer=caller.viewer,
            sealer=caller.hub.sealer,
            persons=[each for each in parties if each is not None],
        )
        number = found.order.customer_no
        names = reference_query.customer_names(
            connection, viewer=caller.viewer, customer_nos=[number] if number else []
        )
        holders = [found.order, *found.order.lines, *found.order.shipments]
        opened = people.opened(
            connection, [each.custom for each in holders], viewer=caller.viewer, sealer=caller.hub.sealer
        )
        for holder, custom in zip(holders, opened, strict=True):
            holder.custom = custom
    buyer, consignee = (named.get(each, {}) if each is not None else {} for each in parties)
    message_ids = [each.message_id for each in found.messages]
    name = names.get(number, "")
    return answers.json(Detail(found.order, buyer, consignee, found.shipments, message_ids, story, name))


@router.get("/{order_no}/timeline", summary="An order's story", openapi_extra=schemas.of(answer=timeline.Timeline))
def story(order_no: pages.Key, caller: Caller = may("orders:read")) -> Response:
    """Every event in words, on both clocks, with its why, what it moved, and the time in each stage."""
    with caller.reading() as connection:
        found = timeline.tell(connection, viewer=caller.viewer, order_no=order_no)
    if found is None:
        raise problems.Raised(404, Refused("order.unknown", {"order_id": order_no}))
    return answers.json(found)


@router.get("/{order_no}/why", summary="Why an order is as it is", openapi_extra=schemas.of(answer=why.Whys))
def reasons(order_no: pages.Key, caller: Caller = may("orders:read")) -> Response:
    """Every decision in Chinese and English: the documents, versions and rows that decided, on what values, and for
    every warehouse, carrier and promotion not chosen, why not."""
    with caller.reading() as connection:
        reference = caller.hub.reference(connection)
        found = why.tell(connection, viewer=caller.viewer, reference=reference, order_no=order_no)
    if found is None:
        raise problems.Raised(404, Refused("order.unknown", {"order_id": order_no}))
    return answers.json(found)


def _custom(request: Request, caller: Caller, connection: db.Connection) -> tuple[tuple[str, str], ...]:
    said = {name[7:]: value for name, value in request.query_params.items() if name.startswith("custom.")}
    fields = dictionaries.of(caller.hub.reference(connection), "order") if said else None
    found = orders.custom(fields.dictionary if fields is not None else None, said)
    if isinstance(found, Refused):
        raise problems.Raised(422, found, errors=[("query", found)])
    return found


def _behind(filters: orders.Filters, figure: _Figure | None, caller: Caller) -> orders.Filters:
    """The filters, with the orders behind a figure. Raises a problem 422 where there is none such."""
    if figure is None:
        return filters
    found = boards.behind(
        boarding.asked(caller),
        figure.board,
        row=figure.row,
        column=figure.column,
        of=metrics.Group(figure.groups, figure.at),
    )
    if isinstance(found, Refused):
        raise problems.Raised(422, found, errors=[("query.figure", found)])
    return msgspec.structs.replace(filters, order_nos=found)


def _instant(at: dt.datetime | None, name: str) -> dt.datetime | None:
    if at is None:
        return None
    if at.year not in _YEARS:
        refused = Refused("value.not_a_time", {})
        raise problems.Raised(422, refused, errors=[(f"query.{name}", refused)])
    return at if at.tzinfo is not None else at.replace(tzinfo=dt.UTC)
