"""Numbers from rules are read without trust."""

from decimal import Decimal
from typing import Any

import pytest

from orderloom.kit import numbers


@pytest.mark.parametrize(
    ("value", "whole"),
    [
        (5, 5), (2.5, 3), (-2.5, -3), (12.499, 12), ("7", 7), (Decimal("0.5"), 1), (True, None), (None, None),
        ("x", None), ([1], None), ({}, None), (float("nan"), None), (float("inf"), None), (10**14, None), (1e300, None),
    ],
)  # fmt: skip
def test_only_numbers_within_the_bound_are_read(value: Any, whole: int | None):
    assert numbers.whole(value) == whole


def test_a_float_reads_as_people_wrote_it():
    assert numbers.exact(0.1) == Decimal("0.1")
