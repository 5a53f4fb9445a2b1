"""One batch is one transaction: load, decide, save. Every write of orders goes through here."""

import datetime as dt
from collections.abc import Sequence

import msgspec
import structlog

from orderloom.actions import claims, loading, repeats, saving
from orderloom.actions.batches import Asked
from orderloom.actions.hub import Hub
from orderloom.deciding import loop
from orderloom.deciding.state import Missing
from orderloom.deciding.work import Outcome
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import database as db
from orderloom.store import idempotency, messages, poisoned
from orderloom.store.stock import Contended

log = structlog.get_logger(__name__)

# What another batch may do to this one; deciding again on what is there now mends each of them.
_AGAIN = (Contended, *db.CONTENDED)


def run(hub: Hub, asked: Sequence[Asked], *, now: dt.datetime, beside: claims.Beside | None = None) -> list[Outcome]:
    """Carry out commands, at most `limits.BATCH_ORDERS_MAX` in one transaction; an outcome for each, in order.

    A refusal is an outcome. One command that breaks the program is kept aside as poisoned, and the others go on.
    With something `beside` them they are one transaction or none.
    """
    if beside is not None:
        return _rerun(hub, asked, now, beside)
    outcomes: list[Outcome] = []
    for start in range(0, len(asked), limits.BATCH_ORDERS_MAX):
        outcomes.extend(_carry(hub, asked[start : start + limits.BATCH_ORDERS_MAX], now))
    return outcomes


def _carry(hub: Hub, asked: Sequence[Asked], now: dt.datetime) -> list[Outcome]:
    try:
        return _rerun(hub, asked, now)
    except db.GONE:
        raise  # The world is broken, not the command: the caller keeps it and tries again.
    except Exception as error:
        if len(asked) > 1:
            middle = len(asked) // 2
            return [*_carry(hub, asked[:middle], now), *_carry(hub, asked[middle:], now)]
        return [_set_aside(hub, asked[0], error, now)]


def _rerun(hub: Hub, asked: Sequence[Asked], now: dt.datetime, beside: claims.Beside | None = None) -> list[Outcome]:
    # The first try takes no lock on shared rows before it saves, so that batches decide side by side;
    # the statements' own guards refuse what another batch took first, and the next try locks before it decides.
    lots = False
    for attempt in range(limits.RERUNS_MAX):
        locked = attempt > 0 or (beside is not None and beside.locked)
        try:
            return _once(hub, asked, now, locked=locked, lots=lots, beside=beside)
        except Missing as missing:
            if missing.lots:
                lots = True
            else:
                hub.gift_skus |= missing.skus
        except _AGAIN as error:
            log.info("batch decides again", attempt=attempt, reason=type(error).__name__, size=len(asked))
    return _once(hub, asked, now, locked=True, lots=lots, beside=beside)


def _once(
    hub: Hub, asked: Sequence[Asked], now: dt.datetime, *, locked: bool, lots: bool, beside: claims.Beside | None
) -> list[Outcome]:
    with hub.database.writing(hub.workspace) as connection:
        claimed = [each.claim for each in asked if each.claim is not None]
        taken = claims.take(connection, claimed, now=now) if claimed else set()
        answered = idempotency.find(connection, [each.once for each in asked if each.once is not None])
        seen = messages.find(connection, [each.message.message_id for each in asked if each.message is not None])
        fresh = repeats.fresh([each for each in asked if each.claim is None or each.claim in taken], answered, seen)
        state = loading.load(connection, hub, [each.command for each in fresh], now=now, locked=locked, lots=lots)
        if beside is not None:
            beside.prepare(connection, state)
        decided = loop.decide([each.command for each in fresh], state)
        saving.save(connection, hub, fresh, decided, state)
        if beside is not None:
            beside.save(connection, state)
    for each in fresh:
        if each.once is not None:
            outcome = decided.outcomes[each.command.command_id]
            answered[(each.once.caller, each.once.key)] = (each.once.body_hash, msgspec.json.encode(outcome))
    return [repeats.answer(each, decided, answered) for each in asked]


def _set_aside(hub: Hub, asked: Asked, error: Exception, now: dt.datetime) -> Outcome:
    """Keep a command that breaks the program, with its raw message, where someone looks."""
    log.error("command set aside", command_id=str(asked.command.command_id), exc_info=error)
    refused = Refused("command.set_aside", {"command_id": str(asked.command.command_id)})
    with hub.database.workspace(hub.workspace) as connection:
        if asked.claim is not None:
            claims.take(connection, [asked.claim], now=now)
        poisoned.insert(connection, asked.command, reason=f"{type(error).__name__}: {error}"[:2_000], at=now)
        if asked.message is not None and not messages.find(connection, [asked.message.message_id]):
            asked.message.state, asked.message.reason = "quarantined", {"code": refused.code}
            messages.insert(connection, [asked.message])
            messages.insert_persons(connection, asked.persons)
    return Outcome(asked.command.command_id, refused=refused)
