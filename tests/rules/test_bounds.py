"""What may not be published, with its place and reason, found in bounded time."""

import time
import tomllib
from importlib.resources import files
from typing import Any

import msgspec
import pytest
from tests.rules.documents import document, grading, graph, holding, node, table

from orderloom.kit import limits
from orderloom.rules import bounds
from orderloom.rules.graphs import Document


def codes(of: Document) -> list[str]:
    return [finding.code for finding in bounds.judge(of)]


@pytest.mark.parametrize(
    ("field", "code"),
    [
        ("sum(map([1..30000], sum(map([1..30000], #))))", "rules.range_too_long"),
        (
            "sum(map([1..1000], sum(map([1..1000], #)))) + sum(map([1..1000], sum(map([1..1000], #))))",
            "rules.too_much_work",
        ),
        ("sum(map([1..order.total], #))", "rules.range_too_long"),
        ("[1..order.total]", "rules.range_too_long"),
        ("map([1..2], map([1..2], map([1..2], #)))", "rules.closures_too_deep"),
        ("map(map(map(flatMap(flatMap([1..9], lines), lines), #), #), #)", "rules.too_much_work"),
        ("some(lines, some(lines, # == #))", "rules.too_much_work"),
        ("rand(10)", "rules.call_not_allowed"),
        ("d().hour()", "rules.call_not_allowed"),
        ("date('now')", "rules.call_not_allowed"),
        ("`${rand(3)}`", "rules.call_not_allowed"),
        ("matches(order.channel, '(\\w{50}){50}')", "rules.pattern_not_allowed"),
        ("matches(order.channel, order.kind)", "rules.pattern_not_allowed"),
        ("x = 5; x", "rules.not_an_expression"),
        ("$nodes.other", "rules.not_an_expression"),
        ("order.total +", "rules.not_an_expression"),
        ("nothing(order.total)", "rules.not_an_expression"),
        ("'; DROP TABLE orders", "rules.not_an_expression"),
        ("(" * 40 + "1" + ")" * 40, "rules.not_an_expression"),
        ("[" * 1000, "rules.not_an_expression"),
        ("order" + ".a" * 2000, "rules.expression_too_long"),
        ("order.total > 1234567890123456", "rules.number_too_long"),
        ("order.totl", "rules.unknown_path"),
        ("ordr.total", "rules.unknown_path"),
        ("some(lines, #.quantty > 1)", "rules.unknown_path"),
        ("credit.available", "rules.unknown_path"),
    ],
)
def test_refuses_an_expression_with_its_place(field: str, code: str):
    findings = bounds.judge(holding("bad", field, "true"))
    assert findings[0].code == code
    assert findings[0].node == "table"
    assert findings[0].column == field


@pytest.mark.parametrize(
    "field",
    [
        "sum(map([1..1000], #))",
        "sum(map([1..100], sum(map([1..100], #))))",
        "order.total in [1..1000000]",
        "some(lines, some(order.tags, # == 'x'))",
        "sum(map(filter(map(lines, #.amount), # > 5), # * 2))",
        "d(order.custom.due).hour()",
        "d(order.custom.due, 'Europe/Berlin').add(1, 'd').hour()",
        "matches(order.channel, '^(tmall|jd)$')",
        "order.notes.buyer ?? ''",
        "filter(lines as line, line.quantity > 1)[0].sku",
        'order.custom["工地楼层号"] + order.line_count',
        "order.total > 100 ? 'a' : 'b'",
        "$root.order.total",
    ],
)
def test_lets_ordinary_expressions_through(field: str):
    assert bounds.judge(holding("good", field, "true", "[1..5]", '"a", "b"')) == []


@pytest.mark.parametrize(
    ("cell", "code"),
    [
        ("> (", "rules.not_an_expression"),
        (">", "rules.not_an_expression"),
        ("> rand(5)", "rules.call_not_allowed"),
        ("some($, some([1..5000], # > 1))", "rules.range_too_long"),
        ("12345678901234567890", "rules.number_too_long"),
    ],
)
def test_refuses_a_cell_with_its_row_and_column(cell: str, code: str):
    finding = bounds.judge(holding("bad", "order.total", "> 1", cell))[0]
    assert (finding.code, finding.row, finding.column) == (code, "r2", "order.total")


def test_refuses_answers_that_do_not_fit_the_point():
    findings = bounds.judge(
        grading("order.total", ("> 1", '"vip"', '"first"'), ("", "", "1"), ("", '"x"', "order.total"))
    )
    assert [(finding.code, finding.row) for finding in findings] == [
        ("rules.answer_unfit", "r1"),
        ("rules.answer_unfit", "r2"),
    ]


@pytest.mark.parametrize("kind", ["functionNode", "decisionNode", "customNode", "httpNode"])
def test_refuses_nodes_that_run_code_or_call_other_decisions(kind: str):
    own = graph(node("again", kind, {"key": "self"}), edges=[("start", "again"), ("again", "end")])
    finding = bounds.judge(Document("endless", "hold", 1, own))[0]
    assert (finding.code, finding.node, finding.data["type"]) == ("rules.node_not_allowed", "again", kind)


