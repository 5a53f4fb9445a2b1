import datetime as dt
import uuid
from collections.abc import Mapping
from itertools import permutations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orderloom.domain import approvals, ballots
from orderloom.domain.approvals import Deadline, Person, Spec
from orderloom.domain.ballots import Step, Verdict, Vote
from orderloom.domain.orders.state import Text
from orderloom.kit import limits
from orderloom.kit.refusals import Refused

NOW = dt.datetime(2026, 3, 2, 1, 0, tzinfo=dt.UTC)
ID = uuid.UUID(int=7)
MINUTES = dt.timedelta(minutes=1)


def asked(
    *steps: Step, deadline: Deadline | None = None, by: str = "sales", delegable: bool = True
) -> approvals.Approval:
    asking = approvals.Asking(
        subject="account:A",
        spec=Spec(list(steps), deadline, delegable),
        text=Text("临时授信", "Temporary credit"),
        grant=approvals.CreditGrant("A", 5_000_000, 24),
        asked_by=by,
    )
    said = approvals.open_(asking, approval_id=ID, now=NOW)
    assert not isinstance(said, Refused), said
    found = approvals.fold(said)
    assert found is not None
    return found


def who(name: str, *roles: str) -> Person:
    return Person(name, frozenset(roles))


def vote(approval: approvals.Approval, person: Person, verdict: Verdict = "approve") -> approvals.Approval:
    said = approvals.decide(approval, person=person, verdict=verdict, now=NOW + MINUTES)
    assert not isinstance(said, Refused), said
    found = approvals.fold(said, approval)
    assert found is not None
    return found


def refusal(approval: approvals.Approval, person: Person, *, at: dt.datetime = NOW) -> str:
    said = approvals.decide(approval, person=person, verdict="approve", now=at)
    assert isinstance(said, Refused), said
    return said.code


def test_one_of_any_decides() -> None:
    approval = asked(Step(roles=["director"], persons=["Wang"]))
    assert vote(approval, who("Li", "director")).state == "approved"
    assert vote(approval, who("Wang"), "reject").state == "open"
    assert vote(vote(approval, who("Wang"), "reject"), who("Li", "director"), "reject").state == "rejected"


def test_all_want_every_seat_and_one_no_ends_it() -> None:
    approval = asked(Step(roles=["risk", "finance"], rule="all"))
    half = vote(approval, who("Li", "risk"))
    assert half.state == "open" and vote(half, who("Wu", "finance")).state == "approved"
    assert vote(half, who("Wu", "finance"), "reject").state == "rejected"


def test_nobody_fills_two_seats_of_a_step() -> None:
    approval = asked(Step(roles=["risk", "finance"], rule="all"))
    both = vote(approval, who("Li", "risk", "finance"))
    assert both.state == "open" and vote(both, who("Wu", "risk")).state == "approved"


def test_refuses_who_is_not_asked_who_spoke_and_who_asked() -> None:
    approval = asked(Step(roles=["director", "director"], rule="all"))
    assert refusal(approval, who("Wu", "clerk")) == "approval.not_asked"
    assert refusal(approval, who("sales", "director")) == "approval.own_request"
    half = vote(approval, who("Li", "director"))
    assert refusal(half, who("Li", "director")) == "approval.voted"
    assert refusal(vote(half, who("Wu", "director")), who("Xu", "director")) == "approval.decided"


def test_a_seat_that_was_spoken_for_is_not_taken_again() -> None:
    approval = vote(asked(Step(roles=["risk", "finance"], rule="all")), who("Li", "risk"))
    assert refusal(approval, who("Wu", "risk")) == "approval.seats_taken"


def test_levels_come_one_after_the_other_with_their_own_time() -> None:
    approval = asked(Step(roles=["manager"]), Step(roles=["director"]), deadline=Deadline(60))
    assert refusal(approval, who("Li", "director")) == "approval.not_asked"
    higher = vote(approval, who("Wu", "manager"))
    assert (higher.level, higher.due_at) == (1, NOW + 61 * MINUTES)
    assert approvals.asked(higher) == {("role", "director")}
    assert vote(higher, who("Li", "director")).state == "approved"


def test_a_rejection_may_go_back_a_level_a_bounded_number_of_times() -> None:
    approval = asked(Step(roles=["manager"]), Step(roles=["director"], back_to=0))
    for number in range(limits.APPROVAL_ROUNDS_MAX):
        assert (approval.state, approval.level, approval.round) == ("open", 0, number)
        approval = vote(vote(approval, who("Wu", "manager")), who("Li", "director"), "reject")
    assert approval.state == "rejected"


def test_a_new_round_hears_everybody_again() -> None:
    approval = asked(Step(persons=["Wu", "Xu"], rule="all"), Step(roles=["director"], back_to=0))
    approval = vote(vote(approval, who("Wu")), who("Xu"))
    approval = vote(approval, who("Li", "director"), "reject")
    approval = vote(approval, who("Wu"))
    assert (approval.level, approval.round) == (0, 1) and refusal(approval, who("Wu")) == "approval.voted"
    assert vote(approval, who("Xu")).level == 1


