"""Channel documents as a kind, and the rule document that all channels' checks are."""

from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from orderloom.domain.channels import Channel
from orderloom.domain.documents.findings import Finding, pointer
from orderloom.domain.documents.kinds import Content, Kind, Known
from orderloom.domain.mappings import channels
from orderloom.rules import bounds, graphs

NAME = "channel.checks"  # No document of people's own has a name with a point.
_PRIORITY = 200
_OUTPUTS = ("code", "reason_zh", "reason_en", "action", "doors", "owner", "blocks", "suggestion")


def document(entered: Iterable[Channel]) -> graphs.Document | None:
    """The checks of all channels as one table: a row answers for its channel only. None where there are none."""
    rows = [_row(each.channel, check) for each in entered for check in each.checks]
    if not rows:
        return None
    nodes = [
        {"id": "request", "type": "inputNode", "name": "request"},
        {
            "id": "table",
            "type": "decisionTableNode",
            "name": NAME,
            "content": {
                "hitPolicy": "collect",
                "inputs": [
                    {"id": "channel", "name": "渠道 channel", "field": "order.channel"},
                    {"id": "when", "name": "条件 when"},
                ],
                "outputs": [{"id": each, "name": each, "field": each} for each in _OUTPUTS],
                "rules": rows,
            },
        },
    ]
    content = {"nodes": nodes, "edges": [{"id": "e", "sourceId": "request", "targetId": "table"}]}
    return graphs.Document(NAME, "check", 1, content, _PRIORITY)


def _row(channel: str, check: Mapping[str, Any]) -> dict[str, str]:
    words = check["message"]
    answer = {
        "code": f"channel.{check['name']}",
        "reason_zh": words["zh"],
        "reason_en": words["en"],
        "action": check.get("action", "hold"),
        "doors": ["form", "desk", "api"],
        "owner": check.get("owner", "order_clerk"),
        "blocks": check.get("blocks") or ["confirm", "release"],
        "suggestion": check.get("suggestion", ""),
    }
    cells = {name: msgspec.json.encode(value).decode() for name, value in answer.items()}
    return {
        "_id": f"{channel}.{check['name']}",
        "_description": words["zh"],
        "channel": msgspec.json.encode(channel).decode(),
        "when": check["when"],
        **cells,
    }


def _check(name: str, content: Content, known: Known) -> list[Finding]:
    found = channels.check(name, content, known)
    if any(each.code == "document.misshapen" for each in found):
        return found
    return [*found, *_expressions(name, content)]


def _expressions(name: str, content: Content) -> list[Finding]:
    """What is wrong with the checks' conditions, each at its own place."""
    found: list[Finding] = []
    for at, check in enumerate(content.get("checks", ())):
        made = document([Channel(name, checks=[check])])
        assert made is not None
        made = msgspec.structs.replace(made, name="channel_checks")
        found.extend(
            Finding(each.code, pointer("checks", at, "when"), each.level, {"document": name, **each.data})
            for each in bounds.judge(made)
        )
    return found


_EXAMPLE: Mapping[str, Any] = {
    "label": {"zh": "示例小程序", "en": "Sample mini program"},
    "platform": "mini_program",
    "priced_by": "channel",
    "mapping": {
        "name": "mini_program",
        "fields": {
            "external_no": {"from": "order_id"},
            "placed_at": {"from": "created"},
            "total": {"from": "pay_fen", "transforms": ["cents"]},
            "consignee.name": {"from": "receiver.name"},
            "consignee.phone": {"from": "receiver.mobile"},
            "consignee.address": {"from": "receiver.address"},
            "custom.floor": {"from": "site.floor"},
        },
        "lines": {
            "each": "items[]",
            "fields": {
                "sku": {"from": "code"},
                "quantity": {"from": "count"},
                "price": {"from": "price_fen", "transforms": ["cents"]},
            },
        },
    },
    "defaults": {"payment_method": "wechat"},
    "checks": [
        {
            "name": "floor",
            "when": "order.custom.floor == null",
            "message": {"zh": "没有工地楼层号，请补充", "en": "The floor on site is missing: add it"},
        }
    ],
}
KIND = Kind(
    name="channel",
    label_zh="渠道",
    label_en="Channel",
    schema=channels.schema(),
    example=_EXAMPLE,
    check=_check,
    run_cases=channels.run_cases,
    refers_to=frozenset({"status_map", "fields"}),
)
