"""One supervisor over the processes that serve: starts them, starts again what died, and stops all of them in turn."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence

import msgspec

from orderloom.kit import limits


class Child(msgspec.Struct):
    """A process to be kept alive: the verb of ours that it runs, and how it is called when told of."""

    name: str
    verb: Sequence[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    deaths: int = 0
    again_at: float = 0.0


class Supervisor:
    """Keeps children alive until it is told to stop. A child that dies at once is started again later and later."""

    def __init__(self, children: Sequence[Child], *, tell: Callable[[str, int], None]) -> None:
        self._children = list(children)
        self._tell = tell
        self._stopping = threading.Event()

    def run(self, *, ready: Callable[[], bool], say_ready: Callable[[], None]) -> None:
        """Serve until SIGINT or SIGTERM; then every child ends what it has in hand. `say_ready` is called once,
        when `ready` says so."""
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, lambda *_: self._stopping.set())
        for child in self._children:
            _start(child)
        said = False
        while not self._stopping.wait(limits.SUPERVISOR_LOOK_SECONDS):
            self._look()
            if not said and ready():
                said = True
                say_ready()
        self._stop()

    def stop(self) -> None:
        """Ask it to end."""
        self._stopping.set()

    def _look(self) -> None:
        now = time.monotonic()
        for child in self._children:
            if child.process is not None and (code := child.process.poll()) is not None:
                lasted = now - child.started_at
                child.deaths = 1 if lasted > limits.SUPERVISOR_PAUSE_SECONDS_MAX else child.deaths + 1
                child.process = None
                child.again_at = now + min(2.0 ** (child.deaths - 1) / 2, limits.SUPERVISOR_PAUSE_SECONDS_MAX)
                self._tell(child.name, code)
            if child.process is None and now >= child.again_at:
                _start(child)

    def _stop(self) -> None:
        """The doors first, so that nothing new comes in; then those who work."""
        until = time.monotonic() + limits.SUPERVISOR_STOP_SECONDS_MAX
        for child in self._children:
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
        for child in self._children:
            if child.process is None:
                continue
            try:
                child.process.wait(max(0.1, until - time.monotonic()))
            except subprocess.TimeoutExpired:
                child.process.kill()
                child.process.wait()


def _start(child: Child) -> None:
    # A group of its own: Ctrl-C reaches the supervisor alone, which stops the others in their order.
    child.process = subprocess.Popen(
        [sys.executable, "-m", "orderloom.main", *child.verb], env=_environment(), start_new_session=True
    )
    child.started_at = time.monotonic()


def _environment() -> Mapping[str, str]:
    return {**os.environ, "ORDERLOOM_SUPERVISED_BY": str(os.getpid())}
