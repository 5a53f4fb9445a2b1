"""The timeline of one order: every event in words, on both clocks, with its why and the stock it moved."""

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from orderloom.domain import fold, log, stages, words
from orderloom.domain.orders import events, state
from orderloom.queries import events as events_query
from orderloom.queries import orders as orders_query
from orderloom.queries.viewer import Viewer
from orderloom.rules import explain, graphs
from orderloom.store import database as db
from orderloom.store import documents as documents_store
from orderloom.store import sql

Q = sql.load(__file__)

# Which event an entry's why belongs to.
_WHY_OF = {
    "order.graded": "grade",
    "order.priced": "price",
    "credit.reserved": "credit",
    "order.sourced": "source",
    "shipment.planned": "carrier",
    "carrier.switched": "carrier",
}


class Why(msgspec.Struct, frozen=True):
    """A rule's part in an event: its document, version and row, and what the row says in both languages."""

    rule: str
    document: str
    version: int
    row: str
    zh: str
    en: str


class Moved(msgspec.Struct, omit_defaults=True):
    """Units that an event moved: `what` is reserved, released, picked or shipped; quantities are positive."""

    what: str
    sku: str
    warehouse: str
    quantity: int
    pool: str = "spot"
    lot: str = ""
    bin: str = ""


class Item(msgspec.Struct):
    """One event. `at` is the clock of whoever said so, `recorded_at` ours; `position` is None until it is sealed."""

    position: int | None
    n: int
    type: str
    zh: str
    en: str
    at: dt.datetime
    recorded_at: dt.datetime
    actor: str
    source: str
    revision: int
    stage: str
    data: dict[str, Any]
    why: list[Why]
    why_not: list[dict[str, Any]]
    moved: list[Moved]


class Stay(msgspec.Struct):
    """Time in a stage, on the clock of whoever said so; `until` and `seconds` are None while it lasts."""

    stage: str
    zh: str
    en: str
    since: dt.datetime
    until: dt.datetime | None
    seconds: int | None


class Message(msgspec.Struct):
    """A raw message that came in for the order."""

    message_id: uuid.UUID
    door: str
    channel: str
    received_at: dt.datetime
    state: str


class Leaving(msgspec.Struct):
    """Something that is still to leave the house for this order, or that could not."""

    topic: str
    key: str
    state: str
    attempts: int
    due_at: dt.datetime
    done_at: dt.datetime | None


class Path(msgspec.Struct, omit_defaults=True):
    """A flow that ended at once: the nodes that it passed, each with its exit; `did` where it did more than look."""

    at: dt.datetime
    flow: str
    version: int
    path: list[str]
    did: bool = False


class Timeline(msgspec.Struct):
    """An order's whole story."""

    order_id: uuid.UUID
    order_no: str
    items: list[Item]
    stays: list[Stay]
    messages: list[Message]
    leaving: list[Leaving]
    flows: list[Path] = []


def tell(
    connection: db.Connection, *, viewer: Viewer, order_no: str | None = None, order_id: uuid.UUID | None = None
) -> Timeline | None:
    """The story of one order; None when there is none, or none that the viewer may see."""
    found = orders_query.detail(connection, viewer=viewer, order_no=order_no, order_id=order_id)
    if found is None:
        return None
    subject = found.order.order_id
    items: list[Item] = []
    stays: list[Stay] = []
    paths: list[Path] = []
    order: state.Order | None = None
    track = stages.of(documents_store.in_force(connection, kind="stages"))
    for n, recorded_at, body, first in events_query.entries_of(connection, subject):
        read = log.read(body)
        paths.extend(Path(read.at, **each) for each in read.why.get("flows", ()))
        for i, event in enumerate(read.events):
            assert isinstance(event, events.Event)
            order = fold.evolve(order, event)  # type: ignore[arg-type]
            item = _item(event, read, n=n + i, recorded_at=recorded_at, order=order)
            item.position = None if first is None else first + i
            items.append(item)
            _enter(stays, _shown(track, order), track, _when(event, read))
    _explain(connection, items)
    topics = [topic for (topic,) in connection.execute(Q.topics).fetchall()]
    asked = {"subject": str(subject), "topics": topics}
    return Timeline(
        subject,
        found.order.order_no,
        items,
        stays,
        [Message(*row) for row in connection.execute(Q.messages, {"order_id": subject}).fetchall()],
        [Leaving(*row) for row in connection.execute(Q.leaving, asked).fetchall()],
        paths,
    )


