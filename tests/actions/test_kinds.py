"""Every kind keeps its word: its example fits its own schema and passes its own check beside what it refers to."""

import copy
from typing import Any

import jsonschema_rs
import pytest

from orderloom.actions.kinds import KINDS
from orderloom.domain.documents import checking
from orderloom.domain.documents.findings import Finding
from orderloom.domain.documents.kinds import Known

BESIDE = Known(
    {name: {"example": kind.example} for name, kind in KINDS.items()}
    | {"metric": {"paid_not_shipped": KINDS["metric"].example}, "role": {"desk": KINDS["role"].example}},
    {"channel": frozenset({"web"}), "warehouse": frozenset({"suzhou"})},
)
NAMES = {"stages": "order"}


def found(kind: str, content: dict[str, Any], name: str = "example") -> list[tuple[str, str]]:
    """Codes and places of what is wrong with a content."""
    judged = checking.check(KINDS[kind], NAMES.get(kind, name), content, BESIDE)
    return [(each.code, each.path) for each in judged]


def changed(kind: str, **fields: Any) -> dict[str, Any]:
    """A kind's example with other fields."""
    return {**copy.deepcopy(dict(KINDS[kind].example)), **fields}


@pytest.mark.parametrize("name", KINDS)
def test_a_kind_has_a_schema_that_is_one_and_labels_in_both_languages(name: str) -> None:
    kind = KINDS[name]
    jsonschema_rs.meta.validate(dict(kind.schema))
    assert kind.name == name and kind.label_zh and kind.label_en


@pytest.mark.parametrize("name", ["rules", "stages", "metric", "alert", "board", "report", "role"])
def test_an_example_may_be_published(name: str) -> None:
    assert found(name, dict(KINDS[name].example)) == []


@pytest.mark.parametrize("name", [name for name, kind in KINDS.items() if kind.run_cases is not None])
def test_the_cases_of_an_example_pass_and_hit_every_row(name: str) -> None:
    kind = KINDS[name]
    assert kind.run_cases is not None and kind.cases
    found = kind.run_cases("example", kind.example, kind.cases, BESIDE)
    assert [each for each in found if each.level == "error" or each.code.endswith("row_without_case")] == []


def test_only_a_kind_that_runs_cases_has_some() -> None:
    assert [name for name, kind in KINDS.items() if kind.cases and kind.run_cases is None] == []


@pytest.mark.parametrize(
    ("kind", "fields", "wrong"),
    [
        ("metric", {"of": "nothing"}, ("document.value_unknown", "/of")),
        ("metric", {"title": {"zh": "一"}}, ("document.field_missing", "/title/en")),
        ("metric", {"sql": "drop table orders"}, ("document.field_unknown", "/sql")),
        ("metric", {"by": ["phone"]}, ("metric.no_such_field", "/by/0")),
        ("metric", {"time": "channel"}, ("metric.no_such_field", "/time")),
        ("metric", {"measure": {"kind": "sum", "field": "channel"}}, ("metric.no_such_field", "/measure/field")),
        ("metric", {"measure": {"kind": "share"}}, ("metric.share_of_what", "/measure/where")),
        ("metric", {"measure": {"kind": "count", "field": "total_minor"}},
         ("metric.field_not_used", "/measure/field")),
        ("metric", {"where": [{"field": "paid", "is": "gt", "value": 1}]}, ("metric.value_unfit", "/where/0/value")),
        ("metric", {"where": [{"field": "placed_at", "is": "gt", "value": "soon"}]},
         ("metric.value_unfit", "/where/0/value")),
        ("metric", {"where": [{"field": "custom.a'b", "is": "known"}]}, ("metric.no_such_field", "/where/0/field")),
        ("alert", {"metric": "no_such"}, ("document.reference_missing", "/metric")),
        ("alert", {"notify": [{"to": "a", "template": "no_such"}]},
         ("document.reference_missing", "/notify/0/template")),
        ("alert", {"notify": []}, ("document.misshapen", "/notify")),
        ("board", {"rows": [[{"metric": "no_such"}]]}, ("document.reference_missing", "/rows/0/0/metric")),
        ("report", {"metrics": ["paid_not_shipped", "no_such"]}, ("document.reference_missing", "/metrics/1")),
        ("role", {"channels": ["web", "no_such"]}, ("document.reference_missing", "/channels/1")),
        ("role", {"masks": ["shoe_size"]}, ("document.value_unknown", "/masks/0")),
        ("role", {"may": ["everything"]}, ("document.misshapen", "/may/0")),
        ("role", {"may": ["orders:*", "order:raed"]}, ("verb.unknown", "/may/1")),
        ("stages", {"stages": [{"anchor": "received", "hidden": True}]}, ("stages.never_hidden", "/stages/0/hidden")),
        ("stages", {"stages": [{"anchor": "picked"}, {"anchor": "picked"}]},
         ("stages.named_twice", "/stages/1/anchor")),
        ("stages", {"stages": [{"anchor": "confirmed", "sources": ["pda"]}]},
         ("stages.not_confirmed", "/stages/0/sources")),
        ("stages", {"stages": [{"anchor": "picked", "role": "no_such"}]},
         ("document.reference_missing", "/stages/0/role")),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found_at_its_place(kind: str, fields: dict[str, Any], wrong: tuple[str, str]) -> None:
    assert wrong in found(kind, changed(kind, **fields))


def test_a_finding_of_a_shape_stops_the_kinds_own_check() -> None:
    assert found("metric", {}) == [
        ("document.field_missing", "/title"),
        ("document.field_missing", "/of"),
    ]
    assert checking.check(KINDS["role"], "x", {"title": 1, "may": []}, BESIDE)[0].level == Finding("").level
