"""What boards are asked with: who asks, and the documents in force."""

from orderloom.api.callers import Caller
from orderloom.queries.boards import Asked


def asked(caller: Caller) -> Asked:
    """For a caller, with what is in force now."""
    with caller.reading() as connection:
        reference = caller.hub.reference(connection)
    return Asked(
        caller.hub.database, caller.hub.workspace, reference.documents, caller.viewer, reference.settings.zone,
        caller.now,
    )  # fmt: skip
