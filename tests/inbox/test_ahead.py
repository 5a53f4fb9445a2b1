"""Reading ahead keeps the order, passes errors on in their place, and leaves no thread behind."""

import threading
from collections.abc import Iterator

import pytest

from orderloom.inbox import ahead


def test_everything_comes_in_its_order() -> None:
    assert list(ahead.read(iter(range(100)), most=2)) == list(range(100))


def test_an_error_comes_behind_what_came_before_it() -> None:
    def source() -> Iterator[int]:
        yield 1
        raise ValueError("broken")

    coming = ahead.read(source(), most=5)
    assert next(coming) == 1
    with pytest.raises(ValueError, match="broken"):
        next(coming)


def test_whoever_stops_early_leaves_no_thread_and_reads_no_further_than_the_bound() -> None:
    given: list[int] = []

    def source() -> Iterator[int]:
        for each in range(1_000):
            given.append(each)
            yield each

    coming = ahead.read(source(), most=2)
    assert next(coming) == 0
    coming.close()
    assert len(given) <= 5
    assert not [each for each in threading.enumerate() if each.name == "read-ahead"]
