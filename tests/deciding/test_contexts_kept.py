"""What the rules were asked is kept without its names, and found again whole."""

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from orderloom.deciding import contexts
from orderloom.deciding.contexts import Builder
from orderloom.rules import points

PATHS = sorted(path for path in points.PATHS if not path.endswith(".*"))


def _context(builder_shape: list[Any], values: Any) -> dict[str, Any]:
    """A context of the shape, its values numbered."""
    made: dict[str, Any] = {}
    for name in builder_shape:
        if isinstance(name, str):
            made[name] = next(values)
        elif len(name) == 3:
            made[name[0]] = [_context(name[1], values) for _ in range(2)]
        else:
            made[name[0]] = _context(name[1], values)
    return made


@given(reads=st.sets(st.sampled_from(PATHS)))
def test_a_kept_context_comes_back_whole(reads: set[str]) -> None:
    builder = Builder(reads)
    context = _context(builder.shape, iter(range(1_000)))
    assert contexts.restored(builder.shape, builder.values(context)) == context


@given(reads=st.sets(st.sampled_from(PATHS)))
def test_of_its_moment_all_comes_back_and_nothing_else(reads: set[str]) -> None:
    builder = Builder(reads)
    context = _context(builder.shape, iter(range(1_000)))
    roots = {"customer", "stock", "window", "credit"}
    expected = {name: value for name, value in context.items() if name in roots}
    assert contexts.moment(builder.shape, builder.values(context)) == expected
