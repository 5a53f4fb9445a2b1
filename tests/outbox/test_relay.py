"""The relay: positions without gaps whoever writes, seals that prove it, readers fed once."""

import concurrent.futures
import datetime as dt
import uuid
from collections.abc import Sequence

import pytest
from tests import company, relaying

from orderloom.actions import housekeeping, orders, parties, stock
from orderloom.actions.hub import Hub
from orderloom.domain import log, search
from orderloom.domain.orders import events
from orderloom.domain.stock import StockAdjusted
from orderloom.kit import limits
from orderloom.outbox import glances, relay, retries, sums
from orderloom.outbox import search as search_reader
from orderloom.outbox.readers import READERS
from orderloom.store import database as db
from orderloom.store import log as log_store
from orderloom.store import messages as messages_store
from orderloom.store import relay as relay_store


def _rows(hub: Hub, text: str) -> list[tuple]:
    with hub.database.workspace(hub.workspace) as connection:
        return connection.execute(text.encode()).fetchall()


def _entry(hub: Hub, now: dt.datetime, *, events: int = 1) -> log.Entry:
    said = [StockAdjusted("S", "w", number + 1) for number in range(events)]
    body = log.Body(at=now, actor="test", source="test", revision=1, events=said)
    return log.write(kind="stock", subject=hub.ids.new(now), head=None, body=body, recorded_at=now)


def _write(hub: Hub, now: dt.datetime, *, entries: int = 1, events: int = 1) -> None:
    with hub.database.workspace(hub.workspace) as connection:
        log_store.append(connection, [_entry(hub, now, events=events) for _ in range(entries)])


def _whole(hub: Hub) -> int:
    """Each entry lies in exactly one seal, positions have no gap, and roots and chains can be worked out again."""
    entries = _rows(hub, "select xid, i, count, hash from log order by xid, i")
    seals = _rows(
        hub,
        "select first_position, last_position, xid_from, xid_to, entries, root, chain from seals order by 1",
    )
    position, end, chain = 0, relay_store.FIRST_XID, log.GENESIS
    for first, last, xid_from, xid_to, count, root, chained in seals:
        mine = [entry for entry in entries if xid_from <= entry[0] < xid_to]
        assert xid_from == end and first == position + 1
        assert len(mine) == count and last == position + sum(entry[2] for entry in mine)
        assert root == log.merkle_root([entry[3] for entry in mine])
        chain = relay.chained_seal(chain, root=root, first=first, last=last)
        assert chained == chain
        position, end = last, xid_to
    assert position == sum(entry[2] for entry in entries)
    return position


def test_an_open_transaction_holds_back_what_came_after_it(hub: Hub, now: dt.datetime) -> None:
    """A reader that went by insertion order would have passed the late one by."""
    with hub.database.workspace(hub.workspace) as slow:
        log_store.append(slow, [_entry(hub, now)])
        _write(hub, now)
        assert relay.seal(hub, now=now) == 0
    relaying.seal_all(hub, now=now)
    assert _whole(hub) == 2


def test_positions_have_no_gap_while_many_write_and_several_relays_run(hub: Hub, now: dt.datetime) -> None:
    def writer(number: int) -> None:
        for _ in range(6):
            with hub.database.workspace(hub.workspace) as connection:
                log_store.append(connection, [_entry(hub, now, events=1 + number % 3)])
                connection.execute("select pg_sleep(%s)", [0.002 * (number % 4)])

    def relays() -> None:
        for _ in range(40):
            relay.step(hub, READERS, now=now)

    with concurrent.futures.ThreadPoolExecutor(11) as threads:
        futures = [threads.submit(writer, number) for number in range(8)]
        futures += [threads.submit(relays) for _ in range(3)]
        for each in futures:
            each.result()
    relaying.seal_all(hub, now=now)
    assert _whole(hub) == sum(6 * (1 + number % 3) for number in range(8))


