import concurrent.futures
import datetime as dt
import uuid
from typing import Any

import pytest
from tests import company

from orderloom.actions import approvals, orders, reference
from orderloom.actions.hub import Hub
from orderloom.deciding.work import Outcome
from orderloom.domain import approvals as words
from orderloom.domain.approvals import Person
from orderloom.domain.ballots import Step
from orderloom.domain.orders import state
from orderloom.domain.orders.state import Text
from orderloom.kit.refusals import Refused
from orderloom.queries import check
from orderloom.store import approvals as approvals_store
from orderloom.store import orders as orders_store

NOW = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)
DIRECTOR = Person("Li", frozenset({"sales_director"}))


@pytest.fixture
def house(hub: Hub) -> Hub:
    company.tiny(hub, now=NOW)
    return hub


def rows(hub: Hub, text: str) -> list[tuple[Any, ...]]:
    with hub.database.workspace(hub.workspace) as connection:
        return connection.execute(text).fetchall()  # type: ignore[call-overload]


def proved(hub: Hub, now: dt.datetime) -> None:
    proof = check.verify(hub.database, hub.workspace, proof_id=uuid.UUID(int=1), clock=lambda: now)
    assert proof.findings == []


def refused_draft(hub: Hub) -> uuid.UUID:
    """An order of a customer without credit left, refused at the desk."""
    company.limit(hub, "C1", 100, now=NOW)
    placing = orders.Placing(company.draft("D-1", now=NOW))
    [outcome] = orders.place(hub, [placing], origin=orders.Origin("web", "desk", "sales", "console"), now=NOW)
    assert isinstance(outcome, Outcome) and outcome.refused is not None
    assert outcome.refused.code == "credit.short"
    return outcome.command_id


def test_urgent_credit_lets_the_refused_attempt_go_on_in_one_transaction(house: Hub) -> None:
    draft_id = refused_draft(house)
    wanted = words.CreditGrant("C1", 0, 0, draft_id=draft_id)
    asked = approvals.ask_credit(house, wanted, by="sales", reason="客户催货", now=NOW)
    assert isinstance(asked, words.Approval)
    assert isinstance(asked.grant, words.CreditGrant)
    assert (asked.grant.amount_minor, asked.grant.hours) == (5_000_000, 24)
    assert rows(house, "select kind, name from approval_asked") == [("role", "sales_director")]
    done = approvals.decide(house, asked.approval_id, person=DIRECTOR, verdict="approve", now=NOW)
    assert isinstance(done, approvals.Decided)
    assert done.approval.state == "approved"
    assert [(each.refused, each.stage) for each in done.outcomes] == [(None, "allocated")]
    assert rows(house, "select amount_minor, granted_by from grants") == [(5_000_000, "Li")]
    assert rows(house, "select resumed_at is not null from drafts") == [(True,)]
    together = rows(
        house,
        "select count(distinct kind) from log where xid = (select max(xid) from log) "
        "and kind in ('order', 'approval', 'account')",
    )
    assert together == [(3,)]
    proved(house, NOW)


def test_what_is_rejected_grants_nothing(house: Hub) -> None:
    draft_id = refused_draft(house)
    asked = approvals.ask_credit(
        house, words.CreditGrant("C1", 0, 0, draft_id=draft_id), by="sales", reason="", now=NOW
    )
    assert isinstance(asked, words.Approval)
    done = approvals.decide(house, asked.approval_id, person=DIRECTOR, verdict="reject", now=NOW)
    assert isinstance(done, approvals.Decided) and done.approval.state == "rejected"
    assert rows(house, "select * from grants") == [] and rows(house, "select * from orders") == []
    again = approvals.decide(house, asked.approval_id, person=DIRECTOR, verdict="approve", now=NOW)
    assert isinstance(again, Refused) and again.code == "approval.decided"
    told = rows(house, "select payload->>'code', payload->>'owner' from outbox where topic = 'notice' order by key")
    assert told == [("approval.asked", "sales_director"), ("approval.rejected", "sales")]
    proved(house, NOW)


