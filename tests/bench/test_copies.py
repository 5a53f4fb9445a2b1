"""Copied orders are as valid as those they copy."""

from pathlib import Path

from orderloom.bench import company, copies, crews, grounds
from orderloom.kit import clock, settings
from orderloom.outbox import relay
from orderloom.queries import check

SIZE = company.Size(skus=20, customers=10, on_hand=10_000)


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
