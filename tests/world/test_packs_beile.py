"""贝乐童品: its pack comes into force in one revision, and its rules are at work when people order."""

import datetime as dt
from pathlib import Path

import pytest
from tests.world import opened, placing

from orderloom.actions import advices, orders, shipments
from orderloom.actions import reference as reference_actions
from orderloom.actions.hub import Hub
from orderloom.deciding.work import Outcome
from orderloom.domain.catalogue import Sku
from orderloom.domain.customers import Customer
from orderloom.inbox import imports
from orderloom.kit.refusals import Refused
from orderloom.worker import alerts
from orderloom.world import beile, packs

CHENGDU = ("四川省", "成都市", "武侯区", "510107")
HANGZHOU = ("浙江省", "杭州市", "西湖区", "330106")
HOURS = dt.timedelta(hours=1)


@pytest.fixture
def house(hub: Hub, now: dt.datetime) -> Hub:
    """The company as the demo founds it."""
    beile.found(hub, now=now)
    return hub


def test_the_pack_is_in_force_in_one_revision(hub: Hub, now: dt.datetime) -> None:
    made = placing.applied(hub, beile.PACK, now=now)
    assert len(made.published) == len(packs.read(beile.PACK).documents) > 40


def test_from_599_on_the_gift_combo_is_asked_for_and_both_gifts_are_added(house: Hub, now: dt.datetime) -> None:
    pram = ("K10", 1, "899")
    no = placing.refused(house, placing.draft("D-1", pram, now=now), channel="desk", now=now)
    assert no.code == "check.gift_combo_missing" and no.data["reason_zh"].startswith("请确认赠品配置")
    bad = placing.refused(
        house, placing.draft("D-2", pram, custom={"gift_combo": "C"}, now=now), channel="desk", now=now
    )
    assert bad.code == "field.not_an_option"
    [order] = placing.taken(
        house, placing.draft("D-3", pram, custom={"gift_combo": "A"}, now=now), channel="desk", door="desk", now=now
    )
    assert [(line.sku, line.quantity) for line in order.lines if line.gift] == [("A01", 1), ("A02", 1)]


def test_a_shops_order_without_its_gift_waits_and_people_are_told(house: Hub, now: dt.datetime) -> None:
    placing.taken(house, placing.draft("T-1", ("K10", 1, "899"), total=899, paid=899, paid_at=now, now=now),
                  channel="tmall", now=now)  # fmt: skip
    assert opened.holds(house, "T-1") == ["check.gift_combo_missing"]
    assert opened.heard(house, "请确认赠品配置", now=now) == ["order_clerk"]
    assert placing.figures(house, "gifts_missing", now=now) == {(): 1}
    told = advices.ask(house, opened.order(house, "T-1").order_id, order_no="", to="clerk", now=now)
    assert isinstance(told, advices.Advised) and [each.rule for each in told.suggestions] == [
        "hold_suggestions#gift_combo_a",
        "hold_suggestions#gift_combo_b",
    ]


@pytest.mark.parametrize(
    ("hour", "minute", "total_minor"),
    [
        (20, 30, 30_200),  # 400.00 − 12 % = 352.00, from 300 on another 50.00 off
        (19, 59, 35_000),
        (22, 0, 35_000),
    ],
)
def test_jerky_for_400_yuan_costs_less_in_the_evening(
    house: Hub, now: dt.datetime, hour: int, minute: int, total_minor: int
) -> None:
    reference_actions.enter_skus(house, [Sku("S01", "牛肉干", "肉干", weight_grams=500)], actor="test", now=now)
    beile.stocked(house, {"S01": 100}, now=now)
    at = now.replace(hour=hour - 8, minute=minute)
    [order] = placing.taken(
        house, placing.draft("S-1", ("S01", 10, "40"), now=at), channel="snack_live", door="channel", now=at
    )
    assert order.total_minor - order.freight_minor == total_minor


