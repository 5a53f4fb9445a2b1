"""A draft tried on past orders: what would have been otherwise, and nothing that the draft did not do (W-4)."""

import datetime as dt
import json
from typing import Any

import pytest
from tests import company

from orderloom.actions import housekeeping, orders
from orderloom.actions.hub import Hub
from orderloom.kit import apart
from orderloom.rules import shipped
from orderloom.trials import backtests, drafts, worlds


def _draft(name: str, *, change: dict[str, dict[str, str]]) -> drafts.Draft:
    """A shipped document with cells changed: row → column's field → text."""
    document = next(each for each in shipped.documents() if each.name == name)
    content: dict[str, Any] = json.loads(json.dumps(document.content))
    [table] = [node["content"] for node in content["nodes"] if node["type"] == "decisionTableNode"]
    columns = {column["field"]: column["id"] for column in [*table["inputs"], *table["outputs"]]}
    for rule in table["rules"]:
        for field, text in change.get(rule["_id"], {}).items():
            rule[columns[field]] = text
    return drafts.Draft("rules", name, {"point": document.point, "priority": document.priority, "content": content})


def _run(hub: Hub, *tried: drafts.Draft, now: dt.datetime) -> tuple[dict[str, dict[str, Any]], backtests.Summary]:
    period = worlds.Period(now - dt.timedelta(days=1), now + dt.timedelta(days=1))
    *changes, summary = backtests.run(hub.database.url, hub.workspace, list(tried), period=period)
    assert isinstance(summary, backtests.Summary)
    return {each.order_no: each.fields for each in changes if isinstance(each, backtests.Change)}, summary


@pytest.fixture
def past(hub: Hub, now: dt.datetime) -> list[str]:
    """Three orders of one morning: the first empties Suzhou of jerky, the second finds none there, the third hooks."""
    company.tiny(hub, now=now)
    made: list[str] = []
    for number, lines in enumerate(([("JERKY", 100)], [("JERKY", 2)], [("HOOK", 1)])):
        at = now + dt.timedelta(minutes=number)
        [outcome] = company.place(hub, company.draft(f"P{number}", lines=lines, now=at), now=at)
        made.append(outcome.order_no)
    return made


def test_what_is_in_force_decides_the_past_as_it_was(hub: Hub, past: list[str], now: dt.datetime) -> None:
    changes, summary = _run(hub, now=now)
    assert changes == {}
    assert (summary.orders, summary.reproduced, summary.changed, summary.not_comparable) == (3, 3, 0, 0)
    assert summary.backordered == (2, 2)


def test_a_wider_radius_ships_what_had_to_wait(hub: Hub, past: list[str], now: dt.datetime) -> None:
    wide = _draft("sourcing", change={"ordinary": {"radius_m": "3000000"}})
    changes, summary = _run(hub, wide, now=now)
    assert set(changes) == {past[1]}
    assert changes[past[1]]["warehouses"] == [[], ["chengdu"]]
    assert summary.backordered == (2, 0) and summary.shipments == (2, 3)
    [money] = summary.money
    assert money.carriage_minor[1] > money.carriage_minor[0] and money.total_minor[0] == money.total_minor[1]


def test_units_that_an_order_leaves_go_to_those_after_it(hub: Hub, past: list[str], now: dt.datetime) -> None:
    """Were the first order held, its jerky would have been there for the second."""
    document = next(each for each in shipped.documents() if each.name == "holding")
    content: dict[str, Any] = json.loads(json.dumps(document.content))
    [table] = [node["content"] for node in content["nodes"] if node["type"] == "decisionTableNode"]
    outputs = {column["field"]: column["id"] for column in table["outputs"]}
    table["inputs"].append({"id": "big", "name": "big", "field": "order.goods"})
    for rule in table["rules"]:
        rule["big"] = ""
    row = {column["id"]: "" for column in [*table["inputs"], *table["outputs"]]}
    said = {"code": '"big"', "reason_zh": '"大单"', "reason_en": '"big"', "owner": '"sales"', "blocks": '["reserve"]'}
    table["rules"].insert(0, {**row, "_id": "big", "big": ">= 2000", **{outputs[name]: said[name] for name in said}})
    draft = drafts.Draft("rules", "holding", {"point": "hold", "priority": document.priority, "content": content})
    changes, summary = _run(hub, draft, now=now)
    assert changes[past[0]]["holds"][1] == ["big"] and changes[past[0]]["warehouses"] == [["suzhou"], []]
    assert changes[past[1]]["warehouses"] == [[], ["suzhou"]]
    assert past[2] not in changes and summary.held == (0, 1)


