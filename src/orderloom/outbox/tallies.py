"""Tallies: what boards show at once however many orders there are, kept as events get their position.

An order whose events are read is counted anew as it stands: what it had put in is taken out, what it is now is put in.
So the tallies are the rows added up, whatever became of an order, and reading an event twice changes nothing.
"""

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence

from orderloom.actions.hub import Hub
from orderloom.domain.orders import stages
from orderloom.outbox import glances
from orderloom.outbox.relay import Reader, Said
from orderloom.store import database as db
from orderloom.store import tallies as store
from orderloom.store.tallies import ALWAYS, Cell, Facts, Part, Sums, Tallied

_IN_HAND = stages.RANK["picked"]
# The source of what people click.
_PEOPLE = "console"


def write(hub: Hub, connection: db.Connection, said: Sequence[Said], now: dt.datetime) -> None:
    """Count the orders anew that something was said of."""
    subjects = {each.subject for each in said}
    before = store.put_in(connection, subjects)
    stands = store.now_of(connection, subjects)
    marks = _marks(said, before)
    after: dict[uuid.UUID, Tallied] = {}
    cells: defaultdict[Cell, list[int]] = defaultdict(lambda: [*Sums()])
    for order_id, facts in stands.items():
        was, made = before.get(order_id), Tallied(facts, *marks[order_id])
        if was == made:
            continue
        after[order_id] = made
        if was is not None:
            _count(cells, was, -1)
        _count(cells, made, 1)
    if after:
        store.keep(connection, after)
        store.add(connection, cells)


def _marks(said: Sequence[Said], before: dict[uuid.UUID, Tallied]) -> dict[uuid.UUID, tuple[bool, bool]]:
    """Whether each order was stopped before the warehouse had it in hand, and whether a person had a hand in it."""
    marks = {each.subject: (False, False) for each in said}
    ranks: dict[uuid.UUID, int] = {}
    for order_id, was in before.items():
        marks[order_id] = (was.intercepted, was.touched)
        ranks[order_id] = stages.RANK.get(was.facts.furthest, 0) if was.facts else 0
    for entry in said:
        intercepted, touched = marks[entry.subject]
        if ranks.get(entry.subject, 0) < _IN_HAND:
            intercepted = intercepted or any(_faulty(event) for event in entry.page.events)
        touched = touched or (entry.n > 1 and _by_hand(entry.page))
        marks[entry.subject] = (intercepted, touched)
        if entry.page.moved is not None:
            ranks[entry.subject] = max(ranks.get(entry.subject, 0), stages.RANK.get(entry.page.moved[1], 0))
    return marks


def _faulty(event: glances.Glance) -> bool:
    """Whether an order is stopped for what is wrong with it, not for want of goods."""
    return event.type == "order.held" and event.hold is not None and event.hold.code != "hold.short_stock"


def _by_hand(page: glances.Page) -> bool:
    """Whether a person decided something about the order; whoever scans what is picked decides nothing."""
    return page.source == _PEOPLE and any(event.type.startswith("order.") for event in page.events)


def _count(cells: dict[Cell, list[int]], tallied: Tallied, sign: int) -> None:
    """Put an order into its cells, or take it out again."""
    facts = tallied.facts
    assert facts is not None, "what was put in has facts"
    sums = Sums(1, facts.total_minor, facts.paid_minor)
    stands = Cell("stands", ALWAYS, facts.channel, province=facts.province, grade=facts.grade, stage=facts.stage,
                  furthest=facts.furthest, paid=facts.paid, held=facts.held, cancelled=facts.cancelled,
                  currency=facts.currency)  # fmt: skip
    hours = stands._replace(cut="hours", at=facts.placed_at, province="", intercepted=tallied.intercepted,
                            touched=tallied.touched)  # fmt: skip
    place = Cell("places", facts.placed_at, facts.channel, province=facts.province, cancelled=facts.cancelled)
    for cell in (stands, hours, place):
        _add(cells, cell, sign, sums)
    for code in facts.holds:
        held = Cell("holds", ALWAYS, facts.channel, province=facts.province, grade=facts.grade, code=code)
        _add(cells, held, sign, Sums(1, facts.total_minor))
    for part in facts.parts:
        _send(cells, facts, part, sign)


def _send(cells: dict[Cell, list[int]], facts: Facts, part: Part, sign: int) -> None:
    """Put a shipment into the cells of the hours in which it was planned and delivered, and of all time."""
    sums = Sums(1, 0, 0, part.cost_minor, part.picked_ms, part.paid_picked_ms, part.shipped_ms, part.signed_ms,
                part.staged_ms)  # fmt: skip
    sent = Cell("shipments", part.planned_at, facts.channel, stage=part.stage, paid=facts.paid,
                warehouse=part.warehouse, carrier=part.carrier, picked=part.picked, shipped=part.shipped,
                signed=part.signed, promise=part.promise)  # fmt: skip
    for cell in (sent, sent._replace(cut="parts", at=ALWAYS)):
        _add(cells, cell, sign, sums)
    if part.signed_at is not None:
        _add(cells, sent._replace(cut="deliveries", at=part.signed_at), sign, sums)


def _add(cells: dict[Cell, list[int]], cell: Cell, sign: int, sums: Sums) -> None:
    found = cells[cell]
    for place, each in enumerate(sums):
        if each:
            found[place] += sign * each


READER = Reader("tallies", frozenset({"order"}), write)