def test_a_group_that_has_ended_hears_nobody_more() -> None:
    groups = [Step(roles=["risk", "risk"], rule="any"), Step(roles=["finance"])]
    approval = vote(asked(Step(steps=groups, rule="all")), who("Li", "risk"))
    assert refusal(approval, who("Wu", "risk")) == "approval.seats_taken"
    assert vote(approval, who("Xu", "finance")).state == "approved"


def test_who_was_sent_votes_for_the_sender_and_both_are_named() -> None:
    approval = asked(Step(roles=["director"]))
    said = approvals.delegate(approval, person=who("Li", "director"), to="Xu", comment="away", now=NOW)
    assert not isinstance(said, Refused)
    sent = approvals.fold(said, approval)
    assert sent is not None and ("person", "Xu") in approvals.asked(sent)
    assert refusal(sent, who("Li", "director")) == "approval.sent_another"
    done = vote(sent, who("Xu"))
    assert done.state == "approved" and (done.votes[0].person, done.votes[0].on_behalf) == ("Xu", "Li")


@pytest.mark.parametrize(
    ("person", "to", "code"),
    [
        (who("Wu"), "Xu", "approval.not_asked"),
        (who("Li", "director"), "sales", "approval.own_request"),
        (who("Li", "director"), "Li", "approval.own_request"),
    ],
)
def test_refuses_to_send_who_may_not_decide(person: Person, to: str, code: str) -> None:
    said = approvals.delegate(asked(Step(roles=["director"])), person=person, to=to, now=NOW)
    assert isinstance(said, Refused) and said.code == code


def test_who_was_sent_cannot_send_on() -> None:
    approval = asked(Step(roles=["director"], persons=["Xu"]))
    said = approvals.delegate(approval, person=who("Li", "director"), to="Xu", now=NOW)
    assert not isinstance(said, Refused)
    sent = approvals.fold(said, approval)
    assert sent is not None
    again = approvals.delegate(sent, person=who("Wu", "director"), to="Li", now=NOW)
    assert isinstance(again, Refused) and again.code == "approval.sent_another"
    closed = approvals.delegate(
        asked(Step(roles=["director"]), delegable=False), person=who("Li", "director"), to="Xu", now=NOW
    )
    assert isinstance(closed, Refused) and closed.code == "approval.not_delegable"


@pytest.mark.parametrize(("then", "state"), [("reject", "rejected"), ("approve", "approved")])
def test_a_deadline_decides(then: str, state: str) -> None:
    approval = asked(Step(roles=["director"]), deadline=Deadline(60, then=then))  # type: ignore[arg-type]
    assert approvals.expire(approval, now=NOW + 59 * MINUTES) == []
    assert refusal(approval, who("Li", "director"), at=NOW + 60 * MINUTES) == "approval.expired"
    over = approvals.fold(approvals.expire(approval, now=NOW + 60 * MINUTES), approval)
    assert over is not None and (over.state, over.decided_by) == (state, "timer")
    assert approvals.expire(over, now=NOW + 90 * MINUTES) == []


def test_a_deadline_escalates_once_and_then_rejects() -> None:
    deadline = Deadline(60, "escalate", Step(roles=["ceo"]))
    approval = asked(Step(roles=["director"]), deadline=deadline)
    higher = approvals.fold(approvals.expire(approval, now=NOW + 60 * MINUTES), approval)
    assert higher is not None and approvals.asked(higher) == {("role", "ceo")}
    said = approvals.decide(higher, person=who("Li", "director"), verdict="approve", now=NOW + 61 * MINUTES)
    assert isinstance(said, Refused) and said.code == "approval.not_asked"
    assert vote(higher, who("Qi", "ceo")).state == "approved"
    over = approvals.fold(approvals.expire(higher, now=NOW + 120 * MINUTES), higher)
    assert over is not None and over.state == "rejected"


def test_reminders_end() -> None:
    approval = asked(Step(roles=["director"]), deadline=Deadline(1, "remind"))
    now, reminded = NOW, 0
    while approval.due_at is not None:
        now = approval.due_at
        approval = approvals.fold(approvals.expire(approval, now=now), approval) or approval
        reminded += 1
    assert reminded == limits.APPROVAL_REMINDERS_MAX and approval.state == "open"
    assert vote(approval, who("Li", "director")).state == "approved"


def test_only_who_asked_takes_it_back() -> None:
    approval = asked(Step(roles=["director"]))
    other = approvals.withdraw(approval, person="Li", reason="", now=NOW)
    assert isinstance(other, Refused) and other.code == "approval.not_yours"
    said = approvals.withdraw(approval, person="sales", reason="not needed", now=NOW)
    assert not isinstance(said, Refused)
    over = approvals.fold(said, approval)
    assert over is not None and over.state == "withdrawn" and approvals.asked(over) == set()
    assert approvals.lapse(over, reason="gone", now=NOW) == []


