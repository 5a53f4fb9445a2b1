"""Jobs: procrastinate's worker, with the work that is long, scheduled or rare."""

import asyncio
import contextlib
import threading
import uuid
from collections.abc import Callable, Mapping
from typing import Any

import procrastinate
import structlog
from procrastinate import exceptions

from orderloom.actions import housekeeping, indexings
from orderloom.actions.hub import Hub
from orderloom.inbox import catching_up, uploads
from orderloom.inbox import orders as inbox_orders
from orderloom.kit import clock, limits
from orderloom.kit.refusals import Refused
from orderloom.outbox import notes
from orderloom.store import jobs as jobs_store

_log = structlog.get_logger(__name__)

# A job gets its workspace, its arguments, and what says that the worker is told to end.
Job = Callable[[Hub, dict[str, Any], Callable[[], bool]], None]
_TIDY_CRON = "23 3 * * *"
_RESUME_CRON = "* * * * *"
_CATCH_UP_CRON = "* * * * *"
_RESTART_SECONDS = 5.0


class UnknownJob(Exception):
    """A job was deferred under a name that this worker does not know."""


def tidy(hub: Hub, arguments: dict[str, Any], stopping: Callable[[], bool]) -> None:
    """Partitions ahead, old answers and closed rows forgotten."""
    done = housekeeping.tidy(hub, now=clock.now())
    _log.info("workspace tidied", workspace=hub.workspace, **done)


def import_(hub: Hub, arguments: dict[str, Any], stopping: Callable[[], bool]) -> None:
    """A file that came over HTTP becomes orders."""
    report = uploads.carry(hub, uuid.UUID(arguments["import_id"]), clock=clock.now, stopping=stopping)
    if isinstance(report, Refused):
        _log.info("import failed", workspace=hub.workspace, import_id=arguments["import_id"], code=report.code)


def notes_(hub: Hub, arguments: dict[str, Any], stopping: Callable[[], bool]) -> None:
    """Credit notes and cancellations of a channel are tried on orders that came after them."""
    inbox_orders.retry_waiting(hub, channel=arguments["channel"], now=clock.now())


def catch_up(hub: Hub, arguments: dict[str, Any], stopping: Callable[[], bool]) -> None:
    """A channel is compared with its source's own list, and what pushes missed is fetched."""
    run = catching_up.run(hub, arguments["channel"], clock=clock.now, stopping=stopping)
    if isinstance(run, Refused):
        _log.info("not caught up", workspace=hub.workspace, channel=arguments["channel"], code=run.code)
    else:
        _log.info("caught up", workspace=hub.workspace, channel=run.channel, listed=run.listed, missed=run.missed,
                  problem=run.problem)  # fmt: skip


def index(hub: Hub, arguments: dict[str, Any], stopping: Callable[[], bool]) -> None:
    """Values of fields that became filterable are written for lists."""
    done = 0
    for told in indexings.carry(hub, arguments["subject"], clock=clock.now, stopping=stopping):
        done = told
    _log.info("values written for lists", workspace=hub.workspace, subject=arguments["subject"], done=done)


# What every worker knows; `main` adds what higher floors bring.
JOBS: Mapping[str, Job] = {
    "tidy": tidy,
    uploads.JOB: import_,
    notes.JOB: notes_,
    catching_up.JOB: catch_up,
    indexings.JOB: index,
}


class Jobs:
    """procrastinate's worker in a thread of its own; after a failure of the queue it begins again."""

    def __init__(
        self, *, url: str, hub: Callable[[str], Hub], workspaces: Callable[[], list[str]], jobs: Mapping[str, Job]
    ) -> None:
        self._url, self._hub, self._workspaces, self._jobs = url, hub, workspaces, jobs
        self._stopping = threading.Event()
        self._running = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._task: asyncio.Task[None] | None = None
        self._thread = threading.Thread(target=self._run, name="jobs", daemon=True)

    def start(self) -> None:
        """Begin to take jobs."""
        self._thread.start()

    def stop(self) -> None:
        """Take no more jobs; those that run may end."""
        self._stopping.set()
        with self._running:
            if self._loop is not None and self._task is not None:
                self._loop.call_soon_threadsafe(self._task.cancel)

    def join(self, seconds: float) -> bool:
        """Wait for its end; whether it ended in time."""
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                asyncio.run(self._work())
            except asyncio.CancelledError:
                return
            except Exception:  # Whatever broke the queue, its jobs are in the database: it is begun anew.
                _log.exception("job queue failed", rest_seconds=_RESTART_SECONDS)
                self._stopping.wait(_RESTART_SECONDS)

    async def _work(self) -> None:
        with self._running:
            if self._stopping.is_set():
                return
            self._loop, self._task = asyncio.get_running_loop(), asyncio.current_task()
        try:
            await self._serve()
        finally:
            with self._running:
                self._loop = self._task = None

    async def _serve(self) -> None:
        connector = procrastinate.PsycopgConnector(
            conninfo=self._url, kwargs={"options": jobs_store.OPTIONS}, min_size=1, max_size=limits.JOBS_AT_ONCE + 2
        )
        app = procrastinate.App(connector=connector)
        retry = procrastinate.RetryStrategy(max_attempts=limits.ATTEMPTS_MAX, exponential_wait=2)
        app.task(name=jobs_store.TASK, pass_context=False, retry=retry)(self._carry)

        async def resume(timestamp: int) -> None:
            """Jobs whose worker has died are taken up again; the library knows it by missing heartbeats."""
            for job in await app.job_manager.get_stalled_jobs():
                with contextlib.suppress(exceptions.ConnectorException):  # The same one waits already.
                    await app.job_manager.retry_job(job)

        app.periodic(cron=_TIDY_CRON)(app.task(name="orderloom.tidy", queueing_lock="orderloom.tidy")(self._tidy))
        app.periodic(cron=_RESUME_CRON)(app.task(name="orderloom.resume", queueing_lock="orderloom.resume")(resume))

        source = app.task(name="orderloom.catch_up", queueing_lock="orderloom.catch_up")(self._ask_sources)
        app.periodic(cron=_CATCH_UP_CRON)(source)
        async with app.open_async():
            await resume(0)
            await app.run_worker_async(
                concurrency=limits.JOBS_AT_ONCE, install_signal_handlers=False, delete_jobs="successful"
            )

    def _carry(self, workspace: str, name: str, arguments: dict[str, Any]) -> None:
        job = self._jobs.get(name)
        if job is None:
            raise UnknownJob(name)
        job(self._hub(workspace), arguments, self._stopping.is_set)

    def _ask_sources(self, timestamp: int) -> None:
        """One job for each channel that is due to be caught up with."""
        for workspace in self._workspaces():
            jobs = [
                jobs_store.Job(workspace, catching_up.JOB, {"channel": channel}, f"{workspace} catch up {channel}")
                for channel in catching_up.due(self._hub(workspace), now=clock.now())
            ]
            if jobs:
                jobs_store.defer(self._url, jobs)

    def _tidy(self, timestamp: int) -> None:
        for workspace in self._workspaces():
            self._jobs["tidy"](self._hub(workspace), {}, self._stopping.is_set)
