"""`bench road` prints what performance.md asks for; how fast is not a test's business."""

from pathlib import Path

import pytest

from orderloom.bench import company, road, run
from orderloom.kit import settings
from orderloom.store import database as db
from orderloom.store import workspaces

TINY = road.Extent(company.Size(skus=20, customers=10, on_hand=1_000), batches=1, batch=5, runs=2)


def test_road_prints_its_figures_and_leaves_nothing_behind(database: db.Database, database_url: str, tmp_path: Path):
    figures = road.measure(settings.Settings(data=tmp_path, database_url=database_url), TINY)
    assert set(figures) == {
        "orders_per_s", "limit_orders_per_s", "ratio", "rows_per_order", "bytes_per_order", "cpu_ms_per_order",
        "rss_mb_max",
    }  # fmt: skip
    assert set(figures["cpu_ms_per_order"]) == {"python", "postgres"}
    assert all(figures[name] > 0 for name in set(figures) - {"cpu_ms_per_order"})
    assert workspaces.find(database, name=road.WORKSPACE) is None


def test_an_unknown_bench_is_named_with_those_there_are():
    with pytest.raises(run.Unknown, match="road"):
        run.main("rode")
