"""A phone is known, masked or not a phone; a mask is never taken for a number."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.domain import phones


@pytest.mark.parametrize(
    ("text", "number", "extension"),
    [
        ("13800138000", "13800138000", ""), ("+86 138-0013-8000", "13800138000", ""),
        ("8613800138000", "13800138000", ""),
        ("１３８００１３８０００", "13800138000", ""), ("(0571) 8765 4321", "057187654321", ""),
        ("13800138000-1234", "13800138000", "1234"), ("13800138000转56", "13800138000", "56"),
        ("+44 20 7946 0958", "+442079460958", ""), ("'13800138000", "13800138000", ""),
    ],
)  # fmt: skip
def test_reads_the_number_people_mean(text: str, number: str, extension: str) -> None:
    assert phones.read(text) == phones.Phone(number, "known", extension)


@pytest.mark.parametrize(
    "text", ["138****1234", "*******0002", "1********02", "$$cipher$$", "##abc##", "~AbC12~", "13800138***"]
)
def test_a_mask_or_token_is_masked_and_kept_as_it_is(text: str) -> None:
    assert phones.read(text) == phones.Phone(text, "masked")


@pytest.mark.parametrize("text", ["", "无", "123", "n/a", "张三"])
def test_what_is_no_phone_has_no_state(text: str) -> None:
    assert phones.read(text).state == ""


@given(st.text(max_size=60))
def test_never_raises(text: str) -> None:
    assert phones.read(text).state in ("", "known", "masked")
