"""Outside calls that flows ask for: one HTTP request a row, its answer handed to the branch that waits for it.

The same key goes with every attempt in `Idempotency-Key`, so that the other side may know a repetition
(https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/). An answer is what the other side said,
also when it said no; what was not answered, or by 408, 425, 429 or 5xx, is tried again and dead in the end. A host
that failed too often waits (`call.failed` in the workspace's `breaker_rules`).
"""

import concurrent.futures
import datetime as dt
import time
import urllib.parse
from collections.abc import Mapping, Sequence
from typing import Any

import httpx
import msgspec

from orderloom.actions import breakers, outgoing
from orderloom.actions.hub import Hub
from orderloom.deciding.reference import Reference
from orderloom.domain.breakers import Failure
from orderloom.kit import addresses, limits
from orderloom.outbox.drain import Answer, Later, Never, Recorded, Sent, Turn, Waits
from orderloom.store.outbox import Claimed

FAILED = "call.failed"
_AGAIN = frozenset((408, 425, 429, *range(500, 600)))
_METHODS = frozenset(("GET", "POST", "PUT", "PATCH", "DELETE"))
# What the request itself says, whatever a flow would have it say.
_OURS = frozenset(("host", "content-length", "transfer-encoding", "connection", "accept-encoding", "idempotency-key"))


class Heard(msgspec.Struct, frozen=True):
    """What the other side answered: whether that is what was hoped for, and the answer as a flow sees it."""

    ok: bool
    answer: dict[str, Any]


def send(hub: Hub, rows: Sequence[Claimed], turn: Turn) -> list[Answer]:
    """Call for each row, side by side; record the answers, and count what failed against its host."""
    with hub.database.workspace(hub.workspace) as connection:
        reference = hub.reference(connection)
    with (
        # Neither redirects nor a proxy of the environment: the checked address is the one that is called.
        httpx.Client(follow_redirects=False, trust_env=False) as client,
        concurrent.futures.ThreadPoolExecutor(limits.CALLS_AT_ONCE, thread_name_prefix="call") as threads,
    ):
        heard = list(threads.map(lambda row: _call(client, row, reference, turn.now), rows))
    failed = [
        Failure(FAILED, "host", host(row)) for row, each in zip(rows, heard, strict=True) if isinstance(each, Later)
    ]
    if failed:
        breakers.note(hub, failed, now=turn.now)
    return _record(hub, rows, heard, turn)


def host(row: Claimed) -> str:
    """The host that a row calls, with its port where it names one; empty when the URL cannot be read."""
    try:
        return urllib.parse.urlsplit(str(row.payload.get("url", ""))).netloc.rpartition("@")[2].lower()
    except ValueError:
        return ""


def _record(hub: Hub, rows: Sequence[Claimed], heard: Sequence[Heard | Answer], turn: Turn) -> list[Answer]:
    """What a flow waits for is recorded and the row is done in that transaction; the rest is settled by the drain."""
    answers: list[Answer] = []
    waited: list[tuple[Claimed, Heard]] = []
    for row, each in zip(rows, heard, strict=True):
        if not isinstance(each, Heard):
            answers.append(each)
        elif row.payload.get("run_id"):
            waited.append((row, each))
            answers.append(Recorded())
        elif each.ok:
            answers.append(Sent(each.answer))
        else:
            answers.append(Never(f"the other side answered {each.answer.get('status') or each.answer.get('problem')}"))
    outgoing.record_answers(
        hub, [(row, "ok" if each.ok else "failed", each.answer) for row, each in waited], until=turn.until, now=turn.now
    )
    return answers


def _call(client: httpx.Client, row: Claimed, reference: Reference, now: dt.datetime) -> Heard | Answer:
    payload, name = row.payload, host(row)
    stopped = reference.breakers.of("host", name, now=now)
    if stopped is not None:
        wait = (stopped.until - now).total_seconds() if stopped.until is not None else limits.BACKOFF_SECONDS_MAX
        return Waits(f"the host {name} is stopped: {stopped.reason}", wait)
    method = str(payload.get("method") or "POST").upper()
    if method not in _METHODS:
        return Never(f"{method[:20]} is no method that may be called")
    try:
        target = addresses.resolve(str(payload.get("url", "")), private=name in reference.settings.private_hosts)
    except addresses.Forbidden as forbidden:
        return Later(str(forbidden)) if "is not known" in str(forbidden) else Never(str(forbidden))
    body = payload.get("body")
    content = body.encode() if isinstance(body, str) else b"" if body is None else msgspec.json.encode(body)
    headers = _headers(payload.get("headers"), target, row.key, isinstance(body, str))
    seconds = min(float(payload.get("timeout_seconds") or limits.CALL_SECONDS), limits.CALL_SECONDS_MAX)
    started = time.monotonic()
    try:
        with client.stream(
            method, target.url, content=content, headers=headers, timeout=httpx.Timeout(seconds),
            extensions={"sni_hostname": target.name},
        ) as response:  # fmt: skip
            read = bytearray()
            for part in response.iter_raw():
                read += part
                if time.monotonic() - started > seconds:
                    return Later(f"no whole answer within {seconds:g} s")
                if len(read) > limits.CALL_ANSWER_BYTES_MAX:
                    return _too_large(response)
    except (httpx.InvalidURL, httpx.LocalProtocolError, UnicodeError) as error:
        return Never(f"{type(error).__name__}: {error}"[: limits.TEXT_CHARS_MAX])
    except httpx.HTTPError as error:
        return Later(f"{type(error).__name__}: {error}"[: limits.TEXT_CHARS_MAX])
    return _heard(response, bytes(read), payload.get("expect"))


def _headers(
    wanted: Mapping[str, Any] | None, target: addresses.Target, key: str, plain: bool
) -> list[tuple[str, str]]:
    own = {name.lower(): str(value) for name, value in (wanted or {}).items() if name.lower() not in _OURS}
    made = {"content-type": "text/plain; charset=utf-8" if plain else "application/json", "user-agent": "OrderLoom"}
    ours = {"host": target.host, "accept-encoding": "identity", "idempotency-key": key}
    return list({**made, **own, **ours}.items())


def _heard(response: httpx.Response, read: bytes, expect: Sequence[int] | None) -> Heard | Answer:
    status = response.status_code
    ok = status in expect if expect else response.is_success
    if not ok and status in _AGAIN:
        after = response.headers.get("retry-after", "")
        wait = float(after) if after.isascii() and after.isdigit() else 0.0
        return Later(f"the other side answered {status}", after_seconds=wait)
    return Heard(ok, {"status": status, "body": _body(response, read)})


def _body(response: httpx.Response, read: bytes) -> Any:
    """JSON as values where it says so and is; anything else as text."""
    if "json" in response.headers.get("content-type", ""):
        try:
            return msgspec.json.decode(read)
        except (msgspec.DecodeError, UnicodeError):
            pass
    return read.decode("utf-8", "replace").replace("\0", "\ufffd")


def _too_large(response: httpx.Response) -> Heard | Answer:
    if response.status_code in _AGAIN:
        return Later(f"the other side answered {response.status_code}")
    return Heard(False, {"status": response.status_code, "body": None, "problem": "too_large"})
