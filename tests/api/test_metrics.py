"""Figures over HTTP: a metric is written, tried, published, shown on a board and drilled into, all by documents."""

import datetime as dt
from typing import Any

import httpx
from tests import relaying
from tests.api.conftest import Key, client_of, order
from tests.api.test_documents import placed, publish

from orderloom.actions.hub import Hub
from orderloom.kit import clock

TITLE = {"zh": "订单", "en": "Orders"}
METRIC: dict[str, Any] = {"title": TITLE, "of": "orders", "by": ["channel"], "unit": "单"}


def test_a_metric_is_tried_published_and_drilled_into(client: httpx.Client) -> None:
    number = placed(client, "M-1")["order"]["order_no"]
    tried = client.post("/metrics/try", json={"content": METRIC}).json()
    assert tried["figures"] == [{"bucket": None, "groups": ["web"], "value": 1.0, "count": 1}]
    bad = client.post("/metrics/try", json={"content": {**METRIC, "by": ["phone"]}})
    assert bad.status_code == 409 and bad.json()["data"]["path"] == "/by/0"
    assert client.get("/metrics/orders_by_channel").status_code == 404
    publish(client, "orders_by_channel", METRIC, [], kind="metric")
    assert client.get("/metrics/orders_by_channel").json() == tried
    behind = client.get("/metrics/orders_by_channel/orders", params={"group": ["web"]}).json()
    assert behind["order_nos"] == [number]
    assert client.get("/metrics/orders_by_channel/orders", params={"group": ["x"]}).json() == {"order_nos": []}


def test_a_board_and_a_report_show_metrics_and_keep_them_in_force(client: httpx.Client, hub: Hub) -> None:
    publish(client, "orders_by_channel", METRIC, [], kind="metric")
    board = {"title": TITLE, "rows": [[{"metric": "orders_by_channel", "show": "bar", "bad": 5}]]}
    publish(client, "overview", board, [], kind="board")
    publish(client, "by_day", {"title": TITLE, "metrics": ["orders_by_channel"]}, [], kind="report")
    placed(client, "M-2")
    relaying.follow(hub, now=clock.now())
    [[card]] = client.get("/boards/overview").json()["rows"]
    assert (card["show"], card["bad"], card["figures"][0]["value"]) == ("bar", 5, 1.0)
    assert card["summed"] and card["narrowed"] == {}
    [row] = client.get("/orders", params={"figure": "overview/0/0", "figure_group": "web"}).json()["rows"]
    assert row["channel"] == "web"
    assert client.get("/orders", params={"figure": "overview/0/0", "figure_group": "x"}).json()["rows"] == []
    assert client.get("/orders", params={"figure": "overview/0/1"}).json()["code"] == "board.no_such_figure"
    assert "overview" in {each["name"] for each in client.get("/boards").json()}
    tried = client.post("/boards/try", json={"content": board}).json()
    assert tried["rows"] == client.get("/boards/overview").json()["rows"]
    drawn = {**board, "rows": [[{"metric": "orders_by_channel", "show": "map"}]]}
    refused = client.post("/boards/try", json={"content": drawn})
    assert (refused.status_code, refused.json()["code"]) == (409, "board.drawing_unfit")
    report = client.get("/reports/by_day").json()
    assert report["bucket"] == "day" and report["metrics"][0]["figures"][0]["bucket"]
    at = {"figure_group": "web", "figure_at": report["metrics"][0]["figures"][0]["bucket"]}
    [row] = client.get("/orders", params={"figure": "by_day.day/0/0", **at}).json()["rows"]
    assert row["channel"] == "web"
    refused = client.post("/documents/metric/orders_by_channel/retire", json={})
    assert refused.status_code == 409 and refused.json()["code"] == "document.reference_missing"
    assert {refused.json()["data"]["name"]} <= {"overview", "by_day"}
    assert refused.json()["data"]["because_of"] == "metric/orders_by_channel"


