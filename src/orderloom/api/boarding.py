"""What boards are asked with: who asks, the documents in force, and one that is tried before it is."""

from typing import Any

from orderloom.actions import judging
from orderloom.actions.kinds import KINDS
from orderloom.api import problems
from orderloom.api.callers import Caller
from orderloom.deciding.reference import Reference
from orderloom.domain.documents import checking
from orderloom.kit.refusals import Refused
from orderloom.queries.boards import Asked


def asked(caller: Caller) -> Asked:
    """For a caller, with what is in force now."""
    with caller.reading() as connection:
        reference = caller.hub.reference(connection)
    return Asked(
        caller.hub.database, caller.hub.workspace, reference.documents, caller.viewer, reference.settings.zone,
        caller.now,
    )  # fmt: skip


def require_publishable(kind: str, content: dict[str, Any], reference: Reference) -> None:
    """Raises 409 with the first thing that would keep a document from being published."""
    refused = checking.refuse("tried", content)
    if refused is None and (found := checking.check(KINDS[kind], "tried", content, judging.known(reference))):
        refused = Refused(found[0].code, dict(checking.places_of(kind, "tried", found[0])))
    if refused is not None:
        raise problems.Raised(409, refused)
