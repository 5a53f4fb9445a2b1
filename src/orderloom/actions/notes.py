"""Credit notes and cancellations: laid on the orders that they take back, in one transaction with their messages.

What finds no order waits in quarantine, row by row, for the order or the customer that would let it be tried again.
"""

import collections
import datetime as dt
import uuid
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import msgspec

from orderloom.actions import ledger, messages, orders, transact
from orderloom.actions.hub import Hub
from orderloom.domain import credit_notes
from orderloom.domain.mappings import drafts
from orderloom.domain.orders import commands, state
from orderloom.kit import limits, money, sealing
from orderloom.kit.refusals import Refused
from orderloom.store import messages as messages_store
from orderloom.store import open_lines
from orderloom.store import orders as orders_store

Read = Callable[[messages_store.Message, bytes], drafts.Draft | None]

# What an order that comes later may mend.
_Said = collections.Counter[tuple[str, Decimal, Decimal]]
_MENDED = frozenset(("order.credit_unknown_sku", "order.credit_exceeds_open", "order.credit_price_differs"))


class Note(msgspec.Struct):
    """A message that takes something back; of one that is in the house and waits only the refused `rows` are tried.

    `again` is the message that it takes over from, as that one stands afterwards.
    """

    message: messages_store.Message
    draft: drafts.Draft
    waiting: bool = False
    rows: frozenset[int | None] = frozenset()
    became: str = ""
    again: messages_store.Message | None = None

    @classmethod
    def of(
        cls,
        message: messages_store.Message,
        draft: drafts.Draft,
        *,
        waiting: bool = False,
        again: messages_store.Message | None = None,
    ) -> "Note":
        """The note as its message stands now."""
        rows = frozenset(each["row"] for each in (message.reason or {}).get("rows", ())) if waiting else frozenset()
        return cls(message, draft, waiting, rows, message.became, again)


def lay(
    hub: Hub,
    laying: Sequence[Note],
    *,
    origin: orders.Origin,
    read: Read,
    now: dt.datetime,
    progress: ledger.Progress | None = None,
    again: collections.Counter[str] | None = None,
) -> None:
    """Lay notes of one channel, in their order; what became of each stands on its message afterwards.

    `again` are rows that were in the house already, counted with the progress. Raises `ledger.Elsewhere`.
    """
    excluded: dict[uuid.UUID, Refused] = {}
    moved = 0
    while True:
        laid = _Laying(hub, origin, read, now, excluded)
        laid.look(laying)
        laid.lay(laying)
        asked = laid.commands()
        beside = ledger.Ledger(
            kept=[each.message for each in laying if not each.waiting],
            resolved=[
                *(each.message for each in laying if each.waiting),
                *(each.again for each in laying if each.again is not None),
            ],
            versions={order_id: order.n for order_id, order in laid.standing.items() if order_id in laid.steps},
            checked=asked,
            progress=progress,
        )
        beside.again = again or collections.Counter()
        try:
            transact.run(hub, [transact.Asked(each) for each in asked], now=now, beside=beside)
            return
        except ledger.Moved:
            moved += 1
            if moved > limits.RERUNS_MAX:
                raise
        except ledger.Untaken as untaken:
            excluded[untaken.order_id] = untaken.refused


def retry(
    hub: Hub, waiting: Sequence[messages_store.Message], *, origin: orders.Origin, read: Read, now: dt.datetime
) -> int:
    """Try messages that wait again; returns how many rows found their place."""
    before = sum(each.rows_refused for each in waiting)
    for start in range(0, len(waiting), limits.BATCH_ORDERS_MAX):
        laying: list[Note] = []
        for message in waiting[start : start + limits.BATCH_ORDERS_MAX]:
            try:
                raw = messages.open_(hub, message_id=message.message_id, sealed=message.sealed)
            except sealing.SealBroken:
                continue  # Erased: nothing of it can be laid on anything any more.
            draft = read(message, raw)
            if draft is not None and draft.intent != "order":
                laying.append(Note.of(message, draft, waiting=True))
        if laying:
            lay(hub, laying, origin=origin, read=read, now=now)
    return before - sum(each.rows_refused for each in waiting)


