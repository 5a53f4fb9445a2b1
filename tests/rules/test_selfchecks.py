"""What a document says of itself before it is published, with examples that the engine bears out."""

import itertools
import time
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rules.documents import HOLD, document, grading, graph, holding, node, table

from orderloom.kit import limits
from orderloom.rules import bounds, compile, points, samples, selfchecks, shipped
from orderloom.rules.graphs import Document

Found = list[bounds.Finding]


def of(found: Found, code: str) -> Found:
    return [each for each in found if each.code == code]


def answered(of_document: Document, values: Mapping[str, Any]) -> list[str]:
    point = points.POINTS[of_document.point]
    [given] = compile.compile([of_document]).ask(point.stage, [samples.context(values, point=point)])
    assert isinstance(given, dict)
    return [each["rule"].partition("#")[2] for each in given[point.name]]


def test_a_gap_is_told_with_an_order_that_no_row_answers():
    graded = grading("order.total", ("< 100", '"small"', "3"), ("> 100", '"large"', "1"))
    [gap] = of(selfchecks.find(graded), "rules.gap")
    assert gap.level == "warning"
    assert gap.data["example"] == {"order.total": 100}
    assert answered(graded, gap.data["example"]) == []


def test_what_cannot_be_is_no_gap():
    weekdays = grading("now.weekday", *((str(day), '"a"', "1") for day in range(1, 8)))
    assert of(selfchecks.find(weekdays), "rules.gap") == []  # There is no weekday 8, and none between two days.
    marked = grading("order.urgent_mark", ("true", '"urgent"', "1"), ("false", '"ordinary"', "9"))
    assert of(selfchecks.find(marked), "rules.gap") == []


def test_a_gap_that_another_document_answers_is_none():
    graded = grading("order.total", ("> 100", '"large"', "1"))
    rest = grading("order.total", ("", '"ordinary"', "9"), name="rest")
    assert of(selfchecks.find(graded), "rules.gap")
    assert of(selfchecks.find(graded, beside=[rest]), "rules.gap") == []


def test_a_row_below_one_that_takes_all_of_it_is_named_with_that_one():
    graded = grading("order.total", (">= 10", '"a"', "1"), (">= 20", '"b"', "2"), ("", '"c"', "3"))
    [shadowed] = of(selfchecks.find(graded), "rules.row_shadowed")
    assert (shadowed.row, shadowed.data["by"]) == ("r2", "r1")


def test_a_row_that_rows_above_take_together_is_told():
    content = table(
        ["order.total", "order.urgent_mark"],
        ("grade", "priority"),
        [("< 5", "", '"a"', "1"), (">= 5", "true", '"b"', "2"), ("", "false", '"c"', "3"), ("[3..8]", "", '"d"', "4")],
        hit="first",
    )
    [shadowed] = of(selfchecks.find(document("grades", "grade", content)), "rules.row_shadowed")
    assert (shadowed.row, shadowed.data["by"]) == ("r4", "r1, r2, r3")


def test_rows_that_only_the_engine_understands_are_not_judged_beyond_their_text():
    late = "contains($, '急')"
    rows = [(late, '"a"', "1"), (late, '"b"', "2"), ("startsWith($, '急')", '"c"', "3")]
    content = table(["order.notes.buyer"], ("grade", "priority"), rows, hit="first")
    shadowed = of(selfchecks.find(document("grades", "grade", content)), "rules.row_shadowed")
    assert [(each.row, each.data["by"]) for each in shadowed] == [("r2", "r1")]


def test_rows_that_meet_are_told_with_an_order_that_meets_both():
    content = table(
        ["order.total", "customer.level"],
        ("grade", "priority"),
        [(">= 100", "", '"large"', "2"), ("", '"A"', '"vip"', "1"), ("", "", '"ordinary"', "9")],
        hit="first",
    )
    [overlap] = of(selfchecks.find(document("grades", "grade", content)), "rules.rows_overlap")
    assert (overlap.data["upper"], overlap.row) == ("r1", "r2")
    assert overlap.data["example"] == {"order.total": 100, "customer.level": "A"}


def test_rows_that_answer_together_are_told_only_when_they_say_different_things():
    rows = [("> 10", '"late"', '"晚"', '"late"', '"clerk"', '["release"]')]
    same = [*rows, ("> 20", *rows[0][1:])]
    other = [*rows, ("> 20", '"late"', '"很晚"', '"very late"', '"clerk"', '["release"]')]
    assert of(selfchecks.find(document("h", "hold", table(["order.total"], HOLD, same))), "rules.rows_conflict") == []
    [conflict] = of(selfchecks.find(document("h", "hold", table(["order.total"], HOLD, other))), "rules.rows_conflict")
    assert (conflict.row, conflict.data["upper"], conflict.data["same"]) == ("r2", "r1", {"code": "late"})
    assert answered(document("h", "hold", table(["order.total"], HOLD, other)), conflict.data["example"]) == [
        "r1",
        "r2",
    ]


