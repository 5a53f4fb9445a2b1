"""Credit notes and cancellations: laid on earlier orders, row by row, in whatever order they come."""

import datetime as dt
from pathlib import Path

import pytest
from tests.inbox import workbench as bench

from orderloom.actions import shipments
from orderloom.actions.hub import Hub

INVOICES = [
    ["1", "C1", "2026-02-10 09:00", "JERKY", "肉干", "10", "25", ""],
    ["1", "C1", "2026-02-10 09:00", "HOOK", "挂钩", "4", "20", ""],
    ["1", "C1", "2026-02-10 09:00", "POST", "运费", "1", "12", ""],
    ["2", "C1", "2026-02-11 09:00", "JERKY", "肉干", "3", "25", ""],
]


def note(number: str, *lines: tuple[str, int, str], at: str = "2026-02-12 09:00", of: str = "") -> list[list[str]]:
    return [[number, "C1", at, sku, sku, str(-quantity), price, of] for sku, quantity, price in lines]


@pytest.fixture
def shop(hub: Hub, now: dt.datetime) -> Hub:
    bench.open_channels(hub, now)
    return hub


def run(
    shop: Hub, tmp_path: Path, rows: list[list[str]], now: dt.datetime, name: str = "a.csv"
) -> tuple[int, int, int]:
    path = bench.sheet(tmp_path / name, rows, header=bench.INVOICE_HEADER)
    return bench.places(bench.run(shop, path, now=now, channel="invoices"))


def quantities(shop: Hub, external_no: str) -> dict[str, int]:
    return {line.sku: line.quantity for line in bench.order(shop, external_no).lines}


