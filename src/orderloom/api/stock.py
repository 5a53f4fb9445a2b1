"""/stock: what is where, what may be promised when, and what people find, bring in, take out and move."""

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Annotated, Any, Literal

import msgspec
from fastapi import APIRouter, Query, Request, Response

from orderloom.actions import displacing, stock
from orderloom.api import answers, bodies, pages, schemas, writes
from orderloom.api.callers import Caller, may
from orderloom.domain import stock as stock_words
from orderloom.inbox import order_bodies as ob
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import stock as stock_query

router = APIRouter(prefix="/stock", tags=["stock"])

_Units = Annotated[int, msgspec.Meta(ge=-limits.QUANTITY_MAX, le=limits.QUANTITY_MAX)]
_Pool = Literal["spot", "production", "transfer"]


class AdjustBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Units that came in (or, negative, went out) of a lot; `expected_at` for what is still to come."""

    sku: ob.Named
    warehouse: ob.Named
    quantity: _Units
    pool: _Pool = "spot"
    lot: ob.Code = ""
    bin: ob.Code = ""
    reason: ob.Word = ""
    manufactured_on: dt.date | None = None
    expires_on: dt.date | None = None
    expected_at: ob.Instant | None = None


class CountBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What was found at a lot and bin."""

    sku: ob.Named
    warehouse: ob.Named
    counted: Annotated[int, msgspec.Meta(ge=0, le=limits.QUANTITY_MAX)]
    lot: ob.Code = ""
    bin: ob.Code = ""
    reason: ob.Word = ""