def test_money_is_compared_to_the_cent(hub: Hub, past: list[str], now: dt.datetime) -> None:
    cheaper = _draft("promotions", change={"each_300_less_50": {"off": "60"}})
    changes, summary = _run(hub, cheaper, now=now)
    [order_no] = changes
    was, now_ = changes[order_no]["total_minor"]
    [money] = summary.money
    assert order_no == past[0] and money.total_minor == (money.total_minor[0], money.total_minor[0] + now_ - was)
    assert (was - now_) % 1000 == 0 and was > now_


def test_what_was_never_asked_is_not_guessed(hub: Hub, past: list[str], now: dt.datetime) -> None:
    curious = _draft("sourcing", change={})
    [table] = [node["content"] for node in curious.content["content"]["nodes"] if node["type"] == "decisionTableNode"]
    table["inputs"].append({"id": "days", "name": "days", "field": "customer.payment_days_average"})
    for rule in table["rules"]:
        rule["days"] = ""
    table["rules"][0]["days"] = "> 60"
    changes, summary = _run(hub, curious, now=now)
    assert changes == {} and summary.not_comparable == summary.orders == 3


def test_what_people_did_later_is_taken_over(hub: Hub, past: list[str], now: dt.datetime) -> None:
    """The first order was cancelled before another came: its units are free again in both worlds."""
    later = now + dt.timedelta(hours=1)
    with hub.database.workspace(hub.workspace) as connection:
        row = connection.execute("select order_id from orders where order_no = %s", [past[0]]).fetchone()
    assert row is not None
    orders.cancel(hub, [row[0]], reason="客户取消", origin=company.origin(), now=later)
    at = later + dt.timedelta(minutes=1)
    [outcome] = company.place(hub, company.draft("P9", lines=[("JERKY", 40)], now=at), now=at)
    changes, summary = _run(hub, now=now)
    assert changes == {} and summary.reproduced == summary.orders == 4
    assert outcome.stage == "allocated"


def test_a_count_of_the_pools_stands_for_all_that_was_said_before_it(
    hub: Hub, past: list[str], now: dt.datetime
) -> None:
    """The stock of then is the same whether it is told from the first movement or from a snapshot on the way."""
    wide = _draft("sourcing", change={"ordinary": {"radius_m": "3000000"}})
    later = now + dt.timedelta(days=2)
    assert housekeeping.tidy(hub, now=later)["pools"] > 0
    assert housekeeping.tidy(hub, now=later + dt.timedelta(days=1))["pools"] == 0, "once a month"
    at = later + dt.timedelta(days=2)
    company.place(hub, company.draft("P8", lines=[("JERKY", 3)], now=at), now=at)
    changes, summary = _run(hub, wide, now=at)
    assert (summary.orders, summary.reproduced) == (1, 1)
    with hub.database.workspace(hub.workspace) as connection:
        connection.execute("delete from stock_snapshots")
    assert _run(hub, wide, now=at)[0] == changes != {}


def test_nothing_is_saved(hub: Hub, past: list[str], now: dt.datetime) -> None:
    def counted() -> list[tuple[Any, ...]]:
        with hub.database.workspace(hub.workspace) as connection:
            return connection.execute(
                "select (select count(*) from log), (select sum(reserved) from stock_pools),"
                " (select count(*) from outbox)"
            ).fetchall()

    before = counted()
    _run(hub, _draft("sourcing", change={"ordinary": {"radius_m": "3000000"}}), now=now)
    assert counted() == before


def test_a_world_that_breaks_says_so(hub: Hub, past: list[str], now: dt.datetime) -> None:
    broken = drafts.Draft("rules", "sourcing", {"point": "source", "priority": 100, "content": {"nodes": 5}})
    with pytest.raises(apart.Broke):
        _run(hub, broken, now=now)
