"""A world decides anew only the orders that could come out otherwise; told so, both worlds are what they would be if
they decided every order. A flow among the drafts, even one that never starts, makes the drafts' world decide them all.
"""

import datetime as dt
import json
import random
from decimal import Decimal
from typing import Any

import pytest
from tests import company

from orderloom.actions import credit, orders, reference
from orderloom.actions.hub import Hub
from orderloom.domain.catalogue import Sku
from orderloom.domain.customers import Customer
from orderloom.domain.orders import state
from orderloom.domain.warehouses import Warehouse
from orderloom.rules import shipped
from orderloom.trials import backtests, drafts, worlds

_CUSTOMERS = [f"K{number}" for number in range(60)]
_SKUS = [f"G{number}" for number in range(24)]
# A flow that no order of these tests starts: splitting is what people do.
_IDLE = drafts.Draft(
    "flow",
    "idle",
    {
        "title": {"zh": "闲", "en": "idle"},
        "nodes": [{"kind": "trigger", "id": "begin", "event": "order.split"}, {"kind": "end", "id": "end"}],
        "edges": [{"from": "begin", "to": "end"}],
    },
)


def _content(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A shipped document's content, and its table within."""
    [document] = [each for each in shipped.documents() if each.name == name]
    content = json.loads(json.dumps(document.content))
    [table] = [node["content"] for node in content["nodes"] if node["type"] == "decisionTableNode"]
    return {"point": document.point, "priority": document.priority, "content": content}, table


def _wide() -> drafts.Draft:
    """Sourcing that looks as far as it can."""
    content, table = _content("sourcing")
    for rule in table["rules"]:
        rule["o1"] = "3000000"
    return drafts.Draft("rules", "sourcing", content)


def _strict() -> drafts.Draft:
    """Holding that keeps large orders back, so that their units go to others."""
    content, table = _content("holding")
    outputs = {column["field"]: column["id"] for column in table["outputs"]}
    table["inputs"].append({"id": "big", "name": "big", "field": "order.goods"})
    for rule in table["rules"]:
        rule["big"] = ""
    row = {column["id"]: "" for column in [*table["inputs"], *table["outputs"]]}
    said = {"code": '"big"', "reason_zh": '"大单"', "reason_en": '"big"', "owner": '"sales"', "blocks": '["reserve"]'}
    table["rules"].insert(0, {**row, "_id": "big", "big": ">= 150", **{outputs[name]: said[name] for name in said}})
    return drafts.Draft("rules", "holding", content)


def _run(hub: Hub, *tried: drafts.Draft, now: dt.datetime) -> tuple[dict[str, dict[str, list[Any]]], backtests.Summary]:
    period = worlds.Period(now - dt.timedelta(days=1), now + dt.timedelta(days=9))
    *changes, summary = backtests.run(hub.database.url, hub.workspace, list(tried), period=period)
    assert isinstance(summary, backtests.Summary)
    summary.seconds = 0
    return {each.order_no: each.fields for each in changes if isinstance(each, backtests.Change)}, summary


def _grow(hub: Hub, *, now: dt.datetime) -> None:
    """The company with more customers, and goods of which some are scarce everywhere, some in one place."""
    company.tiny(hub, now=now)
    skus = [Sku(sku, sku, "五金", weight_grams=300, price=Decimal(25)) for sku in _SKUS]
    reference.enter_skus(hub, skus, actor="test", now=now)
    stocked = [(sku, "suzhou", 40 if number < 6 else 9_000) for number, sku in enumerate(_SKUS)]
    stocked += [(sku, "chengdu", 60 if number % 2 else 9_000) for number, sku in enumerate(_SKUS)]
    company.stocked(hub, stocked, now=now)
    customers = [
        Customer(each, each, level="A", risk="low", account=each, payment_method="credit",
                 invoice=state.Invoice(f"公司 {each}"))
        for each in _CUSTOMERS
    ]  # fmt: skip
    reference.enter_customers(hub, customers, actor="test", now=now)
    limits = [(each, "CNY", company.LIMIT_MINOR) for each in _CUSTOMERS]
    credit.set_limits(hub, limits, actor="test", source="test", now=now)


@pytest.fixture
def past(hub: Hub, now: dt.datetime) -> dt.datetime:
    """Some hundred orders over a few days, many in one transaction, on goods of which one is scarce and one is not;
    some are cancelled, goods come in between. The instant after all of it."""
    dice = random.Random(7)
    _grow(hub, now=now)
    at = now
    for number in range(24):
        at += dt.timedelta(hours=1)
        made = [
            company.draft(
                f"R{number}-{part}",
                lines=[(sku, dice.randrange(1, 7)) for sku in dice.sample(_SKUS, dice.randrange(1, 4))],
                customer_no=dice.choice(_CUSTOMERS),
                now=at,
            )
            for part in range(dice.choice((1, 2, 15, 60)))
        ]
        placed = company.place(hub, *made, now=at)
        gone = [each.order_id for each in placed if dice.random() < 0.1 and each.order_id is not None]
        if gone:
            orders.cancel(hub, gone, reason="客户取消", origin=company.origin(), now=at + dt.timedelta(minutes=5))
        if number % 6 == 5:
            company.stocked(hub, [("G2", "suzhou", 40)], now=at + dt.timedelta(minutes=9))
    return at + dt.timedelta(hours=1)


def test_a_draft_changes_the_same_orders_as_if_all_were_decided(hub: Hub, past: dt.datetime, now: dt.datetime) -> None:
    for draft in (_wide(), _strict()):
        changes, summary = _run(hub, draft, now=now)
        assert (changes, summary) == _run(hub, draft, _IDLE, now=now)
        assert summary.reproduced == summary.orders > 300 and 20 < summary.changed < summary.orders
        assert summary.not_comparable == 0


def test_what_is_in_force_has_a_world_of_its_own(hub: Hub, past: dt.datetime, now: dt.datetime) -> None:
    """A warehouse has come nearer after the fact: by what is in force now orders stand on other units than they really
    did, and leave other units to those after them. The drafts' world, deciding all by the same, comes to the same."""
    near = Warehouse("chengdu", "成都仓", 120.6, 31.3, province="四川省", calendar="every_day")
    reference.enter(hub, warehouses=[near], actor="amy", now=past)
    changes, summary = _run(hub, _IDLE, now=now)
    assert changes == {}
    assert 0 < summary.reproduced < summary.orders
    assert _run(hub, _strict(), now=now) == _run(hub, _strict(), _IDLE, now=now)
