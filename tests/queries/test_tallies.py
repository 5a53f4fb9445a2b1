"""Tallies: what the relay adds up answers a metric as the rows do, follows what becomes of orders, and is nobody's who
may not see all of it."""

import datetime as dt
import uuid
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests import company, relaying

from orderloom.actions import orders, shipments
from orderloom.actions.hub import Hub
from orderloom.domain import metrics
from orderloom.domain.orders import state
from orderloom.kit import clock
from orderloom.queries import check, tallies, viewer
from orderloom.queries import metrics as metrics_query

TITLE = {"zh": "一", "en": "One"}
ALL = viewer.everything("tester")
ZONE = "Asia/Shanghai"
PART = {"web": viewer.Viewer(name="w", verbs=frozenset({"*"}), channels=frozenset({"web"})), "all": ALL}


@pytest.fixture
def house(hub: Hub, now: dt.datetime) -> Hub:
    """Orders of two channels: delivered, waiting for goods, held by hand, and one that came two days earlier."""
    company.tiny(hub, now=now)
    first, held = company.place(hub, company.draft("A-1", now=now), company.draft("A-2", now=now), now=now)
    company.place(hub, company.draft("B-1", lines=[("MOTOR", 500)], now=now), channel="tmall", now=now)
    company.place(hub, company.draft("B-2", now=now - dt.timedelta(days=2)), channel="tmall", now=now)
    relaying.follow(hub, now=now)
    hold = state.Hold("manual", state.Text("人工", "By hand"), blocks=["release"])
    orders.hold(hub, held.order_id, hold=hold, origin=company.origin(), now=now)
    number = f"{first.order_no}-1"
    assert shipments.release(hub, [number], origin=company.origin(), now=now)[0].refused is None
    for hours, stage in enumerate(("picked", "packed", "shipped", "delivered"), 1):
        at = now + dt.timedelta(hours=hours)
        shipments.confirm(hub, [shipments.Scan(number, stage, at, "li")], origin=company.origin(), now=at)
    relaying.follow(hub, now=now)
    return hub


def figures(hub: Hub, content: dict[str, Any], viewer: viewer.Viewer, now: dt.datetime, *, summed: bool) -> Any:
    """The figures of a metric, from the tallies if asked."""
    with hub.database.workspace(hub.workspace) as connection:
        return metrics_query.compute(
            connection, metrics.read({"title": TITLE, **content}), viewer=viewer, zone=ZONE,
            now=now + dt.timedelta(hours=6), summed=summed,
        )  # fmt: skip


def cells(hub: Hub) -> list[tuple[Any, ...]]:
    """All that is kept."""
    with hub.database.workspace(hub.workspace) as connection:
        return connection.execute("select * from tallies order by 1, 2, 3, 4, 5, 6, 7").fetchall()


FIELD = {
    "orders": ["channel", "province", "grade", "stage", "furthest", "shipped", "held", "cancelled", "intercepted"],
    "holds": ["channel", "province", "code"],
    "shipments": ["channel", "warehouse", "carrier", "shipment_stage", "delivered", "on_time"],
}
VALUES = {"shipped": True, "held": False, "cancelled": False, "intercepted": True, "delivered": True, "on_time": True}
HOURS = sorted(tallies.HOURS)


@st.composite
def _metrics(draw: st.DrawFn) -> dict[str, Any]:
    of = draw(st.sampled_from(sorted(FIELD)))

    def where() -> list[dict[str, Any]]:
        fields = draw(st.lists(st.sampled_from(FIELD[of]), max_size=2))
        return [
            {"field": each, "is": draw(st.sampled_from(["eq", "ne"])), "value": VALUES.get(each, "web")}
            for each in fields
        ]

    amount = {"orders": "total_minor", "holds": "total_minor", "shipments": "freight_cost_minor"}[of]
    measure = draw(
        st.sampled_from(
            [
                {"kind": "count"},
                {"kind": "sum", "field": amount},
                {"kind": "average", "field": amount},
                {"kind": "share"},
                *([{"kind": "average", "field": each} for each in HOURS] if of == "shipments" else []),
            ]
        )
    )
    if measure["kind"] == "share":
        measure = {**measure, "where": where()}
    content = {"of": of, "where": where(), "measure": measure,
               "by": draw(st.lists(st.sampled_from(FIELD[of]), unique=True, max_size=3))}  # fmt: skip
    if of == "shipments":
        instants = draw(st.lists(st.sampled_from(["picked_at", "shipped_at", "delivered_at"]), max_size=1))
        content["where"] += [{"field": each, "is": draw(st.sampled_from(["known", "unknown"]))} for each in instants]
        content["time"] = draw(st.sampled_from(["", "delivered_at"]))
    if of != "holds" and draw(st.booleans()):
        content["over"] = {"count": draw(st.integers(1, 72)), "unit": draw(st.sampled_from(["hour", "day", "week"]))}
        if draw(st.booleans()):
            content["bucket"] = draw(st.sampled_from(["hour", "day", "month"]))
    return content


