"""What a source of orders is to the hub: an account, and its own list of what changed between two instants."""

import datetime as dt
import time
from collections.abc import Callable, Generator
from typing import Any, TypeVar

import httpx
import msgspec

from orderloom.kit import addresses, limits

T = TypeVar("T")


class Busy(Exception):
    """It takes no more calls just now, or cannot answer; asking again after `after_seconds` may help."""

    def __init__(self, reason: str, after_seconds: float = 1.0) -> None:
        super().__init__(reason)
        self.after_seconds = after_seconds


class Rejected(Exception):
    """It will not answer however often it is asked: someone must mend the account."""


class Page(msgspec.Struct, frozen=True):
    """Orders that changed, each as the source would push it, and how many the source says there are in all."""

    messages: list[bytes]
    listed: int


Changed = Callable[[Any, dt.datetime, dt.datetime, dt.datetime], Generator[Page, None, None]]


class Source(msgspec.Struct, frozen=True):
    """A source. `changed(account, since, until, now)` gives pages of the orders that changed from `since` on and before
    `until`, at most `span` apart; a page may bring an order again. It raises Busy and Rejected."""

    name: str
    account: type[msgspec.Struct]
    changed: Changed
    span: dt.timedelta


def patiently(ask: Callable[[], T]) -> T:
    """What a call answers, asked again SOURCE_TRIES_MAX times at most, with the pauses that the source names, each at
    least twice the one before. Raises the last Busy."""
    least = limits.SOURCE_PAUSE_SECONDS
    for left in range(limits.SOURCE_TRIES_MAX - 1, -1, -1):
        try:
            return ask()
        except Busy as busy:
            if not left:
                raise
            time.sleep(min(max(least, busy.after_seconds), limits.SOURCE_PAUSE_SECONDS_MAX))
            least *= 2
    raise AssertionError("the last try answers or raises")


def post(url: str, form: dict[str, str], *, private: bool) -> tuple[int, bytes, dict[str, str]]:
    """POST a form; status, body and headers of the answer, within SOURCE_SECONDS_MAX and SOURCE_ANSWER_BYTES_MAX.

    Raises Busy where nothing certain came back, and Rejected where the URL leads where it may not.
    """
    try:
        target = addresses.resolve(url, private=private)
    except addresses.Forbidden as forbidden:
        raise Rejected(str(forbidden)) from None
    ends = time.monotonic() + limits.SOURCE_SECONDS_MAX
    try:
        # Neither redirects nor a proxy of the environment: the checked address is the one that is called.
        with (
            httpx.Client(timeout=limits.SOURCE_SECONDS_MAX, follow_redirects=False, trust_env=False) as client,
            client.stream(
                "POST", target.url, data=form, headers={"host": target.host, "user-agent": "OrderLoom"},
                extensions={"sni_hostname": target.name},
            ) as response,
        ):  # fmt: skip
            parts: list[bytes] = []
            for part in response.iter_bytes():
                parts.append(part)
                if time.monotonic() > ends or sum(map(len, parts)) > limits.SOURCE_ANSWER_BYTES_MAX:
                    raise Busy("the answer is too long or too slow")
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise Busy(f"{type(error).__name__}: {error}"[: limits.TEXT_CHARS_MAX]) from None
    return response.status_code, b"".join(parts), dict(response.headers)