def test_a_row_written_twice_and_a_row_that_excludes_itself_are_told():
    twice = holding("h", "order.total", "> 5", "> 5.0", "> 9 and < 3")
    found = selfchecks.find(twice)
    assert [(each.row, each.data["twin"]) for each in of(found, "rules.row_twice")] == [("r2", "r1")]
    assert [each.row for each in of(found, "rules.row_never_matches")] == ["r3"]


def test_exits_and_nodes_that_nothing_reaches_are_told():
    switch = {
        "hitPolicy": "first",
        "statements": [
            {"id": "large", "condition": "order.total >= 100"},
            {"id": "larger", "condition": "order.total > 500"},
            {"id": "rest", "condition": "", "isDefault": True},
        ],
    }
    step = {"expressions": [{"id": "a", "key": "grade", "value": '"a"'}, {"id": "b", "key": "priority", "value": "1"}]}
    nodes = [node(name, "expressionNode", step) for name in ("one", "two", "three", "alone")]
    edges = [("start", "way"), ("way", "one", "large"), ("way", "two", "larger"), ("way", "three", "rest"),
             ("one", "end"), ("alone", "end")]  # fmt: skip
    found = selfchecks.find(Document("ways", "grade", 1, graph(node("way", "switchNode", switch), *nodes, edges=edges)))
    assert [(each.row, each.data["by"]) for each in of(found, "rules.exit_never_taken")] == [("larger", "large")]
    assert [each.node for each in of(found, "rules.node_unreachable")] == ["two", "alone"]


OFFER = ("promotion", "kind", "threshold", "off", "repeat", "payer", "priority", "stackable", "exclusive_group")


def offers(*rows: Sequence[str]) -> Document:
    made = [
        (when, f'"{name}"', '"amount_off"', threshold, off, "false", '"merchant"', priority, stack, group, '"x"', '"x"')
        for when, name, threshold, off, priority, stack, group in rows
    ]
    return document("offers", "price", table(["customer.level"], (*OFFER, "label_zh", "label_en"), made))


def test_promotions_that_meet_are_told_with_a_cart_and_its_price():
    both = offers(("", "P300", "300", "50", "1", "true", ""), ('"A"', "VIP", "100", "20", "2", "true", ""))
    [meeting] = of(selfchecks.find(both), "rules.promotions_meet")
    assert (meeting.data["promotion"], meeting.data["other"]) == ("P300", "VIP")
    assert meeting.data["example"]["customer.level"] == "A"
    assert float(meeting.data["price"]) == float(meeting.data["goods"]) - 50 - 20


def test_promotions_of_one_group_are_told_with_the_one_that_wins():
    both = offers(("", "P300", "300", "50", "2", "true", '"one"'), ("", "P200", "200", "30", "1", "true", '"one"'))
    [meeting] = of(selfchecks.find(both), "rules.promotions_exclude")
    assert meeting.data["winner"] == "P200"  # The smaller priority goes first, though it takes off less.
    assert float(meeting.data["goods"]) - float(meeting.data["price"]) == 30


def test_promotions_for_different_customers_do_not_meet():
    apart = offers(('"A"', "P1", "300", "50", "1", "true", ""), ('"B"', "P2", "300", "50", "2", "true", ""))
    assert [each.code for each in selfchecks.find(apart)] == []


def test_a_promotion_meets_one_of_another_document():
    one = offers(("", "P1", "300", "50", "1", "true", ""))
    other = msgspec.structs.replace(offers(("", "P2", "100", "10", "2", "true", "")), name="others")
    [meeting] = of(selfchecks.find(one, beside=[other]), "rules.promotions_meet")
    assert meeting.data["other_rule"] == "others#r1"


@pytest.mark.parametrize("found", shipped.documents(), ids=lambda each: each.name)
def test_no_shipped_document_has_a_gap_or_a_row_that_is_never_reached(found: Document):
    told = {each.code for each in selfchecks.find(found, beside=shipped.documents())}
    assert told <= {"rules.rows_overlap", "rules.promotions_meet", "rules.promotions_exclude", "rules.checks_more"}


@pytest.mark.parametrize(
    "cells",
    [
        [f'"SKU-{n}"' for n in range(10_000)],
        [f"[{n}..{n + 1})" for n in range(10_000)],
        [f"> {10_000 - n}" for n in range(10_000)],
    ],
    ids=["values", "bands", "ladder"],
)
def test_a_table_of_ten_thousand_rows_is_looked_through_in_seconds(cells: list[str]):
    field = "order.order_no" if cells[0].startswith('"') else "order.total"
    graded = grading(field, *((cell, '"a"', str(n)) for n, cell in enumerate(cells)))
    started = time.process_time()
    found = selfchecks.find(graded)
    assert time.process_time() - started < limits.SELFCHECK_SECONDS_MAX
    assert of(found, "rules.gap")
    assert of(found, "rules.row_shadowed") == []


