"""Each platform's own message, through the channel document that ships for it: an order in the workspace, and a broken
one in quarantine with its reason. The payloads are the samples at ../shared/data; INDEX.json tells their origin.
"""

import copy
import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests import company
from tests.inbox import workbench as bench

from orderloom.actions import documents, parties
from orderloom.actions.hub import Hub
from orderloom.domain.documents import checking
from orderloom.domain.documents.kinds import Known
from orderloom.domain.orders import state
from orderloom.inbox import orders as inbox_orders
from orderloom.inbox import shipped_channels
from orderloom.kit.refusals import Refused
from orderloom.rules import channels as rules_channels

# From the published field lists of WooCommerce's REST API (v3), Odoo's sale.order and 1688's trade; the sample beside
# it for WooCommerce is a test vector of a signature and no whole order.
WOOCOMMERCE: dict[str, Any] = {
    "id": 727, "currency": "USD", "date_created_gmt": "2026-02-17T16:28:02", "date_paid_gmt": "2026-02-17T16:28:08",
    "date_modified_gmt": "2026-02-17T16:28:08", "discount_total": "20.00", "shipping_total": "10.00",
    "total": "195.50", "total_tax": "5.50", "prices_include_tax": False, "payment_method": "bacs", "customer_id": 26,
    "shipping": {"first_name": "Jamy", "last_name": "Lee", "address_1": "969 Market", "address_2": "", "city":
                 "San Francisco", "state": "CA", "postcode": "94103", "country": "US", "phone": "(415) 555-2671"},
    "refunds": [],
}  # fmt: skip
TRADE_1688: dict[str, Any] = {
    "result": {
        "baseInfo": {
            "id": 58218860983545941, "idOfStr": "58218860983545941", "status": "waitsellersend", "buyerID": "b2b-1",
            "createTime": "20260218120102000+0800", "payTime": "20260218120130000+0800",
            "modifyTime": "20260217200131000-0800", "totalAmount": 106.0, "shippingFee": 6, "discount": -2000,
            "buyerContact": {"name": "采购", "mobile": "13800138001", "companyName": "某五金"},
        },
        "nativeLogistics": {"contactPerson": "王小明", "mobile": "13800138000", "province": "浙江省", "city": "杭州市",
                            "area": "滨江区", "address": "网商路 699 号"},
        "productItems": [
            {"productID": 5, "cargoNumber": "BRAKE-29087", "name": "制动片", "price": 60.0, "quantity": 2},
        ],
    }
}  # fmt: skip
ODOO: dict[str, Any] = {
    "name": "S00042", "state": "sale", "date_order": "2026-02-17 04:00:00", "write_date": "2026-02-17 04:05:00",
    "commitment_date": False, "client_order_ref": "PO-7", "partner_id": [7, "Suzhou Tools"], "currency_id": [7, "CNY"],
    "partner_shipping_id": {"id": 8, "name": "王小明", "phone": "13800138000", "street": "人民路 1 号",
                            "city": "苏州市"},
    "amount_total": 226.0, "amount_tax": 26.0, "note": False,
    "order_line": [
        {"product_id": [3, "[CH4441] 电机"], "name": "电机", "product_uom_qty": 2.0, "price_unit": 100.0,
         "price_subtotal": 200.0, "display_type": False},
        {"product_id": False, "name": "备注", "product_uom_qty": 0.0, "price_subtotal": 0.0,
         "display_type": "line_note"},
    ],
}  # fmt: skip


@pytest.fixture
def now() -> dt.datetime:
    """The morning after the samples' orders were placed."""
    return dt.datetime(2026, 2, 19, 1, 30, tzinfo=dt.UTC)


def sample(shared_data: Path, name: str) -> Any:
    return msgspec.json.decode((shared_data / "samples" / f"{name}.json").read_bytes())


def woocommerce(shared_data: Path) -> Any:
    vector = msgspec.json.decode(sample(shared_data, "channels/woocommerce_webhook_vector")["raw_body"])
    return {**vector, **WOOCOMMERCE}


def u8(shared_data: Path) -> Any:
    (message,) = sample(shared_data, "erp/u8_wrapped_saleorder")
    message["Data"]["iHead"]["cSOCode"] = "SO-0001"
    return [message]


def of(name: str) -> Callable[[Path], Any]:
    return lambda shared_data: sample(shared_data, name)


class Case(msgspec.Struct):
    """What a platform's message becomes, and how it is broken: the value at a path, and the reason it waits for."""

    payload: Callable[[Path], Any]
    order: dict[str, Any]
    broken: tuple[str, Any]
    reason: str


