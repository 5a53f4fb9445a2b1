"""Giving up messages of quarantine, and taking that back. Nothing is deleted: a message that was given up is kept as it
came, with who gave it up and why."""

import datetime as dt
import uuid
from collections.abc import Sequence

from orderloom.actions.hub import Hub
from orderloom.kit.refusals import Refused
from orderloom.store import audit as audit_store
from orderloom.store import messages as messages_store


def discard(
    hub: Hub, message_ids: Sequence[uuid.UUID], *, why: str, actor: str, origin: str, now: dt.datetime
) -> list[Refused | None]:
    """Give up messages of quarantine; for each, in order, None or `message.unknown` where none waits."""
    data = {"actor": actor, "why": why, "at": now.isoformat()}
    with hub.database.workspace(hub.workspace) as connection:
        done = messages_store.discard(connection, message_ids, data=data)
        lines = [
            audit_store.Line(hub.ids.new(now), now, actor, origin, "message.discarded", str(each), after={"why": why})
            for each in sorted(done)
        ]
        for line in lines:
            audit_store.insert(connection, line)
    return [_told(each, done) for each in message_ids]


def restore(
    hub: Hub, message_ids: Sequence[uuid.UUID], *, actor: str, origin: str, now: dt.datetime
) -> list[Refused | None]:
    """Let messages that were given up wait again; for each, in order, None or `message.unknown`."""
    with hub.database.workspace(hub.workspace) as connection:
        done = messages_store.restore(connection, message_ids)
        for each in sorted(done):
            line = audit_store.Line(hub.ids.new(now), now, actor, origin, "message.restored", str(each))
            audit_store.insert(connection, line)
    return [_told(each, done) for each in message_ids]


def _told(message_id: uuid.UUID, done: set[uuid.UUID]) -> Refused | None:
    return None if message_id in done else Refused("message.unknown", {"message_id": str(message_id)})
