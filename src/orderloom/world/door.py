"""The way in from outside: HTTP requests with a key, over a port or a unix socket."""

import http.client
import json
import socket
from pathlib import Path
from typing import Any

_PREFIX = "/api/v1"
_SECONDS_MAX = 120


class Answer:
    """What the door answered: the status, and the decoded body."""

    def __init__(self, status: int, body: Any) -> None:
        self.status = status
        self.body = body

    @property
    def code(self) -> str:
        """The code of a problem, empty when there is none."""
        return self.body.get("code", "") if isinstance(self.body, dict) else ""


class Door:
    """One connection to the hub's HTTP door. `place` is a socket's path, or (host, port)."""

    def __init__(self, place: Path | tuple[str, int], *, key: str, language: str = "zh") -> None:
        self._connection = _OverSocket(place) if isinstance(place, Path) else http.client.HTTPConnection(*place)
        self._connection.timeout = _SECONDS_MAX
        self._headers = {"Authorization": f"Bearer {key}", "Accept-Language": language}

    def get(self, path: str) -> Answer:
        """Read."""
        return self._ask("GET", path, None, {})

    def post(self, path: str, body: Any, *, once: str = "") -> Answer:
        """Write; `once` is the Idempotency-Key under which it counts once."""
        headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": once} if once else {})
        return self._ask("POST", path, json.dumps(body, ensure_ascii=False).encode(), headers)

    def put(self, path: str, body: Any) -> Answer:
        """Enter or change reference data."""
        return self._ask(
            "PUT", path, json.dumps(body, ensure_ascii=False).encode(), {"Content-Type": "application/json"}
        )

    def _ask(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> Answer:
        self._connection.request(method, _PREFIX + path, body, {**self._headers, **headers})
        response = self._connection.getresponse()
        raw = response.read()
        kind = response.headers.get_content_type()
        if kind == "application/x-ndjson":
            return Answer(response.status, [json.loads(line) for line in raw.splitlines()])
        return Answer(response.status, json.loads(raw) if "json" in kind else raw.decode())

    def close(self) -> None:
        """Hang up."""
        self._connection.close()


class _OverSocket(http.client.HTTPConnection):
    def __init__(self, path: Path) -> None:
        super().__init__("orderloom")
        self._path = path

    def connect(self) -> None:
        self.sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self.sock.settimeout(self.timeout)
        self.sock.connect(str(self._path))
