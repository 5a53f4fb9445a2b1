"""Orders: the list by filters, and one order whole. The viewer's scope is a condition of every statement."""

import collections
import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from orderloom.domain.fields.dictionaries import Dictionary
from orderloom.domain.orders.state import Order
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import cursors, records, reference
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import indexings, sql
from orderloom.store.indexings import Indexing

Q = sql.load(__file__)

_decode = msgspec.json.Decoder(Order).decode


class Filters(msgspec.Struct, frozen=True, kw_only=True):
    """What a list is narrowed to; None leaves a filter out. `placed_from` is inclusive, `placed_to` is not.
    `warehouse` and `carrier` are those of a shipment in the viewer's scope that was not cancelled; `order_nos` are
    those behind a figure.

    `custom` are own fields with the one value each that fits, as facets (`custom`).
    """

    stage: str | None = None
    channel: str | None = None
    customer_no: str | None = None
    held: bool | None = None
    hold: str | None = None
    grade: str | None = None
    province: str | None = None
    placed_from: dt.datetime | None = None
    placed_to: dt.datetime | None = None
    order_no: str | None = None
    external_no: str | None = None
    furthest: str | None = None
    paid: bool | None = None
    shipped: bool | None = None
    cancelled: bool | None = None
    warehouse: str | None = None
    carrier: str | None = None
    order_nos: list[str] | None = None
    custom: tuple[tuple[str, str], ...] = ()


class Row(msgspec.Struct):
    """An order in a list: the columns beside its state, with the holds that are open, and what its customer is called
    where the viewer may see customers."""

    order_id: uuid.UUID
    order_no: str
    channel: str
    external_no: str
    stage: str
    furthest: str
    grade: str
    priority: int
    held: bool
    cancelled: bool
    customer_no: str
    province: str
    placed_at: dt.datetime
    received_at: dt.datetime
    paid_at: dt.datetime | None
    promised_at: dt.datetime | None
    currency: str
    total_minor: int
    paid_minor: int
    holds: list[dict[str, Any]]
    customer_name: str = ""


class Facets(msgspec.Struct):
    """How often each value occurs among the newest rows of a list; `cut` where there are more rows than were looked at
    (`limits.FACET_ROWS_MAX`)."""

    stage: dict[str, int]
    channel: dict[str, int]
    grade: dict[str, int]
    hold: dict[str, int]
    province: dict[str, int]
    rows: int
    cut: bool


class Page(msgspec.Struct):
    """Rows, and the cursor of the page after them; None when there is none. While `indexing` names a field that the
    list is narrowed to, its values are still being written, and the list is not whole."""

    rows: list[Row]
    next: str | None
    indexing: list[Indexing] = []


class ShipmentRow(msgspec.Struct):
    """A shipment as its warehouse sees it."""

    shipment_no: str
    warehouse: str
    stage: str
    carrier: str
    planned_at: dt.datetime
    stage_at: dt.datetime
    freight_cost_minor: int


class MessageRow(msgspec.Struct):
    """A raw message without its text."""

    message_id: uuid.UUID
    channel: str
    external_no: str
    door: str
    received_at: dt.datetime
    state: str


class Detail(msgspec.Struct):
    """One order whole, with its shipments and the messages it came from."""

    order: Order
    shipments: list[ShipmentRow]
    messages: list[MessageRow]


def custom(dictionary: Dictionary | None, stated: Mapping[str, str]) -> tuple[tuple[str, str], ...] | Refused:
    """Own fields and what they must be, as facets. Refuses what no dictionary in force makes filterable."""
    if not stated:
        return ()
    if dictionary is None:
        return Refused("record.not_filterable", {"field": next(iter(stated))[: limits.NAME_CHARS_MAX]})
    wanted = records.wanted(dictionary, where=[f"{name}={value}" for name, value in stated.items()])
    if isinstance(wanted, Refused):
        return wanted
    several = next((each.field for each in wanted.filters if not each.exact), None)
    if several is not None:
        return Refused("record.bad_filter", {"filter": several})
    return tuple((each.field, each.low) for each in wanted.filters)


