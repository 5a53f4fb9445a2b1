"""Company B 金固五金: its pack is in force in one revision, and its rules are at work on orders."""

import datetime as dt
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests import company
from tests.inbox import workbench as bench
from tests.world import opened

from orderloom.actions import form_links, forms, gather, messengers, shipments
from orderloom.actions import packs as pack_actions
from orderloom.actions.forms import Submitted
from orderloom.actions.hub import Hub
from orderloom.deciding.work import Outcome
from orderloom.domain import metrics, stages
from orderloom.kit.refusals import Refused
from orderloom.outbox import messengers as messengers_out
from orderloom.queries import metrics as metrics_query
from orderloom.queries import viewer
from orderloom.store import channels as channels_store
from orderloom.worker import alerts
from orderloom.world import packs

HOUR = dt.timedelta(hours=1)
FORM: dict[str, Any] = {
    "customer_no": "C1", "buyer.name": "李采购", "buyer.phone": "13900139000", "custom.project": "园区二期",
    "custom.permit_no": "苏建施 2026-001", "lines": [{"sku": "HOOK", "quantity": 20}], "payment_method": "credit",
    "invoice.title": "公司 C1", "consignee.name": "王小明", "consignee.phone": "13800138000",
    "consignee.address": {"province": "江苏", "city": "苏州", "district": "姑苏区", "street": "人民路 1 号"},
    "custom.site_floor": "12F", "custom.unloading": "叉车", "custom.acceptance_contact": "赵工",
    "custom.acceptance_phone": "13700137000", "requested_at": "2026-03-01T10:00:00+08:00", "custom.urgency_stars": 3,
}  # fmt: skip


@pytest.fixture
def jingu(hub: Hub, now: dt.datetime) -> Hub:
    """金固五金 with its pack in force, and a customer of level B."""
    opened.company_of(hub, "jingu", now=now)
    opened.customer(hub, "B1", level="B", now=now)
    return hub


def submitted(
    hub: Hub, values: dict[str, Any], *, form: str = "project_order", entry: forms.Entry | None = None, now: dt.datetime
) -> Submitted | Refused:
    """What becomes of a submission."""
    gatherer = gather.Gatherer(hub)
    try:

        def place(wish: gather.Placed) -> Outcome:
            return gatherer.submit(wish, now=now).result()

        sent = forms.Sent(form, "s-1", values, b"raw", now)
        return forms.submit(hub, entry or forms.Entry("api", "tester", "console"), sent, place=place)
    finally:
        gatherer.close()


def figure(hub: Hub, name: str, *, now: dt.datetime) -> float | None:
    """A metric of the pack, as of now."""
    [content] = [each.content for each in packs.read("jingu").documents if (each.kind, each.name) == ("metric", name)]
    with hub.database.workspace(hub.workspace) as connection:
        made = metrics_query.compute(
            connection, metrics.read(content), viewer=viewer.everything("t"), zone="Asia/Shanghai", now=now
        )
    assert not isinstance(made, Refused)
    return made.figures[0].value


def test_the_form_misses_each_of_its_17_fields_and_takes_what_is_whole(jingu: Hub, now: dt.datetime) -> None:
    assert len(FORM) == 17
    refused = submitted(jingu, {}, now=now)
    assert isinstance(refused, Refused)
    assert {each["field"] for each in refused.data["errors"]} == set(FORM)
    done = submitted(jingu, FORM, now=now)
    assert isinstance(done, Submitted), done
    placed = opened.order(jingu, "project_order-s-1")
    assert (placed.channel, placed.custom["site_floor"], placed.custom["urgency_stars"]) == ("project", "12F", 3)
    assert set(placed.custom["acceptance_contact"]) == {"sealed"}


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"payment_method": "公对公转账"}, "custom.receipt"),
        ({"payment_method": "cash", "lines": [{"sku": "MOTOR", "quantity": 34}]}, "payment_method"),
        ({"custom.urgency_stars": 4, "custom.unloading": "人工"}, "custom.unloading"),
        ({"custom.site_floor": "B2", "custom.unloading": "吊车", "custom.crane_window": "9 点"}, "custom.unloading"),
        ({"custom.unloading": "吊车"}, "custom.crane_window"),
        ({"custom.urgency_stars": 5, "buyer.phone": "13800138000"}, "consignee.phone"),
        ({"lines": [{"sku": "MOTOR", "quantity": 84}]}, "custom.contract_no"),
        ({"invoice.kind": "专票"}, "invoice.tax_no"),
    ],
)
def test_each_of_the_8_checks_refuses_at_its_field(
    jingu: Hub, now: dt.datetime, changed: dict[str, Any], field: str
) -> None:
    refused = submitted(jingu, {**FORM, **changed}, now=now)
    assert isinstance(refused, Refused), refused
    assert [each["field"] for each in refused.data["errors"]] == [field]


