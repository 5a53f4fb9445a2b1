"""Import of files: rows in a stream, grouped into orders, 200 orders a transaction, the progress in the same one.

An import that is killed goes on where its last transaction ended. A file that is sent again, in whatever encoding or
order of orders, finds its messages in the house and changes nothing.
"""

import contextlib
import datetime as dt
import hashlib
import uuid
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import msgspec

from orderloom.actions import imports, intake, ledger, messages, orders
from orderloom.actions.hub import Hub
from orderloom.domain.mappings import drafts, mappers
from orderloom.inbox import ahead, channel_mappings, files, grouping, shipped_mappings
from orderloom.inbox import orders as inbox_orders
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import imports as imports_store
from orderloom.store import messages as messages_store

Clock = Callable[[], dt.datetime]


class Wanted(msgspec.Struct, frozen=True):
    """How a file is to be read. An empty `mapping` means the one its shape had last, the channel's, or the shipped one.

    `create_skus` enters SKUs that the catalogue lacks. `history` takes its orders as fulfilled long ago.
    """

    channel: str
    actor: str
    mapping: dict[str, Any] = {}
    name: str = ""
    sheet: str = ""
    member: str = ""
    create_skus: bool = False
    history: bool = False


class Told(msgspec.Struct):
    """How far an import is: rows done of all rows."""

    rows_done: int
    rows_total: int


class Report(msgspec.Struct):
    """What an import came to. `again` says that the file was in the house already; `skus` how many were entered."""

    import_id: uuid.UUID
    file: str
    channel: str
    mapping: str
    counts: imports.Counts
    changes: int = 0
    skus: int = 0
    again: bool = False


class Problem(msgspec.Struct):
    """Why a message of the file would not go in: its rows, its order and the reason."""

    rows: list[int]
    external_no: str
    refused: Refused


class Preview(msgspec.Struct):
    """What a file would do, from its first rows: nothing is kept."""

    file: str
    kind: str
    encoding: str
    sheet: str
    header: list[str]
    rows: list[list[str]]
    rows_total: int
    mapping: str
    mapping_from: str
    intents: dict[str, int]
    drafts: list[drafts.Draft]
    problems: list[Problem]
    known_file: bool


class Choice(msgspec.Struct):
    """A mapping by which a table can be read: the shipped one, or a channel's own."""

    mapping: str
    name: str
    channel: str = ""


def choices(hub: Hub) -> list[Choice]:
    """The mappings that read tables: the shipped one first."""
    with hub.database.workspace(hub.workspace) as connection:
        known = hub.reference(connection).channels
    shipped = shipped_mappings.mapper("orders")
    found = [Choice("shipped", shipped.name)]
    for name, channel in sorted(known.items()):
        mapper = mappers.compile(channel.mapping) if channel.mapping else None
        if isinstance(mapper, mappers.Mapper) and mapper.rows is not None:
            found.append(Choice(f"channel/{name}", channel.name or name, name))
    return found


def chosen(hub: Hub, mapping: str) -> dict[str, Any] | Refused:
    """The document of a choice; empty for none. Refuses `mapping.none` for what is no choice."""
    if not mapping:
        return {}
    if mapping == "shipped":
        return msgspec.json.decode(shipped_mappings.document("orders"))
    with hub.database.workspace(hub.workspace) as connection:
        found = hub.reference(connection).channels.get(mapping.removeprefix("channel/"))
    if found is None or not found.mapping:
        return Refused("mapping.none", {"channel": mapping, "columns": ""})
    return found.mapping


