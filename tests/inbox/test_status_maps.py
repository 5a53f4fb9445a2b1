"""Old, vague statuses become standard stages by a status map; every order says which row of which version said so."""

import datetime as dt
from pathlib import Path
from typing import Any

import msgspec
import pytest
from tests import company
from tests.inbox import workbench as bench

from orderloom.actions import documents
from orderloom.actions.hub import Hub
from orderloom.domain.documents import checking
from orderloom.domain.documents.kinds import Known
from orderloom.inbox import orders as inbox_orders
from orderloom.inbox import quarantine
from orderloom.kit.refusals import Refused
from orderloom.rules import status_maps

W = {"zh": "旧 ERP", "en": "The old ERP"}
# Seven statuses of an old ERP, of which 已发货 hides three: printed but not out, out, and signed for.
SEVEN_TO_FOUR: dict[str, Any] = {
    "label": W,
    "rows": [
        {"row": "new", "status": ["新建", "待审核"], "stage": "received"},
        {"row": "approved", "status": ["已审核", "配货中"], "stage": "confirmed"},
        {"row": "signed", "status": ["已发货"], "when": "row['签收时间'] != ''", "stage": "delivered"},
        {"row": "printed_only", "status": ["已发货"], "when": "row['出库时间'] == ''", "stage": "confirmed",
         "because": {"zh": "已打单未出库", "en": "Printed, not out"}},
        {"row": "out", "status": ["已发货"], "stage": "shipped"},
        {"row": "done", "status": ["已完成"], "stage": "delivered"},
        {"row": "closed", "status": ["已关闭"], "stage": "cancelled"},
    ],
}  # fmt: skip
CASES = [
    {"name": "新建", "status": "新建", "stage": "received", "hits": "new"},
    {"name": "配货", "status": " 配货中 ", "stage": "confirmed", "hits": "approved"},
    {
        "name": "签收",
        "status": "已发货",
        "row": {"出库时间": "2019-03-01", "签收时间": "2019-03-03"},
        "stage": "delivered",
    },
    {
        "name": "打单",
        "status": "已发货",
        "row": {"出库时间": "", "签收时间": ""},
        "stage": "confirmed",
        "hits": "printed_only",
    },
    {"name": "出库", "status": "已发货", "row": {"出库时间": "2019-03-01", "签收时间": ""}, "stage": "shipped"},
    {"name": "完成", "status": "已完成", "stage": "delivered"},
    {"name": "关闭", "status": "已关闭", "stage": "cancelled"},
    {"name": "无此状态", "status": "已评价", "stage": ""},
]
MAPPING: dict[str, Any] = {
    "name": "legacy",
    "rows": {"key": "单号"},
    "fields": {
        "external_no": {"from": "单号"}, "status": {"from": "状态"}, "placed_at": {"from": "日期"},
        "consignee.name": {"from": "收货人"}, "consignee.phone": {"from": "收货人手机"},
        "consignee.address": {"from": "收货地址"}, "payment_method": {"value": "credit"},
        "customer_no": {"value": "C1"},
    },
    "lines": {"fields": {"sku": {"from": "货号"}, "quantity": {"from": "数量"}, "price": {"from": "单价"}}},
}  # fmt: skip
HEADER = ["单号", "状态", "日期", "收货人", "收货人手机", "收货地址", "货号", "数量", "单价", "出库时间", "签收时间"]


def row(number: str, status: str, out: str = "", signed: str = "") -> list[str]:
    person = ["王小明", "13800138000", bench.ADDRESS.format(number)]
    return [number, status, "2019-03-01", *person, "JERKY", "1", "25", out, signed]


ROWS = [
    row("E1", "新建"), row("E2", "已审核"), row("E3", "已发货"), row("E4", "已发货", "2019-03-02"),
    row("E5", "已发货", "2019-03-02", "2019-03-04"), row("E6", "已完成", "2019-03-02"), row("E7", "已关闭"),
]  # fmt: skip
STAGES = {
    "E1": ("received", "new"), "E2": ("confirmed", "approved"), "E3": ("confirmed", "printed_only"),
    "E4": ("shipped", "out"), "E5": ("delivered", "signed"), "E6": ("delivered", "done"), "E7": ("cancelled", "closed"),
}  # fmt: skip


@pytest.fixture
def erp(hub: Hub, now: dt.datetime) -> Hub:
    company.tiny(hub, now=now)
    channel = {"label": W, "priced_by": "channel", "mapping": MAPPING, "status_map": "legacy"}
    proposals = [
        documents.Proposal("status_map", "legacy", SEVEN_TO_FOUR, CASES),
        documents.Proposal("channel", "erp", channel),
    ]
    made = documents.publish(hub, proposals, comment="", actor="test", now=now)
    assert isinstance(made, documents.Publication), made
    return hub


