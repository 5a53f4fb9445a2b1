"""What holds are called: by the hub's own words, else by the reason that a rule or a flow gives with the code."""

from typing import Any

from orderloom.domain.documents.versions import Published
from orderloom.domain.orders.state import Text
from orderloom.rules import holds


def named(kind: str, content: dict[str, Any]) -> dict[str, Text]:
    """What holds are called with one document in force."""
    return holds.titles({kind: {"one": Published("one", 1, content)}})


def table(*rows: tuple[str, str, str]) -> dict[str, Any]:
    """A rule that is a table of codes and reasons."""
    outputs = [{"id": f"o_{name}", "name": name, "field": name} for name in ("code", "reason_zh", "reason_en")]
    cells = [{"o_code": code, "o_reason_zh": zh, "o_reason_en": en} for code, zh, en in rows]
    node = {"id": "t", "type": "decisionTableNode", "name": "t",
            "content": {"hitPolicy": "collect", "inputs": [], "outputs": outputs, "rules": cells}}  # fmt: skip
    return {"point": "hold", "content": {"nodes": [node], "edges": []}}


def test_a_code_of_a_rule_is_called_by_its_first_reason() -> None:
    found = named("rules", table(("'risk_hold'", "'风险单'", '"Risky"'), ("'risk_hold'", "'又一条'", "'Another'")))
    assert found["risk_hold"] == Text("风险单", "Risky")
    assert found["hold.short_stock"] == Text("缺货", "Short of stock")


def test_what_is_worked_out_names_nothing_and_a_missing_language_borrows_the_other() -> None:
    found = named(
        "rules", table(("order.code", "'算出来的'", ""), ("'half'", "'只有中文'", ""), ("'bare'", "a + b", "-"))
    )
    assert "order.code" not in found and "" not in found
    assert found["half"] == Text("只有中文", "只有中文") and found["bare"] == Text("bare", "bare")


def test_a_hold_that_a_flow_puts_on_is_called_by_its_reason() -> None:
    values = {"code": "vip_check", "reason_zh": "大客户复核", "reason_en": "Key account review"}
    worked_out = {**values, "code": "=order.grade"}
    steps = [{"id": str(at), "do": "order.hold", "values": each} for at, each in enumerate((values, worked_out))]
    found = named("flow", {"nodes": steps, "edges": []})
    assert found["vip_check"] == Text("大客户复核", "Key account review")
    assert "=order.grade" not in found
