"""Places orders of the reference company for ever, and writes down each acknowledged one: python placer.py SEED FILE.

Run by test_kill_road.py, which kills it with -9. What stands in FILE was acknowledged to a caller.
"""

import datetime as dt
import itertools
import os
import sys
import time
from pathlib import Path

from orderloom import house as houses
from orderloom.actions import orders
from orderloom.bench import company
from orderloom.deciding.work import Outcome
from orderloom.kit import clock
from orderloom.store import database as db

SIZE = company.Size(skus=200, customers=200, on_hand=3_000)
WORKSPACE = "storm"
BATCH = 40


def run(seed: int, acknowledged: Path) -> None:
    """Place batch after batch; when the server is away, wait for it and send the same batch again."""
    house = houses.build()
    hub = house.hub(WORKSPACE)
    with acknowledged.open("a", encoding="ascii") as file:
        for number in itertools.count():
            drafts = company.drafts_for(SIZE, count=BATCH, seed=seed * 100_000 + number, now=clock.now())
            for outcome in _placed(hub, drafts):
                if isinstance(outcome, Outcome) and outcome.refused is None:
                    file.write(outcome.external_no + "\n")
            file.flush()
            os.fsync(file.fileno())


def _placed(hub: orders.Hub, drafts: list[orders.drafts.Draft]) -> list[object]:
    until = clock.now() + dt.timedelta(seconds=60)
    while True:
        try:
            placings = [orders.Placing(each) for each in drafts]
            return list(orders.place(hub, placings, origin=company.origin(), now=clock.now()))
        except (*db.GONE, OSError):
            if clock.now() > until:
                raise
            time.sleep(0.2)


if __name__ == "__main__":
    run(int(sys.argv[1]), Path(sys.argv[2]))
