"""The verbs of errands: what flows do for the workspace, about no order and no record."""

import datetime as dt
from typing import Any

from orderloom.actions import asking, claims, flow_subjects
from orderloom.actions.hub import Hub
from orderloom.deciding.work import Outcome
from orderloom.domain import errands, log
from orderloom.domain.orders import commands
from orderloom.kit import ids, limits
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import errands as errands_store
from orderloom.store import log as log_store


def start(
    hub: Hub,
    flow: str,
    *,
    event: dict[str, Any],
    command: commands.StartFlow,
    claim: claims.Claim | None = None,
    beside: claims.Beside | None = None,
) -> Outcome:
    """Begin a run of a flow of the workspace; the errand's id is made of the command's, so that asked twice it is one.
    Refuses `flow.unknown`, `flow.other_subject`, `flow.no_trigger`."""
    command.order_id = ids.beside(command.command_id, "errand")
    command.flow, command.event = flow, event
    return carry_on(hub, command, claim=claim, beside=beside, now=command.at)


def carry_on(
    hub: Hub,
    command: commands.FlowCommand,
    *,
    claim: claims.Claim | None = None,
    beside: claims.Beside | None = None,
    now: dt.datetime,
) -> Outcome:
    """Carry out a command on an errand's runs, whose id stands in `order_id`. Refuses `flow.run_over` and as `start`
    does."""
    for _ in range(limits.RERUNS_MAX):
        try:
            return _once(hub, command, claim, beside, now)
        except db.CONTENDED:
            continue
    return _once(hub, command, claim, beside, now)


def _once(
    hub: Hub,
    command: commands.FlowCommand,
    claim: claims.Claim | None,
    beside: claims.Beside | None,
    now: dt.datetime,
) -> Outcome:
    errand_id = command.order_id
    with hub.database.workspace(hub.workspace) as connection:
        if claim is not None and not claims.take(connection, [claim], now=now):
            return Outcome(command.command_id, repeated=True)
        reference = hub.reference(connection)
        heads = log_store.lock_heads(connection, [errand_id])
        errand = errands_store.read(connection, [errand_id]).get(errand_id)
        starts = isinstance(command, commands.StartFlow)
        if (errand is not None) == starts:
            return Outcome(command.command_id, repeated=starts, refused=None if starts else _over(command))
        open_ = errand.runs if errand is not None else []
        flow_subjects.keep_versions(connection, reference, open_, [command])
        state = flow_subjects.state(reference, now=now)
        state.flowing.opened[errand_id] = open_
        if beside is not None:
            beside.prepare(connection, state)
        turn = flow_subjects.opened(state, errand_id, record=None, open_=open_)
        turn.asked(command)
        found = flow_subjects.followed(errands.KIND, turn, alone=True)
        if found.events:
            body = log.Body(at=command.at, actor=command.actor, source=command.source, revision=reference.version,
                            events=found.events)  # fmt: skip
            entry = log.write(
                kind=errands.KIND, subject=errand_id, head=heads.get(errand_id), body=body, recorded_at=now
            )
            log_store.append(connection, [entry])
            for event in found.events:
                errand = errands.evolve(errand, errand_id, event)
            assert errand is not None
            errands_store.save(connection, [errand])
            found.n = entry.n
        flow_subjects.save(connection, hub, [found], own=[asking.key(command)], revision=reference.version, now=now)
        if beside is not None:
            beside.save(connection, state)
    return Outcome(command.command_id, refused=turn.refused)


def _over(command: commands.FlowCommand) -> Refused:
    run_id = "" if isinstance(command, commands.StartFlow) else str(command.run_id)
    return Refused("flow.run_over", {"run_id": run_id})
