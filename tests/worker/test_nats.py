"""A worker that was told of a NATS server follows the positions there by itself."""

import threading
import time
from pathlib import Path

from tests import company
from tests.outbox import nats_servers
from tests.outbox.test_nats import stored, told

from orderloom.actions.hub import Hub
from orderloom.kit import clock
from orderloom.outbox import nats
from orderloom.worker.run import Worker


def test_what_is_committed_is_in_the_stream_within_moments(hub: Hub, tmp_path: Path) -> None:
    company.tiny(hub, now=clock.now())
    with nats_servers.running(tmp_path, nodes=1) as (server,):
        follower = nats.Follower(f"nats://127.0.0.1:{server.port}")
        worker = Worker(hub.database, lambda _: hub, follower=follower)
        thread = threading.Thread(target=worker.run)
        thread.start()
        try:
            company.place(hub, company.draft("W-1", now=clock.now()), now=clock.now())
            until = time.monotonic() + 20
            while not _followed(hub):
                assert time.monotonic() < until, "the stream stays behind"
                time.sleep(0.05)
        finally:
            worker.stop()
            thread.join(60)
        assert {key for _, key, _ in stored(server.port)} == {f"{each.subject}-{each.n}" for each in told(hub)}


def _followed(hub: Hub) -> bool:
    """Whether every event has its position and the cursor has come to the last one."""
    with hub.database.workspace(hub.workspace) as connection:
        [(behind,)] = connection.execute(
            "select (select sum(count) from log) <> (select max(last_position) from seals)"
            " or (select max(last_position) from seals)"
            " <> coalesce((select position from cursors where name = 'nats'), 0)"
        ).fetchall()
    return behind is False
