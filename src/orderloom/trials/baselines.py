"""The base of a back-test: each past order as what is in force decides it over the stock that really was.

No order needs another's decision for that, so that two processes share the orders. What a world makes of an order
differs from its base only where the drafts answer otherwise or the world's stock has drifted away from what really
was; `trials.pairs` decides those orders for each of the two worlds.
"""

import contextlib
import copy
import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from orderloom.deciding import supply
from orderloom.deciding.reference import Reference
from orderloom.domain import geography, sourcing
from orderloom.domain.flows import definition
from orderloom.domain.orders import state
from orderloom.kit import apart, divisions, garbage
from orderloom.rules import points
from orderloom.store import database as db
from orderloom.store import sql
from orderloom.trials import drafts, entries, results, stocks, worlds


class Asked(msgspec.Struct, frozen=True):
    """A back-test: `tried` stand in place of the documents of their kind and name, or beside them. `view` is the view
    of the database to look through; empty for one of its own."""

    url: str
    workspace: str
    period: worlds.Period
    tried: list[drafts.Draft]
    view: str = ""


class Based(msgspec.Struct, array_like=True):
    """An order's base. `wants` are the units it asks for, `items` the reservations where they may not be those that
    really were, `otherwise` whether the drafts answer anything to another effect, `reproduced` whether it was really
    decided so."""

    order_id: uuid.UUID
    order_no: str
    placed_at: dt.datetime
    account: str
    wants: worlds.Wants
    result: results.Result
    comparable: bool
    reproduced: bool
    otherwise: bool
    items: list[state.Reservation] | None


class References(msgspec.Struct, frozen=True):
    """What is in force and what would be. `wide` is what is in force, asked on all that either of them reads; `stages`
    are those whose answers the drafts may change, None where they may change more than answers. `by_stock` says that
    something else than sourcing looks at stock, `by_terms` that a flow may look at how an order was sourced."""

    live: Reference
    drafted: Reference
    wide: Reference
    stages: frozenset[str] | None
    by_stock: bool
    by_terms: bool


def references(connection: db.Connection, tried: Sequence[drafts.Draft]) -> References:
    """Compile both snapshots."""
    live, drafted = drafts.references(connection, tried, places=geography.places(divisions.rows()))
    wide = copy.copy(live)
    wide.kept = {}
    wide.rules = copy.copy(live.rules)
    wide.rules.reads = {stage: reads | drafted.rules.reads[stage] for stage, reads in live.rules.reads.items()}
    stages = None
    if all(_only_answers(each, live) for each in tried):
        stages = frozenset(name for name, each in live.rules.stages.items() if drafted.rules.stages[name] is not each)
    return References(
        live, drafted, wide, stages, by_stock=_flows_say(live, b"stock."), by_terms=_flows_say(live, b"order.sourced")
    )


def _only_answers(draft: drafts.Draft, live: Reference) -> bool:
    """Whether all that the draft can change are answers of the rules to an order's stages."""
    if draft.kind != "rules" or any(node.rules == draft.name for node in _tables(live)):
        return False
    known = live.rules.documents.get(draft.name)
    said = {draft.content.get("point"), known.point if known is not None else draft.content.get("point")}
    return all(name in points.POINTS and points.POINTS[name].stage in points.STAGES for name in said)


def _tables(live: Reference) -> list[definition.Table]:
    plans = live.flows.plans.values()
    return [node for plan in plans for node in plan.nodes.values() if isinstance(node, definition.Table)]


def _flows_say(live: Reference, text: bytes) -> bool:
    """Whether a flow, or a document that one asks, says this anywhere."""
    named = {node.rules for node in _tables(live)}
    asked = [each.content for each in live.documents.get("flow", {}).values()]
    asked += [each.content for name, each in live.documents.get("rules", {}).items() if name in named]
    return any(text in msgspec.json.encode(content) for content in asked)


@contextlib.contextmanager
def opened(asked: Asked) -> Iterator[db.Connection]:
    """A connection that sees one instant: that of the view asked for, or its own."""
    with db.Database(asked.url, size=1) as database, database.workspace(asked.workspace) as connection:
        connection.execute(entries.Q.steady)
        if asked.view:
            connection.execute(entries.Q.define("take_over", name=sql.Literal(asked.view)))
        yield connection


