"""The engine: how far a run goes on what is known now. Pure: the same run, answers and time give the same turn.

`advance` moves every branch as far as it can. Where it needs an expression's value that is not among the answers it
stops that branch and asks; the caller answers in the next stage and calls again. What a node wants done is an effect
with the branch's number, which is never used again: carried out twice under one key it is carried out once.
"""

import datetime as dt
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Literal

import msgspec

from orderloom.domain.flows import definition, runs, verbs
from orderloom.domain.flows.definition import Plan
from orderloom.domain.flows.runs import Run, Step, Token, Waiting
from orderloom.kit import limits

Answers = Mapping[str, Any]

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_MINUTES_MAX = limits.FLOW_WAIT_DAYS_MAX * 24 * 60
# A branch that a "no" leads nowhere from must not end as if all were well.
_FAILING = frozenset((definition.REFUSED, "failed"))


class Effect(msgspec.Struct):
    """What a node wants done for a branch: a command, a row for the outbox, an approval, a sub-flow."""

    kind: Literal["command", "message", "call", "approval", "flow"]
    token: int
    node: str
    values: dict[str, Any]


class Failure(msgspec.Struct):
    """Why a run cannot go on, and at which node."""

    node: str
    code: str
    data: dict[str, Any] = {}


class Turn(msgspec.Struct):
    """What one call came to; the run has gone these steps already."""

    steps: list[Step] = []
    waits: list[Waiting] = []
    effects: list[Effect] = []
    timers: list[tuple[dt.datetime, int]] = []
    questions: list[str] = []
    failure: Failure | None = None


def table_question(node: str) -> str:
    """The name under which a decision table's answer is given."""
    return f"table:{node}"


def advance(run: Run, plan: Plan, answers: Answers, *, now: dt.datetime) -> Turn:
    """Move every branch as far as the answers go; `now` is aware, in the workspace's zone.

    The run is finished when no branch is left, and has failed when a bound is reached or nothing can ever move again.
    """
    turn = Turn()
    ready = [token for token in run.tokens if run.waits(token.token) is None] if run.waiting else list(run.tokens)
    while ready:
        for token in ready:
            walk: Token | None = token
            while walk is not None and turn.failure is None:
                walk = _pass(run, plan, walk, _Known(answers, now, turn))
            if turn.failure is not None:
                runs.end(run, "failed")
                return turn
        ready = _joinable(run, plan)
    turn.waits = [each for each in turn.waits if run.waits(each.token) is not None]
    if not run.tokens:
        runs.end(run, "finished")
    elif not turn.questions and len(run.waiting) == 0:
        _fail(turn, run.tokens[0].node, "flow.join_starved")
        runs.end(run, "failed")
    return turn


def answer(run: Run, plan: Plan, token: int, *, exit_: str, given: Any = None, into: str = "") -> Turn | None:
    """Let a waiting branch go on by an exit, with what was answered; None when it does not wait any more."""
    standing, waits = run.token(token), run.waits(token)
    if standing is None or waits is None:
        return None
    turn = Turn()
    _leave(run, plan, standing, turn, exit_, answer=given, kept={into: given} if into else None)
    if turn.failure is not None:
        runs.end(run, "failed")
    return turn


class _Known(msgspec.Struct):
    answers: Answers
    now: dt.datetime
    turn: Turn


def _pass(run: Run, plan: Plan, token: Token, known: _Known) -> Token | None:
    """Pass one node; returns the branch to walk on with, if there is one."""
    if token.within and run.token(token.token) is None:
        return None  # A join took it along with another branch.
    node = plan.nodes.get(token.node)
    if node is None:
        _fail(known.turn, token.node, "flow.node_gone")
        return None
    if len(known.turn.steps) >= limits.FLOW_STEPS_AT_ONCE_MAX or run.n >= limits.FLOW_STEPS_MAX:
        most = limits.FLOW_STEPS_MAX if run.n >= limits.FLOW_STEPS_MAX else limits.FLOW_STEPS_AT_ONCE_MAX
        _fail(known.turn, token.node, "flow.too_many_steps", steps_max=most)
        return None
    return _PASSERS[type(node)](run, plan, token, node, known)


def _leave(
    run: Run,
    plan: Plan,
    token: Token,
    turn: Turn,
    exit_: str,
    *,
    answer: Any = None,
    given: dict[str, Any] | None = None,
    kept: dict[str, Any] | None = None,
) -> Token | None:
    """Leave a node by an exit; returns the first of the tokens given."""
    targets = plan.exits.get(token.node, {}).get(exit_, ())
    if not targets and exit_ in _FAILING:
        _fail(turn, token.node, "flow.no_way_after_refusal", exit=exit_, answer=answer)
    number = run.next_token
    gave = [Token(number + index, target, token.within) for index, target in enumerate(targets)]
    _step(run, turn, Step(token.node, [token.token], gave, exit_, answer, given or {}, kept or {}))
    return gave[0] if len(gave) == 1 else None


