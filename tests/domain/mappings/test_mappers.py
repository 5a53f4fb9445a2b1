"""A mapping document becomes a function from foreign messages to drafts, or is refused when it cannot mean anything."""

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.domain.mappings import documents, drafts, mappers
from orderloom.kit import limits
from orderloom.kit.refusals import Refused

NESTED: dict[str, Any] = {
    "name": "shop",
    "orders": "data.list[]",
    "fields": {
        "external_no": {"from": "id"},
        "placed_at": {"from": "created"},
        "consignee.phone": {"from": "to.phone"},
        "consignee.name": {"from": "to.name"},
        "total": {"from": "total", "transforms": ["cents"]},
        "tags": {"from": "labels[].text"},
        "payment_method": {"from": "pay", "values": {"1": "alipay", "2": "wechat"}},
        "notes.buyer": {"from": "ext{}.words"},
    },
    "lines": {
        "each": "items[]",
        "fields": {
            "sku": {"from": "sku"},
            "quantity": {"from": "n"},
            "price": {"from": "price"},
            "name": {"from": "title"},
        },
    },
}
MESSAGE: dict[str, Any] = {
    "id": 12345678901234567,
    "created": "2026-02-18 20:01:02",
    "to": {"phone": "138 0013-8000", "name": " 王芳 "},
    "total": 69800,
    "labels": [{"text": "急"}, {"text": "礼盒"}, {"text": "急"}],
    "pay": 2,
    "ext": '{"words": "请发顺丰"}',
    "items": [{"sku": "A-1", "n": "２", "price": "¥1,349.50", "title": "车"}, {"sku": "B", "n": 1, "price": 0}],
}


def mapper(document: dict[str, Any], **changed: Any) -> mappers.Mapper:
    made = mappers.compile({**document, **changed})
    assert isinstance(made, mappers.Mapper), made
    return made


def flat(fields: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "name": "sheet",
        "rows": {"key": "单号"},
        "fields": {"external_no": {"from": "单号"}, **fields},
        "lines": {"fields": {"sku": {"from": "货号"}, "quantity": {"from": "数量"}}},
        **more,
    }


def draft_of(made: mappers.Mapper, record: Any) -> drafts.Draft:
    draft = made.map(record)
    assert isinstance(draft, drafts.Draft), draft
    return draft


def errors_of(made: mappers.Mapper, record: Any) -> list[tuple[str, str, int | None]]:
    errors = made.map(record)
    assert isinstance(errors, list)
    return [(error.path, error.code, error.row) for error in errors]


def test_reads_a_nested_message_with_lists_and_wrapped_json() -> None:
    made = mapper(NESTED)
    (record,) = made.records({"data": {"list": [MESSAGE]}})
    draft = draft_of(made, record)
    assert draft.external_no == "12345678901234567"
    assert draft.placed_at == dt.datetime(2026, 2, 18, 12, 1, 2, tzinfo=dt.UTC)
    assert (draft.consignee.phone, draft.consignee.phone_state) == ("13800138000", "known")
    assert draft.consignee.name == "王芳"
    assert draft.total == Decimal("698.00")
    assert draft.tags == ["急", "礼盒"]
    assert draft.payment_method == "wechat"
    assert draft.notes == {"buyer": "请发顺丰"}
    assert [(line.line_no, line.sku, line.quantity, line.price) for line in draft.lines] == [
        (1, "A-1", Decimal(2), Decimal("1349.50")),
        (2, "B", Decimal(1), Decimal(0)),
    ]


SHELVED: dict[str, Any] = {
    "name": "shelved",
    "fields": {
        "external_no": {"from": "trade.tid"},
        "notes.buyer": {"from": "trade.words"},
        "consignee.name": {"from": "trade.to.name"},
        "consignee.phone": {"from": "trade.to.phone"},
        "consignee.city": {"from": "trade.to.city"},
        "buyer.name": {"from": "trade.by.name"},
    },
    "lines": {
        "each": "trade.items",
        "fields": {
            "sku": {"from": "good.code"},
            "name": {"from": "good.title"},
            "unit": {"from": "title"},
            "quantity": {"from": "n"},
            "custom.own": {"from": "trade.shop"},
            "custom.shop": {"from": "$.trade.shop"},
        },
    },
}
TRADE: dict[str, Any] = {
    "trade": {
        "tid": "T-1",
        "words": "急",
        "shop": "main",
        "to": {"name": "王芳", "phone": "13800138000", "city": "上海市"},
        "by": {"name": "李雷"},
        "items": [
            {"good": {"code": "A", "title": "车"}, "title": "辆", "trade": {"shop": "one"}, "n": 2},
            {"good": {"code": "B", "title": "灯"}, "title": "盏", "trade": {"shop": "two"}, "n": 1},
        ],
    }
}


