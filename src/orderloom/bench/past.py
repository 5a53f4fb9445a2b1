"""A past: as many orders as one likes, stored over a year, valid to the last hash.

A few hundred orders go through the doors, most of them to their delivery. Each is turned into a pattern: its log, its
state and its rows with places for what is its own (ids, numbers, customer, instants). The stored orders are those
patterns filled in by the server, with the chain of their entries, and pools, lots, accounts, sums and seals settled
to them. They share the patterns' sealed people; search keys and raw texts of messages are left out: nothing that is
measured here reads or writes them.
"""

import concurrent.futures
import datetime as dt
import itertools
import re
import uuid
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from orderloom.actions import orders, shipments, stock
from orderloom.actions.hub import Hub
from orderloom.bench import arrivals, company
from orderloom.deciding.work import Outcome
from orderloom.domain import log
from orderloom.domain.orders import state
from orderloom.domain.stock import StockAdjusted
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.outbox import relay
from orderloom.outbox.readers import READERS
from orderloom.store import database as db
from orderloom.store import partitions, sql, tallies
from orderloom.store import relay as relay_store

Q = sql.load(__file__)

SPAN = dt.timedelta(days=365)
# The patterns' own time: they are delivered before the span begins.
BEFORE = dt.timedelta(days=5)

_TABLES = ("log", "heads", "inputs", "orders", "shipments", "reservations", "movements", "messages", "outbox",
           "stock_pools", "stock_lots", "accounts", "sums", "tallies", "seals")  # fmt: skip
_STAGES = (("picked", "wms"), ("packed", "wms"), ("shipped", "wms"), ("delivered", "carrier"))
_ENTRIES_MAX = 2 + len(_STAGES)
_CHUNK = 5_000
_CONNECTIONS = 2
_INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z")


class Extent(msgspec.Struct, frozen=True):
    """How many orders are stored, and of how many patterns for each channel. Of a channel's patterns the first two
    stay open (of the first channel one is held), the third is cancelled, the rest are delivered."""

    orders: int
    size: company.Size
    patterns: int = 50


def began(now: dt.datetime) -> dt.datetime:
    """When the company of this past was founded."""
    return now - SPAN - BEFORE


def fill(hub: Hub, extent: Extent, *, now: dt.datetime) -> None:
    """Store the orders in a company that was built at `began(now)` and has none."""
    with hub.database.workspace(hub.workspace) as connection:
        months = {(now - dt.timedelta(days=15 * each)).replace(day=1) for each in range(27)}
        partitions.make(connection, months=sorted(months | {now}))
    _live(hub, extent, began(now))
    with hub.database.workspace(hub.workspace) as connection:
        connection.execute(Q.define("open"))
        count = _keep(connection, began(now))
        wanted = _wanted(connection, extent.orders, count)
    stock.adjust(hub, wanted, actor="bench", source="bench", now=began(now))
    starts = range(0, extent.orders, _CHUNK)
    with concurrent.futures.ThreadPoolExecutor(_CONNECTIONS) as pool:
        list(pool.map(lambda first: _store(hub, extent, first, count), starts))
    with hub.database.workspace(hub.workspace) as connection:
        connection.execute(Q.define("close"))
        for statement in (Q.settle_pools, Q.settle_lots, Q.settle_accounts, Q.settle_sums):
            connection.execute(statement)
        tallies.fill(connection)
        _seal(connection, now)
    while relay.seal(hub, now=now):
        pass
    with hub.database.workspace(hub.workspace) as connection:
        _read(connection, now)
        connection.execute(Q.define("analyze", tables=sql.identifiers(_TABLES)))


def _read(connection: db.Connection, now: dt.datetime) -> None:
    """Let the relay's readers stand at the end: what is measured is a hub that has kept up."""
    names = [each.name for each in READERS]
    relay_store.lock_cursors(connection, names, now=now)
    if last := relay_store.last_seal(connection):
        relay_store.move_cursors(connection, names, position=last[0], now=now)


def _live(hub: Hub, extent: Extent, now: dt.datetime) -> None:
    """The orders that the patterns are taken from, through the doors."""
    delivered: list[uuid.UUID] = []
    for number, channel in enumerate(company.CHANNELS):
        origin = company.origin(channel)
        drafts = company.drafts_for(extent.size, count=extent.patterns, seed=9_000 + number, now=now)
        raws = [arrivals.raw(each) for each in drafts]
        done = orders.place(hub, arrivals.placings(hub, arrivals.mapper(), raws, origin), origin=origin, now=now)
        placed = [_order(each) for each in done]
        if not number:
            held = state.Hold("manual", state.Text("人工", "By hand"), blocks=["release"])
            _order(orders.hold(hub, placed[0], hold=held, origin=origin, now=now + dt.timedelta(hours=1)))
        gone = orders.cancel(hub, placed[2:3], reason="bench", origin=origin, now=now + dt.timedelta(hours=1))
        assert all(each.refused is None for each in gone), gone
        delivered.extend(placed[3:])
    with hub.database.workspace(hub.workspace) as connection:
        found = connection.execute(Q.shipments_of, {"order_ids": delivered}).fetchall()
    numbers = [number for (number,) in found]
    at = now + dt.timedelta(hours=2)
    _all(shipments.release(hub, numbers, origin=company.origin("web", "desk"), now=at))
    for stage, source in _STAGES:
        at += dt.timedelta(hours=5)
        scans = [shipments.Scan(number, stage, at, "bench") for number in numbers]
        _all(shipments.confirm(hub, scans, origin=orders.Origin("web", "desk", "bench", source), now=at))