def test_a_metric_comes_to_the_same_from_tallies_as_from_rows(house: Hub, now: dt.datetime) -> None:
    answered = 0

    @settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
    @given(_metrics(), st.sampled_from(sorted(PART)))
    def same(content: dict[str, Any], who: str) -> None:
        nonlocal answered
        metric = metrics.read({"title": TITLE, **content})
        answered += tallies.cut(metric, viewer=PART[who], zone=ZONE, now=now) is not None
        rows = figures(house, content, PART[who], now, summed=False)
        added_up = figures(house, content, PART[who], now, summed=True)
        assert [(each.bucket, each.groups, each.count) for each in added_up.figures] == [
            (each.bucket, each.groups, each.count) for each in rows.figures
        ]
        for one, other in zip(added_up.figures, rows.figures, strict=True):
            assert one.value == pytest.approx(other.value, abs=1e-6), content

    same()
    assert answered > 60


def test_tallies_are_the_rows_added_up_and_reading_twice_changes_nothing(house: Hub, now: dt.datetime) -> None:
    def proof() -> check.Proof:
        plan = check.Plan(whole=True, keep=False)
        return check.prove(house.database, house.workspace, proof_id=uuid.uuid4(), clock=clock.now, plan=plan)

    assert proof().findings == []
    before = cells(house)
    with house.database.workspace(house.workspace) as connection:
        connection.execute("update cursors set position = 0 where name = 'tallies'")
    relaying.follow(house, now=now)
    assert cells(house) == before
    with house.database.workspace(house.workspace) as connection:
        connection.execute("update tallies set weight = weight + 1 where cut = 'places' and channel = 'web'")
    assert {each.code for each in proof().findings} == {"tally.differs"}


def test_what_was_delivered_is_timed_by_its_delivery_and_answered_from_tallies(house: Hub, now: dt.datetime) -> None:
    """The figures that a company judges itself by cost the same however many orders there are."""
    asked: dict[str, Any] = {
        "of": "shipments", "where": [{"field": "delivered", "is": "eq", "value": True}], "time": "delivered_at",
        "over": {"count": 1, "unit": "day"},
    }  # fmt: skip
    share = {**asked, "measure": {"kind": "share", "where": [{"field": "on_time", "is": "eq", "value": True}]}}
    hours = {**asked, "measure": {"kind": "average", "field": "hours_placed_to_delivered"}}
    for content in (share, hours):
        assert tallies.cut(metrics.read({"title": TITLE, **content}), viewer=ALL, zone=ZONE, now=now) == "deliveries"
    [on_time] = figures(house, share, ALL, now, summed=True).figures
    [taken] = figures(house, hours, ALL, now, summed=True).figures
    assert (on_time.value, on_time.count) == (100, 1)
    assert taken.value == pytest.approx(4, abs=0.01)


def test_who_is_limited_gets_only_own_sums(house: Hub, now: dt.datetime) -> None:
    content = {"of": "shipments", "by": ["warehouse"]}
    [mine] = figures(house, content, ALL, now, summed=True).figures
    there = viewer.Viewer(name="w", verbs=frozenset({"*"}), warehouses=frozenset({mine.groups[0]}))
    elsewhere = viewer.Viewer(name="w", verbs=frozenset({"*"}), warehouses=frozenset({"elsewhere"}))
    own = viewer.Viewer(name="w", verbs=frozenset({"*"}), owners=frozenset({"user/nobody"}))
    assert figures(house, content, there, now, summed=True).figures == [mine]
    for who in (elsewhere, own):
        for asked in (content, {"of": "orders", "by": ["channel"]}, {"of": "holds", "by": ["code"]}):
            assert figures(house, asked, who, now, summed=True).figures == [], (who, asked)
    orders_here = figures(house, {"of": "orders"}, there, now, summed=True)
    assert orders_here == figures(house, {"of": "orders"}, there, now, summed=False)


def test_no_order_that_is_held_after_it_was_picked_counts_as_intercepted(house: Hub, now: dt.datetime) -> None:
    content = {"of": "orders", "by": ["intercepted", "channel"], "over": {"count": 7, "unit": "day"}}
    found = {tuple(each.groups): each.value for each in figures(house, content, ALL, now, summed=True).figures}
    assert found == {("false", "tmall"): 2, ("false", "web"): 1, ("true", "web"): 1}
    with house.database.workspace(house.workspace) as connection:
        [(done,)] = connection.execute("select order_id from orders where stage = 'delivered'").fetchall()
    hold = state.Hold("late", state.Text("晚", "Late"), blocks=[])
    orders.hold(house, done, hold=hold, origin=company.origin(), now=now)
    relaying.follow(house, now=now)
    again = {tuple(each.groups): each.value for each in figures(house, content, ALL, now, summed=True).figures}
    assert again == found
