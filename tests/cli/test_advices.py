"""`orderloom advice`: ask, accept, shares."""

from tests.cli.test_orders import order_no

__all__ = ["order_no"]


def test_advice_is_asked_accepted_and_counted(order_no, read, run) -> None:
    assert read("advice", "ask", order_no)["proposals"] == []
    assert run("advice", "ask", order_no).exit_code == 0
    refused = run("advice", "accept", order_no, "019c6e5e-4dc0-7000-91b7-584a2265b1f5")
    assert refused.exit_code == 1 and "019c6e5e" in refused.output
    assert run("advice", "accept", order_no, "x").exit_code == 1
    assert run("advice", "ask", "OL-1").exit_code == 1
    assert read("advice", "shares") == []
    assert run("advice", "shares", "--days", "7").exit_code == 0
