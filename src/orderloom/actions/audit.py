"""The verbs that leave a line in the audit trail and none in the log: opening what is sealed."""

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import Any

import msgspec

from orderloom.actions import messages
from orderloom.actions.hub import Hub
from orderloom.kit import sealing
from orderloom.kit.refusals import Refused
from orderloom.store import audit as audit_store
from orderloom.store import database as db


class Whose(msgspec.Struct, frozen=True):
    """Who does something, from where, when."""

    actor: str
    place: str
    now: dt.datetime


def open_message(hub: Hub, message_id: uuid.UUID, *, actor: str, origin: str, now: dt.datetime) -> bytes | Refused:
    """What a raw message said, byte for byte; who looked is written down before anything is shown.

    Whoever calls has made sure that the message is in the viewer's scope.
    """
    with hub.database.workspace(hub.workspace) as connection:
        found = audit_store.sealed_message(connection, message_id)
        if found is None:
            return Refused("message.unknown", {"message_id": str(message_id)})
        if found[0] is None or sealing.is_erased(found[0]):
            return Refused("message.erased", {"message_id": str(message_id)})
        _write(hub, connection, "message.opened", str(message_id), actor=actor, origin=origin, now=now)
    return messages.open_(hub, message_id=message_id, sealed=found[0])


def opened_sheet(hub: Hub, import_id: uuid.UUID, *, actor: str, origin: str, now: dt.datetime) -> None:
    """Write down who looks at the rows of an import that wait in quarantine, before they are shown."""
    with hub.database.workspace(hub.workspace) as connection:
        _write(hub, connection, "import.errors_opened", str(import_id), actor=actor, origin=origin, now=now)


def sent_again(hub: Hub, message_ids: Sequence[uuid.UUID], *, actor: str, origin: str, now: dt.datetime) -> None:
    """Write down who sends messages of quarantine again."""
    with hub.database.workspace(hub.workspace) as connection:
        for each in message_ids:
            _write(hub, connection, "message.sent_again", str(each), actor=actor, origin=origin, now=now)


def record(
    hub: Hub,
    what: str,
    subject: str,
    *,
    whose: Whose,
    before: Any = None,
    after: Any = None,
) -> None:
    """Write down who did what, where nothing else tells it: a sign-in, a refusal, a right that was given."""
    with hub.database.workspace(hub.workspace) as connection:
        line = audit_store.Line(
            hub.ids.new(whose.now), whose.now, whose.actor, whose.place, what, subject, before, after
        )
        audit_store.insert(connection, line)


def _write(
    hub: Hub, connection: db.Connection, what: str, subject: str, *, actor: str, origin: str, now: dt.datetime
) -> None:
    audit_store.insert(connection, audit_store.Line(hub.ids.new(now), now, actor, origin, what, subject))
