"""The supervisor: keeps its children alive, waits longer each time, and leaves none behind."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psutil

_SECONDS_MAX = 60

# A supervisor over one child that ends at once and one that stays, with short pauses.
_PROGRAM = """
import sys
from orderloom.cli import supervisor
from orderloom.kit import limits

limits.SUPERVISOR_LOOK_SECONDS = 0.05
children = [supervisor.Child("short", ["version"]), supervisor.Child("long", ["log", "tail", "--follow"])]
print("go", flush=True)
supervisor.Supervisor(children, tell=lambda name, code: print("ended", name, code, flush=True)).run(
    ready=lambda: True, say_ready=lambda: print("ready", flush=True)
)
print("stopped", flush=True)
"""


def _until(condition: Callable[[], bool]) -> None:
    until = time.monotonic() + _SECONDS_MAX
    while not condition():
        assert time.monotonic() < until, "it did not come about in time"
        time.sleep(0.05)


def test_what_ends_is_started_again_and_nothing_is_left_behind(tmp_path: Path, database_url: str) -> None:
    environment = {**os.environ, "ORDERLOOM_DATA": str(tmp_path), "ORDERLOOM_DATABASE_URL": database_url,
                   "ORDERLOOM_WORKSPACE": "test"}  # fmt: skip
    out = tmp_path / "out"
    with out.open("wb") as file:
        process = subprocess.Popen([sys.executable, "-c", _PROGRAM], stdout=file, env=environment)
    try:
        _until(lambda: out.read_text().count("ended short 0") >= 2)
        assert "ready" in out.read_text()
        found = psutil.Process(process.pid).children()
        long = next(each for each in found if "--follow" in each.cmdline())
        long.kill()
        _until(lambda: "ended long -9" in out.read_text())
        _until(lambda: any("--follow" in each.cmdline() and each.pid != long.pid for each in _children(process.pid)))
        process.send_signal(signal.SIGTERM)
        assert process.wait(_SECONDS_MAX) == 0
        assert out.read_text().endswith("stopped\n")
        assert not [each for each in found if each.is_running() and each.status() != psutil.STATUS_ZOMBIE]
    finally:
        process.kill()
        process.wait()


def _children(pid: int) -> list[psutil.Process]:
    found = []
    for each in psutil.Process(pid).children():
        try:
            each.cmdline()
        except psutil.Error:
            continue
        found.append(each)
    return found
