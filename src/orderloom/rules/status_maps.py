"""Status maps: an old, vague status and what its row says besides → a standard stage; each answer names its row.

One decision table, the first row that fits: the status compares as text, the condition is ZEN over `row` (the source
row by its own column names: `row["打单时间"] != ""`) and `status`. Asked in batches.
"""

import functools
from collections.abc import Iterator, Mapping, Sequence
from typing import Annotated, Any, Literal

import msgspec

from orderloom.domain.documents.findings import Finding, pointer
from orderloom.domain.documents.kinds import Content, Kind, Known
from orderloom.domain.documents.versions import Published
from orderloom.domain.mappings import documents as words
from orderloom.domain.mappings import values
from orderloom.domain.orders.state import Standing
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.rules import bounds, engines, expressions

Stage = Literal["received", "confirmed", "backordered", "allocated", "picked", "packed", "shipped", "delivered",
                "cancelled", "returned"]  # fmt: skip
_ID = Annotated[str, msgspec.Meta(pattern="^[a-z][a-z0-9_]{0,39}$")]
_READS = frozenset({"row", "status"})


class Row(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True, rename={"said": "status"}):
    """One row: the old statuses it is about (none: any), the condition, and the standard stage."""

    row: _ID
    stage: Stage
    said: list[Annotated[str, msgspec.Meta(max_length=100)]] = []
    when: str = ""
    because: words.Words | None = None


