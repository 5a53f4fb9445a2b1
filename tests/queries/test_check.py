"""Check proves an honest workspace clean, and each promise broken by hand is found and named."""

import datetime as dt
import uuid
from collections.abc import Callable

import pytest
from tests import company, relaying

from orderloom.actions import audit, credit, orders, shipments, stock
from orderloom.actions.hub import Hub
from orderloom.domain import words
from orderloom.domain.orders import state
from orderloom.domain.stock import StockAdjusted
from orderloom.queries import check

Prove = Callable[..., check.Proof]


@pytest.fixture
def busy(hub: Hub, now: dt.datetime) -> Hub:
    """A company where everything has happened once: delivered, shipped, cancelled, held, backordered, paid, granted."""
    company.tiny(hub, now=now)
    delivered, cancelled, held, backordered, paid, plain = company.place(
        hub,
        company.draft("delivered", now=now),
        company.draft("cancelled", now=now),
        company.draft("held", customer_no="C2", now=now),
        company.draft("backordered", lines=[("MOTOR", 250)], customer_no="C2", now=now),
        company.draft("paid", now=now),
        company.draft("plain", now=now),
        now=now,
    )
    origin = company.origin()
    _ship(hub, delivered.order_no, ("picked", "packed", "shipped", "delivered"), now=now)
    _ship(hub, plain.order_no, ("picked",), now=now)
    orders.cancel(hub, [_id(cancelled)], reason="mistake", origin=origin, now=now)
    hold = state.Hold("hold.manual", state.Text("人工", "by hand"), blocks=["release"], at=now)
    orders.hold(hub, _id(held), hold=hold, origin=origin, now=now)
    payment = state.Payment("P-1", "transfer", paid.total_minor, now)
    orders.pay(hub, _id(paid), payment=payment, origin=origin, now=now)
    assert backordered.order_id is not None
    credit.grant(hub, "C1", actor="boss", now=now)
    credit.charge(hub, "C2", amount_minor=-50_000, reference="deposit", actor="boss", source="bank", now=now)
    stock.adjust(hub, [StockAdjusted("HOOK", "suzhou", -3, lot="L0218", bin="A-01")], actor="t", source="t", now=now)
    for number in range(3):
        audit.opened_sheet(hub, uuid.UUID(int=number), actor="ann", origin="test", now=now)
    relaying.seal_all(hub, now=now)
    return hub


@pytest.fixture
def prove(busy: Hub, now: dt.datetime) -> Prove:
    """Proves the busy company, whole unless told otherwise."""

    def made(*, whole: bool = True, processes: int = 1) -> check.Proof:
        plan = check.Plan(whole=whole, processes=processes)
        return check.prove(
            busy.database, busy.workspace, proof_id=busy.ids.new(now), clock=lambda: now, plan=plan
        )  # fmt: skip

    return made


def _id(outcome: orders.Outcome) -> uuid.UUID:
    assert outcome.order_id is not None
    return outcome.order_id


def _ship(hub: Hub, order_no: str, stages: tuple[str, ...], *, now: dt.datetime) -> None:
    number = f"{order_no}-1"
    done = shipments.release(hub, [number], origin=company.origin(), now=now)
    for stage in stages:
        source = "carrier" if stage == "delivered" else "pda"
        scan = shipments.Scan(number, stage, now, "picker")
        done += shipments.confirm(hub, [scan], origin=company.origin(source=source), now=now)
    assert not [each for each in done if getattr(each, "refused", each)]


# What this company has none of: tests of answers, records and approvals prove those.
_ELSEWHERE = ("answers", "records", "approvals")


def _codes(proof: check.Proof) -> set[str]:
    return {each.code for each in proof.findings}


