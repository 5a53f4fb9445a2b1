"""The verbs of records of own types: create and change. A record is a subject of its own in the log."""

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from orderloom.actions import asking, claims, fields, flow_subjects, numbers, uniques
from orderloom.actions.hub import Hub
from orderloom.deciding import dictionaries
from orderloom.deciding import flow_subjects as flow_words
from orderloom.deciding.flow_subjects import Turn
from orderloom.deciding.reference import Reference
from orderloom.deciding.work import Outcome
from orderloom.domain import log
from orderloom.domain import records as words
from orderloom.domain.fields import facets, values
from orderloom.domain.fields.dictionaries import Dictionary, Link
from orderloom.domain.fields.values import Wrong
from orderloom.domain.orders import commands
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
    """A record as it is asked for. `record_id` makes it the same one when it is asked for again; `form` is the one that
    it is submitted by."""

    values: dict[str, Any]
    links: dict[str, list[str]] = {}
    record_id: uuid.UUID | None = None
    form: str = ""


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
    events: list[words.RecordEvent]
    people: list[messages.Person]
    was: Record | None = None
    files: set[uuid.UUID] = set()
    followed: flow_subjects.Followed | None = None


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


def carry_on(
    hub: Hub,
    asked: Sequence[commands.FlowCommand],
    *,
    claim: claims.Claim | None = None,
    beside: claims.Beside | None = None,
    now: dt.datetime,
) -> list[Outcome]:
    """Carry out commands on the runs of flows of records, whose ids stand in `order_id`, each of another record and all
    in one transaction with the claim and what is beside them. Refuses `record.unknown`, `flow.run_over`,
    `flow.unknown`, `flow.other_subject`, `flow.no_trigger`, `flow.does_not_fit`."""
    for _ in range(limits.RERUNS_MAX):
        try:
            return _carry_on(hub, asked, claim, beside, now)
        except db.CONTENDED:
            continue
    return _carry_on(hub, asked, claim, beside, now)


