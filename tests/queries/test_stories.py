"""The story of an order, the stream of events by position, search, quarantine and status tell what happened."""

import datetime as dt
import typing
import uuid

import msgspec
import pytest
from tests import company, relaying

from orderloom.actions import audit, orders, shipments
from orderloom.actions import messages as messages_actions
from orderloom.actions.hub import Hub
from orderloom.domain import log, words
from orderloom.domain.orders import stages, state
from orderloom.kit.refusals import Refused
from orderloom.queries import check, events, messages, search, status, timeline, viewer
from orderloom.queries.viewer import Viewer
from orderloom.store import messages as messages_store

ALL = viewer.everything("test")
WEB = Viewer(name="web", verbs=frozenset(), channels=frozenset({"web"}))
CHENGDU = Viewer(name="chengdu", verbs=frozenset(), warehouses=frozenset({"chengdu"}))


@pytest.fixture
def house(hub: Hub, now: dt.datetime) -> Hub:
    """The tiny company."""
    company.tiny(hub, now=now)
    return hub


def _deliver(hub: Hub, number: str, *, now: dt.datetime) -> None:
    shipments.release(hub, [number], origin=company.origin(), now=now + dt.timedelta(minutes=10))
    for hours, stage in enumerate(("picked", "packed", "shipped", "delivered"), 1):
        source = "carrier" if stage == "delivered" else "pda"
        at = now + dt.timedelta(hours=hours)
        scan = shipments.Scan(number, stage, at, "picker")
        [done] = shipments.confirm(
            hub, [scan], origin=company.origin(source=source), now=at + dt.timedelta(minutes=1)
        )  # fmt: skip
        assert not isinstance(done, Refused) and done.refused is None


def test_the_story_tells_each_event_in_both_languages_with_both_clocks(house: Hub, now: dt.datetime) -> None:
    [placed] = company.place(house, company.draft("a", now=now - dt.timedelta(hours=2)), now=now)
    _deliver(house, f"{placed.order_no}-1", now=now)
    with house.database.workspace(house.workspace) as connection:
        told = timeline.tell(connection, viewer=ALL, order_no=placed.order_no)
    assert told is not None
    assert [item.n for item in told.items] == list(range(1, len(told.items) + 1))
    received, delivered = told.items[0], told.items[-1]
    assert (received.type, received.zh, received.en) == ("order.received", "收到订单", "Order received")
    assert (received.at, received.recorded_at) == (now - dt.timedelta(hours=2), now)
    assert delivered.type == "shipment.delivered" and delivered.source == "carrier"
    assert delivered.recorded_at - delivered.at == dt.timedelta(minutes=1)
    assert received.position is None
    assert [message.state for message in told.messages] == ["done"]


def test_the_story_tells_which_rule_said_so_in_words(house: Hub, now: dt.datetime) -> None:
    [placed] = company.place(house, company.draft("a", lines=[("MOTOR", 250)], now=now), now=now)
    with house.database.workspace(house.workspace) as connection:
        told = timeline.tell(connection, viewer=ALL, order_id=placed.order_id)
    assert told is not None
    by_type = {item.type: item for item in told.items}
    [held] = by_type["order.held"].why
    assert (held.document, held.version, held.row) == ("holding", 1, "short_stock")
    assert held.zh == "现货不足，先冻结发货" and held.en
    assert {why.document for why in by_type["order.priced"].why} == {"promotions"}
    for named in ("order.graded", "credit.reserved", "order.sourced", "shipment.planned"):
        [why] = by_type[named].why
        assert why.row and why.zh and why.en and why.version == 1, named
    sourced = by_type["order.sourced"]
    assert sourced.why and {each["warehouse"] for each in sourced.why_not} == {"chengdu"}
    assert [leaving.state for leaving in told.leaving] and all(each.state == "waiting" for each in told.leaving)


def test_the_story_tells_the_stock_moved_and_the_time_in_each_stage(house: Hub, now: dt.datetime) -> None:
    [placed] = company.place(house, company.draft("a", now=now), now=now)
    _deliver(house, f"{placed.order_no}-1", now=now)
    with house.database.workspace(house.workspace) as connection:
        told = timeline.tell(connection, viewer=ALL, order_no=placed.order_no)
    assert told is not None
    moved = [(each.what, each.sku, each.quantity, each.lot) for item in told.items for each in item.moved]
    assert moved == [
        (what, sku, units, lot)
        for what, lot in (("reserved", ""), ("picked", "L0218"), ("shipped", "L0218"))
        for sku, units in (("JERKY", 2), ("HOOK", 1))
    ]
    assert [(stay.stage, stay.seconds) for stay in told.stays] == [
        ("received", 0),
        ("confirmed", 0),
        ("allocated", 3_600),
        ("picked", 3_600),
        ("packed", 3_600),
        ("shipped", 3_600),
        ("delivered", None),
    ]


