"""A remembered answer is the answer that the engine would give."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.rules.documents import document, table

from orderloom.rules import compile, flows, remembering, shipped

COMPILED = compile.compile(list(shipped.documents()))
SUPPLY = sorted(COMPILED.reads["supply"])
SHIP = sorted(COMPILED.reads["ship"])
DOOR = sorted(path for path in COMPILED.reads["door"] if not path.startswith("lines"))
DOOR_LINES = sorted(path.removeprefix("lines[].") for path in COMPILED.reads["door"] if path.startswith("lines[]."))
VALUES = (
    st.none()
    | st.booleans()
    | st.sampled_from([0, 1, 2, 19.99, 20, 30, 30.001, 119, 120, 299, 300, 5000, 10_000, 50_000.5])
    | st.sampled_from(["", "credit", "cod", "vip", "urgent", "A", "stock", "made_to_order", "SF", "浙江省", "x"])
)


def _context(paths: list[str], values: list[Any]) -> dict[str, Any]:
    context: dict[str, Any] = {}
    for path, value in zip(paths, values, strict=True):
        *parents, last = path.split(".")
        place = context
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    return context


@pytest.mark.parametrize("stage", ["door", "supply", "ship"])
def test_the_shipped_rules_can_be_remembered(stage: str):
    assert COMPILED.stages[stage].memory is not None


@pytest.mark.parametrize(("stage", "paths"), [("supply", SUPPLY), ("ship", SHIP)])
@settings(max_examples=200)
@given(data=st.data())
def test_whatever_was_asked_before_the_answer_is_the_engines(stage: str, paths: list[str], data: st.DataObject):
    contexts: list[bytes | dict[str, Any]] = [
        _context(paths, data.draw(st.lists(VALUES, min_size=len(paths), max_size=len(paths)))) for _ in range(3)
    ]
    encoded = [compile._encode(each) for each in contexts]
    # JSON goes to the engine, a dict is remembered.
    assert COMPILED.ask(stage, contexts) == COMPILED.ask(stage, encoded)


LINE_VALUES = VALUES | st.sampled_from(["肉干", "童袜", "湿巾", "医疗器械"])


@settings(max_examples=300)
@given(data=st.data())
def test_the_door_answers_as_the_engine_does_whatever_lines_an_order_has(data: st.DataObject):
    # One order first, then others that differ from it in a few values: those are the ones that could be taken for it.
    line = st.lists(LINE_VALUES, min_size=len(DOOR_LINES), max_size=len(DOOR_LINES))
    values = data.draw(st.lists(VALUES, min_size=len(DOOR), max_size=len(DOOR)))
    lines = data.draw(st.lists(line, max_size=3))
    contexts: list[bytes | dict[str, Any]] = []
    for _ in range(4):
        made = _context(DOOR, values)
        made["lines"] = [_context(DOOR_LINES, each) for each in lines]
        contexts.append(made)
        values = list(values)
        values[data.draw(st.integers(0, len(values) - 1))] = data.draw(VALUES)
        lines = data.draw(st.permutations([*lines, *data.draw(st.lists(line, max_size=1))]))
    encoded = [compile._encode(each) for each in contexts]
    # What `complete` fills in goes by the memory in both ways, so the answers are asked for before that.
    assert COMPILED._evaluate("door", contexts) == COMPILED._evaluate("door", encoded)


AMOUNTS = st.none() | st.sampled_from([0, 1, 1.0, 4.99, 5, 5.0, 5.01, 10**6, 0.1, 0.30000000000000004, 0.3])


@given(rows=st.lists(st.lists(AMOUNTS, min_size=2, max_size=2), min_size=1, max_size=6))
def test_two_values_against_each_other_are_less_equal_more_or_missing(rows: list[list[Any]]):
    paths = ["order.paid", "order.total"]
    texts = [f"order.paid {operator} order.total" for operator in ("<", "<=", ">", ">=")]
    question = flows.Question(texts, zone="Asia/Shanghai")
    assert question._memory is not None
    for row in rows:
        context = _context(paths, row)
        assert question.ask(context) == question._evaluated(context)


@given(
    value=st.lists(VALUES, min_size=3, max_size=3),
    lines=st.lists(st.tuples(VALUES, st.dictionaries(st.just("floor"), VALUES)), max_size=3),
)
def test_values_in_a_row_have_the_key_of_their_context(value: list[Any], lines: list[tuple[Any, dict[str, Any]]]):
    memory = remembering.memory(
        [
            "order.x >= 30 and order.y < order.z",
            "order.y in ['A', 'vip'] or (order.z ?? 0) > 1",
            "(some(lines, #.custom.floor >= 20 and (#.sku == 'x' or #.sku == null))) == true",
        ]
    )
    assert memory is not None
    paths = ["order.z", "now.hour", "order.x", "order.y"]
    keys = memory.keys(paths, ["custom", "name", "sku"])
    assert keys is not None
    x, y, z = value
    context = _context(paths, [z, 12, x, y])
    context["lines"] = [{"custom": custom, "name": "n", "sku": sku} for sku, custom in lines]
    flat = [z, 12, x, y, [[custom, "n", sku] for sku, custom in lines]]
    assert keys.key(flat) == memory._key(context)
    assert memory.keys(["order.z", "order.x"], ["custom", "sku"]) is None


def test_lines_like_lines_before_them_change_nothing():
    memory = remembering.memory(["some(lines, #.quantity > 5) or all(lines, #.unit == 'kg')"])
    assert memory is not None
    asked: list[int] = []
    few, many, kilos = {"quantity": 5, "unit": "g"}, {"quantity": 6, "unit": "g"}, {"quantity": 1, "unit": "kg"}
    for number, lines in enumerate([[], [few], [few, few], [few, many], [few, many, few], [kilos, few]]):
        memory.answers({"lines": lines}, lambda number=number: asked.append(number) or {})
    assert asked == [0, 1, 3, 5]


def test_what_a_row_computes_is_worked_out_for_each_order():
    outputs = ("base_minor", "per_kg_minor", "free_over_minor", "free_kg")
    rows = [("> 100", "0", "0", "0", "1"), ("", "order.total * 100", "0", "0", "1")]
    freight = document("freight", "freight", table(["order.total"], outputs, rows, hit="first"))
    compiled = compile.compile([freight])
    totals = (1, 2, 1, 101, 102)
    answered = compiled.ask("supply", [{"order": {"total": total}} for total in totals])
    assert [answers["freight"][0]["base_minor"] for answers in answered if isinstance(answers, dict)] == [
        100, 200, 100, 0, 0
    ]  # fmt: skip
    memory = compiled.stages["supply"].memory
    assert memory is not None
    assert len(memory._answers) == 1


@pytest.mark.parametrize(
    "condition",
    [
        "(order.total)",
        "order.paid + 1 >= order.total",
        "some(lines, #.gift)",
        "one(lines, #.price > 0)",
        "count(lines, #.price > 0) > 1",
        "some(lines, order.total > 0)",
        "some(lines, some(lines, #.price > 0))",
        "some(order.tags, # == 'x')",
        "#.price > 0",
        "not (order.total > 0)",
        "order.total > 0 ? order.x > 0 : order.y > 0",
        "(order.total > 0) + 1 > 1",
        "order.total ?? 0 > 1",
        "order.total >= 1 and",
        "(order.total >= 1",
        "order.total >= 1)",
        "order.total >= max([1, 2])",
        "order.total >= 1e3",
        "a == b",
    ],
)
def test_what_is_more_than_values_against_constants_is_for_the_engine_alone(condition: str):
    assert remembering.memory(["order.kind == 'stock'", condition]) is None


def test_true_is_not_one_and_a_list_is_never_remembered():
    memory = remembering.memory(["order.x == true and order.x >= 1"])
    assert memory is not None
    asked: list[int] = []

    def ask() -> dict[str, Any]:
        asked.append(1)
        return {}

    for value in (True, 1, True, 1, [1], [1]):
        memory.answers({"order": {"x": value}}, ask)
    assert len(asked) == 4


def test_numbers_between_two_constants_are_one_class_and_each_constant_is_its_own():
    memory = remembering.memory(["order.x >= 30", "order.x == 10"])
    assert memory is not None
    asked: list[float] = []

    for value in (9, 9.99, 10, 10.0, 10.01, 29.9, 30, 30.5, 10**6):
        memory.answers({"order": {"x": value}}, lambda value=value: asked.append(value) or {})
    assert asked == [9, 10, 10.01, 30, 30.5]


def test_what_failed_is_asked_again():
    memory = remembering.memory(["order.x == 1"])
    assert memory is not None
    answers = iter(["an error", {"point": []}])
    assert memory.answers({"order": {"x": 1}}, lambda: next(answers)) == "an error"
    assert memory.answers({"order": {"x": 1}}, lambda: next(answers)) == {"point": []}
    assert memory.answers({"order": {"x": 1}}, lambda: next(answers)) == {"point": []}
