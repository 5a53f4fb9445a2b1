"""Company B of the five, 金固五金, as documents: 17 required fields, 8 conditional checks."""

from typing import Any


def _text(name: str, zh: str, **more: Any) -> dict[str, Any]:
    return {"name": name, "type": "text", "zh": zh, "en": name, "chars_max": 100, **more}


ORDER: dict[str, Any] = {
    "subject": "order",
    "zh": "订单",
    "en": "Order",
    "fields": [
        _text("site_floor", "工地楼层号", pattern="B?[0-9]{1,3}F?"),
        _text("acceptance_contact", "甲方验收联系人", personal=True),
        {"name": "acceptance_phone", "type": "phone", "zh": "验收电话", "en": "Acceptance phone", "personal": True},
        _text("permit_no", "施工许可证编号", filterable=True),
        {"name": "urgency_stars", "type": "number", "zh": "紧急程度星级", "en": "Urgency", "min": 1, "max": 5,
         "filterable": True},
        {"name": "project", "type": "text", "zh": "项目名称", "en": "Project", "filterable": True},
        {"name": "unloading", "type": "select", "zh": "卸货方式", "en": "Unloading",
         "options": [{"value": v, "zh": v, "en": v} for v in ("人工", "叉车", "吊车")]},
        {"name": "receipt", "type": "image", "zh": "转账回单", "en": "Transfer receipt"},
        {"name": "gift_combo", "type": "text", "zh": "赠品配置", "en": "Gift combo"},
        {"name": "contract_on", "type": "date", "zh": "合同日期", "en": "Contract date"},
    ],
}  # fmt: skip
_REQUIRED = (
    "customer_no", "lines", "payment_method", "buyer.name", "buyer.phone", "consignee.name", "consignee.phone",
    "consignee.address", "invoice.title", "requested_at", "custom.site_floor", "custom.acceptance_contact",
    "custom.acceptance_phone", "custom.permit_no", "custom.urgency_stars", "custom.project", "custom.unloading",
)  # fmt: skip
FORM: dict[str, Any] = {
    "subject": "order",
    "zh": "项目下单",
    "en": "Project order",
    "channel": "web",
    "entries": ["public", "dealer", "api"],
    "sections": [
        {"zh": "必填", "en": "Required", "items": [
            {"field": each, "required": True, **({"options": [{"value": v, "zh": v, "en": v} for v in
             ("公对公转账", "credit", "cash")]} if each == "payment_method" else {})}
            for each in _REQUIRED
        ]},
        {"zh": "其他", "en": "Other", "items": [
            {"field": "custom.receipt", "visible_when": "payment_method == '公对公转账'"},
            {"field": "custom.gift_combo"}, {"field": "custom.contract_on"}, {"field": "invoice.kind"},
            {"field": "invoice.tax_no"}, {"field": "notes.buyer"},
        ]},
    ],
    "checks": [
        {"when": "payment_method == '公对公转账' and custom.receipt == null", "zh": "公对公转账请上传回单图片",
         "en": "A company transfer needs the image of its receipt", "field": "custom.receipt"},
        {"when": "order.total >= 599 and order.custom.gift_combo == null", "zh": "请确认赠品配置",
         "en": "Confirm the gift combo", "field": "custom.gift_combo"},
        {"when": "urgency_stars >= 4 and unloading == '人工'", "zh": "加急项目请安排叉车或吊车",
         "en": "Urgent projects need a forklift or a crane", "field": "custom.unloading"},
        {"when": "payment_method == 'cash' and order.total > 20000", "zh": "两万元以上不收现金",
         "en": "No cash beyond 20,000", "field": "payment_method"},
        {"when": "contains(site_floor, 'B') and unloading == '吊车'", "zh": "地下楼层不能用吊车",
         "en": "No crane below ground", "field": "custom.unloading"},
        {"when": "invoice.kind == '专票' and invoice.tax_no == null", "zh": "专票需要税号",
         "en": "A special invoice needs the tax number", "field": "invoice.tax_no"},
        {"when": "some(lines, #.quantity > 10000)", "zh": "单行超过一万件请联系销售",
         "en": "Call sales for more than 10,000 of one thing", "field": "lines"},
        {"when": "consignee.phone == buyer.phone and urgency_stars == 5", "zh": "五星项目的收货人须是工地现场的人",
         "en": "At five stars the consignee is someone on site", "field": "consignee.phone"},
    ],
}  # fmt: skip


def values(**changed: Any) -> dict[str, Any]:
    """A submission that passes; `custom__gift_combo="A01"` changes one value of it, None takes it away."""
    said = {
        "customer_no": "C1",
        "lines": [{"sku": "JERKY", "quantity": 2}, {"sku": "HOOK", "quantity": 1}],
        "payment_method": "credit",
        "buyer.name": "李采购",
        "buyer.phone": "13900139000",
        "consignee.name": "王小明",
        "consignee.phone": "13800138000",
        "consignee.address": {"province": "江苏", "city": "苏州", "district": "姑苏区", "street": "人民路 1 号"},
        "invoice.title": "公司 C1",
        "requested_at": "2099-03-01T10:00:00+08:00",
        "custom.site_floor": "12F",
        "custom.acceptance_contact": "赵工",
        "custom.acceptance_phone": "13700137000",
        "custom.permit_no": "苏建施 2026-001",
        "custom.urgency_stars": 3,
        "custom.project": "园区二期",
        "custom.unloading": "叉车",
    }
    said.update({name.replace("__", "."): value for name, value in changed.items()})
    return {name: value for name, value in said.items() if value is not None}
