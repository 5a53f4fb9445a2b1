"""`bench growth` stores a past that a whole proof finds nothing wrong with; how fast is not a test's business."""

import datetime as dt
import uuid
from pathlib import Path

from orderloom.bench import company, grounds, growth, past
from orderloom.kit import clock, settings
from orderloom.queries import check, status, timeline, viewer
from orderloom.store import database as db
from orderloom.store import workspaces

SIZE = company.Size(skus=30, customers=10, on_hand=1_000)
TINY = growth.Extent(past.Extent(300, SIZE, patterns=5), batches=1, batch=5, runs=1, asked=2)


def test_growth_prints_its_figures_and_leaves_nothing_behind(database: db.Database, database_url: str, tmp_path: Path):
    figures = growth.measure(settings.Settings(data=tmp_path, database_url=database_url), TINY)
    assert figures["orders"] == 300
    assert set(figures) == {"orders", "road_ratio", "list_p95_ms", "timeline_p95_ms", "board_p95_ms", "search_p95_ms",
                            "search_max_ms"}  # fmt: skip
    assert all(value > 0 for value in figures.values())
    assert workspaces.find(database, name=growth.WORKSPACE) is None
    assert workspaces.find(database, name=growth.EMPTY) is None


def test_the_stored_past_is_proved_whole(database_url: str, tmp_path: Path):
    chosen = settings.Settings(data=tmp_path, database_url=database_url)
    now = clock.now()
    with grounds.new(chosen, "bench_past") as hub:
        company.build(hub, size=SIZE, now=past.began(now))
        past.fill(hub, TINY.past, now=now)
        plan = check.Plan(whole=True)
        proof = check.prove(hub.database, hub.workspace, proof_id=uuid.uuid4(), clock=clock.now, plan=plan)
        with hub.database.workspace(hub.workspace) as connection:
            figures = status.look(connection, viewer=viewer.everything("test"), now=now)
            found = connection.execute(
                "select order_no, placed_at from orders where external_no like 'B%' order by placed_at"
            ).fetchall()
            told = timeline.tell(connection, viewer=viewer.everything("test"), order_no=found[100][0])
    assert proof.findings == []
    assert proof.counts["orders"] == 300 + TINY.past.patterns * len(company.CHANNELS)
    assert sum(figures.stages.values()) == proof.counts["orders"]
    assert figures.stages["delivered"] > figures.stages["cancelled"] > 0
    assert figures.holds["manual"] > 1
    assert len(found) == 300
    assert found[-1][1] - found[0][1] > dt.timedelta(days=360)
    assert told is not None
    assert all(item.position for item in told.items)
