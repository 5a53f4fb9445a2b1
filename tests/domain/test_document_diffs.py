"""Differences of two contents: none between equals, some between others, and named where an editor would look."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orderloom.domain.documents.diffs import differences
from orderloom.kit import limits

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 3) | st.text(max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["a", "b/c", "id"]), inner, max_size=3),
    max_leaves=8,
)


def told(before: Any, after: Any) -> list[tuple[str, str]]:
    """Places and kinds of change."""
    return [(each.path, each.change) for each in differences(before, after)]


@given(VALUES, VALUES)
def test_equals_do_not_differ_and_others_do(before: Any, after: Any) -> None:
    assert differences(before, before) == []
    same = before == after and repr(before) == repr(after)
    assert bool(differences(before, after)) is not same or sorted(repr(before)) == sorted(repr(after))


def test_rows_are_known_by_their_id_wherever_they_stand() -> None:
    before = {"rules": [{"_id": "a", "x": 1}, {"_id": "b", "x": 2}, {"_id": "c", "x": 3}]}
    after = {"rules": [{"_id": "n", "x": 9}, {"_id": "a", "x": 1}, {"_id": "c", "x": 4}]}
    assert told(before, after) == [("/rules/0", "added"), ("/rules/2/x", "changed"), ("/rules/1", "removed")]
    turned = {"rules": list(reversed(before["rules"]))}
    assert told(before, turned) == [("/rules", "moved")]


def test_a_flag_is_no_number_and_a_missing_field_no_null() -> None:
    assert told({"a": True}, {"a": 1}) == [("/a", "changed")]
    assert told({"a": None}, {}) == [("/a", "removed")]


def test_so_many_differences_are_told_and_no_more() -> None:
    many = {str(number): number for number in range(limits.DIFFERENCES_MAX + 10)}
    assert len(differences({}, many)) == limits.DIFFERENCES_MAX
