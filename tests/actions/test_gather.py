"""Group commit: what comes at the same time is one batch; people before bulk; bounded; closed gracefully."""

import concurrent.futures
import datetime as dt
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests import company

from orderloom.actions import gather, orders, transact
from orderloom.actions.hub import Hub
from orderloom.domain.orders import commands
from orderloom.kit import limits
from orderloom.store import idempotency, messages


@pytest.fixture
def stocked(hub: Hub, now: dt.datetime) -> Hub:
    """The tiny company."""
    company.tiny(hub, now=now)
    return hub


@pytest.fixture
def gatherer(stocked: Hub) -> Iterator[gather.Gatherer]:
    """A gatherer over it, closed after the test."""
    found = gather.Gatherer(stocked)
    yield found
    found.close()


def _wish(
    hub: Hub, external_no: str, *, now: dt.datetime, channel: str = "web", key: str = "", **changed: Any
) -> gather.Placed:
    draft = company.draft(external_no, lines=[("HOOK", 1)], now=now)
    for name, value in changed.items():
        setattr(draft, name, value)
    raw = f"raw {external_no}".encode()
    message = messages.Message(
        hub.ids.new(now), channel, external_no, "http", now, hub.sealer.seal(raw, aad=b"message")
    )
    once = idempotency.Once("caller", key, external_no.encode()) if key else None
    placing = orders.Placing(draft, message, once, hub.ids.new(now))
    return gather.Placed(placing, orders.Origin(channel, "channel", "tester", "test"))


def _rows(hub: Hub, text: str) -> list[tuple[Any, ...]]:
    with hub.database.workspace(hub.workspace) as connection:
        return connection.execute(text.encode()).fetchall()


class Locked:
    """Holds a lock that every batch needs, so that what is asked meanwhile gathers."""

    def __init__(self, hub: Hub) -> None:
        self._hub, self._held, self._go = hub, threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._hold)

    def _hold(self) -> None:
        with self._hub.database.workspace(self._hub.workspace) as connection:
            connection.execute("lock table log in share mode")
            self._held.set()
            self._go.wait(20)

    def __enter__(self) -> None:
        self._thread.start()
        assert self._held.wait(5)

    def __exit__(self, *_: object) -> None:
        self._go.set()
        self._thread.join()


def test_what_comes_at_the_same_time_is_committed_together(
    stocked: Hub, gatherer: gather.Gatherer, now: dt.datetime
) -> None:
    with Locked(stocked):
        futures = [gatherer.submit(_wish(stocked, f"X-{number}", now=now), now=now) for number in range(12)]
    outcomes = [each.result(20) for each in futures]
    assert [each.external_no for each in outcomes] == [f"X-{number}" for number in range(12)]
    assert all(each.stage == "allocated" for each in outcomes)
    transactions = _rows(stocked, "select count(distinct xid), count(*) from log where kind = 'order'")
    assert transactions[0][1] == 12 and transactions[0][0] <= 3


def test_commands_on_one_order_keep_their_order(stocked: Hub, gatherer: gather.Gatherer, now: dt.datetime) -> None:
    [placed] = company.place(stocked, company.draft("X", lines=[("HOOK", 1)], now=now), now=now)
    assert placed.order_id is not None
    said = {"actor": "tester", "source": "test", "at": now, "order_id": placed.order_id}
    with Locked(stocked):
        first = gatherer.submit(_wish(stocked, "Y", now=now), now=now)
        futures = [
            gatherer.submit(
                transact.Asked(commands.Amend(command_id=stocked.ids.new(now), changed={"tags": [tag]}, **said)),
                now=now,
            )
            for tag in ("one", "two", "three")
        ]
    first.result(20)
    assert [each.result(20).refused for each in futures] == [None] * 3
    [(tags,)] = _rows(stocked, "select state::json -> 'tags' from orders where external_no = 'X'")
    assert tags == ["three"]


def test_people_do_not_wait_for_all_of_the_bulk(stocked: Hub, gatherer: gather.Gatherer, now: dt.datetime) -> None:
    done: list[str] = []

    def tell(name: str) -> Callable[[gather.Future], None]:
        return lambda _: done.append(name)

    bulk = []
    for number in range(3 * limits.BATCH_ORDERS_MAX):
        future = gatherer.submit(_wish(stocked, f"B-{number}", now=now), lane="bulk", now=now)
        future.add_done_callback(tell("bulk"))
        bulk.append(future)
    person = gatherer.submit(_wish(stocked, "P", now=now), now=now)
    person.add_done_callback(tell("person"))
    concurrent.futures.wait([*bulk, person], 60)
    assert person.result().external_no == "P"
    assert done.index("person") <= 2 * limits.BATCH_ORDERS_MAX


