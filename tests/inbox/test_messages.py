"""Raw messages of a channel: whatever order they come in, doubled or late, they end in the same orders (I-9)."""

import datetime as dt
import itertools
from collections.abc import Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import company
from tests.inbox import workbench as bench

from orderloom.actions import intake, orders, reference
from orderloom.actions.hub import Hub
from orderloom.domain.channels import Channel
from orderloom.domain.orders import state
from orderloom.inbox import orders as inbox_orders
from orderloom.kit.refusals import Refused

MAPPING: dict[str, Any] = {
    "name": "platform",
    "fields": {
        "external_no": {"from": "tid"},
        "customer_no": {"from": "buyer"},
        "payment_method": {"value": "alipay"},
        "placed_at": {"from": "created"},
        "modified_at": {"from": "modified"},
        "consignee.name": {"from": "receiver.name"},
        "consignee.phone": {"from": "receiver.phone"},
        "consignee.address": {"from": "receiver.address"},
        "notes.buyer": {"from": "memo"},
        "paid": {"from": "paid"},
        "paid_at": {"from": "paid_at"},
        "refunded": {"from": "refunded"},
        "cancelled": {"from": "closed"},
    },
    "lines": {
        "each": "items[]",
        "fields": {"sku": {"from": "sku"}, "quantity": {"from": "n"}, "price": {"from": "price"}},
    },
    "verdicts": [{"when": {"path": "type", "equals": "close"}, "as": "cancel"}],
}
UNVERSIONED = {**MAPPING, "fields": {name: each for name, each in MAPPING["fields"].items() if name != "modified_at"}}


@pytest.fixture
def shop(hub: Hub, now: dt.datetime) -> Hub:
    company.tiny(hub, now=now)
    channels = [
        Channel("platform", priced_by="channel", mapping=MAPPING),
        Channel("plain", priced_by="channel", mapping=UNVERSIONED),
        Channel("many", priced_by="channel", mapping={**MAPPING, "orders": "trades"}),
    ]
    reference.enter(hub, channels=channels, actor="test", now=now)
    return hub


def message(tid: str, version: int = 1, /, **said: Any) -> dict[str, Any]:
    return {
        "tid": tid,
        "buyer": "C1",
        "created": "2026-02-17 09:00:00",
        "modified": f"2026-02-17 10:{version:02d}:00",
        "receiver": {"name": "王小明", "phone": "13800138000", "address": "江苏省苏州市姑苏区人民路 1 号"},
        "items": [{"sku": "JERKY", "n": 2, "price": 30}, {"sku": "HOOK", "n": 1, "price": 20}],
        **said,
    }


def receive(shop: Hub, *messages: dict[str, Any], now: dt.datetime, channel: str = "platform") -> list[intake.Taken]:
    raws = [msgspec.json.encode(each) for each in messages]
    taken = inbox_orders.receive(shop, raws, origin=bench.origin(channel), now=now)
    assert not isinstance(taken, Refused), taken
    return taken


def business(order: state.Order) -> dict[str, Any]:
    """What of an order must not depend on how its messages came: all but ids, numbers and how often it was touched."""
    return {
        "lines": sorted((line.sku, line.quantity, line.amount_minor) for line in order.lines),
        "consignee": (order.consignee.person, order.consignee.adcode),
        "notes": order.notes,
        "money": (order.goods_minor, order.freight_minor, order.total_minor, order.paid_minor),
        "cancelled": order.cancelled,
        "stage": order.stage,
        "reserved": sum(item.quantity for item in order.reservations),
        "summed": sum(line.amount_minor for line in order.lines),
        "holds": sorted(hold.code for hold in order.holds),
    }


def test_a_message_becomes_an_order_and_stays_beside_it(shop: Hub, now: dt.datetime) -> None:
    (taken,) = receive(shop, message("T1", paid=80, paid_at="2026-02-17 09:05:00"), now=now)
    order = bench.order(shop, "T1")
    assert (taken.became, taken.order_no, order.stage) == ("order", order.order_no, "allocated")
    assert (order.paid_minor, order.consignee.adcode) == (8000, "320508")
    assert bench.rows(shop, "select state, order_id from messages") == [("done", order.order_id)]


