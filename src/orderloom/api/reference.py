"""/skus, /customers, /warehouses, /channels, /settings: what all orders share, entered and read.

PUT enters many or changes them, by key; what each said before is kept as a version with who changed it.
"""

from typing import Annotated

import msgspec
from fastapi import APIRouter, Query, Response

from orderloom.actions import audit, reference
from orderloom.actions import channels as channels_action
from orderloom.api import answers, bodies, pages, problems, schemas
from orderloom.api import reference_bodies as rb
from orderloom.api.callers import Caller, may
from orderloom.domain import phones
from orderloom.domain.channels import Channel
from orderloom.domain.settings import Settings
from orderloom.domain.warehouses import Rate, Transit, Warehouse
from orderloom.kit.refusals import Refused
from orderloom.queries import reference as reference_query
from orderloom.queries import scopes

router = APIRouter()

Typed = Annotated[str, Query(max_length=128, pattern=pages.NO_NUL, description="What somebody typed to find it.")]


class Entered(msgspec.Struct):
    """How many were entered or changed."""

    entered: int


@router.get("/skus", tags=["skus"], summary="SKUs by code", openapi_extra=schemas.of(answer=reference_query.Skus))
def skus(
    caller: Caller = may("skus:read"),
    sku: pages.Names = None,
    text: Typed = "",
    cursor: pages.Cursor = None,
    count: pages.Count = 50,
) -> Response:
    """A page of them, those named by `sku`, several times, or those whose code begins with `text`, whose name has it as
    a part, or whose barcode it is."""
    wanted = reference_query.Wanted(keys=tuple(sku or ()), text=text)
    with caller.reading() as connection:
        found = reference_query.skus(connection, viewer=caller.viewer, wanted=wanted, cursor=cursor, count=count)
        reference_query.opened(connection, found.rows, viewer=caller.viewer, sealer=caller.hub.sealer)
    return answers.json(found)


@router.put(
    "/skus",
    tags=["skus"],
    summary="Enter or change SKUs",
    openapi_extra=schemas.of(
        body=bodies.list_of(rb.SkuBody),
        example=[{"sku": "S000001", "name": "电机 24V", "weight_grams": 850, "price": "59.90"}],
        answer=Entered,
    ),
)
def enter_skus(caller: Caller = may("skus:write"), body: list[rb.SkuBody] = bodies.many(rb.SkuBody)) -> Response:
    """In force with the next order. Own fields (`custom`) are read by the dictionary in force, all of it or nothing."""
    known = list({each.sku: each for each in body}.values())
    _entered(reference.enter_skus(caller.hub, known, actor=caller.name, now=caller.now))
    return answers.json(Entered(len(known)))


@router.get(
    "/customers",
    tags=["customers"],
    summary="Customers by number",
    openapi_extra=schemas.of(answer=reference_query.Customers),
)
def customers(
    caller: Caller = may("customers:read"),
    customer_no: pages.Names = None,
    text: Typed = "",
    cursor: pages.Cursor = None,
    count: pages.Count = 50,
) -> Response:
    """A page of them, those named by `customer_no`, several times, or those whose number begins with `text`, whose name
    has it as a part, or whose phone it is."""
    phone = phones.read(text) if text else None
    key = None
    if phone is not None and phone.state == phones.KNOWN:
        key = caller.hub.sealer.fingerprint(f"phone {phone.number}")
    wanted = reference_query.Wanted(keys=tuple(customer_no or ()), text=text, phone_key=key)
    with caller.reading() as connection:
        found = reference_query.customers(connection, viewer=caller.viewer, wanted=wanted, cursor=cursor, count=count)
        reference_query.opened(connection, found.rows, viewer=caller.viewer, sealer=caller.hub.sealer)
    return answers.json(found)


@router.put(
    "/customers",
    tags=["customers"],
    summary="Enter or change customers",
    openapi_extra=schemas.of(
        body=bodies.list_of(rb.CustomerBody),
        example=[{"customer_no": "C000123", "name": "苏州某某公司", "level": "A", "account": "C000123"}],
        answer=Entered,
    ),
)
def enter_customers(
    caller: Caller = may("customers:write"), body: list[rb.CustomerBody] = bodies.many(rb.CustomerBody)
) -> Response:
    """In force with the next order. Own fields (`custom`) are read by the dictionary in force, all of it or nothing."""
    known = {each.customer_no: each for each in _own(caller, body)}
    entered = [rb.customer(each) for each in known.values()]
    read = {number: phones.read(each.phone) for number, each in known.items() if each.phone}
    numbers = {number: phone.number for number, phone in read.items() if phone.state == phones.KNOWN}
    _entered(reference.enter_customers(caller.hub, entered, phones=numbers, actor=caller.name, now=caller.now))
    return answers.json(Entered(len(entered)))


