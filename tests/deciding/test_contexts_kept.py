"""What the rules were asked is kept without its names, and found again whole."""

from hypothesis import given
from hypothesis import strategies as st
from tests.deciding.house import House

from orderloom.deciding import contexts
from orderloom.deciding.contexts import Builder
from orderloom.deciding.state import State
from orderloom.deciding.work import Work
from orderloom.rules import points

PATHS = sorted(path for path in points.PATHS if not path.endswith(".*"))


@given(reads=st.sets(st.sampled_from(PATHS)))
def test_what_was_asked_comes_back_whole_and_so_does_its_moment_alone(reads: set[str]) -> None:
    place = House()
    [outcome] = place.decide(place.place("X1", custom={"site": "3F"}))
    loaded = State(now=place.now, reference=place.reference, customers=place.customers, skus=place.skus,
                   pools=place.pools, accounts=place.accounts)  # fmt: skip
    builder = Builder(reads)
    values = builder.values(Work(place.place("X2"), place.order(outcome)), loaded)
    context = builder.context(values)
    assert contexts.restored(builder.shape, values) == context
    assert len(values) == len(builder.shape.paths) + ("lines" in context)
    moment = {name: value for name, value in context.items() if name in ("customer", "stock", "window", "credit")}
    assert contexts.moment(builder.shape, values) == moment
