"""速联汽配: its pack comes into force in one revision, and its rules are at work when people order."""

import datetime as dt

import pytest
from tests import company
from tests.world import opened, placing

from orderloom.actions import approvals, reference, timers
from orderloom.actions.hub import Hub
from orderloom.domain.approvals import Person
from orderloom.domain.customers import Customer
from orderloom.domain.orders import state
from orderloom.outbox import drain
from orderloom.outbox.senders import SENDERS
from orderloom.worker import alerts

HOUR = dt.timedelta(hours=1)
DIRECTOR = Person("陈总监", frozenset({"sales_director"}))
FIVE = ("frequency", "margin", "punctuality", "service_load", "referrals")


@pytest.fixture
def house(hub: Hub, now: dt.datetime) -> Hub:
    """Two centres with 100 of each part, workshops W1 and W2 with credit."""
    opened.company_of(hub, "sulian", now=now)
    workshops = [
        Customer(each, f"修理厂 {each}", level="B", segment="workshop", risk="low", account=each,
                 invoice=state.Invoice(f"{each} 汽修", "91320500MA1"), custom=dict.fromkeys(FIVE, score))
        for each, score in (("W1", 50), ("W2", 85))
    ]  # fmt: skip
    reference.enter_customers(hub, workshops, actor="test", now=now)
    for each in ("W1", "W2"):
        company.limit(hub, each, 1_000_000, now=now)
    return hub


def fired(hub: Hub, *, now: dt.datetime) -> None:
    """Let everything go on that has come due."""
    while timers.fire(hub, now=now) or drain.drain(hub, SENDERS, outside=False, now=now):
        pass


def test_the_pack_is_in_force_in_one_revision(hub: Hub, now: dt.datetime) -> None:
    placing.applied(hub, "sulian", now=now)


def test_a_phone_order_is_completed_from_what_the_workshop_always_does(house: Hub, now: dt.datetime) -> None:
    made = placing.draft("P-1", ("HOOK", 2, "20"), customer_no="W1", payment_method="", now=now)
    [order] = placing.taken(house, made, channel="phone", door="desk", now=now)
    assert (order.payment_method, order.invoice.title) == ("credit", "W1 汽修")
    assert order.filled["payment_method"] == "phone_completion#workshop_credit"
    assert order.filled["invoice.title"] == "customer"
    assert order.stage == "allocated" and order.owner == "dispatcher"


def test_300_km_first_then_a_neighbours_transfer_then_production(house: Hub, now: dt.datetime) -> None:
    def sourced(number: str, quantity: int) -> state.Order:
        made = placing.draft(number, ("HOOK", quantity, "20"), customer_no="W1", payment_method="wechat", paid=50_000,
                             paid_at=now - 3 * HOUR, now=now)  # fmt: skip
        [order] = placing.taken(house, made, channel="mini_program", now=now)
        return order

    near = sourced("M-1", 40)
    assert [each.warehouse for each in near.shipments] == ["suzhou"] and near.stage == "allocated"
    beyond = sourced("M-2", 80)  # 60 are left near by; Chengdu is 1,400 km away and has them.
    assert [(each.warehouse, each.quantity) for each in beyond.reservations] == [("suzhou", 60)]
    assert opened.heard(house, "调", now=now) == ["planning"]
    nobody = sourced("M-3", 500)
    assert nobody.stage == "backordered" and nobody.backordered
    fired(house, now=now)
    assert "planner" in opened.heard(house, "待产单", now=now)
    fired(house, now=now + 25 * HOUR)
    assert opened.heard(house, "一天没有排产", now=now + 25 * HOUR) == ["production_manager"]


