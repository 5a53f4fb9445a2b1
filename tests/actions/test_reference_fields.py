"""Own fields of customers, SKUs and shipments: read by the dictionary in force at every door that writes them."""

import datetime as dt
from typing import Any

import pytest
from tests import company, dictionaries

from orderloom.actions import orders, reference, shipments
from orderloom.actions.hub import Hub
from orderloom.domain.catalogue import Sku
from orderloom.domain.customers import Customer
from orderloom.kit.refusals import Refused
from orderloom.queries import reference as reference_query
from orderloom.queries import viewer as viewers
from orderloom.store import facts, messages
from orderloom.store import orders as orders_store

CUSTOMER: dict[str, Any] = {
    "subject": "customer",
    "fields": [
        {"name": "grade", "type": "select", "zh": "等级", "en": "Grade", "required": True,
         "options": [{"value": "gold", "zh": "金", "en": "Gold"}, {"value": "plain", "zh": "普", "en": "Plain"}]},
        {"name": "licence", "type": "text", "zh": "执照号", "en": "Licence", "unique": True,
         "pattern": "[A-Z]{2}\\d{4}"},
        {"name": "discount", "type": "number", "zh": "折扣", "en": "Discount", "min": 0, "max": 30},
        {"name": "mobile", "type": "phone", "zh": "老板手机", "en": "Owner's phone", "personal": True},
        {"name": "sponsor", "type": "text", "zh": "担保人", "en": "Sponsor", "required": True,
         "visible_when": "customer.risk == 'high'"},
    ],
    "checks": [
        {"when": "(discount ?? 0) > 20 and grade != 'gold'", "zh": "20% 以上折扣只给金牌客户",
         "en": "More than 20% is for gold customers", "field": "discount"},
    ],
}  # fmt: skip
SKU: dict[str, Any] = {
    "subject": "sku",
    "fields": [
        {"name": "hazard", "type": "boolean", "zh": "危险品", "en": "Hazard"},
        {"name": "un_no", "type": "text", "zh": "UN 编号", "en": "UN number", "pattern": "UN\\d{4}"},
    ],
    "checks": [
        {"when": "hazard == true and un_no == null", "zh": "危险品要填 UN 编号",
         "en": "Hazards need a UN number"},
        {"when": "sku.price > 5000 and hazard == null", "zh": "高价货要说明是否危险", "en": "Say if it is a hazard"},
    ],
}  # fmt: skip
SHIPMENT: dict[str, Any] = {
    "subject": "shipment",
    "fields": [
        {"name": "seal_no", "type": "text", "zh": "封签号", "en": "Seal", "required": True, "pattern": "S\\d{3}",
         "visible_when": "shipment.stage == 'packed' or shipment.stage == 'shipped'"},
        {"name": "boxes", "type": "number", "zh": "箱数", "en": "Boxes", "min": 1, "max": 99},
        {"name": "driver_phone", "type": "phone", "zh": "司机电话", "en": "Driver", "personal": True},
    ],
}  # fmt: skip


def _wrong(refused: Refused | None) -> dict[str, str]:
    assert refused is not None
    return {each["field"]: each["code"] for each in refused.data["errors"]}


def _enter(hub: Hub, *entered: Customer, now: dt.datetime) -> Refused | None:
    return reference.enter_customers(hub, list(entered), actor="test", now=now)


def _customers(hub: Hub) -> dict[str, Customer]:
    with hub.database.workspace(hub.workspace) as connection:
        return facts.customers(connection, ["K1", "K2", "K3"])


@pytest.fixture
def shop(hub: Hub, now: dt.datetime) -> Hub:
    """The tiny company with dictionaries of customers, SKUs and shipments."""
    company.tiny(hub, now=now)
    dictionaries.publish(hub, CUSTOMER, SKU, SHIPMENT, now=now)
    return hub


