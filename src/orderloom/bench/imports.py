"""`bench import`: an Excel file of 100,000 rows to orders, and again in another order, which may change nothing."""

import datetime as dt
import random
import resource
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import xlsxwriter

from orderloom.actions.hub import Hub
from orderloom.bench import company, grounds
from orderloom.domain.mappings import drafts
from orderloom.inbox import imports
from orderloom.kit import clock, garbage, settings
from orderloom.kit.refusals import Refused
from orderloom.store import sql

Q = sql.load(__file__)
WORKSPACE = "bench_import"
HEADER = (
    "订单号", "客户编号", "收货人", "收货人手机", "省", "市", "区", "详细地址", "付款方式", "下单时间", "货号",
    "商品名称", "数量", "单价",
)  # fmt: skip


class Extent(msgspec.Struct, frozen=True):
    """How much is imported: the company's size, and the file's rows, three to an order."""

    size: company.Size
    rows: int


FULL = Extent(company.Size(), rows=100_000)
QUICK = Extent(company.QUICK, rows=15_000)
_LINES = 3


class NotTaken(Exception):
    """The bench's own file did not go in."""


def report(chosen: settings.Settings, *, quick: bool) -> dict[str, Any]:
    """The figures of performance.md."""
    return measure(chosen, QUICK if quick else FULL)


def measure(chosen: settings.Settings, extent: Extent) -> dict[str, Any]:
    """Write the file, import it, import its orders again in another order and file."""
    now = clock.now()
    with grounds.new(chosen, WORKSPACE) as hub, tempfile.TemporaryDirectory(prefix="orderloom-") as folder:
        company.build(hub, size=extent.size, now=now)
        made = company.drafts_for(extent.size, count=extent.rows // _LINES, seed=1, now=now, lines=_LINES)
        first, second = Path(folder) / "orders.xlsx", Path(folder) / "again.xlsx"
        _write(first, made)
        random.Random(1).shuffle(made)
        _write(second, made)
        garbage.settle()
        seconds, taken = _run(hub, first)
        said = _events(hub)
        again_seconds, repeated = _run(hub, second)
        return {
            "rows": taken.counts.rows,
            "seconds": round(seconds, 1),
            "rows_per_s": round(taken.counts.rows / seconds),
            "second_run_seconds": round(again_seconds, 1),
            "second_run_changes": _events(hub) - said + repeated.changes,
            "rss_mb_max": round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024),
        }


def _run(hub: Hub, path: Path) -> tuple[float, imports.Report]:
    started = time.monotonic()
    taken = imports.run(hub, path, imports.Wanted(channel="erp", actor="bench"), clock=clock.now)
    if isinstance(taken, Refused) or taken.counts.orders != taken.counts.rows:
        raise NotTaken(str(taken))
    return time.monotonic() - started, taken


def _events(hub: Hub) -> int:
    with hub.database.workspace(hub.workspace) as connection:
        row = connection.execute(Q.events).fetchone()
    assert row is not None
    return row[0]


def _write(path: Path, made: list[drafts.Draft]) -> None:
    with xlsxwriter.Workbook(str(path), {"constant_memory": True}) as workbook:
        sheet = workbook.add_worksheet("订单")
        for at, cells in enumerate([HEADER, *_rows(made)]):
            sheet.write_row(at, 0, cells)


def _rows(made: list[drafts.Draft]) -> Iterator[tuple[Any, ...]]:
    for draft in made:
        person = draft.consignee
        assert isinstance(draft.placed_at, dt.datetime)
        for line in draft.lines:
            yield (
                draft.external_no, draft.customer_no, person.name, person.phone, person.province, person.city,
                person.district, person.street, draft.payment_method,
                draft.placed_at.astimezone(dt.timezone(dt.timedelta(hours=8))).strftime("%Y-%m-%d %H:%M:%S"),
                line.sku, f"货品 {line.sku}", int(line.quantity), float(line.price or 0),
            )  # fmt: skip
