"""What a document says of itself before it is published: gaps, overlaps, rows and exits that are never reached.

The conditions of a table are taken as boxes of values (`rules.tables`). Every example is asked of the engine, by the
way that production asks it, before it is told. What only the engine understands is never claimed: "cannot tell" is
silence. All findings are warnings; one says so when the steps were used up before everything was looked at.
"""

import bisect
import json
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from typing import Any

import msgspec

from orderloom.kit import limits
from orderloom.rules import (
    apart,
    asides,
    compile,
    exits,
    expressions,
    graphs,
    meetings,
    points,
    reads,
    regions,
    samples,
    spaces,
    tables,
)
from orderloom.rules.bounds import Finding
from orderloom.rules.tables import Row

# Points where an order without an answer is served by what the hub does anyway, which people seldom mean.
_REQUIRED = ("grade", "credit", "source", "freight", "carrier")
# Answers that name the same thing and say something else of it, by point.
_KEYS: Mapping[str, tuple[str, ...]] = {
    "complete": ("field",),
    "check": ("code",),
    "hold": ("code", "line_no"),
    "price": ("promotion",),
    "stage_limit": ("stage",),
    "suggest": ("code", "action"),
}
_WARNING = "warning"
_STRETCHES = 512
_STRETCHES_MAX = 8
_KEYS_MAX = 100
Beside = Sequence[graphs.Document]


def find(document: graphs.Document, *, beside: Beside = (), zone: str = "Asia/Shanghai") -> list[Finding]:
    """All findings, at most SELFCHECK_FINDINGS_MAX of each sort. The document has passed `bounds.judge`; `beside` are
    the other documents in force. Runs the engine: for a draft see `find_apart`."""
    graph = graphs.graph(document.content)
    only = graphs.only_table(graph)
    found = list(exits.find(document, graph))
    for node in graph.of_type("decisionTableNode"):
        found += _of_table(_Look(document, node.id, beside, zone), graphs.table(node), alone=only is not None)
    if document.point == "price":
        found += meetings.find(document, beside=beside, zone=zone)
    return found


def find_apart(document: graphs.Document, *, beside: Beside = (), zone: str = "Asia/Shanghai") -> list[Finding]:
    """The same in a process of its own, which is killed after SELFCHECK_SECONDS_MAX; that is a finding, too."""
    asked = msgspec.json.encode({"document": document, "beside": list(beside), "zone": zone})
    try:
        answer = apart.ask("orderloom.rules.selfchecks", asked, seconds=limits.SELFCHECK_SECONDS_MAX)
    except (apart.TooSlow, apart.Broke):
        data = {"seconds_max": limits.SELFCHECK_SECONDS_MAX}
        return [Finding("rules.checks_too_slow", document.name, level=_WARNING, data=data)]
    return msgspec.json.decode(answer, type=list[Finding])


def find_bounded(document: graphs.Document, *, beside: Beside = (), zone: str = "Asia/Shanghai") -> list[Finding]:
    """The same: here where the document and those it is asked with are small by their bounds, else apart."""
    together = [document, *(each for each in beside if each.point == document.point)]
    rows = sum(len(graphs.table(node).rules) for each in together for node in _tables(each))
    if rows <= limits.SELFCHECK_ROWS_HERE_MAX and sum(map(_steps, together)) <= limits.SELFCHECK_STEPS_HERE_MAX:
        return find(document, beside=beside, zone=zone)
    return find_apart(document, beside=beside, zone=zone)


def _tables(document: graphs.Document) -> list[graphs.Node]:
    return graphs.graph(document.content).of_type("decisionTableNode")


def _steps(document: graphs.Document) -> int:
    """What one evaluation of a document costs at most; a closure over the lines counts for the longest order."""
    return sum(
        expressions.reading(text.value, cell=text.cell).steps for text in reads.texts(graphs.graph(document.content))
    )


