"""The verbs of what leaves the house: decide on dead rows, record what was handed over."""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence
from typing import Any

from orderloom.actions import claims, resuming, transact
from orderloom.actions.hub import Hub
from orderloom.deciding.state import State
from orderloom.domain.orders import commands
from orderloom.store import audit as audit_store
from orderloom.store import database as db
from orderloom.store import outbox as outbox_store

_IN_HOUSE, _MAILED = "in_house", "email"


def requeue(
    hub: Hub, outbox_ids: Collection[uuid.UUID], *, actor: str, reason: str, now: dt.datetime
) -> list[uuid.UUID]:
    """Let dead rows be tried anew from the first attempt; returns those that were dead. Who asked is written down."""
    result = {"requeued_by": actor, "reason": reason, "at": now}
    with hub.database.workspace(hub.workspace) as connection:
        found = outbox_store.requeue(connection, outbox_ids, result=result, now=now)
        _write_down(connection, hub, found, "outbox.requeued", actor, now)
        outbox_store.wake(connection)
    return [each for each in outbox_ids if each in found]


def give_up(
    hub: Hub, outbox_ids: Collection[uuid.UUID], *, actor: str, reason: str, now: dt.datetime
) -> list[uuid.UUID]:
    """Close dead rows for good, so that what waits behind them goes on; returns those that were dead.

    A flow that waited for the answer of a call goes on by its exit `failed`, in the same transaction.
    """
    result = {"given_up_by": actor, "reason": reason, "at": now}
    with hub.database.workspace(hub.workspace) as connection:
        waited = [each for each in outbox_store.dead(connection, outbox_ids) if each.payload.get("run_id")]
    closed: set[uuid.UUID] = set()
    for row in waited:
        closing = _Closing(hub, [row.outbox_id], result, actor, now)
        told = {"problem": "given_up", "reason": reason, "by": actor}
        of = resuming.of_row(row.payload)
        resuming.carry(hub, of, _resumed(hub, row, "failed", told, now), beside=closing, now=now)
        closed |= closing.closed
    others = [each for each in outbox_ids if all(row.outbox_id != each for row in waited)]
    with hub.database.workspace(hub.workspace) as connection:
        closing = _Closing(hub, others, result, actor, now)
        closing.close(connection)
        closed |= closing.closed
    return [each for each in outbox_ids if each in closed]


def record_answers(
    hub: Hub,
    answers: Sequence[tuple[outbox_store.Claimed, str, dict[str, Any]]],
    *,
    until: dt.datetime,
    now: dt.datetime,
) -> None:
    """Hand answers of outside calls (row, exit, what was said) to the branches of flows that wait for them.

    Each row is done in the transaction in which its flow goes on.
    """
    asked = [
        transact.Asked(_resumed(hub, row, exit_, given, now), claim=claims.Claim("outbox", row.outbox_id, until))
        for row, exit_, given in answers
        if resuming.of_row(row.payload) == resuming.ORDER
    ]
    if asked:
        transact.run(hub, asked, now=now)
    for row, exit_, given in answers:
        of = resuming.of_row(row.payload)
        if of != resuming.ORDER:
            claim = claims.Claim("outbox", row.outbox_id, until)
            resuming.carry(hub, of, _resumed(hub, row, exit_, given, now), claim=claim, now=now)


def _resumed(
    hub: Hub, row: outbox_store.Claimed, exit_: str, given: dict[str, Any], now: dt.datetime
) -> commands.ResumeFlow:
    return commands.ResumeFlow(
        command_id=hub.ids.new(now),
        actor="hub",
        source="hub",
        at=now,
        order_id=uuid.UUID(row.subject),
        run_id=uuid.UUID(row.payload["run_id"]),
        token=row.payload["token"],
        exit=exit_,
        given=given,
    )


class _Closing:
    """Rows closed for good in the transaction of the flow that waited for them."""

    locked = False

    def __init__(
        self, hub: Hub, outbox_ids: Collection[uuid.UUID], result: dict[str, Any], actor: str, now: dt.datetime
    ) -> None:
        self._hub, self._ids, self._result, self._actor, self._now = hub, outbox_ids, result, actor, now
        self.closed: set[uuid.UUID] = set()

    def prepare(self, connection: db.Connection, state_: State) -> None:
        """Nothing that is closed here is decided on."""

    def save(self, connection: db.Connection, state_: State) -> None:
        """Close them."""
        self.close(connection)

    def close(self, connection: db.Connection) -> None:
        """Close what is dead, write down who did, and let what waits behind go on."""
        self.closed = outbox_store.give_up(connection, self._ids, result=self._result, now=self._now)
        _write_down(connection, self._hub, self.closed, "outbox.given_up", self._actor, self._now)
        outbox_store.wake(connection)


def _write_down(
    connection: db.Connection, hub: Hub, outbox_ids: Collection[uuid.UUID], what: str, actor: str, now: dt.datetime
) -> None:
    for each in sorted(outbox_ids):
        audit_store.insert(connection, audit_store.Line(hub.ids.new(now), now, actor, "hub", what, str(each)))


def record_receipts(
    hub: Hub,
    rows: Sequence[outbox_store.Claimed],
    *,
    mailed: Collection[str] = (),
    until: dt.datetime,
    now: dt.datetime,
) -> None:
    """Record customers' receipts as handed over: to the mailboxes of those `mailed` (by subject), else in the house.

    Each row is done in the transaction that says so.
    """
    asked = [
        transact.Asked(
            commands.RecordReceipt(
                command_id=hub.ids.new(now),
                actor="hub",
                source="hub",
                at=now,
                order_id=uuid.UUID(each.subject),
                channel=_MAILED if each.subject in mailed else _IN_HOUSE,
            ),
            claim=claims.Claim("outbox", each.outbox_id, until),
        )
        for each in rows
    ]
    transact.run(hub, asked, now=now)
