"""Advice on an order: what rules propose when somebody opens it, and accepting a proposal in one step (V-6).

It is asked beside the road, on the order as it stands; nothing of it is part of an order's transaction. Without a
document of the page in force nothing is loaded and nothing is asked.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import msgspec

from orderloom.actions import loading, orders
from orderloom.actions.hub import Hub
from orderloom.deciding import pages
from orderloom.deciding.state import State
from orderloom.deciding.work import Outcome, Work
from orderloom.domain.orders import commands
from orderloom.domain.orders.state import Hold, Order
from orderloom.kit.refusals import Refused
from orderloom.rules import compile, explain, points
from orderloom.store import advices as advices_store
from orderloom.store import database as db


class Suggested(msgspec.Struct):
    """Something to be done about a hold, and the row that says so."""

    hold_code: str
    action: str
    zh: str
    en: str
    rule: str


class Owned(msgspec.Struct):
    """Who owns the order (`hold_code` empty) or a hold on it, where nobody was named."""

    hold_code: str
    owner: str
    rule: str


class Proposed(msgspec.Struct):
    """A proposal, the row that made it with the values it was made on, and whether it was accepted."""

    advice_id: uuid.UUID
    advice: str
    zh: str
    en: str
    rule: str
    version: int
    because: list[explain.Condition]
    said: dict[str, Any]
    accepted_at: dt.datetime | None = None
    accepted_by: str | None = None


class Advised(msgspec.Struct):
    """All that rules say when an order is opened."""

    order_no: str
    proposals: list[Proposed] = []
    suggestions: list[Suggested] = []
    owners: list[Owned] = []


def ask(hub: Hub, order_id: uuid.UUID, *, order_no: str, to: str, now: dt.datetime) -> Advised | Refused:
    """Ask the rules of the page about an order, and keep what they propose. Whoever calls has made sure that the
    viewer may see the order. Refuses when a rule fails."""
    with hub.database.workspace(hub.workspace) as connection:
        rules = pages.rules(hub.reference(connection))
        if rules is None:
            return Advised(order_no)
        command = commands.Retry(command_id=hub.ids.new(now), actor=to, source="hub", at=now, order_id=order_id)
        loaded = loading.load(connection, hub, [command], now=now, locked=False)
        order = loaded.orders[order_id]
        asked = list(_contexts(rules, Work(command, order, existed=True), loaded))
        given = rules.ask(points.PAGE, [context for _, context in asked])
        failed = next((each for each in given if isinstance(each, compile.RuleError)), None)
        if failed is not None:
            return Refused("rules.gave_no_answer", {"document": failed.document, "reason": failed.reason})
        told = Advised(order_no)
        for (hold, _), answers in zip(asked, given, strict=True):
            assert isinstance(answers, dict)
            _told(told, order, hold, answers)
        [(_, whole), *_] = asked
        told.proposals = _proposed(connection, hub, rules, order, whole, given[0]["advice"], to=to, now=now)  # type: ignore[index]
        return told


def accept(
    hub: Hub, order_id: uuid.UUID, *, advice_id: uuid.UUID, origin: orders.Origin, now: dt.datetime
) -> Outcome | Refused:
    """Accept a proposal: change the order by what it sets, and count it. Accepted twice counts, and changes, once."""
    with hub.database.workspace(hub.workspace) as connection:
        found = advices_store.lock(connection, advice_id, order_id=order_id)
    if found is None:
        return Refused("advice.unknown", {"advice_id": str(advice_id)})
    outcome = Outcome(advice_id, order_id, repeated=found.accepted_at is not None)
    changed = found.said.get("set")
    if changed and not outcome.repeated:
        outcome = orders.amend(
            hub, order_id, origin=origin, now=now, change={"changed": changed}, reason=f"advice {found.rule}"
        )
        if outcome.refused is not None:
            return outcome.refused
    with hub.database.workspace(hub.workspace) as connection:
        advices_store.accept(connection, advice_id, by=origin.actor, at=now)
    return outcome


def _contexts(rules: compile.Compiled, work: Work, state: State) -> Iterator[tuple[Hold | None, dict[str, Any]]]:
    """The context of the order as a whole, then one for each open hold."""
    order, whole = work.order, pages.whole(rules, work, state)
    assert order is not None
    for hold in (None, *order.holds):
        yield hold, {**whole, "hold": pages.hold(hold, state.now)}


def _told(told: Advised, order: Order, hold: Hold | None, answers: Mapping[str, Sequence[dict[str, Any]]]) -> None:
    code = hold.code if hold else ""
    if not (hold.owner if hold else order.owner):
        told.owners.extend(Owned(code, each["owner"], each["rule"]) for each in answers["owner"])
    if hold is not None:
        told.suggestions.extend(
            Suggested(code, each["action"], each["label_zh"], each["label_en"], each["rule"])
            for each in answers["suggest"]
        )


def _proposed(
    connection: db.Connection,
    hub: Hub,
    rules: compile.Compiled,
    order: Order,
    context: Mapping[str, Any],
    answers: Sequence[dict[str, Any]],
    *,
    to: str,
    now: dt.datetime,
) -> list[Proposed]:
    documents = rules.documents
    named = [(each, documents[each["rule"].partition("#")[0]]) for each in answers]
    kept = advices_store.propose(
        connection,
        order.order_id,
        [advices_store.Advice(hub.ids.new(now), each["rule"], found.version, each, now) for each, found in named],
        to=to,
        at=now,
    )
    return [
        Proposed(
            advice_id=each.advice_id,
            advice=each.said["advice"],
            zh=each.said["label_zh"],
            en=each.said["label_en"],
            rule=each.rule,
            version=each.version,
            because=explain.conditions(documents[each.rule.partition("#")[0]], each.rule.partition("#")[2], context),
            said=each.said,
            accepted_at=each.accepted_at,
            accepted_by=each.accepted_by,
        )
        for each in kept
    ]