def test_the_second_pack_of_nuts_is_half_price(house: Hub, now: dt.datetime) -> None:
    reference_actions.enter_skus(house, [Sku("S02", "夏威夷果", "坚果", weight_grams=500)], actor="test", now=now)
    [order] = placing.taken(house, placing.draft("S-2", ("S02", 3, "39.90"), now=now), channel="snack_live", now=now)
    assert order.goods_minor - order.discount_minor == 3 * 3990 - 1995


@pytest.mark.parametrize(
    ("to", "paid_hours_ago", "tags", "carrier"),
    [
        (HANGZHOU, 5, [], ("SF", "standard")),
        (CHENGDU, 1, [], ("SF", "standard")),
        (CHENGDU, 5, ["急"], ("SF", "express")),
        (CHENGDU, 5, [], ("YTO", "standard")),
    ],
)
def test_who_carries_an_order(
    house: Hub, now: dt.datetime, to: tuple[str, ...], paid_hours_ago: int, tags: list[str], carrier: tuple[str, str]
) -> None:
    paid_at = now - paid_hours_ago * HOURS
    made = placing.draft("W-1", ("A01", 1, "39"), to=to, tags=tags, total=39, paid=39, paid_at=paid_at, now=paid_at)
    [order] = placing.taken(house, made, channel="tmall", now=now)
    assert [(each.carrier, each.service) for each in order.shipments] == [carrier]
    assert placing.figures(house, "carrier_wrong", now=now) == {(): 0 if to == HANGZHOU else None}


def test_the_shops_own_export_calls_the_consignees_phone_buyer_phone(
    house: Hub, now: dt.datetime, tmp_path: Path
) -> None:
    said = {
        "order_id": "E-1", "created": "2026-02-18 09:00:00", "pay_time": "2026-02-18 09:05:00", "buyer_nick": "小周",
        "receiver_name": "王小明", "buyer_phone": "13800138000", "receiver_address": "浙江省杭州市西湖区文三路 1 号",
        "payment": "899.00", "gift": "车载挂钩", "outer_id": "K10", "num": "1", "price": "899.00",
    }  # fmt: skip
    rows = [said.keys(), said.values(), (said | {"order_id": "E-2", "buyer_phone": ""}).values()]
    path = tmp_path / "export.csv"
    path.write_text("\n".join(",".join(row) for row in rows), "utf-8")
    report = imports.run(house, path, imports.Wanted("shop_export", "clerk", name=path.name), clock=lambda: now)
    assert not isinstance(report, Refused) and report.counts.orders == 2, report
    order = opened.order(house, "E-1")
    assert order.consignee.phone == "known" and order.buyer.phone != "known"
    assert order.custom["gift_combo"] == "B" and order.holds == []
    assert "channel.no_consignee_phone" in opened.holds(house, "E-2")


def test_each_stage_is_confirmed_by_its_trusted_source_or_by_who_holds_its_role(house: Hub, now: dt.datetime) -> None:
    [order] = placing.taken(house, placing.draft("P-1", ("A01", 1, "39"), total=39, paid=39, paid_at=now, now=now),
                            channel="tmall", now=now)  # fmt: skip
    [shipment] = order.shipments
    wms, pda, carrier = (orders.Origin("", "api", each, each) for each in ("wms", "pda", "carrier"))
    packer = orders.Origin("", "api", "wang", "console", frozenset({"packer"}))
    clerk = orders.Origin("", "api", "li", "console", frozenset({"service"}))
    assert shipments.release(house, [shipment.shipment_no], origin=wms, now=now)[0].refused is None
    for origin, stage, right in (
        (wms, "picked", False), (pda, "picked", True), (clerk, "packed", False), (packer, "packed", True),
        (carrier, "shipped", False),
        (pda, "shipped", True), (pda, "delivered", False), (carrier, "delivered", True),
    ):  # fmt: skip
        scan = shipments.Scan(shipment.shipment_no, stage, now, "li")
        [said] = shipments.confirm(house, [scan], origin=origin, now=now)
        no = said if isinstance(said, Refused) else said.refused
        assert (no is None) == right, (stage, origin.source, no)


