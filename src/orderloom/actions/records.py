"""The verbs of records of own types: create and change. A record is a subject of its own in the log."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from orderloom.actions import fields, numbers, uniques
from orderloom.actions.hub import Hub
from orderloom.deciding import dictionaries
from orderloom.deciding.reference import Reference
from orderloom.domain import log, records
from orderloom.domain.fields import facets, values
from orderloom.domain.fields.dictionaries import Dictionary, Link
from orderloom.domain.fields.values import Wrong
from orderloom.domain.records import Record
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.rules.fields import Fields
from orderloom.store import database as db
from orderloom.store import facets as facets_store
from orderloom.store import facts, messages
from orderloom.store import files as files_store
from orderloom.store import log as log_store
from orderloom.store import records as records_store


class Wanted(msgspec.Struct):
    """A record as it is asked for. `record_id` makes it the same one when it is asked for again."""

    values: dict[str, Any]
    links: dict[str, list[str]] = {}
    record_id: uuid.UUID | None = None


class Teller(msgspec.Struct, frozen=True):
    """Who says it, which system is trusted for it, when; `origin` is the door its files must have come through."""

    actor: str
    source: str
    now: dt.datetime
    origin: str | None = None


class Told(msgspec.Struct):
    """A record as it is now, and whether it was there already."""

    record_id: uuid.UUID
    record_no: str
    n: int
    repeated: bool = False


class _Made(msgspec.Struct):
    """One record of a batch on its way."""

    record: Record
    events: list[records.RecordEvent]
    people: list[messages.Person]
    was: Record | None = None
    files: set[uuid.UUID] = set()


def create(hub: Hub, of: str, wanted: Sequence[Wanted], *, teller: Teller) -> list[Told | Refused]:
    """Create records of a type; for each the record, or why not. One that was created under its id is repeated."""
    told: list[Told | Refused] = []
    for start in range(0, len(wanted), limits.BATCH_ORDERS_MAX):
        batch = wanted[start : start + limits.BATCH_ORDERS_MAX]
        told.extend(_rerun(lambda: _Batch(hub, of, teller).create(batch)))  # noqa: B023 - called at once.
    return told


def change(hub: Hub, of: str, changes: Sequence[tuple[str, Wanted]], *, teller: Teller) -> list[Told | Refused]:
    """Change records by their numbers: what is not named stays, None takes a value away."""
    told: list[Told | Refused] = []
    for start in range(0, len(changes), limits.BATCH_ORDERS_MAX):
        batch = changes[start : start + limits.BATCH_ORDERS_MAX]
        told.extend(_rerun(lambda: _Batch(hub, of, teller).change(batch)))  # noqa: B023 - called at once.
    return told


def _rerun(work: Any) -> list[Told | Refused]:
    for _ in range(limits.RERUNS_MAX):
        try:
            return work()
        except db.CONTENDED:
            continue  # Another batch wrote the same record or value a moment ago: now it is seen.
    return work()


class _Batch:
    """One transaction's records of one type."""

    def __init__(self, hub: Hub, of: str, teller: Teller) -> None:
        self._hub, self._of, self._teller = hub, of, teller

    def create(self, wanted: Sequence[Wanted]) -> list[Told | Refused]:
        """Create them."""
        hub, now = self._hub, self._teller.now
        with hub.database.workspace(hub.workspace) as connection:
            reference = hub.reference(connection)
            type_ = self._type(reference)
        if isinstance(type_, Refused):
            return [type_ for _ in wanted]
        day = now.astimezone(reference.zone).date()
        taken = numbers.take(hub, len(wanted), series=type_.dictionary.series, day=day)
        with hub.database.workspace(hub.workspace) as connection:
            there = records_store.read(connection, [each.record_id for each in wanted if each.record_id is not None])
            read = [
                fields.read(type_, each.values, frame=self._frame(reference), beside={"record": {"links": each.links}})
                for each in wanted
            ]
            wrong = self._wrong(connection, type_.dictionary, read, [each.links for each in wanted], whole=True)
            answers: list[Told | Refused | _Made] = []
            for each, found, problems, number in zip(wanted, read, wrong, taken, strict=True):
                if each.record_id is not None and (known := there.get(each.record_id)) is not None:
                    answers.append(Told(known.record_id, known.record_no, known.n, repeated=True))
                elif problems:
                    answers.append(fields.refused(problems))
                else:
                    answers.append(self._new(type_.dictionary, each, found, number))
            return self._save(connection, reference, type_.dictionary, answers)

    def change(self, changes: Sequence[tuple[str, Wanted]]) -> list[Told | Refused]:
        """Change them."""
        hub = self._hub
        with hub.database.workspace(hub.workspace) as connection:
            reference = hub.reference(connection)
            type_ = self._type(reference, changing=True)
            if isinstance(type_, Refused):
                return [type_ for _ in changes]
            ids = {no: found for no, (found, of) in
                   records_store.ids(connection, [no for no, _ in changes]).items() if of == self._of}  # fmt: skip
            log_store.lock_heads(connection, sorted(ids.values()))
            standing = records_store.read(connection, list(ids.values()))
            read = []
            for no, each in changes:
                before = standing[ids[no]].values if no in ids else {}
                frame = msgspec.structs.replace(self._frame(reference), before=before, partial=True)
                read.append(fields.read(type_, each.values, frame=frame, beside={"record": {"links": each.links}}))
            links = [each.links for _, each in changes]
            wrong = self._wrong(connection, type_.dictionary, read, links, whole=False)
            answers: list[Told | Refused | _Made] = []
            seen: set[uuid.UUID] = set()
            for (no, each), found, problems in zip(changes, read, wrong, strict=True):
                if no not in ids:
                    answers.append(Refused("record.unknown", {"record_no": no[: limits.NAME_CHARS_MAX]}))
                elif ids[no] in seen:
                    answers.append(Refused("record.named_twice", {"record_no": no}))
                elif problems:
                    answers.append(fields.refused(problems))
                else:
                    seen.add(ids[no])
                    answers.append(self._changed(type_.dictionary, standing[ids[no]], each, found))
            return self._save(connection, reference, type_.dictionary, answers)

    def _type(self, reference: Reference, *, changing: bool = False) -> Fields | Refused:
        if dictionaries.record_type(reference, self._of) is None:
            return Refused("record.unknown_type", {"type": self._of[: limits.NAME_CHARS_MAX]})
        found = dictionaries.of(reference, self._of)
        assert found is not None
        if found.dictionary.retired and not changing:
            return Refused("record.type_retired", {"type": self._of})
        return found

    def _frame(self, reference: Reference) -> values.Frame:
        return values.Frame(reference.places, reference.settings.currency)

    def _wrong(
        self,
        connection: db.Connection,
        dictionary: Dictionary,
        read: Sequence[fields.Read],
        links: Sequence[Mapping[str, Sequence[str]]],
        *,
        whole: bool,
    ) -> list[list[Wrong]]:
        lacking = fields.missing(connection, [each.asks for each in read], origin=self._teller.origin)
        untied = _untied(connection, dictionary, links, whole=whole)
        return [[*each.wrong, *some, *more] for each, some, more in zip(read, lacking, untied, strict=True)]

    def _new(self, dictionary: Dictionary, wanted: Wanted, read: fields.Read, number: str) -> _Made:
        kept, people = fields.seal(self._hub, dictionary, read.values)
        record_id = wanted.record_id or self._hub.ids.new(self._teller.now)
        links = {name: list(dict.fromkeys(to)) for name, to in wanted.links.items() if to}
        event = records.RecordCreated(self._of, number, kept, links, records.title_of(dictionary, kept))
        return _Made(records.evolve(None, record_id, event), [event], people, files=_files(read))

    def _changed(self, dictionary: Dictionary, record: Record, wanted: Wanted, read: fields.Read) -> _Made | Told:
        kept, people = fields.seal(self._hub, dictionary, read.values)
        title = records.title_of(dictionary, {**record.values, **kept})
        said = records.change(record, values=kept, links=wanted.links, title=title)
        if not said:
            return Told(record.record_id, record.record_no, record.n, repeated=True)
        now = record
        for event in said:
            now = records.evolve(now, record.record_id, event)
        return _Made(now, [*said], people, was=record, files=_files(read))

    def _save(
        self,
        connection: db.Connection,
        reference: Reference,
        dictionary: Dictionary,
        answers: Sequence[Told | Refused | _Made],
    ) -> list[Told | Refused]:
        made = [each for each in answers if isinstance(each, _Made)]
        taken = uniques.take(connection, dictionary, [_held(each) for each in made])
        kept = [each for each in made if each.record.record_id not in taken]
        self._append(connection, reference, kept)
        records_store.insert(connection, [each.record for each in kept if each.was is None], at=self._teller.now)
        records_store.update(connection, [each.record for each in kept if each.was is not None], at=self._teller.now)
        _save_beside(connection, dictionary, kept)
        used = {file_id: each.record.record_no for each in kept for file_id in each.files}
        files_store.use(connection, used, at=self._teller.now)
        told: list[Told | Refused] = []
        for each in answers:
            if isinstance(each, _Made):
                refused = taken.get(each.record.record_id)
                record = each.record
                told.append(refused or Told(record.record_id, record.record_no, record.n))
            else:
                told.append(each)
        return told

    def _append(self, connection: db.Connection, reference: Reference, made: Sequence[_Made]) -> None:
        heads = log_store.lock_heads(connection, sorted(each.record.record_id for each in made if each.was is not None))
        teller = self._teller
        entries = []
        for each in made:
            body = log.Body(at=teller.now, actor=teller.actor, source=teller.source, revision=reference.version,
                            events=each.events)  # fmt: skip
            subject = each.record.record_id
            entries.append(
                log.write(
                    kind=records.KIND, subject=subject, head=heads.get(subject), body=body, recorded_at=teller.now
                )
            )
        messages.insert_persons(connection, [person for each in made for person in each.people])
        log_store.append(connection, entries)


