"""The drain: order per subject, leases, retries, dead rows that block until someone decides."""

import concurrent.futures
import datetime as dt
import threading
import uuid
from collections.abc import Sequence

import pytest
from tests import company

from orderloom.actions import outgoing
from orderloom.actions.hub import Hub
from orderloom.kit import limits
from orderloom.outbox import drain
from orderloom.outbox.drain import Answer, Later, Never, Sender, Sent, Turn
from orderloom.outbox.senders import SENDERS
from orderloom.store import outbox as outbox_store
from orderloom.store.outbox import Claimed


def _rows(hub: Hub, text: str) -> list[tuple]:
    with hub.database.workspace(hub.workspace) as connection:
        return connection.execute(text.encode()).fetchall()


def _put(hub: Hub, now: dt.datetime, *rows: tuple[str, str, int]) -> list[uuid.UUID]:
    made = [
        outbox_store.Row(hub.ids.new(now), topic, subject, number, f"{topic}-{subject}-{number}", {"n": number}, now)
        for topic, subject, number in rows
    ]
    with hub.database.workspace(hub.workspace) as connection:
        outbox_store.insert(connection, made)
    return [each.outbox_id for each in made]


class _Partner:
    """What arrived, in order; `answers` says for a key what becomes of it, else it is sent."""

    def __init__(self) -> None:
        self.heard: list[tuple[str, int]] = []
        self.answers: dict[str, Answer] = {}
        self._one_at_a_time = threading.Lock()

    def senders(self, *topics: str, outside: bool = False) -> dict[str, Sender]:
        return {topic: Sender(self.send, outside=outside) for topic in topics}

    def send(self, hub: Hub, rows: Sequence[Claimed], turn: Turn) -> list[Answer]:
        with self._one_at_a_time:
            self.heard += [(row.subject, row.number) for row in rows]
        return [self.answers.get(row.key, Sent()) for row in rows]


@pytest.fixture
def partner() -> _Partner:
    return _Partner()


def _drain(hub: Hub, senders: dict[str, Sender], now: dt.datetime, *, outside: bool = False) -> None:
    while drain.drain(hub, senders, outside=outside, now=now):
        pass


def test_rows_of_a_subject_leave_in_the_order_of_its_events(hub: Hub, now: dt.datetime, partner: _Partner) -> None:
    _put(hub, now, ("a", "two", 9), ("a", "one", 7), ("a", "one", 3), ("a", "two", 1), ("a", "one", 5))
    _drain(hub, partner.senders("a"), now)
    assert [number for subject, number in partner.heard if subject == "one"] == [3, 5, 7]
    assert [number for subject, number in partner.heard if subject == "two"] == [1, 9]
    assert _rows(hub, "select state, count(*) from outbox group by 1") == [("done", 5)]


def test_a_row_that_fails_is_tried_again_later_and_what_is_behind_it_waits(
    hub: Hub, now: dt.datetime, partner: _Partner
) -> None:
    _put(hub, now, ("a", "one", 1), ("a", "one", 2), ("a", "two", 1))
    partner.answers["a-one-1"] = Later("busy")
    _drain(hub, partner.senders("a"), now)
    assert partner.heard == [("one", 1), ("two", 1)]
    partner.answers.clear()
    _drain(hub, partner.senders("a"), now + dt.timedelta(seconds=10))
    assert partner.heard[2:] == [("one", 1), ("one", 2)]


def test_a_row_is_dead_after_the_last_attempt_blocks_its_subject_and_can_be_requeued(
    hub: Hub, now: dt.datetime, partner: _Partner
) -> None:
    first, _ = _put(hub, now, ("a", "one", 1), ("a", "one", 2))
    partner.answers["a-one-1"] = Later("broken")
    for hours in range(limits.ATTEMPTS_MAX + 3):
        _drain(hub, partner.senders("a"), now + dt.timedelta(hours=2 * hours))
    assert partner.heard == [("one", 1)] * limits.ATTEMPTS_MAX
    found = _rows(hub, "select state, result ->> 'reason' from outbox order by number")
    assert found == [("dead", "broken"), ("waiting", None)]
    later = now + dt.timedelta(days=9)
    partner.answers.clear()
    assert outgoing.requeue(hub, [first, uuid.UUID(int=1)], actor="boss", reason="mended", now=later) == [first]
    _drain(hub, partner.senders("a"), later)
    assert partner.heard[-2:] == [("one", 1), ("one", 2)]
    assert outgoing.requeue(hub, [first], actor="boss", reason="again", now=later) == []


