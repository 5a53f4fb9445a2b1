"""Company A 华东工业品: its pack is in force in one revision, and its rules are at work on orders."""

import datetime as dt
from typing import Any

import msgspec
import pytest
from tests import company
from tests.world import opened

from orderloom.actions import approvals, orders, shipments, timers
from orderloom.actions.hub import Hub
from orderloom.deciding.work import Outcome
from orderloom.domain import approvals as approval_words
from orderloom.domain.mappings import drafts

MINUTE = dt.timedelta(minutes=1)
HOUR = dt.timedelta(hours=1)


@pytest.fixture
def huadong(hub: Hub, now: dt.datetime) -> Hub:
    """华东工业品 with its pack in force."""
    opened.company_of(hub, "huadong", now=now)
    return hub


def whole(external_no: str, *lines: tuple[str, int], hours: int = 96, now: dt.datetime, **how: Any) -> drafts.Draft:
    """An order with all twelve attributes, wanted in some hours."""
    made = opened.draft(external_no, *lines, now=now, **how)
    invoice = drafts.Invoice(title="公司 C1")
    return msgspec.structs.replace(made, requested_at=now + hours * HOUR, invoice=invoice)


def placed(hub: Hub, *wishes: drafts.Draft, now: dt.datetime) -> list[Outcome]:
    """Orders by the mini program."""
    return company.place(hub, *wishes, channel="mini_program", now=now)


def pass_time(hub: Hub, *, now: dt.datetime) -> None:
    """Let every timer fire that is due by now."""
    while timers.fire(hub, now=now):
        pass


def rows(hub: Hub, text: str) -> list[tuple[Any, ...]]:
    """What a statement finds in the workspace."""
    with hub.database.workspace(hub.workspace) as connection:
        return connection.execute(text.encode()).fetchall()


def test_what_a_person_enters_without_an_attribute_is_refused_and_what_a_channel_sends_waits(
    huadong: Hub, now: dt.datetime
) -> None:
    bare = opened.draft("BARE", now=now)
    desk = orders.Origin("website", "desk", "li", "console")
    [refused] = orders.place(huadong, [orders.Placing(bare)], origin=desk, now=now)
    assert isinstance(refused, Outcome) and refused.refused is not None
    assert refused.refused.code == "check.no_promise"
    [whole_one] = orders.place(huadong, [orders.Placing(whole("WHOLE", now=now))], origin=desk, now=now)
    assert isinstance(whole_one, Outcome) and whole_one.refused is None and whole_one.holds == []
    placed(huadong, bare, now=now)
    assert opened.holds(huadong, "BARE") == ["check.no_promise"]
    assert opened.order(huadong, "BARE").custom["touched"] == "check.no_promise"


def test_credit_stock_the_warehouses_task_and_the_receipt_are_of_one_submission(huadong: Hub, now: dt.datetime) -> None:
    [done] = placed(huadong, whole("WHOLE", ("MOTOR", 2), now=now), now=now)
    assert {"credit.reserved", "stock.reserved", "order.confirmed", "shipment.planned"} <= set(done.events)
    assert opened.order(huadong, "WHOLE").shipments[0].released_at == now
    assert rows(huadong, "select topic from outbox where topic in ('receipt', 'warehouse') order by 1") == [
        ("receipt",), ("warehouse",),
    ]  # fmt: skip
    assert opened.order(huadong, "WHOLE").custom.get("touched") is None


def test_what_nobody_audits_for_15_minutes_is_told_and_once_more_to_the_supervisor(
    huadong: Hub, now: dt.datetime
) -> None:
    placed(huadong, opened.draft("SLOW", now=now), opened.draft("SEEN", now=now), now=now)
    pass_time(huadong, now=now + 14 * MINUTE)
    assert opened.heard(huadong, "15 分钟未审核", now=now + 14 * MINUTE) == []
    later = now + 16 * MINUTE
    pass_time(huadong, now=later)
    assert len([each for each in opened.told(huadong, now=later) if "15 分钟未审核" in each[1]]) == 2
    seen = opened.order(huadong, "SEEN")
    orders.release(huadong, seen.order_id, code="check.no_promise", reason="已约定", origin=company.origin(), now=later)
    pass_time(huadong, now=now + 40 * MINUTE)
    escalated = [text for to, text in opened.told(huadong, now=now + 40 * MINUTE) if to == "order_supervisor"]
    assert escalated == [f"订单 {opened.order(huadong, 'SLOW').order_no} 半小时未审核"]


