"""The documents that come with the hub: well-formed, covered by their cases, and pinned cell by cell."""

import copy
import re
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest

from orderloom.domain import words
from orderloom.rules import bounds, cases, compile, points, shipped
from orderloom.rules.graphs import Document

DOCUMENTS = shipped.documents()
NAMES = [document.name for document in DOCUMENTS]
MONEY = ("order.total", "order.goods")
_NUMBER = re.compile(r"(?<![\w.\"])-?\d+(?:\.\d+)?(?![\w.]*\")")
_TEXT = re.compile(r"\"[^\"]*\"")
_SWAPS = ((">=", ">"), ("<=", "<"), ("!=", "=="), ("==", "!="), ("not in", "in"), ("true", "false"), ("false", "true"))


def named(name: str) -> Document:
    return next(document for document in DOCUMENTS if document.name == name)


def test_every_decision_point_of_the_road_has_a_document():
    road = {name for name, point in points.POINTS.items() if point.stage in points.STAGES}
    assert {document.point for document in DOCUMENTS} == road


def test_they_have_the_size_of_the_reference_company():
    rows = {document.name: len(table_of(document)["rules"]) for document in DOCUMENTS}
    assert rows["key_attributes"] == 12
    assert rows["holding"] == 8
    assert rows["promotions"] == 10
    assert rows["carrier_choice"] == 20
    assert rows["stage_limits"] == 5


@pytest.mark.parametrize("name", NAMES)
def test_it_may_be_published(name: str):
    assert bounds.judge(named(name)) == []


@pytest.mark.parametrize("name", NAMES)
def test_its_cases_hold_and_hit_every_row(name: str):
    document = named(name)
    assert cases.findings(document, cases.run(document, shipped.cases_of(name))) == []


@pytest.mark.parametrize("name", NAMES)
def test_changing_any_cell_fails_a_case(name: str):
    document, examples = named(name), shipped.cases_of(name)
    survivors = [place for place, mutant in mutants(document) if survives(mutant, examples)]
    assert survivors == []


def test_documents_in_force_together_answer_as_each_alone():
    together = compile.compile(DOCUMENTS)
    for document in DOCUMENTS:
        if document.point == "complete":
            continue  # What it fills in is seen by the others, on purpose.
        examples = shipped.cases_of(document.name)
        alone = compile.compile([document])
        stage = points.POINTS[document.point].stage
        for case in examples.cases:
            context = cases.context(examples, case)
            answers, expected = together.ask(stage, [context])[0], alone.ask(stage, [context])[0]
            assert isinstance(answers, dict)
            assert isinstance(expected, dict)
            if not answers.get("complete"):
                assert answers[document.point] == expected[document.point], case.name


def survives(mutant: Document, examples: cases.Cases) -> bool:
    return all(outcome.passed for outcome in cases.run(mutant, examples))


def mutants(document: Document) -> Iterator[tuple[str, Document]]:
    """The document with one cell changed, in each way that cell can go wrong."""
    table = table_of(document)
    outputs = {column["id"] for column in table["outputs"]}
    fields = {column["id"]: column["field"] for column in (*table["inputs"], *table["outputs"])}
    for index, row in enumerate(table["rules"]):
        for column in fields:
            for cell in others(row[column], money=fields[column] in MONEY, output=column in outputs):
                content = copy.deepcopy(document.content)
                changed = msgspec.structs.replace(document, content=content)
                table_of(changed)["rules"][index][column] = cell
                yield f"{row['_id']}.{column}: {row[column]!r} -> {cell!r}", changed


def others(cell: str, *, money: bool, output: bool) -> Iterator[str]:
    yield '"~"' if cell != '"~"' else '""'
    if not cell:
        return
    if output:
        yield ""
        return
    yield ""
    for was, becomes in _SWAPS:
        if re.search(rf"(?<!\w){was}(?!\w)", cell):
            yield cell.replace(was, becomes, 1)
    for match in _TEXT.finditer(cell):
        yield f'{cell[: match.start()]}"~"{cell[match.end() :]}'
    for match in _NUMBER.finditer(cell):
        for step in (0.01, -0.01) if money else (1, -1):
            yield f"{cell[: match.start()]}{float(match.group()) + step:.10g}{cell[match.end() :]}"


def table_of(document: Document) -> dict[str, Any]:
    return next(node for node in document.content["nodes"] if node["type"] == "decisionTableNode")["content"]


def test_whom_and_how_goods_are_sent_by_has_its_word():
    table = table_of(named("carrier_choice"))
    columns = {each["field"]: each["id"] for each in table["outputs"]}
    for section, field in (("carriers", "carrier"), ("services", "service")):
        chosen = {found for row in table["rules"] for found in re.findall(r"^\"(\w+)\"$", row[columns[field]])}
        assert chosen and chosen <= words.catalogue()[section].keys(), section