class MoveBody(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """Free units that move between bins, pools or warehouses."""

    sku: ob.Named
    quantity: Annotated[int, msgspec.Meta(ge=1, le=limits.QUANTITY_MAX)]
    warehouse: ob.Named
    to_warehouse: ob.Named
    pool: _Pool = "spot"
    to_pool: _Pool = "spot"
    lot: ob.Code = ""
    bin: ob.Code = ""
    to_bin: ob.Code = ""


class Lots(msgspec.Struct):
    """The lots of a SKU, the first to expire first, and what moved of it, the newest first."""

    lots: list[stock_query.Lot]
    movements: list[stock_query.Movement]


@router.get("", summary="Levels by SKU, warehouse and pool", openapi_extra=schemas.of(answer=stock_query.Page))
def page(
    caller: Caller = may("stock:read"),
    sku: pages.Name = None,
    warehouse: pages.Name = None,
    pool: _Pool | None = None,
    cursor: pages.Cursor = None,
    count: pages.Count = 50,
) -> Response:
    """On hand, reserved, available; those in the key's scope of warehouses."""
    filters = stock_query.Filters(sku=sku, warehouse=warehouse, pool=pool)
    with caller.reading() as connection:
        found = stock_query.page(connection, viewer=caller.viewer, filters=filters, cursor=cursor, count=count)
    return answers.json(found)


@router.get(
    "/shelves",
    summary="Stock by SKU and warehouse, what is short first",
    openapi_extra=schemas.of(answer=stock_query.Shelves),
)
def shelves(
    caller: Caller = may("stock:read"),
    text: Annotated[pages.Text, Query(description="The start of a code, a part of a name, or a whole barcode.")] = "",
    warehouse: pages.Name = None,
    need: Annotated[
        Literal["waiting", "low", "expiring"] | None, Query(description="Waited for, low, or about to expire.")
    ] = None,
    cursor: pages.Cursor = None,
    count: pages.Count = 50,
) -> Response:
    """What orders wait for and nothing covers comes first, then what is below safety or gone."""
    wanted = stock_query.Wanted(text=text, warehouse=warehouse, need=need)
    with caller.reading() as connection:
        today = caller.now.astimezone(caller.hub.reference(connection).zone).date()
        found = stock_query.shelves(
            connection, viewer=caller.viewer, wanted=wanted, today=today, cursor=cursor, count=count
        )
    return answers.json(found)


@router.get(
    "/{sku}/orders", summary="Orders that hold or await a SKU", openapi_extra=schemas.of(answer=stock_query.Holdings)
)
def holdings(sku: pages.Key, caller: Caller = may("stock:read"), warehouse: pages.Name = None) -> Response:
    """The most important first; those in the caller's scope."""
    with caller.reading() as connection:
        found = stock_query.holdings(connection, viewer=caller.viewer, sku=sku, warehouse=warehouse)
    return answers.json(found)


@router.get("/{sku}/lots", summary="Lots, bins and movements of a SKU", openapi_extra=schemas.of(answer=Lots))
def lots(sku: pages.Key, caller: Caller = may("stock:read"), warehouse: pages.Name = None) -> Response:
    """In one warehouse, or in all of the key's scope."""
    with caller.reading() as connection:
        found = stock_query.lots(connection, viewer=caller.viewer, sku=sku, warehouse=warehouse)
        moved = stock_query.movements(connection, viewer=caller.viewer, sku=sku, warehouse=warehouse)
    return answers.json(Lots(found, moved))


@router.get(
    "/{sku}/promisable", summary="Available to promise by date", openapi_extra=schemas.of(answer=stock_query.Promisable)
)
def promisable(sku: pages.Key, caller: Caller = may("stock:read"), warehouse: pages.Name = None) -> Response:
    """What may be promised now, and from when on how much more."""
    with caller.reading() as connection:
        found = stock_query.promisable(connection, viewer=caller.viewer, sku=sku, warehouse=warehouse, now=caller.now)
    return answers.json(found)


@router.post(
    "/adjust",
    summary="Bring units in, take them out",
    openapi_extra=schemas.of(
        body=bodies.list_of(AdjustBody),
        example=[{"sku": "S000001", "warehouse": "suzhou", "quantity": 100, "lot": "L20260218", "reason": "到货"}],
        answer=answers.Dones,
        also={207: "Some were refused."},
    ),
)
def adjust(
    request: Request, caller: Caller = may("stock:write"), body: list[AdjustBody] = bodies.many(AdjustBody)
) -> Response:
    """More than a lot holds is refused; what was promised displaces the least important reservations."""
    asked = [
        stock_words.StockAdjusted(**{name: getattr(each, name) for name in each.__struct_fields__}) for each in body
    ]
    return writes.run(request, caller, lambda: _booked(caller, stock.adjust, asked))


@router.post(
    "/count",
    summary="Record what was found",
    openapi_extra=schemas.of(
        body=bodies.list_of(CountBody),
        example=[{"sku": "S000001", "warehouse": "suzhou", "counted": 97, "lot": "L20260218"}],
        answer=answers.Dones,
        also={207: "Some were refused."},
    ),
)
def count(
    request: Request, caller: Caller = may("stock:write"), body: list[CountBody] = bodies.many(CountBody)
) -> Response:
    """Truth is never refused: a count below what is promised displaces reservations."""
    asked = [displacing.Count(each.sku, each.warehouse, each.counted, each.lot, each.bin, each.reason) for each in body]
    return writes.run(request, caller, lambda: _booked(caller, stock.count, asked))


@router.post(
    "/move",
    summary="Move free units",
    openapi_extra=schemas.of(
        body=bodies.list_of(MoveBody),
        example=[{"sku": "S000001", "quantity": 5, "warehouse": "suzhou", "to_warehouse": "suzhou", "to_bin": "B-02"}],
        answer=answers.Dones,
        also={207: "Some were refused."},
    ),
)
def move(
    request: Request, caller: Caller = may("stock:write"), body: list[MoveBody] = bodies.many(MoveBody)
) -> Response:
    """Only units that nobody was promised."""
    asked = [stock_words.StockMoved(**{name: getattr(each, name) for name in each.__struct_fields__}) for each in body]
    return writes.run(request, caller, lambda: _booked(caller, stock.move, asked))


def _booked(caller: Caller, verb: Callable[..., list[Refused | None]], asked: Sequence[Any]) -> Response:
    """Book what is in the key's scope; the rest is refused."""
    outside = [_outside(caller, each) for each in asked]
    fit = [each for each, refused in zip(asked, outside, strict=True) if refused is None]
    done = iter(verb(caller.hub, fit, actor=caller.name, source=caller.source, now=caller.now) if fit else ())
    return answers.dones([refused if refused is not None else next(done) for refused in outside])


def _outside(caller: Caller, one: Any) -> Refused | None:
    for warehouse in (one.warehouse, getattr(one, "to_warehouse", one.warehouse)):
        if not caller.viewer.sees_warehouse(warehouse):
            return Refused("warehouse.out_of_scope", {"warehouse": warehouse})
    return None