def test_short_stock_freezes_and_the_sales_rep_gets_the_substitutes(huadong: Hub, now: dt.datetime) -> None:
    placed(huadong, whole("SHORT", ("HOOK", 250), now=now), now=now)
    short = opened.order(huadong, "SHORT")
    assert opened.holds(huadong, "SHORT") == ["hold.short_stock"]
    assert all(each.released_at is None for each in short.shipments)
    assert opened.heard(huadong, "请与客户确认替代型号", now=now) == [short.owner]
    assert opened.heard(huadong, "请安排补货", now=now) == ["planner"]
    pass_time(huadong, now=now + 49 * HOUR)
    assert opened.heard(huadong, "缺货冻结已满两天", now=now + 49 * HOUR) == ["operations"]


@pytest.mark.parametrize(("second", "held", "cancelled"), [("approve", [], False), ("reject", [], True)])
def test_a_risky_customer_is_countersigned_by_finance_and_by_sales(
    huadong: Hub, now: dt.datetime, second: Any, held: list[str], cancelled: bool
) -> None:
    opened.customer(huadong, "RISKY", level="B", risk="high", now=now)
    placed(huadong, whole("R", customer_no="RISKY", paid=25, now=now), now=now)
    [(approval_id,)] = rows(huadong, "select approval_id from approvals where state = 'open'")
    verdicts: tuple[tuple[str, Any], ...] = (("finance", "approve"), ("sales_manager", second))
    for role, verdict in verdicts:
        assert opened.holds(huadong, "R") == ["hold.risky_customer"]
        person = approval_words.Person(role, frozenset({role}))
        decided = approvals.decide(huadong, approval_id, person=person, verdict=verdict, now=now)
        assert isinstance(decided, approvals.Decided), decided
    assert (opened.holds(huadong, "R"), opened.order(huadong, "R").cancelled) == (held, cancelled)


def test_what_is_not_collected_for_24_hours_goes_to_the_backup_carrier(huadong: Hub, now: dt.datetime) -> None:
    placed(huadong, whole("LATE", now=now), whole("IN_TIME", now=now), now=now)
    for number in ("LATE", "IN_TIME"):
        [shipment] = opened.order(huadong, number).shipments
        for stage in ("picked", "packed", "shipped")[: 2 if number == "LATE" else 3]:
            scan = shipments.Scan(shipment.shipment_no, stage, now, "周")
            [done] = shipments.confirm(huadong, [scan], origin=company.origin(source="wms"), now=now)
            assert isinstance(done, Outcome) and done.refused is None, done
    pass_time(huadong, now=now + 25 * HOUR)
    late = opened.order(huadong, "LATE")
    assert late.tags == ["备用承运商"] and opened.order(huadong, "IN_TIME").tags == []
    assert opened.heard(huadong, "未揽收", now=now + 25 * HOUR) == ["logistics"]
    assert opened.heard(huadong, "备用承运商配送", now=now + 25 * HOUR) == ["customer"]


def test_2400_motors_in_72_hours_are_bought_for_scheduled_and_given_room_at_once(
    huadong: Hub, now: dt.datetime
) -> None:
    wish = whole("MOTORS", ("MOTOR", 2400), price=10, hours=72, now=now)
    custom = {"material_for": 2000, "drawing_no": "DJ-24"}
    placed(huadong, msgspec.structs.replace(wish, kind="made_to_order", custom=custom), now=now)
    motors = opened.order(huadong, "MOTORS")
    assert (motors.grade, motors.priority) == ("urgent", 1)
    opened.carried_out(huadong, now=now)
    found = rows(
        huadong,
        "select type, state::json -> 'values' ->> 'quantity', state::json -> 'values' ->> 'line',"
        " state::json -> 'values' ->> 'shift' from records order by type",
    )
    assert found == [
        ("bin_reservation", "2400", None, None),
        ("purchase_draft", "400", None, None),
        ("work_order", "2400", "line_1", "early"),
    ]
    assert len(rows(huadong, "select 1 from record_links")) == 3
    [(draft_no,)] = rows(huadong, "select record_no from records where type = 'purchase_draft'")
    assert opened.heard(huadong, f"采购草稿 {draft_no} 已建", now=now) == ["purchasing"]
    assert opened.heard(huadong, "已排产", now=now) == ["customer"]
