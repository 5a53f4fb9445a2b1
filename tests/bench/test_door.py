"""`bench door` prints what performance.md asks for; how fast is not a test's business."""

from pathlib import Path

from orderloom.bench import company, door
from orderloom.kit import settings
from orderloom.store import database as db
from orderloom.store import workspaces

TINY = door.Extent(company.Size(skus=20, customers=10, on_hand=1_000), {1: 3, 4: 8}, warm=4, runs=1)


def test_door_prints_its_figures_and_leaves_nothing_behind(database: db.Database, database_url: str, tmp_path: Path):
    figures = door.measure(settings.Settings(data=tmp_path, database_url=database_url), TINY)
    assert set(figures) == {"c1", "c4"}
    for each in figures.values():
        assert set(each) == {"orders_per_s", "p50_ms", "p99_ms"} and all(value > 0 for value in each.values())
        assert each["p50_ms"] <= each["p99_ms"]
    assert workspaces.find(database, name=door.WORKSPACE) is None
