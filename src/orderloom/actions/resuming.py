"""Commands on the runs of flows, whatever they are about: an order, a record, an errand. Each goes to the transaction
of its subject."""

import datetime as dt
from typing import Any

from orderloom.actions import claims, errands, records, transact
from orderloom.actions.hub import Hub
from orderloom.deciding import flow_subjects
from orderloom.deciding.work import Outcome
from orderloom.domain.orders import commands

ORDER = "order"


def carry(
    hub: Hub,
    of: str,
    command: commands.FlowCommand,
    *,
    claim: claims.Claim | None = None,
    beside: claims.Beside | None = None,
    now: dt.datetime,
) -> Outcome:
    """Carry out a command whose `order_id` names a subject of this kind, with a claim and what is booked beside it."""
    if of == flow_subjects.RECORD:
        [outcome] = records.carry_on(hub, [command], claim=claim, beside=beside, now=now)
        return outcome
    if of == flow_subjects.ERRAND:
        return errands.carry_on(hub, command, claim=claim, beside=beside, now=now)
    [outcome] = transact.run(hub, [transact.Asked(command, claim=claim)], now=now, beside=beside)
    return outcome


def of_row(payload: dict[str, Any]) -> str:
    """What kind of subject a row of the outbox that a flow asked for is about."""
    return str(payload.get("of") or ORDER)