def test_a_report_is_read_by_other_pieces_of_time_and_leads_to_its_orders(client: httpx.Client, hub: Hub) -> None:
    publish(client, "orders_by_channel", METRIC, [], kind="metric")
    report = {"title": TITLE, "metrics": ["orders_by_channel"], "over": {"count": 5, "unit": "day"}}
    publish(client, "by_day", report, [], kind="report")
    publish(client, "closed", {**report, "drill": False}, [], kind="report")
    placed(client, "M-5")
    relaying.follow(hub, now=clock.now())
    assert [(each["name"], each["cards"]) for each in client.get("/reports").json()] == [("by_day", 1), ("closed", 1)]
    own = client.get("/reports/by_day").json()["metrics"][0]
    assert own["over"] == {"count": 5, "unit": "day"} and own["behind"] and own["summed"]
    by_week = client.get("/reports/by_day", params={"bucket": "week"}).json()
    [card] = by_week["metrics"]
    assert (by_week["bucket"], card["bucket"], card["over"]) == ("week", "week", {"count": 12, "unit": "week"})
    [figure] = card["figures"]
    asked = {"figure": "by_day.week/0/0", "figure_group": "web", "figure_at": figure["bucket"]}
    assert len(client.get("/orders", params=asked).json()["rows"]) == figure["value"] == 1
    before = (dt.datetime.fromisoformat(figure["bucket"]) - dt.timedelta(weeks=1)).isoformat()
    assert client.get("/orders", params={**asked, "figure_at": before}).json()["rows"] == []
    for nothing in ("by_day.week/1/0", "by_day.week/0/1", "closed.week/0/0", "other.week/0/0"):
        assert client.get("/orders", params={"figure": nothing}).status_code == 422, nothing
    hour = client.get("/reports/by_day", params={"bucket": "hour"})
    assert (hour.status_code, hour.json()["code"], hour.json()["data"]["got"]) == (422, "body.not_a_choice", "hour")


def test_a_key_sees_the_figures_of_its_channels(address: str, client: httpx.Client, key: Key) -> None:
    publish(client, "orders_by_channel", METRIC, [], kind="metric")
    placed(client, "M-3")
    told = client.post("/orders", json=order("M-4", channel="tmall"))
    assert told.status_code == 201, told.text
    with client_of(address, key("metrics:read", channels=["tmall"])) as one:
        figures = one.get("/metrics/orders_by_channel").json()["figures"]
        assert [each["groups"] for each in figures] == [["tmall"]]
        assert one.get("/metrics/orders_by_channel/orders").status_code == 403


def test_stages_are_called_hidden_and_marked_by_document(client: httpx.Client) -> None:
    track = {
        "stages": [{"anchor": "allocated", "hidden": True},
                   {"anchor": "confirmed", "title": {"zh": "已审", "en": "Approved"}},
                   {"anchor": "picked", "sources": ["robot"]}],
        "marks": [{"stage": "with_warehouse", "title": {"zh": "已下发", "en": "At the warehouse"},
                   "after": "allocated", "when": "released"}],
    }  # fmt: skip
    publish(client, "order", track, [], kind="stages")
    found = placed(client, "S-1")
    stays = client.get(f"/orders/{found['order']['order_no']}").json()["timeline"]["stays"]
    assert [(each["stage"], each["zh"]) for each in stays] == [("received", "待审单"), ("confirmed", "已审")]
    number = found["shipments"][0]["shipment_no"]
    assert client.post("/shipments/release", json={"shipment_nos": [number]}).status_code == 200
    stays = client.get(f"/orders/{found['order']['order_no']}").json()["timeline"]["stays"]
    assert stays[-1]["zh"] == "已下发"
    scan = client.post("/shipments/confirm", json=[{"shipment_no": number, "stage": "picked"}])
    assert scan.json()["outcomes"][0]["refused"]["code"] == "shipment.source_not_trusted"