def page(
    connection: db.Connection, *, viewer: Viewer, filters: Filters, cursor: str | None = None, count: int = 50
) -> Page:
    """A page of orders, the newest first. Raises cursors.Unreadable."""
    wanted = min(max(count, 1), limits.PAGE_ROWS_MAX)
    asked = parameters(viewer=viewer, filters=filters, cursor=cursor, count=wanted + 1)
    found = [Row(*row) for row in connection.execute(Q.page, asked, prepare=False).fetchall()]
    rows = found[:wanted]
    _name(connection, rows, viewer=viewer)
    more = len(found) > wanted
    following = cursors.write(rows[-1].placed_at, rows[-1].order_id) if more else None
    named = [field for field, _ in filters.custom]
    return Page(rows, following, indexings.unfinished(connection, named) if named else [])


def facets(connection: db.Connection, *, viewer: Viewer, filters: Filters) -> Facets:
    """What a list may be narrowed to, and how many rows that would leave."""
    asked = parameters(viewer=viewer, filters=filters, cursor=None, count=limits.FACET_ROWS_MAX + 1)
    found = [Row(*row) for row in connection.execute(Q.page, asked, prepare=False).fetchall()]
    rows = found[: limits.FACET_ROWS_MAX]
    return Facets(
        stage=_counted(each.stage for each in rows),
        channel=_counted(each.channel for each in rows),
        grade=_counted(each.grade for each in rows),
        hold=_counted(code for each in rows for code in {hold["code"] for hold in each.holds}),
        province=_counted(each.province for each in rows if each.province),
        rows=len(rows),
        cut=len(found) > len(rows),
    )


def _name(connection: db.Connection, rows: Iterable[Row], *, viewer: Viewer) -> None:
    numbers = {each.customer_no for each in rows if each.customer_no}
    names = reference.customer_names(connection, viewer=viewer, customer_nos=numbers)
    for each in rows:
        each.customer_name = names.get(each.customer_no, "")


def _counted(values: Iterable[str]) -> dict[str, int]:
    return dict(collections.Counter(values).most_common())


def parameters(*, viewer: Viewer, filters: Filters, cursor: str | None, count: int) -> dict[str, Any]:
    """What the statement of a page is asked with. Raises cursors.Unreadable."""
    after_at, after_id = cursors.read(cursor, (dt.datetime, uuid.UUID)) if cursor else (None, None)
    first, rest = filters.custom[:1], filters.custom[1:]
    return {
        **msgspec.structs.asdict(filters),
        "custom_field": first[0][0] if first else None,
        "custom_value": first[0][1] if first else None,
        "custom_fields": [field for field, _ in rest] or None,
        "custom_values": [value for _, value in rest] or None,
        **viewer.scope,
        "after_at": after_at,
        "after_id": after_id,
        "count": count,
    }


def every(connection: db.Connection, *, viewer: Viewer, filters: Filters) -> Iterator[Row]:
    """All rows of a list, page by page; each page sees what is committed by then."""
    cursor = None
    while True:
        read = page(connection, viewer=viewer, filters=filters, cursor=cursor, count=limits.PAGE_ROWS_MAX)
        yield from read.rows
        if read.next is None:
            return
        cursor = read.next


def detail(
    connection: db.Connection, *, viewer: Viewer, order_no: str | None = None, order_id: uuid.UUID | None = None
) -> Detail | None:
    """One order by its number or id; None when there is none, or none that the viewer may see."""
    asked = {"order_no": order_no, "order_id": order_id, **viewer.scope}
    found = connection.execute(Q.detail, asked, prepare=False).fetchone()
    if found is None:
        return None
    asked = {"order_id": found[0], **viewer.scope}
    return Detail(
        _decode(found[1]),
        [ShipmentRow(*row) for row in connection.execute(Q.shipments, asked).fetchall()],
        [MessageRow(*row) for row in connection.execute(Q.messages, asked).fetchall()],
    )