def test_a_note_reduces_the_latest_order_that_covers_it(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    assert run(shop, tmp_path, [*INVOICES, *note("C1", ("JERKY", 2, "25"))], now) == (4, 1, 0)
    assert (quantities(shop, "1"), quantities(shop, "2")) == ({"JERKY": 10, "HOOK": 4}, {"JERKY": 1})
    order = bench.order(shop, "2")
    assert (order.total_minor, sum(item.quantity for item in order.reservations)) == (2500, 1)


def test_freight_comes_back_like_a_line(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    assert run(shop, tmp_path, [*INVOICES, *note("C1", ("HOOK", 1, "20"), ("POST", 1, "5"))], now) == (4, 2, 0)
    order = bench.order(shop, "1")
    assert (order.freight_minor, order.total_minor) == (700, 10 * 2500 + 3 * 2000 + 700)


def test_an_order_of_which_nothing_is_left_is_cancelled(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    assert run(shop, tmp_path, [*INVOICES, *note("C1", ("JERKY", 3, "25"))], now) == (4, 1, 0)
    order = bench.order(shop, "2")
    assert (order.cancelled, order.reservations, order.credit_reserved_minor) == (True, [], 0)


def test_two_notes_of_one_batch_that_take_all_leave_a_cancelled_order(
    shop: Hub, tmp_path: Path, now: dt.datetime
) -> None:
    rows = [*note("C1", ("JERKY", 1, "25"), of="2"), *note("C2", ("JERKY", 2, "25"), of="2")]
    assert run(shop, tmp_path, [*INVOICES, *rows], now) == (4, 2, 0)
    order = bench.order(shop, "2")
    assert (order.cancelled, order.goods_minor) == (True, sum(line.amount_minor for line in order.lines))


def test_rows_that_match_nothing_wait_one_by_one(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    rows = note("C1", ("JERKY", 2, "25"), ("MOTOR", 1, "600"), ("HOOK", 1, "19"), ("JERKY", 99, "25"))
    assert run(shop, tmp_path, [*INVOICES, *rows], now) == (4, 1, 3)
    ((reason,),) = bench.rows(shop, "select reason from messages where intent = 'credit_note'")
    assert [(each["row"], each["code"]) for each in reason["rows"]] == [
        (1, "order.credit_unknown_sku"),
        (2, "order.credit_price_differs"),
        (3, "order.credit_exceeds_open"),
    ]


def test_a_note_that_came_before_its_order_is_laid_when_the_order_comes(
    shop: Hub, tmp_path: Path, now: dt.datetime
) -> None:
    assert run(shop, tmp_path, note("C1", ("JERKY", 2, "25"), ("MOTOR", 1, "600")), now) == (0, 0, 2)
    first = bench.rows(shop, "select import_id from imports")[0][0]
    assert run(shop, tmp_path, INVOICES, now, "b.csv") == (4, 0, 0)
    assert quantities(shop, "2") == {"JERKY": 1}
    counts = bench.imports.imports.counts(shop, first)
    assert (counts.amendments, counts.quarantine) == (1, 1)


def test_a_note_in_one_file_with_its_order_behind_it_is_laid_at_the_end(
    shop: Hub, tmp_path: Path, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bench.imports.limits, "BATCH_ORDERS_MAX", 1)
    assert run(shop, tmp_path, [*note("C1", ("JERKY", 2, "25")), *INVOICES], now) == (4, 1, 0)
    assert quantities(shop, "2") == {"JERKY": 1}


def test_a_note_sent_again_takes_nothing_twice(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    rows = note("C1", ("JERKY", 1, "25"), ("HOOK", 1, "20"))
    assert run(shop, tmp_path, [*INVOICES, *rows], now) == (4, 2, 0)
    said = bench.events(shop)
    assert run(shop, tmp_path, rows[::-1], now, "b.csv") == (0, 2, 0)
    assert bench.events(shop) == said


def test_rows_that_wait_already_are_counted_where_they_wait_and_wait_once(
    shop: Hub, tmp_path: Path, now: dt.datetime
) -> None:
    rows = note("C1", ("JERKY", 1, "25"), ("MOTOR", 1, "600"))
    assert run(shop, tmp_path, [*INVOICES, *rows], now) == (4, 1, 1)
    assert run(shop, tmp_path, rows[::-1], now, "b.csv") == (0, 1, 1)
    assert bench.rows(shop, "select state, rows_refused from messages where intent = 'credit_note' order by state") == [
        ("quarantined", 1), ("repeated", 1)
    ]  # fmt: skip


def test_a_note_that_was_cut_is_completed_by_the_next_file(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    rows = note("C1", ("JERKY", 1, "25"), ("HOOK", 1, "20"))
    assert run(shop, tmp_path, [*INVOICES, *rows[:1]], now) == (4, 1, 0)
    assert run(shop, tmp_path, rows, now, "b.csv") == (0, 2, 0)
    taken = 17 - sum(sum(quantities(shop, each).values()) for each in ("1", "2"))
    assert taken == 2


def test_a_cancellation_finds_its_order_whichever_comes_first(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    cancel = [["X9", "C1", "2026-02-12 09:00", "JERKY", "", "1", "25", "2"]]
    assert run(shop, tmp_path, cancel, now) == (0, 0, 1)
    assert run(shop, tmp_path, INVOICES, now, "b.csv") == (4, 0, 0)
    assert bench.order(shop, "2").cancelled
    assert bench.rows(shop, "select state, became from messages where intent = 'cancel'") == [("done", "cancellation")]


def test_what_a_warehouse_has_already_is_not_taken_back_in_silence(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    run(shop, tmp_path, INVOICES, now)
    order = bench.order(shop, "2")
    released = shipments.release(shop, [order.shipments[0].shipment_no], origin=bench.origin("invoices"), now=now)
    assert getattr(released[0], "refused", released[0]) is None
    assert run(shop, tmp_path, note("C1", ("JERKY", 1, "25"), of="2"), now, "b.csv") == (0, 0, 1)
    ((reason,),) = bench.rows(shop, "select reason ->> 'code' from messages where intent = 'credit_note'")
    assert reason == "shipment.already_released"
    assert quantities(shop, "2") == {"JERKY": 3}


def test_two_notes_of_one_batch_share_what_is_open(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    rows = [*note("C1", ("HOOK", 3, "20")), *note("C2", ("HOOK", 3, "20"), at="2026-02-13 09:00")]
    assert run(shop, tmp_path, [*INVOICES, *rows], now) == (4, 1, 1)
    assert quantities(shop, "1")["HOOK"] == 1