class Document(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """A status map: rows, the first that fits counts. What none fits is put aside, never guessed."""

    label: words.Words
    rows: Annotated[list[Row], msgspec.Meta(min_length=1, max_length=limits.STATUS_ROWS_MAX)]


class Case(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """An example: an old status with its source row, and the stage and row that must come of it ("" for none)."""

    name: str
    status: str
    row: dict[str, Any] = {}
    stage: str = ""
    hits: str = ""


class StatusMap:
    """A compiled status map. Safe to share between threads."""

    def __init__(self, name: str, version: int, document: Document, *, zone: str) -> None:
        self.name, self.version = name, version
        self._stages: dict[str, str] = {each.row: each.stage for each in document.rows}
        self._engine = engines.single(_graph(document, zone=zone))
        self._reads = _columns(document)
        self._rows: dict[tuple[str, ...], str] = {}

    def read(self, asked: Sequence[tuple[str, Mapping[str, Any]]]) -> list[Standing | Refused]:
        """Each old status with its source row as a standing; refused where no row of the map fits.

        Files of history repeat themselves: what was asked before, with the same values in the columns that the
        conditions read, is not asked again.
        """
        keys = [self._key(values.folded(said), row) for said, row in asked]
        known = self._rows
        unknown = {key: at for at, key in enumerate(keys) if key not in known}
        contexts: list[Any] = [
            {"key": engines.KEY, "context": {"status": keys[at][0], "row": dict(asked[at][1])}}
            for at in unknown.values()
        ]
        answered = self._engine.evaluate_batch(contexts) if contexts else []
        found = {key: _row_of(answer) for key, answer in zip(unknown, answered, strict=True)}
        rows = [found[key] if key in found else known[key] for key in keys]
        if len(known) + len(found) > limits.STATUS_ANSWERS_REMEMBERED_MAX:
            self._rows = found
        else:
            known.update(found)
        return [self._standing(said, row) for (said, _), row in zip(asked, rows, strict=True)]

    def _key(self, said: str, row: Mapping[str, Any]) -> tuple[str, ...]:
        names = sorted(row) if self._reads is None else self._reads
        return (said, *(msgspec.json.encode(row.get(name)).decode() for name in names))

    def _standing(self, said: str, row: str) -> Standing | Refused:
        if row not in self._stages:
            return Refused("status.not_mapped", {"map": self.name, "status": said[:100]})
        return Standing(said, self._stages[row], self.name, self.version, row)


def _row_of(answer: Mapping[str, Any]) -> str:
    """The row that the engine answered, "" where none fits or a condition fails on what the row holds."""
    result = answer.get("data", {}).get("result") if answer.get("success") else None
    return str(result.get("row") or "") if isinstance(result, dict) else ""


def _columns(document: Document) -> list[str] | None:
    """The columns that conditions read; None where one reads the row as a whole or an expression of it."""
    names: set[str] = set()
    for each in document.rows:
        for path in expressions.reading(each.when).paths if each.when else ():
            root, _, column = path.partition(".")
            if root == "row" and not column:
                return None
            names.update({column.partition(".")[0].removesuffix("[]")} - {""} if root == "row" else ())
    return sorted(names)


def compile(published: Published, *, zone: str) -> StatusMap:
    """A published status map, ready to be asked."""
    return StatusMap(published.name, published.version, _read(published.content), zone=zone)


def _read(content: Content) -> Document:
    return msgspec.convert(content, Document)


def _graph(document: Document, *, zone: str) -> dict[str, Any]:
    rows = [
        {
            "_id": each.row,
            "status": ", ".join(msgspec.json.encode(values.folded(said)).decode() for said in each.said),
            "when": expressions.zoned(each.when, zone=zone),
            "row": msgspec.json.encode(each.row).decode(),
        }
        for each in document.rows
    ]
    table = {
        "hitPolicy": "first",
        "inputs": [{"id": "status", "name": "status", "field": "status"}, {"id": "when", "name": "when"}],
        "outputs": [{"id": "row", "name": "row", "field": "row"}],
        "rules": rows,
    }
    nodes = [
        {"id": "in", "type": "inputNode", "name": "in"},
        {"id": "table", "type": "decisionTableNode", "name": "table", "content": table},
        {"id": "out", "type": "outputNode", "name": "out"},
    ]
    edges = [
        {"id": "a", "sourceId": "in", "targetId": "table", "type": "edge"},
        {"id": "b", "sourceId": "table", "targetId": "out", "type": "edge"},
    ]
    return {"nodes": nodes, "edges": edges}


def _check(name: str, content: Content, known: Known) -> list[Finding]:
    try:
        document = _read(content)
    except msgspec.ValidationError as error:
        return [Finding("document.misshapen", data={"problem": str(error)[:300]})]
    return [*_conditions(name, document), *_rows(document)]


def _conditions(name: str, document: Document) -> Iterator[Finding]:
    for at, each in enumerate(document.rows):
        if not each.when:
            continue
        place = pointer("rows", at, "when")
        problem = bounds.judge_expression(each.when)
        if problem is not None:
            code, reason = problem
            yield Finding(code, place, data={"document": name, "expression": each.when[:200], "reason": reason})
            continue
        reads = expressions.reading(each.when).paths
        strange = sorted({path.split(".")[0].removesuffix("[]") for path in reads} - _READS)
        if strange:
            yield Finding("status_map.unknown_name", place, data={"name": strange[0]})


def _rows(document: Document) -> Iterator[Finding]:
    """Names that come twice, and rows that a row above takes whole: one without a condition, of their statuses."""
    names: set[str] = set()
    taken: dict[str, str] = {}
    everything = ""
    for at, each in enumerate(document.rows):
        if each.row in names:
            yield Finding("status_map.row_twice", pointer("rows", at, "row"), data={"row": each.row})
        names.add(each.row)
        said = [values.folded(status) for status in each.said]
        above = everything or (taken.get(said[0], "") if said and all(status in taken for status in said) else "")
        if above:
            yield Finding("status_map.row_unreachable", pointer("rows", at), data={"row": each.row, "above": above})
        if not each.when:
            everything = everything or ("" if said else each.row)
            for status in said:
                taken.setdefault(status, each.row)


def _run_cases(name: str, content: Content, cases: Sequence[Mapping[str, Any]], known: Known) -> list[Finding]:
    document = _read(content)
    try:
        examples = msgspec.convert(list(cases), list[Case])
    except msgspec.ValidationError as error:
        return [Finding("document.cases_malformed", data={"reason": str(error)[:200]})]
    ran = StatusMap(name, 0, document, zone=known.zone).read([(each.status, each.row) for each in examples])
    places = {each.row: at for at, each in enumerate(document.rows)}
    found: list[Finding] = []
    hit: set[str] = set()
    for case, got in zip(examples, ran, strict=True):
        stage, row = ("", "") if isinstance(got, Refused) else (got.stage, got.row)
        hit.add(row)
        if stage != case.stage or (case.hits and row != case.hits):
            wanted = f"{case.stage or '-'} {case.hits}".strip()
            data = {"case": case.name, "wanted": wanted, "got": f"{stage or '-'} {row}".strip()}
            found.append(Finding("status_map.case_failed", pointer("rows", places[row]) if row else "/rows", data=data))
    found.extend(
        Finding("status_map.row_without_case", pointer("rows", at), data={"row": row})
        for row, at in places.items()
        if row not in hit
    )
    return found


@functools.cache
def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of a status map."""
    return msgspec.json.schema(Document)


# An old ERP whose seven statuses hide four stages.
_EXAMPLE: Mapping[str, Any] = {
    "label": {"zh": "旧 ERP 状态", "en": "The old ERP's statuses"},
    "rows": [
        {"row": "new", "status": ["新建", "待处理"], "stage": "received"},
        {"row": "printed_only", "status": ["已发货"], "when": 'row["揽收时间"] == ""', "stage": "confirmed",
         "because": {"zh": "已打单未出库", "en": "Printed, not yet out"}},
        {"row": "out", "status": ["已发货"], "stage": "shipped"},
    ],
}  # fmt: skip
_CASES = [
    {"name": "新单 new", "status": "待处理", "stage": "received", "hits": "new"},
    {
        "name": "只打了单 printed",
        "status": "已发货",
        "row": {"揽收时间": ""},
        "stage": "confirmed",
        "hits": "printed_only",
    },
    {"name": "已出库 out", "status": "已发货", "row": {"揽收时间": "2026-02-18"}, "stage": "shipped", "hits": "out"},
    {"name": "没见过的搁置 unknown", "status": "作废", "stage": ""},
]
KIND = Kind(
    name="status_map",
    label_zh="状态映射",
    label_en="Status map",
    schema=schema(),
    example=_EXAMPLE,
    check=_check,
    run_cases=_run_cases,
    refers_to=frozenset(),
    cases=_CASES,
)
