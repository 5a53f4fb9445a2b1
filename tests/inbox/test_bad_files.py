"""Bad input on the file door: a coded answer in both languages, the rest goes on, nothing is lost."""

import datetime as dt
import gzip
import string
from pathlib import Path

import msgspec
import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.inbox import workbench as bench

from orderloom.actions.hub import Hub
from orderloom.domain import codes
from orderloom.inbox import imports, quarantine
from orderloom.kit import limits
from orderloom.kit.refusals import Refused


@pytest.fixture
def shop(hub: Hub, now: dt.datetime) -> Hub:
    bench.open_channels(hub, now)
    return hub


def refused(shop: Hub, path: Path, now: dt.datetime, **how: str) -> str:
    """The code of a refused file, which stands in the catalogue in both languages; nothing was kept."""
    answer = imports.run(shop, path, bench.wanted(**how), clock=lambda: now)
    assert isinstance(answer, Refused), answer
    zh, en = (codes.text(answer.code, answer.data, language) for language in ("zh", "en"))
    assert zh != en and "{" not in zh + en
    assert bench.rows(shop, "select count(*) from imports") == [(0,)]
    return answer.code


def reasons(shop: Hub) -> list[tuple[str, str, int]]:
    return bench.rows(
        shop,
        "select external_no, reason ->> 'code', row_count from messages where state = 'quarantined' order by row_from",
    )


def book(path: Path, rows: list[list[str]], *, name: str = "订单") -> Path:
    with xlsxwriter.Workbook(str(path)) as workbook:
        sheet = workbook.add_worksheet(name)
        for at, row in enumerate([bench.HEADER, *rows]):
            sheet.write_row(at, 0, row)
    return path


