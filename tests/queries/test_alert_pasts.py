"""An alert tried on the past sees what it would have seen: the orders of each time are what they were then."""

import datetime as dt
import time
from collections.abc import Callable, Mapping
from typing import Any

import pytest
from tests import company

from orderloom.actions import orders, shipments
from orderloom.actions.hub import Hub
from orderloom.domain import alerts, metrics
from orderloom.domain.orders import state
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.queries import alert_pasts, pasts, viewer
from orderloom.queries import metrics as metrics_query
from orderloom.store import database as db

ALL = viewer.everything("test")
TITLE = {"zh": "一", "en": "One"}
HOUR = dt.timedelta(hours=1)
HELD = {"of": "orders", "where": [{"field": "held", "is": "eq", "value": True}]}
METRICS: Mapping[str, dict[str, Any]] = {
    "stages": {"of": "orders", "by": ["stage", "channel"]},
    "held": HELD,
    "waiting": {"of": "holds", "by": ["code"], "measure": {"kind": "most", "field": "hours_open"}},
    "units": {"of": "lines", "by": ["sku"], "measure": {"kind": "sum", "field": "quantity"}},
    "parcels": {"of": "shipments", "by": ["warehouse", "shipment_stage"],
                "measure": {"kind": "average", "field": "hours_in_stage"}},
    "planned": {"of": "shipments", "bucket": "hour", "measure": {"kind": "sum", "field": "freight_cost_minor"}},
    "share": {**HELD, "per": {"of": "orders", "scale": 100}},
}  # fmt: skip


def _metric(**content: Any) -> metrics.Metric:
    return metrics.read({"title": TITLE, **content})


def _seen(connection: db.Connection, at: dt.datetime) -> dict[str, Any]:
    """What every metric comes to."""
    made = {
        name: metrics_query.compute(connection, _metric(**content), viewer=ALL, zone="Asia/Shanghai", now=at)
        for name, content in METRICS.items()
    }
    return {name: each.figures for name, each in made.items() if isinstance(each, metrics_query.Computed)}


def _hold(hub: Hub, order: orders.Outcome, at: dt.datetime) -> None:
    assert order.order_id is not None
    hold = state.Hold("hold.manual", state.Text("人工", "by hand"), blocks=["release"], at=at)
    assert orders.hold(hub, order.order_id, hold=hold, origin=company.origin(), now=at).refused is None


def _release(hub: Hub, order: orders.Outcome, at: dt.datetime) -> None:
    assert order.order_id is not None
    orders.release(hub, order.order_id, code="hold.manual", reason="", origin=company.origin(), now=at)


def _ship(hub: Hub, order: orders.Outcome, stage: str, at: dt.datetime) -> None:
    number = f"{order.order_no}-1"
    if stage == "released":
        [outcome] = shipments.release(hub, [number], origin=company.origin(), now=at)
    else:
        scan = shipments.Scan(number, stage, at, "li")
        [outcome] = shipments.confirm(hub, [scan], origin=company.origin(), now=at)
    assert outcome.refused is None, outcome  # type: ignore[union-attr]


Day = dict[dt.datetime, dict[str, Any]]


@pytest.fixture
def day(hub: Hub, now: dt.datetime) -> Day:
    """Eight hours of a house, with what every metric came to at the end of each."""
    company.tiny(hub, now=now)
    made: dict[str, orders.Outcome] = {}

    def place(name: str, channel: str, at: dt.datetime) -> None:
        [made[name]] = company.place(hub, company.draft(name, now=at), channel=channel, now=at)

    def cancel(name: str, at: dt.datetime) -> None:
        assert made[name].order_id is not None
        orders.cancel(hub, [made[name].order_id], reason="no", origin=company.origin(), now=at)  # type: ignore[list-item]

    steps: list[list[Callable[[dt.datetime], None]]] = [
        [lambda at: place("A", "web", at), lambda at: place("B", "tmall", at)],
        [lambda at: _hold(hub, made["A"], at), lambda at: _ship(hub, made["B"], "released", at)],
        [lambda at: _hold(hub, made["B"], at)],
        [lambda at: place("C", "web", at), lambda at: _release(hub, made["A"], at)],
        [lambda at: _release(hub, made["B"], at), lambda at: _ship(hub, made["B"], "picked", at)],
        [lambda at: _hold(hub, made["C"], at)],
        [lambda at: cancel("C", at)],
        [lambda at: _ship(hub, made["B"], "packed", at), lambda at: place("D", "web", at)],
    ]
    seen: Day = {}
    for number, step in enumerate(steps, 1):
        at = now + number * HOUR
        for each in step:
            each(at)
        with hub.database.workspace(hub.workspace) as connection:
            seen[at] = _seen(connection, at)
    return seen


