"""Uploaded files: which of them a viewer may read. A file belongs to what names it, an order or a record."""

import uuid

from orderloom.queries.viewer import Viewer
from orderloom.store import database as db
from orderloom.store import sql

Q = sql.load(__file__)


def reachable(connection: db.Connection, file_id: uuid.UUID, *, viewer: Viewer, origin: str) -> bool:
    """Whether the viewer may read a file: all of them who see everything, else one that came through the viewer's own
    door (`origin`), or that is used by an order in scope or by a record that is shown."""
    if not viewer.limited:
        return True
    row = connection.execute(Q.reachable, {"file_id": file_id, "origin": origin, **viewer.scope}).fetchone()
    return row is not None and row[0]
