"""What machines write is read by a short way; it says what the long way says."""

import zoneinfo
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.domain.mappings import targets, values
from orderloom.kit import limits

SHANGHAI = zoneinfo.ZoneInfo("Asia/Shanghai")
LOST = st.from_regex(r"[0-9](\.[0-9])?[eE]\+?[0-9]{1,2}", fullmatch=True)
PRINTED = LOST | st.text(st.sampled_from("eE059.-+ aZé１\u3000\x00"), max_size=8) | st.text(max_size=140)
AMOUNTS = st.from_regex(r"[-+]?[0-9]{0,12}(\.[0-9]{0,8})?", fullmatch=True)
COUNTS = st.integers(-2, 2) | st.integers(limits.QUANTITY_MAX - 1, limits.QUANTITY_MAX + 1) | st.integers()


def said(what: str, raw: Any, *, currency: str = "CNY") -> Any:
    """The value, or the code of why it is none."""
    coerce = targets.coercion(what, zone=SHANGHAI, region="CN", currency=currency)
    try:
        return coerce(raw)
    except values.Unreadable as error:
        return error.code


# A blank in front changes no value, and no short way takes it.
@given(raw=PRINTED)
def test_an_id_is_the_same_with_a_blank_in_front(raw: str) -> None:
    assert said("id", raw) == said("id", f" {raw}")


@pytest.mark.parametrize("currency", ["CNY", "JPY", "KWD"])
@given(raw=AMOUNTS)
def test_a_price_is_the_same_with_a_blank_in_front(currency: str, raw: str) -> None:
    plain, blank = said("price", raw, currency=currency), said("price", f" {raw}", currency=currency)
    assert str(plain) == str(blank)


@given(raw=COUNTS)
def test_a_count_is_the_same_as_number_and_as_text(raw: int) -> None:
    for what in ("quantity", "line_no"):
        assert said(what, raw) == said(what, str(raw)) or abs(raw) > 10**27


@pytest.mark.parametrize(
    "raw", ["2026-02-21T08:05:00Z", "2026-02-21 08:05:00", "2026-02-30 08:05:00", "２026-02-21 08:05:00"]
)
def test_an_instant_is_the_same_with_a_blank_in_front(raw: str) -> None:
    assert said("instant", raw) == said("instant", f" {raw}")