def test_beyond_the_balance_a_director_on_a_phone_gives_50000_for_24_hours(house: Hub, now: dt.datetime) -> None:
    dear = [("MOTOR", 20, "600")]
    no = placing.refused(house, placing.draft("C-1", *dear, customer_no="W1", payment_method="credit", now=now),
                         channel="phone", now=now)  # fmt: skip
    assert no.code == "credit.short"
    placing.taken(house, placing.draft("C-2", *dear, customer_no="W1", payment_method="credit", now=now),
                  channel="taobao_enterprise", now=now)  # fmt: skip
    assert opened.holds(house, "C-2") == ["credit.short"]
    assert placing.figures(house, "credit_waiting", now=now) == {(): 1}
    with house.database.workspace(house.workspace) as connection:
        [(asked,)] = connection.execute("select approval_id from approvals").fetchall()
    clerk = Person("小王", frozenset({"planner"}))
    assert not isinstance(approvals.decide(house, asked, person=clerk, verdict="approve", now=now), approvals.Decided)
    done = approvals.decide(house, asked, person=DIRECTOR, verdict="approve", now=now)
    assert isinstance(done, approvals.Decided), done
    fired(house, now=now)
    after = opened.order(house, "C-2")
    assert after.holds == [] and after.credit_reserved_minor == after.total_minor > 1_000_000
    with house.database.workspace(house.workspace) as connection:
        given = connection.execute("select amount_minor, expires_at, scope from grants").fetchall()
    assert given == [(5_000_000, now + 24 * HOUR, after.order_no)]


@pytest.mark.parametrize(
    ("number", "fields", "grade", "owner"),
    [
        ("U-1", {"requested_hours": 3, "paid": 40}, "urgent", "expeditor"),
        ("U-2", {"requested_hours": 3}, "ordinary", "dispatcher"),
        ("U-3", {"requested_hours": 5, "paid": 40}, "ordinary", "dispatcher"),
        ("U-4", {"kind": "made_to_order", "paid": 40}, "oem", "planner"),
        ("U-5", {"customer_no": "W2", "paid": 40}, "vip", "key_account"),
    ],
)
def test_what_is_urgent_and_who_owns_it(
    house: Hub, now: dt.datetime, number: str, fields: dict[str, object], grade: str, owner: str
) -> None:
    hours = fields.pop("requested_hours", None)
    stated = {"customer_no": "W1", "payment_method": "wechat", "now": now, **fields}
    if isinstance(hours, int):
        stated["requested_at"] = now + hours * HOUR
    if "paid" in fields:
        stated |= {"paid_at": now - 3 * HOUR, "total": 40, "custom": {"drawing_no": "D-1"}}
    [order] = placing.taken(
        house, placing.draft(number, ("HOOK", 2, "20"), **stated), channel="taobao_enterprise", now=now
    )
    assert (order.grade, order.owner) == (grade, owner)
    released = [each.released_at is not None for each in order.shipments]
    assert released == ([True] if grade == "urgent" else [False] * len(released))


def test_two_hours_in_a_stage_are_told_to_the_owner_by_wecom_then_up(house: Hub, now: dt.datetime) -> None:
    made = placing.draft("S-1", ("HOOK", 2, "20"), customer_no="W1", payment_method="", now=now)
    [order] = placing.taken(house, made, channel="phone", now=now)
    assert order.stage == "allocated"
    fired(house, now=now + 2 * HOUR - dt.timedelta(minutes=1))
    assert opened.heard(house, "超时", now=now + 2 * HOUR) == []
    fired(house, now=now + 2 * HOUR)
    assert opened.heard(house, "本环节已超时", now=now + 2 * HOUR) == ["warehouse"]
    fired(house, now=now + 3 * HOUR)
    assert opened.heard(house, "一小时后仍未推进", now=now + 3 * HOUR) == ["regional_manager"]


def test_a_customers_value_is_weighed_each_week_and_a_run_is_told_ahead(house: Hub, now: dt.datetime) -> None:
    scores = dict(zip(FIVE, (90, 80, 70, 60, 50), strict=True))  # 27 + 20 + 14 + 9 + 5
    placing.recorded(house, "customer_value", {"customer_no": "W2", "week": "2026-02-16", **scores}, now=now)
    assert placing.figures(house, "customer_value", now=now) == {("good",): 75}
    pad = {"sku": "MOTOR", "region": "east", "search_growth_percent": 210}
    placing.recorded(house, "demand_signal", pad | {"dearer_competitors": 2}, now=now)
    alerts.look(house, now=now)
    assert opened.heard(house, "将热销", now=now) == []
    placing.recorded(house, "demand_signal", pad | {"dearer_competitors": 3}, now=now)
    alerts.look(house, now=now + dt.timedelta(minutes=1))
    assert opened.heard(house, "将热销", now=now + dt.timedelta(minutes=1)) == ["buyer", "planner"]