def test_a_story_out_of_scope_is_not_told(house: Hub, now: dt.datetime) -> None:
    [placed] = company.place(house, company.draft("a", now=now), channel="tmall", now=now)
    with house.database.workspace(house.workspace) as connection:
        assert timeline.tell(connection, viewer=WEB, order_no=placed.order_no) is None
        assert timeline.tell(connection, viewer=CHENGDU, order_no=placed.order_no) is None
        assert timeline.tell(connection, viewer=ALL, order_no="OL-0") is None


def test_a_rule_published_later_does_not_change_the_story(house: Hub, now: dt.datetime) -> None:
    [placed] = company.place(house, company.draft("a", lines=[("MOTOR", 250)], now=now), now=now)
    with house.database.workspace(house.workspace) as connection:
        connection.execute(
            "insert into documents (kind, name, version, content, published_at)"
            " select kind, name, 2, replace(content::text, '现货不足', '新说法')::json, %s"
            " from documents where name = 'holding'",
            [now + dt.timedelta(days=1)],
        )
        told = timeline.tell(connection, viewer=ALL, order_no=placed.order_no)
    assert told is not None
    [held] = [item for item in told.items if item.type == "order.held"]
    assert held.why[0].version == 1 and held.why[0].zh.startswith("现货不足")


def test_positions_are_gapless_and_the_same_in_stream_and_story(house: Hub, now: dt.datetime) -> None:
    placed = company.place(house, *(company.draft(f"o{i}", now=now) for i in range(4)), now=now)
    relaying.follow(house, now=now)
    _deliver(house, f"{placed[2].order_no}-1", now=now)
    relaying.follow(house, now=now)
    seen: list[events.Event] = []
    with house.database.workspace(house.workspace) as connection:
        while True:
            read = events.after(connection, viewer=ALL, position=len(seen), count=7)
            seen += read.events
            assert read.position == len(seen)
            if not read.events:
                break
        assert events.last_position(connection) == len(seen)
        told = timeline.tell(connection, viewer=ALL, order_no=placed[2].order_no)
    assert told is not None
    assert [event.position for event in seen] == list(range(1, len(seen) + 1))
    mine = [(event.position, event.type) for event in seen if event.subject == told.order_id]
    assert mine == [(item.position, item.type) for item in told.items]


def test_the_stream_shows_a_viewer_the_events_in_scope_and_goes_on_past_the_others(
    house: Hub, now: dt.datetime
) -> None:
    [of_web] = company.place(house, company.draft("w", now=now), now=now)
    company.place(house, company.draft("t", now=now), channel="tmall", now=now)
    relaying.follow(house, now=now)
    with house.database.workspace(house.workspace) as connection:
        read = events.after(connection, viewer=WEB, position=0)
        assert {event.subject for event in read.events} == {of_web.order_id}
        assert read.position == events.last_position(connection)
        assert events.after(connection, viewer=CHENGDU, position=0).events == []


def test_nothing_is_shown_before_it_is_sealed(house: Hub, now: dt.datetime) -> None:
    company.place(house, company.draft("w", now=now), now=now)
    with house.database.workspace(house.workspace) as connection:
        assert events.after(connection, viewer=ALL, position=0) == events.Read([], 0)


@pytest.mark.parametrize(
    ("text", "matched"),
    [
        ("OL-20260218", {"order_no"}),
        ("ol-20260218-000001", {"order_no"}),
        ("000001", {"order_no"}),
        ("OL-20260218-000001-1", {"shipment_no"}),
        ("TM-77-88", {"external_no"}),
        ("7788", {"external_no"}),
        ("778899", {"external_no"}),
        ("1380", {"phone"}),
        ("138 0013 8000", {"phone"}),
        ("8000", {"phone"}),
        ("1380013", {"phone"}),
        ("王小明", {"name"}),
        ("王小", {"name"}),
        ("OL_2026", set()),
        ("%", set()),
        ("小明", set()),
        ("9999", set()),
    ],
)
def test_one_box_finds_an_order_by_any_part(house: Hub, now: dt.datetime, text: str, matched: set[str]) -> None:
    company.place(house, company.draft("TM-77-88-99", now=now), now=now)
    relaying.follow(house, now=now)
    with house.database.workspace(house.workspace) as connection:
        found = search.find(connection, viewer=ALL, text=text, fingerprint=house.sealer.fingerprint)
        hidden = search.find(connection, viewer=CHENGDU, text=text, fingerprint=house.sealer.fingerprint)
    assert {field for each in found for field in each.matched} == matched
    assert [each.external_no for each in found] == ["TM-77-88-99"] * bool(matched)
    assert hidden == []


