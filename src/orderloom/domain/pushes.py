"""Signatures of pushes: whether a platform's message was signed, over its bytes, with the secret that we share with it.

A scheme stands here where what the platform publishes of it was at hand.
"""

import base64
import binascii
import datetime as dt
import hashlib
import hmac
import re
from collections.abc import Callable, Mapping
from typing import Annotated, Literal

import msgspec

from orderloom.kit import limits
from orderloom.kit.refusals import Refused

Scheme = Literal["shopify", "woocommerce", "douyin", "standard_webhooks"]
# The header that holds the signature.
HEADERS: Mapping[str, str] = {
    "shopify": "X-Shopify-Hmac-SHA256",
    "woocommerce": "X-WC-Webhook-Signature",
    "douyin": "event-sign",
    "standard_webhooks": "webhook-signature",
}
_STANDARD = "whsec_"
_TEST_CALL = re.compile(rb"webhook_id=\d{1,20}")


class Secret(msgspec.Struct, forbid_unknown_fields=True, omit_defaults=True):
    """What the platform signs with; `app_key` where its signature covers that too (douyin)."""

    secret: Annotated[str, msgspec.Meta(min_length=1, max_length=limits.NAME_CHARS_MAX)]
    app_key: Annotated[str, msgspec.Meta(max_length=limits.NAME_CHARS_MAX)] = ""


def unfit(scheme: str, secret: Secret) -> Refused | None:
    """Refuses `channel.bad_push_secret` for a secret that nothing can be signed with by this scheme."""
    lacks_key = scheme == "douyin" and not secret.app_key
    if lacks_key or (scheme == "standard_webhooks" and not _key(secret)):
        return Refused("channel.bad_push_secret", {"scheme": scheme})
    return None


def verify(scheme: str, secret: Secret, *, headers: Mapping[str, str], raw: bytes, now: dt.datetime) -> Refused | None:
    """None for a message that was signed with the secret; compared in constant time. `headers` by lower-case name.

    Refuses `channel.push_unsigned` without a signature, `channel.push_forged` with a wrong one, and with one of
    Standard Webhooks that is older or younger than `limits.PUSH_CLOCK_SECONDS`.
    """
    header = HEADERS[scheme]
    stated = headers.get(header.lower(), "")
    if not stated:
        return Refused("channel.push_unsigned", {"header": header})
    wanted = _SCHEMES[scheme](secret, headers, raw, now)
    said = stated.split(" ") if scheme == "standard_webhooks" else [stated.strip()]
    fit = [hmac.compare_digest(each.encode(), wanted.encode()) for each in said[: limits.PUSH_SIGNATURES_MAX]]
    return None if wanted and any(fit) else Refused("channel.push_forged", {"header": header})


def is_test_call(scheme: str, raw: bytes) -> bool:
    """Whether a platform only tries the address: WooCommerce does, unsigned, when a webhook is saved, and gives it up
    unless it is answered."""
    return scheme == "woocommerce" and _TEST_CALL.fullmatch(raw) is not None


def _hmac(secret: Secret, headers: Mapping[str, str], raw: bytes, now: dt.datetime) -> str:
    return _digest(secret.secret.encode(), raw)


def _md5(secret: Secret, headers: Mapping[str, str], raw: bytes, now: dt.datetime) -> str:
    signed = secret.app_key.encode() + raw + secret.secret.encode()
    return hashlib.md5(signed, usedforsecurity=False).hexdigest()


def _standard(secret: Secret, headers: Mapping[str, str], raw: bytes, now: dt.datetime) -> str:
    message_id, at = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not at.isascii() or not at.isdigit() or len(at) > limits.NUMBER_DIGITS_MAX:
        return ""
    if abs(now.timestamp() - int(at)) > limits.PUSH_CLOCK_SECONDS:
        return ""
    return "v1," + _digest(_key(secret), f"{message_id}.{at}.".encode() + raw)


def _key(secret: Secret) -> bytes:
    try:
        return base64.b64decode(secret.secret.removeprefix(_STANDARD), validate=True)
    except (binascii.Error, ValueError):
        return b""


def _digest(key: bytes, signed: bytes) -> str:
    return base64.b64encode(hmac.digest(key, signed, "sha256")).decode()


_SCHEMES: Mapping[str, Callable[[Secret, Mapping[str, str], bytes, dt.datetime], str]] = {
    "shopify": _hmac,
    "woocommerce": _hmac,
    "douyin": _md5,
    "standard_webhooks": _standard,
}
