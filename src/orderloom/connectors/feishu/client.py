"""Sends to a Feishu robot. Protocol: https://open.feishu.cn/document/client-docs/bot-v3/add-custom-bot."""

import base64
import datetime as dt
import hmac
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

_HOST = "open.feishu.cn"
_TEXT_BYTES_MAX = 16_000
_TITLE_BYTES_MAX = 300
_WINDOW_SECONDS = 60
_WINDOWS = (Window(1, 5), Window(_WINDOW_SECONDS, 95))
_TOO_FAST = frozenset({11232})
_COLORS = {"info": "blue", "warning": "orange", "urgent": "red"}


class Account(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A robot: its address, its secret if it checks signatures, its keyword if it checks one."""

    url: str
    secret: str = ""
    keyword: str = ""
    private: bool = False


def send(account: Account, message: Message, now: dt.datetime) -> Answer:
    """Send one message; only code 0 is a success."""
    body = _body(account, message)
    if account.secret:
        timestamp = int(now.timestamp())
        body = {"timestamp": str(timestamp), "sign": sign(account.secret, timestamp=timestamp), **body}
    answered = post(account.url, body, host=_HOST, private=account.private)
    if not isinstance(answered, tuple):
        return answered
    _, said = answered
    code = said.get("code", said.get("StatusCode"))
    reason = f"code {code}: {said.get('msg', said.get('StatusMessage', ''))}"
    if code == 0:
        return Delivered({"code": 0})
    if code in _TOO_FAST:
        return TooFast(reason, _WINDOW_SECONDS)
    return Failed(reason) if code is None else Rejected(reason)


def sign(secret: str, *, timestamp: int) -> str:
    """The signature of a timestamp in seconds: the key is timestamp and secret, the text is empty.

    Key and text stand the other way round than at DingTalk.
    """
    return base64.b64encode(hmac.digest(f"{timestamp}\n{secret}".encode(), b"", "sha256")).decode()


def _body(account: Account, message: Message) -> dict[str, Any]:
    said = message.markdown or message.text.replace("<", "＜")  # No value may mention people: `<at …>` is markup.
    if account.keyword and account.keyword not in f"{said} {message.title if message.markdown else ''}":
        said = f"{account.keyword} {said}"
    if message.markdown:
        mentioned = _mentioned(message.mentions, "id")
        said = clipped(said, bytes_max=_TEXT_BYTES_MAX - len(mentioned.encode())) + mentioned
        title = {"tag": "plain_text", "content": clipped(message.title, bytes_max=_TITLE_BYTES_MAX)}
        card = {
            "header": {"title": title, "template": _COLORS.get(message.level, "blue")},
            "elements": [{"tag": "div", "text": {"tag": "lark_md", "content": said}}],
        }
        return {"msg_type": "interactive", "card": card}
    mentioned = _mentioned(message.mentions, "user_id")
    text = clipped(said, bytes_max=_TEXT_BYTES_MAX - len(mentioned.encode())) + mentioned
    return {"msg_type": "text", "content": {"text": text}}


def _mentioned(mentions: Mentions, attribute: str) -> str:
    """Mentions as tags. A robot knows people by their Feishu ids only: a phone is named in the text."""
    users = [*mentions.users, *(["all"] if mentions.everybody else [])]
    named = [*(f'<at {attribute}="{each}"></at>' for each in users), *(f"@{each}" for each in mentions.phones)]
    return "\n" + " ".join(named) if named else ""


CONNECTOR = Connector("feishu", Account, _WINDOWS, send)
