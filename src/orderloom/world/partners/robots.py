"""What the stand-ins of group robots have in common: an HTTP server that hears, waits, breaks or answers."""

import abc
import json
import threading
import urllib.parse
from typing import Any

from orderloom.kit import clock
from orderloom.world.partners.listening import Door, Partner


class Robot(Partner, abc.ABC):
    """A robot of a group. `heard` are the bodies it took; its `trouble` is "5xx", "slow", "disconnect", "garbage", or a
    JSON answer of its own."""

    per_minute = 20

    def __init__(self) -> None:
        super().__init__(_Door)
        self.heard: list[dict[str, Any]] = []
        self.asked = 0
        self.revoked = False
        self._taken: list[float] = []
        self._one_at_a_time = threading.Lock()

    @abc.abstractmethod
    def answer(self, path: str, query: dict[str, str], body: dict[str, Any], now: float) -> dict[str, Any]:
        """What the partner says of a request that reached it."""

    def too_fast(self, now: float) -> bool:
        """Whether this message is one too many within a minute."""
        with self._one_at_a_time:
            self._taken = [at for at in self._taken if at > now - 60]
            if len(self._taken) >= self.per_minute:
                return True
            self._taken.append(now)
            return False


class _Door(Door):
    server: Robot

    def reply(self, raw: bytes) -> None:
        """Do what trouble says, or answer."""
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
            self.say(502, b"<html>Bad Gateway</html>")
            return
        if trouble == "garbage":
            self.say(200, b"<html>ok</html>")
            return
        if isinstance(trouble, dict):
            self.say(200, json.dumps(trouble).encode())
            return
        parts = urllib.parse.urlsplit(self.path)
        try:
            body = json.loads(raw)
        except ValueError:
            body = {}
        query = dict(urllib.parse.parse_qsl(parts.query))
        self.say(200, json.dumps(robot.answer(parts.path, query, body, clock.now().timestamp())).encode())