class Baseline:
    """Decides orders as their base."""

    def __init__(self, connection: db.Connection, of: References, asked: Asked, really: stocks.Stock) -> None:
        self._of = of
        self._really = really
        self._world = worlds.World(connection, of.wide, now=asked.period.until)
        self._shapes = entries.Shapes(connection)

    def decide(self, batch: Sequence[entries.Entry]) -> list[Based]:
        """The new orders of one transaction."""
        made = self._world.decide([self._shapes.placing(each) for each in batch], self._really.stand)
        otherwise = self._otherwise()
        return [self._based(each, otherwise) for each in made]

    def _otherwise(self) -> set[uuid.UUID] | None:
        """The orders that the drafts answer otherwise to any effect; None for all."""
        if self._of.stages is None:
            return None
        found: set[uuid.UUID] = set()
        terms: dict[uuid.UUID, sourcing.Terms] = {}
        for stage, order_ids, contexts, answered in self._world.recalled.asked:
            if stage not in self._of.stages:
                continue
            drafted = self._of.drafted.rules.ask(stage, contexts)
            for order_id, was, now in zip(order_ids, answered, drafted, strict=True):
                if was == now:
                    continue
                chosen_by = None if self._of.by_terms or order_id in terms else _other_terms(was, now)
                if chosen_by is None:
                    found.add(order_id)
                else:
                    terms[order_id] = chosen_by
        for order_id, needs, candidates, plan in self._world.recalled.sourced:
            if order_id in terms and not _same(plan, sourcing.choose(needs, candidates, terms[order_id])):
                found.add(order_id)
        return found

    def _based(self, made: worlds.Made, otherwise: set[uuid.UUID] | None) -> Based:
        placing, received = made.placing, made.placing.received
        same = placing.is_what_was_said(made.said)
        return Based(
            received.order_id,
            received.order_no,
            received.placed_at,
            self._world.account(placing),
            made.wants,
            made.result,
            made.comparable,
            same or made.reproduced,
            otherwise is None or received.order_id in otherwise,
            None if same else made.items,
        )


def _other_terms(was: Any, now: Any) -> sourcing.Terms | None:
    """What the drafts choose units by, where two answers differ in nothing else."""
    if not isinstance(was, dict) or not isinstance(now, dict) or "source" not in was:
        return None
    alike = all(now.get(point) == answers for point, answers in was.items() if point != "source")
    return supply.terms(now["source"]) if alike else None


def _same(was: sourcing.Plan, now: sourcing.Plan) -> bool:
    """Whether two plans take and wait for the same units; what they cost is told in the log and decides nothing."""
    return (was.assignments, was.short, was.transfers) == (now.assignments, now.short, now.transfers)


def shared(number: int, of: References) -> bool:
    """Whether the stretch of the log of that number is decided in the second process: five of nine, since the first
    one tells both worlds too; all where the first decides every order by the drafts."""
    return of.stages is None or number % 9 % 2 == 0


def new(batch: Sequence[entries.Entry], period: worlds.Period) -> list[entries.Entry]:
    """The first entries of the orders to decide anew in a transaction."""
    return [each for each in batch if each.places] if batch[0].recorded_at >= period.since else []


_encode = msgspec.msgpack.Encoder().encode
read = msgspec.msgpack.Decoder(list[list[Based]]).decode


def _tell(said: bytes) -> Iterator[bytes]:
    """The bases of the second process's stretches, one by one: by transaction that placed orders."""
    asked = msgspec.json.decode(said, type=Asked)
    with opened(asked) as connection:
        of = references(connection, asked.tried)
        reading = entries.Reading(connection, since=asked.period.since, until=asked.period.until)
        really = stocks.Stock(reading.pools())
        base = Baseline(connection, of, asked, really)
        garbage.settle()
        for number, stretch in enumerate(reading.stretches()):
            found: list[list[Based]] = []
            for batch in stretch:
                if shared(number, of) and (placed := new(batch, asked.period)):
                    found.append(base.decide(placed))
                for entry in batch:
                    really.follow(entry)
            if shared(number, of):
                yield _encode(found)


if __name__ == "__main__":
    apart.serve(_tell)
