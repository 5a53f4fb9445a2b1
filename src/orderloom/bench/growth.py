"""`bench growth`: the road, the lists, the timeline and the boards over orders of a whole year.

The road with the stored orders and the road of an empty company are measured in turn in the same run.
"""

import datetime as dt
import random
import statistics
import time
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from orderloom.actions import shipped
from orderloom.actions.hub import Hub
from orderloom.bench import company, crews, grounds, past, road, searches
from orderloom.domain.documents.versions import Documents, Published
from orderloom.domain.settings import Settings
from orderloom.kit import clock, limits, settings
from orderloom.queries import boards, status, timeline, viewer
from orderloom.queries import orders as orders_query
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)
Look = Callable[[db.Connection], Any]

WORKSPACE = "bench_growth"
EMPTY = "bench_growth_empty"
_EVERYONE = viewer.everything("bench")


class Extent(msgspec.Struct, frozen=True):
    """How much is measured: the past, batches for each process in each run of the road, pairs of runs, and of how many
    stored orders each kind of list, the timeline and the boards are asked."""

    past: past.Extent
    batches: int
    batch: int = limits.BATCH_ORDERS_MAX
    runs: int = 5
    asked: int = 20


FULL = Extent(past.Extent(1_000_000, company.Size()), batches=15)
QUICK = Extent(past.Extent(100_000, company.QUICK), batches=5, runs=3, asked=10)


def report(chosen: settings.Settings, *, quick: bool) -> dict[str, Any]:
    """The figures of performance.md."""
    return measure(chosen, QUICK if quick else FULL)


def measure(chosen: settings.Settings, extent: Extent) -> dict[str, Any]:
    """The road's speed as a part of an empty company's, and 95th percentiles in milliseconds."""
    size, now = extent.past.size, clock.now()
    with grounds.new(chosen, EMPTY) as empty, grounds.new(chosen, WORKSPACE) as hub:
        company.build(hub, size=size, now=past.began(now))
        past.fill(hub, extent.past, now=now)
        company.build(empty, size=size, now=past.began(now))
        searches.fill(hub)
        settle(hub)
        figures = reads(hub, extent.asked)
        figures["search_p95_ms"], figures["search_max_ms"] = searches.p95_ms(hub, searches.texts(hub, extent.asked))
        ratio = _ratio(chosen, extent, empty=empty, hub=hub)
    return {"orders": extent.past.orders, "road_ratio": round(ratio, 3), **figures}


def settle(hub: Hub) -> None:
    """Let what the filling left to be written be written, where the server lets us ask for it."""
    with hub.database.workspace(hub.workspace) as connection:
        row = connection.execute(Q.may_checkpoint).fetchone()
        if row is not None and row[0]:
            connection.execute(Q.define("checkpoint"))


def _ratio(chosen: settings.Settings, extent: Extent, *, empty: Hub, hub: Hub) -> float:
    """The median over pairs of runs, each side first in turn."""
    ratios: list[float] = []
    with (
        crews.of(chosen, empty, size=road.PROCESSES) as beside,
        crews.of(chosen, hub, size=road.PROCESSES) as crew,
    ):
        for run in range(extent.runs):
            if run % 2:
                without, stored = _road(beside, extent, run), _road(crew, extent, run)
            else:
                stored, without = _road(crew, extent, run), _road(beside, extent, run)
            ratios.append(without / stored)
    return statistics.median(ratios)


def _road(crew: crews.Crew, extent: Extent, run: int) -> float:
    """Seconds that all processes together took for the orders of a run."""
    seeds = [1 + run * road.PROCESSES + part for part in range(road.PROCESSES)]
    ran = crew.run([road.Feed(extent.past.size, extent.batches, extent.batch, seed) for seed in seeds])
    assert sum(ran.answers) == road.PROCESSES * extent.batches * extent.batch, "every order gets to its allocation"
    return ran.seconds