def test_an_honest_company_is_proved_clean_with_the_count_of_what_was_proved(prove: Prove) -> None:
    proof = prove()
    assert [(each.code, each.subject, each.data) for each in proof.findings] == []
    assert proof.whole and proof.position > 0
    assert proof.counts["orders"] == 6
    assert proof.counts["accounts"] == 2
    assert proof.counts["messages"] == 6
    for what in words.catalogue()["proofs"]:
        assert proof.counts.get(what, 0) > 0 or what in _ELSEWHERE, what


def test_processes_of_their_own_prove_the_same(prove: Prove) -> None:
    alone, apart = prove(), prove(processes=2)
    assert (apart.counts, apart.findings) == (alone.counts, alone.findings)


@pytest.mark.parametrize(
    ("breaking", "codes"),
    [
        ("update orders set stage = 'delivered' where external_no = 'plain'", {"columns.differ"}),
        (
            "update orders set state = replace(state::text, '\"priority\":30', '\"priority\":31')::json"
            " where external_no = 'held'",
            {"fold.differs"},
        ),
        ("delete from orders where external_no = 'cancelled'", {"fold.no_row", "message.no_order"}),
        (
            "update orders set credit_reserved_minor = credit_reserved_minor + 1 where external_no = 'plain'",
            {"columns.differ", "account.reserved_differs"},
        ),
        (
            "delete from log where subject = (select order_id from orders where external_no = 'held') and n > 1",
            {"chain.head_differs", "fold.differs", "columns.differ", "seal.root_differs"},
        ),
        (
            "delete from log where subject = (select order_id from orders where external_no = 'held')",
            {"chain.head_differs", "fold.no_log", "seal.root_differs"},
        ),
        (
            'update log set body = replace(body::text, \'"actor":"tester"\', \'"actor":"nobody"\')::json'
            " where subject = (select order_id from orders where external_no = 'plain')",
            {"chain.broken"},
        ),
        ("update log set i = 9 - i where kind = 'order' and n = 1", {"seal.root_differs"}),
        ("update seals set root = decode(repeat('00', 32), 'hex')", {"seal.root_differs", "seal.chain_broken"}),
        (
            "delete from seals where first_position = (select max(first_position) from seals)",
            set(),  # What is not sealed yet is proved by its chains.
        ),
        ("update heads set n = n + 1 where subject in (select subject from accounts)", {"chain.head_differs"}),
        (
            "update shipments set stage = 'shipped' where stage = 'picked'",
            {"shipments.differ", "lot.reserved_differs"},
        ),
        (
            "update reservations set quantity = quantity + 1 where sku = 'JERKY'",
            {"reservations.differ", "pool.reserved_differs"},
        ),
        ("delete from backorders", {"backorders.differ"}),
        ("update stock_pools set reserved = reserved + 1 where sku = 'HOOK'", {"pool.reserved_differs"}),
        (
            "update stock_pools set on_hand = on_hand + 1 where sku = 'HOOK'",
            {"pool.on_hand_differs", "lots.not_their_pool"},
        ),
        (
            "update stock_lots set on_hand = on_hand - 1 where sku = 'MOTOR'",
            {"lot.on_hand_differs", "lots.not_their_pool"},
        ),
        ("update stock_lots set reserved = reserved + 1 where sku = 'MOTOR'", {"lot.reserved_differs"}),
        (
            "update movements set quantity = quantity - 1 where kind = 'shipped' and sku = 'HOOK'",
            {"movements.differ", "pool.on_hand_differs", "lot.on_hand_differs"},
        ),
        ("update accounts set used_minor = used_minor + 5", {"account.used_differs"}),
        ("update accounts set limit_minor = limit_minor + 5", {"account.differs"}),
        ("update audit set actor = 'bob' where n = 2", {"audit.chain_broken"}),
        ("update audit set hash = sha256('x') where n = 2", {"audit.chain_broken"}),
        ("delete from audit where n = 2", {"audit.chain_broken"}),
        ("delete from account_moves", {"account.differs", "account.used_differs"}),
        ("update grants set amount_minor = amount_minor * 2", {"account.differs"}),
    ],
)
def test_a_promise_broken_by_hand_is_found(busy: Hub, prove: Prove, breaking: str, codes: set[str]) -> None:
    with busy.database.workspace(busy.workspace) as connection:
        changed = connection.execute(breaking.encode()).rowcount
    assert changed > 0
    proof = prove()
    assert _codes(proof) == codes
    for finding in proof.findings:
        told = finding.told()
        assert "{" not in told.zh + told.en, told


