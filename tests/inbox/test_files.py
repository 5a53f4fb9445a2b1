"""Uploaded tables of every make are read whole, and what is broken is told by row and kept."""

import datetime as dt
import gzip
import io
import lzma
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from orderloom.inbox import files, shapes
from orderloom.kit import limits
from orderloom.kit.refusals import Refused

HEADER = "单号,姓名,数量\n"


def opened(path: Path, content: bytes, **choices: Any) -> files.Table:
    path.write_bytes(content)
    table = files.open_table(path, **choices)
    assert isinstance(table, files.Table), table
    return table


def refused(path: Path, content: bytes, **choices: Any) -> str:
    path.write_bytes(content)
    table = files.open_table(path, **choices)
    assert isinstance(table, Refused)
    return table.code


def rows_of(table: files.Table) -> list[tuple[int, list[str], str]]:
    with table:
        return [(row.number, row.cells, row.problem.code if row.problem else "") for row in table]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_tells_the_encoding_of_chinese_exports(tmp_path: Path, encoding: str) -> None:
    table = opened(tmp_path / "a.csv", (HEADER + "1,王芳,2\n" * 3).encode(encoding))
    assert table.header == ["单号", "姓名", "数量"]
    assert rows_of(table)[2] == (4, ["1", "王芳", "2"], "")


def test_tells_the_encoding_when_the_first_megabytes_are_plain_ascii(tmp_path: Path) -> None:
    content = b"no,name,count\n" + b"1,abcdefgh,2\n" * 200_000 + "2,王芳,3\n".encode("gb18030")
    with opened(tmp_path / "a.csv", content) as table:
        assert list(table)[-1].cells == ["2", "王芳", "3"]


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_tells_the_delimiter(tmp_path: Path, delimiter: str) -> None:
    content = f'no{delimiter}note{delimiter}n\n1{delimiter}"a, b; c"{delimiter}2\n'.encode()
    table = opened(tmp_path / "a.csv", content)
    assert table.delimiter == delimiter
    assert rows_of(table) == [(2, ["1", "a, b; c", "2"], "")]


@pytest.mark.parametrize(
    "pack",
    [lzma.compress, gzip.compress, lambda content: lzma.compress(content[:9]) + lzma.compress(content[9:])],
)
def test_unpacks_what_is_packed(tmp_path: Path, pack: Any) -> None:
    assert rows_of(opened(tmp_path / "a", pack(b"no,n\n1,2\n"))) == [(2, ["1", "2"], "")]


