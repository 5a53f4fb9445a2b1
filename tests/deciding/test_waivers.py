"""Holds that end: by a person's permission until the order is another one, by their cause being gone."""

import importlib
import sys
from pathlib import Path

import pytest

from orderloom.domain.orders import commands

sys.path.insert(0, str(Path(__file__).parent))
house = importlib.import_module("house")


@pytest.fixture
def home():
    return house.House()


def _short(home):
    """An order that the rules hold for want of stock."""
    [outcome] = home.decide(home.place("X1", {"A": 500}))
    assert "hold.short_stock" in outcome.holds
    return outcome


def _release(home, outcome):
    command = commands.Release(
        **home.said(order_id=outcome.order_id), code="hold.short_stock", reason="customer agrees"
    )
    [released] = home.decide(command)
    return released


def test_a_permission_is_not_asked_for_again_while_the_order_stays_the_same(home):
    released = _release(home, _short(home))
    assert "hold.short_stock" not in released.holds
    [again] = home.decide(commands.Retry(**home.said(order_id=released.order_id)))
    assert "hold.short_stock" not in again.holds


def test_an_amended_order_is_looked_at_anew(home):
    released = _release(home, _short(home))
    said = home.said(order_id=released.order_id)
    [amended] = home.decide(commands.Amend(**said, changed={"packing_request": "木箱"}, reason="customer asks"))
    assert "hold.short_stock" in amended.holds


def test_the_hold_for_want_of_stock_ends_when_the_rest_has_come(home):
    waiting = _short(home)
    missing = sum(home.order(waiting).backordered.values())
    home.pools["A"]["suzhou", "spot"].on_hand += missing
    [settled] = home.decide(commands.Retry(**home.said(order_id=waiting.order_id)))
    assert settled.stage == "allocated" and settled.holds == []
