"""The engine of flows: branches, joins, waits, refusals, bounds; and what must hold whatever the flow."""

import datetime as dt
import uuid
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orderloom.domain.flows import definition, engine, runs
from orderloom.domain.flows.definition import Plan
from orderloom.domain.flows.runs import Run

NOW = dt.datetime(2026, 3, 2, 10, 0, tzinfo=dt.UTC)
RUN = uuid.UUID(int=7)
TEXT = {"zh": "流程", "en": "flow"}


def plan(nodes: list[dict[str, Any]], *edges: tuple[str, ...]) -> Plan:
    drawn = [{"from": each[0], "to": each[1]} | ({"exit": each[2]} if len(each) > 2 else {}) for each in edges]
    content = {"title": TEXT, "nodes": [{"kind": "trigger", "id": "t"}, *nodes], "edges": drawn}
    return Plan("sample", 1, definition.read(content))


def begun() -> Run:
    return runs.begin(runs.Started(RUN, "sample", 1, "t"))


def path(turn: engine.Turn) -> list[str]:
    return [each.node for each in turn.steps]


def end(*names: str) -> list[dict[str, Any]]:
    return [{"kind": "end", "id": each} for each in names or ("e",)]


def test_a_condition_leaves_by_its_first_branch_that_holds_and_else_otherwise() -> None:
    made = plan(
        [{"kind": "condition", "id": "c", "branches": [{"exit": "a", "when": "x"}, {"exit": "b", "when": "y"}]},
         *end("one", "two", "three")],
        ("t", "c"), ("c", "one", "a"), ("c", "two", "b"), ("c", "three"),
    )  # fmt: skip
    for answers, last in (
        ({"x": True, "y": True}, "one"),
        ({"x": False, "y": True}, "two"),
        ({"x": None, "y": 1}, "three"),
    ):
        run = begun()
        assert path(engine.advance(run, made, answers, now=NOW)) == ["t", "c", last]
        assert run.state == "finished"


def test_what_is_not_answered_is_asked_and_the_run_goes_on_with_the_answer() -> None:
    made = plan(
        [{"kind": "condition", "id": "c", "branches": [{"exit": "a", "when": "x"}]}, *end()],
        ("t", "c"),
        ("c", "e", "a"),
    )
    run = begun()
    assert engine.advance(run, made, {}, now=NOW).questions == ["x"]
    assert run.state == "running" and not run.over
    assert path(engine.advance(run, made, {"x": True}, now=NOW)) == ["c", "e"]


def parallel(mode: str) -> Plan:
    return plan(
        [{"kind": "split", "id": "s"}, {"kind": "wait", "id": "w", "minutes": 5},
         {"kind": "wait", "id": "v", "minutes": 9}, {"kind": "join", "id": "j", "mode": mode}, *end()],
        ("t", "s"), ("s", "w"), ("s", "v"), ("w", "j"), ("v", "j"), ("j", "e"),
    )  # fmt: skip


def test_a_join_of_all_waits_for_every_branch() -> None:
    made, run = parallel("all"), begun()
    turn = engine.advance(run, made, {}, now=NOW)
    assert sorted(due for due, _ in turn.timers) == [NOW + dt.timedelta(minutes=5), NOW + dt.timedelta(minutes=9)]
    first, second = (each.token for each in run.waiting)
    engine.answer(run, made, first, exit_="next")
    engine.advance(run, made, {}, now=NOW)
    assert run.state == "waiting"
    engine.answer(run, made, second, exit_="next")
    assert path(engine.advance(run, made, {}, now=NOW)) == ["j", "e"] and run.state == "finished"


def test_a_join_of_any_goes_on_with_the_first_and_ends_the_others() -> None:
    made, run = parallel("any"), begun()
    engine.advance(run, made, {}, now=NOW)
    first, second = (each.token for each in run.waiting)
    engine.answer(run, made, second, exit_="next")
    engine.advance(run, made, {}, now=NOW)
    assert run.state == "finished"
    assert engine.answer(run, made, first, exit_="next") is None