def reads(hub: Hub, asked: int) -> dict[str, float]:
    """95th percentiles of lists, timelines and boards, each read in a transaction of its own as a page does."""
    with hub.database.workspace(hub.workspace) as connection:
        found = connection.execute(Q.some_orders, {"count": asked * 10}).fetchall()
    dice = random.Random(1)
    dice.shuffle(found)
    lists = [_list(each) for row in found[:asked] for each in _filters(*row)]
    now = clock.now()
    part = msgspec.structs.replace(_EVERYONE, channels=frozenset({"web", "jd"}))
    documents = _shipped()
    looks = [
        look
        for _ in range(asked)
        for who in (_EVERYONE, part)
        for look in (
            _status(who, now),
            *(_board(boards.Asked(hub.database, hub.workspace, documents, who, Settings().zone, now), each)
              for each in documents["board"]),
        )
    ]  # fmt: skip
    return {
        "list_p95_ms": _p95(hub, lists),
        "timeline_p95_ms": _p95(hub, [_story(row[0]) for row in found]),
        "board_p95_ms": _p95(hub, looks),
    }


def _list(filters: orders_query.Filters) -> Look:
    return lambda connection: orders_query.page(connection, viewer=_EVERYONE, filters=filters)


def _story(order_no: str) -> Look:
    return lambda connection: timeline.tell(connection, viewer=_EVERYONE, order_no=order_no)


def _status(who: viewer.Viewer, now: dt.datetime) -> Look:
    return lambda connection: status.look(connection, viewer=who, now=now)


def _board(asked: boards.Asked, name: str) -> Look:
    """A whole board, as its page asks for it: each card in a transaction of its own."""

    def look(_: db.Connection) -> None:
        found = boards.board(asked, name)
        assert isinstance(found, boards.Board), found
        assert not [card.metric for row in found.rows for card in row if card.refused], "every card has its figure"

    return look


def _shipped() -> Documents:
    """The boards that ship and what they show."""
    found: dict[str, dict[str, Published]] = {"board": {}, "metric": {}}
    for each in shipped.documents():
        if each.kind in found:
            found[each.kind][each.name] = Published(each.name, 1, each.content)
    return found


def _filters(
    order_no: str, external_no: str, channel: str, customer_no: str, province: str, stage: str, grade: str,
    placed_at: dt.datetime,
) -> list[orders_query.Filters]:  # fmt: skip
    """What a person narrows a list to, one field and a few together, by the values of one order that is there."""
    day = placed_at.replace(hour=0, minute=0, second=0, microsecond=0)
    made: Sequence[dict[str, Any]] = (
        {},
        {"stage": stage},
        {"stage": "allocated"},
        {"channel": channel},
        {"customer_no": customer_no},
        {"province": province},
        {"grade": grade},
        {"held": True},
        {"placed_from": day, "placed_to": day + dt.timedelta(days=1)},
        {"order_no": order_no},
        {"external_no": external_no},
        {"stage": "allocated", "channel": channel},
        {"stage": "cancelled", "province": province},
        {"held": True, "channel": channel},
        {"channel": channel, "customer_no": customer_no},
        {"province": province, "placed_from": day, "placed_to": day + dt.timedelta(days=7)},
        {"channel": channel, "grade": grade, "stage": stage, "placed_to": day},
        {"paid": True},
        {"paid": True, "shipped": False},
        {"cancelled": True},
        {"warehouse": company.WAREHOUSES[0][0]},
    )
    return [orders_query.Filters(**each) for each in made]


def _p95(hub: Hub, looks: Sequence[Look]) -> float:
    taken_ms: list[float] = []
    for look in looks:
        started = time.perf_counter()
        with hub.database.workspace(hub.workspace) as connection:
            look(connection)
        taken_ms.append((time.perf_counter() - started) * 1000)
    return round(statistics.quantiles(taken_ms, n=20, method="inclusive")[-1], 1)
