"""Files to orders: every row has its place, whatever stops the import or comes again."""

import datetime as dt
from pathlib import Path

import pytest
from tests.inbox import workbench as bench

from orderloom.actions import reference
from orderloom.actions.hub import Hub
from orderloom.domain.catalogue import Sku
from orderloom.domain.mappings import mappers
from orderloom.inbox import imports, quarantine
from orderloom.kit import limits
from orderloom.kit.refusals import Refused


@pytest.fixture
def shop(hub: Hub, now: dt.datetime) -> Hub:
    bench.open_channels(hub, now)
    return hub


ORDERS = [
    *bench.order_rows("S-1", ("JERKY", 2), ("HOOK", 1)),
    *bench.order_rows("S-2", ("HOOK", 5), customer="C2"),
    *bench.order_rows("S-3", ("MOTOR", 1)),
]


def test_a_sheet_becomes_orders_with_their_addresses_read(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    report = bench.run(shop, bench.sheet(tmp_path / "a.csv", ORDERS), now=now)
    assert (bench.places(report), report.counts.messages) == ((4, 0, 0), {"order": 3})
    order = bench.order(shop, "S-1")
    assert (order.stage, order.consignee.district, order.consignee.adcode) == ("allocated", "姑苏区", "320508")
    assert [(line.sku, line.quantity) for line in order.lines] == [("JERKY", 2), ("HOOK", 1)]
    assert bench.rows(shop, "select count(*) from messages where order_id is not null and sealed is not null") == [(3,)]


def test_the_same_file_again_changes_nothing(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    path = bench.sheet(tmp_path / "a.csv", ORDERS)
    first = bench.run(shop, path, now=now)
    said = bench.events(shop)
    second = bench.run(shop, path, now=now)
    assert (second.again, second.changes, second.counts) == (True, 0, first.counts)
    assert bench.events(shop) == said


@pytest.mark.parametrize(
    ("encoding", "order", "repeated"),
    [("gb18030", [0, 1, 2, 3], 4), ("utf-16", [3, 2, 0, 1], 4), ("utf-8", [1, 0, 3, 2], 4), ("utf-8", [0, 1], 2)],
)
def test_the_same_rows_in_another_file_change_nothing(
    shop: Hub, tmp_path: Path, now: dt.datetime, encoding: str, order: list[int], repeated: int
) -> None:
    bench.run(shop, bench.sheet(tmp_path / "a.csv", ORDERS), now=now)
    said, kept = bench.events(shop), bench.order(shop, "S-1")
    rows = [ORDERS[at] for at in order]
    again = bench.run(shop, bench.sheet(tmp_path / "b.csv", rows, encoding=encoding), now=now)
    assert (again.changes, again.counts.repeated, bench.places(again)) == (0, repeated, (repeated, 0, 0))
    assert (bench.events(shop), bench.order(shop, "S-1")) == (said, kept)


def test_an_order_cut_by_the_end_of_a_file_is_completed_by_the_next(
    shop: Hub, tmp_path: Path, now: dt.datetime
) -> None:
    bench.run(shop, bench.sheet(tmp_path / "a.csv", ORDERS[:1]), now=now)
    report = bench.run(shop, bench.sheet(tmp_path / "b.csv", ORDERS), now=now)
    assert bench.places(report) == (2, 2, 0)
    assert [(line.sku, line.quantity) for line in bench.order(shop, "S-1").lines] == [("JERKY", 2), ("HOOK", 1)]
    said = bench.events(shop)
    bench.run(shop, bench.sheet(tmp_path / "c.csv", ORDERS[1:]), now=now)
    assert bench.events(shop) == said


def test_a_killed_import_goes_on_where_it_stopped(
    shop: Hub, tmp_path: Path, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BATCH_ORDERS_MAX", 2)
    rows = [row for number in range(7) for row in bench.order_rows(f"K-{number}", ("HOOK", 1), ("JERKY", 1))]
    path = bench.sheet(tmp_path / "a.csv", rows)

    class Killed(Exception):
        pass

    def kill(told: imports.Told) -> None:
        if told.rows_done == 8:
            raise Killed

    with pytest.raises(Killed):
        imports.run(shop, path, bench.wanted(), clock=lambda: now, tell=kill)
    assert bench.rows(shop, "select rows_done, state from imports") == [(8, "running")]
    heard: list[int] = []
    report = imports.run(shop, path, bench.wanted(), clock=lambda: now, tell=lambda told: heard.append(told.rows_done))
    assert not isinstance(report, Refused)
    assert (heard, report.changes, bench.places(report)) == ([12, 14], 3, (14, 0, 0))
    assert bench.rows(shop, "select count(*) from orders") == [(7,)]


def test_of_two_processes_with_one_file_one_goes_on(
    shop: Hub, tmp_path: Path, now: dt.datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "BATCH_ORDERS_MAX", 1)
    path = bench.sheet(tmp_path / "a.csv", ORDERS)
    others: list[imports.Report | Refused] = []

    def other(told: imports.Told) -> None:
        if not others:
            others.append(imports.run(shop, path, bench.wanted(), clock=lambda: now))

    stopped = imports.run(shop, path, bench.wanted(), clock=lambda: now, tell=other)
    assert isinstance(stopped, Refused) and stopped.code == "import.elsewhere"
    (won,) = others
    assert isinstance(won, imports.Report) and bench.places(won) == (4, 0, 0)
    assert bench.rows(shop, "select count(*) from orders") == [(3,)]


def test_rows_that_do_not_go_in_come_back_as_a_sheet_and_go_in_corrected(
    shop: Hub, tmp_path: Path, now: dt.datetime
) -> None:
    rows = [list(row) for row in ORDERS]
    rows[2][9], rows[3][10] = "五", "免费"
    report = bench.run(shop, bench.sheet(tmp_path / "a.csv", rows), now=now)
    assert bench.places(report) == (2, 0, 2)
    failed = tmp_path / "errors.csv"
    assert quarantine.write_sheet(shop, report.import_id, failed) == 2
    text = failed.read_text("utf-8-sig")
    assert "quantity" in text and "不是" in text
    failed.write_text(text.replace("五", "5"), "utf-8-sig")
    mended = bench.run(shop, failed, now=now)
    assert bench.places(mended) == (1, 0, 1)
    assert [line.quantity for line in bench.order(shop, "S-2").lines] == [5]


def test_a_preview_keeps_nothing(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    rows = [list(row) for row in ORDERS]
    rows[3][9] = "-1"
    shown = imports.preview(shop, bench.sheet(tmp_path / "a.csv", rows), bench.wanted())
    assert isinstance(shown, imports.Preview)
    assert (shown.mapping_from, shown.rows_total, shown.intents) == ("shipped", 4, {"order": 2, "quarantine": 1})
    assert (shown.problems[0].rows, shown.problems[0].refused.code) == ([5], "value.not_positive")
    for table in ("orders", "messages", "imports", "file_shapes"):
        assert bench.rows(shop, f"select count(*) from {table}") == [(0,)]


def test_a_mapping_is_remembered_for_files_of_its_shape(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    header = [f"Col {name}" for name in bench.HEADER]
    document = {
        "name": "theirs", "rows": {"key": header[0]},
        "fields": {"external_no": {"from": header[0]}, "customer_no": {"from": header[1]}},
        "lines": {
            "fields": {"sku": {"from": header[7]}, "quantity": {"from": header[9]}, "price": {"from": header[10]}}
        },
    }  # fmt: skip
    unknown = imports.preview(shop, bench.sheet(tmp_path / "a.csv", ORDERS, header=header), bench.wanted())
    assert isinstance(unknown, Refused) and unknown.code == "mapping.none"
    bench.run(shop, bench.sheet(tmp_path / "a.csv", ORDERS[:2], header=header), now=now, mapping=document)
    shown = imports.preview(shop, bench.sheet(tmp_path / "b.csv", ORDERS, header=header), bench.wanted())
    assert isinstance(shown, imports.Preview)
    assert (shown.mapping, shown.mapping_from) == ("theirs", "shape")


def test_skus_that_the_catalogue_lacks_are_entered_when_asked(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    rows = bench.order_rows("N-1", ("NEW-1", 1), ("HOOK", 1))
    report = bench.run(shop, bench.sheet(tmp_path / "a.csv", rows), now=now, create_skus=True)
    assert report.skus == 1
    assert bench.rows(shop, "select data ->> 'name', data ->> 'price' from skus where sku = 'NEW-1'") == [
        ("NEW-1", "25")
    ]
    assert bench.rows(shop, "select data ->> 'name' from skus where sku = 'HOOK'") == [("车载挂钩",)]


def test_an_unknown_sku_is_held_for_a_person(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    bench.run(shop, bench.sheet(tmp_path / "a.csv", bench.order_rows("N-1", ("NEW-1", 1))), now=now)
    assert [hold.owner != "" for hold in bench.order(shop, "N-1").holds]


def test_history_is_recorded_and_takes_nothing_of_today(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    before = bench.rows(shop, "select sum(reserved)::bigint, sum(on_hand)::bigint from stock_pools")
    bench.run(shop, bench.sheet(tmp_path / "a.csv", ORDERS), now=now, history=True)
    order = bench.order(shop, "S-1")
    assert (order.stage, order.furthest, order.holds, order.total_minor) == ("delivered", "delivered", [], 7500)
    assert (order.shipments, order.reservations, order.credit_reserved_minor) == ([], [], 0)
    assert bench.rows(shop, "select sum(reserved)::bigint, sum(on_hand)::bigint from stock_pools") == before
    for table in ("outbox", "timers", "backorders"):
        assert bench.rows(shop, f"select count(*) from {table}") == [(0,)]


def test_an_unknown_channel_keeps_nothing(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    refused = imports.run(shop, bench.sheet(tmp_path / "a.csv", ORDERS), bench.wanted("nowhere"), clock=lambda: now)
    assert isinstance(refused, Refused) and refused.code == "channel.unknown"


def test_a_message_that_breaks_the_program_is_kept_aside_and_the_others_go_in(
    shop: Hub, tmp_path: Path, now: dt.datetime
) -> None:
    # A SKU whose row nobody can read breaks the batch that loads it.
    reference.enter_skus(shop, [Sku("BROKEN", "x")], actor="test", now=now)
    with shop.database.workspace(shop.workspace) as connection:
        connection.execute("""update skus set data = '{"sku": 7}' where sku = 'BROKEN'""")
    rows = [*ORDERS, *bench.order_rows("B-1", ("BROKEN", 1))]
    report = bench.run(shop, bench.sheet(tmp_path / "a.csv", rows), now=now)
    assert bench.places(report) == (4, 0, 1)
    assert bench.rows(shop, "select external_no, reason ->> 'code' from messages where state = 'quarantined'") == [
        ("B-1", "command.set_aside")
    ]
    assert bench.run(shop, tmp_path / "a.csv", now=now).counts == report.counts


def test_a_repaired_message_takes_its_rows_over(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    rows = [list(row) for row in ORDERS]
    rows[2][9] = "五"
    report = bench.run(shop, bench.sheet(tmp_path / "a.csv", rows), now=now)
    ((message_id,),) = bench.rows(shop, "select message_id from messages where state = 'quarantined'")
    origin = bench.origin("sheets")
    (still,) = quarantine.send_again(shop, [message_id], origin=origin, now=now)
    assert isinstance(still, quarantine.intake.Taken) and still.refused is not None
    ((message_id, raw),) = bench.waiting(shop)
    fixed = {message_id: raw.replace("五".encode(), b"5")}
    later = now + dt.timedelta(minutes=1)
    (sent,) = quarantine.send_again(shop, [message_id], origin=origin, repaired=fixed, now=later)
    assert isinstance(sent, quarantine.intake.Taken) and sent.refused is None
    assert [line.quantity for line in bench.order(shop, "S-2").lines] == [5]
    counts = imports.imports.counts(shop, report.import_id)
    assert (counts.orders, counts.amendments, counts.quarantine) == (4, 0, 0)
    said = bench.events(shop)
    again = bench.run(shop, bench.sheet(tmp_path / "b.csv", rows[2:3]), now=later)
    assert (bench.places(again), bench.events(shop)) == ((1, 0, 0), said)


def test_a_mapping_is_tried_on_kept_messages_without_changing_anything(
    shop: Hub, tmp_path: Path, now: dt.datetime
) -> None:
    rows = [list(row) for row in ORDERS]
    rows[2][9] = "5 个"
    bench.run(shop, bench.sheet(tmp_path / "a.csv", rows), now=now)
    waiting = [message_id for message_id, _ in bench.waiting(shop)]
    document = bench.shipped()
    document["lines"]["fields"]["quantity"] = {
        "from": "数量", "transforms": [{"do": "extract", "pattern": "^(\\d+)"}, "number"]
    }  # fmt: skip
    said = bench.events(shop)
    tried = quarantine.try_mapping(shop, waiting, document=document)
    assert not isinstance(tried, Refused)
    assert [line.quantity for line in tried[0].made[0].lines] == [5]
    assert bench.events(shop) == said
    assert isinstance(mappers.compile(document), mappers.Mapper)
    (sent,) = quarantine.send_again(shop, waiting, origin=bench.origin("sheets"), document=document, now=now)
    assert isinstance(sent, quarantine.intake.Taken) and sent.became == "order"
