"""The real files whole, by the import's own road into a workspace: every row has its place, and `check` is clean.

The slice runs with every test; the whole files run with `make prove`.
"""

import datetime as dt
import itertools
import lzma
import os
import resource
import time
from pathlib import Path

import msgspec
import pytest

from orderloom.actions import reference
from orderloom.actions.hub import Hub
from orderloom.domain.channels import Channel
from orderloom.inbox import imports
from orderloom.kit.ids import Ids
from orderloom.kit.refusals import Refused
from orderloom.queries import check

MAPPINGS = Path(__file__).parent.parent / "inbox" / "mappings"
SLICE_ROWS = 20_000


@pytest.fixture
def shop(hub: Hub, now: dt.datetime) -> Hub:
    reference.found(hub, values={"zone": "Asia/Shanghai", "currency": "CNY"}, actor="test", now=now)
    channels = [
        Channel("wholesale", priced_by="channel", currency="GBP"),
        Channel("tmall", platform="tmall", priced_by="channel"),
    ]
    reference.enter(hub, channels=channels, actor="test", now=now)
    return hub


def run(hub: Hub, path: Path, channel: str, mapping: str, now: dt.datetime, *, history: bool = False) -> imports.Report:
    document = msgspec.json.decode((MAPPINGS / f"{mapping}.json").read_bytes())
    wanted = imports.Wanted(channel=channel, actor="test", mapping=document, create_skus=True, history=history)
    started = time.monotonic()
    report = imports.run(hub, path, wanted, clock=lambda: now)
    assert not isinstance(report, Refused), report
    seconds = time.monotonic() - started
    counts = report.counts
    assert counts.orders + counts.amendments + counts.quarantine == counts.rows
    rss_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"{path.name}: {counts} in {seconds:.0f} s, {counts.rows / seconds:,.0f} rows/s, {rss_mb} MB")
    return report


def places(report: imports.Report) -> tuple[int, int, int]:
    return report.counts.orders, report.counts.amendments, report.counts.quarantine


def rows(hub: Hub, text: str) -> list[tuple]:
    with hub.database.workspace(hub.workspace) as connection:
        return connection.execute(text.encode()).fetchall()


def events(hub: Hub) -> tuple[int, int]:
    return rows(hub, "select count(*), sum(n)::bigint from heads")[0]


def clean(hub: Hub, now: dt.datetime, *, processes: int = 1) -> None:
    """Every promise of the workspace holds."""
    proof = check.prove(
        hub.database, hub.workspace, proof_id=Ids().new(now), clock=lambda: now,
        plan=check.Plan(whole=True, processes=processes),
    )  # fmt: skip
    assert proof.findings == []
    assert proof.counts["orders"] == rows(hub, "select count(*) from orders")[0][0]


def cut(path: Path, target: Path, first: int, last: int) -> Path:
    with lzma.open(path, "rt", encoding="utf-8", newline="") as source:
        header = next(source)
        target.write_text(header + "".join(itertools.islice(source, first, last)), encoding="utf-8", newline="")
    return target


def test_the_first_rows_of_the_wholesalers_file(shop: Hub, shared_data: Path, tmp_path: Path, now: dt.datetime) -> None:
    whole = shared_data / "orders" / "uci_online_retail.csv.xz"
    report = run(shop, cut(whole, tmp_path / "a.csv", 0, SLICE_ROWS), "wholesale", "uci_online_retail", now)
    # What the pure account of tests/inbox/test_real_files.py finds for the same rows.
    assert places(report) == (19_659, 49, 292)
    clean(shop, now)
    said = events(shop)
    # Rows that overlap, with an order cut at each end, change nothing either.
    part = cut(whole, tmp_path / "b.csv", 5_003, 15_001)
    overlapping = run(shop, part, "wholesale", "uci_online_retail", now)
    assert (overlapping.changes, events(shop)) == (0, said)


@pytest.mark.prove
def test_the_whole_of_the_wholesalers_file(shop: Hub, shared_data: Path, now: dt.datetime) -> None:
    path = shared_data / "orders" / "uci_online_retail.csv.xz"
    report = run(shop, path, "wholesale", "uci_online_retail", now)
    assert places(report) == (530_415, 7_187, 4_307)
    assert report.counts.messages == {"order": 19_869, "amendment": 2_679, "quarantined": 3_352}
    taken_back = rows(shop, "select count(*) filter (where cancelled), count(*) from orders")
    assert taken_back == [(142, 19_869)]
    clean(shop, now, processes=os.cpu_count() or 1)
    said = events(shop)
    again = run(shop, path, "wholesale", "uci_online_retail", now)
    assert (again.again, again.counts, events(shop)) == (True, report.counts, said)


@pytest.mark.prove
def test_the_whole_of_the_wholesalers_file_in_another_order_changes_nothing(
    shop: Hub, shared_data: Path, tmp_path: Path, now: dt.datetime
) -> None:
    path = shared_data / "orders" / "uci_online_retail.csv.xz"
    report = run(shop, path, "wholesale", "uci_online_retail", now, history=True)
    assert places(report) == (530_415, 7_187, 4_307)
    clean(shop, now, processes=os.cpu_count() or 1)
    said = events(shop)
    turned = tmp_path / "turned.csv"
    with lzma.open(path, "rt", encoding="utf-8", newline="") as source:
        header, *lines = source
    turned.write_text(header + "".join(reversed(lines)), encoding="utf-8", newline="")
    again = run(shop, turned, "wholesale", "uci_online_retail", now, history=True)
    assert (again.changes, events(shop)) == (0, said)
    assert places(again) == places(report)


@pytest.mark.prove
@pytest.mark.parametrize("history", [False, True])
def test_the_whole_of_the_marketplaces_report(shop: Hub, shared_data: Path, now: dt.datetime, history: bool) -> None:
    path = shared_data / "orders" / "tmall_order_report.csv.xz"
    report = run(shop, path, "tmall", "tmall_order_report", now, history=history)
    assert places(report) == (28_010, 0, 0)
    states = """
        select count(*) filter (where cancelled and paid_minor = 0),
            count(*) filter (where not cancelled and paid_minor > 0 and paid_minor < total_minor),
            count(*) filter (where not cancelled and paid_minor = total_minor and total_minor > 0),
            count(*) filter (where not cancelled and paid_minor = 0)
        from orders"""
    assert rows(shop, states) == [(5_132, 514, 18_441, 3_923)]
    clean(shop, now, processes=os.cpu_count() or 1)
    said = events(shop)
    assert (run(shop, path, "tmall", "tmall_order_report", now, history=history).changes, events(shop)) == (0, said)