def test_a_branch_that_ends_elsewhere_does_not_starve_a_join() -> None:
    made = plan(
        [{"kind": "split", "id": "s"}, {"kind": "wait", "id": "w", "minutes": 5}, {"kind": "join", "id": "j"},
         *end("e", "f")],
        ("t", "s"), ("s", "w"), ("s", "f"), ("w", "j"), ("j", "e"),
    )  # fmt: skip
    run = begun()
    engine.advance(run, made, {}, now=NOW)
    engine.answer(run, made, run.waiting[0].token, exit_="next")
    assert path(engine.advance(run, made, {}, now=NOW)) == ["j", "e"]


def test_branches_that_stand_at_different_joins_fail_with_the_place_instead_of_standing_for_ever() -> None:
    made = plan(
        [{"kind": "split", "id": "s"}, {"kind": "join", "id": "j"}, {"kind": "join", "id": "k"}, *end()],
        ("t", "s"), ("s", "j"), ("s", "k"), ("j", "e"), ("k", "e"),
    )  # fmt: skip
    run = begun()
    turn = engine.advance(run, made, {}, now=NOW)
    assert turn.failure is not None and (turn.failure.code, turn.failure.node) == ("flow.join_starved", "j")


def test_a_loop_without_end_fails_at_its_bound_with_the_place() -> None:
    made = plan(
        [{"kind": "condition", "id": "c", "branches": [{"exit": "a", "when": "x"}]}, *end()],
        ("t", "c"), ("c", "c", "a"), ("c", "e"),
    )  # fmt: skip
    run = begun()
    turn = engine.advance(run, made, {"x": True}, now=NOW)
    assert turn.failure is not None and (turn.failure.code, turn.failure.node) == ("flow.too_many_steps", "c")
    assert run.state == "failed" and run.tokens == []


def test_an_action_waits_for_what_becomes_of_its_command_and_a_no_without_a_way_fails() -> None:
    made = plan(
        [{"kind": "action", "id": "a", "do": "order.hold", "values": {"code": "x", "owner": "=order.owner"}}, *end()],
        ("t", "a"), ("a", "e"),
    )  # fmt: skip
    run = begun()
    turn = engine.advance(run, made, {"order.owner": "li"}, now=NOW)
    [effect] = turn.effects
    assert effect.values == {"do": "order.hold", "values": {"code": "x", "owner": "li"}}
    refused = runs.copy(run)
    turn = engine.answer(refused, made, effect.token, exit_="refused", given={"code": "order.already_cancelled"})
    assert turn is not None and turn.failure is not None and turn.failure.node == "a" and refused.state == "failed"
    engine.answer(run, made, effect.token, exit_="done")
    engine.advance(run, made, {}, now=NOW)
    assert run.state == "finished"


@pytest.mark.parametrize(
    ("node", "answers", "until"),
    [
        ({"minutes": 30}, {}, NOW + dt.timedelta(minutes=30)),
        ({"minutes": "=order.promised_hours * 60"}, {"order.promised_hours * 60": 90}, NOW + dt.timedelta(minutes=90)),
        ({"until": "'18:30'"}, {"'18:30'": "18:30"}, NOW.replace(hour=18, minute=30)),
        ({"until": "'08:00'"}, {"'08:00'": "08:00"}, NOW.replace(hour=8) + dt.timedelta(days=1)),
        ({"until": "x"}, {"x": "2026-03-05"}, NOW.replace(day=5, hour=0)),
    ],
)
def test_a_wait_ends_at_the_time_that_it_names(
    node: dict[str, Any], answers: dict[str, Any], until: dt.datetime
) -> None:
    run = begun()
    turn = engine.advance(
        run, plan([{"kind": "wait", "id": "w", **node}, *end()], ("t", "w"), ("w", "e")), answers, now=NOW
    )
    assert turn.timers == [(until, 2)]


@pytest.mark.parametrize("said", [None, "tomorrow", float("nan"), 10**9])
def test_a_time_that_is_none_or_too_far_fails_with_the_place(said: Any) -> None:
    run = begun()
    made = plan([{"kind": "wait", "id": "w", "minutes": "=x"}, *end()], ("t", "w"), ("w", "e"))
    turn = engine.advance(run, made, {"x": said}, now=NOW)
    assert turn.failure is not None and (turn.failure.code, turn.failure.node) == ("flow.bad_time", "w")


