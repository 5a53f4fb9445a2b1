"""What must never run: wherever it stands in a document it is refused with its place, and at once."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from tests.rules.documents import Document, document, graph, holding, node, table

from orderloom.kit import limits
from orderloom.rules import bounds, cases, kind, selfchecks, simulations

BOMB = "sum(map([1..30000], sum(map([1..30000], #))))"
SECONDS = 2


def _assigned(value: str, **more: Any) -> dict[str, Any]:
    step = {"expressions": [{"id": "e", "key": "code", "value": value}], **more}
    return graph(node("n", "expressionNode", step), edges=[("start", "n"), ("n", "end")])


def _tabled(cells: tuple[str, str], field: str = "order.total", **more: Any) -> dict[str, Any]:
    content = table([field], ("code",), [cells], **more)
    return graph(node("n", "decisionTableNode", content), edges=[("start", "n"), ("n", "end")])


def _fieldless(cell: str) -> dict[str, Any]:
    made = _tabled((cell, '"x"'))
    del made["nodes"][1]["content"]["inputs"][0]["field"]
    return made


def _switched(condition: str) -> dict[str, Any]:
    switch = {"hitPolicy": "first", "statements": [{"id": "s", "condition": condition}]}
    return graph(node("n", "switchNode", switch), edges=[("start", "n"), ("n", "end", "s")])


# Every place of a decision graph in which an expression may stand.
PLACES: dict[str, Callable[[str], dict[str, Any]]] = {
    "a column's field": lambda bomb: _tabled(("> 1", '"x"'), field=bomb),
    "an input cell": lambda bomb: _tabled((f"> {bomb}", '"x"')),
    "an input cell as a value": lambda bomb: _tabled((bomb, '"x"')),
    "a whole condition": lambda bomb: _fieldless(f"{bomb} > 1"),
    "an output cell": lambda bomb: _tabled(("> 1", bomb)),
    "a table's input field": lambda bomb: _tabled(("> 1", '"x"'), inputField=bomb),
    "an expression": _assigned,
    "an expression's input field": lambda bomb: _assigned("1", inputField=bomb),
    "an exit's condition": lambda bomb: _switched(f"{bomb} > 1"),
    "a text with places": lambda bomb: _assigned(f"`${{{bomb}}}`"),
    "an index": lambda bomb: _assigned(f"lines[{bomb}].sku"),
    "a branch": lambda bomb: _assigned(f"order.urgent_mark ? {bomb} : 1"),
    "an object": lambda bomb: _assigned(f"{{ a: [{bomb}] }}"),
}


@pytest.mark.parametrize("place", PLACES)
def test_a_bomb_is_refused_in_every_place_an_expression_may_stand(place: str):
    content = PLACES[place](BOMB)
    started = time.process_time()
    [first, *_] = bounds.judge(Document("bomb", "hold", 1, content))
    assert time.process_time() - started < SECONDS
    assert (first.code, first.level, first.node) == ("rules.range_too_long", "error", "n")
    assert first.data["expression"]
    [simulated, *_] = simulations.run(content, [{}])
    assert isinstance(simulated, bounds.Finding)
    assert simulated.code == "rules.range_too_long"


@pytest.mark.parametrize("place", PLACES)
def test_a_bomb_within_every_bound_but_one_is_refused_for_its_steps(place: str):
    bomb = "sum(map([1..1000], sum(map([1..1000], #)))) + sum(map([1..1000], sum(map([1..1000], #))))"
    [first, *_] = bounds.judge(Document("bomb", "hold", 1, PLACES[place](bomb)))
    assert first.code == "rules.too_much_work"


@pytest.mark.parametrize("place", PLACES)
def test_brackets_without_end_are_refused_in_every_place(place: str):
    for text in ("(" * 500 + "1" + ")" * 500, "[" * 900, "{a:" * 300 + "1" + "}" * 300):
        started = time.process_time()
        found = bounds.judge(Document("deep", "hold", 1, PLACES[place](text)))
        assert time.process_time() - started < SECONDS
        assert any(each.level == "error" for each in found), text[:20]


def test_long_chains_of_operators_end_in_time_and_kill_nothing():
    chains = ["-" * 1_900 + "1", "not " * 400 + "true", "+".join(["1"] * 990), "a" + ".b" * 900, "1 " + "?? 1 " * 390]
    started = time.monotonic()
    for text in chains:
        [ran] = simulations.run(_assigned(text), [{"a": 1}])
        assert isinstance(ran, simulations.Simulated), text[:20]
        assert not ran.error
    assert time.monotonic() - started < SECONDS * len(chains)


@pytest.mark.parametrize(
    "fattened",
    [
        lambda big: _tabled((f'"{big}"', '"x"')),
        lambda big: _tabled(("> 1", f'"{big}"')),
        lambda big: _tabled(("> 1", '"x"'), field=big),
        lambda big: _assigned(f'"{big}"'),
        lambda big: _switched(f'order.kind == "{big}"'),
        lambda big: _assigned("1") | {"note": big},
        lambda big: _assigned("1") | {"more": [{"x": 1}] * (len(big) // 8)},
    ],
    ids=["input", "output", "field", "expression", "exit", "unknown key", "many keys"],
)
def test_ten_megabytes_anywhere_are_refused_at_once(fattened: Callable[[str], dict[str, Any]]):
    content = fattened("x" * 10_000_000)
    started = time.process_time()
    assert [each.code for each in bounds.judge(Document("huge", "hold", 1, content))] == ["rules.too_large"]
    assert time.process_time() - started < SECONDS


def test_a_document_nested_without_end_is_refused():
    nested: Any = {}
    for _ in range(100_000):
        nested = {"a": nested}
    for content in ({"nodes": [], "edges": [], "more": nested}, _assigned("1") | {"nodes": [nested]}):
        [first, *_] = bounds.judge(Document("nested", "hold", 1, content))
        assert first.code == "rules.malformed"
        for _ in range(100_000):  # Taken apart by hand: dropping it at once would go as deep as it is.
            if "a" not in nested:
                break
            nested = nested["a"]


def test_a_table_of_twenty_thousand_rows_is_judged_in_seconds_and_one_more_is_refused():
    rows = [f'"K{n}"' for n in range(limits.TABLE_ROWS_MAX)]
    large = holding("large", "order.order_no", *rows)
    started = time.process_time()
    assert bounds.publishable(bounds.judge(large))
    assert time.process_time() - started < 10
    assert "rules.too_many_rows" in [
        each.code for each in bounds.judge(holding("larger", "order.order_no", *rows, '"x"'))
    ]


def test_cases_and_checks_of_a_document_at_its_bounds_end_in_time():
    heavy = "sum(map([1..1000], sum(map([1..1000], #)))) > 0"
    slow = document(
        "slow", "grade", table(["order.total"], ("grade", "priority"), [(f"{heavy} and $ > 1", '"a"', "1")])
    )
    assert bounds.publishable(bounds.judge(slow))
    started = time.monotonic()
    examples = cases.Cases({"order": {"total": 5}}, [cases.Case(str(n)) for n in range(500)])
    [ran] = cases.run_apart(slow, examples)
    assert isinstance(ran, bounds.Finding)
    assert ran.code == "rules.cases_too_slow"
    assert {each.level for each in selfchecks.find_apart(slow)} <= {"warning"}
    assert time.monotonic() - started < limits.CASE_SECONDS_MAX + limits.SELFCHECK_SECONDS_MAX + 20


def test_the_kind_of_rules_points_at_the_cell_of_a_bomb():
    content = {"point": "hold", "content": _tabled(("> 1", BOMB))}
    [first, *_] = kind.KIND.check("bomb", content, kind.Known())
    assert (first.code, first.path) == ("rules.range_too_long", "/content/nodes/1/content/rules/0/o0")