class _Look:
    """One table that is looked at: who it is, how many steps are left, and the engine to ask."""

    def __init__(self, document: graphs.Document, node: str, beside: Beside, zone: str) -> None:
        self.document = document
        self.node = node
        self.zone = zone
        self.point = points.POINTS[document.point]
        self.beside = [each for each in beside if each.point == document.point and each.name != document.name]
        self._whole: compile.Compiled | None = None

    def finding(self, code: str, row: str = "", **data: Any) -> Finding:
        """A warning about the table, or about one of its rows."""
        return Finding(code, self.document.name, self.node, row, level=_WARNING, data=data)

    def answers(self, values: Mapping[str, Any]) -> list[str] | None:
        """The rules that answer at the point for an ordinary order with these values; None when that fails."""
        if self._whole is None:
            self._whole = asides.compiled([self.document, *self.beside], zone=self.zone)
        return self._asked(self._whole, values)

    def row_answers(self, row: Row, table: graphs.Table, values: Mapping[str, Any]) -> bool:
        """Whether the row by itself lets the order through."""
        content = msgspec.to_builtins(table) | {"rules": [{**table.rules[row.index], "_id": row.name}]}
        lone = {**self.document.content, "nodes": [
            {**node, "content": content} if node["id"] == self.node else node for node in self.document.content["nodes"]
        ]}  # fmt: skip
        alone = msgspec.structs.replace(self.document, content=lone)
        return bool(self._asked(asides.compiled([alone], zone=self.zone), values))

    def _asked(self, compiled: compile.Compiled, values: Mapping[str, Any]) -> list[str] | None:
        context = samples.context(values, point=self.point)
        [given] = compiled.ask(self.point.stage, [context])
        return None if isinstance(given, compile.RuleError) else [each["rule"] for each in given[self.point.name]]


def _of_table(look: _Look, table: graphs.Table, *, alone: bool) -> list[Finding]:
    """Rows are compared wherever the table stands; examples are made where the document is this one table."""
    rows = tables.rows(table, bare=not alone)
    first = table.hit_policy == "first" or look.point.hit == "first"
    checks: list[Iterator[Finding]] = [_never(look, rows), _duplicates(look, rows)]
    if first:
        checks.append(_shadowed(look, rows))
    if alone:
        if first:
            checks.append(_overlaps(look, table, rows))
            if look.point.name in _REQUIRED:
                checks.append(_gaps(look, rows))
        else:
            checks.append(_conflicts(look, rows))
    found: list[Finding] = []
    for check in checks:
        try:
            found += islice(check, limits.SELFCHECK_FINDINGS_MAX)
            beyond = next(check, None)
            if beyond is not None:
                found.append(look.finding("rules.checks_more", beyond.row, shown_max=limits.SELFCHECK_FINDINGS_MAX))
        except spaces.Stopped:
            found.append(look.finding("rules.checks_stopped", steps_max=limits.SELFCHECK_STEPS_MAX))
    return found


def _never(look: _Look, rows: Sequence[Row]) -> Iterator[Finding]:
    for row in rows:
        if row.box is None:
            yield look.finding("rules.row_never_matches", row.name)


def _duplicates(look: _Look, rows: Sequence[Row]) -> Iterator[Finding]:
    """Rows with the same conditions and the same answers."""
    seen: dict[tuple[Any, ...], str] = {}
    for row in rows:
        if row.box is None:
            continue
        key = (
            frozenset(row.box.items()),
            msgspec.json.encode([sorted(row.answer.items()), sorted(row.computed.items())]),
        )
        if key in seen:
            yield look.finding("rules.row_twice", row.name, twin=seen[key])
        else:
            seen[key] = row.name


