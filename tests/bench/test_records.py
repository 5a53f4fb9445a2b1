"""The bench of records at a size that a test has time for: every combination is asked and answered."""

from pathlib import Path

from orderloom.bench import records
from orderloom.kit import settings


def test_every_list_of_records_is_measured(database_url: str, tmp_path: Path) -> None:
    chosen = settings.Settings(data=tmp_path, database_url=database_url)
    figures = records.measure(chosen, records.Extent(2_000, 1))
    assert figures["records"] == 2_000
    assert 0 < figures["page_p50_ms"] <= figures["page_p95_ms"] <= figures["page_max_ms"]
