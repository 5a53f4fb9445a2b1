"""`bench publish`: a document is published again and again while four processes place orders in small batches; how soon
the first order that the new version decided is committed in each, and that nothing is lost or doubled meanwhile.

A batch that was begun before the commit goes by the old version to its end: what is measured is that rest and a batch.
"""

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
    at_once: int = 5
    orders: int = 20_000
    size: company.Size = company.QUICK


FULL = Extent(20, 0.5)
QUICK = Extent(5, 0.3, orders=5_000)


class Batch(msgspec.Struct):
    """A batch of orders: its first order's outside number, the instant it was begun, the instant it was committed. The
    revision that decided it is read in the log when all is over."""

    external_no: str
    began: float
    ended: float
    revision: int = 0


class Seen(msgspec.Struct):
    """What a placing process saw: its batches in their order, and how many orders were placed and refused."""

    batches: list[Batch]
    placed: int
    refused: int


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
        with hub.database.workspace(hub.workspace) as connection:
            hub.reference(connection)

    def work(self, hub: Hub) -> Seen:
        """Place until the time is over or the messages are."""
        origin, mapper, seen = company.origin(), arrivals.mapper(), Seen([], 0, 0)
        until = time.monotonic() + self.seconds
        for start in range(0, len(self.raws), self.extent.at_once):
            placings = arrivals.placings(hub, mapper, self.raws[start : start + self.extent.at_once], origin)
            began = time.monotonic()
            outcomes = orders.place(hub, placings, origin=origin, now=clock.now())
            ended = time.monotonic()
            done = [each for each in outcomes if isinstance(each, Outcome) and each.refused is None]
            seen.placed, seen.refused = seen.placed + len(done), seen.refused + len(outcomes) - len(done)
            if done:
                seen.batches.append(Batch(done[0].external_no, began, ended))
            if ended > until:
                break
        return seen


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
    """Milliseconds from the commit of a publication to that of each process's first orders decided by it."""
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
            revisions = dict(connection.execute(Q.revisions).fetchall())
        assert row is not None
        for batch in (each for one in seen for each in one.batches):
            batch.revision = revisions[batch.external_no]
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
        "batch_ms": round(statistics.median(one.ended - one.began for each in seen for one in each.batches) * 1_000),
        "publish_ms": round(statistics.median(each[0] for each in published.values()) * 1_000),
        **{f"latency_ms_p50_{number}": round(statistics.median(each)) for number, each in enumerate(latencies, 1)},
        "latency_ms_p95": round(flat[int(len(flat) * 0.95)]),
        "latency_ms_max": round(flat[-1]),
    }


def _latencies(published: dict[int, tuple[float, float]], seen: Seen) -> list[float]:
    """Milliseconds from each commit to that of the process's first orders by that revision, or by a later one. Asserts
    that no batch that was begun after a commit was decided by what was in force before it."""
    found: list[float] = []
    for revision, (_, committed) in published.items():
        late = [each for each in seen.batches if each.began > committed and each.revision < revision]
        assert not late, f"left on an old version: {late[0]} after {revision}"
        first = min((each.ended for each in seen.batches if each.revision >= revision), default=None)
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
