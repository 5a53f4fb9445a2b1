"""Metrics computed from rows: each measure, each subject, in scope, and nothing but the vocabulary in the statement."""

import datetime as dt
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests import company, dictionaries

from orderloom.actions import records, shipments
from orderloom.actions.hub import Hub
from orderloom.domain import metrics
from orderloom.domain.documents import checking
from orderloom.domain.documents.kinds import Known
from orderloom.kit.refusals import Refused
from orderloom.queries import metrics as metrics_query
from orderloom.queries import viewer as viewers
from orderloom.rules import metrics as rules_metrics

TITLE = {"zh": "一", "en": "One"}
ALL = viewers.everything("tester")
KNOWN = Known({"fields": {"ticket": dictionaries.TICKET}})


@pytest.fixture
def house(hub: Hub, now: dt.datetime) -> Hub:
    """Three orders: two of web, one of tmall; the first is shipped and delivered, the last waits for goods."""
    company.tiny(hub, now=now)
    first, _ = company.place(hub, company.draft("A-1", now=now), company.draft("A-2", now=now), now=now)
    company.place(hub, company.draft("B-1", lines=[("MOTOR", 500)], now=now), channel="tmall", now=now)
    number = f"{first.order_no}-1"
    assert shipments.release(hub, [number], origin=company.origin(), now=now)[0].refused is None
    for hours, stage in enumerate(("picked", "packed", "shipped", "delivered"), 1):
        at = now + dt.timedelta(hours=hours)
        said = [shipments.Scan(number, stage, at, "li")]
        [outcome] = shipments.confirm(hub, said, origin=company.origin(), now=at)
        assert outcome.refused is None, outcome
    return hub


def figures(hub: Hub, now: dt.datetime, viewer: viewers.Viewer = ALL, **fields: Any) -> list[tuple[Any, ...]]:
    """(groups, value, count) of a metric, after its own check."""
    content = {"title": TITLE, **fields}
    assert checking.check(rules_metrics.KIND, "m", content, KNOWN) == []
    with hub.database.workspace(hub.workspace) as connection:
        made = metrics_query.compute(
            connection, metrics.read(content), viewer=viewer, zone="Asia/Shanghai", now=now + dt.timedelta(hours=6)
        )
    assert isinstance(made, metrics_query.Computed), made
    return [(tuple(each.groups), each.value, each.count) for each in made.figures]


def measured(hub: Hub, now: dt.datetime, **fields: Any) -> float | None:
    """The one figure of a metric."""
    [(_, value, _)] = figures(hub, now, **fields)
    return value


def test_orders_are_counted_by_field(house: Hub, now: dt.datetime) -> None:
    assert figures(house, now, of="orders", by=["channel"]) == [(("tmall",), 1, 1), (("web",), 2, 2)]
    assert figures(house, now, of="orders", by=["shipped", "channel"]) == [
        (("false", "tmall"), 1, 1),
        (("false", "web"), 1, 1),
        (("true", "web"), 1, 1),
    ]


def test_each_comparison_narrows(house: Hub, now: dt.datetime) -> None:
    def count(field: str, is_: str, value: Any = None) -> float | None:
        return measured(house, now, of="orders", where=[{"field": field, "is": is_, "value": value}])

    assert [count("channel", "eq", "web"), count("channel", "ne", "web")] == [2, 1]
    assert [count("channel", "in", ["web", "x"]), count("channel", "not_in", ["web", "x"])] == [2, 1]
    assert [count("total_minor", "gt", 10_000), count("total_minor", "le", 10_000)] == [1, 2]
    assert [count("hours_since_placed", "ge", 6), count("hours_since_placed", "lt", 6)] == [3, 0]
    assert [count("paid_at", "known"), count("paid_at", "unknown")] == [0, 3]
    assert [count("placed_at", "lt", now.isoformat()), count("placed_at", "ge", now.isoformat())] == [0, 3]
    assert count("custom.gift_combo", "known") == 0
    assert count("channel", "eq", "'; drop table orders; --") == 0


