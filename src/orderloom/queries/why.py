"""Why an order is as it is: every decision in plain words, who decided it on what values, and why not otherwise (V-7).

Nothing is kept for this beyond what the road keeps anyway: the log, its whys, and the inputs of the rules. Documents
are read by the revision of each entry and asked again on those inputs, so that also what the log does not repeat
(freight, time limits) names its row. Contract rates have no versions: carriers are compared by those in force now.
"""

import datetime as dt
import uuid
from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from orderloom.deciding import contexts
from orderloom.deciding.reference import Reference
from orderloom.domain import fold, log
from orderloom.domain.mappings import channels as channel_documents
from orderloom.domain.orders import events, state
from orderloom.kit import limits
from orderloom.queries import decisions
from orderloom.queries import events as events_query
from orderloom.queries import orders as orders_query
from orderloom.queries.decisions import Decision
from orderloom.queries.viewer import Viewer
from orderloom.rules import channels as rules_channels
from orderloom.rules import compile, graphs
from orderloom.store import database as db
from orderloom.store import facts, sql

Q = sql.load(__file__)


class Whys(msgspec.Struct):
    """An order's decisions, in the order in which they were made."""

    order_id: uuid.UUID
    order_no: str
    decisions: list[Decision]


def tell(connection: db.Connection, *, viewer: Viewer, reference: Reference, order_no: str) -> Whys | None:
    """Every decision of one order; None when there is none, or none that the viewer may see."""
    found = orders_query.detail(connection, viewer=viewer, order_no=order_no)
    if found is None:
        return None
    subject = found.order.order_id
    inputs = _inputs(connection, subject)
    rules = _Rules(connection, reference.settings.zone)
    skus = facts.skus(connection, {line.sku for line in found.order.lines})
    told: list[Decision] = []
    order: state.Order | None = None
    for n, recorded_at, body, _ in events_query.entries_of(connection, subject):
        read = log.read(body)
        revision, asked = inputs.get(n, (read.revision, {}))
        at = decisions.Moment(
            n=n,
            at=read.at,
            revision=revision,
            why=read.why,
            contexts=asked,
            answers=rules.answers(revision, recorded_at, asked),
            documents=rules.at(revision, recorded_at)[0],
            zone=reference.settings.zone,
            reference=reference,
            skus=skus,
        )
        for event in read.events:
            assert isinstance(event, events.Event)
            order = fold.evolve(order, event)  # type: ignore[arg-type]
            told.extend(decisions.of(event, at, order))
    return Whys(subject, found.order.order_no, told)


def _inputs(connection: db.Connection, subject: uuid.UUID) -> dict[int, tuple[int, dict[str, dict[str, Any]]]]:
    """By the number of the entry's first event: the revision asked, and the context of each stage."""
    found: dict[int, tuple[int, dict[str, dict[str, Any]]]] = {}
    for n, revision, names, body in connection.execute(Q.inputs, {"subject": subject}).fetchall():
        shapes = contexts.shapes(names)
        kept = zip(shapes.items(), msgspec.json.decode(body), strict=False)
        asked = {stage: contexts.restored(shape, values) for (stage, shape), values in kept if values is not None}
        found[n] = (revision, asked)
    return found


class _Rules:
    """Documents by revision, compiled when they are first asked again; at most WHY_REVISIONS_MAX of them."""

    def __init__(self, connection: db.Connection, zone: str) -> None:
        self._connection = connection
        self._zone = zone
        self._kept: dict[int, tuple[dict[str, graphs.Document], compile.Compiled]] = {}

    def at(self, revision: int, at: dt.datetime) -> tuple[dict[str, graphs.Document], compile.Compiled]:
        """The documents of a revision by name, and the same compiled."""
        if revision not in self._kept:
            if len(self._kept) >= limits.WHY_REVISIONS_MAX:
                self._kept.pop(next(iter(self._kept)))
            documents = list(self._read(revision, at))
            self._kept[revision] = (
                {each.name: each for each in documents},
                compile.compile(documents, zone=self._zone),
            )
        return self._kept[revision]

    def answers(
        self, revision: int, at: dt.datetime, asked: Mapping[str, dict[str, Any]]
    ) -> dict[str, list[dict[str, Any]]]:
        """What the documents answered, by point; nothing of a stage that was not asked or failed."""
        found: dict[str, list[dict[str, Any]]] = {}
        for stage, context in asked.items():
            [given] = self.at(revision, at)[1].ask(stage, [context])
            if not isinstance(given, compile.RuleError):
                found.update(given)
        return found

    def _read(self, revision: int, at: dt.datetime) -> Iterator[graphs.Document]:
        for name, version, content, retired_at in self._connection.execute(Q.rules_at, {"revision": revision}):
            if retired_at is None or retired_at > at:
                priority = content.get("priority", 100)
                yield graphs.Document(name, content["point"], version, content["content"], priority)
        channels = self._connection.execute(Q.channels_at, {"revision": revision}).fetchall()
        yield from rules_channels.documents(channel_documents.entered(*row) for row in channels)
