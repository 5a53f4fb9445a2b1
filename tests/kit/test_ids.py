"""Ids: UUIDv7, in order, and repeatable from a seed."""

import copy
import datetime as dt
import pickle
import uuid

from hypothesis import given
from hypothesis import strategies as st

from orderloom.kit import ids

INSTANTS = st.integers(10**5, 7 * 10**12).map(lambda ms: dt.datetime.fromtimestamp(ms / 1000, dt.UTC))


@given(instants=st.lists(INSTANTS, min_size=1, max_size=50))
def test_each_id_is_later_than_the_one_before_whatever_the_clock_does(instants: list[dt.datetime]) -> None:
    maker = ids.Ids()
    made = [maker.new(instant) for instant in instants]
    assert made == sorted(made) and len(set(made)) == len(made)


@given(instant=INSTANTS)
def test_an_id_is_a_uuid_of_version_7_that_tells_its_millisecond(instant: dt.datetime) -> None:
    made = ids.Ids().new(instant)
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == int(instant.timestamp() * 1000)


def test_more_ids_than_a_millisecond_counts_stay_in_order(now: dt.datetime) -> None:
    maker = ids.Ids()
    made = [maker.new(now) for _ in range(10_000)]
    assert made == sorted(set(made))


@given(seed=st.integers(0, 2**32), instants=st.lists(INSTANTS, max_size=20))
def test_a_seed_repeats_the_same_ids(seed: int, instants: list[dt.datetime]) -> None:
    one, other = ids.Ids(seed=seed), ids.Ids(seed=seed)
    assert [one.new(instant) for instant in instants] == [other.new(instant) for instant in instants]


def test_without_a_seed_two_makers_differ(now: dt.datetime) -> None:
    assert ids.Ids().new(now) != ids.Ids().new(now)


def test_ids_made_of_content_stay_what_they_are_in_every_row() -> None:
    assert ids.derived(bytes(range(32))) == uuid.UUID("00010203-0405-8607-8809-0a0b0c0d0e0f")
    assert ids.beside(uuid.UUID(int=2**127 + 12345), "x") == uuid.UUID("80000000-0000-86ba-9f03-d4ff33d7a3e9")


@given(digest=st.binary(min_size=16, max_size=32), instant=INSTANTS)
def test_an_id_is_like_any_other_uuid(digest: bytes, instant: dt.datetime) -> None:
    for made in (ids.derived(digest), ids.Ids(seed=1).new(instant), ids.first_of(instant)):
        other = uuid.UUID(str(made))
        assert (made, hash(made), made.bytes, repr(made)) == (other, hash(other), other.bytes, repr(other))
        assert pickle.loads(pickle.dumps(made)) == copy.deepcopy(made) == other
        assert made.is_safe is uuid.SafeUUID.unknown
