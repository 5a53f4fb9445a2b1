"""Ten times in a row the importing processes or PostgreSQL are killed with -9: the import goes on where it stopped,
nothing that was acknowledged is missing, nothing is there twice, and `check` is clean.
"""

import contextlib
import itertools
import lzma
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from orderloom.actions import reference
from orderloom.actions.hub import Hub
from orderloom.domain import geography
from orderloom.domain.channels import Channel
from orderloom.inbox import imports
from orderloom.kit import clock, divisions
from orderloom.kit.ids import Ids
from orderloom.kit.refusals import Refused
from orderloom.kit.sealing import Sealer
from orderloom.queries import check
from orderloom.store import database as db
from orderloom.store import embedded, workspaces

MAPPING = Path(__file__).parent.parent / "inbox" / "mappings" / "uci_online_retail.json"
ROUNDS = 10
ROWS = 150_000

# An importing process; it acknowledges each transaction by a line once it is committed.
PROCESS = """
import sys
from pathlib import Path
import msgspec
from orderloom.actions.hub import Hub
from orderloom.domain import geography
from orderloom.inbox import imports
from orderloom.kit import clock, divisions
from orderloom.kit.ids import Ids
from orderloom.kit.sealing import Sealer
from orderloom.store import database as db
url, path, mapping = sys.argv[1:]
document = msgspec.json.decode(Path(mapping).read_bytes())
with db.Database(url) as database:
    hub = Hub(database=database, workspace="killed", sealer=Sealer(bytes(32)), ids=Ids(), places=geography.places([]))
    wanted = imports.Wanted(channel="wholesale", actor="test", mapping=document, create_skus=True)
    tell = lambda told: print(told.rows_done, flush=True)
    print("ended", imports.run(hub, Path(path), wanted, clock=clock.now, tell=tell), flush=True)
"""


@contextlib.contextmanager
def folder() -> Iterator[Path]:
    """A data folder that the server's user may enter, with its server gone at the end."""
    made = Path(tempfile.mkdtemp(prefix="orderloom-kill-"))
    made.chmod(0o711)
    try:
        yield made
    finally:
        embedded.stop(made)
        shutil.rmtree(made, ignore_errors=True)


@contextlib.contextmanager
def hub_of(url: str, workspace: str) -> Iterator[Hub]:
    with db.Database(url) as database:
        places = geography.places(divisions.rows())
        yield Hub(database=database, workspace=workspace, sealer=Sealer(bytes(32)), ids=Ids(), places=places)


def open_shop(hub: Hub) -> None:
    now = clock.now()
    workspaces.bring_up_to_date(hub.database, now=now)
    assert not isinstance(workspaces.create(hub.database, name=hub.workspace, title="kill", now=now), Refused)
    reference.found(hub, values={}, actor="test", now=now)
    reference.enter(hub, channels=[Channel("wholesale", priced_by="channel", currency="GBP")], actor="test", now=now)


def rows(hub: Hub, text: str) -> list[tuple]:
    with hub.database.workspace(hub.workspace) as connection:
        return connection.execute(text.encode()).fetchall()


def cut(path: Path, target: Path) -> Path:
    with lzma.open(path, "rt", encoding="utf-8", newline="") as source:
        target.write_text("".join(itertools.islice(source, ROWS + 1)), encoding="utf-8", newline="")
    return target


def digest(hub: Hub) -> list[tuple]:
    """What the orders say, without ids, numbers and times of today."""
    return rows(
        hub,
        """select channel, external_no, stage, cancelled, total_minor, freight_minor, n,
            (select sum((line ->> 'quantity')::bigint) from json_array_elements(state::json -> 'lines') as line)::bigint
        from orders order by channel, external_no""",
    )


def finish(hub: Hub, path: Path) -> imports.Report:
    document = msgspec.json.decode(MAPPING.read_bytes())
    wanted = imports.Wanted(channel="wholesale", actor="test", mapping=document, create_skus=True)
    report = imports.run(hub, path, wanted, clock=clock.now)
    assert not isinstance(report, Refused), report
    return report


def clean(hub: Hub) -> None:
    proof = check.prove(
        hub.database, hub.workspace, proof_id=hub.ids.new(clock.now()), clock=clock.now,
        plan=check.Plan(whole=True, processes=os.cpu_count() or 1),
    )  # fmt: skip
    assert proof.findings == []


def kill_once(data: Path, path: Path, dice: random.Random, *, server: bool) -> int:
    """Let two processes import, kill one after the other, or the server under them; the rows acknowledged before."""
    running = embedded.start(data)
    command = [sys.executable, "-c", PROCESS, running.url, str(path), str(MAPPING)]
    with contextlib.ExitStack() as stack:
        importing = [
            stack.enter_context(subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True))
            for _ in range(2)
        ]
        for process in importing:
            stack.callback(process.kill)
        said: list[list[str]] = [[], []]
        listening = [
            threading.Thread(target=lambda process=process, heard=heard: heard.extend(process.stdout))
            for process, heard in zip(importing, said, strict=True)
        ]
        for thread in listening:
            thread.start()
        wanted, until = dice.randint(1, 4), time.monotonic() + 60
        while sum(map(len, said)) < wanted and time.monotonic() < until:
            time.sleep(0.02)
        time.sleep(dice.uniform(0, 0.3))
        if server:
            os.kill(running.pid, signal.SIGKILL)
        for process in importing:
            time.sleep(dice.uniform(0, 0.3))
            process.kill()
        for thread in listening:
            thread.join()
    return max((int(line) for lines in said for line in lines if line.strip().isdigit()), default=0)


@pytest.mark.prove
def test_an_import_survives_ten_kills(shared_data: Path, tmp_path: Path) -> None:
    seed = random.randrange(10**6)
    print("seed", seed)
    dice = random.Random(seed)
    path = cut(shared_data / "orders" / "uci_online_retail.csv.xz", tmp_path / "cut.csv")
    stops: list[int] = []
    with folder() as data:
        with hub_of(embedded.start(data).url, "killed") as hub:
            open_shop(hub)
        for number in range(ROUNDS):
            acknowledged = kill_once(data, path, dice, server=number % 2 == 1)
            with hub_of(embedded.start(data).url, "killed") as hub:
                done = rows(hub, "select coalesce(max(rows_done), 0) from imports")[0][0]
                kept = rows(hub, "select coalesce(sum(row_count), 0)::bigint from messages")[0][0]
                assert acknowledged <= done <= kept
                stops.append(done)
        print("stopped at", stops)
        assert stops[0] > 0, "the kills must come while it imports"
        assert len(set(stops)) > ROUNDS // 2, "each life must get further"
        with hub_of(embedded.start(data).url, "killed") as hub:
            report = finish(hub, path)
            clean(hub)
            undisturbed = Hub(
                database=hub.database, workspace="calm", sealer=Sealer(bytes(32)), ids=Ids(), places=hub.places
            )
            open_shop(undisturbed)
            calm = finish(undisturbed, path)
            assert report.counts == calm.counts
            assert report.counts.rows == ROWS
            assert digest(hub) == digest(undisturbed)
