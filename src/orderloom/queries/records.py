"""Records of own types: lists narrowed and sorted by filterable fields, one record, what is linked to something.

A record has no channel of its own: one that is linked to an order outside the viewer's scope is not shown.

A list is read in one of two ways, whichever costs less: gather the records that the narrowest filter leaves and see
which of them the others leave, or walk the sorted values and probe each record. A walk looks at
`limits.RECORDS_WALKED_MAX` records at most; a page that it could not fill comes short, with the cursor to go on from.
"""

import datetime as dt
import re
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from orderloom.domain.fields import dictionaries, facets
from orderloom.domain.fields.dictionaries import Dictionary, Field, facet
from orderloom.kit import limits, sealing
from orderloom.kit.refusals import Refused
from orderloom.queries import cursors, people
from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import indexings, sql
from orderloom.store import records as records_store
from orderloom.store.indexings import Indexing

Q = sql.load(__file__)

CREATED = "created"
_WHERE = re.compile(r"([a-z][a-z0-9_]*)(>=|<=|\^=|=)(.*)", re.ASCII | re.DOTALL)
_FIRST, _LAST = uuid.UUID(int=0), uuid.UUID(int=2**128 - 1)
_DOWN = ("gather_down", "gather_newest", "walk_down", "end_down")
_UP = ("gather_up", "gather_oldest", "walk_up", "end_up")
# What looking one record up in an index costs, in entries of an index read one after the other.
_PROBE = 30
# And what one costs that goes into a hash table.
_SET = 3


