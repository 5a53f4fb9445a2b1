"""Alerts: told after the time they must last, once or again, by one worker, and forgotten when all is well."""

import datetime as dt
from typing import Any

import pytest
from tests import company

from orderloom.actions import documents
from orderloom.actions.hub import Hub
from orderloom.outbox import drain
from orderloom.outbox.senders import SENDERS
from orderloom.queries import alerts as alerts_query
from orderloom.queries import viewer
from orderloom.worker import alerts

TITLE = {"zh": "订单过多", "en": "Too many orders"}
METRIC = {"title": TITLE, "of": "orders", "by": ["channel"]}
MINUTE = dt.timedelta(minutes=1)


@pytest.fixture
def house(hub: Hub, now: dt.datetime) -> Hub:
    """The tiny company with an alert on more than one order of a channel for five minutes."""
    company.tiny(hub, now=now)
    alert: dict[str, Any] = {
        "title": TITLE, "metric": "orders", "is": "gt", "bound": 1, "for_minutes": 5, "again_minutes": 10,
        "level": "critical", "notify": [{"to": "operations"}, {"to": "warehouse:suzhou"}],
    }  # fmt: skip
    both = [documents.Proposal("metric", "orders", METRIC), documents.Proposal("alert", "many", alert)]
    made = documents.publish(hub, both, comment="", actor="test", now=now)
    assert isinstance(made, documents.Publication), made
    company.place(hub, *(company.draft(f"A-{number}", now=now) for number in range(2)), now=now)
    company.place(hub, company.draft("B-1", now=now), channel="tmall", now=now)
    return hub


def standing(hub: Hub) -> list[tuple[str, str, float]]:
    """The alerts that stand."""
    with hub.database.workspace(hub.workspace) as connection:
        found = alerts_query.standing(connection, viewer=viewer.everything("t"))
    return [(each.alert, each.key, each.value) for each in found]


def notices(hub: Hub, now: dt.datetime) -> list[tuple[str, str]]:
    """Who was told of alerts, and what, once the outbox was carried out."""
    while drain.drain(hub, SENDERS, outside=False, now=now):
        pass
    with hub.database.workspace(hub.workspace) as connection:
        rows = connection.execute(
            "select audience, said::text from notices where subject like 'alert/%' order by at, audience"
        ).fetchall()
    return [(audience, said) for audience, said in rows]


def test_it_is_told_when_it_has_lasted_and_again_while_it_lasts(house: Hub, now: dt.datetime) -> None:
    told = [alerts.look(house, now=now + minute * MINUTE) for minute in range(17)]
    assert [minute for minute, count in enumerate(told) if count] == [5, 15]
    assert standing(house) == [("many", "web", 2)]
    found = notices(house, now + 20 * MINUTE)
    assert sorted(audience for audience, _ in found) == ["operations"] * 2 + ["warehouse:suzhou"] * 2
    assert "订单过多" in found[0][1] and "web" in found[0][1]


def test_two_workers_look_once_a_minute(house: Hub, now: dt.datetime) -> None:
    at = now + 6 * MINUTE
    assert alerts.look(house, now=now) == 0
    assert [alerts.look(house, now=at), alerts.look(house, now=at)] == [1, 0]
    assert alerts.look(house, now=at + dt.timedelta(seconds=30)) == 0


def test_a_figure_within_its_bound_begins_anew(house: Hub, now: dt.datetime) -> None:
    alerts.look(house, now=now)
    with house.database.workspace(house.workspace) as connection:
        connection.execute("update orders set channel = 'tmall' where external_no = 'A-0'")
    alerts.look(house, now=now + 4 * MINUTE)
    assert standing(house) == [("many", "tmall", 2)]
    assert alerts.look(house, now=now + 6 * MINUTE) == 0
    assert alerts.look(house, now=now + 9 * MINUTE) == 1


def test_a_retired_alert_stands_no_more(house: Hub, now: dt.datetime) -> None:
    alerts.look(house, now=now)
    with_metric = documents.publish(house, [], retired=[("metric", "orders")], comment="", actor="t", now=now)
    assert not isinstance(with_metric, documents.Publication)  # The alert refers to it.
    both = [("alert", "many"), ("metric", "orders")]
    assert isinstance(documents.publish(house, [], retired=both, comment="", actor="t", now=now), documents.Publication)
    alerts.look(house, now=now + MINUTE)
    assert standing(house) == []
