"""Dictionaries for tests, put in force as people do it."""

import datetime as dt
from typing import Any

from orderloom.actions import documents
from orderloom.actions.hub import Hub

TICKET: dict[str, Any] = {
    "subject": "ticket",
    "zh": "工单",
    "en": "Ticket",
    "series": "TK",
    "title": "topic",
    "links": [{"name": "order", "to": "order"}, {"name": "customer", "to": "customer", "many": True}],
    "fields": [
        {"name": "topic", "type": "text", "zh": "主题", "en": "Topic", "required": True, "chars_max": 100,
         "filterable": True},
        {"name": "code", "type": "text", "zh": "编码", "en": "Code", "unique": True, "pattern": "[A-Z]{2}-\\d{3}"},
        {"name": "urgency", "type": "select", "zh": "紧急程度", "en": "Urgency", "filterable": True, "default": "low",
         "options": [{"value": "low", "zh": "低", "en": "Low"}, {"value": "high", "zh": "高", "en": "High"}]},
        {"name": "claim", "type": "money", "zh": "索赔", "en": "Claim", "min": 0, "max": 100000, "filterable": True},
        {"name": "due", "type": "date", "zh": "期限", "en": "Due", "filterable": True},
        {"name": "tags", "type": "multi_select", "zh": "标签", "en": "Tags", "filterable": True,
         "options": [{"value": "a", "zh": "甲", "en": "A"}, {"value": "b", "zh": "乙", "en": "B"}]},
        {"name": "phone", "type": "phone", "zh": "电话", "en": "Phone", "personal": True},
        {"name": "site", "type": "address", "zh": "地址", "en": "Site"},
        {"name": "photos", "type": "image", "zh": "照片", "en": "Photos"},
        {"name": "reason", "type": "text", "zh": "原因", "en": "Reason", "required": True,
         "visible_when": "urgency == 'high'"},
        {"name": "parts", "type": "sub_table", "zh": "零件", "en": "Parts",
         "fields": [{"name": "part", "type": "text", "zh": "零件", "en": "Part", "required": True},
                    {"name": "pieces", "type": "number", "zh": "件数", "en": "Pieces", "min": 1}]},
        {"name": "weight", "type": "computed", "zh": "权重", "en": "Weight", "filterable": True,
         "computed": "(urgency == 'high' ? 1000 : 0) + (claim ?? 0)"},
    ],
}  # fmt: skip


def publish(hub: Hub, *contents: dict[str, Any], now: dt.datetime, kind: str = "fields", name: str = "") -> Any:
    """Put documents in force; asserts that nothing stands against it."""
    proposals = [documents.Proposal(kind, name or each["subject"], each) for each in contents]
    done = documents.publish(hub, proposals, comment="test", actor="test", now=now)
    assert isinstance(done, documents.Publication), done
    return done
