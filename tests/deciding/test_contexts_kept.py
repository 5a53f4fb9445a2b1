"""What the rules were asked is kept without its names, and found again whole."""

import itertools
from collections.abc import Iterator
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from tests.deciding.house import House

from orderloom.deciding import contexts
from orderloom.deciding.contexts import Builder
from orderloom.deciding.state import State
from orderloom.deciding.work import Work
from orderloom.rules import points

PATHS = sorted(path for path in points.PATHS if not path.endswith(".*"))


def _both(shape: contexts.Shape, numbers: Iterator[int]) -> tuple[dict[str, Any], list[Any]]:
    """A context of the shape with its values, which are numbers."""
    made: dict[str, Any] = {}
    kept: list[Any] = []
    for name in shape:
        if isinstance(name, str):
            made[name] = next(numbers)
            kept.append(made[name])
        elif len(name) == 3:
            pairs = [_both(name[1], numbers) for _ in range(2)]
            made[name[0]] = [line for line, _ in pairs]
            kept.append([values for _, values in pairs])
        else:
            made[name[0]], inside = _both(name[1], numbers)
            kept.append(inside)
    return made, kept


@given(reads=st.sets(st.sampled_from(PATHS)))
def test_a_kept_context_comes_back_whole(reads: set[str]) -> None:
    shape = Builder(reads).shape
    context, values = _both(shape, itertools.count())
    assert contexts.restored(shape, values) == context


@given(reads=st.sets(st.sampled_from(PATHS)))
def test_of_its_moment_all_comes_back_and_nothing_else(reads: set[str]) -> None:
    shape = Builder(reads).shape
    context, values = _both(shape, itertools.count())
    roots = {"customer", "stock", "window", "credit"}
    assert contexts.moment(shape, values) == {name: value for name, value in context.items() if name in roots}


@given(reads=st.sets(st.sampled_from(PATHS)))
def test_a_builder_gives_the_values_of_its_context(reads: set[str]) -> None:
    place = House()
    [outcome] = place.decide(place.place("X1", custom={"site": "3F"}))
    loaded = State(now=place.now, reference=place.reference, customers=place.customers, skus=place.skus,
                   pools=place.pools, accounts=place.accounts)  # fmt: skip
    builder = Builder(reads)
    context, values = builder.both(Work(place.place("X2"), place.order(outcome)), loaded)
    assert contexts.restored(builder.shape, values) == context