def test_a_tail_cut_off_the_audit_trail_is_found(busy: Hub, prove: Prove) -> None:
    assert prove().counts["audit"] > 1
    with busy.database.workspace(busy.workspace) as connection:
        connection.execute("delete from audit where n = (select max(n) from audit)")
    assert _codes(prove()) == {"audit.lines_missing"}


def test_a_pool_oversold_beyond_its_guard_is_found(busy: Hub, prove: Prove) -> None:
    with busy.database.workspace(busy.workspace) as connection:
        connection.execute("alter table stock_pools drop constraint stock_pools_never_oversold")
        connection.execute("update stock_pools set on_hand = 0 where sku = 'MOTOR' and warehouse = 'suzhou'")
    try:
        assert "pool.oversold" in _codes(prove())
    finally:
        with busy.database.workspace(busy.workspace) as connection:
            connection.execute("truncate stock_pools")
            connection.execute(
                "alter table stock_pools add constraint stock_pools_never_oversold check (reserved <= on_hand)"
            )


def test_goes_on_from_the_last_clean_proof_and_finds_what_came_after(busy: Hub, prove: Prove, now: dt.datetime) -> None:
    whole = prove()
    nothing = prove(whole=False)
    assert not nothing.whole and nothing.counts.get("orders", 0) == 0
    [placed] = company.place(busy, company.draft("later", now=now), now=now)
    later = prove(whole=False)
    assert (later.whole, later.counts["orders"], later.findings) == (False, 1, [])
    with busy.database.workspace(busy.workspace) as connection:
        connection.execute("update orders set held = true where order_id = %s", [placed.order_id])
    assert _codes(prove(whole=False)) == {"columns.differ"}
    # A proof that found something is followed by a whole one.
    assert prove(whole=False).whole and whole.whole


def test_the_last_proof_can_be_read_again(busy: Hub, prove: Prove) -> None:
    proof = prove()
    with busy.database.workspace(busy.workspace) as connection:
        assert check.last(connection) == proof


def test_verify_looks_at_the_log_only_and_keeps_nothing(busy: Hub, now: dt.datetime) -> None:
    with busy.database.workspace(busy.workspace) as connection:
        connection.execute("update accounts set used_minor = used_minor + 5")
        connection.execute("update shipments set stage = 'shipped' where stage = 'picked'")
    proof = check.verify(busy.database, busy.workspace, proof_id=uuid.UUID(int=1), clock=lambda: now)
    assert _codes(proof) == {"shipments.differ"}
    with busy.database.workspace(busy.workspace) as connection:
        assert check.last(connection) is None


def test_writers_go_on_while_it_proves(busy: Hub, prove: Prove, now: dt.datetime) -> None:
    """What is written after the proof began is not seen by it, and not waited for."""
    seen: list[int] = []

    def place(done: int, ranges: int) -> None:
        company.place(busy, company.draft(f"meanwhile {done}", now=now), now=now)
        seen.append(ranges)

    plan = check.Plan(whole=True)
    proof = check.prove(
        busy.database, busy.workspace, proof_id=uuid.UUID(int=2), clock=lambda: now, plan=plan, progress=place
    )
    assert seen and proof.findings == [] and proof.counts["orders"] == 6


def test_every_finding_and_count_has_its_words() -> None:
    sections = words.catalogue()
    assert all(set(each) == {"zh", "en"} for section in sections.values() for each in section.values())
