"""Documents to answers: merging, priority, what fails alone, and what a caller may rely on."""

import threading
from typing import Any

import msgspec
import pytest
from tests.rules.documents import HOLD, document, grading, graph, holding, node, table

from orderloom.kit import limits
from orderloom.rules import compile, shipped
from orderloom.rules.graphs import Document


def ask(documents: list[Document], context: dict[str, Any], stage: str = "door", **options: Any) -> Any:
    return compile.compile(documents, **options).ask(stage, [context])[0]


def rules(answers: Any, point: str = "hold") -> list[str]:
    assert isinstance(answers, dict), answers
    return [answer["rule"] for answer in answers[point]]


def test_every_point_of_the_stage_is_answered_also_without_documents():
    assert ask([], {}) == {"complete": [], "check": [], "grade": [], "hold": [], "price": []}


def test_collects_all_rows_of_all_documents_by_priority():
    late = holding("late", "order.total", "> 1", "> 5", "> 100", priority=2)
    early = holding("early", "order.total", "> 2", priority=1)
    assert rules(ask([late, early], {"order": {"total": 9}})) == ["early#r1", "late#r1", "late#r2"]


def test_a_table_with_the_policy_first_gives_one_of_its_rows():
    one = holding("one", "order.total", "> 100", "> 1", "> 2", hit="first")
    two = holding("two", "order.total", "> 3", hit="first")
    assert rules(ask([one, two], {"order": {"total": 9}})) == ["one#r2", "two#r1"]


def test_the_first_document_that_answers_wins_at_a_first_point():
    strict = grading("order.total", ("> 100", '"vip"', "1"), name="a_strict")
    loose = grading("order.total", ("", '"ordinary"', "9"), name="b_loose")
    assert ask([loose, strict], {"order": {"total": 500}})["grade"] == [
        {"grade": "vip", "priority": 1, "rule": "a_strict#r1"}
    ]
    assert rules(ask([loose, strict], {"order": {"total": 5}}), "grade") == ["b_loose#r1"]


def test_worked_out_cells_are_rounded_half_up_where_the_schema_has_whole_numbers():
    outputs = ("base_minor", "per_kg_minor", "free_over_minor", "free_kg")
    freight = document(
        "freight", "freight", table(["order.total"], outputs, [("", "order.total * 100 / 8", "0", "0", "1.5")])
    )
    answer = ask([freight], {"order": {"total": 0.04}}, "supply")["freight"][0]
    assert answer == {"base_minor": 1, "per_kg_minor": 0, "free_over_minor": 0, "free_kg": 1.5, "rule": "freight#r1"}
    assert isinstance(answer["base_minor"], int)


def test_an_answer_that_does_not_fit_its_point_spoils_only_its_order():
    grades = grading("order.total", ("", "order.custom.word", "1"))
    compiled = compile.compile([grades])
    good, bad = compiled.ask("door", [{"order": {"custom": {"word": "x"}}}, {"order": {"custom": {"word": 3}}}])
    assert rules(good, "grade") == ["grades#r1"]
    assert isinstance(bad, compile.RuleError)
    assert bad.document == "grades"
    assert "grade" in bad.reason


def test_a_failing_graph_names_its_document_and_spares_the_other_orders():
    content = {"expressions": [{"id": "a", "key": "grade", "value": "order.total > 5 ? 'a' : 'b'"},
                               {"id": "b", "key": "priority", "value": "1"}]}  # fmt: skip
    steps = graph(node("step", "expressionNode", content), edges=[("start", "step"), ("step", "end")])
    compiled = compile.compile([Document("stepwise", "grade", 1, steps)])
    results = compiled.ask("door", [{"order": {"total": 9}}, {"order": {"total": "x"}}, {"order": {"total": 1}}])
    assert isinstance(results[1], compile.RuleError)
    assert results[1].document == "stepwise"
    assert [one["grade"][0]["grade"] for one in results if isinstance(one, dict)] == ["a", "b"]


