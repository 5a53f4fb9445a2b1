"""The house: what every door stands on, built once in a process from its settings.

It is imported when a verb opens it, so that `main` answers for help without it.
"""

import asyncio
import contextlib
import os
import socket
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import structlog

from orderloom.actions.hub import Hub
from orderloom.actions.packs import Pack
from orderloom.cli import desk as desks
from orderloom.domain import geography
from orderloom.kit import clock, divisions, limits, settings
from orderloom.kit.ids import Ids
from orderloom.kit.refusals import Refused, Stopped
from orderloom.kit.sealing import Sealer
from orderloom.store import database as db
from orderloom.store import embedded, workspaces
from orderloom.store import files as files_store

# The companies' packs by name: they live beside the doors' floors, so `main` hands them in.
Shipped = Callable[[], Mapping[str, Pack]]
# What cannot go on says why in one line.
STOPPED = (Stopped, *db.GONE)


class House:
    """One process's view of the whole: settings, the database, and a hub for each workspace it serves.

    What serves is `patient`: it waits for a database that comes back. A person at a terminal is told at once.
    """

    def __init__(
        self,
        chosen: settings.Settings,
        *,
        tell: embedded.Tell = embedded.quietly,
        shipped_packs: Shipped = dict,
        patient: bool = True,
    ) -> None:
        self.settings = chosen
        self.shipped_packs = shipped_packs
        self.url = embedded.ensure(chosen, tell=tell)
        if not patient:
            db.knock(self.url)
        self.database = db.Database(self.url)
        workspaces.bring_up_to_date(self.database, now=clock.now())
        self._sealer = Sealer(settings.master_key(chosen))
        self._places = geography.places(divisions.rows())
        self._files = files_store.Objects(chosen.files or str(chosen.data / "files"))
        self._hubs: dict[str, Hub] = {}

    def hub(self, workspace: str) -> Hub:
        """The hub of a workspace."""
        if workspace not in self._hubs:
            self._hubs[workspace] = Hub(
                database=self.database,
                workspace=workspace,
                sealer=self._sealer,
                ids=Ids(),
                places=self._places,
                files=self._files,
            )
        return self._hubs[workspace]

    def close(self) -> None:
        """Give the connections back; the embedded server goes on for others."""
        self.database.close()


class DoorClosed(Stopped):
    """The HTTP door could not be opened."""


def build() -> House:
    """The house as the environment says."""
    return House(settings.read(os.environ))


def log_quietly() -> None:
    """Warnings only, as lines on the standard error: answers stand alone on the standard output."""
    structlog.configure(
        wrapper_class=structlog.make_filtering_bound_logger("warning"),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper("iso"),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(),
        ],
    )


@contextlib.contextmanager
def serving(house: desks.House) -> Iterator[Path]:
    """Serve HTTP on a unix socket of our own, and work, in threads of this process; raises DoorClosed."""
    from orderloom.api import app, serve
    from orderloom.worker import run as worker

    loop = asyncio.new_event_loop()
    with tempfile.TemporaryDirectory(prefix="orderloom-") as folder:
        path = Path(folder) / "door"
        task = loop.create_task(serve.serve(app.create(house), host="", port=0, socket=path))
        thread = threading.Thread(target=_serve, args=(loop, task), name="door")
        thread.start()
        loops = worker.Worker(house.database, house.hub)
        working = threading.Thread(target=loops.run, name="worker")
        working.start()
        try:
            until = time.monotonic() + limits.DOOR_START_SECONDS_MAX
            while not _listens(path):
                if task.done() or time.monotonic() > until:
                    raise DoorClosed(Refused("door.not_opened", {"path": str(path)}))
                time.sleep(0.01)
            yield path
        finally:
            loop.call_soon_threadsafe(task.cancel)
            thread.join()
            loops.stop()
            working.join()


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as tried:
        return tried.connect_ex(str(path)) == 0


def _serve(loop: asyncio.AbstractEventLoop, task: "asyncio.Task[None]") -> None:
    with contextlib.suppress(asyncio.CancelledError):
        loop.run_until_complete(task)
    loop.close()
