"""`bench big`: one order of a thousand lines, from the command to what is committed, and one of its lines amended."""

import datetime as dt
import random
import statistics
import time
import uuid
from typing import Any

import msgspec

from orderloom.actions import orders
from orderloom.actions.hub import Hub
from orderloom.bench import company, grounds
from orderloom.deciding.work import Outcome
from orderloom.domain import prices
from orderloom.domain.mappings import drafts
from orderloom.domain.orders import state
from orderloom.kit import clock, settings
from orderloom.queries import orders as orders_query
from orderloom.queries import viewer

WORKSPACE = "bench_big"


class Extent(msgspec.Struct, frozen=True):
    """How much is measured: the company's size, lines of an order, orders, and amendments of each."""

    size: company.Size
    lines: int = 1_000
    orders: int = 9
    amendments: int = 5


FULL = Extent(company.Size())
QUICK = Extent(company.QUICK, orders=5)


def report(chosen: settings.Settings, *, quick: bool) -> dict[str, Any]:
    """The figures of performance.md."""
    return measure(chosen, QUICK if quick else FULL)


def measure(chosen: settings.Settings, extent: Extent) -> dict[str, Any]:
    """Medians in milliseconds. The first order and its amendment go off the clock: they compile rules and plan."""
    with grounds.new(chosen, WORKSPACE) as hub:
        company.build(hub, size=extent.size, now=clock.now())
        made = _drafts(extent)
        _, warm = confirm(hub, made.pop())
        amend(hub, warm, line_no=1)
        confirmed, amended = [], []
        dice = random.Random(1)
        for draft in made:
            taken_ms, order_id = confirm(hub, draft)
            confirmed.append(taken_ms)
            lines = dice.sample(range(1, extent.lines + 1), extent.amendments)
            amended.extend(amend(hub, order_id, line_no=line_no) for line_no in lines)
    return {"confirm_ms": round(statistics.median(confirmed), 1), "amend_ms": round(statistics.median(amended), 1)}


def _drafts(extent: Extent) -> list[drafts.Draft]:
    """Orders of as many different SKUs as they have lines, as far as there are so many."""
    dice = random.Random(1)
    made = company.drafts_for(extent.size, count=extent.orders + 1, seed=1, now=clock.now(), lines=extent.lines)
    for draft in made:
        for line, number in zip(draft.lines, dice.sample(range(extent.size.skus), extent.lines), strict=True):
            line.sku = f"S{number:06d}"
    return made


def confirm(hub: Hub, draft: drafts.Draft) -> tuple[float, uuid.UUID]:
    """Milliseconds from the draft to the order with its shipments, committed; and the order."""
    now = clock.now()
    started = time.perf_counter()
    [outcome] = orders.place(hub, [orders.Placing(draft)], origin=company.origin(), now=now)
    taken_ms = (time.perf_counter() - started) * 1000
    assert isinstance(outcome, Outcome) and outcome.order_id is not None, outcome
    assert outcome.stage == "allocated", outcome
    return taken_ms, outcome.order_id


def amend(hub: Hub, order_id: uuid.UUID, *, line_no: int) -> float:
    """Milliseconds to ask for one piece more of a line, committed with all that follows from it."""
    before = _order(hub, order_id)
    line = next(each for each in before.lines if each.line_no == line_no)
    wanted = _more(line, before.currency)
    now = clock.now() + dt.timedelta(milliseconds=1)
    started = time.perf_counter()
    outcome = orders.amend(
        hub, order_id, origin=company.origin(), now=now, change={"lines_set": [wanted]}, reason="one more"
    )
    taken_ms = (time.perf_counter() - started) * 1000
    assert outcome.refused is None, outcome
    after = _order(hub, order_id)
    kept = next(each for each in after.lines if each.line_no == line_no)
    assert kept.quantity == line.quantity + 1, kept
    reserved = sum(each.quantity for each in after.reservations if each.line_no == line_no)
    assert reserved == kept.quantity, "what was asked for is reserved"
    return taken_ms


def _more(line: state.Line, currency: str) -> state.Line:
    units = line.quantity + 1
    return msgspec.structs.replace(line, quantity=units, amount_minor=prices.amount_minor(line.price, units, currency))


def _order(hub: Hub, order_id: uuid.UUID) -> state.Order:
    with hub.database.workspace(hub.workspace) as connection:
        found = orders_query.detail(connection, viewer=viewer.everything("bench"), order_id=order_id)
    assert found is not None
    return found.order
