"""Foreign values are read exactly or refused; nothing is guessed."""

import datetime as dt
import zoneinfo
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.domain.mappings import patterns, values

SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("12", "12"), ("１２．５０", "12.50"), ("1,234,567.89", "1234567.89"), ("¥ 12.5", "12.5"), ("12元", "12"),
        ("$-3", "-3"), ("-¥3", "-3"), ("(12.50)", "-12.50"), ("12-", "-12"), ("−5", "-5"), ("+5", "5"),
        (".5", "0.5"), ("CNY 3", "3"), (3, "3"), (0.1, "0.1"), (1e-7, "0.0000001"), (Decimal("9.90"), "9.90"),
    ],
)  # fmt: skip
def test_reads_what_people_write_as_numbers(raw: Any, value: str) -> None:
    assert values.number(raw) == Decimal(value)


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        ("1,23", "value.not_a_number"), ("1.234,50", "value.not_a_number"), ("12a", "value.not_a_number"),
        ("", "value.not_a_number"), (True, "value.not_a_number"), (None, "value.not_a_number"),
        (float("nan"), "value.not_a_number"), (float("inf"), "value.not_a_number"), ("NaN", "value.not_a_number"),
        ("3.1E+18", "value.lost_digits"), ("9" * 40, "value.out_of_bounds"), ([], "value.not_a_number"),
        ("--5", "value.not_a_number"), ("٣x", "value.not_a_number"),
    ],
)  # fmt: skip
def test_refuses_what_is_not_certainly_a_number(raw: Any, code: str) -> None:
    with pytest.raises(values.Unreadable) as caught:
        values.number(raw)
    assert caught.value.code == code


def test_reads_a_decimal_comma_only_where_the_mapping_says_so() -> None:
    assert values.number("1.234,50", decimal_mark=",") == Decimal("1234.50")


@pytest.mark.parametrize(
    "raw",
    [
        "2020-02-21 08:05:00", "2020/2/21 8:05", "2020年2月21日 8时5分", "2020-02-21T00:05:00Z", "20200221080500",
        "2020-02-21T08:05:00+08:00", "1582243500", 1582243500, "1582243500000", "２０２０－０２－２１ ０８:０５",
    ],
)  # fmt: skip
def test_reads_one_instant_from_many_spellings(raw: Any) -> None:
    assert values.instant(raw, zone=SHANGHAI) == dt.datetime(2020, 2, 21, 0, 5, tzinfo=dt.UTC)


@pytest.mark.parametrize("raw", ["2020-13-01", "yesterday", "", "0", "2020-02-30 08:00:00", "0001-01-01", "12"])
def test_refuses_what_is_no_instant(raw: str) -> None:
    with pytest.raises(values.Unreadable):
        values.instant(raw, zone=SHANGHAI)


@pytest.mark.parametrize(
    "pattern", ["(a+)+", "(a*)*b", "((a|b)+c)*", "a+b+c+d+", r"(a)\1", "(?P<x>a)(?P=x)", "(", "a" * 300]
)
def test_refuses_a_pattern_that_could_run_for_ever(pattern: str) -> None:
    with pytest.raises(patterns.Unbounded):
        patterns.compiled(pattern)


@pytest.mark.parametrize("pattern", [r"^(\d+)(?:\.0)?$", "^(.*?)省(.*?)市(.*)$", "[a+*]{2}x+", r"\(\d{3}\)"])
def test_takes_the_patterns_that_mappings_need(pattern: str) -> None:
    assert patterns.compiled(pattern).pattern == pattern


def test_a_shape_shows_neither_letters_nor_digits() -> None:
    assert values.shape("张三 138-0013") == "xx 999-9999"


@given(st.decimals(min_value=-(10**12), max_value=10**12, places=4))
def test_a_printed_decimal_reads_back_as_itself(value: Decimal) -> None:
    assert values.number(f"{value:,f}") == value


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(raw: str) -> None:
    for read in (values.number, values.yes, values.whole, lambda text: values.instant(text, zone=SHANGHAI)):
        try:
            read(raw)
        except values.Unreadable as refusal:
            assert refusal.code.startswith("value.")
