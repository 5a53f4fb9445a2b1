"""Sends to a DingTalk robot. Protocol: https://open.dingtalk.com/document/robots/custom-robot-access."""

import base64
import datetime as dt
import hmac
import urllib.parse
from typing import Any

import msgspec

from orderloom.connectors.contract import (
    Answer,
    Connector,
    Delivered,
    Failed,
    Rejected,
    TooFast,
    clipped,
    post,
)
from orderloom.domain.messengers import Mentions, Message, Window

_HOST = "oapi.dingtalk.com"
_TEXT_BYTES_MAX = 18_000
_TITLE_BYTES_MAX = 300
_BLOCKED_SECONDS = 600
# One below the partner's 20: its clock's minute is not ours.
_WINDOWS = (Window(60, 19),)
_TOO_FAST = frozenset({130101, 410100})
_AGAIN = frozenset({-1, 88, 90018})


class Account(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A robot: its address with the token, its secret if it checks signatures, its keyword if it checks one."""

    url: str
    secret: str = ""
    keyword: str = ""
    private: bool = False


def send(account: Account, message: Message, now: dt.datetime) -> Answer:
    """Send one message; HTTP 200 with an errcode is no success."""
    url = _signed(account, now) if account.secret else account.url
    answered = post(url, _body(account, message), host=_HOST, private=account.private)
    if not isinstance(answered, tuple):
        return answered
    status, said = answered
    code, reason = said.get("errcode"), f"errcode {said.get('errcode')}: {said.get('errmsg', '')}"
    if code == 0 and status == 200:
        return Delivered({"errcode": 0, "message_id": said.get("messageId", "")})
    if code in _TOO_FAST:
        return TooFast(reason, _BLOCKED_SECONDS)
    return Failed(reason) if code is None or code in _AGAIN else Rejected(reason)


def sign(secret: str, *, timestamp_ms: int) -> str:
    """The signature of a timestamp: base64 of HMAC-SHA256, the secret its key, timestamp and secret its text."""
    digest = hmac.digest(secret.encode(), f"{timestamp_ms}\n{secret}".encode(), "sha256")
    return base64.b64encode(digest).decode()


def _signed(account: Account, now: dt.datetime) -> str:
    timestamp_ms = int(now.timestamp() * 1000)
    more = urllib.parse.urlencode({"timestamp": timestamp_ms, "sign": sign(account.secret, timestamp_ms=timestamp_ms)})
    return f"{account.url}{'&' if '?' in account.url else '?'}{more}"


def _body(account: Account, message: Message) -> dict[str, Any]:
    at = {
        "atMobiles": message.mentions.phones,
        "atUserIds": message.mentions.users,
        "isAtAll": message.mentions.everybody,
    }
    said = message.markdown or message.text
    if account.keyword and account.keyword not in f"{said} {message.title if message.markdown else ''}":
        said = f"{account.keyword} {said}"
    # A robot shows a mention where the text names it; what is not named is only notified.
    mentioned = _named(message.mentions)
    said = clipped(said, bytes_max=_TEXT_BYTES_MAX - len(mentioned.encode())) + mentioned
    if message.markdown:
        title = clipped(message.title, bytes_max=_TITLE_BYTES_MAX)
        return {"msgtype": "markdown", "markdown": {"title": title, "text": said}, "at": at}
    return {"msgtype": "text", "text": {"content": said}, "at": at}


def _named(mentions: Mentions) -> str:
    named = " ".join(f"@{each}" for each in (*mentions.phones, *mentions.users))
    return f"\n{named}" if named else ""


CONNECTOR = Connector("dingtalk", Account, _WINDOWS, send)
