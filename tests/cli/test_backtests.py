"""A back-test at the command line."""

from pathlib import Path

from tests import company

from orderloom.kit import clock


def test_a_draft_is_tried_on_past_orders(founded, run, read, tmp_path: Path) -> None:
    [waits] = company.place(founded, company.draft("B-1", lines=[("HOOK", 120)], now=clock.now()), now=clock.now())
    file = tmp_path / "sourcing.yaml"
    shown = run("document", "show", "rules", "sourcing").output
    file.write_text(shown.replace("300000", "2000000"), "utf-8")
    assert run("document", "save", "rules", "sourcing", str(file)).exit_code == 0
    told = run("backtest", "rules/sourcing", "--days", "1")
    assert told.exit_code == 0 and waits.order_no in told.output and "suzhou, chengdu" in told.output, told.output
    assert run("--lang", "en", "backtest", "rules/sourcing").output.count("would change") == 1
    refused = run("backtest", "rules/holding")
    assert refused.exit_code == 1 and "holding" in refused.output
