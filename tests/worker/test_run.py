"""The worker: what follows a commit happens by itself, whatever dies."""

import contextlib
import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from tests import company

from orderloom.actions.hub import Hub
from orderloom.domain import geography
from orderloom.kit import clock
from orderloom.kit.ids import Ids
from orderloom.kit.sealing import Sealer
from orderloom.outbox.readers import PROMPT, READERS
from orderloom.outbox.relay import Reader
from orderloom.store import beats, embedded, migrations, workspaces
from orderloom.store import database as db
from orderloom.store import jobs as jobs_store
from orderloom.store import outbox as outbox_store
from orderloom.store import timers as timers_store
from orderloom.worker.run import Worker

OPTIONS = {"shared_buffers": "16MB", "max_wal_size": "128MB", "min_wal_size": "32MB"}

# A worker process as `orderloom up` starts it, on a given database; what it had claimed comes back soon.
PROCESS = """
import sys
from orderloom.kit import limits
limits.OUTBOX_LEASE_SECONDS = 5
from orderloom.actions.hub import Hub
from orderloom.domain import geography
from orderloom.kit.ids import Ids
from orderloom.kit.sealing import Sealer
from orderloom.store import database as db
from orderloom.worker import run
with db.Database(sys.argv[1]) as database:
    hubs = {}
    def hub(name):
        if name not in hubs:
            places = geography.places([])
            hubs[name] = Hub(database=database, workspace=name, sealer=Sealer(bytes(32)), ids=Ids(), places=places)
        return hubs[name]
    run.run(database, hub)
print("ended")
"""


def _rows(hub: Hub, text: str) -> list[tuple]:
    with hub.database.workspace(hub.workspace) as connection:
        return connection.execute(text.encode()).fetchall()


def _until(true: Callable[[], bool], seconds: float = 20.0) -> float:
    begun = time.monotonic()
    while not true():
        assert time.monotonic() < begun + seconds, "it did not happen"
        time.sleep(0.01)
    return time.monotonic() - begun


def _all_done(hub: Hub, among: Sequence[Reader] = READERS) -> bool:
    """Everything sealed, read by these readers, sent."""
    names = ", ".join(f"'{each.name}'" for each in among)
    ((events,),) = _rows(hub, "select coalesce(sum(count), 0)::bigint from log")
    ((sealed,),) = _rows(hub, "select coalesce(max(last_position), 0) from seals")
    ((behind,),) = _rows(hub, f"select count(*) from cursors where position < {events} and name in ({names})")
    ((undone,),) = _rows(hub, "select count(*) from outbox where state <> 'done'")
    return events == sealed and behind == 0 and undone == 0


@contextlib.contextmanager
def _working(hub: Hub) -> Iterator[Worker]:
    worker = Worker(hub.database, lambda _: hub)
    thread = threading.Thread(target=worker.run)
    thread.start()
    try:
        yield worker
    finally:
        worker.stop()
        thread.join(60)
        assert not thread.is_alive()


def test_what_is_committed_is_sealed_read_and_sent_within_a_second(hub: Hub) -> None:
    company.tiny(hub, now=clock.now())
    with _working(hub):
        _until(lambda: _all_done(hub))
        took: list[float] = []
        for number in range(5):  # A machine that is busy for a moment is no failure: one of them must be quick.
            at = clock.now()
            company.place(hub, company.draft(f"W-{number}", now=at), now=at)
            took.append(_until(lambda: _all_done(hub, PROMPT)))
        assert min(took) < 1.0
    assert _rows(hub, "select count(*) from log where body::text like '%receipt.sent%'") == [(5,)]