def test_each_measure_measures(house: Hub, now: dt.datetime) -> None:
    def of(kind: str, **more: Any) -> float | None:
        return measured(house, now, of="lines", measure={"kind": kind, **more})

    assert of("sum", field="quantity") == 506
    assert of("average", field="quantity") == pytest.approx(101.2)
    assert (of("least", field="quantity"), of("most", field="quantity")) == (1, 500)
    assert of("percentile", field="quantity", percentile=50) == 2
    assert of("share", where=[{"field": "sku", "is": "eq", "value": "JERKY"}]) == pytest.approx(40)
    empty = [{"field": "channel", "is": "eq", "value": "none"}]
    assert figures(house, now, of="lines", where=empty, measure={"kind": "average", "field": "quantity"}) == [
        ((), None, 0)
    ]


def test_shipments_holds_events_and_calls_are_counted(house: Hub, now: dt.datetime) -> None:
    on_time = {"kind": "share", "where": [{"field": "on_time", "is": "eq", "value": True}]}
    delivered = [{"field": "delivered", "is": "eq", "value": True}]
    assert measured(house, now, of="shipments", where=delivered, measure=on_time) == 100
    hours = {"kind": "average", "field": "hours_placed_to_delivered"}
    assert measured(house, now, of="shipments", where=delivered, measure=hours) == pytest.approx(4)
    picked = {"kind": "average", "field": "hours_placed_to_picked"}
    assert measured(house, now, of="shipments", measure=picked) == pytest.approx(1)
    paid = {"kind": "average", "field": "hours_paid_to_picked"}
    assert measured(house, now, of="shipments", measure=paid) is None  # On credit: nothing is paid yet.
    assert [row[0] for row in figures(house, now, of="shipments", by=["shipment_stage"])] == [
        ("allocated",),
        ("delivered",),
    ]
    assert figures(house, now, of="holds", by=["code"]) == [(("hold.short_stock",), 1, 1)]
    assert figures(house, now, of="events", by=["event"]) == []  # The relay has not been here.
    topics = {row[0][0]: row[1] for row in figures(house, now, of="calls", by=["topic"])}
    assert topics["warehouse"] >= 2


def test_pieces_of_time_and_spans_are_of_the_zone(house: Hub, now: dt.datetime) -> None:
    content = {"title": TITLE, "of": "orders", "bucket": "day", "over": {"count": 1, "unit": "day"}}
    late = dt.datetime(2026, 2, 18, 15, 59, tzinfo=dt.UTC)  # 23:59 in Shanghai, still the day of the orders.
    with house.database.workspace(house.workspace) as connection:
        for at, count in ((late, 3), (late + dt.timedelta(minutes=2), 0)):
            made = metrics_query.compute(connection, metrics.read(content), viewer=ALL, zone="Asia/Shanghai", now=at)
            assert isinstance(made, metrics_query.Computed)
            assert sum(each.count for each in made.figures) == count
            if count:
                assert made.figures[0].bucket == dt.datetime(2026, 2, 17, 16, tzinfo=dt.UTC)


def test_a_viewer_counts_only_what_is_in_scope(house: Hub, now: dt.datetime) -> None:
    web = viewers.Viewer(name="w", verbs=frozenset({"*"}), channels=frozenset({"web"}))
    nowhere = viewers.Viewer(name="n", verbs=frozenset({"*"}), warehouses=frozenset())
    for subject in ("orders", "lines", "shipments", "holds", "events", "calls"):
        assert sum(row[2] for row in figures(house, now, nowhere, of=subject)) == 0, subject
        assert sum(row[2] for row in figures(house, now, web, of=subject)) <= sum(
            row[2] for row in figures(house, now, of=subject)
        )
    assert figures(house, now, web, of="orders", by=["channel"]) == [(("web",), 2, 2)]


def test_a_figure_leads_to_its_orders(house: Hub, now: dt.datetime) -> None:
    metric = metrics.read({"title": TITLE, "of": "lines", "by": ["channel", "gift"]})
    with house.database.workspace(house.workspace) as connection:
        found = metrics_query.behind(
            connection, metric, of=metrics_query.Group(["web", "false"]), viewer=ALL, zone="Asia/Shanghai", now=now
        )
    assert isinstance(found, list) and len(found) == 2 and found == sorted(found, reverse=True)


