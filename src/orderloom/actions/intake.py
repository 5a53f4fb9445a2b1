"""Intake: raw messages, read by their channel's mapping, become orders, changes of orders, or wait in quarantine.

A message and what became of it are committed together. The same message again changes nothing; a later one about a
known order changes what its channel changed; what cannot be used is kept with its reason.
"""

import collections
import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import msgspec
import structlog

from orderloom.actions import imports, ledger, messages, notes, orders, restating, transact
from orderloom.actions.hub import Hub
from orderloom.deciding.work import Outcome
from orderloom.domain import restatements
from orderloom.domain.mappings import drafts
from orderloom.domain.orders import state
from orderloom.kit import limits, sealing
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import facts
from orderloom.store import messages as messages_store
from orderloom.store import orders as orders_store

log = structlog.get_logger(__name__)

# How the channel's messages are read, to compare a later one with what was said before.
Read = Callable[[messages_store.Message, bytes], drafts.Draft | None]


class Item(msgspec.Struct):
    """A raw message as it is kept, with the draft it makes or why it makes none. `history`: see `orders.Placing`.

    `again` is the message of quarantine that this one repairs: it takes that one's rows over.
    """

    message: messages_store.Message
    draft: drafts.Draft | None = None
    refused: Refused | None = None
    history: bool = False
    again: messages_store.Message | None = None


class Taken(msgspec.Struct, omit_defaults=True):
    """What became of a message: see `messages.Message`. `repeated` says that it brought nothing new."""

    message_id: uuid.UUID
    external_no: str = ""
    became: str = ""
    repeated: bool = False
    order_id: uuid.UUID | None = None
    order_no: str = ""
    rows_refused: int = 0
    refused: Refused | None = None
    outcome: Outcome | None = None


def take(
    hub: Hub,
    items: Sequence[Item],
    *,
    origin: orders.Origin,
    read: Read,
    now: dt.datetime,
    progress: ledger.Progress | None = None,
) -> list[Taken]:
    """Take messages of one channel in, at most `limits.BATCH_ORDERS_MAX`; what became of each, in order.

    With `progress` an import is advanced in the same transaction as its last part; raises `ledger.Elsewhere` when
    another process has advanced it. A message that breaks the program is kept aside, and the others go on.
    """
    try:
        return _again(hub, items, origin=origin, read=read, now=now, progress=progress)
    except (ledger.Elsewhere, *db.GONE):
        raise
    except Exception as error:
        if len(items) > 1:
            middle = len(items) // 2
            parts = (items[:middle], items[middle:])
            return [one for part in parts for one in take(
                hub, part, origin=origin, read=read, now=now, progress=_part(hub, part, progress)
            )]  # fmt: skip
        taken = _set_aside(hub, items[0], error)
        if progress is not None:
            transact.run(hub, [], now=now, beside=ledger.Ledger(progress=progress))
        return [taken]


def _part(hub: Hub, items: Sequence[Item], progress: ledger.Progress | None) -> ledger.Progress | None:
    """The progress of a part of a batch, from where the import stands now."""
    if progress is None:
        return None
    part = imports.advanced(hub, progress.import_id)
    part.rows = sum(each.message.row_count for each in items)
    return part


def _again(hub: Hub, items: Sequence[Item], **how: Any) -> list[Taken]:
    for _ in range(limits.RERUNS_MAX):
        try:
            return _Batch(hub, items, **how).taken()
        except ledger.Moved:
            continue
    return _Batch(hub, items, **how).taken()


def _set_aside(hub: Hub, item: Item, error: Exception) -> Taken:
    log.error("message set aside", message_id=str(item.message.message_id), exc_info=error)
    refused = Refused("command.set_aside", {"command_id": str(item.message.message_id)})
    messages.quarantine(item.message, refused)
    with hub.database.workspace(hub.workspace) as connection:
        if not messages_store.find(connection, [item.message.message_id]):
            messages_store.insert(connection, [item.message])
    return _told(item.message)


