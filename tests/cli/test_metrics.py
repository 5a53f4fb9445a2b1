"""Metrics, boards, reports and alerts at the command line."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from tests import company, relaying

from orderloom.actions import documents
from orderloom.actions.hub import Hub
from orderloom.kit import clock
from orderloom.worker import alerts

TITLE = {"zh": "订单数", "en": "Orders"}


@pytest.fixture
def figured(founded: Hub) -> Hub:
    """The tiny company with one order, a metric, a board, a report and an alert."""
    now = clock.now()
    contents: dict[tuple[str, str], dict[str, Any]] = {
        ("metric", "orders"): {"title": TITLE, "of": "orders", "by": ["channel"], "unit": "单"},
        ("board", "overview"): {"title": TITLE, "rows": [[{"metric": "orders", "bad": 5}]]},
        ("report", "by_day"): {"title": TITLE, "metrics": ["orders"]},
        ("alert", "some"): {"title": TITLE, "metric": "orders", "is": "ge", "bound": 1, "notify": [{"to": "ops"}]},
    }
    proposals = [documents.Proposal(kind, name, content) for (kind, name), content in contents.items()]
    assert isinstance(documents.publish(founded, proposals, comment="", actor="t", now=now), documents.Publication)
    company.place(founded, company.draft("M-1", now=now), now=now)
    relaying.follow(founded, now=now)
    return founded


def test_a_metric_is_shown_by_its_groups_and_leads_to_orders(figured: Hub, run, read) -> None:
    assert read("metric", "show", "orders")["figures"] == [
        {"bucket": None, "groups": ["web"], "value": 1.0, "count": 1}
    ]
    assert "web" in run("metric", "show", "orders").output
    found = run("metric", "orders", "orders", "--group", "web").output
    assert found.startswith("OL-") and run("metric", "orders", "orders", "--group", "x").output == ""
    assert run("metric", "show", "nothing").exit_code == 1
    assert run("metric", "orders", "nothing").exit_code == 1


def test_boards_and_reports_are_shown(figured: Hub, run, read) -> None:
    assert read("metric", "board", "overview")["rows"][0][0]["bad"] == 5
    assert "订单数" in run("metric", "board", "overview").output
    assert f"{clock.now() + dt.timedelta(hours=8):%Y-%m-%d}" in run("metric", "report", "by_day").output
    assert run("metric", "board", "by_day").exit_code == 1


def test_alerts_that_stand_are_listed(figured: Hub, run, read) -> None:
    assert read("metric", "alerts") == []
    assert alerts.look(figured, now=clock.now()) == 1
    [standing] = read("metric", "alerts")
    assert (standing["alert"], standing["key"], standing["value"]) == ("some", "web", 1.0)
    assert "some" in run("metric", "alerts").output


def test_an_alert_or_its_draft_is_tried_on_the_past(figured: Hub, run, read, tmp_path: Path) -> None:
    past = read("metric", "past", "some", "--days", "1")
    assert (past["told"], [each["groups"] for each in past["rung"]]) == (1, [["web"]])
    shown = run("--lang", "en", "metric", "past", "some", "--days", "1")
    assert "told 1 times" in shown.output and "web" in shown.output
    file = tmp_path / "some.yaml"
    file.write_text(run("document", "show", "alert", "some").output.replace("bound: 1", "bound: 2"), "utf-8")
    assert run("document", "save", "alert", "some", str(file)).exit_code == 0
    assert read("metric", "past", "some")["told"] == 0, "the draft goes before what is in force"
    assert run("metric", "past", "nothing").exit_code == 1
