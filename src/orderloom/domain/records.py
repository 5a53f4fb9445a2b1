"""Records of own types: what happened to one, and what it is as the fold of that.

Personal values never stand here: `{"sealed": "<person>"}` names a sealed one (decisions.md 25).
"""

import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from orderloom.domain.fields.dictionaries import Dictionary
from orderloom.domain.flows import history
from orderloom.domain.flows.runs import Run
from orderloom.domain.orders import events
from orderloom.domain.orders.events import Event

KIND = "record"


class RecordCreated(Event, tag="record.created"):
    """A record came to be. `of` is its type; `links` are by name, each what it is linked to by its number; `form` is
    the one that it was submitted by."""

    of: str
    record_no: str
    values: dict[str, Any]
    links: dict[str, list[str]] = {}
    title: str = ""
    form: str = ""


class RecordChanged(Event, tag="record.changed"):
    """Values or links were set; None takes a value away, an empty list a link."""

    values: dict[str, Any] = {}
    links: dict[str, list[str]] = {}
    title: str | None = None


RecordEvent = RecordCreated | RecordChanged | events.FlowEvent


class Record(msgspec.Struct, omit_defaults=True):
    """A record as its events made it; `runs` are those of flows that wait."""

    record_id: uuid.UUID
    of: str
    record_no: str
    n: int = 0
    title: str = ""
    values: dict[str, Any] = {}
    links: dict[str, list[str]] = {}
    runs: list[Run] = []


def fold(record_id: uuid.UUID, said: Iterable[RecordEvent]) -> Record | None:
    """The record that these events make; None when there are none."""
    record = None
    for event in said:
        record = evolve(record, record_id, event)
    return record


def evolve(record: Record | None, record_id: uuid.UUID, event: RecordEvent) -> Record:
    """Apply one event; the first is `record.created`."""
    if isinstance(event, RecordCreated):
        return Record(record_id, event.of, event.record_no, 1, event.title, dict(event.values), dict(event.links))
    assert record is not None, "a record begins with record.created"
    if not isinstance(event, RecordChanged):
        return msgspec.structs.replace(record, n=record.n + 1, runs=history.evolve(record.runs, event))
    values, links = _set(record.values, event.values), _set(record.links, event.links)
    title = record.title if event.title is None else event.title
    return msgspec.structs.replace(record, n=record.n + 1, values=values, links=links, title=title)


def _set(before: Mapping[str, Any], changed: Mapping[str, Any]) -> dict[str, Any]:
    merged = {**before, **changed}
    return {name: value for name, value in merged.items() if value is not None and value != []}


def change(
    record: Record, *, values: Mapping[str, Any], links: Mapping[str, Sequence[str]], title: str
) -> list[RecordChanged]:
    """The event that brings these values and links about; none when all of them stand."""
    new = {name: value for name, value in values.items() if record.values.get(name) != value}
    tied = {name: list(to) for name, to in links.items() if record.links.get(name, []) != list(to)}
    if not new and not tied and title == record.title:
        return []
    return [RecordChanged(new, tied, title if title != record.title else None)]


def title_of(dictionary: Dictionary, values: Mapping[str, Any]) -> str:
    """What titles a record: the value of its title field, as text."""
    value = values.get(dictionary.title) if dictionary.title else None
    return "" if value is None else str(value)[:200]


def target(to: str, number: str) -> str:
    """The name of what a link points at: `order/OL-20260218-000001`."""
    return f"{to}/{number}"


def targets(dictionary: Dictionary, record: Record) -> set[tuple[str, str]]:
    """(name, target) of every link of a record."""
    to = {each.name: each.to for each in dictionary.links}
    return {
        (name, target(to[name], number)) for name, numbers in record.links.items() for number in numbers if name in to
    }