def zipped(members: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return target.getvalue()


def test_unpacks_a_zip_and_asks_which_file_when_there_are_several(tmp_path: Path) -> None:
    one = zipped({"__MACOSX/x": b"junk", "orders.csv": b"no,n\n1,2\n"})
    assert rows_of(opened(tmp_path / "a.zip", one)) == [(2, ["1", "2"], "")]
    two = zipped({"a.csv": b"no,n\n1,2\n", "b.csv": b"no,n\n3,4\n"})
    assert refused(tmp_path / "b.zip", two) == "file.choose_member"
    assert rows_of(opened(tmp_path / "b.zip", two, member="b.csv")) == [(2, ["3", "4"], "")]


def test_refuses_archives_that_unpack_to_an_unreasonable_size(tmp_path: Path) -> None:
    zeros = b"0" * (limits.UNPACKED_RATIO_FREE_BYTES + 2**20)
    for name, pack in (("a.gz", gzip.compress), ("a.xz", lzma.compress), ("a.zip", lambda c: zipped({"a.csv": c}))):
        assert refused(tmp_path / name, pack(zeros)) == "file.archive_bomb"


def test_refuses_broken_nested_and_foreign_files(tmp_path: Path) -> None:
    whole = lzma.compress(b"no,n\n" * 100)
    assert refused(tmp_path / "a.xz", whole[:-20]) == "file.archive_broken"
    assert refused(tmp_path / "a.gz", gzip.compress(b"x" * 99)[:-3]) == "file.archive_broken"
    assert refused(tmp_path / "a.zip", zipped({"a.csv": b"no"})[:-9]) == "file.archive_broken"
    assert refused(tmp_path / "a.gz", gzip.compress(whole)) == "file.archive_nested"
    assert refused(tmp_path / "a.csv", b"%PDF-1.7 ...") == "file.kind_unknown"
    assert refused(tmp_path / "a.csv", b"") == "file.empty"
    assert refused(tmp_path / "a.xls", b"\xd0\xcf\x11\xe0" + b"x" * 600) == "file.workbook_broken"


def test_a_broken_byte_spoils_its_row_alone(tmp_path: Path) -> None:
    content = HEADER.encode() + "1,王芳,2\n".encode() + b"2,\xe7\x8e,3\n" + "3,李雷,4\n".encode()
    found = rows_of(opened(tmp_path / "a.csv", content))
    assert [(row[0], row[2]) for row in found] == [(2, ""), (3, "file.row_encoding"), (4, "")]
    assert found[1][1] == ["2", "\\xe7\\x8e", "3"]


def test_a_nul_byte_or_a_field_of_ten_megabytes_spoils_its_row_alone(tmp_path: Path) -> None:
    large = b"x" * (10 * 2**20)
    found = rows_of(opened(tmp_path / "a.csv", b"no,note\n1,a\x00b\n2," + large + b'\n3,"' + large + b'"\n4,ok\n'))
    assert [row[2] for row in found] == ["file.row_nul", "file.row_field_too_large", "file.row_field_too_large", ""]
    assert len(found[1][1][1]) == 10 * 2**20


def test_an_unclosed_quote_does_not_swallow_the_rest_of_the_file(tmp_path: Path) -> None:
    lines = [f"{no},fine\n" for no in range(2, 3_000)]
    found = rows_of(opened(tmp_path / "a.csv", ('no,note\n1,"oops\n' + "".join(lines)).encode()))
    assert found[0] == (2, ['1,"oops\n'], "file.row_unclosed")
    assert [row[1] for row in found[1:]] == [[str(no), "fine"] for no in range(2, 3_000)]


def test_two_stray_quotes_far_apart_do_not_swallow_what_stands_between(tmp_path: Path) -> None:
    lines = [f"{no},fine\n" for no in range(2, 2_500)]
    content = 'no,note\n1,"oops\n' + "".join(lines) + '9,"oops\n'
    found = rows_of(opened(tmp_path / "a.csv", content.encode()))
    assert [row[2] for row in found] == ["file.row_unclosed", *[""] * len(lines), "file.row_unclosed"]


def test_a_quoted_line_break_stays_in_its_cell(tmp_path: Path) -> None:
    assert rows_of(opened(tmp_path / "a.csv", b'no,note\n1,"a\nb"\n2,c\n')) == [
        (2, ["1", "a\nb"], ""),
        (3, ["2", "c"], ""),
    ]


def test_tells_rows_that_do_not_fit_the_header(tmp_path: Path) -> None:
    found = rows_of(opened(tmp_path / "a.csv", b"no,n\n1,2,,\n1,2,3\n1\n\nno,n\n"))
    assert [(row[0], row[2]) for row in found] == [
        (2, ""),
        (3, "file.row_too_wide"),
        (4, "file.row_too_short"),
        (6, "file.row_header_again"),
    ]


def test_never_evaluates_a_formula_in_a_cell(tmp_path: Path) -> None:
    assert rows_of(opened(tmp_path / "a.csv", b'no,note\n1,"=1+1"\n2,@SUM(A1)\n'))[0][1] == ["1", "=1+1"]


def workbook(path: Path, rows: list[list[Any]], **sheets: list[list[Any]]) -> bytes:
    with xlsxwriter.Workbook(str(path)) as book:
        day = book.add_format({"num_format": "yyyy-mm-dd hh:mm"})
        for name, content in {"orders": rows, **sheets}.items():
            sheet = book.add_worksheet(name)
            for y, row in enumerate(content):
                for x, cell in enumerate(row):
                    if isinstance(cell, dt.datetime):
                        sheet.write_datetime(y, x, cell, day)
                    elif isinstance(cell, str) and cell.startswith("="):
                        sheet.write_formula(y, x, cell, None, 42)
                    elif cell is not None:
                        sheet.write(y, x, cell)
    return path.read_bytes()


def test_reads_a_workbook_below_its_title_with_dates_numbers_and_formulas(tmp_path: Path) -> None:
    rows = [
        ["二月订单"],
        [],
        ["单号", "日期", "金额", "备注"],
        [12345678901234, dt.datetime(2020, 2, 21, 8, 5), 0.1, "=6*7"],  # noqa: DTZ001 - sheets have no zone.
        ["A2", None, 2, True],
    ]
    table = opened(tmp_path / "a.xlsx", workbook(tmp_path / "make.xlsx", rows))
    assert (table.header_row, table.header) == (3, ["单号", "日期", "金额", "备注"])
    assert rows_of(table) == [
        (4, ["12345678901234", "2020-02-21 08:05:00", "0.1", "42"], ""),
        (5, ["A2", "", "2", "TRUE"], ""),
    ]


def test_chooses_a_sheet(tmp_path: Path) -> None:
    content = workbook(tmp_path / "make.xlsx", [], more=[["no", "n"], ["1", "2"]])
    with opened(tmp_path / "a.xlsx", content) as table:
        assert table.sheet == "more"
    assert refused(tmp_path / "a.xlsx", content, sheet="none") == "file.sheet_unknown"


def test_refuses_a_sheet_whose_far_cell_would_fill_the_memory(tmp_path: Path) -> None:
    with xlsxwriter.Workbook(str(tmp_path / "a.xlsx")) as book:
        book.add_worksheet().write(1_048_575, 16_383, "far")
    table = files.open_table(tmp_path / "a.xlsx")
    assert isinstance(table, Refused)
    assert table.code == "file.sheet_too_large"


def test_a_shape_is_the_set_of_its_columns(tmp_path: Path) -> None:
    assert shapes.fingerprint(["单号", "收货地址 "]) == shapes.fingerprint(["收货地址", "单　号".replace("　", "")])
    assert shapes.fingerprint(["a", "b"]) != shapes.fingerprint(["a", "c"])


def test_names_empty_and_repeated_columns() -> None:
    assert shapes.columns(["a", "", "A", "b", " "]) == ["a", "#2", "A (2)", "b"]


def test_finds_the_header_by_the_columns_a_mapping_knows() -> None:
    rows = [["a note", "of", "three"], ["x", "订单 编号", "y"], ["1", "2", "3"]]
    assert shapes.header_row(rows, known=frozenset({"订单 编号"})) == 1


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=600) | st.text(alphabet='a",\n\r;中\x00=\t', max_size=300).map(lambda text: text.encode()))
def test_any_bytes_are_read_or_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "any").write_bytes(content)
    table = files.open_table(tmp_path / "any")
    if isinstance(table, Refused):
        assert table.code.startswith("file.")
        return
    with table:
        first, again = list(table), list(table)
    assert first == again
    assert all(len(row.cells) == len(table.header) or row.problem for row in first)