CASES: dict[str, Case] = {
    "alibaba_1688": Case(
        lambda _: copy.deepcopy(TRADE_1688),
        {"external_no": "58218860983545941", "total": 10600, "paid": 10600, "merchant": 2000, "freight": 600,
         "phone": "known", "adcode": "330108", "sku": "BRAKE-29087"},
        ("result.baseInfo.createTime", "2026年"), "value.not_a_time",
    ),
    "taobao": Case(
        of("channels/taobao_trade_fullinfo_get"),
        {"external_no": "3100000000000000001", "total": 59900, "paid": 59900, "merchant": 9900, "phone": "masked",
         "adcode": "330110", "sku": "STROLLER-GY"},
        ("trade_fullinfo_get_response.trade.created", "昨天"), "value.not_a_time",
    ),
    "jd": Case(
        of("channels/jd_pop_order_search"),
        {"external_no": "260000000001", "total": 10000, "paid": 10000, "merchant": 1000, "platform": 1000,
         "phone": "masked", "adcode": "330110", "sku": "BRAKE-29087"},
        ("jingdong_pop_order_search_responce.searchorderinfo_result.orderInfoList.0.itemInfoList.0.itemTotal", "0"),
        "value.not_positive",
    ),
    "douyin": Case(
        of("channels/douyin_order_searchList"),
        {"external_no": "6936476692437472563", "total": 59900, "paid": 59900, "merchant": 9900, "phone": "masked",
         "adcode": "350203", "sku": "STROLLER-GY"},
        ("data.shop_order_list.0.pay_amount", "599 元整"), "value.not_a_number",
    ),
    "pinduoduo": Case(
        of("channels/pdd_order_information_get"),
        {"external_no": "180227-394702832640993", "total": 10000, "paid": 10000, "merchant": 1500, "platform": 500,
         "phone": "masked", "adcode": "330110", "sku": "BRAKE-29087"},
        ("order_info_get_response.order_info.order_sn", ""), "value.missing",
    ),
    "wechat_shop": Case(
        of("channels/wechat_minishop_order_get"),
        {"external_no": "12123121332", "total": 10500, "paid": 10500, "merchant": 10000, "freight": 500,
         "phone": "known", "adcode": "440105", "sku": "23424"},
        ("order.order_detail.product_infos", []), "order.no_lines",
    ),
    "shopify": Case(
        of("channels/shopify_order"),
        {"external_no": "450789469", "total": 40994, "paid": 0, "tax": 1194,
         "adjustment": -19900,  # The sample's own total counts two of its three lines.
         "phone": "known", "sku": "IPOD2008GREEN"},
        ("order.line_items.0.price", "-199.00"), "value.negative",
    ),
    "woocommerce": Case(
        woocommerce,
        {"external_no": "727", "total": 19550, "paid": 19550, "merchant": 2000, "freight": 1000, "tax": 550,
         "phone": "known", "sku": "23"},
        ("currency", "dollars"), "value.not_a_currency",
    ),
    "kingdee": Case(
        of("erp/kingdee_SAL_SaleOrder_save"),
        {"external_no": "SO20260218000001", "total": 113000, "paid": 0, "phone": "", "sku": "CH4441"},
        ("data.Model.FSaleOrderEntry.0.FQty", "ten"), "value.not_a_number",
    ),
    "yonyou_u8": Case(
        u8,
        {"external_no": "SO-0001", "total": 200, "paid": 0, "phone": "", "sku": "010204"},
        ("0.Data.iHead.cSOCode", None), "value.missing",
    ),
    "odoo": Case(
        lambda _: copy.deepcopy(ODOO),
        {"external_no": "S00042", "total": 22600, "paid": 0, "tax": 2600, "phone": "known", "adcode": "320500",
         "sku": "CH4441"},
        ("order_line.0.product_id", [3, "电机"]), "value.missing",
    ),
}  # fmt: skip


def test_every_shipped_channel_is_tried_here() -> None:
    assert set(CASES) == set(shipped_channels.names())


@pytest.mark.parametrize("platform", shipped_channels.names())
def test_nothing_is_wrong_with_a_shipped_channel(platform: str) -> None:
    assert checking.check(rules_channels.KIND, platform, shipped_channels.document(platform), Known()) == []