def _own(caller: Caller, body: list[rb.CustomerBody]) -> list[rb.CustomerBody]:
    """The customers as a caller who is limited to own ones may enter them: new ones become its own. Raises a problem
    403 for another's, and for somebody who is a customer and owns none."""
    if caller.viewer.owners is None:
        return body
    login = next((each.removeprefix("user/") for each in caller.viewer.owners if each.startswith("user/")), "")
    with caller.reading() as connection:
        found = scopes.customers(connection, caller.viewer, [each.customer_no for each in body])
    stranger = next((each.customer_no for each in body if not found.get(each.customer_no, True)), None)
    if stranger is not None or not login:
        raise problems.Raised(403, Refused("customer.out_of_scope", {"customer_no": stranger or ""}))
    return [msgspec.structs.replace(each, owner=login) for each in body]


@router.get("/channels", tags=["channels"], summary="Channels", openapi_extra=schemas.of(answer=list[Channel]))
def channels(caller: Caller = may("channels:read")) -> Response:
    """Those in the key's scope."""
    with caller.reading() as connection:
        found = caller.hub.reference(connection).channels
    return answers.json([each for each in found.values() if caller.viewer.sees_channel(each.channel)])


@router.put(
    "/channels",
    tags=["channels"],
    summary="Enter or change channels",
    openapi_extra=schemas.of(
        body=bodies.list_of(rb.ChannelBody),
        example=[{"channel": "tmall_flagship", "name": "天猫旗舰店", "platform": "tmall", "priced_by": "channel"}],
        answer=Entered,
    ),
)
def enter_channels(
    caller: Caller = may("channels:write"), body: list[rb.ChannelBody] = bodies.many(rb.ChannelBody)
) -> Response:
    """Two shops on one platform are two channels. Their documents are published, all of them or none."""
    known = {each.channel: Channel(**msgspec.structs.asdict(each)) for each in body}
    origin = caller.place
    answer = channels_action.enter(
        caller.hub, list(known.values()), actor=caller.name, origin=origin, now=caller.now
    )  # fmt: skip
    if isinstance(answer, Refused):
        raise problems.Raised(problems.status_of(answer), answer)
    return answers.json(Entered(len(known)))


@router.get("/warehouses", tags=["warehouses"], summary="Warehouses", openapi_extra=schemas.of(answer=list[Warehouse]))
def warehouses(caller: Caller = may("warehouses:read")) -> Response:
    """Those in the key's scope."""
    with caller.reading() as connection:
        found = caller.hub.reference(connection).warehouses
    return answers.json([each for each in found.values() if caller.viewer.sees_warehouse(each.warehouse)])


@router.put(
    "/warehouses",
    tags=["warehouses"],
    summary="Enter or change warehouses, calendars, freight and transit tables",
    openapi_extra=schemas.of(
        body=rb.PlacesBody,
        example={
            "warehouses": [{"warehouse": "suzhou", "name": "苏州仓", "lon": 120.58, "lat": 31.3, "province": "江苏省"}]
        },
        answer=Entered,
    ),
)
def enter_warehouses(
    caller: Caller = may("warehouses:write"), body: rb.PlacesBody = bodies.one(rb.PlacesBody)
) -> Response:
    """All of it or nothing; in force with the next batch of every process."""
    rb.places(body)
    reference.enter_lanes(
        caller.hub,
        warehouses=list({each.warehouse: each for each in body.warehouses}.values()),
        calendars=list({each.calendar: each for each in body.calendars}.values()),
        rates=list({_lane(each): each for each in body.rates}.values()),
        transits=list({_lane(each): each for each in body.transits}.values()),
        actor=caller.name,
        now=caller.now,
    )
    return answers.json(
        Entered(sum(len(each) for each in (body.warehouses, body.calendars, body.rates, body.transits)))
    )


@router.get(
    "/settings", tags=["settings"], summary="The workspace's settings", openapi_extra=schemas.of(answer=Settings)
)
def settings(caller: Caller = may("settings:read")) -> Response:
    """With the revision in force; webhooks and messengers have places of their own."""
    return answers.json(_of(caller))


@router.put(
    "/settings",
    tags=["settings"],
    summary="Change settings",
    openapi_extra=schemas.of(body=rb.SettingsBody, example={"window_hours": 48}, answer=Settings),
)
def enter_settings(
    caller: Caller = may("settings:write"), body: rb.SettingsBody = bodies.one(rb.SettingsBody)
) -> Response:
    """In force with the next batch of every process; what was said before is kept."""
    if values := rb.settings(body):
        before = msgspec.to_builtins(_of(caller))
        reference.enter_settings(caller.hub, values, actor=caller.name, now=caller.now)
        audit.record(caller.hub, "settings.changed", "settings", whose=caller.whose,
                     before={name: before.get(name) for name in values}, after=values)  # fmt: skip
        caller.door.forget_keys()
    return settings(caller)


def _of(caller: Caller) -> Settings:
    with caller.reading() as connection:
        found = caller.hub.reference(connection).settings
    return msgspec.structs.replace(found, webhooks=[], messengers=[], routes=[])


def _entered(refused: Refused | None) -> None:
    """Raises a problem 422 with every own field that is wrong, at its place."""
    if refused is not None:
        errors = [
            (f"${each['field']}", Refused(each["code"], {**each["data"], "field": each["field"]}))
            for each in refused.data.get("errors", [])
        ]
        raise problems.Raised(422, refused, errors=errors)


def _lane(one: Rate | Transit) -> tuple[str, str, str, str]:
    return one.carrier, one.service, one.warehouse, one.province
