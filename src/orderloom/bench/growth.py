"""`bench growth`: the road in a full house beside the road in an empty one; lists, timelines and boards in the full."""

import datetime as dt
import statistics
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from orderloom.actions.hub import Hub
from orderloom.bench import company, copies, crews, grounds, replays, road
from orderloom.kit import clock, limits, settings
from orderloom.outbox import relay
from orderloom.queries import orders as orders_query
from orderloom.queries import status, timeline, viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(copies.__file__)
Look = Callable[[db.Connection], Any]

WORKSPACE = "bench_growth"


class Extent(msgspec.Struct, frozen=True):
    """How much is measured: the company's size, stored orders, batches of the road, how often each look is taken."""

    size: company.Size
    orders: int
    batches: int
    looks: int = 40
    batch: int = limits.BATCH_ORDERS_MAX
    templates: int = 400


FULL = Extent(company.Size(on_hand=1_000_000), orders=1_000_000, batches=15)
QUICK = Extent(company.Size(skus=2_000, customers=5_000, on_hand=1_000_000), orders=100_000, batches=5, looks=20)


def report(chosen: settings.Settings, *, quick: bool) -> dict[str, Any]:
    """The figures of performance.md."""
    return measure(chosen, QUICK if quick else FULL)


def measure(chosen: settings.Settings, extent: Extent) -> dict[str, Any]:
    """The road first in the empty house, then in the full one; then each look many times, 95 of 100 stay under p95."""
    with grounds.new(chosen, WORKSPACE) as hub:
        company.build(hub, size=extent.size, now=clock.now())
        with crews.of(chosen, hub, size=road.PROCESSES) as crew:
            empty = _road(crew, extent, seed=1)
            grown = copies.templates(hub, size=extent.size, count=extent.templates, seed=99)
            share = extent.orders // road.PROCESSES
            crew.run([copies.Copy(grown, part * share, share) for part in range(road.PROCESSES)])
            _tidy(hub)
            full = _road(crew, extent, seed=50)
        return {
            "orders": extent.orders,
            "road_ratio": round(full / empty, 3),
            "list_p95_ms": _p95(hub, _lists(hub), 9 * extent.looks),
            "timeline_p95_ms": _p95(hub, _timelines(hub, extent), 4 * extent.looks),
            "board_p95_ms": _p95(hub, [_board], extent.looks),
        }


def _road(crew: crews.Crew, extent: Extent, *, seed: int) -> float:
    """Orders a second."""
    feeds = [road.Feed(extent.size, extent.batches, extent.batch, seed + part) for part in range(road.PROCESSES)]
    return road.PROCESSES * extent.batches * extent.batch / crew.run(feeds).seconds


def _tidy(hub: Hub) -> None:
    """Do what autovacuum and the relay do in a house that grew over months, not in a minute."""
    with hub.database.workspace(hub.workspace) as connection:
        tables = sql.joined([sql.Identifier(name) for name in replays.TABLES])
        connection.execute(replays.Q.define("analyze", tables=tables))
    while relay.seal(hub, now=clock.now()):
        pass


def _lists(hub: Hub) -> list[Look]:
    """The order list as people narrow it: first pages, and one further on."""
    everyone = viewer.everything("bench")
    now = clock.now()
    narrowed = [
        {},
        {"stage": "allocated"},
        {"stage": "delivered", "channel": "web"},
        {"held": True},
        {"province": "广东省"},
        {"customer_no": "C000007"},
        {"grade": "vip", "placed_from": now - dt.timedelta(days=7)},
        {"stage": "cancelled", "province": "江苏省"},
    ]
    looks = [_page(orders_query.Filters(**each), everyone) for each in narrowed]
    with hub.database.workspace(hub.workspace) as connection:
        second = orders_query.page(connection, viewer=everyone, filters=orders_query.Filters()).next
    return [*looks, _page(orders_query.Filters(), everyone, cursor=second)]


def _page(filters: orders_query.Filters, who: viewer.Viewer, *, cursor: str | None = None) -> Look:
    return lambda connection: orders_query.page(connection, viewer=who, filters=filters, cursor=cursor)


def _timelines(hub: Hub, extent: Extent) -> list[Look]:
    """The stories of orders from all over the house."""
    everyone = viewer.everything("bench")
    asked = {"percent": min(100.0, 100.0 * 20 * extent.looks / extent.orders), "count": 2 * extent.looks}
    with hub.database.workspace(hub.workspace) as connection:
        found = [row[0] for row in connection.execute(Q.order_ids, asked).fetchall()]
    return [_story(each, everyone) for each in found]


def _story(order_id: uuid.UUID, who: viewer.Viewer) -> Look:
    return lambda connection: timeline.tell(connection, viewer=who, order_id=order_id)


def _board(connection: db.Connection) -> Any:
    return status.look(connection, viewer=viewer.everything("bench"), now=clock.now())


def _p95(hub: Hub, looks: Sequence[Look], times: int) -> float:
    """Milliseconds that 95 of 100 looks stay under, each in a transaction of its own as a page asks; the first of each
    goes off the clock."""
    taken: list[float] = []
    for attempt in range(1 + max(1, times // len(looks))):
        for look in looks:
            started = time.perf_counter()
            with hub.database.workspace(hub.workspace) as connection:
                look(connection)
            if attempt:
                taken.append((time.perf_counter() - started) * 1_000)
    return round(statistics.quantiles(taken, n=20, method="inclusive")[-1], 1)