def preview(hub: Hub, path: Path, wanted: Wanted) -> Preview | Refused:
    """Show what a file would do: at most its first `limits.PREVIEW_MESSAGES_MAX` orders are read.

    Refuses what `run` refuses.
    """
    opened = _open(hub, path, wanted)
    if isinstance(opened, Refused):
        return opened
    with opened.table as table:
        first = [row.cells for _, row in zip(range(limits.PREVIEW_ROWS), table, strict=False)]
        stream = opened.messages(wanted.channel)
        if isinstance(stream, Refused):
            return stream
        with hub.database.workspace(hub.workspace) as connection:
            known = imports_store.find(connection, channel=wanted.channel, fingerprint=opened.fingerprint)
        shown = Preview(
            table.name, table.kind, table.encoding, table.sheet, table.header, first, opened.rows, opened.mapper.name,
            opened.found, {}, [], [], known is not None,
        )  # fmt: skip
        with contextlib.closing(stream):
            _peruse(opened, stream, shown)
        return shown


def _peruse(opened: "_Opened", stream: Iterator[grouping.Message], shown: Preview) -> None:
    """Map the first messages, and note what each is."""
    for _, message in zip(range(limits.PREVIEW_MESSAGES_MAX), stream, strict=False):
        made = message.problem or inbox_orders.draft(opened.mapper, message.payload)
        if isinstance(made, drafts.Draft):
            shown.intents[made.intent] = shown.intents.get(made.intent, 0) + 1
            if len(shown.drafts) < limits.PREVIEW_ROWS:
                shown.drafts.append(made)
        else:
            shown.intents["quarantine"] = shown.intents.get("quarantine", 0) + 1
            refused = made if isinstance(made, Refused) else inbox_orders.reason(made)
            if len(shown.problems) < limits.PREVIEW_ROWS:
                shown.problems.append(Problem(message.numbers, message.external_no, refused))


def run(
    hub: Hub, path: Path, wanted: Wanted, *, clock: Clock, tell: Callable[[Told], None] = lambda told: None
) -> Report | Refused:
    """Import a file; `tell` hears after each transaction how far it is.

    Refuses what `files.open_table`, `grouping.messages` and `mappers.compile` refuse, `channel.unknown`,
    `channel.paused`, `mapping.none`, `mapping.not_flat`, and `import.elsewhere` when another process imports the same
    file at the same time.
    """
    opened = _open(hub, path, wanted)
    if isinstance(opened, Refused):
        return opened
    with opened.table:
        stream = opened.messages(wanted.channel)
        if isinstance(stream, Refused):
            return stream
        begun = _begun(hub, opened, wanted, now=clock())
        report = Report(begun.import_id, begun.file_name, wanted.channel, opened.mapper.name, imports.Counts())
        if begun.state == "done":
            report.again = True
        else:
            try:
                with contextlib.closing(stream):
                    _Run(hub, opened, wanted, begun, report).go(stream, clock=clock, tell=tell)
            except ledger.Elsewhere:
                return Refused("import.elsewhere", {"import_id": str(begun.import_id)})
    report.counts = imports.counts(hub, begun.import_id)
    return report


def begin(hub: Hub, path: Path, wanted: Wanted, *, now: dt.datetime) -> imports_store.Import | Refused:
    """The import that this file is or becomes; `run` carries it on. Refuses what opening the file refuses."""
    opened = _open(hub, path, wanted)
    if isinstance(opened, Refused):
        return opened
    with opened.table:
        return _begun(hub, opened, wanted, now=now)


def _begun(hub: Hub, opened: "_Opened", wanted: Wanted, *, now: dt.datetime) -> imports_store.Import:
    made = imports_store.Import(
        hub.ids.new(now), wanted.channel, opened.table.name, opened.fingerprint,
        bytes.fromhex(opened.table.fingerprint), opened.document, rows_total=opened.rows, actor=wanted.actor,
    )  # fmt: skip
    return imports.begin(hub, made, now=now)


class _Counted:
    """A table that says how many rows it gave."""

    def __init__(self, table: files.Table) -> None:
        self.header = table.header
        self.rows = 0
        self._table = table

    def __iter__(self) -> Iterator[files.Row]:
        rows = 0
        for row in self._table:
            rows += 1
            yield row
        self.rows = rows