def _step(run: Run, turn: Turn, taken: Step) -> None:
    runs.step(run, taken)
    turn.steps.append(taken)
    if len(run.tokens) > limits.FLOW_TOKENS_MAX:
        _fail(turn, taken.node, "flow.too_many_branches", branches_max=limits.FLOW_TOKENS_MAX)


def _wait(run: Run, turn: Turn, waits: Waiting) -> None:
    runs.wait(run, [waits])
    turn.waits.append(waits)
    if waits.until is not None:
        turn.timers.append((waits.until, waits.token))


def _fail(turn: Turn, node: str, code: str, **data: Any) -> None:
    if turn.failure is None:
        turn.failure = Failure(node, code, data)


def _unanswered(known: _Known, asked: Sequence[str]) -> bool:
    """Whether something must be asked first; it is noted."""
    missing = [text for text in asked if text not in known.answers]
    known.turn.questions.extend(text for text in missing if text not in known.turn.questions)
    return bool(missing)


def _texts(node: definition.AnyNode) -> list[str]:
    return [text for _, text, _ in definition.questions(node)]


def _straight(run: Run, plan: Plan, token: Token, node: Any, known: _Known) -> Token | None:
    return _leave(run, plan, token, known.turn, definition.NEXT)


def _end(run: Run, plan: Plan, token: Token, node: Any, known: _Known) -> None:
    _step(run, known.turn, Step(token.node, [token.token]))


def _condition(run: Run, plan: Plan, token: Token, node: definition.Condition, known: _Known) -> Token | None:
    for branch in node.branches:
        held = known.answers.get(branch.when, known)
        if held is known:
            _unanswered(known, [branch.when])
            return None
        if held is True:
            return _leave(run, plan, token, known.turn, branch.exit)
    return _leave(run, plan, token, known.turn, definition.OTHERWISE)


def _table(run: Run, plan: Plan, token: Token, node: definition.Table, known: _Known) -> Token | None:
    question = table_question(node.id)
    if _unanswered(known, [question]):
        return None
    answered = known.answers[question]
    return _leave(run, plan, token, known.turn, definition.NEXT, answer=answered, kept={node.into: answered})


def _split(run: Run, plan: Plan, token: Token, node: Any, known: _Known) -> None:
    number = run.next_token
    within = [*token.within, number]
    gave = [
        Token(number + index, target, within)
        for index, target in enumerate(plan.after(token.node, definition.NEXT))
    ]  # fmt: skip
    _step(run, known.turn, Step(token.node, [token.token], gave, definition.NEXT))
    for each in gave:
        walk: Token | None = each
        while walk is not None and known.turn.failure is None:
            walk = _pass(run, plan, walk, known)


def _join(run: Run, plan: Plan, token: Token, node: definition.Join, known: _Known) -> Token | None:
    took = _arrived(run, token, node)
    if not took:
        return None
    targets = plan.after(token.node, definition.NEXT)
    within = token.within[:-1]
    gave = [Token(run.next_token + index, target, within) for index, target in enumerate(targets)]
    _step(run, known.turn, Step(token.node, took, gave, definition.NEXT))
    return gave[0] if len(gave) == 1 else None


def _arrived(run: Run, token: Token, node: definition.Join) -> list[int]:
    """The tokens that a join takes now: every branch of the split for `any`, and for `all` when each has come."""
    if not token.within:
        return [token.token]
    split = token.within[-1]
    living = [each for each in run.tokens if split in each.within]
    if node.mode == "all" and not all(each.node == token.node and each.within[-1] == split for each in living):
        return []
    return [each.token for each in living]


def _joinable(run: Run, plan: Plan) -> list[Token]:
    """A token at a join that may go on now, since a branch that it waited for has ended."""
    for token in run.tokens:
        node = plan.nodes.get(token.node)
        if isinstance(node, definition.Join) and _arrived(run, token, node):
            return [token]
    return []


def _approval(run: Run, plan: Plan, token: Token, node: definition.Approval, known: _Known) -> None:
    if _unanswered(known, _texts(node)):
        return
    _wait(run, known.turn, Waiting(token.token, "approval"))
    spec = definition.settle(node.spec, known.answers)
    known.turn.effects.append(Effect("approval", token.token, node.id, {"spec": spec}))


