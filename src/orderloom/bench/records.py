"""`bench records`: lists of a million records of an own type, narrowed and sorted by filterable fields."""

import datetime as dt
import random
import statistics
import time
from collections.abc import Iterator
from typing import Any

import msgspec

from orderloom.actions.hub import Hub
from orderloom.bench import grounds, growth
from orderloom.domain.fields.dictionaries import Dictionary, Field, Option
from orderloom.kit import clock, settings
from orderloom.queries import records as records_query
from orderloom.queries import viewer
from orderloom.store import sql

Q = sql.load(__file__)

WORKSPACE = "bench_records"
_CHUNK = 100_000
_TAGS = tuple(Option(f"tag{number}") for number in range(50))
_REGIONS = tuple(Option(f"R{number:02d}") for number in range(31))
_STATES = (Option("open"), Option("waiting"), Option("done"))
TICKET = Dictionary(
    subject="ticket",
    zh="工单",
    en="Ticket",
    series="TK",
    fields=(
        Field("topic", "text", filterable=True),
        Field("status", "select", options=_STATES, filterable=True),
        Field("owner", "customer", filterable=True),
        Field("region", "select", options=_REGIONS, filterable=True),
        Field("claim", "money", filterable=True),
        Field("due", "date", filterable=True),
        Field("tags", "multi_select", options=_TAGS, filterable=True),
    ),
)


class Extent(msgspec.Struct, frozen=True):
    """How many records, and how often each combination is asked, with other values each time."""

    records: int
    asked: int


FULL = Extent(1_000_000, 20)
QUICK = Extent(100_000, 10)


def report(chosen: settings.Settings, *, quick: bool) -> dict[str, Any]:
    """The figures of performance.md."""
    return measure(chosen, QUICK if quick else FULL)


def measure(chosen: settings.Settings, extent: Extent) -> dict[str, Any]:
    """Milliseconds of a page, first and second, each in a transaction of its own as a page asks it; the slowest
    combination by its median."""
    with grounds.new(chosen, WORKSPACE) as hub:
        started = time.perf_counter()
        fill(hub, extent.records, now=clock.now())
        filled_s = time.perf_counter() - started
        taken: dict[str, list[float]] = {}
        for name, where, sort in _asked(extent):
            taken.setdefault(name, []).extend(_pages(hub, where, sort))
    every = sorted(ms for each in taken.values() for ms in each)
    slowest = max(taken, key=lambda name: statistics.median(taken[name]))
    return {
        "records": extent.records,
        "filled_s": round(filled_s, 1),
        "page_p50_ms": round(statistics.median(every), 1),
        "page_p95_ms": round(statistics.quantiles(every, n=20, method="inclusive")[-1], 1),
        "page_max_ms": round(every[-1], 1),
        "slowest": slowest,
        "slowest_p50_ms": round(statistics.median(taken[slowest]), 1),
    }


def fill(hub: Hub, records: int, *, now: dt.datetime) -> None:
    """Store records with their facets, as the server makes them, and let it look at them once."""
    for first in range(1, records + 1, _CHUNK):
        asked = {"first": first, "last": min(first + _CHUNK - 1, records), "at": now}
        with hub.database.workspace(hub.workspace) as connection:
            connection.execute(Q.fill_records, asked)
            connection.execute(Q.fill_facets, asked)
    with hub.database.workspace(hub.workspace) as connection:
        connection.execute(Q.define("analyze_records"))
        connection.execute(Q.define("analyze_facets"))
    growth.settle(hub)


def _asked(extent: Extent) -> Iterator[tuple[str, list[str], str]]:
    """What people narrow a list to and how they sort it; after a first round off the clock's mean come the others."""
    dice = random.Random(1)
    for _ in range(extent.asked):
        owner, region, tag = f"C{dice.randrange(1000):06d}", f"R{dice.randrange(31):02d}", f"tag{dice.randrange(50)}"
        low = dice.randrange(90_000)
        day = dt.date(2025, 1, 1) + dt.timedelta(days=dice.randrange(700))
        span = [f"due>={day}", f"due<={day + dt.timedelta(days=7)}"]
        yield from (
            ("newest", [], ""),
            ("all by claim", [], "-claim"),
            ("open, newest", ["status=open"], ""),
            ("open by due", ["status=open"], "due"),
            ("done by claim", ["status=done"], "-claim"),
            ("owner by due", [f"owner={owner}"], "due"),
            ("open of an owner", ["status=open", f"owner={owner}"], "-claim"),
            ("region and status by claim", [f"region={region}", "status=waiting"], "-claim"),
            ("region and tag by topic", [f"region={region}", f"tags={tag}"], "topic"),
            ("claim range, newest", [f"claim>={low}", f"claim<={low + 100}"], ""),
            ("week by claim", span, "-claim"),
            ("week of open in a region", ["status=open", f"region={region}", *span], "due"),
            ("topic begins", [f"topic^=topic {low}"], "topic"),
            ("two regions, open, by due", [f"region={region}|R00", "status=open"], "-due"),
            ("nothing fits", ["status=open", f"owner={owner}", f"claim>={low}", f"claim<={low}"], "due"),
        )


def _pages(hub: Hub, where: list[str], sort: str) -> list[float]:
    """Milliseconds of the first page, and of the second where there is one."""
    taken_ms: list[float] = []
    cursor = None
    for _ in range(2):
        started = time.perf_counter()
        with hub.database.workspace(hub.workspace) as connection:
            wanted = records_query.wanted(TICKET, where=where, sort=sort)
            assert isinstance(wanted, records_query.Wanted), wanted
            reader = records_query.Reader(viewer.everything("bench"), TICKET, hub.sealer)
            page = records_query.page(connection, reader=reader, wanted=wanted, cursor=cursor)
        taken_ms.append((time.perf_counter() - started) * 1000)
        if (cursor := page.next) is None:
            break
    return taken_ms
