"""Shadows at the command line."""

from pathlib import Path

from tests import company, relaying

from orderloom.kit import clock
from orderloom.outbox import shadows


def test_a_shadow_is_begun_looked_at_and_ended(founded, run, read, tmp_path: Path) -> None:
    file = tmp_path / "sourcing.yaml"
    file.write_text(run("document", "show", "rules", "sourcing").output.replace("300000", "2000000"), "utf-8")
    assert run("document", "save", "rules", "sourcing", str(file)).exit_code == 0
    relaying.seal_all(founded, now=clock.now())
    assert "已开始" in run("shadow", "begin", "rules/sourcing").output
    [waits] = company.place(founded, company.draft("S-1", lines=[("HOOK", 120)], now=clock.now()), now=clock.now())
    relaying.seal_all(founded, now=clock.now())
    while shadows.step(founded, now=clock.now()):
        pass
    [found] = read("shadow", "list")
    assert (found["orders"], found["changed"], found["documents"][0]["content"]) == (1, 1, {})
    told = run("shadow", "show", found["shadow_id"])
    assert waits.order_no in told.output and "suzhou" in told.output
    assert run("shadow", "end", found["shadow_id"], "-m", "够了").exit_code == 0
    assert "rules/sourcing#1" in run("shadow", "list").output
    assert run("shadow", "end", found["shadow_id"]).exit_code == 1
    assert run("shadow", "show", "019c6e5e-4dc0-7000-91b7-584a2265b1f5").exit_code == 1