def test_a_backlog_is_sealed_in_bounded_ranges_and_a_transaction_is_never_split(
    hub: Hub, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SEAL_ENTRIES_MAX", 3)
    for entries in (1, 1, 1, 2, 20, 1):
        _write(hub, now, entries=entries)
    relaying.seal_all(hub, now=now)
    assert _whole(hub) == 26
    sizes = [row[0] for row in _rows(hub, "select entries from seals order by 1 desc")]
    assert sizes[0] >= 20 and max(sizes[1:]) <= 3


def test_nothing_new_makes_no_seal(hub: Hub, now: dt.datetime) -> None:
    _write(hub, now)
    relaying.seal_all(hub, now=now)
    assert relay.step(hub, READERS, now=now) is True  # The readers were behind.
    assert relay.step(hub, READERS, now=now) is False
    assert _rows(hub, "select count(*) from seals") == [(1,)]


class _Killed(Exception):
    pass


def _tally(hub: Hub, connection: db.Connection, said: Sequence[relay.Said], now: dt.datetime) -> None:
    """A reader that counts events one by one: whatever is read twice or not at all shows."""
    relay_store.add_sums(connection, {("tally", sums.ALWAYS, "", str(e.position)): len(e.page.events) for e in said})


def test_a_reader_killed_between_its_writing_and_its_commit_writes_once(hub: Hub, now: dt.datetime) -> None:
    deaths = iter([True, False, True, False, False])

    def dies(hub: Hub, connection: db.Connection, said: Sequence[relay.Said], now: dt.datetime) -> None:
        _tally(hub, connection, said, now)
        if next(deaths, False):
            raise _Killed

    reader = relay.Reader("tally", frozenset({"stock"}), dies)
    for _ in range(4):
        _write(hub, now, events=2)
        relaying.seal_all(hub, now=now)
        try:
            relay.feed(hub, [reader], now=now)
        except _Killed:
            continue
    while relay.feed(hub, [reader], now=now):
        pass
    assert _rows(hub, "select key::int, value from sums where metric = 'tally' order by 1") == [
        (1, 2), (3, 2), (5, 2), (7, 2),
    ]  # fmt: skip


def test_a_reader_that_fails_stays_behind_and_the_others_go_on(hub: Hub, now: dt.datetime) -> None:
    broken = [True]

    def fails(hub: Hub, connection: db.Connection, said: Sequence[relay.Said], now: dt.datetime) -> None:
        if broken[0]:
            raise _Killed
        _tally(hub, connection, said, now)

    readers = [relay.Reader("fails", frozenset({"stock"}), fails), relay.Reader("tally", frozenset({"stock"}), _tally)]
    _write(hub, now)
    relaying.seal_all(hub, now=now)
    with pytest.raises(_Killed):
        relay.feed(hub, readers, now=now)
    positions = "select name, position from cursors where name <> 'relay' order by name"
    assert _rows(hub, positions) == [("tally", 1)]
    broken[0] = False
    relay.feed(hub, readers, now=now)
    assert _rows(hub, positions) == [("fails", 1), ("tally", 1)]


def test_a_glance_sees_what_the_whole_body_says(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    (one,) = company.place(hub, company.draft("G-1", now=now), now=now)
    assert one.order_id is not None
    orders.cancel(hub, [one.order_id], reason="no more", origin=company.origin(), now=now)
    for (body,) in _rows(hub, "select body::text from log where kind = 'order'"):
        page, whole = glances.read(body), log.read(body)
        assert (page.at, page.moved) == (whole.at, whole.moved)
        assert [event.type for event in page.events] == log.names(whole.events)
        for seen, event in zip(page.events, whole.events, strict=True):
            if isinstance(event, events.OrderReceived):
                assert (seen.order_no, seen.external_no) == (event.order_no, event.external_no)
                assert seen.buyer is not None and seen.buyer.person == event.buyer.person is not None
            if isinstance(event, events.StockReleased | events.StockReserved):
                assert seen.reservations == event.items != []
            if isinstance(event, events.OrderPriced):
                assert seen.total_minor == event.total_minor > 0


def test_sums_are_what_a_recount_finds(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    placed = []
    for number in range(6):
        at = now + dt.timedelta(minutes=number)
        draft = company.draft(f"S-{number}", now=at)
        placed += company.place(hub, draft, channel=company.CHANNELS[number % 2], now=at)
        relaying.follow(hub, now=at)
    assert placed[0].order_id is not None
    orders.cancel(hub, [placed[0].order_id], reason="no more", origin=company.origin(), now=now)
    relaying.follow(hub, now=now)
    by_channel = _rows(hub, "select channel, key, value from sums where metric = 'stages.standing' and value <> 0")
    assert sorted(by_channel) == _rows(hub, "select channel, stage, count(*) from orders group by 1, 2 order by 1, 2")
    received = dict(
        _rows(hub, "select channel, sum(value)::bigint from sums where metric = 'orders.received' group by 1")
    )
    assert received == {"web": 3, "tmall": 3}
    assert _rows(hub, "select sum(value)::bigint from sums where metric = 'orders.cancelled'") == [(1,)]
    confirmed = _rows(hub, "select sum(value)::bigint from sums where metric = 'confirmed_minor' and key = 'CNY'")
    assert confirmed == _rows(hub, "select sum(total_minor)::bigint from orders")
    assert _rows(hub, "select count(distinct bucket) from sums where metric = 'orders.received'") == [(6,)]


def _found(hub: Hub, text: str) -> set[uuid.UUID]:
    found: set[uuid.UUID] = set()
    for wanted in search.wanted(text):
        tokens = [search.token(wanted.kind, key, hub.sealer.fingerprint) for key in wanted.keys]
        with hub.database.workspace(hub.workspace) as connection:
            rows = connection.execute("select order_id from search_keys where tokens @> %s", [tokens]).fetchall()
        found |= {row[0] for row in rows}
    return found


def test_an_order_is_found_by_parts_of_its_numbers_phone_and_name(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    one, other = company.place(
        hub,
        company.draft("TM-778899", now=now, phone="13812345678"),
        company.draft("TM-112233", now=now, phone="13900001111"),
        now=now,
    )
    relaying.follow(hub, now=now)
    for text in ("778899", "5678", "13812345678", "2345", one.order_no):
        assert _found(hub, text) == {one.order_id}, text
    assert _found(hub, "王小明") == {one.order_id, other.order_id}
    assert "13812345678" not in str(_rows(hub, "select * from search_keys"))


def test_an_old_order_is_found_by_the_ends_of_its_numbers_and_no_more_by_their_middles(
    hub: Hub, now: dt.datetime
) -> None:
    company.tiny(hub, now=now)
    (one,) = company.place(hub, company.draft("TM-778899", now=now, phone="13812345678"), now=now)
    relaying.follow(hub, now=now)
    (before,) = _rows(hub, "select lasting, cardinality(tokens) from search_keys")
    assert before[0] < before[1] and _found(hub, "2345") == {one.order_id}
    later = now + dt.timedelta(days=search.INSIDE_DAYS + 1)
    assert housekeeping.tidy(hub, now=later)["search_rows"] == 1
    assert housekeeping.tidy(hub, now=later)["search_rows"] == 0
    assert _rows(hub, "select lasting, cardinality(tokens) from search_keys") == [(before[0], before[0])]
    assert _found(hub, "2345") == set() and _found(hub, "13812345678") == {one.order_id}


def test_a_new_consignee_is_found_beside_the_old_one(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    (one,) = company.place(hub, company.draft("TM-778899", now=now, phone="13812345678"), now=now)
    assert one.order_id is not None
    moved = company.draft("TM-778899", now=now, phone="13900009999").consignee
    party, person = parties.seal(hub, moved)
    with hub.database.workspace(hub.workspace) as connection:
        messages_store.insert_persons(connection, [person] if person is not None else [])
    orders.amend(hub, one.order_id, origin=company.origin(), now=now, change={"consignee": party}, reason="moved")
    relaying.follow(hub, now=now)
    for text in ("13812345678", "2345", "13900009999", "9999"):
        assert _found(hub, text) == {one.order_id}, text
    assert _rows(hub, "select count(*) from search_keys") == [(1,)]


def test_an_erased_person_leaves_an_order_that_is_found_by_its_numbers_only(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    (one,) = company.place(hub, company.draft("TM-5", now=now, phone="13812345678"), now=now)
    with hub.database.workspace(hub.workspace) as connection:
        connection.execute("update persons set sealed = null")
    relaying.follow(hub, now=now)
    assert _found(hub, one.order_no) == {one.order_id}
    assert _found(hub, "13812345678") == set()


def test_units_that_come_in_call_the_most_urgent_waiting_orders(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    relaying.follow(hub, now=now)
    placed = []
    for number in range(4):
        at = now + dt.timedelta(minutes=number)
        placed += company.place(hub, company.draft(f"B-{number}", lines=[("MOTOR", 90)], now=at), now=at)
    relaying.follow(hub, now=now)
    assert _rows(hub, "select count(*) from timers where kind = 'retry'") == [(0,)]
    more = StockAdjusted("MOTOR", "suzhou", 100, lot="NEW", bin="B-1")
    assert stock.adjust(hub, [more], actor="keeper", source="pda", now=now) == [None]
    relaying.follow(hub, now=now)
    waiting = _rows(hub, "select order_id from backorders join orders using (order_id) order by priority, received_at")
    called = _rows(hub, "select subject from timers where kind = 'retry'")
    assert 0 < len(called) < len(waiting)
    assert {row[0] for row in called} == {row[0] for row in waiting[: len(called)]}


def test_a_cancelled_order_gives_its_units_to_one_that_waits(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    relaying.follow(hub, now=now)
    first, second = (
        company.place(hub, company.draft(f"B-{number}", lines=[("MOTOR", 80)], now=now), now=now)[0]
        for number in (1, 2)
    )
    relaying.follow(hub, now=now)
    assert first.order_id is not None
    orders.cancel(hub, [first.order_id], reason="no more", origin=company.origin(), now=now)
    relaying.follow(hub, now=now)
    assert _rows(hub, "select subject from timers where kind = 'retry'") == [(second.order_id,)]


def test_readers_have_names_of_their_own() -> None:
    assert len({each.name for each in READERS}) == len(READERS)
    assert {search_reader.READER, sums.READER, retries.READER} <= set(READERS)
