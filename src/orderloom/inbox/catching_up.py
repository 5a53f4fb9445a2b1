"""Catching up (I-13): besides its pushes, a channel is compared with its source's own list; what is missing is fetched.

What the list brings takes the same way in as a push, so that an order that is known changes nothing. A run that fails
goes on where it ended.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping
from typing import Any

import msgspec

from orderloom.actions import channels, orders
from orderloom.actions.hub import Hub
from orderloom.connectors import sources
from orderloom.connectors.taobao import read as taobao
from orderloom.domain.channels import Channel
from orderloom.inbox import orders as inbox_orders
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import channels as channels_store
from orderloom.store.channels import Run

Clock = Callable[[], dt.datetime]

SOURCES: Mapping[str, sources.Source] = {each.name: each for each in (taobao.SOURCE,)}
JOB = "catch_up"
# A push that is on its way is not missed yet.
_PUSHES_TAKE = dt.timedelta(minutes=1)
_ACTOR = "catch-up"


class Account(msgspec.Struct, frozen=True):
    """A connector with what its account consists of, as a JSON Schema."""

    connector: str
    schema: dict[str, Any]


def accounts() -> list[Account]:
    """Every connector that has a list to ask, with the shape of its account."""
    return [Account(name, msgspec.json.schema(source.account)) for name, source in SOURCES.items()]


def keep_account(
    hub: Hub, channel: str, account: Mapping[str, Any], *, actor: str, origin: str = "", now: dt.datetime
) -> Refused | None:
    """Keep how a channel's source is reached. Refuses `channel.unknown`, `channel.no_connector`,
    `channel.connector_unknown`, and `channel.bad_account` for what is not of the connector's shape."""
    found = _channel(hub, channel)
    if isinstance(found, Refused):
        return found
    source = _source(found)
    if isinstance(source, Refused):
        return source
    try:
        read = msgspec.convert(account, source.account)
    except msgspec.ValidationError as error:
        return Refused("channel.bad_account", {"channel": channel, "problem": str(error)[:200]})
    told = msgspec.to_builtins(read)
    return channels.keep_account(hub, channel, connector=source.name, account=told, actor=actor, origin=origin, now=now)


def due(hub: Hub, *, now: dt.datetime) -> list[str]:
    """The channels whose source is to be asked now."""
    with hub.database.workspace(hub.workspace) as connection:
        known = hub.reference(connection).channels
        reachable = channels_store.reachable(connection, now=now)
    return [name for name in reachable if name in known and not known[name].paused and known[name].transport]


def run(hub: Hub, channel: str, *, clock: Clock, stopping: Callable[[], bool] = lambda: False) -> Run | Refused:
    """Ask a channel's source what changed since it was last asked, and take in what is missing.

    Refuses `channel.unknown`, `channel.no_connector`, `channel.connector_unknown`, `channel.no_account` and
    `channel.being_caught_up`. What the source refuses, or cannot answer, ends the run with its `problem`.
    """
    found = _channel(hub, channel)
    source = found if isinstance(found, Refused) else _source(found)
    if isinstance(found, Refused) or isinstance(source, Refused):
        return found if isinstance(found, Refused) else source  # type: ignore[return-value]
    kept = channels.account(hub, channel)
    if isinstance(kept, Refused):
        return kept
    now = clock()
    claimed = channels.claim(hub, channel, now=now)
    if isinstance(claimed, Refused):
        return claimed
    transport = found.transport
    until = now - (_PUSHES_TAKE if transport.get("kind") == "push" else dt.timedelta(0))
    first = now - dt.timedelta(hours=limits.CATCH_UP_FIRST_HOURS)
    overlap = dt.timedelta(minutes=transport.get("overlap_minutes", 0))
    since = claimed.caught_up_to - overlap if claimed.caught_up_to is not None else first
    made = Run(hub.ids.new(now), channel, since, max(since, until), now, now)
    problem: BaseException | None = None
    try:
        _Catching(hub, source, msgspec.convert(kept[1], source.account), made).go(clock, stopping)
    except (sources.Busy, sources.Rejected) as error:
        made.problem = f"{type(error).__name__.lower()}: {error}"[: limits.TEXT_CHARS_MAX]
    except BaseException as error:
        made.problem, problem = f"{type(error).__name__}"[: limits.TEXT_CHARS_MAX], error
    made.finished_at = clock()
    failures = claimed.failures + 1 if made.problem else 0
    channels.release(hub, made, every_minutes=transport.get("every_minutes", 15), failures=failures)
    if problem is not None:
        raise problem
    return made


class _Catching:
    """One run, from where the channel stands to now, in pieces as long as the source allows."""

    def __init__(self, hub: Hub, source: sources.Source, account: Any, run: Run) -> None:
        self._hub, self._source, self._account, self._run = hub, source, account, run
        self._origin = orders.Origin(run.channel, "channel", _ACTOR, source.name)
        self._seen: set[bytes] = set()

    def go(self, clock: Clock, stopping: Callable[[], bool]) -> None:
        """Ask piece by piece; a piece counts once all of it is in the house."""
        start = self._run.since
        while start < self._run.until and not stopping():
            end = min(start + self._source.span, self._run.until)
            for page in self._source.changed(self._account, start, end, clock()):
                self._take(page, now=clock())
                if stopping():
                    self._run.until = start
                    return
            channels.advance(self._hub, self._run.channel, caught_up_to=end, now=clock())
            start = end
            if self._run.listed >= limits.CATCH_UP_ORDERS_MAX:
                break
        self._run.until = start

    def _take(self, page: sources.Page, *, now: dt.datetime) -> None:
        new = [each for each in page.messages if not self._known(each)]
        self._run.listed += len(new)
        taken = inbox_orders.receive(self._hub, new, origin=self._origin, now=now)
        if isinstance(taken, Refused):
            raise sources.Rejected(taken.code)
        for each in taken:
            if each.refused is not None:
                self._run.refused += 1
            elif each.repeated:
                self._run.known += 1
            else:
                self._run.missed += 1

    def _known(self, message: bytes) -> bool:
        """Whether a page of this run has brought the message before."""
        digest = hashlib.sha256(message).digest()
        known = digest in self._seen
        self._seen.add(digest)
        return known


def _channel(hub: Hub, channel: str) -> Channel | Refused:
    with hub.database.workspace(hub.workspace) as connection:
        found = hub.reference(connection).channels.get(channel)
    return found if found is not None else Refused("channel.unknown", {"channel": channel})


def _source(channel: Channel) -> sources.Source | Refused:
    name = channel.transport.get("connector", "")
    if not name:
        return Refused("channel.no_connector", {"channel": channel.channel})
    if name not in SOURCES:
        data = {"channel": channel.channel, "connector": name, "connectors": ", ".join(SOURCES)}
        return Refused("channel.connector_unknown", data)
    return SOURCES[name]
