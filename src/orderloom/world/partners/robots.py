"""What the stand-ins of group robots have in common: an HTTP server that hears, waits, breaks or answers."""

import contextlib
import http.server
import json
import threading
import urllib.parse
from collections.abc import Iterator
from typing import Any

from orderloom.kit import clock


class Robot(http.server.ThreadingHTTPServer):
    """A robot of a group. `heard` are the bodies it took; `trouble` is what it does to the next requests, in turn:
    "5xx", "slow", "disconnect", "garbage", or a JSON answer of its own; then it behaves."""

    daemon_threads = True
    per_minute = 20
    path = "/"

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Door)
        self.heard: list[dict[str, Any]] = []
        self.asked = 0
        self.trouble: list[str | dict[str, Any]] = []
        self.revoked = False
        self.slow_seconds = 30.0
        self._taken: list[float] = []
        self._one_at_a_time = threading.Lock()
        self.stopping = threading.Event()

    @property
    def url(self) -> str:
        """Where it listens; what the account of the hub is told."""
        return f"http://127.0.0.1:{self.server_port}{self.path}"

    @contextlib.contextmanager
    def running(self) -> Iterator["Robot"]:
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

    def answer(self, path: str, query: dict[str, str], body: dict[str, Any], now: float) -> dict[str, Any]:
        """What the partner says of a request that reached it."""
        raise NotImplementedError

    def too_fast(self, now: float) -> bool:
        """Whether this message is one too many within a minute."""
        with self._one_at_a_time:
            self._taken = [at for at in self._taken if at > now - 60]
            if len(self._taken) >= self.per_minute:
                return True
            self._taken.append(now)
            return False


class _Door(http.server.BaseHTTPRequestHandler):
    server: Robot

    def do_POST(self) -> None:
        """Hear, then do what trouble says, or answer."""
        raw = self.rfile.read(int(self.headers.get("content-length", 0)))
        robot = self.server
        robot.asked += 1
        trouble = robot.trouble.pop(0) if robot.trouble else None
        if trouble == "disconnect":
            self.close_connection = True
            self.connection.close()
            return
        if trouble == "slow":
            robot.stopping.wait(robot.slow_seconds)
        if trouble == "5xx":
            self._say(502, b"<html>Bad Gateway</html>")
            return
        if trouble == "garbage":
            self._say(200, b"<html>ok</html>")
            return
        if isinstance(trouble, dict):
            self._say(200, json.dumps(trouble).encode())
            return
        parts = urllib.parse.urlsplit(self.path)
        try:
            body = json.loads(raw)
        except ValueError:
            body = {}
        query = dict(urllib.parse.parse_qsl(parts.query))
        self._say(200, json.dumps(robot.answer(parts.path, query, body, clock.now().timestamp())).encode())

    def _say(self, status: int, body: bytes) -> None:
        with contextlib.suppress(OSError):
            self.send_response(status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Silence."""
