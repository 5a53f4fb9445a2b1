"""The log as a back-test reads it: of every entry what it said of stock, and of an order's first entry the rest too,
where that is decided anew."""

import datetime as dt
import functools
import itertools
import operator
import typing
import uuid
from collections.abc import Collection, Iterator, Sequence
from typing import Any

import msgspec

from orderloom.deciding import contexts
from orderloom.domain import log, stock
from orderloom.domain.orders import commands, events
from orderloom.kit import limits
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)

_AGES_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
# A transaction that a snapshot had not seen may have taken its clock a little before it.
_CLOCKS_APART = dt.timedelta(hours=1)


class Came(msgspec.Struct, tag_field="type", tag="order.received"):
    """That an order came in, without all that came with it."""

    history: bool = False


_FOLLOWED = (
    events.StockReserved, events.StockReleased, stock.StockAdjusted, stock.StockCounted, stock.StockMoved,
)  # fmt: skip
# What an order is decided anew by: the rest of its first entry was decided then.
_CARRIED = (
    events.OrderReceived, events.PaymentReceived, events.OrderCancelled, events.CreditReserved, events.CreditRefused,
    events.StockReserved,
)  # fmt: skip


def _passed_over(event: Any) -> Any:
    """An event of the same tag, read without its fields."""
    config = event.__struct_config__
    return msgspec.defstruct(f"{event.__name__}PassedOver", [], tag_field=config.tag_field, tag=config.tag)


def _events(whole: Collection[Any], *others: Any) -> Any:
    """Any event: these read whole, the rest as one of `others` or without their fields."""
    instead = {each.__struct_config__.tag: each for each in [*whole, *others]}
    said = [instead.get(each.__struct_config__.tag) or _passed_over(each) for each in typing.get_args(log.AnyEvent)]
    return functools.reduce(operator.or_, said)


_Slim: Any = msgspec.defstruct("_Slim", [("events", list[_events(_FOLLOWED, Came)])])
_Placed: Any = msgspec.defstruct(
    "_Placed",
    [("at", dt.datetime), ("actor", str), ("source", str), ("revision", int), ("events", list[_events(_CARRIED)])],
)
_read_slim = msgspec.json.Decoder(_Slim).decode
_read_placed = msgspec.json.Decoder(_Placed).decode
_write = msgspec.json.Encoder(decimal_format="string").encode


class Entry(msgspec.Struct):
    """What one transaction said of one subject, read as far as stock goes; `kept` is what the rules were asked."""

    xid: int
    kind: str
    subject: uuid.UUID
    n: int
    recorded_at: dt.datetime
    text: str
    shape_id: int | None
    kept: str | None
    said: Sequence[Any]

    @property
    def places(self) -> bool:
        """Whether this is the first entry of an order that rules decided."""
        first = self.said[0]
        return self.n == 1 and type(first) is Came and not first.history


class Placing(msgspec.Struct):
    """The first entry of an order as far as it is needed to decide it anew, with what the rules were asked of it."""

    text: str
    recorded_at: dt.datetime
    inputs: dict[str, dict[str, Any]] | None
    at: dt.datetime
    actor: str
    source: str
    revision: int
    said: Sequence[Any]

    @property
    def received(self) -> events.OrderReceived:
        """What came in."""
        first = self.said[0]
        assert type(first) is events.OrderReceived
        return first

    def whole(self) -> log.Body:
        """All that was said of it then."""
        return log.read(self.text)

    def is_what_was_said(self, said: Sequence[Any]) -> bool:
        """Whether these are the events that were said of it then, to the byte; False also where it cannot be told."""
        begins = _write(log.Body(self.at, self.actor, self.source, self.revision, said))
        return self.text.startswith(begins[:-1].decode())

    def command(self) -> commands.Place:
        """What placed the order."""
        payments = [event.payment for event in self.said if type(event) is events.PaymentReceived]
        cancelled = next((event.reason for event in self.said if type(event) is events.OrderCancelled), "")
        return commands.Place(
            command_id=self.received.order_id,
            actor=self.actor,
            source=self.source,
            at=self.at,
            received=self.received,
            payments=payments,
            cancelled=cancelled,
        )


class Shapes:
    """The names that kept inputs leave out; read again when one is met that is not known yet."""

    def __init__(self, connection: db.Connection) -> None:
        self._connection = connection
        self._known: dict[int, dict[str, contexts.Shape]] = {}

    def placing(self, entry: Entry) -> Placing:
        """An order's first entry, with what was asked of it."""
        inputs = None
        if entry.shape_id is not None:
            assert entry.kept is not None
            inputs = {
                stage: contexts.moment(shape, asked)
                for (stage, shape), asked in zip(
                    self._of(entry.shape_id).items(), msgspec.json.decode(entry.kept), strict=False
                )
                if asked is not None
            }
        read = _read_placed(entry.text)
        return Placing(
            entry.text, entry.recorded_at, inputs, read.at, read.actor, read.source, read.revision, read.events
        )

    def _of(self, shape_id: int) -> dict[str, contexts.Shape]:
        if shape_id not in self._known:
            found = self._connection.execute(Q.shapes).fetchall()
            self._known = {each: contexts.shapes(text) for each, text in found}
        return self._known[shape_id]


def of(row: Sequence[Any]) -> Entry:
    """An entry from (transaction, kind, subject, n, recorded at, body, fingerprint of the inputs' shape, inputs)."""
    xid, kind, subject, n, recorded_at, text, shape_id, kept = row
    return Entry(xid, kind, subject, n, recorded_at, text, shape_id, kept, _read_slim(text).events)


def batches(entries: Iterator[Entry]) -> Iterator[list[Entry]]:
    """Entries of one transaction together."""
    for _, batch in itertools.groupby(entries, key=operator.attrgetter("xid")):
        yield list(batch)


class Reading:
    """The log from the last count of the pools before `since` up to `until`."""

    def __init__(self, connection: db.Connection, *, since: dt.datetime, until: dt.datetime) -> None:
        self._connection = connection
        self._snapshot = connection.execute(Q.last_snapshot, {"before": since}).fetchone()
        self._until = until

    def pools(self) -> Iterator[stock.Pool]:
        """The pools as they were counted; none without a count."""
        if self._snapshot is not None:
            for row in self._connection.execute(Q.pools_then, {"snapshot_id": self._snapshot[0]}):
                yield stock.Pool(*row)

    def stretches(self) -> Iterator[list[list[Entry]]]:
        """Transaction by transaction, as many together as make up a full batch of new orders."""
        stretch: list[list[Entry]] = []
        placed = entries = 0
        for batch in batches(self._entries()):
            stretch.append(batch)
            entries += len(batch)
            placed += sum([each.places for each in batch])
            if placed >= limits.BATCH_ORDERS_MAX or entries >= limits.BACKTEST_ENTRIES_AT_ONCE:
                yield stretch
                stretch, placed, entries = [], 0, 0
        if stretch:
            yield stretch

    def _entries(self) -> Iterator[Entry]:
        since, seen = _AGES_AGO, None
        if self._snapshot is not None:
            since, seen = self._snapshot[1] - _CLOCKS_APART, self._snapshot[2]
        with self._connection.cursor("entries") as cursor:
            cursor.itersize = limits.BACKTEST_ENTRIES_AT_ONCE
            cursor.execute(Q.entries, {"since": since, "until": self._until, "seen": seen})
            while rows := cursor.fetchmany(limits.BACKTEST_ENTRIES_AT_ONCE):
                yield from map(of, rows)
