"""Publishing a flow that runs: the waiting runs are replayed first, stay on their version, or are moved on purpose."""

import datetime as dt
from typing import Any

import pytest
from tests import company
from tests.actions.test_flows import HOLD, MINUTES, RELEASE, TELLER, TEXT, TRIGGER, WAIT, order, prove, publish

from orderloom.actions import documents, flow_replays, timers
from orderloom.actions.documents import Proposal, Publication
from orderloom.actions.hub import Hub
from orderloom.kit import limits

TAG = {"kind": "action", "id": "tag", "do": "order.tag", "values": {"tags": ["new"]}}
ENDLESS = {"kind": "wait", "id": "w2", "minutes": 60}


@pytest.fixture
def house(hub: Hub, now: dt.datetime) -> Hub:
    """Two runs that wait at w; one began on the first version, one on the second."""
    company.tiny(hub, now=now)
    publish(hub, "look", [TRIGGER, HOLD, WAIT, RELEASE], now=now)
    return hub


def published(hub: Hub, nodes: list[dict[str, Any]], now: dt.datetime) -> Publication:
    edges = [{"from": nodes[at]["id"], "to": nodes[at + 1]["id"]} for at in range(len(nodes) - 1)]
    made = documents.publish(
        hub,
        [Proposal("flow", "look", {"title": TEXT, "nodes": nodes, "edges": edges})],
        comment="",
        actor="amy",
        now=now,
    )
    assert isinstance(made, Publication), made
    return made


def told(made: Publication) -> list[tuple[str, str, dict[str, Any]]]:
    return [(each.finding.code, each.finding.path, dict(each.finding.data)) for each in made.findings]


def test_what_fits_is_counted_stays_on_its_version_and_is_moved_on_purpose(house: Hub, now: dt.datetime) -> None:
    placed = company.place(house, *(company.draft(f"R-{each}", now=now) for each in range(3)), now=now)
    made = published(house, [TRIGGER, HOLD, WAIT, RELEASE, TAG], now)
    data = {"name": "look", "runs": 3, "replayed": 3, "fit": 3, "stuck": 0}
    assert told(made) == [("flow.runs_waiting", "", data)]
    assert [order(house, each).runs[0].version for each in placed] == [1, 1, 1], "they stay unless they are moved"
    [moved] = flow_replays.move(house, made.published, teller=TELLER, now=now)
    assert (moved.moved, moved.left) == (3, 0)
    timers.fire(house, now=now + MINUTES)
    assert [order(house, each).tags for each in placed] == [["new"]] * 3
    assert prove(house, now + MINUTES).findings == []


def test_what_would_be_stuck_is_told_with_its_node_and_finishes_on_its_version(house: Hub, now: dt.datetime) -> None:
    [placed] = company.place(house, company.draft("R-1", now=now), now=now)
    made = published(house, [TRIGGER, HOLD, ENDLESS, RELEASE, TAG], now)
    assert told(made) == [
        ("flow.runs_waiting", "", {"name": "look", "runs": 1, "replayed": 1, "fit": 0, "stuck": 1}),
        ("flow.runs_stuck", "/nodes/1", {"node": "hold", "runs": 1}),
        ("flow.runs_stuck", "", {"node": "w", "runs": 1}),
    ]
    [moved] = flow_replays.move(house, made.published, teller=TELLER, now=now)
    assert (moved.moved, moved.left) == (0, 1)
    timers.fire(house, now=now + MINUTES)
    assert order(house, placed).holds == [] and order(house, placed).tags == [], "the first version was gone to its end"


def test_a_flow_without_waiting_runs_is_published_without_a_word(house: Hub, now: dt.datetime) -> None:
    assert told(published(house, [TRIGGER, HOLD, WAIT, RELEASE, TAG], now)) == []


def test_of_very_many_runs_some_of_each_version_are_replayed(
    house: Hub, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "FLOW_REPLAYED_MAX", 4)
    company.place(house, *(company.draft(f"R-{each}", now=now) for each in range(5)), now=now)
    published(house, [TRIGGER, HOLD, WAIT, RELEASE, TAG], now)
    company.place(house, *(company.draft(f"S-{each}", now=now) for each in range(5)), now=now)
    made = published(house, [TRIGGER, HOLD, WAIT, RELEASE, {**TAG, "values": {"tags": ["newer"]}}], now)
    assert told(made)[0][2] == {"name": "look", "runs": 10, "replayed": 4, "fit": 4, "stuck": 0}
    [moved] = flow_replays.move(house, made.published, teller=TELLER, now=now)
    assert (moved.moved, moved.left) == (10, 0), "moving goes on page by page"


def test_a_flow_that_is_about_something_else_now_leaves_its_runs_where_they_are(house: Hub, now: dt.datetime) -> None:
    company.place(house, company.draft("R-1", now=now), now=now)
    by_hand = {"kind": "trigger", "id": "t", "on": "manual"}
    content = {"title": TEXT, "of": "workspace", "nodes": [by_hand, WAIT], "edges": [{"from": "t", "to": "w"}]}
    made = documents.publish(house, [Proposal("flow", "look", content)], comment="", actor="amy", now=now)
    assert isinstance(made, Publication), made
    assert told(made)[0][2]["stuck"] == 1
    [moved] = flow_replays.move(house, made.published, teller=TELLER, now=now)
    assert (moved.moved, moved.left) == (0, 1)
