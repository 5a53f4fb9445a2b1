"""One order, whatever doors its messages come by: the same end, in any interleaving and with any repetition."""

import datetime as dt
from typing import Any

import msgspec
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import relaying
from tests.inbox import workbench as bench

from orderloom.actions import gather, messages, orders
from orderloom.actions.hub import Hub
from orderloom.inbox import order_bodies
from orderloom.inbox import orders as inbox_orders
from orderloom.outbox import notes, relay
from orderloom.worker import jobs

PERSON = {"name": "王小明", "phone": "13800138000", "province": "江苏省", "city": "苏州市", "district": "姑苏区",
          "street": "人民路 1 号", "adcode": "320508"}  # fmt: skip
MAPPING: dict[str, Any] = {
    "name": "web",
    "fields": {
        "external_no": {"from": "no"},
        "customer_no": {"value": "C1"},
        "payment_method": {"value": "credit"},
        **{f"consignee.{name}": {"value": value} for name, value in PERSON.items()},
    },
    "lines": {
        "each": "lines",
        "fields": {"sku": {"from": "sku"}, "quantity": {"from": "quantity"}, "price": {"from": "price"}},
    },
    "verdicts": [{"when": {"path": "no", "starts_with": "C"}, "as": "credit_note"}],
}
SAYINGS = [{"HOOK": 1}, {"HOOK": 1, "JERKY": 2}, {"HOOK": 4, "JERKY": 2}]


def _lines(said: dict[str, int]) -> list[dict[str, Any]]:
    return [{"sku": sku, "quantity": quantity, "price": "20"} for sku, quantity in said.items()]


def _by_channel(hub: Hub, number: str, said: dict[str, int], now: dt.datetime) -> None:
    raw = msgspec.json.encode({"no": number, "lines": _lines(said)})
    inbox_orders.receive(hub, [raw], origin=bench.origin("both"), now=now)


def _by_http(hub: Hub, number: str, said: dict[str, int], now: dt.datetime) -> None:
    body = {"channel": "both", "external_no": number, "customer_no": "C1", "payment_method": "credit",
            "consignee": PERSON, "lines": _lines(said)}  # fmt: skip
    raw = msgspec.json.encode(body)
    draft = order_bodies.read(raw)
    assert not isinstance(draft, gather.Refused)
    message = messages.received(hub, raw, channel="both", external_no=number, door=order_bodies.DOOR, now=now)
    placing = orders.Placing(draft, message, None, hub.ids.new(now))
    origin = orders.Origin("both", "channel", "test", "test")
    gatherer = gather.Gatherer(hub)
    try:
        gatherer.submit(gather.Placed(placing, origin, read=inbox_orders.Readings(hub)), now=now).result(30)
    finally:
        gatherer.close()


DOORS = {"channel": _by_channel, "http": _by_http}


def _open(hub: Hub, now: dt.datetime) -> None:
    bench.open_channels(hub, now)
    bench.reference.enter(hub, channels=[bench.Channel("both", mapping=MAPPING)], actor="test", now=now)


def _stands(hub: Hub, number: str) -> dict[str, Any]:
    order = bench.order(hub, number)
    return {"lines": {line.sku: line.quantity for line in order.lines}, "total": order.total_minor}


@settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_the_last_new_thing_said_stands_whatever_the_doors(hub: Hub, now: dt.datetime, data: st.DataObject) -> None:
    _open(hub, now)
    order_id = hub.ids.new(now).hex[-12:]
    numbers = (f"B-{order_id}", f"O-{order_id}")
    told: list[dict[str, int]] = []
    seen: set[tuple[str, int]] = set()
    for at in data.draw(st.lists(st.integers(0, len(SAYINGS) - 1), min_size=1, max_size=5)):
        door = data.draw(st.sampled_from(sorted(DOORS)))
        DOORS[door](hub, numbers[0], SAYINGS[at], now)
        if (door, at) in seen:
            continue  # Byte for byte what came before.
        seen.add((door, at))
        told.append(SAYINGS[at])
        # By one door alone, what is new to it comes in the same order.
        raw = msgspec.json.encode({"no": numbers[1], "lines": _lines(SAYINGS[at]), "at": len(told)})
        inbox_orders.receive(hub, [raw], origin=bench.origin("both"), now=now)
    assert _stands(hub, numbers[0]) == _stands(hub, numbers[1])


def test_a_credit_note_that_came_first_is_laid_on_an_order_by_any_door(hub: Hub, now: dt.datetime) -> None:
    _open(hub, now)
    _by_channel(hub, "C-9", {"HOOK": 1}, now)
    assert bench.rows(hub, "select awaits from messages where awaits <> ''") == [("customer C1",)]
    _by_http(hub, "B-9", {"HOOK": 4}, now)
    relaying.seal_all(hub, now=now)
    while relay.feed(hub, [notes.READER], now=now):
        continue
    ((payload,),) = bench.rows(hub, "select payload from outbox where topic = 'job'")
    jobs.JOBS[payload["name"]](hub, payload["arguments"], lambda: False)
    assert _stands(hub, "B-9")["lines"] == {"HOOK": 3}
    assert bench.rows(hub, "select count(*) from messages where awaits <> ''") == [(0,)]
