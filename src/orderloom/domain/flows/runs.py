"""A run of a flow: where it stands. Its state is the fold of its events, and nothing else changes it.

A token is a branch under way: it stands on a node, inside the splits that made it. What a step takes and gives is in
the step itself, so that a history is read without the flow's definition.
"""

import datetime as dt
import uuid
from typing import Any, Literal

import msgspec


class Token(msgspec.Struct, array_like=True):
    """A branch under way; `within` are the numbers of the splits it came through, the outermost first."""

    token: int
    node: str
    within: list[int] = []


class Waiting(msgspec.Struct, omit_defaults=True):
    """What a token waits for: a time, an event, an approval, an outside answer, a command or a sub-flow."""

    token: int
    on: Literal["time", "event", "approval", "answer", "command", "flow"]
    until: dt.datetime | None = None
    event: str = ""
    key: str = ""


class Step(msgspec.Struct, omit_defaults=True):
    """One node passed: the tokens taken, the tokens given, by which exit, and what was answered or asked for."""

    node: str
    took: list[int] = []
    gave: list[Token] = []
    exit: str = ""
    answer: Any = None
    given: dict[str, Any] = {}
    kept: dict[str, Any] = {}


class Started(msgspec.Struct, omit_defaults=True):
    """What a run begins with: its flow, the trigger that fired, the event it fired on, and who waits for it."""

    run_id: uuid.UUID
    flow: str
    version: int
    node: str
    event: dict[str, Any] = {}
    parent: uuid.UUID | None = None
    parent_token: int = 0
    depth: int = 0


class Run(msgspec.Struct, omit_defaults=True):
    """Where a run stands. `n` counts its steps, `next_token` numbers its tokens; both only grow."""

    run_id: uuid.UUID
    flow: str
    version: int
    state: Literal["running", "waiting", "finished", "failed", "cancelled"] = "running"
    n: int = 0
    next_token: int = 1
    tokens: list[Token] = []
    waiting: list[Waiting] = []
    vars: dict[str, Any] = {}
    event: dict[str, Any] = {}
    parent: uuid.UUID | None = None
    parent_token: int = 0
    depth: int = 0

    @property
    def over(self) -> bool:
        """Whether nothing more will happen in it."""
        return self.state in ("finished", "failed", "cancelled")

    def token(self, token: int) -> Token | None:
        """The token of that number, while it is under way."""
        return next((each for each in self.tokens if each.token == token), None)

    def waits(self, token: int) -> Waiting | None:
        """What a token waits for, if it does."""
        return next((each for each in self.waiting if each.token == token), None)


def begin(started: Started) -> Run:
    """A run at its trigger."""
    return Run(
        run_id=started.run_id,
        flow=started.flow,
        version=started.version,
        next_token=2,
        tokens=[Token(1, started.node)],
        event=started.event,
        parent=started.parent,
        parent_token=started.parent_token,
        depth=started.depth,
    )


def step(run: Run, taken: Step) -> None:
    """Apply a step."""
    took = set(taken.took)
    run.tokens = [each for each in run.tokens if each.token not in took] + taken.gave
    if run.waiting:
        run.waiting = [each for each in run.waiting if each.token not in took]
    for each in taken.gave:
        if each.token >= run.next_token:
            run.next_token = each.token + 1
    if taken.kept:
        run.vars = {**run.vars, **taken.kept}
    run.n += 1
    run.state = "waiting" if run.waiting else "running"


def wait(run: Run, waits: list[Waiting]) -> None:
    """Note what tokens wait for; what a token waited for before is replaced."""
    renewed = {each.token for each in waits}
    run.waiting = [each for each in run.waiting if each.token not in renewed] + waits
    run.state = "waiting" if run.waiting else run.state


def end(run: Run, state: Literal["finished", "failed", "cancelled"]) -> None:
    """Nothing more will happen."""
    run.state, run.tokens, run.waiting = state, [], []


def copy(run: Run) -> Run:
    """The run apart, so that what is tried on it leaves the other as it was. Steps replace lists and never change
    what is in them."""
    return Run(**{name: getattr(run, name) for name in run.__struct_fields__})
