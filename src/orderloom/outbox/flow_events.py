"""Events that are about no order and no record, stock and approvals, begin flows of the workspace: a row each as they
get their position, carried out once. What a flow itself said begins none, so that none calls itself up for ever."""

import datetime as dt
from collections.abc import Sequence

import msgspec

from orderloom.actions import flows
from orderloom.actions.hub import Hub
from orderloom.domain import approvals
from orderloom.domain.flows import definition
from orderloom.outbox.drain import Answer, Recorded, Turn
from orderloom.outbox.relay import Reader, Said
from orderloom.store import database as db
from orderloom.store import outbox as outbox_store
from orderloom.store.outbox import Claimed

TOPIC = "errand"


def write(hub: Hub, connection: db.Connection, said: Sequence[Said], now: dt.datetime) -> None:
    """Ask for a run of each flow that one of these events fires; its filter is asked when the run would begin."""
    fired = [
        each
        for each in hub.reference(connection).flows.apart.get(definition.WORKSPACE, ())
        if each.trigger.on == "event"
    ]
    if not fired:
        return
    wanted = {each.trigger.event for each in fired}
    rows: list[outbox_store.Row] = []
    for entry in said:
        if not any(event.type in wanted for event in entry.page.events):
            continue
        body = entry.whole()
        if body.actor.startswith(approvals.BY_FLOW):
            continue
        for number, event in enumerate(body.events):
            about = {**msgspec.to_builtins(event), "id": str(entry.subject), "by": body.actor}
            for each in fired:
                if each.trigger.event == about["type"]:
                    payload = {"flow": each.plan.name, "trigger": each.trigger.id, "event": about}
                    key = f"{each.plan.name} {each.trigger.id} {entry.position + number}"
                    subject = f"errand/{each.plan.name}/{entry.subject}"
                    rows.append(outbox_store.Row(hub.ids.new(now), TOPIC, subject, entry.position, key, payload, now))
    outbox_store.insert(connection, rows)
    if rows:
        outbox_store.wake(connection)


def send(hub: Hub, rows: Sequence[Claimed], turn: Turn) -> list[Answer]:
    """Begin the runs; each row is done in the transaction in which its run begins."""
    for row in rows:
        flows.begin_errand(hub, row, actor="hub", until=turn.until, now=turn.now)
    return [Recorded()] * len(rows)


READER = Reader("flow_events", frozenset({"stock", "approval"}), write)