def test_seven_old_statuses_become_four_stages_and_each_says_why(erp: Hub, now: dt.datetime, tmp_path: Path) -> None:
    report = bench.run(
        erp, bench.sheet(tmp_path / "old.csv", ROWS, header=HEADER), now=now, channel="erp", history=True
    )
    assert bench.places(report) == (7, 0, 0)
    found = {number: bench.order(erp, number) for number in STAGES}
    assert {number: (each.stage, each.standing.row) for number, each in found.items()} == STAGES
    assert {(each.standing.map, each.standing.version) for each in found.values()} == {("legacy", 1)}
    assert found["E4"].standing.said == "已发货"
    assert bench.rows(erp, "select count(*) from reservations") == [(0,)]


def test_what_has_not_left_the_house_goes_on_where_the_hub_can_take_it(
    erp: Hub, now: dt.datetime, tmp_path: Path
) -> None:
    bench.run(erp, bench.sheet(tmp_path / "open.csv", ROWS, header=HEADER), now=now, channel="erp")
    assert bench.order(erp, "E1").reservations  # 待审单 is taken over and decided.
    shipped = bench.order(erp, "E4")
    assert (shipped.stage, shipped.history, shipped.reservations) == ("shipped", True, [])


def test_an_unknown_status_waits_until_the_map_knows_it(erp: Hub, now: dt.datetime, tmp_path: Path) -> None:
    path = bench.sheet(tmp_path / "odd.csv", [row("E9", "已评价")], header=HEADER)
    report = bench.run(erp, path, now=now, channel="erp", history=True)
    assert bench.places(report) == (0, 0, 1)
    (reason,) = bench.rows(erp, "select reason ->> 'code' from messages")[0]
    assert reason == "status.not_mapped"
    more = {
        **SEVEN_TO_FOUR,
        "rows": [*SEVEN_TO_FOUR["rows"], {"row": "rated", "status": ["已评价"], "stage": "delivered"}],
    }
    cases = [*CASES[:-1], {"name": "评价", "status": "已评价", "stage": "delivered"}]
    made = documents.publish(
        erp, [documents.Proposal("status_map", "legacy", more, cases)], comment="", actor="test", now=now
    )
    assert isinstance(made, documents.Publication), made
    ids = [message_id for message_id, _ in bench.waiting(erp)]
    (taken,) = quarantine.send_again(erp, ids, origin=bench.origin("erp"), now=now)
    assert not isinstance(taken, Refused) and taken.refused is None, taken
    standing = bench.order(erp, "E9").standing
    assert (standing.stage, standing.version, standing.row) == ("delivered", 2, "rated")


def test_a_later_message_moves_what_was_handed_over_on(erp: Hub, now: dt.datetime, tmp_path: Path) -> None:
    bench.run(erp, bench.sheet(tmp_path / "a.csv", [row("E4", "已发货", "2019-03-02")], header=HEADER), now=now,
              channel="erp")  # fmt: skip
    signed = {"header": HEADER, "rows": [row("E4", "已发货", "2019-03-02", "2019-03-04")]}
    taken = inbox_orders.receive(erp, [msgspec.json.encode(signed)], origin=bench.origin("erp"), now=now)
    assert not isinstance(taken, Refused) and taken[0].refused is None, taken
    order = bench.order(erp, "E4")
    assert (order.stage, order.standing.row) == ("delivered", "signed")


@pytest.mark.parametrize(
    ("change", "code", "path"),
    [
        ({"row": "again", "status": ["新建"], "stage": "received"}, "status_map.row_unreachable", "/rows/7"),
        ({"row": "new", "status": ["x"], "stage": "received"}, "status_map.row_twice", "/rows/7/row"),
        ({"row": "x", "when": "order.total > 5", "stage": "received"}, "status_map.unknown_name", "/rows/7/when"),
        ({"row": "x", "when": "rand(5) > 1", "stage": "received"}, "rules.call_not_allowed", "/rows/7/when"),
    ],
)
def test_what_is_wrong_is_found_at_its_row(change: dict[str, Any], code: str, path: str) -> None:
    content = {**SEVEN_TO_FOUR, "rows": [*SEVEN_TO_FOUR["rows"], change]}
    found = checking.check(status_maps.KIND, "legacy", content, Known())
    assert (code, path) in [(each.code, each.path) for each in found]


def test_a_row_that_no_case_hits_and_a_case_that_comes_out_otherwise_are_found() -> None:
    wrong = [{**CASES[0], "stage": "shipped"}, *CASES[2:]]
    assert status_maps.KIND.run_cases is not None
    found = status_maps.KIND.run_cases("legacy", SEVEN_TO_FOUR, wrong, Known())
    assert [(each.code, each.path) for each in found] == [
        ("status_map.case_failed", "/rows/0"), ("status_map.row_without_case", "/rows/1"),
    ]  # fmt: skip
