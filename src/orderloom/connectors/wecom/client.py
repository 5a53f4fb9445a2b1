"""Sends to a WeCom robot. Protocol: https://developer.work.weixin.qq.com/document/path/91770."""

import datetime as dt
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
from orderloom.domain.messengers import Message, Window

_HOST = "qyapi.weixin.qq.com"
_TEXT_BYTES_MAX = 2_048
_MARKDOWN_BYTES_MAX = 4_096
_WINDOW_SECONDS = 60
_WINDOWS = (Window(_WINDOW_SECONDS, 19),)
_TOO_FAST = frozenset({45009, 45033})
_AGAIN = frozenset({-1})


class Account(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A robot: its address with the key. There is no signature."""

    url: str
    private: bool = False


def send(account: Account, message: Message, now: dt.datetime) -> Answer:
    """Send one message; HTTP 200 with an errcode is no success."""
    answered = post(account.url, _body(message), host=_HOST, private=account.private)
    if not isinstance(answered, tuple):
        return answered
    status, said = answered
    code, reason = said.get("errcode"), f"errcode {said.get('errcode')}: {said.get('errmsg', '')}"
    if code == 0 and status == 200:
        return Delivered({"errcode": 0})
    if code in _TOO_FAST:
        return TooFast(reason, _WINDOW_SECONDS)
    return Failed(reason) if code is None or code in _AGAIN else Rejected(reason)


def _body(message: Message) -> dict[str, Any]:
    """Lengths count bytes, not characters. Markdown knows only mentions by user id, text also those by phone."""
    mentions = message.mentions
    if message.markdown and not mentions.phones and not mentions.everybody:
        named = "".join(f"<@{each}>" for each in mentions.users)
        named = f"\n{named}" if named else ""
        most = _MARKDOWN_BYTES_MAX - len(named.encode())
        return {"msgtype": "markdown", "markdown": {"content": clipped(message.markdown, bytes_max=most) + named}}
    everybody = ["@all"] if mentions.everybody else []
    text = {
        "content": clipped(message.text, bytes_max=_TEXT_BYTES_MAX),
        "mentioned_list": [*mentions.users, *everybody],
        "mentioned_mobile_list": list(mentions.phones),
    }
    return {"msgtype": "text", "text": text}


CONNECTOR = Connector("wecom", Account, _WINDOWS, send)