def respelled(message: Any, spell: Callable[[str], str]) -> Any:
    if isinstance(message, dict):
        return {spell(key): respelled(value, spell) for key, value in message.items()}
    return [respelled(each, spell) for each in message] if isinstance(message, list) else message


@given(st.data())
def test_finds_values_however_keys_are_spelled_on_the_way_down(data: st.DataObject) -> None:
    spellings = st.sampled_from([str, str.upper, "{} ".format, "\ufeff{}".format])
    made = mapper(SHELVED)
    draft = draft_of(made, respelled(TRADE, lambda key: data.draw(spellings)(key)))
    assert draft == draft_of(made, TRADE)
    assert (draft.consignee.city, draft.buyer.name, draft.notes) == ("上海市", "李雷", {"buyer": "急"})
    assert [(line.sku, line.name, line.unit, line.custom) for line in draft.lines] == [
        ("A", "车", "辆", {"own": "one", "shop": "main"}),
        ("B", "灯", "盏", {"own": "two", "shop": "main"}),
    ]


@pytest.mark.parametrize("there", [None, "text", 3, [], [{"name": "王芳"}]])
def test_fields_of_what_is_no_object_are_empty(there: Any) -> None:
    draft = draft_of(mapper(SHELVED), {"trade": {**TRADE["trade"], "to": there}})
    assert draft.consignee == drafts.Person()
    assert draft.buyer.name == "李雷"


def test_finds_columns_despite_trailing_blanks_full_width_and_aliases() -> None:
    made = mapper(flat({"consignee.province": {"from": "收货地址"}}, aliases={"收货地址": ["Ship To"]}))
    for name in ("收货地址 ", "\ufeff收货地址", "ｓｈｉｐ　ｔｏ", "ship to"):
        record = {"header": [" 单号", name, "货号", "数量"], "rows": [["7", "上海", "A", "1"]]}
        assert draft_of(made, record).consignee.province == "上海"


def test_refuses_one_source_for_two_people_unless_the_reason_stands_in_the_document() -> None:
    fields = {"consignee.phone": {"from": "手机"}, "buyer.phone": {"from": " 手机 "}}
    refused = mappers.compile(flat(fields))
    assert isinstance(refused, Refused)
    assert refused.code == "mapping.source_used_twice"
    assert refused.data["fields"] == ["consignee.phone", "buyer.phone"]
    by_alias = flat({"consignee.phone": {"from": "手机"}, "buyer.phone": {"from": "电话"}}, aliases={"手机": ["电话"]})
    assert isinstance(mappers.compile(by_alias), Refused)
    mapper(flat(fields, shared={"手机": "自提门店只有一个手机"}))


def test_refuses_rows_of_one_order_that_disagree_in_a_header_field() -> None:
    made = mapper(flat({"consignee.city": {"from": "城市"}}))
    record = {"header": ["单号", "城市", "货号", "数量"], "rows": [["7", "杭州", "A", "1"], ["7", "宁波", "B", "1"]]}
    assert errors_of(made, record) == [("consignee.city", "value.rows_disagree", None)]
    record["rows"][1][1] = ""
    assert draft_of(made, record).consignee.city == "杭州"


def test_gives_every_error_with_its_field_and_row() -> None:
    made = mapper(flat({"placed_at": {"from": "时间"}}))
    rows = [["7", "昨天", "A", "1"], ["7", "昨天", "", "0"], ["7", "昨天", "C", "三"]]
    found = errors_of(made, {"header": ["单号", "时间", "货号", "数量"], "rows": rows})
    assert found == [
        ("placed_at", "value.not_a_time", None),
        ("lines.sku", "value.missing", 1),
        ("lines.quantity", "value.not_positive", 1),
        ("lines.quantity", "value.not_a_number", 2),
    ]


def test_shows_only_the_shape_of_a_personal_value_in_an_error() -> None:
    made = mapper(flat({"consignee.name": {"from": "姓名"}}))
    record = {"header": ["单号", "姓名", "货号", "数量"], "rows": [["7", "张三1" + "x" * 2_000, "A", "1"]]}
    (error,) = made.map(record)
    assert error.code == "value.too_long"
    assert error.excerpt.startswith("xx9xx")


def test_keeps_a_masked_phone_as_masked() -> None:
    made = mapper(NESTED)
    for phone in ("138****1234", "*******0002", "$$cipher$$"):
        draft = draft_of(made, {**MESSAGE, "to": {"phone": phone}})
        assert (draft.consignee.phone, draft.consignee.phone_state) == (phone, "masked")


