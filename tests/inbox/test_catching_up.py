"""A channel is compared with its source's own list: what pushes missed is fetched once, and counted (I-13).

The source is a gateway that speaks the marketplace's protocol over HTTP, checks signatures and has bad days.
"""

import datetime as dt
import zoneinfo
from collections.abc import Callable, Iterator
from typing import Any

import msgspec
import pytest
from tests import company
from tests.inbox import workbench as bench

from orderloom.actions import documents
from orderloom.actions.hub import Hub
from orderloom.inbox import catching_up, shipped_channels
from orderloom.inbox import orders as inbox_orders
from orderloom.kit import clock, limits
from orderloom.kit.refusals import Refused
from orderloom.store.channels import Run
from orderloom.world.partners.taobao import Gateway

ZONE = zoneinfo.ZoneInfo("Asia/Shanghai")


def shown(at: dt.datetime) -> str:
    return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")


def trade(tid: str, at: dt.datetime, **said: Any) -> dict[str, Any]:
    return {
        "tid": tid, "tid_str": tid, "status": "WAIT_SELLER_SEND_GOODS", "created": shown(at), "pay_time": shown(at),
        "modified": shown(at), "buyer_nick": "t**t", "payment": "60.00", "post_fee": "0.00", "receiver_name": "王小明",
        "receiver_mobile": "13800138000", "receiver_state": "江苏省", "receiver_city": "苏州市",
        "receiver_district": "姑苏区",
        "receiver_address": f"人民路 {tid} 号",
        "orders": {"order": [{"oid": tid, "outer_sku_id": "JERKY", "title": "牛肉干", "num": 2, "price": "30.00"}]},
        **said,
    }  # fmt: skip


@pytest.fixture
def gateway() -> Iterator[Gateway]:
    with Gateway().running() as running:
        yield running


@pytest.fixture
def shop(hub: Hub, gateway: Gateway) -> Hub:
    now = clock.now()
    company.tiny(hub, now=now)
    content = shipped_channels.document("taobao")
    content["transport"] = {"kind": "push", "connector": "taobao", "every_minutes": 15, "overlap_minutes": 5}
    made = documents.publish(hub, [documents.Proposal("channel", "tmall", content)], comment="", actor="test", now=now)
    assert isinstance(made, documents.Publication), made
    assert catching_up.keep_account(hub, "tmall", account(gateway), actor="test", now=now) is None
    return hub


def account(gateway: Gateway, **said: Any) -> dict[str, Any]:
    access = {"app_key": gateway.app_key, "secret": gateway.secret, "session": gateway.session}
    return {**access, "url": gateway.url, "private": True, **said}


def push(hub: Hub, *trades: dict[str, Any]) -> None:
    raws = [msgspec.json.encode({"trade_fullinfo_get_response": {"trade": each}}) for each in trades]
    taken = inbox_orders.receive(hub, raws, origin=bench.origin("tmall"), now=clock.now())
    assert not isinstance(taken, Refused) and all(each.refused is None for each in taken), taken


def catch_up(hub: Hub, *, clock_: Callable[[], dt.datetime] = clock.now) -> Run:
    run = catching_up.run(hub, "tmall", clock=clock_)
    assert isinstance(run, Run), run
    return run


def counted(run: Run) -> tuple[int, int, int, int]:
    return run.listed, run.known, run.missed, run.refused


def test_what_pushes_missed_is_fetched_and_counted(shop: Hub, gateway: Gateway) -> None:
    at = clock.now() - dt.timedelta(hours=2)
    gateway.trades = {tid: trade(tid, at) for tid in ("1", "2", "3")}
    push(shop, gateway.trades["1"], gateway.trades["3"])
    run = catch_up(shop)
    assert (counted(run), run.problem) == ((3, 2, 1, 0), "")
    assert bench.order(shop, "2").total_minor == 6000
    assert counted(catch_up(shop)) == (0, 0, 0, 0)  # The list is asked from where it was read to.


def test_a_change_that_no_push_told_is_taken_up(shop: Hub, gateway: Gateway) -> None:
    at = clock.now() - dt.timedelta(hours=2)
    push(shop, trade("1", at))
    gateway.trades = {"1": trade("1", at, status="TRADE_CLOSED", modified=shown(at + dt.timedelta(minutes=9)))}
    assert counted(catch_up(shop)) == (1, 0, 1, 0)
    assert bench.order(shop, "1").cancelled


