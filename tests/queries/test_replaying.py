"""Whatever is done, in whatever order: replaying the log rebuilds the rows, and all promises hold."""

import datetime as dt
import random
import uuid
from collections.abc import Callable, Sequence
from decimal import Decimal
from typing import Any

import pytest
from tests import company, relaying

from orderloom.actions import credit, orders, shipments, stock
from orderloom.actions.hub import Hub
from orderloom.deciding.work import Outcome
from orderloom.domain import fold, log
from orderloom.domain.orders import events, state
from orderloom.domain.stock import StockAdjusted
from orderloom.kit.refusals import Refused
from orderloom.queries import check

STEPS = 120
SEEDS = range(4)


class Day:
    """A day of one seed: each step does something to the company, as people and machines would, also nonsense."""

    def __init__(self, hub: Hub, seed: int, now: dt.datetime) -> None:
        self.hub, self.dice, self.now = hub, random.Random(seed), now
        self.placed: list[uuid.UUID] = []
        self.done: dict[str, int] = {}

    def step(self) -> None:
        """Do something, a little later than before."""
        self.now += dt.timedelta(seconds=self.dice.randrange(1, 600))
        kinds: Sequence[tuple[Callable[[], Any], int]] = (
            (self._place, 6), (self._release, 4), (self._scan, 10), (self._amend, 4), (self._cancel, 1),
            (self._hold, 2), (self._unhold, 2), (self._pay, 3), (self._split, 2), (self._retry, 3), (self._adjust, 2),
            (self._grant, 1), (self._charge, 1),
        )  # fmt: skip
        [step] = self.dice.choices([kind for kind, _ in kinds], [weight for _, weight in kinds])
        answers = step()
        for answer in answers if isinstance(answers, list) else [answers]:
            refused = answer if isinstance(answer, Refused) else getattr(answer, "refused", None)
            assert refused is None or refused.code != "command.set_aside", answer
            told = f"{step.__name__}{' refused' if refused else ''}"
            self.done[told] = self.done.get(told, 0) + 1

    def _lines(self) -> list[tuple[str, int]]:
        skus = self.dice.sample(company.SKUS, self.dice.randrange(1, 4))
        return [(sku, self.dice.choice((1, 2, 5, 30))) for sku in skus]

    def _place(self) -> list[Outcome | Refused]:
        made = [
            company.draft(
                f"R{len(self.placed)}-{i}",
                lines=self._lines(),
                customer_no=self.dice.choice(["C1", "C2"]),
                now=self.now,
            )
            for i in range(self.dice.randrange(1, 4))
        ]
        asked = [orders.Placing(each) for each in [*made, made[0]]]  # The last one repeats the first.
        outcomes = orders.place(self.hub, asked, origin=company.origin(), now=self.now)
        for each in outcomes:
            assert isinstance(each, Outcome)
            if each.order_id is not None and each.order_id not in self.placed:
                self.placed.append(each.order_id)
        return outcomes

    def _one(self) -> state.Order:
        with self.hub.database.workspace(self.hub.workspace) as connection:
            body = connection.execute(
                "select state::text from orders where order_id = %s", [self.dice.choice(self.placed)]
            ).fetchone()
        assert body is not None
        return check.folding.orders_store.decode(body[0])

    def _some(self) -> tuple[state.Order, state.Shipment | None]:
        order = self._one()
        return order, self.dice.choice(order.shipments) if order.shipments else None

    def _release(self) -> Any:
        _, shipment = self._some()
        numbers = [shipment.shipment_no] if shipment else ["none"]
        return shipments.release(self.hub, numbers, origin=company.origin(), now=self.now)

    def _scan(self) -> Any:
        released = [each for _ in range(8) for each in self._one().shipments if each.released_at is not None]
        if not released:
            return []
        shipment = self.dice.choice(released)
        track = ["allocated", "picked", "packed", "shipped", "delivered"]
        following = track[min(track.index(shipment.stage) + 1, 4)] if shipment.stage in track else "picked"
        stage = self.dice.choice([following, following, following, "shipped"])
        source = self.dice.choice(["pda", "pda", "carrier", "console"])
        scan = shipments.Scan(shipment.shipment_no, stage, self.now, "picker")
        return shipments.confirm(self.hub, [scan], origin=company.origin(source=source), now=self.now)

    def _amend(self) -> Outcome:
        order = self._one()
        line = self.dice.choice(order.lines)
        units = self.dice.choice((1, 3, 40))
        changes: list[dict[str, Any]] = [
            {"lines_set": [state.Line(line.line_no, line.sku, units, units * 2500, price=Decimal(25))]},
            {"lines_set": [state.Line(90, "HOOK", units, units * 2500, price=Decimal(25))]},
            {"lines_removed": [line.line_no]},
            {"changed": {"notes": {"buyer": "quick"}}},
        ]
        change = self.dice.choice(changes)
        return orders.amend(
            self.hub, order.order_id, origin=company.origin(), now=self.now, change=change, reason="asked"
        )  # fmt: skip

    def _cancel(self) -> Any:
        return orders.cancel(
            self.hub, [self._one().order_id], reason="asked", origin=company.origin(), now=self.now
        )  # fmt: skip

    def _hold(self) -> Outcome:
        blocks = self.dice.sample(["release", "confirm", "reserve", "shipped"], 2)
        hold = state.Hold("hold.manual", state.Text("人工", "by hand"), blocks=blocks, at=self.now)
        return orders.hold(self.hub, self._one().order_id, hold=hold, origin=company.origin(), now=self.now)

    def _unhold(self) -> Any:
        order = self._one()
        if not order.holds:
            return []
        hold = self.dice.choice(order.holds)
        return orders.release(
            self.hub, order.order_id, code=hold.code, line_no=hold.line_no, reason="seen", origin=company.origin(),
            now=self.now,
        )  # fmt: skip

    def _pay(self) -> Outcome:
        order = self._one()
        amount = self.dice.choice((order.total_minor, order.total_minor // 2, 100)) or 100
        payment = state.Payment(f"P{self.dice.randrange(40)}", "transfer", amount, self.now)
        return orders.pay(self.hub, order.order_id, payment=payment, origin=company.origin(), now=self.now)

    def _split(self) -> Any:
        order, shipment = self._some()
        if shipment is None or not shipment.lines:
            return []
        line = self.dice.choice(shipment.lines)
        part = [state.ShipmentLine(order.order_no, line.line_no, max(1, line.quantity // 2))]
        return orders.split(
            self.hub, order.order_id, shipment_no=shipment.shipment_no, lines=part, origin=company.origin(),
            now=self.now,
        )  # fmt: skip

    def _retry(self) -> Any:
        return orders.retry(self.hub, self.placed[-5:], origin=company.origin(), now=self.now)

    def _adjust(self) -> Any:
        sku, warehouse = self.dice.choice(company.SKUS), self.dice.choice(company.WAREHOUSES)
        units = self.dice.choice((40, 5, -3, -60))
        booked = [StockAdjusted(sku, warehouse, units, lot="L0218", bin="A-01", reason="found")]
        return [
            answer or "booked" for answer in stock.adjust(self.hub, booked, actor="t", source="t", now=self.now)
        ]  # fmt: skip

    def _grant(self) -> Any:
        return credit.grant(self.hub, "C1", amount_minor=self.dice.randrange(1, 9_999), actor="boss", now=self.now)

    def _charge(self) -> Any:
        amount = self.dice.choice((-5_000, 7_000))
        return credit.charge(
            self.hub, "C2", amount_minor=amount, reference="r", actor="b", source="bank", now=self.now
        )  # fmt: skip


@pytest.mark.parametrize("seed", SEEDS)
def test_replaying_rebuilds_the_rows_whatever_was_done(hub: Hub, now: dt.datetime, seed: int) -> None:
    company.tiny(hub, now=now)
    day = Day(hub, seed, now)
    day._place()
    for _ in range(STEPS):
        day.step()
    relaying.seal_all(hub, now=day.now)
    plan = check.Plan(whole=True)
    proof = check.prove(hub.database, hub.workspace, proof_id=uuid.UUID(int=1), clock=lambda: day.now, plan=plan)
    assert [(each.told().en, each.data) for each in proof.findings] == []
    assert proof.counts["orders"] == len(day.placed)
    assert {"_scan", "_release", "_amend", "_pay"} <= day.done.keys(), day.done


def test_how_events_were_grouped_does_not_change_what_they_come_to(hub: Hub, now: dt.datetime) -> None:
    """A shipment that is replaced while another is out leaves no trace that depends on the grouping."""
    company.tiny(hub, now=now)
    [placed] = company.place(hub, company.draft("a", now=now), now=now)
    with hub.database.workspace(hub.workspace) as connection:
        bodies = connection.execute("select body::text from log where subject = %s", [placed.order_id]).fetchall()
    said: list[Any] = [event for (body,) in bodies for event in log.read(body).events]
    number = f"{placed.order_no}-1"
    planned = state.Shipment(f"{placed.order_no}-2", "chengdu", [])
    said += [
        events.ShipmentPlanned(planned),
        events.ShipmentShipped(number, state.Confirmation("shipped", now, "p", "pda")),
        events.ShipmentCancelled(planned.shipment_no),
        events.ShipmentPlanned(state.Shipment(f"{placed.order_no}-3", "chengdu", [])),
    ]
    apart = fold.fold(said)
    assert apart == fold.evolve_all(fold.evolve_all(None, said[:-2]), said[-2:])
    assert apart is not None and (apart.stage, apart.furthest) == ("allocated", "shipped")