@given(st.data())
@settings(max_examples=60)
def test_whatever_fits_the_schema_and_the_check_can_be_computed(database: Any, data: st.DataObject) -> None:
    subject = data.draw(st.sampled_from(sorted(metrics.FIELDS)))
    fields = metrics.FIELDS[subject]
    names = st.sampled_from([*fields, "custom.a", "custom.claim", "custom.due", "custom.topic", "custom.weight"])
    value = (
        st.none() | st.text(max_size=5) | st.integers(-5, 5) | st.booleans() | st.lists(st.text(max_size=3), max_size=2)
    )
    condition = st.fixed_dictionaries(
        {"field": names, "is": st.sampled_from(sorted(metrics_query._COMPARISONS)), "value": value}
    )
    measure = st.fixed_dictionaries(
        {"kind": st.sampled_from(["count", "sum", "average", "least", "most", "percentile", "share"])},
        optional={"field": names, "where": st.lists(condition, max_size=2)},
    )
    content = data.draw(
        st.fixed_dictionaries(
            {"title": st.just(TITLE), "of": st.just(subject), "where": st.lists(condition, max_size=3),
             "record": st.just("ticket" if subject == "records" else "")},
            optional={
                "measure": measure, "by": st.lists(names, max_size=2), "time": names,
                "bucket": st.sampled_from(["minute", "day", "quarter"]),
                "over": st.just({"count": 2, "unit": "week"}),
            },
        )
    )  # fmt: skip
    if checking.check(rules_metrics.KIND, "m", content, KNOWN):
        return
    now = dt.datetime(2026, 2, 18, tzinfo=dt.UTC)
    with database.workspace("test") as connection:
        made = metrics_query.compute(
            connection, msgspec.convert(content, metrics.Metric), viewer=ALL, zone="Asia/Shanghai", now=now
        )
    assert not isinstance(made, Refused)


def test_records_are_counted_by_their_own_fields(house: Hub, now: dt.datetime) -> None:
    dictionaries.publish(house, dictionaries.TICKET, now=now)
    with house.database.workspace(house.workspace) as connection:
        [order_no] = connection.execute("select order_no from orders where external_no = 'A-1'").fetchone() or ()
    tickets = [
        {"topic": "破损", "claim": 12.5, "urgency": "high", "reason": "急"},
        {"topic": "破损", "claim": 7.5},
        {"topic": "少件"},
    ]
    wanted = [records.Wanted(each, {"order": [order_no]} if each["topic"] == "少件" else {}) for each in tickets]
    told = records.create(house, "ticket", wanted, teller=records.Teller("tester", "console", now))
    assert all(isinstance(each, records.Told) for each in told), told

    def of(**fields: Any) -> list[tuple[Any, ...]]:
        return figures(house, now, of="records", record="ticket", **fields)

    assert of(by=["custom.topic"]) == [(("少件",), 1, 1), (("破损",), 2, 2)]
    assert of(measure={"kind": "sum", "field": "custom.claim"}) == [((), 20, 3)]
    dear = {"field": "custom.claim", "is": "ge", "value": 10}
    assert of(measure={"kind": "share", "where": [dear]}, by=["custom.topic"])[1] == (("破损",), 50, 2)
    assert of(where=[{"field": "custom.urgency", "is": "eq", "value": "high"}]) == [((), 1, 1)]
    assert of(where=[{"field": "custom.claim", "is": "unknown"}]) == [((), 1, 1)]
    assert of(bucket="week")[0][2] == 3
    metric = metrics.read({"title": TITLE, "of": "records", "record": "ticket", "by": ["custom.topic"]})
    web = viewers.Viewer(name="w", verbs=frozenset({"*"}), channels=frozenset({"web"}))
    with house.database.workspace(house.workspace) as connection:
        for group, orders in (("少件", [order_no]), ("破损", [])):
            assert orders == metrics_query.behind(
                connection, metric, of=metrics_query.Group([group]), viewer=ALL, zone="Asia/Shanghai", now=now
            )
        none = metrics_query.compute(connection, metric, viewer=web, zone="Asia/Shanghai", now=now)
        assert isinstance(none, metrics_query.Computed) and none.figures == []


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"record": "nothing"}, "metric.record_unknown"),
        ({}, "metric.record_unknown"),
        ({"record": "ticket", "by": ["custom.claim"]}, "metric.no_such_field"),
        ({"record": "ticket", "by": ["custom.phone"]}, "metric.no_such_field"),
        ({"record": "ticket", "measure": {"kind": "sum", "field": "custom.topic"}}, "metric.no_such_field"),
        ({"record": "ticket", "where": [{"field": "custom.claim", "is": "eq", "value": "x"}]}, "metric.value_unfit"),
    ],
)
def test_what_a_record_type_does_not_have_cannot_be_published(fields: dict[str, Any], code: str) -> None:
    content = {"title": TITLE, "of": "records", **fields}
    assert [each.code for each in checking.check(rules_metrics.KIND, "m", content, KNOWN)] == [code]


