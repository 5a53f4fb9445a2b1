"""What the page of an order's link shows: how far it is, when it comes, by whom, and nothing that its recipient need
not know. No amount, no warehouse, no reason of a hold; people are masked.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Iterable
from typing import Any, Literal

import msgspec

from orderloom.domain import stages, words
from orderloom.domain.orders import state
from orderloom.domain.orders.stages import RANK
from orderloom.domain.people import PERSONAL
from orderloom.domain.settings import Settings
from orderloom.kit import limits, sealing
from orderloom.queries import orders, people, timeline
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import documents, facts
from orderloom.store import files as files_store

# Stages beside the way: shown where they were walked.
_BESIDE = ("backordered", "cancelled")
# What happens next, by the stage that the order is at.
_NEXT = {
    "received": "confirm",
    "confirmed": "allocate",
    "backordered": "wait",
    "allocated": "pick",
    "picked": "pack",
    "packed": "ship",
    "shipped": "deliver",
    "delivered": "none",
    "cancelled": "cancelled",
}

Standing = Literal["passed", "here", "ahead"]


class TrackedStep(msgspec.Struct):
    """A stage of the way, with when it was reached; `at` is None ahead, and for what was passed without a time."""

    stage: str
    zh: str
    en: str
    standing: Standing
    at: dt.datetime | None


class TrackedPromise(msgspec.Struct):
    """When it is to arrive. `first_at` is what was promised at first, where that has changed; `state` is due, late (not
    there, and the time is over), kept, or broken (there, but later)."""

    at: dt.datetime
    first_at: dt.datetime | None
    state: Literal["due", "late", "kept", "broken"]


class TrackedItem(msgspec.Struct):
    """Goods as the order names them; the quantity is a decimal of the unit."""

    name: str
    quantity: str
    unit: str


class TrackedParcel(msgspec.Struct):
    """What travels as one. `tracking_no` is the carrier's own number, empty while there is none."""

    carrier: state.Text
    tracking_no: str
    stage: str
    zh: str
    en: str
    at: dt.datetime | None
    items: list[TrackedItem]


class TrackedRecipient(msgspec.Struct):
    """Where it goes, as far as a recipient needs to know it again."""

    name: str
    phone: str
    place: str


class TrackedSeller(msgspec.Struct):
    """How the seller is reached."""

    name: str
    phone: str
    email: str
    hours: str
    website: str


class TrackedPaper(msgspec.Struct):
    """A document that the seller gives along."""

    file_id: uuid.UUID
    name: str
    media_type: str
    size_bytes: int


class Tracked(msgspec.Struct):
    """An order as its recipient sees it. `next` names what happens next; `told_at` is the hub's clock, for countdowns;
    `items_more` is how many lines are not listed."""

    order_no: str
    placed_at: dt.datetime | None
    paid_at: dt.datetime | None
    stage: str
    steps: list[TrackedStep]
    promise: TrackedPromise | None
    next: str
    parcels: list[TrackedParcel]
    items: list[TrackedItem]
    items_more: int
    recipient: TrackedRecipient
    papers: list[TrackedPaper]
    seller: TrackedSeller
    zone: str
    told_at: dt.datetime


def tell(
    connection: db.Connection,
    *,
    viewer: Viewer,
    sealer: sealing.Sealer,
    settings: Settings,
    now: dt.datetime,
    order_no: str | None = None,
    order_id: uuid.UUID | None = None,
) -> Tracked | None:
    """The order for its recipient, people masked by the viewer; None when there is none that the viewer may see."""
    found = orders.detail(connection, viewer=viewer, order_no=order_no, order_id=order_id)
    story = timeline.tell(connection, viewer=viewer, order_no=order_no, order_id=order_id)
    if found is None or story is None:
        return None
    order = found.order
    track = stages.of(documents.in_force(connection, kind="stages"))
    consignee = order.consignee
    named = people.named(
        connection, viewer=viewer, sealer=sealer, persons=[consignee.person] if consignee.person is not None else []
    )
    who = named.get(consignee.person, {}) if consignee.person is not None else {}
    street = who.get("street", "") if "street" not in viewer.masks else ""
    place = [consignee.province, consignee.city, consignee.district, street]
    _name(connection, order)
    shown = order.lines[: limits.TRACKING_LINES_SHOWN]
    return Tracked(
        order_no=order.order_no,
        placed_at=order.placed_at,
        paid_at=order.paid_at,
        stage=order.stage,
        steps=_steps(order, story, track),
        promise=_promise(order, story, now),
        next=_next(order),
        parcels=[_parcel(order, each, track) for each in order.shipments if each.stage != "cancelled"],
        items=[_item(each, each.quantity) for each in shown],
        items_more=len(order.lines) - len(shown),
        recipient=TrackedRecipient(
            who.get("name", ""), who.get("phone", ""), "".join(dict.fromkeys(each for each in place))
        ),
        papers=papers(connection, order, settings),
        seller=seller(settings),
        zone=settings.zone,
        told_at=now,
    )