def test_adds_lines_that_are_freight_to_the_order_instead_of_its_goods() -> None:
    document = flat({})
    document["lines"]["fields"]["price"] = {"from": "单价"}
    document["lines"]["roles"] = [{"when": {"path": "货号", "in": ["POST"]}, "as": "freight"}]
    rows = [["7", "A", "2", "10"], ["7", "POST", "3", "1.55"]]
    draft = draft_of(mapper(document), {"header": ["单号", "货号", "数量", "单价"], "rows": rows})
    assert [line.sku for line in draft.lines] == ["A"]
    assert draft.freight == Decimal("4.65")
    assert draft.freight_rows == [1]


def test_sets_a_message_aside_with_the_documents_own_reason() -> None:
    reason = {"zh": "不是订单", "en": "not an order"}
    made = mapper(
        flat({}, verdicts=[{"when": {"every": {"path": "数量", "below": "0"}}, "as": "set_aside", "reason": reason}])
    )
    header = ["单号", "货号", "数量"]
    (error,) = made.map({"header": header, "rows": [["7", "A", "-1"], ["7", "B", "-2"]]})
    assert (error.code, error.data) == ("mapping.set_aside", reason)
    assert errors_of(made, {"header": header, "rows": [["7", "A", "-1"], ["7", "B", "2"]]}) == [
        ("lines.quantity", "value.not_positive", 0)
    ]


def test_refuses_an_order_beyond_the_bound_of_lines() -> None:
    rows = [["7", "A", "1"]] * (limits.LINES_MAX + 1)
    assert errors_of(mapper(flat({})), {"header": ["单号", "货号", "数量"], "rows": rows}) == [
        ("lines", "order.too_many_lines", None)
    ]


def test_takes_the_first_reading_that_applies_and_is_not_empty() -> None:
    document = flat({"customer_no": [{"from": "会员号"}, {"template": "T-{电话}"}, {"value": "散客"}]})
    made = mapper(document)
    header = ["单号", "会员号", "电话", "货号", "数量"]
    taken = [
        draft_of(made, {"header": header, "rows": [["7", member, phone, "A", "1"]]}).customer_no
        for member, phone in (("M1", "55"), ("", "55"), ("", ""))
    ]
    assert taken == ["M1", "T-55", "散客"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"colour": {"from": "颜色"}}, "mapping.field_unknown"),
        ({"total": {}}, "mapping.meaningless"),
        ({"total": {"from": "a", "value": 1}}, "mapping.meaningless"),
        ({"total": {"from": "a", "default": "lots"}}, "mapping.meaningless"),
        ({"total": {"from": "a", "transforms": ["perhaps"]}}, "mapping.malformed"),
        ({"total": {"from": "a", "transforms": [{"do": "extract", "pattern": "(a+)+b"}]}}, "mapping.meaningless"),
        ({"total": {"from": "a", "transforms": [{"do": "date", "zone": "Mars/Base"}]}}, "mapping.meaningless"),
        ({"total": {"from": "a", "when": {"path": "b"}}}, "mapping.meaningless"),
        ({"total": {"from": "a", "when": {"path": "b", "above": "many"}}}, "mapping.meaningless"),
    ],
)
def test_refuses_a_document_that_cannot_be_carried_out(fields: dict[str, Any], code: str) -> None:
    refused = mappers.compile(flat(fields))
    assert isinstance(refused, Refused)
    assert refused.code == code


def test_has_a_schema_that_names_every_part() -> None:
    parts = documents.schema()["$defs"]
    assert {"Mapping", "Reading", "Condition", "Lines", "Verdict"} <= set(parts)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(sorted(MESSAGE)), inner, max_size=6),
    max_leaves=20,
)
ANY_NESTED = mapper(NESTED)
ANY_FLAT = mapper(
    flat({"placed_at": {"from": "时间"}, "buyer.phone": {"from": "电话"}, "total": {"from": "额", "of": "sum"}})
)


@given(json_values)
def test_never_raises_on_any_message(message: Any) -> None:
    for record in ANY_NESTED.records(message):
        assert isinstance(ANY_NESTED.map(record), drafts.Draft | list)
    nested = {**MESSAGE, **message} if isinstance(message, dict) else message
    assert isinstance(ANY_NESTED.map(nested), drafts.Draft | list)


@given(st.lists(st.lists(json_values, max_size=6), max_size=4))
def test_never_raises_on_any_rows(rows: list[list[Any]]) -> None:
    record = {"header": ["单号", "时间", "电话", "额", "货号", "数量"], "rows": rows}
    assert isinstance(ANY_FLAT.map(record), drafts.Draft | list)
