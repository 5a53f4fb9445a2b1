"""Loops: one thread a kind of work, going round all workspaces; what fails in one stops neither it nor the others."""

import datetime as dt
import threading
from collections.abc import Callable, Sequence

import msgspec
import structlog

from orderloom.kit import clock, limits
from orderloom.store.beats import Beat

_log = structlog.get_logger(__name__)

Turn = Callable[[str], bool]


class _Place(msgspec.Struct):
    """How a loop stands with one workspace, in seconds of the loop's own clock: when it is due, and when it may be
    woken at the earliest."""

    due: float = 0.0
    rested: float = 0.0
    woken: bool = False
    failures: int = 0


class Loop:
    """Calls `turn(workspace)` for each workspace that is due or was woken, again at once while there is work.

    A turn does a bounded piece and says whether it found any. `pause` seconds lie between two turns at one workspace
    that found some, so that under load pieces become larger, not more; `idle` seconds when it found none. A failure is
    logged, and that workspace rests for 1, 2, 4 … seconds up to LOOP_BACKOFF_SECONDS_MAX.
    """

    def __init__(self, name: str, turn: Turn, *, idle: float, pause: float = 0.0) -> None:
        self.name = name
        self._turn, self._idle, self._pause = turn, idle, pause
        self._places: dict[str, _Place] = {}
        self._changed = threading.Condition()
        self._stopping = False
        self._thread: threading.Thread | None = None
        self._turns = 0
        self._beat_at: dt.datetime | None = None
        self._problem = ""

    def start(self) -> None:
        """Begin to go round, in a thread of its own."""
        self._thread = threading.Thread(target=self._run, name=self.name, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Ask it to end after the turn it is at."""
        with self._changed:
            self._stopping = True
            self._changed.notify_all()

    def join(self, seconds: float) -> bool:
        """Wait for its end; whether it ended in time."""
        if self._thread is not None:
            self._thread.join(seconds)
            return not self._thread.is_alive()
        return True

    def serve(self, workspaces: Sequence[str]) -> None:
        """The workspaces to go round from now on."""
        with self._changed:
            known = self._places
            self._places = {name: known.get(name) or _Place() for name in workspaces}
            self._changed.notify_all()

    def wake(self, workspace: str) -> None:
        """Something waits there: do not sleep until it is due. After a failure the rest is kept."""
        with self._changed:
            place = self._places.get(workspace)
            if place is not None and place.failures == 0:
                place.woken = True
                place.due = min(place.due, place.rested)
                self._changed.notify_all()

    def beat(self, worker: str) -> Beat | None:
        """Its last turn, or None before the first."""
        if self._beat_at is None:
            return None
        with self._changed:
            failures = max((each.failures for each in self._places.values()), default=0)
        return Beat(worker, self.name, self._beat_at, self._turns, failures, self._problem if failures else "")

    def _run(self) -> None:
        while (chosen := self._next()) is not None:
            self._go(*chosen)

    def _next(self) -> tuple[str, _Place] | None:
        """The workspace whose turn it is, once it is; None to end."""
        with self._changed:
            while not self._stopping:
                at = clock.ticks()
                self._beat_at = clock.now()
                name, place = min(self._places.items(), key=lambda each: each[1].due, default=("", None))
                if place is not None and place.due <= at:
                    place.woken = False
                    return name, place
                self._changed.wait(min(place.due - at, self._idle) if place is not None else self._idle)
            return None

    def _go(self, workspace: str, place: _Place) -> None:
        try:
            found = self._turn(workspace)
        except Exception as error:
            rest = min(2.0**place.failures, limits.LOOP_BACKOFF_SECONDS_MAX)
            self._problem = f"{workspace}: {type(error).__name__}: {error}"[: limits.TEXT_CHARS_MAX]
            _log.exception("turn failed", loop=self.name, workspace=workspace, rest_seconds=rest)
            with self._changed:
                place.failures += 1
                place.due = clock.ticks() + rest
        else:
            with self._changed:
                place.failures = 0
                place.rested = clock.ticks() + self._pause
                place.due = place.rested if found or place.woken else place.rested + self._idle
        self._turns += 1
