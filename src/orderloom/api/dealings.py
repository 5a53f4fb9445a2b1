"""/dealing: what a dealer sees and does: prices, own orders, own credit, ordering. Nothing here names another's.

The customer is the one that the user is; nobody says it in a request.
"""

import asyncio
import datetime as dt
from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Request, Response
from starlette.concurrency import run_in_threadpool

from orderloom.actions import dealings, form_links, forms, transact
from orderloom.api import answers, bodies, callers, console, pages, problems, schemas
from orderloom.api.callers import Caller, may
from orderloom.domain.orders import commands, state
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import consignees, credit, dealers, orders, scopes
from orderloom.queries import tracking as tracking_query
from orderloom.store import facts

router = APIRouter(prefix="/dealing", tags=["dealing"])
page_router = APIRouter(include_in_schema=False)
# What a dealer may still call back by itself.
_OPEN = ("received", "confirmed", "backordered", "allocated")
_LINK_HOURS = 24


class DealerForm(msgspec.Struct):
    """A form that dealers may order by."""

    form: str
    zh: str
    en: str


class Dealer(msgspec.Struct):
    """Who the dealer is, what credit is left (None without an account), where goods went to, and how to order."""

    customer_no: str
    name: str
    currency: str
    zone: str
    seller: tracking_query.TrackedSeller
    credit: credit.Account | None
    forms: list[DealerForm]
    addresses: list[consignees.Consignee]


class DealtRow(msgspec.Struct):
    """An order of one's own in the list."""

    order_no: str
    stage: str
    zh: str
    en: str
    placed_at: dt.datetime
    promised_at: dt.datetime | None
    total_minor: int
    currency: str
    held: bool


class DealtOrders(msgspec.Struct):
    """One's own orders, the newest first, and the cursor of the page after them."""

    rows: list[DealtRow]
    next: str | None


class DealtLine(msgspec.Struct):
    """A line as it was ordered; the price is a decimal of the unit."""

    sku: str
    name: str
    quantity: str
    unit: str
    price: str
    amount_minor: int


class DealtOrder(msgspec.Struct):
    """One order whole, as its dealer sees it."""

    tracked: tracking_query.Tracked
    lines: list[DealtLine]
    currency: str
    total_minor: int
    paid_minor: int
    to: dealings.Destination
    cancellable: bool


class DealtGoods(msgspec.Struct):
    """Goods with the prices that this dealer pays."""

    rows: list[dealers.Price]


class Reason(msgspec.Struct, forbid_unknown_fields=True):
    """Why an order is called back."""

    reason: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.NAME_CHARS_MAX)]


@page_router.get("/dealer")
def page(request: Request, _: None = callers.for_everybody()) -> Response:
    """The dealers' page; it shows nothing before somebody has signed in."""
    return console.outside(request)


@router.get("", summary="Who the dealer is", openapi_extra=schemas.of(answer=Dealer))
def me(caller: Caller = may("dealing:read")) -> Response:
    """With the credit that is left and the places that goods went to."""
    customer_no = _customer(caller)
    with caller.reading() as connection:
        reference = caller.hub.reference(connection)
        customer = facts.customers(connection, [customer_no]).get(customer_no)
        account = customer.account if customer is not None else ""
        found = credit.detail(connection, viewer=caller.viewer, account=account, now=caller.now) if account else None
        addresses = consignees.latest(
            connection, viewer=caller.viewer, sealer=caller.hub.sealer, customer_no=customer_no
        )
        ready = [(name, forms.ready(reference, name)) for name in reference.documents.get("form", {})]
    settings = reference.settings
    open_ = [DealerForm(name, each.form.zh, each.form.en) for name, each in ready
             if each is not None and "dealer" in each.form.entries]  # fmt: skip
    return answers.json(
        Dealer(
            customer_no=customer_no,
            name=customer.name if customer is not None else "",
            currency=settings.currency,
            zone=settings.zone,
            seller=tracking_query.seller(settings),
            credit=found.account if found is not None else None,
            forms=open_,
            addresses=addresses,
        )
    )


@router.get("/goods", summary="Goods and prices", openapi_extra=schemas.of(answer=DealtGoods))
def goods(
    caller: Caller = may("dealing:read"),
    words: Annotated[str, Query(max_length=limits.NAME_CHARS_MAX, pattern=pages.NO_NUL)] = "",
    sku: pages.Names = None,
) -> Response:
    """By the start of a code or a part of a name, or these SKUs."""
    who = dealers.dealer(_customer(caller))
    with caller.reading() as connection:
        rows = dealers.prices(connection, viewer=who, skus=sku) if sku else []
        rows = rows or (dealers.found(connection, viewer=who, words=words) if words else [])
    return answers.json(DealtGoods(rows))


@router.get("/orders", summary="One's own orders", openapi_extra=schemas.of(answer=DealtOrders))
def listed(caller: Caller = may("dealing:read"), cursor: pages.Cursor = None, count: pages.Count = 20) -> Response:
    """The newest first."""
    filters = orders.Filters(customer_no=_customer(caller))
    with caller.reading() as connection:
        found = orders.page(connection, viewer=caller.viewer, filters=filters, cursor=cursor, count=count)
        named = tracking_query.words_of(connection, {each.stage for each in found.rows})
    rows = [
        DealtRow(
            each.order_no, each.stage, named[each.stage].zh, named[each.stage].en, each.placed_at, each.promised_at,
            each.total_minor, each.currency, each.held,
        )
        for each in found.rows
    ]  # fmt: skip
    return answers.json(DealtOrders(rows, found.next))