def test_who_asks_does_not_approve(house: Hub) -> None:
    asked = approvals.ask_credit(house, words.CreditGrant("C1", 0, 0), by="Li", reason="", now=NOW)
    assert isinstance(asked, words.Approval)
    done = approvals.decide(house, asked.approval_id, person=DIRECTOR, verdict="approve", now=NOW)
    assert isinstance(done, Refused) and done.code == "approval.own_request"
    assert rows(house, "select * from grants") == []


def countersigned(hub: Hub) -> tuple[uuid.UUID, uuid.UUID]:
    """An order held for countersigning by two roles, and the approval that asks them."""
    [outcome] = company.place(hub, company.draft("H-1", now=NOW), now=NOW)
    assert outcome.order_id is not None
    hold = state.Hold(
        "customer.risky",
        Text("高风险客户", "Risky customer"),
        "risk",
        ["release"],
        at=NOW,
        countersign=["risk", "finance"],
    )
    held = orders.hold(hub, outcome.order_id, hold=hold, origin=company.origin(), now=NOW)
    assert held.refused is None and held.holds == ["customer.risky"]
    [(approval_id,)] = rows(hub, "select approval_id from approvals where state = 'open'")
    return outcome.order_id, approval_id


def test_a_countersigned_hold_comes_off_by_its_approval_only(house: Hub) -> None:
    order_id, approval_id = countersigned(house)
    alone = orders.release(house, order_id, code="customer.risky", reason="ok", origin=company.origin(), now=NOW)
    assert alone.refused is not None and alone.refused.code == "hold.needs_countersign"
    first = approvals.decide(house, approval_id, person=Person("Wu", frozenset({"risk"})), verdict="approve", now=NOW)
    assert isinstance(first, approvals.Decided) and first.outcomes == []
    last = approvals.decide(house, approval_id, person=Person("Xu", frozenset({"finance"})), verdict="approve", now=NOW)
    assert isinstance(last, approvals.Decided) and [each.holds for each in last.outcomes] == [[]]
    assert rows(house, "select held from orders") == [(False,)]
    assert rows(house, "select * from approval_asked") == []
    proved(house, NOW)


def test_an_approval_ends_with_the_order_it_was_about(house: Hub) -> None:
    order_id, approval_id = countersigned(house)
    orders.cancel(house, [order_id], reason="不要了", origin=company.origin(), now=NOW)
    assert rows(house, "select state from approvals") == [("withdrawn",)]
    late = approvals.decide(house, approval_id, person=Person("Wu", frozenset({"risk"})), verdict="approve", now=NOW)
    assert isinstance(late, Refused) and late.code == "approval.decided"
    proved(house, NOW)


def test_an_approved_amendment_is_made_as_it_was_approved(house: Hub) -> None:
    [outcome] = company.place(house, company.draft("A-1", now=NOW), now=NOW)
    assert outcome.order_id is not None
    grant = words.OrderAmend(outcome.order_id, {"changed": {"packing_request": "木箱"}})
    asking = words.Asking(
        f"order:{outcome.order_id}", words.Spec([Step(roles=["manager"])]), Text("改包装", "Repack"), grant, "sales"
    )
    asked = approvals.ask(house, asking, now=NOW)
    assert isinstance(asked, words.Approval)
    done = approvals.decide(
        house, asked.approval_id, person=Person("Wu", frozenset({"manager"})), verdict="approve", now=NOW
    )
    assert isinstance(done, approvals.Decided) and done.outcomes[0].refused is None
    with house.database.workspace(house.workspace) as connection:
        order = orders_store.lock(connection, [outcome.order_id])[outcome.order_id]
    assert order.packing_request == "木箱"
    unread = words.OrderAmend(outcome.order_id, {"lines_removed": "all"})
    bad = approvals.ask(house, words.Asking(asking.subject, asking.spec, asking.text, unread, "sales"), now=NOW)
    assert isinstance(bad, Refused) and bad.code == "approval.bad_change"
    proved(house, NOW)