def _order(outcome: Outcome | Refused) -> uuid.UUID:
    assert isinstance(outcome, Outcome) and outcome.refused is None and outcome.order_id is not None, outcome
    return outcome.order_id


def _all(outcomes: Sequence[Outcome | Refused]) -> None:
    for each in outcomes:
        _order(each)


def _keep(connection: db.Connection, began: dt.datetime) -> int:
    """Turn the orders into patterns; how many there are. An order of more entries than a chain is long is none."""
    kept = 0
    for row in connection.execute(Q.entries).fetchall():
        order_id, order_no, external_no, customer_no, stage, held, inputs, shape_id, ns, counts, recorded, bodies = row
        if len(bodies) > _ENTRIES_MAX:
            continue
        own = [str(order_id), order_no, external_no, customer_no]
        texts = [held, inputs, *bodies]
        instants = sorted({found for text in texts for found in _INSTANT.findall(text)})
        pattern = [_pattern(text, [*own, *instants]) for text in texts]
        connection.execute(
            Q.keep,
            {
                "k": kept,
                "order_id": order_id,
                "order_no": order_no,
                "lately": stage not in ("delivered", "cancelled"),
                "ns": ns,
                "counts": counts,
                "recorded": recorded,
                "bodies": pattern[2:],
                "state": pattern[0],
                "inputs": pattern[1],
                "shape_id": shape_id,
                "instants": [dt.datetime.fromisoformat(each) for each in instants],
            },
        )
        kept += 1
    return kept


def _pattern(text: str, words: Sequence[str]) -> str:
    """The text as `format` of PostgreSQL takes it, with a place for each word."""
    places = {word: f"%{place}$s" for place, word in enumerate(words, 1)}
    longest_first = sorted(words, key=len, reverse=True)
    split = re.split("|".join(map(re.escape, longest_first)), text)
    found = re.findall("|".join(map(re.escape, longest_first)), text)
    parts = itertools.chain.from_iterable(
        (plain.replace("%", "%%"), places[word]) for plain, word in zip(split, found, strict=False)
    )
    return "".join(parts) + split[-1].replace("%", "%%")


def _wanted(connection: db.Connection, count: int, patterns: int) -> list[StockAdjusted]:
    """The units that have to come in for all that the stored orders ship or hold."""
    units: Counter[tuple[str, str, str, str]] = Counter()
    for k, sku, warehouse, lot, bin_, quantity in connection.execute(Q.shipped).fetchall():
        units[sku, warehouse, lot, bin_] += quantity * len(range(k, count, patterns))
    return [
        StockAdjusted(sku=sku, warehouse=warehouse, quantity=quantity, lot=lot, bin=bin_, reason="replenished")
        for (sku, warehouse, lot, bin_), quantity in sorted(units.items())
        if quantity
    ]


def _store(hub: Hub, extent: Extent, first: int, patterns: int) -> None:
    asked: dict[str, Any] = {
        "first": first,
        "last": min(first + _CHUNK, extent.orders) - 1,
        "orders": extent.orders,
        "customers": extent.size.customers,
        "patterns": patterns,
        "span": SPAN,
        "at_once": limits.BATCH_ORDERS_MAX,
        "outbox_days": limits.OUTBOX_DONE_DAYS,
    }
    with hub.database.workspace(hub.workspace) as connection:
        connection.execute(Q.store, asked, prepare=False)


def _seal(connection: db.Connection, now: dt.datetime) -> None:
    """Seal the stored orders, a seal for each batch: as many transactions as an order has entries."""
    position, chain, begins = 0, log.GENESIS, relay_store.FIRST_XID
    with connection.cursor("past_hashes", binary=True) as cursor:
        cursor.itersize = _CHUNK
        cursor.execute(Q.hashes)
        for batch, rows in itertools.groupby(cursor, key=lambda row: row[0] // _ENTRIES_MAX):
            entries = list(rows)
            root = log.merkle_root([bytes(hash_) for _, _, hash_ in entries])
            first, position = position + 1, position + sum(count for _, count, _ in entries)
            ends = (batch + 1) * _ENTRIES_MAX
            seal = relay_store.Seal(first, position, begins, ends, len(entries))
            chain = relay.chained_seal(chain, root=root, first=first, last=position)
            relay_store.insert_seal(connection, seal, root=root, chain=chain, now=now)
            begins = ends
