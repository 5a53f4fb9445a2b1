"""What a messenger of people is to the hub: an account, a message in, and one of four answers out."""

import datetime as dt
import time
from collections.abc import Callable, Mapping
from typing import Any

import httpx
import msgspec

from orderloom.domain.messengers import Message, Window
from orderloom.kit import addresses, limits


class Delivered(msgspec.Struct, frozen=True):
    """The messenger has taken it, and this is what it said."""

    said: dict[str, Any] = {}


class TooFast(msgspec.Struct, frozen=True):
    """It takes no more just now: wait for its window. No failure of the message."""

    reason: str
    after_seconds: float


class Failed(msgspec.Struct, frozen=True):
    """It could not be done now, or nobody knows whether it was (`doubtful`); trying again may help."""

    reason: str
    doubtful: bool = False


class Rejected(msgspec.Struct, frozen=True):
    """The messenger will not take it however often it is tried: someone must mend the account or the message."""

    reason: str


Answer = Delivered | TooFast | Failed | Rejected


class Connector(msgspec.Struct, frozen=True):
    """A messenger: what its account consists of, how fast it may be used, and how to send.

    `send` never raises for what the other side does. `account` has a `private` flag that allows addresses inside one's
    own network; `windows` are kept by whoever calls.
    """

    name: str
    account: type[msgspec.Struct]
    windows: tuple[Window, ...]
    send: Callable[[Any, Message, dt.datetime], Answer]
    personal: bool = False


def post(
    url: str, body: Mapping[str, Any], *, host: str, private: bool
) -> tuple[int, Mapping[str, Any]] | Failed | Rejected:
    """POST a JSON body to a robot; its status and JSON answer. The URL must lead to `host` unless `private`.

    A robot says by its body what became of a message, so an answer without one is a failure.
    """
    try:
        target = addresses.resolve(url, private=private)
    except addresses.Forbidden as forbidden:
        return Failed(str(forbidden))  # A name may come back.
    if not private and target.name.lower() != host:
        return Rejected(f"the URL leads to {target.name}, not to {host}")
    headers = {"host": target.host, "content-type": "application/json; charset=utf-8", "user-agent": "OrderLoom"}
    timeout = httpx.Timeout(limits.MESSENGER_SECONDS_MAX)
    ends = time.monotonic() + limits.MESSENGER_SECONDS_MAX
    try:
        # Neither redirects nor a proxy of the environment: the checked address is the one that is called.
        with (
            httpx.Client(timeout=timeout, follow_redirects=False, trust_env=False) as client,
            client.stream(
                "POST", target.url, content=msgspec.json.encode(body), headers=headers,
                extensions={"sni_hostname": target.name},
            ) as response,
        ):  # fmt: skip
            parts: list[bytes] = []
            for part in response.iter_raw():
                parts.append(part)
                if time.monotonic() > ends or sum(map(len, parts)) > limits.MESSENGER_ANSWER_BYTES_MAX:
                    return Failed("the answer is too long or too slow", doubtful=True)
    except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.InvalidURL) as error:
        return Failed(_reason(error))
    except httpx.HTTPError as error:
        return Failed(_reason(error), doubtful=True)
    try:
        said = msgspec.json.decode(b"".join(parts), type=dict[str, Any])
    except (msgspec.DecodeError, UnicodeDecodeError):
        return Failed(f"status {response.status_code} without a readable answer", doubtful=response.status_code < 500)
    if response.status_code >= 500:
        return Failed(f"status {response.status_code}: {said}"[: limits.TEXT_CHARS_MAX])
    return response.status_code, said


def clipped(text: str, *, bytes_max: int) -> str:
    """The text within so many UTF-8 bytes, cut between characters, with … where something is missing."""
    encoded = text.encode()
    if len(encoded) <= bytes_max:
        return text
    return encoded[: bytes_max - len("…".encode())].decode(errors="ignore") + "…"


def _reason(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"[: limits.TEXT_CHARS_MAX]