def test_a_permission_counts_until_it_ends(house: Hub) -> None:
    grant = words.Permission("price.override", "order:7", 2)
    asking = words.Asking("order:7", words.Spec([Step(roles=["manager"])]), Text("改价", "Price"), grant, "sales")
    asked = approvals.ask(house, asking, now=NOW)
    assert isinstance(asked, words.Approval)

    def permitted(hours: int) -> uuid.UUID | None:
        at = NOW + dt.timedelta(hours=hours)
        with house.database.workspace(house.workspace) as connection:
            return approvals_store.permitted(connection, name="price.override", subject="order:7", now=at)

    assert permitted(0) is None
    manager = Person("Wu", frozenset({"manager"}))
    approvals.decide(house, asked.approval_id, person=manager, verdict="approve", now=NOW)
    assert (permitted(1), permitted(2)) == (asked.approval_id, None)


def test_a_deadline_passes_once(house: Hub) -> None:
    reference.enter_settings(
        house,
        {"credit_approval": {"steps": [{"roles": ["sales_director"]}], "deadline": {"minutes": 60, "then": "remind"}}},
        actor="test",
        now=NOW,
    )
    asked = approvals.ask_credit(house, words.CreditGrant("C1", 0, 0), by="sales", reason="", now=NOW)
    assert isinstance(asked, words.Approval)
    late = NOW + dt.timedelta(minutes=60)
    assert approvals.fire(house, now=late - dt.timedelta(seconds=1)) == 0
    assert approvals.fire(house, now=late) == 1 and approvals.fire(house, now=late) == 0
    assert rows(house, "select due_at from timers where kind = 'approval'") == [(late + dt.timedelta(hours=1),)]
    codes = rows(house, "select payload->>'code' from outbox where topic = 'notice' order by number")
    assert codes == [("approval.asked",), ("approval.reminded",)]
    proved(house, late)


def test_the_second_of_two_who_decide_at_once_hears_that_it_is_over(house: Hub) -> None:
    """Both have read the open approval; the one who comes second decides again on what is there now."""
    asked = approvals.ask_credit(house, words.CreditGrant("C1", 0, 0), by="sales", reason="", now=NOW)
    assert isinstance(asked, words.Approval)
    with concurrent.futures.ThreadPoolExecutor(4) as threads:
        people = [Person(f"D{i}", frozenset({"sales_director"})) for i in range(4)]
        done = list(
            threads.map(
                lambda person: approvals.decide(house, asked.approval_id, person=person, verdict="approve", now=NOW),
                people,
            )
        )
    assert sum(isinstance(each, approvals.Decided) for each in done) == 1
    assert {each.code for each in done if isinstance(each, Refused)} <= {"approval.decided", "approval.changed"}
    assert len(rows(house, "select * from grants")) == 1
    proved(house, NOW)


@pytest.mark.parametrize(
    ("tampering", "code"),
    [
        ("update approvals set state = 'approved'", "columns.differ"),
        ("update approvals set body = replace(body, '5000000', '9000000')", "fold.differs"),
        ("delete from approval_asked", "columns.differ"),
        ("delete from approvals", "fold.no_row"),
    ],
)
def test_an_approval_that_was_tampered_with_is_found(house: Hub, tampering: str, code: str) -> None:
    approvals.ask_credit(house, words.CreditGrant("C1", 0, 0), by="sales", reason="", now=NOW)
    rows(house, f"{tampering} returning 1")
    proof = check.verify(house.database, house.workspace, proof_id=uuid.UUID(int=1), clock=lambda: NOW)
    assert [each.code for each in proof.findings] == [code]