def test_search_shows_the_newest_first_and_no_more_than_asked(house: Hub, now: dt.datetime) -> None:
    company.place(
        house, *(company.draft(f"N{i}", now=now - dt.timedelta(hours=i)) for i in range(5)), now=now
    )  # fmt: skip
    relaying.follow(house, now=now)
    with house.database.workspace(house.workspace) as connection:
        found = search.find(connection, viewer=ALL, text="8000", fingerprint=house.sealer.fingerprint, count=3)
    assert [each.external_no for each in found] == ["N0", "N1", "N2"]


def test_a_message_in_quarantine_is_told_in_words_and_opened_only_with_a_line_in_the_audit(
    house: Hub, now: dt.datetime
) -> None:
    kept = messages_actions.received(house, b'{"a": 1}', channel="web", external_no="bad", door="http", now=now)
    kept.state, kept.reason = "quarantined", {"code": "order.no_lines", "data": {"external_no": "bad"}}
    with house.database.workspace(house.workspace) as connection:
        messages_store.insert(connection, [kept])
        page = messages.page(connection, viewer=ALL, filters=messages.Filters())
        assert messages.page(connection, viewer=CHENGDU, filters=messages.Filters()).rows == []
        assert messages.counts(connection, viewer=WEB) == [("web", "order.no_lines", 1)]
        sealed = messages.sealed(connection, viewer=ALL, message_id=kept.message_id)
    [row] = page.rows
    assert (row.told is not None and "bad" in row.told.zh + row.told.en) or row.told.zh
    assert sealed is not None and sealed[1] is not None and b'"a"' not in sealed[1]
    opened = audit.open_message(house, kept.message_id, actor="auditor", origin="cli", now=now)
    assert opened == b'{"a": 1}'
    with house.database.workspace(house.workspace) as connection:
        lines = connection.execute("select actor, what, subject from audit where actor = 'auditor'").fetchall()
        connection.execute("update messages set sealed = null")
    assert lines == [("auditor", "message.opened", str(kept.message_id))]
    erased = audit.open_message(house, kept.message_id, actor="auditor", origin="cli", now=now)
    unknown = audit.open_message(house, uuid.UUID(int=5), actor="auditor", origin="cli", now=now)
    assert isinstance(erased, Refused) and erased.code == "message.erased"
    assert isinstance(unknown, Refused) and unknown.code == "message.unknown"


def test_status_tells_stages_holds_rate_and_what_waits(house: Hub, now: dt.datetime) -> None:
    placed = company.place(house, *(company.draft(f"o{i}", now=now) for i in range(3)), now=now)
    company.place(house, company.draft("t", now=now), channel="tmall", now=now)
    assert placed[0].order_id is not None and placed[1].order_id is not None
    hold = state.Hold("hold.manual", state.Text("人工", "by hand"), blocks=["release"], at=now)
    orders.hold(house, placed[0].order_id, hold=hold, origin=company.origin(), now=now)
    orders.cancel(house, [placed[1].order_id], reason="x", origin=company.origin(), now=now)
    relaying.follow(house, now=now)
    check.prove(house.database, house.workspace, proof_id=uuid.UUID(int=1), clock=lambda: now, plan=check.Plan())
    with house.database.workspace(house.workspace) as connection:
        whole = status.look(connection, viewer=ALL, now=now + dt.timedelta(minutes=2))
        part = status.look(connection, viewer=WEB, now=now)
    assert whole.stages == {"allocated": 3, "cancelled": 1}
    assert part.stages == {"allocated": 2, "cancelled": 1}
    assert whole.holds == part.holds == {"hold.manual": 1}
    with house.database.workspace(house.workspace) as connection:
        places = {row[0] for row in connection.execute("select distinct warehouse from shipments").fetchall()}
        there = msgspec.structs.replace(ALL, warehouses=frozenset(places))
        assert status.look(connection, viewer=there, now=now).holds == {"hold.manual": 1}
        nowhere = status.look(connection, viewer=msgspec.structs.replace(ALL, warehouses=frozenset()), now=now)
    assert (nowhere.stages, nowhere.holds) == ({}, {})
    assert (len(whole.minutes), whole.minutes[-3], sum(whole.minutes)) == (60, 4, 4)
    assert part.minutes[-1] == 3
    assert whole.events[-1].position == whole.position
    assert whole.leaving is not None and sum(each.waiting for each in whole.leaving) > 0
    assert whole.proof is not None and (whole.proof.whole, whole.proof.findings) == (True, 0)
    assert (whole.quarantined, whole.poisoned) == (0, 0)
    assert (part.leaving, part.proof, part.quarantined) == (None, None, None)


def test_every_event_and_stage_has_its_word() -> None:
    tags = {kind.__struct_config__.tag for kind in typing.get_args(log.AnyEvent)}
    assert tags - set(words.catalogue()["events"]) == set()
    assert {*stages.TRACK, "cancelled"} == set(words.catalogue()["stages"])