def test_a_cell_that_cannot_be_compared_does_not_match():
    assert rules(ask([holding("late", "order.total", "> 5", "")], {"order": {"total": "many"}})) == ["late#r2"]


def test_checks_see_what_completion_fills_in():
    fills = document(
        "fills",
        "complete",
        table(["order.payment_method"], ("field", "value"), [("null", '"payment_method"', '"cod"')]),
    )
    missing = holding("missing", "order.payment_method", "null", '"cod"')
    answers = ask([fills, missing], {"order": {"payment_method": None}})
    assert answers["complete"] == [{"field": "payment_method", "value": "cod", "rule": "fills#r1"}]
    assert rules(answers) == ["missing#r2"]
    assert rules(ask([fills, missing], {"order": {"payment_method": "card"}})) == []


def test_completion_never_replaces_what_is_stated():
    fills = document(
        "fills", "complete", table(["order.total"], ("field", "value"), [("", '"payment_method"', '"cod"')])
    )
    stated = holding("stated", "order.payment_method", '"card"')
    assert rules(ask([fills, stated], {"order": {"total": 1, "payment_method": "card"}})) == ["stated#r1"]


def test_dates_are_read_in_the_zone_of_the_workspace():
    hours = holding("hours", "d(order.custom.due).hour()", "10")
    context = {"order": {"custom": {"due": "2026-02-18T02:00:00Z"}}}
    assert rules(ask([hours], context, zone="Asia/Shanghai")) == ["hours#r1"]
    assert rules(ask([hours], context, zone="Europe/Berlin")) == []


def test_a_large_table_stands_in_its_place_between_small_ones():
    many = holding("m_many", "order.order_no", *(f'"{n}"' for n in range(limits.TABLE_ROWS_MERGED_MAX + 1)), priority=5)
    before = holding("before", "order.total", "> 0", priority=1)
    after = holding("after", "order.total", "> 0", priority=9)
    answers = ask([after, many, before], {"order": {"order_no": "7", "total": 1}})
    assert rules(answers) == ["before#r1", "m_many#r8", "after#r1"]


def test_a_graph_with_a_switch_takes_one_branch():
    branches = [{"id": "big", "condition": "order.total > 100"}, {"id": "rest", "condition": "", "isDefault": True}]
    switch = {"hitPolicy": "first", "statements": branches}
    row = [('"x"', '"大"', '"big"', '"clerk"', '["release"]')]
    steps = graph(
        node("switch", "switchNode", switch),
        node("large", "decisionTableNode", table([], HOLD, row)),
        node("small", "decisionTableNode", table([], HOLD, [('"y"', *row[0][1:])])),
        edges=[("start", "switch"), ("switch", "large", "big"), ("switch", "small", "rest"),
               ("large", "end"), ("small", "end")],
    )  # fmt: skip
    compiled = compile.compile([Document("fork", "hold", 1, steps), holding("late", "order.total", "> 0")])
    big, small = compiled.ask("door", [{"order": {"total": 101}}, {"order": {"total": 1}}])
    assert [(one["code"], one["rule"]) for one in big["hold"]] == [("x", "fork#r1"), ("late", "late#r1")]  # pyright: ignore
    assert [one["code"] for one in small["hold"]] == ["y", "late"]  # pyright: ignore


def test_a_table_in_a_loop_answers_for_each_line():
    row = ("> 5", '"m"', '"多"', '"many"', '"clerk"', '["release"]', "line_no")
    content = table(["quantity"], (*HOLD, "line_no"), [row], inputField="lines", executionMode="loop")
    compiled = compile.compile([document("per_line", "hold", content)])
    assert compiled.reads["door"] == {"lines[].line_no", "lines[].quantity"}
    answers = compiled.ask("door", [{"lines": [{"line_no": 1, "quantity": 9}, {"line_no": 2, "quantity": 1},
                                               {"line_no": 3, "quantity": 6}]}])[0]  # fmt: skip
    assert isinstance(answers, dict)
    assert [(one["line_no"], one["rule"]) for one in answers["hold"]] == [(1, "per_line#r1"), (3, "per_line#r1")]


