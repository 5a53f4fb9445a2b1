"""Forms: what their fields are called where a form says no more than a value."""

import msgspec

from orderloom.domain.forms import definition

FORM = {
    "subject": "order", "zh": "下单", "en": "Order", "channel": "web", "entries": ["public"],
    "sections": [{"items": [
        {"field": "payment_method",
         "options": [{"value": "credit"}, {"value": "alipay", "zh": "花呗"}, {"value": "公对公转账"}]},
    ]}],
}  # fmt: skip


def test_ways_to_pay_without_a_name_are_called_as_everywhere() -> None:
    form = msgspec.convert(FORM, definition.Form)
    [field] = definition.dictionary(form, None).fields
    assert [(each.value, each.zh, each.en) for each in field.options] == [
        ("credit", "账期", "On credit"),
        ("alipay", "花呗", ""),
        ("公对公转账", "", ""),
    ]