@pytest.mark.parametrize(
    ("spec", "path"),
    [
        (Spec([]), "/steps"),
        (Spec([Step()]), "/steps/0"),
        (Spec([Step(roles=["a"], rule="n_of_m", n=2)]), "/steps/0/n"),
        (Spec([Step(roles=["a"], rule="n_of_m")]), "/steps/0/n"),
        (Spec([Step(roles=["a"], back_to=0)]), "/steps/0/back_to"),
        (Spec([Step(persons=["x", "x"])]), "/steps/0/persons"),
        (Spec([Step(roles=["a"], steps=[Step()])]), "/steps/0/steps/0"),
        (Spec([Step(roles=["a"])], Deadline(0)), "/deadline/minutes"),
        (Spec([Step(roles=["a"])], Deadline(5, "escalate")), "/deadline/to"),
        (Spec([Step(steps=[Step(steps=[Step(steps=[Step(steps=[Step(roles=["a"])])])])])]), "/steps/0/steps/0/steps/0"),
    ],
)  # fmt: skip
def test_refuses_what_nobody_could_decide(spec: Spec, path: str) -> None:
    problem = approvals.unfit(spec)
    assert problem is not None and problem.code == "approval.bad_steps"
    assert problem.data["path"].startswith(path)


# A step of persons only, each with one seat: then the order of votes cannot matter.
def _ruled(step: Step) -> st.SearchStrategy[Step]:
    counted = st.integers(1, step.seats).map(lambda n: msgspec.structs.replace(step, rule="n_of_m", n=n))
    return st.one_of(st.sampled_from([step, msgspec.structs.replace(step, rule="all")]), counted)


def _steps(names: list[str], depth: int) -> st.SearchStrategy[Step]:
    persons = st.lists(st.sampled_from(names), min_size=1, max_size=4, unique=True)
    groups = st.lists(_steps(names, depth - 1), max_size=2) if depth else st.just([])
    return st.builds(lambda found, steps: Step(persons=found, steps=steps), persons, groups).flatmap(_ruled)


NAMES = ["Li", "Wu", "Xu", "Qi", "He"]
VOTES = st.dictionaries(st.sampled_from(NAMES), st.sampled_from(["approve", "reject"]), max_size=5)


def _defined(step: Step, said: Mapping[str, str]) -> str:
    """The definition read literally: enough seats say yes, or too few are left that could."""
    seats = [said.get(name, "") for name in step.persons]
    seats += [{"approved": "approve", "rejected": "reject"}.get(_defined(each, said), "") for each in step.steps]
    if seats.count("approve") >= step.wanted:
        return "approved"
    return "rejected" if len(seats) - seats.count("reject") < step.wanted else ""


@given(_steps(NAMES, 2), VOTES)
def test_nested_steps_come_to_what_their_definition_says_in_any_order(step: Step, said: dict[str, Verdict]) -> None:
    votes = [Vote(name, verdict, NOW, 0, 0) for name, verdict in said.items()]
    assert {ballots.outcome(step, order) for order in list(permutations(votes))[:24]} == {_defined(step, said)}


@given(
    st.integers(1, 6).flatmap(lambda m: st.tuples(st.just(m), st.integers(1, m))), st.lists(st.booleans(), max_size=8)
)
def test_n_of_m_seats_of_one_role_is_exact(bounds: tuple[int, int], said: list[bool]) -> None:
    seats, wanted = bounds
    approval = asked(Step(roles=["director"] * seats, rule="n_of_m", n=wanted))
    yes = no = 0
    for i, each in enumerate(said):
        if approval.state != "open":
            assert refusal(approval, who(f"d{i}", "director")) == "approval.decided"
            continue
        approval = vote(approval, who(f"d{i}", "director"), "approve" if each else "reject")
        yes, no = yes + each, no + (not each)
    expected = "approved" if yes == wanted else "rejected" if no == seats - wanted + 1 else "open"
    assert approval.state == expected and yes <= wanted and no <= seats - wanted + 1


@given(
    _steps(NAMES, 1), st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(["approve", "reject"])), max_size=12)
)
def test_is_decided_once_and_its_events_fold_to_it(step: Step, said: list[tuple[str, Verdict]]) -> None:
    approval = asked(step, Step(roles=["ceo"], back_to=0))
    told: list[approvals.ApprovalEvent] = []
    for name, verdict in said:
        more = approvals.decide(approval, person=who(name, "ceo"), verdict=verdict, now=NOW)
        if not isinstance(more, Refused):
            told.extend(more)
            approval = approvals.fold(more, approval) or approval
    decided = [each for each in told if isinstance(each, approvals.ApprovalDecided)]
    assert len(decided) == (approval.state != "open")
    assert approvals.fold(told, asked(step, Step(roles=["ceo"], back_to=0))) == approval