def test_a_refusal_concerns_its_own_item_and_its_message_is_kept(
    stocked: Hub, gatherer: gather.Gatherer, now: dt.datetime
) -> None:
    with Locked(stocked):
        good = gatherer.submit(_wish(stocked, "GOOD", now=now), now=now)
        bad = [
            gatherer.submit(_wish(stocked, "NOWHERE", channel="nowhere", now=now), now=now),
            gatherer.submit(_wish(stocked, "EMPTY", lines=[], now=now), now=now),
        ]
    assert good.result(20).refused is None
    refused = [each.result(20).refused for each in bad]
    assert [each.code if each else None for each in refused] == ["channel.unknown", "order.no_lines"]
    kept = _rows(stocked, "select external_no, state, reason ->> 'code' from messages order by external_no")
    assert kept == [
        ("EMPTY", "quarantined", "order.no_lines"),
        ("GOOD", "done", None),
        ("NOWHERE", "quarantined", "channel.unknown"),
    ]


@pytest.mark.parametrize("channel", ["web", "nowhere"])
def test_the_same_key_twice_in_one_batch_is_asked_once(
    stocked: Hub, gatherer: gather.Gatherer, now: dt.datetime, channel: str
) -> None:
    with Locked(stocked):
        futures = [
            gatherer.submit(_wish(stocked, external_no, channel=channel, key="k", now=now), now=now)
            for external_no in ("X", "X", "OTHER")
        ]
    first, again, other = (each.result(20) for each in futures)
    assert again.command_id == first.command_id and again.repeated
    assert other.refused is not None and other.refused.code == "idempotency.other_body"
    later = gatherer.submit(_wish(stocked, "X", channel=channel, key="k", now=now), now=now).result(20)
    assert later.command_id == first.command_id and later.repeated


def test_beyond_the_bound_it_says_busy(
    stocked: Hub, gatherer: gather.Gatherer, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "GATHER_WAITING_MAX", 5)
    with Locked(stocked):
        futures = [gatherer.submit(_wish(stocked, f"X-{number}", now=now), now=now) for number in range(40)]
        busy = [each for each in futures if each.done()]
        assert 0 < len(busy) < 40
        refused = busy[0].result().refused
        assert refused is not None and refused.code == "busy.try_again"
    carried = [each.result(20) for each in futures if each not in busy]
    assert all(each.stage == "allocated" for each in carried)
    assert _rows(stocked, "select count(*) from orders") == [(len(carried),)]


def test_who_gave_up_before_the_batch_is_left_out(stocked: Hub, gatherer: gather.Gatherer, now: dt.datetime) -> None:
    with Locked(stocked):
        running = gatherer.submit(_wish(stocked, "RUNS", now=now), now=now)
        while not running.running():
            pass
        waiting = gatherer.submit(_wish(stocked, "WAITS", now=now), now=now)
        assert waiting.cancel()
    assert running.result(20).stage == "allocated"
    gatherer.submit(_wish(stocked, "AFTER", now=now), now=now).result(20)
    assert _rows(stocked, "select count(*) from orders where external_no = 'WAITS'") == [(0,)]


def test_closing_carries_out_what_waits_and_takes_no_more(stocked: Hub, now: dt.datetime) -> None:
    gatherer = gather.Gatherer(stocked)
    with Locked(stocked):
        futures = [gatherer.submit(_wish(stocked, f"X-{number}", now=now), now=now) for number in range(20)]
        closing = threading.Thread(target=gatherer.close)
        closing.start()
    closing.join(20)
    assert all(each.result(0).stage == "allocated" for each in futures)
    with pytest.raises(gather.Closed):
        gatherer.submit(_wish(stocked, "LATE", now=now), now=now)


def test_what_breaks_under_a_batch_is_heard_by_all_and_the_next_goes_on(
    stocked: Hub, gatherer: gather.Gatherer, now: dt.datetime
) -> None:
    with Locked(stocked):
        futures = [gatherer.submit(_wish(stocked, f"X-{number}", now=now), now=now) for number in range(3)]
        waited = 0
        while waited == 0:
            waited = len(
                _rows(
                    stocked,
                    "select pg_terminate_backend(pid) from pg_locks where not granted and mode = 'RowExclusiveLock'",
                )
            )
    failed = [each for each in futures if each.exception(20) is not None]
    assert failed and "terminat" in str(failed[0].exception())
    assert gatherer.submit(_wish(stocked, "AFTER", now=now), now=now).result(20).stage == "allocated"