def test_the_same_message_again_gets_the_first_answer(shop: Hub, now: dt.datetime) -> None:
    (first,) = receive(shop, message("T1"), now=now)
    said = bench.events(shop)
    (again,) = receive(shop, message("T1"), now=now)
    assert (again.repeated, again.order_id, bench.events(shop)) == (True, first.order_id, said)


def test_a_later_message_changes_what_its_channel_changed(shop: Hub, now: dt.datetime) -> None:
    receive(shop, message("T1"), now=now)
    items = [{"sku": "JERKY", "n": 5, "price": 30}, {"sku": "MOTOR", "n": 1, "price": 600}]
    (taken,) = receive(shop, message("T1", 2, items=items, memo="轻放", paid=750), now=now)
    order = bench.order(shop, "T1")
    assert taken.became == "amendment"
    assert sorted((line.sku, line.quantity) for line in order.lines) == [("JERKY", 5), ("MOTOR", 1)]
    assert (order.notes, order.total_minor, order.paid_minor) == ({"buyer": "轻放"}, 75000, 75000)


def test_what_people_changed_stays_when_the_channel_repeats_itself(shop: Hub, now: dt.datetime) -> None:
    receive(shop, message("T1", paid=80), now=now)
    order = bench.order(shop, "T1")
    change = {"lines_reduced": {1: 1}, "changed": {"notes.seller": "已与客户说好"}}
    orders.amend(shop, order.order_id, origin=bench.origin("platform"), now=now, change=change, reason="call")
    receive(shop, message("T1", 2, paid=80, memo="急"), now=now)
    order = bench.order(shop, "T1")
    assert [(line.sku, line.quantity) for line in order.lines] == [("JERKY", 1), ("HOOK", 1)]
    assert order.notes == {"seller": "已与客户说好", "buyer": "急"}


def test_an_older_message_changes_nothing(shop: Hub, now: dt.datetime) -> None:
    receive(shop, message("T1", 3, memo="三"), now=now)
    said = bench.events(shop)
    (late,) = receive(shop, message("T1", 2, memo="二"), now=now)
    assert (late.repeated, bench.order(shop, "T1").notes, bench.events(shop)) == (True, {"buyer": "三"}, said)


def test_a_masked_phone_never_replaces_a_clear_one(shop: Hub, now: dt.datetime) -> None:
    receive(shop, message("T1"), now=now)
    before = bench.order(shop, "T1").consignee
    receiver = {"name": "王**", "phone": "138****8000", "address": "江苏省苏州市姑苏区人民路 1 号"}
    (taken,) = receive(shop, message("T1", 2, receiver=receiver), now=now)
    assert (taken.repeated, bench.order(shop, "T1").consignee) == (True, before)


def test_without_a_version_a_part_of_what_is_known_takes_nothing_away(shop: Hub, now: dt.datetime) -> None:
    whole, part = message("T1"), message("T1", items=[{"sku": "HOOK", "n": 1, "price": 20}])
    receive(shop, whole, now=now, channel="plain")
    (taken,) = receive(shop, part, now=now, channel="plain")
    assert taken.repeated
    assert len(bench.order(shop, "T1").lines) == 2


def test_an_order_that_comes_paid_refunded_and_closed_is_recorded_and_goes_no_further(
    shop: Hub, now: dt.datetime
) -> None:
    receive(shop, message("T1", paid=80, refunded=80, closed=True), now=now)
    order = bench.order(shop, "T1")
    assert (order.cancelled, order.paid_minor, order.total_minor, order.reservations) == (True, 0, 8000, [])
    assert [each.amount_minor for each in order.payments] == [8000, -8000]
    assert bench.rows(shop, "select count(*) from outbox") == [(0,)]


def test_an_order_that_is_changed_and_closed_at_once_has_the_money_of_its_lines(shop: Hub, now: dt.datetime) -> None:
    receive(shop, message("T1", paid=80), now=now)
    items = [{"sku": "JERKY", "n": 1, "price": 30}]
    (taken,) = receive(shop, message("T1", 2, items=items, paid=80, refunded=80, closed=True), now=now)
    order = bench.order(shop, "T1")
    assert taken.refused is None
    assert (order.cancelled, order.goods_minor, order.paid_minor, order.reservations) == (True, 3000, 0, [])


