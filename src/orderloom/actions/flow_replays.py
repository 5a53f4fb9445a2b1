"""Running flows replayed on a version that is about to be published: how many could go on by it, and where the others
would be stuck. A publication leaves them on the version they began with; who wants to moves those that fit.
"""

import collections
import datetime as dt
import uuid
from collections.abc import Iterator, Sequence
from typing import Any, Protocol

import msgspec

from orderloom.actions import flows, judging
from orderloom.actions.hub import Hub
from orderloom.domain import log
from orderloom.domain.documents.findings import Finding, pointer
from orderloom.domain.flows import checks, definition, history
from orderloom.domain.flows.definition import Plan
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import flows as flows_store


class Entry(Protocol):
    """A document that was published."""

    @property
    def kind(self) -> str: ...
    @property
    def name(self) -> str: ...
    @property
    def version(self) -> int: ...


class Moved(msgspec.Struct, omit_defaults=True):
    """How many runs of a flow go by its new version now, and how many stay where they are since they do not fit."""

    flow: str
    version: int
    moved: int = 0
    left: int = 0


def findings(connection: db.Connection, proposals: Sequence[judging.Proposed]) -> list[judging.Judged]:
    """What would become of the waiting runs of each flow among these, as warnings: never an error, since they finish
    on their own version. Of very many runs at most `limits.FLOW_REPLAYED_MAX` are replayed, of every version some."""
    told: list[judging.Judged] = []
    for each in proposals:
        if each.kind == checks.KIND:
            counts = flows_store.waiting_by_version(connection, each.name)
            if counts:
                told.extend(judging.Judged(each.kind, each.name, one) for one in _findings(connection, each, counts))
    return told


def move(hub: Hub, entries: Sequence[Entry], *, teller: flows.Teller, now: dt.datetime) -> list[Moved]:
    """Let the runs of these flows that fit go on by the version that was just published, at most
    `limits.FLOW_MOVED_MAX` of each; the others stay on theirs."""
    return [_move(hub, each, teller, now) for each in entries if each.kind == checks.KIND]


def _findings(connection: db.Connection, proposal: judging.Proposed, counts: dict[int, int]) -> Iterator[Finding]:
    plan = Plan(proposal.name, 0, definition.read(proposal.content))
    share = max(1, limits.FLOW_REPLAYED_MAX // len(counts))
    runs = flows_store.sample(connection, proposal.name, versions=list(counts), count=share)
    misfits = _replay(connection, runs, plan)
    stuck: collections.Counter[str] = collections.Counter(node for nodes in misfits.values() for node in nodes)
    unfit = sum(1 for nodes in misfits.values() if nodes)
    data = {"name": proposal.name, "runs": sum(counts.values()), "replayed": len(runs),
            "fit": len(runs) - unfit, "stuck": unfit}  # fmt: skip
    yield Finding("flow.runs_waiting", "", "warning", data)
    places = {node.id: index for index, node in enumerate(plan.flow.nodes)}
    for node, count in sorted(stuck.items())[: limits.DOCUMENT_FINDINGS_MAX]:
        path = pointer("nodes", places[node]) if node in places else ""
        yield Finding("flow.runs_stuck", path, "warning", {"node": node, "runs": count})


def _replay(connection: db.Connection, runs: Sequence[flows_store.Waiting], plan: Plan) -> dict[uuid.UUID, list[str]]:
    """The nodes where each run does not fit the plan; none where it does."""
    said: dict[uuid.UUID, list[Any]] = {}
    for subject, body in flows_store.said(connection, {each.subject for each in runs}):
        said.setdefault(subject, []).extend(log.read(body).events)
    return {
        each.run_id: history.replayed(each.run_id, said.get(each.subject, ()), plan)
        if each.of == _kind(plan.of)
        else [plan.triggers[0].id]
        for each in runs
    }


def _kind(of: str) -> str:
    return {definition.ORDER: "order", definition.WORKSPACE: "errand"}.get(of, "record")


def _move(hub: Hub, entry: Entry, teller: flows.Teller, now: dt.datetime) -> Moved:
    moved = Moved(entry.name, entry.version)
    after = uuid.UUID(int=0)
    seen = 0
    while seen < limits.FLOW_MOVED_MAX:
        with hub.database.workspace(hub.workspace) as connection:
            plan = hub.reference(connection).flows.plans.get(entry.name)
            if plan is None or plan.version != entry.version:
                return moved  # Published over meanwhile: whoever did that decides on the runs.
            runs = flows_store.waiting_elsewhere(
                connection, entry.name, besides=entry.version, after=after, count=limits.FLOW_REPLAYED_MAX
            )
            misfits = _replay(connection, runs, plan)
        if not runs:
            break
        seen, after = seen + len(runs), runs[-1].run_id
        fitting = [run_id for run_id, nodes in misfits.items() if not nodes]
        for outcome in flows.move(hub, fitting, version=entry.version, teller=teller, now=now):
            went = not isinstance(outcome, Refused) and outcome.refused is None
            moved.moved += went
        moved.left = seen - moved.moved
    return moved