def _shadowed(look: _Look, rows: Sequence[Row]) -> Iterator[Finding]:
    """Rows that no order reaches, because rows above take all that they let through."""
    effort = spaces.Effort(limits.SELFCHECK_STEPS_MAX)
    ladder = _ladder(rows)
    if ladder:
        yield from _off_the_ladder(look, rows, ladder, effort)
        return
    above = _Above(rows)
    for row in rows:
        if row.box is None:
            continue
        over = above.meeting(row, effort)
        hidden = next((each.name for each in over if spaces.contains(each.box or {}, row.box)), None)
        if hidden is None and len(over) > 1:
            boxes = [part for each in over if (part := spaces.narrowed(each.box or {}, row.box)) is not None]
            whole = {**tables.space(rows), **row.box}
            if next(spaces.uncovered(whole, boxes, effort), None) is None:
                hidden = ", ".join(each.name for each in over[: limits.SELFCHECK_ROWS_NAMED_MAX])
        if hidden is not None:
            yield look.finding("rules.row_shadowed", row.name, by=hidden)


def _off_the_ladder(look: _Look, rows: Sequence[Row], name: str, effort: spaces.Effort) -> Iterator[Finding]:
    """The same for rows over one variable: what the rows above take together is kept as one region."""
    taken, whole = regions.Region(), tables.space(rows)[name]
    for index, row in enumerate(rows):
        if row.box is None:
            continue
        region = row.box.get(name, whole)
        effort.spend(len(taken.numbers) + len(taken.texts) + 1)
        if region.within(taken):
            effort.spend(index)
            over = [each for each in rows[:index] if each.box is not None and spaces.met(each.box, row.box) is not None]
            one = [each.name for each in over if spaces.contains(each.box or {}, row.box)]
            named = one[:1] or [each.name for each in over[: limits.SELFCHECK_ROWS_NAMED_MAX]]
            yield look.finding("rules.row_shadowed", row.name, by=", ".join(named))
        else:
            taken = regions.united(taken, region)


def _overlaps(look: _Look, table: graphs.Table, rows: Sequence[Row]) -> Iterator[Finding]:
    """Two rows that both let an order through, neither within the other, with different answers: the upper one wins."""
    effort = spaces.Effort(limits.SELFCHECK_STEPS_MAX)
    above = _Above(rows)
    for row in rows:
        if row.box is None:
            continue
        for upper in above.meeting(row, effort):
            assert upper.box is not None
            both = spaces.met(upper.box, row.box)
            if both is None or (upper.answer, upper.computed) == (row.answer, row.computed):
                continue
            if spaces.contains(upper.box, row.box) or spaces.contains(row.box, upper.box):
                continue
            shown = _example(both)
            if shown is not None and all(look.row_answers(each, table, shown) for each in (upper, row)):
                yield look.finding("rules.rows_overlap", row.name, upper=upper.name, **_told(shown))
                break  # One example a row: its author looks at the row, not at every pair.


def _conflicts(look: _Look, rows: Sequence[Row]) -> Iterator[Finding]:
    """Two rows that answer together and say different things of the same."""
    fields = _KEYS.get(look.point.name)
    if fields is None:
        return
    effort = spaces.Effort(limits.SELFCHECK_STEPS_MAX)
    groups: dict[bytes, list[Row]] = {}
    for row in rows:
        if row.box is not None and not any(field in row.computed for field in fields):
            groups.setdefault(msgspec.json.encode([row.answer.get(field) for field in fields]), []).append(row)
    for group in groups.values():
        above = _Above(group)
        for row in group:
            for upper in above.meeting(row, effort):
                if (upper.answer, upper.computed) == (row.answer, row.computed):
                    continue
                shown = _example(spaces.met(upper.box or {}, row.box or {}) or {})
                rules = look.answers(shown) if shown is not None else None
                if (
                    shown is not None
                    and rules
                    and {f"{look.document.name}#{each.name}" for each in (upper, row)} <= set(rules)
                ):
                    same = {field: row.answer.get(field) for field in fields if row.answer.get(field) is not None}
                    yield look.finding("rules.rows_conflict", row.name, upper=upper.name, same=same, **_told(shown))
                    break


def _gaps(look: _Look, rows: Sequence[Row]) -> Iterator[Finding]:
    """Orders that no row answers, nor any other document of the point."""
    effort = spaces.Effort(limits.SELFCHECK_STEPS_MAX)
    boxes = [row.box for row in rows if row.box is not None]
    tried = 0
    for part in spaces.uncovered(tables.space(rows), boxes, effort):
        shown = _example(part)
        if shown is None:
            continue
        tried += 1
        if look.answers(shown) == []:
            yield look.finding("rules.gap", **_told(shown))
            return
        if tried >= limits.SELFCHECK_FINDINGS_MAX:
            raise spaces.Stopped