def test_refuses_a_graph_that_runs_in_a_circle():
    step = {"expressions": [{"id": "a", "key": "a", "value": "1"}]}
    edges = [("start", "one"), ("one", "two"), ("two", "one"), ("two", "end")]
    around = graph(node("one", "expressionNode", step), node("two", "expressionNode", step), edges=edges)
    finding = bounds.judge(Document("round", "hold", 1, around))[0]
    assert (finding.code, finding.node) == ("rules.cycle", "end")


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({}, "rules.malformed"),
        ({"nodes": "x", "edges": []}, "rules.malformed"),
        ({"nodes": [{"id": 1}], "edges": []}, "rules.malformed"),
        ({"nodes": [], "edges": []}, "rules.bad_nodes"),
        (graph(edges=[("start", "nowhere")]), "rules.loose_edge"),
        (graph(node("start", "inputNode", None), edges=[]), "rules.bad_nodes"),
        (graph(node("t", "decisionTableNode", {"inputs": 3}), edges=[("start", "t")]), "rules.malformed"),
        (graph(node("t", "decisionTableNode", None), edges=[("start", "t")]), "rules.malformed"),
        (
            graph(*(node(f"n{n}", "switchNode", {"statements": []}) for n in range(200)), edges=[]),
            "rules.too_many_nodes",
        ),
        ({"nodes": [], "edges": [], "more": {"x": object()}}, "rules.malformed"),
    ],
)
def test_refuses_what_is_no_graph(content: dict[str, Any], code: str):
    assert codes(Document("broken", "hold", 1, content))[0] == code


def test_refuses_names_that_could_leave_their_quotes():
    assert codes(Document("x' + rand(3) + '", "hold", 1, graph(edges=[("start", "end")]))) == ["rules.bad_name"]
    content = table(["order.total"], ("grade", "priority"), [("", '"a"', "1")])
    content["rules"][0]["_id"] = "r' + rand(1) + '"
    assert codes(document("rows", "grade", content)) == ["rules.bad_row_id"]


def test_refuses_an_unknown_point_and_a_column_for_the_rule():
    assert "rules.unknown_point" in codes(document("a", "nowhere", table([], ("x",), [])))
    assert codes(document("a", "grade", table([], ("rule",), []))) == ["rules.bad_field"]


def test_refuses_a_table_of_ten_megabytes_at_once():
    content = table(["order.order_no"], ("grade", "priority"), [('"' + "x" * 500 + '"', '"a"', "1")] * 20_000)
    huge = document("huge", "grade", content)
    assert len(msgspec.json.encode(huge)) > 10_000_000
    started = time.process_time()
    assert codes(huge) == ["rules.too_large"]
    assert time.process_time() - started < 2


def test_refuses_more_rows_than_allowed():
    content = table(["order.order_no"], ("grade", "priority"), [])
    content["rules"] = [
        {"_id": f"r{n}", "i0": f'"{n}"', "o0": '"a"', "o1": "1"} for n in range(limits.TABLE_ROWS_MAX + 1)
    ]
    assert "rules.too_many_rows" in codes(document("long", "grade", content))


def test_warns_of_a_long_table_without_a_column_of_values():
    rows = limits.TABLE_ROWS_WITHOUT_EQUALITY + 1
    slow = holding("slow", "order.total", *(f"> {n}" for n in range(rows)))
    quick = holding("quick", "order.order_no", *(f'"{n}"' for n in range(rows)))
    findings = bounds.judge(slow)
    assert [(finding.code, finding.level) for finding in findings] == [("rules.slow_table", "warning")]
    assert bounds.publishable(findings)
    assert bounds.judge(quick) == []


def test_refuses_a_long_table_that_is_scanned_for_every_line():
    cells = [(f"> {n}", '"m"', '"多"', '"many"', '"clerk"', '["release"]') for n in range(500)]
    names = ("code", "reason_zh", "reason_en", "owner", "blocks")
    looped = table(["quantity"], names, cells, inputField="lines", executionMode="loop")
    assert codes(document("looped", "hold", looped)) == ["rules.too_much_work"]
    looped["rules"] = looped["rules"][:100]
    assert codes(document("looped", "hold", looped)) == []


def test_tells_at_most_a_hundred_findings():
    assert len(bounds.judge(holding("bad", "order.total", *["> ("] * 500))) == bounds.FINDINGS_MAX


def test_every_finding_has_words_in_both_languages():
    told = tomllib.loads(files("orderloom.domain").joinpath("codes.toml").read_text(encoding="utf-8"))
    finding = bounds.judge(holding("bad", "rand(3)", "true"))[0]
    for language in ("zh", "en"):
        text = told[finding.code][language].format(
            document=finding.document, node=finding.node, row=finding.row, column=finding.column, **finding.data
        )
        assert "rand" in text