@pytest.mark.parametrize(
    ("custom", "wrong"),
    [
        ({}, {"grade": "field.required"}),
        ({"grade": "silver"}, {"grade": "field.not_an_option"}),
        ({"grade": "gold", "licence": "nope"}, {"licence": "field.pattern_unmet"}),
        ({"grade": "gold", "discount": 31}, {"discount": "field.out_of_range"}),
        ({"grade": "gold", "discount": "much"}, {"discount": "field.wrong_type"}),
        ({"grade": "gold", "colour": "red"}, {"colour": "field.unknown"}),
        ({"grade": "plain", "discount": 25}, {"discount": "field.check_failed"}),
    ],
)
def test_what_does_not_fit_the_dictionary_is_refused_at_its_field(
    shop: Hub, now: dt.datetime, custom: dict[str, Any], wrong: dict[str, str]
) -> None:
    fit = Customer("K1", "好客户", custom={"grade": "gold", "discount": 25})
    refused = _enter(shop, fit, Customer("K2", "坏客户", custom=custom), now=now)
    assert _wrong(refused) == {f"[K2].custom.{name}": code for name, code in wrong.items()}
    assert _customers(shop) == {}, "all of it or nothing"


def test_a_failed_check_speaks_its_own_words(shop: Hub, now: dt.datetime) -> None:
    refused = _enter(shop, Customer("K1", custom={"grade": "plain", "discount": 25}), now=now)
    assert refused is not None and refused.data["reason_zh"] == "20% 以上折扣只给金牌客户"


def test_a_condition_sees_the_customer_itself(shop: Hub, now: dt.datetime) -> None:
    risky = Customer("K1", risk="high", custom={"grade": "gold"})
    assert _wrong(_enter(shop, risky, now=now)) == {"[K1].custom.sponsor": "field.required"}
    assert _enter(shop, Customer("K1", risk="low", custom={"grade": "gold"}), now=now) is None


def test_a_unique_value_has_one_holder_and_is_free_when_given_back(shop: Hub, now: dt.datetime) -> None:
    first = Customer("K1", custom={"grade": "gold", "licence": "AB0001"})
    assert _enter(shop, first, now=now) is None
    assert _enter(shop, first, now=now) is None, "what one has already it may state again"
    second = Customer("K2", custom={"grade": "gold", "licence": "AB0001"})
    third = Customer("K3", custom={"grade": "gold", "licence": "AB0003"})
    assert _wrong(_enter(shop, third, second, now=now)) == {"[K2].custom.licence": "field.taken"}
    assert _enter(shop, Customer("K2", custom={"grade": "gold", "licence": "AB0003"}), now=now) is None, (
        "what was taken beside it went back with the refusal"
    )
    assert _enter(shop, Customer("K1", custom={"grade": "gold"}), now=now) is None
    assert _enter(shop, Customer("K3", custom={"grade": "gold", "licence": "AB0001"}), now=now) is None
    twice = [Customer(each, custom={"grade": "gold", "licence": "ZZ9999"}) for each in ("K1", "K2")]
    assert _wrong(_enter(shop, *twice, now=now)) == {"[K2].custom.licence": "field.taken"}


def test_a_personal_field_is_sealed_and_shown_by_the_viewers_masks(shop: Hub, now: dt.datetime) -> None:
    assert _enter(shop, Customer("K1", custom={"grade": "gold", "mobile": "13800138000"}), now=now) is None
    kept = _customers(shop)["K1"]
    assert set(kept.custom["mobile"]) == {"sealed"}
    assert _enter(shop, kept, now=now) is None, "what comes back sealed stays"
    stranger = {"sealed": "00000000-0000-8000-8000-000000000000"}
    forged = Customer("K2", custom={"grade": "gold", "mobile": stranger})
    assert _wrong(_enter(shop, forged, now=now)) == {"[K2].custom.mobile": "field.not_a_phone"}
    for masks, seen in ((frozenset[str](), "13800138000"), (viewers.PERSONAL, "138****8000")):
        with shop.database.workspace(shop.workspace) as connection:
            viewer = viewers.Viewer(name="amy", verbs=frozenset({"*"}), masks=masks)
            rows = reference_query.customers(
                connection, viewer=viewer, wanted=reference_query.Wanted(keys=("K1",))
            ).rows
            reference_query.opened(connection, rows, viewer=viewer, sealer=shop.sealer)
        assert rows[0].custom["mobile"] == seen


