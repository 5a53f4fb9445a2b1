"""Votes at a step: who may fill its seats, and what their yes and no come to. Pure.

`any` wants one seat filled, `all` every one, `n_of_m` exactly `n`. A seat of a role is filled by whoever holds the
role, and a person fills one seat of a step. A step is approved as soon as enough seats say yes and rejected as soon
as too few are left that could. With as many voters as seats the order of votes does not matter; where more people
may fill a seat than there are seats, those who speak first speak for it.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import Literal

import msgspec

from orderloom.kit import limits
from orderloom.kit.refusals import Refused

Verdict = Literal["approve", "reject"]
Outcome = Literal["", "approved", "rejected"]
_PAST: dict[str, Outcome] = {"approve": "approved", "reject": "rejected"}


class Step(msgspec.Struct, omit_defaults=True, forbid_unknown_fields=True):
    """Seats and how many of them must agree. `back_to` is the level a rejection goes back to (None: it is the end)."""

    roles: list[str] = []
    persons: list[str] = []
    steps: list["Step"] = []
    rule: Literal["any", "all", "n_of_m"] = "any"
    n: int = 0
    back_to: int | None = None

    @property
    def seats(self) -> int:
        """The m of n-of-m."""
        return len(self.roles) + len(self.persons) + len(self.steps)

    @property
    def wanted(self) -> int:
        """How many seats must agree."""
        return {"any": 1, "all": self.seats, "n_of_m": self.n}[self.rule]


class Vote(msgspec.Struct, omit_defaults=True):
    """What a person said at a level, by which roles, and for whom when they were sent."""

    person: str
    verdict: Verdict
    at: dt.datetime
    level: int
    round: int
    roles: list[str] = []
    on_behalf: str = ""
    comment: str = ""


def unfit(step: Step, path: str, *, depth: int = 1) -> Refused | None:
    """Why nobody could ever decide at this step: `approval.bad_steps`, with its place (a JSON Pointer)."""
    if depth > limits.APPROVAL_DEPTH_MAX:
        return bad(path, "depth", most=limits.APPROVAL_DEPTH_MAX)
    if not 0 < step.seats <= limits.APPROVAL_SEATS_MAX:
        return bad(path, "seats", most=limits.APPROVAL_SEATS_MAX)
    if not all(0 < len(each) <= limits.NAME_CHARS_MAX for each in (*step.roles, *step.persons)):
        return bad(path, "name", most=limits.NAME_CHARS_MAX)
    if len(set(step.persons)) != len(step.persons):
        return bad(f"{path}/persons", "twice")
    if not 0 < step.wanted <= step.seats:
        return bad(f"{path}/n", "range", most=step.seats)
    for i, each in enumerate(step.steps):
        if (problem := unfit(each, f"{path}/steps/{i}", depth=depth + 1)) is not None:
            return problem
    return None


def bad(path: str, reason: str, **data: int) -> Refused:
    """The refusal of a spec at a place."""
    return Refused("approval.bad_steps", {"path": path, "reason": reason, **data})


def outcome(step: Step, votes: Sequence[Vote]) -> Outcome:
    """What votes at a step come to, in the order in which they were given; empty while it is open."""
    return heard(step, votes).ended.get((), "")


class Tally(msgspec.Struct):
    """The votes that fill seats of each step and how steps ended, by their place in the tree."""

    counted: dict[tuple[int, ...], list[Vote]] = {}
    ended: dict[tuple[int, ...], Outcome] = {}


def heard(step: Step, votes: Iterable[Vote]) -> Tally:
    """The votes let in one after the other."""
    tally = Tally()
    for vote in votes:
        hear(step, vote, (), tally)
    return tally


def hear(step: Step, vote: Vote, place: tuple[int, ...], tally: Tally) -> bool:
    """Let a vote fill its seats in the step and its groups; whether it filled any. What has ended hears no more."""
    if place in tally.ended:
        return False
    filled = False
    for i, each in enumerate(step.steps):
        filled |= hear(each, vote, (*place, i), tally)
    counted = tally.counted.setdefault(place, [])
    if _seats_all(step, [*counted, vote]):
        counted.append(vote)
        filled = True
    said = [_PAST[each.verdict] for each in counted]
    said.extend(tally.ended.get((*place, i), "") for i in range(len(step.steps)))
    if said.count("approved") >= step.wanted:
        tally.ended[place] = "approved"
    elif said.count("rejected") > step.seats - step.wanted:
        tally.ended[place] = "rejected"
    return filled


def _seats_all(step: Step, votes: Sequence[Vote]) -> bool:
    """Whether each voter can have a seat of their own: a matching by augmenting paths that leaves nobody standing."""
    seats = [("role", each) for each in step.roles] + [("person", each) for each in step.persons]
    taken: dict[int, int] = {}

    def seat(voter: int, tried: set[int]) -> bool:
        vote = votes[voter]
        for i, (kind, name) in enumerate(seats):
            fits = name in vote.roles if kind == "role" else name == (vote.on_behalf or vote.person)
            if not fits or i in tried:
                continue
            tried.add(i)
            if i not in taken or seat(taken[i], tried):
                taken[i] = voter
                return True
        return False

    return all(seat(voter, set()) for voter in range(len(votes)))


def seated(step: Step, name: str, roles: Iterable[str]) -> bool:
    """Whether a person by that name and those roles has a seat at the step or in one of its groups."""
    held = set(roles)
    return any(name in each.persons or held.intersection(each.roles) for each in every(step))


def every(step: Step) -> Iterator[Step]:
    """The step and the groups in it."""
    yield step
    for each in step.steps:
        yield from every(each)