def _action(run: Run, plan: Plan, token: Token, node: definition.Action, known: _Known) -> None:
    if _unanswered(known, _texts(node)):
        return
    verb = verbs.VERBS.get(node.do)
    # A verb of the order is answered before the transaction ends, one of the house after it.
    _wait(run, known.turn, Waiting(token.token, "answer" if verb is not None and verb.where == "house" else "command"))
    values = definition.settle(node.values, known.answers)
    known.turn.effects.append(Effect("command", token.token, node.id, {"do": node.do, "values": values}))


def _message(run: Run, plan: Plan, token: Token, node: definition.Message, known: _Known) -> Token | None:
    if _unanswered(known, _texts(node)):
        return None
    answers = known.answers
    values: dict[str, Any] = {
        "to": definition.settle(node.to, answers) or "",
        "channel": node.channel,
        "template": node.template,
        "values": definition.settle(node.values, answers),
    }
    if node.text is not None:
        values["zh"], values["en"] = definition.fill(node.text.zh, answers), definition.fill(node.text.en, answers)
    known.turn.effects.append(Effect("message", token.token, node.id, values))
    return _leave(run, plan, token, known.turn, definition.NEXT, given={"to": values["to"]})


def _call(run: Run, plan: Plan, token: Token, node: definition.Call, known: _Known) -> None:
    if _unanswered(known, _texts(node)):
        return
    _wait(run, known.turn, Waiting(token.token, "answer"))
    values = {
        "url": definition.settle(node.url, known.answers),
        "method": node.method,
        "headers": node.headers,
        "body": definition.settle(node.body, known.answers),
    }
    known.turn.effects.append(Effect("call", token.token, node.id, values))


def _subflow(run: Run, plan: Plan, token: Token, node: definition.Subflow, known: _Known) -> None:
    if run.depth >= limits.FLOW_DEPTH_MAX:
        _fail(known.turn, node.id, "flow.too_deep", depth_max=limits.FLOW_DEPTH_MAX)
        return
    _wait(run, known.turn, Waiting(token.token, "flow"))
    known.turn.effects.append(Effect("flow", token.token, node.id, {"flow": node.flow}))


def _waits(run: Run, plan: Plan, token: Token, node: definition.Wait, known: _Known) -> Token | None:
    asked = [text for text in _texts(node) if text != node.filter]
    if _unanswered(known, asked):
        return None
    if node.event:
        until = known.now + dt.timedelta(minutes=node.timeout_minutes) if node.timeout_minutes else None
        _wait(run, known.turn, Waiting(token.token, "event", until, node.event))
        return None
    until = _due(node, known)
    if until is None or until - known.now > dt.timedelta(minutes=_MINUTES_MAX):
        _fail(known.turn, node.id, "flow.bad_time", days_max=limits.FLOW_WAIT_DAYS_MAX)
        return None
    if until <= known.now:
        return _leave(run, plan, token, known.turn, definition.NEXT)
    _wait(run, known.turn, Waiting(token.token, "time", until))
    return None


def _due(node: definition.Wait, known: _Known) -> dt.datetime | None:
    """The end of a wait, or None when what was answered is no time."""
    if node.until:
        return _instant(known.answers[node.until], known.now)
    minutes = known.answers[definition.expression(str(node.minutes))] if isinstance(node.minutes, str) else node.minutes
    if not isinstance(minutes, int | float) or not minutes <= _MINUTES_MAX:
        return None
    return known.now + dt.timedelta(minutes=max(0, minutes))


def _instant(said: Any, now: dt.datetime) -> dt.datetime | None:
    """An instant from a text: "18:30" is the next such time of day here, else a date with or without a time."""
    if not isinstance(said, str):
        return None
    if (clock := _CLOCK.fullmatch(said.strip())) is not None:
        local = now.replace(hour=int(clock[1]), minute=int(clock[2]), second=0, microsecond=0)
        return local if local > now else local + dt.timedelta(days=1)
    try:
        read = dt.datetime.fromisoformat(said.strip())
    except ValueError:
        return None
    return read if read.tzinfo is not None else read.replace(tzinfo=now.tzinfo)


_PASSERS: dict[type, Callable[[Run, Plan, Token, Any, _Known], Token | None]] = {
    definition.Trigger: _straight,
    definition.Condition: _condition,
    definition.Table: _table,
    definition.Split: _split,
    definition.Join: _join,
    definition.Approval: _approval,
    definition.Wait: _waits,
    definition.Action: _action,
    definition.Message: _message,
    definition.Call: _call,
    definition.Subflow: _subflow,
    definition.End: _end,
}