def test_giving_a_dead_row_up_lets_the_next_one_go(hub: Hub, now: dt.datetime, partner: _Partner) -> None:
    first, _ = _put(hub, now, ("a", "one", 1), ("a", "one", 2))
    partner.answers["a-one-1"] = Never("no such order there")
    _drain(hub, partner.senders("a"), now)
    assert partner.heard == [("one", 1)]
    assert outgoing.give_up(hub, [first], actor="boss", reason="told by phone", now=now) == [first]
    _drain(hub, partner.senders("a"), now)
    assert partner.heard == [("one", 1), ("one", 2)]
    kept = _rows(hub, "select state, result ->> 'given_up_by', result ->> 'reason' from outbox order by number")
    assert kept[0] == ("given_up", "boss", "told by phone")


def test_a_topic_without_a_sender_is_dead_with_the_reason(hub: Hub, now: dt.datetime, partner: _Partner) -> None:
    _put(hub, now, ("strange", "one", 1))
    _drain(hub, partner.senders("a", outside=True), now)
    ((state, reason),) = _rows(hub, "select state, result ->> 'reason' from outbox")
    assert state == "dead" and "strange" in reason


def test_a_claim_ends_by_itself_and_who_comes_late_records_nothing(
    hub: Hub, now: dt.datetime, partner: _Partner
) -> None:
    _put(hub, now, ("a", "one", 1))
    after = now + dt.timedelta(seconds=limits.OUTBOX_LEASE_SECONDS + 1)

    class Slow(_Partner):
        def send(self, hub: Hub, rows: Sequence[Claimed], turn: Turn) -> list[Answer]:
            assert drain.drain(hub, partner.senders("a"), outside=False, now=now) == 0  # Claimed by the slow one.
            partner.answers["a-one-1"] = Later("from the second")
            assert drain.drain(hub, partner.senders("a"), outside=False, now=after) == 1
            return [Sent({"by": "slow"})]

    drain.drain(hub, Slow().senders("a"), outside=False, now=now)
    assert _rows(hub, "select state, result ->> 'reason', attempts from outbox") == [("waiting", "from the second", 2)]


def test_no_lock_is_held_while_a_partner_is_called(hub: Hub, now: dt.datetime) -> None:
    (row,) = _put(hub, now, ("a", "one", 1))

    def touches(hub: Hub, rows: Sequence[Claimed], turn: Turn) -> list[Answer]:
        with hub.database.workspace(hub.workspace) as connection:
            connection.execute("set local lock_timeout = '1s'")
            connection.execute("select 1 from outbox where outbox_id = %s for update", [row])
        return [Sent()]

    drain.drain(hub, {"a": Sender(touches)}, outside=False, now=now)
    assert _rows(hub, "select state from outbox") == [("done",)]


