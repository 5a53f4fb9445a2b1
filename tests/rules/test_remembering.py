"""A remembered answer is the answer that the engine would give."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderloom.rules import compile, remembering, shipped

COMPILED = compile.compile(list(shipped.documents()))
SUPPLY = sorted(COMPILED.reads["supply"])
SHIP = sorted(COMPILED.reads["ship"])
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


@pytest.mark.parametrize("stage", ["supply", "ship"])
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


@pytest.mark.parametrize(
    "condition",
    ["(order.total)", "order.paid >= order.total", "some(lines, #.gift)", "order.total >= 1 or order.x < 0", "a == b"],
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
