"""One batch, one transaction: repeated, refused, broken and raced commands."""

import datetime as dt
import threading
import uuid
from typing import Any

import pytest
from tests import company

from orderloom.actions import orders
from orderloom.actions.hub import Hub
from orderloom.domain.orders import commands
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store.idempotency import Once


@pytest.fixture
def house(hub: Hub, now: dt.datetime) -> Hub:
    company.tiny(hub, now=now)
    return hub


def _place(hub: Hub, now: dt.datetime, *numbers: str, once: Once | None = None, **draft: Any) -> list[Any]:
    placings = [orders.Placing(company.draft(number, now=now, **draft), once=once) for number in numbers]
    return orders.place(hub, placings, origin=company.origin(), now=now)


def _rows(hub: Hub, statement: str) -> list[Any]:
    with hub.database.workspace(hub.workspace) as connection:
        return connection.execute(statement).fetchall()


def test_a_second_body_under_one_key_is_refused_and_the_first_answer_stands(house, now):
    once = Once("caller", "key-1", b"body one")
    [first] = _place(house, now, "X1", once=once)
    [again] = _place(house, now, "X1", once=once)
    [other] = _place(house, now, "X2", once=Once("caller", "key-1", b"body two"))
    assert again.repeated and again.order_no == first.order_no
    assert other.refused.code == "idempotency.other_body"
    assert _rows(house, "select count(*) from orders") == [(1,)]


def test_one_key_twice_in_one_batch_is_one_answer(house, now):
    once = Once("caller", "key-1", b"body")
    first, second = _place(house, now, "X1", "X1", once=once)
    assert first.order_no == second.order_no and second.repeated


class Broken(commands.Command, tag="test.broken"):
    """A command that no decider knows: a bug of the program."""

    order_id: uuid.UUID


def test_a_command_that_breaks_the_program_is_set_aside_and_the_others_go_on(house, now):
    placed = _place(house, now, *(f"X{number}" for number in range(8)))
    said = {"actor": "li", "source": "console", "at": now}
    asked = [
        commands.Cancel(command_id=house.ids.new(now), order_id=each.order_id, reason="test", **said) for each in placed
    ]
    broken = Broken(command_id=house.ids.new(now), order_id=placed[3].order_id, **said)
    asked[3] = broken
    outcomes = orders.run(house, asked, now=now)
    assert [each.refused.code if each.refused else None for each in outcomes] == [
        "command.set_aside" if index == 3 else None for index in range(8)
    ]
    assert _rows(house, "select count(*) from orders where cancelled") == [(7,)]
    [(poisoned_id, command, reason)] = _rows(house, "select poisoned_id, command, reason from poisoned")
    assert poisoned_id == broken.command_id and command["order_id"] == str(broken.order_id)
    assert "AssertionError" in reason


def test_an_unknown_channel_is_refused_before_anything_is_written(house, now):
    placing = orders.Placing(company.draft("X1", now=now))
    [answer] = orders.place(house, [placing], origin=orders.Origin("nowhere", "api", "li", "web"), now=now)
    assert isinstance(answer, Refused) and answer.code == "channel.unknown"


def test_threads_never_sell_more_than_there_is(house, now):
    """Eight threads, one SKU with 200 units in two warehouses, 320 asked for one by one."""
    failures: list[BaseException] = []

    def sell(thread: int) -> None:
        try:
            for number in range(8):
                drafts = [company.draft(f"T{thread}-{number}-{i}", now=now, lines=[("HOOK", 1)]) for i in range(5)]
                orders.place(house, [orders.Placing(each) for each in drafts], origin=company.origin(), now=now)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=sell, args=(thread,)) for thread in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert _rows(house, "select count(*) from orders") == [(320,)]
    assert _rows(house, "select sum(quantity) from reservations") == [(200,)]
    assert _rows(house, "select sum(reserved), sum(on_hand) from stock_pools where sku = 'HOOK'") == [(200, 200)]
    assert _rows(house, "select count(*) from poisoned") == [(0,)]


def test_threads_never_over_commit_an_account(house, now):
    company.limit(house, "C1", 20_000, now=now)

    def buy(thread: int) -> None:
        for number in range(6):
            _place(house, now, f"T{thread}-{number}", lines=[("JERKY", 1)])

    threads = [threading.Thread(target=buy, args=(thread,)) for thread in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    [(limit, used, reserved)] = _rows(
        house, "select limit_minor, used_minor, reserved_minor from accounts where account = 'C1'"
    )
    assert 0 < used + reserved <= limit
    assert _rows(house, "select sum(credit_reserved_minor) from orders where account = 'C1'") == [(reserved,)]
    assert _rows(house, "select count(*) from orders") == [(36,)]


def test_a_refused_attempt_is_kept_and_resumed_by_a_grant(house, now):
    company.limit(house, "C1", 100, now=now)
    origin = orders.Origin("web", "desk", "li", "desk")
    [refused] = orders.place(house, [orders.Placing(company.draft("X1", now=now))], origin=origin, now=now)
    assert refused.refused.code == "credit.short"
    assert _rows(house, "select count(*) from orders") == [(0,)]
    [(draft_id, refusal)] = _rows(house, "select draft_id, refusal from drafts")
    assert refusal["code"] == "credit.short"
    company.grant(house, "C1", now=now)
    resumed = orders.resume(house, draft_id, origin=origin, now=now)
    assert resumed.stage == "allocated"
    assert orders.resume(house, draft_id, origin=origin, now=now).code == "draft.resumed"


def test_a_batch_larger_than_the_bound_is_several_transactions(house, now):
    count = limits.BATCH_ORDERS_MAX + 5
    outcomes = _place(house, now, *(f"X{number}" for number in range(count)), lines=[("HOOK", 1)])
    assert all(each.refused is None for each in outcomes)
    assert _rows(house, "select count(distinct xid) from log where kind = 'order'") == [(2,)]
