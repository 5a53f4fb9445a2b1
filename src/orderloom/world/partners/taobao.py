"""The TOP gateway of a marketplace: signatures, sessions, a list of what changed, orders in full, and its bad days."""

import datetime as dt
import hashlib
import hmac
import json
import urllib.parse
import zoneinfo
from typing import Any

from orderloom.kit import clock
from orderloom.world.partners.listening import Door, Partner

_ZONE = zoneinfo.ZoneInfo("Asia/Shanghai")
_SKEW_SECONDS = 600
_DAY = dt.timedelta(days=1)


class Gateway(Partner):
    """The gateway of one shop. `trades` by number are its orders; its `trouble` is "429", "5xx", "slow", "limited" (as
    error_response 7) or "garbage". With `repeats` every page of the list brings the last order of the page before
    again, as it does while orders change."""

    path = "/router/rest"

    def __init__(self, *, app_key: str = "standin", secret: str = "top-secret", session: str = "shop") -> None:
        super().__init__(_Door)
        self.app_key, self.secret, self.session = app_key, secret, session
        self.trades: dict[str, dict[str, Any]] = {}
        self.repeats = False
        self.asked: list[str] = []

    def answer(self, form: dict[str, str]) -> dict[str, Any]:
        """As the gateway says it: HTTP 200 always, and error_response for what it refuses."""
        self.asked.append(form.get("method", ""))
        problem = self._refused(form)
        if problem is not None:
            code, message = problem
            return {"error_response": {"code": code, "msg": message, "request_id": _request_id(form)}}
        if form["method"] == "taobao.trades.sold.increment.get":
            return self._list(form)
        if form["method"] == "taobao.trade.fullinfo.get":
            return self._full(form)
        return {"error_response": {"code": 22, "msg": "Invalid method"}}

    def _refused(self, form: dict[str, str]) -> tuple[int, str] | None:
        if form.get("app_key") != self.app_key:
            return 29, "Invalid app Key"
        if form.get("sign") != _sign(form, self.secret):
            return 25, "Invalid signature"
        if form.get("session") != self.session:
            return 27, "Invalid session"
        at = _read(form.get("timestamp", ""))
        if at is None or abs((at - clock.now()).total_seconds()) > _SKEW_SECONDS:
            return 31, "Invalid timestamp"
        return None

    def _list(self, form: dict[str, str]) -> dict[str, Any]:
        since, until = _read(form.get("start_modified", "")), _read(form.get("end_modified", ""))
        if since is None or until is None or until - since > _DAY:
            return _isv("isv.invalid-parameter", "start_modified and end_modified must be within one day")
        changed = sorted(
            (each for each in self.trades.values() if since <= (_read(each["modified"]) or since) <= until),
            key=lambda each: (each["modified"], each["tid"]),
        )
        size, page = int(form.get("page_size", 40)), int(form.get("page_no", 1))
        start = max(0, (page - 1) * size - (1 if self.repeats and page > 1 else 0))
        shown = [{name: each[name] for name in ("tid", "status", "modified")} for each in changed[start : page * size]]
        return {
            "trades_sold_increment_get_response": {
                "total_results": len(changed), "trades": {"trade": shown}, "request_id": _request_id(form),
            }
        }  # fmt: skip

    def _full(self, form: dict[str, str]) -> dict[str, Any]:
        trade = self.trades.get(form.get("tid", ""))
        if trade is None:
            return _isv("isv.trade-not-exist", "the trade does not exist")
        return {"trade_fullinfo_get_response": {"trade": trade, "request_id": _request_id(form)}}


class _Door(Door):
    server: Gateway

    def reply(self, raw: bytes) -> None:
        """Do what trouble says, or answer."""
        gateway = self.server
        trouble = gateway.trouble.pop(0) if gateway.trouble else ""
        if trouble == "slow":
            gateway.stopping.wait(gateway.slow_seconds)
        if trouble in ("429", "5xx"):
            self.say(429 if trouble == "429" else 503, b"<html>busy</html>", {"retry-after": "0"})
            return
        if trouble == "garbage":
            self.say(200, b"<html>ok</html>")
            return
        form = dict(urllib.parse.parse_qsl(raw.decode(), keep_blank_values=True))
        said = {"error_response": {"code": 7, "msg": "App Call Limited"}} if trouble == "limited" else None
        if self.path != gateway.path:
            self.say(404, b"")
            return
        self.say(200, json.dumps(said or gateway.answer(form), ensure_ascii=False).encode())


def _sign(form: dict[str, str], secret: str) -> str:
    """As the gateway's documentation describes it, written apart from the hub's client."""
    pairs = "".join(name + value for name, value in sorted(form.items()) if name != "sign")
    if form.get("sign_method") == "hmac-sha256":
        return hmac.new(secret.encode(), pairs.encode(), hashlib.sha256).hexdigest().upper()
    return hashlib.md5((secret + pairs + secret).encode(), usedforsecurity=False).hexdigest().upper()


def _read(text: str) -> dt.datetime | None:
    try:
        return dt.datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=_ZONE)
    except ValueError:
        return None


def _request_id(form: dict[str, str]) -> str:
    return hashlib.sha256(repr(sorted(form.items())).encode()).hexdigest()[:12]


def _isv(sub_code: str, message: str) -> dict[str, Any]:
    return {"error_response": {"code": 15, "msg": "Remote service error", "sub_code": sub_code, "sub_msg": message}}
