"""Repeats: what was asked before is not asked again, and gets the first answer."""

import uuid
from collections.abc import Sequence

import msgspec

from orderloom.actions.batches import Asked
from orderloom.deciding import loop
from orderloom.deciding.work import Outcome
from orderloom.kit.refusals import Refused


def fresh(
    asked: Sequence[Asked],
    answered: dict[tuple[str, str], tuple[bytes, bytes]],
    seen: dict[uuid.UUID, tuple[str, uuid.UUID | None]],
) -> list[Asked]:
    """What is new: no answer under its key yet, in this batch or before, and its raw message not in the house."""
    found: list[Asked] = []
    keys = set(answered)
    raw = set(seen)
    for each in asked:
        key = (each.once.caller, each.once.key) if each.once else None
        if key in keys:
            continue
        if key is not None:
            keys.add(key)
        if each.message is not None:
            if each.message.message_id in raw:
                each.message = None  # The same message again: the order answers, nothing is kept twice.
            else:
                raw.add(each.message.message_id)
        found.append(each)
    return found


def answer(each: Asked, decided: loop.Decided, answered: dict[tuple[str, str], tuple[bytes, bytes]]) -> Outcome:
    """What was decided, or the first answer under the caller's key; another body under it is refused."""
    outcome = decided.outcomes.get(each.command.command_id)
    if outcome is not None:
        return outcome
    if each.once is None:  # Another process took the claim: it answers.
        return Outcome(each.command.command_id, repeated=True)
    first = answered.get((each.once.caller, each.once.key))
    if first is None or first[0] != each.once.body_hash:
        refused = Refused("idempotency.other_body", {"key": each.once.key})
        return Outcome(each.command.command_id, refused=refused)
    outcome = msgspec.json.decode(first[1], type=Outcome)
    outcome.repeated = True
    return outcome
