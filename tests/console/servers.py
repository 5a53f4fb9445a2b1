"""A server in a process of its own, which can be killed and comes back at the same address."""

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
_PROGRAM = """
import sys
from tests.api.conftest import House
from orderloom.api import serve
from orderloom.domain import geography
from orderloom.kit import divisions
from orderloom.store import database, files

url, folder, port = sys.argv[1:]
with database.Database(url) as opened:
    house = House(opened, geography.places(divisions.rows()), files.Objects(folder))
    serve.run(house, host="127.0.0.1", port=int(port))
"""
_READY_SECONDS = 120


class Mortal:
    """A server over a database and a folder of files."""

    def __init__(self, url: str, folder: Path) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self._port = probe.getsockname()[1]
        self._command = [sys.executable, "-c", _PROGRAM, url, str(folder), str(self._port)]
        self._process: subprocess.Popen[bytes] | None = None
        self.root = f"http://127.0.0.1:{self._port}"

    def start(self) -> None:
        """Come up, at the same address as before."""
        self._process = subprocess.Popen(self._command, cwd=ROOT)
        deadline = time.monotonic() + _READY_SECONDS
        while True:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self._port), timeout=1):
                return
            assert time.monotonic() < deadline and self._process.poll() is None, "the server did not come up"
            time.sleep(0.05)

    def kill(self) -> None:
        """Die at once (SIGKILL), with whatever was in hand."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(20)


@contextlib.contextmanager
def mortal(url: str, folder: Path) -> Iterator[Mortal]:
    """A running one, killed in the end."""
    made = Mortal(url, folder)
    try:
        made.start()
        yield made
    finally:
        made.kill()