class Filter(msgspec.Struct, frozen=True):
    """Values of a facet that fit: those of a list, or else a range with both ends."""

    field: str
    low: str = facets.EMPTY
    high: str = facets.LAST
    values: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether one value fits alone."""
        return not self.values and self.low == self.high


class Wanted(msgspec.Struct, frozen=True):
    """What a list is narrowed to and how it is sorted: by a facet, the last values first when `down`."""

    filters: tuple[Filter, ...] = ()
    sort: str = ""
    down: bool = True


class Row(msgspec.Struct):
    """A record as lists and pages show it; personal values are masked for the viewer."""

    record_id: uuid.UUID
    record_no: str
    title: str
    created_at: dt.datetime
    changed_at: dt.datetime
    n: int
    values: dict[str, Any]
    links: dict[str, list[str]]


class Page(msgspec.Struct):
    """Rows, and the cursor of the page after them; None when there is none. While `indexing` names a field that the
    list is narrowed or sorted by, its values are still being written, and the list is not whole."""

    rows: list[Row]
    next: str | None
    indexing: list[Indexing] = []


class Reader(msgspec.Struct, frozen=True):
    """Who reads records of a type, and what opens their sealed values."""

    viewer: Viewer
    dictionary: Dictionary
    sealer: sealing.Sealer


def wanted(dictionary: Dictionary, *, where: Sequence[str] = (), sort: str = "") -> Wanted | Refused:
    """What people write: `urgency=high`, `urgency=high|low`, `claim>=100`, `topic^=AB` (begins with), `claim=` (has
    none); sorted by `claim`, or `-claim` from the last on, `created` and `-created`.

    Refuses `record.bad_filter`, `record.not_filterable`, `record.not_sortable`, `record.too_many_filters`.
    """
    if len(where) > limits.RECORD_FILTERS_MAX:
        return Refused("record.too_many_filters", {"most": limits.RECORD_FILTERS_MAX})
    filters = []
    for text in where:
        read = _filter(dictionary, text)
        if isinstance(read, Refused):
            return read
        filters.append(read)
    filters = _merged(filters)
    name, down = sort.lstrip("-") or CREATED, sort.startswith("-") or not sort
    if name == CREATED:
        return Wanted(tuple(filters), facet(dictionary.subject, ""), down)
    field = dictionary.field(name)
    if field is None or not field.filterable or field.type not in dictionaries.SORTED:
        return Refused("record.not_sortable", {"field": name[: limits.NAME_CHARS_MAX]})
    return Wanted(tuple(filters), facet(dictionary.subject, name), down)


def _merged(filters: Sequence[Filter]) -> list[Filter]:
    """Both ends of a range as one filter: each alone would leave half of everything."""
    ranges: dict[str, Filter] = {}
    others: list[Filter] = []
    for each in filters:
        if each.exact or each.values:
            others.append(each)
        elif (known := ranges.get(each.field)) is None:
            ranges[each.field] = each
        else:
            ranges[each.field] = Filter(each.field, max(known.low, each.low), min(known.high, each.high))
    return [*others, *ranges.values()]


def _filter(dictionary: Dictionary, text: str) -> Filter | Refused:
    matched = _WHERE.fullmatch(text[: limits.FIELD_BYTES_MAX])
    if matched is None:
        return Refused("record.bad_filter", {"filter": text[: limits.NAME_CHARS_MAX]})
    name, sign, stated = matched.groups()
    field = dictionary.field(name)
    if field is None or not field.filterable:
        return Refused("record.not_filterable", {"field": name[: limits.NAME_CHARS_MAX]})
    said = _said(dictionary, field, sign, stated)
    if said is None or "\0" in stated:
        return Refused("record.bad_filter", {"filter": text[: limits.NAME_CHARS_MAX]})
    return said


def _said(dictionary: Dictionary, field: Field, sign: str, stated: str) -> Filter | None:
    parts = stated.split("|") if sign == "=" else [stated]
    asked = [facets.asked(field, part) for part in parts]
    values = [each for each in asked if each is not None]
    if len(values) < len(asked) or len(values) > limits.OPTIONS_TOLD_MAX:
        return None
    return _ranged(facet(dictionary.subject, field.name), sign, values)


def _ranged(name: str, sign: str, values: list[str]) -> Filter:
    match sign:
        case ">=":
            return Filter(name, low=values[0])
        case "<=":
            # What has no value is not "at most" anything.
            return Filter(name, low="\x01", high=values[0])
        case "^=":
            return Filter(name, low=values[0], high=values[0] + facets.LAST)
        case _:
            return Filter(name, values[0], values[0]) if len(values) == 1 else Filter(name, values=tuple(values))


def page(
    connection: db.Connection, *, reader: Reader, wanted: Wanted, cursor: str | None = None, count: int = 50
) -> Page:
    """A page of records of a type. Raises cursors.Unreadable."""
    after = cursors.read(cursor, (str, uuid.UUID)) if cursor else _start(wanted)
    most = min(max(count, 1), limits.PAGE_ROWS_MAX)
    found, end = _found(connection, wanted, after, most + 1)
    shown = found[:most]
    rows = _rows(connection, reader, [subject for _, subject in shown])
    if len(found) > most:
        end = shown[-1]
    return Page(rows, cursors.write(*end) if end is not None else None, _indexing(connection, wanted))


def _indexing(connection: db.Connection, wanted: Wanted) -> list[Indexing]:
    """Fields of a list that are still being written; the facet of a type alone is written with each record."""
    fields = {wanted.sort, *(each.field for each in wanted.filters)} - {""}
    named = [each for each in fields if not each.endswith(".")]
    return indexings.unfinished(connection, named) if named else []


def every(connection: db.Connection, *, reader: Reader, wanted: Wanted) -> Iterator[Row]:
    """All rows of a list, page by page; each page sees what is committed by then."""
    cursor = None
    while True:
        read = page(connection, reader=reader, wanted=wanted, cursor=cursor, count=limits.PAGE_ROWS_MAX)
        yield from read.rows
        if read.next is None:
            return
        cursor = read.next


def one(connection: db.Connection, *, reader: Reader, record_no: str) -> Row | None:
    """One record by its number; None when there is none of that type."""
    return named(connection, reader=reader, record_nos=[record_no]).get(record_no)


def named(connection: db.Connection, *, reader: Reader, record_nos: Sequence[str]) -> dict[str, Row]:
    """Records of the type by their numbers; those that are not there, or not in scope, are missing."""
    asked = {"record_nos": list(record_nos), "type": reader.dictionary.subject}
    rows = connection.execute(Q.by_numbers, asked).fetchall()
    return {each.record_no: each for each in _shown(connection, reader, rows)}


def linked(connection: db.Connection, *, reader: Reader, target: str, count: int = 50) -> list[Row]:
    """Records of a type that are linked to something (`order/OL-…`, `customer/C1`), the newest first."""
    asked = {"target": target, "type": reader.dictionary.subject, "count": min(count, limits.PAGE_ROWS_MAX)}
    return _shown(connection, reader, connection.execute(Q.linked, asked).fetchall())


Place = tuple[str, uuid.UUID]


def _start(wanted: Wanted) -> Place:
    return (facets.LAST, _LAST) if wanted.down else (facets.EMPTY, _FIRST)


class _Way(msgspec.Struct):
    """How to gather: which filters are read whole, which are probed record by record, and what it costs in entries."""

    sets: list[Filter] = []
    probes: list[Filter] = []
    cost: float = 0


def _found(
    connection: db.Connection, wanted: Wanted, after: tuple[Any, ...], count: int
) -> tuple[list[Place], Place | None]:
    """The next records that fit, and where a walk ended that did not fill its page though there is more to walk."""
    counts = {each: _counted(connection, each) for each in wanted.filters}
    walking = _walking(wanted, counts)
    probed = [each for each in wanted.filters if each != walking]
    gather, gather_created, walk, end = _DOWN if wanted.down else _UP
    created = wanted.sort.endswith(".")
    places: dict[str, Any] = {"after_id": sql.Literal(after[1]), "count": sql.Literal(count)}
    if counts and (way := _gathering(connection, counts, walking, probed, created=created, count=count)) is not None:
        narrowest = min(counts, key=counts.__getitem__)
        made = Q.define(
            gather_created if created else gather,
            **places,
            **({} if created else {"after_value": sql.Literal(after[0]), "sort": sql.Literal(wanted.sort)}),
            field=sql.Literal(narrowest.field),
            within=_within(narrowest, "found"),
            probes=_probes(way.probes, sets=way.sets),
        )
        return [(row[0], row[1]) for row in connection.execute(made, prepare=False)], None
    places.update(
        after_value=sql.Literal(_after_value(wanted, walking, after)),
        sort=sql.Literal(walking.field),
        low=sql.Literal(walking.low),
        high=sql.Literal(walking.high),
        walked=sql.Literal(limits.RECORDS_WALKED_MAX),
    )
    made = Q.define(walk, **places, probes=_probes(probed))
    found = [(row[0], row[1]) for row in connection.execute(made, prepare=False)]
    if len(found) >= count or not probed:
        return found, None
    row = connection.execute(Q.define(end, **places), prepare=False).fetchone()
    return found, (row[0], row[1]) if row else None


def _after_value(wanted: Wanted, walking: Filter, after: tuple[Any, ...]) -> str:
    """Where to go on walking: never outside of what is walked, so that the index is entered at the right place."""
    if walking.exact:
        return walking.low  # The record alone is the place in the list, whichever value was walked to find it.
    if wanted.sort.endswith("."):
        return facets.EMPTY
    return min(after[0], walking.high) if wanted.down else max(after[0], walking.low)


def _walking(wanted: Wanted, counts: Mapping[Filter, int]) -> Filter:
    """The values to walk: those of the sorted field within its own filter; or, in the order of creation, those of the
    narrowest filter that names one value, since its records stand in that order."""
    if wanted.sort.endswith("."):
        exact = [each for each in counts if each.exact]
        return min(exact, key=counts.__getitem__, default=Filter(wanted.sort))
    ranged = [each for each in wanted.filters if each.field == wanted.sort and not each.values]
    return ranged[0] if len(ranged) == 1 else Filter(wanted.sort)


def _gathering(
    connection: db.Connection,
    counts: Mapping[Filter, int],
    walking: Filter,
    probed: Sequence[Filter],
    *,
    created: bool,
    count: int,
) -> _Way | None:
    """How to gather, where that costs less than walking; the filters are taken for independent of each other."""
    row = connection.execute(Q.spread).fetchone()
    records = max(row[0] if row else 0, *counts.values(), 1)
    narrowest, *others = sorted(counts, key=counts.__getitem__)
    left: float = counts[narrowest]
    if left >= limits.RECORDS_COUNTED_MAX:
        return None
    way = _Way(cost=left)
    for each in others:
        whole = counts[each] < limits.RECORDS_COUNTED_MAX and counts[each] * _SET <= left * _PROBE
        (way.sets if whole else way.probes).append(each)
        way.cost += counts[each] * _SET if whole else left * _PROBE
        left *= counts[each] / records
    way.cost += 0 if created else left * _PROBE
    share = 1.0
    for each in probed:
        share *= min(1.0, counts[each] / records)
    walked = min(counts.get(walking, records), count / share if share else records)
    return way if way.cost < walked * (1 + _PROBE * min(1, len(probed))) else None


def _counted(connection: db.Connection, filter_: Filter) -> int:
    ranges = [(each, each) for each in filter_.values] or [(filter_.low, filter_.high)]
    total = 0
    for low, high in ranges:
        asked = {"field": filter_.field, "low": low, "high": high, "most": limits.RECORDS_COUNTED_MAX}
        row = connection.execute(Q.counted, asked).fetchone()
        total += row[0] if row else 0
    return min(total, limits.RECORDS_COUNTED_MAX)


def _within(filter_: Filter, table: str) -> Any:
    named = sql.Identifier(table)
    if filter_.values:
        return Q.define("within_values", table=named, values=sql.Literal(list(filter_.values)))
    return Q.define("within_range", table=named, low=sql.Literal(filter_.low), high=sql.Literal(filter_.high))


def _probes(filters: Sequence[Filter], *, sets: Sequence[Filter] = ()) -> Any:
    asked = [*(("set", each) for each in sets), *(("probe", each) for each in filters)]
    return sql.together(
        [Q.define(how, field=sql.Literal(each.field), within=_within(each, "probed")) for how, each in asked]
    )


def _rows(connection: db.Connection, reader: Reader, record_ids: Sequence[uuid.UUID]) -> list[Row]:
    if not record_ids:
        return []
    rows = connection.execute(Q.by_ids, {"record_ids": list(record_ids)}).fetchall()
    shown = {each.record_id: each for each in _shown(connection, reader, rows)}
    return [shown[each] for each in record_ids if each in shown]


def _shown(connection: db.Connection, reader: Reader, rows: Sequence[tuple[Any, ...]]) -> list[Row]:
    if reader.viewer.limited and rows:
        asked = {"record_ids": [row[0] for row in rows], **reader.viewer.scope}
        outside = {record_id for (record_id,) in connection.execute(Q.outside, asked)}
        rows = [row for row in rows if row[0] not in outside]
    records = [records_store.decode(row[5]) for row in rows]
    values = [each.values for each in records]
    if any(each.personal for each in reader.dictionary.fields):
        values = people.opened(connection, values, viewer=reader.viewer, sealer=reader.sealer)
    return [
        Row(row[0], row[1], row[2], row[3], row[4], record.n, own, record.links)
        for row, record, own in zip(rows, records, values, strict=True)
    ]
