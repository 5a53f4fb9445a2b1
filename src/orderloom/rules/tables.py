"""The rows of a decision table as boxes over its variables: what each lets through, as far as it can be told.

A cell that only the engine understands becomes a variable of its own, which is true where the cell lets through: rows
with the same text then still compare, and nothing is claimed of what the text means.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from orderloom.rules import answers, graphs, regions, samples, spaces
from orderloom.rules.regions import Region

_OPAQUE = "? "
_TRUE = Region(flags=frozenset({True}))


class Row(msgspec.Struct, frozen=True):
    """A row: its box (None when it lets nothing through), and what it answers as far as that is constant."""

    index: int
    name: str
    box: Mapping[str, Region] | None
    answer: Mapping[str, Any]
    computed: Mapping[str, str]


def space(rows: Sequence[Row], *, bare: bool = False) -> dict[str, Region]:
    """All that the variables of the rows may hold; `bare`: where the catalogue says nothing of them."""
    names = {name for row in rows for name in row.box or ()}
    return {name: _domain(name, bare=bare) for name in sorted(names)}


def rows(table: graphs.Table, *, bare: bool = False) -> list[Row]:
    """Every row as a box. `bare`: the table stands inside a graph, so a field may hold anything."""
    made: list[Row] = []
    for index, cells in graphs.texts(table):
        answer, computed = answers.outputs(table, cells)
        box = _box(table, cells, bare=bare)
        made.append(Row(index, graphs.row_id(table.rules[index], index), box, answer, computed))
    return made


def box_of_condition(text: str) -> dict[str, Region] | None:
    """A whole condition as a box; the empty text lets everything through, None: it lets nothing through."""
    text = text.strip()
    return _add({}, regions.of_condition(text) or ((f"{_OPAQUE}{text}", _TRUE),)) if text else {}


def is_opaque(variable: str) -> bool:
    """Whether the variable stands for a text that only the engine understands."""
    return variable.startswith(_OPAQUE)


def example(box: Mapping[str, Region]) -> dict[str, Any] | None:
    """One value for each variable of a box; None when a whole number is wanted and there is none."""
    found: dict[str, Any] = {}
    for name, region in box.items():
        usual = samples.VALUES.get(name)
        if usual is not None and region.has(usual[1]):
            found[name] = usual[1]
            continue
        try:
            found[name] = region.sample(integers=samples.whole(name))
        except LookupError:
            return None
    return found


def _domain(name: str, *, bare: bool) -> Region:
    if is_opaque(name):
        return regions.FLAGS
    return regions.EVERYTHING if bare else samples.domain(name)


def _box(table: graphs.Table, cells: Mapping[str, str], *, bare: bool) -> dict[str, Region] | None:
    box: dict[str, Region] = {}
    for column in table.inputs:
        cell, field = cells[column.id], (column.field or "").strip()
        if not cell:
            continue
        if field:
            region = regions.of_cell(cell)
            named = ((field, region),) if region is not None else ((f"{_OPAQUE}{field} {cell}", _TRUE),)
        else:
            named = regions.of_condition(cell) or ((f"{_OPAQUE}{cell}", _TRUE),)
        if _add(box, named) is None:
            return None
    return spaces.narrowed(box, {name: _domain(name, bare=bare) for name in box})


def _add(box: dict[str, Region], named: Sequence[tuple[str, Region]]) -> dict[str, Region] | None:
    for name, region in named:
        found = box[name].met(region) if name in box else region
        if found.empty:
            return None
        box[name] = found
    return box
