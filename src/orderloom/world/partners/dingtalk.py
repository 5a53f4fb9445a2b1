"""A DingTalk group robot: token, signature within an hour, keyword, twenty a minute and then ten minutes of silence."""

import base64
import hashlib
import hmac
from typing import Any

from orderloom.world.partners.robots import Robot

_BODY_BYTES_MAX = 20_000
_SILENT_SECONDS = 600
_SKEW_SECONDS = 3_600


class DingTalk(Robot):
    """The robot. With a `secret` it checks signatures, with a `keyword` that the message has it."""

    path = "/robot/send?access_token=standin"

    def __init__(self, *, secret: str = "", keyword: str = "") -> None:
        super().__init__()
        self.secret, self.keyword = secret, keyword
        self.silent_until = 0.0

    def answer(self, path: str, query: dict[str, str], body: dict[str, Any], now: float) -> dict[str, Any]:
        """As the partner says it: HTTP 200 always, and errcode."""
        if path != "/robot/send" or query.get("access_token") != "standin" or self.revoked:
            return {"errcode": 300001, "errmsg": "token is not exist"}
        if self.secret and (problem := self._unsigned(query, now)):
            return {"errcode": 310000, "errmsg": problem}
        kind = body.get("msgtype")
        said = body.get(kind) if kind in ("text", "markdown") else None
        if not isinstance(said, dict):
            return {"errcode": 400105, "errmsg": "unsupported msgtype"}
        text = str(said.get("content", said.get("text", "")))
        if not text.strip() or len(str(body).encode()) > _BODY_BYTES_MAX:
            return {"errcode": 40035, "errmsg": "param error"}
        if self.keyword and self.keyword not in text + str(said.get("title", "")):
            return {"errcode": 310000, "errmsg": "keywords not in content"}
        if now < self.silent_until or self.too_fast(now):
            self.silent_until = max(self.silent_until, now + _SILENT_SECONDS)
            return {"errcode": 130101, "errmsg": "send too fast, exceed 20 times per minute"}
        self.heard.append(body)
        return {"errcode": 0, "errmsg": "ok"}

    def _unsigned(self, query: dict[str, str], now: float) -> str:
        stamp = query.get("timestamp", "")
        if not stamp.isdigit() or abs(int(stamp) / 1000 - now) > _SKEW_SECONDS:
            return "invalid timestamp"
        wanted = hmac.new(self.secret.encode(), f"{stamp}\n{self.secret}".encode(), hashlib.sha256).digest()
        return "" if query.get("sign") == base64.b64encode(wanted).decode() else "sign not match"
