"""Alerts over HTTP: tried before they are published, what watches a metric, since when it stands, when it told."""

import datetime as dt
from typing import Any

import httpx
from tests import relaying
from tests.api.conftest import Key, client_of, order
from tests.api.test_documents import publish

from orderloom.actions.hub import Hub
from orderloom.kit import clock
from orderloom.outbox import drain
from orderloom.outbox.senders import SENDERS
from orderloom.worker import alerts

TITLE = {"zh": "订单过多", "en": "Too many orders"}
METRIC: dict[str, Any] = {"title": TITLE, "of": "orders", "by": ["channel"], "unit": "单", "better": "less"}
ALERT: dict[str, Any] = {
    "title": TITLE, "metric": "piled_up", "is": "gt", "bound": 1, "for_minutes": 5, "notify": [{"to": "operations"}],
}  # fmt: skip


def told_of(hub: Hub, now: dt.datetime) -> int:
    """Look at alerts once, and carry out what they say; how many groups were told."""
    told = alerts.look(hub, now=now)
    while drain.drain(hub, SENDERS, outside=False, now=now):
        pass
    return told


def test_an_alert_is_tried_published_rings_and_says_when(
    client: httpx.Client, hub: Hub, address: str, key: Key
) -> None:
    publish(client, "piled_up", METRIC, [], kind="metric")
    for number in ("A-1", "A-2"):
        assert client.post("/orders", json=order(number)).status_code == 201
    assert client.post("/orders", json=order("A-3", channel="tmall")).status_code == 201
    tried = client.post("/alerts/try", json={"content": ALERT}).json()
    assert not tried["rings"] and tried["told_at"] is None and tried["by"] == ["channel"]
    assert [(each["groups"], each["beyond"]) for each in tried["groups"]] == [(["web"], True), (["tmall"], False)]
    at_once = client.post("/alerts/try", json={"content": {**ALERT, "for_minutes": 0}}).json()
    assert at_once["rings"]
    bad = client.post("/alerts/try", json={"content": {**ALERT, "metric": "nothing"}})
    assert (bad.status_code, bad.json()["code"]) == (409, "document.reference_missing")

    publish(client, "too_many", ALERT, [], kind="alert")
    now = clock.now()
    assert told_of(hub, now) == 0
    [rule] = client.get("/alerts/rules", params={"metric": "piled_up"}).json()
    assert (rule["alert"], rule["standing"], rule["told_at"]) == ("too_many", 1, None)
    assert told_of(hub, now + dt.timedelta(minutes=6)) == 1
    [rule] = client.get("/alerts/rules").json()
    assert rule["told_at"] and rule["document"]["bound"] == 1
    assert client.get("/alerts/rules", params={"metric": "orders_open"}).json() == []
    [standing] = client.get("/alerts").json()
    assert (standing["groups"], standing["by"], standing["unit"]) == (["web"], ["channel"], "单")
    again = client.post("/alerts/try", json={"name": "too_many", "content": ALERT}).json()
    assert again["told_at"] and again["groups"][0]["since"] == standing["since"]
    anew = client.post("/alerts/try", json={"name": "too_many", "content": {**ALERT, "bound": 0}}).json()
    assert anew["groups"][0]["since"] != standing["since"]

    with client_of(address, key("metrics:read", channels=["tmall"])) as one:
        assert one.get("/alerts").json() == []
        [rule] = one.get("/alerts/rules").json()
        assert (rule["standing"], rule["told_at"]) == (0, None)
        tried = one.post("/alerts/try", json={"name": "too_many", "content": ALERT}).json()
        assert [each["groups"] for each in tried["groups"]] == [["tmall"]] and tried["told_at"] is None


def test_an_alert_is_tried_on_the_past(client: httpx.Client, address: str, key: Key) -> None:
    publish(client, "piled_up", METRIC, [], kind="metric")
    for number in ("P-1", "P-2"):
        assert client.post("/orders", json=order(number)).status_code == 201
    body = {"content": {**ALERT, "for_minutes": 0}, "days": 1}
    past = client.post("/backtests/alert", json=body).json()
    assert (
        past["every_minutes"] == 5 and len(past["looks"]) == 289 and (past["by"], past["unit"]) == (["channel"], "单")
    )
    [rung] = past["rung"]
    assert (rung["groups"], rung["worst"], rung["ended_at"], past["told"]) == (["web"], 2.0, None, 1)
    publish(client, "calls", {"title": TITLE, "of": "calls"}, [], kind="metric")
    no_past = client.post("/backtests/alert", json={"content": {**ALERT, "metric": "calls"}})
    assert (no_past.status_code, no_past.json()["code"]) == (409, "alert.no_past")
    unknown = client.post("/backtests/alert", json={"content": {**ALERT, "metric": "nothing"}})
    assert (unknown.status_code, unknown.json()["code"]) == (409, "document.reference_missing")
    assert client.post("/backtests/alert", json={"content": ALERT, "days": 400}).status_code == 422
    with client_of(address, key("metrics:read", channels=["tmall"])) as one:
        limited = one.post("/backtests/alert", json=body)
        assert (limited.status_code, limited.json()["code"]) == (403, "backtest.whole_only")


def test_a_metric_is_tried_from_the_sums_that_boards_read(client: httpx.Client, hub: Hub) -> None:
    assert client.post("/orders", json=order("S-1")).status_code == 201
    body = {"content": METRIC, "summed": True}
    assert client.post("/metrics/try", json=body).json()["figures"] == []
    relaying.follow(hub, now=clock.now())
    [figure] = client.post("/metrics/try", json=body).json()["figures"]
    assert (figure["groups"], figure["value"]) == (["web"], 1.0)


def test_the_way_a_metric_should_go_stands_on_its_cards(client: httpx.Client) -> None:
    publish(client, "piled_up", METRIC, [], kind="metric")
    board = {"title": TITLE, "rows": [[{"metric": "piled_up"}]]}
    [[card]] = client.post("/boards/try", json={"content": board}).json()["rows"]
    assert card["better"] == "less"
    wrong = client.post("/metrics/try", json={"content": {**METRIC, "better": "red"}})
    assert wrong.status_code == 409


def test_holds_are_called_by_the_reasons_of_rules(client: httpx.Client, address: str, key: Key) -> None:
    holds = client.get("/names").json()["holds"]
    assert holds["hold.short_stock"] == {"zh": "缺货", "en": "Short of stock"}
    with client_of(address, key("status:read")) as one:
        assert one.get("/names").json()["holds"] == {}
