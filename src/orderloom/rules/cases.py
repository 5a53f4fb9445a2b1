"""A document's cases: its examples, which are its tests.

A case sets paths over a base context and says which rows answer. `expect` names each answer by its row; one that
names more than the row must equal the whole answer. Every row of a document has to be hit by a case.
`run` is for documents that are in force; a draft is run by `run_apart`, in a process of its own that is killed.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from orderloom.kit import limits
from orderloom.rules import apart, asides, bounds, compile, graphs, points


class Case(msgspec.Struct, frozen=True):
    """An example: paths set over the base, and the expected answers ({"rule": row} or the whole answer)."""

    name: str
    set: Mapping[str, Any] = {}
    expect: Sequence[Mapping[str, Any]] = ()


class Cases(msgspec.Struct, frozen=True):
    """All examples of a document over one base context."""

    base: Mapping[str, Any]
    cases: Sequence[Case]


class Outcome(msgspec.Struct, frozen=True):
    """What a case came to: `got` are the document's answers, `error` why there are none."""

    name: str
    passed: bool
    got: Sequence[Mapping[str, Any]] = ()
    error: str = ""


def run(document: graphs.Document, cases: Cases, *, zone: str = "Asia/Shanghai") -> list[Outcome]:
    """Run the cases on the slim contexts that production builds; a case passes when all answers are as expected."""
    compiled = asides.compiled([document], zone=zone)
    stage = points.POINTS[document.point].stage
    reads = compiled.reads[stage]
    contexts: list[bytes | dict[str, Any]] = [compile.trimmed(context(cases, case), reads) for case in cases.cases]
    outcomes: list[Outcome] = []
    for case, given in zip(cases.cases, compiled.ask(stage, contexts), strict=True):
        if isinstance(given, compile.RuleError):
            outcomes.append(Outcome(case.name, False, error=given.reason))
        else:
            got = [_short(answer) for answer in given[document.point]]
            outcomes.append(Outcome(case.name, _as_expected(got, case.expect), got))
    return outcomes


def context(cases: Cases, case: Case) -> dict[str, Any]:
    """The base with the case's paths set; `lines` is set as a whole."""
    made: dict[str, Any] = json.loads(msgspec.json.encode(cases.base))
    for path, value in case.set.items():
        *parents, last = path.split(".")
        place = made
        for parent in parents:
            place = place.setdefault(parent, {})
        place[last] = value
    return made


def findings(document: graphs.Document, outcomes: Sequence[Outcome]) -> list[bounds.Finding]:
    """Cases that came out otherwise, and rows that no case hits."""
    said = _rows(document)
    found = [
        bounds.Finding(
            "rules.case_failed",
            document.name,
            row=one.name,
            data={
                "got": one.got,
                "error": one.error,
                "hit": one.error or [said.get(answer["rule"], answer["rule"]) for answer in one.got] or "—",
            },
        )
        for one in outcomes
        if not one.passed
    ]
    hit = {answer["rule"] for one in outcomes for answer in one.got}
    for node in graphs.graph(document.content).of_type("decisionTableNode"):
        table = graphs.table(node)
        for index, row in enumerate(table.rules):
            name = graphs.row_id(row, index)
            if name not in hit:
                data = {"said": said[name]}
                found.append(bounds.Finding("rules.row_without_case", document.name, node.id, name, data=data))
    return found


def _rows(document: graphs.Document) -> dict[str, str]:
    """Rows by name as people know them: their place in the table, and what it says of itself."""
    return {
        graphs.row_id(row, index): f"{index + 1} {row.get('_description') or ''}".strip()
        for node in graphs.graph(document.content).of_type("decisionTableNode")
        for index, row in enumerate(graphs.table(node).rules)
    }


def run_apart(
    document: graphs.Document, cases: Cases, *, zone: str = "Asia/Shanghai"
) -> list[Outcome] | list[bounds.Finding]:
    """Run the cases in a process with bounded memory that is killed after CASE_SECONDS_MAX (from when it is ready).

    Returns the outcomes, or one finding when the process did not end by itself.
    """
    if len(cases.cases) > limits.CASES_MAX:
        return [bounds.Finding("rules.too_many_cases", document.name, data={"cases_max": limits.CASES_MAX})]
    asked = msgspec.json.encode({"document": document, "cases": cases, "zone": zone})
    try:
        answer = apart.ask("orderloom.rules.cases", asked, seconds=limits.CASE_SECONDS_MAX)
    except apart.TooSlow:
        data = {"seconds_max": limits.CASE_SECONDS_MAX}
        return [bounds.Finding("rules.cases_too_slow", document.name, data=data)]
    except apart.Broke as broke:
        return [bounds.Finding("rules.cases_broke", document.name, data={"exit": broke.args[0]})]
    return msgspec.json.decode(answer, type=list[Outcome])


def _short(answer: Mapping[str, Any]) -> dict[str, Any]:
    return {**answer, "rule": answer["rule"].rsplit("#", 1)[1]}


def _as_expected(got: Sequence[Mapping[str, Any]], expect: Sequence[Mapping[str, Any]]) -> bool:
    if len(got) != len(expect):
        return False
    return all(
        given == dict(wanted) if len(wanted) > 1 else given["rule"] == wanted["rule"]
        for given, wanted in zip(got, expect, strict=True)
    )


class _Asked(msgspec.Struct):
    document: graphs.Document
    cases: Cases
    zone: str


def _answer(asked: bytes) -> bytes:
    read = msgspec.json.decode(asked, type=_Asked)
    return msgspec.json.encode(run(read.document, read.cases, zone=read.zone))


if __name__ == "__main__":
    apart.serve(_answer)
