"""NATS JetStream: every event as a CloudEvent on `orderloom.<workspace>.<type>.<subject>`, at least once, in order.

It follows the positions outside any transaction: a transaction that waited for the network would hold the relay's
horizon back. One process at a time holds a lease on a workspace; its cursor moves after the stream has acknowledged.
Events go in waves: each wave has at most one event of a subject and is acknowledged whole before the next one, so that
neither a lost message nor a change of the stream's leader can put two events of a subject in the wrong order. The
message id is the event's id: what is sent again within the stream's window of duplicates is stored once.
"""

import asyncio
import datetime as dt
import threading
import uuid
from collections import defaultdict
from collections.abc import Coroutine, Iterable, Iterator, Sequence
from typing import Any, TypeVar

import msgspec
import nats
import nats.errors
import structlog
from nats.aio.client import Client
from nats.js import JetStreamContext
from nats.js.api import RetentionPolicy, StorageType, StreamConfig
from nats.js.errors import NotFoundError

from orderloom.actions.hub import Hub
from orderloom.domain.envelopes import CloudEvent
from orderloom.kit import limits
from orderloom.queries import events, viewer
from orderloom.store import relay as relay_store

_log = structlog.get_logger(__name__)

STREAM = "ORDERLOOM"
_NAME = "nats"
_TRIES = 4
T = TypeVar("T")


class NotAcknowledged(Exception):
    """The stream did not acknowledge what was sent; it is sent again."""


class Follower:
    """Publishes the events of all workspaces of a process over one connection, opened when it is first needed."""

    def __init__(self, url: str, *, replicas: int = 1) -> None:
        self._servers = [each.strip() for each in url.split(",") if each.strip()]
        self._replicas = replicas
        self._holders: dict[str, uuid.UUID] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="nats", daemon=True)
        self._client: Client | None = None
        self._stream: JetStreamContext | None = None

    def step(self, hub: Hub, *, now: dt.datetime) -> bool:
        """Publish the next events of a workspace, bounded; whether there were any. Raises NotAcknowledged."""
        until = now + dt.timedelta(seconds=limits.OUTBOX_LEASE_SECONDS)
        holder = self._holders.setdefault(hub.workspace, hub.ids.new(now))
        with hub.database.workspace(hub.workspace) as connection:
            if not relay_store.take_lease(connection, _NAME, holder=holder, now=now, until=until):
                return False
            position = relay_store.lock_cursors(connection, [_NAME], now=now).get(_NAME)
            if position is None:
                return False
            seen = viewer.everything(_NAME)
            found = events.after(connection, viewer=seen, position=position, count=limits.NATS_BATCH_EVENTS)
        if found.position == position:
            return False
        if found.events:
            self._run(self._publish([events.enveloped(each, workspace=hub.workspace) for each in found.events], hub))
        with hub.database.workspace(hub.workspace) as connection:
            # Who lost the lease meanwhile has been overtaken and moves nothing back.
            if relay_store.lock_cursors(connection, [_NAME], now=now).get(_NAME) == position:
                relay_store.move_cursors(connection, [_NAME], position=found.position, now=now)
        return True

    def close(self) -> None:
        """Give the connection back."""
        if not self._thread.is_alive():
            self._loop.close()
            return
        try:
            self._run(self._end())
        finally:
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join()
            self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        if not self._thread.is_alive():
            self._thread.start()
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    async def _end(self) -> None:
        if self._client is not None:
            await self._client.close()

    async def _publish(self, told: Sequence[CloudEvent], hub: Hub) -> None:
        stream = await self._connected()
        for wave in _waves(told):
            await self._acknowledged(stream, wave, hub.workspace)

    async def _acknowledged(self, stream: JetStreamContext, wave: Sequence[CloudEvent], workspace: str) -> None:
        """Send a wave, and again what is not acknowledged, until all of it is. Raises NotAcknowledged."""
        left = list(wave)
        reason = ""
        for _ in range(_TRIES):
            sent = [(each, await self._send(stream, each, workspace)) for each in left]
            await asyncio.wait([ack for _, ack in sent], timeout=limits.NATS_ACK_SECONDS_MAX)
            left = []
            for each, ack in sent:
                if ack.done() and not ack.cancelled() and ack.exception() is None:
                    continue
                reason = "no answer" if not ack.done() else str(ack.exception() if not ack.cancelled() else "cancelled")
                ack.cancel()
                left.append(each)
            if not left:
                return
            await asyncio.sleep(0.5)  # A cluster chooses another leader within moments.
        raise NotAcknowledged(f"{len(left)} of {len(wave)} events: {reason}"[: limits.TEXT_CHARS_MAX])

    async def _send(self, stream: JetStreamContext, event: CloudEvent, workspace: str) -> "asyncio.Future[Any]":
        headers = {"Nats-Msg-Id": event.id, "content-type": "application/cloudevents+json"}
        subject = f"orderloom.{workspace}.{event.type.removeprefix('orderloom.')}.{event.subject}"
        try:
            return await stream.publish_async(
                subject, msgspec.json.encode(event), wait_stall=limits.NATS_ACK_SECONDS_MAX, headers=headers
            )
        except (nats.errors.Error, OSError) as error:
            failed: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
            failed.set_exception(error)
            return failed

    async def _connected(self) -> JetStreamContext:
        if self._client is not None and self._stream is not None and not self._client.is_closed:
            return self._stream
        client = await nats.connect(
            self._servers,
            name="orderloom",
            connect_timeout=limits.NATS_ACK_SECONDS_MAX,
            max_reconnect_attempts=3 * len(self._servers),
            reconnect_time_wait=1,
            allow_reconnect=True,
            error_cb=_logged,
        )
        try:
            stream = client.jetstream(timeout=limits.NATS_ACK_SECONDS_MAX)
            await self._prepared(stream)
        except BaseException:
            await client.close()
            raise
        self._client, self._stream = client, stream
        return stream

    async def _prepared(self, stream: JetStreamContext) -> None:
        """Make the stream unless it is there; one that is there stays as its keepers made it."""
        try:
            await stream.stream_info(STREAM)
        except NotFoundError:
            config = StreamConfig(
                name=STREAM,
                subjects=["orderloom.>"],
                retention=RetentionPolicy.LIMITS,
                storage=StorageType.FILE,
                num_replicas=self._replicas,
                duplicate_window=limits.NATS_DUPLICATES_SECONDS,
            )
            await stream.add_stream(config)


def _waves(told: Iterable[CloudEvent]) -> Iterator[list[CloudEvent]]:
    """The events cut into waves: the first of each subject, then the second of each, and so on."""
    waves: list[list[CloudEvent]] = []
    count: dict[str, int] = defaultdict(int)
    for event in told:
        number = count[event.subject]
        count[event.subject] += 1
        if number == len(waves):
            waves.append([])
        waves[number].append(event)
    yield from waves


async def _logged(error: Exception) -> None:
    _log.warning("nats", reason=f"{type(error).__name__}: {error}"[: limits.NAME_CHARS_MAX])