def _carry_on(
    hub: Hub,
    asked: Sequence[commands.FlowCommand],
    claim: claims.Claim | None,
    beside: claims.Beside | None,
    now: dt.datetime,
) -> list[Outcome]:
    with hub.database.workspace(hub.workspace) as connection:
        if claim is not None and not claims.take(connection, [claim], now=now):
            return [Outcome(each.command_id, repeated=True) for each in asked]
        reference = hub.reference(connection)
        log_store.lock_heads(connection, sorted(each.order_id for each in asked))
        standing = records_store.read(connection, [each.order_id for each in asked])
        state = flow_subjects.state(reference, now=now)
        state.flowing.opened.update({each.record_id: each.runs for each in standing.values()})
        if beside is not None:
            beside.prepare(connection, state)
        outcomes: list[Outcome] = []
        for command in asked:
            record = standing.get(command.order_id)
            type_ = dictionaries.of(reference, record.of) if record is not None else None
            if record is None or type_ is None:
                data = {"record_no": record.record_no if record is not None else str(command.order_id)}
                outcomes.append(Outcome(command.command_id, refused=Refused("record.unknown", data)))
                continue
            batch = _Batch(hub, record.of, Teller(command.actor, command.source, now))
            outcomes.append(batch.carry_on(connection, reference, type_, record, command))
        if beside is not None:
            beside.save(connection, state)
    return outcomes


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
            self._follow(connection, reference, type_, answers)
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
            self._follow(connection, reference, type_, answers)
            return self._save(connection, reference, type_.dictionary, answers)

    def carry_on(
        self,
        connection: db.Connection,
        reference: Reference,
        type_: Fields,
        record: Record,
        command: commands.FlowCommand,
    ) -> Outcome:
        """Let flows of a record go on; its head is locked."""
        made = _Made(record, [], [], was=record)
        flow_subjects.keep_versions(connection, reference, record.runs, [command])
        turn = self._turn(connection, reference, type_, made)
        turn.asked(command)
        self._took(made, turn)
        if made.events:
            self._save(connection, reference, type_.dictionary, [made], own=[asking.key(command)])
        return Outcome(command.command_id, refused=turn.refused)

    def _follow(self, connection: db.Connection, reference: Reference, type_: Fields, answers: Sequence[Any]) -> None:
        """Let flows follow from what these records say."""
        made = [each for each in answers if isinstance(each, _Made)]
        runs = [run for each in made for run in each.record.runs]
        if not runs and not reference.flows.apart.get(self._of):
            return
        flow_subjects.keep_versions(connection, reference, runs)
        for each in made:
            turn = self._turn(connection, reference, type_, each)
            turn.react(list(each.events), before=each.was)
            self._took(each, turn)

    def _turn(self, connection: db.Connection, reference: Reference, type_: Fields, made: _Made) -> Turn:
        state = flow_subjects.state(reference, now=self._teller.now)
        turn = flow_subjects.opened(state, made.record.record_id, record=made.record, open_=made.record.runs)

        def change(record: Record, stated: Mapping[str, Any]) -> list[words.RecordChanged] | Refused:
            frame = msgspec.structs.replace(self._frame(reference), before=record.values, partial=True)
            read = fields.read(type_, stated, frame=frame, beside={"record": {"links": record.links}})
            [lacking] = fields.missing(connection, [read.asks])
            single = [each.name for each in type_.dictionary.fields if each.unique and each.name in stated]
            wrong = [*read.wrong, *lacking, *(Wrong(each, "field.not_by_flow", {"field": each}) for each in single)]
            if wrong:
                return fields.refused(wrong)
            kept, people = fields.seal(self._hub, type_.dictionary, read.values)
            made.people.extend(people)
            made.files |= _files(read)
            title = words.title_of(type_.dictionary, {**record.values, **kept})
            return words.change(record, values=kept, links={}, title=title)

        turn.change = change
        return turn

    def _took(self, made: _Made, turn: Turn) -> None:
        """The record and its events with what its flows made of it."""
        found = flow_subjects.followed(flow_words.RECORD, turn, alone=not made.events and not turn.said)
        made.events.extend([*turn.said, *found.events])
        assert turn.record is not None
        made.record = turn.record
        for event in found.events:
            made.record = words.evolve(made.record, made.record.record_id, event)
        made.followed = found

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
        title = words.title_of(dictionary, kept)
        event = words.RecordCreated(self._of, number, kept, links, title, wanted.form)
        return _Made(words.evolve(None, record_id, event), [event], people, files=_files(read))

    def _changed(self, dictionary: Dictionary, record: Record, wanted: Wanted, read: fields.Read) -> _Made | Told:
        kept, people = fields.seal(self._hub, dictionary, read.values)
        title = words.title_of(dictionary, {**record.values, **kept})
        said = words.change(record, values=kept, links=wanted.links, title=title)
        if not said:
            return Told(record.record_id, record.record_no, record.n, repeated=True)
        now = record
        for event in said:
            now = words.evolve(now, record.record_id, event)
        return _Made(now, [*said], people, was=record, files=_files(read))

    def _save(
        self,
        connection: db.Connection,
        reference: Reference,
        dictionary: Dictionary,
        answers: Sequence[Told | Refused | _Made],
        *,
        own: Sequence[asking.Key] = (),
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
        found = [each.followed for each in kept if each.followed is not None]
        flow_subjects.save(connection, self._hub, found, own=own, revision=reference.version, now=self._teller.now)
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
            paths = each.followed.paths if each.followed is not None else []
            body = log.Body(at=teller.now, actor=teller.actor, source=teller.source, revision=reference.version,
                            events=each.events, why={"flows": paths} if paths else {})  # fmt: skip
            subject = each.record.record_id
            entry = log.write(
                kind=words.KIND, subject=subject, head=heads.get(subject), body=body, recorded_at=teller.now
            )
            entries.append(entry)
            if each.followed is not None:
                each.followed.n = entry.n
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
        now = {(to, name, record_id) for name, to in words.targets(dictionary, each.record)}
        was = {(to, name, record_id) for name, to in words.targets(dictionary, each.was)} if each.was else set()
        ties |= now - was
        untied |= was - now
    records_store.tie(connection, ties, untied)
