"""The worker: everything that happens by itself after the commit. Any number of workers may run; none holds state."""

import datetime as dt
import logging
import os
import signal
import socket
import sys
import threading
from collections.abc import Callable, Mapping

import structlog

from orderloom.actions import approvals, breakers, flows, timers
from orderloom.actions.hub import Hub
from orderloom.kit import clock, garbage
from orderloom.outbox import drain, nats, relay, shadows
from orderloom.outbox.readers import GATHERED, PROMPT
from orderloom.outbox.senders import SENDERS
from orderloom.store import beats, workspaces
from orderloom.store import database as db
from orderloom.store import jobs as jobs_store
from orderloom.worker import alerts
from orderloom.worker.jobs import JOBS, Job, Jobs
from orderloom.worker.loops import Loop

_log = structlog.get_logger(__name__)

_CHANNEL = "outbox"
# Between two pieces of the relay under load: positions are at most about this late, and pieces are larger.
_RELAY_PAUSE_SECONDS = 0.1
# Boards are about this late, and what happens to an order within it is counted once.
_GATHER_PAUSE_SECONDS = 2.0
_POLL_SECONDS = 1.0
_WATCH_SECONDS = 5.0
_SILENT_DAYS = 1


class Worker:
    """Serves all workspaces of a database until it is stopped. `hub` gives the hub of a workspace."""

    def __init__(
        self,
        database: db.Database,
        hub: Callable[[str], Hub],
        *,
        jobs: Mapping[str, Job] = JOBS,
        follower: nats.Follower | None = None,
    ) -> None:
        self._database, self._hub, self._follower = database, hub, follower
        self._stopping = threading.Event()
        self.name = f"{socket.gethostname()}:{os.getpid()}"
        self._readers = Loop("readers", self._read, idle=_POLL_SECONDS, pause=_RELAY_PAUSE_SECONDS)
        self._gatherers = Loop("gatherers", self._gather, idle=_POLL_SECONDS, pause=_GATHER_PAUSE_SECONDS)
        self._loops = [
            Loop("relay", self._seal, idle=_POLL_SECONDS, pause=_RELAY_PAUSE_SECONDS),
            self._readers,
            self._gatherers,
            Loop("outbox", self._outbox, idle=_POLL_SECONDS),
            Loop("calls", self._calls, idle=_POLL_SECONDS),
            Loop("timers", self._timers, idle=_POLL_SECONDS),
            Loop("shadows", self._shadows, idle=_POLL_SECONDS),
            Loop("alerts", self._alerts, idle=_WATCH_SECONDS),
        ]
        self._followers = [] if follower is None else [Loop("nats", self._follow, idle=_POLL_SECONDS)]
        self._loops += self._followers
        self._listener = threading.Thread(target=self._listen, name="listener", daemon=True)
        self._jobs = Jobs(url=database.url, hub=hub, workspaces=self._names, jobs=jobs)

    def run(self) -> None:
        """Work until `stop`; returns when every loop has ended its turn."""
        garbage.settle()
        jobs_store.prepare(self._database, now=clock.now())
        for loop in self._loops:
            loop.start()
        self._listener.start()
        self._jobs.start()
        _log.info("worker started", worker=self.name)
        while not self._stopping.is_set():
            self._watch()
            self._stopping.wait(_WATCH_SECONDS)
        self._end()

    def stop(self) -> None:
        """Ask it to end. Safe in a signal handler."""
        self._stopping.set()

    def _end(self) -> None:
        for loop in self._loops:
            loop.stop()
        self._jobs.stop()
        late = [each.name for each in self._loops if not each.join(30)]
        if not self._jobs.join(30):
            late.append("jobs")
        if self._follower is not None:
            self._follower.close()
        try:
            beats.forget(self._database, worker=self.name, before=_silent())
        except db.GONE:
            _log.warning("the database is away at the end", worker=self.name)
        _log.info("worker stopped", worker=self.name, late=late)

    def _watch(self) -> None:
        """Find new and dropped workspaces, and write the beats."""
        try:
            names = self._names()
            for loop in self._loops:
                loop.serve(names)
            found = [beat for loop in self._loops if (beat := loop.beat(self.name)) is not None]
            beats.keep(self._database, found)
            beats.forget(self._database, worker="", before=_silent())
        except Exception:  # The next look may find the database again; the loops go on meanwhile.
            _log.exception("watch failed", worker=self.name)

    def _names(self) -> list[str]:
        return [each.name for each in workspaces.listed(self._database)]

    def _listen(self) -> None:
        """Wake the loops of a workspace when something commits there; polling goes on without it."""
        while not self._stopping.is_set():
            try:
                with self._database.listening(channel=_CHANNEL) as connection:
                    while not self._stopping.is_set():
                        for notice in connection.notifies(timeout=_POLL_SECONDS):
                            for loop in self._loops:
                                loop.wake(db.workspace_of(notice.payload))
                            if self._stopping.is_set():
                                return
            except db.GONE as error:
                _log.warning("listener lost the server", reason=str(error))
                self._stopping.wait(_POLL_SECONDS)

    def _seal(self, workspace: str) -> bool:
        # Apart from the readers, so that positions wait for nothing that is written beside the log.
        sealed = relay.seal(self._hub(workspace), now=clock.now()) > 0
        if sealed:
            for loop in (self._readers, self._gatherers, *self._followers):
                loop.wake(workspace)
        return sealed

    def _read(self, workspace: str) -> bool:
        return relay.feed(self._hub(workspace), PROMPT, now=clock.now())

    def _gather(self, workspace: str) -> bool:
        """All that there is, since the pause until the next turn is long."""
        found = False
        while not self._stopping.is_set() and relay.feed(self._hub(workspace), GATHERED, now=clock.now()):
            found = True
        return found

    def _follow(self, workspace: str) -> bool:
        assert self._follower is not None
        return self._follower.step(self._hub(workspace), now=clock.now())

    def _outbox(self, workspace: str) -> bool:
        return drain.drain(self._hub(workspace), SENDERS, outside=False, now=clock.now()) > 0

    def _calls(self, workspace: str) -> bool:
        return drain.drain(self._hub(workspace), SENDERS, outside=True, now=clock.now()) > 0

    def _alerts(self, workspace: str) -> bool:
        return alerts.look(self._hub(workspace), now=clock.now()) > 0

    def _shadows(self, workspace: str) -> bool:
        return shadows.step(self._hub(workspace), now=clock.now())

    def _timers(self, workspace: str) -> bool:
        hub = self._hub(workspace)
        return sum([each.fire(hub, now=clock.now()) for each in (timers, approvals, breakers, flows)]) > 0


def run(
    database: db.Database,
    hub: Callable[[str], Hub],
    *,
    jobs: Mapping[str, Job] = JOBS,
    follower: nats.Follower | None = None,
) -> None:
    """Serve until SIGTERM or SIGINT; then every loop ends its turn and this returns."""
    configure_logs()
    worker = Worker(database, hub, jobs=jobs, follower=follower)
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: worker.stop())
    worker.run()


def configure_logs() -> None:
    """Logs for people on a terminal, a JSON object a line elsewhere; the libraries' own warnings among them."""
    person = sys.stderr.isatty()
    # A plain traceback: one with the values of variables would put personal text into the logs.
    console = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    renderer = console if person else structlog.processors.JSONRenderer()
    told: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        *([] if person else [structlog.processors.format_exc_info]),
    ]
    structlog.configure(
        processors=[*told, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=told, processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer]
        )
    )
    logging.basicConfig(level=logging.WARNING, handlers=[handler], force=True)


def _silent() -> dt.datetime:
    return clock.now() - dt.timedelta(days=_SILENT_DAYS)
