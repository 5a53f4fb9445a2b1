"""A WeCom group robot: a key and no signature, lengths in bytes, twenty a minute."""

from typing import Any

from orderloom.world.partners.robots import Robot

_BYTES_MAX = {"text": 2_048, "markdown": 4_096}


class WeCom(Robot):
    """The robot; who removes it from the group revokes its address."""

    path = "/cgi-bin/webhook/send?key=standin"

    def answer(self, path: str, query: dict[str, str], body: dict[str, Any], now: float) -> dict[str, Any]:
        """As the partner says it: HTTP 200 always, and errcode."""
        if path != "/cgi-bin/webhook/send" or query.get("key") != "standin" or self.revoked:
            return {"errcode": 93000, "errmsg": "invalid webhook url"}
        kind = body.get("msgtype", "")
        said = body.get(kind)
        if kind not in _BYTES_MAX or not isinstance(said, dict):
            return {"errcode": 40008, "errmsg": "invalid message type"}
        text = str(said.get("content", ""))
        if not text:
            return {"errcode": 44004, "errmsg": "empty content"}
        if len(text.encode()) > _BYTES_MAX[kind]:
            return {"errcode": 40058, "errmsg": f"{kind}.content exceed max length {_BYTES_MAX[kind]}"}
        if self.too_fast(now):
            return {"errcode": 45009, "errmsg": "api freq out of limit"}
        self.heard.append(body)
        return {"errcode": 0, "errmsg": "ok"}