def test_four_drains_at_once_send_each_row_once_and_in_order(
    hub: Hub, now: dt.datetime, partner: _Partner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BATCH_ORDERS_MAX", 7)
    _put(hub, now, *(("a", f"s{number % 10}", number) for number in range(60)))
    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        for each in [threads.submit(_drain, hub, partner.senders("a"), now) for _ in range(4)]:
            each.result()
    _drain(hub, partner.senders("a"), now)
    assert len(partner.heard) == len(set(partner.heard)) == 60
    for subject in {subject for subject, _ in partner.heard}:
        numbers = [number for each, number in partner.heard if each == subject]
        assert numbers == sorted(numbers)


def test_a_row_that_breaks_the_sender_does_not_take_the_others_with_it(hub: Hub, now: dt.datetime) -> None:
    def fragile(hub: Hub, rows: Sequence[Claimed], turn: Turn) -> list[Answer]:
        if any(row.subject == "bad" for row in rows):
            raise ValueError("cannot read this")
        return [Sent()] * len(rows)

    _put(hub, now, ("a", "good", 1), ("a", "bad", 1), ("a", "fine", 1))
    drain.drain(hub, {"a": Sender(fragile)}, outside=False, now=now)
    states = dict(_rows(hub, "select subject, state from outbox"))
    assert states == {"good": "done", "bad": "waiting", "fine": "done"}


def test_outside_topics_have_a_drain_of_their_own(hub: Hub, now: dt.datetime, partner: _Partner) -> None:
    _put(hub, now, ("far", "one", 1), ("near", "one", 1))
    senders = {**partner.senders("far", outside=True), **partner.senders("near")}
    _drain(hub, senders, now)
    assert _rows(hub, "select topic, state from outbox order by 1") == [("far", "waiting"), ("near", "done")]
    _drain(hub, senders, now, outside=True)
    assert _rows(hub, "select count(*) from outbox where state = 'done'") == [(2,)]


def test_waits_grow_up_to_the_bound_and_are_spread() -> None:
    ids = [uuid.UUID(int=number * 7919) for number in range(50)]
    for attempts in range(1, limits.ATTEMPTS_MAX + 1):
        waits = [drain.backoff_seconds(each, attempts) for each in ids]
        middle = min(2.0**attempts, limits.BACKOFF_SECONDS_MAX)
        assert min(waits) >= middle / 2 and max(waits) <= 1.5 * middle
        assert len(set(waits)) > 40


def test_a_placed_order_gets_its_receipt_its_warehouse_its_notice_once(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    (one,) = company.place(hub, company.draft("R-1", now=now), now=now)
    assert sorted(_rows(hub, "select topic from outbox")) == [("receipt",), ("warehouse",)]
    _drain(hub, dict(SENDERS), now)
    said = "select body::text from log where body::text like '%receipt.sent%'"
    assert len(_rows(hub, said)) == 1
    assert _rows(hub, "select topic, subject, audience from notices") == [
        ("warehouse", str(one.order_id), "warehouse:suzhou")
    ]
    [(text,)] = _rows(hub, "select said->'text'->>'en' from notices")
    assert "is for 苏州仓 by SF Express, " in text, "who ships is told by the names of places, not by codes"
    _drain(hub, dict(SENDERS), now + dt.timedelta(days=1))
    assert len(_rows(hub, said)) == 1
    assert _rows(hub, "select distinct state from outbox") == [("done",)]


def test_a_receipt_is_recorded_once_though_the_drain_dies_before_it_settles(hub: Hub, now: dt.datetime) -> None:
    company.tiny(hub, now=now)
    company.place(hub, company.draft("R-1", now=now), now=now)

    class Killed(BaseException):
        pass

    def dies(hub: Hub, rows: Sequence[Claimed], turn: Turn) -> Sequence[Answer]:
        SENDERS["receipt"].send(hub, rows, turn)
        raise Killed

    with pytest.raises(Killed):
        drain.drain(hub, {**SENDERS, "receipt": Sender(dies)}, outside=False, now=now)
    after = now + dt.timedelta(seconds=limits.OUTBOX_LEASE_SECONDS + 1)
    _drain(hub, dict(SENDERS), after)
    assert _rows(hub, "select count(*) from log where body::text like '%receipt.sent%'") == [(1,)]
    assert _rows(hub, "select distinct state from outbox") == [("done",)]


def test_a_job_row_becomes_one_waiting_job(hub: Hub, now: dt.datetime) -> None:
    from orderloom.store import jobs as jobs_store

    jobs_store.prepare(hub.database, now=now)
    assert jobs_store.prepare(hub.database, now=now) == []  # A second time there is nothing to do.
    made = [
        outbox_store.Row(
            hub.ids.new(now), "job", "import", number, "same", {"name": "tidy", "arguments": {"a": 1}}, now
        )
        for number in (1, 2)
    ]
    with hub.database.workspace(hub.workspace) as connection:
        outbox_store.insert(connection, made)
    _drain(hub, dict(SENDERS), now)
    with hub.database.system() as connection:
        found = connection.execute("select args from procrastinate_jobs where status = 'todo'").fetchall()
        connection.execute("delete from procrastinate_jobs")
    assert found == [({"workspace": hub.workspace, "name": "tidy", "arguments": {"a": 1}},)]