def test_every_metric_of_the_past_is_what_it_was_then(hub: Hub, day: Day, now: dt.datetime) -> None:
    *_, last = day
    for since in (now, now + 3 * HOUR + HOUR / 2):
        with db.Database(hub.database.url, size=1) as own, own.workspace(hub.workspace) as connection:
            past = pasts.Past(connection, hub.workspace, since=since, until=last)
            for at, seen in day.items():
                if at >= since:
                    past.advance(at)
                    assert _seen(connection, at) == seen, at
            past.advance(last + HOUR)
            assert _seen(connection, last) == day[last], "and at the end it is the present"
    with hub.database.workspace(hub.workspace) as connection:
        assert _seen(connection, last) == day[last], "the present saw nothing of it"


def _tried(hub: Hub, now: dt.datetime, metric: dict[str, Any], **alert: Any) -> alert_pasts.Past | Refused:
    content = {"title": TITLE, "metric": "m", "is": "ge", "bound": 1, "notify": [{"to": "operations"}], **alert}
    asked = alert_pasts.Asked(
        hub.database.url, hub.workspace, alerts.read(content), _metric(**metric), "Asia/Shanghai", now, now + 8 * HOUR
    )
    return alert_pasts.tried(asked)


def test_an_alert_rings_as_it_would_have(hub: Hub, day: Day, now: dt.datetime) -> None:
    """Somebody was held from the first hour to the fourth, and C for less than the alert waits."""
    found = _tried(hub, now + HOUR / 2, HELD, for_minutes=90, again_minutes=60)
    assert isinstance(found, alert_pasts.Past)
    [rung] = found.rung
    times = [now + 2 * HOUR, now + 2 * HOUR + dt.timedelta(minutes=90), now + 5 * HOUR]
    assert [rung.since, rung.rung_at, rung.ended_at] == times
    assert (rung.worst, rung.told, found.told, found.passed) == (2.0, 2, 2, 1)
    assert found.every_minutes == 5 and len(found.looks) == 8 * 12 + 1
    assert max(each.value or 0 for each in found.looks) == 2.0 and found.looks[-1].at == now + 8.5 * HOUR


def test_each_group_rings_by_itself_and_one_that_stands_has_no_end(hub: Hub, day: Day, now: dt.datetime) -> None:
    found = _tried(hub, now, {"of": "orders", "by": ["channel"]}, bound=2)
    assert isinstance(found, alert_pasts.Past)
    [rung] = found.rung
    assert (rung.groups, rung.since, rung.ended_at, rung.worst) == (["web"], now + 4 * HOUR, None, 3.0)
    assert found.by == ["channel"] and {each.beyond for each in found.looks} == {0, 1}


def test_what_keeps_no_past_and_what_is_too_much_are_refused(
    hub: Hub, day: Day, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = _tried(hub, now, {"of": "calls"})
    assert isinstance(refused, Refused) and refused.code == "alert.no_past"
    monkeypatch.setattr(limits, "ALERT_PAST_ORDERS_MAX", 3)
    with db.Database(hub.database.url, size=1) as own, own.workspace(hub.workspace) as connection:
        with pytest.raises(pasts.TooMuch) as told:
            pasts.Past(connection, hub.workspace, since=now, until=now + 8 * HOUR)
        assert told.value.refused == Refused("alert.past_too_many", {"orders": 4, "most": 3})
    monkeypatch.undo()
    with db.Database(hub.database.url, size=1) as own, own.workspace(hub.workspace) as connection:
        past = pasts.Past(connection, hub.workspace, since=now, until=now + 8 * HOUR)
        monkeypatch.setattr(time, "monotonic", lambda: float("inf"))
        with pytest.raises(pasts.TooMuch) as slow:
            past.advance(now + HOUR)
        monkeypatch.undo()
        assert slow.value.refused.code == "alert.past_too_slow"
