"""A stand-in that listens: a real HTTP server of its own, that misbehaves when it is told to."""

import abc
import contextlib
import http.server
import threading
from collections.abc import Iterator, Mapping
from typing import Any, Self


class Partner(http.server.ThreadingHTTPServer):
    """The server of one partner. `trouble` is what it does to the next requests, in turn; then it behaves."""

    daemon_threads = True
    path = "/"

    def __init__(self, door: type["Door"]) -> None:
        super().__init__(("127.0.0.1", 0), door)
        self.trouble: list[Any] = []
        self.slow_seconds = 30.0
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        """Where it listens; what the account of the hub is told."""
        return f"http://127.0.0.1:{self.server_port}{self.path}"

    @contextlib.contextmanager
    def running(self) -> Iterator[Self]:
        """Serve in a thread until the end of the block."""
        thread = threading.Thread(target=self.serve_forever, args=(0.05,), daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self.stopping.set()
            self.shutdown()
            thread.join()
            self.server_close()


class Door(http.server.BaseHTTPRequestHandler, abc.ABC):
    """What answers one request of a partner."""

    def do_POST(self) -> None:
        """Hear the body, then answer."""
        self.reply(self.rfile.read(int(self.headers.get("content-length", 0))))

    @abc.abstractmethod
    def reply(self, raw: bytes) -> None:
        """Do what trouble says, or answer."""

    def say(self, status: int, body: bytes, headers: Mapping[str, str] = {}) -> None:
        """Answer; a caller that has gone hears nothing."""
        with contextlib.suppress(OSError):
            self.send_response(status)
            for name, value in {"content-type": "application/json; charset=utf-8", **headers}.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""
