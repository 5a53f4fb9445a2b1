"""The rows of one order become one message, wherever they stand, and every row is in exactly one message."""

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.domain.mappings import documents
from orderloom.inbox import files, grouping
from orderloom.kit import limits
from orderloom.kit.refusals import Refused

KEYED = documents.Rows(key="no")


class Sheet:
    """A header and rows, as a table has them."""

    def __init__(self, cells: list[list[str]], *, problems: dict[int, Refused] | None = None) -> None:
        self.header = ["No ", "n"]
        self._cells = cells
        self._problems = problems or {}

    def __iter__(self) -> Iterator[files.Row]:
        for number, cells in enumerate(self._cells, 2):
            yield files.Row(number, list(cells), self._problems.get(number))


def messages(sheet: Sheet, *, rows: documents.Rows = KEYED, channel: str = "shop") -> list[grouping.Message]:
    found = grouping.messages(sheet, channel=channel, rows=rows)
    assert not isinstance(found, Refused)
    return list(found)


def test_an_order_that_reappears_later_is_still_one_message() -> None:
    found = messages(Sheet([["1", "a"], ["2", "b"], ["1", "c"]]))
    assert [(each.external_no, each.numbers) for each in found] == [("2", [3]), ("1", [2, 4])]
    assert found[1].payload == {"header": ["No ", "n"], "rows": [["1", "a"], ["1", "c"]]}


def test_the_same_content_has_the_same_key_wherever_it_stands() -> None:
    first = messages(Sheet([["1", "a"], ["2", "b"]]))
    second = messages(Sheet([["9", "z"], ["2", "b"], ["1", "a"]]))
    assert {each.key for each in first} < {each.key for each in second}
    assert messages(Sheet([["1", "a"]]), channel="other")[0].key not in {each.key for each in first}
    assert messages(Sheet([["1", "A"]]))[0].key not in {each.key for each in first}


def test_a_row_without_a_number_is_a_message_of_its_own() -> None:
    found = messages(Sheet([["", "a"], ["", "a"]]))
    assert [each.problem.code for each in found if each.problem] == ["file.row_no_key"] * 2
    assert found[0].key != found[1].key


def test_fills_down_the_number_of_merged_cells() -> None:
    found = messages(Sheet([["1", "a"], ["", "b"], ["2", "c"]]), rows=documents.Rows(key="no", fill_down=True))
    assert [each.numbers for each in found] == [[2, 3], [4]]


def test_one_broken_row_spoils_its_order() -> None:
    broken = Refused("file.row_nul")
    found = messages(Sheet([["1", "a"], ["2", "b"], ["1", "c"]], problems={4: broken}))
    assert [each.problem for each in found] == [None, broken]


def test_refuses_a_table_without_the_number_column() -> None:
    found = grouping.messages(Sheet([]), channel="shop", rows=documents.Rows(key="order"))
    assert isinstance(found, Refused)
    assert found.code == "file.no_key_column"


def test_an_order_beyond_the_bound_comes_in_refused_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "LINES_MAX", 3)
    found = messages(Sheet([["1", "a"]] * 7 + [["2", "b"]] * 3))
    assert [(each.external_no, len(each.numbers), each.problem is not None) for each in found] == [
        ("1", 3, True),
        ("1", 3, True),
        ("1", 1, True),
        ("2", 3, False),
    ]
    assert len({each.key for each in found}) == 4


def test_what_waits_beyond_the_bound_waits_on_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [[str(no), f"{half}{no}"] for half in "ab" for no in range(50)]
    whole = messages(Sheet(rows))
    monkeypatch.setattr(limits, "GROUPED_ROWS_HELD_MAX", 7)
    assert messages(Sheet(rows)) == whole
    assert len(whole) == 50


@given(st.lists(st.tuples(st.sampled_from(["", "1", "2", "3", " 1 "]), st.sampled_from("xyz")), max_size=30))
def test_every_row_is_in_exactly_one_message(rows: list[tuple[str, str]]) -> None:
    found = messages(Sheet([list(row) for row in rows]))
    numbers = [number for each in found for number in each.numbers]
    assert sorted(numbers) == list(range(2, len(rows) + 2))
    assert len({each.key for each in found}) == len(found)
