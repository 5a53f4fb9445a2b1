"""Loops: no failure stops another one, sleeping ends when woken, and the end is clean."""

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator

import pytest

from orderloom.worker.loops import Loop, Turn

Make = Callable[..., Loop]


@pytest.fixture
def started() -> Iterator[Make]:
    made: list[Loop] = []

    def start(turn: Turn, *workspaces: str, **times: float) -> Loop:
        loop = Loop("test", turn, **{"idle": 60.0, **times})
        made.append(loop)
        loop.serve(workspaces)
        loop.start()
        return loop

    yield start
    for loop in made:
        loop.stop()
        assert loop.join(5)


def _until(true: Callable[[], bool], seconds: float = 5.0) -> None:
    ends = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < ends, "it did not happen"
        time.sleep(0.005)


def test_a_workspace_that_fails_rests_and_the_others_go_on(started: Make) -> None:
    turns: Counter[str] = Counter()

    def turn(workspace: str) -> bool:
        turns[workspace] += 1
        if workspace == "bad":
            raise ValueError("broken here")
        return turns[workspace] < 500

    loop = started(turn, "bad", "good")
    _until(lambda: turns["good"] == 500)
    assert turns["bad"] == 1
    beat = loop.beat("w")
    assert beat is not None and beat.failures == 1 and "bad: ValueError: broken here" in beat.problem
    loop.wake("bad")  # A rest after a failure is kept, however much comes in.
    time.sleep(0.1)
    assert turns["bad"] == 1


def test_after_a_failure_it_is_tried_again(started: Make) -> None:
    turns: Counter[str] = Counter()

    def turn(workspace: str) -> bool:
        turns[workspace] += 1
        if turns[workspace] == 1:
            raise ValueError
        return False

    loop = started(turn, "one")
    _until(lambda: turns["one"] == 2)
    beat = loop.beat("w")
    assert beat is not None
    _until(lambda: (found := loop.beat("w")) is not None and found.failures == 0)


def test_it_goes_on_at_once_while_there_is_work_and_sleeps_when_there_is_none(started: Make) -> None:
    turns: Counter[str] = Counter()

    def turn(workspace: str) -> bool:
        turns[workspace] += 1
        return turns[workspace] % 10 != 0

    loop = started(turn, "one")
    _until(lambda: turns["one"] == 10)
    time.sleep(0.1)
    assert turns["one"] == 10
    loop.wake("one")
    _until(lambda: turns["one"] == 20)


def test_what_comes_during_a_turn_that_found_nothing_is_not_slept_over(started: Make) -> None:
    inside, go_on = threading.Event(), threading.Event()
    turns: Counter[str] = Counter()

    def turn(workspace: str) -> bool:
        turns[workspace] += 1
        inside.set()
        go_on.wait(5)
        return False

    loop = started(turn, "one")
    assert inside.wait(5)
    loop.wake("one")
    go_on.set()
    _until(lambda: turns["one"] == 2)


def test_under_a_rain_of_wakes_the_pause_is_kept(started: Make) -> None:
    turns: Counter[str] = Counter()

    def turn(workspace: str) -> bool:
        turns[workspace] += 1
        return True

    loop = started(turn, "one", pause=0.1)
    ends = time.monotonic() + 1.0
    while time.monotonic() < ends:
        loop.wake("one")
        time.sleep(0.002)
    assert 2 <= turns["one"] <= 12


def test_new_workspaces_are_served_and_dropped_ones_left(started: Make) -> None:
    turns: Counter[str] = Counter()

    def turn(workspace: str) -> bool:
        turns[workspace] += 1
        return False

    loop = started(turn, "old", idle=0.02)
    _until(lambda: turns["old"] > 0)
    loop.serve(["new"])
    _until(lambda: turns["new"] > 1)
    time.sleep(0.05)  # The turn at the old one that was under way ends.
    before = turns["old"]
    _until(lambda: turns["new"] > 5)
    assert turns["old"] == before