class _Laying:
    """One attempt to lay notes on the orders as they stand."""

    def __init__(
        self, hub: Hub, origin: orders.Origin, read: Read, now: dt.datetime, excluded: dict[uuid.UUID, Refused]
    ) -> None:
        self._hub, self._origin, self._read, self._now = hub, origin, read, now
        self._excluded = excluded
        self._open: dict[str, dict[int, credit_notes.OpenLine]] = {}
        self._customers: dict[str, str] = {}
        self._ids: dict[str, uuid.UUID] = {}
        self._waiting: dict[int, int] = {}
        self._barred: dict[str, Refused] = {}
        self._before: dict[str, list[messages_store.Message]] = {}
        self._left: dict[uuid.UUID, dict[int, int]] = {}
        self.standing: dict[uuid.UUID, state.Order] = {}
        self.steps: dict[uuid.UUID, list[commands.Amend | commands.Pay | commands.Cancel]] = {}

    def look(self, laying: Sequence[Note]) -> None:
        """Read what these notes may be laid on."""
        credit = [each.draft for each in laying if each.draft.intent == "credit_note"]
        channel = self._origin.channel
        with self._hub.database.workspace(self._hub.workspace) as connection:
            held = open_lines.read(
                connection,
                channel=channel,
                customer_nos={each.customer_no for each in credit if each.customer_no and not each.cancels},
                external_nos={_named(each.draft) for each in laying} - {""},
                skus={line.sku for each in credit for line in each.lines},
            )
            fresh = {each.message.external_no for each in laying if not each.waiting}
            for message in messages_store.notes(connection, channel=channel, external_nos=fresh):
                self._before.setdefault(message.external_no, []).append(message)
            ended = orders_store.find_external(
                connection, {(channel, _named(each.draft)) for each in laying if each.draft.intent == "cancel"}
            )
        self._ids = {external_no: order_id for (_, external_no), order_id in ended.items()}
        for holding in held:
            self._ids[holding.external_no] = holding.order_id
            self._customers[holding.external_no] = holding.customer_no
            if (refused := self._excluded.get(holding.order_id)) is None:
                self._open[holding.external_no] = _open_lines(holding)
            else:
                self._barred[f"order {holding.external_no}"] = refused
                self._barred[f"customer {holding.customer_no}"] = refused

    def lay(self, laying: Sequence[Note]) -> None:
        """Decide for each note which orders it changes and how."""
        matched = [(note, self._matched(note)) for note in laying if note.draft.intent == "credit_note"]
        wanted = {self._ids[match.external_no] for _, result in matched for match in result.matches}
        wanted |= {order_id for each in laying if each.draft.intent == "cancel"
                   if (order_id := self._ids.get(_named(each.draft))) is not None}  # fmt: skip
        with self._hub.database.workspace(self._hub.workspace) as connection:
            self.standing = orders_store.read(connection, wanted)
        self._left = {
            order_id: {line.line_no: line.quantity for line in order.lines} for order_id, order in self.standing.items()
        }
        results = {id(note): result for note, result in matched}
        for note in laying:
            if note.draft.intent == "cancel":
                self._cancel(note)
            else:
                self._credit(note, results[id(note)])

    def commands(self) -> list[commands.Together]:
        """One command for each order that something is taken back of."""
        return [
            commands.Together(
                command_id=self._hub.ids.new(self._now), actor=self._origin.actor, source=self._origin.source,
                at=self._now, order_id=order_id, steps=steps,
            )
            for order_id, steps in self.steps.items()
        ]  # fmt: skip

    def _matched(self, note: Note) -> credit_notes.Result:
        draft = note.draft
        asked = credit_notes.lines(draft)
        if note.waiting:
            asked = [each for each in asked if each.row in note.rows]
        else:
            asked = self._news(note, asked)
        if not draft.customer_no and not draft.cancels:
            return credit_notes.Result([], [credit_notes.Unmatched(each, "order.credit_no_customer") for each in asked])
        earlier = [
            line
            for external_no, lines in self._open.items()
            if draft.cancels or self._customers[external_no] == draft.customer_no
            for line in lines.values()
        ]
        result = credit_notes.match(asked, earlier=earlier, at=draft.placed_at or self._now, named=draft.cancels)
        for match in result.matches:
            lines = self._open[match.external_no]
            line = lines[match.line_no]
            lines[match.line_no] = msgspec.structs.replace(line, quantity=line.quantity - match.quantity)
        return result

    def _news(self, note: Note, asked: list[credit_notes.CreditLine]) -> list[credit_notes.CreditLine]:
        """The lines that no earlier message of the same number has brought: one note may come in parts, or again.

        Of those that it has brought some may wait in quarantine, under that message; they are counted here too.
        """
        done: _Said = collections.Counter()
        waiting: _Said = collections.Counter()
        for message in self._before.get(note.message.external_no, ()):
            again = note.again is not None and note.again.message_id == message.message_id
            if message.state in ("repeated", "sent_again"):
                continue
            rows = {each["row"] for each in (message.reason or {}).get("rows", ())}
            nowhere = message.state in ("quarantined", "discarded") and not message.became
            for line in self._said(message):
                if not nowhere and line.row not in rows:
                    done[_key(line)] += 1
                elif not again:
                    waiting[_key(line)] += 1
        news: list[credit_notes.CreditLine] = []
        for line in asked:
            if done[_key(line)] > 0:
                done[_key(line)] -= 1
            elif waiting[_key(line)] > 0:
                waiting[_key(line)] -= 1
                self._waiting[id(note)] = self._waiting.get(id(note), 0) + _rows(note.draft, line.row)
            else:
                news.append(line)
        return news

    def _said(self, message: messages_store.Message) -> list[credit_notes.CreditLine]:
        try:
            raw = messages.open_(self._hub, message_id=message.message_id, sealed=message.sealed)
        except sealing.SealBroken:
            return []
        said = self._read(message, raw)
        return credit_notes.lines(said) if said is not None and said.intent == "credit_note" else []

    def _credit(self, note: Note, result: credit_notes.Result) -> None:
        message = note.message
        by_order: dict[uuid.UUID, list[credit_notes.Match]] = {}
        for match in result.matches:
            by_order.setdefault(self._ids[match.external_no], []).append(match)
        for order_id, matches in by_order.items():
            self._take_back(self.standing[order_id], matches, reason=message.external_no)
        if by_order and message.order_id is None:
            message.order_id = next(iter(by_order))
        refused = [self._told(note.draft, each) for each in result.unmatched]
        rows = sum(_rows(note.draft, each["row"]) for each in refused) + self._waiting.get(id(note), 0)
        message.rows_refused = min(rows, message.row_count)
        if not refused:
            nothing = not by_order and not note.waiting
            message.state, message.reason, message.awaits = "repeated" if nothing else "done", None, ""
            message.became = "amendment" if message.rows_refused < message.row_count else ""
            return
        nowhere = not by_order and not note.became and message.rows_refused == message.row_count
        message.state, message.became = "quarantined", "" if nowhere else "amendment"
        message.reason = {"code": refused[0]["code"], "data": refused[0]["data"], "rows": refused}
        mended = any(each["code"] in _MENDED for each in refused)
        message.awaits = _awaits(note.draft) if mended else ""

    def _told(self, draft: drafts.Draft, unmatched: credit_notes.Unmatched) -> dict[str, Any]:
        """Why a row was not matched: also by what an order said that would have matched."""
        barred = self._barred.get(_awaits(draft))
        code, data = (barred.code, barred.data) if barred is not None else (unmatched.code, unmatched.data)
        return {"row": unmatched.line.row, "code": code, "data": data}

    def _take_back(self, order: state.Order, matches: list[credit_notes.Match], *, reason: str) -> None:
        """The order's part of a note: lines with fewer units, less freight; nothing left is a cancellation."""
        left = self._left[order.order_id]
        steps = self.steps.setdefault(order.order_id, [])
        said = {"command_id": self._hub.ids.new(self._now), "actor": self._origin.actor,
                "source": self._origin.source, "at": self._now, "order_id": order.order_id}  # fmt: skip
        units: dict[int, int] = {}
        changed: dict[str, Any] = {}
        credited = 0
        for match in matches:
            if match.line_no == credit_notes.FREIGHT_LINE_NO:
                freight_minor = money.minor(match.quantity, order.currency)
                was = _last(steps, "channel_freight_minor", order.channel_freight_minor or 0)
                changed["channel_freight_minor"] = max(0, was - freight_minor)
                credited += freight_minor
                continue
            line = order.line(match.line_no)
            assert line is not None
            taken = _units(line, match.quantity)
            units[match.line_no] = units.get(match.line_no, 0) + taken
            credited += (2 * line.amount_minor * taken + line.quantity) // (2 * line.quantity)
        for line_no, taken in units.items():
            left[line_no] -= taken
        if not any(left.values()):
            # What earlier notes of the batch would have amended goes with the whole.
            steps[:] = [commands.Cancel(**said, reason=f"credit note {reason}")]
            return
        if order.channel_total_minor is not None:
            was = _last(steps, "channel_total_minor", order.channel_total_minor)
            changed["channel_total_minor"] = was - credited
        steps.append(commands.Amend(**said, changed=changed, lines_reduced=units, reason=f"credit note {reason}"))

    def _cancel(self, note: Note) -> None:
        message = note.message
        order_id = self._ids.get(_named(note.draft))
        refused = self._excluded.get(order_id) if order_id is not None else None
        if order_id is None:
            refused = Refused("order.not_here_yet", {"external_no": _named(note.draft)})
        message.order_id = order_id
        if refused is not None:
            messages.quarantine(message, refused)
            message.awaits = _awaits(note.draft) if order_id is None else ""
            return
        assert order_id is not None
        message.state, message.became, message.reason, message.awaits = "done", "cancellation", None, ""
        if not self.standing[order_id].cancelled:
            self.steps.setdefault(order_id, []).append(
                commands.Cancel(
                    command_id=message.message_id, actor=self._origin.actor, source=self._origin.source, at=self._now,
                    order_id=order_id, reason="channel",
                )
            )  # fmt: skip


