"""`bench publish`: four processes take a new version at once while they place orders; how fast is for the bench."""

from pathlib import Path

import pytest

from orderloom.bench import company, publish
from orderloom.kit import settings
from orderloom.store import database as db
from orderloom.store import workspaces

TINY = publish.Extent(3, 0.2, at_once=10, orders=600, size=company.Size(skus=50, customers=50, on_hand=50_000))


def test_each_of_four_processes_goes_by_what_was_published(database: db.Database, database_url: str, tmp_path: Path):
    figures = publish.measure(settings.Settings(data=tmp_path, database_url=database_url), TINY)
    assert (figures["publications"], figures["processes"]) == (3, 4)
    assert figures["orders"] > 0
    assert figures["latency_ms_max"] < 5_000  # A second on a machine of one's own; this one is shared with other tests.
    assert workspaces.find(database, name=publish.WORKSPACE) is None


def test_an_order_that_got_lost_or_doubled_is_no_figure():
    seen = [publish.Seen([publish.Batch("P1-0", 0.95, 1.0, revision=7)], placed=10, refused=0)]
    for stored, distinct in ((9, 9), (11, 11), (10, 9)):
        with pytest.raises(AssertionError, match="lost or doubled"):
            publish.figures({7: (0.5, 0.9)}, seen, stored=stored, distinct=distinct)
    assert publish.figures({7: (0.5, 0.9)}, seen, stored=10, distinct=10)["latency_ms_max"] == 100


def test_a_batch_that_is_begun_after_the_commit_and_goes_by_the_old_version_is_no_figure():
    batches = [publish.Batch("P1-0", 0.95, 1.0, revision=6), publish.Batch("P1-1", 1.0, 1.1, revision=7)]
    with pytest.raises(AssertionError, match="left on an old version"):
        publish.figures({7: (0.5, 0.9)}, [publish.Seen(batches, placed=2, refused=0)], stored=2, distinct=2)
    batches[0].began = 0.85
    figures = publish.figures({7: (0.5, 0.9)}, [publish.Seen(batches, placed=2, refused=0)], stored=2, distinct=2)
    assert figures["latency_ms_max"] == 200