@router.get("/orders/{order_no}", summary="One of one's own orders", openapi_extra=schemas.of(answer=DealtOrder))
def detail(order_no: pages.Key, caller: Caller = may("dealing:read")) -> Response:
    """How far it is, its lines with prices, and whether it may still be called back."""
    _customer(caller)
    with caller.reading() as connection:
        found = orders.detail(connection, viewer=caller.viewer, order_no=order_no)
        tracked = tracking_query.tell(
            connection, viewer=caller.viewer, sealer=caller.hub.sealer, order_no=order_no, now=caller.now,
            settings=caller.hub.reference(connection).settings,
        )  # fmt: skip
        if found is None or tracked is None:
            raise problems.Raised(404, Refused("order.unknown", {"order_id": order_no}))
        went = consignees.latest(
            connection, viewer=caller.viewer, sealer=caller.hub.sealer, customer_no=found.order.customer_no
        )
    order = found.order
    to = next((each for each in went if each.order_no == order_no), None)
    place = order.consignee
    street = to.street if to is not None else ""
    return answers.json(
        DealtOrder(
            tracked=tracked,
            lines=[_line(each) for each in order.lines],
            currency=order.currency,
            total_minor=order.total_minor,
            paid_minor=order.paid_minor,
            to=dealings.Destination(
                tracked.recipient.name, tracked.recipient.phone, place.province, place.city, place.district,
                place.adcode, street,
            ),
            cancellable=_cancellable(order),
        )
    )  # fmt: skip


@router.post(
    "/orders",
    summary="Order",
    openapi_extra=schemas.of(
        body=dealings.Ordered,
        example={
            "number": "018f-1",
            "lines": [{"sku": "JERKY", "quantity": 2}],
            "to": {"name": "王小明", "phone": "13800138000", "province": "江苏省", "city": "苏州市",
                   "district": "姑苏区", "street": "人民路 1 号"},
        },
        answer=answers.Told,
        status=201,
        also={200: "Ordered before under this number."},
    ),
)  # fmt: skip
async def order(
    request: Request, caller: Caller = may("dealing:order"), body: dealings.Ordered = bodies.one(dealings.Ordered)
) -> Response:
    """At the catalogue's prices, for the dealer's own account. Sent again under its number it is the same order."""
    whose = dealings.Whose(_customer(caller), caller.name, caller.source)
    placed = await run_in_threadpool(
        dealings.placed, caller.hub, body, whose=whose, raw=request.state.raw, now=caller.now
    )
    if isinstance(placed, Refused):
        raise problems.Raised(problems.status_of(placed), placed)
    outcome = await asyncio.wrap_future(caller.gatherer.submit(placed, now=caller.now))
    return answers.one(outcome, created="order.received" in outcome.events)


@router.post(
    "/orders/{order_no}/cancel",
    summary="Call an own order back",
    openapi_extra=schemas.of(body=Reason, example={"reason": "客户不要了"}, answer=answers.Told),
)
async def cancel(
    order_no: pages.Key, caller: Caller = may("dealing:order"), body: Reason = bodies.one(Reason)
) -> Response:
    """As long as no warehouse works on it; then only the seller can."""
    _customer(caller)
    found = await run_in_threadpool(_own, caller, order_no)
    command = commands.Cancel(
        command_id=caller.hub.ids.new(caller.now), actor=caller.name, source=caller.source, at=caller.now,
        order_id=found.order_id, reason=body.reason,
    )  # fmt: skip
    return answers.one(await asyncio.wrap_future(caller.gatherer.submit(transact.Asked(command), now=caller.now)))


@router.post(
    "/forms/{form}/link", summary="Open a dealer's form", openapi_extra=schemas.of(answer=form_links.Made, status=201)
)
def form_link(form: pages.Key, caller: Caller = may("dealing:order"), _: None = bodies.nothing()) -> Response:
    """A link of one's own for a day; the form is then at `/f/<token>`."""
    expires_at = caller.now + dt.timedelta(hours=_LINK_HOURS)
    wanted = form_links.Wanted("dealer", f"dealer {caller.name}", _customer(caller), expires_at)
    made = form_links.make(caller.hub, form, wanted, actor=caller.name, now=caller.now)
    if isinstance(made, Refused):
        raise problems.Raised(problems.status_of(made), made)
    return answers.json(made, 201)


def _customer(caller: Caller) -> str:
    """The customer that the caller is. Raises a problem 403 for who is none."""
    customer_no = caller.session.customer_no if caller.session is not None else ""
    if not customer_no:
        raise problems.Raised(403, Refused("dealing.no_dealer"))
    return customer_no


def _own(caller: Caller, order_no: str) -> scopes.Found:
    with caller.reading() as connection:
        found = scopes.orders(connection, caller.viewer, [order_no]).get(order_no)
        whole = orders.detail(connection, viewer=caller.viewer, order_no=order_no)
    if found is None or whole is None:
        raise problems.Raised(404, Refused("order.unknown", {"order_id": order_no}))
    if not _cancellable(whole.order):
        raise problems.Raised(409, Refused("dealing.too_late", {"order_no": order_no}))
    return found


def _cancellable(order: state.Order) -> bool:
    return order.stage in _OPEN and not any(each.released_at for each in order.shipments)


def _line(line: state.Line) -> DealtLine:
    quantity = line.unit_quantity if line.unit_quantity is not None else line.quantity
    return DealtLine(line.sku, line.name or line.sku, f"{quantity:f}" if line.unit_quantity else str(quantity),
                     line.unit, f"{line.price.normalize():f}", line.amount_minor)  # fmt: skip
