"""Alerts: told after the time they must last, once or again, by one worker, and forgotten when all is well."""

import datetime as dt
import json
from typing import Any

import pytest
from tests import company

from orderloom.actions import documents
from orderloom.actions.hub import Hub
from orderloom.kit.refusals import Refused
from orderloom.outbox import drain
from orderloom.outbox.senders import SENDERS
from orderloom.queries import alerts as alerts_query
from orderloom.queries import notices as notices_query
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
        found = alerts_query.standing(connection, viewer=viewer.everything("t"), documents={})
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
    with house.database.workspace(house.workspace) as connection:
        inbox = notices_query.page(connection, viewer=viewer.everything("t"), unseen=True, level="urgent")
        assert len(inbox.rows) == 4, "an alert that is critical is urgent"
        assert len(notices_query.page(connection, viewer=viewer.everything("t")).rows) > 4, "others are not"


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


FLOW: dict[str, Any] = {
    "title": TITLE,
    "nodes": [
        {"kind": "trigger", "id": "begun", "on": "manual", "filter": 'order.channel == "web"'},
        {"kind": "action", "id": "mark", "do": "order.tag", "values": {"tags": ["=event.alert"]}},
        {"kind": "wait", "id": "wait", "minutes": 600},
    ],
    "edges": [{"from": "begun", "to": "mark"}, {"from": "mark", "to": "wait"}],
}
STARTING: dict[str, Any] = {
    "title": TITLE, "metric": "all", "is": "gt", "bound": 1, "again_minutes": 5, "notify": [{"to": "operations"}],
    "start": "look",
}  # fmt: skip


def tags(hub: Hub, now: dt.datetime) -> list[tuple[str, list[str], int]]:
    """The orders with their tags and how many flows run on them, once the outbox was carried out."""
    notices(hub, now)
    with hub.database.workspace(hub.workspace) as connection:
        rows = connection.execute(
            "select external_no, state::json ->> 'tags', json_array_length(state::json -> 'runs') from orders"
            " order by external_no"
        ).fetchall()
    return [(number, json.loads(text or "[]"), runs or 0) for number, text, runs in rows]


def test_it_begins_a_flow_on_the_orders_behind_the_figure_but_never_twice_at_a_time(
    house: Hub, now: dt.datetime
) -> None:
    proposals = [
        documents.Proposal("metric", "all", {"title": TITLE, "of": "orders"}),
        documents.Proposal("flow", "look", FLOW),
        documents.Proposal("alert", "starts", STARTING),
    ]
    made = documents.publish(house, proposals, comment="", actor="test", now=now)
    assert isinstance(made, documents.Publication), made
    begun = [("A-0", ["starts"], 1), ("A-1", ["starts"], 1), ("B-1", [], 0)]
    for minute in (0, 5):  # Told again, the orders on which it waits are left alone; the filter keeps B-1 out.
        assert alerts.look(house, now=now + minute * MINUTE) >= 1
        assert tags(house, now + minute * MINUTE) == begun


@pytest.mark.parametrize(
    ("of", "start", "code"),
    [("orders", "nothing", "document.reference_missing"), ("calls", "stage_stuck", "alert.no_orders_behind")],
)
def test_a_flow_that_cannot_be_begun_is_found_before(
    house: Hub, now: dt.datetime, of: str, start: str, code: str
) -> None:
    proposals = [
        documents.Proposal("metric", "all", {"title": TITLE, "of": of}),
        documents.Proposal("alert", "starts", {**STARTING, "start": start}),
    ]
    refused = documents.publish(house, proposals, comment="", actor="test", now=now)
    assert isinstance(refused, Refused), refused
    assert [(each["finding"]["code"], each["finding"]["path"]) for each in refused.data["findings"]] == [
        (code, "/start")
    ]


def test_it_lets_sources_be_asked_for_what_was_missed(house: Hub, now: dt.datetime) -> None:
    later = now + dt.timedelta(hours=1)  # A source that was away is asked later and later.
    with house.database.workspace(house.workspace) as connection:
        connection.execute("insert into channel_states (channel, due_at) values ('tmall', %s)", [later])
    asking = {**STARTING, "start": "", "catch_up": ["tmall"], "again_minutes": 0, "for_minutes": 5}
    proposals = [documents.Proposal("metric", "all", {"title": TITLE, "of": "orders"}),
                 documents.Proposal("alert", "asks", asking)]  # fmt: skip
    made = documents.publish(house, proposals, comment="", actor="test", now=now)
    assert isinstance(made, documents.Publication), made

    def due() -> Any:
        with house.database.workspace(house.workspace) as connection:
            return connection.execute("select due_at from channel_states where channel = 'tmall'").fetchone()

    alerts.look(house, now=now)
    assert due() == (later,), "it must last first"
    alerts.look(house, now=now + 5 * MINUTE)
    assert due() == (now + 5 * MINUTE,)
    nowhere = documents.Proposal("alert", "nowhere", {**asking, "catch_up": ["tmall", "gone"]})
    refused = documents.publish(house, [nowhere], comment="", actor="test", now=now)
    assert isinstance(refused, Refused)
    assert (refused.code, refused.data["path"]) == ("document.reference_missing", "/catch_up/1")