class _Batch:
    """One batch on its way: first orders and their changes in one transaction, then notes and cancellations."""

    def __init__(
        self,
        hub: Hub,
        items: Sequence[Item],
        *,
        origin: orders.Origin,
        read: Read,
        now: dt.datetime,
        progress: ledger.Progress | None,
    ) -> None:
        self._hub, self._items, self._origin = hub, items, origin
        self._read, self._now, self._progress = read, now, progress
        self._done: dict[uuid.UUID, Taken] = {}
        self._seen: collections.Counter[str] = collections.Counter()
        self._kept: list[messages_store.Message] = []
        self._asked: list[tuple[Item, transact.Asked]] = []
        self._after: list[tuple[Item, transact.Asked]] = []
        self._versions: dict[uuid.UUID, int] = {}
        self._later: list[Item] = []
        self._resolved: list[messages_store.Message] = []

    def taken(self) -> list[Taken]:
        """Carry the batch out."""
        first, rest = self._fresh()
        self._look(first)
        self._carry(last=not self._later and not rest)
        if rest:  # Further messages about one order: each after the one before it.
            for each in take(self._hub, rest, origin=self._origin, read=self._read, now=self._now):
                self._done[each.message_id] = each
        if self._later:
            self._lay()
        elif rest and self._progress is not None:
            beside = ledger.Ledger(progress=self._progress)
            beside.again = self._seen
            transact.run(self._hub, [], now=self._now, beside=beside)
        return [self._done[each.message.message_id] for each in self._items]

    def _fresh(self) -> tuple[list[Item], list[Item]]:
        """The messages that are new: the first about each order, and the rest."""
        with self._hub.database.workspace(self._hub.workspace) as connection:
            known = messages_store.stands(connection, [each.message.message_id for each in self._items])
        numbers: set[str] = set()
        ids: set[uuid.UUID] = set()
        first: list[Item] = []
        rest: list[Item] = []
        for item in self._items:
            message = item.message
            if (was := known.get(message.message_id)) is not None:
                self._see(was, message)
            elif message.message_id not in ids:
                number = f"{item.draft.intent} {message.external_no}" if item.draft is not None else ""
                (rest if number and number in numbers else first).append(item)
                ids.add(message.message_id)
                numbers.add(number)
        return first, rest

    def _see(self, was: messages_store.Message, message: messages_store.Message) -> None:
        """A message that is in the house: what became of it, or of what repaired it, stands."""
        last = was
        while last.state == "sent_again" and last.reason:
            followed = uuid.UUID(last.reason["data"]["message_id"])
            with self._hub.database.workspace(self._hub.workspace) as connection:
                last = messages_store.stands(connection, [followed])[followed]
        self._done[was.message_id] = msgspec.structs.replace(_told(last, repeated=True), message_id=was.message_id)
        if message.import_id is None or was.import_id != message.import_id:
            refused = min(last.rows_refused, message.row_count)
            self._seen[_PLACES.get(last.became, "quarantine")] += message.row_count - refused
            self._seen["discarded" if last.state == "discarded" else "quarantine"] += refused

    def _look(self, items: Sequence[Item]) -> None:
        """Sort the new messages: orders to be placed or changed, notes to be laid later, and what cannot be used."""
        wanted = [each for each in items if each.draft is not None and each.draft.intent == "order"]
        keys = {(self._origin.channel, each.message.external_no) for each in wanted}
        with self._hub.database.workspace(self._hub.workspace) as connection:
            external = orders_store.find_external(connection, keys)
            standing = orders_store.read(connection, list(external.values()))
            bases = messages_store.bases(connection, list(external.values()))
            known = facts.skus(
                connection,
                {line.sku for each in wanted if each.draft and external for line in each.draft.lines if line.unit},
            )
        placing: list[Item] = []
        for item in items:
            if item.draft is None or item.refused is not None:
                self._refuse(item, item.refused or Refused("mapping.not_a_record"))
            elif item.draft.intent != "order":
                self._later.append(item)
                continue
            elif (order_id := external.get((self._origin.channel, item.message.external_no))) is not None:
                self._restate(item, standing[order_id], bases.get(order_id), known)
            else:
                placing.append(item)
            if item.again is not None:
                self._resolved.append(_replaced(item))
        prepared = orders.prepare(
            self._hub,
            [orders.Placing(each.draft, each.message, history=each.history) for each in placing if each.draft],
            origin=self._origin,
            now=self._now,
        )
        for item, asked in zip(placing, prepared, strict=True):
            if isinstance(asked, Refused):
                self._refuse(item, asked)
            else:
                self._asked.append((item, asked))

    def _refuse(self, item: Item, refused: Refused) -> None:
        messages.quarantine(item.message, refused)
        self._kept.append(item.message)
        self._done[item.message.message_id] = _told(item.message)

    def _restate(
        self, item: Item, order: state.Order, base: messages_store.Message | None, known: dict[str, Any]
    ) -> None:
        assert item.draft is not None
        before = self._said(base)
        # An order that came by another door is known by what stands, not by a message: it is not ours to change.
        change = restatements.difference(before, item.draft) if before is not None else restatements.Change()
        item.message.order_id = order.order_id
        if change.nothing:
            item.message.state, item.message.became = "repeated", "order"
            self._kept.append(item.message)
            self._done[item.message.message_id] = _told(item.message, repeated=True, order_no=order.order_no)
            return
        said = {"command_id": item.message.message_id, "actor": self._origin.actor, "source": self._origin.source,
                "at": self._now}  # fmt: skip
        restated = restating.restate(self._hub, order, change=change, draft=item.draft, known=known, said=said)
        if isinstance(restated, Refused):
            self._refuse(item, restated)
            return
        self._versions[order.order_id] = order.n
        self._asked.append((item, transact.Asked(restated.command, item.message, restated.persons)))
        if restated.after is not None:
            self._after.append((item, transact.Asked(restated.after)))

    def _said(self, base: messages_store.Message | None) -> drafts.Draft | None:
        if base is None:
            return None
        try:
            raw = messages.open_(self._hub, message_id=base.message_id, sealed=base.sealed)
        except sealing.SealBroken:
            return None  # Erased, by right of whoever it was about.
        return self._read(base, raw)

    def _carry(self, *, last: bool) -> None:
        if not (self._asked or self._kept or (last and self._progress is not None)):
            return
        beside = ledger.Ledger(
            kept=self._kept,
            resolved=self._resolved,
            carried=[(asked, item.message) for item, asked in self._asked],
            versions=self._versions,
            progress=self._progress,
            last=last,
        )
        beside.again = self._seen
        carried = [*self._asked, *self._after]
        outcomes = transact.run(self._hub, [asked for _, asked in carried], now=self._now, beside=beside)
        if not last:
            self._seen["orders"] += beside.overtaken
        for (item, _), outcome in zip(carried, outcomes, strict=True):
            self._done[item.message.message_id] = _told(item.message, outcome=outcome, repeated=outcome.repeated)

    def _lay(self) -> None:
        laying = [
            notes.Note.of(each.message, each.draft, again=_replaced(each) if each.again is not None else None)
            for each in self._later
            if each.draft is not None
        ]
        notes.lay(
            self._hub, laying, origin=self._origin, read=self._read, now=self._now, progress=self._progress,
            again=self._seen,
        )  # fmt: skip
        for item in self._later:
            self._done[item.message.message_id] = _told(item.message, repeated=item.message.state == "repeated")


def _replaced(item: Item) -> messages_store.Message:
    """The message that another one has taken over from: its rows are that one's now."""
    assert item.again is not None
    reason = {"code": "message.sent_again", "data": {"message_id": str(item.message.message_id)}}
    return msgspec.structs.replace(
        item.again, state="sent_again", row_count=0, rows_refused=0, awaits="", reason=reason
    )


_PLACES = {"order": "orders", "amendment": "amendments", "cancellation": "amendments"}


def _told(
    message: messages_store.Message, *, outcome: Outcome | None = None, repeated: bool = False, order_no: str = ""
) -> Taken:
    waits = message.state == "quarantined"
    return Taken(
        message.message_id,
        message.external_no,
        became=message.became,
        repeated=repeated,
        order_id=message.order_id,
        order_no=outcome.order_no if outcome is not None else order_no,
        rows_refused=message.rows_refused if message.became else message.row_count if waits else 0,
        refused=msgspec.convert(message.reason, Refused) if waits and message.reason else None,
        outcome=outcome,
    )