def publish(hub: Hub, now: dt.datetime, name: str, content: dict[str, Any], kind: str = "channel") -> None:
    made = documents.publish(hub, [documents.Proposal(kind, name, content)], comment="", actor="test", now=now)
    assert isinstance(made, documents.Publication), made


@pytest.mark.parametrize("platform", CASES)
def test_a_platforms_message_becomes_an_order(platform: str, hub: Hub, now: dt.datetime, shared_data: Path) -> None:
    case = CASES[platform]
    company.tiny(hub, now=now)
    publish(hub, now, platform, shipped_channels.document(platform))
    raw = msgspec.json.encode(case.payload(shared_data))
    for _ in range(2):  # Sent twice, it is one order.
        taken = inbox_orders.receive(hub, [raw], origin=bench.origin(platform), now=now)
        assert not isinstance(taken, Refused), taken
        assert taken[0].refused is None, taken[0].refused
    order = bench.order(hub, case.order["external_no"])
    assert told(order) == {
        "freight": 0,
        "tax": 0,
        "merchant": 0,
        "platform": 0,
        "adcode": "",
        "adjustment": 0,
        **case.order,
    }
    assert bench.rows(hub, "select count(*) from orders") == [(1,)]


def told(order: state.Order) -> dict[str, Any]:
    off = dict.fromkeys(("merchant", "platform"), 0)
    for each in order.discounts:
        off[each.payer] += each.minor
    return {
        "external_no": order.external_no, "total": order.total_minor, "paid": order.paid_minor, **off,
        "freight": order.freight_minor, "tax": order.tax_minor, "phone": order.consignee.phone,
        "adjustment": order.adjustment_minor, "adcode": order.consignee.adcode, "sku": order.lines[0].sku,
    }  # fmt: skip


@pytest.mark.parametrize("platform", CASES)
def test_a_broken_message_waits_with_its_reason(platform: str, hub: Hub, now: dt.datetime, shared_data: Path) -> None:
    case = CASES[platform]
    company.tiny(hub, now=now)
    publish(hub, now, platform, shipped_channels.document(platform))
    payload = case.payload(shared_data)
    *parents, last = case.broken[0].split(".")
    place = payload
    for name in parents:
        place = place[int(name)] if isinstance(place, list) else place[name]
    place[last] = case.broken[1]
    raw = msgspec.json.encode(payload)
    taken = inbox_orders.receive(hub, [raw], origin=bench.origin(platform), now=now)
    assert not isinstance(taken, Refused)
    assert taken[0].refused is not None and taken[0].refused.code == case.reason
    assert [kept for _, kept in bench.waiting(hub)] == [raw]
    assert bench.rows(hub, "select count(*) from orders") == [(0,)]


def test_a_shopify_refund_takes_its_lines_back(hub: Hub, now: dt.datetime, shared_data: Path) -> None:
    company.tiny(hub, now=now)
    publish(hub, now, "shopify", shipped_channels.document("shopify"))
    names = ("channels/shopify_refund", "channels/shopify_order")  # The refund comes first and waits for its order.
    for name in names:
        raw = msgspec.json.encode(sample(shared_data, name))
        taken = inbox_orders.receive(hub, [raw], origin=bench.origin("shopify"), now=now)
        assert not isinstance(taken, Refused)
    order = bench.order(hub, "450789469")
    assert [line.sku for line in order.lines] == ["IPOD2008RED"]
    assert bench.waiting(hub) == []


def taobao(shared_data: Path, **said: Any) -> bytes:
    payload = sample(shared_data, "channels/taobao_trade_fullinfo_get")
    payload["trade_fullinfo_get_response"]["trade"].update(said)
    return msgspec.json.encode(payload)


@pytest.fixture
def tmall(hub: Hub, now: dt.datetime) -> Hub:
    company.tiny(hub, now=now)
    publish(hub, now, "tmall", shipped_channels.document("taobao"))
    return hub


def receive(hub: Hub, now: dt.datetime, *raws: bytes, channel: str = "tmall") -> None:
    taken = inbox_orders.receive(hub, raws, origin=bench.origin(channel), now=now)
    assert not isinstance(taken, Refused) and all(each.refused is None for each in taken), taken


def test_another_mask_or_token_of_the_same_phone_is_no_difference(
    tmall: Hub, now: dt.datetime, shared_data: Path
) -> None:
    receive(tmall, now, taobao(shared_data))
    said, before = bench.events(tmall), bench.order(tmall, "3100000000000000001").consignee
    again = taobao(
        shared_data, receiver_mobile="138****0002", oaid="2Xyz...", receiver_address="文一***",
        modified="2026-02-18 21:00:00",
    )  # fmt: skip
    receive(tmall, now, again)
    assert (bench.events(tmall), bench.order(tmall, "3100000000000000001").consignee) == (said, before)


