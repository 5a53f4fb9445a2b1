"""`bench growth` prints what performance.md asks for, over copies that stand every proof."""

from pathlib import Path

from orderloom.bench import company, copies, crews, grounds, growth
from orderloom.kit import clock, settings
from orderloom.outbox import relay
from orderloom.queries import check
from orderloom.store import database as db
from orderloom.store import workspaces

SIZE = company.Size(skus=20, customers=10, on_hand=10_000)


def test_growth_prints_its_figures_and_leaves_nothing_behind(database: db.Database, database_url: str, tmp_path: Path):
    extent = growth.Extent(SIZE, orders=40, batches=1, looks=2, batch=5, templates=10)
    figures = growth.measure(settings.Settings(data=tmp_path, database_url=database_url), extent)
    assert set(figures) == {"orders", "road_ratio", "list_p95_ms", "timeline_p95_ms", "board_p95_ms"}
    assert figures["orders"] == 40
    assert all(figure > 0 for figure in figures.values())
    assert workspaces.find(database, name=growth.WORKSPACE) is None


def test_copied_orders_stand_every_proof(database_url: str, tmp_path: Path):
    chosen = settings.Settings(data=tmp_path, database_url=database_url)
    with grounds.new(chosen, "bench_copies") as hub:
        company.build(hub, size=SIZE, now=clock.now())
        grown = copies.templates(hub, size=SIZE, count=20, seed=3)
        with crews.of(chosen, hub, size=2) as crew:
            assert crew.run([copies.Copy(grown, 0, 25), copies.Copy(grown, 25, 25)]).answers == [25, 25]
        while relay.seal(hub, now=clock.now()):
            pass
        plan = check.Plan(whole=True)
        proof = check.prove(hub.database, hub.workspace, proof_id=hub.ids.new(clock.now()), clock=clock.now, plan=plan)
        with hub.database.workspace(hub.workspace) as connection:
            row = connection.execute("select count(*), count(distinct stage) from orders").fetchone()
    assert proof.findings == []
    assert row == (70, 4)
