"""The flows of the reference company: three that every order runs through, and ends in at once."""

from typing import Any

from orderloom.actions.documents import Proposal


def proposals() -> list[Proposal]:
    """Each looks at the order where it has come to, tells people of the few that need it, and lets the others pass."""
    return [
        _flow("big_orders", "order.confirmed", "order.total >= 50000", "sales_director", "大单 {{ order.order_no }}"),
        _flow(
            "heavy_shipments", "shipment.planned", "order.weight_kg >= 500", "warehouse", "重货 {{ order.order_no }}"
        ),
        _flow("far_promises", "promise.made", 'order.grade == "urgent"', "planner", "急单 {{ order.order_no }}"),
    ]


def _flow(name: str, event: str, when: str, to: str, text: str) -> Proposal:
    nodes: list[dict[str, Any]] = [
        {"kind": "trigger", "id": "begin", "event": event},
        {"kind": "condition", "id": "look", "branches": [{"exit": "tell", "when": when}]},
        {"kind": "message", "id": "tell", "to": to, "text": {"zh": text, "en": text}},
        {"kind": "end", "id": "end"},
    ]
    edges = [
        {"from": "begin", "to": "look"},
        {"from": "look", "to": "tell", "exit": "tell"},
        {"from": "look", "to": "end"},
        {"from": "tell", "to": "end"},
    ]
    title = {"zh": name, "en": name}
    return Proposal("flow", name, {"title": title, "nodes": nodes, "edges": edges}, [])