def test_skus_are_read_by_their_dictionary(shop: Hub, now: dt.datetime) -> None:
    bad = Sku("ACID", custom={"hazard": True})
    refused = reference.enter_skus(shop, [bad], actor="test", now=now)
    assert refused is not None and refused.data["reason_en"] == "Hazards need a UN number"
    dear = Sku("RING", price=company.Decimal(9_000))
    refused = reference.enter_skus(shop, [dear], actor="test", now=now)
    assert refused is not None and refused.data["reason_en"] == "Say if it is a hazard"
    good = Sku("ACID", custom={"hazard": True, "un_no": "UN1830"})
    assert reference.enter_skus(shop, [good], actor="test", now=now) is None
    with shop.database.workspace(shop.workspace) as connection:
        assert facts.skus(connection, ["ACID"])["ACID"].custom == {"hazard": True, "un_no": "UN1830"}


def _confirm(hub: Hub, number: str, stage: str, now: dt.datetime, **custom: Any) -> Refused | None:
    scan = shipments.Scan(number, stage, now, "王五", custom=custom)
    [done] = shipments.confirm(hub, [scan], origin=company.origin(), now=now)
    return done if isinstance(done, Refused) else done.refused


def test_each_stage_of_a_shipment_asks_for_its_own_fields(shop: Hub, now: dt.datetime) -> None:
    [placed] = company.place(shop, company.draft("X1", now=now), now=now)
    assert placed.order_id is not None
    with shop.database.workspace(shop.workspace) as connection:
        number = orders_store.read(connection, [placed.order_id])[placed.order_id].shipments[0].shipment_no
    released = shipments.release(shop, [number], origin=company.origin(), now=now)
    assert not isinstance(released[0], Refused) and released[0].refused is None
    assert _wrong(_confirm(shop, number, "picked", now, boxes=0)) == {"custom.boxes": "field.out_of_range"}
    assert _wrong(_confirm(shop, number, "picked", now, pallet=1)) == {"custom.pallet": "field.unknown"}
    assert _confirm(shop, number, "picked", now, boxes=2) is None
    assert _wrong(_confirm(shop, number, "packed", now)) == {"custom.seal_no": "field.required"}
    assert _confirm(shop, number, "packed", now, seal_no="S123", driver_phone="13800138000") is None
    with shop.database.workspace(shop.workspace) as connection:
        shipment = orders_store.read(connection, [placed.order_id])[placed.order_id].shipments[0]
    assert shipment.stage == "packed" and (shipment.custom["boxes"], shipment.custom["seal_no"]) == (2, "S123")
    assert set(shipment.custom["driver_phone"]) == {"sealed"}


def test_an_orders_dictionary_checks_too(shop: Hub, now: dt.datetime) -> None:
    floor = {"name": "floor", "type": "number", "zh": "楼层", "en": "Floor"}
    check = {"when": "order.payment_method == 'credit' and floor == null", "zh": "账期订单要填楼层",
             "en": "Orders on credit need a floor", "field": "floor"}  # fmt: skip
    dictionaries.publish(shop, {"subject": "order", "fields": [floor], "checks": [check]}, now=now)
    raw = messages.Message(shop.ids.new(now), "web", "X1", "http", now, shop.sealer.seal(b"{}", aad=b"message"))
    unfit = orders.Placing(company.draft("X1", now=now), message=raw)
    [refused] = orders.place(shop, [unfit], origin=company.origin(), now=now)
    assert isinstance(refused, Refused) and _wrong(refused) == {"custom.floor": "field.check_failed"}
    fit = company.draft("X2", now=now)
    fit.custom = {"floor": 3}
    company.place(shop, fit, now=now)