def test_a_closing_message_waits_for_its_order(shop: Hub, now: dt.datetime) -> None:
    (waits,) = receive(shop, {**message("T1"), "type": "close"}, now=now)
    assert waits.refused is not None and waits.refused.code == "order.not_here_yet"
    receive(shop, message("T1", paid=80), now=now)
    assert bench.order(shop, "T1").cancelled
    assert bench.rows(shop, "select count(*) from messages where state = 'quarantined'") == [(0,)]


def test_several_orders_in_one_message_are_kept_each_with_its_own(shop: Hub, now: dt.datetime) -> None:
    taken = receive(shop, {"trades": [message("T1"), message("T2")]}, now=now, channel="many")
    assert [each.external_no for each in taken] == ["T1", "T2"]
    receive(shop, {"trades": [message("T2", 2, memo="急")]}, now=now, channel="many")
    assert bench.order(shop, "T2").notes == {"buyer": "急"}


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (b"{", "message.not_json"),
        (b"\xff\xfe", "message.not_json"),
        (b"[" * 5_000, "message.not_json"),
        (b"{}", "mapping.not_a_record"),
        (b'{"tid": "T1", "created": "yesterday"}', "value.not_a_time"),
    ],
)
def test_a_message_that_cannot_be_read_is_kept_with_its_reason(
    shop: Hub, now: dt.datetime, raw: bytes, code: str
) -> None:
    taken = inbox_orders.receive(
        shop, [raw, msgspec.json.encode(message("T2"))], origin=bench.origin("platform"), now=now
    )
    assert not isinstance(taken, Refused)
    assert taken[0].refused is not None and taken[0].refused.code == code
    assert taken[1].became == "order"
    assert [kept for _, kept in bench.waiting(shop)] == [raw]


# One order's life as its channel tells it: each version says more, a closed one is the last.
@st.composite
def lives(draw: st.DrawFn) -> list[dict[str, Any]]:
    tid = draw(st.sampled_from(["P1", "P2"]))
    versions = draw(st.integers(1, 4))
    said: dict[str, Any] = {}
    told: list[dict[str, Any]] = []
    for version in range(1, versions + 1):
        said = dict(said)
        what = draw(st.sampled_from(["items", "memo", "receiver", "paid"]))
        if what == "items":
            units = draw(st.integers(1, 4))
            said["items"] = [{"sku": "JERKY", "n": units, "price": 30}, {"sku": "HOOK", "n": version, "price": 20}]
        elif what == "memo":
            said["memo"] = f"第 {version} 版"
        elif what == "receiver":
            address = f"江苏省苏州市姑苏区人民路 {version} 号"
            said["receiver"] = {"name": "王小明", "phone": "13800138000", "address": address}
        else:
            said["paid"] = said.get("paid", 0) + 10 * version
        told.append(message(tid, version, **said))
    if draw(st.booleans()):
        paid = said.get("paid", 0)
        told.append(message(tid, versions + 1, **{**said, "refunded": paid, "closed": True}))
    return told


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(life=lives(), data=st.data())
def test_any_order_of_arrival_ends_in_the_same_order(
    shop: Hub, now: dt.datetime, life: Sequence[Any], data: Any
) -> None:
    _EXAMPLES[0] += 1
    plain = [_renamed(each, f"a{_EXAMPLES[0]}") for each in life]
    mixed = [_renamed(each, f"b{_EXAMPLES[0]}") for each in life]
    for each in plain:
        receive(shop, each, now=now)
    doubled = mixed + data.draw(st.lists(st.sampled_from(mixed), max_size=3))
    arrivals = data.draw(st.permutations(doubled))
    cuts = data.draw(st.lists(st.integers(0, len(arrivals)), max_size=3).map(sorted))
    for start, end in itertools.pairwise([0, *cuts, len(arrivals)]):
        receive(shop, *arrivals[start:end], now=now)
    first, second = bench.order(shop, plain[0]["tid"]), bench.order(shop, mixed[0]["tid"])
    assert business(second) == business(first)


_EXAMPLES = [0]


def _renamed(each: dict[str, Any], prefix: str) -> dict[str, Any]:
    return {**each, "tid": f"{prefix}-{each['tid']}"}
