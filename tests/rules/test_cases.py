"""Cases: a document's examples are its tests, run apart from the house."""

import resource
import time

from tests.rules.documents import grading, holding

from orderloom.kit import limits
from orderloom.rules import cases, explain
from orderloom.rules.cases import Case, Cases

GRADES = grading("order.total", ("> 100", '"vip"', "1"), ("", '"ordinary"', "9"))
BASE = {"order": {"total": 5, "custom": {"a": 1}}}


def test_a_case_names_rows_or_whole_answers():
    examples = Cases(BASE, [
        Case("small", {}, [{"rule": "r2"}]),
        Case("large", {"order.total": 101}, [{"rule": "r1", "grade": "vip", "priority": 1}]),
        Case("wrong row", {"order.total": 101}, [{"rule": "r2"}]),
        Case("wrong value", {"order.total": 101}, [{"rule": "r1", "grade": "vip", "priority": 2}]),
        Case("value left out", {"order.total": 101}, [{"rule": "r1", "grade": "vip"}]),
        Case("expected nothing", {}, []),
    ])  # fmt: skip
    outcomes = cases.run(GRADES, examples)
    assert [outcome.passed for outcome in outcomes] == [True, True, False, False, False, False]


def test_a_row_that_no_case_hits_is_told():
    outcomes = cases.run(GRADES, Cases(BASE, [Case("small", {}, [{"rule": "r2"}])]))
    assert [(one.code, one.row) for one in cases.findings(GRADES, outcomes)] == [("rules.row_without_case", "r1")]


def test_setting_a_path_leaves_what_all_cases_share_as_it_is():
    examples = Cases(BASE, [Case("deep", {"order.custom.b.c": 2}), Case("plain")])
    assert cases.context(examples, examples.cases[0]) == {"order": {"total": 5, "custom": {"a": 1, "b": {"c": 2}}}}
    assert cases.context(examples, examples.cases[1]) == BASE


def test_cases_run_in_a_process_of_their_own():
    examples = Cases(BASE, [Case("small", {}, [{"rule": "r2"}])])
    assert cases.run_apart(GRADES, examples) == cases.run(GRADES, examples)


def test_cases_that_take_too_long_are_killed():
    # What bounds would refuse, run all the same: the process has to end in time even so.
    endless = holding("endless", "sum(map([1..30000], sum(map([1..30000], #))))", "> 0")
    started = time.monotonic()
    found = cases.run_apart(endless, Cases(BASE, [Case("one")]))
    assert [one.code for one in found if not isinstance(one, cases.Outcome)] == ["rules.cases_too_slow"]
    assert time.monotonic() - started < limits.CASE_SECONDS_MAX + 10


def test_cases_that_take_too_much_memory_are_ended():
    greedy = holding("greedy", "len(map([1..1000], `${#}${order.custom.text}`))", "> 0")
    found = cases.run_apart(greedy, Cases(BASE, [Case("one", {"order.custom.text": "x" * 4_000_000})]))
    # On a busy machine the clock may end it before the memory does; its memory stays bounded either way.
    codes = [one.code for one in found if not isinstance(one, cases.Outcome)]
    assert codes in (["rules.cases_broke"], ["rules.cases_too_slow"])
    assert resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024 <= limits.CASE_MEMORY_BYTES_MAX


def test_a_rule_is_told_in_words_with_its_version():
    documents = {"grades": GRADES, "late": holding("late", "order.total", "> 5")}
    told = explain.tell("late#r1", documents)
    assert told == explain.Explained("late", 1, "hold", "r1", "晚", "late")
    assert explain.tell("grades#r1", documents) == explain.Explained(
        "grades", 1, "grade", "r1", "当 order.total > 100", "when order.total > 100"
    )
    other = explain.tell("grades#r2", documents)
    assert other is not None
    assert (other.zh, other.en) == ("其余情况", "in all other cases")
    assert explain.tell("gone#r1", documents) is None
