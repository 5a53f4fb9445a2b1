"""A Feishu group robot: signature in the body with seconds, keyword, five a second and a hundred a minute."""

import base64
import hashlib
import hmac
import json
from typing import Any

from orderloom.world.partners.robots import Robot

_BODY_BYTES_MAX = 20_480
_SKEW_SECONDS = 3_600


class Feishu(Robot):
    """The robot. With a `secret` it checks signatures, with a `keyword` that the message has it."""

    path = "/open-apis/bot/v2/hook/standin"
    per_minute = 100

    def __init__(self, *, secret: str = "", keyword: str = "") -> None:
        super().__init__()
        self.secret, self.keyword = secret, keyword

    def answer(self, path: str, query: dict[str, str], body: dict[str, Any], now: float) -> dict[str, Any]:
        """As the partner says it: code, and msg."""
        if path != self.path or self.revoked:
            return {"code": 19001, "msg": "param invalid: incoming webhook access token invalid", "data": {}}
        if self.secret and not self._signed(body, now):
            msg = "sign match fail or timestamp is not within one hour from current time"
            return {"code": 19021, "msg": msg, "data": {}}
        said = json.dumps(body, ensure_ascii=False)
        text = body.get("content", {}).get("text") if body.get("msg_type") == "text" else None
        if not (text or (body.get("msg_type") == "interactive" and body.get("card", {}).get("elements"))):
            return {"code": 9499, "msg": "Bad Request", "data": {}}
        if len(said.encode()) > _BODY_BYTES_MAX:
            return {"code": 9499, "msg": "Bad Request", "data": {}}
        if self.keyword and self.keyword not in said:
            return {"code": 19024, "msg": "Key Words Not Found", "data": {}}
        if self.too_fast(now):
            return {"code": 11232, "msg": "frequency limited", "data": {}}
        self.heard.append(body)
        return {"StatusCode": 0, "StatusMessage": "success", "code": 0, "msg": "success", "data": {}}

    def _signed(self, body: dict[str, Any], now: float) -> bool:
        stamp = str(body.get("timestamp", ""))
        if not stamp.isdigit() or abs(int(stamp) - now) > _SKEW_SECONDS:
            return False
        wanted = hmac.new(f"{stamp}\n{self.secret}".encode(), b"", hashlib.sha256).digest()
        return body.get("sign") == base64.b64encode(wanted).decode()
