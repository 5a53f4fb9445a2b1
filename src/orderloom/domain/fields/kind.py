"""The kind `fields`: its schema and its example. What its expressions may be is looked at in `rules.fields`."""

from typing import Any

import msgspec

from orderloom.domain.fields.dictionaries import Dictionary

NAME = "fields"
LABELS = ("数据字典", "Data dictionary")

EXAMPLE: dict[str, Any] = {
    "subject": "ticket",
    "zh": "工单",
    "en": "Ticket",
    "series": "TK",
    "title": "topic",
    "links": [{"name": "order", "to": "order", "zh": "订单", "en": "Order"}],
    "fields": [
        {"name": "topic", "type": "text", "zh": "主题", "en": "Topic", "required": True, "chars_max": 100,
         "filterable": True},
        {"name": "urgency", "type": "select", "zh": "紧急程度", "en": "Urgency", "filterable": True, "default": "low",
         "options": [{"value": "low", "zh": "低", "en": "Low"}, {"value": "high", "zh": "高", "en": "High"}]},
        {"name": "claim", "type": "money", "zh": "索赔金额", "en": "Claim", "min": 0, "filterable": True},
        {"name": "phone", "type": "phone", "zh": "联系电话", "en": "Phone", "personal": True},
        {"name": "photos", "type": "image", "zh": "照片", "en": "Photos", "visible_when": "urgency == 'high'"},
        {"name": "weight", "type": "computed", "zh": "权重", "en": "Weight", "filterable": True,
         "computed": "urgency == 'high' ? 10 : 1"},
    ],
}  # fmt: skip


def schema() -> dict[str, Any]:
    """The JSON Schema of a dictionary, made of its type."""
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **msgspec.json.schema(Dictionary)}
