"""Rows that did not go in come out as a sheet, safe to open, and come back corrected as if nothing had been."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.inbox import files, sheets

FAILURES = [
    sheets.Failure(7, ["A1", "=cmd|' /C calc'!A0", "-5"], "lines.quantity", "数量必须大于零", "must be above zero"),
    sheets.Failure(9, ["'=x", "+1 555", "\ud800\x00"], "", "行太短", "too short"),
]


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_a_sheet_comes_back_with_its_original_columns_and_cells(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"errors.{suffix}"
    write = sheets.write_csv if suffix == "csv" else sheets.write_xlsx
    assert write(path, header=["no", "@note", "n"], failures=FAILURES) == 2
    table = files.open_table(path)
    assert isinstance(table, files.Table)
    with table:
        assert table.header == ["no", "@note", "n"]
        assert [row.cells for row in table] == [
            ["A1", "=cmd|' /C calc'!A0", "-5"],
            ["'=x", "+1 555", "\ufffd\ufffd"],
        ]


def test_no_cell_of_a_sheet_starts_as_a_formula(tmp_path: Path) -> None:
    path = tmp_path / "errors.csv"
    sheets.write_csv(path, header=["=h"], failures=FAILURES)
    text = path.read_text("utf-8-sig")
    assert "'=cmd" in text
    assert "'+1 555" in text
    assert "'=h" in text
    assert ",-5" in text  # A plain negative number is no formula.


@given(st.text(max_size=20))
def test_what_is_escaped_comes_back_as_it_was(cell: str) -> None:
    assert sheets.unescaped(sheets.escaped(cell)) == cell or not cell.startswith("'")
    assert not sheets.escaped(cell).startswith(("=", "@", "\t", "\r"))
