"""An order is found by the start, the end and the middle of its numbers, and by no more than that."""

import hashlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.domain import search

ORDER = {
    "order_no": "OL-20260218-000123",
    "external_no": "TM 8897-2211-3345",
    "phones": ["+86 138 0013 8000"],
    "names": ["王小明"],
    "tracking_nos": ["SF1234567890"],
}


def _finds(text: str) -> set[int]:
    keys = search.keys(**ORDER)
    return {
        each.kind
        for each in search.wanted(text)
        if all((each.kind, key) in keys for key in each.keys)
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("000123", {search.NUMBER, search.NUMBER + search.INSIDE}),
        ("18-000123", {search.NUMBER}),
        ("3345", {search.EXTERNAL, search.EXTERNAL + search.INSIDE}),
        ("7-2211", {search.EXTERNAL + search.INSIDE}),
        ("8000", {search.PHONE, search.PHONE + search.INSIDE}),
        ("8613800138000", {search.PHONE, search.PHONE + search.INSIDE}),
        ("0138", {search.PHONE + search.INSIDE}),
        ("sf12", {search.TRACKING, search.TRACKING + search.INSIDE}),
        ("王小明", {search.NAME}),
        ("王小", {search.NAME}),
        ("000", set()),
        ("王", set()),
        ("9999", set()),
        ("", set()),
    ],
)
def test_finds_by_parts(text: str, kinds: set[int]) -> None:
    assert _finds(text) == kinds


@given(st.text(alphabet="0123456789", min_size=7, max_size=15), st.data())
def test_a_phone_is_found_by_every_part_of_four_digits_or_more(phone: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(phone) - 4))
    part = phone[start : data.draw(st.integers(start + 4, len(phone)))]
    keys = search.keys(order_no="OL-1", external_no="OL-1", phones=[phone])
    assert any(all((each.kind, key) in keys for key in each.keys) for each in search.wanted(part))


def test_the_same_text_under_two_kinds_is_two_tokens() -> None:
    def fingerprint(text: str) -> bytes:
        return hashlib.sha256(text.encode()).digest()

    made = {search.token(kind, "^1380", fingerprint) for kind in (search.PHONE, search.TRACKING)}
    assert len(made) == 2
    assert all(-(2**63) <= each < 2**63 for each in made)


def test_an_order_has_few_keys() -> None:
    assert len(search.keys(**ORDER)) <= 80