def test_a_dealer_orders_on_a_page_of_his_own(jingu: Hub, now: dt.datetime) -> None:
    made = form_links.make(jingu, "dealer_order", form_links.Wanted("dealer", customer_no="C2"), actor="test", now=now)
    assert not isinstance(made, Refused), made
    for_everybody = form_links.make(jingu, "dealer_order", form_links.Wanted(), actor="test", now=now)
    assert isinstance(for_everybody, Refused)


def test_50_000_of_a_level_a_customer_goes_past_finance(jingu: Hub, now: dt.datetime) -> None:
    wishes = [
        opened.draft("A", ("HOOK", 50), price=1000, customer_no="C1", now=now),
        opened.draft("B", ("HOOK", 50), price=1000, customer_no="B1", paid=50_000, now=now),
        opened.draft("SMALL", ("HOOK", 49), price=1000, customer_no="B1", paid=49_000, now=now),
    ]
    company.place(jingu, *wishes, channel="jd", now=now)
    fast, slow, small = (opened.order(jingu, each) for each in ("A", "B", "SMALL"))
    assert (fast.grade, fast.priority, opened.holds(jingu, "A")) == ("vip", 10, [])
    assert fast.confirmed_at is not None and fast.shipments[0].released_at is not None
    assert opened.holds(jingu, "B") == ["hold.finance_review"] and slow.confirmed_at is None
    assert small.confirmed_at is not None
    assert opened.heard(jingu, "请立即拣货", now=now) == [f"warehouse:{fast.shipments[0].warehouse}"]


def test_one_address_with_three_phones_pauses_and_the_owner_is_told_by_dingtalk(jingu: Hub, now: dt.datetime) -> None:
    stated = {"url": "https://oapi.dingtalk.com/robot/send?access_token=t", "secret": "SECx"}
    account = messengers_out.account("dingtalk", stated)
    assert not isinstance(account, Refused), account
    entered = messengers.enter(jingu, "dingtalk", kind="dingtalk", account=account, actor="test", now=now)
    assert not isinstance(entered, Refused), entered
    for number in range(3):
        company.place(
            jingu,
            opened.draft(f"P{number}", street="人民路 7 号", phone=f"1380013800{number}", now=now),
            channel="tmall",
            now=now,
        )
    assert [opened.holds(jingu, f"P{number}") for number in range(3)] == [[], [], ["hold.one_address_many_phones"]]
    assert opened.heard(jingu, "3 个电话", now=now) == ["risk"]
    with jingu.database.workspace(jingu.workspace) as connection:
        sent = connection.execute("select payload ->> 'messenger' from outbox where topic = 'messenger'").fetchall()
    assert sent == [("dingtalk",)]
    assert opened.order(jingu, "P2").custom["intercepted"] == "hold.one_address_many_phones"
    assert figure(jingu, "early_interception", now=now) == pytest.approx(100 / 3)


HEADER = ["单号", "状态", "下单日期", "客户编号", "收货人", "收货电话", "收货地址", "物料编码", "物料名称", "数量",
          "含税单价", "出库时间", "签收时间"]  # fmt: skip


