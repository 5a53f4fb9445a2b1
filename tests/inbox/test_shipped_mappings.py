"""The mappings that ship compile, and the plain order sheet reads Chinese and English headers alike."""

from decimal import Decimal

import pytest

from orderloom.domain.mappings import drafts
from orderloom.inbox import shipped_mappings


@pytest.mark.parametrize("name", shipped_mappings.names())
def test_compiles(name: str) -> None:
    assert shipped_mappings.mapper(name).name == name


@pytest.mark.parametrize(
    "header",
    [
        [
            "订单编号",
            "收货人",
            "收件人手机",
            "收货地址 ",
            "下单时间",
            "商家编码",
            "数量",
            "单价",
            "是否赠品",
            "实付金额",
        ],
        ["渠道单号", "收件人", "手机", "地址", "日期", "物料编码", "数量", "价格", "赠品", "已付金额"],
        ["Order No", "Consignee", "Phone", "Address", "Order Date", "SKU", "Qty", "Unit Price", "Gift", "Paid"],
    ],
)
def test_reads_a_plain_sheet_with_merged_cells(header: list[str]) -> None:
    rows = [
        [
            "T1",
            "张三",
            "138****1234",
            "上海市闵行区申贵路1500号",
            "2026/2/18 8:30",
            "A-1",
            "2",
            "¥1,299.00",
            "否",
            "2598",
        ],
        ["", "", "", "", "", "GIFT", "1", "0", "是", ""],
    ]
    draft = shipped_mappings.mapper("orders").map({"header": header, "rows": rows})
    assert isinstance(draft, drafts.Draft), draft
    assert (draft.external_no, draft.consignee.phone_state, draft.paid) == ("T1", "masked", Decimal(2598))
    assert draft.consignee.address == "上海市闵行区申贵路1500号"
    assert [(line.sku, line.price, line.gift) for line in draft.lines] == [
        ("A-1", Decimal("1299.00"), False),
        ("GIFT", Decimal(0), True),
    ]
