"""Events to NATS JetStream: each at least once, in order of its subject, the cursor behind the acknowledgement."""

import asyncio
import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import nats as client
import pytest
from tests import company, relaying
from tests.outbox import nats_servers

from orderloom.actions.hub import Hub
from orderloom.kit import limits
from orderloom.outbox import nats
from orderloom.queries import events, viewer

Stored = list[tuple[str, str, dict[str, Any]]]


def stored(port: int) -> Stored:
    """(subject, message id, event) of everything in the stream, in its order."""

    async def read() -> Stored:
        connection = await client.connect(f"nats://127.0.0.1:{port}", connect_timeout=5)
        try:
            stream = connection.jetstream(timeout=10)
            count = (await stream.stream_info(nats.STREAM)).state.messages
            found: Stored = []
            consumer = await stream.pull_subscribe("", stream=nats.STREAM)
            while len(found) < count:
                for each in await consumer.fetch(min(500, count - len(found)), timeout=10):
                    found.append((each.subject, each.headers["Nats-Msg-Id"], msgspec.json.decode(each.data)))
                    await each.ack()
            return found
        finally:
            await connection.close()

    return asyncio.run(read())


def told(hub: Hub) -> list[events.Event]:
    """Every event that has a position."""
    found: list[events.Event] = []
    position = 0
    with hub.database.workspace(hub.workspace) as connection:
        while True:
            read = events.after(connection, viewer=viewer.everything("test"), position=position, count=10_000)
            if read.position == position:
                return found
            found += read.events
            position = read.position


def placed(hub: Hub, count: int, *, now: dt.datetime, first: int = 0) -> None:
    """Place orders and give their events positions."""
    made = [company.draft(f"N-{number}", now=now) for number in range(first, first + count)]
    company.place(hub, *made, now=now)
    relaying.seal_all(hub, now=now)


def by_subject(found: Stored) -> dict[str, list[int]]:
    """Positions of the first copy of each event, by subject, as the stream has them."""
    seen: set[str] = set()
    positions: dict[str, list[int]] = {}
    for _, key, event in found:
        if key not in seen:
            seen.add(key)
            positions.setdefault(event["subject"], []).append(int(event["sequence"]))
    return positions


@pytest.fixture
def server(tmp_path: Path) -> Iterator[nats_servers.Node]:
    """One server."""
    with nats_servers.running(tmp_path, nodes=1) as (node,):
        yield node


@pytest.fixture
def follower(server: nats_servers.Node) -> Iterator[nats.Follower]:
    """A follower of that server."""
    made = nats.Follower(f"nats://127.0.0.1:{server.port}")
    yield made
    made.close()


def test_every_event_is_in_the_stream_once_and_in_order(
    hub: Hub, now: dt.datetime, server: nats_servers.Node, follower: nats.Follower
) -> None:
    company.tiny(hub, now=now)
    placed(hub, 5, now=now)
    while follower.step(hub, now=now):
        pass
    found, all_events = stored(server.port), told(hub)
    assert {key for _, key, _ in found} == {f"{each.subject}-{each.n}" for each in all_events}
    assert len(found) == len(all_events)
    assert all(positions == sorted(positions) for positions in by_subject(found).values())
    subject, _, event = next(each for each in found if each[2]["type"] == "orderloom.order.received")
    assert subject == f"orderloom.test.order.received.{event['subject']}"
    assert event["specversion"] == "1.0" and event["source"] == "/orderloom/test" and event["data"]["order_no"]
    assert follower.step(hub, now=now) is False


def test_what_is_sent_again_is_stored_once(
    hub: Hub, now: dt.datetime, server: nats_servers.Node, follower: nats.Follower
) -> None:
    company.tiny(hub, now=now)
    placed(hub, 2, now=now)
    while follower.step(hub, now=now):
        pass
    before = len(stored(server.port))
    with hub.database.workspace(hub.workspace) as connection:
        connection.execute("update cursors set position = 0 where name = 'nats'")
    while follower.step(hub, now=now):
        pass
    assert len(stored(server.port)) == before > 0


def test_the_cursor_stays_while_nothing_is_acknowledged(
    hub: Hub, now: dt.datetime, server: nats_servers.Node, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "NATS_ACK_SECONDS_MAX", 0.5)
    company.tiny(hub, now=now)
    placed(hub, 1, now=now)
    server.kill()
    follower = nats.Follower(f"nats://127.0.0.1:{server.port}")
    try:
        with pytest.raises((client.errors.Error, OSError, TimeoutError)):
            follower.step(hub, now=now)
        with hub.database.workspace(hub.workspace) as connection:
            assert connection.execute("select position from cursors where name = 'nats'").fetchall() == [(0,)]
        server.start()
        while follower.step(hub, now=now):
            pass
        assert len(stored(server.port)) == len(told(hub))
    finally:
        follower.close()


def test_one_process_at_a_time_follows_a_workspace(
    hub: Hub, now: dt.datetime, server: nats_servers.Node, follower: nats.Follower
) -> None:
    company.tiny(hub, now=now)
    placed(hub, 1, now=now)
    assert follower.step(hub, now=now)
    placed(hub, 1, now=now, first=1)
    other = nats.Follower(f"nats://127.0.0.1:{server.port}")
    try:
        assert other.step(hub, now=now) is False
        assert other.step(hub, now=now + dt.timedelta(seconds=limits.OUTBOX_LEASE_SECONDS + 1)) is True
        assert follower.step(hub, now=now) is False
    finally:
        other.close()
