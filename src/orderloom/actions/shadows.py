"""The verbs of shadows: let drafts decide beside the live documents, and end that. What they find, the worker keeps."""

import datetime as dt
import uuid
from collections.abc import Sequence

from orderloom.actions import documents, judging
from orderloom.actions.hub import Hub
from orderloom.kit import limits
from orderloom.kit.refusals import Refused
from orderloom.store import shadows


def begin(hub: Hub, picks: Sequence[documents.Pick], *, actor: str, now: dt.datetime) -> uuid.UUID | Refused:
    """Let these drafts decide each order from now on, without effect. Editing them afterwards does not change it.

    Refuses what publishing would refuse, cases aside, and more than `limits.SHADOWS_MAX` at a time.
    """
    proposals = documents.proposals_of(hub, picks)
    found = proposals if isinstance(proposals, Refused) else documents.check(hub, proposals, cases=False)
    refused = found if isinstance(found, Refused) else judging.refusal(found)
    if refused is not None:
        return refused
    assert not isinstance(proposals, Refused)
    drafts = [shadows.Document(each.kind, each.name, each.edition, each.content) for each in proposals]
    shadow_id = hub.ids.new(now)
    with hub.database.workspace(hub.workspace) as connection:
        if shadows.running(connection) >= limits.SHADOWS_MAX:
            return Refused("shadow.too_many", {"most": limits.SHADOWS_MAX})
        shadows.begin(connection, shadow_id=shadow_id, documents=drafts, by=actor, at=now)
    return shadow_id


def end(hub: Hub, shadow_id: uuid.UUID, *, because: str, now: dt.datetime) -> Refused | None:
    """End a shadow; what it found stays. Refuses one that does not run."""
    with hub.database.workspace(hub.workspace) as connection:
        if not shadows.end(connection, shadow_id, because=because, at=now):
            return Refused("shadow.unknown", {"shadow_id": str(shadow_id)})
    return None
