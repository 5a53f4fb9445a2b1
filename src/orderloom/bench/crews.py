"""Crews: processes that do the same work at the same time, and what they and the server spend on it."""

import multiprocessing as mp
import resource
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from multiprocessing.connection import Connection
from typing import Any, Protocol

import msgspec
import psutil

from orderloom.actions.hub import Hub
from orderloom.bench import grounds
from orderloom.kit import settings
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


class Job(Protocol):
    """Work in two parts: what is prepared off the clock, and what is done on it."""

    def prepare(self, hub: Hub) -> None:
        """Make ready, warm up."""
        ...

    def work(self, hub: Hub) -> Any:
        """Do what is measured; the answer goes back to the bench."""
        ...


class Share(msgspec.Struct):
    """What one process reports: its answer, when it worked (seconds of the machine's clock), and what it spent."""

    answer: Any
    started: float
    ended: float
    cpu_seconds: float
    rss_mb_max: float


class Report(msgspec.Struct):
    """What a crew did: the answers, the seconds from the first start to the last end, and CPU seconds by side.

    `postgres_seconds` is 0 when the server's processes cannot be seen from here.
    """

    answers: list[Any]
    seconds: float
    python_seconds: float
    postgres_seconds: float
    rss_mb_max: float


class Crew:
    """Processes with a hub each, that prepare a job each, wait for one another, and work at the same time."""

    def __init__(self, chosen: settings.Settings, workspace: str, database: db.Database, *, size: int) -> None:
        context = mp.get_context("spawn")
        self._database = database
        self._pipes: list[Any] = []
        self._processes: list[Any] = []
        for _ in range(size):
            ours, theirs = context.Pipe()
            process = context.Process(target=_live, args=(chosen, workspace, theirs), daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)

    def run(self, jobs: Sequence[Job]) -> Report:
        """Give each process its job and wait for all of them."""
        for pipe, job in zip(self._pipes, jobs, strict=True):
            pipe.send(job)
        for pipe in self._pipes:
            assert pipe.recv() == "ready"
        server = _server(self._database)
        before = _spent(server)
        for pipe in self._pipes:
            pipe.send("go")
        shares: list[Share] = [pipe.recv() for pipe in self._pipes]
        after = _spent(server)
        return Report(
            answers=[each.answer for each in shares],
            seconds=max(each.ended for each in shares) - min(each.started for each in shares),
            python_seconds=sum(each.cpu_seconds for each in shares),
            postgres_seconds=after - before,
            rss_mb_max=max(each.rss_mb_max for each in shares),
        )

    def close(self) -> None:
        """Let the processes end."""
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            process.join(10)
            if process.is_alive():
                process.terminate()


@contextmanager
def of(chosen: settings.Settings, hub: Hub, *, size: int) -> Iterator[Crew]:
    """A crew over the hub's workspace."""
    crew = Crew(chosen, hub.workspace, hub.database, size=size)
    try:
        yield crew
    finally:
        crew.close()


def _live(chosen: settings.Settings, workspace: str, pipe: Connection) -> None:
    """A process's life: one job after the other until the pipe closes."""
    with grounds.joined(chosen, workspace) as hub:
        while True:
            try:
                job: Job = pipe.recv()
            except EOFError:
                return
            job.prepare(hub)
            pipe.send("ready")
            assert pipe.recv() == "go"
            cpu, started = time.process_time(), time.monotonic()
            answer = job.work(hub)
            ended, spent = time.monotonic(), time.process_time() - cpu
            rss_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
            pipe.send(Share(answer, started, ended, spent, rss_mb))


def _server(database: db.Database) -> psutil.Process | None:
    """The server's first process, when it runs on this machine and may be looked at."""
    with database.system() as connection:
        row = connection.execute(Q.backend).fetchone()
    try:
        return psutil.Process(row[0]).parent() if row is not None else None
    except psutil.Error:
        return None


def _spent(server: psutil.Process | None) -> float:
    """CPU seconds of all the server's processes so far, ended ones included."""
    if server is None:
        return 0.0
    own = server.cpu_times()
    total = own.user + own.system + own.children_user + own.children_system
    for child in server.children(recursive=True):
        try:
            times = child.cpu_times()
        except psutil.Error:
            continue
        total += times.user + times.system
    return total
