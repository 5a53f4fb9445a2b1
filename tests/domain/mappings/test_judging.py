"""What is wrong with a channel document stands at its place: each path, transform, value map and phone (I-2)."""

import copy
from typing import Any

import pytest

from orderloom.domain.documents import checking
from orderloom.domain.documents.kinds import Known
from orderloom.domain.mappings import drafts, mappers, paths
from orderloom.rules import channels

# Company D's shop export calls the receiver's phone buyer_phone.
EXPORT: dict[str, Any] = {
    "name": "shop_export",
    "rows": {"key": "order_no"},
    "fields": {
        "external_no": {"from": "order_no"},
        "consignee.name": {"from": "receiver_name"},
        "consignee.phone": {"from": "buyer_phone"},
    },
    "lines": {"fields": {"sku": {"from": "sku"}, "quantity": {"from": "qty"}}},
}
WHY = {"buyer_phone": "店铺导出表里这一列就是收货人手机 / in this shop's export the column is the receiver's phone"}


def found(mapping: dict[str, Any], **more: Any) -> list[tuple[str, str]]:
    content = {"label": {"zh": "店", "en": "Shop"}, "mapping": mapping, **more}
    return [(each.code, each.path) for each in checking.check(channels.KIND, "shop", content, Known())]


def changed(**fields: Any) -> dict[str, Any]:
    mapping = copy.deepcopy(EXPORT)
    mapping["exceptions"] = WHY
    mapping["fields"] |= {name.replace("__", "."): value for name, value in fields.items()}
    return mapping


def test_the_buyers_phone_is_never_the_consignees_unless_the_mapping_says_why() -> None:
    assert found(EXPORT) == [("mapping.phone_crossed", "/mapping/fields/consignee.phone")]
    assert found({**EXPORT, "exceptions": WHY}) == []


@pytest.mark.parametrize(
    ("field", "source", "crossed"),
    [
        ("buyer__phone", "receiver_mobile", True),
        ("buyer__phone", "收货人手机", True),
        ("buyer__phone", "buyer_mobile", False),
        ("consignee__phone", "下单人手机", True),
        ("consignee__phone", "receiver_mobile", False),
        ("consignee__phone", "mobile", False),
    ],
)
def test_whose_phone_it_is_is_told_by_its_name(field: str, source: str, crossed: bool) -> None:
    codes = [code for code, _ in found(changed(**{field: {"from": source}}))]
    assert ("mapping.phone_crossed" in codes) is crossed


@pytest.mark.parametrize(
    ("fields", "code", "path"),
    [
        ({"placed__at": {"from": "x"}}, "mapping.field_unknown", "/mapping/fields/placed.at"),
        ({"total": {}}, "mapping.meaningless", "/mapping/fields/total"),
        ({"total": {"from": "x", "default": "many"}}, "mapping.meaningless", "/mapping/fields/total/default"),
        (
            {"total": {"from": "x", "values": {"a": "1", "b": "many"}}},
            "mapping.value_unfit", "/mapping/fields/total/values/b",
        ),
        (
            {"total": {"from": "x", "transforms": ["trim", {"do": "extract", "pattern": "(a+)+"}]}},
            "mapping.meaningless", "/mapping/fields/total/transforms/1",
        ),
        (
            {"total": {"from": "x", "when": {"path": "y"}}},
            "mapping.meaningless", "/mapping/fields/total/when",
        ),
        ({"total": {"from": "receiver_name"}}, "mapping.source_used_twice", "/mapping/fields/total"),
    ],
)  # fmt: skip
def test_a_finding_points_at_its_place(fields: dict[str, Any], code: str, path: str) -> None:
    assert (code, path) in found(changed(**fields))


def test_a_bad_path_of_a_nested_message_is_found() -> None:
    nested = {
        "name": "nested", "orders": "order",
        "fields": {"external_no": {"from": "a[[b"}},
        "lines": {"each": "items[]", "fields": {"sku": {"from": "sku"}, "quantity": {"from": "n]"}}},
    }  # fmt: skip
    assert found(nested) == [
        ("mapping.meaningless", "/mapping/fields/external_no/from"),
        ("mapping.meaningless", "/mapping/lines/fields/quantity/from"),
    ]


@pytest.mark.parametrize(
    ("more", "code", "path"),
    [
        ({"status_map": "erp"}, "channel.refers_to_nothing", "/status_map"),
        ({"transport": {"kind": "poll"}}, "channel.no_connector", "/transport/connector"),
        ({"defaults": {"nope": 1}}, "order.unknown_field", "/defaults/nope"),
        ({"transport": {"kind": "pigeon"}}, "document.value_unknown", "/transport/kind"),
        (
            {"checks": [{"name": "x", "when": "order.nope == 1", "message": {"zh": "一", "en": "one"}}]},
            "rules.unknown_path", "/checks/0/when",
        ),
        (
            {"checks": [{"name": "x", "when": "rand(3) > 1", "message": {"zh": "一", "en": "one"}}]},
            "rules.call_not_allowed", "/checks/0/when",
        ),
    ],
)  # fmt: skip
def test_what_stands_beside_the_mapping_is_judged_too(more: dict[str, Any], code: str, path: str) -> None:
    assert (code, path) in found({**EXPORT, "exceptions": WHY}, **more)


MESSAGE = {
    "coupons": [{"type": "41-platform", "off": "3"}, {"type": "7-shop", "off": "5"}, {"type": "41-more", "off": "2"}],
    "a": {"name": ""}, "b": {"name": "second"}, "flag": True,
}  # fmt: skip


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("coupons[type^=41].off", ["3", "2"]),
        ("coupons[type=7-shop].off", ["5"]),
        ("coupons[type!=7-shop].off", ["3", "2"]),
        ("a.name | b.name", "second"),
        ("none | also.none", None),
        ("none[] | coupons[type=7-shop].off", ["5"]),
        (".", MESSAGE),
    ],
)
def test_paths_choose_among_elements_and_places(path: str, value: Any) -> None:
    assert paths.tree(path, {})(MESSAGE) == value


def test_discounts_are_named_by_who_pays_them() -> None:
    mapping = {
        "name": "two_payers",
        "fields": {
            "external_no": {"value": "1"},
            "discounts.platform": {"from": "coupons[type^=41].off", "transforms": ["sum"]},
        },
        "lines": {
            "each": "lines[]",
            "fields": {"sku": {"from": "sku"}, "quantity": {"value": "1"}, "discounts.merchant": {"from": "off"}},
        },
    }
    mapper = mappers.compile(mapping)
    assert isinstance(mapper, mappers.Mapper), mapper
    draft = mapper.map({**MESSAGE, "lines": [{"sku": "A", "off": "1.50"}]})
    assert isinstance(draft, drafts.Draft), draft
    assert {payer: str(off) for payer, off in draft.discounts.items()} == {"platform": "5"}
    assert {payer: str(off) for payer, off in draft.lines[0].discounts.items()} == {"merchant": "1.50"}