def _key(line: credit_notes.CreditLine) -> tuple[str, Decimal, Decimal]:
    return line.sku, line.price, line.quantity


def _rows(draft: drafts.Draft, row: int | None) -> int:
    """How many rows of the message a credit line is: freight may be several."""
    return 1 if row is not None else len(draft.freight_rows) or 1


def _named(draft: drafts.Draft) -> str:
    """The order that a note names, "" if it leaves that to us."""
    return draft.cancels or (draft.external_no if draft.intent == "cancel" else "")


def _awaits(draft: drafts.Draft) -> str:
    named = _named(draft)
    return f"order {named}" if named else f"customer {draft.customer_no}"


def _open_lines(holding: open_lines.Holding) -> dict[int, credit_notes.OpenLine]:
    found = {
        line.line_no: credit_notes.OpenLine(
            external_no=holding.external_no,
            line_no=line.line_no,
            sku=line.sku,
            price=line.price,
            quantity=line.unit_quantity if line.unit_quantity is not None else Decimal(line.quantity),
            placed_at=holding.placed_at,
        )
        for line in holding.lines
    }
    if holding.freight_minor > 0:
        number = credit_notes.FREIGHT_LINE_NO
        freight = money.major(holding.freight_minor, holding.currency)
        found[number] = credit_notes.OpenLine(
            holding.external_no, number, credit_notes.FREIGHT, Decimal(1), freight, holding.placed_at
        )
    return found


def _units(line: state.Line, stated: Decimal) -> int:
    """Base units of so many stated ones, at most what the line has."""
    if line.unit_quantity is None:
        return int(stated)
    return min(line.quantity, int(stated * line.quantity / line.unit_quantity))


def _last(steps: Sequence[Any], name: str, otherwise: int) -> int:
    """What an earlier step of the same batch has made of a field."""
    found = [step.changed[name] for step in steps if isinstance(step, commands.Amend) and name in step.changed]
    return found[-1] if found else otherwise