def _item(event: Any, read: log.Body, *, n: int, recorded_at: dt.datetime, order: state.Order) -> Item:
    data = msgspec.to_builtins(event, builtin_types=(dt.datetime, dt.date, uuid.UUID), str_keys=True)
    name = data.pop("type")
    for part in data.get("promise", {}).get("parts", ()):
        said = words.of("promise_parts", part["part"])
        part["zh"], part["en"] = said.zh, said.en
    word = words.event(name)
    why = list(_rules(event)) + list(_rules_of(read.why.get(_WHY_OF.get(name, ""))))
    return Item(
        position=None,
        n=n,
        type=name,
        zh=word.zh,
        en=word.en,
        at=_when(event, read),
        recorded_at=recorded_at,
        actor=read.actor,
        source=read.source,
        revision=read.revision,
        stage=order.stage,
        data=data,
        why=[Why(rule, "", 0, "", "", "") for rule in dict.fromkeys(why) if rule],
        why_not=_refusals(event, read.why.get(_WHY_OF.get(name, ""))),
        moved=_moved(event, order),
    )


def _when(event: Any, read: log.Body) -> dt.datetime:
    """When it happened: a confirmed stage says so itself, all else happened with its entry."""
    confirmation = getattr(event, "confirmation", None)
    return confirmation.at if confirmation is not None else read.at


def _shown(track: stages.Track, order: state.Order) -> str:
    """The stage as the workspace shows it."""
    released = any(each.released_at is not None for each in order.shipments)
    return track.shown(order.stage, paid=order.paid_at is not None, released=released)


def _enter(stays: list[Stay], stage: str, track: stages.Track, at: dt.datetime) -> None:
    if stays and stays[-1].stage == stage:
        return
    if stays:
        last = stays[-1]
        last.until = at
        last.seconds = max(0, int((at - last.since).total_seconds()))
    word = track.word(stage)
    stays.append(Stay(stage, word.zh, word.en, at, None, None))


def _rules(event: Any) -> Iterator[str]:
    """The rules that an event itself names."""
    match event:
        case events.OrderHeld():
            yield event.hold.rule
        case events.OrderChecked():
            yield from (str(hit.get("rule") or "") for hit in event.hits)
        case events.OrderPriced():
            yield from (discount.rule for discount in event.discounts)
        case _:
            return


def _rules_of(why: Any) -> Iterator[str]:
    """The rules in a part of an entry's why: one name, or things that each name one. An offer that did not apply
    decided nothing."""
    if isinstance(why, str):
        yield why
    elif isinstance(why, Iterable):
        for each in why:
            if isinstance(each, Mapping) and each.get("rule") and each.get("code", "applied") == "applied":
                yield str(each["rule"])


def _refusals(event: Any, why: Any) -> list[dict[str, Any]]:
    """What was not chosen, and why: other warehouses, offers that did not apply."""
    if isinstance(event, events.OrderSourced):
        return event.why_not
    if isinstance(event, events.OrderPriced) and isinstance(why, list):
        return [each for each in why if isinstance(each, dict)]
    return []


def _moved(event: Any, order: state.Order) -> list[Moved]:
    match event:
        case events.StockReserved():
            return [Moved("reserved", each.sku, each.warehouse, each.quantity, each.pool) for each in event.items]
        case events.StockReleased():
            return [Moved("released", each.sku, each.warehouse, each.quantity, each.pool) for each in event.items]
        case events.ShipmentReleased():
            what, picks = "picked", event.picks
        case events.ShipmentShipped():
            what, picks = "shipped", event.items
        case _:
            return []
    shipment = order.shipment(event.shipment_no)
    warehouse, pool = (shipment.warehouse, shipment.pool) if shipment else ("", "spot")
    return [Moved(what, each.sku, warehouse, each.quantity, pool, each.lot, each.bin) for each in picks]


def _explain(connection: db.Connection, items: list[Item]) -> None:
    """Put words to the rules, each by the version of its document that was in force when the entry was recorded."""
    names = sorted({why.rule.partition("#")[0] for item in items for why in item.why})
    if not names:
        return
    versions: dict[str, list[tuple[dt.datetime, graphs.Document]]] = {}
    for name, version, content, published_at in connection.execute(Q.documents, {"names": names}).fetchall():
        document = graphs.Document(name, content["point"], version, content["content"], content.get("priority", 100))
        versions.setdefault(name, []).append((published_at, document))
    told: dict[tuple[str, int], Why] = {}
    for item in items:
        item.why = [_told(why.rule, versions, item.recorded_at, told) for why in item.why]


def _told(
    rule: str,
    versions: Mapping[str, list[tuple[dt.datetime, graphs.Document]]],
    at: dt.datetime,
    told: dict[tuple[str, int], Why],
) -> Why:
    name = rule.partition("#")[0]
    known = versions.get(name, [])
    document = next((each for published_at, each in reversed(known) if published_at <= at), None)
    if document is None:
        return Why(rule, name, 0, "", rule, rule)
    key = (rule, document.version)
    if key not in told:
        said = explain.tell(rule, {name: document})
        assert said is not None, "the document of that name was just given"
        told[key] = Why(rule, said.document, said.version, said.row, said.zh, said.en)
    return told[key]
