"""One address, three orders, different phones: counted right in any order of arrival, and masks never count."""

import datetime as dt
import uuid

from hypothesis import given
from hypothesis import strategies as st

from orderloom.domain import windows
from orderloom.domain.windows import Entry, Window

NOON = dt.datetime(2026, 2, 18, 4, 0, tzinfo=dt.UTC)


def entry(n: int, hours: float = 0, phone_key: str = "") -> Entry:
    return Entry(uuid.UUID(int=n), NOON + dt.timedelta(hours=hours), phone_key)


def window(*entries: Entry, hours: int = 72) -> Window:
    made = Window("b1")
    for each in entries:
        made = windows.add(made, each, hours=hours)
    return made


def test_three_orders_with_two_phones_are_seen():
    made = window(entry(1, 0, "p"), entry(2, 1, "q"), entry(3, 2, "p"))
    assert windows.seen(made, at=NOON, hours=72) == (3, 2)


def test_a_masked_phone_never_counts_as_different():
    made = window(entry(1, 0, "p"), entry(2, 1, ""), entry(3, 2, ""))
    assert windows.seen(made, at=NOON, hours=72) == (3, 1)


def test_the_same_order_again_counts_once_with_its_latest_phone():
    made = window(entry(1, 0, "p"), entry(1, 0, "q"), entry(1, 0, "q"))
    assert windows.seen(made, at=NOON, hours=72) == (1, 1)


def test_only_orders_within_the_hours_count_to_the_second():
    made = window(entry(1, -72, "p"), entry(2, -72.001, "q"), entry(3, 0, "r"))
    assert windows.seen(made, at=NOON, hours=72) == (2, 2)


def test_a_removed_order_is_seen_no_more():
    made = windows.remove(window(entry(1, 0, "p"), entry(2, 0, "q")), uuid.UUID(int=1))
    assert windows.seen(made, at=NOON, hours=72) == (1, 1)


def test_a_window_keeps_no_more_than_its_bound():
    made = window(*[entry(n, n / 1_000, str(n)) for n in range(230)])
    assert len(made.entries) == 200
    assert made.entries[-1] == entry(229, 0.229, "229")


@given(
    st.lists(st.tuples(st.integers(0, 9), st.floats(0, 48), st.sampled_from(["", "p", "q"])), max_size=9), st.randoms()
)
def test_any_order_of_arrival_ends_the_same(rows: list[tuple[int, float, str]], dice):
    entries = list({n: entry(n, hours, phone) for n, hours, phone in rows}.values())
    shuffled = list(entries)
    dice.shuffle(shuffled)
    assert window(*shuffled) == window(*entries)