def test_the_erps_seven_statuses_become_four(jingu: Hub, now: dt.datetime, tmp_path: Path) -> None:
    def row(number: str, status: str, out: str = "", signed: str = "") -> list[str]:
        person = ["王小明", "13800138000", bench.ADDRESS.format(number)]
        return [number, status, "2019-03-01", "C1", *person, "HOOK", "挂钩", "1", "20", out, signed]

    seven = ("新单", "审核中", "已审核", "已打单", "已发货", "运输中", "已完成")
    rows = [row(f"E{number}", status, "2019-03-02" if number >= 4 else "") for number, status in enumerate(seven)]
    rows += [row("PRINTED", "已发货"), row("SIGNED", "已发货", "2019-03-02", "2019-03-04")]
    path = bench.sheet(tmp_path / "old.csv", rows, header=HEADER)
    assert bench.places(bench.run(jingu, path, now=now, channel="erp", history=True)) == (9, 0, 0)
    with jingu.database.workspace(jingu.workspace) as connection:
        track = stages.of(jingu.reference(connection).documents)
    said = {each[0]: track.word(opened.order(jingu, each[0]).stage).zh for each in rows}
    assert list(said.values()) == ["待审单"] * 2 + ["已确认"] * 2 + ["已出库"] * 2 + ["已签收", "已确认", "已签收"]
    assert opened.order(jingu, "PRINTED").standing.row == "printed_only"


def test_88_orders_near_their_promise_begin_the_urgent_preparation(jingu: Hub, now: dt.datetime) -> None:
    wishes = [opened.draft(f"N{number}", ("HOOK", 1), now=now) for number in range(88)]
    company.place(jingu, *wishes[:87], channel="tmall", now=now)
    promised = opened.order(jingu, "N0").promise.promised_at
    assert alerts.look(jingu, now=promised - 12 * HOUR) == 0
    company.place(jingu, wishes[87], channel="tmall", now=now)
    later = promised - 11 * HOUR
    assert alerts.look(jingu, now=later) == 1
    assert set(opened.heard(jingu, "临近承诺", now=later)) == {"operations", "warehouse_head"}
    urgent = opened.order(jingu, "N5")
    assert (urgent.grade, urgent.priority, urgent.tags, urgent.owner) == ("urgent", 5, ["紧急备货"], "expeditor")
    assert len(urgent.runs) == 1


def test_more_than_5_percent_of_status_queries_that_fail_are_told_to_operations(jingu: Hub, now: dt.datetime) -> None:
    def asked(count: int, problem: str) -> None:
        for _ in range(count):
            run = channels_store.Run(jingu.ids.new(now), "tmall", now - HOUR, now, now, now, problem=problem)
            with jingu.database.workspace(jingu.workspace) as connection:
                channels_store.release(connection, run, due_at=now + HOUR, failures=0)

    asked(19, "")
    asked(1, "timed out")
    assert alerts.look(jingu, now=now) == 0  # 5 % is not more than 5 %.
    asked(1, "timed out")
    assert figure(jingu, "call_failures", now=now) == pytest.approx(100 * 2 / 21)
    assert alerts.look(jingu, now=now + HOUR / 60) == 1
    assert opened.heard(jingu, "状态查询失败", now=now + HOUR) == ["operations"]


def test_what_leaves_is_told_to_three_parties_at_once(jingu: Hub, now: dt.datetime) -> None:
    company.place(jingu, opened.draft("S1", now=now), channel="tmall", now=now)
    [shipment] = opened.order(jingu, "S1").shipments
    shipments.release(jingu, [shipment.shipment_no], origin=company.origin("tmall"), now=now)
    for number, stage in enumerate(("picked", "packed", "shipped")):
        scan = shipments.Scan(shipment.shipment_no, stage, now + number * HOUR, "周")
        [outcome] = shipments.confirm(
            jingu, [scan], origin=company.origin("tmall", source="wms"), now=now + number * HOUR
        )
        assert isinstance(outcome, Outcome) and outcome.refused is None, outcome
    assert opened.heard(jingu, f"已出库，发货单 {shipment.shipment_no}", now=now + 3 * HOUR) == [
        "customer", "key_account", "service",
    ]  # fmt: skip
    assert figure(jingu, "placed_to_shipped_hours", now=now + 3 * HOUR) == pytest.approx(2)


def test_the_pack_is_the_same_as_its_zip(jingu: Hub) -> None:
    pack = packs.read("jingu")
    read = pack_actions.read(pack_actions.write(pack))
    assert isinstance(read, pack_actions.Pack)
    assert msgspec.to_builtins(read.documents) == msgspec.to_builtins(
        sorted(pack.documents, key=lambda each: f"documents/{each.kind}/{each.name}.yaml")
    )
    assert {each.state for each in pack_actions.compare(jingu, pack).documents} == {"same"}