def _ladder(rows: Sequence[Row]) -> str:
    """The one variable that all rows bound, when most do so by more than a list of values; else empty."""
    names = {name for row in rows for name in row.box or ()}
    if len(names) != 1:
        return ""
    [name] = names
    listed = sum(1 for row in rows if row.box and row.box.get(name, regions.EVERYTHING).finite is not None)
    return name if listed * 2 < len(rows) else ""


def _example(box: Mapping[str, regions.Region]) -> dict[str, Any] | None:
    """Values for the paths of a box; a field that is worked out, or a text of the engine, is left to the engine."""
    return tables.example({name: region for name, region in box.items() if samples.settable(name)})


def _told(example: Mapping[str, Any]) -> dict[str, Any]:
    """An example as data and as people write it."""
    shown = ", ".join(f"{name} = {json.dumps(value, ensure_ascii=False)}" for name, value in example.items())
    return {"example": dict(example), "shown": shown or "-"}


class _Above:
    """The rows of a table, found by what they let through of one variable, so that not every pair is looked at.

    Numbers are told apart by the stretch they lie in, all else by its value; a row that lets through too much of the
    variable is looked at with every other.
    """

    def __init__(self, rows: Sequence[Row]) -> None:
        self._name, self._cuts = "", []
        best = -1
        for name in sorted({name for row in rows for name in row.box or ()}):
            ends = sorted({end for row in rows for one in _numbers(row, name) for end in (one.low, one.high)})
            cuts = ends[:: max(1, len(ends) // _STRETCHES)]
            narrow = sum(1 for row in rows if _keys(row, name, cuts) is not None)
            if narrow > best:
                self._name, self._cuts, best = name, cuts, narrow
        self._by_key: dict[Any, list[Row]] = {}
        self._wide: list[Row] = []
        self._all: list[Row] = []

    def meeting(self, row: Row, effort: spaces.Effort) -> list[Row]:
        """The rows given before that meet this one, in their order; the row is kept for those to come."""
        assert row.box is not None
        keys = _keys(row, self._name, self._cuts)
        if keys is None:
            looked = self._all
        else:
            looked = [each for key in keys for each in self._by_key.get(key, ())] + self._wide
        effort.spend(len(looked) + 1)
        found = {each.index: each for each in looked if spaces.met(each.box or {}, row.box) is not None}
        self._all.append(row)
        if keys is None:
            self._wide.append(row)
        for key in keys or ():
            self._by_key.setdefault(key, []).append(row)
        return [found[index] for index in sorted(found)]


def _numbers(row: Row, name: str) -> Sequence[regions.Interval]:
    region = (row.box or {}).get(name)
    return region.numbers if region is not None else ()


def _keys(row: Row, name: str, cuts: Sequence[float]) -> list[Any] | None:
    """What a row lets through of a variable: values, and stretches of numbers; None when that is too much to list."""
    region = (row.box or {}).get(name)
    if region is None or region.texts_but or region.rest:
        return None
    keys: list[Any] = [*region.texts, *(("flag", flag) for flag in region.flags), *([None] * region.null)]
    for one in region.numbers:
        first, last = bisect.bisect_right(cuts, one.low), bisect.bisect_right(cuts, one.high)
        if last - first > _STRETCHES_MAX:
            return None
        keys.extend(range(first, last + 1))
    return keys if len(keys) <= _KEYS_MAX else None


class _Asked(msgspec.Struct):
    document: graphs.Document
    beside: list[graphs.Document]
    zone: str


def _answer(asked: bytes) -> bytes:
    read = msgspec.json.decode(asked, type=_Asked)
    return msgspec.json.encode(find(read.document, beside=read.beside, zone=read.zone))


if __name__ == "__main__":
    apart.serve(_answer)