def test_json_and_dicts_are_answered_alike_and_in_order():
    compiled = compile.compile([holding("late", "order.total", "> 5")])
    contexts: list[bytes | dict[str, Any]] = [{"order": {"total": n % 11}} for n in range(301)]
    plain = compiled.ask("door", contexts)
    assert plain == compiled.ask("door", [msgspec.json.encode(context) for context in contexts])
    assert [len(rules(one)) for one in plain] == [int(n % 11 > 5) for n in range(len(contexts))]


def test_the_slim_context_gives_the_same_answers_as_the_whole():
    compiled = compile.compile(shipped.documents())
    whole = shipped.cases_of("promotions").base
    slim = compile.trimmed(whole, compiled.reads["door"])
    assert len(msgspec.json.encode(slim)) < len(msgspec.json.encode(whole))
    assert compiled.ask("door", [slim]) == compiled.ask("door", [dict(whole)])


@pytest.mark.parametrize(
    ("field", "cell", "reads"),
    [
        ("order.total", "> 5", {"order.total"}),
        ("order.total > order.paid", "true", {"order.total", "order.paid"}),
        ("order.total", "> order.paid", {"order.total", "order.paid"}),
        ("some(lines, #.quantity > 5)", "true", {"lines[].line_no", "lines[].quantity"}),
        ("some(lines as line, line.sku == order.channel)", "true", {"lines[].line_no", "lines[].sku", "order.channel"}),
        ("lines[0].sku", '"x"', {"lines[].sku"}),
        ("len(lines)", "> 3", {"lines[].line_no"}),
        ('order.custom["工地楼层号"]', "> 3", {"order.custom.工地楼层号"}),
        ("order.invoice", "!= null", {"order.invoice.title", "order.invoice.tax_no"}),
        ("`${order.channel}-${order.kind}`", '"a-b"', {"order.channel", "order.kind"}),
        ("{a: order.kind}.a", '"x"', {"order.kind"}),
        ("d(order.custom.due).hour()", "3", {"order.custom.due"}),
    ],
)
def test_reads_name_what_a_document_looks_at(field: str, cell: str, reads: set[str]):
    assert compile.compile([holding("one", field, cell)]).reads["door"] == reads


def test_an_element_taken_whole_reads_every_field_of_the_lines():
    reads = compile.compile([holding("one", "len(filter(lines, # != null))", "> 0")]).reads["door"]
    assert {"lines[].sku", "lines[].quantity", "lines[].custom.*"} <= reads


def test_threads_may_ask_at_the_same_time():
    compiled = compile.compile(shipped.documents())
    contexts: list[bytes | dict[str, Any]] = [dict(shipped.cases_of("holding").base)] * 200
    expected = compiled.ask("door", contexts)
    results: list[Any] = []
    threads = [threading.Thread(target=lambda: results.append(compiled.ask("door", contexts))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [expected] * 4


def test_what_has_not_changed_is_taken_over_and_answers_the_same():
    outputs = ("base_minor", "per_kg_minor", "free_over_minor", "free_kg")

    def freight(base: str) -> Document:
        return document("freight", "freight", table(["order.total"], outputs, [("", base, "0", "0", "1.5")]))

    held, context = holding("held", "order.total", "> 5"), {"order": {"total": 9}}
    before = compile.compile([held, freight("100")])
    after = compile.compile([holding("held", "order.total", "> 5"), freight("200")], before=before)
    assert after.stages["door"] is before.stages["door"]
    assert rules(after.ask("door", [context])[0]) == ["held#r1"]
    answers = [each.ask("supply", [context])[0]["freight"][0]["base_minor"] for each in (before, after)]  # type: ignore[call-overload]
    assert answers == [100, 200]
    elsewhere = compile.compile([held, freight("100")], zone="Europe/Berlin", before=before)
    assert not any(elsewhere.stages[name] is stage for name, stage in before.stages.items())
    assert rules(compile.compile([freight("100")], before=before).ask("door", [context])[0]) == []
