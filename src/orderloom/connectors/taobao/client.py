"""Calls the TOP gateway. Protocol: https://open.taobao.com (signature: sorted parameters between the secret, MD5)."""

import datetime as dt
import hashlib
import hmac
import zoneinfo
from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from orderloom.connectors import sources

URL = "https://gw.api.taobao.com/router/rest"
ZONE = zoneinfo.ZoneInfo("Asia/Shanghai")
_REJECTED = frozenset({11, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30, 31, 32, 40, 41})
_LIMITED_SECONDS = 1.0


class Account(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A shop's access: the application's key and secret, and the shop's session. `private` allows an address inside
    one's own network."""

    app_key: str
    secret: str
    session: str
    url: str = URL
    sign_method: Literal["md5", "hmac-sha256"] = "md5"
    private: bool = False


class Unknown(Exception):
    """The gateway knows no such order (any more)."""


def call(account: Account, method: str, params: Mapping[str, str], *, now: dt.datetime) -> dict[str, Any]:
    """The answer to a call. Raises sources.Busy, sources.Rejected or Unknown.

    Errors come with HTTP 200 as `error_response`; a code that is not known to be lasting is asked again.
    """
    form = {
        "method": method, "app_key": account.app_key, "session": account.session, "format": "json", "v": "2.0",
        "timestamp": shown(now), "sign_method": account.sign_method, **params,
    }  # fmt: skip
    form["sign"] = sign(form, account.secret)
    status, body, headers = sources.post(account.url, form, private=account.private)
    if status == 429 or status >= 500:
        wait = headers.get("retry-after", "")
        raise sources.Busy(f"status {status}", float(wait) if wait.isdigit() else _LIMITED_SECONDS)
    if status != 200:
        raise sources.Rejected(f"status {status}")
    try:
        said = msgspec.json.decode(body, type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        raise sources.Busy("the answer is no JSON") from None
    if isinstance(error := said.get("error_response"), dict):
        _raise(error)
    return said


def sign(form: Mapping[str, str], secret: str) -> str:
    """The signature of the parameters (without `sign`), upper case: md5, or HMAC-SHA256 with the secret as key."""
    joined = "".join(f"{name}{form[name]}" for name in sorted(form) if name != "sign")
    if form.get("sign_method") == "hmac-sha256":
        return hmac.digest(secret.encode(), joined.encode(), "sha256").hex().upper()
    return hashlib.md5(f"{secret}{joined}{secret}".encode(), usedforsecurity=False).hexdigest().upper()


def shown(at: dt.datetime) -> str:
    """An instant as the gateway writes it: local time in China to the second."""
    return at.astimezone(ZONE).strftime("%Y-%m-%d %H:%M:%S")


def _raise(error: Mapping[str, Any]) -> None:
    code, sub = error.get("code"), str(error.get("sub_code") or "")
    reason = f"{code} {error.get('msg', '')} {sub} {error.get('sub_msg', '')}".strip()
    if code in _REJECTED:
        raise sources.Rejected(reason)
    if sub.startswith("isv."):
        raise Unknown(reason)
    raise sources.Busy(reason, _LIMITED_SECONDS)