def test_a_file_that_cannot_be_opened_is_refused(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    empty, bomb, picture, broken = (tmp_path / name for name in ("empty.csv", "bomb.csv.gz", "a.png", "b.xlsx"))
    empty.write_bytes(b"")
    bomb.write_bytes(gzip.compress(b"0" * (64 * 2**20)))
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    broken.write_bytes(book(tmp_path / "c.xlsx", bench.order_rows("B-1", ("HOOK", 1))).read_bytes()[:-200])
    assert refused(shop, empty, now) == "file.empty"
    assert refused(shop, bomb, now) == "file.archive_bomb"
    assert refused(shop, picture, now) == "file.kind_unknown"
    assert refused(shop, broken, now) == "file.archive_broken"


def test_a_sheet_that_is_not_there_is_refused_with_those_that_are(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    path = book(tmp_path / "a.xlsx", bench.order_rows("B-1", ("HOOK", 1)))
    answer = imports.run(shop, path, bench.wanted(sheet="库存"), clock=lambda: now)
    assert isinstance(answer, Refused)
    assert (answer.code, answer.data["sheets"]) == ("file.sheet_unknown", ["订单"])
    assert bench.places(bench.run(shop, path, now=now, sheet="订单")) == (1, 0, 0)


def test_a_table_of_something_else_is_refused_with_its_columns(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    path = bench.sheet(tmp_path / "a.csv", [["1", "2"]], header=["温度", "湿度"])
    assert refused(shop, path, now) == "mapping.none"


def test_broken_bytes_refuse_their_order_alone_and_are_kept(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    path = bench.sheet(
        tmp_path / "a.csv", [*bench.order_rows("B-1", ("HOOK", 1)), *bench.order_rows("B-2", ("HOOK", 1))]
    )
    path.write_bytes(path.read_bytes().replace("B-2,C1,王小明".encode(), b"B-2,C1,\xff\xfe\x80"))
    assert bench.places(bench.run(shop, path, now=now)) == (1, 0, 1)
    assert reasons(shop) == [("B-2", "file.row_encoding", 1)]
    ((_, raw),) = bench.waiting(shop)
    assert "\\xff\\xfe\\x80" in msgspec.json.decode(raw)["rows"][0][2]


def test_a_field_of_ten_megabytes_refuses_its_order_alone(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    rows = [*bench.order_rows("B-1", ("HOOK", 1)), *bench.order_rows("B-2", ("HOOK", 1))]
    rows[1][2] = "长" * (10 * 2**20 // 3)
    assert bench.places(bench.run(shop, bench.sheet(tmp_path / "a.csv", rows), now=now)) == (1, 0, 1)
    assert reasons(shop) == [("B-2", "file.row_field_too_large", 1)]
    ((_, raw),) = bench.waiting(shop)
    assert len(raw) > 10 * 2**20


def test_an_order_of_a_hundred_thousand_lines_waits_in_pieces(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    lines = [["B-1", "C1", "", "", "", "", "", "HOOK", "", "1", "20"]] * 100_000
    rows = [*bench.order_rows("B-0", ("HOOK", 1)), *lines, *bench.order_rows("B-2", ("HOOK", 1))]
    report = bench.run(shop, bench.sheet(tmp_path / "a.csv", rows), now=now)
    assert bench.places(report) == (2, 0, 100_000)
    assert set(reasons(shop)) == {("B-1", "order.too_many_lines", limits.LINES_MAX)}
    said = bench.events(shop)
    assert bench.run(shop, tmp_path / "a.csv", now=now).counts == report.counts
    assert bench.events(shop) == said


@pytest.mark.parametrize("cell", ["=cmd|'/c calc'!A0", "@SUM(1)", "+1+1", "-2+3", '=HYPERLINK("http://x")'])
def test_a_formula_is_text_and_leaves_as_text(shop: Hub, tmp_path: Path, now: dt.datetime, cell: str) -> None:
    rows = [*bench.order_rows("B-1", ("HOOK", 1)), *bench.order_rows("B-2", ("HOOK", 1))]
    rows[0][8] = rows[1][8] = cell
    rows[1][9] = "几个"
    report = bench.run(shop, bench.sheet(tmp_path / "a.csv", rows), now=now)
    assert bench.order(shop, "B-1").lines[0].name == cell
    failed = tmp_path / "errors.csv"
    assert quarantine.write_sheet(shop, report.import_id, failed) == 1
    assert f"'{cell[:3]}" in failed.read_text("utf-8-sig").replace('"', "")


def test_numbers_that_lost_their_digits_are_refused(shop: Hub, tmp_path: Path, now: dt.datetime) -> None:
    rows = bench.order_rows("6.90E+12", ("HOOK", 1))
    assert bench.places(bench.run(shop, bench.sheet(tmp_path / "a.csv", rows), now=now)) == (0, 0, 1)
    assert reasons(shop) == [("6.90E+12", "value.lost_digits", 1)]


CELLS = st.one_of(
    st.text(string.printable + "订单数量，。“”％￥\x00\ufeff", max_size=12),
    st.sampled_from(["HOOK", "1", "-1", "1e400", "NaN", "2026-02-18", "9" * 40, "0.0000001", "￥12", "C1", "S-1"]),
)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(table=st.lists(st.lists(CELLS, min_size=9, max_size=12), min_size=1, max_size=6), cut=st.integers(0, 40))
def test_any_table_is_taken_in_row_by_row_or_refused(
    shop: Hub, tmp_path: Path, now: dt.datetime, table: list[list[str]], cut: int
) -> None:
    path = bench.sheet(tmp_path / "any.csv", table)
    if cut % 4 == 0:
        path.write_bytes(path.read_bytes()[: -(cut // 4) or None])
    answer = imports.run(shop, path, bench.wanted(), clock=lambda: now)
    if isinstance(answer, Refused):
        assert codes.text(answer.code, answer.data, "zh") != answer.code
        return
    counts = answer.counts
    assert counts.orders + counts.amendments + counts.quarantine == counts.rows
    # A file that is cut within a quoted cell may read as more rows than were written: none of them is lost either.
    assert counts.rows <= len(table) or cut % 4 == 0
    for (reason,) in bench.rows(shop, "select reason from messages where state = 'quarantined'"):
        assert codes.text(reason["code"], reason["data"], "en") != reason["code"], reason
        assert reason["code"] != "command.set_aside", reason
