"""`bench road`: orders a second from the raw message to the receipt in the outbox, beside the limit of their rows."""

import statistics
from typing import Any

import msgspec

from orderloom.actions import orders
from orderloom.actions.hub import Hub
from orderloom.bench import arrivals, company, crews, grounds, replays
from orderloom.kit import clock, limits, settings

WORKSPACE = "bench_road"
PROCESSES = 2
RUNS = 3


class Extent(msgspec.Struct, frozen=True):
    """How much is measured: the company's size, and batches for each process in each run."""

    size: company.Size
    batches: int
    batch: int = limits.BATCH_ORDERS_MAX
    runs: int = RUNS


FULL = Extent(company.Size(), batches=25)
QUICK = Extent(company.QUICK, batches=8)


class Feed(msgspec.Struct):
    """A job: take raw messages through the road. The answer is how many orders reached their allocation."""

    size: company.Size
    batches: int
    batch: int
    seed: int
    raws: list[list[bytes]] = []

    def prepare(self, hub: Hub) -> None:
        """Make the messages; the first batch goes off the clock, since it compiles rules and plans statements."""
        count = (self.batches + 1) * self.batch
        drafts = company.drafts_for(self.size, count=count, seed=self.seed, now=clock.now())
        raws = [arrivals.raw(draft) for draft in drafts]
        self.raws = [raws[start : start + self.batch] for start in range(0, count, self.batch)]
        self._place(hub, self.raws.pop(0))

    def work(self, hub: Hub) -> int:
        """Place the rest."""
        return sum(self._place(hub, each) for each in self.raws)

    def _place(self, hub: Hub, raws: list[bytes]) -> int:
        origin = company.origin()
        placings = arrivals.placings(hub, arrivals.mapper(), raws, origin)
        placed = orders.place(hub, placings, origin=origin, now=clock.now())
        return sum(getattr(each, "stage", "") == "allocated" for each in placed)


def report(chosen: settings.Settings, *, quick: bool) -> dict[str, Any]:
    """The figures of performance.md."""
    return measure(chosen, QUICK if quick else FULL)


def measure(chosen: settings.Settings, extent: Extent) -> dict[str, Any]:
    """Road and limit in turn, each first as often as the other; medians of the runs."""
    roads: list[crews.Report] = []
    replayed: list[crews.Report] = []
    with grounds.new(chosen, WORKSPACE) as hub:
        company.build(hub, size=extent.size, now=clock.now())
        start = replays.remember(hub)
        with crews.of(chosen, hub, size=PROCESSES) as crew, crews.of(chosen, hub, size=PROCESSES) as other:
            rows: list[replays.Batch] = []
            weight = replays.Weight(0, 0)
            for run in range(extent.runs):
                if run % 2:
                    replayed.append(_replay(hub, other, start, rows))
                roads.append(_feed(hub, crew, start, extent, run))
                weight = replays.weigh(hub)
                rows = replays.recorded(hub, batches=PROCESSES * (extent.batches + 1))
                if not run % 2:
                    replayed.append(_replay(hub, other, start, rows))
    count = PROCESSES * extent.batches * extent.batch
    stored = PROCESSES * (extent.batches + 1) * extent.batch
    return _figures(roads, replayed, count) | {
        "rows_per_order": round(weight.rows / stored, 2),
        "bytes_per_order": round(weight.bytes / stored),
        "rss_mb_max": round(max(each.rss_mb_max for each in roads)),
    }


def _feed(hub: Hub, crew: crews.Crew, start: replays.Start, extent: Extent, run: int) -> crews.Report:
    replays.rewind(hub, start)
    seeds = [1 + run * PROCESSES + part for part in range(PROCESSES)]
    report = crew.run([Feed(extent.size, extent.batches, extent.batch, seed) for seed in seeds])
    assert sum(report.answers) == PROCESSES * extent.batches * extent.batch, "every order gets to its allocation"
    return report


def _replay(hub: Hub, crew: crews.Crew, start: replays.Start, rows: list[replays.Batch]) -> crews.Report:
    replays.rewind(hub, start)
    return crew.run([replays.Replay(rows[part::PROCESSES]) for part in range(PROCESSES)])


def _figures(roads: list[crews.Report], replayed: list[crews.Report], count: int) -> dict[str, Any]:
    speed = statistics.median(count / each.seconds for each in roads)
    limit = statistics.median(count / each.seconds for each in replayed)
    return {
        "orders_per_s": round(speed),
        "limit_orders_per_s": round(limit),
        "ratio": round(speed / limit, 3),
        "cpu_ms_per_order": {
            "python": round(statistics.median(each.python_seconds for each in roads) / count * 1000, 3),
            "postgres": round(statistics.median(each.postgres_seconds for each in roads) / count * 1000, 3),
        },
    }
