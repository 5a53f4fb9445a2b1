"""The decision points: the stage each belongs to, what its documents may read and what they must answer.

A stage is one question: all documents of its points stand in one graph, so an order costs one evaluation a
stage. `door` completes, checks, grades, holds and prices; `supply` credits, sources and charges freight;
`ship` chooses the carrier and the time limits of the stages. Beside the road stands `page`: what is asked when a
person opens an order (who owns it, what may be done about a hold, what to offer). The road never asks it.

Answers are plain dicts. Keys beyond the schema are allowed and passed on. Amounts that end in `_minor` are
integers in minor units; everything else that is money stands as decimals in the currency's unit, because that
is what people write. Each answer carries `rule`, "<document>#<row>", which `rules.explain` turns into words.
"""

from collections.abc import Mapping
from typing import Any, Literal, NotRequired, Required, TypedDict

import msgspec

Steps = list[str]


class Completion(TypedDict):
    """A value for a field of the order that came empty; `field` is its path below `order`."""

    field: Required[str]
    value: Required[Any]


class Check(TypedDict):
    """Something wrong with an order: at the named doors it refuses, elsewhere `refuse` means hold."""

    code: Required[str]
    reason_zh: Required[str]
    reason_en: Required[str]
    action: Required[Literal["refuse", "hold", "warn"]]
    doors: NotRequired[list[str]]
    owner: NotRequired[str]
    blocks: NotRequired[Steps]
    suggestion: NotRequired[str]


class Grade(TypedDict):
    """The grade of an order; a smaller `priority` is served earlier, `lane` "fast" skips finance."""

    grade: Required[str]
    priority: Required[int]
    lane: NotRequired[Literal["fast"] | None]
    owner: NotRequired[str | None]


class Hold(TypedDict):
    """A reason to wait: the steps in `blocks` are not done while it is open.

    With roles in `countersign` it comes off only when one person of each role has approved.
    """

    code: Required[str]
    reason_zh: Required[str]
    reason_en: Required[str]
    owner: Required[str]
    blocks: Required[Steps]
    suggestion: NotRequired[str]
    expires_hours: NotRequired[float | None]
    countersign: NotRequired[list[str] | None]
    line_no: NotRequired[int | None]


class Offer(TypedDict):
    """A promotion that an order may have; the decider works out its amount on the lines.

    `threshold` and `off` are decimals in the currency's unit; `percent` (of `percent_off` and `nth_half`) is taken off;
    `repeat` applies the offer for each full threshold (每满), else once. `nth` is the piece that is cheaper
    (`nth_half`), `gift_sku` and `gift_quantity` what is added (`gift`), `skus` with `combo_price` the set (`combo`).
    """

    promotion: Required[str]
    kind: Required[Literal["amount_off", "percent_off", "nth_half", "gift", "combo"]]
    threshold: Required[float]
    repeat: Required[bool]
    payer: Required[Literal["merchant", "platform"]]
    priority: Required[int]
    stackable: Required[bool]
    label_zh: Required[str]
    label_en: Required[str]
    off: NotRequired[float | None]
    percent: NotRequired[float | None]
    category: NotRequired[str | None]
    skus: NotRequired[list[str] | None]
    exclusive_group: NotRequired[str | None]
    nth: NotRequired[int | None]
    gift_sku: NotRequired[str | None]
    gift_quantity: NotRequired[int | None]
    combo_price: NotRequired[float | None]


class Terms(TypedDict):
    """How the order is paid for, and whether its total is reserved on the customer's account."""

    terms: Required[Literal["prepaid", "credit", "none"]]
    reserve: Required[bool]


class Sourcing(TypedDict):
    """The weights by which warehouses are compared; radius in metres, penalty per further shipment."""

    radius_m: Required[int]
    region_only: Required[bool]
    split_penalty_minor: Required[int]
    distance_weight: Required[float]
    load_weight: Required[float]
    max_shipments: Required[int]
    transfer: Required[bool]


class Freight(TypedDict):
    """What the customer pays: base + per kilogram beyond `free_kg`; nothing from `free_over_minor` on (0: never)."""

    base_minor: Required[int]
    per_kg_minor: Required[int]
    free_over_minor: Required[int]
    free_kg: Required[float]