def test_many_pages_that_repeat_orders_bring_each_once(shop: Hub, gateway: Gateway) -> None:
    at = clock.now() - dt.timedelta(hours=3)
    gateway.repeats = True
    gateway.trades = {str(n): trade(str(n), at + dt.timedelta(seconds=n)) for n in range(1, 111)}
    run = catch_up(shop)
    assert counted(run) == (110, 0, 110, 0)
    assert bench.rows(shop, "select count(*) from orders") == [(110,)]
    assert gateway.asked.count("taobao.trade.fullinfo.get") <= 112


@pytest.mark.parametrize("trouble", ["429", "5xx", "limited", "garbage"])
def test_a_bad_moment_of_the_source_is_waited_for(
    shop: Hub, gateway: Gateway, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SOURCE_PAUSE_SECONDS_MAX", 0.01)
    gateway.trades = {"1": trade("1", clock.now() - dt.timedelta(hours=1))}
    gateway.trouble = [trouble, trouble]
    assert counted(catch_up(shop)) == (1, 0, 1, 0)


def test_a_source_that_stays_away_ends_the_run_and_the_next_goes_on(
    shop: Hub, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SOURCE_PAUSE_SECONDS_MAX", 0.01)
    gateway.trades = {"1": trade("1", clock.now() - dt.timedelta(hours=1))}
    gateway.trouble = ["5xx"] * limits.SOURCE_TRIES_MAX
    run = catch_up(shop)
    assert run.problem.startswith("busy: status 503")
    assert bench.rows(shop, "select failures, caught_up_to from channel_states") == [(1, None)]
    assert catching_up.due(shop, now=clock.now()) == []
    assert catching_up.due(shop, now=clock.now() + dt.timedelta(minutes=3)) == ["tmall"]
    assert counted(catch_up(shop)) == (1, 0, 1, 0)
    assert bench.rows(shop, "select failures, problem from channel_states") == [(0, "")]


def test_a_slow_source_is_not_waited_for_longer_than_the_limit(
    shop: Hub, gateway: Gateway, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "SOURCE_SECONDS_MAX", 0.2)
    monkeypatch.setattr(limits, "SOURCE_PAUSE_SECONDS_MAX", 0.01)
    gateway.slow_seconds = 1.0
    gateway.trouble = ["slow"] * limits.SOURCE_TRIES_MAX
    assert catch_up(shop).problem.startswith("busy: ReadTimeout")


@pytest.mark.parametrize("wrong", ["secret", "session", "app_key"])
def test_a_wrong_account_is_told_and_nothing_is_taken(shop: Hub, gateway: Gateway, wrong: str) -> None:
    gateway.trades = {"1": trade("1", clock.now() - dt.timedelta(hours=1))}
    catching_up.keep_account(shop, "tmall", account(gateway, **{wrong: "other"}), actor="test", now=clock.now())
    run = catch_up(shop)
    assert run.problem.startswith("rejected: ") and counted(run) == (0, 0, 0, 0)
    assert gateway.asked == ["taobao.trades.sold.increment.get"]


def test_both_signatures_are_the_gateways(shop: Hub, gateway: Gateway) -> None:
    gateway.trades = {"1": trade("1", clock.now() - dt.timedelta(hours=1))}
    catching_up.keep_account(
        shop, "tmall", account(gateway, sign_method="hmac-sha256"), actor="test", now=clock.now()
    )  # fmt: skip
    assert counted(catch_up(shop)) == (1, 0, 1, 0)


def test_a_broken_order_waits_in_quarantine_and_is_counted(shop: Hub, gateway: Gateway) -> None:
    gateway.trades = {"1": trade("1", clock.now() - dt.timedelta(hours=1), created="昨天")}
    assert counted(catch_up(shop)) == (1, 0, 0, 1)
    assert len(bench.waiting(shop)) == 1


def test_two_workers_do_not_ask_at_once(shop: Hub) -> None:
    asked: list[Any] = []

    def while_it_runs() -> bool:
        if not asked:
            asked.append(None)
            asked[0] = catching_up.run(shop, "tmall", clock=clock.now)
        return False

    assert isinstance(catching_up.run(shop, "tmall", clock=clock.now, stopping=while_it_runs), Run)
    assert isinstance(asked[0], Refused) and asked[0].code == "channel.being_caught_up"


def test_secrets_stand_sealed(shop: Hub, gateway: Gateway) -> None:
    ((sealed,),) = bench.rows(shop, "select sealed from channel_accounts")
    assert gateway.secret.encode() not in bytes(sealed)


def test_an_account_that_is_not_whole_is_refused(shop: Hub) -> None:
    refused = catching_up.keep_account(shop, "tmall", {"app_key": "1"}, actor="test", now=clock.now())
    assert refused is not None and refused.code == "channel.bad_account"
