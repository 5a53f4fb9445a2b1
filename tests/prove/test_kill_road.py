"""Two processes place orders; one of them, or PostgreSQL, is killed with -9, ten times in a row.

After each restart the house is whole, and at the end nothing that was acknowledged is missing.
"""

import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from orderloom import house as houses
from orderloom.actions.hub import Hub
from orderloom.bench import company
from orderloom.kit import clock, settings
from orderloom.queries import check
from orderloom.store import embedded, workspaces

pytestmark = pytest.mark.prove

PLACER = Path(__file__).with_name("placer.py")
ROUNDS = 10
SIZE = company.Size(skus=200, customers=200, on_hand=3_000)


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> Iterator[houses.House]:
    """A house on a durable server of its own."""
    # pytest's own folders are closed to the user that the server runs as when we are root.
    with tempfile.TemporaryDirectory(prefix="orderloom-storm-") as folder:
        Path(folder).chmod(0o711)
        monkeypatch.setenv("ORDERLOOM_DATA", str(Path(folder) / "d"))
        built = houses.build()
        yield built
        built.close()
        embedded.stop(built.settings.data)


def _start(seed: int, acknowledged: Path) -> subprocess.Popen[bytes]:
    with acknowledged.with_suffix(".log").open("ab") as log:
        return subprocess.Popen([sys.executable, str(PLACER), str(seed), str(acknowledged)], stdout=log, stderr=log)


def _acknowledged(files: list[Path]) -> set[str]:
    return {line for file in files if file.exists() for line in file.read_text("ascii").splitlines()}


def _whole(house: houses.House, hub: Hub) -> check.Proof:
    plan = check.Plan(whole=True)
    return check.prove(house.database, "storm", proof_id=hub.ids.new(clock.now()), clock=clock.now, plan=plan)


def test_ten_kills_lose_nothing_that_was_acknowledged(house: houses.House, tmp_path: Path) -> None:
    workspaces.create(house.database, name="storm", title="storm", now=clock.now())
    hub = house.hub("storm")
    company.build(hub, size=SIZE, now=clock.now())
    seed = random.SystemRandom().randrange(10_000)
    dice = random.Random(seed)
    print(f"seed {seed}")
    files = [tmp_path / f"acknowledged-{number}" for number in range(2)]
    placers = [_start(seed * 100 + number, file) for number, file in enumerate(files)]
    try:
        for turn in range(ROUNDS):
            time.sleep(dice.uniform(1.0, 3.0))
            victim = dice.randrange(3)
            if victim == 2:
                _kill_server(house)
            else:
                placers[victim].send_signal(signal.SIGKILL)
                placers[victim].wait()
                placers[victim] = _start(seed * 100 + 2 + turn, files[victim])
        time.sleep(2.0)
    finally:
        for placer in placers:
            placer.kill()
            placer.wait()
    acknowledged = _acknowledged(files)
    house.close()
    again = houses.build()
    try:
        hub = again.hub("storm")
        with again.database.workspace("storm") as connection:
            stored = {row[0] for row in connection.execute("select external_no from orders").fetchall()}
        assert len(acknowledged) > 200, "the storm placed too little to prove anything"
        assert acknowledged <= stored
        proof = _whole(again, hub)
        assert proof.findings == []
        print(f"{len(acknowledged)} acknowledged, {len(stored)} stored, proved {proof.counts}")
    finally:
        again.close()


def _kill_server(house: houses.House) -> None:
    pid = int((house.settings.data / "postgres" / "postmaster.pid").read_text().splitlines()[0])
    os.kill(pid, signal.SIGKILL)
    embedded.ensure(settings.read(os.environ))