def test_words_for_people_are_filled_from_the_answers() -> None:
    made = plan(
        [{"kind": "message", "id": "m", "to": "=order.owner",
          "text": {"zh": "订单 {{ order.order_no }}", "en": "Order {{order.order_no}}"}}, *end()],
        ("t", "m"), ("m", "e"),
    )  # fmt: skip
    run = begun()
    turn = engine.advance(run, made, {"order.owner": None, "order.order_no": "OL-1"}, now=NOW)
    [effect] = turn.effects
    assert (effect.values["zh"], effect.values["en"], effect.values["to"]) == ("订单 OL-1", "Order OL-1", "")
    assert run.state == "finished"


# Flows of any shape, without regard to whether they make sense: what must hold, must hold for them too.
KINDS: list[dict[str, Any]] = [
    {"kind": "condition", "branches": [{"exit": "a", "when": "x"}]},
    {"kind": "split"},
    {"kind": "join", "mode": "all"},
    {"kind": "join", "mode": "any"},
    {"kind": "wait", "minutes": 5},
    {"kind": "wait", "event": "order.held", "timeout_minutes": 9},
    {"kind": "action", "do": "order.retry"},
    {"kind": "message", "to": "owner"},
    {"kind": "http", "url": "https://example.invalid/"},
    {"kind": "flow", "flow": "other"},
    {"kind": "approval"},
    {"kind": "end"},
]


@st.composite
def flows(draw: st.DrawFn) -> Plan:
    kinds = draw(st.lists(st.sampled_from(KINDS), min_size=1, max_size=9))
    nodes = [{**each, "id": f"n{number}"} for number, each in enumerate(kinds)]
    names = [each["id"] for each in nodes]
    edges: list[tuple[str, ...]] = [("t", names[0])]
    for node in nodes:
        for exit_ in definition.exits(definition.read({"title": TEXT, "nodes": [node], "edges": []}).nodes[0]):
            count = draw(st.integers(1, 3)) if node["kind"] == "split" else draw(st.integers(0, 1))
            edges.extend((node["id"], draw(st.sampled_from(names)), exit_) for _ in range(count))
    return plan(nodes, *edges)


class World:
    """What is saved of a run: its events and, by key, what was done for it. A transaction is all or nothing."""

    def __init__(self) -> None:
        self.history: list[runs.Step | list[runs.Waiting] | str] = []
        self.done: dict[int, str] = {}

    def run(self) -> Run:
        run = begun()
        for each in self.history:
            if isinstance(each, runs.Step):
                runs.step(run, each)
            elif isinstance(each, str):
                runs.end(run, each)  # type: ignore[arg-type]
            else:
                runs.wait(run, each)
        return run

    def save(self, run: Run, *turns: engine.Turn) -> None:
        for turn in turns:
            self.history.extend(turn.steps)
            if turn.waits:
                self.history.append(turn.waits)
            for effect in turn.effects:
                assert effect.token not in self.done, "done twice"
                self.done[effect.token] = effect.kind
        if run.over:
            self.history.append(run.state)


@settings(max_examples=200, deadline=None)
@given(flow=flows(), choices=st.lists(st.tuples(st.integers(0, 20), st.booleans(), st.booleans()), max_size=15))
def test_whatever_the_flow_no_branch_is_lost_nothing_is_done_twice_and_its_history_is_its_state(
    flow: Plan, choices: list[tuple[int, bool, bool]]
) -> None:
    world = World()
    run = world.run()
    turn = engine.advance(run, flow, {"x": True}, now=NOW)
    world.save(run, turn)
    for pick, holds, dies in choices:
        stood = world.run()
        assert stood == run, "the same history is the same state"
        assert run.over or run.waiting, "a run that is not over waits for something"
        for token in run.tokens:
            kind = type(flow.nodes[token.node])
            assert run.waits(token.token) is not None or kind is definition.Join, "a branch was lost"
        if run.over:
            assert not run.tokens
            return
        waits = run.waiting[pick % len(run.waiting)]
        standing = run.token(waits.token)
        assert standing is not None
        exits = definition.exits(flow.nodes[standing.node])
        exit_ = exits[pick % len(exits)]
        tried = runs.copy(run)
        turns = [engine.answer(tried, flow, waits.token, exit_=exit_)]
        if not tried.over:
            turns.append(engine.advance(tried, flow, {"x": holds}, now=NOW))
        if dies:
            continue  # Killed before the commit: nothing of it counts, and what was loaded is as it was.
        world.save(tried, *(each for each in turns if each is not None))
        run = tried