class _Opened:
    """A file with its mapping: where that was `found`, its `document`, and the file's `fingerprint` with it."""

    def __init__(
        self, table: files.Table, mapper: mappers.Mapper, *, document: dict[str, Any], found: str, digest: bytes
    ) -> None:
        self.table, self.mapper, self.document, self.found = table, mapper, document, found
        mapping = msgspec.json.encode(document, order="sorted")
        self.fingerprint = hashlib.sha256(digest + table.sheet.encode() + b"|" + mapping).digest()
        self._counted = _Counted(table)

    @property
    def rows(self) -> int:
        """How many rows the file has, once its messages were asked for."""
        return self._counted.rows

    def messages(self, channel: str) -> Generator[grouping.Message, None, None] | Refused:
        """The file's messages."""
        assert self.mapper.rows is not None
        aliases = self.document.get("aliases", {})
        return grouping.messages(self._counted, channel=channel, rows=self.mapper.rows, aliases=aliases)


def _open(hub: Hub, path: Path, wanted: Wanted) -> _Opened | Refused:
    with hub.database.workspace(hub.workspace) as connection:
        channel = hub.reference(connection).channels.get(wanted.channel)
    if channel is None:
        return Refused("channel.unknown", {"channel": wanted.channel})
    if channel.paused:
        return Refused("channel.paused", {"channel": wanted.channel})
    shipped = msgspec.json.decode(shipped_mappings.document("orders"))
    stated = [("stated", wanted.mapping)] if wanted.mapping else []
    choices = stated or [("channel", channel.mapping or {}), ("shipped", shipped)]
    compiled: list[tuple[str, dict[str, Any], mappers.Mapper]] = []
    for found, document in choices:
        if not document:
            continue
        mapper = mappers.compile(document)
        if isinstance(mapper, Refused):
            return mapper
        if mapper.rows is not None:
            compiled.append((found, document, mapper))
        elif found == "stated":
            return Refused("mapping.not_flat", {"mapping": mapper.name})
    known = frozenset().union(*(mapper.columns for _, _, mapper in compiled))
    table = files.open_table(path, name=wanted.name, member=wanted.member, sheet=wanted.sheet, known=known)
    if isinstance(table, Refused):
        return table
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").digest()
    if not stated and (kept := _remembered(hub, table, wanted.channel)) is not None:
        compiled.insert(0, kept)
    for found, document, mapper in compiled:
        if found in ("stated", "shape") or _fits(table, mapper, document):
            reading = channel_mappings.with_statuses(hub, wanted.channel, mapper)
            return _Opened(table, reading, document=document, found=found, digest=digest)
    table.close()
    return Refused("mapping.none", {"channel": wanted.channel, "columns": ", ".join(table.header[:20])})


def _remembered(hub: Hub, table: files.Table, channel: str) -> tuple[str, dict[str, Any], mappers.Mapper] | None:
    with hub.database.workspace(hub.workspace) as connection:
        document = imports_store.mapping_of(connection, channel=channel, shape=bytes.fromhex(table.fingerprint))
    mapper = mappers.compile(document) if document else None
    return ("shape", document, mapper) if document and isinstance(mapper, mappers.Mapper) else None


def _fits(table: files.Table, mapper: mappers.Mapper, document: dict[str, Any]) -> bool:
    assert mapper.rows is not None
    return grouping.key_column(table.header, mapper.rows.key, document.get("aliases", {})) is not None


