"""The verbs of breakers: trip, lift, count what goes wrong and trip by itself.

Who trips or lifts raises the version of the reference data, so that every process follows with its next batch.
"""

import datetime as dt
import uuid
from collections.abc import Collection, Sequence

from orderloom.actions.hub import Hub
from orderloom.domain import breakers
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import audit as audit_store
from orderloom.store import breakers as breakers_store
from orderloom.store import database as db
from orderloom.store import outbox as outbox_store
from orderloom.store import reference as reference_store
from orderloom.store import timers as timers_store

TIMER = "breaker"
_ITSELF = "hub"
# A batch that was loaded before a breaker was lifted may hold one more order after: it is looked for once more.
_SWEEP_AFTER = dt.timedelta(seconds=60)


def trip(hub: Hub, stop: breakers.Stop, *, actor: str, now: dt.datetime) -> breakers.Breaker | Refused:
    """Stop a customer, SKU, channel, carrier or host; the owner is told.

    Refuses `breaker.bad` (no name or reason, a time that has passed) and `breaker.open_already`.
    """
    named = 0 < len(stop.name) <= limits.NAME_CHARS_MAX and 0 < len(stop.reason) <= limits.TEXT_CHARS_MAX
    if not named or (stop.until is not None and stop.until <= now):
        return Refused("breaker.bad", {"name": stop.name[: limits.NAME_CHARS_MAX]})
    made = breakers.Breaker(hub.ids.new(now), stop.kind, stop.name, stop.reason, stop.owner, actor, now, stop.until)
    with hub.database.workspace(hub.workspace) as connection:
        if not _open(connection, hub, made, now):
            return Refused("breaker.open_already", {"kind": stop.kind, "name": stop.name})
    return made


def lift(hub: Hub, breaker_id: uuid.UUID, *, actor: str, now: dt.datetime) -> breakers.Breaker | Refused:
    """Let it count no more: the orders that it held are asked again. Lifted twice, the first time stands.

    Refuses `breaker.unknown`.
    """
    with hub.database.workspace(hub.workspace) as connection:
        found = breakers_store.find(connection, breaker_id)
        if found is None:
            return Refused("breaker.unknown", {"breaker_id": str(breaker_id)})
        if found.lifted_at is None:
            _lift(connection, hub, found, actor, now)
        lifted = breakers_store.find(connection, breaker_id)
    assert lifted is not None
    return lifted


def note(hub: Hub, failures: Sequence[breakers.Failure], *, now: dt.datetime) -> list[breakers.Breaker]:
    """Count what went wrong, and trip what the settings say; returns what was tripped now."""
    with hub.database.workspace(hub.workspace) as connection:
        return count(connection, hub, failures, now=now)


def count(
    connection: db.Connection, hub: Hub, failures: Sequence[breakers.Failure], *, now: dt.datetime
) -> list[breakers.Breaker]:
    """`note`, inside a transaction that goes on. What no rule counts is not kept."""
    rules = {(each.what, each.kind): each for each in hub.reference(connection).settings.breaker_rules}
    counted = [each for each in failures if each.name and (each.what, each.kind) in rules]
    if not counted:
        return []
    breakers_store.insert_failures(connection, [(hub.ids.new(now), each) for each in counted], at=now)
    since = {each: now - dt.timedelta(minutes=rules[each.what, each.kind].minutes) for each in counted}
    tripped: list[breakers.Breaker] = []
    for failure, times in sorted(
        breakers_store.count_failures(connection, since).items(), key=lambda each: each[0].name
    ):
        rule = rules[failure.what, failure.kind]
        if times < rule.count:
            continue
        until = now + dt.timedelta(minutes=rule.stop_minutes) if rule.stop_minutes else None
        reason = f"{failure.what} × {times} / {rule.minutes} min"
        made = breakers.Breaker(hub.ids.new(now), failure.kind, failure.name, reason, rule.owner, _ITSELF, now, until)
        if _open(connection, hub, made, now):
            tripped.append(made)
    longest = max(each.minutes for each in rules.values())
    breakers_store.forget_failures(connection, before=now - dt.timedelta(minutes=longest))
    return tripped


def fire(hub: Hub, *, now: dt.datetime) -> int:
    """Lift what has come to its time, and ask again who was held meanwhile; the number of timers."""
    with hub.database.workspace(hub.workspace) as connection:
        due = timers_store.due(connection, kinds=[TIMER], count=limits.BATCH_ORDERS_MAX, now=now)
        taken = timers_store.take(connection, [(each.due_at, each.timer_id) for each in due])
        for each in due:
            if each.timer_id not in taken:
                continue
            found = breakers_store.find(connection, each.subject)
            if found is None:
                continue
            if found.lifted_at is None and found.until is not None and found.until <= now:
                _lift(connection, hub, found, _ITSELF, now)
            elif found.lifted_at is not None:
                _ask_again(connection, hub, now)
    return len(due)


def _open(connection: db.Connection, hub: Hub, made: breakers.Breaker, now: dt.datetime) -> bool:
    if not breakers_store.insert(connection, made):
        return False
    if made.until is not None:
        timers_store.insert(connection, [timers_store.Timer(made.until, hub.ids.new(now), TIMER, made.breaker_id, {})])
    _tell(connection, hub, made, "breaker.tripped", made.tripped_by, now)
    return True


def _lift(connection: db.Connection, hub: Hub, found: breakers.Breaker, actor: str, now: dt.datetime) -> None:
    breakers_store.lift(connection, found.breaker_id, by=actor, at=now)
    _tell(connection, hub, found, "breaker.lifted", actor, now)
    _ask_again(connection, hub, now)
    sweep = timers_store.Timer(now + _SWEEP_AFTER, hub.ids.new(now), TIMER, found.breaker_id, {})
    timers_store.insert(connection, [sweep])


def _ask_again(connection: db.Connection, hub: Hub, now: dt.datetime) -> None:
    held: Collection[uuid.UUID] = breakers_store.held_orders(connection, breakers.CODE)
    timers_store.insert(connection, [timers_store.Timer(now, hub.ids.new(now), "retry", each, {}) for each in held])


def _tell(
    connection: db.Connection, hub: Hub, breaker: breakers.Breaker, code: str, actor: str, now: dt.datetime
) -> None:
    """Tell the owner, write the audit line, and let every process read anew."""
    stopped = code == "breaker.tripped"
    payload = {
        "zh": f"{'已熔断' if stopped else '已解除熔断'}：{breaker.kind} {breaker.name}，{breaker.reason}",
        "en": f"{'Stopped' if stopped else 'Going on again'}: {breaker.kind} {breaker.name}, {breaker.reason}",
        "code": code, "owner": breaker.owner, "kind": breaker.kind, "name": breaker.name, "reason": breaker.reason,
        "until": breaker.until.isoformat() if breaker.until else None, "by": actor,
    }  # fmt: skip
    row = outbox_store.Row(
        hub.ids.new(now), "notice", str(breaker.breaker_id), 0, f"{code}-{breaker.breaker_id}", payload, now
    )
    outbox_store.insert(connection, [row])
    outbox_store.wake(connection)
    subject = f"{breaker.kind}:{breaker.name}"
    audit_store.insert(connection, audit_store.Line(hub.ids.new(now), now, actor, "hub", code, subject))
    reference_store.raise_version(connection)