class Carriage(TypedDict, total=False):
    """A carrier with its service, or `cheapest`: the cheapest that serves the address. `backup` is the carrier that
    takes over when a shipment is switched to another."""

    carrier: str
    service: str
    backup: str
    cheapest: bool


class StageLimit(TypedDict):
    """How many working minutes an order may stay in a stage, and whom it is shown to after that; and, when nothing
    moved for `escalate_after` more minutes, whom to then."""

    stage: Required[str]
    minutes: Required[int]
    owner: Required[str]
    escalate_after: NotRequired[int | None]
    escalate_to: NotRequired[str | None]


class Owner(TypedDict):
    """Who owns an order, or a hold on it that names nobody."""

    owner: Required[str]


class Suggestion(TypedDict):
    """Something to be done about a hold: a verb of ours (release, split, retry …) or words for a person."""

    action: Required[str]
    label_zh: Required[str]
    label_en: Required[str]
    code: NotRequired[str | None]


class Advice(TypedDict):
    """A proposal for an order: other terms, an alternative. `set` holds what accepting it changes of the order, by
    path, such as {"payment_method": "credit"}; without it accepting is only counted."""

    advice: Required[str]
    label_zh: Required[str]
    label_en: Required[str]
    set: NotRequired[dict[str, Any] | None]


class Point(msgspec.Struct, frozen=True):
    """A decision point. `hit` "first": the answer of the first document that has one, a list of at most one."""

    name: str
    stage: str
    hit: Literal["first", "collect"]
    answer: Any
    reads: tuple[str, ...]


# The stages of the road, and the one that is asked beside it.
STAGES = ("door", "supply", "ship")
PAGE = "page"

# Every path that the hub puts into a context, with what it holds. A path that ends in `.*` is open below.
PATHS: Mapping[str, str] = {
    "order.order_no": "order number, null before it is given",
    "order.external_no": "the channel's own number",
    "order.channel": "where the customer bought",
    "order.kind": "stock, made_to_order, presale, resend, exchange",
    "order.grade": "as decided at the door; null there",
    "order.stage": "how far it is: received, confirmed, allocated … delivered, cancelled",
    "order.owner": "whose it is, null when nobody's",
    "order.holds": "list of the codes of its open holds",
    "order.payment_method": "prepaid methods, credit, cash on delivery",
    "order.currency": "ISO 4217",
    "order.total": "what the customer pays, in the currency's unit",
    "order.goods": "the lines before discounts, in the currency's unit",
    "order.paid": "what is paid so far, in the currency's unit",
    "order.paid_minutes_ago": "minutes since the payment, null when unpaid",
    "order.placed_hour": "hour of placing in the workspace's zone, 0-23",
    "order.placed_minute": "minute of the day of placing in the workspace's zone, 0-1439",
    "order.requested_hours": "hours from now to the requested time, null without one",
    "order.promised_hours": "hours from now to the promised time, null without one",
    "order.urgent_mark": "true when marked 急",
    "order.priced_by": "hub or channel",
    "order.tax_included": "true when prices contain VAT",
    "order.line_count": "number of lines",
    "order.weight_kg": "weight of all lines in kilograms",
    "order.tags": "list of tags",
    "order.notes.buyer": "the buyer's note",
    "order.notes.seller": "our note",
    "order.packing_request": "special packing",
    "order.carrier_requested": "the carrier the customer named",
    "order.consignee.name_known": "true when there is a name",
    "order.consignee.province": "",
    "order.consignee.city": "",
    "order.consignee.district": "",
    "order.consignee.adcode": "administrative code, 6 digits",
    "order.consignee.vague": "true when the address does not reach a door",
    "order.consignee.phone.known": "true when there is a phone, masked or not",
    "order.invoice.title": "",
    "order.invoice.tax_no": "",
    "order.custom.*": "own fields",
    "lines[].line_no": "",
    "lines[].sku": "",
    "lines[].quantity": "in the stated unit",
    "lines[].unit": "",
    "lines[].price": "per unit, in the currency's unit",
    "lines[].amount": "in the currency's unit",
    "lines[].category": "of the SKU",
    "lines[].known": "true when the SKU is in the catalogue",
    "lines[].gift": "",
    "lines[].weight_kg": "of the whole line",
    "lines[].custom.*": "own fields",
    "customer.customer_no": "",
    "customer.level": "A, B, C",
    "customer.segment": "",
    "customer.risk": "low, watch, high",
    "customer.payment_days_average": "days from invoice to payment, null when unknown",
    "customer.known": "true when the customer is in the books",
    "customer.custom.*": "own fields",
    "stock.short": "a hint of the moment: some line exceeds what is available",
    "stock.below_safety": "a hint of the moment: some SKU falls under its safety stock",
    "channel.channel": "",
    "channel.door": "form, desk, api, channel, import: where the order comes in",
    "now.hour": "in the workspace's zone, 0-23",
    "now.weekday": "Monday 1 to Sunday 7",
    "now.minute_of_day": "0-1439",
    "window.orders": "orders to the same address within the window, this one included",
    "window.phones": "different phones on them",
    "credit.known": "true when the customer has an account",
    "credit.limit": "in the currency's unit",
    "credit.available": "a hint of the moment, in the currency's unit",
    "shipment.warehouse": "the warehouse it leaves",
    "shipment.weight_kg": "",
    "shipment.parcels": "",
    "shipment.distance_km": "",
    "stage.stage": "",
}
# What only documents of the page may read beside that: `hold` is the hold that is asked about, null for none.
PAGE_PATHS: Mapping[str, str] = {
    "hold.code": "the hold's code, null when the order as a whole is asked about",
    "hold.owner": "who owns it, null when nobody was named",
    "hold.line_no": "the line it stands on, null for the order",
    "hold.blocks": "the steps it stops",
    "hold.minutes": "minutes since it was put on",
    "skus[].sku": "each SKU of the order once",
    "skus[].category": "",
    "skus[].quantity": "units of it on all lines, in the base unit",
    "skus[].substitutes": "SKUs that may stand for it",
    "skus[].custom.*": "own fields of the SKU, such as its return rate",
}
_DOOR = ("order", "lines", "customer", "stock", "channel", "now", "window")
_SUPPLY = ("order", "lines", "customer", "stock", "channel", "now", "credit")
_SHIP = ("order", "lines", "customer", "channel", "now", "shipment")
_PAGE = ("order", "lines", "customer", "stock", "channel", "now", "credit", "stage", "hold", "skus")