def test_expressions_narrow_and_share(house: Hub, now: dt.datetime) -> None:
    def count(when: str, **more: Any) -> float | None:
        return measured(house, now, of="orders", when=when, **more)

    assert [count("channel == 'web'"), count("channel == 'web' and shipped"), count("not shipped")] == [2, 1, 2]
    assert [count("total_minor - paid_minor > 10000"), count("paid_at == null")] == [1, 3]
    assert count("channel == 'web'", where=[{"field": "shipped", "is": "eq", "value": True}]) == 1, "both hold"
    assert measured(house, now, of="orders", measure={"kind": "share", "when": "shipped"}) == pytest.approx(100 / 3)
    assert count("""channel == "'; drop table orders; --" """) == 0
    assert figures(house, now, of="lines", when="sku == 'JERKY' and quantity > 1", by=["channel"]) == [(("web",), 2, 2)]


def test_a_ratio_divides_across_subjects_group_by_group(house: Hub, now: dt.datetime) -> None:
    dictionaries.publish(house, dictionaries.TICKET, now=now)
    wanted = [records.Wanted({"topic": "破损", "urgency": "high", "reason": "x"}), records.Wanted({"topic": "少件"})]
    told = records.create(house, "ticket", wanted, teller=records.Teller("t", "t", now))
    assert not [each for each in told if isinstance(each, Refused)]
    tickets = {"of": "records", "record": "ticket"}
    assert figures(house, now, **tickets, per={"of": "orders", "scale": 100}) == [((), pytest.approx(200 / 3), 3)]
    assert measured(house, now, **tickets, when="custom.urgency == 'high'", per={"of": "orders"}) == pytest.approx(
        1 / 3
    )
    delivered = {"of": "shipments", "when": "shipment_stage == 'delivered'"}
    by_channel = {**delivered, "by": ["channel"], "per": {"of": "orders"}}
    assert figures(house, now, **by_channel) == [(("tmall",), 0, 1), (("web",), 0.5, 2)]
    none_below = {"of": "orders", "by": ["channel"], "per": delivered}
    assert figures(house, now, **none_below) == [(("web",), 2, 1), (("tmall",), None, 0)]
    by_day = {**delivered, "bucket": "day", "per": {"of": "orders", "when": "channel == 'web'"}}
    assert figures(house, now, **by_day) == [((), 0.5, 2)]
    money = {"of": "orders", "measure": {"kind": "sum", "field": "total_minor"},
             "per": {"of": "lines", "measure": {"kind": "sum", "field": "quantity"}}}  # fmt: skip
    sums = [measured(house, now, of="orders", measure=money["measure"]),
            measured(house, now, of="lines", measure={"kind": "sum", "field": "quantity"})]  # fmt: skip
    assert sums[0] is not None and sums[1] and measured(house, now, **money) == pytest.approx(sums[0] / sums[1])


def test_a_ratio_is_of_the_viewers_scope(house: Hub, now: dt.datetime) -> None:
    dictionaries.publish(house, dictionaries.TICKET, now=now)
    web = viewers.Viewer(name="web", verbs=frozenset({"*"}), channels=frozenset({"web"}))
    both = {"of": "shipments", "when": "delivered", "per": {"of": "orders"}}
    assert figures(house, now, **both) == [((), pytest.approx(1 / 3), 3)]
    assert figures(house, now, web, **both) == [((), 0.5, 2)]
    unseen = {"of": "records", "record": "ticket", "per": {"of": "orders"}}
    assert figures(house, now, web, **unseen) == [], "what one does not see makes no figure of what one sees"