def _held(made: _Made) -> uniques.Held:
    return uniques.Held(made.record.record_id, made.record.values, made.was.values if made.was is not None else {})


def _files(read: fields.Read) -> set[uuid.UUID]:
    return {uuid.UUID(each) for each in read.asks.files}


def _untied(
    connection: db.Connection, dictionary: Dictionary, links: Sequence[Mapping[str, Sequence[str]]], *, whole: bool
) -> list[list[Wrong]]:
    """For each, what is wrong with its links."""
    named: dict[str, set[str]] = {}
    known: dict[str, Link] = {each.name: each for each in dictionary.links}
    for each in links:
        for name, numbers_ in each.items():
            if name in known:
                named.setdefault(known[name].to, set()).update(numbers_[: limits.RECORD_LINKS_MAX])
    there: dict[str, set[str]] = {}
    for to, numbers_ in named.items():
        if to == "order":
            there[to] = records_store.orders_there(connection, numbers_)
        elif to == "customer":
            there[to] = set(facts.customers(connection, numbers_))
        else:
            there[to] = {no for no, (_, of) in records_store.ids(connection, numbers_).items() if of == to}
    return [list(_links_wrong(known, each, there, whole=whole)) for each in links]


def _links_wrong(
    known: Mapping[str, Link], links: Mapping[str, Sequence[str]], there: Mapping[str, set[str]], *, whole: bool
) -> list[Wrong]:
    found = []
    for name, to in links.items():
        path = f"links.{name}"[: limits.NAME_CHARS_MAX]
        if name not in known:
            found.append(Wrong(path, "field.unknown", {"field": path}))
        elif len(to) > (limits.RECORD_LINKS_MAX if known[name].many else 1):
            found.append(
                Wrong(
                    path, "field.too_many", {"field": path, "most": limits.RECORD_LINKS_MAX if known[name].many else 1}
                )
            )
        else:
            gone = [each for each in to if each not in there.get(known[name].to, set())]
            found.extend(Wrong(path, "field.link_unknown", {"field": path, "value": each[:200]}) for each in gone[:1])
    for name, link in known.items():
        if link.required and ((whole and not links.get(name)) or (name in links and not links[name])):
            found.append(Wrong(f"links.{name}", "field.required", {"field": f"links.{name}"}))
    return found


def _save_beside(connection: db.Connection, dictionary: Dictionary, made: Sequence[_Made]) -> None:
    """Facets and links, in the transaction of their records."""
    new = {each.record.record_id: set(facets.of(dictionary, each.record.values)) for each in made}
    facets_store.insert(
        connection, {each.record.record_id: new[each.record.record_id] for each in made if each.was is None}
    )
    facets_store.replace(
        connection, {each.record.record_id: new[each.record.record_id] for each in made if each.was is not None}
    )
    ties: set[records_store.Tie] = set()
    untied: set[records_store.Tie] = set()
    for each in made:
        record_id = each.record.record_id
        now = {(to, name, record_id) for name, to in records.targets(dictionary, each.record)}
        was = {(to, name, record_id) for name, to in records.targets(dictionary, each.was)} if each.was else set()
        ties |= now - was
        untied |= was - now
    records_store.tie(connection, ties, untied)
