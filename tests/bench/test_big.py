"""`bench big` confirms an order of many lines and amends one of them; how fast is not a test's business."""

from pathlib import Path

from orderloom.bench import big, company
from orderloom.kit import settings
from orderloom.store import database as db
from orderloom.store import workspaces

TINY = big.Extent(company.Size(skus=30, customers=5, on_hand=1_000), lines=20, orders=2, amendments=2)


def test_confirms_and_amends_an_order_of_many_lines(database: db.Database, database_url: str, tmp_path: Path):
    figures = big.measure(settings.Settings(data=tmp_path, database_url=database_url), TINY)
    assert set(figures) == {"confirm_ms", "amend_ms"}
    assert all(value > 0 for value in figures.values())
    assert workspaces.find(database, name=big.WORKSPACE) is None