def test_missing_parts_that_surge_are_seen_on_the_heat_map_and_told_to_quality(house: Hub, now: dt.datetime) -> None:
    returns = [{"sku": "K10", "lot": "M3", "reason": "missing_part", "wish": "resend"}] * 2
    returns += [{"sku": sku, "reason": reason, "wish": "refund"} for sku, reason in
                (("K20", "late"), ("K50", "size"), ("K50", "changed_mind"))]  # fmt: skip
    placing.recorded(house, "return", *returns, now=now)
    assert placing.figures(house, "missing_part_share", now=now) == {(): 40}
    assert placing.figures(house, "returns_heat", now=now)["missing_part", "K10"] == 2
    assert placing.figures(house, "returns_by_lot", now=now)["missing_part", "M3"] == 2
    alerts.look(house, now=now)
    assert opened.heard(house, "配件缺失突增", now=now) == ["factory", "quality"]


def test_trust_is_the_share_of_stages_that_four_systems_tell_alike(house: Hub, now: dt.datetime) -> None:
    def report(*minutes: float | None) -> dict[str, str]:
        who = ("erp_at", "wms_at", "carrier_at", "service_at")
        told = zip(who, minutes, strict=True)
        return {"stage": "shipped", **{name: (now + dt.timedelta(minutes=each)).isoformat() for name, each in told
                                       if each is not None}}  # fmt: skip

    placing.taken(house, placing.draft("T-1", ("A01", 1, "39"), now=now), channel="tmall", now=now)
    order_no = opened.order(house, "T-1").order_no
    late, silent = report(0, 1, 3.1, 2), report(0, 1, None, 2)
    placing.recorded(
        house, "stage_report", report(0, 1, 3, 2), report(0, 0, 0, 0), late, silent, now=now, order=[order_no]
    )
    assert placing.figures(house, "state_trust", now=now) == {(): 50}
    ask = {"topic": "催发货", "came_by": "chat", "asked_at": now.isoformat()}
    answered = [ask | {"answered_at": (now + dt.timedelta(seconds=each)).isoformat()} for each in (20, 38)]
    placing.recorded(house, "ticket", ask, *answered, now=now)
    assert placing.figures(house, "first_answer_seconds", now=now) == {(): 29}


def test_the_exporter_is_advised_ddp_and_60_days_and_takes_it_in_one_step(house: Hub, now: dt.datetime) -> None:
    sensor = Sku(
        "SENSOR", "压力传感器", "传感器", weight_grams=300, custom={"return_rate": 0.012, "customs_listed": False}
    )
    reference_actions.enter_skus(house, [sensor], actor="test", now=now)
    buyer = Customer("DE1", "Müller GmbH", level="B", risk="low", payment_days_average=42)
    reference_actions.enter_customers(house, [buyer], actor="test", now=now)
    made = placing.draft("X-1", ("SENSOR", 5, "80"), customer_no="DE1", custom={"destination_country": "DE"}, now=now)
    [order] = placing.taken(house, made, channel="wechat", now=now)
    told = advices.ask(house, order.order_id, order_no=order.order_no, to="sales", now=now)
    assert isinstance(told, advices.Advised) and [each.advice for each in told.proposals] == ["ddp_60"]
    done = advices.accept(
        house, order.order_id, advice_id=told.proposals[0].advice_id,
        origin=orders.Origin("wechat", "desk", "sales", "console"), now=now,
    )  # fmt: skip
    assert isinstance(done, Outcome), done
    after = opened.order(house, "X-1")
    assert (after.payment_method, after.custom["trade_terms"], after.custom["credit_days"]) == ("credit", "DDP", 60)
