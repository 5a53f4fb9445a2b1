"""Channel documents as a kind, and the rule documents that their checks are."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec

from orderloom.domain.channels import Channel
from orderloom.domain.documents.findings import Finding, pointer
from orderloom.domain.documents.kinds import Content, Kind, Known
from orderloom.domain.fields import problems
from orderloom.domain.mappings import channels
from orderloom.rules import bounds, graphs, reads

_PRIORITY = 200
_OUTPUTS = ("code", "reason_zh", "reason_en", "action", "doors", "owner", "blocks", "suggestion")


def documents(entered: Iterable[Channel]) -> list[graphs.Document]:
    """The checks of each channel that has any as a table that answers for its orders only."""
    return [_document(each, _name(each.channel)) for each in entered if each.checks]


def _name(channel: str) -> str:
    return f"channel.{channel}"  # No rule document of people's own has a name with a point.


def _document(entered: Channel, name: str) -> graphs.Document:
    table = {
        "hitPolicy": "collect",
        "inputs": [
            {"id": "channel", "name": "渠道 channel", "field": "order.channel"},
            {"id": "when", "name": "条件 when"},
        ],
        "outputs": [{"id": each, "name": each, "field": each} for each in _OUTPUTS],
        "rules": [_row(entered.channel, check) for check in entered.checks],
    }
    nodes = [
        {"id": "request", "type": "inputNode", "name": "request"},
        {"id": "table", "type": "decisionTableNode", "name": name, "content": table},
    ]
    content = {"nodes": nodes, "edges": [{"id": "e", "sourceId": "request", "targetId": "table"}]}
    return graphs.Document(name, "check", entered.version, content, _PRIORITY)


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
        "_id": check["name"],
        "_description": words["zh"],
        "channel": msgspec.json.encode(channel).decode(),
        "when": check["when"],
        **cells,
    }


def _check(name: str, content: Content, known: Known) -> list[Finding]:
    found = channels.check(name, content, known)
    if any(each.code == "document.misshapen" for each in found):
        return found
    found = [*found, *_expressions(name, content)]
    return found if any(each.level == "error" for each in found) else [*found, *_own_fields(name, content, known)]


def _expressions(name: str, content: Content) -> list[Finding]:
    """What is wrong with the checks' conditions, each at its own place."""
    found: list[Finding] = []
    for at, check in enumerate(content.get("checks", ())):
        made = _document(Channel(name, checks=[check]), "channel_checks")
        found.extend(
            Finding(each.code, pointer("checks", at, "when"), each.level, {"document": name, **each.data})
            for each in bounds.judge(made)
        )
    return found


def _own_fields(name: str, content: Content, known: Known) -> Iterator[Finding]:
    """Own fields that the channel may not use. What it fills must be there, since a message that fills what is not is
    put aside; a check that stands already merely reads nothing."""
    mapping = content.get("mapping") or {}
    own = {
        ("mapping", "fields"): ("order.", mapping.get("fields") or {}),
        ("mapping", "lines", "fields"): ("lines[].", (mapping.get("lines") or {}).get("fields") or {}),
        ("defaults",): ("order.", content.get("defaults") or {}),
    }
    for at, (root, targets) in own.items():
        for target in targets:
            for code, path in problems.unusable([root + target], known):
                yield Finding(code, pointer(*at, target), data={"path": path})
    standing = known.before.get("channel", {}).get(name) == content
    for index, check in enumerate(content.get("checks", ())):
        for code, path in problems.unusable(reads.of_expression(check["when"]), known):
            level = "warning" if standing else "error"
            yield Finding(code, pointer("checks", index, "when"), level, {"path": path})


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
_PAYLOAD = {
    "order_id": "M-1",
    "created": "2026-02-18 11:00:00",
    "pay_fen": 12_800,
    "receiver": {"name": "王女士", "mobile": "13900139000", "address": "江苏省苏州市姑苏区人民路 1 号"},
    "site": {"floor": "7"},
    "items": [{"code": "MUG", "count": 2, "price_fen": 6_400}],
}
_CASES: list[dict[str, Any]] = [
    {
        "name": "一张订单 an order",
        "payload": _PAYLOAD,
        "expect": {"external_no": "M-1", "total": "128.00", "consignee": {"name": "王女士"}, "custom": {"floor": "7"}},
    },
    {
        "name": "没有单号的隔离 no number",
        "payload": {name: value for name, value in _PAYLOAD.items() if name != "order_id"},
        "quarantine": "value.missing",
    },
]
KIND = Kind(
    name="channel",
    label_zh="渠道",
    label_en="Channel",
    schema=channels.schema(),
    example=_EXAMPLE,
    check=_check,
    run_cases=channels.run_cases,
    refers_to=frozenset({"status_map", "fields"}),
    cases=_CASES,
)