def test_it_says_where_it_stopped_looking():
    rows = [(f"> {5_000 - n}", f"[{n % 97}..{n % 97 + 50}]", '"a"', str(n)) for n in range(3_000)]
    content = table(["order.total", "order.weight_kg"], ("grade", "priority"), rows, hit="first")
    started = time.process_time()
    found = selfchecks.find(document("large", "grade", content))
    assert of(found, "rules.checks_stopped")
    assert time.process_time() - started < limits.SELFCHECK_SECONDS_MAX


def test_a_document_that_runs_long_is_looked_at_in_a_process_that_is_killed():
    steps = "sum(map([1..1000], sum(map([1..1000], #)))) > 0 ? 1 : 0"
    heavy = grading("order.total", *((f"[{n}..{n + 5}]", f"{steps} > 0 ? 'a' : 'b'", "1") for n in range(2)))
    assert bounds.publishable(bounds.judge(heavy))
    started = time.monotonic()
    found = selfchecks.find_apart(heavy)
    assert time.monotonic() - started < limits.SELFCHECK_SECONDS_MAX + 10
    assert found


def test_a_small_document_is_looked_at_here_with_the_same_findings_as_apart():
    both = offers(("", "P300", "300", "50", "1", "true", ""), ('"A"', "VIP", "100", "20", "2", "true", ""))
    assert selfchecks.find_bounded(both) == selfchecks.find_apart(both) == selfchecks.find(both)
    large = grading(
        "order.total", *((f"[{n}..{n + 1})", '"a"', "1") for n in range(limits.SELFCHECK_ROWS_HERE_MAX + 1))
    )
    assert of(selfchecks.find_bounded(large), "rules.gap")


TOTALS = ["", "< 2", ">= 2", "1", "[1..3]", "(1..3)", "!= 2", "1, 3", "> 2 and < 4", "not in [0, 4]"]
LEVELS = ["", '"A"', '"A", "B"', '!= "A"', "null", 'not in ["B"]', '"C"']
MARKS = ["", "true", "false"]
GRID = [
    {"order.total": total, "customer.level": level, "order.urgent_mark": mark}
    for total, level, mark in itertools.product(
        [0, 0.5, 1, 1.5, 2, 2.5, 3, 3.5, 4, 9], [None, "A", "B", "C", "other"], [True, False]
    )
]
ROWS = st.lists(st.tuples(*(st.sampled_from(cells) for cells in (TOTALS, LEVELS, MARKS))), min_size=1, max_size=6)


@given(rows=ROWS)
@settings(max_examples=60, deadline=None)
def test_gaps_and_shadows_are_those_of_every_order_there_is(rows: list[tuple[str, ...]]):
    fields = ["order.total", "customer.level", "order.urgent_mark"]
    made = [(*cells, f'"g{n}"', str(n)) for n, cells in enumerate(rows)]
    graded = document("grades", "grade", table(fields, ("grade", "priority"), made, hit="first"))
    compiled = compile.compile([graded])
    point = points.POINTS["grade"]
    given = compiled.ask("door", [samples.context(each, point=point) for each in GRID])
    reached = [each["grade"][0]["rule"].partition("#")[2] if each["grade"] else "" for each in given]  # type: ignore[index]
    found = selfchecks.find(graded)
    hidden = {each.row for each in found if each.code in ("rules.row_shadowed", "rules.row_never_matches")}
    assert hidden == {f"r{n}" for n in range(1, len(rows) + 1)} - set(reached)
    gaps = of(found, "rules.gap")
    assert bool(gaps) == ("" in reached)
    for gap in gaps:
        assert answered(graded, gap.data["example"]) == []


@given(rows=ROWS)
@settings(max_examples=40, deadline=None)
def test_conflicts_are_those_of_every_order_there_is(rows: list[tuple[str, ...]]):
    fields = ["order.total", "customer.level", "order.urgent_mark"]
    made = [(*cells, '"kind"', f'"k{n}"') for n, cells in enumerate(rows)]
    filled = document("filled", "complete", table(fields, ("field", "value"), made))
    compiled = compile.compile([filled])
    point = points.POINTS["complete"]
    given = compiled.ask("door", [samples.context(each, point=point) for each in GRID])
    together = {frozenset(one["rule"].partition("#")[2] for one in each["complete"]) for each in given}  # type: ignore[index]
    lower = {names[index] for each in together for names in [sorted(each)] for index in range(1, len(names))}
    assert {each.row for each in of(selfchecks.find(filled), "rules.rows_conflict")} == lower
