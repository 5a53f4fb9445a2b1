"""`bench publish`: a document is published again and again while four processes place orders; how soon each of them
decides by the new version, and that nothing is lost or doubled meanwhile."""

import copy
import statistics
import time
from collections.abc import Sequence
from typing import Any

import msgspec

from orderloom.actions import documents, orders, shipped
from orderloom.actions.hub import Hub
from orderloom.bench import arrivals, company, crews, grounds
from orderloom.deciding.work import Outcome
from orderloom.kit import clock, settings
from orderloom.store import sql

Q = sql.load(__file__)

WORKSPACE = "bench_publish"
PROCESSES = 4
_NAME = "sourcing"


class Extent(msgspec.Struct, frozen=True):
    """How much is measured: publications, seconds between them, orders in a batch, and orders ready in each process."""

    publications: int
    pause_seconds: float
    at_once: int = 20
    orders: int = 20_000
    size: company.Size = company.QUICK


FULL = Extent(20, 0.5)
QUICK = Extent(5, 0.3, orders=5_000)


class Seen(msgspec.Struct):
    """What a placing process saw: when it first worked by each version, the orders it placed, and the seconds that each
    batch took: a version that comes while one is decided is taken by the next."""

    versions: dict[int, float]
    placed: int
    refused: int
    batches: list[float] = []


class Placing(msgspec.Struct):
    """A job: place orders batch after batch for a while, noting the version that each batch went by."""

    extent: Extent
    seed: int
    seconds: float
    raws: list[bytes] = []

    def prepare(self, hub: Hub) -> None:
        """Make the messages, and read the reference data once."""
        made = company.drafts_for(self.extent.size, count=self.extent.orders, seed=self.seed, now=clock.now())
        for number, draft in enumerate(made):
            draft.external_no = f"P{self.seed}-{number}"
        self.raws = [arrivals.raw(draft) for draft in made]
        self._version(hub)

    def work(self, hub: Hub) -> Seen:
        """Place until the time is over or the messages are."""
        origin, mapper, seen = company.origin(), arrivals.mapper(), Seen({}, 0, 0)
        until = time.monotonic() + self.seconds
        for start in range(0, len(self.raws), self.extent.at_once):
            placings = arrivals.placings(hub, mapper, self.raws[start : start + self.extent.at_once], origin)
            began = time.monotonic()
            outcomes = orders.place(hub, placings, origin=origin, now=clock.now())
            seen.batches.append(time.monotonic() - began)
            done = sum(isinstance(each, Outcome) and each.refused is None for each in outcomes)
            seen.placed, seen.refused = seen.placed + done, seen.refused + len(outcomes) - done
            version = self._version(hub)
            at = time.monotonic()
            seen.versions.setdefault(version, at)
            if at > until:
                break
        return seen

    def _version(self, hub: Hub) -> int:
        with hub.database.workspace(hub.workspace) as connection:
            return hub.reference(connection).version


class Publishing(msgspec.Struct):
    """A job: publish the document with one radius and the other in turn. The answer is when each revision was there."""

    extent: Extent

    def prepare(self, hub: Hub) -> None:
        """Nothing: the documents are at hand."""

    def work(self, hub: Hub) -> dict[int, tuple[float, float]]:
        """Publish, each time with cases and all; revision → (seconds it took, the instant it was committed)."""
        made: dict[int, tuple[float, float]] = {}
        for number in range(self.extent.publications):
            time.sleep(self.extent.pause_seconds)
            began = time.monotonic()
            published = documents.publish(
                hub, [_document(300_000 + number)], comment=str(number), actor="bench", now=clock.now()
            )
            ended = time.monotonic()
            assert isinstance(published, documents.Publication), published
            made[published.revision] = (ended - began, ended)
        return made


def report(chosen: settings.Settings, *, quick: bool) -> dict[str, Any]:
    """Milliseconds from the commit of a publication to each process's first batch by it."""
    return measure(chosen, QUICK if quick else FULL)


def measure(chosen: settings.Settings, extent: Extent) -> dict[str, Any]:
    """The figures, after a proof that every order that was answered is there once."""
    with grounds.new(chosen, WORKSPACE) as hub:
        company.build(hub, size=extent.size, now=clock.now())
        seconds = extent.publications * (extent.pause_seconds + 2.0) + 2.0
        jobs: list[crews.Job] = [Publishing(extent)]
        jobs += [Placing(extent, seed=each + 1, seconds=seconds) for each in range(PROCESSES)]
        with crews.of(chosen, hub, size=len(jobs)) as crew:
            published, *seen = crew.run(jobs).answers
        with hub.database.workspace(hub.workspace) as connection:
            row = connection.execute(Q.told).fetchone()
        assert row is not None
    return figures(published, seen, stored=row[0], distinct=row[1])


def figures(
    published: dict[int, tuple[float, float]], seen: Sequence[Seen], *, stored: int, distinct: int
) -> dict[str, Any]:
    """What the run came to. Asserts that nothing was lost, doubled or left on an old version."""
    placed = sum(each.placed for each in seen)
    assert placed == stored == distinct, f"lost or doubled: {placed} answered, {stored} stored, {distinct} distinct"
    latencies = [_latencies(published, each) for each in seen]
    assert all(each for each in latencies), "a process never saw a publication"
    flat = sorted(one for each in latencies for one in each)
    return {
        "publications": len(published),
        "processes": len(seen),
        "orders": placed,
        "refused": sum(each.refused for each in seen),
        "batch_ms": round(statistics.median([one for each in seen for one in each.batches] or [0.0]) * 1_000),
        "publish_ms": round(statistics.median(each[0] for each in published.values()) * 1_000),
        **{f"latency_ms_p50_{number}": round(statistics.median(each)) for number, each in enumerate(latencies, 1)},
        "latency_ms_p95": round(flat[int(len(flat) * 0.95)]),
        "latency_ms_max": round(flat[-1]),
    }


def _latencies(published: dict[int, tuple[float, float]], seen: Seen) -> list[float]:
    """Milliseconds from each commit to the process's first batch by that revision, or by a later one."""
    found: list[float] = []
    for revision, (_, committed) in published.items():
        first = min((at for version, at in seen.versions.items() if version >= revision), default=None)
        if first is not None:
            found.append(max(0.0, first - committed) * 1_000)
    return found


def _document(radius_m: int) -> documents.Proposal:
    """The shipped sourcing document with another radius for ordinary orders, its cases with it."""
    found = next(each for each in shipped.documents() if each.name == _NAME)
    content, cases = copy.deepcopy(found.content), copy.deepcopy(found.cases)
    table = next(each for each in content["content"]["nodes"] if each["type"] == "decisionTableNode")["content"]
    next(row for row in table["rules"] if row["_id"] == "ordinary")["o1"] = str(radius_m)
    for case in (each for one in cases for each in one["cases"]):
        for expected in case["expect"]:
            if expected["rule"] == "ordinary" and "radius_m" in expected:
                expected["radius_m"] = radius_m
    return documents.Proposal(found.kind, found.name, content, cases)
