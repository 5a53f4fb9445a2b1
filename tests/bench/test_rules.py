"""`bench rules` prints what performance.md asks for; how fast is not a test's business."""

import json

import pytest

from orderloom.bench import rules


def test_prints_one_object_on_the_last_line(capsys: pytest.CaptureFixture[str]):
    rules.main(["--json", "--quick"])
    figures = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert set(figures) == {"bench", "load", "cores", "rows", "us_per_order"}
    assert (figures["bench"], figures["rows"]) == ("rules", 10_000)
    assert figures["us_per_order"] > 0
