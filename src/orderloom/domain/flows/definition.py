"""A flow as a document: nodes of a few kinds, joined by edges that leave a node by one of its exits.

An expression is a text of the one expression language (ZEN). Where a value may be a constant or an expression, a text
that begins with `=` is an expression, like a cell of a sheet; a text for people holds `{{ expression }}` places.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

import msgspec

NEXT = "next"
OTHERWISE = "otherwise"
DONE, REFUSED = "done", "refused"
TIMEOUT = "timeout"

_PLACE = re.compile(r"\{\{(.*?)\}\}", re.DOTALL)


class Text(msgspec.Struct, frozen=True):
    """The same words in both languages."""

    zh: str
    en: str


class Point(msgspec.Struct, frozen=True):
    """Where a node stands on the canvas."""

    x: float = 0
    y: float = 0


class Node(msgspec.Struct, kw_only=True, frozen=True, tag_field="kind", omit_defaults=True, forbid_unknown_fields=True):
    """What all kinds of nodes have: an id, and for people a title and a place on the canvas."""

    id: str
    title: Text | None = None
    position: Point | None = None


# What a flow is about unless it says so: an order. Else nothing but the workspace, or a record of the type named.
ORDER, WORKSPACE = "order", "workspace"


class Trigger(Node, frozen=True, tag="trigger"):
    """What starts a run: an event of an order that passes the filter; `at` a time of day ("09:00", workspace's zone)
    or `every_minutes`, for each open order (each record) that passes; a condition that has just become true; a form
    that was submitted; by hand. A threshold's filter is its condition, for a flow of the workspace an `alert` fires."""

    on: Literal["event", "schedule", "threshold", "form", "manual"] = "event"
    event: str = ""
    filter: str = ""
    at: str = ""
    every_minutes: int = 0
    form: str = ""
    alert: str = ""


class Branch(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An exit that is taken when its condition is the first to hold."""

    exit: str
    when: str


class Condition(Node, frozen=True, tag="condition"):
    """Leaves by the first branch that holds, else by the exit `otherwise`."""

    branches: list[Branch]


class Table(Node, frozen=True, tag="table"):
    """Asks a decision table: a rules document by name, or a graph that stands here. Its first answer is kept under
    `vars.<into>`."""

    into: str
    rules: str = ""
    content: dict[str, Any] | None = None


class Split(Node, frozen=True, tag="split"):
    """Goes on along every edge at once."""


class Join(Node, frozen=True, tag="join"):
    """Where what a split began comes together: `all` waits for every branch still under way, `any` goes on with the
    first and ends the others."""

    mode: Literal["all", "any"] = "all"


class Approval(Node, frozen=True, tag="approval"):
    """Asks people; leaves by approved, rejected or expired. `spec` says who, how many and by when."""

    spec: dict[str, Any] = {}


class Wait(Node, frozen=True, tag="wait"):
    """Waits for minutes, until the time that an expression gives, or for an event of the order that passes the filter;
    `timeout_minutes` ends a wait for an event by the exit `timeout`."""

    minutes: float | str = 0
    until: str = ""
    event: str = ""
    filter: str = ""
    timeout_minutes: float = 0


class Action(Node, frozen=True, tag="action"):
    """Gives a command of the hub; leaves by `done`, or by `refused` when the command says no. What a command of the
    house answers, such as a record's number, is kept under `vars.<into>`."""

    do: str
    values: dict[str, Any] = {}
    into: str = ""


class Message(Node, frozen=True, tag="message"):
    """Tells people: `to` is an owner, a role or a channel's address, in words or by a template document."""

    to: str = ""
    channel: str = "inbox"
    template: str = ""
    text: Text | None = None
    values: dict[str, Any] = {}


class Call(Node, frozen=True, tag="http"):
    """Calls a URL after the commit, retried, in order; its answer comes back as `vars.<into>`, by ok or failed."""

    url: str
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE"] = "POST"
    headers: dict[str, str] = {}
    body: Any = None
    into: str = "answer"


class Subflow(Node, frozen=True, tag="flow"):
    """Runs another flow of the same order and waits for its end; leaves by done or failed."""

    flow: str


class End(Node, frozen=True, tag="end"):
    """The end of a branch. A run is finished when all its branches have ended."""


AnyNode = (
    Trigger | Condition | Table | Split | Join | Approval | Wait | Action | Message | Call | Subflow | End
)  # fmt: skip


class Edge(
    msgspec.Struct,
    frozen=True,
    omit_defaults=True,
    forbid_unknown_fields=True,
    rename={"source": "from", "target": "to"},
):
    """An arrow from a node's exit to a node. An exit without an edge ends the branch there."""

    source: str
    target: str
    exit: str = ""


class Flow(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A flow: its title, what it is for, its nodes and edges; `of` is what each run is about: an `order`, a record of
    the type named, or the `workspace` and nothing in it."""

    title: Text
    nodes: list[AnyNode]
    edges: list[Edge]
    about: Text | None = None
    of: str = ORDER


class Plan:
    """A flow made ready to be run: nodes by id, and where each exit leads. `version` is that of its document."""

    __slots__ = ("exits", "flow", "name", "nodes", "of", "triggers", "version")

    def __init__(self, name: str, version: int, flow: Flow) -> None:
        self.name = name
        self.version = version
        self.flow = flow
        self.of = flow.of
        self.nodes: dict[str, AnyNode] = {node.id: node for node in flow.nodes}
        self.triggers = [node for node in flow.nodes if isinstance(node, Trigger)]
        self.exits: dict[str, dict[str, list[str]]] = {}
        for edge in flow.edges:
            node = self.nodes.get(edge.source)
            taken = edge.exit or (default_exit(node) if node is not None else NEXT)
            self.exits.setdefault(edge.source, {}).setdefault(taken, []).append(edge.target)

    def after(self, node: str, exit_: str) -> list[str]:
        """The nodes that an exit leads to; none when the branch ends there."""
        return self.exits.get(node, {}).get(exit_, [])


def read(content: Mapping[str, Any]) -> Flow:
    """A flow from its document's content; raises msgspec.ValidationError, whose text names the place."""
    return msgspec.convert(content, Flow)


def exits(node: AnyNode) -> tuple[str, ...]:
    """The exits that a node has, its usual one first."""
    match node:
        case Condition():
            return (*(branch.exit for branch in node.branches), OTHERWISE)
        case Approval():
            return ("approved", "rejected", "expired")
        case Action():
            return (DONE, REFUSED)
        case Call():
            return ("ok", "failed")
        case Subflow():
            return (DONE, "failed")
        case Wait():
            return (NEXT, TIMEOUT) if node.event and node.timeout_minutes else (NEXT,)
        case End():
            return ()
        case _:
            return (NEXT,)


def default_exit(node: AnyNode) -> str:
    """The exit of an edge that names none."""
    return OTHERWISE if isinstance(node, Condition) else next(iter(exits(node)), NEXT)


def is_expression(value: Any) -> bool:
    """Whether a value is worked out for each order."""
    return isinstance(value, str) and value.startswith("=")


def expression(value: str) -> str:
    """The expression of a value that is one."""
    return value[1:].strip()


def places(text: str) -> list[str]:
    """The expressions of a text for people, in order."""
    return [found.strip() for found in _PLACE.findall(text)]


def fill(text: str, values: Mapping[str, Any]) -> str:
    """The text with its places filled."""
    return _PLACE.sub(lambda found: _shown(values.get(found.group(1).strip())), text)


def questions(node: AnyNode) -> Iterator[tuple[tuple[str | int, ...], str, bool]]:
    """Every expression of a node: its place below the node, its text, and whether it is a condition (true or not)."""
    match node:
        case Trigger() if node.filter:
            yield ("filter",), node.filter, True
        case Condition():
            for index, branch in enumerate(node.branches):
                yield ("branches", index, "when"), branch.when, True
        case Wait():
            if node.filter:
                yield ("filter",), node.filter, True
            if node.until:
                yield ("until",), node.until, False
            if is_expression(node.minutes):
                yield ("minutes",), expression(str(node.minutes)), False
        case Action():
            yield from _of_values(node.values, ("values",))
        case Message():
            yield from _of_values(node.values, ("values",))
            yield from _of_values(node.to, ("to",))
            if node.text is not None:
                for language in ("zh", "en"):
                    for place in places(getattr(node.text, language)):
                        yield ("text", language), place, False
        case Call():
            yield from _of_values(node.url, ("url",))
            yield from _of_values(node.body, ("body",))
        case Approval():
            yield from _of_values(node.spec, ("spec",))
        case _:
            return


def settle(value: Any, answers: Mapping[str, Any]) -> Any:
    """A value with all that is worked out in it replaced by its answer."""
    if isinstance(value, str):
        return answers.get(expression(value)) if value.startswith("=") else value
    if isinstance(value, dict):
        return {key: settle(each, answers) for key, each in value.items()}
    if isinstance(value, list):
        return [settle(each, answers) for each in value]
    return value


def _of_values(value: Any, at: tuple[str | int, ...]) -> Iterator[tuple[tuple[str | int, ...], str, bool]]:
    if is_expression(value):
        yield at, expression(value), False
    elif isinstance(value, dict):
        for key, each in value.items():
            yield from _of_values(each, (*at, str(key)))
    elif isinstance(value, list):
        for index, each in enumerate(value):
            yield from _of_values(each, (*at, index))


def _shown(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)
