"""Three NATS nodes, a stream on all of them; each node in turn is killed with -9 while events are published.

Nothing is lost, and of each order the events stand in their order.
"""

import datetime as dt
import threading
import time
from pathlib import Path

import pytest
from tests import company
from tests.outbox import nats_servers
from tests.outbox.test_nats import Stored, by_subject, placed, stored, told

from orderloom.actions.hub import Hub
from orderloom.outbox import nats

pytestmark = pytest.mark.prove

ORDERS = 1_500


def _read(port: int) -> Stored:
    """All that is stored, once the cluster has found itself again."""
    until = time.monotonic() + 90
    while True:
        try:
            return stored(port)
        except Exception:  # A cluster without a leader says so in many ways; what counts is when it ends.
            assert time.monotonic() < until, "the cluster does not answer"
            time.sleep(1)


def test_a_node_killed_while_publishing_loses_nothing_and_swaps_nothing(
    hub: Hub, now: dt.datetime, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    company.tiny(hub, now=now)
    company.stocked(hub, [(sku, "suzhou", 10_000) for sku in company.SKUS], now=now)
    for account in company.CUSTOMERS:
        company.limit(hub, account, 10**12, now=now)
    for first in range(0, ORDERS, 100):
        placed(hub, 100, now=now, first=first)
    with nats_servers.running(tmp_path, nodes=3) as nodes:
        follower = nats.Follower(",".join(f"nats://127.0.0.1:{each.port}" for each in nodes), replicas=3)
        rounds: list[str] = []
        done = threading.Event()

        def kill_in_turn() -> None:
            while not done.is_set():
                for number, node in enumerate(nodes):
                    if done.wait(1.0):
                        return
                    node.kill()
                    rounds.append(f"killed n{number}")
                    done.wait(2.0)
                    node.start()
                    if done.wait(4.0):
                        return

        killer = threading.Thread(target=kill_in_turn)
        failures, orders = 0, ORDERS
        try:
            ready = time.monotonic() + 60
            while True:  # The cluster has to find its leader first.
                try:
                    assert follower.step(hub, now=now)
                    break
                except Exception:  # As above: until there is a leader, in whatever words.
                    assert time.monotonic() < ready, "the cluster has no leader"
                    time.sleep(0.5)
            killer.start()
            until = time.monotonic() + 300
            while time.monotonic() < until:
                try:
                    if not follower.step(hub, now=now):
                        if len(rounds) >= 3:
                            break
                        placed(hub, 100, now=now, first=orders)
                        orders += 100
                except Exception:  # As a loop of the worker does: rest, and go on.
                    failures += 1
                    time.sleep(0.5)
        finally:
            done.set()
            killer.join()
            follower.close()
        found = _read(nodes[0].port)
    wanted = {f"{each.subject}-{each.n}" for each in told(hub)}
    assert {key for _, key, _ in found} == wanted
    assert len(rounds) >= 3 and all(each == sorted(each) for each in by_subject(found).values())
    print(f"{len(wanted)} events, {len(found)} stored, {rounds}, {failures} failures")