def test_a_clear_phone_takes_the_place_of_a_mask_and_stays(tmall: Hub, now: dt.datetime, shared_data: Path) -> None:
    masked = taobao(shared_data, modified="2026-02-18 22:00:00")
    clear = taobao(
        shared_data, receiver_mobile="13800138002", receiver_name="测试", receiver_address="文一西路 969 号",
        modified="2026-02-18 21:00:00",
    )  # fmt: skip
    receive(tmall, now, taobao(shared_data), clear)
    known = bench.order(tmall, "3100000000000000001").consignee
    assert (known.phone, known.street_known) == ("known", True)
    receive(tmall, now, masked)
    assert bench.order(tmall, "3100000000000000001").consignee == known


def test_the_token_of_a_masked_phone_is_kept_sealed_with_it(tmall: Hub, now: dt.datetime, shared_data: Path) -> None:
    receive(tmall, now, taobao(shared_data))
    party = bench.order(tmall, "3100000000000000001").consignee
    ((sealed,),) = bench.rows(tmall, "select sealed from persons where person = %s", party.person)
    person = parties.open_(tmall, person=party.person, sealed=sealed)
    assert (person["phone"], person["phone_token"], party.phone_key) == ("*******0002", "1AbC...", "")


def test_refunds_and_closing_change_and_end_the_order(tmall: Hub, now: dt.datetime, shared_data: Path) -> None:
    trade = sample(shared_data, "channels/taobao_trade_fullinfo_get")["trade_fullinfo_get_response"]["trade"]
    line = trade["orders"]["order"][0]
    second = {**line, "oid": "3", "outer_sku_id": "BOTTLE", "price": "10.00", "part_mjz_discount": "0.00"}
    both = {"orders": {"order": [line, second]}, "payment": "609.00"}
    receive(tmall, now, taobao(shared_data, **both))
    assert len(bench.order(tmall, "3100000000000000001").lines) == 2
    refunded = {"orders": {"order": [line, {**second, "refund_status": "SUCCESS"}]}, "modified": "2026-02-18 21:00:00"}
    receive(tmall, now, taobao(shared_data, **refunded))
    assert [each.sku for each in bench.order(tmall, "3100000000000000001").lines] == ["STROLLER-GY"]
    receive(tmall, now, taobao(shared_data, status="TRADE_CLOSED", modified="2026-02-18 22:00:00"))
    assert bench.order(tmall, "3100000000000000001").cancelled


def test_a_free_line_is_a_gift(hub: Hub, now: dt.datetime, shared_data: Path) -> None:
    company.tiny(hub, now=now)
    publish(hub, now, "douyin", shipped_channels.document("douyin"))
    payload = sample(shared_data, "channels/douyin_order_searchList")
    lines = payload["data"]["shop_order_list"][0]["sku_order_list"]
    lines.append({**lines[0], "code": "BIB", "out_sku_id": "BIB", "given_product_type": "FREE", "pay_amount": 0})
    receive(hub, now, msgspec.json.encode(payload), channel="douyin")
    order = bench.order(hub, "6936476692437472563")
    assert [(each.sku, each.gift, each.price) for each in order.lines] == [
        ("STROLLER-GY", False, Decimal(698)), ("BIB", True, Decimal(0)),
    ]  # fmt: skip
    assert order.adjustment_minor == 0


def test_what_the_platform_forbids_is_held_by_the_channels_own_check(
    hub: Hub, now: dt.datetime, shared_data: Path
) -> None:
    company.tiny(hub, now=now)
    publish(hub, now, "pinduoduo", shipped_channels.document("pinduoduo"))
    payload = sample(shared_data, "channels/pdd_order_information_get")
    payload["order_info_get_response"]["order_info"]["risk_control_status"] = 1
    receive(hub, now, msgspec.json.encode(payload), channel="pinduoduo")
    order = bench.order(hub, "180227-394702832640993")
    assert "channel.risk" in [hold.code for hold in order.holds]
    assert order.blocked("release")
    payload["order_info_get_response"]["order_info"].update(risk_control_status=0, updated_at="2026-02-18 21:00:00")
    receive(hub, now, msgspec.json.encode(payload), channel="pinduoduo")
    assert "channel.risk" not in [hold.code for hold in bench.order(hub, "180227-394702832640993").holds]