def papers(connection: db.Connection, order: state.Order, settings: Settings) -> list[TrackedPaper]:
    """The files of the order's own fields that the seller's settings give along."""
    named = [_ids(order.custom.get(each)) for each in settings.seller.files]
    found = files_store.find(connection, [file_id for each in named for file_id in each])
    return [
        TrackedPaper(file_id, each.name, each.media_type, each.size_bytes)
        for file_id, each in found.items()
        if each.used_by == order.order_no
    ]


def words_of(connection: db.Connection, stages_: Collection[str]) -> dict[str, state.Text]:
    """What stages are called to people outside."""
    track = stages.of(documents.in_force(connection, kind="stages"))
    return {each: track.word(track.shown(each)) for each in stages_}


def seller(settings: Settings) -> TrackedSeller:
    """How outsiders reach the seller."""
    said = settings.seller
    return TrackedSeller(said.name, said.phone, said.email, said.hours, said.website)


def recipient(name: str) -> Viewer:
    """The viewer that a link stands for: one order is looked for by its id, people are masked."""
    return Viewer(name=name, verbs=frozenset({"orders:read"}), masks=PERSONAL)


def _name(connection: db.Connection, order: state.Order) -> None:
    """Give each line that says no name of its own that of its SKU."""
    nameless = [each for each in order.lines if not each.name]
    known = facts.skus(connection, {each.sku for each in nameless}) if nameless else {}
    for each in nameless:
        each.name = known[each.sku].name if each.sku in known else each.sku


def _ids(value: Any) -> list[uuid.UUID]:
    texts = value if isinstance(value, list) else [value]
    made: list[uuid.UUID] = []
    for each in texts:
        try:
            made.append(uuid.UUID(each))
        except (TypeError, ValueError, AttributeError):
            continue  # A value that names no file has nothing to offer.
    return made


def _steps(order: state.Order, story: timeline.Timeline, track: stages.Track) -> list[TrackedStep]:
    """The way through the stages that people see: those passed with their time, the one it is at, those ahead."""
    stays = {each.stage: each for each in story.stays}
    here = story.stays[-1].stage if story.stays else track.shown(order.stage)
    way = [each for each in track.seen() if each not in _BESIDE or each in stays]
    way.extend(each for each in stays if each not in way)
    at = way.index(here) if here in way else 0
    if here == "cancelled":
        way = [each for each in way if each in stays]
        at = way.index(here)
    return [
        TrackedStep(stage, *_word(track, stage), _standing(number, at), stays[stage].since if stage in stays else None)
        for number, stage in enumerate(way)
    ]


def _standing(number: int, at: int) -> Standing:
    return "here" if number == at else "passed" if number < at else "ahead"


def _word(track: stages.Track, stage: str) -> tuple[str, str]:
    word = track.word(stage)
    return word.zh, word.en


def _promise(order: state.Order, story: timeline.Timeline, now: dt.datetime) -> TrackedPromise | None:
    if order.promise is None or order.cancelled:
        return None
    at = order.promise.promised_at
    first = next((_instant(each.data) for each in story.items if each.type == "promise.made"), None)
    delivered = next((each.since for each in reversed(story.stays) if each.stage == "delivered"), None)
    if order.stage == "delivered" and delivered is not None:
        judged = "kept" if delivered <= at else "broken"
    else:
        judged = "due" if now <= at else "late"
    return TrackedPromise(at, first if first != at else None, judged)


def _instant(data: dict[str, Any]) -> dt.datetime | None:
    said = (data.get("promise") or {}).get("promised_at")
    return dt.datetime.fromisoformat(said) if isinstance(said, str) else said


def _next(order: state.Order) -> str:
    if order.holds and RANK.get(order.stage, 0) < RANK["shipped"] and not order.cancelled:
        return "checked"
    return _NEXT.get(order.stage, "none")


def _parcel(order: state.Order, shipment: state.Shipment, track: stages.Track) -> TrackedParcel:
    lines = {each.line_no: each for each in order.lines}
    mine = [each for each in shipment.lines if each.order_no in ("", order.order_no) and each.line_no in lines]
    last = max(shipment.confirmations, key=lambda each: each.at, default=None)
    number = shipment.custom.get("tracking_no")
    shown = track.shown(shipment.stage)
    return TrackedParcel(
        carrier=words.of("carriers", shipment.carrier),
        tracking_no=number if isinstance(number, str) else "",
        stage=shipment.stage,
        zh=track.word(shown).zh,
        en=track.word(shown).en,
        at=last.at if last is not None else None,
        items=[_item(lines[each.line_no], each.quantity) for each in _short(mine)],
    )


def _short(lines: Iterable[state.ShipmentLine]) -> list[state.ShipmentLine]:
    return list(lines)[: limits.TRACKING_LINES_SHOWN]


def _item(line: state.Line, quantity: int) -> TrackedItem:
    whole = quantity == line.quantity and line.unit_quantity is not None
    said = f"{line.unit_quantity.normalize():f}" if whole and line.unit_quantity is not None else str(quantity)
    return TrackedItem(line.name or line.sku, said, line.unit if whole else "")