def test_due_timers_fire_and_jobs_are_taken(hub: Hub) -> None:
    at = clock.now()
    company.tiny(hub, now=at)
    (one,) = company.place(hub, company.draft("W-1", now=at), now=at)
    assert one.order_id is not None
    job = outbox_store.Row(hub.ids.new(at), "job", "tidy", 1, "tidy-1", {"name": "tidy"}, at)
    timer = timers_store.Timer(
        at, hub.ids.new(at), "stage_limit", one.order_id, {"stage": "allocated", "minutes": 1, "owner": "ann"}
    )
    old = at - dt.timedelta(days=31)
    with hub.database.workspace(hub.workspace) as connection:
        outbox_store.insert(connection, [job])
        timers_store.insert(connection, [timer])
        connection.execute(
            "insert into idempotency values ('c', 'k', '', '{}', %s), ('c', 'l', '', '{}', %s)", [old, at]
        )
    with _working(hub):
        _until(lambda: _rows(hub, "select audience from notices where topic = 'notice'") == [("ann",)])
        _until(lambda: _rows(hub, "select key from idempotency") == [("l",)])


def test_status_can_read_when_each_loop_last_turned(hub: Hub) -> None:
    with _working(hub) as worker:
        loops = {"relay", "readers", "gatherers", "outbox", "calls", "timers", "shadows", "alerts"}
        _until(lambda: {each.loop for each in beats.listed(hub.database) if each.worker == worker.name} == loops)
        found = {each.loop: each for each in beats.listed(hub.database)}
        assert all(
            each.failures == 0 and clock.now() - each.beat_at < dt.timedelta(seconds=10) for each in found.values()
        )
    assert [each for each in beats.listed(hub.database) if each.worker == worker.name] == []


def test_two_worker_processes_share_the_work_survive_a_kill_and_end_on_a_signal(hub: Hub) -> None:
    company.tiny(hub, now=clock.now())
    jobs_store.prepare(hub.database, now=clock.now())
    command = [sys.executable, "-c", PROCESS, hub.database.url]
    made = [subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) for _ in range(3)]
    try:
        _until(lambda: len({each.worker for each in beats.listed(hub.database)}) == 3, 60)
        for number in range(30):
            at = clock.now()
            company.place(hub, company.draft(f"K-{number}", now=at), now=at)
            if number == 15:
                made[0].kill()
        _until(lambda: _all_done(hub), 60)
        for each in made[1:]:
            each.send_signal(signal.SIGTERM)
        assert [each.communicate(timeout=60)[0] for each in made[1:]] == ["ended\n"] * 2
        assert len({each.worker for each in beats.listed(hub.database)}) == 1  # The killed one's, until it is old.
    finally:
        beats.forget(hub.database, worker="", before=clock.now())
        for each in made:
            each.kill()
            each.communicate()
    assert _rows(hub, "select count(*) from log where body::text like '%receipt.sent%'") == [(30,)]
    assert _rows(hub, "select sum(value)::bigint from sums where metric = 'orders.received'") == [(30,)]


@pytest.fixture
def apart(places: geography.Places) -> Iterator[tuple[Hub, Path]]:
    """A hub on a server of its own, which may be killed, and the folder of that server."""
    folder = Path(tempfile.mkdtemp(prefix="ol-"))
    folder.chmod(0o711)
    running = embedded.start(folder, options=OPTIONS)
    with db.Database(running.url) as database:
        migrations.apply_system(database, now=clock.now())
        workspaces.create(database, name="main", title="Main", now=clock.now())
        yield Hub(database=database, workspace="main", sealer=Sealer(bytes(32)), ids=Ids(), places=places), folder
    embedded.stop(folder)
    shutil.rmtree(folder)


def test_the_worker_outlives_its_database_server(apart: tuple[Hub, Path]) -> None:
    hub, folder = apart
    company.tiny(hub, now=clock.now())
    with _working(hub) as worker:
        _until(lambda: _all_done(hub))
        os.kill(embedded.start(folder, options=OPTIONS).pid, signal.SIGKILL)
        time.sleep(2)
        embedded.start(folder, options=OPTIONS)
        at = clock.now()

        def placed() -> bool:
            with contextlib.suppress(*db.GONE):
                company.place(hub, company.draft("A-1", now=at), now=at)
                return True
            return False

        _until(placed, 60)
        _until(lambda: _all_done(hub), 60)
        assert _rows(hub, "select count(*) from log where body::text like '%receipt.sent%'") == [(1,)]
        _until(lambda: all(each.failures == 0 for each in beats.listed(hub.database) if each.worker == worker.name), 60)