POINTS: Mapping[str, Point] = {
    point.name: point
    for point in (
        Point("complete", "door", "collect", Completion, _DOOR),
        Point("check", "door", "collect", Check, _DOOR),
        Point("grade", "door", "first", Grade, _DOOR),
        Point("hold", "door", "collect", Hold, _DOOR),
        Point("price", "door", "collect", Offer, _DOOR),
        Point("credit", "supply", "first", Terms, _SUPPLY),
        Point("source", "supply", "first", Sourcing, _SUPPLY),
        Point("freight", "supply", "first", Freight, _SUPPLY),
        Point("carrier", "ship", "first", Carriage, _SHIP),
        Point("stage_limit", "ship", "collect", StageLimit, _SHIP),
        Point("owner", PAGE, "first", Owner, _PAGE),
        Point("suggest", PAGE, "collect", Suggestion, _PAGE),
        Point("advice", PAGE, "collect", Advice, _PAGE),
    )
}


def of_stage(stage: str) -> list[Point]:
    """The points of a stage, in the order in which they are told."""
    return [point for point in POINTS.values() if point.stage == stage]


def known(path: str, point: Point) -> list[str]:
    """The catalogued paths that reading `path` at a point takes in; empty when there is no such path.

    `order.consignee` takes in all below it; `order.custom.site` is itself.
    """
    if path.split(".", 1)[0].removesuffix("[]") not in point.reads:
        return []
    found: list[str] = []
    for name in (*PATHS, *PAGE_PATHS):
        stem = name.removesuffix(".*")
        if name == path or name.startswith((path + ".", path + "[]")):
            found.append(name)
        elif name != stem and (path == stem or path.startswith(stem + ".")):
            found.append(path if path != stem else name)
    return found


# The names that a context may hold at the top.
ROOTS = frozenset(name.split(".")[0].removesuffix("[]") for name in (*PATHS, *PAGE_PATHS))