class _Run:
    """One run of an import, from where it stands to its end."""

    def __init__(self, hub: Hub, opened: _Opened, wanted: Wanted, begun: imports_store.Import, report: Report) -> None:
        self._hub, self._opened, self._wanted, self._report = hub, opened, wanted, report
        self._import_id = begun.import_id
        self._progress = imports.progress(begun)
        self._origin = orders.Origin(wanted.channel, "channel", wanted.actor, "file")
        self._read = inbox_orders.Readings(hub, given={begun.import_id: opened.mapper})
        self._registrar = imports.Registrar(hub, actor=wanted.actor) if wanted.create_skus else None

    def go(self, stream: Iterator[grouping.Message], *, clock: Clock, tell: Callable[[Told], None]) -> None:
        """Take every message in, then try again what waited for them."""
        batches = _batches(_after(stream, self._progress.rows_done))
        prepared = (self._items(batch, now=clock()) for batch in batches)
        with contextlib.closing(ahead.read(prepared, most=limits.BATCHES_AHEAD)) as coming:
            for items in coming:
                self._take(items, now=clock())
                tell(Told(self._progress.rows_done, self._opened.rows))
        with self._hub.database.workspace(self._hub.workspace) as connection:
            awaited = imports_store.awaiting(connection, self._import_id, channel=self._wanted.channel)
        inbox_orders.retry(self._hub, awaited, origin=self._origin, read=self._read, now=clock())
        imports.finish(self._hub, self._import_id, now=clock())

    def _items(self, batch: list[grouping.Message], *, now: dt.datetime) -> list[intake.Item]:
        ids = {message.key: messages.id_of(bytes.fromhex(message.key)) for message in batch}
        known = imports.known(self._hub, list(ids.values()))
        return [self._item(message, known=ids[message.key] in known, now=now) for message in batch]

    def _take(self, items: list[intake.Item], *, now: dt.datetime) -> None:
        if self._registrar is not None:
            made = [each.draft for each in items if each.draft is not None]
            self._report.skus += self._registrar.enter(made, now=now)
        self._progress.rows = sum(each.message.row_count for each in items)
        taken = intake.take(self._hub, items, origin=self._origin, read=self._read, now=now, progress=self._progress)
        self._report.changes += sum(1 for each in taken if not each.repeated and each.became)
        self._progress = imports.advanced(self._hub, self._import_id)

    def _item(self, message: grouping.Message, *, known: bool, now: dt.datetime) -> intake.Item:
        if known:  # It is neither sealed nor mapped again.
            there = messages_store.Message(
                messages.id_of(bytes.fromhex(message.key)), self._wanted.channel, message.external_no, "file", now, b"",
                import_id=self._import_id, row_count=len(message.numbers),
            )  # fmt: skip
            return intake.Item(there)
        # The rows' places in this file stand beside them: the message's name is of its content alone.
        raw = msgspec.json.encode({**message.payload, "numbers": message.numbers})
        kept = messages.received(
            self._hub, raw, channel=self._wanted.channel, external_no=message.external_no, door="file", now=now,
            digest=bytes.fromhex(message.key),
        )  # fmt: skip
        kept.import_id, kept.row_from, kept.row_count = self._import_id, message.numbers[0], len(message.numbers)
        if message.problem is not None:
            return intake.Item(kept, refused=message.problem)
        made = inbox_orders.draft(self._opened.mapper, message.payload)
        if isinstance(made, list):
            return intake.Item(kept, refused=inbox_orders.reason(made))
        kept.external_no, kept.intent = made.external_no or kept.external_no, made.intent
        return intake.Item(kept, made, history=self._wanted.history)


def _after(stream: Iterator[grouping.Message], rows_done: int) -> Iterator[grouping.Message]:
    """The messages behind those whose rows are done: the same file gives the same messages in the same order."""
    rows = 0
    for message in stream:
        if rows >= rows_done:
            yield message
        rows += len(message.numbers)


def _batches(stream: Iterator[grouping.Message]) -> Iterator[list[grouping.Message]]:
    """Batches of a bounded number of orders and of rows."""
    batch: list[grouping.Message] = []
    rows = 0
    for message in stream:
        if batch and (len(batch) >= limits.BATCH_ORDERS_MAX or rows + len(message.numbers) > limits.BATCH_ROWS_MAX):
            yield batch
            batch, rows = [], 0
        batch.append(message)
        rows += len(message.numbers)
    if batch:
        yield batch
